//! Who of a department is away.

pub mod month;
pub mod people;
mod state;

use std::collections::HashSet;

use cynic::QueryBuilder;
use leptos::prelude::*;

use self::month::MonthView;
use self::people::PeopleView;
use super::page::LeaveCx;
use crate::api::leave::{TeamCalendar, TeamQuery, TeamVars};
use crate::api::org::directory::{Department, MemberQuery};
use crate::api::viewer::{Role, use_viewer};
use crate::api::{Live, live_query, query};
use crate::i18n::{Date, weeks_of_month};
use crate::org::contacts::live_departments;
use crate::ui::{ErrorCard, Icon, Pop, Popover, SkeletonDoc, Topline, Tree, TreeNode};
use crate::{t, tr};

/// The first and the last day of the weeks that show a month.
fn span(month: Date) -> (Date, Date) {
    let weeks = weeks_of_month(month);
    let first = weeks.first().and_then(|week| week.first()).copied();
    let last = weeks.last().and_then(|week| week.last()).copied();
    (first.unwrap_or(month), last.unwrap_or(month))
}

fn live_team(cx: LeaveCx) -> Live<TeamQuery> {
    let department = Memo::new(move |_| cx.place.get().department);
    live_query(
        move || format!("team:{}:{}", department.get().unwrap_or_default(), cx.month.get()),
        || ["leave:me", "calendar", "org", "inbox:me"].map(str::to_owned).to_vec(),
        move || {
            let (from, to) = span(cx.month.get_untracked());
            query(TeamQuery::build(TeamVars {
                department_id: department.get_untracked().map(cynic::Id::new),
                from,
                to,
            }))
        },
    )
}

/// The calendar of a department.
#[component]
pub fn Team(
    /// The page.
    cx: LeaveCx,
    /// By people instead of by weeks.
    by_people: bool,
) -> impl IntoView {
    let live = live_team(cx);
    let viewer = use_viewer();
    let own = Memo::new(move |_| viewer.id().unwrap_or_default());
    view! {
        <Topline active=live.refreshing />
        {move || live.loading_first.get().then(|| view! { <SkeletonDoc lines=10 /> })}
        {move || match (live.data.get(), live.error.get()) {
            (Some(all), _) => {
                let team: TeamCalendar = all.team_calendar.clone();
                if by_people {
                    view! { <PeopleView cx team own=own.get() /> }.into_any()
                } else {
                    view! { <MonthView cx team own=own.get() /> }.into_any()
                }
            }
            (None, Some(error)) => view! {
                <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| live.refetch()) />
            }
            .into_any(),
            (None, None) => ().into_any(),
        }}
    }
}

/// The departments whose calendar the viewer may look at: their own with all above, those they lead with all below,
/// and for administrators and the personnel department all.
fn choices(departments: &[Department], own: &[Vec<String>], id: &str, everything: bool) -> Vec<TreeNode> {
    let led: Vec<&[String]> = departments
        .iter()
        .filter(|one| one.leaders.iter().any(|leader| leader.id.inner() == id))
        .map(|one| one.path.as_slice())
        .collect();
    departments
        .iter()
        .filter(|one| !one.closed)
        .filter(|one| {
            everything
                || own.iter().any(|path| path.starts_with(&one.path))
                || led.iter().any(|path| one.path.starts_with(path))
        })
        .map(|one| TreeNode {
            id: one.id.inner().to_owned(),
            parent: one.parent_id.as_ref().map(|id| id.inner().to_owned()),
            label: one.name.clone(),
            count: u32::try_from(one.total_count).ok(),
            tag: None,
        })
        .collect()
}

/// The button that says whose calendar it is, with the others behind it.
#[component]
pub fn Chooser(
    /// The page.
    cx: LeaveCx,
    /// The member whose page it is.
    someone: Live<MemberQuery>,
) -> impl IntoView {
    let departments = live_departments();
    let viewer = use_viewer();
    let live = live_team(cx);
    let pop = Pop::new();
    let own_page = move || cx.member.with(Option::is_none);
    let nodes = Memo::new(move |_| {
        let (Some(all), Some(me)) = (departments.data.get(), viewer.get()) else {
            return Vec::new();
        };
        let mut own: Vec<Vec<String>> = me
            .viewer
            .member
            .primary_department
            .iter()
            .map(|one| one.path.clone())
            .collect();
        if let Some(member) = someone
            .data
            .get()
            .filter(|_| own_page())
            .and_then(|found| found.member.clone())
        {
            own.extend(member.departments.into_iter().map(|one| one.department.path));
        }
        let roles = &me.viewer.roles;
        let everything = roles.contains(&Role::Administrator) || roles.contains(&Role::Hr);
        choices(&all.departments, &own, me.viewer.member.id.inner(), everything)
    });
    let shown = Memo::new(move |_| live.data.get().map(|all| all.team_calendar.department.clone()));
    let selected = Memo::new(move |_| shown.get().map(|one| one.id.into_inner()));
    let open = RwSignal::new(HashSet::new());
    Effect::new(move |_| {
        // Short lists are open as a whole, long ones at the top.
        nodes.with(|nodes| {
            let few = nodes.len() <= 30;
            open.set(
                nodes
                    .iter()
                    .filter(|node| few || node.parent.is_none())
                    .map(|node| node.id.clone())
                    .collect(),
            );
        });
    });
    let label = move || match shown.get() {
        Some(one) => t!(leave.team, name = one.name, n = one.total_count),
        None => t!(leave.department).to_owned(),
    };
    view! {
        <button
            type="button"
            class="chip"
            aria-haspopup="dialog"
            title=tr!(leave.department)
            disabled=move || nodes.with(|nodes| nodes.len() < 2)
            on:click=move |event| pop.open_by(&event)
        >
            {label}
            <Icon name="down" />
        </button>
        <Popover pop label=tr!(leave.department) focus="[role=treeitem][tabindex=\"0\"]">
            <div class="menu team-pick">
                <Tree
                    label=tr!(leave.department)
                    nodes
                    selected
                    on_select=Callback::new(move |id: String| {
                        pop.close();
                        cx.change(|place| place.department = Some(id));
                    })
                    open
                />
            </div>
        </Popover>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::org::MemberRef;

    fn department(path: &[&str], leader: &str) -> Department {
        Department {
            id: cynic::Id::new(path.join("/")),
            name: path.last().copied().unwrap_or_default().into(),
            name_en: None,
            parent_id: None,
            path: path.iter().map(|name| (*name).to_owned()).collect(),
            leaders: vec![MemberRef {
                id: cynic::Id::new(leader),
                name: leader.into(),
            }],
            member_count: 0,
            total_count: 0,
            closed: false,
            version: 1,
        }
    }

    #[test]
    fn offers_what_may_be_seen() {
        let all = [
            department(&["co"], "boss"),
            department(&["co", "rd"], "li"),
            department(&["co", "rd", "a"], "wu"),
            department(&["co", "sales"], "li"),
        ];
        let own = vec![vec!["co".to_owned(), "rd".to_owned()]];
        let check = |own: &[Vec<String>], id: &str, everything, expected: &str| {
            let names: Vec<String> = choices(&all, own, id, everything)
                .into_iter()
                .map(|one| one.label)
                .collect();
            assert_eq!(names.join(" "), expected);
        };
        check(&own, "nobody", false, "co rd");
        check(&own, "li", false, "co rd a sales");
        check(&[], "wu", false, "a");
        check(&[], "nobody", true, "co rd a sales");
    }

    #[test]
    fn a_month_is_asked_for_in_whole_weeks() {
        let (from, to) = span(Date::parse("2026-09-01").unwrap());
        assert_eq!(
            (from.to_string(), to.to_string()),
            ("2026-08-31".into(), "2026-10-04".into())
        );
    }
}
