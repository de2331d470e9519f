//! What a submission would mean, from the code that submits.

use super::effect;
use super::route::{RouteStep, expected};
use super::submit::{Submission, prepare};
use crate::approval::engine::{self, Values};
use crate::cx::{Actor, Cx};
use crate::error::{FieldError, Result};
use crate::leave::service::{Assessment, Team};

/// What a submission would mean.
#[derive(Clone, Debug)]
pub struct Preview {
    /// What the module of the template works out.
    pub computed: Values,
    /// All that speaks against it, each at its input.
    pub errors: Vec<FieldError>,
    /// The way it would go.
    pub route: Vec<RouteStep>,
    /// What it means for leave.
    pub leave: Option<(Assessment, Team)>,
    /// Whether it would be taken.
    pub can_submit: bool,
}

/// Looks at a submission without keeping anything.
///
/// # Errors
/// [`crate::error::Error::NotFound`] for a template that may not be started; wrong inputs are part of the answer.
pub async fn preview(cx: &Cx, actor: &Actor, submission: &Submission) -> Result<Preview> {
    let prepared = prepare(cx, cx.db.read(), None, actor, submission).await?;
    let errors = prepared.against();
    let definition = &prepared.pinned.definition;
    let (form, chosen) = (&submission.form, &submission.chosen);
    let route = engine::preview(definition, &prepared.draft, form, chosen, &prepared.facts, cx.now());
    // Where the form cannot be judged yet the way is not known; a stop is no news to an applicant who has not finished.
    let can_submit = errors.is_empty();
    let leave = effect::with_team(cx, actor, prepared.department, form, prepared.meaning.leave).await?;
    Ok(Preview {
        computed: prepared.facts.computed,
        route: expected(&route, definition),
        leave,
        errors,
        can_submit,
    })
}
