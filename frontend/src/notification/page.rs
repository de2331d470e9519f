//! The page with all notifications.

use std::collections::HashSet;

use cynic::{MutationBuilder, QueryBuilder};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::state::{by_day, target};
use crate::api::notification::{
    MarkNotificationsRead, MarkNotificationsReadInput, MarkNotificationsReadVars, Notification, NotificationKind,
    NotificationsQuery, NotificationsVars,
};
use crate::api::{live_query, mutate, online, query};
use crate::i18n::{self, Stamp};
use crate::ui::{Art, Avatar, Button, Empty, ErrorCard, Icon, PageTitle, Person, SkeletonRows, Tab, Tabs, toast};
use crate::{t, tr};

/// As many as one page of the server holds; more are asked for at the end of the list.
const PAGE: i32 = 50;

/// Notifications by day, newest first.
#[component]
pub fn Notifications() -> impl IntoView {
    let unread_only = RwSignal::new(false);
    let wanted = RwSignal::new(1_usize);
    let live = live_query(
        move || format!("notifications:{}", unread_only.get()),
        || vec!["notifications:me".to_owned()],
        move || fetch(unread_only.get_untracked(), wanted.get_untracked()),
    );
    let online = online();
    let mark = Callback::new(move |ids: Option<Vec<cynic::Id>>| {
        let now = Stamp::now();
        let chosen: Option<HashSet<String>> = ids
            .as_ref()
            .map(|ids| ids.iter().map(|id| id.inner().to_owned()).collect());
        let overlay = live.overlay(move |query: &mut NotificationsQuery| {
            for node in &mut query.notifications.nodes {
                if chosen.as_ref().is_none_or(|chosen| chosen.contains(node.id.inner())) {
                    node.read_at = node.read_at.or(Some(now));
                }
            }
        });
        spawn_local(async move {
            let input = MarkNotificationsReadInput { ids };
            match mutate(MarkNotificationsRead::build(MarkNotificationsReadVars { input })).await {
                Ok(_) => overlay.settle(),
                Err(error) => {
                    overlay.revert();
                    toast::error(error.message);
                }
            }
        });
    });
    let has_unread = Memo::new(move |_| {
        live.data
            .get()
            .is_some_and(|query| query.notifications.nodes.iter().any(|node| node.read_at.is_none()))
    });
    let tabs = Signal::derive(|| {
        vec![
            Tab::new("all", t!(notification.all)),
            Tab::new("unread", t!(notification.unread)),
        ]
    });
    view! {
        <PageTitle text=tr!(notification.title) />
        <div class="page p-notifications">
            <header class="page-head">
                <div><h1>{tr!(notification.title)}</h1></div>
                <Tabs
                    label=tr!(notification.title)
                    tabs
                    value=Signal::derive(move || if unread_only.get() { "unread" } else { "all" }.to_owned())
                    on_select=Callback::new(move |id: String| unread_only.set(id == "unread"))
                />
                <Button
                    icon="check"
                    disabled=Signal::derive(move || !has_unread.get() || !online.get())
                    on:click=move |_| mark.run(None)
                >
                    {tr!(notification.mark_all)}
                </Button>
            </header>
            <div role="tabpanel" aria-label=tr!(notification.title)>
                {move || live.loading_first.get().then(|| view! { <SkeletonRows /> })}
                {move || match (live.data.get(), live.error.get()) {
                    (Some(query), _) if query.notifications.nodes.is_empty() => {
                        view! { <Empty art=Art::Done title=tr!(notification.none) /> }.into_any()
                    }
                    (Some(query), _) => {
                        let more = query.notifications.page_info.has_next_page;
                        view! {
                            <Days nodes=query.notifications.nodes.clone() mark />
                            {more.then(|| view! {
                                <p class="more">
                                    <Button
                                        busy=live.refreshing
                                        on:click=move |_| {
                                            wanted.update(|n| *n += 1);
                                            live.refetch();
                                        }
                                    >
                                        {tr!(ui.load_more)}
                                    </Button>
                                </p>
                            })}
                        }
                        .into_any()
                    }
                    (None, Some(error)) => view! {
                        <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| live.refetch()) />
                    }
                    .into_any(),
                    (None, None) => ().into_any(),
                }}
            </div>
        </div>
    }
}

/// So many pages as one list.
async fn fetch(unread_only: bool, pages: usize) -> Result<crate::api::Reply<NotificationsQuery>, crate::api::ApiError> {
    let ask = |after: Option<String>| {
        query(NotificationsQuery::build(NotificationsVars {
            unread_only,
            first: Some(PAGE),
            after,
        }))
    };
    let mut reply = ask(None).await?;
    for _ in 1..pages {
        let info = reply.data.notifications.page_info.clone();
        if !info.has_next_page {
            break;
        }
        let next = ask(info.end_cursor).await?.data.notifications;
        reply.data.notifications.nodes.extend(next.nodes);
        reply.data.notifications.page_info = next.page_info;
    }
    Ok(reply)
}

#[component]
fn Days(nodes: Vec<Notification>, mark: Callback<Option<Vec<cynic::Id>>>) -> impl IntoView {
    by_day(&nodes, |node| i18n::local(node.created_at).0)
        .into_iter()
        .map(|(day, nodes)| {
            view! {
                <section>
                    <h2 class="group-title">
                        {move || if day == i18n::today() { t!(time.today).to_owned() } else { i18n::date(day) }}
                    </h2>
                    <ul>{nodes.into_iter().map(|node| view! { <Line node mark /> }).collect_view()}</ul>
                </section>
            }
        })
        .collect_view()
}

#[component]
fn Line(node: Notification, mark: Callback<Option<Vec<cynic::Id>>>) -> impl IntoView {
    let unread = node.read_at.is_none();
    let id = node.id.clone();
    let read = move |_| {
        if unread {
            mark.run(Some(vec![id.clone()]));
        }
    };
    let at = node.created_at;
    let sign = match &node.actor {
        Some(actor) => Either::Left(view! { <Avatar person=Person::new(actor.id.inner(), &actor.name) /> }),
        None => Either::Right(view! { <span class="av"><Icon name=icon(node.kind) /></span> }),
    };
    let content = view! {
        {sign}
        <div class="row-title">
            {unread.then(|| view! { <span class="dot" role="img" aria-label=tr!(notification.unread)></span> })}
            <span class="clip" class:strong=unread>{node.text.clone()}</span>
        </div>
        <time class="row-end num">{move || i18n::clock(at)}</time>
        {node.detail.clone().map(|detail| view! { <div class="row-sub soft clip">{detail}</div> })}
    };
    match target(node.subject.inner()) {
        Some(href) => {
            Either::Left(view! { <li><a class="row" class:unread=unread href=href on:click=read>{content}</a></li> })
        }
        None => Either::Right(
            view! { <li><button type="button" class="row" class:unread=unread on:click=read>{content}</button></li> },
        ),
    }
}

fn icon(kind: NotificationKind) -> &'static str {
    match kind {
        NotificationKind::TaskAssigned => "approve",
        NotificationKind::ApprovalApproved => "check",
        NotificationKind::ApprovalRejected => "x",
        NotificationKind::ApprovalReturned | NotificationKind::ApprovalWithdrawn => "return",
        NotificationKind::ApprovalCopied => "copy",
        NotificationKind::ApprovalUrged => "clock",
        NotificationKind::Commented => "chat",
        NotificationKind::Mentioned => "at",
        NotificationKind::ApprovalBlocked => "alert",
        NotificationKind::Other => "bell",
    }
}
