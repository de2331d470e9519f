//! What a page tells the browser about itself.

use leptos::prelude::*;

use crate::t;

/// The title of the browser's tab: `待处理 · 同事`. One per page; follows the language.
#[component]
pub fn PageTitle(
    /// What the page shows.
    #[prop(into)]
    text: TextProp,
) -> impl IntoView {
    Effect::new(move |_| document().set_title(&t!(ui.page_title, page = text.get(), product = t!(ui.product))));
}
