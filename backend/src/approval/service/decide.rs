//! Decisions on tasks: approve, refuse, send back, and taking a decision back.

use std::collections::BTreeMap;

use entity::{FileId, TaskId};
use serde::Serialize;

use super::perform::{Begun, Done, Outcome, Target, begin, form_facts, form_files};
use crate::approval::engine::{Act, Opinion, ReturnTo, Values};
use crate::cx::{Actor, Cx};
use crate::error::Result;
use crate::file;

/// A decision on a task.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// The task.
    pub task: TaskId,
    /// Opinion.
    pub comment: Option<String>,
    /// Fields to write with an approval; others are refused unless unchanged.
    pub form: Values,
    /// Files given with it.
    pub attachments: Vec<FileId>,
}

impl Decision {
    fn opinion(&self) -> Opinion {
        Opinion {
            comment: self.comment.clone(),
            attachments: self.attachments.clone(),
        }
    }
}

/// Where a request is sent back to, as callers name it: `START`, `PREVIOUS` or the key of a node.
pub(super) fn return_to(to: &str) -> ReturnTo {
    match to {
        "START" => ReturnTo::Start,
        "PREVIOUS" => ReturnTo::Previous,
        key => ReturnTo::Node(key.to_owned()),
    }
}

/// Approves a task; at a handle node: done.
///
/// # Errors
/// [`crate::error::Error::AlreadyDecided`] for the loser of a race, [`crate::error::Error::NotAllowedNow`] with the reason,
/// [`crate::error::Error::NotFound`] for tasks of requests the actor may not read.
pub async fn approve(cx: &Cx, actor: &Actor, decision: Decision, key: Option<&str>) -> Result<Done> {
    let act = Act::Approve {
        task: decision.task,
        opinion: decision.opinion(),
        form: decision.form.clone(),
    };
    decide(cx, actor, "approveTask", &decision, act, key).await
}

/// Refuses a task.
///
/// # Errors
/// As [`approve`]; [`crate::error::Error::Invalid`] without a comment where one is required.
pub async fn reject(cx: &Cx, actor: &Actor, decision: Decision, key: Option<&str>) -> Result<Done> {
    let act = Act::Reject {
        task: decision.task,
        opinion: decision.opinion(),
    };
    decide(cx, actor, "rejectTask", &decision, act, key).await
}

/// Sends a request back.
///
/// # Errors
/// As [`reject`]; [`crate::error::Error::NotAllowedNow`] for a node that was not passed.
pub async fn send_back(cx: &Cx, actor: &Actor, decision: Decision, to: &str, key: Option<&str>) -> Result<Done> {
    let act = Act::Return {
        task: decision.task,
        to: return_to(to),
        opinion: decision.opinion(),
    };
    decide(cx, actor, "returnTask", &(&decision, to), act, key).await
}

/// Takes the own decision back, while nobody decided after it.
///
/// # Errors
/// As [`approve`].
pub async fn withdraw_decision(cx: &Cx, actor: &Actor, task: TaskId, key: Option<&str>) -> Result<Done> {
    let decision = Decision {
        task,
        comment: None,
        form: Values::new(),
        attachments: Vec::new(),
    };
    decide(
        cx,
        actor,
        "withdrawDecision",
        &decision,
        Act::WithdrawDecision { task },
        key,
    )
    .await
}

trait OfTask: Serialize {
    fn decision(&self) -> &Decision;
}

impl OfTask for Decision {
    fn decision(&self) -> &Decision {
        self
    }
}

impl OfTask for (&Decision, &str) {
    fn decision(&self) -> &Decision {
        self.0
    }
}

async fn decide(
    cx: &Cx,
    actor: &Actor,
    operation: &str,
    parameters: &impl OfTask,
    act: Act,
    key: Option<&str>,
) -> Result<Done> {
    let Decision {
        task,
        form,
        attachments,
        ..
    } = parameters.decision();
    let held = match begin(cx, actor, Target::Task(*task), operation, key, parameters).await? {
        Begun::Done(done) => return Ok(done),
        Begun::Held(held) => held,
    };
    let id = held.loaded.row.id;
    let schema = &held.loaded.pinned.definition.form;
    let mut facts = held.facts(&held.loaded.case.form, &BTreeMap::new(), &[]).await?;
    if !form.is_empty() {
        let mut merged = held.loaded.case.form.clone();
        merged.extend(form.clone());
        facts.form = form_facts(&*held.tx, actor, schema, &merged, Some(id)).await?;
    }
    let events = held.decide(act, &facts).await?;
    file::service::attach(&held.tx, actor, id, attachments, "attachmentIds").await?;
    file::service::attach(&held.tx, actor, id, &form_files(schema, form), "form").await?;
    let done = Done::of_task(id, *task);
    held.finish(&facts, Outcome::of(events, done)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_of_a_return_are_two_words_or_a_node() {
        let check = |text: &str, expected: ReturnTo| assert_eq!(return_to(text), expected);
        check("START", ReturnTo::Start);
        check("PREVIOUS", ReturnTo::Previous);
        check("manager", ReturnTo::Node("manager".to_owned()));
    }
}
