//! What a request does to the module its template belongs to, in the same transaction.
//!
//! For leave: hold at submission, take when it passes, let go when it comes back or ends otherwise. Every call is idempotent.

use entity::{ApprovalId, ApprovalStatus, DepartmentId, MemberId};
use sea_orm::ConnectionTrait;
use serde_json::Value;

use crate::approval::engine::{Case, Values};
use crate::approval::model::value::{Shown, minutes_text};
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, FieldError, Locale, Result, Text};
use crate::leave;

/// Key of the template whose requests are for leave.
const LEAVE: &str = "leave";

/// What a form means to the module of its template.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    /// What conditions see as `computed`.
    pub(super) computed: Values,
    /// What is wrong, as errors of the input `form`.
    pub(super) errors: Vec<FieldError>,
    /// For leave: days, lots and balance.
    pub(super) leave: Option<leave::service::Assessment>,
}

impl Meaning {
    /// Passes what may be submitted.
    ///
    /// # Errors
    /// The refusal of the module: wrong inputs first, then overlap, then balance.
    pub(super) fn accept(&self) -> Result<()> {
        if !self.errors.is_empty() {
            return Err(Error::Invalid(self.errors.clone()));
        }
        self.leave.as_ref().map_or(Ok(()), leave::service::Assessment::accept)
    }

    /// All that speaks against it, each at its field.
    pub(super) fn against(&self) -> Vec<FieldError> {
        let refusals = self.leave.iter().flat_map(|leave| &leave.refusals);
        let refusals = refusals.map(|refusal| FieldError::new(format!("form.{}", refusal.field), refusal.text.clone()));
        self.errors.iter().cloned().chain(refusals).collect()
    }
}

/// Works out what a form means. `correcting` is the request being corrected. `within` a transaction that is going to submit it,
/// nothing it depends on can change afterwards.
pub(super) async fn weigh(
    cx: &Cx,
    conn: &impl ConnectionTrait,
    within: Option<&Tx>,
    template: &str,
    applicant: MemberId,
    form: &Values,
    correcting: Option<ApprovalId>,
) -> Result<Meaning> {
    let mut meaning = Meaning::default();
    if template != LEAVE {
        return Ok(meaning);
    }
    match leave::service::parse(&Value::Object(form.clone())) {
        Ok(form) => {
            if let Some(tx) = within {
                leave::service::lock(tx, applicant).await?;
            }
            let assessment = leave::service::assess(cx, conn, applicant, &form, correcting).await?;
            meaning.computed = leave::service::facts(&assessment)
                .as_object()
                .cloned()
                .unwrap_or_default();
            meaning.leave = Some(assessment);
        }
        Err(errors) => {
            meaning.errors = errors
                .into_iter()
                .map(|error| FieldError::new(format!("form.{}", error.path), error.message))
                .collect();
        }
    }
    Ok(meaning)
}

/// Adds who of the team is away in the meantime.
pub(super) async fn with_team(
    cx: &Cx,
    actor: &Actor,
    department: DepartmentId,
    form: &Values,
    leave: Option<leave::service::Assessment>,
) -> Result<Option<(leave::service::Assessment, leave::service::Team)>> {
    let (Some(leave), Ok(form)) = (leave, leave::service::parse(&Value::Object(form.clone()))) else {
        return Ok(None);
    };
    let team = leave::service::team_of(cx, actor, actor.member, Some(department), &form.span, &leave.rows).await?;
    Ok(Some((leave, team)))
}

/// Name of a leave type.
pub(super) async fn leave_type_name(cx: &Cx, conn: &impl ConnectionTrait, key: &str) -> Result<Option<(String, Text)>> {
    Ok(leave::service::kind_name(cx, conn, key)
        .await?
        .map(|name| (key.to_owned(), name)))
}

/// Adds what the module works out to the values shown: the length of a leave behind its last day.
pub(super) fn add_computed(template: &str, computed: &Values, shown: &mut Vec<Shown>) {
    let minutes = computed
        .get("minutes")
        .and_then(Value::as_i64)
        .and_then(|minutes| i32::try_from(minutes).ok());
    let (LEAVE, Some(minutes)) = (template, minutes) else {
        return;
    };
    let behind = shown
        .iter()
        .position(|one| one.key == "end_date")
        .map_or(shown.len(), |at| at + 1);
    let length = Shown {
        key: "duration".to_owned(),
        label: "时长".to_owned(),
        label_en: "Length".to_owned(),
        kind: "DURATION".to_owned(),
        value: minutes.into(),
        text: minutes_text(minutes, Locale::Zh),
        text_en: minutes_text(minutes, Locale::En),
    };
    shown.insert(behind, length);
}

/// The values lists show, where the module knows better than the marks of the template: for leave its type, when, how long.
pub(super) fn summary(template: &str, form: &Values, shown: &[Shown], this_year: i32) -> Option<Vec<Shown>> {
    let one = |key: &str| shown.iter().find(|one| one.key == key);
    let (LEAVE, Some(kind), Some(length)) = (template, one("leave_type"), one("duration")) else {
        return None;
    };
    let span = leave::service::parse(&Value::Object(form.clone())).ok()?.span;
    let (text, text_en) = leave::service::period(&span, this_year);
    let ends = ["start_date", "start_part", "end_date", "end_part"];
    let ends = ends.map(|key| (key.to_owned(), form.get(key).cloned().unwrap_or_default()));
    let period = Shown {
        key: "period".to_owned(),
        label: "时间".to_owned(),
        label_en: "When".to_owned(),
        kind: "PERIOD".to_owned(),
        value: Value::Object(ends.into_iter().collect()),
        text,
        text_en,
    };
    Some(vec![kind.clone(), period, length.clone()])
}

/// Lets a change take effect. Gives the topics it touched. `assessed` is what [`weigh`] found within this transaction.
pub(super) async fn apply(
    cx: &Cx,
    tx: &Tx,
    actor: &Actor,
    template: &str,
    id: ApprovalId,
    (before, after): (Option<&Case>, &Case),
    assessed: Option<leave::service::Assessment>,
) -> Result<Vec<String>> {
    if template != LEAVE {
        return Ok(Vec::new());
    }
    let round_before = before.map_or(0, |case| case.round);
    let status_before = before.map_or(ApprovalStatus::Draft, |case| case.status);
    if round_before == after.round && status_before == after.status {
        return Ok(Vec::new());
    }
    let applicant = after.applicant.member;
    if after.round > round_before {
        let form = leave::service::parse(&Value::Object(after.form.clone())).map_err(Error::Invalid)?;
        let round = i32::try_from(after.round).map_err(Error::internal)?;
        let wish = leave::service::Wish {
            case: id,
            round,
            member: applicant,
            form: &form,
            assessed,
        };
        leave::service::hold(cx, tx, actor, wish).await?;
    }
    match after.status {
        ApprovalStatus::Approved => leave::service::consume(cx, tx, actor, id).await?,
        ApprovalStatus::Returned
        | ApprovalStatus::Rejected
        | ApprovalStatus::Withdrawn
        | ApprovalStatus::Terminated => leave::service::release(cx, tx, actor, id).await?,
        _ => {}
    }
    Ok(leave::service::topics(applicant).into())
}
