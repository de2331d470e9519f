//! Values of single fields: whether they have the form their kind asks for, and what they name.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate};
use entity::{DepartmentId, FileId, Id, MemberId};
use serde_json::Value;
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use super::form::{Choice, Field, FieldCode, FieldError, FieldKind, FormFacts, TEXT_LIMIT, wrong_type};

/// Most files of a field.
const FILE_LIMIT: usize = 20;
/// Most members of a field.
const MEMBER_LIMIT: usize = 100;

/// What is wrong with a value that is not empty.
pub(super) fn check(field: &Field, value: &Value, facts: &FormFacts) -> Vec<FieldError> {
    let key = field.key.as_str();
    let one = |result: Result<(), FieldError>| result.err().into_iter().collect();
    match &field.kind {
        FieldKind::Text | FieldKind::TextArea => one(text(key, value, field.max_length.unwrap_or(TEXT_LIMIT))),
        FieldKind::Number { min, max } => one(number(key, value, *min, *max)),
        FieldKind::Money => one(money(value)
            .map(drop)
            .ok_or_else(|| FieldError::new(key, FieldCode::BadMoney))),
        FieldKind::Date => one(string(key, value).and_then(|text| {
            date(text)
                .map(drop)
                .ok_or_else(|| FieldError::new(key, FieldCode::BadDate))
        })),
        FieldKind::DateTime => one(string(key, value).and_then(|text| {
            DateTime::parse_from_rfc3339(text)
                .map(drop)
                .map_err(|_| FieldError::new(key, FieldCode::BadTime))
        })),
        FieldKind::DayPart => one(string(key, value).and_then(|text| {
            matches!(text, "AM" | "PM")
                .then_some(())
                .ok_or_else(|| FieldError::new(key, FieldCode::NotAnOption))
        })),
        FieldKind::Select { options } => one(string(key, value).and_then(|text| option(key, text, options))),
        FieldKind::MultiSelect { options } => {
            entries(key, value, options.len(), |path, text| option(path, text, options))
        }
        FieldKind::Member { multiple: false } => {
            one(string(key, value).and_then(|text| named::<MemberId>(key, text, facts.members.as_ref())))
        }
        FieldKind::Member { multiple: true } => entries(key, value, MEMBER_LIMIT, |path, text| {
            named::<MemberId>(path, text, facts.members.as_ref())
        }),
        FieldKind::Department => {
            one(string(key, value).and_then(|text| named::<DepartmentId>(key, text, facts.departments.as_ref())))
        }
        FieldKind::Files => entries(key, value, FILE_LIMIT, |path, text| {
            named::<FileId>(path, text, facts.files.as_ref())
        }),
        FieldKind::LeaveType => one(string(key, value).and_then(|text| {
            let known = facts.leave_types.as_ref().is_none_or(|types| types.contains(text));
            known
                .then_some(())
                .ok_or_else(|| FieldError::new(key, FieldCode::NotAnOption))
        })),
    }
}

fn string<'a>(path: &str, value: &'a Value) -> Result<&'a str, FieldError> {
    let text = value.as_str().ok_or_else(|| wrong_type(path, "string"))?;
    if text.len() > TEXT_LIMIT as usize * 4 {
        Err(too_long(path, TEXT_LIMIT))
    } else {
        Ok(text)
    }
}

fn text(path: &str, value: &Value, max: u32) -> Result<(), FieldError> {
    let text = string(path, value)?;
    if text.chars().nth(max as usize).is_some() {
        Err(too_long(path, max))
    } else {
        Ok(())
    }
}

fn too_long(path: &str, max: u32) -> FieldError {
    FieldError::new(path, FieldCode::TooLong).with("max", max)
}

fn number(path: &str, value: &Value, min: Option<f64>, max: Option<f64>) -> Result<(), FieldError> {
    let number = value.as_f64().ok_or_else(|| wrong_type(path, "number"))?;
    if let Some(min) = min.filter(|min| number < *min) {
        return Err(FieldError::new(path, FieldCode::TooSmall).with("min", min));
    }
    if let Some(max) = max.filter(|max| number > *max) {
        return Err(FieldError::new(path, FieldCode::TooLarge).with("max", max));
    }
    Ok(())
}

fn option(path: &str, text: &str, options: &[Choice]) -> Result<(), FieldError> {
    let known = options.iter().any(|choice| choice.key == text);
    known
        .then_some(())
        .ok_or_else(|| FieldError::new(path, FieldCode::NotAnOption))
}

fn entries(
    key: &str,
    value: &Value,
    limit: usize,
    check: impl Fn(&str, &str) -> Result<(), FieldError>,
) -> Vec<FieldError> {
    let Some(values) = value.as_array() else {
        return vec![wrong_type(key, "list")];
    };
    if values.len() > limit {
        return vec![FieldError::new(key, FieldCode::TooMany).with("max", limit)];
    }
    let mut seen = BTreeSet::new();
    let mut errors = Vec::new();
    for (i, value) in values.iter().enumerate() {
        let path = format!("{key}.{i}");
        match string(&path, value) {
            Ok(text) if !seen.insert(text) => errors.push(FieldError::new(path, FieldCode::Repeated)),
            Ok(text) => errors.extend(check(&path, text).err()),
            Err(error) => errors.push(error),
        }
    }
    errors
}

fn named<I: Id + Ord>(path: &str, text: &str, known: Option<&BTreeSet<I>>) -> Result<(), FieldError> {
    let id = id::<I>(text).filter(|id| known.is_none_or(|known| known.contains(id)));
    id.map(drop).ok_or_else(|| FieldError::new(path, FieldCode::NotFound))
}

/// An id as forms hold it: a TypeID of the right prefix, or a bare UUID.
fn id<I: Id>(text: &str) -> Option<I> {
    if let Ok(uuid) = Uuid::try_parse(text) {
        return Some(I::from_uuid(uuid));
    }
    let id: TypeSafeId<DynamicType> = text.parse().ok()?;
    (id.type_prefix() == I::PREFIX).then(|| I::from_uuid(id.uuid()))
}

/// Members a value names, in order; those that are no ids are left out.
pub fn member_ids(value: &Value) -> Vec<MemberId> {
    match value {
        Value::String(text) => id(text).into_iter().collect(),
        Value::Array(values) => values.iter().filter_map(Value::as_str).filter_map(id).collect(),
        _ => Vec::new(),
    }
}

/// The department a value names.
pub fn department_id(value: &Value) -> Option<DepartmentId> {
    value.as_str().and_then(id)
}

/// A civil date written `2026-11-23`, of the years 1900 to 9999.
fn date(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (text.len() == 10 && (1900..=9999).contains(&date.year())).then_some(date)
}

/// Minor units (two decimals) and currency of a money value.
pub(super) fn money(value: &Value) -> Option<(i64, &str)> {
    let object = value.as_object().filter(|object| object.len() == 2)?;
    let amount = object.get("amount")?.as_str()?;
    let currency = object.get("currency")?.as_str()?;
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let (negative, digits) = amount.strip_prefix('-').map_or((false, amount), |rest| (true, rest));
    let (whole, part) = match digits.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (digits, ""),
    };
    let figures = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 13 || part.len() > 2 || !figures(whole) || !figures(part) {
        return None;
    }
    let minor: i64 = format!("{whole}{part:0<2}").parse().ok()?;
    Some((if negative { -minor } else { minor }, currency))
}
