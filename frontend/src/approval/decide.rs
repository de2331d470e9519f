//! Agreeing and refusing, shown at once, told by a toast that can take it back for five seconds.

use cynic::MutationBuilder;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::approval::{
    ApproveTask, DecideTaskInput, DecideVars, InboxTask, RejectTask, WithdrawDecision, WithdrawDecisionInput,
    WithdrawDecisionVars,
};
use crate::api::{ApiError, Code, Overlay, fresh_key, mutate};
use crate::ui::{Button, Dialog, Field, Kind, TextArea, toast};
use crate::{t, tr};

/// Seconds in which a decision can be taken back.
const UNDO: u32 = 5;

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Approve,
    /// No; needs a comment.
    Reject,
}

/// Decides a task of a list. `overlay` already shows the list without it; it is taken back when the server refuses.
pub fn decide(task: &InboxTask, decision: Decision, comment: Option<String>, overlay: Overlay) {
    let who = task.approval.applicant.name.clone();
    let what = task.approval.template.name.clone();
    decide_task(task.id.clone(), decision, comment, overlay, format!("{who} {what}"));
}

/// Decides a task; `title` is how the toast calls the request.
pub fn decide_task(task: cynic::Id, decision: Decision, comment: Option<String>, overlay: Overlay, title: String) {
    spawn_local(async move {
        let input = DecideTaskInput {
            task_id: task.clone(),
            comment: comment.filter(|comment| !comment.trim().is_empty()),
            form: None,
            attachment_ids: None,
            idempotency_key: Some(fresh_key()),
        };
        let result = match decision {
            Decision::Approve => mutate(ApproveTask::build(DecideVars { input }))
                .await
                .map(|done| done.approve_task.can_undo()),
            Decision::Reject => mutate(RejectTask::build(DecideVars { input }))
                .await
                .map(|done| done.reject_task.can_undo()),
        };
        match result {
            Ok(can_undo) => {
                overlay.settle();
                let done = match decision {
                    Decision::Approve => t!(approval.approved, title = title),
                    Decision::Reject => t!(approval.rejected, title = title),
                };
                if can_undo {
                    toast::undo(done, UNDO, move || take_back(task.clone()));
                } else {
                    toast::show(done);
                }
            }
            Err(error) => {
                overlay.revert();
                toast::error(refusal(&error));
            }
        }
    });
}

/// Takes a decision back.
pub fn take_back(task: cynic::Id) {
    spawn_local(async move {
        let input = WithdrawDecisionInput {
            task_id: task,
            idempotency_key: Some(fresh_key()),
        };
        match mutate(WithdrawDecision::build(WithdrawDecisionVars { input })).await {
            Ok(_) => toast::show(t!(approval.taken_back)),
            Err(error) => toast::error(error.message),
        }
    });
}

/// Why a decision did not count, as one sentence.
fn refusal(error: &ApiError) -> String {
    match (error.code, &error.by, error.fields.first()) {
        (Code::Invalid, _, Some(field)) => field.message.clone(),
        _ => error.message.clone(),
    }
}

/// Asks why a request is refused. Open while `task` holds one.
#[component]
pub fn RejectDialog(
    /// What is about to be refused.
    task: RwSignal<Option<InboxTask>>,
    /// The task and the reason.
    #[prop(into)]
    on_reject: Callback<(InboxTask, String)>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let reason = RwSignal::new(String::new());
    let missing = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if task.with(Option::is_some) {
            reason.set(String::new());
            missing.set(None);
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() && task.with_untracked(Option::is_some) {
            task.set(None);
        }
    });
    let title = move || {
        task.with(|task| {
            task.as_ref().map_or_else(String::new, |task| {
                t!(
                    approval.reject_title,
                    who = task.approval.applicant.name,
                    what = task.approval.template.name
                )
            })
        })
    };
    let send = move || {
        let text = reason.get_untracked().trim().to_owned();
        if text.is_empty() {
            missing.set(Some(t!(approval.reason_missing).to_owned()));
            return;
        }
        if let Some(chosen) = task.get_untracked() {
            open.set(false);
            on_reject.run((chosen, text));
        }
    };
    view! {
        <Dialog
            open
            sticky=true
            title
            actions=move || view! {
                <Button on:click=move |_| open.set(false)>{tr!(ui.cancel)}</Button>
                <Button kind=Kind::Danger on:click=move |_| send()>{tr!(approval.reject)}</Button>
            }
        >
            <Field label=tr!(approval.reason) required=true error=missing hint=Signal::derive(|| Some(t!(approval.reason_hint).to_owned()))>
                <TextArea
                    value={reason}
                    maxlength=2000
                    {..}
                    on:keydown=move |event: web_sys::KeyboardEvent| {
                        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
                            event.prevent_default();
                            send();
                        }
                    }
                />
            </Field>
        </Dialog>
    }
}
