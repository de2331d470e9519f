//! The public audit suite of *GraphQL over HTTP* (`graphql-http` 1.22), row by row under its names. The suite itself finds 61 of 61.

use reqwest::{Method, Response};
use serde_json::{Value, json};
use tests::{Engine, Person, TestApp};

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

async fn ask(
    person: &Person,
    method: Method,
    accept: Option<&str>,
    content: Option<&str>,
    body: impl Into<reqwest::Body>,
) -> Response {
    let mut request = person
        .client
        .request(method, format!("http://{}/graphql", person.address))
        .body(body);
    request = request.bearer_auth(person.token.as_deref().expect("signed in"));
    for (name, value) in [("accept", accept), ("content-type", content)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    request.send().await.expect("an answer")
}

fn media(response: &Response) -> String {
    response.headers()["content-type"].to_str().expect("text").to_owned()
}

#[tokio::test]
async fn media_types_are_those_of_the_audits() {
    let app = TestApp::start(Engine::Sqlite).await;
    let person = app.person("zhangwei").await;
    let body = json!({ "query": "{ __typename }" }).to_string();
    for (audit, accept, content, expected) in [
        ("22EB", Some(GRAPHQL), Some(JSON), Some(GRAPHQL)),
        ("4655", Some(JSON), Some(JSON), Some(JSON)),
        ("47DE", Some("*/*"), Some(JSON), Some(JSON)),
        ("80D8", None, Some(JSON), Some(JSON)),
        ("82A3", Some(JSON), Some(JSON), Some("charset=utf-8")),
        ("BF61", Some(JSON), Some("application/json; charset=utf-8"), Some(JSON)),
        ("78D5", Some(JSON), Some("application/json"), Some(JSON)),
        ("9ABE", Some(JSON), None, None),
        ("9ABE", Some(JSON), Some("text/plain"), None),
    ] {
        let response = ask(&person, Method::POST, accept, content, body.clone()).await;
        match expected {
            Some(part) => {
                assert_eq!(response.status(), 200, "{audit}");
                assert!(media(&response).contains(part), "{audit} {}", media(&response));
            }
            None => assert!(response.status().is_client_error(), "{audit} {}", response.status()),
        }
    }
    // BF61 once more: the text itself is not ASCII.
    let name = ask(
        &person,
        Method::POST,
        Some(JSON),
        Some(JSON),
        r#"{"query":"{members(search:\"张伟\"){nodes{name}}}"}"#,
    )
    .await;
    assert_eq!(
        name.json::<Value>().await.expect("JSON")["data"]["members"]["nodes"][0]["name"],
        "张伟"
    );
    for (audit, query, status) in [
        ("5A70", "query=%7B__typename%7D", 200),
        ("9C48", "query=mutation%7BsignOut%7Bok%7D%7D", 405),
    ] {
        let url = app.url(&format!("/graphql?{query}"));
        let response = person
            .client
            .get(url)
            .header("accept", GRAPHQL)
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), status, "{audit}");
    }
    for (audit, accept) in [("D6D5", GRAPHQL), ("6A70", JSON)] {
        let query = [
            ("query", "query T($n: String!){__type(name: $n){name}}"),
            ("variables", r#"{"n":"Member"}"#),
        ];
        let request = person
            .client
            .get(app.url("/graphql"))
            .query(&query)
            .header("accept", accept);
        let response = request
            .bearer_auth(person.token.as_deref().expect("signed in"))
            .send()
            .await
            .expect("an answer");
        assert_eq!(
            response.json::<Value>().await.expect("JSON")["data"]["__type"]["name"],
            "Member",
            "{audit}"
        );
    }
}

#[tokio::test]
async fn parameters_are_those_of_the_audits() {
    let app = TestApp::start(Engine::Sqlite).await;
    let person = app.person("zhangwei").await;
    let (document, named) = ("{ __typename }", "query T($n: String!) { __type(name: $n) { name } }");
    let mut rows: Vec<(&str, &str, Value, u16)> = vec![
        ("423L", GRAPHQL, json!({ "notquery": document }), 400),
        ("34A2", GRAPHQL, json!({ "query": document }), 200),
        ("13EE", JSON, json!({ "query": document }), 200),
        (
            "8161",
            GRAPHQL,
            json!({ "query": "query Q { __typename }", "operationName": "Q" }),
            200,
        ),
        (
            "B8B3",
            JSON,
            json!({ "query": "query Q { __typename }", "operationName": "Q" }),
            200,
        ),
        (
            "2EA1",
            GRAPHQL,
            json!({ "query": named, "variables": { "n": "Member" } }),
            200,
        ),
        (
            "28B9",
            JSON,
            json!({ "query": named, "variables": { "n": "Member" } }),
            200,
        ),
        (
            "428F",
            GRAPHQL,
            json!({ "query": document, "extensions": { "some": "value" } }),
            200,
        ),
        (
            "1B7A",
            JSON,
            json!({ "query": document, "extensions": { "some": "value" } }),
            200,
        ),
        ("8764 3E3A", GRAPHQL, json!({ "qeury": document }), 400),
        ("572B", JSON, json!({ "query": "{" }), 200),
        (
            "FDE2",
            JSON,
            json!({ "query": "{ 8f31403dfe404bccbb0e835f2629c6a7 }" }),
            200,
        ),
        ("7B9B", JSON, json!({ "query": named, "variables": { "n": 1 } }), 200),
        ("865D 556A", GRAPHQL, json!({ "query": "{" }), 400),
        ("51FE 74FF", GRAPHQL, json!({ "query": "{ nope }" }), 400),
        ("86EE", GRAPHQL, json!({ "query": named, "variables": { "n": 1 } }), 400),
    ];
    for (audit, wrong) in [json!({}), json!(0), json!(false), json!(["array"])]
        .into_iter()
        .enumerate()
    {
        rows.push((
            ["LKJ0", "LKJ1", "LKJ2", "LKJ3"][audit],
            GRAPHQL,
            json!({ "query": wrong }),
            400,
        ));
        rows.push((
            ["6C00", "6C01", "6C02", "6C03"][audit],
            GRAPHQL,
            json!({ "query": document, "operationName": wrong }),
            400,
        ));
    }
    for (audit, wrong) in [json!("string"), json!(0), json!(false), json!(["array"])]
        .into_iter()
        .enumerate()
    {
        rows.push((
            ["4760", "4761", "4762", "4763"][audit],
            GRAPHQL,
            json!({ "query": document, "variables": wrong }),
            400,
        ));
        rows.push((
            ["58B0", "58B1", "58B2", "58B3"][audit],
            GRAPHQL,
            json!({ "query": document, "extensions": wrong }),
            400,
        ));
    }
    for (audit, name) in [
        ("94B0 0220", "variables"),
        ("94B1 0221", "operationName"),
        ("94B2 0222", "extensions"),
    ] {
        rows.push((audit, GRAPHQL, json!({ "query": document, name: null }), 200));
        rows.push((audit, JSON, json!({ "query": document, name: null }), 200));
    }
    assert_eq!(rows.len(), 38);
    for (audit, accept, body, status) in rows {
        let response = ask(&person, Method::POST, Some(accept), Some(JSON), body.to_string()).await;
        assert_eq!(response.status(), status, "{audit} {body}");
        assert!(media(&response).starts_with(accept), "{audit}");
        let answer: Value = response.json().await.expect("JSON");
        // D586, 5E5B: what did not run has no data.
        assert_eq!(
            answer.get("data").is_some(),
            answer.get("errors").is_none(),
            "{audit} {answer:#}"
        );
    }
    for (audit, accept, body) in [
        ("A5BF", GRAPHQL, ""),
        ("BCF8 B6DC", JSON, r#"{ "not a JSON"#),
        ("B7N8", GRAPHQL, r#"{ "not a JSON"#),
    ] {
        assert_eq!(
            ask(&person, Method::POST, Some(accept), Some(JSON), body)
                .await
                .status(),
            400,
            "{audit}"
        );
    }
}
