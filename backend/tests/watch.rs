//! What a running server writes down of its work: lines of the log that name the request, and operations that took long.

#![expect(clippy::expect_used, reason = "in tests a panic is the answer")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A server that is killed when the test is over.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Serves an empty company from a folder, with these settings.
    fn start(folder: &Path, settings: &str) -> Self {
        // Free a moment ago: the system does not give it to another at once.
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        std::fs::write(folder.join("settings.toml"), settings).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_tongshi"));
        for name in [
            "LISTEN",
            "DATABASE_URL",
            "DATA_DIR",
            "CONFIG",
            "LOG_FORMAT",
            "METRICS_TOKEN",
        ] {
            command.env_remove(format!("TONGSHI_{name}"));
        }
        let child = command
            .env_remove("RUST_LOG")
            .current_dir(folder)
            .args(["serve", "--config", "settings.toml", "--listen", &address.to_string()])
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(folder.join("log")).expect("a log"))
            .spawn()
            .expect("the program runs");
        let mut server = Self { child, address };
        let told = BufReader::new(server.child.stdout.take().expect("its answers"));
        let ready = told
            .lines()
            .map_while(Result::ok)
            .any(|line| line.contains("http://") && line.contains("Ctrl-C"));
        assert!(
            ready,
            "{}",
            std::fs::read_to_string(folder.join("log")).expect("the log")
        );
        server
    }

    /// Sends a document and gives the id of the request and the answer.
    fn send(&self, query: &str, variables: &Value) -> (String, Value) {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        write!(
            stream,
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("head and body");
        let id = head
            .lines()
            .find_map(|line| line.strip_prefix("x-request-id: "))
            .expect("a name");
        (id.to_owned(), serde_json::from_str(body).expect("JSON"))
    }

    /// Stops as a service is stopped and gives the log.
    #[cfg(unix)]
    fn stop(mut self, folder: &Path) -> String {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(told.success());
        assert!(self.child.wait().expect("it ends").success());
        std::fs::read_to_string(folder.join("log")).expect("the log")
    }
}

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
