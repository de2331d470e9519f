//! The thread of a request: who was asked, who is, who will be, and what was said.

use leptos::prelude::*;

use super::composer::Composer;
use super::deeds::Deeds;
use super::state::{Joint, Piece, pieces, telling_reason, thread};
use crate::api::approval::{
    Approval, ApprovalTaskStatus, Comment, File, NodeKind, RouteNode, RouteSeat, RouteState, SignMode, TimelineEntry,
};
use crate::api::viewer::use_viewer;
use crate::approval::file::FileLines;
use crate::i18n::{Stamp, duration, moment, names_of, on_paper};
use crate::ui::{Bubble, Person, Ring, Seat, Step, Thread, ThreadNode, ThreadRound, Tone};
use crate::{t, tr};

/// Files of decisions by task.
pub type TaskFiles = Vec<(String, Vec<File>)>;

/// The rail.
#[component]
pub fn Rail(
    /// The request and what can be done with it.
    deeds: Deeds,
) -> impl IntoView {
    let me = use_viewer();
    let joints = Memo::new(move |_| {
        deeds
            .approval
            .with(|approval| approval.as_ref().map(|approval| thread(approval)).unwrap_or_default())
    });
    let files = Memo::new(move |_| {
        deeds
            .approval
            .with(|approval| approval.as_ref().map(|approval| files_of(approval)).unwrap_or_default())
    });
    let number = move || {
        deeds
            .approval
            .with(|approval| approval.as_ref().map(|approval| approval.number.clone()))
    };
    view! {
        <aside class="rail" aria-label=tr!(approval.doc.progress)>
            <div class="rail-body">
                <h2>{tr!(approval.doc.progress)}<span class="meta num">{number}</span></h2>
                <Thread label=tr!(approval.doc.progress)>
                    {move || {
                        deeds.desk.minute.track();
                        let (me, files) = (me.id().unwrap_or_default(), files.get());
                        joints.get().into_iter().map(|joint| view_of(joint, &me, &files)).collect_view()
                    }}
                </Thread>
            </div>
            <Composer deeds />
        </aside>
    }
}

fn files_of(approval: &Approval) -> TaskFiles {
    let with_files = approval.tasks.iter().filter(|task| !task.files.is_empty());
    with_files
        .map(|task| (task.id.inner().to_owned(), task.files.clone()))
        .collect()
}

fn person(member: &crate::api::org::MemberRef) -> Person {
    Person::new(member.id.inner(), member.name.clone())
}

fn view_of(joint: Joint, me: &str, files: &TaskFiles) -> AnyView {
    match joint {
        Joint::Event(entry) => event(entry).into_any(),
        Joint::Comment(comment) => comment_view(comment).into_any(),
        Joint::Node(node) => step(node, me, files),
        Joint::Round(round, last, parts) => {
            let (me, files, n) = (me.to_owned(), files.clone(), parts.len());
            view! {
                <ThreadRound summary=move || if last.is_empty() {
                    t!(approval.doc.round, n = round, count = n)
                } else {
                    t!(approval.doc.round_with, n = round, what = last, count = n)
                }>
                    <Thread label=move || t!(approval.doc.round, n = round, count = n)>
                        {parts.into_iter().map(|part| view_of(part, &me, &files)).collect_view()}
                    </Thread>
                </ThreadRound>
            }
            .into_any()
        }
    }
}

fn event(entry: TimelineEntry) -> impl IntoView {
    let badge = match entry.kind.as_str() {
        "SUBMITTED" => Some(("send", Tone::Accent)),
        "RESUBMITTED" => Some(("edit", Tone::Warn)),
        "APPROVED_TASK" | "HANDLED_TASK" | "PASSED" => Some(("check", Tone::Ok)),
        "REJECTED_TASK" | "REJECTED" | "TERMINATED" => Some(("x", Tone::Bad)),
        "RETURNED" | "WITHDRAWN" | "DECISION_WITHDRAWN" => Some(("return", Tone::Warn)),
        "BLOCKED" => Some(("alert", Tone::Bad)),
        "URGED" => Some(("bell", Tone::Plain)),
        "COPIED" => Some(("send", Tone::Plain)),
        _ => None,
    };
    let name = entry
        .actor
        .as_ref()
        .map_or_else(|| t!(approval.doc.system).to_owned(), |actor| actor.name.clone());
    let who = entry.actor.as_ref().map_or_else(Person::default, person);
    // The sentence begins with the name, which stands in front in bold.
    let told = entry
        .text
        .strip_prefix(name.as_str())
        .unwrap_or(&entry.text)
        .trim()
        .to_owned();
    let at = entry.at;
    view! {
        <ThreadNode person=who badge=Signal::stored(badge) name=name role=told when=move || view! { <time>{moment(at)}</time> }>
            {entry.comment.map(|comment| view! { <Bubble>{comment}</Bubble> })}
        </ThreadNode>
    }
}

fn comment_view(comment: Comment) -> impl IntoView {
    let at = comment.created_at;
    let body = pieces(&comment.body, &comment.mentions)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.into_any(),
            Piece::Name(name) => view! { <span class="at">{name}</span> }.into_any(),
        });
    let has_text = !comment.body.is_empty();
    let body = body.collect_view();
    view! {
        <ThreadNode
            person=person(&comment.author)
            badge=Signal::stored(Some(("chat", Tone::Plain)))
            name=comment.author.name.clone()
            role=t!(approval.doc.said).to_owned()
            when=move || view! { <time>{moment(at)}</time> }
        >
            {has_text.then(|| view! { <Bubble>{body}</Bubble> })}
            <FileLines files=comment.files />
        </ThreadNode>
    }
}

fn position(state: RouteState) -> Step {
    match state {
        RouteState::Past => Step::Past,
        RouteState::Now => Step::Now,
        RouteState::Next => Step::Next,
    }
}

/// A step of the route, as it stands on the thread; `me` is the reader's id.
pub fn step(node: RouteNode, me: &str, files: &TaskFiles) -> AnyView {
    let names: Vec<&str> = node.seats.iter().map(|seat| seat.member.name.as_str()).collect();
    if node.kind == NodeKind::Cc {
        let line = t!(approval.doc.copy_to, who = names_of(&names));
        let who = node
            .seats
            .first()
            .map_or_else(Person::default, |seat| person(&seat.member));
        return view! {
            <ThreadNode step=position(node.state) person=who small=true><div class="node-line">{line}</div></ThreadNode>
        }
        .into_any();
    }
    match node.seats.as_slice() {
        [] => empty_step(node).into_any(),
        [seat] => {
            let seat = seat.clone();
            single(node, seat, me, files).into_any()
        }
        _ => several(node, me, files).into_any(),
    }
}

/// A step that asked nobody.
fn empty_step(node: RouteNode) -> impl IntoView {
    let badge = (node.state == RouteState::Past).then_some(("check", Tone::Ok));
    let reason = node.reason.clone();
    view! {
        <ThreadNode step=position(node.state) person=Person::new(node.key.clone(), node.name.clone()) badge=Signal::stored(badge) name=node.name>
            {reason.map(|reason| view! { <div class="node-line">{reason}</div> })}
        </ThreadNode>
    }
}

/// What became of a task: word, colour, icon.
fn verdict(status: ApprovalTaskStatus) -> (&'static str, Tone, &'static str) {
    match status {
        ApprovalTaskStatus::Approved => (t!(approval.task.approved), Tone::Ok, "check"),
        ApprovalTaskStatus::Handled => (t!(approval.task.handled), Tone::Ok, "check"),
        ApprovalTaskStatus::Rejected => (t!(approval.task.rejected), Tone::Bad, "x"),
        ApprovalTaskStatus::Returned => (t!(approval.task.returned), Tone::Warn, "return"),
        ApprovalTaskStatus::Pending => (t!(approval.task.pending), Tone::Accent, ""),
        ApprovalTaskStatus::Waiting => (t!(approval.task.waiting), Tone::Plain, ""),
        ApprovalTaskStatus::Skipped => (t!(approval.task.skipped), Tone::Plain, "minus"),
        ApprovalTaskStatus::Transferred => (t!(approval.task.transferred), Tone::Plain, "transfer"),
        ApprovalTaskStatus::Superseded | ApprovalTaskStatus::Cancelled => {
            (t!(approval.task.superseded), Tone::Plain, "minus")
        }
    }
}

fn took(seat: &RouteSeat) -> Option<String> {
    let (opened, decided) = (seat.opened_at?, seat.decided_at?);
    Some(t!(
        approval.doc.took,
        span = duration(decided.minutes_since(opened).max(1))
    ))
}

fn waits(seat: &RouteSeat) -> Option<String> {
    let opened = seat.opened_at.filter(|_| seat.status == ApprovalTaskStatus::Pending)?;
    Some(t!(
        approval.doc.waited,
        span = duration(Stamp::now().minutes_since(opened).max(1))
    ))
}

fn files_for(seat: &RouteSeat, files: &TaskFiles) -> Vec<File> {
    let task = seat.task_id.as_ref().map(cynic::Id::inner);
    let found = files.iter().find(|(id, _)| task == Some(id.as_str()));
    found.map(|(_, files)| files.clone()).unwrap_or_default()
}

fn instead(seat: &RouteSeat) -> Option<String> {
    seat.on_behalf_of
        .as_ref()
        .map(|other| t!(approval.doc.instead_of, who = other.name))
}

/// A step of one person.
fn single(node: RouteNode, seat: RouteSeat, me: &str, files: &TaskFiles) -> impl IntoView + use<> {
    let (word, tone, icon) = verdict(seat.status);
    let badge = (!icon.is_empty() && node.state != RouteState::Next).then_some((icon, tone));
    let name = if seat.member.id.inner() == me && !on_paper() {
        t!(approval.doc.you).to_owned()
    } else {
        seat.member.name.clone()
    };
    let at = seat.decided_at.or(node.closed_at);
    let shows_word = node.state != RouteState::Next || seat.status == ApprovalTaskStatus::Skipped;
    let files = files_for(&seat, files);
    let (took, waits, instead, reason) = (took(&seat), waits(&seat), instead(&seat), telling_reason(&node));
    view! {
        <ThreadNode
            step=position(node.state)
            person=person(&seat.member)
            badge=Signal::stored(badge)
            name=name
            role=node.name
            when=move || at.map(|at| view! { <time>{moment(at)}</time> })
        >
            {shows_word.then(|| view! {
                <div class="node-line"><span class=class_of(tone)>{word}</span>{took.map(|took| view! { <span>{took}</span> })}{waits.map(|waits| view! { <span>{waits}</span> })}</div>
            })}
            {instead.map(|instead| view! { <div class="node-line">{instead}</div> })}
            {reason.map(|reason| view! { <div class="node-line">{reason}</div> })}
            {seat.comment.map(|comment| view! { <Bubble>{comment}</Bubble> })}
            <FileLines files />
        </ThreadNode>
    }
}

fn class_of(tone: Tone) -> &'static str {
    match tone {
        Tone::Ok => "is-ok",
        Tone::Bad => "is-bad",
        Tone::Warn => "is-warn",
        Tone::Accent => "is-accent",
        Tone::Info => "is-info",
        Tone::Plain => "",
    }
}

/// A step of several people.
fn several(node: RouteNode, me: &str, files: &TaskFiles) -> impl IntoView + use<> {
    let badge = match node.outcome.as_deref() {
        Some("PASSED") => Some(("check", Tone::Ok)),
        Some("REJECTED") => Some(("x", Tone::Bad)),
        Some("RETURNED") => Some(("return", Tone::Warn)),
        Some(_) => Some(("minus", Tone::Plain)),
        None => None,
    };
    let first = node
        .seats
        .first()
        .map_or_else(Person::default, |seat| person(&seat.member));
    let (done, of) = (
        u32::try_from(node.approvals).unwrap_or(0),
        u32::try_from(node.needed).unwrap_or(1),
    );
    let all = node.seats.len();
    let is_next = node.state == RouteState::Next;
    let how = match node.mode {
        Some(SignMode::Any | SignMode::Claim) => t!(approval.doc.any_of, n = all),
        Some(SignMode::Sequential) => t!(approval.doc.in_turn, n = all),
        Some(SignMode::MOfN | SignMode::Ratio) => t!(approval.doc.some_of, m = of, n = all),
        _ => t!(approval.doc.all_of, n = all),
    };
    let reason = telling_reason(&node);
    let names: Vec<&str> = node.seats.iter().map(|seat| seat.member.name.as_str()).collect();
    let names = names_of(&names);
    let closed = node.closed_at;
    let seats = (!is_next).then(|| {
        node.seats
            .into_iter()
            .map(|seat| seat_view(seat, me, files))
            .collect_view()
    });
    view! {
        <ThreadNode
            step=position(node.state)
            person=first
            badge=Signal::stored(badge)
            name=node.name
            when=move || match (is_next, closed) {
                (true, _) => view! { {how.clone()} }.into_any(),
                (_, Some(at)) => view! { <time>{moment(at)}</time> }.into_any(),
                _ => view! { <Ring done=Signal::stored(done) of=Signal::stored(of) />{format!("{done}/{of}")} }.into_any(),
            }
        >
            {is_next.then(|| view! { <div class="node-line">{names}</div> })}
            {reason.map(|reason| view! { <div class="node-line">{reason}</div> })}
            {seats.map(|seats| view! { <div class="seats">{seats}</div> })}
        </ThreadNode>
    }
}

fn seat_view(seat: RouteSeat, me: &str, files: &TaskFiles) -> impl IntoView + use<> {
    let (word, tone, _) = verdict(seat.status);
    let is_me = seat.member.id.inner() == me && !on_paper();
    let when = seat.decided_at.map(moment).or_else(|| waits(&seat));
    let files = files_for(&seat, files);
    let name = is_me.then(|| t!(approval.doc.you).to_owned());
    let instead = instead(&seat);
    view! {
        <Seat person=person(&seat.member) me=is_me name=name tone=tone state=word when=when />
        {instead.map(|instead| view! { <div class="node-line indent">{instead}</div> })}
        {seat.comment.map(|comment| view! { <div class="indent"><Bubble>{comment}</Bubble></div> })}
        <FileLines files />
    }
}
