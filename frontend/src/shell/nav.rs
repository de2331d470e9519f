//! The menu: every page that has an entry, once. Sidebar, phone bar, palette and the keys `G` + letter read it.

use crate::api::viewer::{Counters, CurrentViewer, Permission};
use crate::t;

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// One's own work, on top.
    Work,
    /// The company.
    Company,
    /// Administration, at the foot.
    Admin,
    /// Not in the sidebar; reached by the bars and the palette.
    Aside,
}

/// An entry of the menu.
pub struct Place {
    /// The path; also tells entries apart.
    pub href: &'static str,
    /// The icon of the sprite.
    pub icon: &'static str,
    /// Its name.
    pub label: fn() -> &'static str,
    /// Where it stands.
    pub group: Group,
    /// The keys that lead there, or `""`.
    pub keys: &'static str,
    /// Shown to those only who are permitted one of these; empty: to all.
    pub needs: &'static [Permission],
    /// How many things wait there, and what they are called.
    pub due: Option<Due>,
    /// Words that find it in the palette: pinyin and English.
    pub words: &'static str,
}

/// Something that waits behind an entry.
#[derive(Clone, Copy)]
pub struct Due {
    /// How many.
    pub count: fn(Counters) -> i32,
    /// The sentence read aloud.
    pub label: fn(u32) -> String,
}

/// All entries in the order of the menu.
pub const PLACES: &[Place] = &[
    Place {
        href: "/",
        icon: "home",
        label: || t!(shell.nav.workbench),
        group: Group::Work,
        keys: "g h",
        needs: &[],
        due: None,
        words: "gongzuotai gzt home workbench",
    },
    Place {
        href: "/approvals",
        icon: "approve",
        label: || t!(approval.list.title),
        group: Group::Work,
        keys: "g a",
        needs: &[],
        due: Some(Due {
            count: |counters| counters.inbox,
            label: |n| t!(approval.list.due, n = n),
        }),
        words: "shenpi sp approvals inbox requests",
    },
    Place {
        href: "/start",
        icon: "plus",
        label: || t!(approval.start.title),
        group: Group::Aside,
        keys: "",
        needs: &[Permission::StartApprovals],
        due: None,
        words: "faqi shenqing fq start new request leave",
    },
    Place {
        href: "/leave",
        icon: "leave",
        label: || t!(leave.title),
        group: Group::Work,
        keys: "g l",
        needs: &[],
        due: None,
        words: "jiaqin jq qingjia leave attendance holiday",
    },
    Place {
        href: "/contacts",
        icon: "book",
        label: || t!(org.title),
        group: Group::Company,
        keys: "g c",
        needs: &[],
        due: None,
        words: "tongxunlu txl contacts people members departments",
    },
    Place {
        href: "/admin/calendar",
        icon: "calendar",
        label: || t!(calendar.title),
        group: Group::Admin,
        keys: "",
        needs: &[Permission::ManageCalendar],
        due: None,
        words: "rili jiejiari calendar holidays",
    },
    Place {
        href: "/admin/roles",
        icon: "lock",
        label: || t!(org.role.title),
        group: Group::Admin,
        keys: "",
        needs: &[Permission::GrantRoles],
        due: None,
        words: "juese quanxian roles permissions",
    },
    Place {
        href: "/admin/import",
        icon: "upload",
        label: || t!(org.import.title),
        group: Group::Admin,
        keys: "",
        needs: &[Permission::EditOrganisation],
        due: None,
        words: "daoru chengyuan import members spreadsheet",
    },
    Place {
        href: "/notifications",
        icon: "bell",
        label: || t!(shell.nav.notifications),
        group: Group::Aside,
        keys: "g n",
        needs: &[],
        due: None,
        words: "xiaoxi tongzhi notifications messages",
    },
    Place {
        href: "/me",
        icon: "me",
        label: || t!(shell.nav.me),
        group: Group::Aside,
        keys: "g m",
        needs: &[],
        due: None,
        words: "wode shezhi settings profile me",
    },
];

impl Place {
    /// Whether this viewer gets to see the entry.
    pub fn is_for(&self, viewer: CurrentViewer) -> bool {
        self.needs.is_empty() || self.needs.iter().any(|permission| viewer.may(*permission))
    }

    /// Whether the page at `path` belongs to the entry.
    pub fn holds(&self, path: &str) -> bool {
        let longer = PLACES
            .iter()
            .any(|other| other.href.len() > self.href.len() && is_below(path, other.href));
        is_below(path, self.href) && !longer
    }
}

/// The entry of a path, if that page exists.
pub fn place(href: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.href == href)
}

fn is_below(path: &str, href: &str) -> bool {
    match path.strip_prefix(href) {
        Some(rest) => rest.is_empty() || (href != "/" && rest.starts_with('/')),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_belong_to_entries() {
        let check = |path, href, expected| assert_eq!(is_below(path, href), expected, "{path} {href}");
        check("/", "/", true);
        check("/approvals", "/", false);
        check("/approvals", "/approvals", true);
        check("/approvals/approval_1", "/approvals", true);
        check("/approvalsx", "/approvals", false);
    }

    #[test]
    fn entries_are_unique() {
        for (index, one) in PLACES.iter().enumerate() {
            for other in &PLACES[index + 1..] {
                assert_ne!(one.href, other.href);
                assert!(one.keys.is_empty() || one.keys != other.keys, "{}", one.keys);
            }
        }
    }
}
