//! What a person, or a program of theirs, does over HTTP.

use std::net::SocketAddr;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::events::Events;

/// Somebody at a browser, signed in or not.
#[derive(Clone)]
pub struct Person {
    /// Keeps cookies, as a browser does.
    pub client: Client,
    /// Where the server is.
    pub address: SocketAddr,
    /// Access token.
    pub token: Option<String>,
    /// Language asked for.
    pub language: &'static str,
}

/// A refusal as a caller sees it.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Stable code.
    pub code: String,
    /// For people.
    pub message: String,
    /// All extensions.
    pub extensions: Value,
}

impl Refusal {
    /// Paths of the wrong inputs.
    pub fn fields(&self) -> Vec<&str> {
        let fields = self.extensions["fields"].as_array();
        fields
            .into_iter()
            .flatten()
            .filter_map(|field| field["path"].as_str())
            .collect()
    }
}

impl Person {
    pub(crate) fn stranger(app: &TestApp) -> Self {
        Self::at(app.address)
    }

    /// Somebody who has not signed in, at a server.
    pub fn at(address: SocketAddr) -> Self {
        let client = Client::builder().cookie_store(true).build().expect("a client");
        Self {
            client,
            address,
            token: None,
            language: "zh-CN",
        }
    }

    pub(crate) async fn sign_in(app: &TestApp, account: &str, password: &str) -> Self {
        Self::sign_in_at(app.address, account, password).await
    }

    /// Somebody who has signed in at a server.
    ///
    /// # Panics
    /// When they may not.
    pub async fn sign_in_at(address: SocketAddr, account: &str, password: &str) -> Self {
        let mut person = Self::at(address);
        let variables = json!({ "input": { "account": account, "password": password } });
        let signed = person
            .run(
                "mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }",
                variables,
            )
            .await;
        person.token = signed["signIn"]["accessToken"].as_str().map(str::to_owned);
        assert!(person.token.is_some(), "{account} gets a token");
        person
    }

    /// The same person who reads English.
    #[must_use]
    pub fn in_english(mut self) -> Self {
        self.language = "en";
        self
    }

    /// Sends a document and gives status and body.
    pub async fn send(&self, query: &str, variables: Value) -> (StatusCode, Value) {
        let body = json!({ "query": query, "variables": variables });
        let mut request = self
            .client
            .post(format!("http://{}/graphql", self.address))
            .header("accept-language", self.language)
            .header("accept", "application/graphql-response+json")
            .json(&body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.expect("an answer");
        let status = response.status();
        (status, response.json().await.expect("JSON"))
    }

    /// Runs a document that must succeed and gives its data.
    ///
    /// # Panics
    /// When there are errors.
    pub async fn run(&self, query: &str, variables: Value) -> Value {
        let (status, mut body) = self.send(query, variables).await;
        assert!(body.get("errors").is_none(), "{status} {body:#}\n{query}");
        body["data"].take()
    }

    /// Runs a document that must be refused and gives the first refusal.
    ///
    /// # Panics
    /// When it succeeds.
    pub async fn refused(&self, query: &str, variables: Value) -> Refusal {
        let (status, body) = self.send(query, variables).await;
        let error = &body["errors"][0];
        assert!(error.is_object(), "{status} should be refused: {body:#}\n{query}");
        Refusal {
            code: error["extensions"]["code"].as_str().unwrap_or_default().to_owned(),
            message: error["message"].as_str().unwrap_or_default().to_owned(),
            extensions: error["extensions"].clone(),
        }
    }

    /// Calls a mutation with its input; gives what was selected of its payload, or the refusal.
    pub async fn attempt(&self, mutation: &str, input: &Value, selection: &str) -> Result<Value, Refusal> {
        let (status, mut body) = self
            .send(&document(mutation, selection), json!({ "input": input }))
            .await;
        let Some(error) = body["errors"].get(0).cloned() else {
            return Ok(body["data"][mutation].take());
        };
        assert!(status.as_u16() < 500, "{mutation} {status} {error}");
        Err(Refusal {
            code: error["extensions"]["code"].as_str().unwrap_or_default().to_owned(),
            message: error["message"].as_str().unwrap_or_default().to_owned(),
            extensions: error["extensions"].clone(),
        })
    }

    /// Calls a mutation that must succeed.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn change(&self, mutation: &str, input: Value, selection: &str) -> Value {
        let done = self.attempt(mutation, &input, selection).await;
        done.unwrap_or_else(|refusal| panic!("{mutation} {input}: {refusal:?}"))
    }

    /// Code of the refusal of a mutation; `done` when there is none.
    pub async fn code(&self, mutation: &str, input: Value) -> String {
        match self.attempt(mutation, &input, "__typename").await {
            Ok(_) => "done".to_owned(),
            Err(refusal) => refusal.code,
        }
    }

    /// Listens to what happens, from now on or from a cursor.
    pub async fn listen(&self, after: Option<&str>) -> Events {
        Events::open(self.address, self.token.as_deref().expect("signed in"), after).await
    }

    /// Own id.
    pub async fn id(&self) -> String {
        let viewer = self.run("{ viewer { member { id } } }", json!({})).await;
        viewer["viewer"]["member"]["id"].as_str().expect("an id").to_owned()
    }
}

/// A document that calls a mutation with `$input`.
pub fn document(mutation: &str, selection: &str) -> String {
    let kind = match mutation {
        "approveTask" | "rejectTask" => "DecideTask".to_owned(),
        other => other[..1].to_uppercase() + &other[1..],
    };
    format!("mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ {selection} }} }}")
}
