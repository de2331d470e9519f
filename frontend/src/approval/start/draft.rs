//! Keeping what is typed: in this browser every 2 seconds, on the server every 10.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use cynic::MutationBuilder;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;

use super::slot::Form;
use super::state::{Kind, Values, is_blank, keep, kept};
use crate::api::approval::{
    DeleteApprovalDraftInput, DeleteDraft, DeleteDraftVars, SaveApprovalDraftInput, SaveDraft, SaveDraftVars,
};
use crate::api::{mutate, online};
use crate::i18n::Stamp;

const LOCAL: Duration = Duration::from_secs(2);
const SERVER: Duration = Duration::from_secs(10);

/// The keeper of a draft.
#[derive(Clone, Copy)]
pub struct Draft {
    template: StoredValue<String>,
    place: StoredValue<String>,
    form: Form,
    /// When it was last kept.
    pub saved: RwSignal<Option<Stamp>>,
    /// No more: it was submitted or thrown away.
    over: StoredValue<bool>,
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

impl Draft {
    /// Begins to keep what is filled into the form, when `is_on`.
    pub fn begin(template: String, member: &str, form: Form, is_on: bool) -> Self {
        let draft = Self {
            place: StoredValue::new(format!("tongshi.draft.{member}.{template}")),
            template: StoredValue::new(template),
            form,
            saved: RwSignal::new(None),
            over: StoredValue::new(!is_on),
        };
        if is_on {
            draft.watch();
        }
        draft
    }

    /// What this browser has kept.
    pub fn local(self) -> Option<(Values, f64)> {
        let text = self
            .place
            .with_value(|place| storage()?.get_item(place).ok().flatten())?;
        kept(&text)
    }

    fn watch(self) {
        let (local, server) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
        let online = online();
        Effect::new(move |before: Option<Values>| {
            let now = self.form.draft();
            let is_new = before.is_some_and(|before| before != now);
            if is_new && !local.replace(true) {
                let local = Rc::clone(&local);
                set_timeout(
                    move || {
                        local.set(false);
                        self.keep_here();
                    },
                    LOCAL,
                );
            }
            if is_new && !server.replace(true) {
                let server = Rc::clone(&server);
                set_timeout(
                    move || {
                        server.set(false);
                        if online.try_get_untracked() == Some(true) {
                            self.keep_there();
                        }
                    },
                    SERVER,
                );
            }
            now
        });
    }

    /// Nothing was filled in but what has a value from the start.
    fn is_blank(self) -> bool {
        let entries = self.form.entries();
        let mut typed = entries
            .iter()
            .filter(|entry| !matches!(entry.kind, Kind::DayPart | Kind::LeaveType));
        untrack(|| typed.all(|entry| is_blank(&entry.value())))
    }

    fn is_over(self) -> bool {
        self.over.try_get_value() != Some(false)
    }

    /// Keeps it in this browser now.
    pub fn keep_here(self) {
        if self.is_over() || self.is_blank() {
            return;
        }
        let (values, now) = (untrack(|| self.form.draft()), Stamp::now());
        let text = keep(&values, now.0);
        let is_kept = self
            .place
            .with_value(|place| storage().is_some_and(|storage| storage.set_item(place, &text).is_ok()));
        if is_kept {
            self.saved.set(Some(now));
        }
    }

    /// Keeps it on the server now.
    pub fn keep_there(self) {
        if self.is_over() || self.is_blank() {
            return;
        }
        let values = untrack(|| self.form.draft());
        let form: Values = values.into_iter().filter(|(_, value)| !is_blank(value)).collect();
        let input = SaveApprovalDraftInput {
            template_key: self.template.get_value(),
            form: Value::Object(form),
        };
        spawn_local(async move {
            // Not worth a word when it fails: this browser has it.
            if mutate(SaveDraft::build(SaveDraftVars { input })).await.is_ok() {
                _ = self.saved.try_set(Some(Stamp::now()));
            }
        });
    }

    /// What throws it away for good; it may be called after the page is gone.
    pub fn ending(self) -> impl FnOnce() + use<> {
        let (place, template) = (self.place.get_value(), self.template.get_value());
        move || {
            self.over.set_value(true);
            throw_away(&place, template);
        }
    }

    /// Throws away what was kept, and goes on keeping what comes.
    pub fn forget(self) {
        throw_away(&self.place.get_value(), self.template.get_value());
        self.saved.set(None);
    }
}

fn throw_away(place: &str, template_key: String) {
    if let Some(storage) = storage() {
        // What cannot be removed was not there.
        let _ = storage.remove_item(place);
    }
    let input = DeleteApprovalDraftInput { template_key };
    spawn_local(async move {
        // The server throws old drafts away by itself.
        let _ = mutate(DeleteDraft::build(DeleteDraftVars { input })).await;
    });
}
