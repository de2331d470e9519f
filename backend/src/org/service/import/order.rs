//! The order in which new members are written.

use std::collections::HashMap;

use crate::org::import::plan::{MemberKey, NewMember};

/// New members in an order in which no one comes before their manager.
pub(super) fn managers_first(created: &[NewMember]) -> Vec<&NewMember> {
    let by_row: HashMap<u32, &NewMember> = created.iter().map(|new| (new.row, new)).collect();
    let mut levels: HashMap<u32, usize> = HashMap::new();
    for new in created {
        let mut walk = Vec::new();
        let mut at = Some(new);
        let mut level = 0;
        while let Some(member) = at {
            if let Some(known) = levels.get(&member.row) {
                level = known + 1;
                break;
            }
            walk.push(member.row);
            at = match member.manager {
                Some(MemberKey::Row(row)) if walk.len() <= created.len() => by_row.get(&row).copied(),
                _ => None,
            };
        }
        for row in walk.into_iter().rev() {
            levels.insert(row, level);
            level += 1;
        }
    }
    let mut ordered: Vec<&NewMember> = created.iter().collect();
    ordered.sort_by_key(|new| levels.get(&new.row).copied().unwrap_or_default());
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nobody_comes_before_their_manager(above in prop::collection::vec(any::<u32>(), 1..60), turn in any::<usize>()) {
            let mut created: Vec<NewMember> = above
                .iter()
                .zip(0_u32..)
                .map(|(above, row)| NewMember {
                    row,
                    account: row.to_string(),
                    values: std::collections::BTreeMap::new(),
                    seats: Vec::new(),
                    manager: (row > 0).then(|| MemberKey::Row(above % row)),
                    active: true,
                })
                .collect();
            let turn = turn % created.len();
            created.rotate_left(turn);
            created.reverse();
            let order: Vec<u32> = managers_first(&created).iter().map(|new| new.row).collect();
            prop_assert_eq!(order.len(), created.len());
            for new in &created {
                if let Some(MemberKey::Row(manager)) = new.manager {
                    let place = |row| order.iter().position(|other| *other == row);
                    prop_assert!(place(manager) < place(new.row));
                }
            }
        }
    }
}
