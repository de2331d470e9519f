//! What is in the database: whom to measure as, and tokens for them.

use std::collections::HashMap;

use chrono::TimeDelta;
use entity::{
    ApprovalId, Id, MemberId, MemberStatus, SessionId, TaskId, TaskStatus, approval_case, approval_task,
    identity_session, org_member,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use tongshi::cx::{Clock, Ids, RandomIds, SystemClock};
use tongshi::db::Db;
use tongshi::identity::token::Keys;
use tongshi::secret;

use crate::Options;
use crate::queries::{self, Subject};

/// A task that waits.
#[derive(Clone, Copy)]
pub(crate) struct Waiting {
    pub(crate) task: TaskId,
    pub(crate) case: ApprovalId,
    pub(crate) member: MemberId,
}

/// The company and who is signed in.
pub(crate) struct Company {
    pub(crate) people: u64,
    pub(crate) requests: u64,
    /// Tasks that wait for their direct manager.
    pub(crate) tasks: Vec<Waiting>,
    /// Everyone active, in the order of their ids.
    pub(crate) members: Vec<MemberId>,
    sessions: HashMap<MemberId, SessionId>,
    keys: Keys,
}

/// Address of the database that is measured.
pub(crate) fn url(options: &Options) -> String {
    let file = options.data_dir.join("tongshi.db");
    let usual = || format!("sqlite://{}", file.display());
    options.database_url.clone().unwrap_or_else(usual)
}

impl Company {
    /// Reads it, and signs in whoever is needed.
    pub(crate) async fn load(options: &Options) -> Self {
        let db = Db::open(&url(options)).await.expect("the database");
        let tasks: Vec<(TaskId, ApprovalId, MemberId)> = approval_task::Entity::find()
            .select_only()
            .columns([
                approval_task::Column::Id,
                approval_task::Column::CaseId,
                approval_task::Column::AssigneeId,
            ])
            .filter(approval_task::Column::Status.eq(TaskStatus::Pending))
            .filter(approval_task::Column::NodeKey.eq("manager"))
            .order_by_asc(approval_task::Column::Id)
            .into_tuple()
            .all(db.read())
            .await
            .expect("tasks");
        let members: Vec<MemberId> = org_member::Entity::find()
            .select_only()
            .column(org_member::Column::Id)
            .filter(org_member::Column::Status.eq(MemberStatus::Active))
            .order_by_asc(org_member::Column::Id)
            .into_tuple()
            .all(db.read())
            .await
            .expect("members");
        let now = SystemClock.now();
        let ids = RandomIds::default();
        // Sessions of their own kind are told apart by their address, and replaced by the next run.
        identity_session::Entity::delete_many()
            .filter(identity_session::Column::Address.eq("bench"))
            .exec(db.write())
            .await
            .expect("old sessions gone");
        let sessions: HashMap<MemberId, SessionId> = members
            .iter()
            .map(|member| (*member, SessionId::from_uuid(ids.next(now))))
            .collect();
        let rows: Vec<identity_session::ActiveModel> = sessions
            .iter()
            .map(|(member, session)| {
                let row = identity_session::Model {
                    id: *session,
                    member_id: *member,
                    refresh_hash: session.uuid().as_bytes().to_vec(),
                    previous_hash: None,
                    rotated_at: now,
                    user_agent: "bench".into(),
                    address: "bench".into(),
                    created_at: now,
                    expires_at: now + TimeDelta::days(1),
                    revoked_at: None,
                };
                row.into()
            })
            .collect();
        for chunk in rows.chunks(1_000) {
            identity_session::Entity::insert_many(chunk.iter().cloned())
                .exec_without_returning(db.write())
                .await
                .expect("sessions");
        }
        let requests = approval_case::Entity::find().count(db.read()).await.expect("a number");
        db.close().await.expect("closed");
        let secrets = secret::keys(&options.data_dir, &secret::SESSIONS).expect("the secrets of sessions");
        let waiting = |(task, case, member)| Waiting { task, case, member };
        Self {
            people: members.len() as u64,
            requests,
            tasks: tasks.into_iter().map(waiting).collect(),
            members,
            sessions,
            keys: Keys::new(&secrets),
        }
    }

    /// A token of a member, good for some minutes.
    pub(crate) fn session(&self, member: MemberId) -> String {
        let (token, _) = self
            .keys
            .access(member, self.sessions[&member], SystemClock.now())
            .expect("a token");
        token
    }

    /// Approvers with the most tasks first.
    pub(crate) fn approvers(&self) -> Vec<MemberId> {
        let mut counts: HashMap<MemberId, usize> = HashMap::new();
        for task in &self.tasks {
            *counts.entry(task.member).or_default() += 1;
        }
        let mut approvers: Vec<_> = counts.into_iter().collect();
        approvers.sort_by_key(|(member, count)| (std::cmp::Reverse(*count), *member));
        approvers.into_iter().map(|(member, _)| member).collect()
    }

    /// Q1 of so many approvers: token and body.
    pub(crate) fn inboxes(&self, connections: usize) -> Vec<(String, Value)> {
        let approvers = self.approvers();
        let members = approvers.iter().cycle().take(connections);
        members
            .map(|member| (self.session(*member), queries::inbox()))
            .collect()
    }

    /// Q2 of so many approvers.
    pub(crate) fn details(&self, connections: usize) -> Vec<(String, Value)> {
        let tasks = self.tasks.iter().step_by((self.tasks.len() / connections).max(1));
        let subjects = tasks.cycle().take(connections).map(|task| Subject {
            reader: task.member,
            case: task.case,
        });
        subjects
            .map(|subject| (self.session(subject.reader), queries::detail(&subject)))
            .collect()
    }
}
