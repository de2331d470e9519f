//! What is asked: leave in short, values, files, who got a copy.

use leptos::prelude::*;

use super::deeds::{Ask, Deeds};
use super::leave::Leave;
use crate::api::approval::{ApprovalStatus, Copy, FormField};
use crate::approval::file::Files;
use crate::i18n::moment;
use crate::ui::{Avatar, AvatarSize, Icon, Note, Person, Tone};
use crate::{t, tr};

/// Values that the part about leave already shows.
const OF_LEAVE: [&str; 7] = [
    "leave_type",
    "start_date",
    "start_part",
    "end_date",
    "end_part",
    "days",
    "duration",
];

/// The document.
#[component]
pub fn Doc(
    /// The request and what can be done with it.
    deeds: Deeds,
) -> impl IntoView {
    let approval = deeds.approval;
    let leave =
        Memo::new(move |_| approval.with(|approval| approval.as_ref().and_then(|approval| approval.leave.clone())));
    let fields = Memo::new(move |_| {
        approval.with(|approval| {
            approval
                .as_ref()
                .map(|approval| approval.fields.clone())
                .unwrap_or_default()
        })
    });
    let copies = Memo::new(move |_| {
        approval.with(|approval| {
            approval
                .as_ref()
                .map(|approval| approval.copies.clone())
                .unwrap_or_default()
        })
    });
    let returned = Memo::new(move |_| {
        approval.with(|approval| {
            let approval = approval
                .as_ref()
                .filter(|approval| approval.status == ApprovalStatus::Returned)?;
            let last = approval.timeline.iter().rev();
            let mut said = last
                .filter(|entry| matches!(entry.kind.as_str(), "RETURNED" | "REJECTED_TASK") && entry.actor.is_some());
            said.next().map(|entry| (entry.text.clone(), entry.comment.clone()))
        })
    });
    let blocked = Memo::new(move |_| {
        approval.with(|approval| approval.as_ref().and_then(|approval| approval.block_reason.clone()))
    });
    view! {
        <div class="doc">
            {move || blocked.get().map(|reason| view! { <Note tone=Tone::Bad icon="alert">{reason}</Note> })}
            {move || returned.get().map(|(text, comment)| view! {
                <Note tone=Tone::Warn icon="return"><b>{text}</b>{comment.map(|comment| view! { <p>{comment}</p> })}</Note>
            })}
            <section aria-label=tr!(approval.doc.content)>
                {move || leave.get().map(|leave| view! { <Leave leave changed=fields /> })}
                <dl class="facts">
                    <Applicant deeds />
                    {move || {
                        let is_leave = leave.with(Option::is_some);
                        let shown = fields.get().into_iter().filter(|field| is_shown(field, is_leave));
                        shown.map(fact).collect_view()
                    }}
                </dl>
            </section>
            {move || {
                let with_files = fields.get().into_iter().filter(|field| !field.files.is_empty());
                with_files.map(|field| {
                    let title = format!("{} {}", field.label, field.files.len());
                    view! { <section aria-label=field.label.clone()><h2>{title}</h2><Files files=field.files /></section> }
                }).collect_view()
            }}
            {move || Some(copies.get()).filter(|copies| !copies.is_empty()).map(|copies| view! { <Copies deeds copies /> })}
        </div>
    }
}

/// Whether the part about leave tells this value.
pub fn is_told(field: &FormField) -> bool {
    OF_LEAVE.contains(&field.key.as_str()) || field.kind == "DURATION"
}

fn is_shown(field: &FormField, is_leave: bool) -> bool {
    field.kind != "FILES" && !(is_leave && is_told(field)) && (!field.text.is_empty() || field.changed_from.is_some())
}

#[component]
fn Applicant(deeds: Deeds) -> impl IntoView {
    move || {
        deeds.approval.get().map(|approval| {
            let who = Person::new(approval.applicant.id.inner(), approval.applicant.name.clone());
            view! {
                <div>
                    <dt>{t!(approval.doc.applicant)}</dt>
                    <dd class="inline">
                        <Avatar person=who size=AvatarSize::Small />
                        {approval.applicant.name.clone()}
                        <span class="soft">{approval.department.name.clone()}</span>
                    </dd>
                </div>
                <div><dt>{t!(approval.doc.submitted)}</dt><dd class="num">{moment(approval.submitted_at)}</dd></div>
            }
        })
    }
}

fn fact(field: FormField) -> impl IntoView {
    let is_long = field.kind == "TEXT_AREA" || field.text.chars().count() > 24;
    let value = match field.changed_from {
        Some(old) => changed(old, field.text).into_any(),
        None => field.text.into_any(),
    };
    view! {
        <div class:full=is_long>
            <dt>{field.label}</dt>
            <dd class=if is_long { "wrap" } else { "num" }>{value}</dd>
        </div>
    }
}

/// A value that was corrected: the old one and the new one.
pub fn changed(old: String, new: String) -> impl IntoView {
    view! { <span class="changed"><del>{old}</del><ins>{new}</ins></span> }
}

/// Who got a copy, and who has read it.
#[component]
fn Copies(deeds: Deeds, copies: Vec<Copy>) -> impl IntoView {
    let read = copies.iter().filter(|copy| copy.read_at.is_some()).count();
    let n = copies.len();
    view! {
        <section aria-label=tr!(approval.doc.copies)>
            <h2>
                {t!(approval.doc.copies)}" "{n}
                <span class="meta">{t!(approval.doc.read_by, n = read)}</span>
            </h2>
            <ul class="copies">
                {copies.into_iter().map(|copy| {
                    let word = copy.read_at.map_or_else(|| t!(approval.doc.unread).to_owned(), |at| t!(approval.doc.read_at, at = moment(at)));
                    let is_read = copy.read_at.is_some();
                    let tip = word.clone();
                    view! {
                        <li class="person" title=tip>
                            <Avatar person=Person::new(copy.member.id.inner(), copy.member.name.clone()) size=AvatarSize::Small />
                            {copy.member.name}
                            <span class=if is_read { "is-ok tick" } else { "tick" }>
                                {is_read.then(|| view! { <Icon name="check" small=true /> })}
                                <span class="sr">{word}</span>
                            </span>
                        </li>
                    }
                }).collect_view()}
                {move || deeds.may("COPY").then(|| view! {
                    <li><button type="button" class="chip" on:click=move |_| deeds.ask.set(Some(Ask::Copy))><Icon name="plus" />{tr!(approval.act.copy_to)}</button></li>
                })}
            </ul>
        </section>
    }
}
