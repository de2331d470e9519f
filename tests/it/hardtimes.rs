//! Hard times for the process itself: a panic in the middle of a change, a clock that leaps, an end that was asked for.

use std::time::{Duration, Instant};

use chrono::{Datelike, TimeDelta};
use futures_util::future::join_all;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::{Engine, Person, Process, TestApp, both, database};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::flow::{decide, leave, submit};
use crate::socket::{hear, say, subscribe, welcome};

const SUBMIT: &str = "mutation($input: SubmitApprovalInput!) { submitApproval(input: $input) { approval { id } } }";
const COMMENT: &str = "mutation($input: CommentApprovalInput!) { commentApproval(input: $input) { comment { id } } }";
const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }";
const STARTED: &str = "{ approvals(box: STARTED, first: 5) { totalCount } }";
const ME: &str = "{ viewer { roles } }";
/// What [`Process`] starts.
const SERVES: &str = "several::serves";

async fn comment_on(person: &Person, request: &Value, body: &str) {
    person
        .run(COMMENT, json!({ "input": { "approvalId": request, "body": body } }))
        .await;
}

/// Nothing of a panic is told, but where to find it.
fn masked(body: &Value) {
    let error = &body["errors"][0];
    assert_eq!(error["extensions"]["code"], "INTERNAL", "{body}");
    assert_eq!(
        error["extensions"]["requestId"].as_str().map(str::len),
        Some(32),
        "{body}"
    );
    for word in ["panic", "fuse", "burnt", ".rs"] {
        assert!(!body.to_string().contains(word), "{body}");
    }
}

both! {
    async fn a_panic_ends_one_request_and_nothing_else(app: TestApp) {
        let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
        let mut ears = limin.listen(None).await;
        let mut socket = welcome(&app, &limin).await;
        let input = json!({ "input": { "templateKey": "leave", "form": leave("2026-12-10", "2026-12-10"), "idempotencyKey": "again" } });
        let mut panics = 0;
        // The first id names the request itself; those behind it are asked for ever deeper in the change.
        for fuse in 2.. {
            app.ids.light(fuse);
            let (status, body) = zhang.send(SUBMIT, input.clone()).await;
            if app.ids.put_out() {
                assert_eq!(status, 200, "{body}");
                assert!(body.get("errors").is_none(), "{body}");
                break;
            }
            masked(&body);
            assert_eq!(zhang.run(STARTED, json!({})).await["approvals"]["totalCount"], 0, "nothing is left of it");
            panics += 1;
        }
        assert!(panics >= 5, "{panics}");
        assert_eq!(zhang.run(STARTED, json!({})).await["approvals"]["totalCount"], 1);
        ears.until("approval.submitted").await;

        // Over the socket: that operation alone fails, the socket and its other operations live.
        let document = "mutation { submitApproval(input: { templateKey: \"leave\", form: { leave_type: \"annual\", start_date: \"2026-12-15\", \
            start_part: \"AM\", end_date: \"2026-12-15\", end_part: \"PM\", reason: \"x\" } }) { approval { id } } }";
        app.ids.light(3);
        say(&mut socket, subscribe("1", document)).await;
        let heard = hear(&mut socket).await.expect("alive");
        assert!(!app.ids.put_out(), "{heard}");
        let errors = if heard["type"] == "error" { &heard["payload"] } else { &heard["payload"]["errors"] };
        masked(&json!({ "errors": errors }));
        say(&mut socket, subscribe("2", document)).await;
        loop {
            let heard = hear(&mut socket).await.expect("alive");
            if heard["id"] == "2" {
                assert!(heard["payload"]["data"]["submitApproval"]["approval"]["id"].is_string(), "{heard}");
                break;
            }
        }
        // The slices remember, lock and count as before.
        let request = submit(&zhang, leave("2026-12-11", "2026-12-11")).await;
        let done = decide(&limin, "approveTask", &request["id"], None).await;
        assert_eq!(done["approval"]["status"], "APPROVED");
    }

    async fn a_clock_that_leaps_changes_no_order_and_revives_nothing(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let gone = app.person("zhangwei").await;
        let keeper = app.person("limin").await;
        gone.run("mutation { signOut { ok } }", json!({})).await;
        // A spent refresh token, spent long ago as the clock goes.
        let renew = async |person: &Person| {
            let sent = person.client.post(app.url("/auth/refresh")).header("x-tongshi", "1").send().await.expect("an answer");
            let cookie = sent.headers().get("set-cookie").and_then(|value| value.to_str().ok()).map(str::to_owned);
            (sent.status().as_u16(), cookie.and_then(|cookie| cookie.split(';').next().map(str::to_owned)))
        };
        let with = async |cookie: &str| {
            let client = reqwest::Client::new();
            let sent = client.post(app.url("/auth/refresh")).header("x-tongshi", "1").header("cookie", cookie);
            sent.send().await.expect("an answer").status().as_u16()
        };
        let (status, first) = renew(&keeper).await;
        let spent = first.expect("a cookie");
        assert_eq!(status, 200);
        assert_eq!(renew(&keeper).await.0, 200, "the first is spent now");

        let request = submit(&zhang, leave("2026-12-10", "2026-12-10")).await;
        let mut ears = zhang.listen(None).await;
        comment_on(&zhang, &request["id"], "起点").await;
        ears.until("approval.commented").await;
        let start = ears.cursor.clone().expect("a cursor");
        let leaps = [TimeDelta::hours(1), TimeDelta::hours(-1), TimeDelta::days(1), TimeDelta::days(-1), TimeDelta::days(-1), TimeDelta::days(1)];
        let mut said = Vec::new();
        for (at, leap) in leaps.into_iter().enumerate() {
            app.clock.pass(leap);
            let now = app.person("zhangwei").await;
            now.run(ME, json!({})).await;
            let body = format!("第 {at} 跳");
            comment_on(&now, &request["id"], &body).await;
            said.push(body);
            let (_, urged) = now.send("mutation($input: UrgeApprovalInput!) { urgeApproval(input: $input) { urged } }", json!({ "input": { "approvalId": request["id"] } })).await;
            let code = urged["errors"][0]["extensions"]["code"].as_str();
            assert!([None, Some("THROTTLED")].contains(&code), "{urged}");
            assert_eq!(gone.refused(ME, json!({})).await.code, "UNAUTHENTICATED", "signed out stays signed out");
        }
        // Heard in the order in which it was done, whatever the clock said.
        let now = app.person("zhangwei").await;
        let mut ears = now.listen(Some(&start)).await;
        let mut cursors = Vec::new();
        while cursors.len() < said.len() {
            let item = ears.next().await;
            if item["kind"] == "approval.commented" {
                cursors.push(item["cursor"].as_str().expect("a cursor").to_owned());
            }
        }
        assert!(cursors.is_sorted() && cursors.windows(2).all(|two| two[0] != two[1]), "{cursors:?}");
        app.clock.pass(TimeDelta::days(-1));
        assert_eq!(with(&spent).await, 401, "what was spent stays spent, a day before it was");

        // Beyond what fits into 31 bits of seconds, and into the next century.
        for years in [15, 70] {
            app.clock.pass(TimeDelta::days(365 * years));
            assert_eq!(zhang.refused(ME, json!({})).await.code, "UNAUTHENTICATED");
            let later = app.person("zhangwei").await;
            later.run("{ viewer { member { name } counters { inbox } } approvals(box: STARTED, first: 5) { nodes { id } } leaveBalances { remainingMinutes } }", json!({})).await;
            comment_on(&later, &request["id"], "还在等").await;
        }
        let signer = tongshi::event::seal::signer(&app.cx).expect("a key");
        let report = tongshi::event::seal::check(&app.cx, &signer, None).await.expect("a log");
        assert!(report.findings.iter().all(|found| matches!(found, tongshi::event::seal::Finding::Unsealed(_))), "{:?}", report.findings);
    }
}

/// The present, or what is refused, to somebody with this token of theirs.
async fn answered(app: &TestApp, token: &str) -> Option<String> {
    let mut person = app.stranger();
    person.token = Some(token.to_owned());
    let (_, body) = person.send(ME, json!({})).await;
    body["errors"][0]["extensions"]["code"].as_str().map(str::to_owned)
}

/// Trades a cookie: the status, and the next cookie.
async fn renewed(app: &TestApp, cookie: &str) -> (u16, Option<String>) {
    let asked = reqwest::Client::new()
        .post(app.url("/auth/refresh"))
        .header("x-tongshi", "1")
        .header("cookie", cookie);
    let sent = asked.send().await.expect("an answer");
    let next = sent.headers().get("set-cookie").and_then(|value| value.to_str().ok());
    let next = next.and_then(|next| next.split(';').next()).map(str::to_owned);
    (sent.status().as_u16(), next)
}

/// Signs in without a cookie jar: token and cookie.
async fn signed_in(app: &TestApp, account: &str) -> (String, String) {
    let document = json!({ "query": SIGN_IN, "variables": { "input": { "account": account, "password": tongshi::demo::PASSWORD } } });
    let sent = reqwest::Client::new()
        .post(app.url("/graphql"))
        .json(&document)
        .send()
        .await
        .expect("an answer");
    let cookie = sent.headers().get("set-cookie").and_then(|value| value.to_str().ok());
    let cookie = cookie
        .and_then(|cookie| cookie.split(';').next())
        .expect("a cookie")
        .to_owned();
    let body: Value = sent.json().await.expect("JSON");
    (
        body["data"]["signIn"]["accessToken"]
            .as_str()
            .expect("a token")
            .to_owned(),
        cookie,
    )
}

both! {
    async fn what_has_ended_stays_ended_when_the_clock_goes_back(app: TestApp) {
        const CREATE: &str = "mutation($input: CreateAccessTokenInput!) { createAccessToken(input: $input) { token } }";
        let refused = Some("UNAUTHENTICATED".to_owned());
        let (access, _) = signed_in(&app, "zhangwei").await;
        let owner = app.person("zhangwei").await;
        let wanted = json!({ "input": { "name": "报表", "scopes": ["ORG_READ"], "expiresInDays": 1 } });
        let made = owner.run(CREATE, wanted).await;
        let program = made["createAccessToken"]["token"].as_str().expect("a token").to_owned();
        let request = submit(&owner, leave("2026-12-10", "2026-12-10")).await;
        assert_eq!(answered(&app, &access).await, None);
        assert_eq!(answered(&app, &program).await, None);

        // Within its life again as the machine goes: after a small step, an hour, a day, and years.
        let (minutes, days) = (TimeDelta::minutes, TimeDelta::days);
        app.clock.pass(minutes(11));
        assert_eq!(answered(&app, &access).await, refused);
        app.clock.pass(minutes(-6));
        assert_eq!(answered(&app, &access).await, refused, "five minutes old, as the clock says now");
        let around = [TimeDelta::hours(1), TimeDelta::hours(-1), days(1), days(-1), days(365 * 15), days(365 * 80)];
        for (at, leap) in around.into_iter().enumerate() {
            app.clock.pass(leap);
            assert_eq!(answered(&app, &access).await, refused, "after {leap}");
            let (there, cookie) = signed_in(&app, "zhangwei").await;
            assert_eq!(answered(&app, &there).await, None, "signed in after {leap}");
            let (status, next) = renewed(&app, &cookie).await;
            assert_eq!(status, 200, "renewed after {leap}");
            app.clock.pass(-leap);
            assert_eq!(answered(&app, &access).await, refused, "after {leap} and back");
            assert_eq!(answered(&app, &there).await, None, "who signed in after {leap} goes on behind it");
            let (status, _) = renewed(&app, &next.expect("a cookie")).await;
            assert_eq!(status, 200, "and renews behind it");
            let back = app.person("zhangwei").await;
            comment_on(&back, &request["id"], &format!("第 {at} 次")).await;
            back.run("{ viewer { counters { inbox } } leaveBalances { remainingMinutes } }", json!({})).await;
        }
        assert_eq!(answered(&app, &program).await, refused, "the program's token has ended on the way");
    }

    async fn a_session_found_ended_is_ended_for_good(app: TestApp) {
        let (_, cookie) = signed_in(&app, "zhangwei").await;
        let (_, other) = signed_in(&app, "limin").await;
        app.clock.pass(TimeDelta::days(15));
        assert_eq!(renewed(&app, &cookie).await.0, 401);
        app.clock.pass(TimeDelta::days(-15));
        assert_eq!(renewed(&app, &cookie).await.0, 401);
        assert_eq!(renewed(&app, &other).await.0, 200, "nobody asked for this one, and it has days to go");
        let app = app.restart().await;
        assert_eq!(renewed(&app, &cookie).await.0, 401, "a restart forgets nothing of it");
    }

    async fn a_year_begins_once_however_the_clock_leaps(app: TestApp) {
        let granted = async |year: i32| {
            let lots = entity::leave_lot::Entity::find().all(app.cx.db.read()).await.expect("lots");
            lots.iter().filter(|lot| lot.valid_from.year() == year).count()
        };
        let begin = async || tongshi::set_up::service::this_year(app.cx.clone(), Default::default()).await;
        begin().await;
        let (this, next) = (granted(2026).await, granted(2027).await);
        assert!(this > 0 && next == 0, "{this} {next}");
        for leap in [365, -365, 365, 1, -1, -365, -1, 1] {
            app.clock.pass(TimeDelta::days(leap));
            begin().await;
        }
        assert_eq!(granted(2026).await, this, "once");
        assert!(granted(2027).await > 0);
        let then = granted(2027).await;
        app.clock.pass(TimeDelta::days(365));
        begin().await;
        assert_eq!(granted(2027).await, then, "once");
    }
}

/// A connection that has begun a request and says no more.
async fn hung(process: &Process) -> TcpStream {
    let mut stream = TcpStream::connect(process.address).await.expect("a connection");
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{",
        process.address
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    // Until the server has read that much.
    tokio::time::sleep(Duration::from_millis(500)).await;
    stream
}

async fn serving() -> (Process, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = database::fresh(Engine::Sqlite, folder.path()).await;
    let process = Process::start(SERVES, &url, folder.path());
    process.ready(Duration::from_secs(20)).await;
    (process, folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_it_to_end_gets_what_is_under_way_and_no_more() {
    let (mut process, _folder) = serving().await;
    let zhang = Person::sign_in_at(process.address, "zhangwei", tongshi::demo::PASSWORD).await;
    let mut ears = zhang.listen(None).await;
    let _hung = hung(&process).await;
    // Signing in takes a while: it is under way when the signal comes.
    let accounts = ["limin", "wangfang", "hr", "cashier", "ceo", "admin"];
    let under_way = accounts.map(|account| {
        let stranger = Person::at(process.address);
        let input = json!({ "input": { "account": account, "password": tongshi::demo::PASSWORD } });
        tokio::spawn(async move { stranger.send(SIGN_IN, input).await })
    });
    tokio::time::sleep(Duration::from_millis(60)).await;
    process.signal("-TERM");
    let begun = Instant::now();
    while process.readiness().await != Some(503) {
        assert!(
            begun.elapsed() < Duration::from_secs(2),
            "not ready at once, and it says so"
        );
    }
    for answer in join_all(under_way).await {
        let (status, body) = answer.expect("no answer is cut");
        assert_eq!(status, 200);
        assert!(body["data"]["signIn"]["accessToken"].is_string(), "{body}");
    }
    assert_eq!(ears.closed().await, 1001);
    let status = process.ended(Duration::from_secs(30)).await;
    assert!(status.success(), "{status}");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_twice_is_obeyed_at_once() {
    let (mut process, _folder) = serving().await;
    let _hung = hung(&process).await;
    process.signal("-TERM");
    tokio::time::sleep(Duration::from_millis(300)).await;
    process.signal("-TERM");
    let status = process.ended(Duration::from_secs(2)).await;
    assert_eq!(status.code(), Some(130));
}
