//! Return, correction, rounds.

use super::*;

fn three() -> Value {
    json!([asks("a", &[50]), asks("b", &[51]), asks("c", &[52])])
}

#[test]
fn a_returned_request_is_a_task_of_the_applicant_and_starts_a_new_round() {
    let mut play = Play::submitted(three(), json!({}));
    play.approve(50).unwrap();
    play.send_back(51, ReturnTo::Start).unwrap();
    assert_eq!((play.status(), play.waits_for()), (ApprovalStatus::Returned, vec![ME]));
    assert_eq!(play.stands(51), TaskStatus::Returned);
    let task = play.task(ME);
    let form = Values::new();
    let refused = play.act(
        ME,
        Act::Approve {
            task,
            opinion: Opinion::default(),
            form,
        },
    );
    assert_eq!(reason(refused), RefusalReason::UseResubmit);
    assert_eq!(reason(play.undo(51)), RefusalReason::RequestReturned);
    play.resubmit(json!({ "note": "已补充" })).unwrap();
    assert_eq!(
        (play.status(), play.case.round, play.waits_for()),
        (ApprovalStatus::Running, 2, vec![50])
    );
    assert_eq!(play.stands(ME), TaskStatus::Handled);
}

#[test]
fn rejection_follows_the_policy() {
    let check = |policy: Value, want: ApprovalStatus, waits_for: &[u128]| {
        let mut play = Play::submitted(three(), json!({ "on_reject": policy }));
        play.approve(50).unwrap();
        play.approve(51).unwrap();
        play.reject(52).unwrap();
        assert_eq!(
            (play.status(), play.waits_for()),
            (want, waits_for.to_vec()),
            "{policy}"
        );
        assert_eq!(
            reason(play.undo(52)),
            match want {
                ApprovalStatus::Rejected => RefusalReason::RequestRejected,
                _ => RefusalReason::RequestReturned,
            }
        );
    };
    check(json!({ "then": "RETURN_TO_START" }), ApprovalStatus::Returned, &[ME]);
    check(json!({ "then": "TERMINATE" }), ApprovalStatus::Rejected, &[]);
    check(
        json!({ "then": "RETURN_TO", "node": "a" }),
        ApprovalStatus::Running,
        &[50],
    );
    check(
        json!({ "then": "RETURN_TO", "node": "nowhere" }),
        ApprovalStatus::Returned,
        &[ME],
    );
}

#[test]
fn return_leads_only_to_nodes_that_were_passed() {
    let mut play = Play::submitted(three(), json!({}));
    let nowhere = |key: &str| ReturnTo::Node(key.to_owned());
    assert_eq!(reason(play.send_back(50, nowhere("b"))), RefusalReason::TargetNotPassed);
    assert_eq!(
        reason(play.send_back(50, nowhere("nothing"))),
        RefusalReason::TargetNotPassed
    );
    assert_eq!(reason(play.send_back(50, nowhere("a"))), RefusalReason::TargetNotPassed);
    play.approve(50).unwrap();
    play.send_back(51, ReturnTo::Previous).unwrap();
    assert_eq!(
        (play.status(), play.waits_for(), play.case.round),
        (ApprovalStatus::Running, vec![50], 1)
    );
    play.send_back(50, ReturnTo::Previous).unwrap();
    assert_eq!(play.status(), ApprovalStatus::Returned);
    assert_eq!(play.passed(), Vec::<String>::new());
}

#[test]
fn returned_twice_in_a_row_and_forward_again_by_the_path() {
    for (policy, after_a) in [("RERUN", 51), ("RESUME_HERE", 51)] {
        let mut play = Play::submitted(three(), json!({ "rework": policy }));
        play.approve(50).unwrap();
        play.approve(51).unwrap();
        play.send_back(52, ReturnTo::Previous).unwrap();
        assert_eq!(play.waits_for(), [51]);
        play.send_back(51, ReturnTo::Previous).unwrap();
        assert_eq!(play.waits_for(), [50]);
        play.approve(50).unwrap();
        assert_eq!(play.waits_for(), [after_a]);
        play.approve(51).unwrap();
        assert_eq!(
            (play.waits_for(), play.passed()),
            (vec![52], vec!["start".to_owned(), "a".to_owned(), "b".to_owned()])
        );
        play.approve(52).unwrap();
        assert_eq!(play.status(), ApprovalStatus::Approved);
    }
}

#[test]
fn rework_resumes_or_runs_again() {
    for (policy, next) in [("RERUN", 51), ("RESUME_HERE", 52)] {
        let mut play = Play::submitted(three(), json!({ "rework": policy }));
        play.approve(50).unwrap();
        play.approve(51).unwrap();
        play.send_back(52, ReturnTo::Node("a".to_owned())).unwrap();
        play.approve(50).unwrap();
        assert_eq!(play.waits_for(), [next], "{policy}");
        play.undo(50).unwrap();
        assert_eq!(play.waits_for(), [50], "{policy}");
        play.approve(50).unwrap();
        assert_eq!(play.waits_for(), [next], "{policy}");
    }
}

#[test]
fn edge_14_a_correction_that_matters_runs_through_all_nodes() {
    let split = json!({ "key": "x", "name": "x", "kind": "EXCLUSIVE", "branches": [
        { "key": "big", "when": "form.amount > 100", "nodes": [asks("head", &[53])] }, { "key": "small" }] });
    let check = |form: Value, waits_for: u128, passed: &[&str]| {
        let nodes = json!([asks("a", &[50]), split, asks("b", &[51])]);
        let mut play = Play::new(nodes, json!({ "resubmit": "RESUME_HERE" }));
        play.submit(json!({ "amount": 50, "note": "x", "goods": "纸" }))
            .unwrap();
        play.approve(50).unwrap();
        play.send_back(51, ReturnTo::Start).unwrap();
        play.resubmit(form.clone()).unwrap();
        assert_eq!(
            (play.waits_for(), play.passed()),
            (vec![waits_for], passed.iter().map(|key| (*key).to_owned()).collect()),
            "{form}"
        );
        if waits_for == 50 && form["amount"] == json!(500) {
            play.approve(50).unwrap();
            assert_eq!(play.waits_for(), [53]);
        }
    };
    check(
        json!({ "amount": 50, "note": "y", "goods": "纸" }),
        51,
        &["start", "a", "x"],
    );
    check(json!({ "amount": 500, "note": "x", "goods": "纸" }), 50, &["start"]);
    check(json!({ "amount": 50, "note": "x", "goods": "笔" }), 50, &["start"]);
}

#[test]
fn edge_7_return_to_a_countersign_asks_whoever_it_means_now() {
    let hr = json!({ "key": "hr", "name": "hr", "kind": "APPROVE", "rules": [{ "rule": "ROLE", "role": "HR" }] });
    let mut play = Play::submitted(json!([hr, asks("b", &[51])]), json!({}));
    play.approve(30).unwrap();
    play.approve(31).unwrap();
    play.facts.org.roles.insert(Role::Hr, vec![p(31), p(59)]);
    play.send_back(51, ReturnTo::Previous).unwrap();
    assert_eq!(play.waits_for(), [31, 59]);
}

#[test]
fn one_return_closes_the_whole_node() {
    let mut play = Play::submitted(json!([asks("a", &[50, 51, 52])]), json!({}));
    play.approve(50).unwrap();
    play.send_back(51, ReturnTo::Start).unwrap();
    assert_eq!(
        (play.stands(50), play.stands(52)),
        (TaskStatus::Approved, TaskStatus::Cancelled)
    );
    assert_eq!(reason(play.approve(52)), RefusalReason::RequestReturned);
}

#[test]
fn earlier_approvals_spare_nobody_after_a_return() {
    let nodes = json!([asks("a", &[50]), asks("b", &[51]), asks("c", &[50])]);
    let mut play = Play::submitted(nodes, json!({ "dedup": "ALL_EARLIER" }));
    play.approve(50).unwrap();
    play.send_back(51, ReturnTo::Previous).unwrap();
    assert_eq!(play.waits_for(), [50]);
    play.approve(50).unwrap();
    play.approve(51).unwrap();
    assert_eq!(play.status(), ApprovalStatus::Approved, "the fresh approval counts");
}

#[test]
fn values_survive_nodes_that_write_none() {
    let mut play = Play::new(three(), json!({}));
    play.submit(json!({ "amount": 7, "note": "x" })).unwrap();
    play.approve(50).unwrap();
    play.send_back(51, ReturnTo::Previous).unwrap();
    play.approve(50).unwrap();
    assert_eq!(
        Value::Object(play.case.form.clone()),
        json!({ "amount": 7, "note": "x" })
    );
}

#[test]
fn terminated_while_returned_asks_nobody() {
    let mut play = Play::submitted(three(), json!({}));
    play.send_back(50, ReturnTo::Start).unwrap();
    play.act(
        KEEPER,
        Act::Terminate {
            comment: "项目取消".to_owned(),
        },
    )
    .unwrap();
    assert_eq!(
        (play.status(), play.stands(ME)),
        (ApprovalStatus::Terminated, TaskStatus::Cancelled)
    );
}
