//! Top bar, sidebar, and the bar at the foot of phones.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};

use super::commands::{self, choose_locale};
use super::nav::{Group, PLACES, Place, place};
use crate::api::viewer::use_viewer;
use crate::i18n::{Locale, locale};
use crate::ui::theme::{Theme, set_theme, theme};
use crate::ui::{Avatar, Count, Icon, LinkButton, Mark, Menu, MenuItem, Person, Size};
use crate::{t, tr};

/// Brand, search, the way to a new request, what is new, and oneself.
#[component]
pub fn TopBar(
    /// Opens the palette.
    palette: RwSignal<bool>,
) -> impl IntoView {
    let viewer = use_viewer();
    let organisation = Memo::new(move |_| {
        viewer.get().map(|query| match (locale(), &query.organisation.name_en) {
            (Locale::En, Some(name)) => name.clone(),
            _ => query.organisation.name.clone(),
        })
    });
    view! {
        <header class="topbar">
            <a class="brand" href="/">
                <Mark />
                {tr!(shell.brand)}
                <small class="clip">{move || organisation.get()}</small>
            </a>
            <button class="search" type="button" on:click=move |_| palette.set(true)>
                <Icon name="search" small=true />
                <span class="clip">{tr!(shell.search)}</span>
                <span class="spacer"></span>
                <span class="kbd" aria-hidden="true">"Ctrl K"</span>
            </button>
            <div class="topbar-end">
                {place("/start").map(|place| view! {
                    <LinkButton href=place.href size=Size::Small icon="plus">{tr!(shell.start)}</LinkButton>
                })}
                <Bell />
                <MeMenu />
            </div>
        </header>
    }
}

#[component]
fn Bell() -> impl IntoView {
    let viewer = use_viewer();
    let unread = Memo::new(move |_| viewer.counters().notifications_unread);
    let label = move || match unread.get() {
        0 => t!(shell.nav.notifications).to_owned(),
        n => t!(shell.unread, n = n),
    };
    view! {
        <a class="icon-btn" href="/notifications" aria-label=label title=label>
            <Icon name="bell" />
            {move || (unread.get() > 0).then(|| view! { <span class="dot"></span> })}
        </a>
    }
}

#[component]
fn MeMenu() -> impl IntoView {
    let viewer = use_viewer();
    let navigate = use_navigate();
    let items = Signal::derive(move || {
        let navigate = navigate.clone();
        let mut items = vec![
            MenuItem::new("me", t!(shell.nav.me))
                .hint("G M")
                .on(move || navigate("/me", leptos_router::NavigateOptions::default())),
        ];
        for (index, choice) in Theme::ALL.into_iter().enumerate() {
            let (icon, label) = commands::theme_words(choice);
            let item = MenuItem::new(icon, label)
                .checked(theme() == choice)
                .on(move || set_theme(choice));
            items.push(if index == 0 { item.rule_before() } else { item });
        }
        for (index, choice) in Locale::ALL.into_iter().enumerate() {
            let item = MenuItem::new("globe", choice.own_name())
                .checked(locale() == choice)
                .on(move || choose_locale(choice));
            items.push(if index == 0 { item.rule_before() } else { item });
        }
        items.push(
            MenuItem::new("out", t!(shell.sign_out))
                .rule_before()
                .on(commands::sign_out),
        );
        items
    });
    view! {
        <Menu label=tr!(shell.nav.me) items class="me">
            {move || viewer.get().map(|query| {
                let me = &query.viewer.member;
                view! { <Avatar person=Person::new(me.id.inner(), &me.name) /> }
            })}
        </Menu>
    }
}

/// The menu at the side.
#[component]
pub fn Sidebar() -> impl IntoView {
    let group = |group: Group| {
        view! {
            <div class="nav">
                {PLACES.iter().filter(|place| place.group == group).map(|place| view! { <NavLink place /> }).collect_view()}
            </div>
        }
    };
    let viewer = use_viewer();
    let has = move |group: Group| PLACES.iter().any(|place| place.group == group && place.is_for(viewer));
    view! {
        <nav class="sidebar" aria-label=tr!(shell.main_navigation)>
            {group(Group::Work)}
            {move || has(Group::Company).then(|| view! { <div class="nav-title">{tr!(shell.company)}</div> {group(Group::Company)} })}
            <div class="spacer"></div>
            {move || has(Group::Admin).then(|| view! { <div class="nav-title">{tr!(shell.administration)}</div> {group(Group::Admin)} })}
        </nav>
    }
}

#[component]
fn NavLink(place: &'static Place) -> impl IntoView {
    let viewer = use_viewer();
    let path = use_location().pathname;
    let visible = Memo::new(move |_| place.is_for(viewer));
    move || {
        visible.get().then(|| {
            view! {
                <a
                    href=place.href
                    title=place.label
                    aria-current=move || path.with(|path| place.holds(path)).then_some("page")
                >
                    <Icon name=place.icon />
                    <span>{place.label}</span>
                    <DueCount place />
                </a>
            }
        })
    }
}

#[component]
fn DueCount(place: &'static Place) -> impl IntoView {
    let viewer = use_viewer();
    place.due.map(|due| {
        let n = Memo::new(move |_| u32::try_from((due.count)(viewer.counters())).unwrap_or(0));
        move || (n.get() > 0).then(|| view! { <Count n due=true label=move || (due.label)(n.get()) /> })
    })
}

/// The five ways on phones.
#[component]
pub fn PhoneBar() -> impl IntoView {
    let link = |href: &'static str| {
        place(href).map(|place| {
            let path = use_location().pathname;
            view! {
                <a href=place.href aria-current=move || path.with(|path| place.holds(path)).then_some("page")>
                    <Icon name=place.icon />
                    {place.label}
                    <DueCount place />
                </a>
            }
        })
    };
    let viewer = use_viewer();
    let unread = Memo::new(move |_| u32::try_from(viewer.counters().notifications_unread).unwrap_or(0));
    let path = use_location().pathname;
    view! {
        <nav class="phonebar" aria-label=tr!(shell.phone_navigation)>
            {link("/")}
            {link("/approvals")}
            {place("/start").map(|place| view! {
                <a href=place.href aria-label=tr!(shell.start)>
                    <span class="plus"><Icon name="plus" /></span>
                </a>
            })}
            <a href="/notifications" aria-current=move || (path.get() == "/notifications").then_some("page")>
                <Icon name="bell" />
                {tr!(shell.nav.notifications)}
                {move || (unread.get() > 0).then(|| view! { <Count n=unread due=true label=move || t!(shell.unread, n = unread.get()) /> })}
            </a>
            {link("/me")}
        </nav>
    }
}
