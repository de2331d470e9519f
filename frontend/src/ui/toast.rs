//! Toasts: short news at the foot of the page, with an undo that counts down. One [`ToastHost`] in the shell;
//! anyone calls [`show`], [`error`] or [`undo`], also after the page that called is gone.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::icon::Icon;
use crate::t;

/// What a toast's button does.
type Deed = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    bad: bool,
    /// Label and deed; an undo shows the seconds left behind its label.
    action: Option<(String, Deed)>,
    counts_down: bool,
    left: ArcRwSignal<u32>,
}

thread_local! {
    static TOASTS: ArcRwSignal<Vec<Toast>> = ArcRwSignal::new(Vec::new());
    static NEXT: Cell<u32> = const { Cell::new(0) };
    static HELD: Cell<bool> = const { Cell::new(false) };
    static TICKING: Cell<bool> = const { Cell::new(false) };
}

/// Says that something happened. Goes after 4 seconds.
pub fn show(text: impl Into<String>) {
    push(text.into(), false, None, false, 4);
}

/// Says that something failed. Goes after 8 seconds.
pub fn error(text: impl Into<String>) {
    push(text.into(), true, None, false, 8);
}

/// Says something with a button. Goes after 8 seconds.
pub fn with_action(text: impl Into<String>, label: impl Into<String>, deed: impl Fn() + Send + Sync + 'static) {
    push(text.into(), false, Some((label.into(), Arc::new(deed))), false, 8);
}

/// Says that something failed, with a button (retry, view). Goes after 12 seconds.
pub fn error_with_action(text: impl Into<String>, label: impl Into<String>, deed: impl Fn() + Send + Sync + 'static) {
    push(text.into(), true, Some((label.into(), Arc::new(deed))), false, 12);
}

/// Says what was done and offers to undo it for `seconds`.
pub fn undo(text: impl Into<String>, seconds: u32, deed: impl Fn() + Send + Sync + 'static) {
    push(
        text.into(),
        false,
        Some((t!(ui.undo).to_owned(), Arc::new(deed))),
        true,
        seconds,
    );
}

/// Runs the newest undo that is still offered, as the key Z does. False when there is none.
pub fn undo_latest() -> bool {
    let found = TOASTS.with(|toasts| toasts.get_untracked().into_iter().rev().find(|toast| toast.counts_down));
    let Some(toast) = found else { return false };
    dismiss(toast.id);
    if let Some((_, deed)) = toast.action {
        deed();
    }
    true
}

fn push(text: String, bad: bool, action: Option<(String, Deed)>, counts_down: bool, seconds: u32) {
    let id = NEXT.with(|n| n.replace(n.get().wrapping_add(1)));
    let toast = Toast {
        id,
        text,
        bad,
        action,
        counts_down,
        left: ArcRwSignal::new(seconds),
    };
    TOASTS.with(|toasts| {
        toasts.update(|toasts| {
            toasts.push(toast);
            // Three at a time; undo stays longest.
            while toasts.len() > 3 {
                let at = toasts.iter().position(|toast| !toast.counts_down).unwrap_or(0);
                toasts.remove(at);
            }
        });
    });
    if !TICKING.replace(true) {
        tick();
    }
}

/// Counts all toasts down, second by second, while there are any and nobody points at them.
fn tick() {
    set_timeout(
        || {
            let all = TOASTS.with(GetUntracked::get_untracked);
            if !HELD.get() {
                for toast in &all {
                    toast.left.update(|left| *left = left.saturating_sub(1));
                    if toast.left.get_untracked() == 0 {
                        dismiss(toast.id);
                    }
                }
            }
            if TOASTS.with(|toasts| toasts.with_untracked(Vec::is_empty)) {
                TICKING.set(false);
                HELD.set(false);
            } else {
                tick();
            }
        },
        Duration::from_secs(1),
    );
}

fn dismiss(id: u32) {
    TOASTS.with(|toasts| toasts.update(|toasts| toasts.retain(|toast| toast.id != id)));
    HELD.set(false);
}

/// Where toasts appear. Once, in the shell.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = TOASTS.with(Clone::clone);
    view! {
        <div
            class="toasts"
            aria-live="polite"
            on:mouseenter=|_| HELD.set(true)
            on:mouseleave=|_| HELD.set(false)
            on:focusin=|_| HELD.set(true)
            on:focusout=|_| HELD.set(false)
        >
            <For
                each=move || toasts.get()
                key=|toast| toast.id
                children=|toast| {
                    let id = toast.id;
                    let left = toast.left;
                    let counts_down = toast.counts_down;
                    view! {
                        <div class="toast" role=if toast.bad { "alert" } else { "status" }>
                            {toast.bad.then(|| view! { <Icon name="alert" /> })}
                            <span>{toast.text}</span>
                            {toast.action.map(|(label, deed)| view! {
                                <button
                                    type="button"
                                    class="btn num"
                                    on:click=move |_| {
                                        dismiss(id);
                                        deed();
                                    }
                                >
                                    {label}
                                    {counts_down.then(|| view! { <span aria-hidden="true">{move || format!("{}s", left.get())}</span> })}
                                </button>
                            })}
                            <button type="button" class="icon-btn sm" aria-label=move || t!(ui.close) on:click=move |_| dismiss(id)>
                                <Icon name="x" small=true />
                            </button>
                        </div>
                    }
                }
            />
        </div>
    }
}
