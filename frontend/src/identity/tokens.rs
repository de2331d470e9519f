//! Personal access tokens: what programs of the viewer sign in with.

use cynic::{MutationBuilder, QueryBuilder};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::token::{
    AccessToken, CreateAccessToken, CreateAccessTokenInput, CreateAccessTokenVars, RevokeAccessToken,
    RevokeAccessTokenInput, RevokeAccessTokenVars, TokenScope, TokensQuery,
};
use crate::api::{Code, live_query, mutate, online, query};
use crate::i18n::{self, full_date, local, names_of};
use crate::ui::{
    Button, Checkbox, Dialog, ErrorCard, Field, Icon, Kind, Note, Opt, Select, Size, SkeletonRows, TextInput, Tone,
    toast,
};
use crate::{t, tr};

/// Scopes as they are offered: those for reading and for changing the same side by side.
const SCOPES: [(TokenScope, Option<TokenScope>); 7] = [
    (TokenScope::ApprovalRead, Some(TokenScope::ApprovalWrite)),
    (TokenScope::LeaveRead, Some(TokenScope::LeaveWrite)),
    (TokenScope::OrgRead, Some(TokenScope::OrgWrite)),
    (TokenScope::CalendarRead, Some(TokenScope::CalendarWrite)),
    (TokenScope::AttendanceRead, None),
    (TokenScope::NotificationRead, Some(TokenScope::NotificationWrite)),
    (TokenScope::FileRead, Some(TokenScope::FileWrite)),
];
/// Lives on offer, in days.
const DAYS: [i32; 4] = [7, 30, 90, 365];

fn area(scope: TokenScope) -> &'static str {
    use TokenScope as S;
    match scope {
        S::OrgRead | S::OrgWrite => t!(identity.token.area.org),
        S::ApprovalRead | S::ApprovalWrite => t!(identity.token.area.approval),
        S::LeaveRead | S::LeaveWrite => t!(identity.token.area.leave),
        S::CalendarRead | S::CalendarWrite => t!(identity.token.area.calendar),
        S::AttendanceRead => t!(identity.token.area.attendance),
        S::NotificationRead | S::NotificationWrite => t!(identity.token.area.notification),
        S::FileRead | S::FileWrite => t!(identity.token.area.file),
    }
}

/// The list of tokens, with ways to make and to end them.
#[component]
pub fn Tokens() -> impl IntoView {
    let live = live_query(
        || "tokens".to_owned(),
        || vec!["session:me".to_owned()],
        || query(TokensQuery::build(())),
    );
    let making = RwSignal::new(false);
    let made = RwSignal::new(None::<String>);
    let online = online();
    let revoke = Callback::new(move |id: cynic::Id| {
        let gone = id.clone();
        let overlay = live.overlay(move |query| query.access_tokens.retain(|token| token.id != gone));
        spawn_local(async move {
            let input = RevokeAccessTokenInput { access_token_id: id };
            match mutate(RevokeAccessToken::build(RevokeAccessTokenVars { input })).await {
                Ok(_) => {
                    overlay.settle();
                    toast::show(t!(identity.token.revoked));
                }
                Err(error) => {
                    overlay.revert();
                    toast::error(error.message);
                }
            }
        });
    });
    let done = Callback::new(move |token: String| {
        making.set(false);
        made.set(Some(token));
        live.refetch();
    });
    view! {
        <p class="meta">{tr!(identity.token.about)}</p>
        {move || live.loading_first.get().then(|| view! { <SkeletonRows rows=1 /> })}
        {move || match (live.data.get(), live.error.get()) {
            (None, Some(error)) => view! {
                <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| live.refetch()) />
            }
            .into_any(),
            (data, _) => data
                .map(|data| {
                    let rows = data.access_tokens.iter().cloned().map(|token| view! { <TokenRow token revoke /> });
                    view! { <ul class="lines">{rows.collect_view()}</ul> }
                })
                .into_any(),
        }}
        <p>
            <Button icon="plus" disabled=Signal::derive(move || !online.get()) on:click=move |_| making.set(true)>
                {tr!(identity.token.make)}
            </Button>
        </p>
        <Dialog open=making sticky=true title=tr!(identity.token.make)><TokenForm on_done=done /></Dialog>
        <ShowToken made />
    }
}

#[component]
fn TokenRow(token: AccessToken, revoke: Callback<cynic::Id>) -> impl IntoView {
    let online = online();
    let AccessToken {
        id,
        name,
        scopes,
        expires_at,
        last_used_at,
    } = token;
    let told = move || {
        let scopes: Vec<String> = SCOPES
            .iter()
            .filter_map(|(read, write)| {
                if write.is_some_and(|write| scopes.contains(&write)) {
                    Some(t!(identity.token.writes, area = area(*read)))
                } else if scopes.contains(read) {
                    Some(t!(identity.token.reads, area = area(*read)))
                } else {
                    None
                }
            })
            .collect();
        names_of(&scopes)
    };
    let times = move || {
        let (day, ..) = local(expires_at);
        let used = match last_used_at {
            Some(at) => t!(identity.token.used, at = i18n::ago(at)),
            None => t!(identity.token.unused).to_owned(),
        };
        t!(identity.token.times, day = full_date(day), used = used)
    };
    view! {
        <li class="line">
            <Icon name="link" />
            <div>
                <p>{name}</p>
                <p class="meta">{told}</p>
                <p class="meta num">{times}</p>
            </div>
            <Button size=Size::Small disabled=Signal::derive(move || !online.get()) on:click=move |_| revoke.run(id.clone())>
                {tr!(identity.token.revoke)}
            </Button>
        </li>
    }
}

/// Name, scopes and life of a new token.
#[component]
fn TokenForm(on_done: Callback<String>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let days = RwSignal::new("90".to_owned());
    let boxes = StoredValue::new(SCOPES.map(|(read, write)| {
        let boxed = |scope: TokenScope| (scope, RwSignal::new(false));
        (boxed(read), write.map(boxed))
    }));
    let [name_error, scopes_error, failure] = [(); 3].map(|()| RwSignal::new(None::<String>));
    let busy = RwSignal::new(false);
    let lives = Signal::derive(|| {
        let life = |days: i32| Opt::new(days.to_string(), t!(identity.token.days, n = days));
        DAYS.into_iter().map(life).collect::<Vec<_>>()
    });
    let chosen = move || {
        boxes.with_value(|boxes| {
            let all = boxes.iter().flat_map(|(read, write)| [Some(*read), *write]).flatten();
            all.filter(|(_, on)| on.get_untracked())
                .map(|(scope, _)| scope)
                .collect::<Vec<_>>()
        })
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let input = CreateAccessTokenInput {
            name: name.get_untracked().trim().to_owned(),
            scopes: chosen(),
            expires_in_days: days.get_untracked().parse().unwrap_or(30),
        };
        failure.set(None);
        name_error.set(
            input
                .name
                .is_empty()
                .then(|| t!(identity.token.name_missing).to_owned()),
        );
        scopes_error.set(
            input
                .scopes
                .is_empty()
                .then(|| t!(identity.token.scopes_missing).to_owned()),
        );
        if input.name.is_empty() || input.scopes.is_empty() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let result = mutate(CreateAccessToken::build(CreateAccessTokenVars { input })).await;
            busy.try_set(false);
            match result {
                Ok(payload) => {
                    on_done.try_run(payload.create_access_token.token);
                }
                Err(error) => {
                    name_error.try_set(error.field("name").map(str::to_owned));
                    scopes_error.try_set(error.field("scopes").map(str::to_owned));
                    if error.code != Code::Invalid || error.fields.is_empty() {
                        failure.try_set(Some(error.message));
                    }
                }
            }
        });
    };
    let rows = move || {
        boxes.with_value(|boxes| {
            boxes
                .iter()
                .map(|((scope, read), write)| {
                    let (scope, read, write) = (*scope, *read, write.map(|(_, on)| on));
                    view! {
                        <div class="scope">
                            <span>{move || area(scope)}</span>
                            <Checkbox checked=read>{tr!(identity.token.read)}</Checkbox>
                            {write.map(|write| view! { <Checkbox checked=write>{tr!(identity.token.write)}</Checkbox> })}
                        </div>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <form novalidate class="fields" on:submit=submit>
            {move || failure.get().map(|text| view! { <Note tone=Tone::Bad icon="alert">{text}</Note> })}
            <Field label=tr!(identity.token.name) error=name_error hint=Signal::derive(|| Some(t!(identity.token.name_hint).to_owned()))>
                <TextInput value=name />
            </Field>
            <Field label=tr!(identity.token.scopes) error=scopes_error group=true hint=Signal::derive(|| Some(t!(identity.token.scopes_hint).to_owned()))>
                <div class="scopes">{rows}</div>
            </Field>
            <Field label=tr!(identity.token.life)><Select value=days options=lives /></Field>
            <Button submit=true kind=Kind::Primary size=Size::Large wide=true busy>{tr!(identity.token.make)}</Button>
        </form>
    }
}

/// A new token, shown once.
#[component]
fn ShowToken(made: RwSignal<Option<String>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move |_| {
        if made.with(Option::is_some) {
            copied.set(false);
            open.set(true);
        }
    });
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            made.set(None);
        }
        now
    });
    let copy = move |_| {
        if let Some(token) = made.get_untracked() {
            // Where the browser refuses, the text can be marked and copied.
            let _ = window().navigator().clipboard().write_text(&token);
            copied.set(true);
        }
    };
    view! {
        <Dialog
            open
            sticky=true
            title=tr!(identity.token.made)
            actions=move || view! { <Button kind=Kind::Primary on:click=move |_| open.set(false)>{tr!(identity.token.kept)}</Button> }
        >
            <Note tone=Tone::Warn icon="alert">{tr!(identity.token.once)}</Note>
            <p class="token-once">
                <code class="num">{move || made.get()}</code>
                <Button on:click=copy>
                    {move || if copied.get() { t!(identity.token.copied) } else { t!(identity.token.copy) }}
                </Button>
            </p>
        </Dialog>
    }
}
