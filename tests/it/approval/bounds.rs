//! How many statements the database is asked, however many rows there are.

use tongshi::approval::service;
use tongshi::graphql::connection::Page;

use super::world::world;

#[tokio::test]
async fn decisions_take_a_bounded_number_of_statements() {
    let w = world().await;
    let counted = |before: u64| w.cx.db.statements() - before;
    let before = w.cx.db.statements();
    w.ask("2026-12-01", "2026-12-04").await.unwrap();
    let submitted = counted(before);
    let task = w.waiting(&w.li).await.unwrap();
    let before = w.cx.db.statements();
    service::approve(&w.cx, &w.li, super::world::decision(task, None), Some("k"))
        .await
        .unwrap();
    let decided = counted(before);
    let task = w.waiting(&w.wang).await.unwrap();
    let before = w.cx.db.statements();
    service::approve(&w.cx, &w.wang, super::world::decision(task, None), Some("k"))
        .await
        .unwrap();
    let finished = counted(before);
    let before = w.cx.db.statements();
    let page = Page {
        size: 100,
        from: None,
        backward: false,
    };
    service::inbox(&w.cx, &w.li, &service::Filter::default(), page)
        .await
        .unwrap();
    assert_eq!(counted(before), 1);
    println!("submit {submitted}, decide {decided}, finish {finished}");
    assert!(
        submitted <= 21 && decided <= 5 && finished <= 8,
        "{submitted} {decided} {finished}"
    );
}
