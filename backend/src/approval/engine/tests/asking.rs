//! Who is spared, who is chosen, what must be loaded.

use super::*;

#[test]
fn nobody_is_asked_twice_where_the_policy_says_so() {
    let check = |policy: &str, nodes: Value, order: &[u128]| {
        let mut play = Play::submitted(nodes, json!({ "dedup": policy }));
        for who in order {
            assert_eq!(play.waits_for(), [*who], "{policy}");
            play.approve(*who).unwrap();
        }
        assert_eq!(play.status(), ApprovalStatus::Approved, "{policy}");
    };
    let aba = || json!([asks("a", &[50]), asks("b", &[51]), asks("c", &[50])]);
    let aaa = || json!([asks("a", &[50]), asks("b", &[50]), asks("c", &[50])]);
    check("NONE", aba(), &[50, 51, 50]);
    check("CONSECUTIVE", aba(), &[50, 51, 50]);
    check("ALL_EARLIER", aba(), &[50, 51]);
    check("NONE", aaa(), &[50, 50, 50]);
    check("CONSECUTIVE", aaa(), &[50]);
    let handle = with(asks("b", &[50]), json!({ "kind": "HANDLE" }));
    check("ALL_EARLIER", json!([asks("a", &[50]), handle]), &[50, 50]);
    let signature = with(asks("b", &[50]), json!({ "signature": true }));
    check("ALL_EARLIER", json!([asks("a", &[50]), signature]), &[50, 50]);
    let or_sign = with(asks("b", &[51, 50]), json!({ "sign": { "mode": "ANY" } }));
    check("CONSECUTIVE", json!([asks("a", &[50]), or_sign]), &[50]);
    let writer = with(asks("b", &[51]), json!({ "writable": ["note"] }));
    let mut play = Play::submitted(
        json!([asks("a", &[50]), writer, asks("c", &[50])]),
        json!({ "dedup": "ALL_EARLIER" }),
    );
    play.approve(50).unwrap();
    let (task, form) = (play.task(51), object(json!({ "note": "改" })));
    play.act(
        51,
        Act::Approve {
            task,
            opinion: Opinion::default(),
            form,
        },
    )
    .unwrap();
    assert_eq!(play.waits_for(), [50], "the form changed since");
}

#[test]
fn chosen_people_are_checked() {
    let node = json!({ "key": "a", "name": "a", "kind": "APPROVE", "rules": [{ "rule": "CHOSEN_BY_APPLICANT", "at_most": 1 }] });
    let check = |chosen: &[(&str, &[u128])], want: Option<(&str, FieldCode)>| {
        let mut play = Play::new(json!([node]), json!({}));
        let chosen = chosen
            .iter()
            .map(|(key, members)| ((*key).to_owned(), members.iter().map(|n| p(*n)).collect()));
        let act = Act::Submit {
            form: Values::new(),
            chosen: chosen.collect(),
            copy_to: Vec::new(),
        };
        let outcome = play.act(ME, act);
        match want {
            None => assert_eq!((outcome.is_ok(), play.waits_for()), (true, vec![55])),
            Some((path, code)) => assert_eq!(wrong(outcome), [(path.to_owned(), code)]),
        }
    };
    check(&[("a", &[55])], None);
    check(&[], Some(("chosen.a", FieldCode::Required)));
    check(&[("a", &[55, 56])], Some(("chosen.a", FieldCode::TooMany)));
    check(&[("a", &[999])], Some(("chosen.a.0", FieldCode::NotFound)));
    check(
        &[("a", &[55]), ("b", &[56])],
        Some(("chosen.b", FieldCode::UnknownField)),
    );
}

#[test]
fn what_a_decision_needs_is_known_before() {
    let nodes = json!([
        { "key": "a", "name": "", "kind": "APPROVE", "rules": [{ "rule": "ROLE", "role": "HR" }, { "rule": "POSITION", "position": id(7) },
            { "rule": "MEMBER_FIELD", "field": "helper" }], "empty": { "then": "FALLBACK", "members": [id(59)] } },
        { "key": "x", "name": "", "kind": "EXCLUSIVE", "branches": [{ "key": "y", "nodes": [
            { "key": "b", "name": "", "kind": "CC", "rules": [{ "rule": "DEPARTMENT_MEMBERS", "of": { "of": "FIELD", "field": "unit" } }] }] }] },
    ]);
    let play = Play::new(nodes, json!({}));
    let form = object(json!({ "helper": id(58), "unit": d(2).0.to_string() }));
    let chosen = BTreeMap::from([("a".to_owned(), vec![p(57)])]);
    let needs = needs(&play.definition, &play.case, &form, &chosen);
    assert_eq!(needs.members, BTreeSet::from([p(ME), p(57), p(58), p(59)]));
    assert_eq!(needs.departments, BTreeSet::from([d(3), d(2)]));
    assert_eq!(needs.department_members, BTreeSet::from([d(2)]));
    assert_eq!(
        needs.roles,
        BTreeSet::from([Role::Hr, Role::ProcessAdministrator, Role::Administrator])
    );
    assert_eq!(needs.positions.len(), 1);
}
