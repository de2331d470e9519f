//! What the contacts page knows and works out. PURE.

use std::collections::{HashMap, HashSet};

use crate::api::org::directory::{Department, MemberCard, MemberRow};
use crate::i18n::Date;
use crate::ui::TreeNode;

/// What the address says is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The department; none: the whole company.
    pub(super) department: Option<String>,
    /// The member whose card is open.
    pub(super) member: Option<String>,
    /// What is searched for, in the whole company.
    pub(super) search: String,
    /// Those who left, too.
    pub(super) disabled: bool,
    /// Closed departments, too.
    pub(super) closed: bool,
}

impl Place {
    /// From the parameters of the address.
    pub(super) fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let filled = |key| get(key).filter(|value| !value.is_empty());
        Self {
            department: filled("department"),
            member: filled("member"),
            search: filled("search").unwrap_or_default(),
            disabled: filled("disabled").is_some(),
            closed: filled("closed").is_some(),
        }
    }

    /// The address that shows this; `encode` makes a text safe for it.
    pub(super) fn href(&self, encode: impl Fn(&str) -> String) -> String {
        let mut pairs = Vec::new();
        if let Some(department) = &self.department {
            pairs.push(format!("department={}", encode(department)));
        }
        if !self.search.is_empty() {
            pairs.push(format!("search={}", encode(&self.search)));
        }
        if self.disabled {
            pairs.push("disabled=1".to_owned());
        }
        if self.closed {
            pairs.push("closed=1".to_owned());
        }
        if let Some(member) = &self.member {
            pairs.push(format!("member={}", encode(member)));
        }
        if pairs.is_empty() {
            "/contacts".to_owned()
        } else {
            format!("/contacts?{}", pairs.join("&"))
        }
    }

    /// With this card open, or none.
    #[must_use]
    pub(super) fn with_member(&self, member: Option<&str>) -> Self {
        Self {
            member: member.map(str::to_owned),
            ..self.clone()
        }
    }

    /// With this department, its card and search closed.
    #[must_use]
    pub(super) fn with_department(&self, department: &str) -> Self {
        Self {
            department: Some(department.to_owned()),
            member: None,
            search: String::new(),
            disabled: self.disabled,
            closed: self.closed,
        }
    }
}

/// The departments as nodes of the tree. Those that are closed come too where there is a word for them, with it at their end.
pub(super) fn tree_nodes(departments: &[Department], closed: Option<&str>) -> Vec<TreeNode> {
    let shown = departments.iter().filter(|one| closed.is_some() || !one.closed);
    let node = |one: &Department| TreeNode {
        id: one.id.inner().to_owned(),
        parent: one.parent_id.as_ref().map(|id| id.inner().to_owned()),
        label: one.name.clone(),
        count: u32::try_from(one.total_count).ok().filter(|_| !one.closed),
        tag: closed.filter(|_| one.closed).map(str::to_owned),
    };
    shown.map(node).collect()
}

/// A department by its id; none asked for: the top one.
pub(super) fn department<'a>(departments: &'a [Department], id: Option<&str>) -> Option<&'a Department> {
    match id {
        Some(id) => departments.iter().find(|department| department.id.inner() == id),
        None => departments.iter().find(|department| department.parent_id.is_none()),
    }
}

/// The ids of all departments above one.
pub(super) fn above(departments: &[Department], id: &str) -> Vec<String> {
    let parents: HashMap<&str, &str> = departments
        .iter()
        .filter_map(|one| Some((one.id.inner(), one.parent_id.as_ref()?.inner())))
        .collect();
    let mut found: Vec<String> = Vec::new();
    let mut at = id;
    while let Some(parent) = parents.get(at) {
        if found.iter().any(|id| id == parent) {
            break;
        }
        found.push((*parent).to_owned());
        at = parent;
    }
    found
}

/// A department and everything below it: where it cannot be moved to.
pub(super) fn with_below(departments: &[Department], id: &str) -> HashSet<String> {
    departments
        .iter()
        .map(|one| one.id.inner())
        .filter(|one| *one == id || above(departments, one).iter().any(|parent| parent == id))
        .map(str::to_owned)
        .collect()
}

/// The open departments directly below one, in their order.
pub(super) fn children<'a>(departments: &'a [Department], parent: &str) -> Vec<&'a Department> {
    below(departments, parent).filter(|one| !one.closed).collect()
}

/// The departments directly below one, in their order, closed ones too.
pub(super) fn below<'a>(departments: &'a [Department], parent: &str) -> impl Iterator<Item = &'a Department> {
    departments
        .iter()
        .filter(move |one| one.parent_id.as_ref().is_some_and(|id| id.inner() == parent))
}

/// Where a department goes by one step up or down among its siblings: its parent and the new position.
pub(super) fn step(departments: &[Department], id: &str, by: i32) -> Option<(String, i32)> {
    let own = department(departments, Some(id))?;
    let parent = own.parent_id.as_ref()?.inner();
    let siblings = children(departments, parent);
    let at = siblings.iter().position(|one| one.id.inner() == id)?;
    let to = i32::try_from(at).ok()? + by;
    let last = i32::try_from(siblings.len()).ok()?;
    (to >= 0 && to < last).then(|| (parent.to_owned(), to))
}

/// Departments whose name or path has the text, the ones whose own name has it first.
pub(super) fn find_departments<'a>(departments: &'a [Department], text: &str) -> Vec<&'a Department> {
    let wanted = text.trim().to_ascii_lowercase();
    let own = |one: &Department| {
        one.name.to_ascii_lowercase().contains(&wanted)
            || one
                .name_en
                .as_ref()
                .is_some_and(|name| name.to_ascii_lowercase().contains(&wanted))
    };
    let mut found: Vec<&Department> = departments
        .iter()
        .filter(|one| !one.closed)
        .filter(|one| own(one) || one.path.iter().any(|name| name.to_ascii_lowercase().contains(&wanted)))
        .collect();
    found.sort_by_key(|one| !own(one));
    found
}

/// The names that occur more than once: their lines show a number too.
pub(super) fn doubles(members: &[MemberRow]) -> HashSet<String> {
    let mut seen = HashSet::new();
    members
        .iter()
        .filter(|member| !seen.insert(member.name.as_str()))
        .map(|member| member.name.clone())
        .collect()
}

/// The member `by` lines further down; from nowhere the first one.
pub(super) fn neighbour(members: &[MemberRow], current: Option<&str>, by: isize) -> Option<String> {
    let at = current.and_then(|current| members.iter().position(|one| one.id.inner() == current));
    let to = match at {
        Some(at) => at.checked_add_signed(by)?,
        None => 0,
    };
    members.get(to).map(|one| one.id.inner().to_owned())
}

/// Whole years and further months between two days.
pub(super) fn tenure(from: Date, to: Date) -> (i32, i32) {
    let index = |date: Date| date.year * 12 + i32::try_from(date.month).unwrap_or(1);
    let months = (index(to) - index(from) - i32::from(to.day < from.day)).max(0);
    (months / 12, months % 12)
}

/// A Chinese mobile number in the groups it is read in: 138 0013 8002.
pub(super) fn spaced(number: &str) -> String {
    let own = number.strip_prefix("+86").map_or(number, str::trim_start);
    match (own.len(), own.get(..3), own.get(3..7), own.get(7..)) {
        (11, Some(a), Some(b), Some(c)) if own.bytes().all(|b| b.is_ascii_digit()) && own.starts_with('1') => {
            format!("{a} {b} {c}")
        }
        _ => number.to_owned(),
    }
}

/// One department of a member, while it is edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    /// The department.
    pub(super) department: String,
    /// Names from the root to it.
    pub(super) path: Vec<String>,
    /// The one that counts for approvals.
    pub(super) primary: bool,
    /// As one of its leaders.
    pub(super) leader: bool,
}

/// Adds a department; the first one becomes the primary one.
pub(super) fn add_seat(seats: &mut Vec<Seat>, department: String, path: Vec<String>) {
    if seats.iter().any(|seat| seat.department == department) {
        return;
    }
    let primary = seats.is_empty();
    seats.push(Seat {
        department,
        path,
        primary,
        leader: false,
    });
}

/// Takes a department away; some department stays the primary one.
pub(super) fn remove_seat(seats: &mut Vec<Seat>, department: &str) {
    seats.retain(|seat| seat.department != department);
    if !seats.iter().any(|seat| seat.primary)
        && let Some(first) = seats.first_mut()
    {
        first.primary = true;
    }
}

/// Makes this department the primary one.
pub(super) fn make_primary(seats: &mut [Seat], department: &str) {
    for seat in seats {
        seat.primary = seat.department == department;
    }
}

/// The departments of a member, to be edited.
pub(super) fn seats_of(card: &MemberCard) -> Vec<Seat> {
    card.departments
        .iter()
        .map(|one| Seat {
            department: one.department.id.inner().to_owned(),
            path: one.department.path.clone(),
            primary: one.is_primary,
            leader: one.is_leader,
        })
        .collect()
}

/// A text as the server takes it: none where nothing is written.
pub(super) fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dept(id: &str, parent: Option<&str>, name: &str) -> Department {
        Department {
            id: cynic::Id::new(id),
            name: name.into(),
            name_en: None,
            parent_id: parent.map(cynic::Id::new),
            path: vec![name.into()],
            leaders: Vec::new(),
            member_count: 1,
            total_count: 2,
            closed: id == "gone",
            version: 1,
        }
    }

    fn company() -> Vec<Department> {
        vec![
            dept("root", None, "远山科技"),
            dept("rd", Some("root"), "产品研发中心"),
            dept("platform", Some("rd"), "平台组"),
            dept("front", Some("rd"), "前端组"),
            dept("sales", Some("root"), "销售中心"),
            dept("gone", Some("root"), "旧部门"),
        ]
    }

    fn row(id: &str, name: &str) -> MemberRow {
        MemberRow {
            id: cynic::Id::new(id),
            name: name.into(),
            employee_no: None,
            position: None,
            manager: None,
            departments: Vec::new(),
            status: crate::api::org::directory::MemberStatus::Active,
            away_today: None,
        }
    }

    #[test]
    fn the_address_keeps_the_place() {
        let place = Place {
            department: Some("d".into()),
            member: Some("m".into()),
            search: "li min".into(),
            disabled: true,
            closed: true,
        };
        let href = place.href(|text| text.replace(' ', "%20"));
        assert_eq!(
            href,
            "/contacts?department=d&search=li%20min&disabled=1&closed=1&member=m"
        );
        let read = Place::read(|key| match key {
            "department" => Some("d".into()),
            "member" => Some("m".into()),
            "search" => Some("li min".into()),
            "disabled" | "closed" => Some("1".into()),
            _ => None,
        });
        assert_eq!(read, place);
        assert_eq!(Place::default().href(str::to_owned), "/contacts");
        assert_eq!(place.with_department("e").member, None);
    }

    #[test]
    fn knows_the_tree() {
        let all = company();
        assert_eq!(tree_nodes(&all, None).len(), 5);
        let tagged: Vec<String> = tree_nodes(&all, Some("closed"))
            .into_iter()
            .filter(|node| node.tag.as_deref() == Some("closed") && node.count.is_none())
            .map(|node| node.id)
            .collect();
        assert_eq!(tagged, ["gone"]);
        assert_eq!(department(&all, None).map(|d| d.id.inner()), Some("root"));
        assert_eq!(above(&all, "platform"), ["rd", "root"]);
        let mut below: Vec<_> = with_below(&all, "rd").into_iter().collect();
        below.sort();
        assert_eq!(below, ["front", "platform", "rd"]);
        assert_eq!(children(&all, "root").len(), 2);
        let found: Vec<_> = find_departments(&all, "组").iter().map(|d| d.id.inner()).collect();
        assert_eq!(found, ["platform", "front"]);
    }

    #[test]
    fn steps_among_siblings() {
        let all = company();
        let check = |id, by, expected: Option<(&str, i32)>| {
            assert_eq!(
                step(&all, id, by),
                expected.map(|(p, n)| (p.to_owned(), n)),
                "{id} {by}"
            );
        };
        check("platform", 1, Some(("rd", 1)));
        check("platform", -1, None);
        check("front", -1, Some(("rd", 0)));
        check("front", 1, None);
        check("root", 1, None);
        check("sales", -1, Some(("root", 0)));
    }

    #[test]
    fn walks_the_list_and_tells_namesakes_apart() {
        let rows = [row("1", "张伟"), row("2", "李敏"), row("3", "张伟")];
        assert_eq!(doubles(&rows), HashSet::from(["张伟".to_owned()]));
        let check = |from, by, expected: Option<&str>| {
            assert_eq!(neighbour(&rows, from, by).as_deref(), expected, "{from:?} {by}");
        };
        check(None, 1, Some("1"));
        check(Some("1"), 1, Some("2"));
        check(Some("1"), -1, None);
        check(Some("3"), 1, None);
        check(Some("gone"), -1, Some("1"));
    }

    #[test]
    fn says_tenure_and_numbers() {
        let date = |text| Date::parse(text).unwrap();
        assert_eq!(tenure(date("2021-03-15"), date("2026-09-23")), (5, 6));
        assert_eq!(tenure(date("2021-03-15"), date("2021-04-14")), (0, 0));
        assert_eq!(tenure(date("2026-03-15"), date("2021-04-14")), (0, 0));
        assert_eq!(spaced("13800138002"), "138 0013 8002");
        assert_eq!(spaced("+8613800138002"), "138 0013 8002");
        assert_eq!(spaced("0755-8888"), "0755-8888");
    }

    #[test]
    fn one_department_stays_primary() {
        let mut seats = Vec::new();
        add_seat(&mut seats, "a".into(), vec![]);
        add_seat(&mut seats, "b".into(), vec![]);
        add_seat(&mut seats, "a".into(), vec![]);
        let shape = |seats: &[Seat]| {
            seats
                .iter()
                .map(|s| format!("{}{}", s.department, u8::from(s.primary)))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(shape(&seats), "a1 b0");
        make_primary(&mut seats, "b");
        assert_eq!(shape(&seats), "a0 b1");
        remove_seat(&mut seats, "b");
        assert_eq!(shape(&seats), "a1");
    }
}
