//! How many sockets are open, in all and by member, and calling those of a member whose session or rights changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entity::MemberId;
use tokio::sync::Notify;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::event::Bus;

type Seats = Mutex<HashMap<MemberId, Vec<Arc<Notify>>>>;

/// The open sockets. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Crowd {
    most: usize,
    open: TaskTracker,
    seats: Arc<Seats>,
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
        (taken.len() < self.most).then(|| {
            let call = Arc::new(Notify::new());
            taken.push(call.clone());
            Place {
                member,
                call,
                seats: self.seats.clone(),
            }
        })
    }

    /// Calls the sockets of members whom an event tells that a session or right of theirs changed, and at last, told to stop, all.
    /// One looks at every event so that not every socket has to. Listens from this moment on.
    pub(crate) fn call(self, bus: &Bus, stop: CancellationToken) -> impl Future<Output = ()> + Send + use<> {
        let mut live = bus.listen();
        async move {
            while let Some(batch) = stop.run_until_cancelled(live.recv()).await {
                let seats = lock(&self.seats);
                match batch {
                    Ok(batch) => {
                        for member in batch.iter().flat_map(|event| event.sessions()) {
                            notify(seats.get(&member).into_iter().flatten());
                        }
                    }
                    // Too slow, so it could be anybody.
                    Err(RecvError::Lagged(_)) => notify(seats.values().flatten()),
                    Err(RecvError::Closed) => break,
                }
            }
            notify(lock(&self.seats).values().flatten());
        }
    }
}

fn notify<'a>(sockets: impl Iterator<Item = &'a Arc<Notify>>) {
    for socket in sockets {
        socket.notify_one();
    }
}

/// One socket of a member, counted until dropped.
pub(super) struct Place {
    member: MemberId,
    call: Arc<Notify>,
    seats: Arc<Seats>,
}

impl Place {
    /// Waits until the socket is called.
    pub(super) async fn called(&self) {
        self.call.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut seats = lock(&self.seats);
        if let Some(taken) = seats.get_mut(&self.member) {
            taken.retain(|one| !Arc::ptr_eq(one, &self.call));
            if taken.is_empty() {
                seats.remove(&self.member);
            }
        }
    }
}

fn lock(seats: &Seats) -> MutexGuard<'_, HashMap<MemberId, Vec<Arc<Notify>>>> {
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
