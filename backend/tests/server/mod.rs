//! The program itself, serving for a test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A server that is killed when the test is over.
pub(crate) struct Server {
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
    pub(crate) fn start(folder: &Path, settings: &str) -> Self {
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
    pub(crate) fn send(&self, query: &str, variables: &Value) -> (String, Value) {
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
    pub(crate) fn stop(mut self, folder: &Path) -> String {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(told.success());
        assert!(self.child.wait().expect("it ends").success());
        std::fs::read_to_string(folder.join("log")).expect("the log")
    }
}
