//! The values of a form while it is filled in: a signal of the fitting kind per field.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde_json::{Value, json};

use super::known::{Known, ids_of, pair};
use super::state::{ASIDE, Kind, Values, amount};
use crate::api::approval::FieldSpec;
use crate::approval::attach::Attached;
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
                if self.spec.multiple {
                    json!(ids)
                } else {
                    ids.first().map_or(Value::Null, |id| json!(id))
                }
            }
            Slot::Files(attached) => json!(attached.ids()),
        }
    }

    fn of_text(&self, text: &str) -> Value {
        match self.kind {
            // As JSON numbers are read: reading as Rust does would bring tables of ten kilobytes.
            Kind::Number => match serde_json::from_str::<f64>(text.trim()) {
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
    pub fn set(&self, value: &Value, known: &Known) {
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
            Slot::Many(signal) => signal.set(ids_of(value)),
            // Somebody whose name is not known has to be chosen anew.
            Slot::People(signal) => signal.set(ids_of(value).iter().filter_map(|id| known.person(id)).collect()),
            Slot::Files(attached) => {
                attached.set(
                    ids_of(value)
                        .iter()
                        .filter_map(|id| known.files.get(id).cloned())
                        .collect(),
                );
            }
        }
    }
}

/// A form as it is, and what is asked beside its fields.
#[derive(Clone, Copy)]
pub struct Form {
    entries: StoredValue<Vec<Entry>>,
    /// For which of the own departments; empty: the primary one.
    pub department: RwSignal<String>,
    /// Who gets a copy.
    pub copies: RwSignal<Vec<Person>>,
}

impl Form {
    /// An empty form.
    pub fn new(fields: &[FieldSpec]) -> Self {
        Self {
            entries: StoredValue::new(fields.iter().cloned().map(Entry::new).collect()),
            department: RwSignal::new(String::new()),
            copies: RwSignal::new(Vec::new()),
        }
    }

    /// The fields in order.
    pub fn entries(self) -> Vec<Entry> {
        self.entries.get_value()
    }

    /// What is asked, in order.
    pub fn specs(self) -> Vec<FieldSpec> {
        self.entries
            .with_value(|entries| entries.iter().map(|entry| entry.spec.clone()).collect())
    }

    /// The field with a key.
    pub fn entry(self, key: &str) -> Option<Entry> {
        self.entries
            .with_value(|entries| entries.iter().find(|entry| entry.spec.key == key).cloned())
    }

    /// The field at a place.
    pub fn at(self, place: usize) -> Option<Entry> {
        self.entries.with_value(|entries| entries.get(place).cloned())
    }

    /// All values (tracked).
    pub fn values(self) -> Values {
        let entries = self.entries.get_value();
        entries
            .iter()
            .map(|entry| (entry.spec.key.clone(), entry.value()))
            .collect()
    }

    /// Takes values over.
    pub fn fill(self, values: &Values, known: &Known) {
        for entry in self.entries.get_value() {
            if let Some(value) = values.get(&entry.spec.key) {
                entry.set(value, known);
            }
        }
    }

    /// All there is to keep of a draft (tracked).
    pub fn draft(self) -> Values {
        let mut known = Known {
            people: self.copies.with(|people| people.iter().map(pair).collect()),
            ..Known::default()
        };
        for entry in self.entries.get_value() {
            match entry.slot {
                Slot::People(people) => people.with(|people| known.people.extend(people.iter().map(pair))),
                Slot::Files(attached) => {
                    let files = attached.files();
                    known
                        .files
                        .extend(files.into_iter().map(|file| (file.id.inner().to_owned(), file)));
                }
                _ => {}
            }
        }
        let copies: Vec<String> = self
            .copies
            .with(|people| people.iter().map(|one| one.id.clone()).collect());
        let mut values = self.values();
        let aside = json!({"department": self.department.get(), "copies": copies, "known": known.keep()});
        values.insert(ASIDE.to_owned(), aside);
        values
    }

    /// Takes a draft over.
    pub fn restore(self, values: &Values) {
        let aside = values.get(ASIDE).unwrap_or(&Value::Null);
        let known = Known::kept(aside.get("known").unwrap_or(&Value::Null));
        self.fill(values, &known);
        let department = aside.get("department").and_then(Value::as_str);
        self.department.set(department.unwrap_or_default().to_owned());
        let copies = aside.get("copies").map(ids_of).unwrap_or_default();
        self.copies
            .set(copies.iter().filter_map(|id| known.person(id)).collect());
    }

    /// Some files are still on their way (tracked).
    pub fn is_busy(self) -> bool {
        let entries = self.entries.get_value();
        entries
            .iter()
            .any(|entry| matches!(entry.slot, Slot::Files(attached) if attached.is_busy()))
    }

    /// Some files did not arrive (tracked).
    pub fn has_failed(self) -> bool {
        let entries = self.entries.get_value();
        entries
            .iter()
            .any(|entry| matches!(entry.slot, Slot::Files(attached) if attached.has_failed()))
    }

    /// Shows the problems of all fields.
    pub fn touch_all(self) {
        for entry in self.entries.get_value() {
            entry.touched.set(true);
        }
    }
}

/// What is wrong, by field; under the empty key what is about no field.
pub type Problems = BTreeMap<String, String>;
