//! What a form asks, and whether given values answer it.

use std::collections::BTreeSet;

use entity::{DepartmentId, FileId, MemberId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::condition::{Condition, Scope};
use super::form_value::check;

/// Values by field key.
pub type Values = Map<String, Value>;

/// Most characters of a text where the field says nothing else.
pub const TEXT_LIMIT: u32 = 10_000;

/// The fields of a form, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FormSchema {
    /// First to last.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Stable key, unique in the form.
    pub key: String,
    /// Label in Chinese.
    pub label: String,
    /// Label in English.
    #[serde(default)]
    pub label_en: String,
    /// What it takes.
    #[serde(flatten)]
    pub kind: FieldKind,
    /// Whether it must be filled.
    #[serde(default)]
    pub required: bool,
    /// CEL over `form`, `applicant` and `computed`: when it must be filled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_when: Option<String>,
    /// CEL: when it is shown. Values of a hidden field are dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_when: Option<String>,
    /// Whether lists show it; at most three fields.
    #[serde(default)]
    pub summary: bool,
    /// Whether a change of it sends a corrected request through all nodes again.
    #[serde(default)]
    pub material: bool,
    /// Most characters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// Hint in Chinese.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub placeholder: String,
    /// Hint in English.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub placeholder_en: String,
}

/// What a field takes; the form its value has in JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FieldKind {
    /// One line: string.
    Text,
    /// Several lines: string.
    TextArea,
    /// Number.
    Number {
        /// Least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        /// Most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
    },
    /// `{"amount": "1234.50", "currency": "CNY"}`.
    Money,
    /// `"2026-11-23"`.
    Date,
    /// `"2026-11-23T09:00:00+08:00"`.
    DateTime,
    /// `"AM"` or `"PM"`.
    DayPart,
    /// Key of one option: string.
    Select {
        /// In order.
        options: Vec<Choice>,
    },
    /// Keys of options: list of strings.
    MultiSelect {
        /// In order.
        options: Vec<Choice>,
    },
    /// Id of a member: string; a list of them where several are taken.
    Member {
        /// Whether several.
        #[serde(default)]
        multiple: bool,
    },
    /// Id of a department: string.
    Department,
    /// Ids of files: list of strings, at most 20.
    Files,
    /// Key of a leave type: string. Whether it exists is for the leave module to say.
    LeaveType,
}

/// An option of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Stable key.
    pub key: String,
    /// Label in Chinese.
    pub label: String,
    /// Label in English.
    #[serde(default)]
    pub label_en: String,
}

/// What values of a form may name. A set that is `None` is not checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FormFacts {
    /// Members that exist.
    pub members: Option<BTreeSet<MemberId>>,
    /// Departments that exist.
    pub departments: Option<BTreeSet<DepartmentId>>,
    /// Files the applicant may attach.
    pub files: Option<BTreeSet<FileId>>,
    /// Keys of leave types that may be asked for.
    pub leave_types: Option<BTreeSet<String>>,
}

/// One thing wrong with a value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldError {
    /// Key of the field, with the index inside lists: `proof.2`. Outside the form: `comment`, `chosen.<node>`.
    pub path: String,
    /// What is wrong.
    pub code: FieldCode,
    /// Figures for the message: `{"max": 200}`.
    #[serde(default)]
    pub params: Values,
}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FieldCode {
    /// Nothing given.
    Required,
    /// The form has no such field.
    UnknownField,
    /// Not the kind of value; `expected` says which.
    WrongType,
    /// More characters than `max`.
    TooLong,
    /// More entries than `max`.
    TooMany,
    /// Below `min`.
    TooSmall,
    /// Above `max`.
    TooLarge,
    /// Not one of the options.
    NotAnOption,
    /// The same entry twice.
    Repeated,
    /// Not a date of the calendar.
    BadDate,
    /// Not a time.
    BadTime,
    /// Not an amount with at most two decimals and a currency of three letters.
    BadMoney,
    /// Does not exist, or may not be named.
    NotFound,
    /// May not be changed here.
    ReadOnly,
    /// The rule that shows or requires the field could not be worked out; `reason` says why.
    BadCondition,
}

impl FieldError {
    /// An error without figures.
    pub fn new(path: impl Into<String>, code: FieldCode) -> Self {
        Self {
            path: path.into(),
            code,
            params: Values::new(),
        }
    }

    /// With a figure.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.params.insert(key.to_owned(), value.into());
        self
    }
}

impl FormSchema {
    /// The field with a key.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// Whether a field is shown with these values.
    fn shown(field: &Field, scope: &Scope) -> Result<bool, FieldError> {
        holds(field.show_when.as_deref(), scope, true).map_err(|reason| bad_condition(field, &reason))
    }

    /// Whether a field must be filled with these values.
    fn wanted(field: &Field, scope: &Scope) -> Result<bool, FieldError> {
        if field.required {
            return Ok(true);
        }
        holds(field.required_when.as_deref(), scope, false).map_err(|reason| bad_condition(field, &reason))
    }
}

fn holds(source: Option<&str>, scope: &Scope, otherwise: bool) -> Result<bool, String> {
    let Some(source) = source else { return Ok(otherwise) };
    Condition::compile(source)
        .and_then(|condition| condition.holds(scope))
        .map_err(|error| error.to_string())
}

fn bad_condition(field: &Field, reason: &str) -> FieldError {
    FieldError::new(&field.key, FieldCode::BadCondition).with("reason", reason)
}

/// Everything wrong with the values; empty when nothing is. See [`accept`].
pub fn validate_form(schema: &FormSchema, values: &Values, scope: &Scope, facts: &FormFacts) -> Vec<FieldError> {
    accept(schema, values, scope, facts).err().unwrap_or_default()
}

/// The values as they are kept: checked, without empty ones and without those of hidden fields.
///
/// `scope` gives `applicant` and `computed` to the conditions of fields; its `form` is replaced by `values`.
///
/// # Errors
/// Everything that is wrong, in the order of the fields; unknown keys last.
pub fn accept(
    schema: &FormSchema,
    values: &Values,
    scope: &Scope,
    facts: &FormFacts,
) -> Result<Values, Vec<FieldError>> {
    let scope = scope.with_form(schema, values);
    let mut kept = Values::new();
    let mut errors = Vec::new();
    for field in &schema.fields {
        let value = values.get(&field.key).filter(|value| !empty(value));
        // A wrong value is told first: conditions over it would only repeat the complaint.
        let wrong = value.map(|value| check(field, value, facts)).unwrap_or_default();
        if !wrong.is_empty() {
            errors.extend(wrong);
            continue;
        }
        match FormSchema::shown(field, &scope) {
            Ok(false) => continue,
            Ok(true) => {}
            Err(error) => {
                errors.push(error);
                continue;
            }
        }
        match (value, FormSchema::wanted(field, &scope)) {
            (Some(value), _) => {
                kept.insert(field.key.clone(), value.clone());
            }
            (None, Ok(true)) => errors.push(FieldError::new(&field.key, FieldCode::Required)),
            (None, Ok(false)) => {}
            (None, Err(error)) => errors.push(error),
        }
    }
    let unknown = values.keys().filter(|key| schema.field(key).is_none());
    errors.extend(unknown.map(|key| {
        let path: String = key.chars().take(64).collect();
        FieldError::new(path, FieldCode::UnknownField)
    }));
    if errors.is_empty() {
        Ok(kept)
    } else {
        Err(suppressed(errors))
    }
}

/// A condition that fails because another field is wrong says nothing new.
fn suppressed(errors: Vec<FieldError>) -> Vec<FieldError> {
    let others = errors.iter().any(|error| error.code != FieldCode::BadCondition);
    errors
        .into_iter()
        .filter(|error| !others || error.code != FieldCode::BadCondition)
        .collect()
}

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(entries) => entries.is_empty(),
        _ => false,
    }
}

/// A value of the wrong kind.
pub(super) fn wrong_type(path: &str, expected: &str) -> FieldError {
    FieldError::new(path, FieldCode::WrongType).with("expected", json!(expected))
}
