//! Who may know of an event. Pure.
//!
//! What a subject is readable by is asked of its slice once per event; each delivery then only compares.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{DepartmentId, EventId, MemberId};
use uuid::Uuid;

use super::topic;
use crate::access::Permission;
use crate::cx::Actor;

/// Readers of a subject, as its slice tells them.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    /// Readers by name: applicant, people asked, people copied.
    pub members: HashSet<MemberId>,
    /// Readers by right: holders of the permission over one of the departments (id and path).
    pub over: Option<(Permission, Vec<(DepartmentId, String)>)>,
}

impl Audience {
    /// Whether an actor is among them.
    pub fn admits(&self, actor: &Actor) -> bool {
        self.members.contains(&actor.member)
            || self.over.as_ref().is_some_and(|(permission, departments)| {
                actor.can_over_all(*permission)
                    || departments
                        .iter()
                        .any(|(id, path)| actor.can_over(*permission, *id, path))
            })
    }
}

/// A numbered event, ready to be compared with readers.
#[derive(Clone, Debug)]
pub struct Published {
    /// Its number in the one order readers follow.
    pub seq: i64,
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: Arc<str>,
    /// Who did it.
    pub actor: Option<MemberId>,
    /// TypeID prefix of the subject.
    pub subject_type: Arc<str>,
    /// Id of the subject.
    pub subject_id: Uuid,
    /// Version of the subject after the change.
    pub version: i32,
    /// Topics touched.
    pub topics: Vec<Topic>,
    /// Readers of the subject.
    pub audience: Arc<Audience>,
}

/// A topic as it is compared with readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Of one member alone: `inbox`, `started`.
    Own(Box<str>, MemberId),
    /// Of all who may read the object: TypeID prefix and id.
    Object(Box<str>, Uuid),
    /// Of everyone signed in.
    Shared(Box<str>),
}

impl Topic {
    /// Reads a topic as [`topic`] writes it; none for what no reader could ask for.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((name, id)) = text.split_once(':') else {
            return matches!(text, topic::ORGANISATION | topic::CALENDAR).then(|| Self::Shared(text.into()));
        };
        let id = Uuid::try_parse(id).ok()?;
        Some(if topic::OWN.contains(&name) {
            Self::Own(name.into(), MemberId(id))
        } else {
            Self::Object(name.into(), id)
        })
    }
}

/// What one reader is shown of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The topics the reader may know of, never empty.
    pub topics: Vec<Topic>,
    /// Whether the reader may know what happened to what, and by whom; otherwise only that the topics changed.
    pub open: bool,
}

impl Published {
    /// What an actor is shown of it, if anything.
    pub fn view(&self, actor: &Actor) -> Option<View> {
        // What happened belongs to the slice its name begins with.
        let slice = self.kind.split('.').next().unwrap_or_default();
        if actor.token.is_some_and(|token| !token.scopes.permits(slice, false)) {
            return None;
        }
        let admitted = self.audience.admits(actor);
        let topics: Vec<_> = self
            .topics
            .iter()
            .filter(|topic| match topic {
                Topic::Own(_, member) => *member == actor.member,
                Topic::Object(..) => admitted,
                Topic::Shared(_) => true,
            })
            .cloned()
            .collect();
        let own = topics.iter().any(|topic| matches!(topic, Topic::Own(..)));
        // A change of the organisation is no secret to those who may read it.
        let about_shared = self
            .topics
            .iter()
            .all(|topic| matches!(topic, Topic::Shared(_) | Topic::Own(..)));
        (!topics.is_empty()).then_some(View {
            topics,
            open: own || admitted || about_shared,
        })
    }

    /// Members it tells that a session or right of theirs changed.
    pub fn sessions(&self) -> impl Iterator<Item = MemberId> {
        self.topics.iter().filter_map(|topic| match topic {
            Topic::Own(name, whose) if &**name == topic::SESSION => Some(*whose),
            _ => None,
        })
    }

    /// Whether it tells of the sessions or rights of a member.
    pub fn concerns_session(&self, member: MemberId) -> bool {
        self.sessions().any(|whose| whose == member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Grant, Reach};
    use crate::error::Locale;
    use entity::{Role, Via};

    fn member(n: u128) -> MemberId {
        MemberId(Uuid::from_u128(n))
    }

    fn actor(n: u128, role: Role, reach: Reach) -> Actor {
        Actor {
            member: member(n),
            name: String::new(),
            session: None,
            token: None,
            grants: Arc::new([Grant { role, reach }]),
            departments: Arc::new([]),
            locale: Locale::Zh,
            via: Via::Web,
            must_change_password: false,
        }
    }

    fn event(topics: &[String], audience: Audience) -> Published {
        Published {
            seq: 1,
            id: EventId(Uuid::nil()),
            at: DateTime::UNIX_EPOCH,
            kind: "approval.submitted".into(),
            actor: None,
            subject_type: "approval".into(),
            subject_id: Uuid::from_u128(9),
            version: 1,
            topics: topics.iter().filter_map(|topic| Topic::parse(topic)).collect(),
            audience: Arc::new(audience),
        }
    }

    #[test]
    fn topics_are_shown_to_those_who_may_know_of_them() {
        let object = format!("approval:{}", Uuid::from_u128(9).simple());
        let department = DepartmentId(Uuid::from_u128(7));
        let audience = Audience {
            members: HashSet::from([member(1)]),
            over: Some((Permission::ReadApprovals, vec![(department, "/r/a/".into())])),
        };
        let event = event(
            &[topic::inbox(member(2)), object, topic::CALENDAR.into(), "???".into()],
            audience,
        );
        let check = |actor: Actor, topics: &[&str], open: bool| {
            let view = event.view(&actor).expect("the calendar is for everyone");
            let names: Vec<_> = view
                .topics
                .iter()
                .map(|topic| match topic {
                    Topic::Own(name, _) | Topic::Object(name, _) | Topic::Shared(name) => &**name,
                })
                .collect();
            assert_eq!((names.as_slice(), view.open), (topics, open), "{actor:?}");
        };
        check(actor(1, Role::Member, Reach::Own), &["approval", "calendar"], true);
        check(actor(2, Role::Member, Reach::Own), &["inbox", "calendar"], true);
        check(actor(3, Role::Member, Reach::All), &["calendar"], false);
        check(
            actor(3, Role::ProcessAdministrator, Reach::Trees(vec!["/r/".into()])),
            &["approval", "calendar"],
            true,
        );
        check(
            actor(3, Role::ProcessAdministrator, Reach::Trees(vec!["/x/".into()])),
            &["calendar"],
            false,
        );
        check(
            actor(3, Role::Administrator, Reach::All),
            &["approval", "calendar"],
            true,
        );
    }

    #[test]
    fn what_touches_nothing_of_the_reader_is_not_shown() {
        let event = event(
            &[topic::inbox(member(2)), topic::session(member(4))],
            Audience::default(),
        );
        assert_eq!(event.view(&actor(1, Role::Administrator, Reach::All)), None);
        assert!(event.concerns_session(member(4)) && !event.concerns_session(member(2)));
    }
}
