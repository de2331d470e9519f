//! Agreeing and refusing, shown at once, told by a toast that can take it back for five seconds.

use cynic::MutationBuilder;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::approval::{
    ApproveTask, DecideTaskInput, DecideVars, Decided, InboxTask, RejectTask, WithdrawDecision, WithdrawDecisionInput,
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
    let settle = Box::new(move |agreed| if agreed { overlay.settle() } else { overlay.revert() });
    decide_task(task.id.clone(), decision, comment, task.approval.title.clone(), settle);
}

/// Decides a task; `title` is how the toast calls the request, `settle` hears whether the server agreed.
pub fn decide_task(
    task: cynic::Id,
    decision: Decision,
    comment: Option<String>,
    title: String,
    settle: Box<dyn FnOnce(bool)>,
) {
    spawn_local(async move {
        let result = send(task.clone(), decision, comment).await;
        settle(result.is_ok());
        match result {
            Ok(decided) => {
                let done = match decision {
                    Decision::Approve => t!(approval.approved, title = title),
                    Decision::Reject => t!(approval.rejected, title = title),
                };
                if decided.can_undo() {
                    toast::undo(done, UNDO, move || take_back(task.clone()));
                } else {
                    toast::show(done);
                }
            }
            Err(error) => toast::error(refusal(&error)),
        }
    });
}

/// Sends a decision; an empty comment is none.
///
/// # Errors
/// The server's refusal, or no way to it.
pub async fn send(task: cynic::Id, decision: Decision, comment: Option<String>) -> Result<Decided, ApiError> {
    let input = DecideTaskInput {
        task_id: task,
        comment: comment.filter(|comment| !comment.trim().is_empty()),
        form: None,
        attachment_ids: None,
        idempotency_key: Some(fresh_key()),
    };
    match decision {
        Decision::Approve => mutate(ApproveTask::build(DecideVars { input }))
            .await
            .map(|done| done.approve_task),
        Decision::Reject => mutate(RejectTask::build(DecideVars { input }))
            .await
            .map(|done| done.reject_task),
    }
}

async fn withdraw(task: cynic::Id) -> Result<(), ApiError> {
    let input = WithdrawDecisionInput {
        task_id: task,
        idempotency_key: Some(fresh_key()),
    };
    mutate(WithdrawDecision::build(WithdrawDecisionVars { input }))
        .await
        .map(drop)
}

/// Takes a decision back.
pub fn take_back(task: cynic::Id) {
    spawn_local(async move {
        match withdraw(task).await {
            Ok(()) => toast::show(t!(approval.taken_back)),
            Err(error) => toast::error(refusal(&error)),
        }
    });
}

/// Takes several decisions back, one after another, and says of how many it came true.
pub fn take_back_all(tasks: Vec<cynic::Id>) {
    spawn_local(async move {
        let all = tasks.len();
        let (mut done, mut cause) = (0_usize, None);
        for task in tasks {
            match withdraw(task).await {
                Ok(()) => done += 1,
                Err(error) => cause = Some(refusal(&error)),
            }
        }
        match cause {
            None => toast::show(t!(approval.batch.taken_back, n = done)),
            Some(cause) => toast::error(t!(approval.batch.taken_back_some, n = done, of = all, cause = cause)),
        }
    });
}

/// Why a decision did not count, as one sentence.
pub fn refusal(error: &ApiError) -> String {
    match (error.code, &error.by, error.fields.first()) {
        (Code::AlreadyDecided, Some(by), _) if !by.is_empty() => t!(approval.doc.decided_by, who = by),
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
