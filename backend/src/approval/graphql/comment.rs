//! What people said: comments, copies, history.

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{FileId, MemberId, approval_comment, approval_copy, event_log};

use super::load;
use crate::approval::model::history::{Deed, Note, sentence};
use crate::error::{Locale, Result};
use crate::file::graphql::File;
use crate::graphql::{cx, id};
use crate::org::graphql::{Member, member, members};
use crate::org::service as org;

/// A comment beside the decisions.
pub struct Comment {
    row: approval_comment::Model,
}

impl Comment {
    pub(super) fn new(row: approval_comment::Model) -> Self {
        Self { row }
    }

    /// Place in lists.
    pub(super) fn cursor(&self) -> String {
        id::encode(self.row.id).to_string()
    }
}

/// A comment beside the decisions.
#[Object]
impl Comment {
    /// Its id.
    async fn id(&self) -> ID {
        id::encode(self.row.id)
    }

    /// Who wrote it.
    async fn author(&self, ctx: &Context<'_>) -> Result<Member> {
        member(ctx, self.row.author_id).await
    }

    /// Plain text; mentions stand as `@[member id]`.
    async fn body(&self) -> &str {
        &self.row.body
    }

    /// Members it mentions.
    async fn mentions(&self, ctx: &Context<'_>) -> Result<Vec<Member>> {
        let ids: Vec<MemberId> = serde_json::from_value(self.row.mentions.clone())?;
        members(ctx, &ids).await
    }

    /// Files given with it.
    async fn files(&self, ctx: &Context<'_>) -> Result<Vec<File>> {
        let ids: Vec<FileId> = serde_json::from_value(self.row.attachments.clone())?;
        load::files(ctx, &ids).await
    }

    /// When.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }
}

/// A copy of a request to a member.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ApprovalCopy {
    #[graphql(skip)]
    who: MemberId,
    #[graphql(skip)]
    from_whom: Option<MemberId>,
    /// When sent.
    created_at: DateTime<Utc>,
    /// When opened.
    read_at: Option<DateTime<Utc>>,
}

#[ComplexObject]
impl ApprovalCopy {
    /// Who got it.
    async fn member(&self, ctx: &Context<'_>) -> Result<Member> {
        member(ctx, self.who).await
    }

    /// Who sent it; null where the process did.
    async fn sent_by(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.from_whom {
            Some(id) => Ok(Some(member(ctx, id).await?)),
            None => Ok(None),
        }
    }
}

impl From<&approval_copy::Model> for ApprovalCopy {
    fn from(row: &approval_copy::Model) -> Self {
        Self {
            who: row.member_id,
            from_whom: row.sent_by_id,
            created_at: row.created_at,
            read_at: row.read_at,
        }
    }
}

/// An entry of the history of a request.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct TimelineEntry {
    /// Its id.
    id: ID,
    /// When.
    at: DateTime<Utc>,
    /// What happened: SUBMITTED RESUBMITTED APPROVED_TASK HANDLED_TASK REJECTED_TASK RETURNED DECISION_WITHDRAWN WITHDRAWN TERMINATED RETRIED URGED COMMENTED COPIED BLOCKED PASSED REJECTED.
    kind: String,
    /// Step it happened at, in the language of the viewer.
    node_name: Option<String>,
    /// Round of the request.
    round: i32,
    /// Opinion, reason or comment given.
    comment: Option<String>,
    /// What happened in one sentence, in the language of the viewer.
    text: String,
    /// From the opening of the task to its decision.
    duration_seconds: Option<i32>,
    #[graphql(skip)]
    who: Option<MemberId>,
    #[graphql(skip)]
    for_whom: Option<MemberId>,
    #[graphql(skip)]
    attachments: Vec<FileId>,
}

#[ComplexObject]
impl TimelineEntry {
    /// Who did it; null for the server.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.who {
            Some(id) => Ok(Some(member(ctx, id).await?)),
            None => Ok(None),
        }
    }

    /// For whom the actor stood in.
    async fn on_behalf_of(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.for_whom {
            Some(id) => Ok(Some(member(ctx, id).await?)),
            None => Ok(None),
        }
    }

    /// Files given with it.
    async fn files(&self, ctx: &Context<'_>) -> Result<Vec<File>> {
        load::files(ctx, &self.attachments).await
    }
}

/// The history of a request in words.
pub(super) async fn timeline(
    ctx: &Context<'_>,
    history: &[(Deed, event_log::Model)],
    locale: Locale,
) -> Result<Vec<TimelineEntry>> {
    let notes: Vec<Note> = history
        .iter()
        .map(|(_, row)| serde_json::from_value(row.payload.clone()).unwrap_or_default())
        .collect();
    let actors = history.iter().filter_map(|(_, row)| row.actor_id);
    let people = notes.iter().flat_map(|note| note.members.iter().copied());
    let people: Vec<MemberId> = actors.chain(people).collect();
    let known = org::people(cx(ctx)?, &people).await?;
    let name = |member: MemberId| known.get(&member).map(|person| person.row.name.clone());
    let entry = |((deed, row), note): (&(Deed, event_log::Model), Note)| {
        let who = row.actor_id.and_then(name);
        let people: Vec<String> = note.members.iter().filter_map(|member| name(*member)).collect();
        TimelineEntry {
            id: id::encode(row.id),
            at: row.at,
            kind: deed.word(),
            node_name: note.node(locale).map(str::to_owned),
            round: i32::try_from(note.round).unwrap_or(i32::MAX),
            text: sentence(*deed, &note, who.as_deref(), &people, locale),
            duration_seconds: note.duration.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX)),
            who: row.actor_id,
            for_whom: note.on_behalf_of,
            comment: note.comment,
            attachments: note.attachments,
        }
    };
    Ok(history.iter().zip(notes).map(entry).collect())
}
