//! GraphQL over HTTP: media types, statuses, limits. The abuse that kills a bare server is answered in a moment.

use std::time::{Duration, Instant};

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tests::{Engine, TestApp, both};

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

async fn post(app: &TestApp, accept: &str, body: impl Into<reqwest::Body>) -> Response {
    let request = app.stranger().client.post(app.url("/graphql"));
    request
        .header("accept", accept)
        .header("content-type", JSON)
        .body(body)
        .send()
        .await
        .expect("an answer")
}

async fn query(app: &TestApp, accept: &str, query: &str) -> Response {
    post(app, accept, json!({ "query": query }).to_string()).await
}

fn media(response: &Response) -> String {
    response.headers()["content-type"].to_str().expect("text").to_owned()
}

async fn code(response: Response) -> String {
    let body: Value = response.json().await.expect("JSON");
    assert!(body.get("data").is_none(), "nothing ran: {body:#}");
    body["errors"][0]["extensions"]["code"]
        .as_str()
        .expect("a code")
        .to_owned()
}

#[tokio::test]
async fn media_types_and_statuses_are_those_of_the_specification() {
    let app = TestApp::start(Engine::Sqlite).await;
    for (accept, document, status, expected) in [
        (GRAPHQL, "{__typename}", 200, GRAPHQL),
        (JSON, "{__typename}", 200, JSON),
        ("*/*", "{__typename}", 200, JSON),
        (GRAPHQL, "{", 400, GRAPHQL),
        (JSON, "{", 200, JSON),
        (GRAPHQL, "{nope}", 400, GRAPHQL),
        (JSON, "{nope}", 200, JSON),
        (GRAPHQL, "query($id: ID!){node(id: $id){id}}", 400, GRAPHQL),
        (GRAPHQL, "{viewer{locale}}", 200, GRAPHQL),
        (GRAPHQL, "subscription{events{__typename}}", 400, GRAPHQL),
        (GRAPHQL, "{__schema{types{name}}}", 401, GRAPHQL),
        ("text/html", "{__typename}", 406, JSON),
    ] {
        let response = query(&app, accept, document).await;
        assert_eq!(response.status().as_u16(), status, "{accept} {document}");
        assert_eq!(
            media(&response),
            format!("{expected}; charset=utf-8"),
            "{accept} {document}"
        );
    }
    for body in [
        "",
        "{",
        "[]",
        "null",
        "7",
        "{}",
        r#"{"query":1}"#,
        r#"[{"query":"{__typename}"}]"#,
        r#"{"query":"{__typename}","variables":"x"}"#,
        r#"{"query":"{__typename}","operationName":1}"#,
        r#"{"query":"{__typename}","extensions":[]}"#,
    ] {
        assert_eq!(post(&app, JSON, body).await.status(), StatusCode::BAD_REQUEST, "{body}");
    }
    let null = r#"{"query":"{__typename}","variables":null,"operationName":null,"extensions":null}"#;
    assert_eq!(post(&app, JSON, null).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn get_reads_and_never_changes() {
    let app = TestApp::start(Engine::Sqlite).await;
    let client = app.stranger().client;
    let ask = async |method: Method, query: &str| {
        let url = app.url("/graphql");
        client
            .request(method, url)
            .query(&[("query", query)])
            .send()
            .await
            .expect("an answer")
    };
    assert_eq!(ask(Method::GET, "{__typename}").await.status(), StatusCode::OK);
    let refused = ask(Method::GET, "mutation{signOut{ok}}").await;
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(refused.headers()["allow"], "POST");
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        assert_eq!(
            ask(method, "{__typename}").await.status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
    }
    let form = client
        .post(app.url("/graphql"))
        .header("content-type", "text/plain")
        .body(r#"{"query":"{__typename}"}"#);
    assert_eq!(
        form.send().await.expect("an answer").status(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
}

/// Documents that ask for too much in every way there is, in the sizes between what is harmless and what a parser refuses.
pub(crate) fn abusive() -> Vec<String> {
    let mut documents = Vec::new();
    for levels in [500, 1_000, 2_000, 4_000, 10_000, 40_000] {
        for open in ["{a", "{a(x:[", "{a(x:{b:", "query($x:[", "query($x:Int=["] {
            documents.push(format!("{{a{}", open.repeat(levels)));
        }
        documents.push(format!("{{a(x:{})}}", "[".repeat(levels)));
        documents.push(format!("query($x:Int={})", "[".repeat(levels)));
    }
    let doubling: String = (0..30)
        .map(|level| format!("fragment F{level} on Query{{...F{0} ...F{0}}}", level + 1))
        .collect();
    documents.push(format!("{{...F0}} {doubling} fragment F30 on Query{{__typename}}"));
    documents.push("{members(first:100){nodes{departments{department{__typename}}".repeat(9));
    documents.push(format!(
        "{{{}}}",
        (0..101).map(|n| format!("a{n}:__typename ")).collect::<String>()
    ));
    documents.push(format!(
        "mutation{{{}}}",
        (0..11).map(|n| format!("m{n}:signOut{{ok}}")).collect::<String>()
    ));
    documents.push("a ".repeat(2_001));
    documents.push(" ".repeat(100_001));
    documents
}

#[tokio::test]
async fn what_asks_for_too_much_is_refused_in_a_moment() {
    let app = TestApp::start(Engine::Sqlite).await;
    for document in abusive() {
        let begun = Instant::now();
        let response = query(&app, GRAPHQL, &document).await;
        let start: String = document.chars().take(60).collect();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{start}");
        let bytes = response.bytes().await.expect("a body");
        assert!(
            bytes.len() < 20_000 && begun.elapsed() < Duration::from_secs(1),
            "{start}: {} {:?}",
            bytes.len(),
            begun.elapsed()
        );
    }
    let deep = format!(r#"{{"query":"{{__typename}}","variables":{}}}"#, "[".repeat(100_000));
    assert_eq!(code(post(&app, GRAPHQL, deep).await).await, "TOO_COMPLEX");
    let large = post(&app, GRAPHQL, vec![b' '; 1024 * 1024 + 1]).await;
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(
        query(&app, GRAPHQL, "{__typename}").await.status(),
        StatusCode::OK,
        "it lives"
    );
}

both! {
    async fn page_sizes_are_one_to_a_hundred(app: TestApp) {
        let person = app.person("zhangwei").await;
        for (first, good) in [(1, true), (100, true), (0, false), (-1, false), (101, false), (i32::MAX, false)] {
            let (_, body) = person.send("query($n: Int){members(first: $n){nodes{id}}}", json!({ "n": first })).await;
            assert_eq!(body.get("errors").is_none(), good, "{first}: {body:#}");
        }
    }

    async fn strange_texts_are_no_internal_error(app: TestApp) {
        let person = app.person("zhangwei").await;
        for text in ["\0", "a\0b", "\u{FFFF}", "%", "_", "'", "\\", &"长".repeat(30_000)] {
            let (_, body) = person.send("query($s: String){members(search: $s){nodes{id}}}", json!({ "s": text })).await;
            let code = &body["errors"][0]["extensions"]["code"];
            assert!(code.is_null() || code == "INVALID", "{:?}: {body:#}", text.chars().take(5).collect::<String>());
        }
    }

    async fn answers_tell_their_cost_and_place(app: TestApp) {
        let person = app.person("zhangwei").await;
        let (_, body) = person.send("{asOf members(first: 10){nodes{id name}}}", json!({})).await;
        assert_eq!(body["extensions"]["cost"]["requested"], 52, "ten for each root, the rest for fields: {body:#}");
        let people = body["data"]["members"]["nodes"].as_array().expect("members").len();
        assert_eq!(body["extensions"]["cost"]["actual"], 3 + 2 * people);
        assert_eq!(body["data"]["asOf"].as_str().map(str::len), Some(16));
    }

    async fn objects_are_found_by_id_and_foreign_ones_are_not(app: TestApp) {
        let person = app.person("zhangwei").await;
        let me = person.id().await;
        let ids = [me.as_str(), "member_00000000000000000000000000", "nonsense", "approval_01h455vb4pex5vsknk084sn02q"];
        let found = person.run("query($ids: [ID!]!){nodes(ids: $ids){__typename id}}", json!({ "ids": ids })).await;
        assert_eq!(found["nodes"], json!([{ "__typename": "Member", "id": me }, null, null, null]));
    }
}
