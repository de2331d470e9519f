//! The contract's scalars as the types the app already has.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::schema;
use crate::i18n::{Date, Stamp};

cynic::impl_scalar!(Date, schema::Date);
cynic::impl_scalar!(Stamp, schema::DateTime);
cynic::impl_scalar!(serde_json::Value, schema::JSON);

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text("a civil date", Self::parse))
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(self.0));
        serializer.serialize_str(&String::from(date.to_iso_string()))
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text("a timestamp of RFC 3339", Self::parse))
    }
}

/// Reads a text through a parser that may refuse it.
struct Text<T>(&'static str, fn(&str) -> Option<T>);

impl<T> de::Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.1)(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}
