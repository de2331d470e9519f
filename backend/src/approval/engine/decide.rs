//! What a command does.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{MemberId, NodeOutcome, TaskId, TaskStatus};
use uuid::Uuid;

use super::advance::Machine;
use super::case::{Case, SeatReason};
use super::command::{Act, Actor, Command, Facts, Opinion, Refusal, ReturnTo};
use super::definition::{Definition, Node};
use super::event::{Event, EventKind, Vote};
use super::form::{FieldCode, FieldError, Values};
use super::guard;
use super::input::checked;
use super::policies::AfterReturn;
use super::returning::target;
use super::settings::Action;
use super::validate::changed_routing;

/// What a command does to a case: its events in order, the first of which is the deed. Fold them with [`super::evolve`].
///
/// `ids` gives a fresh id for every new visit and task.
///
/// # Errors
/// A [`Refusal`], and then nothing has happened.
pub fn decide(
    definition: &Definition,
    case: &Case,
    command: &Command,
    facts: &Facts,
    now: DateTime<Utc>,
    ids: &mut dyn FnMut() -> Uuid,
) -> Result<Vec<Event>, Refusal> {
    let machine = Machine::new(definition, &facts.org, case.clone(), command.actor.member, now, ids);
    let deed = Deed {
        machine,
        facts,
        actor: command.actor,
    };
    match &command.act {
        Act::Submit { form, chosen, copy_to } => deed.submit(form, chosen, copy_to),
        Act::Resubmit { form, chosen } => deed.resubmit(form, chosen),
        Act::Approve { task, opinion, form } => deed.approve(*task, opinion, form),
        Act::Reject { task, opinion } => deed.reject(*task, opinion),
        Act::Return { task, to, opinion } => deed.send_back(*task, to, opinion),
        Act::WithdrawDecision { task } => deed.withdraw_decision(*task),
        Act::Withdraw { comment } => deed.withdraw(comment.clone()),
        Act::Terminate { comment } => deed.terminate(comment),
        Act::Retry => deed.retry(),
        Act::Urge => deed.urge(),
        Act::Comment { mentions } => deed.comment(mentions),
        Act::Copy { members } => deed.copy(members),
    }
}

pub(super) struct Deed<'a> {
    pub(super) machine: Machine<'a>,
    pub(super) facts: &'a Facts,
    actor: Actor,
}

type Outcome = Result<Vec<Event>, Refusal>;

impl<'a> Deed<'a> {
    pub(super) fn case(&self) -> &Case {
        &self.machine.case
    }

    fn emit(&mut self, kind: EventKind) {
        self.machine.emit(kind);
    }

    fn done(self) -> Outcome {
        Ok(self.machine.events)
    }

    fn submit(mut self, form: &Values, chosen: &BTreeMap<String, Vec<MemberId>>, copy_to: &[MemberId]) -> Outcome {
        guard::submit(self.machine.definition, self.case(), self.actor)?;
        let form = self.accepted(form, chosen, copy_to)?;
        let (applicant, computed) = (self.case().applicant.clone(), self.facts.computed.clone());
        self.emit(EventKind::Submitted {
            applicant,
            form,
            computed,
            chosen: chosen.clone(),
        });
        self.machine.copies(None, copy_to);
        self.machine.start();
        self.done()
    }

    fn resubmit(mut self, form: &Values, chosen: &BTreeMap<String, Vec<MemberId>>) -> Outcome {
        guard::resubmit(self.case(), self.actor)?;
        let mut all = self.case().chosen.clone();
        all.extend(chosen.clone());
        let form = self.accepted(form, &all, &[])?;
        let definition = self.machine.definition;
        let computed = self.facts.computed.clone();
        let case = self.case();
        let changed = changed_routing(definition, (&case.form, &case.computed), (&form, &computed));
        let start = definition.process.start().map(|start| start.key.as_str());
        let detour = case
            .detours
            .last()
            .is_some_and(|detour| Some(detour.at.as_str()) == start);
        let resumed = detour && !changed && definition.policies.resubmit == AfterReturn::ResumeHere;
        self.emit(EventKind::Resubmitted {
            form,
            computed,
            chosen: all,
            resumed,
        });
        self.machine.corrected();
        self.done()
    }

    fn approve(mut self, task: TaskId, opinion: &Opinion, form: &Values) -> Outcome {
        let case = self.machine.case.clone();
        let definition = self.machine.definition;
        let (run, _, node) = guard::vote(definition, &case, self.actor, task, None)?;
        let rule = node
            .settings
            .assignees()
            .map(|settings| settings.comment.on_approve)
            .unwrap_or_default();
        let node = definition.process.node(&node.key).ok_or(Refusal::NotFound)?;
        let opinion = checked(opinion, rule)?;
        let writes = self.writes(node, form)?;
        let ordinal = run.ordinal;
        let rerun = !case.detours.is_empty() && {
            let mut after = case.form.clone();
            after.extend(writes.clone());
            changed_routing(definition, (&case.form, &case.computed), (&after, &case.computed))
        };
        self.voted(ordinal, task, Vote::Approve, opinion, writes);
        if rerun {
            let path = self.case().path.clone();
            self.emit(EventKind::DetourEnded {
                path,
                detours: Vec::new(),
            });
        }
        self.machine.after_vote(node, ordinal);
        self.done()
    }

    fn voted(&mut self, ordinal: u32, task: TaskId, vote: Vote, opinion: Opinion, writes: Values) {
        let Opinion { comment, attachments } = opinion;
        self.emit(EventKind::Voted {
            ordinal,
            task,
            vote,
            comment,
            attachments,
            writes,
        });
    }

    fn reject(mut self, task: TaskId, opinion: &Opinion) -> Outcome {
        let (node, ordinal, opinion) = self.against(task, Action::Reject, opinion)?;
        self.voted(ordinal, task, Vote::Reject, opinion, Values::new());
        self.machine.after_vote(node, ordinal);
        self.done()
    }

    fn send_back(mut self, task: TaskId, to: &ReturnTo, opinion: &Opinion) -> Outcome {
        let (node, ordinal, opinion) = self.against(task, Action::Return, opinion)?;
        let to = target(&self.machine.definition.process, self.case(), to)?;
        self.voted(ordinal, task, Vote::Return, opinion, Values::new());
        self.machine.close(
            ordinal,
            NodeOutcome::Returned,
            TaskStatus::Cancelled,
            Some(SeatReason::Returned),
        );
        self.machine.send_back(to.as_deref(), &node.key);
        self.done()
    }

    /// What rejecting and returning have in common.
    fn against(&self, task: TaskId, action: Action, opinion: &Opinion) -> Result<(&'a Node, u32, Opinion), Refusal> {
        let definition = self.machine.definition;
        let (run, _, node) = guard::vote(definition, self.case(), self.actor, task, Some(action))?;
        let rule = node
            .settings
            .assignees()
            .map(|settings| settings.comment)
            .unwrap_or_default();
        let required = if action == Action::Reject {
            rule.on_reject
        } else {
            rule.on_return
        };
        let node = definition.process.node(&run.node_key).ok_or(Refusal::NotFound)?;
        Ok((node, run.ordinal, checked(opinion, required)?))
    }

    fn withdraw_decision(mut self, task: TaskId) -> Outcome {
        let ordinal = guard::withdraw_decision(self.case(), self.actor, task)?.0.ordinal;
        self.machine.take_back(ordinal, task);
        self.done()
    }

    fn withdraw(mut self, comment: Option<String>) -> Outcome {
        guard::withdraw(self.machine.definition, self.case(), self.actor)?;
        let opinion = checked(
            &Opinion {
                comment,
                attachments: Vec::new(),
            },
            false,
        )?;
        self.emit(EventKind::Withdrawn {
            comment: opinion.comment,
        });
        self.machine.cancel_open(SeatReason::Withdrawn);
        self.done()
    }

    fn terminate(mut self, comment: &str) -> Outcome {
        guard::terminate(self.case(), self.actor)?;
        let opinion = checked(
            &Opinion {
                comment: Some(comment.to_owned()),
                attachments: Vec::new(),
            },
            true,
        )?;
        self.emit(EventKind::Terminated {
            comment: opinion.comment.unwrap_or_default(),
        });
        self.machine.cancel_open(SeatReason::Terminated);
        self.done()
    }

    fn retry(mut self) -> Outcome {
        guard::retry(self.case(), self.actor)?;
        let key = self
            .case()
            .block
            .as_ref()
            .map(|block| block.node_key.clone())
            .unwrap_or_default();
        self.emit(EventKind::Retried);
        let node = self.machine.definition.process.node(&key).ok_or(Refusal::NotFound)?;
        self.machine.proceed(Some(node));
        self.done()
    }

    fn urge(mut self) -> Outcome {
        let tasks = guard::urge(self.machine.definition, self.case(), self.actor, self.machine.now)?;
        self.emit(EventKind::Urged { tasks });
        self.done()
    }

    fn comment(mut self, mentions: &[MemberId]) -> Outcome {
        guard::comment(self.case())?;
        let fields = self.wrong_members("mentions", mentions);
        if !fields.is_empty() {
            return Err(Refusal::Invalid { fields });
        }
        self.emit(EventKind::Commented {
            mentions: mentions.to_vec(),
        });
        self.done()
    }

    fn copy(mut self, members: &[MemberId]) -> Outcome {
        guard::copy(self.case(), self.actor)?;
        let mut fields = self.wrong_members("members", members);
        if members.is_empty() {
            fields.push(FieldError::new("members", FieldCode::Required));
        }
        if !fields.is_empty() {
            return Err(Refusal::Invalid { fields });
        }
        let members = self.machine.without_copy(members);
        self.emit(EventKind::Copied { members });
        self.done()
    }
}
