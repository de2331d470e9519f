//! What the form of a new request works out for itself. PURE.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::api::approval::{FieldError, FieldSpec, SubmitApprovalInput};
use crate::i18n::Date;

/// Values of a form by key.
pub type Values = Map<String, Value>;

/// The key of a draft under which stands what is the value of no field: the department, who gets a copy, names.
pub const ASIDE: &str = "$";

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum Kind {
    Text,
    TextArea,
    Number,
    Money,
    Date,
    DateTime,
    DayPart,
    Select,
    MultiSelect,
    Member,
    Department,
    Files,
    LeaveType,
}

impl Kind {
    /// Reads the contract's word; what this version does not know is a line of text.
    pub fn of(word: &str) -> Self {
        match word {
            "TEXT_AREA" => Self::TextArea,
            "NUMBER" => Self::Number,
            "MONEY" => Self::Money,
            "DATE" => Self::Date,
            "DATE_TIME" => Self::DateTime,
            "DAY_PART" => Self::DayPart,
            "SELECT" => Self::Select,
            "MULTI_SELECT" => Self::MultiSelect,
            "MEMBER" => Self::Member,
            "DEPARTMENT" => Self::Department,
            "FILES" => Self::Files,
            "LEAVE_TYPE" => Self::LeaveType,
            _ => Self::Text,
        }
    }
}

/// A piece of the form's layout; numbers are places in the list of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// One field.
    One(usize),
    /// A date with its half of the day.
    When(usize, usize),
    /// From one half day to another.
    Span((usize, usize), (usize, usize)),
}

/// Fields that belong together stand together: a date and its half of the day, and two of these as a span.
pub fn layout(kinds: &[Kind]) -> Vec<Block> {
    let is_when = |at: usize| kinds.get(at) == Some(&Kind::Date) && kinds.get(at + 1) == Some(&Kind::DayPart);
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < kinds.len() {
        if is_when(at) && is_when(at + 2) {
            blocks.push(Block::Span((at, at + 1), (at + 2, at + 3)));
            at += 4;
        } else if is_when(at) {
            blocks.push(Block::When(at, at + 1));
            at += 2;
        } else {
            blocks.push(Block::One(at));
            at += 1;
        }
    }
    blocks
}

/// Whether nothing is given.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.get("amount").is_some_and(is_blank),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The required fields without a value, in order.
pub fn lacking(fields: &[FieldSpec], values: &Values) -> Vec<String> {
    let is_lacking = |field: &&FieldSpec| field.required && values.get(&field.key).is_none_or(is_blank);
    fields
        .iter()
        .filter(is_lacking)
        .map(|field| field.key.clone())
        .collect()
}

/// The field a problem belongs to: `form.proof.2` and `proof.2` are about `proof`. None for what is about no field.
pub fn field_of<'a>(path: &'a str, fields: &[FieldSpec]) -> Option<&'a str> {
    let path = path.strip_prefix("input.").unwrap_or(path);
    let path = path.strip_prefix("form.").unwrap_or(path);
    let key = path.split('.').next().unwrap_or(path);
    fields.iter().any(|field| field.key == key).then_some(key)
}

/// Problems by field, the first of each; those about no field under the empty key.
pub fn by_field(errors: &[FieldError], fields: &[FieldSpec]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for error in errors {
        let key = field_of(&error.path, fields).unwrap_or_default();
        found.entry(key.to_owned()).or_insert_with(|| error.message.clone());
    }
    found
}

/// The end of a span after its start was moved: never before it, and as far away as before.
pub fn moved_end(old_start: Option<Date>, start: Date, end: Option<Date>) -> Date {
    match (old_start, end) {
        (_, Some(end)) if end >= start => end,
        (Some(old), Some(end)) if end >= old => start.plus_days(end.days() - old.days()),
        _ => start,
    }
}

/// What is submitted, and what the preview is asked about.
pub fn submission(
    template: &str,
    department: Option<&str>,
    values: &Values,
    copy_to: &[String],
    key: Option<String>,
) -> SubmitApprovalInput {
    let form: Values = values
        .iter()
        .filter(|(_, value)| !is_blank(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    SubmitApprovalInput {
        template_key: Some(template.to_owned()),
        department_id: department.filter(|id| !id.is_empty()).map(cynic::Id::new),
        form: Value::Object(form),
        copy_to: (!copy_to.is_empty()).then(|| copy_to.iter().map(cynic::Id::new).collect()),
        idempotency_key: key,
    }
}

/// A draft as this browser keeps it.
pub fn keep(values: &Values, at: f64) -> String {
    json!({"form": values, "at": at}).to_string()
}

/// Reads a kept draft: the values, and when they were kept.
pub fn kept(text: &str) -> Option<(Values, f64)> {
    let value: Value = serde_json::from_str(text).ok()?;
    let form = value.get("form")?.as_object()?.clone();
    Some((form, value.get("at")?.as_f64()?))
}

/// The newer of two drafts with something in it.
pub fn newer(local: Option<(Values, f64)>, server: Option<(Values, f64)>) -> Option<(Values, f64)> {
    let filled = |draft: &(Values, f64)| draft.0.iter().any(|(key, value)| key != ASIDE && !is_blank(value));
    match (local.filter(filled), server.filter(filled)) {
        (Some(local), Some(server)) => Some(if server.1 > local.1 { server } else { local }),
        (local, server) => local.or(server),
    }
}

/// The amount of money as the contract wants it, from what was typed; none where it is no amount.
pub fn amount(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .filter(|c| !matches!(c, ',' | '，' | ' ' | '¥' | '￥'))
        .collect();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_amount = !whole.is_empty() && digits(whole) && digits(rest) && rest.len() <= 2;
    is_amount.then(|| format!("{whole}.{rest:0<2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(key: &str, required: bool) -> FieldSpec {
        FieldSpec {
            key: key.to_owned(),
            label: key.to_owned(),
            kind: "TEXT".to_owned(),
            multiple: false,
            required,
            options: Vec::new(),
            max_length: None,
            placeholder: None,
        }
    }

    fn values(value: Value) -> Values {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn dates_stand_with_their_halves() {
        use Kind::{Date, DayPart, LeaveType, TextArea};
        let check = |kinds: &[Kind], expected: &[Block]| assert_eq!(layout(kinds), expected);
        check(
            &[LeaveType, Date, DayPart, Date, DayPart, TextArea],
            &[Block::One(0), Block::Span((1, 2), (3, 4)), Block::One(5)],
        );
        check(&[Date, DayPart, Date], &[Block::When(0, 1), Block::One(2)]);
        check(&[DayPart, Date], &[Block::One(0), Block::One(1)]);
        check(&[], &[]);
    }

    #[test]
    fn problems_find_their_fields() {
        let fields = [field("proof", false), field("reason", true)];
        let check = |path, expected| assert_eq!(field_of(path, &fields), expected, "{path}");
        check("form.proof.2", Some("proof"));
        check("proof", Some("proof"));
        check("input.form.reason", Some("reason"));
        check("copyTo", None);
        let errors = [("form.proof", "a"), ("form.proof.1", "b"), ("copyTo", "c")];
        let errors = errors.map(|(path, message)| FieldError {
            path: path.to_owned(),
            message: message.to_owned(),
        });
        let found = by_field(&errors, &fields);
        assert_eq!((found["proof"].as_str(), found[""].as_str()), ("a", "c"));
    }

    #[test]
    fn required_fields_must_say_something() {
        let fields = [field("a", true), field("b", true), field("c", false), field("d", true)];
        let given = values(json!({"a": " ", "b": "x", "d": {"amount": "", "currency": "CNY"}}));
        assert_eq!(lacking(&fields, &given), ["a", "d"]);
        assert_eq!(
            lacking(&fields, &values(json!({"a": 0, "b": ["x"], "d": {"amount": "1.00"}}))),
            [""; 0]
        );
    }

    #[test]
    fn ends_follow_their_starts() {
        let date = |text: &str| Date::parse(text).unwrap();
        let check = |old: Option<&str>, start, end: Option<&str>, expected| {
            assert_eq!(moved_end(old.map(date), date(start), end.map(date)), date(expected));
        };
        check(None, "2026-10-08", None, "2026-10-08");
        check(None, "2026-10-08", Some("2026-10-12"), "2026-10-12");
        check(Some("2026-10-08"), "2026-10-20", Some("2026-10-12"), "2026-10-24");
        check(None, "2026-10-20", Some("2026-10-12"), "2026-10-20");
    }

    #[test]
    fn blank_values_are_not_sent() {
        let given = values(json!({"a": "x", "b": "", "c": [], "d": null}));
        let sent = submission("leave", Some(""), &given, &[], None);
        assert_eq!(sent.form, json!({"a": "x"}));
        assert_eq!((sent.department_id, sent.copy_to), (None, None));
    }

    #[test]
    fn the_newer_draft_wins() {
        let draft = |text: &str, at| Some((values(json!({"reason": text})), at));
        let check = |local, server, expected: Option<&str>| {
            let found = newer(local, server).map(|(form, _)| form["reason"].as_str().unwrap().to_owned());
            assert_eq!(found.as_deref(), expected);
        };
        check(draft("a", 1.0), draft("b", 2.0), Some("b"));
        check(draft("a", 2.0), draft("b", 1.0), Some("a"));
        check(draft("", 2.0), draft("b", 1.0), Some("b"));
        check(draft("", 2.0), None, None);
        check(Some((values(json!({ASIDE: {"department": "d"}})), 2.0)), None, None);
        let (form, at) = kept(&keep(&values(json!({"a": 1})), 7.0)).unwrap();
        assert_eq!((form["a"].clone(), at), (json!(1), 7.0));
        assert_eq!(kept("nonsense"), None);
    }

    #[test]
    fn amounts_are_read_as_people_type_them() {
        let check = |text, expected: Option<&str>| assert_eq!(amount(text).as_deref(), expected, "{text}");
        check("1,234.5", Some("1234.50"));
        check("￥800", Some("800.00"));
        check("1.234", None);
        check("-1", None);
        check("", None);
        check("abc", None);
    }
}
