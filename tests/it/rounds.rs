//! Changes of the embedded database that share a commit: each is whole or nothing, and nobody is told anything before all are kept.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tests::{Engine, TestApp};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tongshi::cx::Cx;
use tongshi::db::Tx;
use tongshi::error::{ErrorCode, Result};

/// Long enough for all who can go on to have gone on.
const WHILE: Duration = Duration::from_millis(100);

async fn world() -> TestApp {
    let app = TestApp::start(Engine::Sqlite).await;
    let table = "CREATE TABLE scratch (id INTEGER PRIMARY KEY)";
    app.cx.db.write().execute_unprepared(table).await.expect("a table");
    app
}

async fn write(tx: &Tx, id: i64) {
    let insert = format!("INSERT INTO scratch VALUES ({id})");
    tx.execute_unprepared(&insert).await.expect("a row");
}

/// What somebody outside of all changes sees.
async fn kept(cx: &Cx) -> Vec<i64> {
    let all = Statement::from_string(DbBackend::Sqlite, "SELECT id FROM scratch ORDER BY id");
    let rows = cx.db.read().query_all_raw(all).await.expect("rows");
    rows.iter()
        .map(|row| row.try_get_by_index(0).expect("a number"))
        .collect()
}

/// A change that stands in line behind those before it, writes a row, and then does what it is told to. Those who stand in line
/// together are a round as soon as the change before them is over.
async fn change<F>(cx: &Cx, id: i64, end: impl FnOnce(Tx) -> F + Send + 'static) -> JoinHandle<Result<()>>
where
    F: Future<Output = Result<()>> + Send,
{
    let own = cx.clone();
    let (there, arrived) = oneshot::channel();
    let change = tokio::spawn(async move {
        let mut begun = Box::pin(own.begin());
        let waits = poll_fn(|context| Poll::Ready(begun.as_mut().poll(context).is_pending())).await;
        assert!(waits, "somebody writes, and it stands in line");
        there.send(()).expect("somebody waits for it");
        let tx = begun.await?;
        write(&tx, id).await;
        end(tx).await
    });
    arrived.await.expect("it stands in line");
    change
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_fails_takes_back_itself_alone() {
    let app = world().await;
    let before = app.cx.begin().await.expect("a change");
    let mut all = vec![change(&app.cx, 0, Tx::commit).await];
    for id in 1..20 {
        all.push(match id % 3 {
            0 => change(&app.cx, id, |_tx| async { Ok(()) }).await,
            1 => {
                let twice = |tx: Tx| async move {
                    let twice = tx.execute_unprepared("INSERT INTO scratch VALUES (0)").await;
                    assert!(twice.is_err(), "it sees what the change before it wrote");
                    Ok(())
                };
                change(&app.cx, id, twice).await
            }
            _ => change(&app.cx, id, Tx::commit).await,
        });
    }
    drop(before);
    for one in all {
        one.await.expect("no panic").expect("done");
    }
    assert_eq!(kept(&app.cx).await, [0, 2, 5, 8, 11, 14, 17]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_told_or_seen_before_the_round_is_kept() {
    let app = world().await;
    let before = app.cx.begin().await.expect("a change");
    let first = change(&app.cx, 1, Tx::commit).await;
    let (open, gate) = oneshot::channel::<()>();
    let gated = |tx: Tx| async {
        gate.await.expect("opened");
        tx.commit().await
    };
    let second = change(&app.cx, 2, gated).await;
    drop(before);
    tokio::time::sleep(WHILE).await;
    assert!(!first.is_finished(), "the second has joined and is not done");
    assert_eq!(kept(&app.cx).await, [0_i64; 0]);
    open.send(()).expect("it waits");
    first.await.expect("no panic").expect("kept");
    second.await.expect("no panic").expect("kept");
    assert_eq!(kept(&app.cx).await, [1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_engine_ends_is_lost_for_all_and_all_are_told() {
    for commits in [false, true] {
        let app = world().await;
        let before = app.cx.begin().await.expect("a change");
        let first = change(&app.cx, 1, Tx::commit).await;
        // What a full disk makes the engine do.
        let ended = move |tx: Tx| async move {
            tx.execute_unprepared("ROLLBACK").await.expect("ended");
            if commits { tx.commit().await } else { Ok(()) }
        };
        let second = change(&app.cx, 2, ended).await;
        let third = change(&app.cx, 3, Tx::commit).await;
        drop(before);
        let lost = first.await.expect("no panic").expect_err("nothing of it has happened");
        assert_eq!(lost.code(), ErrorCode::Unavailable);
        assert_eq!(second.await.expect("no panic").is_err(), commits);
        third.await.expect("no panic").expect("a round of its own");
        assert_eq!(kept(&app.cx).await, [3]);
        let later = app.cx.begin().await.expect("work goes on");
        later.commit().await.expect("kept");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_goes_away_half_way_keeps_nobody_waiting() {
    let app = world().await;
    let before = app.cx.begin().await.expect("a change");
    let first = change(&app.cx, 1, Tx::commit).await;
    let endless = |tx: Tx| async {
        let _held = tx;
        std::future::pending().await
    };
    let gone = change(&app.cx, 2, endless).await;
    drop(before);
    tokio::time::sleep(WHILE).await;
    assert!(!first.is_finished(), "the other has joined");
    gone.abort();
    first.await.expect("no panic").expect("kept");
    assert_eq!(kept(&app.cx).await, [1]);
}
