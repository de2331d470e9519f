//! How the history and the route of a request become one thread. PURE.

use crate::api::approval::{Approval, Comment, NodeKind, RouteNode, RouteState, TimelineEntry};
use crate::api::org::MemberRef;

/// One thing on the thread.
#[derive(Clone, Debug, PartialEq)]
pub enum Joint {
    /// Something that happened: submission, copy, urging, withdrawal.
    Event(TimelineEntry),
    /// A step that has been, is or is expected.
    Node(RouteNode),
    /// Something that was said.
    Comment(Comment),
    /// An earlier round, folded: its number, the sentence that ended it, and what happened.
    Round(i32, String, Vec<Joint>),
}

/// Events that are told by a step of the route.
const TOLD_BY_NODES: [&str; 6] = [
    "APPROVED_TASK",
    "HANDLED_TASK",
    "REJECTED_TASK",
    "RETURNED",
    "COMMENTED",
    "PASSED",
];

/// The thread from top to bottom.
pub fn thread(approval: &Approval) -> Vec<Joint> {
    let mut rounds: Vec<Joint> = (1..approval.round)
        .filter_map(|round| folded(approval, round))
        .collect();
    let begin = begin_of(approval, approval.round);
    let mut now: Vec<(f64, Joint)> = Vec::new();
    for entry in approval.timeline.iter().filter(|entry| entry.round == approval.round) {
        // Copies made by the process itself are steps of the route.
        let is_step = TOLD_BY_NODES.contains(&entry.kind.as_str()) || (entry.kind == "COPIED" && entry.actor.is_none());
        if !is_step || (entry.kind == "RETURNED" && entry.actor.is_none()) {
            now.push((entry.at.0, Joint::Event(entry.clone())));
        }
    }
    for comment in approval
        .comments
        .nodes
        .iter()
        .filter(|comment| comment.created_at.0 >= begin)
    {
        now.push((comment.created_at.0, Joint::Comment(comment.clone())));
    }
    let mut later = Vec::new();
    for node in approval
        .route
        .iter()
        .filter(|node| is_shown(node) && node.round == approval.round)
    {
        match (node.state, node.closed_at) {
            (RouteState::Past, closed) => {
                let at = closed.or(node.opened_at).map_or(begin, |at| at.0);
                now.push((at, Joint::Node(node.clone())));
            }
            _ => later.push(Joint::Node(node.clone())),
        }
    }
    // Stable, so that what happened at once stays in the order of the route.
    now.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    rounds.extend(now.into_iter().map(|(_, joint)| joint));
    rounds.extend(later);
    rounds
}

/// Whether a step of the route stands on the thread: steps of people do, the process's own do not.
pub fn is_shown(node: &RouteNode) -> bool {
    match node.kind {
        NodeKind::Start | NodeKind::End | NodeKind::Exclusive => false,
        NodeKind::Cc => !node.seats.is_empty(),
        _ => true,
    }
}

/// When a round began: at its submission.
fn begin_of(approval: &Approval, round: i32) -> f64 {
    let submission = approval.timeline.iter().find(|entry| entry.round == round);
    submission.map_or(if round <= 1 { 0.0 } else { approval.submitted_at.0 }, |entry| {
        if round <= 1 { 0.0 } else { entry.at.0 }
    })
}

fn folded(approval: &Approval, round: i32) -> Option<Joint> {
    let (begin, end) = (begin_of(approval, round), begin_of(approval, round + 1));
    let mut parts: Vec<(f64, Joint)> = Vec::new();
    for entry in approval
        .timeline
        .iter()
        .filter(|entry| entry.round == round && entry.kind != "COMMENTED")
    {
        parts.push((entry.at.0, Joint::Event(entry.clone())));
    }
    for comment in &approval.comments.nodes {
        if (begin..end).contains(&comment.created_at.0) {
            parts.push((comment.created_at.0, Joint::Comment(comment.clone())));
        }
    }
    parts.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let last = parts.iter().rev().find_map(|(_, joint)| match joint {
        Joint::Event(entry) if matches!(entry.kind.as_str(), "RETURNED" | "REJECTED_TASK") => Some(entry.text.clone()),
        _ => None,
    });
    let parts: Vec<Joint> = parts.into_iter().map(|(_, joint)| joint).collect();
    (!parts.is_empty()).then(|| Joint::Round(round, last.unwrap_or_default(), parts))
}

/// A piece of a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Plain text.
    Text(String),
    /// Somebody's name.
    Name(String),
}

/// Reads `@[member id]` in a comment.
pub fn pieces(body: &str, people: &[MemberRef]) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("@[") {
        let Some((id, tail)) = after.split_once(']') else { break };
        if !before.is_empty() {
            out.push(Piece::Text(before.to_owned()));
        }
        let name = people.iter().find(|person| person.id.inner() == id);
        out.push(match name {
            Some(person) => Piece::Name(format!("@{}", person.name)),
            None => Piece::Text("@".to_owned()),
        });
        rest = tail;
    }
    if !rest.is_empty() {
        out.push(Piece::Text(rest.to_owned()));
    }
    out
}

/// The text as it is sent: the names of the people that were picked become their ids. Longer names go first, so that
/// one name that begins another does not eat it.
pub fn with_ids(text: &str, people: &[(String, String)]) -> String {
    let mut people: Vec<&(String, String)> = people.iter().collect();
    people.sort_by_key(|(_, name)| std::cmp::Reverse(name.chars().count()));
    people.iter().fold(text.to_owned(), |text, (id, name)| {
        text.replace(&format!("@{name}"), &format!("@[{id}]"))
    })
}

/// The steps a request can be returned to: key and name of what was passed in this round.
pub fn return_targets(approval: &Approval) -> Vec<(String, String, String)> {
    let passed = approval.route.iter().filter(|node| {
        node.state == RouteState::Past
            && node.round == approval.round
            && matches!(node.kind, NodeKind::Approve | NodeKind::Handle)
            && node.outcome.as_deref() == Some("PASSED")
    });
    let people = |node: &RouteNode| {
        let names: Vec<&str> = node.seats.iter().map(|seat| seat.member.name.as_str()).collect();
        names.join("、")
    };
    let mut seen = Vec::new();
    passed
        .filter(|node| {
            let is_new = !seen.contains(&node.key);
            seen.push(node.key.clone());
            is_new
        })
        .map(|node| (node.key.clone(), node.name.clone(), people(node)))
        .collect()
}

/// Whether the reason of a step says more than its name.
pub fn telling_reason(node: &RouteNode) -> Option<String> {
    node.reason
        .clone()
        .filter(|reason| !reason.is_empty() && *reason != node.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, name: &str) -> MemberRef {
        MemberRef {
            id: id.into(),
            name: name.to_owned(),
        }
    }

    #[test]
    fn comments_name_people() {
        let people = [person("member_1", "周明远")];
        let text = |text: &str| Piece::Text(text.to_owned());
        let check = |body, expected: &[Piece]| assert_eq!(pieces(body, &people), expected, "{body}");
        check("好", &[text("好")]);
        check(
            "@[member_1] 可以走",
            &[Piece::Name("@周明远".to_owned()), text(" 可以走")],
        );
        check("请 @[member_2] 看", &[text("请 "), text("@"), text(" 看")]);
        check("a@[b", &[text("a@[b")]);
        check("", &[]);
    }

    #[test]
    fn names_become_ids() {
        let people = [
            ("1".to_owned(), "李敏".to_owned()),
            ("2".to_owned(), "李敏之".to_owned()),
        ];
        let check = |text, expected: &str| assert_eq!(with_ids(text, &people), expected);
        check("@李敏之 和 @李敏 看下", "@[2] 和 @[1] 看下");
        check("没有人", "没有人");
    }
}
