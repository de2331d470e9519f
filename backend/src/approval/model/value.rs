//! Values of forms as people read them.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use entity::{FileId, Id};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use crate::approval::engine::{Field, FieldKind, FormSchema, Values};
use crate::cx::company_offset;
use crate::error::{Locale, Text};

/// Minutes of a working day, for wording only; the ledger counts minutes.
pub const DAY_MINUTES: i32 = 480;

/// Names of what values point at, by the id or key as the form holds it.
pub type Names = HashMap<String, Text>;

/// A value with its label, worded in both languages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// Key of the field.
    pub key: String,
    /// Label in Chinese.
    pub label: String,
    /// Label in English.
    pub label_en: String,
    /// What it takes: `DATE`.
    pub kind: String,
    /// As the form holds it.
    #[serde(default)]
    pub value: Value,
    /// Worded in Chinese.
    pub text: String,
    /// Worded in English.
    pub text_en: String,
}

impl Shown {
    /// The label for a reader.
    pub fn label(&self, locale: Locale) -> &str {
        match locale {
            Locale::Zh => &self.label,
            Locale::En => &self.label_en,
        }
    }

    /// The wording for a reader.
    pub fn text(&self, locale: Locale) -> &str {
        match locale {
            Locale::Zh => &self.text,
            Locale::En => &self.text_en,
        }
    }
}

/// All fields of a form that are filled, in order. A half of a day is told with the date before it.
pub fn shown(schema: &FormSchema, form: &Values, names: &Names) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::with_capacity(schema.fields.len());
    let mut after_date = false;
    for field in &schema.fields {
        let value = form.get(&field.key).filter(|value| !value.is_null());
        if field.kind == FieldKind::DayPart && after_date {
            if let (Some(part), Some(date)) = (value.and_then(Value::as_str), all.last_mut()) {
                date.text = format!("{} {}", date.text, part_text(part, Locale::Zh));
                date.text_en = format!("{}, {}", date.text_en, part_text(part, Locale::En));
            }
            after_date = false;
            continue;
        }
        after_date = false;
        let Some(value) = value else { continue };
        after_date = field.kind == FieldKind::Date;
        all.push(Shown {
            key: field.key.clone(),
            label: field.label.clone(),
            label_en: label_en(field).to_owned(),
            kind: kind_word(&field.kind),
            value: value.clone(),
            text: text(&field.kind, value, names, Locale::Zh),
            text_en: text(&field.kind, value, names, Locale::En),
        });
    }
    all
}

/// The values lists show: at most three of those the template marks.
pub fn summary(schema: &FormSchema, shown: &[Shown]) -> Vec<Shown> {
    shown
        .iter()
        .filter(|one| schema.field(&one.key).is_some_and(|field| field.summary))
        .take(3)
        .cloned()
        .collect()
}

/// Texts of a value: itself, or the entries of a list.
pub fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Files a value names, in order; what is no id is left out.
pub fn file_ids(value: &Value) -> Vec<FileId> {
    texts(value).into_iter().filter_map(id).collect()
}

/// An id as forms hold it: a TypeID of the right kind, or a bare UUID.
pub fn id<T: Id>(text: &str) -> Option<T> {
    if let Ok(uuid) = Uuid::try_parse(text) {
        return Some(T::from_uuid(uuid));
    }
    let parsed: TypeSafeId<DynamicType> = text.parse().ok()?;
    (parsed.type_prefix() == T::PREFIX).then(|| T::from_uuid(parsed.uuid()))
}

/// The English label; the Chinese one where there is none.
pub fn label_en(field: &Field) -> &str {
    if field.label_en.is_empty() {
        &field.label
    } else {
        &field.label_en
    }
}

/// Stable word for what a field takes: `LEAVE_TYPE`.
pub fn kind_word(kind: &FieldKind) -> String {
    match serde_json::to_value(kind) {
        Ok(Value::Object(object)) => object
            .get("kind")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        _ => String::new(),
    }
}

fn text(kind: &FieldKind, value: &Value, names: &Names, locale: Locale) -> String {
    let named = |key: &str| names.get(key).map_or(key, |name| name.get(locale)).to_owned();
    match kind {
        FieldKind::Date => value.as_str().map(|text| date_text(text, locale)).unwrap_or_default(),
        FieldKind::DateTime => value.as_str().map(|text| time_text(text, locale)).unwrap_or_default(),
        FieldKind::DayPart => value
            .as_str()
            .map(|text| part_text(text, locale).to_owned())
            .unwrap_or_default(),
        FieldKind::Money => money_text(value),
        FieldKind::Select { options } | FieldKind::MultiSelect { options } => joined(value, locale, |key| {
            options.iter().find(|option| option.key == key).map_or_else(
                || key.to_owned(),
                |option| match locale {
                    Locale::En if !option.label_en.is_empty() => option.label_en.clone(),
                    _ => option.label.clone(),
                },
            )
        }),
        FieldKind::Member { .. } | FieldKind::Department | FieldKind::Files | FieldKind::LeaveType => {
            joined(value, locale, named)
        }
        FieldKind::Text | FieldKind::TextArea | FieldKind::Number { .. } => match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        },
    }
}

fn joined(value: &Value, locale: Locale, word: impl Fn(&str) -> String) -> String {
    match value {
        Value::String(key) => word(key),
        Value::Array(keys) => {
            let words: Vec<_> = keys.iter().filter_map(Value::as_str).map(word).collect();
            words.join(match locale {
                Locale::Zh => "、",
                Locale::En => ", ",
            })
        }
        _ => String::new(),
    }
}

/// A civil date in words; what is no date stays as it is.
pub fn date_text(text: &str, locale: Locale) -> String {
    let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") else {
        return text.to_owned();
    };
    match locale {
        Locale::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Locale::En => date.format("%-d %b %Y").to_string(),
    }
}

fn time_text(text: &str, locale: Locale) -> String {
    let Ok(time) = DateTime::parse_from_rfc3339(text) else {
        return text.to_owned();
    };
    let time = time.with_timezone(&company_offset());
    let day = date_text(&time.date_naive().to_string(), locale);
    format!("{day} {:02}:{:02}", time.hour(), time.minute())
}

/// Morning or afternoon.
pub fn part_text(part: &str, locale: Locale) -> &'static str {
    match (part, locale) {
        ("AM", Locale::Zh) => "上午",
        ("AM", Locale::En) => "morning",
        (_, Locale::Zh) => "下午",
        (_, Locale::En) => "afternoon",
    }
}

/// Working minutes as days where they are halves of days, else as hours.
pub fn minutes_text(minutes: i32, locale: Locale) -> String {
    let half = DAY_MINUTES / 2;
    if minutes % half == 0 {
        let days = minutes / DAY_MINUTES;
        let part = if minutes % DAY_MINUTES == 0 { "" } else { ".5" };
        return match locale {
            Locale::Zh => format!("{days}{part} 天"),
            Locale::En if minutes == DAY_MINUTES => "1 day".to_owned(),
            Locale::En => format!("{days}{part} days"),
        };
    }
    let hours = f64::from(minutes) / 60.0;
    match locale {
        Locale::Zh => format!("{hours:.1} 小时"),
        Locale::En => format!("{hours:.1} h"),
    }
}

fn money_text(value: &Value) -> String {
    let part = |key| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let (amount, currency) = (part("amount"), part("currency"));
    let (sign, digits) = amount.strip_prefix('-').map_or(("", amount), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let symbol = match currency {
        "CNY" => "¥".to_owned(),
        other => format!("{other} "),
    };
    format!("{sign}{symbol}{grouped}.{fraction:0<2}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_read_like_people_write() {
        let names = Names::from([("annual".to_owned(), Text::new("年假", "Annual leave"))]);
        let check = |kind: Value, value: Value, zh: &str, en: &str| {
            let kind: FieldKind = serde_json::from_value(kind).expect("a kind");
            assert_eq!(text(&kind, &value, &names, Locale::Zh), zh);
            assert_eq!(text(&kind, &value, &names, Locale::En), en);
        };
        check(
            json!({"kind": "DATE"}),
            json!("2026-10-08"),
            "2026年10月8日",
            "8 Oct 2026",
        );
        check(
            json!({"kind": "DATE_TIME"}),
            json!("2026-10-08T01:05:00Z"),
            "2026年10月8日 09:05",
            "8 Oct 2026 09:05",
        );
        check(json!({"kind": "DAY_PART"}), json!("AM"), "上午", "morning");
        check(json!({"kind": "LEAVE_TYPE"}), json!("annual"), "年假", "Annual leave");
        check(
            json!({"kind": "MONEY"}),
            json!({"amount": "-1234567.5", "currency": "CNY"}),
            "-¥1,234,567.50",
            "-¥1,234,567.50",
        );
        check(json!({"kind": "NUMBER"}), json!(3), "3", "3");
        check(
            json!({"kind": "MULTI_SELECT", "options": [{"key": "a", "label": "甲", "label_en": "A"}, {"key": "b", "label": "乙"}]}),
            json!(["a", "b"]),
            "甲、乙",
            "A, 乙",
        );
    }

    #[test]
    fn lengths_read_as_days_or_hours() {
        let check = |minutes, zh: &str, en: &str| {
            assert_eq!(minutes_text(minutes, Locale::Zh), zh);
            assert_eq!(minutes_text(minutes, Locale::En), en);
        };
        check(0, "0 天", "0 days");
        check(240, "0.5 天", "0.5 days");
        check(480, "1 天", "1 day");
        check(1680, "3.5 天", "3.5 days");
        check(90, "1.5 小时", "1.5 h");
    }

    #[test]
    fn a_half_of_a_day_is_told_with_its_date() {
        let schema: FormSchema = serde_json::from_value(json!({"fields": [
            {"key": "start_date", "label": "开始日期", "kind": "DATE", "summary": true},
            {"key": "start_part", "label": "时段", "kind": "DAY_PART"},
            {"key": "reason", "label": "事由", "label_en": "Reason", "kind": "TEXT_AREA"},
        ]}))
        .expect("a schema");
        let form = json!({"start_date": "2026-10-08", "start_part": "PM", "reason": "回家"});
        let shown = shown(&schema, form.as_object().expect("an object"), &Names::new());
        let texts: Vec<_> = shown.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["2026年10月8日 下午", "回家"]);
        assert_eq!(summary(&schema, &shown).len(), 1);
    }
}
