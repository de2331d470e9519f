//! The values of a form while it is filled in: a signal of the fitting kind per field.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde_json::{Value, json};

use super::state::{Kind, Values, amount};
use crate::api::approval::{FieldSpec, FormField};
use crate::approval::file::Attached;
use crate::i18n::Date;
use crate::ui::Person;

/// Where a field's value is while it is filled in.
#[derive(Clone, Copy)]
pub enum Slot {
    /// Text, number, money, choice: as typed or chosen.
    Text(RwSignal<String>),
    /// A day.
    Date(RwSignal<Option<Date>>),
    /// A day and a time of it.
    DateTime(RwSignal<Option<Date>>, RwSignal<String>),
    /// Several choices.
    Many(RwSignal<Vec<String>>),
    /// People.
    People(RwSignal<Vec<Person>>),
    /// Files.
    Files(Attached),
}

/// A field with its value.
#[derive(Clone)]
pub struct Entry {
    /// What it asks.
    pub spec: FieldSpec,
    /// What it takes.
    pub kind: Kind,
    /// Its value.
    pub slot: Slot,
    /// It was left once: its problem is shown.
    pub touched: RwSignal<bool>,
}

impl Entry {
    /// An empty field; parts of days have a value from the start.
    pub fn new(spec: FieldSpec) -> Self {
        let kind = Kind::of(&spec.kind);
        let slot = match kind {
            Kind::Date => Slot::Date(RwSignal::new(None)),
            Kind::DateTime => Slot::DateTime(RwSignal::new(None), RwSignal::new("09:00".to_owned())),
            Kind::MultiSelect => Slot::Many(RwSignal::new(Vec::new())),
            Kind::Member => Slot::People(RwSignal::new(Vec::new())),
            Kind::Files => Slot::Files(Attached::new()),
            Kind::DayPart => Slot::Text(RwSignal::new(
                if spec.key.starts_with("end") { "PM" } else { "AM" }.to_owned(),
            )),
            _ => Slot::Text(RwSignal::new(String::new())),
        };
        Self {
            spec,
            kind,
            slot,
            touched: RwSignal::new(false),
        }
    }

    /// The value as the contract wants it (tracked).
    pub fn value(&self) -> Value {
        match self.slot {
            Slot::Text(text) => text.with(|text| self.of_text(text)),
            Slot::Date(date) => date.get().map_or(Value::Null, |date| json!(date.to_string())),
            Slot::DateTime(date, time) => match (date.get(), time.get()) {
                (Some(date), time) if !time.is_empty() => json!(format!("{date}T{time}:00+08:00")),
                _ => Value::Null,
            },
            Slot::Many(all) => json!(all.get()),
            Slot::People(people) => {
                let ids: Vec<String> = people.with(|people| people.iter().map(|person| person.id.clone()).collect());
                match ids.as_slice() {
                    [] => Value::Null,
                    [one] => json!(one),
                    many => json!(many),
                }
            }
            Slot::Files(attached) => json!(attached.ids()),
        }
    }

    fn of_text(&self, text: &str) -> Value {
        match self.kind {
            Kind::Number => match text.trim().parse::<f64>() {
                Ok(number) => json!(number),
                Err(_) => json!(text.trim()),
            },
            Kind::Money if !text.trim().is_empty() => {
                let amount = amount(text).unwrap_or_else(|| text.trim().to_owned());
                json!({"amount": amount, "currency": "CNY"})
            }
            _ => json!(text),
        }
    }

    /// Takes a value over; `known` tells names and files behind ids.
    pub fn set(&self, value: &Value, known: &[FormField]) {
        let text = || value.as_str().unwrap_or_default().to_owned();
        match self.slot {
            Slot::Text(signal) => signal.set(match (self.kind, value) {
                (Kind::Number, Value::Number(number)) => number.to_string(),
                (Kind::Money, value) => value
                    .get("amount")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned(),
                _ => text(),
            }),
            Slot::Date(signal) => signal.set(Date::parse(&text())),
            Slot::DateTime(date, time) => {
                let text = text();
                date.set(text.get(..10).and_then(Date::parse));
                time.set(text.get(11..16).unwrap_or("09:00").to_owned());
            }
            Slot::Many(signal) => {
                let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
                signal.set(all.iter().filter_map(Value::as_str).map(str::to_owned).collect());
            }
            Slot::People(signal) => {
                let ids = match value {
                    Value::String(id) => vec![id.clone()],
                    Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                    _ => Vec::new(),
                };
                let shown = known
                    .iter()
                    .find(|field| field.key == self.spec.key)
                    .map(|field| field.text.clone());
                let names: Vec<String> = shown
                    .map(|text| text.split('、').map(str::to_owned).collect())
                    .unwrap_or_default();
                let names = names.into_iter().map(Some).chain(std::iter::repeat(None));
                // A name that is not known is asked for again by choosing anew.
                signal.set(
                    ids.into_iter()
                        .zip(names)
                        .filter_map(|(id, name)| Some(Person::new(id, name?)))
                        .collect(),
                );
            }
            Slot::Files(attached) => {
                let files = known
                    .iter()
                    .find(|field| field.key == self.spec.key)
                    .map(|field| field.files.clone());
                attached.set(files.unwrap_or_default());
            }
        }
    }
}

/// All fields of a form.
#[derive(Clone, Copy)]
pub struct Form(StoredValue<Vec<Entry>>);

impl Form {
    /// An empty form.
    pub fn new(fields: &[FieldSpec]) -> Self {
        Self(StoredValue::new(fields.iter().cloned().map(Entry::new).collect()))
    }

    /// The fields in order.
    pub fn entries(self) -> Vec<Entry> {
        self.0.get_value()
    }

    /// What is asked, in order.
    pub fn specs(self) -> Vec<FieldSpec> {
        self.0
            .with_value(|entries| entries.iter().map(|entry| entry.spec.clone()).collect())
    }

    /// The field with a key.
    pub fn entry(self, key: &str) -> Option<Entry> {
        self.0
            .with_value(|entries| entries.iter().find(|entry| entry.spec.key == key).cloned())
    }

    /// The field at a place.
    pub fn at(self, place: usize) -> Option<Entry> {
        self.0.with_value(|entries| entries.get(place).cloned())
    }

    /// All values (tracked).
    pub fn values(self) -> Values {
        let entries = self.0.get_value();
        entries
            .iter()
            .map(|entry| (entry.spec.key.clone(), entry.value()))
            .collect()
    }

    /// Takes values over.
    pub fn fill(self, values: &Values, known: &[FormField]) {
        for entry in self.0.get_value() {
            if let Some(value) = values.get(&entry.spec.key) {
                entry.set(value, known);
            }
        }
    }

    /// Some files are still on their way (tracked).
    pub fn is_busy(self) -> bool {
        let entries = self.0.get_value();
        entries
            .iter()
            .any(|entry| matches!(entry.slot, Slot::Files(attached) if attached.is_busy()))
    }

    /// Shows the problems of all fields.
    pub fn touch_all(self) {
        for entry in self.0.get_value() {
            entry.touched.set(true);
        }
    }
}

/// What is wrong, by field; under the empty key what is about no field.
pub type Problems = BTreeMap<String, String>;
