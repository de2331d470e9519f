//! What is asked, and how many statements the database hears of it.

use entity::{ApprovalId, MemberId};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::TcpListener;
use tongshi::app::App;
use tongshi::config::{Config, Settings};
use tongshi::cx::{RandomIds, SystemClock};
use tongshi::db::Db;
use tongshi::graphql::id::encode;

use crate::Options;
use crate::company::{Company, Waiting, url};

/// A request and who reads it.
pub(crate) struct Subject {
    pub(crate) reader: MemberId,
    pub(crate) case: ApprovalId,
}

impl Subject {
    /// The first that waits.
    pub(crate) fn of(company: &Company) -> Self {
        let first = company.tasks.first().expect("something waits");
        Self {
            reader: first.member,
            case: first.case,
        }
    }
}

/// Q1.
pub(crate) fn inbox() -> Value {
    json!({ "query": "{ approvalInbox(first: 20) { totalCount nodes { id nodeName status createdAt dueAt approval { \
        id number title status submittedAt template { key name icon } applicant { id name } department { id name } } } } }" })
}

/// Q2.
pub(crate) fn detail(subject: &Subject) -> Value {
    json!({
        "query": "query($id: ID!) { approval(id: $id) { id number title status round version submittedAt finishedAt \
            applicant { id name } department { id name } template { key name } \
            tasks { id nodeName status comment createdAt decidedAt assignee { id name } } \
            comments(first: 20) { nodes { id body createdAt author { id name } } } } }",
        "variables": { "id": encode(subject.case) },
    })
}

/// As much of the company as one call brings.
pub(crate) fn everybody() -> Value {
    json!({ "query": "{ members(first: 100) { nodes { id name departments { department { id name path } } \
        directReports(first: 50) { totalCount nodes { id name } } } } }" })
}

/// M1.
pub(crate) fn approve(task: &Waiting) -> Value {
    json!({
        "query": "mutation($input: DecideTaskInput!) { approveTask(input: $input) { approval { id status version } } }",
        "variables": { "input": { "taskId": encode(task.task), "comment": "同意。", "idempotencyKey": task.task.to_string() } },
    })
}

/// Counts the statements of one warm call of each, in a server inside this process.
pub(crate) async fn count_statements(options: &Options, company: &Company) {
    let settings = Settings {
        listen: Some("127.0.0.1:0".into()),
        database_url: Some(url(options)),
        data_dir: Some(options.data_dir.clone()),
        member_points: Some(0),
        ..Settings::default()
    };
    let config = Config::new(settings).expect("settings");
    let db = Db::open(&config.database_url).await.expect("the database");
    let ids = Arc::new(RandomIds::default());
    let cx = App::world(config, db, Arc::new(SystemClock), ids).expect("a world");
    let app = App::start(cx.clone()).await.expect("a server");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let serving = tokio::spawn(tongshi::http::serve(listener, app.router(), app.state().clone()));

    let client = reqwest::Client::new();
    let waiting = *company.tasks.last().expect("something waits");
    let subject = Subject {
        reader: waiting.member,
        case: waiting.case,
    };
    let ask = async |body: &Value| {
        let before = cx.db.statements();
        let answer = client
            .post(format!("http://{address}/graphql"))
            .bearer_auth(company.session(waiting.member))
            .json(body)
            .send()
            .await
            .expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        assert!(answer.get("errors").is_none(), "{answer:#}");
        cx.db.statements() - before
    };
    for (name, body) in [("Q1", inbox()), ("Q2", detail(&subject))] {
        ask(&body).await;
        // The relay looks for work now and then: the least of several calls is that of the call alone.
        let mut least = u64::MAX;
        for _ in 0..5 {
            least = least.min(ask(&body).await);
        }
        println!("{name}      {least:>7} statements");
    }
    println!("M1      {:>7} statements, at most", ask(&approve(&waiting)).await);
    app.stop().cancel();
    let _ = serving.await;
    app.finish().await;
    cx.db.clone().close().await.expect("closed");
}
