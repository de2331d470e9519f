//! Names and files behind the ids of a form's values, so that a form can be filled without asking for each.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::state::Values;
use crate::api::approval::{File, FormField};
use crate::ui::Person;

/// What is known of what values name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Names of people by id.
    pub people: BTreeMap<String, String>,
    /// Files by id.
    pub files: BTreeMap<String, File>,
}

/// The ids of a value: itself, or the entries of a list.
pub fn ids_of(value: &Value) -> Vec<String> {
    match value {
        Value::String(id) if !id.is_empty() => vec![id.clone()],
        Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// A person's id and name.
pub fn pair(person: &Person) -> (String, String) {
    (person.id.clone(), person.name.clone())
}

impl Known {
    /// What an old request tells beside its values.
    pub fn of_request(values: &Values, fields: &[FormField]) -> Self {
        let mut known = Self::default();
        for field in fields {
            let ids = values.get(&field.key).map(ids_of).unwrap_or_default();
            match ids.as_slice() {
                [one] if field.kind == "MEMBER" => _ = known.people.insert(one.clone(), field.text.clone()),
                many if field.kind == "MEMBER" => {
                    let names = field.text.split(['、', ',']).map(|name| name.trim().to_owned());
                    known.people.extend(many.iter().cloned().zip(names));
                }
                _ => {}
            }
            let files = field.files.iter().cloned();
            known.files.extend(files.map(|file| (file.id.inner().to_owned(), file)));
        }
        known
    }

    /// The person with an id; none whose name is not known.
    pub fn person(&self, id: &str) -> Option<Person> {
        self.people.get(id).map(|name| Person::new(id, name.clone()))
    }

    /// As a draft keeps it.
    pub fn keep(&self) -> Value {
        let file = |file: &File| {
            json!({
                "id": file.id.inner(), "name": file.name, "contentType": file.content_type, "size": file.size, "url": file.url,
            })
        };
        json!({"people": self.people, "files": self.files.values().map(file).collect::<Vec<_>>()})
    }

    /// Reads what a draft kept; what is not understood is left out.
    pub fn kept(value: &Value) -> Self {
        let people = value.get("people").and_then(Value::as_object);
        let people = people.into_iter().flatten();
        let people = people.filter_map(|(id, name)| Some((id.clone(), name.as_str()?.to_owned())));
        let files = value.get("files").and_then(Value::as_array);
        let files = files.into_iter().flatten();
        let files = files.filter_map(|file| serde_json::from_value::<File>(file.clone()).ok());
        Self {
            people: people.collect(),
            files: files.map(|file| (file.id.inner().to_owned(), file)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(id: &str) -> File {
        File {
            id: id.into(),
            name: "病假单.jpg".to_owned(),
            content_type: "image/jpeg".to_owned(),
            size: 1_200,
            url: format!("/files/{id}"),
        }
    }

    #[test]
    fn drafts_keep_names_and_files() {
        let known = Known {
            people: [("m1".to_owned(), "李敏".to_owned())].into(),
            files: [("f1".to_owned(), file("f1"))].into(),
        };
        assert_eq!(Known::kept(&known.keep()), known);
        assert_eq!(Known::kept(&json!({"people": [1], "files": ["x"]})), Known::default());
    }

    #[test]
    fn requests_tell_names_and_files() {
        let field = |key: &str, kind: &str, text: &str, files| FormField {
            key: key.to_owned(),
            label: key.to_owned(),
            kind: kind.to_owned(),
            text: text.to_owned(),
            changed_from: None,
            files,
        };
        let values = json!({"who": ["m1", "m2"], "one": "m3", "proof": ["f1"]});
        let values = values.as_object().unwrap();
        let fields = [
            field("who", "MEMBER", "李敏、孙倩", Vec::new()),
            field("one", "MEMBER", "Wang, Fang", Vec::new()),
            field("proof", "FILES", "病假单.jpg", vec![file("f1")]),
        ];
        let known = Known::of_request(values, &fields);
        let names: Vec<&str> = known.people.values().map(String::as_str).collect();
        assert_eq!(names, ["李敏", "孙倩", "Wang, Fang"]);
        assert_eq!(known.files.len(), 1);
        assert_eq!(ids_of(&json!(null)), [""; 0]);
    }
}
