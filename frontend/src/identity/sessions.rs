//! Where one is signed in.

use cynic::{MutationBuilder, QueryBuilder};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::identity::{RevokeSession, RevokeSessionInput, RevokeSessionVars, Session, SessionsQuery};
use crate::api::token::RevokeOtherSessions;
use crate::api::{Live, live_query, mutate, online, query};
use crate::i18n;
use crate::ui::{Button, ErrorCard, Icon, Size, SkeletonRows, Tag, Tone, toast};
use crate::{t, tr};

/// The list of sessions, with a way to end the others.
#[component]
pub fn Sessions() -> impl IntoView {
    let live = live_query(
        || "sessions".to_owned(),
        || vec!["session:me".to_owned()],
        || query(SessionsQuery::build(())),
    );
    let online = online();
    let revoke = Callback::new(move |id: cynic::Id| {
        let gone = id.clone();
        let overlay = live.overlay(move |query| query.sessions.retain(|session| session.id != gone));
        spawn_local(async move {
            let input = RevokeSessionInput { session_id: id };
            match mutate(RevokeSession::build(RevokeSessionVars { input })).await {
                Ok(_) => {
                    overlay.settle();
                    toast::show(t!(identity.session_revoked));
                }
                Err(error) => {
                    overlay.revert();
                    toast::error(error.message);
                }
            }
        });
    });
    view! {
        {move || live.loading_first.get().then(|| view! { <SkeletonRows rows=2 /> })}
        {move || match (live.data.get(), live.error.get()) {
            (None, Some(error)) => view! {
                <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| live.refetch()) />
            }
            .into_any(),
            (data, _) => data
                .map(|data| {
                    let rows = data.sessions.iter().cloned().map(|session| view! { <SessionRow session revoke /> });
                    let others = data.sessions.iter().any(|session| !session.current);
                    view! {
                        <ul class="lines">{rows.collect_view()}</ul>
                        {others.then(|| view! {
                            <p>
                                <Button disabled=Signal::derive(move || !online.get()) on:click=move |_| revoke_others(live)>
                                    {tr!(identity.end_others)}
                                </Button>
                            </p>
                        })}
                    }
                })
                .into_any(),
        }}
    }
}

/// Ends all sessions but this one, after the server has agreed.
fn revoke_others(live: Live<SessionsQuery>) {
    let overlay = live.overlay(|query| query.sessions.retain(|session| session.current));
    spawn_local(async move {
        match mutate(RevokeOtherSessions::build(())).await {
            Ok(done) => {
                overlay.settle();
                toast::show(t!(identity.others_ended, n = done.revoke_other_sessions.ended));
            }
            Err(error) => {
                overlay.revert();
                toast::error(error.message);
            }
        }
    });
}

#[component]
fn SessionRow(session: Session, revoke: Callback<cynic::Id>) -> impl IntoView {
    let online = online();
    let id = session.id.clone();
    let (used, address) = (session.last_used_at, session.address.clone());
    view! {
        <li class="line">
            <Icon name=if is_phone(&session.user_agent) { "phone" } else { "lock" } />
            <div>
                <p>{browser(&session.user_agent)}</p>
                <p class="meta num">{move || t!(identity.session_used, at = i18n::ago(used), address = address)}</p>
            </div>
            {if session.current {
                view! { <Tag tone=Tone::Ok>{tr!(identity.this_device)}</Tag> }.into_any()
            } else {
                view! {
                    <Button size=Size::Small disabled=Signal::derive(move || !online.get()) on:click=move |_| revoke.run(id.clone())>
                        {tr!(identity.end_session)}
                    </Button>
                }
                .into_any()
            }}
        </li>
    }
}

fn is_phone(agent: &str) -> bool {
    ["Mobile", "Android", "iPhone"].iter().any(|word| agent.contains(word))
}

/// Browser and system in words, out of what the browser calls itself.
fn browser(agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(sign, _)| agent.contains(sign))
            .map(|(_, name)| *name)
    };
    let browser = first(&[
        ("MicroMessenger", "微信"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Windows", "Windows"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => agent.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_browsers() {
        let check = |agent, expected: &str| assert_eq!(browser(agent), expected);
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0 Safari/537.36",
            "Chrome · Windows",
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        );
        check(
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0",
            "Edge · Windows",
        );
        check("curl/8.5", "curl/8.5");
    }
}
