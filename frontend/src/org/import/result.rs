//! What the check of a spreadsheet found, and what an import has done.

use leptos::either::Either;
use leptos::prelude::*;

use super::file::download;
use super::page::{Chosen, Problem, Session};
use super::state::{Line, Show, can_apply, lines, touched};
use crate::api::online;
use crate::api::org::import::{FieldChange, Import};
use crate::ui::{Art, Button, Checkbox, Dialog, Empty, Icon, Kind, LinkButton, Pill, Tab, Tabs, Tone, Topline};
use crate::{t, tr};

/// How many lines are drawn at once.
const DRAWN: usize = 200;

/// The second step: row by row.
#[component]
pub(super) fn Checked(session: Session, file: Chosen) -> impl IntoView {
    let show = RwSignal::new(Show::All);
    let drawn = RwSignal::new(DRAWN);
    let asks = RwSignal::new(false);
    let online = online();
    let checked = session.checked;
    // The options change what would happen.
    let options = Memo::new(move |_| (session.disable_missing.get(), session.skip_errors.get()));
    Effect::new(move |before: Option<(bool, bool)>| {
        let now = options.get();
        if before.is_some_and(|before| before != now) {
            session.run(true);
        }
        now
    });
    let tabs = Signal::derive(move || {
        let import = checked.get();
        Show::ALL
            .into_iter()
            .map(|one| {
                let tab = Tab::new(one.word(), show_name(one));
                let count = import.as_ref().and_then(|import| one.count(import));
                count
                    .and_then(|n| u32::try_from(n).ok())
                    .map_or(tab.clone(), |n| tab.count(n))
            })
            .collect::<Vec<_>>()
    });
    let shown = Memo::new(move |_| {
        checked
            .get()
            .map(|import| lines(&import, show.get()))
            .unwrap_or_default()
    });
    let errors = Memo::new(move |_| checked.get().map_or(0, |import| import.error_count));
    let ready = Memo::new(move |_| {
        checked
            .get()
            .is_some_and(|import| can_apply(&import, session.skip_errors.get()))
            && !session.busy.get()
    });
    let name = file.name;
    view! {
        <header class="top">
            <h1>{tr!(org.import.title)}</h1>
            <div class="src">
                <span class="inline"><Icon name="receipt" /><b>{name}</b></span>
                <span class="num">{move || checked.get().map(|import| t!(org.import.rows, n = import.rows, same = import.unchanged))}</span>
                <button type="button" class="link" on:click=move |_| session.reset()>{tr!(org.import.other_file)}</button>
            </div>
        </header>
        <div class="bar2">
            <Tabs
                label=tr!(org.import.result)
                tabs
                value=Signal::derive(move || show.get().word().to_owned())
                on_select=Callback::new(move |word: String| {
                    show.set(Show::of(&word));
                    drawn.set(DRAWN);
                })
            />
            <span class="spacer"></span>
            <Checkbox checked=session.disable_missing disabled=session.busy>{tr!(org.import.disable_missing)}</Checkbox>
        </div>
        <div class="scroll" tabindex="0" role="region" aria-label=tr!(org.import.result)>
            <Topline active=Signal::derive(move || session.busy.get() && checked.with(Option::is_some)) />
            <Problem session />
            {move || checked.with(Option::is_some).then(|| {
                let all = shown.get();
                if all.is_empty() {
                    return Either::Left(view! { <Empty art=Art::Done title=tr!(org.import.nothing) /> });
                }
                let more = all.len() > drawn.get();
                Either::Right(view! {
                    <table class="table imp">
                        <caption class="sr">{tr!(org.import.result)}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{tr!(org.import.row)}</th>
                                <th scope="col">{tr!(org.import.outcome)}</th>
                                <th scope="col">{tr!(org.field.name)}</th>
                                <th scope="col">{tr!(org.import.changes)}</th>
                            </tr>
                        </thead>
                        <tbody>{all.into_iter().take(drawn.get()).map(line).collect_view()}</tbody>
                    </table>
                    {more.then(|| view! {
                        <p class="more"><Button on:click=move |_| drawn.update(|n| *n += DRAWN)>{tr!(ui.load_more)}</Button></p>
                    })}
                })
            })}
        </div>
        <footer class="end">
            {move || (errors.get() > 0).then(|| view! {
                <Checkbox checked=session.skip_errors disabled=session.busy>{move || t!(org.import.skip, n = errors.get())}</Checkbox>
                <Button kind=Kind::Ghost icon="download" on:click=move |_| rejects(&checked.get_untracked())>{tr!(org.import.rejects)}</Button>
            })}
            <span class="spacer"></span>
            <Button on:click=move |_| session.reset()>{tr!(org.import.back)}</Button>
            <Button
                kind=Kind::Primary
                busy=session.busy
                disabled=Signal::derive(move || !ready.get() || !online.get())
                on:click=move |_| asks.set(true)
            >
                {move || t!(org.import.apply, n = checked.get().map_or(0, |import| touched(&import)))}
            </Button>
        </footer>
        <Dialog
            open=asks
            title=tr!(org.import.confirm_title)
            actions=move || view! {
                <Button on:click=move |_| asks.set(false)>{tr!(ui.cancel)}</Button>
                <Button
                    kind=Kind::Primary
                    on:click=move |_| {
                        asks.set(false);
                        session.run(false);
                    }
                >
                    {tr!(org.import.confirm)}
                </Button>
            }
        >
            <p>{move || checked.get().map(|import| summary(&import))}</p>
            <p class="soft">{tr!(org.import.confirm_text)}</p>
        </Dialog>
    }
}

fn summary(import: &Import) -> String {
    t!(
        org.import.summary,
        created = import.created,
        updated = import.updated,
        disabled = import.disabled,
        departments = import.departments_created
    )
}

fn rejects(import: &Option<Import>) {
    if let Some(csv) = import.as_ref().and_then(|import| import.error_csv.as_ref()) {
        download(&format!("{}.csv", t!(org.import.rejects_name)), csv);
    }
}

fn show_name(show: Show) -> &'static str {
    match show {
        Show::All => t!(org.import.all),
        Show::Department => t!(org.import.department),
        Show::New => t!(org.import.new),
        Show::Update => t!(org.import.update),
        Show::Disable => t!(org.import.disable),
        Show::Wrong => t!(org.import.wrong),
    }
}

fn line(line: Line) -> impl IntoView {
    let (tone, icon) = match line.show {
        Show::Wrong => (Tone::Bad, "x"),
        Show::New => (Tone::Ok, "plus"),
        Show::Update => (Tone::Info, "loop"),
        Show::Disable => (Tone::Warn, "lock"),
        Show::Department => (Tone::Accent, "org"),
        Show::All => (Tone::Plain, "minus"),
    };
    let show = line.show;
    view! {
        <tr class:err=show == Show::Wrong>
            <td class="num">{line.row}</td>
            <td><Pill tone icon>{move || show_name(show)}</Pill></td>
            <td><b>{line.name}</b>{line.account.map(|account| view! { " "<span class="meta num">{account}</span> })}</td>
            <td>
                {line.problems.into_iter().map(|problem| view! {
                    <div>
                        {problem.column.map(|column| view! { <span class="soft">{column}" "</span> })}
                        {problem.value.filter(|value| !value.is_empty()).map(|value| view! { <span class="badcell">{value}</span> })}
                        <div class="why"><Icon name="alert" small=true /><span>{problem.message}</span></div>
                    </div>
                }).collect_view()}
                <ul class="fields">{line.detail.into_iter().map(move |change| field(change, show)).collect_view()}</ul>
            </td>
        </tr>
    }
}

fn field(change: FieldChange, show: Show) -> impl IntoView {
    let name = field_name(&change.field);
    let said = |value: String| said(&change.field, value);
    let after = change.after.map_or_else(|| t!(org.import.empty).to_owned(), said);
    let value = match change.before.filter(|_| show == Show::Update).map(said) {
        Some(before) => Either::Left(view! { <span class="changed"><del>{before}</del><ins>{after}</ins></span> }),
        None => Either::Right(view! { <span>{after}</span> }),
    };
    view! { <li><span class="soft">{name}" "</span>{value}</li> }
}

/// A value as people say it.
fn said(field: &str, value: String) -> String {
    match (field, value.as_str()) {
        ("gender", "FEMALE") => t!(org.gender.female).to_owned(),
        ("gender", "MALE") => t!(org.gender.male).to_owned(),
        ("status", "ACTIVE") => t!(org.enabled).to_owned(),
        ("status", "DISABLED") => t!(org.disabled).to_owned(),
        _ => value,
    }
}

/// What a field is called; further columns keep their own name.
fn field_name(field: &str) -> String {
    let known = match field {
        "name" => t!(org.field.name),
        "account" => t!(org.field.account),
        "alias" => t!(org.field.alias),
        "gender" => t!(org.field.gender),
        "positionName" => t!(org.field.position),
        "memberships" => t!(org.field.departments),
        "managerId" => t!(org.field.manager),
        "mobile" => t!(org.field.mobile),
        "telephone" => t!(org.field.telephone),
        "email" => t!(org.field.email),
        "workEmail" => t!(org.field.work_email),
        "address" => t!(org.field.address),
        "office" => t!(org.field.office),
        "employeeNo" => t!(org.field.employee_no),
        "hiredOn" => t!(org.field.hired_on),
        "careerStartedOn" => t!(org.field.career),
        "status" => t!(org.field.status),
        other => return other.to_owned(),
    };
    known.to_owned()
}

/// The last step: what was done.
#[component]
pub(super) fn Done(session: Session, done: Import) -> impl IntoView {
    let has_rejects = done.error_csv.is_some() && done.error_count > 0;
    let errors = done.error_count;
    let text = summary(&done);
    let done = StoredValue::new(Some(done));
    view! {
        <div class="done">
            <Empty art=Art::Done title=tr!(org.import.done) text=text>
                <div class="inline">
                    {has_rejects.then(|| view! {
                        <Button icon="download" on:click=move |_| done.with_value(rejects)>{move || t!(org.import.rejects_left, n = errors)}</Button>
                    })}
                    <Button on:click=move |_| session.reset()>{tr!(org.import.again)}</Button>
                    <LinkButton href="/contacts" kind=Kind::Primary>{tr!(org.import.to_contacts)}</LinkButton>
                </div>
            </Empty>
        </div>
    }
}
