//! Live events: who hears what, and what a reader who was away gets when he comes back.

use std::sync::Arc;

use entity::Via;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tests::both;
use tongshi::event::feed::{self, Item};
use tongshi::event::{Draft, Listener, append_as, topic};

use crate::flow::{decide, leave, submit};
use crate::socket::{hear, say, subscribe, welcome};

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

    async fn a_reader_who_is_too_slow_is_told_how_many_events_passed(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let actor = tongshi::identity::service::authenticate(&app.cx, zhang.token.as_deref().expect("a token")).await.expect("signed in");
        let (member, same) = (actor.member, actor.clone());
        let renew = Box::new(move || {
            let same = same.clone();
            Box::pin(async move { Ok(same) }) as futures_util::future::BoxFuture<'static, _>
        });
        let listener = Arc::new(Listener::new(actor, renew));
        let mut slow = Box::pin(feed::events(app.cx.clone(), listener, None, None));
        let mut quick = app.cx.bus.listen();
        let mut note = async || {
            let tx = app.cx.begin().await.expect("begun");
            let draft = Draft::new("test.noted", member).topic(topic::inbox(member));
            append_as(&app.cx, &tx, None, Via::System, draft).await.expect("appended");
            tx.commit().await.expect("committed");
            while quick.recv().await.expect("a live bus").iter().all(|event| &*event.kind != "test.noted") {}
        };
        let first = async {
            loop {
                let item = slow.next().await.expect("an item").expect("no error");
                if let Item::Event(event, _) = item && &*event.kind == "test.noted" {
                    break;
                }
            }
        };
        futures_util::join!(first, note());
        let read = app.cx.bus.head();
        for _ in 0..300 {
            note().await;
        }
        let told = slow.next().await.expect("an item").expect("no error");
        let Item::Lagged { seq, skipped } = told else { panic!("{told:?}") };
        assert_eq!((seq, skipped), (read, 300));
        for _ in 0..300 {
            assert!(matches!(slow.next().await, Some(Ok(Item::Event(..)))), "what passed is read from the log");
        }
    }

    async fn one_document_shows_each_reader_what_they_may_know(app: TestApp) {
        let (zhang, limin, cashier) = (app.person("zhangwei").await, app.person("limin").await, app.person("cashier").await);
        let mut readers = Vec::new();
        for (person, more) in [(&limin, ""), (&limin, ""), (&cashier, ""), (&limin, "actor { account }")] {
            let mut socket = welcome(&app, person).await;
            let document = format!("subscription {{ events {{ ... on Event {{ id cursor at kind subject topics version {more} }} }} }}");
            say(&mut socket, subscribe("1", &document)).await;
            say(&mut socket, json!({ "type": "ping" })).await;
            assert_eq!(hear(&mut socket).await.expect("alive")["type"], "pong");
            readers.push(socket);
        }
        let request = submit(&zhang, leave("2026-12-10", "2026-12-10")).await;
        // The calendar of the team changes with it, and that is for everyone.
        let mut told = Vec::new();
        for socket in &mut readers {
            told.push(loop {
                let payload = hear(socket).await.expect("alive")["payload"].take();
                assert!(payload["errors"].is_null(), "{payload:#}");
                let topics = payload["data"]["events"]["topics"].as_array().expect("topics");
                if topics.contains(&json!("calendar")) {
                    break payload;
                }
            });
        }
        let [first, second, stranger, detailed] = told.as_mut_slice() else { panic!("four readers") };
        assert_eq!(first["data"], second["data"]);
        let actual = |payload: &Value| payload["extensions"]["cost"]["actual"].as_u64().expect("a number");
        assert_eq!(actual(first) + 2, actual(detailed), "everybody is told what it cost them");
        let event = &first["data"]["events"];
        assert_eq!(event["subject"], request["id"]);
        let masked = &stranger["data"]["events"];
        let expected = json!({
            "id": event["id"], "cursor": event["cursor"], "at": event["at"],
            "kind": "calendar.changed", "subject": event["id"], "topics": ["calendar"], "version": 0,
        });
        assert_eq!(*masked, expected);
        let whole = detailed["data"]["events"].as_object_mut().expect("an event");
        assert_eq!(whole.remove("actor").expect("an actor")["account"], "zhangwei");
        assert_eq!(json!(whole), *event);
    }

    async fn arguments_are_read_where_what_is_shown_is_shared(app: TestApp) {
        let person = app.person("zhangwei").await;
        let mut socket = welcome(&app, &person).await;
        for (document, code) in [
            ("subscription { events(topics: [\"nonsense\"]) { __typename } }", "INVALID"),
            ("subscription { events(topics: 5) { __typename } }", "INVALID"),
            ("subscription { events { ... on Lagged { kind } } }", "INVALID"),
        ] {
            say(&mut socket, subscribe("1", document)).await;
            let refused = hear(&mut socket).await.expect("a refusal");
            assert_eq!(refused["type"], "error", "{refused:#}");
            assert_eq!(refused["payload"][0]["extensions"]["code"], code, "{document}: {refused:#}");
        }
        let document = "subscription($after: String) { events(after: $after) { __typename ... on Reset { cursor } } }";
        let payload = json!({ "query": document, "variables": { "after": "nowhere" } });
        say(&mut socket, json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
        let next = hear(&mut socket).await.expect("an item");
        assert_eq!(next["payload"]["data"]["events"]["__typename"], "Reset", "{next:#}");
    }

    async fn a_cursor_from_nowhere_starts_anew(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let mut events = zhang.listen(Some("999999999")).await;
        assert_eq!(events.next().await["__typename"], "Reset");
    }
}
