//! The public schema as a source of requests: what can be asked for, with which values, good and hostile.

use std::collections::HashMap;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use serde_json::{Map, Value, json};
use tongshi::graphql::schema;

/// The public schema, ready for questions.
pub struct Contract {
    types: HashMap<String, TypeDefinition>,
}

/// A field with arguments, and where a client finds it.
pub struct Place<'a> {
    /// Type the field belongs to.
    pub parent: &'a str,
    /// The field.
    pub field: &'a FieldDefinition,
}

impl Contract {
    /// That of this server.
    pub fn read() -> Self {
        let sdl = schema::build(None, schema::Build::default()).sdl();
        let document = parse_schema(sdl).expect("a schema");
        let types = document
            .definitions
            .into_iter()
            .filter_map(|definition| match definition {
                TypeSystemDefinition::Type(found) => Some((found.node.name.node.to_string(), found.node)),
                _ => None,
            });
        Self { types: types.collect() }
    }

    fn fields(&self, name: &str) -> impl Iterator<Item = &FieldDefinition> {
        let fields = match self.types.get(name).map(|found| &found.kind) {
            Some(TypeKind::Object(object)) => object.fields.as_slice(),
            _ => &[],
        };
        fields.iter().map(|field| &field.node)
    }

    /// All fields with an argument.
    pub fn places(&self) -> Vec<Place<'_>> {
        let mut places: Vec<_> = self
            .types
            .keys()
            .flat_map(|parent| self.fields(parent).map(move |field| Place { parent, field }))
            .filter(|place| !place.field.arguments.is_empty())
            .collect();
        places.sort_by_key(|place| (place.parent, place.field.name.node.to_string()));
        places
    }

    /// What an output is asked for: nothing of a value, its kind of an object.
    fn selection(&self, output: &Type) -> &'static str {
        match self.types.get(base(output)).map(|found| &found.kind) {
            Some(TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_)) => "{__typename}",
            _ => "",
        }
    }

    fn input(&self, name: &str) -> Option<&[async_graphql::Positioned<InputValueDefinition>]> {
        match self.types.get(name).map(|found| &found.kind) {
            Some(TypeKind::InputObject(input)) => Some(&input.fields),
            _ => None,
        }
    }

    /// A plain value of a type.
    fn plain(&self, of: &Type) -> Value {
        let name = match &of.base {
            BaseType::List(_) => return json!([]),
            BaseType::Named(name) => name.as_str(),
        };
        match self.types.get(name).map(|found| &found.kind) {
            Some(TypeKind::Enum(choices)) => json!(choices.values[0].node.value.node.as_str()),
            Some(TypeKind::InputObject(input)) => {
                let needed = input.fields.iter().filter(|field| needed(&field.node));
                needed
                    .map(|field| (field.node.name.node.to_string(), self.plain(&field.node.ty.node)))
                    .collect::<Map<_, _>>()
                    .into()
            }
            _ => match name {
                "Int" => json!(1),
                "Float" => json!(1.0),
                "Boolean" => json!(false),
                "Date" => json!("2026-12-10"),
                "DateTime" => json!("2026-12-10T00:00:00Z"),
                "JSON" => json!({}),
                "ID" => json!("member_01h455vb4pex5vsknk084sn02q"),
                _ => json!("x"),
            },
        }
    }

    /// All values of a type that carry `hostile` at one text each; with their paths.
    pub fn hostile(&self, of: &Type, hostile: &Value, depth: usize) -> Vec<(String, Value)> {
        let name = match &of.base {
            BaseType::List(item) => {
                let items = self.hostile(item, hostile, depth);
                return items
                    .into_iter()
                    .map(|(path, value)| (format!("[]{path}"), json!([value])))
                    .collect();
            }
            BaseType::Named(name) => name.as_str(),
        };
        if let Some(fields) = self.input(name) {
            if depth == 0 {
                return Vec::new();
            }
            let mut found = Vec::new();
            for field in fields {
                for (path, value) in self.hostile(&field.node.ty.node, hostile, depth - 1) {
                    let mut whole = self.plain(of);
                    whole[field.node.name.node.as_str()] = value;
                    found.push((format!(".{}{path}", field.node.name.node), whole));
                }
            }
            return found;
        }
        match name {
            "String" | "ID" | "Date" | "DateTime" => vec![(String::new(), hostile.clone())],
            "JSON" => vec![(
                String::new(),
                json!({ "start_date": hostile, "reason": hostile, "x": [hostile] }),
            )],
            _ => Vec::new(),
        }
    }

    /// All values of a type with one list longer than lists may be.
    pub fn overlong(&self, of: &Type, depth: usize) -> Vec<(String, Value)> {
        match &of.base {
            BaseType::List(item) => vec![("[]".into(), json!(vec![self.plain(item); 251]))],
            BaseType::Named(name) => {
                let fields = self.input(name).filter(|_| depth > 0).unwrap_or_default();
                let mut found = Vec::new();
                for field in fields {
                    for (path, value) in self.overlong(&field.node.ty.node, depth - 1) {
                        let mut whole = self.plain(of);
                        whole[field.node.name.node.as_str()] = value;
                        found.push((format!(".{}{path}", field.node.name.node), whole));
                    }
                }
                found
            }
        }
    }

    /// An input of a mutation that is in order, spoilt at one field each time: left out, null, or of a type it is not. With what was
    /// done.
    pub fn misshapen(&self, mutation: &str, good: &Value) -> Vec<(String, Value)> {
        let field = self.fields("Mutation").find(|field| field.name.node == mutation);
        let argument = &field.expect("a mutation").arguments.first().expect("an input").node;
        let mut spoilt = vec![("a field nobody knows".to_owned(), with(good, "colour", json!("red")))];
        for field in self.input(base(&argument.ty.node)).unwrap_or_default() {
            let (name, of) = (field.node.name.node.as_str(), &field.node.ty.node);
            if needed(&field.node) {
                let mut without = good.clone();
                without.as_object_mut().expect("an object").remove(name);
                spoilt.push((format!("no {name}"), without));
            }
            let null = (!of.nullable).then_some(Value::Null);
            for wrong in self.never(of).into_iter().chain(null) {
                spoilt.push((format!("{name}: {wrong}"), with(good, name, wrong)));
            }
        }
        spoilt
    }

    /// What no value of a type is.
    fn never(&self, of: &Type) -> Vec<Value> {
        let name = match &of.base {
            BaseType::List(item) => return self.never(item).into_iter().map(|one| json!([one])).collect(),
            BaseType::Named(name) => name.as_str(),
        };
        match (name, self.types.get(name).map(|found| &found.kind)) {
            (_, Some(TypeKind::Enum(_))) => vec![json!("MOON"), json!(1), json!("")],
            (_, Some(TypeKind::InputObject(_))) => vec![json!("x"), json!(1), json!({ "colour": "red" })],
            ("String" | "ID", _) => vec![json!(1.5), json!(true), json!({}), json!(["a", "b"])],
            ("Int", _) => vec![
                json!("1"),
                json!(1.5),
                json!(2_147_483_648_i64),
                json!(true),
                json!([1, 2]),
            ],
            ("Boolean", _) => vec![json!("true"), json!(1), json!({})],
            ("Date", _) => vec![json!("2026-02-30"), json!("26-1-1"), json!(20_261_201), json!("")],
            _ => Vec::new(),
        }
    }

    /// A document that calls a root field with one argument changed, and its variables.
    pub fn call(&self, root: &str, field: &FieldDefinition, changed: &str, value: Value) -> (String, Value) {
        let used = field
            .arguments
            .iter()
            .map(|argument| &argument.node)
            .filter(|argument| argument.name.node == changed || needed(argument));
        let (mut heads, mut uses, mut values) = (Vec::new(), Vec::new(), Map::new());
        for argument in used {
            let name = argument.name.node.as_str();
            heads.push(format!("${name}: {}", argument.ty.node));
            uses.push(format!("{name}: ${name}"));
            let value = if name == changed {
                value.clone()
            } else {
                self.plain(&argument.ty.node)
            };
            values.insert(name.into(), value);
        }
        let document = format!(
            "{}({}) {{ {}({}) {} }}",
            root.to_lowercase(),
            heads.join(", "),
            field.name.node,
            uses.join(", "),
            self.selection(&field.ty.node)
        );
        (document, values.into())
    }
}

/// An object with one value set.
fn with(object: &Value, key: &str, value: Value) -> Value {
    let mut object = object.clone();
    object[key] = value;
    object
}

fn base(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => base(item),
    }
}

/// Whether a client has to give an argument.
pub fn needed(argument: &InputValueDefinition) -> bool {
    !argument.ty.node.nullable && argument.default_value.is_none()
}
