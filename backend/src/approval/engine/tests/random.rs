//! Whatever people do in whatever order: nothing panics, no request gets lost, buttons tell the truth.

use proptest::prelude::*;

use super::*;

fn nodes() -> impl Strategy<Value = Value> {
    let sign = prop_oneof![
        Just(json!({ "mode": "ALL" })),
        Just(json!({ "mode": "ALL", "wait_for_all": true })),
        Just(json!({ "mode": "ANY" })),
        Just(json!({ "mode": "ANY", "any_may_pass": true })),
        Just(json!({ "mode": "SEQUENTIAL" })),
        (1u32..=100).prop_map(|percent| json!({ "mode": "RATIO", "percent": percent })),
        (1u32..=3).prop_map(|count| json!({ "mode": "M_OF_N", "count": count })),
    ];
    let people = prop::sample::subsequence(vec![ME, 50, 51, 52, BOSS, 777], 0..=4);
    let own = prop::sample::select(vec!["ALLOW", "SKIP_SEAT", "GO_UP", "FORBID"]);
    let empty = prop::sample::select(vec!["PROCESS_ADMIN", "PASS", "REJECT", "BLOCK"]);
    let kind = prop::sample::select(vec!["APPROVE", "APPROVE", "APPROVE", "HANDLE"]);
    let node = (sign, people, own, empty, kind).prop_map(|(sign, people, own, empty, kind)| {
        with(asks("n", &people), json!({ "sign": sign, "self_approval": own, "empty": { "then": empty }, "kind": kind, "writable": ["amount"] }))
    });
    (prop::collection::vec(node, 1..5), any::<bool>()).prop_map(|(nodes, branch)| {
        let named = nodes
            .into_iter()
            .enumerate()
            .map(|(i, node)| with(node, json!({ "key": format!("n{i}") })));
        let mut all: Vec<Value> = named.collect();
        if branch {
            let inner = all.pop();
            all.push(json!({ "key": "x", "name": "x", "kind": "EXCLUSIVE", "branches": [
                { "key": "y", "when": "form.amount > 100", "nodes": [inner] }, { "key": "z" }] }));
        }
        all.push(json!({ "key": "cc", "name": "cc", "kind": "CC", "rules": [{ "rule": "ROLE", "role": "HR" }] }));
        Value::Array(all)
    })
}

fn policies() -> impl Strategy<Value = Value> {
    let reject = prop_oneof![
        Just(json!({ "then": "RETURN_TO_START" })),
        Just(json!({ "then": "TERMINATE" })),
        Just(json!({ "then": "RETURN_TO", "node": "n0" })),
    ];
    let after = || prop::sample::select(vec!["RERUN", "RESUME_HERE"]);
    let dedup = prop::sample::select(vec!["NONE", "CONSECUTIVE", "ALL_EARLIER"]);
    (reject, after(), after(), dedup).prop_map(|(reject, rework, resubmit, dedup)| {
        json!({ "on_reject": reject, "rework": rework, "resubmit": resubmit, "dedup": dedup })
    })
}

/// One move: an act, whom by, and a figure that picks task, target or amount.
type Move = (u8, usize, usize);

fn command(play: &Play, (kind, who, pick): Move) -> (u128, Act) {
    let everyone = [ME, 50, 51, 52, BOSS, HEAD, KEEPER, 59];
    let mut who = everyone[who % everyone.len()];
    let seats: Vec<&Seat> = play.case.runs.iter().flat_map(|run| &run.seats).collect();
    // Mostly tasks that are open, and their holders: other commands are refused soon.
    let pending: Vec<&Seat> = play.case.pending().collect();
    let seat = if pick % 4 > 0 && !pending.is_empty() {
        pending.get(pick % pending.len())
    } else {
        seats.get(pick % seats.len().max(1))
    };
    let task = seat.map_or(TaskId(Uuid::nil()), |seat| seat.task);
    if let Some(seat) = seat.filter(|_| kind < 24 && pick % 5 > 0) {
        who = seat.member.0.as_u128();
    }
    let amount = [50, 500][pick % 2];
    let form = object(json!({ "amount": amount, "note": format!("{}", pick % 3) }));
    let act = match kind {
        0..=11 => Act::Approve {
            task,
            opinion: Opinion::default(),
            form: Values::new(),
        },
        12 => Act::Approve {
            task,
            opinion: Opinion::default(),
            form: object(json!({ "amount": amount })),
        },
        13..=15 => Act::Reject {
            task,
            opinion: because(),
        },
        16 | 17 => Act::Return {
            task,
            to: ReturnTo::Start,
            opinion: because(),
        },
        18 | 19 => Act::Return {
            task,
            to: ReturnTo::Previous,
            opinion: because(),
        },
        20 => Act::Return {
            task,
            to: ReturnTo::Node(format!("n{}", pick % 4)),
            opinion: because(),
        },
        21..=23 => {
            let decided: Vec<&&Seat> = seats.iter().filter(|seat| seat.is_decided()).collect();
            let own = decided.get(pick % decided.len().max(1));
            return own.map_or((who, Act::Urge), |seat| {
                (seat.member.0.as_u128(), Act::WithdrawDecision { task: seat.task })
            });
        }
        24..=28 => {
            return (
                ME,
                Act::Resubmit {
                    form,
                    chosen: BTreeMap::new(),
                },
            );
        }
        29 => Act::Withdraw { comment: None },
        30 => Act::Urge,
        31 => Act::Comment { mentions: Vec::new() },
        32 => Act::Copy { members: vec![p(59)] },
        33 => Act::Retry,
        _ => Act::Terminate {
            comment: "x".to_owned(),
        },
    };
    (who, act)
}

/// The action that stands for an act in the lists, and whether it is enabled.
fn button(play: &Play, who: u128, act: &Act) -> Option<bool> {
    let actor = Actor {
        member: p(who),
        administers: who == KEEPER,
    };
    let (name, task) = match act {
        Act::Approve { task, .. } => ("APPROVE", Some(*task)),
        Act::Reject { task, .. } => ("REJECT", Some(*task)),
        Act::Return { task, .. } => ("RETURN", Some(*task)),
        Act::WithdrawDecision { task } => ("WITHDRAW_DECISION", Some(*task)),
        Act::Resubmit { .. } => ("RESUBMIT", None),
        Act::Withdraw { .. } => ("WITHDRAW", None),
        Act::Retry => ("RETRY", None),
        Act::Terminate { .. } => ("TERMINATE", None),
        _ => return None,
    };
    let now = play.now + Duration::minutes(1);
    let actions = match task {
        Some(task) => task_actions(&play.definition, &play.case, actor, task),
        None => case_actions(&play.definition, &play.case, actor, now),
    };
    Some(actions.iter().any(|action| action.name == name && action.enabled))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_commands_loses_a_request(
        nodes in nodes(),
        policies in policies(),
        amount in prop::sample::select(vec![50, 500]),
        moves in prop::collection::vec((0u8..35, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..40),
    ) {
        let mut play = Play::new(nodes, policies);
        play.submit(json!({ "amount": amount })).unwrap();
        for (kind, who, pick) in moves {
            let (who, act) = command(&play, (kind, who.index(1_000), pick.index(1_000)));
            let shown = button(&play, who, &act);
            let back = matches!(act, Act::Return { .. });
            let outcome = play.act(who, act);
            match (shown, outcome) {
                (Some(true), Err(refusal)) => {
                    // A button says that one may; the chosen target can still be wrong.
                    let target = back && refusal == Refusal::NotAllowedNow { reason: RefusalReason::TargetNotPassed };
                    prop_assert!(target, "shown, then refused: {refusal:?}");
                }
                (Some(false), Ok(_)) => prop_assert!(false, "not shown, and yet done"),
                _ => {}
            }
            let _ = predict(&play.definition, &play.case, &play.facts, play.now);
        }
    }
}
