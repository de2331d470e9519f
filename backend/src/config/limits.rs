//! What requests may ask for: the section `[limits]` of a settings file.

use std::time::Duration;

use serde::Deserialize;

/// One kilobyte as people count them, in bytes.
const KB: usize = 1024;
/// One megabyte.
const MB: usize = 1024 * KB;

/// The limits of a server. What is not said is as usual.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Longest body of a request and longest message on a socket, in bytes. Imports and uploads have their own.
    pub body_bytes: usize,
    /// Largest file, in bytes.
    pub upload_bytes: usize,
    /// Uploads in memory at once; others wait.
    pub uploads_at_once: usize,
    /// Open sockets of one member.
    pub sockets_per_member: usize,
    /// Operations at once on one socket, subscriptions among them.
    pub operations_per_socket: usize,
    /// Longest a query or mutation may run, in seconds.
    pub request_seconds: u64,
    /// Longest document, in bytes.
    pub document_bytes: usize,
    /// Most tokens in a document.
    pub tokens: usize,
    /// Deepest selection.
    pub depth: u64,
    /// Most fields with an alias.
    pub aliases: u64,
    /// Most fields of one mutation.
    pub mutations: u64,
    /// Most objects the pages of a document may bring.
    pub nodes: u64,
    /// Most points a document may cost.
    pub cost: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: MB,
            upload_bytes: 20 * MB,
            uploads_at_once: 8,
            sockets_per_member: 20,
            operations_per_socket: 50,
            request_seconds: 10,
            document_bytes: 100_000,
            tokens: 2_000,
            depth: 15,
            aliases: 100,
            mutations: 10,
            nodes: 10_000,
            cost: 50_000,
        }
    }
}

impl Limits {
    /// Longest a query or mutation may run.
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }

    /// Holds each limit to what lets the web app through and what the server can take, and all to each other.
    ///
    /// # Errors
    /// Says in one line which limit is wrong.
    pub(super) fn check(self) -> Result<Self, String> {
        let bytes = |value: usize| value as u64;
        let ranges = [
            ("body_bytes", bytes(self.body_bytes), bytes(64 * KB), bytes(16 * MB)),
            ("upload_bytes", bytes(self.upload_bytes), bytes(KB), bytes(200 * MB)),
            ("uploads_at_once", bytes(self.uploads_at_once), 1, 64),
            ("sockets_per_member", bytes(self.sockets_per_member), 1, 1_000),
            ("operations_per_socket", bytes(self.operations_per_socket), 5, 1_000),
            ("request_seconds", self.request_seconds, 1, 300),
            ("document_bytes", bytes(self.document_bytes), 20_000, bytes(MB)),
            ("tokens", bytes(self.tokens), 1_000, 50_000),
            // Deeper ones overflow the stack of the executor.
            ("depth", self.depth, 12, 30),
            ("aliases", self.aliases, 10, 10_000),
            ("mutations", self.mutations, 1, 1_000),
            ("nodes", self.nodes, 1_000, 1_000_000),
            ("cost", self.cost, 5_000, 10_000_000),
        ];
        for (name, value, least, most) in ranges {
            if !(least..=most).contains(&value) {
                return Err(format!("limits.{name} = {value}: must be between {least} and {most}"));
            }
        }
        if self.document_bytes > self.body_bytes {
            return Err(format!(
                "limits.document_bytes = {}: a document that long does not fit into limits.body_bytes = {}",
                self.document_bytes, self.body_bytes
            ));
        }
        if self.nodes > self.cost {
            return Err(format!(
                "limits.nodes = {}: every object costs a point, and limits.cost = {} allows fewer",
                self.nodes, self.cost
            ));
        }
        Ok(self)
    }
}

/// A size as people say it: `20 MB`, `1.5 MB`, `300 KB`.
pub fn in_words(bytes: usize) -> String {
    let tenths = |unit: usize| {
        let tenths = bytes * 10 / unit;
        match tenths % 10 {
            0 => format!("{}", tenths / 10),
            rest => format!("{}.{rest}", tenths / 10),
        }
    };
    if bytes >= MB {
        format!("{} MB", tenths(MB))
    } else {
        format!("{} KB", tenths(KB))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wrong: Option<&str>) {
        let limits: Limits = toml::from_str(text).expect("limits");
        match (limits.check(), wrong) {
            (Ok(_), None) => {}
            (Err(error), Some(word)) if error.contains(word) => {}
            (found, _) => panic!("{text}: {found:?}, expected {wrong:?}"),
        }
    }

    #[test]
    fn limits_are_held_to_what_can_work() {
        check("", None);
        check("depth = 20", None);
        check("depth = 200", Some("limits.depth"));
        check("depth = 0", Some("limits.depth"));
        check("request_seconds = 0", Some("limits.request_seconds"));
        check("upload_bytes = 100", Some("limits.upload_bytes"));
        check("sockets_per_member = 0", Some("limits.sockets_per_member"));
        check("body_bytes = 65536\ndocument_bytes = 65537", Some("limits.body_bytes"));
        check("nodes = 60000", Some("limits.cost"));
        check("nodes = 60000\ncost = 60000", None);
    }

    #[test]
    fn sizes_are_said_as_people_do() {
        for (bytes, words) in [
            (20 * MB, "20 MB"),
            (MB + MB / 2, "1.5 MB"),
            (300 * KB, "300 KB"),
            (1_536, "1.5 KB"),
        ] {
            assert_eq!(in_words(bytes), words);
        }
    }
}
