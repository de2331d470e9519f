//! The leave fields of a request's form.

use chrono::NaiveDate;
use entity::DayPart;
use serde_json::Value;

use crate::error::{FieldError, Text};
use crate::leave::model::Span;

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveForm {
    /// Key of the kind: `annual`.
    pub leave_type: String,
    /// From when to when.
    pub span: Span,
    /// Whether proof is attached; none while nobody has asked, so that it is only announced.
    pub proof: Option<bool>,
}

/// Reads the fields `leave_type`, `start_date`, `start_part`, `end_date`, `end_part` and `proof` of a form.
///
/// # Errors
/// Every field that is missing or not understood; paths are the keys.
pub fn parse(form: &Value) -> Result<LeaveForm, Vec<FieldError>> {
    let mut errors = Vec::new();
    let text = |key: &str| {
        form.get(key)
            .and_then(Value::as_str)
            .map(str::trim)
            .filter(|text| !text.is_empty())
    };
    let mut fail = |key: &str, missing: bool| {
        let message = if missing {
            Text::new("请填写", "Required")
        } else {
            Text::new("格式不正确", "Not understood")
        };
        errors.push(FieldError::new(key, message));
    };
    let leave_type = text("leave_type").map(str::to_owned);
    if leave_type.is_none() {
        fail(
            "leave_type",
            form.get("leave_type")
                .is_none_or(|value| value.is_null() || value.is_string()),
        );
    }
    let mut date = |key: &str| {
        let date = text(key).and_then(|text| text.parse::<NaiveDate>().ok());
        if date.is_none() {
            fail(key, form.get(key).is_none_or(Value::is_null) || text(key).is_none());
        }
        date
    };
    let (start_date, end_date) = (date("start_date"), date("end_date"));
    let mut part = |key: &str| match text(key) {
        Some("AM") => Some(DayPart::Am),
        Some("PM") => Some(DayPart::Pm),
        other => {
            fail(key, other.is_none());
            None
        }
    };
    let (start_part, end_part) = (part("start_part"), part("end_part"));
    let proof = match form.get("proof") {
        Some(Value::Array(files)) => !files.is_empty(),
        Some(Value::String(file)) => !file.trim().is_empty(),
        _ => false,
    };
    match (leave_type, start_date, start_part, end_date, end_part) {
        (Some(leave_type), Some(start_date), Some(start_part), Some(end_date), Some(end_part)) => {
            let span = Span {
                start_date,
                start_part,
                end_date,
                end_part,
            };
            Ok(LeaveForm {
                leave_type,
                span,
                proof: Some(proof),
            })
        }
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_every_field_that_is_wrong() {
        let good = json!({ "leave_type": "annual", "start_date": "2026-11-23", "start_part": "AM", "end_date": "2026-11-24",
            "end_part": "PM", "proof": [] });
        assert_eq!(parse(&good).map(|form| form.proof), Ok(Some(false)));
        let check = |key: &str, value: Value, zh: &str| {
            let mut form = good.clone();
            form[key] = value;
            let errors = parse(&form).unwrap_err();
            assert_eq!(errors.len(), 1, "{key}");
            assert_eq!((errors[0].path.as_str(), errors[0].message.zh.as_ref()), (key, zh));
        };
        check("leave_type", json!(""), "请填写");
        check("leave_type", json!(7), "格式不正确");
        check("start_date", json!(null), "请填写");
        check("start_date", json!("2026-02-30"), "格式不正确");
        check("end_part", json!("NOON"), "格式不正确");
        check("end_date", json!("x".repeat(1 << 20)), "格式不正确");
        assert_eq!(parse(&json!({})).unwrap_err().len(), 5);
        assert_eq!(parse(&json!("text")).unwrap_err().len(), 5);
        let proven = json!({ "leave_type": "sick", "start_date": "2026-11-23", "start_part": "AM",
            "end_date": "2026-11-24", "end_part": "PM", "proof": ["file_1"] });
        assert_eq!(parse(&proven).map(|form| form.proof), Ok(Some(true)));
    }
}
