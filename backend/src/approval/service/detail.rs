//! A request as its page shows it: values, and what the viewer may do. Its way is in `route`.

use entity::{FileId, MemberId, TaskId, TaskStatus, approval_case as case_row, approval_round as round_row};

use super::describe::{names, shown};
use super::load::{Pinned, case_of, values};
use super::perform::engine_actor;
use crate::access::Permission;
use crate::approval::engine::{self, BlockReason, Definition, NodeRun, Values, ViewerAction};
use crate::approval::model::reason;
use crate::approval::model::value::{Names, Shown, file_ids};
use crate::approval::policy;
use crate::cx::{Actor, Cx};
use crate::error::{Result, Text};
use crate::org::service as org;

/// A value of the form as a reader sees it.
#[derive(Clone, Debug)]
pub struct FieldView {
    /// Label and wording.
    pub shown: Shown,
    /// What it said in the round before, where it differs.
    pub changed_from: Option<Text>,
    /// Files it names.
    pub files: Vec<FileId>,
}

/// Values of a request. `rounds` are needed from the second round on.
///
/// # Errors
/// Only those of the database.
pub async fn fields(
    cx: &Cx,
    row: &case_row::Model,
    pinned: &Pinned,
    rounds: &[round_row::Model],
) -> Result<Vec<FieldView>> {
    let conn = cx.db.read();
    let case = case_of(row)?;
    let form: Values = row.form.parse()?;
    let now = names(cx, conn, &pinned.definition, &form, &known(row)).await?;
    let current = shown(pinned, &form, &case.computed, &now);
    let previous = rounds.iter().rev().find(|round| round.round < row.round);
    let before = match previous {
        Some(round) => {
            let form = values(&round.form);
            let names = names(cx, conn, &pinned.definition, &form, &now).await?;
            Some(shown(pinned, &form, &Values::new(), &names))
        }
        None => None,
    };
    Ok(current
        .into_iter()
        .map(|shown| view(shown, before.as_deref()))
        .collect())
}

/// Names the summary has told already.
fn known(row: &case_row::Model) -> Names {
    let summary: Vec<Shown> = row.summary.parse().unwrap_or_default();
    let named = summary.into_iter().filter(|one| one.kind == "LEAVE_TYPE");
    named
        .filter_map(|one| Some((one.value.as_str()?.to_owned(), Text::new(one.text, one.text_en))))
        .collect()
}

fn view(shown: Shown, before: Option<&[Shown]>) -> FieldView {
    let changed_from = before.and_then(|before| {
        let old = before.iter().find(|one| one.key == shown.key);
        match old {
            Some(old) if old.text == shown.text => None,
            Some(old) => Some(Text::new(old.text.clone(), old.text_en.clone())),
            // Values the module works out are not kept with the round.
            None if shown.kind == "DURATION" => None,
            None => Some(Text::new("（空）", "(empty)")),
        }
    });
    let files = if shown.kind == "FILES" {
        file_ids(&shown.value)
    } else {
        Vec::new()
    };
    FieldView {
        shown,
        changed_from,
        files,
    }
}

/// What the viewer may do: with the request, and with the own open task or the last one decided.
///
/// # Errors
/// When the row holds no state of the engine, and those of the database.
pub async fn actions(
    cx: &Cx,
    actor: &Actor,
    row: &case_row::Model,
    definition: &Definition,
) -> Result<Vec<ViewerAction>> {
    let case = case_of(row)?;
    let administers = if actor.can_over_all(Permission::ManageApprovals) || !actor.can(Permission::ManageApprovals) {
        policy::administers(actor, row.department_id, "")
    } else {
        let structure = org::structure(cx).await?;
        let department = structure.departments.get(&row.department_id);
        department.is_some_and(|department| policy::administers(actor, department.id, &department.path))
    };
    let viewer = engine_actor(actor, administers);
    let mut all = match own_task(&case.runs, actor.member) {
        Some(task) => engine::task_actions(definition, &case, viewer, task),
        None => Vec::new(),
    };
    all.extend(engine::case_actions(definition, &case, viewer, cx.now()));
    Ok(all)
}

/// What the viewer may do with a task.
///
/// # Errors
/// When the row holds no state of the engine.
pub fn task_actions(
    actor: &Actor,
    row: &case_row::Model,
    definition: &Definition,
    task: TaskId,
) -> Result<Vec<ViewerAction>> {
    Ok(engine::task_actions(
        definition,
        &case_of(row)?,
        engine_actor(actor, false),
        task,
    ))
}

/// The open task of the viewer, if any.
///
/// # Errors
/// When the row holds no state of the engine.
pub fn open_task(actor: &Actor, row: &case_row::Model) -> Result<Option<TaskId>> {
    let case = case_of(row)?;
    Ok(case
        .pending()
        .find(|seat| seat.member == actor.member)
        .map(|seat| seat.task))
}

/// The open task of a member, else the last one decided by him.
fn own_task(runs: &[NodeRun], member: MemberId) -> Option<TaskId> {
    let own = || {
        runs.iter()
            .rev()
            .flat_map(|run| &run.seats)
            .filter(|seat| seat.member == member)
    };
    let open = own().find(|seat| seat.status == TaskStatus::Pending);
    open.or_else(|| own().find(|seat| seat.is_decided()))
        .map(|seat| seat.task)
}

/// Why a request is blocked.
pub fn block_reason(row: &case_row::Model) -> Option<Text> {
    let word = row.block_reason.as_ref()?;
    let parsed: Option<BlockReason> = serde_json::from_value(word.clone().into()).ok();
    parsed.map(reason::block)
}
