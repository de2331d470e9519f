//! Abuse generated from the schema: every list, every text, every list of inputs. A new field is tested the day it appears.

use async_graphql::parser::types::BaseType;
use serde_json::{Value, json};
use tests::contract::{Contract, needed};
use tests::{Engine, Person, TestApp};
use tongshi::config::Settings;

use crate::flow::{leave, submit};

/// Nobody is slowed down here: it is the resolvers that are tried.
async fn start(engine: Engine) -> TestApp {
    let settings = Settings {
        member_points: Some(0),
        address_points: Some(0),
        ..Settings::default()
    };
    TestApp::start_with(engine, settings).await
}

/// Sends a body as it is and gives the codes of its errors.
async fn codes(person: &Person, body: String) -> Vec<String> {
    let request = person
        .client
        .post(format!("http://{}/graphql", person.address))
        .header("content-type", "application/json")
        .bearer_auth(person.token.as_deref().expect("signed in"))
        .body(body);
    let response = request.send().await.expect("an answer");
    assert!(response.status().as_u16() < 500, "{}", response.status());
    let text = response.text().await.expect("text");
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    assert!(
        errors.len() <= 20 && text.len() < 200_000,
        "{} errors, {} bytes",
        errors.len(),
        text.len()
    );
    for word in [
        "sqlx",
        "sea_orm",
        "SQLSTATE",
        "SELECT ",
        "panicked",
        ".rs:",
        "thread '",
        "Did you mean",
    ] {
        assert!(
            !text.contains(word),
            "{word}: {}",
            text.chars().take(500).collect::<String>()
        );
    }
    let code = |error: &Value| error["extensions"]["code"].as_str().unwrap_or("none").to_owned();
    errors.iter().map(code).collect()
}

const KNOWN: [&str; 14] = [
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "NOT_FOUND",
    "INVALID",
    "CONFLICT",
    "ALREADY_DECIDED",
    "NOT_ALLOWED_NOW",
    "INSUFFICIENT_BALANCE",
    "OVERLAP",
    "THROTTLED",
    "RATE_LIMITED",
    "TOO_COMPLEX",
    "PAYLOAD_TOO_LARGE",
    "none of these: INTERNAL is what must not come",
];

async fn strange_texts_break_nothing(app: TestApp) {
    /// Stands for what no JSON value can hold: half of a surrogate pair.
    const LONE: &str = "half-a-pair";
    let contract = Contract::read();
    let admin = app.person("admin").await;
    let long = "长".repeat(33_334);
    let texts = [
        "",
        "\0",
        "a\0b",
        LONE,
        "\u{FFFE}\u{202E}",
        "'; DROP TABLE org_member; --",
        "%_\\",
        &long,
    ];
    let mut tried = 0;
    for place in contract.places() {
        let name = place.field.name.node.as_str();
        if !matches!(place.parent, "Query" | "Mutation") {
            continue;
        }
        for argument in &place.field.arguments {
            for text in texts {
                for (path, value) in contract.hostile(&argument.node.ty.node, &json!(text), 4) {
                    let (document, variables) =
                        contract.call(place.parent, place.field, &argument.node.name.node, value);
                    let body = json!({ "query": document, "variables": variables }).to_string();
                    let found = codes(&admin, body.replace(LONE, "\\ud800")).await;
                    let start: String = text.chars().take(8).collect();
                    for code in found {
                        assert!(
                            KNOWN.contains(&code.as_str()),
                            "{name}({}{path}: {start:?}): {code}",
                            argument.node.name.node
                        );
                    }
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 500, "{tried}");
    admin.run("{viewer{member{name}}}", json!({})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strange_texts_break_nothing_on_sqlite() {
    strange_texts_break_nothing(start(Engine::Sqlite).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strange_texts_break_nothing_on_postgres() {
    strange_texts_break_nothing(start(Engine::Postgres).await).await;
}

#[tokio::test]
async fn every_list_has_pages_of_one_to_a_hundred() {
    let app = start(Engine::Sqlite).await;
    let contract = Contract::read();
    let (admin, zhang) = (app.person("admin").await, app.person("zhangwei").await);
    let request = submit(&zhang, leave("2026-12-10", "2026-12-10")).await["id"].take();
    let mut lists = 0;
    for place in contract.places() {
        let name = place.field.name.node.as_str();
        let sizes = ["first", "last"].into_iter().filter(|size| {
            place
                .field
                .arguments
                .iter()
                .any(|argument| argument.node.name.node == *size)
        });
        for size in sizes {
            lists += 1;
            let needs = place.field.arguments.iter().filter(|argument| needed(&argument.node));
            let needs: String = needs
                .map(|argument| match argument.node.ty.node.base {
                    BaseType::Named(ref kind) if kind == "ApprovalBox" => {
                        format!("{}: STARTED ", argument.node.name.node)
                    }
                    _ => panic!("{name} needs {}: tell the test what to give", argument.node.name.node),
                })
                .collect();
            let ask = |count: i64| {
                let field = format!("{name}({needs}{size}: {count}) {{__typename}}");
                match place.parent {
                    "Query" => format!("{{{field}}}"),
                    "Member" => format!("{{viewer{{member{{{field}}}}}}}"),
                    "Approval" => format!("{{approval(id: {request}){{{field}}}}}"),
                    other => panic!("{other}.{name}: tell the test how to get there"),
                }
            };
            let who = if place.parent == "Approval" { &zhang } else { &admin };
            for wrong in [-1, 0, 101, i64::from(i32::MAX)] {
                let refusal = who.refused(&ask(wrong), json!({})).await;
                assert!(
                    ["INVALID", "TOO_COMPLEX"].contains(&refusal.code.as_str()),
                    "{name} {size} {wrong}: {refusal:?}"
                );
            }
            for right in [1, 100] {
                who.run(&ask(right), json!({})).await;
            }
        }
    }
    assert!(lists >= 7, "{lists}");
}

#[tokio::test]
async fn no_list_of_inputs_is_endless() {
    let app = start(Engine::Sqlite).await;
    let contract = Contract::read();
    let admin = app.person("admin").await;
    let mut lists = 0;
    for place in contract
        .places()
        .iter()
        .filter(|place| matches!(place.parent, "Query" | "Mutation"))
    {
        for argument in &place.field.arguments {
            for (path, value) in contract.overlong(&argument.node.ty.node, 3) {
                let name = argument.node.name.node.as_str();
                let (document, variables) = contract.call(place.parent, place.field, name, value);
                let refusal = admin.refused(&document, variables).await;
                assert!(
                    ["TOO_COMPLEX", "INVALID"].contains(&refusal.code.as_str()),
                    "{}({name}{path}): {refusal:?}",
                    place.field.name.node
                );
                lists += 1;
            }
        }
    }
    assert!(lists >= 10, "{lists}");
}
