//! Inputs of the wrong shape, made from the schema.

use serde_json::json;
use tests::contract::Contract;
use tests::{Engine, Findings, TestApp};
use tongshi::config::Settings;

use super::world::{World, mutations};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_shapes_are_invalid_and_change_nothing_on_sqlite() {
    wrong_shapes_are_invalid_and_change_nothing(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_shapes_are_invalid_and_change_nothing_on_postgres() {
    wrong_shapes_are_invalid_and_change_nothing(Engine::Postgres).await;
}

#[test]
fn every_mutation_with_an_input_is_tried() {
    let contract = Contract::read();
    let public = ["signIn", "setUp", "setUpDemo"];
    let mut known: Vec<&str> = mutations().iter().map(|(_, name, _)| *name).chain(public).collect();
    let mut all: Vec<String> = contract
        .places()
        .iter()
        .filter(|place| place.parent == "Mutation")
        .map(|place| place.field.name.node.to_string())
        .collect();
    known.sort_unstable();
    all.sort_unstable();
    assert_eq!(
        all, known,
        "mutations of the schema (left) and of tests/it/refused/world.rs (right)"
    );
}

async fn wrong_shapes_are_invalid_and_change_nothing(engine: Engine) {
    let unlimited = Settings {
        member_points: Some(0),
        address_points: Some(0),
        ..Settings::default()
    };
    let app = TestApp::start_with(engine, unlimited).await;
    let world = World::new(&app).await;
    let contract = Contract::read();
    let mut tried = 0;
    let mut findings = Findings::default();
    for (account, mutation, input) in mutations() {
        let (person, input) = (world.person(account), world.fill(&input));
        let before = app.digest().await;
        for (what, wrong) in contract.misshapen(mutation, &input) {
            let refused = person.attempt(mutation, &wrong, "__typename").await;
            let code = refused
                .as_ref()
                .map_or_else(|refusal| refusal.code.as_str(), |_| "done");
            findings.same(format!("{mutation} with {what}"), code, "INVALID");
            tried += 1;
        }
        let whole = [json!(null), json!("x"), json!(1)];
        for wrong in &whole {
            let code = person.code(mutation, wrong.clone()).await;
            findings.same(format!("{mutation} with {wrong}"), code.as_str(), "INVALID");
        }
        let code = app.stranger().code(mutation, input.clone()).await;
        findings.same(format!("{mutation} of a stranger"), code.as_str(), "UNAUTHENTICATED");
        let after = app.digest().await;
        findings.same(
            format!("{mutation} left something behind"),
            after.changed(&before),
            [""; 0],
        );
    }
    assert!(tried > 300, "{tried}");
}
