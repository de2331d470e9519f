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
    service::inbox(&w.cx, &w.li, page).await.unwrap();
    assert_eq!(counted(before), 1);
    println!("submit {submitted}, decide {decided}, finish {finished}");
    assert!(
        submitted <= 50 && decided <= 20 && finished <= 30,
        "{submitted} {decided} {finished}"
    );
}

const CARDS: &str = "query($first: Int) { approvalInbox(first: $first) { totalCount nodes { id nodeName createdAt \
    viewerActions { name enabled reason } approval { id number title status version template { key name icon } \
    applicant { id name } department { id name path } summary { key label text } \
    route { key name kind state seats { member { id name } status } } waitingFor { id name } commentCount \
    attachmentCount submittedAt unread } } } }";
const PAGE: &str = "query($id: ID!) { approval(id: $id) { id number title status round version template { key name icon } \
    applicant { id name } department { id name path } form fields { key label kind text changedFrom files { id } } \
    tasks { id nodeKey assignee { id name } status files { id } viewerActions { name enabled } } \
    route { key name kind mode state round outcome seats { member { id name } status comment } approvals needed reason } \
    timeline { id at kind actor { id name } round comment text } comments(first: 100) { nodes { id body author { id name } } } \
    copies { member { id name } readAt } waitingFor { id name } viewerTask { id } \
    leave { type { key name } minutes days { date } lots { label minutes } balanceAfter away { member { id name } } \
    staffing { date present team } } submittedAt finishedAt unread viewerActions { name enabled reason } } }";

tests::both! {
    async fn pages_cost_the_same_however_many_rows(app: TestApp) {
        let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
        let request = crate::flow::submit(&zhang, crate::flow::leave("2026-12-01", "2026-12-01")).await;
        let cost = async |document: &str, variables: serde_json::Value| {
            let before = app.cx.db.statements();
            limin.run(document, variables).await;
            app.cx.db.statements() - before
        };
        let sign_in = cost("{ asOf }", serde_json::json!({})).await;
        let one = cost(CARDS, serde_json::json!({ "first": 50 })).await - sign_in;
        for day in 2..=6 {
            let day = format!("2026-12-{:02}", day + 5);
            if !["2026-12-12", "2026-12-13"].contains(&day.as_str()) {
                crate::flow::submit(&zhang, crate::flow::leave(&day, &day)).await;
            }
        }
        let many = cost(CARDS, serde_json::json!({ "first": 50 })).await - sign_in;
        let page = cost(PAGE, serde_json::json!({ "id": request["id"] })).await - sign_in;
        println!("{:?}: sign-in {sign_in}, inbox {one} and {many}, page {page}", app.engine);
        // Loaders batch what is asked within a moment, so the count varies a little with the machine; one statement a row and
        // field would be several times this.
        assert!(many <= one + 16, "an inbox of one took {one} statements, one of many {many}");
        assert!(many <= 40 && page <= 60, "inbox {many}, page {page}");
    }
}
