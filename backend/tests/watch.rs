//! What a running server tells of its work: lines of the log that name the request, operations that took long, traces.

#![expect(clippy::expect_used, reason = "in tests a panic is the answer")]

mod server;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};
use server::Server;

const SIGN_IN: &str = "mutation Enter($input: SignInInput!) { signIn(input: $input) { accessToken } }";

#[cfg(unix)]
#[test]
fn lines_of_a_request_name_it_and_slow_operations_tell_their_statements() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path(), "log_format = \"json\"\nslow_operation_ms = 0\n");
    let nobody = json!({ "input": { "account": "nobody-of-ours", "password": "a wrong password" } });
    let (id, answer) = server.send(SIGN_IN, &nobody);
    assert_eq!(answer["errors"][0]["extensions"]["requestId"], json!(id));
    let (other, _) = server.send("{ serverInfo { build } }", &json!({}));
    let log = server.stop(folder.path());
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    let of = |id: &str, message: &str| {
        let found = lines
            .iter()
            .find(|line| line["span"]["request_id"] == *id && line["fields"]["message"] == *message);
        found.unwrap_or_else(|| panic!("{message} of {id} in {log}")).clone()
    };
    let refused = of(&id, "wrong account or password");
    assert_eq!(
        (&refused["span"]["kind"], &refused["span"]["operation"]),
        (&json!("mutation"), &json!("Enter"))
    );
    let slow = of(&id, "slow operation");
    assert_eq!(slow["level"], "WARN");
    assert_eq!(
        (&slow["fields"]["operation"], &slow["fields"]["outcome"]),
        (&json!("Enter"), &json!("UNAUTHENTICATED"))
    );
    assert!(slow["fields"]["statements"].as_u64().expect("a number") >= 3, "{slow}");
    assert!(slow["fields"]["duration_ms"].is_u64(), "{slow}");
    let slowest = slow["fields"]["slowest"].as_str().expect("text");
    assert!(
        slowest.contains(" ms: SELECT ") && slowest.contains("org_member"),
        "{slowest}"
    );
    assert!(!slowest.contains("nobody-of-ours"), "values are not told: {slowest}");
    let idle = of(&other, "slow operation");
    assert_eq!(
        (&idle["fields"]["operation"], &idle["fields"]["statements"]),
        (&json!("serverInfo"), &json!(0))
    );
    assert!(!log.contains("a wrong password"), "passwords are not logged");
}

#[cfg(unix)]
#[test]
fn what_is_fast_enough_is_not_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path(), "slow_operation_ms = 60000\n");
    let nobody = json!({ "input": { "account": "nobody", "password": "a wrong password" } });
    let (id, _) = server.send(SIGN_IN, &nobody);
    let log = server.stop(folder.path());
    assert!(!log.contains("slow operation"), "{log}");
    let line = log
        .lines()
        .find(|line| line.contains("wrong account"))
        .expect("the refusal");
    assert!(line.contains(&id), "lines for people name the request too: {line}");
}

/// Takes what a program posts and answers that it is welcome. Gives its address and what came, with the path it came to.
fn collector() -> (SocketAddr, mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (came, coming) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut reader = BufReader::new(stream);
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|read| read > 0) {
                let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
                let mut length = 0;
                line.clear();
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
                        length = value.trim().parse().expect("a length");
                    }
                    line.clear();
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).expect("all of it");
                came.send((path, body)).expect("somebody asks");
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                reader.get_mut().write_all(answer).expect("answered");
                line.clear();
            }
        }
    });
    (address, coming)
}

/// Whether the bytes hold the text.
fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[cfg(unix)]
#[test]
fn traces_arrive_at_the_collector_and_the_last_ones_before_the_end() {
    let (address, coming) = collector();
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path(), &format!("otlp_endpoint = \"http://{address}\"\n"));
    let nobody = json!({ "input": { "account": "nobody-of-ours", "password": "a wrong password" } });
    let (id, _) = server.send(SIGN_IN, &nobody);
    let log = server.stop(folder.path());
    let all: Vec<_> = std::iter::from_fn(|| coming.recv_timeout(Duration::from_secs(1)).ok()).collect();
    assert!(!all.is_empty(), "{log}");
    assert!(all.iter().all(|(path, _)| path == "/v1/traces"), "{all:?}");
    let bytes: Vec<u8> = all.into_iter().flat_map(|(_, body)| body).collect();
    for text in [
        "tongshi",
        "service.version",
        &id,
        "Enter",
        "mutation",
        "db.query.text",
        "org_member",
        "sqlite",
    ] {
        assert!(
            holds(&bytes, text),
            "{text} is in what came: {}",
            String::from_utf8_lossy(&bytes)
        );
    }
    assert!(!holds(&bytes, "a wrong password"));
}

#[cfg(unix)]
#[test]
fn a_collector_that_is_gone_is_told_of_once_and_stops_nothing() {
    let gone = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = gone.local_addr().expect("an address");
    drop(gone);
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path(), &format!("otlp_endpoint = \"http://{address}\"\n"));
    let (_, answer) = server.send("{ __typename }", &json!({}));
    assert_eq!(answer["data"]["__typename"], "Query");
    let log = server.stop(folder.path());
    assert_eq!(
        log.matches("the collector of traces does not take them").count(),
        1,
        "{log}"
    );
}
