//! The approval core: pure functions over plain data, no database, no clock, no chance.
//!
//! - [`decide`] says what a [`Command`] does to a [`Case`]: events, or a [`Refusal`] and nothing.
//! - [`evolve`] applies one event; folding the events of a case over [`Case::draft`] gives the case.
//! - [`needs`] says which people, departments and roles must be loaded into [`OrgFacts`] first.
//! - [`task_actions`] and [`case_actions`] say what a viewer may do, from the same guards that `decide` asks.
//! - [`preview`] and [`predict`] walk the same machine as if everyone approved.
//! - [`validate`] says why a definition may not be published.
//!
//! Ids of node runs and tasks are given by the caller (`ids`), because they are UUIDv7 and so need clock and chance.
//!
//! # How a caller keeps a case
//! In one transaction: lock the row of the case, [`Case::load`] it, ask [`needs`] and load them, `decide`, fold the events
//! with `evolve`, and write the row back: `status`, `round`, `version`, `form`, `waiting_for` (from [`Case::pending`]),
//! `block_reason`, and [`Case::state`]. The other rows follow from the events:
//!
//! | event | rows |
//! |---|---|
//! | `Submitted`, `Resubmitted` | insert `approval_round` |
//! | `NodeEntered` | insert the node run with its trace, and a task for each seat |
//! | `Voted`, `SeatClosed`, `SeatOpened`, `SeatQueued`, `DecisionWithdrawn`, `Urged` | update the tasks; words and files are in `Voted` |
//! | `NodeClosed`, `NodeReopened` | update the node run; reopened: its superseded tasks are pending again |
//! | `CopySent`, `Copied` | insert `approval_copy` |
//!
//! The simplest way for tasks is to write each seat of the new case whose seat in the old case differs.

mod actions;
mod advance;
mod asking;
mod candidate;
mod case;
mod command;
mod condition;
mod decide;
mod definition;
mod event;
mod evolve;
mod form;
mod form_value;
mod guard;
mod input;
mod org;
mod people;
mod policies;
mod preview;
mod resolve;
mod returning;
mod rule;
mod settings;
mod validate;
mod vote;

pub use actions::{ViewerAction, case_actions, task_actions};
pub use candidate::TraceStep;
pub use case::{Applicant, Block, BlockReason, Case, Detour, NodeReason, NodeRun, Seat, SeatReason, State};
pub use command::{Act, Actor, Command, Facts, Opinion, Refusal, RefusalReason, ReturnTo};
pub use condition::{Condition, ConditionError, Scope, Uses};
pub use decide::decide;
pub use definition::{Branch, Definition, Node, Process, Settings};
pub use event::{Event, EventKind, Vote};
pub use evolve::evolve;
pub use form::{
    Choice, Field, FieldCode, FieldError, FieldKind, FormFacts, FormSchema, TEXT_LIMIT, Values, accept, validate_form,
};
pub use form_value::{department_id, member_ids};
pub use input::COMMENT_LIMIT;
pub use org::{DepartmentFacts, MANAGER_LEVELS, MemberFacts, Needs, OrgFacts, Substitute, SubstituteMode, needs};
pub use policies::{AfterReturn, Dedup, OnReject, Policies, WithdrawPolicy};
pub use preview::{PreviewNode, PreviewState, Route, predict, preview};
pub use rule::{LeaderFrom, Missing, OfDepartment, Rule};
pub use settings::{Action, Actions, AssigneeSettings, CcSettings, CcTiming, CommentRule, Empty, SelfApproval, Sign};
pub use validate::{Problem, ProblemCode, changed_routing, routing, routing_fields, validate};
pub use vote::{Tally, Thresholds, Verdict, judge, thresholds};

#[cfg(test)]
mod tests;
