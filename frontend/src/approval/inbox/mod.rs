//! `/approvals`: the list on the left, the request on the right; on phones the list alone.

pub mod batch;
pub mod choose;
pub mod head;
pub mod list;
pub mod more;
pub mod row;
pub mod touch;

use leptos::prelude::*;

use super::desk::{is_wide, use_desk};
use super::detail::detail_piece;
use super::state::Which;
use crate::ui::keys::{Key, use_keys};
use crate::ui::{Art, Empty, PageTitle, Topline};
use crate::{t, tr};

/// The name of a list.
pub fn title(which: Which) -> &'static str {
    match which {
        Which::Todo => t!(approval.list.todo),
        Which::Started => t!(approval.list.started),
        Which::Copied => t!(approval.list.copied),
        Which::Done => t!(approval.list.done),
    }
}

/// The page.
#[component]
pub fn InboxPage() -> impl IntoView {
    let desk = use_desk(None);
    // Side by side, something is always open.
    Effect::new(move |_| {
        let first = desk.lines.with(|lines| lines.first().map(|line| line.id().to_owned()));
        if let (None, Some(first), true) = (desk.current.get(), first, is_wide()) {
            desk.open(Some(&first), true);
        }
    });
    use_keys(
        tr!(approval.keys.list),
        vec![
            Key::new("j", tr!(approval.keys.next), move || _ = desk.step(1)),
            Key::new("k", tr!(approval.keys.previous), move || _ = desk.step(-1)),
            Key::new("x", tr!(approval.batch.choose), move || {
                if let (Some(id), Which::Todo) = (desk.current.get_untracked(), desk.which.get_untracked()) {
                    desk.choose(&id, false);
                }
            }),
            Key::new("escape", tr!(approval.batch.stop), move || desk.chosen.set(None)).hidden(),
            Key::new("enter", tr!(approval.keys.open), move || {
                if let (Some(id), false) = (desk.current.get_untracked(), focus_acts()) {
                    desk.visit(&desk.own_page(&id), false);
                }
            }),
        ],
    );
    let open = Memo::new(move |_| desk.current.get());
    view! {
        <PageTitle text=move || title(desk.which.get()) />
        <div class="p-inbox" data-view=move || open.with(Option::is_some).then_some("detail")>
            <div class="split">
                <section class="pane inbox" aria-label=tr!(approval.list.label)>
                    <Topline active=desk.live.refreshing />
                    <head::Head desk />
                    <list::List desk />
                    <batch::Batch desk />
                </section>
                <Show
                    when=move || open.with(Option::is_some)
                    fallback=move || view! {
                        <article class="pane detail">
                            {move || (!desk.lines.with(Vec::is_empty)).then(|| view! {
                                <div class="detail-none"><Empty art=Art::Sheet title=tr!(approval.list.choose) /></div>
                            })}
                        </article>
                    }
                >
                    {Suspend::new(detail_piece(desk, Signal::derive(move || open.get().unwrap_or_default())))}
                </Show>
            </div>
        </div>
    }
}

/// Whether Enter belongs to the focused control.
fn focus_acts() -> bool {
    let focused = document().active_element();
    focused.is_some_and(|element| matches!(element.tag_name().as_str(), "BUTTON" | "A" | "SUMMARY" | "SELECT"))
}
