//! One request: what is asked, how it goes, what can be done.

pub mod composer;
pub mod deeds;
pub mod dialogs;
pub mod doc;
pub mod head;
pub mod leave;
pub mod page;
pub mod rail;
pub mod state;

use leptos::prelude::*;

use self::deeds::{Ask, Deeds, Verdict, use_deeds};
use super::desk::Desk;
use crate::api::approval::ApprovalStatus;
use crate::i18n;
use crate::ui::keys::{Key, use_keys};
use crate::ui::{Art, Empty, ErrorCard, Tone, Topline, toast};
use crate::{t, tr};

/// A state in a word.
pub fn status_word(status: ApprovalStatus) -> &'static str {
    match status {
        ApprovalStatus::Draft => t!(approval.status.draft),
        ApprovalStatus::Running => t!(approval.status.running),
        ApprovalStatus::Returned => t!(approval.status.returned),
        ApprovalStatus::Blocked => t!(approval.status.blocked),
        ApprovalStatus::Approved => t!(approval.status.approved),
        ApprovalStatus::Rejected => t!(approval.status.rejected),
        ApprovalStatus::Withdrawn => t!(approval.status.withdrawn),
        ApprovalStatus::Terminated => t!(approval.status.terminated),
        ApprovalStatus::Revoking => t!(approval.status.revoking),
        ApprovalStatus::Revoked => t!(approval.status.revoked),
    }
}

/// The colour of a state.
pub fn status_tone(status: ApprovalStatus) -> Tone {
    match status {
        ApprovalStatus::Running | ApprovalStatus::Revoking => Tone::Accent,
        ApprovalStatus::Approved => Tone::Ok,
        ApprovalStatus::Returned => Tone::Warn,
        ApprovalStatus::Rejected | ApprovalStatus::Blocked | ApprovalStatus::Terminated => Tone::Bad,
        ApprovalStatus::Draft | ApprovalStatus::Withdrawn | ApprovalStatus::Revoked => Tone::Plain,
    }
}

/// The icon of a state.
fn status_icon(status: ApprovalStatus) -> &'static str {
    match status {
        ApprovalStatus::Draft => "edit",
        ApprovalStatus::Running | ApprovalStatus::Revoking => "hourglass",
        ApprovalStatus::Approved => "check",
        ApprovalStatus::Returned => "return",
        ApprovalStatus::Rejected => "x",
        ApprovalStatus::Blocked => "alert",
        ApprovalStatus::Withdrawn | ApprovalStatus::Terminated | ApprovalStatus::Revoked => "minus",
    }
}

/// A request, as a piece of code of its own: it comes beside the lists, and may come after them.
#[lazy]
pub fn detail_piece(desk: Desk, id: Signal<String>) -> AnyView {
    // The page may be gone by the time its code is here.
    if desk.is_alive() {
        view! { <Detail desk id /> }.into_any()
    } else {
        ().into_any()
    }
}

/// A request in the pane beside the list, or alone on its page.
#[component]
pub fn Detail(
    /// The list it was opened from.
    desk: Desk,
    /// Which request.
    #[prop(into)]
    id: Signal<String>,
) -> impl IntoView {
    let deeds = use_deeds(desk, id);
    register_keys(deeds);
    // Drawn anew for another request only; what changes inside a request changes in place.
    let known = Memo::new(move |_| {
        deeds
            .approval
            .with(|approval| approval.as_ref().map(|approval| approval.id.clone()))
    });
    let live = deeds.live;
    let missing = move || {
        if let Some(error) = live.error.get() {
            return view! {
                <div class="detail-none">
                    <ErrorCard
                        cause=error.message
                        request_id=error.request_id
                        on_retry=Callback::new(move |()| live.refetch())
                    />
                </div>
            }
            .into_any();
        }
        if live.loading_first.get() {
            return view! { <Skeleton /> }.into_any();
        }
        view! {
            <div class="detail-none">
                <Empty art=Art::Door title=tr!(approval.doc.not_found) text=Signal::derive(|| Some(t!(approval.doc.not_found_text).to_owned())) />
            </div>
        }
        .into_any()
    };
    view! {
        <article class="pane detail" aria-labelledby="req-title">
            <Topline active=live.refreshing />
            {move || match known.get() {
                Some(_) => view! {
                    <head::Head deeds />
                    <div class="detail-cols">
                        <doc::Doc deeds />
                        <rail::Rail deeds />
                        <p class="only-print print-foot">{move || i18n::on_paper().then(|| t!(approval.doc.print_foot, at = i18n::moment(i18n::Stamp::now())))}</p>
                    </div>
                    <head::PhoneActs deeds />
                }
                .into_any(),
                None => missing(),
            }}
            <dialogs::Dialogs deeds />
        </article>
    }
}

/// The outline of a request while it is fetched.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="late detail-wait" role="status" aria-busy="true" aria-label=tr!(ui.loading)>
            <div class="lh" aria-hidden="true"><span class="skel head w2"></span><span class="skel w1"></span></div>
            <div class="detail-cols" aria-hidden="true">
                <div class="ld"><span class="skel head w0"></span><span class="skel w5"></span><span class="skel w4"></span><span class="skel w3"></span><span class="skel w1"></span></div>
                <div class="rail only-wide"><div class="rail-body ld">
                    <span class="skel w1"></span><span class="skel w0"></span><span class="skel w3"></span><span class="skel w0"></span><span class="skel w2"></span>
                </div></div>
            </div>
        </div>
    }
}

fn register_keys(deeds: Deeds) {
    let desk = deeds.desk;
    use_keys(
        tr!(approval.keys.detail),
        vec![
            Key::new("a", tr!(approval.act.approve), move || {
                if deeds.may_or_say("APPROVE") {
                    deeds.decide(Verdict::Approve, String::new());
                }
            }),
            Key::new("r", tr!(approval.act.reject), move || deeds.open(Ask::Reject)),
            Key::new("b", tr!(approval.act.send_back), move || deeds.open(Ask::Return)),
            Key::new("m", tr!(approval.act.comment), composer::focus),
            Key::new("u", tr!(approval.act.urge), move || deeds.urge()),
            Key::new("p", tr!(approval.act.print), i18n::print),
            Key::new("[", tr!(approval.keys.previous), move || _ = desk.step(-1)),
            Key::new("]", tr!(approval.keys.next), move || _ = desk.step(1)),
            Key::new("z", tr!(ui.undo), move || {
                if !toast::undo_latest() {
                    deeds.take_back_here();
                }
            }),
        ],
    );
}
