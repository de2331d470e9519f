//! `/start/:template`: the form of a request, new, copied from an old one, or corrected.

use cynic::MutationBuilder;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use serde_json::Value;

use super::begin::{Begin, Origin, load, resubmit, said_at_return};
use super::draft::Draft;
use super::field::{use_leave_types, use_own_departments};
use super::known::Known;
use super::piece::{Piece, Summary, reveal_problem};
use super::preview::{Asked, RouteAhead, use_preview};
use super::slot::{Entry, Form, Problems};
use super::state::{Kind, by_field, lacking, layout, newer, submission};
use crate::api::approval::{FieldError, LeaveType, SubmitApproval, SubmitVars};
use crate::api::viewer::use_viewer;
use crate::api::{ApiError, fresh_key, mutate, online};
use crate::approval::decide::refusal;
use crate::approval::detail::dialogs::people_search;
use crate::i18n::{clock, days};
use crate::ui::keys::{Key, use_keys};
use crate::ui::{
    Art, Button, Empty, ErrorCard, Field, Icon, IconButton, Kind as Loud, LinkButton, Note, PageTitle, PeoplePicker,
    Select, SkeletonDoc, Tone, toast,
};
use crate::{t, tr};

/// The page.
#[component]
pub fn FormPage() -> impl IntoView {
    let (params, address) = (use_params_map(), use_query_map());
    let opened = Memo::new(move |_| {
        let template = params.with(|params| params.get("template").unwrap_or_default());
        let origin = address.with(|query| match (query.get("like"), query.get("correct")) {
            (_, Some(id)) => Origin::Correct(id),
            (Some(id), None) => Origin::Like(id),
            (None, None) => Origin::New,
        });
        (template, origin)
    });
    let begin = RwSignal::new(None::<Result<Option<Begin>, ApiError>>);
    let load = move || {
        let (template, origin) = opened.get_untracked();
        begin.set(None);
        spawn_local(async move {
            let found = load(template.clone(), origin.clone()).await;
            if opened.try_get_untracked() == Some((template, origin)) {
                begin.set(Some(found));
            }
        });
    };
    Effect::new(move |_| {
        opened.track();
        load();
    });
    move || match begin.get() {
        None => view! { <div class="page p-start"><SkeletonDoc /></div> }.into_any(),
        Some(Err(error)) => view! {
            <div class="page p-start">
                <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| load()) />
            </div>
        }
        .into_any(),
        Some(Ok(None)) => view! {
            <div class="page p-start">
                <Empty art=Art::Door title=tr!(approval.start.no_template)>
                    <LinkButton href="/start">{tr!(approval.start.all)}</LinkButton>
                </Empty>
            </div>
        }
        .into_any(),
        Some(Ok(Some(begin))) => view! { <Filling begin /> }.into_any(),
    }
}

/// The form being filled in.
#[component]
fn Filling(begin: Begin) -> impl IntoView {
    let viewer = use_viewer();
    let navigate = use_navigate();
    let template = StoredValue::new(begin.template.clone());
    let form = Form::new(&begin.template.fields);
    let is_correction = matches!(begin.origin, Origin::Correct(_)) && begin.model.is_some();
    let is_new = begin.origin == Origin::New;
    let member = untrack(|| viewer.id()).unwrap_or_default();
    let draft = Draft::begin(begin.template.key.clone(), &member, form, is_new);
    let restored = RwSignal::new(false);
    match &begin.model {
        Some(model) => {
            if let Value::Object(values) = &model.form {
                form.fill(values, &Known::of_request(values, &model.fields));
            }
            form.department.set(model.department.id.inner().to_owned());
        }
        None => {
            let server = begin
                .draft
                .as_ref()
                .and_then(|kept| Some((kept.form.as_object()?.clone(), kept.updated_at.0)));
            if let Some((values, at)) = newer(draft.local(), server).filter(|_| is_new) {
                form.restore(&values);
                draft.saved.set(Some(crate::i18n::Stamp(at)));
                restored.set(true);
            }
        }
    }
    let types = use_leave_types();
    let departments = use_own_departments();
    let request = Memo::new(move |_| {
        let copy_to: Vec<String> = form
            .copies
            .with(|people| people.iter().map(|person| person.id.clone()).collect());
        let department = form.department.get();
        template.with_value(|template| submission(&template.key, Some(&department), &form.values(), &copy_to, None))
    });
    let asked = use_preview(request);
    let tried = RwSignal::new(false);
    let refused = RwSignal::new(Vec::<FieldError>::new());
    let busy = RwSignal::new(false);
    // What the server refused may be right again after a change.
    Effect::new(move |before: Option<()>| {
        request.track();
        if before.is_some() {
            refused.set(Vec::new());
        }
    });
    let specs = StoredValue::new(form.specs());
    let problems = Memo::new(move |_| problems_of(specs, &request.get(), asked, &refused.get()));
    let shown = move |key: String| {
        let entry = form.entry(&key);
        Signal::derive(move || {
            let is_touched = tried.get() || entry.as_ref().is_some_and(|entry| entry.touched.get());
            problems
                .with(|problems| problems.get(&key).cloned())
                .filter(|_| is_touched)
        })
    };
    // One key per form, so that a second click is the same submission.
    let key = StoredValue::new(fresh_key());
    let origin = StoredValue::new(begin.origin.clone());
    let version = begin.model.as_ref().map(|model| model.version);
    let link = online();
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        tried.set(true);
        form.touch_all();
        if untrack(|| form.is_busy()) {
            toast::show(t!(approval.start.wait_files));
            return;
        }
        if untrack(|| form.has_failed()) {
            toast::error(t!(approval.start.failed_files));
            return;
        }
        if !link.get_untracked() {
            toast::error(t!(approval.doc.offline));
            return;
        }
        if problems.with_untracked(|problems| !problems.is_empty()) {
            request_animation_frame(reveal_problem);
            return;
        }
        busy.set(true);
        let mut input = request.get_untracked();
        input.idempotency_key = Some(key.get_value());
        let navigate = navigate.clone();
        let end_draft = draft.ending();
        spawn_local(async move {
            let sent = match origin.get_value() {
                Origin::Correct(id) => resubmit(id, input.form, version, key.get_value()).await,
                _ => mutate(SubmitApproval::build(SubmitVars { input }))
                    .await
                    .map(|data| data.submit_approval),
            };
            match sent {
                Ok(submitted) => {
                    if is_new {
                        end_draft();
                    }
                    toast::show(t!(approval.start.submitted, number = submitted.approval.number));
                    if busy.try_get_untracked().is_none() {
                        // The person has gone elsewhere meanwhile.
                        return;
                    }
                    let path = format!("/approvals/{}?box=started", submitted.approval.id.inner());
                    navigate(
                        &path,
                        leptos_router::NavigateOptions {
                            replace: true,
                            ..Default::default()
                        },
                    );
                }
                Err(error) => {
                    let fields = error.fields.iter();
                    let fields = fields.map(|field| FieldError {
                        path: field.path.clone(),
                        message: field.message.clone(),
                    });
                    _ = refused.try_set(fields.collect());
                    toast::error(refusal(&error));
                    request_animation_frame(reveal_problem);
                }
            }
            _ = busy.try_set(false);
        });
    };
    let submit = StoredValue::new_local(submit);
    let submit = move || submit.with_value(|submit| submit());
    let save = move || {
        draft.keep_here();
        draft.keep_there();
        toast::show(t!(approval.start.draft_kept));
    };
    use_keys(
        template.with_value(|template| template.name.clone()),
        vec![
            Key::new("mod+enter", tr!(approval.start.submit), submit),
            Key::new("mod+s", tr!(approval.start.keep), move || {
                if is_new {
                    save();
                }
            }),
        ],
    );
    let said = begin.model.as_ref().filter(|_| is_correction).and_then(said_at_return);
    let is_leave = specs.with_value(|specs| specs.iter().any(|spec| spec.kind == "LEAVE_TYPE"));
    let name = template.with_value(|template| template.name.clone());
    let blocks = StoredValue::new(layout(
        &form.entries().iter().map(|entry| entry.kind).collect::<Vec<_>>(),
    ));
    let fields = move || {
        blocks
            .get_value()
            .into_iter()
            .map(|block| view! { <Piece form block shown=StoredValue::new_local(Box::new(shown)) asked is_leave /> })
            .collect_view()
    };
    let clear = move |_| {
        draft.forget();
        restored.set(false);
        form.restore(&blank_values(form));
    };
    view! {
        <PageTitle text=name.clone() />
        <form
            class="page p-start"
            novalidate
            on:keydown=no_accident
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <header class="page-head">
                <div class="inline"><IconButton icon="left" label=tr!(approval.start.back) href="/start" /><h1>{name}</h1></div>
                {move || draft.saved.get().map(|at| view! {
                    <span class="meta saved num" role="status"><Icon name="check" small=true /><span class="only-wide">{t!(approval.start.draft)}</span>{t!(approval.start.saved, at = clock(at))}</span>
                })}
            </header>
            <div class="cols">
                <div class="form">
                    {said.map(|(text, comment)| view! {
                        <Note tone=Tone::Warn icon="return"><b>{text}</b>{comment.map(|comment| view! { <p>{comment}</p> })}</Note>
                    })}
                    {move || restored.get().then(|| view! {
                        <Note icon="loop">
                            {tr!(approval.start.restored)}" "<button type="button" class="link" on:click=clear>{tr!(approval.start.throw_away)}</button>
                        </Note>
                    })}
                    {move || (departments.with(Vec::len) > 1 && !is_correction).then(|| view! {
                        <Field label=tr!(approval.start.department)>
                            <Select value={form.department} options=departments />
                        </Field>
                    })}
                    {fields()}
                    {(!is_correction).then(|| view! {
                        <Field label=tr!(approval.start.copy_to) optional=true>
                            <PeoplePicker value={form.copies} search=people_search() />
                        </Field>
                    })}
                </div>
                <RouteAhead asked />
            </div>
            <footer class="foot">
                <Summary problems tried form />
                <span class="spacer"></span>
                {is_new.then(|| view! { <Button on:click=move |_| save()>{tr!(approval.start.keep)}</Button> })}
                <Button kind=Loud::Primary submit=true busy>
                    {move || if is_leave { submit_word(form, asked, types) } else { t!(approval.start.submit).to_owned() }}
                </Button>
            </footer>
        </form>
    }
}

/// Enter in a line of text leaves the line; it must not submit the request.
fn no_accident(event: web_sys::KeyboardEvent) {
    use wasm_bindgen::JsCast;
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    if target.is_some() && event.key() == "Enter" && !event.ctrl_key() && !event.meta_key() {
        event.prevent_default();
    }
}

/// All that is wrong now: what is missing at once, the rest as the server last said about these very values.
fn problems_of(
    specs: StoredValue<Vec<crate::api::approval::FieldSpec>>,
    request: &crate::api::approval::SubmitApprovalInput,
    asked: Asked,
    refused: &[FieldError],
) -> Problems {
    specs.with_value(|specs| {
        let mut problems = by_field(refused, specs);
        if asked.about.with(|about| about.as_ref() == Some(request)) {
            let told = asked
                .found
                .with(|found| found.as_ref().map(|found| by_field(&found.field_errors, specs)));
            for (key, message) in told.into_iter().flatten() {
                problems.entry(key).or_insert(message);
            }
        }
        if let Value::Object(values) = &request.form {
            for key in lacking(specs, values) {
                let label = specs
                    .iter()
                    .find(|spec| spec.key == key)
                    .map(|spec| spec.label.clone())
                    .unwrap_or_default();
                problems
                    .entry(key)
                    .or_insert_with(|| t!(approval.start.missing, label = label));
            }
        }
        problems
    })
}

/// Empty values for all fields; halves of days keep theirs.
fn blank_values(form: Form) -> super::state::Values {
    let entries = form.entries();
    let kept = entries
        .iter()
        .filter(|entry| entry.kind != Kind::DayPart && entry.kind != Kind::LeaveType);
    kept.map(|entry| (entry.spec.key.clone(), Value::Null)).collect()
}

/// `提交 3.5 天年假`.
fn submit_word(form: Form, asked: Asked, types: Memo<Vec<LeaveType>>) -> String {
    let chosen = form
        .entries()
        .iter()
        .find(|entry| entry.kind == Kind::LeaveType)
        .map(Entry::value);
    let name = types.with(|types| {
        let key = chosen.as_ref().and_then(Value::as_str).unwrap_or_default();
        types.iter().find(|kind| kind.key == key).map(|kind| kind.name.clone())
    });
    let minutes = asked.found.with(|found| {
        found
            .as_ref()
            .and_then(|found| found.leave.as_ref())
            .map_or(0, |leave| leave.minutes)
    });
    match name {
        Some(name) if minutes > 0 => t!(
            approval.start.submit_leave,
            days = days(i64::from(minutes)),
            kind = name
        ),
        _ => t!(approval.start.submit).to_owned(),
    }
}
