//! Submission, votes, undo, withdrawal, reminders, copies.

use super::*;

#[test]
fn a_request_goes_from_node_to_node_to_the_end() {
    let mut play = Play::submitted(
        json!([asks("a", &[50]), asks("b", &[51]), { "key": "end", "name": "", "kind": "END" }]),
        json!({}),
    );
    assert_eq!(
        (play.status(), play.waits_for(), play.case.round),
        (ApprovalStatus::Running, vec![50], 1)
    );
    play.approve(50).unwrap();
    assert_eq!(play.waits_for(), [51]);
    play.approve(51).unwrap();
    assert_eq!((play.status(), play.case.version), (ApprovalStatus::Approved, 3));
    assert_eq!(play.passed(), ["start", "a", "b"]);
}

#[test]
fn votes_close_a_node_as_its_mode_says() {
    let check = |sign: Value, votes: &[(u128, bool)], want: ApprovalStatus, last: TaskStatus| {
        let node = with(asks("a", &[50, 51, 52]), json!({ "sign": sign }));
        let mut play = Play::submitted(json!([node]), json!({ "on_reject": { "then": "TERMINATE" } }));
        for (who, approve) in votes {
            if *approve {
                play.approve(*who).unwrap()
            } else {
                play.reject(*who).unwrap()
            };
        }
        assert_eq!((play.status(), play.stands(52)), (want, last), "{sign}");
    };
    use ApprovalStatus::{Approved, Rejected, Running};
    check(
        json!({ "mode": "ALL" }),
        &[(50, true), (51, true)],
        Running,
        TaskStatus::Pending,
    );
    check(
        json!({ "mode": "ALL" }),
        &[(50, true), (51, false)],
        Rejected,
        TaskStatus::Superseded,
    );
    check(
        json!({ "mode": "ALL", "wait_for_all": true }),
        &[(50, false), (51, true)],
        Running,
        TaskStatus::Pending,
    );
    check(
        json!({ "mode": "ANY" }),
        &[(51, true)],
        Approved,
        TaskStatus::Superseded,
    );
    check(
        json!({ "mode": "ANY" }),
        &[(51, false)],
        Rejected,
        TaskStatus::Superseded,
    );
    check(
        json!({ "mode": "ANY", "any_may_pass": true }),
        &[(51, false), (50, true)],
        Approved,
        TaskStatus::Superseded,
    );
    check(
        json!({ "mode": "SEQUENTIAL" }),
        &[(50, true)],
        Running,
        TaskStatus::Waiting,
    );
    check(
        json!({ "mode": "SEQUENTIAL" }),
        &[(50, true), (51, true)],
        Running,
        TaskStatus::Pending,
    );
    check(
        json!({ "mode": "M_OF_N", "count": 2 }),
        &[(50, true), (51, true)],
        Approved,
        TaskStatus::Superseded,
    );
    check(
        json!({ "mode": "RATIO", "percent": 50 }),
        &[(50, false)],
        Running,
        TaskStatus::Pending,
    );
    check(
        json!({ "mode": "RATIO", "percent": 50 }),
        &[(50, false), (51, false)],
        Rejected,
        TaskStatus::Superseded,
    );
}

#[test]
fn edge_1_the_second_of_two_approvers_of_an_or_sign_learns_who_decided() {
    let node = with(asks("a", &[50, 51]), json!({ "sign": { "mode": "ANY" } }));
    let mut play = Play::submitted(json!([node, asks("b", &[52])]), json!({}));
    play.approve(50).unwrap();
    let at = play.now;
    let late = play.approve(51);
    assert_eq!(
        late,
        Err(Refusal::AlreadyDecided {
            by: Some(p(50)),
            at: Some(at)
        })
    );
    assert_eq!(play.case.version, 2);
}

#[test]
fn edge_17_a_decision_on_a_withdrawn_request_is_refused() {
    let mut play = Play::submitted(json!([asks("a", &[50])]), json!({}));
    play.withdraw().unwrap();
    assert_eq!(play.status(), ApprovalStatus::Withdrawn);
    assert_eq!(reason(play.approve(50)), RefusalReason::RequestWithdrawn);
    assert_eq!(play.stands(50), TaskStatus::Cancelled);
    assert_eq!(reason(play.withdraw()), RefusalReason::RequestWithdrawn);
}

#[test]
fn edge_24_a_double_submit_or_double_click_does_nothing_twice() {
    let mut play = Play::submitted(json!([asks("a", &[50]), asks("b", &[51])]), json!({}));
    assert_eq!(reason(play.submit(json!({}))), RefusalReason::AlreadySubmitted);
    play.approve(50).unwrap();
    assert!(matches!(play.approve(50), Err(Refusal::AlreadyDecided { by: Some(by), .. }) if by == p(50)));
}

#[test]
fn only_the_right_people_may_act() {
    let sequence = with(asks("a", &[50, 51]), json!({ "sign": { "mode": "SEQUENTIAL" } }));
    let mut play = Play::submitted(json!([sequence]), json!({}));
    let task = play.task(50);
    let act = || Act::Approve {
        task,
        opinion: Opinion::default(),
        form: Values::new(),
    };
    assert_eq!(reason(play.act(51, act())), RefusalReason::NotYourTask);
    assert_eq!(reason(play.approve(51)), RefusalReason::NotYourTurn);
    let nobody = Act::WithdrawDecision {
        task: TaskId(Uuid::nil()),
    };
    assert_eq!(play.act(50, nobody), Err(Refusal::NotFound));
    assert_eq!(
        reason(play.act(50, Act::Withdraw { comment: None })),
        RefusalReason::NotApplicant
    );
    assert_eq!(reason(play.act(50, Act::Urge)), RefusalReason::NotApplicant);
    assert_eq!(reason(play.act(ME, Act::Retry)), RefusalReason::NotAdministrator);
    assert_eq!(
        reason(play.act(59, Act::Copy { members: vec![p(58)] })),
        RefusalReason::NotParticipant
    );
    assert_eq!(reason(play.resubmit(json!({}))), RefusalReason::NotReturned);
}

#[test]
fn words_are_required_with_a_refusal() {
    let mut play = Play::submitted(json!([asks("a", &[50])]), json!({}));
    let task = play.task(50);
    for comment in [None, Some("  ".to_owned())] {
        let opinion = Opinion {
            comment,
            attachments: Vec::new(),
        };
        let outcome = play.act(50, Act::Reject { task, opinion });
        assert_eq!(wrong(outcome), [("comment".to_owned(), FieldCode::Required)]);
    }
    let opinion = Opinion {
        comment: Some("长".repeat(1_000_000)),
        attachments: Vec::new(),
    };
    let outcome = play.act(
        50,
        Act::Approve {
            task,
            opinion,
            form: Values::new(),
        },
    );
    assert_eq!(wrong(outcome), [("comment".to_owned(), FieldCode::TooLong)]);
}

#[test]
fn handlers_cannot_refuse_and_nodes_can_switch_actions_off() {
    let handle = with(asks("a", &[50]), json!({ "kind": "HANDLE" }));
    let closed = with(asks("b", &[51]), json!({ "actions": ["REJECT"] }));
    let mut play = Play::submitted(json!([handle, closed]), json!({}));
    assert_eq!(reason(play.reject(50)), RefusalReason::ActionOff);
    play.approve(50).unwrap();
    assert_eq!(play.stands(50), TaskStatus::Handled);
    assert_eq!(reason(play.send_back(51, ReturnTo::Start)), RefusalReason::ActionOff);
}

#[test]
fn a_decision_can_be_taken_back_until_somebody_decides_after_it() {
    let cc = json!({ "key": "cc", "name": "cc", "kind": "CC", "rules": [{ "rule": "ROLE", "role": "HR" }] });
    let mut play = Play::submitted(
        json!([asks("a", &[50]), cc, asks("b", &[51]), asks("c", &[52])]),
        json!({}),
    );
    assert_eq!(reason(play.undo(50)), RefusalReason::NotDecided);
    play.approve(50).unwrap();
    play.undo(50).unwrap();
    assert_eq!(
        (play.waits_for(), play.stands(51), play.passed()),
        (vec![50], TaskStatus::Cancelled, vec!["start".to_owned()])
    );
    play.approve(50).unwrap();
    assert_eq!(play.waits_for(), [51]);
    play.approve(51).unwrap();
    assert_eq!(reason(play.undo(50)), RefusalReason::LaterDecision);
    play.undo(51).unwrap();
    play.approve(51).unwrap();
    play.approve(52).unwrap();
    assert_eq!(play.status(), ApprovalStatus::Approved);
    assert_eq!(reason(play.undo(52)), RefusalReason::RequestApproved);
}

#[test]
fn undo_inside_a_node_opens_only_what_it_must() {
    let any = with(asks("a", &[50, 51]), json!({ "sign": { "mode": "ANY" } }));
    let mut play = Play::submitted(json!([any, asks("b", &[52])]), json!({}));
    play.approve(50).unwrap();
    play.undo(50).unwrap();
    assert_eq!(play.waits_for(), [50, 51]);
    let sequence = with(asks("a", &[50, 51]), json!({ "sign": { "mode": "SEQUENTIAL" } }));
    let mut play = Play::submitted(json!([sequence, asks("b", &[52])]), json!({}));
    play.approve(50).unwrap();
    play.undo(50).unwrap();
    assert_eq!((play.waits_for(), play.stands(51)), (vec![50], TaskStatus::Waiting));
    play.approve(50).unwrap();
    play.approve(51).unwrap();
    assert_eq!(reason(play.undo(50)), RefusalReason::LaterDecision);
    let all = with(asks("a", &[50, 51]), json!({ "sign": { "mode": "ALL" } }));
    let mut play = Play::submitted(json!([all, asks("b", &[52])]), json!({}));
    play.approve(50).unwrap();
    play.approve(51).unwrap();
    play.undo(50).unwrap();
    assert_eq!((play.waits_for(), play.stands(51)), (vec![50], TaskStatus::Approved));
}

#[test]
fn withdrawal_follows_the_policy() {
    let check = |policy: &str, decided: bool, want: Option<RefusalReason>| {
        let mut play = Play::submitted(
            json!([asks("a", &[50]), asks("b", &[51])]),
            json!({ "withdraw": policy }),
        );
        if decided {
            play.approve(50).unwrap();
        }
        match want {
            None => assert!(play.withdraw().is_ok()),
            Some(want) => assert_eq!(reason(play.withdraw()), want, "{policy}"),
        }
    };
    check("ANYTIME", true, None);
    check("BEFORE_FIRST_DECISION", false, None);
    check("BEFORE_FIRST_DECISION", true, Some(RefusalReason::SomebodyDecided));
    check("NEVER", false, Some(RefusalReason::PolicyForbids));
    let mut play = Play::submitted(json!([asks("a", &[50])]), json!({ "withdraw": "NEVER" }));
    play.send_back(50, ReturnTo::Start).unwrap();
    play.withdraw().unwrap();
    assert_eq!(play.status(), ApprovalStatus::Withdrawn);
}

#[test]
fn urging_is_throttled_for_each_task() {
    let mut play = Play::submitted(json!([asks("a", &[50]), asks("b", &[51])]), json!({}));
    play.act(ME, Act::Urge).unwrap();
    let until = play.now + Duration::minutes(240);
    assert_eq!(play.act(ME, Act::Urge), Err(Refusal::Throttled { until }));
    play.approve(50).unwrap();
    play.act(ME, Act::Urge).unwrap();
    play.now += Duration::minutes(240);
    play.act(KEEPER, Act::Urge).unwrap();
}

#[test]
fn copies_go_to_each_person_once() {
    let cc = |key: &str, timing: &str| {
        json!({ "key": key, "name": key, "kind": "CC", "timing": timing,
        "rules": [{ "rule": "ROLE", "role": "HR" }, { "rule": "APPLICANT" }] })
    };
    let mut play = Play::submitted(
        json!([asks("a", &[50]), cc("cc", "FINISHED"), cc("cc2", "REACHED")]),
        json!({}),
    );
    assert!(play.case.copied.is_empty());
    play.act(50, Act::Copy { members: vec![p(30)] }).unwrap();
    let events = play.approve(50).unwrap();
    let sent: Vec<_> = events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::CopySent { .. }))
        .collect();
    assert_eq!(sent.len(), 1);
    assert_eq!(play.case.copied, BTreeSet::from([p(30), p(31)]));
    assert_eq!(events.last().unwrap().kind, EventKind::Approved);
}

#[test]
fn comments_change_nothing_but_the_version() {
    let mut play = Play::submitted(json!([asks("a", &[50])]), json!({}));
    play.act(59, Act::Comment { mentions: vec![p(50)] }).unwrap();
    assert_eq!((play.waits_for(), play.case.version), (vec![50], 2));
    let outcome = play.act(59, Act::Comment { mentions: vec![p(999)] });
    assert_eq!(wrong(outcome), [("mentions.0".to_owned(), FieldCode::NotFound)]);
}

#[test]
fn a_blocked_request_can_be_tried_again_or_ended() {
    let split = json!([{ "key": "x", "name": "x", "kind": "EXCLUSIVE", "branches": [
        { "key": "big", "when": "form.amount > 100", "nodes": [asks("a", &[50])] }, { "key": "small" }] }]);
    let mut play = Play::submitted(split, json!({}));
    assert_eq!(play.status(), ApprovalStatus::Blocked);
    assert_eq!(play.case.block.as_ref().unwrap().reason, BlockReason::ConditionFailed);
    assert_eq!(reason(play.withdraw()), RefusalReason::RequestBlocked);
    play.act(KEEPER, Act::Retry).unwrap();
    assert_eq!(play.status(), ApprovalStatus::Blocked);
    play.act(
        KEEPER,
        Act::Terminate {
            comment: "表单有误".to_owned(),
        },
    )
    .unwrap();
    assert_eq!(play.status(), ApprovalStatus::Terminated);
}

#[test]
fn edge_25_a_field_written_by_an_approver_steers_a_later_condition() {
    let split = json!({ "key": "x", "name": "x", "kind": "EXCLUSIVE", "branches": [
        { "key": "big", "when": "form.amount > 100", "nodes": [asks("b", &[51])] }, { "key": "small" }] });
    let writer = with(
        asks("a", &[50]),
        json!({ "writable": ["amount"], "required": ["amount"] }),
    );
    let mut play = Play::submitted(json!([writer, split]), json!({}));
    assert_eq!(wrong(play.approve(50)), [("amount".to_owned(), FieldCode::Required)]);
    let task = play.task(50);
    let write = |form: Value| Act::Approve {
        task,
        opinion: Opinion::default(),
        form: object(form),
    };
    assert_eq!(
        wrong(play.act(50, write(json!({ "amount": 1, "note": "x" })))),
        [("note".to_owned(), FieldCode::ReadOnly)]
    );
    assert_eq!(
        wrong(play.act(50, write(json!({ "amount": "x" })))),
        [("amount".to_owned(), FieldCode::WrongType)]
    );
    play.act(50, write(json!({ "amount": 200 }))).unwrap();
    assert_eq!(
        (play.waits_for(), play.case.form.get("amount")),
        (vec![51], Some(&json!(200)))
    );
    play.undo(50).unwrap();
    assert_eq!(play.case.form.get("amount"), None);
}
