//! Acts on a request as a whole: withdraw, urge, copy, comment.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use entity::{ApprovalId, CommentId, FileId, Id, MemberId, approval_comment as comment_row, approval_copy as copy_row};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use serde_json::json;
use type_safe_id::{DynamicType, TypeSafeId};

use super::announce::Written;
use super::perform::{Begun, Done, Held, Outcome, Target, begin, standing};
use super::read::readers_among;
use crate::approval::engine::{Act, Event, EventKind, Facts, Values};
use crate::cx::{Actor, Cx};
use crate::error::{Error, Result};
use crate::file;
use crate::org::service as org;

/// Most characters of a comment.
const COMMENT_LIMIT: usize = 4_000;
/// Most files of a comment.
const FILE_LIMIT: usize = 20;
/// Most people one comment names.
const MENTION_LIMIT: usize = 50;

/// Takes the own request back.
///
/// # Errors
/// [`Error::NotAllowedNow`] with the reason, [`Error::Forbidden`] for others than the applicant.
pub async fn withdraw(
    cx: &Cx,
    actor: &Actor,
    approval: ApprovalId,
    why: Option<String>,
    key: Option<&str>,
) -> Result<Done> {
    let target = Target::Request(approval);
    let held = match begin(cx, actor, target, "withdrawApproval", key, &(approval, &why)).await? {
        Begun::Done(done) => return Ok(done),
        Begun::Held(held) => held,
    };
    let facts = Facts::default();
    let events = held
        .decide(Act::Withdraw { comment: why }, &facts)
        .await
        .map_err(of_reason)?;
    held.finish(&facts, Outcome::of(events, Done::with(approval))).await
}

/// A fault of the words, at the input they came in.
fn of_reason(error: Error) -> Error {
    let Error::Invalid(mut fields) = error else {
        return error;
    };
    for field in fields.iter_mut().filter(|field| field.path == "comment") {
        "reason".clone_into(&mut field.path);
    }
    Error::Invalid(fields)
}

/// Asks those who are asked to hurry, once in four hours each.
///
/// # Errors
/// [`Error::Throttled`] when all of them were urged not long ago.
pub async fn urge(cx: &Cx, actor: &Actor, approval: ApprovalId) -> Result<Done> {
    let held = match begin(cx, actor, Target::Request(approval), "urgeApproval", None, &approval).await? {
        Begun::Done(done) => return Ok(done),
        Begun::Held(held) => held,
    };
    let facts = Facts::default();
    let events = held.decide(Act::Urge, &facts).await?;
    let urged = events.iter().map(|event| match &event.kind {
        EventKind::Urged { tasks } => tasks.len(),
        _ => 0,
    });
    let done = Done {
        urged: urged.sum(),
        ..Done::with(approval)
    };
    held.finish(&facts, Outcome::of(events, done)).await
}

/// Sends copies. Who has one already gets none again.
///
/// # Errors
/// [`Error::Forbidden`] for those who only read it; [`Error::Invalid`] for members who are not at work.
pub async fn copy(cx: &Cx, actor: &Actor, approval: ApprovalId, members: Vec<MemberId>) -> Result<Done> {
    let target = Target::Request(approval);
    let held = match begin(cx, actor, target, "copyApproval", None, &(approval, &members)).await? {
        Begun::Done(done) => return Ok(done),
        Begun::Held(held) => held,
    };
    let facts = held.facts(&Values::new(), &BTreeMap::new(), &members).await?;
    let events = held.decide(Act::Copy { members }, &facts).await?;
    if names_nobody(&events) {
        return Ok(Done::with(approval));
    }
    held.finish(&facts, Outcome::of(events, Done::with(approval))).await
}

fn names_nobody(events: &[Event]) -> bool {
    events
        .iter()
        .all(|event| matches!(&event.kind, EventKind::Copied { members } if members.is_empty()))
}

/// Marks the own copy as opened. Without a copy nothing happens.
///
/// # Errors
/// Only those of the database.
pub async fn mark_copy_read(cx: &Cx, actor: &Actor, approval: ApprovalId) -> Result<()> {
    let tx = cx.begin().await?;
    let changed = copy_row::Entity::update_many()
        .col_expr(copy_row::Column::ReadAt, Expr::value(cx.now()))
        .filter(copy_row::Column::CaseId.eq(approval))
        .filter(copy_row::Column::MemberId.eq(actor.member))
        .filter(Expr::col(copy_row::Column::ReadAt).is_null())
        .exec(&*tx)
        .await?;
    if changed.rows_affected == 0 {
        return tx.commit().await;
    }
    let draft = crate::event::Draft::new("approval.copy_read", approval)
        .topic(crate::event::topic::copied(actor.member))
        .topic(crate::event::topic::object(approval));
    crate::event::append(cx, &tx, actor, draft).await?;
    tx.commit().await
}

/// A comment to write.
#[derive(Clone, Debug, Serialize)]
pub struct NewComment {
    /// On which request.
    pub approval: ApprovalId,
    /// Plain text; mentions stand as `@[member id]`.
    pub body: String,
    /// Files given with it.
    pub attachments: Vec<FileId>,
}

/// Writes a comment. Who is mentioned and may not read the request gets a copy, so that he may.
///
/// # Errors
/// [`Error::Invalid`] for an empty or overlong body, unknown members or files that are not the actor's.
pub async fn comment(cx: &Cx, actor: &Actor, new: NewComment, key: Option<&str>) -> Result<Done> {
    let body = checked(&new)?;
    let mentions = mentions(&body)?;
    let people = org::people(cx, &mentions).await?;
    let said = spoken(&body, |member| {
        people.get(&member).map(|person| person.row.name.as_str())
    });
    let target = Target::Request(new.approval);
    let held = match begin(cx, actor, target, "commentApproval", key, &new).await? {
        Begun::Done(done) => return Ok(done),
        Begun::Held(held) => held,
    };
    let facts = match mentions.as_slice() {
        [] => Facts::default(),
        named => held.facts(&Values::new(), &BTreeMap::new(), named).await?,
    };
    let events = held
        .decide(
            Act::Comment {
                mentions: mentions.clone(),
            },
            &facts,
        )
        .await?;
    let copies = strangers(&held, &mentions).await?;
    give_copies(&held, &copies).await?;
    let id: CommentId = cx.id();
    comment_row::Entity::insert(comment_row::ActiveModel {
        id: Set(id),
        case_id: Set(new.approval),
        author_id: Set(actor.member),
        body: Set(body.clone()),
        mentions: Set(json!(mentions)),
        attachments: Set(json!(new.attachments)),
        created_at: Set(cx.now()),
    })
    .exec_without_returning(&*held.tx)
    .await?;
    file::service::attach(&held.tx, actor, new.approval, &new.attachments, "attachmentIds").await?;
    let written = Written {
        body: &body,
        said: &said,
        attachments: &new.attachments,
    };
    let done = Done {
        comment: Some(id),
        ..Done::with(new.approval)
    };
    let outcome = Outcome {
        copies,
        comment: Some(written),
        ..Outcome::of(events, done)
    };
    held.finish(&facts, outcome).await
}

fn checked(new: &NewComment) -> Result<String> {
    let body = new.body.trim().replace('\0', "");
    if body.is_empty() {
        return Err(Error::invalid("body", "请填写评论", "Write a comment"));
    }
    if body.chars().nth(COMMENT_LIMIT).is_some() {
        return Err(Error::invalid("body", "最多 4000 个字", "At most 4,000 characters"));
    }
    if new.attachments.len() > FILE_LIMIT {
        return Err(Error::invalid("attachmentIds", "最多 20 个附件", "At most 20 files"));
    }
    Ok(body)
}

/// Members a body names as `@[member id]`, in order, each once.
fn mentions(body: &str) -> Result<Vec<MemberId>> {
    let mut found = Vec::new();
    for part in body.split("@[").skip(1) {
        let Some((text, _)) = part.split_once(']') else {
            continue;
        };
        if let Some(member) = mentioned(text).filter(|member| !found.contains(member)) {
            found.push(member);
        }
    }
    if found.len() > MENTION_LIMIT {
        return Err(Error::invalid(
            "body",
            "最多提及 50 人",
            "At most 50 people may be mentioned",
        ));
    }
    Ok(found)
}

fn mentioned(text: &str) -> Option<MemberId> {
    let id = text.parse::<TypeSafeId<DynamicType>>().ok()?;
    (id.type_prefix() == MemberId::PREFIX).then(|| MemberId::from_uuid(id.uuid()))
}

/// A body as people read it: with names in place of ids.
fn spoken<'a>(body: &str, name: impl Fn(MemberId) -> Option<&'a str>) -> String {
    let mut parts = body.split("@[");
    let mut said = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let read = part
            .split_once(']')
            .and_then(|(id, rest)| Some((name(mentioned(id)?)?, rest)));
        let (before, rest) = read.map_or(("@[", part), |(name, rest)| {
            said.push('@');
            (name, rest)
        });
        said.push_str(before);
        said.push_str(rest);
    }
    said
}

/// Who of the mentioned may not read the request yet.
async fn strangers(held: &Held<'_>, mentions: &[MemberId]) -> Result<Vec<MemberId>> {
    let loaded = &held.loaded;
    let unknown: Vec<MemberId> = mentions
        .iter()
        .copied()
        .filter(|member| {
            let standing = standing(&loaded.case, *member);
            *member != loaded.row.applicant_id && !standing.asked && !standing.copied
        })
        .collect();
    let readers: HashSet<MemberId> = readers_among(&*held.tx, &unknown).await?;
    Ok(unknown.into_iter().filter(|member| !readers.contains(member)).collect())
}

async fn give_copies(held: &Held<'_>, members: &[MemberId]) -> Result<()> {
    let members: BTreeSet<MemberId> = members.iter().copied().collect();
    if members.is_empty() {
        return Ok(());
    }
    let rows = members.into_iter().map(|member| copy_row::ActiveModel {
        case_id: Set(held.loaded.row.id),
        member_id: Set(member),
        node_key: Set(None),
        sent_by_id: Set(Some(held.actor.member)),
        created_at: Set(held.cx.now()),
        read_at: Set(None),
    });
    copy_row::Entity::insert_many(rows)
        .on_conflict_do_nothing_on([copy_row::Column::CaseId, copy_row::Column::MemberId])
        .exec_without_returning(&*held.tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn mentions_are_read_from_the_text() {
        let member = MemberId(Uuid::from_u128(0x0190_1234_5678_7abc_8def_0123_4567_89ab));
        let id = TypeSafeId::from_type_and_uuid(DynamicType::new("member").expect("a prefix"), member.0);
        let check = |body: String, expected: &[MemberId]| assert_eq!(mentions(&body).expect("few"), expected, "{body}");
        check(format!("请看 @[{id}]，谢谢 @[{id}]"), &[member]);
        let read = |body: String| spoken(&body, |known| (known == member).then_some("李敏"));
        assert_eq!(read(format!("请看 @[{id}]，谢谢@[{id}]")), "请看 @李敏，谢谢@李敏");
        for body in ["@[] @[approval_01h455vb4pex5vsknk084sn02q] @ [x] @[", "没有人", ""] {
            assert_eq!(read(body.to_owned()), body);
        }
        check("@[] @[approval_01h455vb4pex5vsknk084sn02q] @ [x] @[".to_owned(), &[]);
    }
}
