//! Journeys in a real browser against the real server. They see the web app as `frontend/dist` holds it.

mod first_run;
mod import;
mod leave_form;
mod looks;
mod request;
mod sign_in;
mod stored_xss;

use chrono::{Datelike, Days, NaiveDate, Utc};
use serde_json::{Value, json};

/// A Tuesday some weeks after the next one. Browsers live in the present.
fn tuesday(weeks: u64) -> NaiveDate {
    #[expect(clippy::disallowed_methods, reason = "browsers live in the present")]
    let today = Utc::now().date_naive();
    today - Days::new(u64::from(today.weekday().num_days_from_monday())) + Days::new(15 + 7 * weeks)
}

/// Personal leave of a Tuesday and a Wednesday. It needs no balance, so the journey works in any year.
fn personal(weeks: u64) -> Value {
    let (from, to) = (tuesday(weeks), tuesday(weeks) + Days::new(1));
    json!({ "leave_type": "personal", "start_date": from, "start_part": "AM", "end_date": to, "end_part": "PM", "reason": "办理签证" })
}
