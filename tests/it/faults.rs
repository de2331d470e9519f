//! A change that fails at its first, second ... last statement, on SQLite in the midst of them: each time nothing of it has happened, and no lock is left; in the
//! end, at the same key, it is done once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};
use tests::app::clock;
use tests::{Engine, Person, TestApp, Wire, database};
use tongshi::config::Settings;

use crate::flow::{decide, leave, submit};
use crate::org::import::base64;
use crate::org::member;

/// Longest an attempt may take, whatever the one before left behind.
const ANSWER: Duration = Duration::from_secs(5);
/// More statements than any change has.
const MOST: u64 = 300;

/// How the database is made to fail.
enum Saboteur {
    /// The connection breaks before the statement arrives.
    Postgres(Wire),
    /// The engine is interrupted in the statement, which rolls back by itself.
    Sqlite(Arc<AtomicBool>),
}

/// A company, and a database that fails when told to.
struct Stage {
    app: TestApp,
    saboteur: Saboteur,
    /// A look at the database that does not go through the server.
    outside: DatabaseConnection,
}

impl Stage {
    async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database::fresh(engine, folder.path()).await;
        let mut options = ConnectOptions::new(url.clone());
        options
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None);
        let outside = Database::connect(options).await.expect("a connection");
        let (saboteur, url) = match engine {
            Engine::Postgres => {
                let (wire, url) = Wire::to_database(&url).await;
                (Saboteur::Postgres(wire), url)
            }
            Engine::Sqlite => (Saboteur::Sqlite(Arc::default()), url),
        };
        let unlimited = Settings {
            member_points: Some(0),
            ..Settings::default()
        };
        let app = TestApp::over_with(engine, url, folder, clock(), unlimited).await;
        Self { app, saboteur, outside }
    }

    /// The next transaction fails at this statement; on SQLite the engine in a step of one.
    async fn arm(&self, at: u64) {
        match &self.saboteur {
            Saboteur::Postgres(wire) => wire.break_at(at),
            Saboteur::Sqlite(armed) => {
                armed.store(true, Ordering::SeqCst);
                let armed = armed.clone();
                let (mut steps, last) = (0, Self::step(at));
                let pool = self.app.cx.db.write().get_sqlite_connection_pool().clone();
                let mut connection = pool.acquire().await.expect("the writer");
                let mut handle = connection.lock_handle().await.expect("its handle");
                handle.set_progress_handler(1, move || {
                    steps += 1;
                    let hit = steps >= last && armed.swap(false, Ordering::SeqCst);
                    !hit
                });
            }
        }
    }

    /// At which step of the engine the failure comes: at each of the first, and then ever less densely.
    fn step(at: u64) -> u64 {
        (1..at).fold(1, |step, _| step + 1 + step / 16)
    }

    /// Takes the failure back, and says whether it had not come.
    fn disarm(&self) -> bool {
        match &self.saboteur {
            Saboteur::Postgres(wire) => wire.relent(),
            Saboteur::Sqlite(armed) => armed.swap(false, Ordering::SeqCst),
        }
    }

    async fn value(&self, query: &str) -> String {
        let statement = Statement::from_string(self.app.cx.db.backend(), query.to_owned());
        let row = self
            .outside
            .query_one_raw(statement)
            .await
            .expect("an answer")
            .expect("a row");
        let number = row.try_get_by_index::<i64>(0).map(|number| number.to_string());
        number.or_else(|_| row.try_get_by_index::<String>(0)).expect("a value")
    }

    /// All that is kept, in one value: it changes when anything does. On SQLite the engine itself counts the commits of others.
    async fn all(&self) -> String {
        if self.app.engine == Engine::Sqlite {
            return self.value("PRAGMA data_version").await;
        }
        let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1";
        let rows = Statement::from_string(DbBackend::Postgres, tables);
        let rows = self.outside.query_all_raw(rows).await.expect("tables");
        let digests: Vec<_> = rows
            .iter()
            .map(|row| row.try_get_by_index::<String>(0).expect("a name"))
            // What the relay adds by itself: numbers and seals.
            .filter(|table| table != "event_seal")
            .map(|table| format!("(SELECT md5(coalesce(string_agg((to_jsonb(t) - 'seq')::text, '|' ORDER BY (to_jsonb(t) - 'seq')::text), '')) FROM {table} t)"))
            .collect();
        self.value(&format!("SELECT concat({})", digests.join(", "))).await
    }

    /// Waits until the relay has nothing to do.
    async fn settled(&self) {
        let waiting = "SELECT count(*) FROM event_log WHERE seq IS NULL OR seq > (SELECT coalesce(max(through), 0) FROM event_seal)";
        while self.value(waiting).await != "0" {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(60)).await;
    }

    /// Fails a change at every statement, and then lets it be done; says how many failures it took.
    async fn every(&self, person: &Person, name: &str, document: &str, input: Value) -> u64 {
        self.settled().await;
        let before = self.all().await;
        for at in 1..MOST {
            self.arm(at).await;
            let begun = Instant::now();
            let (_, body) = person.send(document, json!({ "input": input })).await;
            let took = begun.elapsed();
            let spared = self.disarm();
            assert!(took < ANSWER, "{name} at {at} took {took:?}");
            let Some(code) = body["errors"][0]["extensions"]["code"].as_str() else {
                // On SQLite the relay, which follows the commit on the same connection, may have met it.
                let met = !spared && self.app.engine == Engine::Postgres;
                assert!(!met, "{name}: done in spite of a failure at {at}: {body}");
                assert_ne!(self.all().await, before, "{name}: nothing was done");
                assert!(at > 2, "{name}: it never failed");
                return at - 1;
            };
            assert_eq!(code, "UNAVAILABLE", "{name} at {at}: {body}");
            if self.app.engine == Engine::Sqlite && self.all().await != before {
                // The interruption came behind the commit: all of it was done, and asking again finds that.
                self.settled().await;
                let done = self.all().await;
                let (_, again) = person.send(document, json!({ "input": input })).await;
                let keyed = input["idempotencyKey"].is_string();
                assert_eq!(again.get("errors").is_none(), keyed, "{name} at {at}: {again}");
                assert_eq!(self.all().await, done, "{name} at {at}: and not again");
                return at;
            }
            assert_eq!(self.all().await, before, "{name}: half of it was done at {at}");
        }
        panic!("{name}: it fails for ever");
    }

    /// Only the answer to the commit is lost: asked again with the same key, the answer is that of what was done.
    async fn unanswered(&self, person: &Person, name: &str, document: &str, input: Value) {
        let Saboteur::Postgres(wire) = &self.saboteur else {
            return;
        };
        self.settled().await;
        let before = self.all().await;
        wire.break_after_commit();
        let (_, lost) = person.send(document, json!({ "input": input })).await;
        assert!(!wire.relent(), "{name}: it commits");
        assert_eq!(lost["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{name}: {lost}");
        let done = self.all().await;
        assert_ne!(done, before, "{name}: it was done");
        let (_, again) = person.send(document, json!({ "input": input })).await;
        assert!(again.get("errors").is_none(), "{name}: {again}");
        assert_eq!(self.all().await, done, "{name}: and not again");
    }
}

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
