//! Several processes on one PostgreSQL behind a plain load balancer: to people they are one server.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use entity::leave_lot;
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, Statement};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::events::Events;
use tests::{Engine, Person, Process, TestApp, Wire, database};
use tongshi::event::seal;

use crate::flow::{decide, leave, submit};

/// What [`Process`] starts.
const SERVES: &str = "several::serves";
const COMMENT: &str = "mutation($input: CommentApprovalInput!) { commentApproval(input: $input) { comment { id } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the server other tests start as a process of its own"]
async fn serves() {
    tests::process::serve().await;
}

/// Three processes and what is in front of them.
struct Servers {
    url: String,
    processes: Vec<Process>,
    balancer: Wire,
    /// Keys and files, shared.
    _folder: TempDir,
}

impl Servers {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database::fresh(Engine::Postgres, folder.path()).await;
        // All at once: keys, migrations and the beginning of the year are done by one of them.
        let processes: Vec<_> = (0..3).map(|_| Process::start(SERVES, &url, folder.path())).collect();
        for process in &processes {
            process.ready(Duration::from_secs(20)).await;
        }
        let balancer = Wire::to(processes.iter().map(|process| process.address).collect()).await;
        Self {
            url,
            processes,
            balancer,
            _folder: folder,
        }
    }

    async fn person(&self, account: &str) -> Person {
        Person::sign_in_at(self.balancer.address, account, tongshi::demo::PASSWORD).await
    }

    /// The person of one process.
    fn at(&self, person: &Person, process: usize) -> Person {
        Person {
            address: self.processes[process].address,
            ..person.clone()
        }
    }

    async fn database(&self) -> sea_orm::DatabaseConnection {
        sea_orm::Database::connect(&self.url).await.expect("the database")
    }
}

async fn comment(person: &Person, on: &Value, text: &str) {
    person
        .run(COMMENT, json!({ "input": { "approvalId": on, "body": text } }))
        .await;
}

/// So many comments, as somebody hears of them.
async fn comments(ears: &mut Events, count: usize) -> Vec<Value> {
    let mut heard = Vec::new();
    while heard.len() < count {
        let item = ears.next().await;
        if item["kind"] == "approval.commented" {
            heard.push(item);
        }
    }
    heard
}

fn in_order_and_once(heard: &[Value]) {
    let ids: HashSet<_> = heard.iter().map(|item| item["id"].to_string()).collect();
    assert_eq!(ids.len(), heard.len(), "nothing twice");
    let cursors: Vec<_> = heard.iter().filter_map(|item| item["cursor"].as_str()).collect();
    assert!(cursors.is_sorted(), "{cursors:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_processes_are_one_server() {
    let servers = Servers::start().await;
    let (zhang, limin) = (servers.person("zhangwei").await, servers.person("limin").await);
    // A token of one is good at all: they share keys.
    for process in 0..3 {
        servers.at(&zhang, process).run("{ viewer { roles } }", json!({})).await;
    }
    let request = submit(&servers.at(&zhang, 0), leave("2026-12-10", "2026-12-10")).await;
    let mut ears = Vec::new();
    for process in 0..3 {
        ears.push(servers.at(&limin, process).listen(None).await);
    }
    // Written through all of them at once, heard at each of them: all, once, in the same order.
    let each = 20;
    join_all((0..3).map(|process| {
        let (zhang, id) = (servers.at(&zhang, process), request["id"].clone());
        async move {
            for round in 0..each {
                comment(&zhang, &id, &format!("{process} {round}")).await;
            }
        }
    }))
    .await;
    let mut orders = Vec::new();
    for ears in &mut ears {
        let heard = comments(ears, 3 * each).await;
        in_order_and_once(&heard);
        orders.push(heard.iter().map(|item| item["id"].clone()).collect::<Vec<_>>());
    }
    assert!(orders.windows(2).all(|two| two[0] == two[1]), "one order for all");
    // A decision through the balancer, whichever process takes it, is known at the others.
    decide(&limin, "approveTask", &request["id"], None).await;
    for process in 0..3 {
        let seen = servers.at(&zhang, process);
        let seen = seen
            .run(
                "query($id: ID!) { approval(id: $id) { status } }",
                json!({ "id": request["id"] }),
            )
            .await;
        assert_eq!(seen["approval"]["status"], "APPROVED");
    }
    // One relay at a time: numbers without gaps or doubles, seals that follow one another.
    let database = servers.database().await;
    let count = async |query: &str| {
        let row = database
            .query_one_raw(Statement::from_string(DbBackend::Postgres, query.to_owned()))
            .await;
        row.expect("an answer")
            .expect("a row")
            .try_get_by_index::<i64>(0)
            .expect("a number")
    };
    assert_eq!(
        count("SELECT max(seq) - count(*) FROM event_log WHERE seq IS NOT NULL").await,
        0
    );
    assert_eq!(
        count("SELECT count(*) - count(DISTINCT seq) FROM event_log WHERE seq IS NOT NULL").await,
        0
    );
    assert_eq!(
        count("SELECT count(*) - count(DISTINCT through) FROM event_seal").await,
        0
    );
    // The year was begun by three and granted once.
    assert_eq!(
        count("SELECT count(*) - count(DISTINCT (member_id, type_id, label)) FROM leave_lot WHERE label LIKE '% 年度'")
            .await,
        0
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_process_is_killed_the_stream_goes_on() {
    let mut servers = Servers::start().await;
    let (zhang, limin) = (servers.person("zhangwei").await, servers.person("limin").await);
    let request = submit(&servers.at(&zhang, 2), leave("2026-12-10", "2026-12-10")).await;
    let mut ears = servers.at(&limin, 2).listen(None).await;
    let database = servers.database().await;
    // Held fast in the middle of whatever it does, the relay perhaps, and then killed.
    for victim in [0, 1] {
        comment(&servers.at(&zhang, victim), &request["id"], "before").await;
        comments(&mut ears, 1).await;
        servers.processes[victim].signal("-STOP");
        comment(&servers.at(&zhang, 2), &request["id"], "while it stands still").await;
        let begun = Instant::now();
        comments(&mut ears, 1).await;
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        servers.processes[victim].kill();
        let begun = Instant::now();
        // Somebody who comes now, through the balancer: it passes the one over that is gone.
        let comes = Person {
            token: zhang.token.clone(),
            ..Person::at(servers.balancer.address)
        };
        comment(&comes, &request["id"], "after").await;
        comments(&mut ears, 1).await;
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = \
            (SELECT oid FROM pg_database WHERE datname = current_database())";
        let row = database
            .query_one_raw(Statement::from_string(DbBackend::Postgres, held))
            .await;
        assert!(
            row.expect("an answer")
                .expect("a row")
                .try_get_by_index::<i64>(0)
                .expect("a number")
                <= 1
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_holds_the_relay_and_is_killed_is_followed_at_once() {
    let app = TestApp::start(Engine::Postgres).await;
    let zhang = app.person("zhangwei").await;
    let request = submit(&zhang, leave("2026-12-10", "2026-12-10")).await;
    let mut ears = zhang.listen(None).await;
    let holder = sea_orm::Database::connect(&app.cx.config.database_url)
        .await
        .expect("a connection");
    // Somebody else holds the lock of the relay and stands still in the middle of its transaction.
    let lock = "BEGIN; SELECT pg_try_advisory_xact_lock(32773617271138409), set_config('idle_in_transaction_session_timeout', '4s', true)";
    let mut line = holder.get_postgres_connection_pool().acquire().await.expect("a line");
    sea_orm::sqlx::Executor::execute(&mut *line, lock)
        .await
        .expect("the lock");
    comment(&zhang, &request["id"], "waits").await;
    let begun = Instant::now();
    comments(&mut ears, 1).await;
    let waited = begun.elapsed();
    assert!(waited > Duration::from_secs(1), "the lock was held: {waited:?}");
    assert!(waited < Duration::from_secs(6), "{waited:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_year_begins_once_while_three_servers_run() {
    for engine in [Engine::Postgres, Engine::Sqlite] {
        let app = TestApp::start(engine).await;
        let mut beside = Vec::new();
        if engine == Engine::Postgres {
            beside.extend([app.beside().await, app.beside().await]);
        }
        let lots = async || {
            let lots = leave_lot::Entity::find().filter(leave_lot::Column::Label.eq("2027 年度"));
            lots.count(app.cx.db.read()).await.expect("a count")
        };
        assert_eq!(lots().await, 0);
        app.clock.pass(TimeDelta::days(40));
        let begun = Instant::now();
        while lots().await == 0 {
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "{engine:?}: the year begins by itself"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // Backward and forward again, and time for the others: nothing is granted twice.
        app.clock.pass(TimeDelta::days(-40));
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        app.clock.pass(TimeDelta::days(40));
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        let all = leave_lot::Entity::find().filter(leave_lot::Column::Label.eq("2027 年度"));
        let members: Vec<_> = all
            .all(app.cx.db.read())
            .await
            .expect("lots")
            .iter()
            .map(|lot| lot.member_id)
            .collect();
        let distinct: HashSet<_> = members.iter().collect();
        assert!(
            distinct.len() > 10 && distinct.len() == members.len(),
            "{engine:?}: {} of {}",
            distinct.len(),
            members.len()
        );
        let signer = seal::signer(&app.cx).expect("a key");
        assert_eq!(seal::check(&app.cx, &signer, None).await.expect("a log").findings, []);
    }
}
