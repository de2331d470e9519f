//! A company whose database fails when told to.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};
use tests::app::clock;
use tests::{Engine, Person, TestApp, Wire, database};
use tongshi::config::Settings;

use super::engine;

/// Longest an attempt may take, whatever the one before left behind.
const ANSWER: Duration = Duration::from_secs(5);
/// More statements than any change has.
const MOST: u64 = 300;

/// How the database is made to fail.
enum Saboteur {
    /// The connection breaks before the statement arrives.
    Postgres(Wire),
    /// The engine is interrupted in the statement. Where that changes rows, it rolls back by itself.
    Sqlite(engine::Engine),
}

/// A company, and a database that fails when told to.
pub(super) struct Stage {
    pub(super) app: TestApp,
    saboteur: Saboteur,
    /// A look at the database that does not go through the server.
    outside: DatabaseConnection,
}

/// What somebody is about to do.
struct Deed<'a> {
    person: &'a Person,
    name: &'a str,
    document: &'a str,
    input: Value,
}

impl Deed<'_> {
    /// Tries it: the answer, and the code of its error.
    async fn tried(&self) -> (Value, Option<String>) {
        let begun = Instant::now();
        let (_, body) = self.person.send(self.document, json!({ "input": self.input })).await;
        let took = begun.elapsed();
        assert!(took < ANSWER, "{} took {took:?}", self.name);
        let code = body["errors"][0]["extensions"]["code"].as_str().map(str::to_owned);
        (body, code)
    }
}

impl Stage {
    pub(super) async fn new(engine: Engine) -> Self {
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
            Engine::Sqlite => (Saboteur::Sqlite(engine::Engine::default()), url),
        };
        let unlimited = Settings {
            member_points: Some(0),
            ..Settings::default()
        };
        let app = TestApp::over_with(engine, url, folder, clock(), unlimited).await;
        Self { app, saboteur, outside }
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
    pub(super) async fn every(&self, person: &Person, name: &str, document: &str, input: Value) -> u64 {
        let deed = Deed {
            person,
            name,
            document,
            input,
        };
        self.settled().await;
        match &self.saboteur {
            Saboteur::Postgres(wire) => self.every_statement(wire, &deed).await,
            Saboteur::Sqlite(engine) => self.every_part(engine, &deed).await,
        }
    }

    async fn every_statement(&self, wire: &Wire, deed: &Deed<'_>) -> u64 {
        let (name, before) = (deed.name, self.all().await);
        for at in 1..MOST {
            wire.break_at(at);
            let (body, code) = deed.tried().await;
            let spared = wire.relent();
            if code.is_none() {
                assert!(spared, "{name}: done in spite of a failure at {at}: {body}");
                assert_ne!(self.all().await, before, "{name}: nothing was done");
                assert!(at > 2, "{name}: it never failed");
                return at - 1;
            }
            assert_eq!(code.as_deref(), Some("UNAVAILABLE"), "{name} at {at}: {body}");
            assert_eq!(self.all().await, before, "{name}: half of it was done at {at}");
        }
        panic!("{name}: it fails for ever");
    }

    /// Interrupts the engine in each part of the change, and behind its commit where a key tells what was done already.
    async fn every_part(&self, engine: &engine::Engine, deed: &Deed<'_>) -> u64 {
        let (name, db, before) = (deed.name, &self.app.cx.db, self.all().await);
        // The first rehearsal lets the process learn what it remembers.
        for _ in 0..2 {
            engine.rehearses(db).await;
            let (body, code) = deed.tried().await;
            assert!(
                code.is_some(),
                "{name}: done in spite of a commit that was taken back: {body}"
            );
            assert_eq!(self.all().await, before, "{name}: done in spite of its error");
        }
        let parts = engine.parts();
        let mut noticed: BTreeMap<u64, bool> = parts.iter().map(|part| (part.statement, false)).collect();
        let tries = engine::tries(&parts);
        for engine::Try {
            step,
            statement,
            writes,
        } in &tries
        {
            engine.fails_at(db, *step).await;
            let (body, code) = deed.tried().await;
            engine.rests();
            assert_eq!(
                self.all().await,
                before,
                "{name}: half of it was done at {step}: {body}"
            );
            assert_eq!(code.as_deref(), Some("UNAVAILABLE"), "{name} at {step}: {body}");
            if !engine.went_on() {
                *noticed.entry(*statement).or_default() = true;
            } else {
                // What was asked for had been read before the step, and the commit was taken back.
                assert!(!writes, "{name}: it went on after a failure at {step} of {parts:?}");
            }
        }
        let ignored: Vec<_> = noticed.iter().filter(|(_, noticed)| !**noticed).collect();
        assert!(
            ignored.is_empty(),
            "{name}: nobody cares when these fail: {ignored:?} of {parts:?}"
        );
        if deed.input["idempotencyKey"].is_string() {
            self.done_behind_an_error(deed).await;
        } else {
            engine.rests();
            let (body, code) = deed.tried().await;
            assert!(code.is_none(), "{name}: {body}");
            assert_ne!(self.all().await, before, "{name}: nothing was done");
        }
        tries.len() as u64
    }

    /// Only the answer to the commit is lost: asked again with the same key, the answer is that of what was done.
    pub(super) async fn unanswered(&self, person: &Person, name: &str, document: &str, input: Value) {
        let deed = Deed {
            person,
            name,
            document,
            input,
        };
        self.settled().await;
        self.done_behind_an_error(&deed).await;
    }

    async fn done_behind_an_error(&self, deed: &Deed<'_>) {
        let (name, before) = (deed.name, self.all().await);
        match &self.saboteur {
            Saboteur::Postgres(wire) => wire.break_after_commit(),
            Saboteur::Sqlite(engine) => engine.fails_behind(&self.app.cx.db).await,
        }
        let (lost, code) = deed.tried().await;
        let failed = match &self.saboteur {
            Saboteur::Postgres(wire) => !wire.relent(),
            Saboteur::Sqlite(engine) => engine.rests(),
        };
        assert!(failed, "{name}: it commits");
        assert_eq!(code.as_deref(), Some("UNAVAILABLE"), "{name}: {lost}");
        self.settled().await;
        let done = self.all().await;
        assert_ne!(done, before, "{name}: it was done");
        let (again, code) = deed.tried().await;
        assert!(code.is_none(), "{name}: {again}");
        assert_eq!(self.all().await, done, "{name}: and not again");
    }
}
