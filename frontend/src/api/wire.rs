//! From an answer to typed data: one parse into a tree, then the types read themselves off it.
//!
//! serde writes a reader per type and per kind of source. Reading off a tree, with an error that is only a word, keeps
//! each of them a fraction of what it is over serde_json's own parser; the app holds more than a hundred.

use std::fmt;

use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, map};

/// Why a tree is not what was asked for: the field in question, or what was wrong.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit(&'static str);

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("a value")
    }

    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self("a type")
    }

    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self("a value")
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self("a length")
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self("a variant")
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self("a field")
    }

    fn missing_field(field: &'static str) -> Self {
        Self(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self(field)
    }
}

/// Reads typed data off a tree.
pub(crate) fn read<T: DeserializeOwned>(tree: &Value) -> Result<T, Misfit> {
    T::deserialize(Tree(tree))
}

/// Parses a text and reads typed data off it; none where it does not fit.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Option<T> {
    read(&tree(text)?).ok()
}

/// Parses a text.
pub(crate) fn tree(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// A text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    // A text is always JSON.
    serde_json::to_string(text).unwrap_or_default()
}

/// The request of a document and its variables, which are JSON already. Without a tree in between: writing one would
/// bring the tables that numbers are written by.
pub(crate) fn request(document: &str, variables: &str) -> String {
    format!(r#"{{"query":{},"variables":{variables}}}"#, quoted(document))
}

/// Whether one of the texts in a tree is this one.
pub(crate) fn says(tree: &Value, text: &str) -> bool {
    match tree {
        Value::String(own) => own == text,
        Value::Array(list) => list.iter().any(|part| says(part, text)),
        Value::Object(object) => object.values().any(|part| says(part, text)),
        _ => false,
    }
}

/// A value to be read off.
#[derive(Clone, Copy)]
struct Tree<'a>(&'a Value);

const WRONG: Misfit = Misfit("a type");

impl<'a> Tree<'a> {
    fn integer(self) -> Result<i64, Misfit> {
        self.0.as_i64().ok_or(WRONG)
    }

    fn text(self) -> Result<&'a str, Misfit> {
        self.0.as_str().ok_or(WRONG)
    }

    fn list(self) -> Result<List<'a>, Misfit> {
        self.0.as_array().map(|list| List(list.iter())).ok_or(WRONG)
    }

    fn object(self) -> Result<Object<'a>, Misfit> {
        self.0.as_object().map(Object::new).ok_or(WRONG)
    }
}

impl<'de> Deserializer<'de> for Tree<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match number.as_i64() {
                Some(number) => visitor.visit_i64(number),
                None => visitor.visit_f64(number.as_f64().unwrap_or_default()),
            },
            Value::String(text) => visitor.visit_str(text),
            Value::Array(_) => visitor.visit_seq(self.list()?),
            Value::Object(_) => visitor.visit_map(self.object()?),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_bool(self.0.as_bool().ok_or(WRONG)?)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_i64(self.integer()?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_i64(self.integer()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_f64(self.0.as_f64().ok_or(WRONG)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_map(self.object()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_map(self.object()?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u32 u64 u128 f32 char bytes byte_buf unit unit_struct tuple tuple_struct enum
    }
}

/// What is left of a list.
struct List<'a>(std::slice::Iter<'a, Value>);

impl<'de> SeqAccess<'de> for List<'de> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        self.0.next().map(|value| seed.deserialize(Tree(value))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// What is left of an object, and the value whose key was just read.
struct Object<'a> {
    rest: map::Iter<'a>,
    value: &'a Value,
}

impl<'a> Object<'a> {
    fn new(object: &'a Map<String, Value>) -> Self {
        Self {
            rest: object.iter(),
            value: &Value::Null,
        }
    }

    #[inline(never)]
    fn step(&mut self) -> Option<&'a str> {
        let (key, value) = self.rest.next()?;
        self.value = value;
        Some(key)
    }
}

impl<'de> MapAccess<'de> for Object<'de> {
    type Error = Misfit;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        self.step().map(|key| seed.deserialize(Key(key))).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        seed.deserialize(Tree(self.value))
    }
}

/// The key of a field.
struct Key<'a>(&'a str);

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_str(self.0)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Part {
        some_text: String,
        count: i32,
        share: f64,
        is_on: bool,
        none: Option<String>,
        any: Value,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Whole {
        parts: Vec<Part>,
        #[serde(default)]
        more: Option<Part>,
    }

    fn part() -> Value {
        json!({ "someText": "同事", "count": -3, "share": 1, "isOn": true, "none": null, "any": { "b": [1.5, "x"], "a": null }, "new": [{}] })
    }

    #[test]
    fn reads_what_serde_json_reads() {
        let check = |tree: Value| {
            let expected = serde_json::from_value::<Whole>(tree.clone()).ok();
            assert_eq!(read::<Whole>(&tree).ok(), expected, "{tree}");
            assert_eq!(parse::<Whole>(&tree.to_string()), expected, "{tree}");
        };
        check(json!({ "parts": [part(), part()], "more": part(), "unknown": 1 }));
        check(json!({ "parts": [] }));
        check(json!({ "parts": null }));
        check(json!({ "parts": [{}] }));
        check(json!({ "more": part() }));
        check(json!(null));
        for (key, wrong) in [
            ("someText", json!(1)),
            ("count", json!(1.5)),
            ("count", json!(3_000_000_000_u32)),
            ("share", json!("1")),
            ("isOn", json!(0)),
            ("none", json!(1)),
        ] {
            let mut tree = json!({ "parts": [part()] });
            tree["parts"][0][key] = wrong;
            check(tree);
        }
    }

    #[test]
    fn writes_requests() {
        let request = request("query {\n a(b: \"同事\") }", r#"{"a":null}"#);
        let tree = tree(&request).unwrap();
        assert_eq!(
            tree,
            json!({ "query": "query {\n a(b: \"同事\") }", "variables": { "a": null } })
        );
    }

    #[test]
    fn finds_texts_anywhere() {
        let tree = json!([{ "message": "m", "extensions": { "code": "UNAUTHENTICATED" } }, 1, null]);
        assert!(says(&tree, "UNAUTHENTICATED"));
        assert!(!says(&tree, "UNAUTH"));
        assert!(!says(&tree, "code"));
    }

    #[test]
    fn says_which_field_is_missing() {
        let mut tree = part();
        tree.as_object_mut().unwrap().remove("isOn");
        assert_eq!(read::<Part>(&tree).unwrap_err(), Misfit("isOn"));
        assert_eq!(read::<Part>(&json!([])).unwrap_err(), WRONG);
    }
}
