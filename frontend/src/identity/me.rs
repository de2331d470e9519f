//! One's own page: profile, language, appearance, keys, password, sessions, access tokens.

use leptos::prelude::*;

use super::password::PasswordForm;
use super::sessions::Sessions;
use super::tokens::Tokens;
use crate::api::viewer::{Me as Member, Role, use_viewer};
use crate::i18n::{Locale, locale};
use crate::shell::nav::PLACES;
use crate::shell::{choose_locale, sign_out};
use crate::ui::theme::{Theme, compact, set_compact, set_theme, theme};
use crate::ui::{Avatar, AvatarSize, Button, Dialog, Icon, Kind, PageTitle, Person, Switch, Tab, Tabs, Tag, keys};
use crate::{t, tr};

/// The page.
#[component]
pub fn Me() -> impl IntoView {
    let viewer = use_viewer();
    let changing = RwSignal::new(false);
    let dense = RwSignal::new(untrack(compact));
    let single = RwSignal::new(untrack(keys::single_keys));
    Effect::new(move |_| set_compact(dense.get()));
    Effect::new(move |_| keys::set_single_keys(single.get()));
    let themes = Signal::derive(|| {
        Theme::ALL
            .into_iter()
            .map(|choice| {
                let label = match choice {
                    Theme::Light => t!(ui.theme.light),
                    Theme::Dark => t!(ui.theme.dark),
                    Theme::System => t!(ui.theme.system),
                };
                Tab::new(choice.word(), label)
            })
            .collect::<Vec<_>>()
    });
    let languages = Signal::derive(|| {
        Locale::ALL
            .into_iter()
            .map(|choice| Tab::new(choice.tag(), choice.own_name()))
            .collect::<Vec<_>>()
    });
    view! {
        <PageTitle text=tr!(shell.nav.me) />
        <div class="page p-me">
            <header class="page-head"><div><h1>{tr!(shell.nav.me)}</h1></div></header>
            {move || viewer.get().map(|query| view! {
                <Profile me=query.viewer.member.clone() roles=query.viewer.roles.clone() />
            })}

            <Places />

            <section class="section" aria-labelledby="me-look">
                <h2 id="me-look">{tr!(identity.preferences)}</h2>
                <div class="lines">
                    <div class="line">
                        <span>{tr!(identity.language)}</span>
                        <Tabs
                            label=tr!(identity.language)
                            tabs=languages
                            value=Signal::derive(|| locale().tag().to_owned())
                            on_select=Callback::new(|tag: String| choose_locale(Locale::from_tag(&tag)))
                        />
                    </div>
                    <div class="line">
                        <span>{tr!(ui.theme.label)}</span>
                        <Tabs
                            label=tr!(ui.theme.label)
                            tabs=themes
                            value=Signal::derive(|| theme().word().to_owned())
                            on_select=Callback::new(|word: String| {
                                if let Some(choice) = Theme::ALL.into_iter().find(|choice| choice.word() == word) {
                                    set_theme(choice);
                                }
                            })
                        />
                    </div>
                    <div class="line"><Switch checked=dense>{tr!(identity.compact)}</Switch></div>
                    <div class="line only-wide">
                        <Switch checked=single>{tr!(ui.keys.single)}</Switch>
                        <span class="meta">{tr!(ui.keys.single_hint)}</span>
                    </div>
                </div>
            </section>

            <section class="section" aria-labelledby="me-safety">
                <h2 id="me-safety">{tr!(identity.safety)}</h2>
                <div class="lines">
                    <div class="line">
                        <span>{tr!(identity.password)}</span>
                        <Button on:click=move |_| changing.set(true)>{tr!(identity.change)}</Button>
                    </div>
                </div>
                <h3>{tr!(identity.sessions)}</h3>
                <Sessions />
                <h3>{tr!(identity.tokens)}</h3>
                <Tokens />
            </section>

            <p class="section"><Button icon="out" kind=Kind::Plain on:click=|_| sign_out()>{tr!(shell.sign_out)}</Button></p>
        </div>
        <Dialog open=changing sticky=true title=tr!(identity.change_title)>
            <PasswordForm on_done=Callback::new(move |()| changing.set(false)) />
        </Dialog>
    }
}

/// On phones, the pages for which the bar at the foot has no room.
#[component]
fn Places() -> impl IntoView {
    let viewer = use_viewer();
    let rest = move || {
        PLACES
            .iter()
            .filter(|place| !matches!(place.href, "/" | "/approvals" | "/start" | "/notifications" | "/me"))
            .filter(|place| place.is_for(viewer))
            .map(|place| {
                view! {
                    <a href=place.href><Icon name=place.icon /><span>{place.label}</span><Icon name="right" small=true /></a>
                }
            })
            .collect_view()
    };
    view! { <nav class="only-phone places" aria-label=tr!(identity.more_pages)>{rest}</nav> }
}

#[component]
fn Profile(me: Member, roles: Vec<Role>) -> impl IntoView {
    let fact = |label: &'static str, value: Option<String>| {
        value
            .filter(|value| !value.is_empty())
            .map(|value| view! { <div><dt>{label}</dt><dd>{value}</dd></div> })
    };
    let person = Person::new(me.id.inner(), &me.name);
    let department = me
        .primary_department
        .as_ref()
        .map(|department| department.path.join(" / "));
    let position = me.position.as_ref().map(|position| position.name.clone());
    let manager = me.manager.as_ref().map(|manager| manager.name.clone());
    view! {
        <section class="who">
            <Avatar person size=AvatarSize::Huge />
            <div>
                <h2>{me.name.clone()}</h2>
                <p class="soft">{position}</p>
                <p class="inline">
                    {roles.into_iter().filter(|role| *role != Role::Member).map(|role| view! { <Tag>{move || role_name(role)}</Tag> }).collect_view()}
                </p>
            </div>
        </section>
        <dl class="facts">
            {move || view! {
                {fact(t!(identity.facts.account), Some(me.account.clone()))}
                {fact(t!(identity.facts.department), department.clone())}
                {fact(t!(identity.facts.manager), manager.clone())}
                {fact(t!(identity.facts.employee_no), me.employee_no.clone())}
                {fact(t!(identity.facts.mobile), me.mobile.clone())}
                {fact(t!(identity.facts.work_email), me.work_email.clone())}
                {fact(t!(identity.facts.office), me.office.clone())}
            }}
        </dl>
        <p class="meta">{tr!(identity.facts.wrong)}</p>
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Administrator => t!(identity.role.administrator),
        Role::Hr => t!(identity.role.hr),
        Role::Finance => t!(identity.role.finance),
        Role::ProcessAdministrator => t!(identity.role.process_administrator),
        Role::DepartmentLeader => t!(identity.role.department_leader),
        Role::Member => t!(identity.role.member),
    }
}
