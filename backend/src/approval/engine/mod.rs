//! The approval core: pure functions over plain data, no database, no clock, no chance.
//!
//! - [`decide`] says what a [`Command`] does to a [`Case`]: events, or a [`Refusal`] and nothing.
//! - [`evolve`] applies one event; folding the events of a case over [`Case::draft`] gives the case.
//! - [`needs`] says which people, departments and roles must be loaded into [`OrgFacts`] first.
//! - [`task_actions`] and [`case_actions`] say what a viewer may do, from the same guards that `decide` asks.
//! - [`preview`] and [`predict`] walk the same machine as if everyone approved.
//!
//! Ids of node runs and tasks are given by the caller (`ids`), because they are UUIDv7 and so need clock and chance.

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
