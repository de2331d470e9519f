//! What else can be done with a line, after a stroke to the left.

use leptos::prelude::*;

use super::choose::Together;
use crate::api::online;
use crate::approval::decide::Decision;
use crate::approval::desk::Desk;
use crate::approval::state::Line;
use crate::ui::{MenuItem, MenuList, Pop, Popover};
use crate::{t, tr};

/// The line it is about, and where it opens.
#[derive(Clone, Copy)]
pub struct More {
    pop: Pop,
    line: RwSignal<Option<Line>>,
}

/// Closed at first.
pub fn use_more() -> More {
    More {
        pop: Pop::new(),
        line: RwSignal::new(None),
    }
}

impl More {
    /// Opens beside a line.
    pub fn open(self, line: Line, element: &web_sys::Element) {
        self.line.set(Some(line));
        self.pop.open_at(element);
    }
}

/// The menu; on phones a sheet from below.
#[component]
pub fn MoreMenu(
    /// The list.
    desk: Desk,
    /// What opens it.
    more: More,
) -> impl IntoView {
    let link = online();
    let items = Signal::derive(move || {
        let Some(line) = more.line.get() else { return Vec::new() };
        let id = line.id().to_owned();
        let mut items = Vec::new();
        if let Some(task) = &line.task {
            let mut add = |icon, label: &str, decision, can: bool| {
                let ids = vec![id.clone()];
                let item = MenuItem::new(icon, label).disabled(!can || !link.get());
                items.push(item.on(move || {
                    desk.together.set(Some(Together {
                        decision,
                        ids: ids.clone(),
                    }));
                }));
            };
            add(
                "check",
                t!(approval.act.approve_with),
                Decision::Approve,
                task.can_approve,
            );
            add("x", t!(approval.act.reject), Decision::Reject, task.can_reject);
        }
        let own = id.clone();
        items.push(MenuItem::new("select", t!(approval.batch.choose)).on(move || desk.choose(&own, false)));
        items.push(MenuItem::new("right", t!(approval.act.own_page)).href(desk.own_page(&id)));
        items
    });
    view! {
        <Popover pop=more.pop label=tr!(approval.batch.more) focus="[role^=menuitem]:not([disabled])">
            <MenuList items pop=more.pop />
        </Popover>
    }
}
