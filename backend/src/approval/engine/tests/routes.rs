//! The route shown before and during a request, and what viewers may do.

use super::*;

fn leave() -> Play {
    let mut play = Play::new(json!([]), json!({}));
    play.definition = crate::approval::builtin::builtins().unwrap().remove(0).definition;
    play
}

fn route(play: &Play) -> Vec<(String, Vec<u128>)> {
    let form = object(json!({ "leave_type": "annual" }));
    let route = preview(
        &play.definition,
        &play.case,
        &form,
        &BTreeMap::new(),
        &play.facts,
        play.now,
    );
    assert_eq!(route.block, None);
    people(&route)
}

fn people(route: &Route) -> Vec<(String, Vec<u128>)> {
    let number = |member: MemberId| member.0.as_u128();
    let node = |node: &PreviewNode| {
        let seats = node.run.seats.iter().map(|seat| seat.member);
        (
            node.run.node_key.clone(),
            seats.chain(node.copies.iter().copied()).map(number).collect(),
        )
    };
    route
        .nodes
        .iter()
        .filter(|shown| shown.run.kind != entity::NodeKind::Exclusive)
        .map(node)
        .collect()
}

#[test]
fn leave_is_decided_by_its_length() {
    let check = |days: f64, want: &[(&str, &[u128])]| {
        let mut play = leave();
        play.facts.computed = object(json!({ "days": days }));
        let want: Vec<_> = want
            .iter()
            .map(|(key, people)| ((*key).to_owned(), people.to_vec()))
            .collect();
        assert_eq!(route(&play), want, "{days}");
    };
    let start: (&str, &[u128]) = ("start", &[]);
    let cc: (&str, &[u128]) = ("cc-hr", &[30, 31]);
    check(0.5, &[start, ("manager", &[BOSS]), cc]);
    check(3.0, &[start, ("manager", &[BOSS]), cc]);
    check(3.5, &[start, ("manager", &[BOSS]), ("department-head", &[HEAD]), cc]);
    check(7.0, &[start, ("manager", &[BOSS]), ("department-head", &[HEAD]), cc]);
    check(
        7.5,
        &[
            start,
            ("manager", &[BOSS]),
            ("department-head-long", &[HEAD]),
            ("hr", &[30, 31]),
            cc,
        ],
    );
}

#[test]
fn preview_stops_where_it_cannot_know() {
    let play = leave();
    let route = preview(
        &play.definition,
        &play.case,
        &Values::new(),
        &BTreeMap::new(),
        &play.facts,
        play.now,
    );
    assert_eq!(
        people(&route),
        [("start".to_owned(), vec![]), ("manager".to_owned(), vec![BOSS])]
    );
    assert_eq!(route.block.unwrap().reason, BlockReason::ConditionFailed);
}

#[test]
fn preview_names_the_people_the_request_then_asks() {
    let mut play = leave();
    play.facts.computed = object(json!({ "days": 8 }));
    let seen = route(&play);
    let form = json!({ "leave_type": "annual", "start_date": "2026-11-23", "start_part": "AM", "end_date": "2026-12-02", "end_part": "PM" });
    play.submit(form).unwrap();
    let predicted = predict(&play.definition, &play.case, &play.facts, play.now);
    assert_eq!(people(&predicted), seen);
    let states: Vec<_> = predicted.nodes.iter().map(|node| node.state).collect();
    use PreviewState::{Current, Done, Predicted};
    assert_eq!(states, [Done, Current, Predicted, Predicted, Predicted, Predicted]);
    for who in [BOSS, HEAD, 31] {
        play.approve(who).unwrap();
    }
    assert_eq!(play.status(), ApprovalStatus::Approved);
    let happened: Vec<_> = play.case.runs.iter().map(|run| run.node_key.as_str()).collect();
    assert_eq!(
        happened,
        ["start", "manager", "length", "department-head-long", "hr", "cc-hr"]
    );
}

fn names(actions: &[ViewerAction]) -> Vec<String> {
    actions
        .iter()
        .map(|action| format!("{}{}", action.name, if action.enabled { "" } else { "-" }))
        .collect()
}

#[test]
fn viewers_are_told_what_they_may_do() {
    let sequence = with(asks("a", &[50, 51]), json!({ "sign": { "mode": "SEQUENTIAL" } }));
    let handle = with(asks("b", &[52]), json!({ "kind": "HANDLE" }));
    let mut play = Play::submitted(
        json!([sequence, handle]),
        json!({ "withdraw": "BEFORE_FIRST_DECISION" }),
    );
    let case = |play: &Play, who: u128| {
        names(&case_actions(
            &play.definition,
            &play.case,
            Actor {
                member: p(who),
                administers: who == KEEPER,
            },
            play.now,
        ))
    };
    let task = |play: &Play, who: u128| {
        names(&task_actions(
            &play.definition,
            &play.case,
            Actor {
                member: p(who),
                administers: false,
            },
            play.task(who),
        ))
    };
    assert_eq!(case(&play, ME), ["WITHDRAW", "URGE", "COMMENT", "COPY"]);
    assert_eq!(case(&play, 59), ["COMMENT"]);
    assert_eq!(case(&play, KEEPER), ["URGE", "COMMENT", "COPY", "TERMINATE"]);
    assert_eq!(task(&play, 50), ["APPROVE", "REJECT", "RETURN"]);
    assert_eq!(task(&play, 51), ["APPROVE-", "REJECT-", "RETURN-"]);
    assert_eq!(
        task_actions(
            &play.definition,
            &play.case,
            Actor {
                member: p(51),
                administers: true
            },
            play.task(50)
        ),
        []
    );
    play.act(ME, Act::Urge).unwrap();
    play.approve(50).unwrap();
    assert_eq!(case(&play, ME), ["WITHDRAW-", "URGE", "COMMENT", "COPY"]);
    assert_eq!(task(&play, 50), ["WITHDRAW_DECISION"]);
    play.approve(51).unwrap();
    assert_eq!(
        (task(&play, 50), task(&play, 52)),
        (
            vec!["WITHDRAW_DECISION-".to_owned()],
            vec!["APPROVE".to_owned(), "RETURN".to_owned()]
        )
    );
    let back = task_actions(
        &play.definition,
        &play.case,
        Actor {
            member: p(52),
            administers: false,
        },
        play.task(52),
    );
    assert_eq!(back[1].targets, ["a", "start"]);
    play.send_back(52, ReturnTo::Start).unwrap();
    assert_eq!(case(&play, ME), ["RESUBMIT", "WITHDRAW", "COMMENT", "COPY"]);
}
