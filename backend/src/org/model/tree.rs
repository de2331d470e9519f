//! The department tree: names, order, places.
//!
//! A department's `path` is the ids from the root to itself, each as 32 hex digits between slashes (`/a/b/`), so that a subtree is a
//! prefix. One root; siblings are ordered and their names differ.

use std::collections::HashMap;

use entity::DepartmentId;

use crate::org::fault::Fault;

/// Deepest level allowed, the root being 0.
pub const MOST_DEPTH: i32 = 15;
/// Longest name of a department, in characters.
const MOST_NAME: usize = 64;

/// What the rules of the tree look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The department.
    pub id: DepartmentId,
    /// The one above; none for the root.
    pub parent: Option<DepartmentId>,
    /// Its name.
    pub name: String,
    /// Position among its siblings.
    pub sort_order: i32,
    /// Its path.
    pub path: String,
    /// 0 for the root.
    pub depth: i32,
    /// Whether it takes members.
    pub open: bool,
}

/// A new place of a department whose path changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The department.
    pub id: DepartmentId,
    /// Its new path.
    pub path: String,
    /// Its new depth.
    pub depth: i32,
}

/// The path of a department below `parent` (none: the root).
pub fn path_below(parent: Option<&str>, id: DepartmentId) -> String {
    format!("{}{id}/", parent.unwrap_or("/"))
}

/// The ids in a path, from the root down. Parts that are no ids are left out.
pub fn ids_of_path(path: &str) -> Vec<DepartmentId> {
    path.split('/')
        .filter(|part| !part.is_empty())
        .filter_map(|part| uuid::Uuid::try_parse(part).ok())
        .map(DepartmentId)
        .collect()
}

/// A department name without surrounding blanks.
///
/// # Errors
/// Empty, longer than [`MOST_NAME`], or with a character that separates paths.
pub fn clean_name(name: &str) -> Result<String, Fault> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Fault::Missing);
    }
    if name.chars().count() > MOST_NAME {
        return Err(Fault::TooLong { most: MOST_NAME });
    }
    if name.chars().any(|c| c.is_control() || matches!(c, '/' | ';' | '；')) {
        return Err(Fault::DepartmentNameMark);
    }
    Ok(name.to_owned())
}

/// The tree as a whole, looked up by id.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    nodes: HashMap<DepartmentId, Node>,
}

impl Tree {
    /// A tree of these departments.
    pub fn new(nodes: impl IntoIterator<Item = Node>) -> Self {
        Self {
            nodes: nodes.into_iter().map(|node| (node.id, node)).collect(),
        }
    }

    /// The department with this id.
    pub fn get(&self, id: DepartmentId) -> Option<&Node> {
        self.nodes.get(&id)
    }

    /// All departments, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values()
    }

    /// The department nothing is above.
    pub fn root(&self) -> Option<&Node> {
        self.nodes.values().find(|node| node.parent.is_none())
    }

    /// The departments directly below, in order.
    pub fn children(&self, parent: Option<DepartmentId>) -> Vec<&Node> {
        let mut children: Vec<&Node> = self.nodes.values().filter(|node| node.parent == parent).collect();
        children.sort_by_key(|node| (node.sort_order, node.id));
        children
    }

    /// All departments in display order: parents before children, siblings in their order.
    pub fn in_order(&self) -> Vec<DepartmentId> {
        let mut children: HashMap<Option<DepartmentId>, Vec<&Node>> = HashMap::new();
        for node in self.nodes.values() {
            children.entry(node.parent).or_default().push(node);
        }
        for siblings in children.values_mut() {
            siblings.sort_by_key(|node| std::cmp::Reverse((node.sort_order, node.id)));
        }
        let mut waiting = children.remove(&None).unwrap_or_default();
        let mut order = Vec::with_capacity(self.nodes.len());
        while let Some(node) = waiting.pop() {
            order.push(node.id);
            waiting.extend(children.remove(&Some(node.id)).unwrap_or_default());
        }
        order
    }

    /// Names from the root to the department, for messages and exports.
    pub fn names(&self, id: DepartmentId) -> Vec<&str> {
        let mut names = Vec::new();
        let mut at = self.get(id);
        while let Some(node) = at {
            names.push(node.name.as_str());
            if names.len() > self.nodes.len() {
                break;
            }
            at = node.parent.and_then(|parent| self.get(parent));
        }
        names.reverse();
        names
    }

    /// Whether `name` may stand below `parent`, for the department `own` (none: a new one).
    ///
    /// # Errors
    /// No such open parent, too deep, a sibling of the same name, or a second root.
    pub fn check_place(
        &self,
        own: Option<DepartmentId>,
        parent: Option<DepartmentId>,
        name: &str,
    ) -> Result<(), Fault> {
        let depth = match parent {
            Some(parent) => {
                let parent = self.get(parent).ok_or(Fault::NoDepartment)?;
                if !parent.open {
                    return Err(Fault::DepartmentClosed);
                }
                parent.depth + 1
            }
            None => 0,
        };
        if depth > MOST_DEPTH {
            return Err(Fault::TooDeep { most: MOST_DEPTH });
        }
        for sibling in self
            .nodes
            .values()
            .filter(|node| node.parent == parent && Some(node.id) != own)
        {
            if parent.is_none() {
                return Err(Fault::SecondRoot);
            }
            if sibling.name.to_lowercase() == name.to_lowercase() {
                return Err(Fault::SiblingName);
            }
        }
        Ok(())
    }

    /// The new paths of a department and all below it, once it stands below `parent`.
    ///
    /// # Errors
    /// Unknown departments, the root, a place below itself, or a subtree that becomes too deep.
    pub fn moved(&self, id: DepartmentId, parent: DepartmentId) -> Result<Vec<Place>, Fault> {
        let node = self.get(id).ok_or(Fault::NoDepartment)?;
        if node.parent.is_none() {
            return Err(Fault::RootStays);
        }
        let target = self.get(parent).ok_or(Fault::NoDepartment)?;
        if target.path.starts_with(&node.path) {
            return Err(Fault::DepartmentCycle);
        }
        self.check_place(Some(id), Some(parent), &node.name)?;
        let path = path_below(Some(&target.path), id);
        let deeper = target.depth + 1 - node.depth;
        let mut places = Vec::new();
        for below in self.nodes.values() {
            let Some(rest) = below.path.strip_prefix(&node.path) else {
                continue;
            };
            let depth = below.depth + deeper;
            if depth > MOST_DEPTH {
                return Err(Fault::TooDeep { most: MOST_DEPTH });
            }
            places.push(Place {
                id: below.id,
                path: format!("{path}{rest}"),
                depth,
            });
        }
        places.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(places)
    }

    /// The order of the children of `parent` once `id` stands at `position` among them (0: first; beyond the end: last). Only those
    /// whose number changes are listed.
    pub fn reordered(
        &self,
        id: DepartmentId,
        parent: Option<DepartmentId>,
        position: usize,
    ) -> Vec<(DepartmentId, i32)> {
        let mut order: Vec<DepartmentId> = self
            .children(parent)
            .iter()
            .map(|node| node.id)
            .filter(|other| *other != id)
            .collect();
        order.insert(position.min(order.len()), id);
        order
            .into_iter()
            .zip(0..)
            .filter(|(id, at)| {
                self.get(*id)
                    .is_none_or(|node| node.sort_order != *at || node.parent != parent)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(n: u128) -> DepartmentId {
        DepartmentId(Uuid::from_u128(n))
    }

    /// A tree of (id, parent, name); parents come before children.
    fn tree(rows: &[(u128, u128, &str)]) -> Tree {
        let mut nodes: Vec<Node> = Vec::new();
        for (n, parent, name) in rows {
            let above = nodes.iter().find(|node| node.id == id(*parent)).cloned();
            let order = nodes
                .iter()
                .filter(|node| node.parent == above.as_ref().map(|a| a.id))
                .count();
            nodes.push(Node {
                id: id(*n),
                parent: above.as_ref().map(|node| node.id),
                name: (*name).to_owned(),
                sort_order: order as i32,
                path: path_below(above.as_ref().map(|node| node.path.as_str()), id(*n)),
                depth: above.as_ref().map_or(0, |node| node.depth + 1),
                open: true,
            });
        }
        Tree::new(nodes)
    }

    fn company() -> Tree {
        tree(&[
            (1, 0, "远山科技"),
            (2, 1, "研发"),
            (3, 2, "平台组"),
            (4, 2, "前端组"),
            (5, 1, "销售"),
            (6, 5, "平台组"),
        ])
    }

    #[test]
    fn a_subtree_moves_with_all_below() {
        let places = company().moved(id(2), id(5)).unwrap();
        let paths: Vec<_> = places
            .iter()
            .map(|place| (place.id, ids_of_path(&place.path), place.depth))
            .collect();
        assert_eq!(
            paths,
            vec![
                (id(2), vec![id(1), id(5), id(2)], 2),
                (id(3), vec![id(1), id(5), id(2), id(3)], 3),
                (id(4), vec![id(1), id(5), id(2), id(4)], 3),
            ]
        );
    }

    #[test]
    fn refused_places() {
        let tree = company();
        assert_eq!(tree.moved(id(2), id(3)), Err(Fault::DepartmentCycle));
        assert_eq!(tree.moved(id(2), id(2)), Err(Fault::DepartmentCycle));
        assert_eq!(tree.moved(id(1), id(2)), Err(Fault::RootStays));
        assert_eq!(tree.moved(id(9), id(2)), Err(Fault::NoDepartment));
        assert_eq!(tree.moved(id(3), id(9)), Err(Fault::NoDepartment));
        assert_eq!(tree.moved(id(3), id(5)), Err(Fault::SiblingName));
        assert_eq!(tree.check_place(None, None, "第二家"), Err(Fault::SecondRoot));
        assert_eq!(tree.check_place(None, Some(id(2)), "前端组"), Err(Fault::SiblingName));
        assert_eq!(tree.check_place(Some(id(4)), Some(id(2)), "前端组"), Ok(()));
    }

    #[test]
    fn depth_has_an_end() {
        let rows: Vec<(u128, u128, String)> = (1..=16).map(|n| (n, n - 1, format!("层{n}"))).collect();
        let rows: Vec<(u128, u128, &str)> = rows.iter().map(|(n, p, name)| (*n, *p, name.as_str())).collect();
        assert_eq!(
            tree(&rows).check_place(None, Some(id(16)), "再深一层"),
            Err(Fault::TooDeep { most: MOST_DEPTH })
        );
    }

    #[test]
    fn order_lists_only_what_changes() {
        let tree = tree(&[(1, 0, "根"), (2, 1, "a"), (3, 1, "b"), (4, 1, "c")]);
        assert_eq!(
            tree.reordered(id(4), Some(id(1)), 0),
            vec![(id(4), 0), (id(2), 1), (id(3), 2)]
        );
        assert_eq!(tree.reordered(id(3), Some(id(1)), 1), vec![]);
        assert_eq!(
            tree.reordered(id(2), Some(id(1)), 99),
            vec![(id(3), 0), (id(4), 1), (id(2), 2)]
        );
    }

    #[test]
    fn the_order_shows_parents_before_children() {
        assert_eq!(company().in_order(), [1, 2, 3, 4, 5, 6].map(id));
    }

    #[test]
    fn names_are_cleaned() {
        assert_eq!(clean_name("  平台组 "), Ok("平台组".to_owned()));
        assert_eq!(clean_name("  "), Err(Fault::Missing));
        assert_eq!(clean_name("a/b"), Err(Fault::DepartmentNameMark));
        assert_eq!(clean_name(&"长".repeat(65)), Err(Fault::TooLong { most: MOST_NAME }));
        assert_eq!(company().names(id(3)), vec!["远山科技", "研发", "平台组"]);
    }

    proptest! {
        #[test]
        fn moves_keep_one_tree(parents in prop::collection::vec(any::<u8>(), 1..20), mover in any::<u8>(), target in any::<u8>()) {
            let names: Vec<String> = (0..=parents.len()).map(|n| n.to_string()).collect();
            let mut rows = vec![(1_u128, 0_u128, "root")];
            for (n, parent) in parents.iter().enumerate() {
                rows.push((n as u128 + 2, 1 + u128::from(*parent) % (n as u128 + 1), names[n].as_str()));
            }
            let tree = tree(&rows);
            let size = rows.len() as u128;
            let (mover, target) = (id(1 + u128::from(mover) % size), id(1 + u128::from(target) % size));
            if let Ok(places) = tree.moved(mover, target) {
                for place in places {
                    let ids = ids_of_path(&place.path);
                    prop_assert_eq!(ids.len() as i32, place.depth + 1);
                    prop_assert_eq!(ids.last(), Some(&place.id));
                    prop_assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), ids.len());
                }
            }
        }
    }
}
