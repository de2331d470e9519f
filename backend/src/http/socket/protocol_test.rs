use super::*;
use proptest::prelude::*;

const OPERATIONS: usize = 50;
const INIT: &str = r#"{"type":"connection_init","payload":{"authorization":"Bearer t"}}"#;
const SUBSCRIBE: &str = r#"{"id":"1","type":"subscribe","payload":{"query":"subscription{events{__typename}}"}}"#;
const COMPLETE: &str = r#"{"id":"1","type":"complete"}"#;

/// What came out, short.
fn show(steps: &[Step]) -> String {
    let texts: Vec<_> = steps
        .iter()
        .map(|step| match step {
            Step::Send(text) => text.clone(),
            Step::Ping => "ping".to_owned(),
            Step::Close(close) => close.code.to_string(),
            Step::Authenticate { authorization, .. } => format!("auth {}", authorization.as_deref().unwrap_or("-")),
            Step::Start(ticket, _) => format!("start {} {}", ticket.id, ticket.run),
            Step::Stop(run) => format!("stop {run}"),
        })
        .collect();
    texts.join(" ")
}

fn ready() -> Protocol {
    let mut protocol = Protocol::new(OPERATIONS);
    assert_eq!(show(&protocol.text(INIT)), "auth Bearer t");
    assert_eq!(show(&protocol.welcome()), r#"{"type":"connection_ack"}"#);
    protocol
}

/// Frames to a socket where the client is welcome, and what the last of them brings.
#[track_caller]
fn check(frames: &[&str], expected: &str) {
    let mut protocol = ready();
    let mut last = String::new();
    for frame in frames {
        last = show(&protocol.text(frame));
    }
    assert_eq!(last, expected, "{frames:?}");
}

#[test]
fn messages_are_answered_as_the_protocol_says() {
    check(&[r#"{"type":"ping"}"#], r#"{"type":"pong"}"#);
    check(
        &[r#"{"type":"ping","payload":{"a":1}}"#],
        r#"{"type":"pong","payload":{"a":1}}"#,
    );
    check(&[r#"{"type":"pong"}"#], "");
    check(&[SUBSCRIBE], "start 1 1");
    check(&[SUBSCRIBE, COMPLETE], "stop 1");
    check(&[SUBSCRIBE, COMPLETE, SUBSCRIBE], "start 1 2");
    check(&[COMPLETE], "");
    check(&[SUBSCRIBE, SUBSCRIBE], "4409");
    check(&[INIT], "4429");
}

#[test]
fn what_is_no_message_closes_with_4400() {
    for wrong in [
        "",
        "{",
        "[]",
        "null",
        "7",
        r#"{"type":"start"}"#,
        r#"{"type":7}"#,
        r#"{"id":"1"}"#,
        r#"{"type":"ping","payload":"x"}"#,
        r#"{"type":"connection_init","payload":[]}"#,
        r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
        r#"{"id":"","type":"subscribe","payload":{"query":"{a}"}}"#,
        r#"{"id":1,"type":"subscribe","payload":{"query":"{a}"}}"#,
        r#"{"id":"1","type":"subscribe"}"#,
        r#"{"id":"1","type":"subscribe","payload":{}}"#,
        r#"{"id":"1","type":"subscribe","payload":{"query":1}}"#,
        r#"{"id":"1","type":"subscribe","payload":{"query":"{a}","variables":"x"}}"#,
        r#"{"id":"1","type":"subscribe","payload":{"query":"{a}","operationName":1}}"#,
        r#"{"type":"complete"}"#,
    ] {
        check(&[wrong], "4400");
    }
    check(
        &[&format!(r#"{{"type":"ping","payload":{}1}}"#, r#"{"a":"#.repeat(2_000))],
        "4400",
    );
    assert_eq!(show(&ready().binary()), "4400");
}

#[test]
fn nothing_runs_before_the_welcome() {
    let mut protocol = Protocol::new(OPERATIONS);
    assert_eq!(show(&protocol.text(SUBSCRIBE)), "4401");
    assert_eq!(show(&protocol.text(INIT)), "", "closed is closed");
    let mut protocol = Protocol::new(OPERATIONS);
    protocol.text(INIT);
    assert_eq!(show(&protocol.text(SUBSCRIBE)), "4401");
    assert_eq!(show(&protocol.welcome()), "");
}

#[test]
fn silence_is_cut() {
    let seconds = Duration::from_secs;
    let mut fresh = Protocol::new(OPERATIONS);
    assert_eq!(show(&fresh.tick(seconds(9))), "");
    assert_eq!(show(&fresh.tick(seconds(10))), "4408");
    let mut protocol = ready();
    assert_eq!(show(&protocol.tick(seconds(24))), "");
    assert_eq!(show(&protocol.tick(seconds(25))), "ping");
    assert_eq!(show(&protocol.tick(seconds(26))), "");
    protocol.heard(seconds(27));
    assert_eq!(show(&protocol.tick(seconds(86))), "ping");
    assert_eq!(show(&protocol.tick(seconds(87))), "1001");
}

#[test]
fn operations_end_once() {
    let mut protocol = ready();
    protocol.text(SUBSCRIBE);
    let ticket = Ticket { id: "1".into(), run: 1 };
    let mut outcome = |outcome| show(&protocol.outcome(&ticket, outcome).into_iter().collect::<Vec<_>>());
    assert_eq!(
        outcome(Outcome::Next("{}".into())),
        r#"{"id":"1","type":"next","payload":{}}"#
    );
    assert_eq!(outcome(Outcome::Done), r#"{"id":"1","type":"complete"}"#);
    assert_eq!(outcome(Outcome::Next("{}".into())), "");
    protocol.text(SUBSCRIBE);
    assert!(
        protocol.outcome(&ticket, Outcome::Done).is_none(),
        "the old run has ended"
    );
    let ticket = Ticket { id: "1".into(), run: 2 };
    let failed = protocol.outcome(&ticket, Outcome::Failed(json!([]))).expect("runs");
    assert_eq!(show(&[failed]), r#"{"id":"1","type":"error","payload":[]}"#);
}

#[test]
fn a_socket_carries_so_many_operations_and_no_more() {
    let mut protocol = ready();
    for id in 0..OPERATIONS {
        let steps = protocol.text(&SUBSCRIBE.replacen('1', &id.to_string(), 1));
        assert!(matches!(steps.as_slice(), [Step::Start(..)]), "{id}");
    }
    let refused = show(&protocol.text(&SUBSCRIBE.replacen('1', "x", 1)));
    assert!(refused.contains("TOO_COMPLEX"), "{refused}");
}

proptest! {
    #[test]
    fn any_text_is_answered_and_reasons_fit_a_close_frame(texts in prop::collection::vec("\\PC{0,40}", 0..6), id in "\\PC{1,60}") {
        let mut protocol = ready();
        for text in &texts {
            protocol.text(text);
        }
        let mut protocol = ready();
        let frame = json!({"id": id, "type": "subscribe", "payload": {"query": "{a}"}}).to_string();
        protocol.text(&frame);
        for step in protocol.text(&frame) {
            if let Step::Close(close) = step {
                prop_assert!(close.reason.len() <= REASON);
            }
        }
    }
}
