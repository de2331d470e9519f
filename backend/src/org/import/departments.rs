//! Finds the departments a file names, and lists those still to be made.

use std::collections::HashMap;

use super::header::{Column, Header};
use super::parse::{DepartmentRef, MemberRow};
use super::plan::{DepartmentKey, NewDepartment, Plan, Present, problem};
use crate::org::fault::Fault;
use crate::org::model::{MOST_DEPTH, Node};

/// The departments of each row, by position. Those that are missing are added to the plan.
pub(super) fn resolve(
    header: &Header,
    rows: &[MemberRow],
    present: &Present,
    plan: &mut Plan,
) -> Vec<Vec<DepartmentKey>> {
    let mut finder = Finder::new(present);
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let mut keys = Vec::with_capacity(row.departments.len());
        for department in &row.departments {
            let fault = match finder.find(row.number, department) {
                Ok(key) if keys.contains(&key) => Fault::MembershipTwice,
                Ok(key) => {
                    keys.push(key);
                    continue;
                }
                Err(fault) => fault,
            };
            let value = match department {
                DepartmentRef::Path(names) => names.join("/"),
                DepartmentRef::Top => "1".to_owned(),
            };
            plan.problems.push(problem(
                header,
                row.number,
                &Column::Departments,
                Some(&value),
                fault.text(),
            ));
        }
        all.push(keys);
    }
    plan.departments = finder.new;
    all
}

/// Departments by the one above and the name in lower case.
struct Finder<'a> {
    present: &'a Present,
    below: HashMap<(Option<DepartmentKey>, String), DepartmentKey>,
    root: Option<(DepartmentKey, String)>,
    new: Vec<NewDepartment>,
}

impl<'a> Finder<'a> {
    fn new(present: &'a Present) -> Self {
        let key = |node: &Node| {
            let parent = node.parent.map(DepartmentKey::Known);
            ((parent, node.name.to_lowercase()), DepartmentKey::Known(node.id))
        };
        Self {
            present,
            // Of an open and a closed department of one name the open one is meant.
            below: present
                .departments
                .all()
                .filter(|node| !node.open)
                .chain(present.departments.all().filter(|node| node.open))
                .map(key)
                .collect(),
            root: present
                .departments
                .root()
                .map(|root| (DepartmentKey::Known(root.id), root.name.clone())),
            new: Vec::new(),
        }
    }

    fn find(&mut self, row: u32, department: &DepartmentRef) -> Result<DepartmentKey, Fault> {
        let names = match department {
            DepartmentRef::Top => {
                return self.root.as_ref().map(|(key, _)| *key).ok_or(Fault::NoDepartment);
            }
            DepartmentRef::Path(names) => names.as_slice(),
        };
        let (root, root_name) = match &self.root {
            Some(root) => root.clone(),
            // Without any department yet, the first path begins with the company itself.
            None => {
                let name = names.first().cloned().unwrap_or_default();
                let root = (self.make(row, None, &name, Vec::new()), name);
                self.root = Some(root.clone());
                root
            }
        };
        let below = match names.split_first() {
            Some((first, rest)) if first.to_lowercase() == root_name.to_lowercase() => rest,
            _ => names,
        };
        if below.len() > MOST_DEPTH as usize {
            return Err(Fault::TooDeep { most: MOST_DEPTH });
        }
        let mut at = root;
        let mut path = vec![root_name];
        for name in below {
            at = match self.below.get(&(Some(at), name.to_lowercase())) {
                Some(key) => *key,
                None => self.make(row, Some(at), name, path.clone()),
            };
            path.push(name.clone());
            if let DepartmentKey::Known(id) = at
                && self.present.departments.get(id).is_some_and(|node| !node.open)
            {
                return Err(Fault::DepartmentClosed);
            }
        }
        Ok(at)
    }

    fn make(&mut self, row: u32, parent: Option<DepartmentKey>, name: &str, mut names: Vec<String>) -> DepartmentKey {
        let key = DepartmentKey::New(self.new.len());
        names.push(name.to_owned());
        self.new.push(NewDepartment {
            row,
            parent,
            name: name.to_owned(),
            names,
        });
        self.below.insert((parent, name.to_lowercase()), key);
        key
    }
}
