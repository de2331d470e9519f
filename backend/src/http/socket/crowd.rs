//! How many sockets are open, in all and by member.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entity::MemberId;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// The open sockets. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Crowd {
    most: usize,
    open: TaskTracker,
    seats: Arc<Mutex<HashMap<MemberId, usize>>>,
}

impl Crowd {
    /// Nobody yet; at most so many sockets for each member.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            open: TaskTracker::new(),
            seats: Arc::default(),
        }
    }

    /// Counts a socket as open until the token is dropped.
    pub(crate) fn enter(&self) -> TaskTrackerToken {
        self.open.token()
    }

    /// How many are open.
    pub(crate) fn sockets(&self) -> usize {
        self.open.len()
    }

    /// How many members have one open.
    pub(crate) fn members(&self) -> usize {
        lock(&self.seats).len()
    }

    /// Waits until all sockets have closed.
    pub(crate) async fn gone(&self) {
        self.open.close();
        self.open.wait().await;
    }

    /// A place for one more socket of a member, when there is one.
    pub(super) fn seat(&self, member: MemberId) -> Option<Place> {
        let mut seats = lock(&self.seats);
        let taken = seats.entry(member).or_default();
        (*taken < self.most).then(|| {
            *taken += 1;
            Place {
                member,
                seats: self.seats.clone(),
            }
        })
    }
}

/// One socket of a member, counted until dropped.
pub(super) struct Place {
    member: MemberId,
    seats: Arc<Mutex<HashMap<MemberId, usize>>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut seats = lock(&self.seats);
        if let Some(taken) = seats.get_mut(&self.member) {
            *taken = taken.saturating_sub(1);
            if *taken == 0 {
                seats.remove(&self.member);
            }
        }
    }
}

fn lock(seats: &Mutex<HashMap<MemberId, usize>>) -> MutexGuard<'_, HashMap<MemberId, usize>> {
    seats.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_member_holds_so_many_places_and_gets_them_back() {
        let crowd = Crowd::new(20);
        let member = MemberId(Uuid::nil());
        let mut places: Vec<_> = (0..20).map(|_| crowd.seat(member).expect("free")).collect();
        assert!(crowd.seat(member).is_none());
        assert!(crowd.seat(MemberId(Uuid::max())).is_some());
        places.pop();
        assert!(crowd.seat(member).is_some());
        places.clear();
        assert!(lock(&crowd.seats).is_empty());
    }
}
