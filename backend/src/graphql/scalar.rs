//! Scalars and small types used by many slices.

use async_graphql::{InputObject, InputValueError, InputValueResult, Scalar, ScalarType, SimpleObject, Value};
use chrono::NaiveDate;

use crate::error::Locale;

/// A civil date: `2026-11-23`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// A civil date without time and zone, as `2026-11-23`.
#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => written(text)
                .map(Self)
                .ok_or_else(|| InputValueError::custom("not a date like 2026-11-23")),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A date in exactly this form: four, two and two digits. Chrono would take `26-1-1` for a day of the year 26.
fn written(text: &str) -> Option<NaiveDate> {
    let digits = |at: std::ops::Range<usize>| {
        text.get(at)
            .is_some_and(|part| part.bytes().all(|c| c.is_ascii_digit()))
    };
    let form = text.len() == 10 && digits(0..4) && digits(5..7) && digits(8..10);
    text.parse().ok().filter(|_| form)
}

impl From<NaiveDate> for Date {
    fn from(date: NaiveDate) -> Self {
        Self(date)
    }
}

impl From<Date> for NaiveDate {
    fn from(date: Date) -> Self {
        date.0
    }
}

/// Something a life cycle allows the viewer, or why not. Clients never work out rights themselves.
#[derive(SimpleObject, Clone, Debug)]
pub struct ViewerAction {
    /// Stable name: `APPROVE`.
    pub name: String,
    /// Whether it may be done now.
    pub enabled: bool,
    /// Why not, in the language of the viewer.
    pub reason: Option<String>,
}

/// What is wrong with one input.
#[derive(SimpleObject, Clone, Debug)]
pub struct FieldError {
    /// Where: argument or form field, nested with dots.
    pub path: String,
    /// What is wrong with it, in the language of the viewer.
    pub message: String,
}

impl FieldError {
    /// Words an error for its reader.
    pub fn new(error: &crate::error::FieldError, locale: Locale) -> Self {
        Self {
            path: error.path.clone(),
            message: error.message.get(locale).to_owned(),
        }
    }
}

/// A period of civil dates, both ends included.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct DateRangeInput {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_one_form() {
        let check = |text: &str, good: bool| assert_eq!(written(text).is_some(), good, "{text}");
        check("2026-11-23", true);
        check("2028-02-29", true);
        for wrong in [
            "26-1-1",
            "2026-2-9",
            "2026-02-30",
            "2026/11/23",
            "+2026-1-23",
            "02026-1-2",
            " 2026-11-2",
            "",
            "二〇二六",
        ] {
            check(wrong, false);
        }
    }
}
