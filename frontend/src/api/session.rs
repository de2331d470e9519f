//! Who is signed in: the access token (in memory only), its renewal, and what happens when it cannot be renewed.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use cynic::{MutationBuilder, Operation};
use js_sys::{Function, Promise};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::identity::{SignIn, SignInInput, SignInPayload, SignInVars, SignOut};
use super::transport::http::{encode, mutate_unsigned, send};
use super::{ApiError, event, live, wire};
use crate::i18n::Stamp;

/// Where the session stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Session {
    /// Being taken up again from the cookie.
    #[default]
    Starting,
    /// The server could not be asked; it is tried again.
    Unreachable,
    /// Nobody is signed in.
    SignedOut,
    /// Someone is signed in.
    SignedIn,
    /// Someone was signed in a moment ago and has to sign in again; the page stays as it is.
    Expired,
}

/// Says in the browser's store that there may be a session; it holds no secret.
const HERE_KEY: &str = "tongshi.here";

thread_local! {
    static SESSION: ArcRwSignal<Session> = ArcRwSignal::new(Session::Starting);
    static TOKEN: RefCell<Option<String>> = const { RefCell::new(None) };
    static RENEWAL: RefCell<Option<Promise>> = const { RefCell::new(None) };
    static TIMER: RefCell<Option<TimeoutHandle>> = const { RefCell::new(None) };
    /// Requests that wait for the person to sign in again.
    static WAITING: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
    /// Reads anew who is signed in; set by the shell.
    static ASK_WHO: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
    /// The person has signed out here.
    static LEFT: Cell<bool> = const { Cell::new(false) };
    static RETRIES: Cell<u32> = const { Cell::new(0) };
}

/// Where the session stands.
pub fn session() -> Signal<Session> {
    SESSION.with(Clone::clone).into()
}

/// The access token, for requests.
pub(crate) fn token() -> Option<String> {
    TOKEN.with(|token| token.borrow().clone())
}

/// Takes the session up from the cookie. Once, before mounting; [`session`] tells the outcome.
pub fn start() {
    event::start();
    if was_here() {
        spawn_local(async {
            take_up().await;
        });
    } else {
        set(Session::SignedOut);
    }
}

/// Whether someone signed in with this browser and did not sign out. Without, nobody needs to be asked.
fn was_here() -> bool {
    store().is_some_and(|store| matches!(store.get_item(HERE_KEY), Ok(Some(_))))
}

fn remember(here: bool) {
    if let Some(store) = store() {
        // A full or forbidden store only means that the next start asks for the password.
        let _ = if here {
            store.set_item(HERE_KEY, "1")
        } else {
            store.remove_item(HERE_KEY)
        };
    }
}

fn store() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Tries again at once, after [`Session::Unreachable`].
pub fn retry() {
    spawn_local(async {
        take_up().await;
    });
}

/// Signs in. After an ended session only the same person goes on where they were; for someone else everything is
/// loaded anew.
///
/// # Errors
/// What the server says about account and password.
pub async fn sign_in(account: String, password: String) -> Result<(), ApiError> {
    let operation: Operation<SignIn, SignInVars> = SignIn::build(SignInVars {
        input: SignInInput { account, password },
    });
    enter(mutate_unsigned(operation).await?.sign_in);
    Ok(())
}

/// Goes on with a session that has just begun.
pub(super) fn enter(payload: SignInPayload) {
    let member = payload.viewer.member.id.into_inner();
    if live::belongs_to(&member) {
        accept(payload.access_token, payload.expires_at);
    } else {
        live::clear();
        live::set_owner(Some(member));
        event::tell_signed_out();
        accept(payload.access_token, payload.expires_at);
    }
}

/// Signs out here; the server ends the session where it can be reached.
pub async fn sign_out() {
    if let Some(token) = token() {
        let operation = SignOut::build(());
        let body = encode(&operation.query, &operation.variables).unwrap_or_default();
        // Signing out must work without a network: the token is forgotten either way.
        let _ = send("/graphql", Some(&body), Some(&token)).await;
        let _ = send("/auth/sign-out", None, Some(&token)).await;
    }
    LEFT.set(true);
    forget(Session::SignedOut);
}

/// What to do when the server wants another password first: read anew who is signed in, which leads to the form for it.
pub(crate) fn when_password_wanted(ask_who: impl Fn() + 'static) {
    ASK_WHO.set(Some(Box::new(ask_who)));
}

/// The server wants another password before anything else.
pub(crate) fn password_wanted() {
    ASK_WHO.with_borrow(|ask_who| {
        if let Some(ask_who) = ask_who {
            ask_who();
        }
    });
}

/// Whether the person has signed out, rather than come without a session; told once.
pub fn has_left() -> bool {
    LEFT.replace(false)
}

/// Gets a new access token where `refused` is still the one in use. True when the request may be tried again: at once
/// after a silent renewal, or after the person has signed in again.
pub(crate) async fn renew(refused: Option<&str>) -> bool {
    if token().as_deref() != refused {
        return token().is_some();
    }
    match SESSION.with(GetUntracked::get_untracked) {
        Session::Expired => return signed_in_again().await,
        Session::SignedOut => return false,
        Session::Starting | Session::Unreachable | Session::SignedIn => {}
    }
    match refresh().await {
        Outcome::Renewed => true,
        Outcome::Unreachable => false,
        Outcome::Refused => {
            if refused.is_none() {
                return false;
            }
            expire();
            signed_in_again().await
        }
    }
}

/// Renews in the background, for the socket.
pub(super) fn renew_soon() {
    spawn_local(async {
        let refused = token();
        renew(refused.as_deref()).await;
    });
}

#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Renewed,
    Refused,
    Unreachable,
}

impl Outcome {
    fn number(self) -> f64 {
        match self {
            Self::Renewed => 0.0,
            Self::Refused => 1.0,
            Self::Unreachable => 2.0,
        }
    }
}

/// One renewal at a time: whoever comes while one is under way gets its outcome. The server's grace period lets two
/// tabs renew at once.
async fn refresh() -> Outcome {
    let promise = RENEWAL.with(|cell| {
        cell.borrow_mut()
            .get_or_insert_with(|| {
                future_to_promise(async {
                    let outcome = ask_for_token().await;
                    RENEWAL.with(|cell| *cell.borrow_mut() = None);
                    Ok(JsValue::from_f64(outcome.number()))
                })
            })
            .clone()
    });
    match JsFuture::from(promise).await.ok().and_then(|value| value.as_f64()) {
        Some(0.0) => Outcome::Renewed,
        Some(1.0) => Outcome::Refused,
        _ => Outcome::Unreachable,
    }
}

async fn ask_for_token() -> Outcome {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Fresh {
        access_token: String,
        expires_at: Stamp,
    }
    match send("/auth/refresh", None, None).await {
        Ok((status, text)) if (200..300).contains(&status) => match wire::parse::<Fresh>(&text) {
            Some(fresh) => {
                accept(fresh.access_token, fresh.expires_at);
                Outcome::Renewed
            }
            None => Outcome::Refused,
        },
        Ok((400..=499, _)) => Outcome::Refused,
        _ => Outcome::Unreachable,
    }
}

async fn take_up() {
    match refresh().await {
        Outcome::Renewed => {}
        Outcome::Refused => forget(Session::SignedOut),
        Outcome::Unreachable => {
            set(Session::Unreachable);
            let wait = 1u64 << RETRIES.with(|n| n.replace(n.get().saturating_add(1))).min(4);
            set_timer(Duration::from_secs(wait), retry);
        }
    }
}

/// A token has come: use it, and renew it a minute before it ends.
fn accept(token: String, expires_at: Stamp) {
    RETRIES.set(0);
    remember(true);
    TOKEN.with(|cell| *cell.borrow_mut() = Some(token.clone()));
    set(Session::SignedIn);
    event::tell_token(token);
    schedule_renewal(expires_at);
    for resolve in WAITING.with(RefCell::take) {
        // Calling a promise's own resolver cannot throw.
        let _ = resolve.call1(&JsValue::UNDEFINED, &JsValue::TRUE);
    }
    live::resume();
}

fn schedule_renewal(expires_at: Stamp) {
    let left = expires_at.0 - Stamp::now().0;
    let wait = (left - 60_000.0).max(left / 2.0).clamp(5_000.0, 86_400_000.0);
    set_timer(Duration::from_millis(wait as u64), || {
        spawn_local(async {
            match refresh().await {
                Outcome::Renewed => {}
                Outcome::Refused => expire(),
                Outcome::Unreachable => schedule_renewal(Stamp(Stamp::now().0 + 20_000.0)),
            }
        });
    });
}

fn set_timer(wait: Duration, deed: impl FnOnce() + 'static) {
    TIMER.with(|cell| {
        if let Some(timer) = cell.borrow_mut().take() {
            timer.clear();
        }
        *cell.borrow_mut() = set_timeout_with_handle(deed, wait).ok();
    });
}

fn expire() {
    TOKEN.with(|cell| *cell.borrow_mut() = None);
    event::tell_expired();
    set(Session::Expired);
}

fn forget(next: Session) {
    remember(false);
    TOKEN.with(|cell| *cell.borrow_mut() = None);
    TIMER.with(|cell| {
        if let Some(timer) = cell.borrow_mut().take() {
            timer.clear();
        }
    });
    event::tell_signed_out();
    live::clear();
    live::set_owner(None);
    set(next);
    for resolve in WAITING.with(RefCell::take) {
        let _ = resolve.call1(&JsValue::UNDEFINED, &JsValue::FALSE);
    }
}

async fn signed_in_again() -> bool {
    let promise = Promise::new(&mut |resolve, _reject| {
        WAITING.with(|waiting| waiting.borrow_mut().push(resolve));
    });
    JsFuture::from(promise).await.ok().and_then(|value| value.as_bool()) == Some(true)
}

fn set(next: Session) {
    SESSION.with(|session| {
        if session.get_untracked() != next {
            session.set(next);
        }
    });
}
