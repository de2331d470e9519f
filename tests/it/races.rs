//! Several people, or several hands of one, at the same thing in the same moment: one outcome, and the others are told why not.
//!
//! The pairs of quality.md section 2 as far as there are such actions: nobody passes a task on, adds a signer or is too late by the
//! clock yet; who takes a step back races with the next one.
//!
//! `TONGSHI_RACE_ROUNDS` says how often each race is run; see `tests/durability/README.md`.

mod course;
mod keys;

use futures_util::future::{BoxFuture, join_all};
use serde_json::json;

use course::{ANSWER, Course, Request, Runner, SUBMIT, run, won};
use keys::{one_key_one_decision, one_key_one_member, one_key_one_request};

/// Rounds of each race, unless told otherwise.
const ROUNDS: usize = 5;

const RESUBMIT: &str =
    "mutation($input: ResubmitApprovalInput!) { resubmitApproval(input: $input) { approval { status } } }";
const WITHDRAW: &str =
    "mutation($input: WithdrawApprovalInput!) { withdrawApproval(input: $input) { approval { status } } }";
const APPROVE: &str = "mutation($input: DecideTaskInput!) { approveTask(input: $input) { approval { status } } }";
const REJECT: &str = "mutation($input: DecideTaskInput!) { rejectTask(input: $input) { approval { status } } }";
const RETURN: &str = "mutation($input: ReturnTaskInput!) { returnTask(input: $input) { approval { status } } }";
const TAKE_BACK: &str = "mutation($input: WithdrawDecisionInput!) { withdrawDecision(input: $input) { task { id } } }";
const TASK: &str = "query($id: ID!) { approval(id: $id) { viewerTask { id } } }";
const COMMENT: &str = "mutation($input: CommentApprovalInput!) { commentApproval(input: $input) { comment { id } } }";
const CREATE: &str = "mutation($input: CreateMemberInput!) { createMember(input: $input) { member { id } } }";
const CREATE_DEPARTMENT: &str =
    "mutation($input: CreateDepartmentInput!) { createDepartment(input: $input) { department { id version } } }";
const CLOSE: &str =
    "mutation($input: CloseDepartmentInput!) { closeDepartment(input: $input) { department { closed } } }";

/// Two decisions, or a decision and the applicant: one of them counts.
async fn one_wins(
    course: &mut Course,
    lanes: fn(&Request) -> [BoxFuture<'static, Runner>; 2],
    outcomes: [(&str, &str); 2],
) {
    let request = course.request().await;
    let first = |_| lanes(&request).into_iter().next().expect("the first");
    let second = |_| lanes(&request).into_iter().nth(1).expect("the second");
    let runners = course.line_up(&[&first, &second]);
    let done = course.race(runners).await;
    let winners: Vec<_> = done.iter().filter(|one| one.code().is_none()).collect();
    assert_eq!(
        winners.len(),
        1,
        "{:?}",
        done.iter().map(|one| &one.answer).collect::<Vec<_>>()
    );
    let state = course.state(&request).await;
    let expected = outcomes
        .iter()
        .find(|(does, _)| *does == winners[0].does)
        .expect("known")
        .1;
    assert_eq!(state["status"], expected, "{state}");
    let open = state["tasks"]
        .as_array()
        .expect("tasks")
        .iter()
        .filter(|task| task["status"] == "PENDING")
        .count();
    // What was sent back waits for the applicant.
    assert_eq!(open, usize::from(expected == "RETURNED"), "{state}");
}

fn approve(request: &Request) -> BoxFuture<'static, Runner> {
    run("approve", &request.approver, APPROVE, json!({ "taskId": request.task }))
}

fn reject(request: &Request) -> BoxFuture<'static, Runner> {
    run(
        "reject",
        &request.approver,
        REJECT,
        json!({ "taskId": request.task, "comment": "不行" }),
    )
}

fn withdraw(request: &Request) -> BoxFuture<'static, Runner> {
    run(
        "withdraw",
        &request.applicant,
        WITHDRAW,
        json!({ "approvalId": request.id }),
    )
}

async fn approve_approve(course: &mut Course) {
    one_wins(course, |one| [approve(one), approve(one)], [("approve", "APPROVED"); 2]).await;
}

async fn approve_reject(course: &mut Course) {
    let outcomes = [("approve", "APPROVED"), ("reject", "RETURNED")];
    one_wins(course, |one| [approve(one), reject(one)], outcomes).await;
}

async fn approve_withdraw(course: &mut Course) {
    let outcomes = [("approve", "APPROVED"), ("withdraw", "WITHDRAWN")];
    one_wins(course, |one| [approve(one), withdraw(one)], outcomes).await;
}

async fn return_approve(course: &mut Course) {
    let outcomes = [("approve", "APPROVED"), ("return", "RETURNED")];
    let lanes: fn(&Request) -> [BoxFuture<'static, Runner>; 2] = |one| {
        let input = json!({ "taskId": one.task, "to": "START", "comment": "请补充" });
        [run("return", &one.approver, RETURN, input), approve(one)]
    };
    one_wins(course, lanes, outcomes).await;
}

/// Who took the first step takes it back, or the next person takes theirs.
async fn take_back_approve(course: &mut Course) {
    let (request, next) = course.request_of_two().await;
    assert!(approve(&request).await.code().is_none());
    let task = next.run(TASK, json!({ "id": request.id })).await["approval"]["viewerTask"]["id"].take();
    let back = |_| {
        let input = json!({ "taskId": request.task });
        run("take back", &request.approver, TAKE_BACK, input)
    };
    let go_on = |_| run("approve", &next, APPROVE, json!({ "taskId": task }));
    let runners = course.line_up(&[&back, &go_on]);
    let done = course.race(runners).await;
    let (back, on) = (won(&done, "take back"), won(&done, "approve"));
    assert_eq!(back + on, 1, "{back} took it back and {on} went on");
    let state = course.state(&request).await;
    assert_eq!(state["status"], if on == 1 { "APPROVED" } else { "RUNNING" }, "{state}");
}

/// Who hands in again may still take it back, and who took it back does not hand it in again.
async fn resubmit_withdraw(course: &mut Course) {
    let request = course.request().await;
    assert!(reject(&request).await.code().is_none());
    let again = |_| {
        let input = json!({ "approvalId": request.id, "form": request.form });
        run("resubmit", &request.applicant, RESUBMIT, input)
    };
    let runners = course.line_up(&[&again, &|_| withdraw(&request)]);
    let done = course.race(runners).await;
    let (again, back) = (won(&done, "resubmit"), won(&done, "withdraw"));
    assert!(again <= 1 && back <= 1 && again + back >= 1, "{again} {back}");
    let state = course.state(&request).await;
    assert_eq!(
        state["status"],
        if back == 1 { "WITHDRAWN" } else { "RUNNING" },
        "{state}"
    );
    assert_eq!(state["round"], 1 + again, "{state}");
}

async fn comment_withdraw(course: &mut Course) {
    let request = course.request().await;
    let say = |at: usize| {
        let who = if at.is_multiple_of(3) {
            &request.approver
        } else {
            &request.applicant
        };
        run(
            "comment",
            who,
            COMMENT,
            json!({ "approvalId": request.id, "body": format!("第 {at} 条") }),
        )
    };
    let runners = course.line_up(&[&say, &|_| withdraw(&request)]);
    let done = course.race(runners).await;
    assert_eq!(won(&done, "withdraw"), 1);
    let state = course.state(&request).await;
    assert_eq!(
        (&state["status"], &state["commentCount"]),
        (&json!("WITHDRAWN"), &json!(won(&done, "comment")))
    );
}

/// Whoever joins finds the department open, or it is closed and nobody is in it.
async fn close_join(course: &mut Course) {
    let hr = course.person("hr").await;
    let admin = course.person("admin").await;
    let top = hr.run("{ departments { id parentId } }", json!({})).await;
    let top = top["departments"].as_array().expect("departments");
    let top = top.iter().find(|one| one["parentId"].is_null()).expect("a top")["id"].clone();
    let name = format!("临时组 {}", course.round);
    let made = admin
        .run(CREATE_DEPARTMENT, json!({ "input": { "parentId": top, "name": name } }))
        .await;
    let department = &made["createDepartment"]["department"];
    let round = course.round;
    let join = |at: usize| {
        let seat = json!([{ "departmentId": department["id"], "isPrimary": true, "isLeader": false }]);
        let input = json!({ "account": format!("race.{round}.{at}"), "name": "新人", "memberships": seat });
        run("join", &hr, CREATE, input)
    };
    let close = |_| {
        let input = json!({ "id": department["id"], "expectedVersion": department["version"] });
        run("close", &admin, CLOSE, input)
    };
    let begun: Vec<_> = course.line_up(&[&close, &join]).into_iter().map(tokio::spawn).collect();
    let done: Vec<Runner> = join_all(begun)
        .await
        .into_iter()
        .map(|one| one.expect("no panic"))
        .collect();
    for runner in &done {
        let known = ["NOT_ALLOWED_NOW", "CONFLICT", "INVALID"];
        assert!(
            runner.code().is_none_or(|code| known.contains(&code)),
            "{}",
            runner.answer
        );
        assert!(runner.took < ANSWER, "{:?}", runner.took);
    }
    let (closed, joined) = (won(&done, "close"), won(&done, "join"));
    assert!(
        (closed == 1) == (joined == 0) && closed <= 1,
        "{closed} closed it and {joined} joined"
    );
}

async fn overlap_overlap(course: &mut Course) {
    // A half day that is known to be free: it was asked for and taken back.
    let request = course.request().await;
    assert!(withdraw(&request).await.code().is_none());
    let ask = |_| {
        run(
            "ask",
            &request.applicant,
            SUBMIT,
            json!({ "templateKey": "leave", "form": request.form }),
        )
    };
    let runners = course.line_up(&[&ask, &ask]);
    let done = course.race(runners).await;
    assert_eq!(
        won(&done, "ask"),
        1,
        "{:?}",
        done.iter().map(|one| &one.answer).collect::<Vec<_>>()
    );
}

fn rounds() -> usize {
    let told = std::env::var("TONGSHI_RACE_ROUNDS").ok();
    told.map_or(ROUNDS, |told| told.parse().expect("a number"))
}

macro_rules! races {
    ($($race:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $race() {
                super::all_rounds!($race, tests::Engine::Sqlite);
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $race() {
                super::all_rounds!($race, tests::Engine::Postgres);
            })*
        }
    };
}

macro_rules! all_rounds {
    ($race:ident, $engine:expr) => {
        let begun = std::time::Instant::now();
        let mut course = super::Course::new($engine).await;
        for round in 0..super::rounds() {
            course.round = round;
            super::$race(&mut course).await;
        }
        println!(
            "{} on {:?}: {} rounds in {:?}, slowest answer {:?}, refused {:?}",
            stringify!($race),
            $engine,
            super::rounds(),
            begun.elapsed(),
            course.slowest,
            course.refusals
        );
    };
}
use all_rounds;

races! {
    approve_approve approve_reject approve_withdraw return_approve resubmit_withdraw comment_withdraw close_join
    take_back_approve overlap_overlap one_key_one_request one_key_one_decision one_key_one_member
}
