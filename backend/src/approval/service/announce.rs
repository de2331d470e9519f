//! The history and the notices of a change: one event for the deed, one for each thing that followed from it.

use std::collections::{BTreeMap, BTreeSet};

use entity::{ApprovalId, Id, MemberId, NodeKind, NotificationKind, Role, TaskId, Via, approval_case as case_row};
use serde_json::{Value, json};

use super::load::Pinned;
use super::persist::{pending, word};
use crate::approval::engine::{Case, Event, EventKind, OrgFacts, Vote};
use crate::approval::model::history::{Deed, Note};
use crate::approval::model::value::Shown;
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::Result;
use crate::event::{self, Draft, topic};
use crate::notification::service::{Notice, notify, topics as notice_topics};

/// A change that was written.
pub(super) struct Change<'a> {
    pub(super) row: &'a case_row::Model,
    pub(super) pinned: &'a Pinned,
    pub(super) before: Option<&'a Case>,
    pub(super) after: &'a Case,
    pub(super) events: &'a [Event],
    /// Topics of the module of the template.
    pub(super) topics: Vec<String>,
    /// For who must know when it is stuck.
    pub(super) org: &'a OrgFacts,
    /// The comment written, where the deed is one.
    pub(super) comment: Option<Written<'a>>,
}

/// A comment that was written.
pub(super) struct Written<'a> {
    pub(super) body: &'a str,
    /// The body with names in place of ids.
    pub(super) said: &'a str,
    pub(super) attachments: &'a [entity::FileId],
}

/// Appends the events of a change and tells those concerned.
pub(super) fn announce(cx: &Cx, tx: &Tx, actor: &Actor, change: &Change<'_>) -> Result<()> {
    let notices = change.notices(actor);
    let mut topics = change.topics();
    topics.extend(notice_topics(&notices));
    topics.sort_unstable();
    topics.dedup();
    let mut drafts = Vec::new();
    for (deed, by_actor, note) in change.history() {
        let mut draft = Draft::new(deed.kind(), change.row.id)
            .version(change.row.version)
            .payload(serde_json::to_value(note)?);
        // What follows from the deed is seen with it: the object is topic enough.
        draft.topics = if topics.is_empty() {
            vec![topic::object(change.row.id)]
        } else {
            std::mem::take(&mut topics)
        };
        drafts.push(if by_actor {
            (Some(actor.member), actor.via, draft)
        } else {
            (None, Via::System, draft)
        });
    }
    event::append_all(cx, tx, drafts)?;
    notify(cx, tx, Some(actor.member), &notices);
    Ok(())
}

impl Change<'_> {
    fn topics(&self) -> Vec<String> {
        let before = self.before.map(pending).unwrap_or_default();
        let after = pending(self.after);
        let mut topics = BTreeSet::from([topic::object(self.row.id), topic::started(self.row.applicant_id)]);
        topics.extend(differing(&before, &after).map(topic::inbox));
        topics.extend(self.copied().into_iter().map(topic::copied));
        topics.extend(self.topics.iter().cloned());
        topics.into_iter().collect()
    }

    /// Members who got a copy now.
    fn copied(&self) -> BTreeSet<MemberId> {
        let before = self.before.map(|case| case.copied.clone()).unwrap_or_default();
        self.after.copied.difference(&before).copied().collect()
    }

    /// What happened, whether the actor did it, and what a reader of the history needs.
    fn history(&self) -> Vec<(Deed, bool, Note)> {
        let mut told = Vec::new();
        let mut vote = None;
        for (i, event) in self.events.iter().enumerate() {
            let note = Note {
                round: self.after.round,
                ..Note::default()
            };
            match &event.kind {
                EventKind::Submitted { .. } => told.push((Deed::Submitted, true, note)),
                EventKind::Resubmitted { .. } => told.push((Deed::Resubmitted, true, note)),
                EventKind::Voted {
                    task,
                    vote: given,
                    comment,
                    attachments,
                    ..
                } => {
                    vote = Some(*given);
                    let mut note = self.at_task(*task, note);
                    note.comment.clone_from(comment);
                    note.attachments.clone_from(attachments);
                    let deed = match given {
                        Vote::Approve if self.kind_of(*task) == Some(NodeKind::Handle) => Deed::HandledTask,
                        Vote::Approve => Deed::ApprovedTask,
                        Vote::Reject => Deed::RejectedTask,
                        Vote::Return => Deed::Returned,
                    };
                    if deed == Deed::Returned {
                        self.name_target(self.events.get(i..).unwrap_or_default(), &mut note);
                    }
                    told.push((deed, true, note));
                }
                EventKind::DecisionWithdrawn { task, .. } => {
                    let mut note = self.at_task(*task, note);
                    note.duration = None;
                    told.push((Deed::DecisionWithdrawn, true, note));
                }
                EventKind::Withdrawn { comment } => {
                    told.push((
                        Deed::Withdrawn,
                        true,
                        Note {
                            comment: comment.clone(),
                            ..note
                        },
                    ));
                }
                EventKind::Terminated { comment } => {
                    told.push((
                        Deed::Terminated,
                        true,
                        Note {
                            comment: Some(comment.clone()),
                            ..note
                        },
                    ));
                }
                EventKind::Retried => told.push((Deed::Retried, true, note)),
                EventKind::Urged { tasks } => {
                    let seats = tasks.iter().filter_map(|task| self.after.seat(*task));
                    let members = seats.map(|(_, seat)| seat.member).collect();
                    told.push((Deed::Urged, true, Note { members, ..note }));
                }
                EventKind::Commented { mentions } => {
                    told.push((Deed::Commented, true, self.comment_note(mentions, note)));
                }
                EventKind::Copied { members } | EventKind::CopySent { members, .. } if members.is_empty() => {}
                EventKind::Copied { members }
                | EventKind::CopySent {
                    members,
                    node_key: None,
                } => told.push((
                    Deed::Copied,
                    true,
                    Note {
                        members: members.clone(),
                        ..note
                    },
                )),
                EventKind::CopySent {
                    members,
                    node_key: Some(key),
                } => {
                    let members = members.clone();
                    told.push((Deed::Copied, false, self.at_node(key, Note { members, ..note })));
                }
                EventKind::SentBack { .. } if vote == Some(Vote::Reject) => {
                    let mut note = note;
                    self.name_target(self.events.get(i..).unwrap_or_default(), &mut note);
                    told.push((Deed::Returned, false, note));
                }
                EventKind::Blocked { block, .. } => {
                    let reason = Some(word(&block.reason));
                    told.push((
                        Deed::Blocked,
                        false,
                        self.at_node(&block.node_key, Note { reason, ..note }),
                    ));
                }
                EventKind::Approved => told.push((Deed::Passed, false, note)),
                EventKind::Rejected => told.push((Deed::Rejected, false, note)),
                _ => {}
            }
        }
        told
    }

    fn comment_note(&self, mentions: &[MemberId], note: Note) -> Note {
        let Some(comment) = &self.comment else { return note };
        Note {
            comment: Some(comment.body.to_owned()),
            attachments: comment.attachments.to_vec(),
            members: mentions.to_vec(),
            ..note
        }
    }

    fn kind_of(&self, task: TaskId) -> Option<NodeKind> {
        self.after.seat(task).map(|(run, _)| run.kind)
    }

    fn at_task(&self, task: TaskId, note: Note) -> Note {
        let Some((run, seat)) = self.after.seat(task) else {
            return note;
        };
        let opened = seat.opened_at.unwrap_or(run.opened_at);
        Note {
            node_key: Some(run.node_key.clone()),
            node_name: Some(run.name.clone()),
            node_name_en: Some(run.name_en.clone()),
            task: Some(task.to_string()),
            on_behalf_of: seat.on_behalf_of,
            duration: seat.decided_at.map(|at| (at - opened).num_seconds().max(0)),
            ..note
        }
    }

    fn at_node(&self, key: &str, note: Note) -> Note {
        let Some(node) = self.pinned.definition.process.node(key) else {
            return note;
        };
        Note {
            node_key: Some(node.key.clone()),
            node_name: Some(node.name.clone()),
            node_name_en: Some(node.name_en.clone()),
            ..note
        }
    }

    /// Names the node a request is sent back to; the start node has no name here, it means the applicant.
    fn name_target(&self, events: &[Event], note: &mut Note) {
        let to = events.iter().find_map(|event| match &event.kind {
            EventKind::SentBack { to, .. } => Some(to),
            _ => None,
        });
        let process = &self.pinned.definition.process;
        let start = process.start().map(|node| &node.key);
        if let Some(node) = to.filter(|to| Some(*to) != start).and_then(|to| process.node(to)) {
            note.to_name = Some(node.name.clone());
            note.to_name_en = Some(node.name_en.clone());
        }
    }

    fn notices(&self, actor: &Actor) -> Vec<Notice> {
        let mut list = Notices {
            change: self,
            actor,
            found: Vec::new(),
        };
        let before = self.before.map(pending).unwrap_or_default();
        let asked = self
            .after
            .pending()
            .filter(|seat| before.get(&seat.task) != Some(&seat.member));
        let to_applicant = |seat: &&crate::approval::engine::Seat| self.kind_of(seat.task) != Some(NodeKind::Start);
        list.add(
            NotificationKind::TaskAssigned,
            asked.filter(to_applicant).map(|seat| seat.member),
            None,
        );
        let applicant = [self.row.applicant_id];
        for event in self.events {
            match &event.kind {
                EventKind::Approved => list.add(NotificationKind::ApprovalApproved, applicant, None),
                EventKind::Rejected => list.add(NotificationKind::ApprovalRejected, applicant, self.opinion()),
                EventKind::SentBack { .. } => list.add(NotificationKind::ApprovalReturned, applicant, self.opinion()),
                EventKind::Withdrawn { comment } => {
                    list.add(
                        NotificationKind::ApprovalWithdrawn,
                        before.values().copied(),
                        comment.as_deref(),
                    );
                }
                EventKind::Urged { tasks } => {
                    let seats = tasks.iter().filter_map(|task| self.after.seat(*task));
                    list.add(
                        NotificationKind::ApprovalUrged,
                        seats.map(|(_, seat)| seat.member),
                        None,
                    );
                }
                EventKind::Copied { members } | EventKind::CopySent { members, .. } => {
                    list.add(NotificationKind::ApprovalCopied, members.iter().copied(), None);
                }
                EventKind::Commented { mentions } => {
                    let body = self.comment.as_ref().map(|comment| comment.said);
                    list.add(NotificationKind::Mentioned, mentions.iter().copied(), body);
                    let rest = applicant.into_iter().filter(|member| !mentions.contains(member));
                    list.add(NotificationKind::Commented, rest, body);
                }
                EventKind::Blocked { .. } => {
                    let holders = |role| self.org.holders(role).iter().copied();
                    let administrators: BTreeSet<_> = holders(Role::ProcessAdministrator)
                        .chain(holders(Role::Administrator))
                        .collect();
                    list.add(NotificationKind::ApprovalBlocked, administrators, None);
                }
                _ => {}
            }
        }
        list.found
    }

    /// The words given with the vote of this change.
    fn opinion(&self) -> Option<&str> {
        self.events.iter().find_map(|event| match &event.kind {
            EventKind::Voted { comment, .. } => comment.as_deref(),
            _ => None,
        })
    }
}

struct Notices<'a> {
    change: &'a Change<'a>,
    actor: &'a Actor,
    found: Vec<Notice>,
}

impl Notices<'_> {
    /// Nobody is told of their own deed.
    fn add(&mut self, kind: NotificationKind, members: impl IntoIterator<Item = MemberId>, comment: Option<&str>) {
        let row = self.change.row;
        let comment = comment.map(|text| text.chars().take(200).collect::<String>());
        for member in members.into_iter().filter(|member| *member != self.actor.member) {
            self.found.push(Notice {
                member,
                kind,
                subject_type: ApprovalId::PREFIX,
                subject_id: row.id.uuid(),
                values: payload(row, self.change, comment.as_deref()),
            });
        }
    }
}

fn payload(row: &case_row::Model, change: &Change<'_>, comment: Option<&str>) -> Value {
    let summary: Vec<Shown> = row.summary.parse().unwrap_or_default();
    let line = |text: fn(&Shown) -> &str| summary.iter().map(text).collect::<Vec<_>>().join(" · ");
    let name = change.pinned.name();
    json!({
        "number": row.number,
        "title": row.title,
        "title_en": row.title_en,
        "template": name.zh,
        "template_en": name.en,
        "applicant": change.after.applicant.attributes.get("name"),
        "summary": line(|one| &one.text),
        "summary_en": line(|one| &one.text_en),
        "comment": comment,
    })
}

fn differing<'a>(
    before: &'a BTreeMap<TaskId, MemberId>,
    after: &'a BTreeMap<TaskId, MemberId>,
) -> impl Iterator<Item = MemberId> + 'a {
    let gone = before.iter().filter(|(task, member)| after.get(task) != Some(member));
    let come = after.iter().filter(|(task, member)| before.get(task) != Some(member));
    gone.chain(come).map(|(_, member)| *member)
}
