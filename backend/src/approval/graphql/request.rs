//! Requests.

use std::sync::Arc;

use async_graphql::connection::EmptyFields;
use async_graphql::{ComplexObject, Context, ID, Json, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{CommentId, FileId, MemberId, approval_case};
use serde_json::Value;

use super::comment::timeline;
use super::load::{
    self, CommentsOf, CopiesOf, HistoryOf, LeaveOf, RoundsOf, RouteOf, StepsOf, TallyOf, definition, load, pinned,
};
use super::{ApprovalCopy, ApprovalStatus, ApprovalTask, ApprovalTemplate, Comment, RouteNode, TimelineEntry};
use crate::approval::engine;
use crate::approval::model::reason;
use crate::approval::model::value::Shown;
use crate::approval::service::{self, FieldView, Wayfarer};
use crate::error::{Error, Locale, Result};
use crate::file::graphql::File;
use crate::graphql::connection::{List, PageArgs, Slice, list};
use crate::graphql::scalar::ViewerAction;
use crate::graphql::{actor, cx, id, locale};
use crate::leave::graphql::LeaveDetail;
use crate::org::graphql::{Department, Member, department, member, members};
use crate::org::service as org;

/// A request on its way.
pub struct Approval {
    row: Arc<approval_case::Model>,
}

impl Approval {
    pub(super) fn new(row: Arc<approval_case::Model>) -> Self {
        Self { row }
    }

    pub(super) fn row(&self) -> &Arc<approval_case::Model> {
        &self.row
    }

    /// Place in lists.
    pub(super) fn cursor(&self) -> String {
        id::encode(self.row.id).to_string()
    }
}

/// A request on its way.
#[Object]
impl Approval {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        id::encode(self.row.id)
    }

    /// Number people quote: `QJ-20261123-0007`.
    async fn number(&self) -> &str {
        &self.row.number
    }

    /// Title in the language of the viewer.
    async fn title(&self, ctx: &Context<'_>) -> &str {
        match locale(ctx) {
            Locale::Zh => &self.row.title,
            Locale::En => &self.row.title_en,
        }
    }

    /// Where it stands.
    async fn status(&self) -> ApprovalStatus {
        self.row.status.into()
    }

    /// 1, 2 ...; grows with each resubmission.
    async fn round(&self) -> i32 {
        self.row.round
    }

    /// Grows with each change.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// Kind of request, in the version this one is pinned to.
    async fn template(&self, ctx: &Context<'_>) -> Result<ApprovalTemplate> {
        let found = load::find_template(ctx, self.row.template_id).await?;
        Ok(found.ok_or(Error::NotFound)?.pinned(self.row.version_id))
    }

    /// Who asks.
    async fn applicant(&self, ctx: &Context<'_>) -> Result<Member> {
        member(ctx, self.row.applicant_id).await
    }

    /// For which of the departments of the applicant.
    async fn department(&self, ctx: &Context<'_>) -> Result<Department> {
        department(ctx, self.row.department_id).await
    }

    /// Values by field key, of the current round.
    async fn form(&self) -> Result<Json<Value>> {
        Ok(Json(self.row.form.parse()?))
    }

    /// Values with labels, worded for the viewer.
    #[graphql(complexity = "5 + child_complexity")]
    async fn fields(&self, ctx: &Context<'_>) -> Result<Vec<FormField>> {
        let rounds = match self.row.round {
            ..=1 => None,
            _ => load(ctx)?.load_one(RoundsOf(self.row.id)).await?,
        };
        let pinned = pinned(ctx, &self.row).await?;
        let rounds = rounds.as_deref().map(Vec::as_slice).unwrap_or_default();
        let fields = service::fields(cx(ctx)?, &self.row, &pinned, rounds).await?;
        Ok(fields
            .into_iter()
            .map(|field| FormField::new(field, locale(ctx)))
            .collect())
    }

    /// Up to three values the template marks for lists.
    async fn summary(&self, ctx: &Context<'_>) -> Result<Vec<FormField>> {
        let shown: Vec<Shown> = self.row.summary.parse()?;
        let field = |shown| {
            FormField::new(
                FieldView {
                    shown,
                    changed_from: None,
                    files: Vec::new(),
                },
                locale(ctx),
            )
        };
        Ok(shown.into_iter().map(field).collect())
    }

    /// All tasks of all rounds, in order.
    async fn tasks(&self, ctx: &Context<'_>) -> Result<Vec<ApprovalTask>> {
        let steps = load(ctx)?.load_one(StepsOf(self.row.id)).await?;
        let tasks = steps.iter().flat_map(|steps| steps.iter()).flat_map(|step| &step.tasks);
        Ok(tasks.map(|task| ApprovalTask::new(Arc::new(task.clone()))).collect())
    }

    /// The route: what has been, is and is expected, in order.
    #[graphql(complexity = "10 + child_complexity")]
    async fn route(&self, ctx: &Context<'_>) -> Result<Vec<RouteNode>> {
        let load = load(ctx)?;
        let (steps, definition) =
            futures_util::try_join!(load.load_one(StepsOf(self.row.id)), definition(ctx, &self.row))?;
        let steps = steps.unwrap_or_default();
        let request = Wayfarer {
            row: self.row.clone(),
            definition,
            steps,
        };
        let route = load.load_one(RouteOf(request)).await?.unwrap_or_default();
        Ok(route.iter().map(|step| RouteNode::new(step, locale(ctx))).collect())
    }

    /// What happened, the oldest first.
    #[graphql(complexity = "5 + child_complexity")]
    async fn timeline(&self, ctx: &Context<'_>) -> Result<Vec<TimelineEntry>> {
        let history = load(ctx)?.load_one(HistoryOf(self.row.id)).await?;
        timeline(
            ctx,
            history.as_deref().map(Vec::as_slice).unwrap_or_default(),
            locale(ctx),
        )
        .await
    }

    /// Comments beside the decisions, the oldest first.
    #[graphql(complexity = "5 + child_complexity")]
    async fn comments(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<List<Comment, EmptyFields>> {
        let page = PageArgs::forward(first, after).page::<CommentId>()?;
        let comments = match page.from {
            Some(_) => service::comments(cx(ctx)?, self.row.id, page).await?,
            None => {
                let key = CommentsOf(self.row.id, page.size);
                let found = load(ctx)?.load_one(key).await?.unwrap_or_default();
                Slice::cut(found.to_vec(), &page)
            }
        };
        let mut people: Vec<MemberId> = Vec::new();
        for row in &comments.items {
            people.push(row.author_id);
            people.extend(serde_json::from_value::<Vec<MemberId>>(row.mentions.clone())?);
        }
        org::people(cx(ctx)?, &people).await?;
        Ok(list(comments.map(Comment::new), false, EmptyFields, Comment::cursor))
    }

    /// How many comments it has.
    async fn comment_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let tally = load(ctx)?.load_one(TallyOf(self.row.id)).await?.unwrap_or_default();
        Ok(i32::try_from(tally.comments).unwrap_or(i32::MAX))
    }

    /// How many files belong to it.
    async fn attachment_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let tally = load(ctx)?.load_one(TallyOf(self.row.id)).await?.unwrap_or_default();
        Ok(i32::try_from(tally.files).unwrap_or(i32::MAX))
    }

    /// Copies sent, the oldest first.
    async fn copies(&self, ctx: &Context<'_>) -> Result<Vec<ApprovalCopy>> {
        let copies = load(ctx)?.load_one(CopiesOf(self.row.id)).await?;
        Ok(copies
            .iter()
            .flat_map(|copies| copies.iter())
            .map(ApprovalCopy::from)
            .collect())
    }

    /// Members whose decision is awaited.
    async fn waiting_for(&self, ctx: &Context<'_>) -> Result<Vec<Member>> {
        members(ctx, &service::waiting_for(&self.row)).await
    }

    /// The viewer's open task, if any.
    async fn viewer_task(&self, ctx: &Context<'_>) -> Result<Option<ApprovalTask>> {
        let Some(task) = service::open_task(actor(ctx)?, &self.row)? else {
            return Ok(None);
        };
        let steps = load(ctx)?.load_one(StepsOf(self.row.id)).await?;
        let tasks = steps.iter().flat_map(|steps| steps.iter()).flat_map(|step| &step.tasks);
        Ok(tasks
            .into_iter()
            .find(|row| row.id == task)
            .map(|row| ApprovalTask::new(Arc::new(row.clone()))))
    }

    /// What it means for leave; null for other kinds of requests.
    async fn leave(&self, ctx: &Context<'_>) -> Result<Option<LeaveDetail>> {
        let detail = load(ctx)?.load_one(LeaveOf(self.row.id)).await?.flatten();
        Ok(detail.map(|detail| LeaveDetail::new((*detail).clone(), self.row.department_id, locale(ctx))))
    }

    /// Why it is BLOCKED, in the language of the viewer.
    async fn block_reason(&self, ctx: &Context<'_>) -> Option<String> {
        service::block_reason(&self.row).map(|reason| reason.get(locale(ctx)).to_owned())
    }

    /// First submission.
    async fn submitted_at(&self) -> DateTime<Utc> {
        self.row.submitted_at
    }

    /// Last change.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }

    /// When it ended.
    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.row.finished_at
    }

    /// Whether it is a copy the viewer has not opened.
    async fn unread(&self, ctx: &Context<'_>) -> Result<bool> {
        let tally = load(ctx)?.load_one(TallyOf(self.row.id)).await?.unwrap_or_default();
        Ok(tally.unread)
    }

    /// What the viewer may do: APPROVE REJECT RETURN WITHDRAW_DECISION WITHDRAW RESUBMIT URGE COMMENT COPY.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Result<Vec<ViewerAction>> {
        let definition = definition(ctx, &self.row).await?;
        let actions = service::actions(cx(ctx)?, actor(ctx)?, &self.row, &definition).await?;
        Ok(offered(&actions, locale(ctx)))
    }
}

/// Actions of the engine in words. Those no mutation offers yet are left out.
pub(super) fn offered(actions: &[engine::ViewerAction], locale: Locale) -> Vec<ViewerAction> {
    actions
        .iter()
        .filter(|action| !matches!(action.name, "RETRY" | "TERMINATE"))
        .map(|action| ViewerAction {
            name: action.name.to_owned(),
            enabled: action.enabled,
            reason: action.reason.map(|why| reason::text(why).get(locale).to_owned()),
        })
        .collect()
}

/// A value with its label, as the viewer may see it; `text` is ready to show in the viewer's language.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct FormField {
    /// Key of the field.
    key: String,
    /// Label in the language of the viewer.
    label: String,
    /// What it takes: `DATE`; for values the server works out also `DURATION` and `PERIOD`.
    kind: String,
    /// As the form holds it; of a `PERIOD` its `start_date`, `start_part`, `end_date` and `end_part`.
    value: Option<Json<Value>>,
    /// Worded in the language of the viewer.
    text: String,
    /// What it said in the round before, where it differs.
    changed_from: Option<String>,
    #[graphql(skip)]
    attachments: Vec<FileId>,
}

#[ComplexObject]
impl FormField {
    /// Files it names.
    async fn files(&self, ctx: &Context<'_>) -> Result<Vec<File>> {
        load::files(ctx, &self.attachments).await
    }
}

impl FormField {
    fn new(field: FieldView, locale: Locale) -> Self {
        let FieldView {
            shown,
            changed_from,
            files,
        } = field;
        Self {
            label: shown.label(locale).to_owned(),
            text: shown.text(locale).to_owned(),
            key: shown.key,
            kind: shown.kind,
            value: Some(shown.value).filter(|value| !value.is_null()).map(Json),
            changed_from: changed_from.map(|old| old.get(locale).to_owned()),
            attachments: files,
        }
    }
}
