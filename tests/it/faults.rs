//! A change that fails at its first, second ... last statement: each time nothing of it has happened, and no lock is left; in the end,
//! at the same key, it is done once. On SQLite also within those that go to the engine as one text, and behind the commit.

mod engine;
mod stage;

use serde_json::{Value, json};
use tests::{Person, TestApp};

use crate::flow::{decide, leave, submit};
use crate::org::import::base64;
use crate::org::member;
use stage::Stage;

const SUBMIT: &str = "mutation($input: SubmitApprovalInput!) { submitApproval(input: $input) { approval { id } } }";
const RESUBMIT: &str =
    "mutation($input: ResubmitApprovalInput!) { resubmitApproval(input: $input) { approval { id } } }";
const WITHDRAW: &str =
    "mutation($input: WithdrawApprovalInput!) { withdrawApproval(input: $input) { approval { id } } }";
const APPROVE: &str = "mutation($input: DecideTaskInput!) { approveTask(input: $input) { task { id } } }";
const REJECT: &str = "mutation($input: DecideTaskInput!) { rejectTask(input: $input) { task { id } } }";
const RETURN: &str = "mutation($input: ReturnTaskInput!) { returnTask(input: $input) { task { id } } }";
const TAKE_BACK: &str = "mutation($input: WithdrawDecisionInput!) { withdrawDecision(input: $input) { task { id } } }";
const COMMENT: &str = "mutation($input: CommentApprovalInput!) { commentApproval(input: $input) { comment { id } } }";
const COPY: &str = "mutation($input: CopyApprovalInput!) { copyApproval(input: $input) { approval { id } } }";
const URGE: &str = "mutation($input: UrgeApprovalInput!) { urgeApproval(input: $input) { urged } }";
const DRAFT: &str = "mutation($input: SaveApprovalDraftInput!) { saveApprovalDraft(input: $input) { draft { form } } }";
const CREATE: &str = "mutation($input: CreateMemberInput!) { createMember(input: $input) { member { id } } }";
const DISABLE: &str = "mutation($input: DisableMemberInput!) { disableMember(input: $input) { member { id } } }";
const IMPORT: &str = "mutation($input: ImportMembersInput!) { importMembers(input: $input) { applied } }";
const GRANT: &str = "mutation($input: GrantRoleInput!) { grantRole(input: $input) { __typename } }";
const ADJUST: &str = "mutation($input: AdjustLeaveInput!) { adjustLeave(input: $input) { __typename } }";
const TASK: &str = "query($id: ID!) { approval(id: $id) { viewerTask { id } } }";

async fn task(person: &Person, request: &Value) -> Value {
    person.run(TASK, json!({ "id": request["id"] })).await["approval"]["viewerTask"]["id"].take()
}

async fn requests(stage: &Stage) {
    let app = &stage.app;
    let (zhang, limin, wang) = (
        app.person("zhangwei").await,
        app.person("limin").await,
        app.person("wangfang").await,
    );
    let form = |key: &str, from: &str, to: &str| json!({ "templateKey": "leave", "form": leave(from, to), "idempotencyKey": key });
    let mut counts = Vec::new();
    let mut note = |name: &'static str, count: u64| counts.push((name, count));

    note(
        "submit",
        stage
            .every(&zhang, "submit", SUBMIT, form("s1", "2026-12-01", "2026-12-01"))
            .await,
    );
    stage
        .unanswered(&zhang, "submit", SUBMIT, form("s2", "2026-12-02", "2026-12-02"))
        .await;
    note(
        "draft",
        stage
            .every(
                &zhang,
                "draft",
                DRAFT,
                json!({ "templateKey": "leave", "form": { "reason": "x" } }),
            )
            .await,
    );

    // A decision that goes on to the next person, one taken back, and the last one, which takes the leave.
    let long = submit(&zhang, leave("2026-12-07", "2026-12-10")).await;
    let mine = task(&limin, &long).await;
    note(
        "approve",
        stage
            .every(
                &limin,
                "approve",
                APPROVE,
                json!({ "taskId": mine, "idempotencyKey": "a1" }),
            )
            .await,
    );
    note(
        "take back",
        stage
            .every(
                &limin,
                "take back",
                TAKE_BACK,
                json!({ "taskId": mine, "idempotencyKey": "b1" }),
            )
            .await,
    );
    decide(&limin, "approveTask", &long["id"], None).await;
    let last = task(&wang, &long).await;
    let input = json!({ "taskId": last, "comment": "同意", "idempotencyKey": "a2" });
    note(
        "last approval",
        stage.every(&wang, "last approval", APPROVE, input).await,
    );
    let short = submit(&zhang, leave("2026-12-14", "2026-12-14")).await;
    let input = json!({ "taskId": task(&limin, &short).await, "idempotencyKey": "a3" });
    stage.unanswered(&limin, "approve", APPROVE, input).await;

    let request = submit(&zhang, leave("2026-12-15", "2026-12-15")).await;
    note(
        "urge",
        stage
            .every(&zhang, "urge", URGE, json!({ "approvalId": request["id"] }))
            .await,
    );
    let cashier = app.person("cashier").await.id().await;
    let input = json!({ "approvalId": request["id"], "body": format!("请看 @[{cashier}]"), "idempotencyKey": "c1" });
    note("comment", stage.every(&zhang, "comment", COMMENT, input).await);
    let input = json!({ "approvalId": request["id"], "body": "再看", "idempotencyKey": "c2" });
    stage.unanswered(&zhang, "comment", COMMENT, input).await;
    let hr = app.person("hr").await.id().await;
    note(
        "copy",
        stage
            .every(
                &zhang,
                "copy",
                COPY,
                json!({ "approvalId": request["id"], "memberIds": [hr] }),
            )
            .await,
    );
    let input =
        json!({ "taskId": task(&limin, &request).await, "to": "START", "comment": "补充", "idempotencyKey": "r1" });
    note("return", stage.every(&limin, "return", RETURN, input).await);
    let input =
        json!({ "approvalId": request["id"], "form": leave("2026-12-16", "2026-12-16"), "idempotencyKey": "r2" });
    note("resubmit", stage.every(&zhang, "resubmit", RESUBMIT, input).await);
    let input = json!({ "taskId": task(&limin, &request).await, "comment": "不行", "idempotencyKey": "r3" });
    note("reject", stage.every(&limin, "reject", REJECT, input).await);
    note(
        "withdraw",
        stage
            .every(
                &zhang,
                "withdraw",
                WITHDRAW,
                json!({ "approvalId": request["id"], "idempotencyKey": "w1" }),
            )
            .await,
    );
    println!("{:?}: failures each change was put through: {counts:?}", app.engine);
    whole(app).await;
}

async fn people(stage: &Stage) {
    let app = &stage.app;
    let (admin, hr) = (app.person("admin").await, app.person("hr").await);
    let team = crate::org::department(&hr, "平台组").await;
    let mut counts = Vec::new();
    let mut note = |name: &'static str, count: u64| counts.push((name, count));
    let seat = json!([{ "departmentId": team["id"], "isPrimary": true, "isLeader": false }]);
    let new = |account: &str| {
        let input = json!({ "account": account, "name": "新人", "memberships": seat, "hiredOn": "2026-01-05", "careerStartedOn": "2010-07-01" });
        let mut input = input;
        input["idempotencyKey"] = account.into();
        input
    };
    note("create", stage.every(&hr, "create", CREATE, new("new.one")).await);
    let one = member(&hr, "new.one").await;
    let input = json!({ "memberId": one["id"], "role": "HR", "scope": "ALL" });
    note("grant", stage.every(&admin, "grant", GRANT, input).await);
    let input = json!({ "memberId": one["id"], "typeKey": "annual", "minutes": 480, "validFrom": "2026-01-01", "validTo": "2026-12-31", "note": "补记", "idempotencyKey": "adjust" });
    note("adjust", stage.every(&hr, "adjust", ADJUST, input).await);
    let input = json!({ "id": one["id"], "expectedVersion": one["version"] });
    note("disable", stage.every(&hr, "disable", DISABLE, input).await);
    let table = "姓名,账号,部门\n甲,row.a,平台组\n乙,row.b,平台组\n";
    let input = json!({ "fileName": "members.csv", "contentBase64": base64(table.as_bytes()), "dryRun": false, "idempotencyKey": "import" });
    note("import", stage.every(&hr, "import", IMPORT, input).await);
    println!("{:?}: failures each change was put through: {counts:?}", app.engine);
    whole(app).await;
}

/// The server works on as if nothing had been, and its log is whole.
async fn whole(app: &TestApp) {
    let ming = app.person("hr").await;
    let mut ears = ming.listen(None).await;
    submit(&ming, leave("2026-12-21", "2026-12-21")).await;
    ears.until("approval.submitted").await;
    assert_eq!(app.cx.db.integrity().await.expect("readable"), Vec::<String>::new());
    let signer = tongshi::event::seal::signer(&app.cx).expect("a key");
    let report = tongshi::event::seal::check(&app.cx, &signer, None)
        .await
        .expect("a log");
    let only_waiting =
        |found: &tongshi::event::seal::Finding| matches!(found, tongshi::event::seal::Finding::Unsealed(_));
    assert!(report.findings.iter().all(only_waiting), "{:?}", report.findings);
}

macro_rules! staged {
    ($($play:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $play() {
                super::$play(&super::Stage::new(tests::Engine::Sqlite).await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $play() {
                super::$play(&super::Stage::new(tests::Engine::Postgres).await).await;
            })*
        }
    };
}

staged! { requests people }
