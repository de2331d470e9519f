//! Live events: who hears what, and what a reader who was away gets when he comes back.

use serde_json::Value;
use tests::both;

use crate::flow::{decide, leave, submit};

fn kinds(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["kind"].as_str()).collect()
}

both! {
    async fn the_manager_hears_of_a_request_and_a_stranger_does_not(app: TestApp) {
        let (zhang, limin, cashier) = (app.person("zhangwei").await, app.person("limin").await, app.person("cashier").await);
        let mut manager = limin.listen(None).await;
        let mut stranger = cashier.listen(None).await;
        let request = submit(&zhang, leave("2026-12-10", "2026-12-10")).await;
        let heard = manager.until("approval.submitted").await;
        let event = heard.last().expect("an event");
        assert_eq!(event["subject"], request["id"]);
        let topics: Vec<_> = event["topics"].as_array().expect("topics").iter().filter_map(Value::as_str).collect();
        assert!(topics.contains(&"inbox:me"), "{topics:?}");
        assert!(!topics.contains(&"started:me"), "the applicant's own topic: {topics:?}");

        // Nothing of the request came to the stranger before something that concerns them did.
        submit(&cashier, leave("2026-12-10", "2026-12-10")).await;
        let heard = stranger.until("approval.submitted").await;
        assert!(heard.iter().all(|item| item["subject"] != request["id"]), "{heard:#?}");
    }

    async fn who_was_away_hears_everything_once_and_in_order(app: TestApp) {
        let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
        let mut first = zhang.listen(None).await;
        let request = submit(&zhang, leave("2026-12-10", "2026-12-10")).await;
        first.until("approval.submitted").await;
        let cursor = first.cursor.clone().expect("a cursor");
        drop(first);

        let app = app.restart().await;
        let mut limin = limin;
        limin.address = app.address;
        let mut zhang = zhang;
        zhang.address = app.address;
        decide(&limin, "approveTask", &request["id"], None).await;

        let mut again = zhang.listen(Some(&cursor)).await;
        submit(&zhang, leave("2026-12-21", "2026-12-21")).await;
        let heard = again.until("approval.submitted").await;
        let ids: std::collections::HashSet<_> = heard.iter().map(|item| item["id"].to_string()).collect();
        assert_eq!(ids.len(), heard.len(), "nothing twice: {heard:#?}");
        assert!(kinds(&heard).len() >= 2, "what happened while away, then the barrier: {heard:#?}");
        let cursors: Vec<u64> = heard.iter().filter_map(|item| item["cursor"].as_str()?.parse().ok()).collect();
        assert!(cursors.is_sorted(), "{cursors:?}");
    }

    async fn a_cursor_from_nowhere_starts_anew(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let mut events = zhang.listen(Some("999999999")).await;
        assert_eq!(events.next().await["__typename"], "Reset");
    }
}
