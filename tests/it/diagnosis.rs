//! What a server tells of itself to the person who runs it.
#![cfg(test)]

use std::collections::BTreeMap;

use tests::app::{clock, world_as_it_is_with};
use tests::{Engine, TestApp, both, database};
use tongshi::config::Settings;
use tongshi::{diagnosis, self_check};

both! {
    async fn the_database_tells_what_it_is_set_to(app: TestApp) {
        let told: BTreeMap<_, _> = diagnosis::database(&app.cx.db).await.expect("told").into_iter().collect();
        let expected = match app.engine {
            Engine::Sqlite => vec![
                ("write.journal_mode", "wal"), ("read.journal_mode", "wal"),
                ("write.synchronous", "FULL"), ("read.synchronous", "FULL"),
                ("write.foreign_keys", "ON"), ("read.foreign_keys", "ON"),
                ("write.busy_timeout", "10000"), ("write.temp_store", "MEMORY"),
            ],
            Engine::Postgres => vec![
                ("server_encoding", "UTF8"), ("default_transaction_isolation", "read committed"),
                ("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "1min"),
            ],
        };
        for (name, value) in expected {
            assert_eq!(told.get(name).map(String::as_str), Some(value), "{name}: {told:#?}");
        }
        let (pool, most) = match app.engine {
            Engine::Sqlite => ("connections.write", "1 at most"),
            Engine::Postgres => ("connections.shared", "16 at most"),
        };
        assert!(told[pool].starts_with(most), "{told:#?}");
        let version = told.get("sqlite_version").or(told.get("server_version")).expect("a version");
        assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{version}");
    }

    async fn settings_are_told_without_secrets(app: TestApp) {
        let told = diagnosis::settings(&app.cx.config);
        let of = |name: &str| told.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
        assert_eq!(of("limits.depth"), Some("15"));
        assert_eq!(of("metrics_token"), Some("not set"));
        assert_eq!(of("data_dir"), Some(&*app.cx.config.data_dir.display().to_string()));
        assert!(of("database_url").is_some_and(|url| url.contains("://")), "{told:?}");
    }
}

#[tokio::test]
async fn a_database_whose_settings_were_changed_is_refused() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.cx.db.hurry(true).await.expect("hurried");
    let problem = self_check::run(&app.cx).await.expect_err("not durable");
    assert!(problem.contains("synchronous = 0"), "{problem}");
    app.cx.db.hurry(false).await.expect("as before");
    self_check::run(&app.cx).await.expect("durable");
}

#[tokio::test]
async fn more_connections_than_the_server_takes_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = database::empty(Engine::Postgres, folder.path()).await;
    let settings = Settings {
        database_connections: Some(500),
        ..Settings::default()
    };
    let mut cx = world_as_it_is_with(&url, folder.path(), clock(), settings).await;
    cx.db = tongshi::db::Db::open_with(&url, Some(500)).await.expect("a database");
    let line = self_check::run(&cx).await;
    let most = diagnosis::database(&cx.db).await.expect("told");
    let most = most.iter().find(|(name, _)| name == "max_connections").expect("told");
    let few = most.1.parse::<u32>().expect("a number") < 500;
    assert_eq!(
        line.as_ref()
            .is_err_and(|line| line.contains("database_connections = 500")),
        few,
        "{line:?}"
    );
}
