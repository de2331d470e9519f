//! The approval thread: one line, filled up to now, whose joints are people.

use leptos::prelude::*;

use super::icon::Icon;
use super::person::{Avatar, AvatarSize, Person};
use super::status::Tone;
use crate::t;

/// Where a node lies on the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// Done.
    #[default]
    Past,
    /// Waited for.
    Now,
    /// To come, with predicted people.
    Next,
}

impl Step {
    fn class(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::Now => "now",
            Self::Next => "next",
        }
    }
}

/// The list around the nodes.
#[component]
pub fn Thread(
    /// What it shows, for screen readers.
    #[prop(into)]
    label: TextProp,
    /// [`ThreadNode`]s and [`ThreadRound`]s.
    children: Children,
) -> impl IntoView {
    view! { <ol class="thread" aria-label=move || label.get()>{children()}</ol> }
}

/// One node: the avatar on the line, a head (who, in which role, when) and a body (state, comment, seats).
#[component]
pub fn ThreadNode(
    /// Where it lies.
    #[prop(optional, into)]
    step: Signal<Step>,
    /// Whose avatar is the joint; the first of several.
    person: Person,
    /// The sign on the joint: an icon in a colour, e.g. `("check", Tone::Ok)`.
    #[prop(optional, into)]
    badge: Signal<Option<(&'static str, Tone)>>,
    /// A quiet line, as for copies: small avatar.
    #[prop(optional)]
    small: bool,
    /// Who, in bold. Empty for small nodes.
    #[prop(optional, into)]
    name: Option<TextProp>,
    /// In which role, or what was done.
    #[prop(optional, into)]
    role: MaybeProp<String>,
    /// When, or how many are needed; at the end of the head.
    #[prop(optional, into)]
    when: ViewFn,
    /// What follows the head: `node-line`, `bubble`, `seats`.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let size = if small { AvatarSize::Small } else { AvatarSize::Medium };
    view! {
        <li
            class=move || format!("node {}{}", step.get().class(), if small { " small" } else { "" })
            aria-current=move || (step.get() == Step::Now).then_some("step")
        >
            <span class="joint">
                <Avatar person size />
                {move || badge.get().map(|(icon, tone)| view! {
                    <span class=format!("state {}", match tone { Tone::Plain => "idle", tone => tone.class() })><Icon name=icon /></span>
                })}
            </span>
            <div>
                {name.map(|name| view! {
                    <div class="node-head">
                        <b>{move || name.get()}</b>
                        {move || role.get().map(|role| view! { <span class="soft">{role}</span> })}
                        <span class="when">{move || when.run()}</span>
                    </div>
                })}
                {children.map(|children| children())}
            </div>
        </li>
    }
}

/// An earlier round, folded to one line.
#[component]
pub fn ThreadRound(
    /// The line: `第 1 轮：郑凯退回，2 条记录`.
    #[prop(into)]
    summary: TextProp,
    /// What it folds, e.g. a nested [`Thread`].
    children: Children,
) -> impl IntoView {
    view! {
        <li>
            <details class="round">
                <summary><Icon name="right" small=true />{move || summary.get()}</summary>
                <div class="round-body">{children()}</div>
            </details>
        </li>
    }
}

/// A comment's bubble.
#[component]
pub fn Bubble(
    /// The comment.
    children: Children,
) -> impl IntoView {
    view! { <div class="bubble">{children()}</div> }
}

/// One person of a joint node.
#[component]
pub fn Seat(
    /// Who.
    person: Person,
    /// It is the reader: in bold.
    #[prop(optional)]
    me: bool,
    /// What the reader sees as the name.
    #[prop(optional, into)]
    name: MaybeProp<String>,
    /// The state's colour.
    #[prop(optional)]
    tone: Tone,
    /// The state in a word.
    #[prop(into)]
    state: TextProp,
    /// When, or for how long.
    #[prop(optional, into)]
    when: MaybeProp<String>,
) -> impl IntoView {
    let own = person.name.clone();
    let shown = move || name.get().unwrap_or_else(|| own.clone());
    let tone = match tone {
        Tone::Plain => "soft",
        Tone::Accent => "is-accent",
        Tone::Ok => "is-ok",
        Tone::Warn => "is-warn",
        Tone::Bad => "is-bad",
        Tone::Info => "is-info",
    };
    view! {
        <div class="seat">
            <Avatar person size=AvatarSize::Small />
            <span class:strong=me>{shown}</span>
            <span class=tone>{move || state.get()}</span>
            {move || when.get().map(|when| view! { <span class="meta num">{when}</span> })}
        </div>
    }
}

/// One step of a [`MiniThread`].
#[derive(Clone, Debug, PartialEq)]
pub struct MiniStep {
    /// Where it lies.
    pub step: Step,
    /// Whose avatar.
    pub person: Person,
    /// What stands below; usually the name.
    pub label: String,
}

/// The thread in a row: avatars and names from left to right.
#[component]
pub fn MiniThread(
    /// The steps in order.
    #[prop(into)]
    steps: Signal<Vec<MiniStep>>,
) -> impl IntoView {
    view! {
        <ol class="mini">
            {move || steps.get().into_iter().map(|step| view! {
                <li class=step.step.class() aria-current=(step.step == Step::Now).then_some("step")>
                    <Avatar person=step.person size=AvatarSize::Small />
                    <span>{step.label}</span>
                </li>
            }).collect_view()}
        </ol>
    }
}

/// The thread as dots: the step that is waited for, of how many. Past the last one, all are filled.
#[component]
pub fn MicroThread(
    /// The current step, from 1.
    #[prop(into)]
    at: Signal<u32>,
    /// How many steps.
    #[prop(into)]
    of: Signal<u32>,
) -> impl IntoView {
    view! {
        <span class="micro" role="img" aria-label=move || t!(ui.step_of, at = at.get().min(of.get()), n = of.get())>
            {move || (1..=of.get().min(12)).map(|n| view! {
                <i class=match n.cmp(&at.get()) {
                    std::cmp::Ordering::Less => "",
                    std::cmp::Ordering::Equal => "now",
                    std::cmp::Ordering::Greater => "next",
                }></i>
            }).collect_view()}
        </span>
    }
}
