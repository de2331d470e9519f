//! `/leave`: balances and ledger on one side, team calendar or record on the other.

use cynic::QueryBuilder;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use super::adjust::AdjustForm;
use super::attendance::Attendance;
use super::balance::Balances;
use super::ledger::Ledger;
use super::state::{Place, View};
use super::team::Team;
use crate::api::leave::{BalancesQuery, BalancesVars};
use crate::api::org::directory::{MemberQuery, MemberVars};
use crate::api::viewer::use_viewer;
use crate::api::{Live, live_query, query};
use crate::i18n::{self, Date};
use crate::ui::{ErrorCard, IconButton, Key, Kind, LinkButton, PageTitle, SkeletonDoc, Tab, Tabs, use_keys};
use crate::{t, tr};

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct LeaveCx {
    /// What the address says.
    pub(super) place: Memo<Place>,
    /// Goes there; true: in place of the present entry of the history.
    pub(super) go: Callback<(Place, bool)>,
    /// Whose leave; none: one's own.
    pub(super) member: Memo<Option<String>>,
    /// The name of someone else.
    pub(super) name: Signal<Option<String>>,
    /// The month shown.
    pub(super) month: Memo<Date>,
    /// What is left.
    pub(super) balances: Live<BalancesQuery>,
    /// The dialog to correct a balance is open.
    pub(super) adjusting: RwSignal<bool>,
}

impl LeaveCx {
    /// Changes the place without a new entry in the history.
    pub(super) fn change(self, change: impl FnOnce(&mut Place)) {
        let mut place = self.place.get_untracked();
        change(&mut place);
        self.go.run((place, true));
    }

    /// The topics of the member's leave.
    pub(super) fn topics(self) -> Vec<String> {
        let member = self.member.get_untracked();
        member.map_or_else(
            || vec!["leave:me".to_owned()],
            |id| vec![format!("leave:{id}"), "org".to_owned()],
        )
    }
}

/// The leave page.
#[component]
pub fn LeavePage() -> impl IntoView {
    let params = use_query_map();
    let place = Memo::new(move |_| params.with(|params| Place::read(|key| params.get(key))));
    let navigate = use_navigate();
    let go = Callback::new(move |(place, replace): (Place, bool)| {
        let options = NavigateOptions {
            replace,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&place.href(), options);
    });
    let viewer = use_viewer();
    // One's own id in the address is one's own page.
    let member = Memo::new(move |_| place.get().member.filter(|id| viewer.id().as_ref() != Some(id)));
    let someone = live_query(
        move || format!("member:{}", member.get().or_else(|| viewer.id()).unwrap_or_default()),
        || vec!["org".to_owned(), "leave:me".to_owned()],
        move || {
            let id = member
                .get_untracked()
                .or_else(|| untrack(|| viewer.id()))
                .unwrap_or_default();
            query(MemberQuery::build(MemberVars { id: cynic::Id::new(id) }))
        },
    );
    let name = Signal::derive(move || {
        member.get()?;
        someone.data.get()?.member.as_ref().map(|one| one.name.clone())
    });
    let cx = LeaveCx {
        place,
        go,
        member,
        name,
        month: Memo::new(move |_| place.get().month.unwrap_or_else(|| i18n::today().first_of_month())),
        balances: live_query(
            move || format!("balances:{}", member.get().unwrap_or_default()),
            move || {
                member
                    .get_untracked()
                    .map_or_else(|| vec!["leave:me".to_owned()], |id| vec![format!("leave:{id}")])
            },
            move || {
                query(BalancesQuery::build(BalancesVars {
                    member_id: member.get_untracked().map(cynic::Id::new),
                }))
            },
        ),
        adjusting: RwSignal::new(false),
    };
    let go_month = move |by: i32| {
        let month = cx.month.get_untracked().plus_months(by);
        cx.change(|place| place.month = Some(month));
    };
    let go_today = move || cx.change(|place| place.month = None);
    use_keys(
        tr!(leave.title),
        vec![
            Key::new("[", tr!(ui.previous_month), move || go_month(-1)),
            Key::new("]", tr!(ui.next_month), move || go_month(1)),
            Key::new("t", tr!(ui.go_today), go_today),
        ],
    );
    // `/leave/calendar` leads phones past the balances.
    if use_location().pathname.get_untracked().ends_with("/calendar") {
        request_animation_frame(|| {
            if let Some(calendar) = document().get_element_by_id("leave-calendar") {
                calendar.scroll_into_view();
            }
        });
    }
    let title = move || match name.get() {
        Some(name) => t!(leave.title_of, name = name),
        None => t!(leave.title).to_owned(),
    };
    let shown = Memo::new(move |_| place.get().shown());
    let tabs = Signal::derive(|| View::ALL.map(|view| Tab::new(view.word(), view_name(view))).to_vec());
    view! {
        <PageTitle text=title />
        <div class="p-leave">
            <div class="split">
                <section class="pane bal" aria-label=title>
                    <div class="inline">
                        <h1>{title}</h1>
                        {move || if member.get().is_some() {
                            view! { <LinkButton href="/leave">{tr!(leave.own)}</LinkButton> }.into_any()
                        } else {
                            view! { <LinkButton href="/start/leave" kind=Kind::Primary icon="plus">{tr!(leave.ask)}</LinkButton> }.into_any()
                        }}
                    </div>
                    {move || cx.balances.loading_first.get().then(|| view! { <SkeletonDoc lines=8 /> })}
                    {move || match (cx.balances.data.get(), cx.balances.error.get()) {
                        (Some(_), _) => view! { <Balances cx /><Ledger cx /> }.into_any(),
                        (None, Some(error)) => view! {
                            <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| cx.balances.refetch()) />
                        }
                        .into_any(),
                        (None, None) => ().into_any(),
                    }}
                </section>
                <section class="pane calp" id="leave-calendar" aria-label=tr!(leave.calendar)>
                    <div class="cal-top">
                        <h2 aria-live="polite">{move || i18n::month(cx.month.get())}</h2>
                        <IconButton icon="left" small=true hint="[" label=tr!(ui.previous_month) on:click=move |_| go_month(-1) />
                        <button type="button" class="btn sm" aria-keyshortcuts="t" on:click=move |_| go_today()>{tr!(ui.go_today)}</button>
                        <IconButton icon="right" small=true hint="]" label=tr!(ui.next_month) on:click=move |_| go_month(1) />
                        <span class="spacer"></span>
                        {move || (shown.get() != View::Attendance).then(|| view! { <super::team::Chooser cx someone /> })}
                        <Tabs
                            label=tr!(leave.views)
                            tabs
                            value=Signal::derive(move || shown.get().word().to_owned())
                            on_select=Callback::new(move |word: String| cx.change(|place| place.view = View::of(&word)))
                        />
                    </div>
                    {move || match shown.get() {
                        View::Attendance => view! { <Attendance cx /> }.into_any(),
                        view => view! { <Team cx by_people={view == View::People} /> }.into_any(),
                    }}
                </section>
            </div>
            {move || cx.adjusting.get().then(|| view! { <AdjustForm cx /> })}
        </div>
    }
}

fn view_name(view: View) -> &'static str {
    match view {
        View::Month => t!(leave.view.month),
        View::People => t!(leave.view.people),
        View::Attendance => t!(leave.view.attendance),
    }
}
