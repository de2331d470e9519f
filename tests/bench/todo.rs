//! The to-do list of the person with the longest one, and of a company with millions of tasks.

use std::time::{Duration, Instant};

use entity::{Id, MemberId, TaskStatus, approval_task};
use hdrhistogram::Histogram;
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, Iden, Iterable, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Statement,
};
use serde_json::{Value, json};
use tongshi::db::Db;

use crate::Options;
use crate::company::{Company, url};
use crate::server::Server;

/// Pages read to come deep into the list, 50 tasks each.
const DEEP: usize = 200;
/// Seats of copied tasks begin here; those of the company stay below.
const COPIES: i64 = 1_000;

const NODES: &str = "nodes { id nodeName status createdAt dueAt approval { id number title status submittedAt \
    template { key name icon } applicant { id name } department { id name } } } pageInfo { hasNextPage endCursor }";

/// Copies what waits until there are so many tasks in all, for those it waits for. The copies stand for requests that have long
/// been copied: what is decided afterwards would be decided again.
pub(crate) async fn multiply(options: &Options, wanted: u64) {
    let db = Db::open(&url(options)).await.expect("the database");
    let count = async || approval_task::Entity::find().count(db.read()).await.expect("a number");
    let (began, mut there) = (Instant::now(), count().await);
    let before = there;
    let columns: Vec<String> = approval_task::Column::iter()
        .map(|column| column.unquoted().to_owned())
        .collect();
    let backend = db.backend();
    let value = |name: &String, round: i64| match (name.as_str(), backend) {
        ("id", DbBackend::Postgres) => "gen_random_uuid()".to_owned(),
        ("id", _) => "randomblob(16)".to_owned(),
        ("seat", _) => format!("seat + {}", round * COPIES),
        (name, _) => name.to_owned(),
    };
    let status = TaskStatus::Pending.to_value();
    let run = async |statement: String| {
        let done = db.write().execute_raw(Statement::from_string(backend, statement)).await;
        done.expect("done").rows_affected()
    };
    db.hurry(true).await.expect("in a hurry");
    // Beside the others, so that not every round looks for them among all.
    run("DROP TABLE IF EXISTS bench_waiting".to_owned()).await;
    run(format!(
        "CREATE TABLE bench_waiting AS SELECT * FROM approval_task WHERE status = '{status}' AND seat < {COPIES} ORDER BY assignee_id"
    ))
    .await;
    for round in 1.. {
        if there >= wanted {
            break;
        }
        let values: Vec<String> = columns.iter().map(|name| value(name, round)).collect();
        let insert = format!(
            "INSERT INTO approval_task ({}) SELECT {} FROM bench_waiting LIMIT {}",
            columns.join(", "),
            values.join(", "),
            wanted - there,
        );
        let copied = run(insert).await;
        assert!(copied > 0, "no task waits that could be copied");
        there += copied;
    }
    run("DROP TABLE bench_waiting".to_owned()).await;
    db.hurry(false).await.expect("in no hurry");
    if backend == DbBackend::Postgres {
        db.write()
            .execute_unprepared("ANALYZE approval_task")
            .await
            .expect("analysed");
    }
    db.close().await.expect("closed");
    println!(
        "tasks   {there} in all, {} of them copied in {:.1} s",
        there - before,
        began.elapsed().as_secs_f64()
    );
}

/// Measures pages of the longest list, asked for one after another: the first, one far down, and the number of all.
pub(crate) async fn measure(options: &Options, server: &Server, company: &Company) {
    let db = Db::open(&url(options)).await.expect("the database");
    let longest: Option<(MemberId, i64)> = approval_task::Entity::find()
        .select_only()
        .column(approval_task::Column::AssigneeId)
        .column_as(approval_task::Column::Id.count(), "number")
        .filter(approval_task::Column::Status.eq(TaskStatus::Pending))
        .group_by(approval_task::Column::AssigneeId)
        .order_by_desc(approval_task::Column::Id.count())
        .into_tuple()
        .one(db.read())
        .await
        .expect("a list");
    db.close().await.expect("closed");
    let (member, waiting) = longest.expect("something waits");
    let reader = Reader {
        client: reqwest::Client::new(),
        url: format!("http://{}/graphql", server.address),
        token: company.session(member),
        span: Duration::from_secs(options.seconds),
    };
    println!("todo    {waiting} tasks wait for {}", member.uuid());
    reader.measure("first page", &page(20, None, "")).await;
    reader
        .measure("first page with the number of all", &page(20, None, "totalCount"))
        .await;
    let mut cursor = None;
    let mut passed = 0;
    for _ in 0..DEEP {
        let answer = reader.ask(&page(50, cursor.as_deref(), "")).await;
        let list = &answer["data"]["approvalInbox"];
        if list["pageInfo"]["hasNextPage"] != true {
            break;
        }
        passed += 50;
        cursor = list["pageInfo"]["endCursor"].as_str().map(str::to_owned);
    }
    reader
        .measure(&format!("page behind {passed}"), &page(20, cursor.as_deref(), ""))
        .await;
}

fn page(first: usize, after: Option<&str>, more: &str) -> Value {
    json!({
        "query": format!("query($first: Int!, $after: String) {{ approvalInbox(first: $first, after: $after) {{ {more} {NODES} }} }}"),
        "variables": { "first": first, "after": after },
    })
}

struct Reader {
    client: reqwest::Client,
    url: String,
    token: String,
    span: Duration,
}

impl Reader {
    async fn ask(&self, body: &Value) -> Value {
        let answer = self
            .client
            .post(&self.url)
            .bearer_auth(&self.token)
            .json(body)
            .send()
            .await;
        let answer: Value = answer.expect("an answer").json().await.expect("JSON");
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer
    }

    async fn measure(&self, name: &str, body: &Value) {
        let mut times = Histogram::<u64>::new_with_bounds(1, 60_000_000, 3).expect("bounds");
        let end = Instant::now() + self.span;
        while Instant::now() < end {
            let begun = Instant::now();
            self.ask(body).await;
            let took = u64::try_from(begun.elapsed().as_micros()).expect("a minute at most");
            times.record(took.max(1)).expect("within bounds");
        }
        println!(
            "todo    {name}: p50 {:.1} ms, p95 {:.1} ms, longest {:.1} ms, {} times",
            times.value_at_quantile(0.5) as f64 / 1e3,
            times.value_at_quantile(0.95) as f64 / 1e3,
            times.max() as f64 / 1e3,
            times.len(),
        );
    }
}
