use serde_json::json;

use super::*;

fn link() -> Link {
    Link::new(|cursor| json!({ "query": "subscription", "variables": { "after": cursor } }).to_string())
}

fn token(link: &mut Link, now: f64) -> Vec<Output> {
    link.step(now, 0.5, Input::Token("t1".into()))
}

fn open(link: &mut Link, now: f64) {
    assert_eq!(token(link, now), [Output::Open]);
    handshake(link, now, "t1");
}

fn handshake(link: &mut Link, now: f64, token: &str) {
    let init = link.step(now, 0.5, Input::Opened);
    let [Output::Send(init)] = init.as_slice() else {
        panic!("{init:?}")
    };
    assert!(
        init.contains(&format!("Bearer {token}")) && init.contains("connection_init"),
        "{init}"
    );
    let out = link.step(now, 0.5, Input::Message(r#"{"type":"connection_ack"}"#));
    let [Output::Send(subscribe)] = out.as_slice() else {
        panic!("{out:?}")
    };
    assert!(subscribe.contains("\"subscribe\""), "{subscribe}");
}

fn event(cursor: &str) -> String {
    json!({ "id": "events", "type": "next", "payload": { "data": { "events": { "__typename": "Event", "cursor": cursor } } } })
        .to_string()
}

#[test]
fn subscribes_and_delivers() {
    let mut link = link();
    link.begin_after("7");
    open(&mut link, 0.0);
    let out = link.step(10.0, 0.5, Input::Message(&event("8")));
    assert!(matches!(out.as_slice(), [Output::Deliver(item)] if item["cursor"] == "8"));
    assert_eq!(link.cursor(), Some("8"));
    link.begin_after("3");
    assert_eq!(link.cursor(), Some("8"));
}

#[test]
fn resumes_with_the_last_cursor() {
    let mut link = link();
    open(&mut link, 0.0);
    link.step(10.0, 0.5, Input::Message(&event("41")));
    assert!(link.step(20.0, 0.0, Input::Closed(1006)).is_empty());
    assert_eq!(link.state(), State::Waiting { until: 520.0 });
    assert_eq!(link.step(520.0, 0.0, Input::Tick), [Output::Open]);
    link.step(530.0, 0.0, Input::Opened);
    let out = link.step(540.0, 0.0, Input::Message(r#"{"type":"connection_ack"}"#));
    let [Output::Send(subscribe)] = out.as_slice() else {
        panic!("{out:?}")
    };
    assert!(subscribe.contains(r#""after":"41""#), "{subscribe}");
}

#[test]
fn pings_and_knows_a_dead_link() {
    let mut link = link();
    open(&mut link, 0.0);
    assert_eq!(link.deadline(), Some(PING_AFTER));
    assert!(link.step(20_000.0, 0.5, Input::Tick).is_empty());
    assert_eq!(
        link.step(PING_AFTER, 0.5, Input::Tick),
        [Output::Send(r#"{"type":"ping"}"#.into())]
    );
    assert_eq!(link.deadline(), Some(DEAD_AFTER));
    link.step(26_000.0, 0.5, Input::Message(r#"{"type":"pong"}"#));
    assert_eq!(link.deadline(), Some(51_000.0));
    link.step(51_000.0, 0.5, Input::Tick);
    assert_eq!(link.step(66_000.0, 0.5, Input::Tick), [Output::Close]);
    assert!(matches!(link.state(), State::Waiting { .. }));
    assert_eq!(link.attempt(), 1);
}

#[test]
fn answers_pings() {
    let mut link = link();
    open(&mut link, 0.0);
    assert_eq!(
        link.step(5.0, 0.5, Input::Message(r#"{"type":"ping"}"#)),
        [Output::Send(r#"{"type":"pong"}"#.into())]
    );
}

#[test]
fn waits_longer_each_time_and_at_most_20_seconds() {
    let mut link = link();
    token(&mut link, 0.0);
    let mut now = 0.0;
    for expected in [1_000.0, 2_000.0] {
        link.step(now, 1.0, Input::Closed(1006));
        assert_eq!(
            link.state(),
            State::Waiting { until: now + expected },
            "after {expected}"
        );
        now += expected;
        link.step(now, 1.0, Input::Tick);
    }
    // The third failed handshake: sockets may be blocked, polling sets in.
    assert!(!link.is_blocked());
    link.step(now, 1.0, Input::Closed(1006));
    assert!(link.is_blocked());
    let mut link = self::link();
    for attempt in 0..20 {
        link.attempt = attempt;
        for random in [0.0, 0.3, 1.0] {
            let wait = link.backoff(random);
            assert!(
                (BACKOFF_MIN..=BACKOFF_MAX).contains(&wait),
                "{attempt} {random}: {wait}"
            );
        }
    }
}

#[test]
fn a_blocked_link_heals() {
    let mut link = link();
    token(&mut link, 0.0);
    let mut now = 0.0;
    for _ in 0..3 {
        link.step(now, 0.5, Input::Closed(1006));
        now = link.deadline().unwrap();
        link.step(now, 0.5, Input::Tick);
    }
    assert!(link.is_blocked());
    handshake(&mut link, now, "t1");
    assert!(!link.is_blocked());
}

#[test]
fn a_slow_handshake_is_given_up() {
    let mut link = link();
    token(&mut link, 0.0);
    assert_eq!(link.step(HANDSHAKE, 0.5, Input::Tick), [Output::Close]);
    assert_eq!(link.attempt(), 1);
}

#[test]
fn wakes_at_once() {
    let mut link = link();
    open(&mut link, 0.0);
    link.step(1.0, 1.0, Input::Closed(1001));
    assert_eq!(link.step(2.0, 1.0, Input::Wake), [Output::Open]);
    handshake(&mut link, 3.0, "t1");
    assert!(link.step(1_000.0, 1.0, Input::Wake).is_empty());
    assert_eq!(
        link.step(6_000.0, 1.0, Input::Wake),
        [Output::Send(r#"{"type":"ping"}"#.into())]
    );
    // Asleep for an hour: the timer comes late, the page wakes first.
    assert_eq!(link.step(3_600_000.0, 1.0, Input::Wake), [Output::Close]);
}

#[test]
fn follows_the_network() {
    let mut link = link();
    open(&mut link, 0.0);
    assert_eq!(link.step(1.0, 0.5, Input::NetworkLost), [Output::Close]);
    assert_eq!(link.step(2.0, 0.5, Input::Wake), [Output::Open]);
    link.step(3.0, 0.5, Input::NetworkLost);
    let until = link.deadline().unwrap();
    assert_eq!(link.step(until, 0.5, Input::Tick), [Output::Open]);
}

#[test]
fn a_refused_token_is_replaced() {
    for code in [4401, 4403] {
        let mut link = link();
        open(&mut link, 0.0);
        assert_eq!(link.step(1.0, 0.5, Input::Closed(code)), [Output::Refresh]);
        assert_eq!(link.step(2.0, 0.5, Input::Token("t2".into())), [Output::Open]);
        handshake(&mut link, 3.0, "t2");
        // Meanwhile the session refreshed by itself: the newer token is used without asking again.
        assert!(link.step(4.0, 0.5, Input::Token("t3".into())).is_empty());
        assert_eq!(link.step(5.0, 0.5, Input::Closed(code)), [Output::Open]);
        handshake(&mut link, 6.0, "t3");
    }
}

#[test]
fn a_token_refused_again_and_again_does_not_spin() {
    let mut link = link();
    token(&mut link, 0.0);
    link.step(1.0, 0.5, Input::Opened);
    assert_eq!(link.step(2.0, 0.5, Input::Closed(4401)), [Output::Refresh]);
    assert_eq!(link.step(3.0, 0.5, Input::Token("t2".into())), [Output::Open]);
    link.step(4.0, 0.5, Input::Opened);
    assert_eq!(link.step(5.0, 0.5, Input::Closed(4401)), [Output::Refresh]);
    assert!(matches!(link.state(), State::Waiting { until } if until >= 505.0));
}

#[test]
fn signing_out_ends_it() {
    let mut link = link();
    open(&mut link, 0.0);
    link.step(1.0, 0.5, Input::Message(&event("9")));
    assert_eq!(link.step(2.0, 0.5, Input::SignedOut), [Output::Close]);
    assert_eq!(
        (link.state(), link.cursor(), link.deadline()),
        (State::Idle, None, None)
    );
    assert!(link.step(3.0, 0.5, Input::Wake).is_empty());
    assert!(link.step(4.0, 0.5, Input::Closed(1000)).is_empty());
}

#[test]
fn stream_errors_and_ends_reconnect() {
    let mut link = link();
    open(&mut link, 0.0);
    let error = r#"{"id":"events","type":"error","payload":[{"message":"x","extensions":{"code":"UNAUTHENTICATED"}}]}"#;
    assert_eq!(
        link.step(1.0, 0.5, Input::Message(error)),
        [Output::Close, Output::Refresh]
    );
    link.step(2.0, 0.5, Input::Token("t2".into()));
    handshake(&mut link, 3.0, "t2");
    let out = link.step(4.0, 0.5, Input::Message(r#"{"id":"events","type":"complete"}"#));
    assert_eq!(out, [Output::Close]);
    let at = link.deadline().unwrap();
    link.step(at, 0.5, Input::Tick);
    handshake(&mut link, at, "t2");
    assert_eq!(link.step(at + 1.0, 0.5, Input::Message("not json")), [Output::Close]);
}

#[test]
fn an_ended_session_goes_on_from_its_cursor() {
    let mut link = link();
    open(&mut link, 0.0);
    link.step(1.0, 0.5, Input::Message(&event("9")));
    assert_eq!(link.step(2.0, 0.5, Input::Closed(4401)), [Output::Refresh]);
    assert!(link.step(3.0, 0.5, Input::Expired).is_empty());
    assert_eq!(
        (link.state(), link.cursor(), link.deadline()),
        (State::Idle, Some("9"), None)
    );
    assert_eq!(link.step(4.0, 0.5, Input::Token("t2".into())), [Output::Open]);
    handshake(&mut link, 5.0, "t2");
}
