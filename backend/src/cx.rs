//! What every service function is given: [`Cx`], the world, and [`Actor`], who asks.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, FixedOffset, NaiveDate, Offset, SubsecRound, Utc};
use entity::{DepartmentId, Id, MemberId, SessionId, TokenId, Via};
use uuid::Uuid;

use crate::access::{Grant, Permission, Reach, Scopes};
use crate::config::Config;
use crate::db::{Db, Tx};
use crate::error::{Error, Locale, Result};
use crate::event::Bus;
use crate::file::Store;
use crate::telemetry::Metrics;

/// The world as service functions see it. Cheap to clone.
#[derive(Clone)]
pub struct Cx {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where new ids come from.
    pub ids: Arc<dyn Ids>,
    /// Live events after commit.
    pub bus: Bus,
    /// Bytes of uploaded files.
    pub files: Store,
    /// Settings, checked at start.
    pub config: Arc<Config>,
    /// What slices keep in this process only.
    pub memory: Memory,
    /// Numbers for who runs the server.
    pub metrics: Metrics,
}

/// What slices keep in this process only, one value per type: keys, caches, counters. Gone with the process, so never the truth.
#[derive(Clone, Default)]
pub struct Memory {
    values: Arc<Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>>,
}

impl Memory {
    /// The value of this type, made on first use.
    pub fn get<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::new(T::default()));
        value.clone().downcast().unwrap_or_default()
    }
}

impl Cx {
    /// The present moment.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Today as a civil date of the company.
    pub fn today(&self) -> NaiveDate {
        self.now().with_timezone(&company_offset()).date_naive()
    }

    /// A new id, ordered after those made before.
    pub fn id<T: Id>(&self) -> T {
        T::from_uuid(self.ids.next(self.now()))
    }

    /// Begins the transaction of one change. Dropped without [`Tx::commit`], nothing has happened.
    pub async fn begin(&self) -> Result<Tx> {
        Tx::begin(&self.db, &self.bus, &self.memory).await
    }
}

/// China Standard Time: one offset for the whole country and no summer time, so no zone database is needed.
pub fn company_offset() -> FixedOffset {
    FixedOffset::east_opt(8 * 3600).unwrap_or_else(|| Utc.fix())
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> DateTime<Utc>;
}

/// The clock of the machine, to the microsecond: what both engines keep.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where ambient time enters")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// Makes ids.
pub trait Ids: Send + Sync {
    /// A UUIDv7 for `now`, larger than all this source made before.
    fn next(&self, now: DateTime<Utc>) -> Uuid;
}

/// Ids from the randomness of the machine, monotonic within the process.
#[derive(Default)]
pub struct RandomIds {
    context: std::sync::Mutex<uuid::ContextV7>,
}

impl Ids for RandomIds {
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        let context = self.context.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Uuid::new_v7(uuid::Timestamp::from_unix(
            &*context,
            seconds,
            now.timestamp_subsec_nanos(),
        ))
    }
}

/// A personal access token in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Which one.
    pub id: TokenId,
    /// What it may be used for.
    pub scopes: Scopes,
}

/// Who asks, with all that policies need to know of them.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The member.
    pub member: MemberId,
    /// Name, for messages to others.
    pub name: String,
    /// The signed-in session; none on the command line and for the system.
    pub session: Option<SessionId>,
    /// The personal access token a program signs in with instead; none for people.
    pub token: Option<Token>,
    /// Roles held, the derived ones included.
    pub grants: Arc<[Grant]>,
    /// Departments the actor belongs to, the primary one first, with materialised paths.
    pub departments: Arc<[(DepartmentId, String)]>,
    /// Language of messages.
    pub locale: Locale,
    /// Through which door the actor came.
    pub via: Via,
    /// Whether the password was given by someone else and is to be changed before anything else.
    pub must_change_password: bool,
}

impl Actor {
    /// Refuses who has signed in with a one-time password.
    ///
    /// # Errors
    /// [`Error::PasswordChangeRequired`].
    pub fn settled(&self) -> Result<()> {
        if self.must_change_password {
            return Err(Error::PasswordChangeRequired);
        }
        Ok(())
    }

    /// Whether a role of the actor carries the permission, over anyone at all.
    pub fn can(&self, permission: Permission) -> bool {
        self.grants.iter().any(|grant| permission.held_by(grant.role))
    }

    /// Over whose data the actor holds the permission.
    pub fn reaches(&self, permission: Permission) -> impl Iterator<Item = &Reach> {
        self.grants
            .iter()
            .filter(move |grant| permission.held_by(grant.role))
            .map(|grant| &grant.reach)
    }

    /// Whether the actor holds the permission over members of a department.
    pub fn can_over(&self, permission: Permission, department: DepartmentId, path: &str) -> bool {
        self.reaches(permission).any(|reach| reach.covers(department, path))
    }

    /// Whether the actor holds the permission over everyone.
    pub fn can_over_all(&self, permission: Permission) -> bool {
        self.reaches(permission).any(|reach| *reach == Reach::All)
    }

    /// Refuses who does not hold the permission at all.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.can(permission) {
            Ok(())
        } else {
            Err(Error::forbidden(
                "你没有权限做这件事，请联系管理员",
                "You are not permitted to do this; ask an administrator",
            ))
        }
    }
}
