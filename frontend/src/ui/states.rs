//! What a page shows while it has nothing to show: empty, loading, failed.

use leptos::prelude::*;

use super::button::Button;
use crate::t;

/// The line drawing of an empty state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Art {
    /// Everything is done.
    #[default]
    Done,
    /// The line is cut: failed, offline.
    Cut,
    /// An empty sheet: nothing here yet.
    Sheet,
    /// A search without result.
    Search,
    /// A closed door: no permission.
    Door,
    /// A calendar without entries.
    Calendar,
}

/// The drawing alone.
#[component]
pub fn Drawing(
    /// Which one.
    art: Art,
) -> impl IntoView {
    let lines: &'static str = match art {
        Art::Done => {
            r#"<path d="M20 84h120"/><path d="M46 84V34h52v50M46 46h52"/><path class="a" d="m60 64 9 9 16-18"/><path d="M112 84c0-14 4-22 12-28M112 84c0-10-3-16-9-20"/><circle cx="126" cy="22" r="8"/>"#
        }
        Art::Cut => {
            r#"<path d="M20 84h120"/><path d="M30 52h34M96 52h34"/><path class="a" d="M64 52l8-7M96 52l-8 7"/><circle cx="22" cy="52" r="8"/><circle cx="138" cy="52" r="8"/>"#
        }
        Art::Sheet => {
            r#"<path d="M20 84h120"/><path d="M52 84V20h38l18 18v46M90 20v18h18"/><path class="a" d="M64 52h32M64 62h32M64 72h18"/>"#
        }
        Art::Search => {
            r#"<path d="M20 84h120"/><circle cx="74" cy="46" r="24"/><path d="m92 64 18 18"/><path class="a" d="M64 46h20"/>"#
        }
        Art::Door => {
            r#"<path d="M20 84h120"/><path d="M56 84V18h48v66"/><path class="a" d="M92 52h.01M72 40v24"/><path d="M112 84V26M48 84V26"/>"#
        }
        Art::Calendar => {
            r#"<path d="M20 84h120"/><path d="M48 84V26h64v58M48 42h64M64 18v14M96 18v14"/><path class="a" d="M62 56h10M88 56h10M62 70h10"/>"#
        }
    };
    view! { <svg viewBox="0 0 160 96" aria-hidden="true" inner_html=lines></svg> }
}

/// Nothing here: a drawing, one line that says why, and one action (children).
#[component]
pub fn Empty(
    /// The drawing.
    #[prop(optional)]
    art: Art,
    /// What there is none of.
    #[prop(into)]
    title: TextProp,
    /// What comes next, or what to do.
    #[prop(optional, into)]
    text: MaybeProp<String>,
    /// The one action.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Drawing art />
            <h2>{move || title.get()}</h2>
            {move || text.get().map(|text| view! { <p>{text}</p> })}
            {children.map(|children| children())}
        </div>
    }
}

thread_local! {
    static OLD_PAGE: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// From now on error cards offer to load the page anew: trying again cannot help.
pub fn page_is_old() {
    OLD_PAGE.with(|old| old.set(true));
}

/// Loads the page anew.
pub fn reload_page() {
    // A page that may not reload itself stays as it is; the reader has the browser's button.
    let _ = window().location().reload();
}

/// Something did not load: the cause in plain words, a button to try again, and the number to report.
#[component]
pub fn ErrorCard(
    /// The cause, in the user's language.
    #[prop(into)]
    cause: TextProp,
    /// The request's id, as the server logged it.
    #[prop(optional, into)]
    request_id: MaybeProp<String>,
    /// Tries again; without it there is no button.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
    /// The heading, where it is not "this did not load".
    #[prop(optional, into)]
    title: Option<TextProp>,
    /// The drawing.
    #[prop(default = Art::Cut)]
    art: Art,
) -> impl IntoView {
    let is_old = RwSignal::from(OLD_PAGE.with(Clone::clone));
    view! {
        <div class="empty" role="alert">
            <Drawing art />
            <h2>{move || title.as_ref().map_or_else(|| t!(ui.failed_title).to_owned(), |title| title.get().into_owned())}</h2>
            <p>
                {move || cause.get()}
                {move || request_id.get().map(|id| view! { <br /><span class="meta num">{t!(ui.error_id, id = id)}</span> })}
            </p>
            {on_retry.map(|retry| view! {
                <Button icon="loop" on:click=move |_| if is_old.get_untracked() { reload_page() } else { retry.run(()) }>
                    {move || if is_old.get() { t!(ui.reload) } else { t!(ui.retry) }}
                </Button>
            })}
        </div>
    }
}

/// Skeletons of list rows; they appear after 120 ms, so that quick answers do not flash.
#[component]
pub fn SkeletonRows(
    /// How many rows.
    #[prop(default = 6)]
    rows: u32,
) -> impl IntoView {
    view! {
        <div class="late" role="status" aria-busy="true" aria-label=move || t!(ui.loading)>
            {(0..rows).map(|n| view! {
                <div class="row skel-row" aria-hidden="true">
                    <span class="skel round"></span>
                    <span class=format!("skel w{}", n % 3)></span>
                    <span></span>
                    <div class="row-sub"><span class=format!("skel w{}", (n + 1) % 3 + 3)></span><span class="skel w0"></span></div>
                </div>
            }).collect_view()}
        </div>
    }
}

/// Skeleton of a page or a document: heading and lines of text.
#[component]
pub fn SkeletonDoc(
    /// How many lines.
    #[prop(default = 5)]
    lines: u32,
) -> impl IntoView {
    view! {
        <div class="late skel-doc" role="status" aria-busy="true" aria-label=move || t!(ui.loading)>
            <span class="skel head"></span>
            {(0..lines).map(|n| view! { <span class=format!("skel w{}", (n * 2) % 6)></span> }).collect_view()}
        </div>
    }
}

/// The 2 px line at the top of a pane while it is refreshed. Its parent must be positioned.
#[component]
pub fn Topline(
    /// Whether a refresh is under way.
    #[prop(into)]
    active: Signal<bool>,
) -> impl IntoView {
    view! { {move || active.get().then(|| view! { <span class="topline" aria-hidden="true"></span> })} }
}
