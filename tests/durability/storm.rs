//! Kills a server again and again while people work, and then compares what they were told with what there is.
//!
//! ```text
//! cargo build --release
//! cargo run --release -p tests --example storm -- target/release/tongshi --kills 200
//! cargo run --release -p tests --example storm -- target/release/tongshi --kills 200 --database-url postgres://me@127.0.0.1/storm
//! ```
//!
//! The ledger of what was acknowledged is kept here, outside the product. A fifth of the kills hit the server while it recovers.

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{Datelike, Days, NaiveDate, Utc, Weekday};
use clap::Parser;
use reqwest::Client;
use serde_json::{Value, json};

/// Kills a server again and again while people work.
#[derive(Parser)]
struct Storm {
    /// The program under test
    program: String,
    /// How often it is killed
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// People who write at once
    #[arg(long, default_value_t = 8)]
    writers: usize,
    /// A database besides the embedded one; it must be empty
    #[arg(long)]
    database_url: Option<String>,
}

/// Codes of answers that say to come again.
const LATER: [&str; 3] = ["THROTTLED", "RATE_LIMITED", "INTERNAL"];
/// Longest a server may take to be ready again.
const READY: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() {
    let storm = Storm::parse();
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::new(&storm, folder.path().display().to_string());
    let mut child = server.start();
    server.ready(Duration::from_secs(120)).await;
    let people = server.people(storm.writers * 2).await;
    let stop = Arc::new(AtomicBool::new(false));
    let counted = Arc::new(AtomicU64::new(0));
    let writers: Vec<_> = people
        .into_iter()
        .take(storm.writers)
        .map(|account| tokio::spawn(write(server.clone(), account, stop.clone(), counted.clone())))
        .collect();
    let deciders: Vec<_> = ["limin", "wangfang", "ceo"]
        .map(|account| tokio::spawn(decide(server.clone(), account.to_owned(), stop.clone())))
        .into_iter()
        .collect();

    let mut slowest = Duration::ZERO;
    for kill in 0..storm.kills {
        let early = kill % 5 == 4;
        let pause = if early {
            20 + u64::from(kill) % 130
        } else {
            300 + u64::from(kill) * 37 % 900
        };
        tokio::time::sleep(Duration::from_millis(pause)).await;
        child.kill().expect("killed");
        child.wait().expect("ended");
        child = server.start();
        if !early || kill + 1 == storm.kills {
            slowest = slowest.max(server.ready(READY).await);
        }
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    stop.store(true, Ordering::Relaxed);
    let mut wrong = Vec::new();
    let (mut submitted, mut decided) = (0, 0);
    for writer in writers {
        let (account, told) = writer.await.expect("no panic");
        submitted += told.len();
        wrong.extend(server.compare(&account, &told).await);
    }
    for decider in deciders {
        let (account, told) = decider.await.expect("no panic");
        decided += told.len();
        wrong.extend(server.compare_decisions(&account, &told).await);
    }
    terminate(&mut child);
    let verified = server.verify();
    println!(
        "{} kills, {submitted} requests and {decided} decisions acknowledged, ready again within {slowest:?}",
        storm.kills
    );
    for line in &wrong {
        println!("WRONG: {line}");
    }
    println!("verify: {}", if verified { "whole" } else { "NOT WHOLE" });
    if !wrong.is_empty() || !verified {
        std::process::exit(1);
    }
}

fn terminate(child: &mut Child) {
    let done = Command::new("kill").arg(child.id().to_string()).status();
    assert!(
        done.is_ok_and(|status| status.success()),
        "the server runs until it is told to stop"
    );
    assert!(child.wait().expect("ended").success(), "it stops cleanly");
}

#[derive(Clone)]
struct Server {
    program: String,
    arguments: Vec<String>,
    origin: String,
    client: Client,
}

impl Server {
    fn new(storm: &Storm, folder: String) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let listen = format!("127.0.0.1:{port}");
        let mut arguments = vec!["--listen".to_owned(), listen.clone(), "--data-dir".to_owned(), folder];
        if let Some(url) = &storm.database_url {
            arguments.extend(["--database-url".to_owned(), url.clone()]);
        }
        Self {
            program: storm.program.clone(),
            arguments,
            origin: format!("http://{listen}"),
            client: Client::builder()
                .timeout(Duration::from_secs(10))
                .build()
                .expect("a client"),
        }
    }

    fn start(&self) -> Child {
        Command::new(&self.program)
            .arg("demo")
            .args(&self.arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a server")
    }

    async fn ready(&self, within: Duration) -> Duration {
        let begun = Instant::now();
        loop {
            let answer = self.client.get(format!("{}/readyz", self.origin)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return begun.elapsed();
            }
            assert!(begun.elapsed() < within, "not ready within {within:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn verify(&self) -> bool {
        let done = Command::new(&self.program).arg("verify").args(&self.arguments).status();
        done.is_ok_and(|status| status.success())
    }

    /// Asks until the server answers, whatever happens to it meanwhile, and however often it says that it is too often.
    async fn ask(&self, token: Option<&str>, document: &str, variables: &Value) -> Value {
        loop {
            let mut request = self
                .client
                .post(format!("{}/graphql", self.origin))
                .json(&json!({ "query": document, "variables": variables }));
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            if let Ok(answer) = request.send().await
                && answer.status().as_u16() < 500
                && let Ok(answer) = answer.json::<Value>().await
                && !LATER.contains(&answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default())
            {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    async fn sign_in(&self, account: &str) -> String {
        let document = "mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }";
        let input = json!({ "input": { "account": account, "password": "tongshi-demo" } });
        let answer = self.ask(None, document, &input).await;
        answer["data"]["signIn"]["accessToken"]
            .as_str()
            .unwrap_or_else(|| panic!("{account}: {answer}"))
            .to_owned()
    }

    async fn people(&self, wanted: usize) -> Vec<String> {
        let token = self.sign_in("admin").await;
        let answer = self
            .ask(
                Some(&token),
                "{ members(first: 100) { nodes { account } } }",
                &json!({}),
            )
            .await;
        let all = answer["data"]["members"]["nodes"].as_array().expect("members");
        let accounts = all.iter().filter_map(|one| one["account"].as_str());
        let fixed = ["admin", "limin", "wangfang", "ceo"];
        accounts
            .filter(|account| !fixed.contains(account))
            .take(wanted)
            .map(str::to_owned)
            .collect()
    }

    /// Everything a person was told of is there, and nothing they did not ask for.
    async fn compare(&self, account: &str, told: &HashMap<String, String>) -> Vec<String> {
        let token = self.sign_in(account).await;
        let mut wrong = Vec::new();
        for (key, id) in told {
            let document = "query($id: ID!) { approval(id: $id) { form } }";
            let answer = self.ask(Some(&token), document, &json!({ "id": id })).await;
            if answer["data"]["approval"]["form"]["reason"] != **key {
                wrong.push(format!("{account} was told of {id} ({key}), found {answer}"));
            }
        }
        let mut after = Value::Null;
        let mut found = 0;
        loop {
            let document = "query($after: String) { approvals(box: STARTED, first: 100, after: $after) { nodes { form } pageInfo { hasNextPage endCursor } } }";
            let answer = self.ask(Some(&token), document, &json!({ "after": after })).await;
            let page = &answer["data"]["approvals"];
            let reasons = page["nodes"]
                .as_array()
                .expect("a page")
                .iter()
                .map(|one| &one["form"]["reason"]);
            found += reasons
                .filter(|reason| reason.as_str().is_some_and(|reason| reason.starts_with("storm ")))
                .count();
            if page["pageInfo"]["hasNextPage"] != true {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        if found != told.len() {
            wrong.push(format!("{account} was told of {} requests and has {found}", told.len()));
        }
        wrong
    }

    async fn compare_decisions(&self, account: &str, told: &[String]) -> Vec<String> {
        let token = self.sign_in(account).await;
        let mut wrong = Vec::new();
        for task in told {
            let document = "query($id: ID!) { node(id: $id) { ... on ApprovalTask { status } } }";
            let answer = self.ask(Some(&token), document, &json!({ "id": task })).await;
            if answer["data"]["node"]["status"] != "APPROVED" {
                wrong.push(format!("{account} approved {task}, found {answer}"));
            }
        }
        wrong
    }
}

/// Asks for half days, one after another, until told to stop; says which requests were acknowledged, by their key.
async fn write(
    server: Server,
    account: String,
    stop: Arc<AtomicBool>,
    counted: Arc<AtomicU64>,
) -> (String, HashMap<String, String>) {
    let mut token = server.sign_in(&account).await;
    let mut told = HashMap::new();
    let mut halves = halves();
    while !stop.load(Ordering::Relaxed) {
        let Some((day, part)) = halves.next() else { break };
        let key = format!("storm {account} {}", counted.fetch_add(1, Ordering::Relaxed));
        let form = json!({ "leave_type": "personal", "start_date": day, "start_part": part, "end_date": day, "end_part": part, "reason": key });
        let input = json!({ "input": { "templateKey": "leave", "form": form, "idempotencyKey": key } });
        let document = "mutation($input: SubmitApprovalInput!) { submitApproval(input: $input) { approval { id } } }";
        loop {
            let answer = server.ask(Some(&token), document, &input).await;
            if let Some(id) = answer["data"]["submitApproval"]["approval"]["id"].as_str() {
                told.insert(key, id.to_owned());
                break;
            }
            match answer["errors"][0]["extensions"]["code"].as_str() {
                Some("UNAUTHENTICATED") => token = server.sign_in(&account).await,
                Some("CONFLICT") => {}
                // A half day the demo company has taken already, or a holiday.
                _ => break,
            }
        }
    }
    (account, told)
}

/// Approves what waits, until told to stop; says which tasks were acknowledged.
async fn decide(server: Server, account: String, stop: Arc<AtomicBool>) -> (String, Vec<String>) {
    let mut token = server.sign_in(&account).await;
    let mut told = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let answer = server
            .ask(Some(&token), "{ approvalInbox(first: 5) { nodes { id } } }", &json!({}))
            .await;
        if answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED" {
            token = server.sign_in(&account).await;
            continue;
        }
        let tasks = answer["data"]["approvalInbox"]["nodes"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        if tasks.is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        for task in tasks.iter().filter_map(|task| task["id"].as_str()) {
            let document = "mutation($input: DecideTaskInput!) { approveTask(input: $input) { task { status } } }";
            let input = json!({ "input": { "taskId": task, "idempotencyKey": format!("storm {task}") } });
            let answer = server.ask(Some(&token), document, &input).await;
            if answer["data"]["approveTask"]["task"]["status"] == "APPROVED" {
                told.push(task.to_owned());
            }
        }
    }
    (account, told)
}

/// Half days of working weeks from two months on.
fn halves() -> impl Iterator<Item = (NaiveDate, &'static str)> {
    #[expect(clippy::disallowed_methods, reason = "a server under test lives in the present")]
    let today = Utc::now().date_naive();
    (60..)
        .map(move |after| today + Days::new(after))
        .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .flat_map(|day| [(day, "AM"), (day, "PM")])
}
