//! Who is asked.

use super::*;

/// Submits a node with these rules and settings in a company changed like this; who is asked, and the trace as `step:reason`.
fn ask(settings: Value, change: impl FnOnce(&mut OrgFacts)) -> (Vec<u128>, Vec<String>, Play) {
    let node = with(json!({ "key": "a", "name": "a", "kind": "APPROVE" }), settings);
    let mut play = Play::new(json!([node]), json!({}));
    change(&mut play.facts.org);
    let form = json!({ "helper": id(58), "unit": d(2).0.to_string() });
    let events = play.submit(form).unwrap();
    let trace = events.iter().find_map(|event| match &event.kind {
        EventKind::NodeEntered { run, trace } if run.node_key == "a" => Some(trace.clone()),
        EventKind::Blocked { trace, .. } => Some(trace.clone()),
        _ => None,
    });
    let trace = trace
        .unwrap()
        .iter()
        .map(|step| format!("{}:{}", step.step, step.reason))
        .collect();
    (play.waits_for(), trace, play)
}

fn check(settings: Value, change: impl FnOnce(&mut OrgFacts), want: &[u128], trace: &[&str]) {
    let (got, steps, _) = ask(settings.clone(), change);
    assert_eq!(
        (got.as_slice(), steps.iter().map(String::as_str).collect::<Vec<_>>()),
        (want, trace.to_vec()),
        "{settings}"
    );
}

fn rule(rule: Value) -> Value {
    json!({ "rules": [rule] })
}

fn unchanged(_: &mut OrgFacts) {}

#[test]
fn rules_name_people() {
    let role = json!({ "rule": "ROLE", "role": "HR" });
    check(rule(role), unchanged, &[30, 31], &["1:FOUND"]);
    check(
        rule(json!({ "rule": "MANAGER", "level": 1 })),
        unchanged,
        &[BOSS],
        &["1:FOUND"],
    );
    check(
        rule(json!({ "rule": "MANAGER", "level": 3 })),
        unchanged,
        &[CEO],
        &["1:FOUND"],
    );
    check(
        rule(json!({ "rule": "MANAGER", "level": 9 })),
        unchanged,
        &[CEO],
        &["1:FOUND", "2:WENT_UP"],
    );
    let exact = json!({ "rule": "MANAGER", "level": 9, "missing": "EMPTY" });
    check(
        rule(exact),
        unchanged,
        &[KEEPER],
        &["1:NOBODY", "2:LEVEL_HAS_NO_MANAGER", "8:EMPTY"],
    );
    check(
        rule(json!({ "rule": "DEPARTMENT_LEADER", "level": 2 })),
        unchanged,
        &[HEAD],
        &["1:FOUND"],
    );
    check(
        rule(json!({ "rule": "DEPARTMENT_LEADER", "level": 1, "from": "TOP" })),
        unchanged,
        &[CEO],
        &["1:FOUND"],
    );
    let field = json!({ "rule": "DEPARTMENT_LEADER", "level": 1, "of": { "of": "FIELD", "field": "unit" } });
    check(rule(field), unchanged, &[HEAD], &["1:FOUND"]);
    check(
        rule(json!({ "rule": "CONSECUTIVE_LEADERS", "levels": 2 })),
        unchanged,
        &[BOSS, HEAD],
        &["1:FOUND"],
    );
    check(
        rule(json!({ "rule": "MEMBER_FIELD", "field": "helper" })),
        unchanged,
        &[58],
        &["1:FOUND"],
    );
    check(rule(json!({ "rule": "APPLICANT" })), unchanged, &[ME], &["1:FOUND"]);
    let members = json!({ "rule": "DEPARTMENT_MEMBERS", "of": { "of": "APPLICANT" } });
    let others = json!({ "rules": [members], "self_approval": "FORBID" });
    check(
        others,
        unchanged,
        &[2, 3, 4, 5, 6, 7, 8, 9],
        &["1:FOUND", "5:APPLICANT_MAY_NOT_DECIDE"],
    );
}

#[test]
fn a_level_without_leader_goes_up_or_is_empty() {
    let no_leader = |org: &mut OrgFacts| org.departments.get_mut(&d(2)).unwrap().leaders.clear();
    check(
        rule(json!({ "rule": "DEPARTMENT_LEADER", "level": 2 })),
        no_leader,
        &[CEO],
        &["1:FOUND", "2:WENT_UP"],
    );
    let exact = json!({ "rule": "DEPARTMENT_LEADER", "level": 2, "missing": "EMPTY" });
    check(
        rule(exact),
        no_leader,
        &[KEEPER],
        &["1:NOBODY", "2:LEVEL_HAS_NO_LEADER", "8:EMPTY"],
    );
    let no_manager = |org: &mut OrgFacts| org.members.get_mut(&p(ME)).unwrap().manager = None;
    check(
        rule(json!({ "rule": "MANAGER", "level": 1 })),
        no_manager,
        &[BOSS],
        &["1:FOUND", "2:NO_MANAGER_TOOK_LEADER"],
    );
}

#[test]
fn edge_4_an_approver_disabled_before_activation_is_replaced_or_dropped() {
    let named = || json!({ "rules": [{ "rule": "MEMBERS", "members": [id(50), id(51)] }] });
    check(
        named(),
        |org| org.members.get_mut(&p(50)).unwrap().active = false,
        &[51],
        &["1:FOUND", "3:DISABLED_DROPPED"],
    );
    let left = |org: &mut OrgFacts| {
        let facts = org.members.get_mut(&p(50)).unwrap();
        facts.active = false;
        facts.handover = Some(p(59));
    };
    check(named(), left, &[59, 51], &["1:FOUND", "3:HANDED_OVER"]);
    check(
        named(),
        |org| org.members.retain(|member, _| *member != p(50)),
        &[51],
        &["1:FOUND", "3:DISABLED_DROPPED"],
    );
}

fn away(org: &mut OrgFacts, who: u128, to: u128, mode: SubstituteMode) {
    org.members.get_mut(&p(who)).unwrap().substitute = Some(Substitute { to: p(to), mode });
}

#[test]
fn substitutes_stand_in() {
    let named = || rule(json!({ "rule": "MEMBERS", "members": [id(50)] }));
    let replace = |org: &mut OrgFacts| away(org, 50, 51, SubstituteMode::Replace);
    check(named(), replace, &[51], &["1:FOUND", "4:STANDS_IN"]);
    check(
        named(),
        |org| away(org, 50, 51, SubstituteMode::Both),
        &[50, 51],
        &["1:FOUND", "4:STANDS_IN"],
    );
    let chain = |org: &mut OrgFacts| {
        away(org, 50, 51, SubstituteMode::Replace);
        away(org, 51, 52, SubstituteMode::Replace);
    };
    check(named(), chain, &[52], &["1:FOUND", "4:STANDS_IN"]);
    let (_, _, play) = ask(named(), chain);
    assert_eq!(play.case.pending().next().unwrap().on_behalf_of, Some(p(50)));
}

#[test]
fn edge_12_a_cycle_of_substitutes_leaves_the_person_himself() {
    let cycle = |org: &mut OrgFacts| {
        away(org, 50, 51, SubstituteMode::Replace);
        away(org, 51, 52, SubstituteMode::Replace);
        away(org, 52, 50, SubstituteMode::Replace);
    };
    check(
        rule(json!({ "rule": "MEMBERS", "members": [id(50)] })),
        cycle,
        &[50],
        &["1:FOUND"],
    );
}

#[test]
fn edge_13_a_substitute_who_is_the_applicant_goes_up() {
    let change = |org: &mut OrgFacts| away(org, BOSS, ME, SubstituteMode::Replace);
    let want = ["1:FOUND", "4:STANDS_IN", "5:APPLICANT_MAY_NOT_DECIDE"];
    check(rule(json!({ "rule": "MANAGER", "level": 1 })), change, &[HEAD], &want);
}

#[test]
fn edge_5_a_leader_who_applies_and_leads_the_next_levels_too_goes_up() {
    let leads_all = |org: &mut OrgFacts| {
        for n in [3, 2] {
            org.departments.get_mut(&d(n)).unwrap().leaders = vec![p(ME)];
        }
    };
    let leader = || json!({ "rule": "DEPARTMENT_LEADER", "level": 1 });
    let told = ["1:FOUND", "5:APPLICANT_MAY_NOT_DECIDE"];
    check(rule(leader()), leads_all, &[CEO], &told);
    let leads_even_the_root = |org: &mut OrgFacts| {
        leads_all(org);
        org.departments.get_mut(&d(1)).unwrap().leaders = vec![p(ME)];
    };
    check(
        rule(leader()),
        leads_even_the_root,
        &[KEEPER],
        &["1:FOUND", "5:APPLICANT_MAY_NOT_DECIDE", "8:EMPTY"],
    );
    let forbid = json!({ "rules": [leader()], "self_approval": "FORBID" });
    check(
        forbid,
        leads_all,
        &[KEEPER],
        &["1:FOUND", "5:APPLICANT_MAY_NOT_DECIDE", "8:EMPTY"],
    );
    let allow = json!({ "rules": [leader()], "self_approval": "ALLOW" });
    check(allow, leads_all, &[ME], &["1:FOUND"]);
    let skip = json!({ "rules": [leader()], "self_approval": "SKIP_SEAT" });
    let (_, _, play) = ask(skip, leads_all);
    assert_eq!(play.status(), ApprovalStatus::Approved);
    assert_eq!(play.case.runs[1].reason, Some(NodeReason::OnlyApplicant));
}

#[test]
fn edge_6_a_position_without_holders_never_locks_a_request() {
    let position = || json!({ "rule": "POSITION", "position": id(7) });
    check(rule(position()), unchanged, &[KEEPER], &["1:NOBODY", "8:EMPTY"]);
    let no_keeper = |org: &mut OrgFacts| drop(org.roles.remove(&Role::ProcessAdministrator));
    check(rule(position()), no_keeper, &[41], &["1:NOBODY", "8:EMPTY", "8:EMPTY"]);
    let empty = |then: Value| json!({ "rules": [position()], "empty": then });
    check(
        empty(json!({ "then": "FALLBACK", "members": [id(55)] })),
        unchanged,
        &[55],
        &["1:NOBODY", "8:EMPTY"],
    );
    let status = |then: &str| ask(empty(json!({ "then": then })), unchanged).2.status();
    assert_eq!(status("PASS"), ApprovalStatus::Approved);
    assert_eq!(status("REJECT"), ApprovalStatus::Returned);
    assert_eq!(status("BLOCK"), ApprovalStatus::Blocked);
    let (_, _, play) = ask(rule(position()), |org| org.roles.clear());
    assert_eq!(play.case.block.as_ref().unwrap().reason, BlockReason::NoAssignee);
}

#[test]
fn edge_27_more_seats_than_the_cap_block() {
    let people: Vec<u128> = (2_000..2_500).collect();
    let mut play = Play::new(json!([asks("a", &people)]), json!({}));
    for n in &people {
        play.facts.org.members.insert(
            p(*n),
            MemberFacts {
                active: true,
                ..MemberFacts::default()
            },
        );
    }
    play.submit(json!({})).unwrap();
    assert_eq!(play.case.block.as_ref().unwrap().reason, BlockReason::TooManySeats);
    play.definition.policies.cap = 500;
    play.act(KEEPER, Act::Retry).unwrap();
    assert_eq!(play.waits_for().len(), 500);
}

#[test]
fn more_approvals_wanted_than_people_block() {
    let node = json!({ "rules": [{ "rule": "ROLE", "role": "HR" }], "sign": { "mode": "M_OF_N", "count": 3 } });
    let (_, _, play) = ask(node, unchanged);
    assert_eq!(play.case.block.as_ref().unwrap().reason, BlockReason::QuorumImpossible);
}

#[test]
fn edge_28_one_person_as_leader_role_holder_and_copy_has_one_seat() {
    let rules = json!([{ "rule": "MANAGER", "level": 1 }, { "rule": "DEPARTMENT_LEADER", "level": 1 },
        { "rule": "MEMBERS", "members": [id(BOSS), id(50)] }]);
    let cc = json!({ "key": "cc", "name": "cc", "kind": "CC", "rules": [{ "rule": "MANAGER", "level": 1 }] });
    let node = json!({ "key": "a", "name": "a", "kind": "APPROVE", "rules": rules });
    let mut play = Play::submitted(json!([cc, node]), json!({}));
    assert_eq!(play.waits_for(), [BOSS, 50]);
    play.approve(BOSS).unwrap();
    play.approve(50).unwrap();
    assert_eq!(play.case.copied, BTreeSet::from([p(BOSS)]));
}

#[test]
fn edge_22_the_department_chosen_at_submission_counts() {
    let node =
        json!({ "key": "b", "name": "b", "kind": "APPROVE", "rules": [{ "rule": "DEPARTMENT_LEADER", "level": 1 }] });
    let mut play = Play::submitted(json!([asks("a", &[50]), node]), json!({}));
    play.facts.org.members.get_mut(&p(ME)).unwrap().manager = Some(p(59));
    play.facts.org.departments.get_mut(&d(3)).unwrap().members.clear();
    play.approve(50).unwrap();
    assert_eq!(play.waits_for(), [BOSS]);
}

#[test]
fn a_manager_cycle_ends() {
    let cycle = |org: &mut OrgFacts| org.members.get_mut(&p(CEO)).unwrap().manager = Some(p(BOSS));
    check(
        rule(json!({ "rule": "MANAGER", "level": 9 })),
        cycle,
        &[CEO],
        &["1:FOUND", "2:WENT_UP"],
    );
}
