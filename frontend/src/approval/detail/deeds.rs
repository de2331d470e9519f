//! What can be done with a request, as one handle for buttons, keys and dialogs.

use std::collections::HashSet;
use std::sync::Arc;

use cynic::{MutationBuilder, QueryBuilder};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::approval::{
    Approval, ApproveTask, CopyApproval, CopyApprovalInput, CopyVars, DecideTaskInput, DecideVars, Decided,
    DetailQuery, DetailVars, MarkCopyRead, MarkCopyReadInput, MarkCopyReadVars, RejectTask, ReturnTask,
    ReturnTaskInput, ReturnVars, UrgeApproval, UrgeApprovalInput, UrgeVars, WithdrawApproval, WithdrawApprovalInput,
    WithdrawDecision, WithdrawDecisionInput, WithdrawDecisionVars, WithdrawVars,
};
use crate::api::{ApiError, Code, Live, Reply, fresh_key, live_query, mutate, online, query};
use crate::approval::decide::refusal;
use crate::approval::desk::Desk;
use crate::t;
use crate::ui::toast;

/// Seconds in which a decision can be taken back.
const UNDO: u32 = 5;

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Approve,
    /// No.
    Reject,
    /// Back to this step: `START` or the key of a node.
    Return(String),
}

/// What a dialog asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// An opinion with the approval.
    Approve,
    /// The reason of a rejection.
    Reject,
    /// A step to return to, and why.
    Return,
    /// Whether it shall be withdrawn.
    Withdraw,
    /// Who shall get a copy.
    Copy,
}

/// A request and what can be done with it.
#[derive(Clone, Copy)]
pub struct Deeds {
    /// The list it was opened from.
    pub desk: Desk,
    /// The request.
    pub live: Live<Option<Arc<Approval>>>,
    /// The request, once it is known.
    pub approval: Memo<Option<Arc<Approval>>>,
    /// The dialog that is open.
    pub ask: RwSignal<Option<Ask>>,
    /// Somebody else was faster; the sentence that says so.
    pub conflict: RwSignal<Option<String>>,
    /// The viewer's own requests to the server under way.
    pub busy: RwSignal<bool>,
    /// Changes can be sent.
    pub online: Signal<bool>,
    /// Requests on which the viewer has just decided.
    mine: StoredValue<HashSet<String>>,
}

/// The deeds of the request with this id.
pub fn use_deeds(desk: Desk, id: Signal<String>) -> Deeds {
    let live = live_query(
        move || format!("approval-page:{}", id.get()),
        move || vec![format!("approval:{}", id.get_untracked())],
        move || fetch(id.get_untracked()),
    );
    let approval = Memo::new(move |_| live.data.get().and_then(|data| (*data).clone()));
    let deeds = Deeds {
        desk,
        live,
        approval,
        ask: RwSignal::new(None),
        conflict: RwSignal::new(None),
        busy: RwSignal::new(false),
        online: online(),
        mine: StoredValue::new(HashSet::new()),
    };
    // Someone else decides what the viewer has open: the bar says so instead of vanishing.
    Effect::new(move |before: Option<Option<(String, bool)>>| {
        let now = approval.get();
        let state = now
            .as_ref()
            .map(|approval| (approval.id.inner().to_owned(), approval.may("APPROVE")));
        if let (Some(Some((old, true))), Some((id, may)), Some(now)) = (before, &state, &now)
            && old == *id
            && !may
            && !deeds.mine.with_value(|mine| mine.contains(id))
        {
            deeds.conflict.set(Some(latest(now)));
        }
        state
    });
    Effect::new(move |_| {
        id.track();
        deeds.conflict.set(None);
        deeds.ask.set(None);
    });
    deeds.mark_read();
    deeds
}

async fn fetch(id: String) -> Result<Reply<Option<Arc<Approval>>>, ApiError> {
    let vars = DetailVars { id: id.into() };
    let reply = query(DetailQuery::build(vars)).await?;
    Ok(reply.map(|data| data.approval.map(Arc::new)))
}

/// The latest thing that happened, in a sentence.
fn latest(approval: &Approval) -> String {
    let deeds = approval.timeline.iter().rev();
    let last = deeds.clone().find(|entry| {
        !matches!(
            entry.kind.as_str(),
            "COMMENTED" | "URGED" | "COPIED" | "PASSED" | "REJECTED"
        )
    });
    last.map_or_else(
        || t!(approval.doc.handled).to_owned(),
        |entry| t!(approval.doc.just_now, text = entry.text),
    )
}

impl Deeds {
    /// The viewer opens a copy: it is read.
    fn mark_read(self) {
        let marked = StoredValue::new(HashSet::<String>::new());
        let approval = self.approval;
        Effect::new(move |_| {
            let Some(approval) = approval.get().filter(|approval| approval.unread) else {
                return;
            };
            let id = approval.id.clone();
            let is_new = marked.try_update_value(|marked| marked.insert(id.inner().to_owned()));
            if is_new == Some(true) {
                spawn_local(async move {
                    let input = MarkCopyReadInput { approval_id: id };
                    // Not worth a word when it fails: it is tried again at the next opening.
                    let _ = mutate(MarkCopyRead::build(MarkCopyReadVars { input })).await;
                });
            }
        });
    }

    /// Why nothing can be sent now; none when it can.
    pub fn cut_off(self) -> Option<String> {
        (!self.online.get()).then(|| t!(approval.doc.offline).to_owned())
    }

    /// Whether the action can be taken now.
    pub fn may(self, action: &str) -> bool {
        self.online.get()
            && self
                .approval
                .with(|approval| approval.as_ref().is_some_and(|approval| approval.may(action)))
    }

    /// Whether the action can be taken now; says why not where it is offered. By keys.
    pub fn may_or_say(self, action: &str) -> bool {
        let approval = self.approval.get_untracked();
        let Some(action) = approval.as_ref().and_then(|approval| approval.action(action)) else {
            return false;
        };
        let why = untrack(|| self.cut_off()).or_else(|| action.reason.clone().filter(|_| !action.enabled));
        match why {
            Some(why) => toast::error(why),
            None => return action.enabled,
        }
        false
    }

    /// Opens a dialog if its action can be taken; by keys.
    pub fn open(self, ask: Ask) {
        let action = match ask {
            Ask::Approve => "APPROVE",
            Ask::Reject => "REJECT",
            Ask::Return => "RETURN",
            Ask::Withdraw => "WITHDRAW",
            Ask::Copy => "COPY",
        };
        if self.may_or_say(action) {
            self.ask.set(Some(ask));
        }
    }

    /// Decides; the request leaves the list at once.
    pub fn decide(self, verdict: Verdict, comment: String) {
        let Some(approval) = self.approval.get_untracked() else {
            return;
        };
        let Some(task) = approval.viewer_task.as_ref().map(|task| task.id.clone()) else {
            return;
        };
        if !self.online.get_untracked() || self.busy.get_untracked() {
            return;
        }
        let id = approval.id.inner().to_owned();
        self.mine.update_value(|mine| _ = mine.insert(id.clone()));
        self.busy.set(true);
        self.desk.depart(&id);
        let title = approval.title.clone();
        spawn_local(async move {
            let result = send_verdict(&task, &verdict, comment).await;
            _ = self.busy.try_set(false);
            match result {
                Ok(decided) => self.decided(&verdict, &title, &id, task, decided),
                Err(error) => self.refused(&id, error),
            }
        });
    }

    fn decided(self, verdict: &Verdict, title: &str, id: &str, task: cynic::Id, decided: Decided) {
        self.desk.answered(id, true);
        self.live.refetch();
        let text = match verdict {
            Verdict::Approve => t!(approval.doc.approved, title = title),
            Verdict::Reject => t!(approval.doc.rejected, title = title),
            Verdict::Return(_) => t!(approval.doc.returned, title = title),
        };
        if decided.can_undo() {
            let id = id.to_owned();
            toast::undo(text, UNDO, move || self.take_back(task.clone(), id.clone()));
        } else {
            toast::show(text);
        }
    }

    fn refused(self, id: &str, error: ApiError) {
        self.desk.answered(id, false);
        self.live.refetch();
        self.desk.live.refetch();
        _ = self.mine.try_update_value(|mine| mine.remove(id));
        let text = refusal(&error);
        if matches!(error.code, Code::AlreadyDecided | Code::NotAllowedNow | Code::Conflict)
            && self.desk.current.try_get_untracked().flatten().as_deref() == Some(id)
        {
            _ = self.conflict.try_set(Some(text));
            return;
        }
        let (desk, id) = (self.desk, id.to_owned());
        toast::error_with_action(text, t!(approval.doc.view), move || desk.open(Some(&id), false));
    }

    /// Takes a decision back and opens the request again.
    pub fn take_back(self, task: cynic::Id, id: String) {
        spawn_local(async move {
            let input = WithdrawDecisionInput {
                task_id: task,
                idempotency_key: Some(fresh_key()),
            };
            match mutate(WithdrawDecision::build(WithdrawDecisionVars { input })).await {
                Ok(_) => {
                    toast::show(t!(approval.doc.taken_back));
                    _ = self.mine.try_update_value(|mine| mine.remove(&id));
                    self.live.refetch();
                    self.desk.live.refetch();
                    self.desk.open(Some(&id), true);
                }
                Err(error) => toast::error(refusal(&error)),
            }
        });
    }

    /// Takes the viewer's last decision on this request back.
    pub fn take_back_here(self) {
        let Some(approval) = self.approval.get_untracked() else {
            return;
        };
        if let Some(task) = approval.undoable_task() {
            self.take_back(task.id.clone(), approval.id.inner().to_owned());
        }
    }

    /// Withdraws the own request.
    pub fn withdraw(self, reason: String) {
        let input = |approval_id| WithdrawApprovalInput {
            approval_id,
            reason: Some(reason).filter(|reason| !reason.trim().is_empty()),
            idempotency_key: Some(fresh_key()),
        };
        self.act(
            |id| async move {
                mutate(WithdrawApproval::build(WithdrawVars { input: input(id) }))
                    .await
                    .map(drop)
            },
            || t!(approval.doc.withdrawn).to_owned(),
        );
    }

    /// Reminds those who are waited for.
    pub fn urge(self) {
        if !self.may_or_say("URGE") {
            return;
        }
        let input = |approval_id| UrgeApprovalInput { approval_id };
        self.act(
            move |id| async move {
                mutate(UrgeApproval::build(UrgeVars { input: input(id) }))
                    .await
                    .map(drop)
            },
            || t!(approval.doc.urged).to_owned(),
        );
    }

    /// Sends copies.
    pub fn copy_to(self, people: Vec<String>) {
        let member_ids = people.into_iter().map(cynic::Id::from).collect();
        let input = |approval_id| CopyApprovalInput {
            approval_id,
            member_ids,
        };
        self.act(
            |id| async move {
                mutate(CopyApproval::build(CopyVars { input: input(id) }))
                    .await
                    .map(drop)
            },
            || t!(approval.doc.copied).to_owned(),
        );
    }

    fn act<F>(self, send: impl FnOnce(cynic::Id) -> F + 'static, done: impl Fn() -> String + 'static)
    where
        F: Future<Output = Result<(), ApiError>> + 'static,
    {
        let Some(approval) = self.approval.get_untracked() else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let id = approval.id.clone();
        self.mine.update_value(|mine| _ = mine.insert(id.inner().to_owned()));
        spawn_local(async move {
            match send(id).await {
                Ok(()) => toast::show(done()),
                Err(error) => toast::error(refusal(&error)),
            }
            _ = self.busy.try_set(false);
            self.live.refetch();
        });
    }
}

async fn send_verdict(task: &cynic::Id, verdict: &Verdict, comment: String) -> Result<Decided, ApiError> {
    let text = comment.trim().to_owned();
    if let Verdict::Return(to) = verdict {
        let input = ReturnTaskInput {
            task_id: task.clone(),
            to: to.clone(),
            comment: text,
            attachment_ids: None,
            idempotency_key: Some(fresh_key()),
        };
        return mutate(ReturnTask::build(ReturnVars { input }))
            .await
            .map(|data| data.return_task);
    }
    let input = DecideTaskInput {
        task_id: task.clone(),
        comment: (!text.is_empty()).then_some(text),
        form: None,
        attachment_ids: None,
        idempotency_key: Some(fresh_key()),
    };
    if *verdict == Verdict::Approve {
        mutate(ApproveTask::build(DecideVars { input }))
            .await
            .map(|data| data.approve_task)
    } else {
        mutate(RejectTask::build(DecideVars { input }))
            .await
            .map(|data| data.reject_task)
    }
}
