//! Commands and queries of requests: the slice's only user of the database.

mod act;
mod announce;
mod attach;
mod audience;
mod batch;
mod counters;
mod decide;
mod describe;
mod detail;
mod effect;
mod facts;
mod load;
mod perform;
mod persist;
mod preview;
mod read;
mod route;
mod seek;
mod shelf;
mod submit;
mod template;

pub use act::{NewComment, comment, copy, mark_copy_read, urge, withdraw};
pub use audience::readers;
pub use batch::{
    Step, Tally, comment_by_id, comments, copies, first_comments, history, rounds, steps, tallies, waiting_for,
};
pub use counters::{Counters, counters};
pub use decide::{Decision, approve, reject, send_back, withdraw_decision};
pub use detail::{FieldView, actions, block_reason, fields, open_task, task_actions};
pub use load::{Pinned, name_of};
pub use perform::Done;
pub use preview::{Preview, preview};
pub use read::{Filter, Pile, count, find, find_many, find_tasks, inbox, inbox_count, list};
pub use route::{RouteSeat, RouteState, RouteStep, Wayfarer, node_name, routes};
pub use shelf::{definitions, forget_template, templates_by_ids};
pub use submit::{Correction, Submission, TemplateRef, resubmit, submit};
pub use template::{Draft, delete_draft, draft, install_builtin, last_starts, save_draft, template, templates};
