//! Who reports to whom: the line of direct managers has no circle.

use std::collections::{HashMap, HashSet};

use entity::MemberId;

use crate::org::fault::Fault;

/// Whether `member` may report to `manager`, given the managers of everyone else.
///
/// # Errors
/// Oneself, or someone who reports to `member` already, over any number of steps.
pub fn check_manager(managers: &HashMap<MemberId, MemberId>, member: MemberId, manager: MemberId) -> Result<(), Fault> {
    if member == manager {
        return Err(Fault::OwnManager);
    }
    let mut seen = HashSet::new();
    let mut at = manager;
    while let Some(above) = managers.get(&at) {
        if *above == member {
            return Err(Fault::ManagerCycle);
        }
        if !seen.insert(at) {
            break;
        }
        at = *above;
    }
    Ok(())
}

/// The members who stand in a circle of managers.
pub fn circles<K: Copy + Eq + std::hash::Hash>(managers: &HashMap<K, K>) -> HashSet<K> {
    let mut settled: HashSet<K> = HashSet::new();
    let mut circles = HashSet::new();
    for start in managers.keys() {
        let mut walk = Vec::new();
        let mut on_walk = HashSet::new();
        let mut at = *start;
        loop {
            if settled.contains(&at) {
                break;
            }
            if !on_walk.insert(at) {
                circles.extend(walk.iter().skip_while(|seen| **seen != at).copied());
                break;
            }
            walk.push(at);
            match managers.get(&at) {
                Some(above) => at = *above,
                None => break,
            }
        }
        settled.extend(walk);
    }
    circles
}

/// The managers above a member, nearest first; a circle, which the rules forbid, would end the line.
pub fn line(managers: &HashMap<MemberId, MemberId>, member: MemberId) -> Vec<MemberId> {
    let mut line = Vec::new();
    let mut at = member;
    while let Some(above) = managers.get(&at) {
        if *above == member || line.contains(above) {
            break;
        }
        line.push(*above);
        at = *above;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(n: u128) -> MemberId {
        MemberId(Uuid::from_u128(n))
    }

    fn managers(pairs: &[(u128, u128)]) -> HashMap<MemberId, MemberId> {
        pairs
            .iter()
            .map(|(member, manager)| (id(*member), id(*manager)))
            .collect()
    }

    #[test]
    fn circles_are_refused() {
        let managers = managers(&[(1, 2), (2, 3), (4, 3)]);
        assert_eq!(check_manager(&managers, id(3), id(3)), Err(Fault::OwnManager));
        assert_eq!(check_manager(&managers, id(3), id(1)), Err(Fault::ManagerCycle));
        assert_eq!(check_manager(&managers, id(3), id(4)), Err(Fault::ManagerCycle));
        assert_eq!(check_manager(&managers, id(1), id(4)), Ok(()));
        assert_eq!(line(&managers, id(1)), vec![id(2), id(3)]);
    }

    #[test]
    fn circles_are_found() {
        let managers: HashMap<u8, u8> = [(1, 2), (2, 3), (3, 1), (4, 1), (5, 5), (6, 7)].into();
        let mut found: Vec<u8> = circles(&managers).into_iter().collect();
        found.sort_unstable();
        assert_eq!(found, vec![1, 2, 3, 5]);
    }

    proptest! {
        #[test]
        fn accepted_managers_never_make_a_circle(steps in prop::collection::vec((0_u128..12, 0_u128..12), 0..60)) {
            let mut managers = HashMap::new();
            for (member, manager) in steps {
                if check_manager(&managers, id(member), id(manager)).is_ok() {
                    managers.insert(id(member), id(manager));
                }
            }
            prop_assert!(circles(&managers).is_empty());
        }
    }
}
