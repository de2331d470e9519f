//! One's own requests under way, as threads of people.

use cynic::QueryBuilder;
use leptos::prelude::*;

use crate::api::approval::{
    ApprovalBox, ApprovalCard, ApprovalFilter, ApprovalStatus, ApprovalsQuery, ApprovalsVars, NodeKind, RouteState,
    SummaryField,
};
use crate::api::viewer::use_viewer;
use crate::api::{live_query, query};
use crate::i18n;
use crate::ui::{MiniStep, MiniThread, Person, Pill, Step, Tone};
use crate::{t, tr};

/// So many are shown.
const SHOWN: i32 = 3;

/// The section; absent while nothing is under way.
#[component]
pub fn Flights() -> impl IntoView {
    let live = live_query(
        || "workbench:started".to_owned(),
        || vec!["started:me".to_owned()],
        || {
            query(ApprovalsQuery::build(ApprovalsVars {
                which: ApprovalBox::Started,
                filter: Some(ApprovalFilter {
                    statuses: Some(vec![
                        ApprovalStatus::Running,
                        ApprovalStatus::Returned,
                        ApprovalStatus::Blocked,
                    ]),
                    ..ApprovalFilter::default()
                }),
                first: Some(SHOWN),
                after: None,
            }))
        },
    );
    let total = Memo::new(move |_| live.data.get().map_or(0, |query| query.approvals.total_count));
    move || {
        (total.get() > 0).then(|| {
            view! {
                <section class="section wide" aria-labelledby="mine">
                    <div class="section-head">
                        <h2 id="mine">{tr!(workbench.mine)}</h2>
                        <span class="meta num">{tr!(workbench.under_way, n = total.get())}</span>
                        <a class="link" href="/approvals?box=started">{tr!(workbench.all)}</a>
                    </div>
                    <div class="flights">
                        <For
                            each=move || live.data.get().map(|query| query.approvals.nodes.clone()).unwrap_or_default()
                            key=|card| (card.id.inner().to_owned(), card.version)
                            children=|card| view! { <Flight card /> }
                        />
                    </div>
                </section>
            }
        })
    }
}

#[component]
fn Flight(card: ApprovalCard) -> impl IntoView {
    let viewer = use_viewer();
    let href = format!("/approvals?box=started&id={}", card.id.inner());
    let texts: Vec<String> = card.summary.iter().map(SummaryField::words).collect();
    let first = texts.join("\u{3000}");
    let since = card.updated_at;
    let (status, waiting) = (card.status, card.waiting_for.clone());
    let shown = card.clone();
    let steps = Signal::derive(move || steps(&shown, viewer.id().as_deref()));
    view! {
        <article class="flight">
            <header><a href=href><b>{card.template.name.clone()}</b></a><span class="clip">{first}</span></header>
            <MiniThread steps />
            <p class="meta num inline">
                {move || match status {
                    ApprovalStatus::Returned => view! { <Pill tone=Tone::Warn icon="return">{tr!(workbench.returned)}</Pill> }.into_any(),
                    ApprovalStatus::Blocked => view! { <Pill tone=Tone::Bad icon="alert">{tr!(workbench.blocked)}</Pill> }.into_any(),
                    _ => {
                        let names: Vec<&str> = waiting.iter().map(|member| member.name.as_str()).collect();
                        t!(workbench.waiting_for, names = i18n::names(&names), when = i18n::ago(since)).into_any()
                    }
                }}
            </p>
        </article>
    }
}

/// The people of the route; a step of several people is shown by the first and how many more there are.
fn steps(card: &ApprovalCard, me: Option<&str>) -> Vec<MiniStep> {
    let name = |member: &crate::api::org::MemberRef| {
        if Some(member.id.inner()) == me {
            t!(workbench.you).to_owned()
        } else {
            member.name.clone()
        }
    };
    let mut steps = Vec::new();
    let starts = card.route.iter().any(|step| step.kind == NodeKind::Start);
    if !starts {
        steps.push(MiniStep {
            step: Step::Past,
            person: Person::new(card.applicant.id.inner(), &card.applicant.name),
            label: name(&card.applicant),
        });
    }
    for step in &card.route {
        if matches!(step.kind, NodeKind::Cc | NodeKind::Exclusive | NodeKind::End) {
            continue;
        }
        let first = step.seats.first().map(|seat| &seat.member);
        let member = match (first, step.kind) {
            (Some(member), _) => member,
            (None, NodeKind::Start) => &card.applicant,
            (None, _) => continue,
        };
        let mut label = name(member);
        if step.seats.len() > 1 {
            label = t!(workbench.and_more, name = label, n = step.seats.len());
        }
        steps.push(MiniStep {
            step: match step.state {
                RouteState::Past => Step::Past,
                RouteState::Now => Step::Now,
                RouteState::Next => Step::Next,
            },
            person: Person::new(member.id.inner(), &member.name),
            label,
        });
    }
    steps
}
