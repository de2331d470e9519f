//! Deciding many requests together: with one comment, one after another, with the result of each.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::choose::Together;
use crate::api::approval::SummaryField;
use crate::api::online;
use crate::approval::decide::{Decision, refusal, send, take_back_all};
use crate::approval::desk::Desk;
use crate::approval::state::{Line, Which};
use crate::ui::{Bar, Button, Dialog, Field, Icon, IconButton, Kind, TextArea, toast};
use crate::{t, tr};

/// Seconds in which all of them can be taken back.
const UNDO: u32 = 8;

/// What became of one of them.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    Waiting,
    Done,
    Refused(String),
    /// The rest was called off before its turn.
    Left,
    /// It needs a look of its own.
    Skipped,
}

/// One of those that are decided.
#[derive(Clone)]
struct Part {
    line: Line,
    outcome: ArcRwSignal<Outcome>,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The comment is asked for.
    Asks,
    /// They are sent.
    Runs,
    /// The results stand there.
    Over,
}

/// The deciding of some requests.
#[derive(Clone, Copy)]
struct Run {
    desk: Desk,
    open: RwSignal<bool>,
    decision: RwSignal<Decision>,
    parts: RwSignal<Vec<Part>>,
    stage: RwSignal<Stage>,
    stopping: RwSignal<bool>,
    text: RwSignal<String>,
    missing: RwSignal<Option<String>>,
    /// Tasks that can be taken back.
    undoable: RwSignal<Vec<cynic::Id>>,
}

impl Run {
    fn begin(self, together: &Together) {
        let approve = together.decision == Decision::Approve;
        let may = |line: &Line| {
            let task = line.task.as_ref();
            task.is_some_and(|task| if approve { task.can_approve } else { task.can_reject })
        };
        let lines = self.desk.lines.get_untracked().into_iter();
        let chosen = lines.filter(|line| together.ids.iter().any(|id| id == line.id()));
        let (can, cannot): (Vec<Line>, Vec<Line>) = chosen.partition(may);
        let part = |line, outcome| Part {
            line,
            outcome: ArcRwSignal::new(outcome),
        };
        let can = can.into_iter().map(|line| part(line, Outcome::Waiting));
        let cannot = cannot.into_iter().map(|line| part(line, Outcome::Skipped));
        self.parts.set(can.chain(cannot).collect());
        self.decision.set(together.decision);
        self.text.set(String::new());
        self.missing.set(None);
        self.undoable.set(Vec::new());
        self.stopping.set(false);
        self.stage.set(Stage::Asks);
        self.open.set(true);
    }

    fn count(self, wanted: impl Fn(&Outcome) -> bool) -> usize {
        self.parts
            .with(|parts| parts.iter().filter(|part| part.outcome.with(&wanted)).count())
    }

    /// How many can be decided at all.
    fn total(self) -> usize {
        self.count(|outcome| *outcome != Outcome::Skipped)
    }

    fn ended(self) -> usize {
        self.count(|outcome| !matches!(outcome, Outcome::Skipped | Outcome::Waiting))
    }

    fn go(self) {
        let comment = self.text.get_untracked().trim().to_owned();
        let decision = self.decision.get_untracked();
        if decision == Decision::Reject && comment.is_empty() {
            self.missing.set(Some(t!(approval.ask.reject_missing).to_owned()));
            return;
        }
        self.stage.set(Stage::Runs);
        spawn_local(async move {
            for part in self.parts.get_untracked() {
                self.one(&part, decision, &comment).await;
            }
            self.over();
        });
    }

    async fn one(self, part: &Part, decision: Decision, comment: &str) {
        let Some(task) = part.line.task.as_ref().map(|task| task.id.clone()) else {
            return;
        };
        if part.outcome.get_untracked() != Outcome::Waiting {
            return;
        }
        if self.stopping.try_get_untracked() != Some(false) {
            part.outcome.set(Outcome::Left);
            return;
        }
        match send(task.clone(), decision, Some(comment.to_owned())).await {
            Ok(decided) => {
                self.desk.depart(part.line.id());
                self.desk.answered(part.line.id(), true);
                if decided.can_undo() {
                    _ = self.undoable.try_update(|all| all.push(task));
                }
                part.outcome.set(Outcome::Done);
            }
            Err(error) => part.outcome.set(Outcome::Refused(refusal(&error))),
        }
    }

    /// When all went well, a toast says so; else the dialog stays with the results.
    fn over(self) {
        if self.stage.try_set(Stage::Over).is_some() {
            return;
        }
        self.desk.live.refetch();
        self.desk.chosen.set(None);
        let (done, all) = untrack(|| (self.count(|outcome| *outcome == Outcome::Done), self.count(|_| true)));
        if done < all {
            return;
        }
        self.open.set(false);
        let text = match self.decision.get_untracked() {
            Decision::Approve => t!(approval.batch.approved, n = done),
            Decision::Reject => t!(approval.batch.rejected, n = done),
        };
        let tasks = self.undoable.get_untracked();
        if tasks.len() == done {
            toast::undo(text, UNDO, move || take_back_all(tasks.clone()));
        } else {
            toast::show(text);
        }
    }

    fn take_back(self) {
        self.open.set(false);
        take_back_all(self.undoable.get_untracked());
    }
}

/// The bar below the list while lines are being chosen, and the dialog that decides.
#[component]
pub fn Batch(
    /// The list.
    desk: Desk,
) -> impl IntoView {
    let run = Run {
        desk,
        open: RwSignal::new(false),
        decision: RwSignal::new(Decision::Approve),
        parts: RwSignal::new(Vec::new()),
        stage: RwSignal::new(Stage::Asks),
        stopping: RwSignal::new(false),
        text: RwSignal::new(String::new()),
        missing: RwSignal::new(None),
        undoable: RwSignal::new(Vec::new()),
    };
    // What was chosen belongs to its list.
    Effect::new(move |before: Option<Which>| {
        let now = desk.which.get();
        if before.is_some_and(|before| before != now) {
            desk.chosen.set(None);
        }
        now
    });
    Effect::new(move |_| {
        if let Some(together) = desk.together.get() {
            desk.together.set(None);
            run.begin(&together);
        }
    });
    let link = online();
    let count = Memo::new(move |_| desk.chosen.with(|chosen| chosen.as_ref().map(Vec::len)));
    let off = Signal::derive(move || count.get().unwrap_or(0) == 0 || !link.get());
    let why = move || (!link.get()).then(|| t!(approval.doc.offline).to_owned());
    let ask = move |decision| {
        let ids = desk.chosen.get_untracked().unwrap_or_default();
        desk.together.set(Some(Together { decision, ids }));
    };
    let is_choosing = Memo::new(move |_| count.with(Option::is_some));
    let bar = move || {
        is_choosing.get().then(|| {
            view! {
                <div class="batch-dock"><div class="batch" role="toolbar" aria-label=tr!(approval.batch.label) title=why>
                    <b class="num" role="status">{move || t!(approval.batch.chosen, n = count.get().unwrap_or(0))}</b>
                    <button type="button" class="btn" on:click=move |_| desk.chosen.set(Some(desk.ids()))>{tr!(approval.batch.all)}</button>
                    <Button disabled=off on:click=move |_| ask(Decision::Reject)>{tr!(approval.act.reject)}</Button>
                    <Button kind=Kind::Primary disabled=off on:click=move |_| ask(Decision::Approve)>{tr!(approval.act.approve)}</Button>
                    <IconButton icon="x" small=true label=tr!(approval.batch.stop) on:click=move |_| desk.chosen.set(None) />
                </div></div>
            }
            .into_any()
        })
    };
    view! {
        {bar}
        <Asking run />
    }
}

#[component]
fn Asking(run: Run) -> impl IntoView {
    let approves = move || run.decision.get() == Decision::Approve;
    let title = move || {
        let n = run.total();
        if approves() {
            t!(approval.batch.approve_title, n = n)
        } else {
            t!(approval.batch.reject_title, n = n)
        }
    };
    let word = move || {
        if approves() {
            t!(approval.act.approve)
        } else {
            t!(approval.act.reject)
        }
    };
    let actions = move || {
        match run.stage.get() {
        Stage::Asks => view! {
            <Button on:click=move |_| run.open.set(false)>{tr!(ui.cancel)}</Button>
            <Button kind=if approves() { Kind::Primary } else { Kind::Danger } disabled=Signal::derive(move || run.total() == 0) on:click=move |_| run.go()>{word}</Button>
        }
        .into_any(),
        Stage::Runs => view! {
            <Button busy=run.stopping on:click=move |_| run.stopping.set(true)>{tr!(approval.batch.halt)}</Button>
        }
        .into_any(),
        Stage::Over => view! {
            {move || (!run.undoable.with(Vec::is_empty)).then(|| view! {
                <Button icon="return" on:click=move |_| run.take_back()>{move || t!(approval.batch.take_back, n = run.undoable.with(Vec::len))}</Button>
            })}
            <Button kind=Kind::Primary on:click=move |_| run.open.set(false)>{tr!(ui.close)}</Button>
        }
        .into_any(),
    }
    };
    let submit = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
            event.prevent_default();
            run.go();
        }
    };
    let head = move || {
        match run.stage.get() {
        Stage::Asks => view! {
            <Field
                label=move || if approves() { t!(approval.batch.comment) } else { t!(approval.batch.reason) }
                required=!approves()
                optional=approves()
                error=run.missing
            >
                <TextArea value=run.text maxlength=2000 {..} autofocus="" on:keydown=submit />
            </Field>
        }
        .into_any(),
        _ => view! {
            <p class="num" role="status">{move || t!(approval.batch.progress, n = run.ended(), of = run.total())}</p>
            <Bar share=Signal::derive(move || run.ended() as f64 / run.total().max(1) as f64) label=tr!(approval.batch.label) />
        }
        .into_any(),
    }
    };
    view! {
        <Dialog open=run.open sticky=true title actions>
            {head}
            <ul class="batch-list">{move || run.parts.get().into_iter().map(part_view).collect_view()}</ul>
        </Dialog>
    }
}

fn part_view(part: Part) -> AnyView {
    let (outcome, told) = (part.outcome.clone(), part.outcome);
    let mark = move || {
        let (class, icon) = outcome.with(|outcome| match outcome {
            Outcome::Waiting => ("soft", "clock"),
            Outcome::Done => ("is-ok", "check"),
            Outcome::Refused(_) => ("is-bad", "alert"),
            Outcome::Left | Outcome::Skipped => ("soft", "minus"),
        });
        view! { <span class=class><Icon name=icon small=true /></span> }
    };
    let word = move || match told.get() {
        Outcome::Waiting => String::new(),
        Outcome::Done => t!(approval.batch.done).to_owned(),
        Outcome::Refused(text) => text,
        Outcome::Left => t!(approval.batch.left).to_owned(),
        Outcome::Skipped => t!(approval.batch.skipped).to_owned(),
    };
    let card = part.line.card;
    let about: Vec<String> = card.summary.iter().map(SummaryField::words).collect();
    let about = about.join("\u{3000}");
    view! { <li>{mark}<span>{card.title}<small class="meta">{about}</small></span><span class="meta">{word}</span></li> }
        .into_any()
}
