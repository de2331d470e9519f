//! `/approvals/:id`: one request alone, as phones and links show it.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::detail_piece;
use crate::approval::desk::use_desk;
use crate::t;
use crate::ui::PageTitle;

/// The page.
#[component]
pub fn DetailPage() -> impl IntoView {
    let params = use_params_map();
    let id = Signal::derive(move || params.with(|params| params.get("id").unwrap_or_default()));
    let desk = use_desk(Some(id));
    view! {
        <PageTitle text=move || t!(approval.list.title) />
        <div class="p-inbox solo" data-view="detail">
            <div class="split">
                {Suspend::new(detail_piece(desk, id))}
            </div>
        </div>
    }
}
