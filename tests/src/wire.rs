//! A wire that can be cut: a TCP proxy between a server and its database, or, with several ends, a plain load balancer.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How a wire is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Everything passes.
    Whole,
    /// Nothing passes and every connection is closed.
    Cut,
    /// Connections stay and are accepted, and nothing passes: a machine that stands still, a network that swallows everything.
    Frozen,
}

/// A statement on its way to PostgreSQL at which the connection breaks.
#[derive(Clone, Copy, Debug)]
struct Fault {
    /// The how manieth of a transaction, `BEGIN` and `COMMIT` among them; 0: `COMMIT`.
    at: u64,
    /// Whether the server still gets it, and only the answer is lost.
    arrives: bool,
}

struct Inner {
    ends: Vec<SocketAddr>,
    next: AtomicUsize,
    state: watch::Sender<State>,
    attempts: AtomicU64,
    fault: Mutex<Option<Fault>>,
}

/// A listening wire. It ends with the runtime it was made in.
#[derive(Clone)]
pub struct Wire {
    /// Where it listens.
    pub address: SocketAddr,
    inner: Arc<Inner>,
}

impl Wire {
    /// A wire to these ends, each connection to the next of them that takes it.
    pub async fn to(ends: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let wire = Self {
            address: listener.local_addr().expect("an address"),
            inner: Arc::new(Inner {
                ends,
                next: AtomicUsize::new(0),
                state: watch::Sender::new(State::Whole),
                attempts: AtomicU64::new(0),
                fault: Mutex::default(),
            }),
        };
        let inner = wire.inner.clone();
        tokio::spawn(async move {
            loop {
                if let Ok((stream, _)) = listener.accept().await {
                    inner.attempts.fetch_add(1, Ordering::Relaxed);
                    tokio::spawn(carry(inner.clone(), stream));
                }
            }
        });
        wire
    }

    /// A wire to the server of a database address, and the address through it.
    pub async fn to_database(url: &str) -> (Self, String) {
        let (head, tail) = url.rsplit_once('@').expect("a user");
        let (place, name) = tail.split_once('/').expect("a name");
        let wire = Self::to(vec![place.parse().expect("an address")]).await;
        let through = format!("{head}@{}/{name}?sslmode=disable", wire.address);
        (wire, through)
    }

    /// Lets everything pass again.
    pub fn mend(&self) {
        self.inner.state.send_replace(State::Whole);
    }

    /// Closes all connections and every new one.
    pub fn cut(&self) {
        self.inner.state.send_replace(State::Cut);
    }

    /// Lets nothing pass any more.
    pub fn freeze(&self) {
        self.inner.state.send_replace(State::Frozen);
    }

    /// Connections asked for so far.
    pub fn attempts(&self) -> u64 {
        self.inner.attempts.load(Ordering::Relaxed)
    }

    /// Breaks the next connection that comes to the `at`th statement of a transaction, before the statement arrives.
    pub fn break_at(&self, at: u64) {
        self.set_fault(Fault { at, arrives: false });
    }

    /// Breaks the next connection that commits, after the commit has arrived and before its answer does.
    pub fn break_after_commit(&self) {
        self.set_fault(Fault { at: 0, arrives: true });
    }

    /// Takes back a break that has not come; says whether it had not.
    pub fn relent(&self) -> bool {
        self.inner.fault.lock().expect("unpoisoned").take().is_some()
    }

    fn set_fault(&self, fault: Fault) {
        *self.inner.fault.lock().expect("unpoisoned") = Some(fault);
    }
}

/// The end of a connection.
struct Over;

async fn carry(inner: Arc<Inner>, near: TcpStream) {
    let mut state = inner.state.subscribe();
    if *state.borrow() == State::Cut {
        return;
    }
    let _ = state.wait_for(|state| *state != State::Frozen).await;
    let Some(far) = connect(&inner).await else { return };
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    let ((mut near_in, mut near_out), (mut far_in, mut far_out)) = (near.into_split(), far.into_split());
    let mute = AtomicBool::new(false);
    let there = async {
        let mut messages = Messages::default();
        let mut state = inner.state.subscribe();
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = near_in.read(&mut buffer).await {
            let _ = state.wait_for(|state| *state != State::Frozen).await;
            let (pass, broken) = messages.read(&buffer[..length], &inner.fault);
            mute.store(broken, Ordering::SeqCst);
            if far_out.write_all(&buffer[..pass]).await.is_err() {
                break;
            }
            if broken {
                // What arrived is carried out.
                tokio::time::sleep(Duration::from_millis(30)).await;
                return;
            }
        }
    };
    let back = async {
        let mut state = inner.state.subscribe();
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = far_in.read(&mut buffer).await {
            let _ = state.wait_for(|state| *state != State::Frozen).await;
            // The answer to the statement at which it broke is lost.
            if mute.load(Ordering::SeqCst) {
                continue;
            }
            if near_out.write_all(&buffer[..length]).await.is_err() {
                break;
            }
        }
        Over
    };
    tokio::select! {
        () = there => {}
        Over = back => {}
        _ = state.wait_for(|state| *state == State::Cut) => {}
    }
}

async fn connect(inner: &Inner) -> Option<TcpStream> {
    for _ in &inner.ends {
        let at = inner.next.fetch_add(1, Ordering::Relaxed) % inner.ends.len();
        if let Ok(stream) = TcpStream::connect(inner.ends[at]).await {
            return Some(stream);
        }
    }
    None
}

/// Reads the messages of a PostgreSQL client: where each begins, and which of them are statements of a transaction.
#[derive(Default)]
struct Messages {
    /// Bytes of the message under way that are still to come.
    rest: usize,
    /// The beginning of a message that does not tell yet what it does.
    head: Vec<u8>,
    begun: bool,
    statement: u64,
}

/// Bytes of the text of a message that tell what it does.
const TELLING: usize = b"ROLLBACK".len();

/// Length of what follows the length of a message.
fn body(length: &[u8]) -> usize {
    let length: [u8; 4] = length[..4].try_into().expect("four bytes");
    (u32::from_be_bytes(length) as usize).saturating_sub(4)
}

impl Messages {
    /// Bytes of the head that are needed: kind, length, and the beginning of the text.
    fn wanted(&self, prefix: usize) -> usize {
        let known = self.head.get(prefix..prefix + 4);
        prefix + 4 + known.map_or(0, |length| body(length).min(TELLING))
    }

    /// How much of `bytes` may pass, and whether the wire breaks there.
    fn read(&mut self, bytes: &[u8], fault: &Mutex<Option<Fault>>) -> (usize, bool) {
        let mut at = 0;
        while at < bytes.len() {
            if self.rest > 0 {
                let step = self.rest.min(bytes.len() - at);
                self.rest -= step;
                at += step;
                continue;
            }
            // The first message has no kind.
            let prefix = usize::from(self.begun);
            let start = at;
            while at < bytes.len() && self.head.len() < self.wanted(prefix) {
                self.head.push(bytes[at]);
                at += 1;
            }
            if self.head.len() < self.wanted(prefix) {
                break;
            }
            let head = std::mem::take(&mut self.head);
            let text = &head[prefix + 4..];
            self.rest = body(&head[prefix..]).saturating_sub(text.len());
            let kind = if self.begun { head[0] } else { b'!' };
            self.begun = true;
            let commits = kind == b'Q' && text.starts_with(b"COMMIT");
            match kind {
                b'Q' if text.starts_with(b"BEGIN") => self.statement = 1,
                b'Q' | b'E' if self.statement > 0 => self.statement += 1,
                _ => continue,
            }
            let mut fault = fault.lock().expect("unpoisoned");
            let hit = fault.filter(|fault| fault.at == self.statement || (fault.at == 0 && commits));
            if let Some(hit) = hit {
                *fault = None;
                return (if hit.arrives { bytes.len() } else { start }, true);
            }
            if commits || text.starts_with(b"ROLLBACK") {
                self.statement = 0;
            }
        }
        (bytes.len(), false)
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    fn message(kind: u8, text: &str) -> Vec<u8> {
        let mut bytes = vec![kind];
        bytes.extend(u32::try_from(text.len() + 5).expect("short").to_be_bytes());
        bytes.extend(text.as_bytes());
        bytes.push(0);
        bytes
    }

    #[test]
    fn the_third_statement_is_the_third_whatever_way_it_arrives() {
        let mut bytes = message(b'!', "user")[1..].to_vec();
        bytes.extend(message(b'Q', "SELECT 1"));
        bytes.extend(message(b'Q', "BEGIN"));
        bytes.extend(message(b'P', "SELECT 2"));
        bytes.extend(message(b'E', "SELECT 2"));
        let before = bytes.len();
        bytes.extend(message(b'Q', "COMMIT"));
        for piece in [1, 2, 3, 7, 1_000] {
            let fault = Mutex::new(Some(Fault { at: 3, arrives: false }));
            let mut messages = Messages::default();
            let mut passed = 0;
            let broken = bytes.chunks(piece).any(|chunk| {
                let (pass, broken) = messages.read(chunk, &fault);
                passed += pass;
                broken
            });
            let parted = passed >= before && passed < bytes.len();
            assert!(broken && parted, "{piece}: {passed} of {before} to {}", bytes.len());
        }
    }
}
