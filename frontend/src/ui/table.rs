//! Tables: real ones, with cards below 720 px.

use leptos::prelude::*;

/// A column's head.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Col {
    /// Its text.
    pub label: String,
    /// Numbers: aligned to the end.
    pub number: bool,
    /// Hidden where the window is narrow; give the cells the class `opt-col` too.
    pub optional: bool,
}

impl Col {
    /// A column of text.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }

    /// A column of numbers; give the cells the class `r`.
    #[must_use]
    pub fn number(mut self) -> Self {
        self.number = true;
        self
    }

    /// Hidden where the window is narrow.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
}

/// A table; children are the body's rows. On phones each row is a card, and a cell with `data-l` says its label.
#[component]
pub fn Table(
    /// What the table shows, for screen readers.
    #[prop(into)]
    caption: TextProp,
    /// The heads.
    #[prop(into)]
    columns: Signal<Vec<Col>>,
    /// Further classes: `edge` (text keeps away from the sides), page classes.
    #[prop(default = "")]
    class: &'static str,
    /// The rows of the foot.
    #[prop(optional, into)]
    foot: ViewFn,
    /// The rows of the body.
    children: Children,
) -> impl IntoView {
    view! {
        <table class=format!("table cards {class}")>
            <caption class="sr">{move || caption.get()}</caption>
            <thead>
                <tr>
                    {move || columns.get().into_iter().map(|col| view! {
                        <th scope="col" class:r=col.number class:opt-col=col.optional>{col.label}</th>
                    }).collect_view()}
                </tr>
            </thead>
            <tbody>{children()}</tbody>
            <tfoot>{foot.run()}</tfoot>
        </table>
    }
}
