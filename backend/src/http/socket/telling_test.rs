use async_graphql::parser::parse_query;
use chrono::DateTime;
use entity::EventId;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::error::Error;
use crate::event::{Published, Topic};
use crate::graphql::schema::{self, Build};

const PAGE: &str = "subscription($after: String) { events(after: $after) { __typename ... on Event { cursor topics } \
    ... on Lagged { cursor } } }";

fn event(seq: i64, topics: &[&str]) -> Item {
    let published = Published {
        seq,
        id: EventId(Uuid::nil()),
        at: DateTime::UNIX_EPOCH,
        kind: "approval.submitted".into(),
        actor: None,
        subject_type: "approval".into(),
        subject_id: Uuid::nil(),
        version: 1,
        topics: Vec::new(),
        audience: Arc::default(),
    };
    let topics = topics.iter().map(|name| Topic::Shared((*name).into())).collect();
    Item::Event(Arc::new(published), View { topics, open: true })
}

fn shape(telling: &Telling, text: &str) -> Option<Arc<Shape>> {
    telling.shape(text, &parse_query(text).expect(text))
}

#[test]
fn only_plain_fields_of_the_feed_are_shared() {
    let check = |text: &str, expected: bool| {
        assert_eq!(shape(&Telling::default(), text).is_some(), expected, "{text}");
    };
    check("subscription { events { __typename } }", true);
    check(
        "subscription A($t: [String!]) { e: events(topics: $t) { ... on Event { when: at } } }",
        true,
    );
    check(
        "subscription { events { ...a } } fragment a on Event { cursor ...b } fragment b on Event { kind }",
        true,
    );
    check(PAGE, true);
    check(
        "subscription { events { ... on Event { cursor actor { name } } } }",
        false,
    );
    check("subscription { events { ... on Event { actor } } }", false);
    check(
        "subscription { events { ...a } } fragment a on Event { actor { id } }",
        false,
    );
    check("subscription { events { ...a } }", false);
    check(
        "subscription($x: Boolean!) { events { ... on Event @include(if: $x) { cursor } } }",
        false,
    );
    check(
        "subscription($x: Boolean!) { events { ... on Event { cursor @skip(if: $x) } } }",
        false,
    );
    check(
        "subscription($x: Boolean!) { events @include(if: $x) { __typename } }",
        false,
    );
    check("subscription { events { ... on Event { id(for: 1) } } }", false);
    check(
        "subscription { a: events { __typename } b: events { __typename } }",
        false,
    );
    check("subscription { other { __typename } }", false);
    check(
        "subscription { ...a } fragment a on Subscription { events { __typename } }",
        false,
    );
    check("query { events { __typename } }", false);
    check(
        "subscription A { events { __typename } } subscription B { events { __typename } }",
        false,
    );
}

#[tokio::test]
async fn equal_items_are_shown_once_and_others_never_shared() {
    let (telling, schema) = (Telling::default(), schema::build(None, Build::default()));
    let first = shape(&telling, PAGE).expect("plain");
    let again = shape(&telling, PAGE).expect("plain");
    assert!(Arc::ptr_eq(&first, &again), "one shape for one text");
    let other = shape(&telling, "subscription { events { ... on Event { kind } } }").expect("plain");
    let show = async |shape: &Shape, item| telling.show(&schema, shape, Ok(item)).await.expect("data");

    let one = show(&first, event(1, &["org"])).await;
    let expected = json!({ "events": { "__typename": "Event", "cursor": "0000000000000001", "topics": ["org"] } });
    assert_eq!(serde_json::from_str::<serde_json::Value>(&one.data).unwrap(), expected);
    assert!(Arc::ptr_eq(&one, &show(&again, event(1, &["org"])).await));
    for (shape, item) in [
        (&first, event(1, &["org", "inbox:me"])),
        (&first, event(2, &["org"])),
        (&other, event(1, &["org"])),
    ] {
        let found = show(shape, item).await;
        assert!(!Arc::ptr_eq(&one, &found) && one.data != found.data, "{}", found.data);
    }
    let lagged = || Item::Lagged { seq: 1, skipped: 3 };
    let found = show(&first, lagged()).await;
    assert_eq!(
        found.data,
        r#"{"events":{"__typename":"Lagged","cursor":"0000000000000001"}}"#
    );
}

#[tokio::test]
async fn a_failing_feed_is_told_as_it_is() {
    let (telling, schema) = (Telling::default(), schema::build(None, Build::default()));
    let shape = shape(&telling, PAGE).expect("plain");
    let response = telling
        .show(&schema, &shape, Err(Error::NotFound))
        .await
        .err()
        .expect("an error");
    assert_eq!((response.data, response.errors.len()), (Value::Null, 1));
}

#[tokio::test]
async fn no_more_is_kept_than_the_newest() {
    let (telling, schema) = (Telling::default(), schema::build(None, Build::default()));
    let shape = shape(&telling, PAGE).expect("plain");
    for seq in 0..i64::try_from(KEPT).unwrap() + 5 {
        let shown = telling.show(&schema, &shape, Ok(event(seq, &["org"]))).await;
        assert!(shown.is_ok());
    }
    let made = lock(&telling.made);
    assert_eq!(made.len(), KEPT);
    assert_eq!(made.first_key_value().expect("some").0.0, 5);
    drop(made);
    drop(shape);
    assert!(super::tests::shape(&telling, "subscription { events { __typename } }").is_some());
    assert_eq!(lock(&telling.shapes).len(), 1, "a shape nobody follows is let go");
}
