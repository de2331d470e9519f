//! Measuring a parsed document: depth, aliases, objects and fields it may bring.

use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Value, Variables};

use super::{DIRECTIVES, ITEMS, too_many, weight};
use crate::config::Limits;
use crate::error::{Error, FieldError, Result, Text};

/// Size of a page when the query does not say.
const PAGE: u64 = 20;
/// Size of a page whose argument is no number; the resolver will refuse it.
const UNKNOWN_PAGE: u64 = 100;

/// What an operation may bring at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Points: the weights of the fields, those of pages counted once for every object.
    pub cost: u64,
    /// Objects on pages.
    pub nodes: u64,
    /// Levels of fields.
    pub depth: u64,
    /// Fields with an alias.
    pub aliases: u64,
    /// Fields of the outermost level.
    pub roots: u64,
}

impl Measure {
    fn beside(self, other: Self) -> Self {
        Self {
            cost: self.cost.saturating_add(other.cost),
            nodes: self.nodes.saturating_add(other.nodes),
            depth: self.depth.max(other.depth),
            aliases: self.aliases.saturating_add(other.aliases),
            roots: self.roots.saturating_add(other.roots),
        }
    }
}

/// The operation a request means.
///
/// # Errors
/// [`Error::Invalid`] when the name fits none, or is missing among several.
pub fn operation<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Result<&'a OperationDefinition> {
    let mut all = document.operations.iter();
    let found = match name {
        Some(name) => all.find(|(own, _)| own.is_some_and(|own| own == name)),
        None if all.len() == 1 => all.next(),
        None => None,
    };
    found.map(|(_, operation)| &operation.node).ok_or_else(|| {
        Error::invalid(
            "operationName",
            "operationName 没有指明文档中的一个操作",
            "operationName names no operation of the document",
        )
    })
}

/// Measures an operation and holds it to the limits.
///
/// # Errors
/// [`Error::TooComplex`] naming the limit, [`Error::Invalid`] for circular or unknown fragments and missing variables.
pub fn measure(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
    limits: &Limits,
) -> Result<Measure> {
    require_variables(operation, variables)?;
    variables.values().try_for_each(check_value)?;
    check_directives(&operation.directives)?;
    for definition in &operation.variable_definitions {
        check_directives(&definition.node.directives)?;
    }
    let mut walk = Walk {
        document,
        operation,
        variables,
        seen: HashMap::new(),
    };
    let mut found = walk.selections(&operation.selection_set.node)?;
    found.cost = found
        .cost
        .saturating_add(weight::of_root(operation.ty).saturating_mul(found.roots));
    // Fragments nobody spreads are measured too: validation walks them.
    for name in document.fragments.keys() {
        walk.fragment(name)?;
    }
    let mutations = match operation.ty {
        OperationType::Mutation => found.roots,
        _ => 0,
    };
    for (found, most, zh, en) in [
        (found.depth, limits.depth, "层数", "depth"),
        (found.aliases, limits.aliases, "别名数", "aliases"),
        (mutations, limits.mutations, "变更操作数", "mutations"),
        (found.nodes, limits.nodes, "对象数", "objects on pages"),
        (found.cost, limits.cost, "开销", "cost"),
    ] {
        if found > most {
            return Err(too_many(zh, en, most));
        }
    }
    Ok(found)
}

/// Whether an operation asks about the schema itself.
pub fn introspects(document: &ExecutableDocument) -> bool {
    let sets = document
        .operations
        .iter()
        .map(|(_, operation)| &operation.node.selection_set);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set);
    sets.chain(fragments).any(|set| asks_schema(&set.node))
}

fn asks_schema(set: &SelectionSet) -> bool {
    set.items.iter().any(|item| match &item.node {
        Selection::Field(field) => {
            matches!(field.node.name.node.as_str(), "__schema" | "__type")
                || asks_schema(&field.node.selection_set.node)
        }
        Selection::InlineFragment(fragment) => asks_schema(&fragment.node.selection_set.node),
        Selection::FragmentSpread(_) => false,
    })
}

fn require_variables(operation: &OperationDefinition, variables: &Variables) -> Result<()> {
    let missing: Vec<_> = operation
        .variable_definitions
        .iter()
        .map(|definition| &definition.node)
        .filter(|definition| !definition.var_type.node.nullable)
        .filter(|definition| match variables.get(&definition.name.node) {
            None => definition.default_value.is_none(),
            Some(value) => *value == Value::Null,
        })
        .map(|definition| {
            FieldError::new(
                format!("variables.{}", definition.name.node),
                Text::new(
                    format!("缺少变量 ${}", definition.name.node),
                    format!("Variable ${} is required", definition.name.node),
                ),
            )
        })
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(missing))
    }
}

/// Holds the lists in a value to their length, and keeps NUL out: PostgreSQL knows no text with it. The nesting of values was checked
/// before they were parsed.
fn check_value(value: &Value) -> Result<()> {
    match value {
        Value::List(items) if items.len() > ITEMS => Err(too_many("列表项数", "items in a list", ITEMS)),
        Value::List(items) => items.iter().try_for_each(check_value),
        Value::Object(fields) if fields.keys().any(|name| name.contains('\0')) => Err(nul()),
        Value::Object(fields) => fields.values().try_for_each(check_value),
        Value::String(text) if text.contains('\0') => Err(nul()),
        _ => Ok(()),
    }
}

fn nul() -> Error {
    Error::invalid(
        "variables",
        "文字中不能有 NUL 字符",
        "Texts must not contain the character NUL",
    )
}

fn check_directives(directives: &[Positioned<Directive>]) -> Result<()> {
    if directives.len() > DIRECTIVES {
        return Err(too_many("一个字段上的指令数", "directives on one field", DIRECTIVES));
    }
    Ok(())
}

/// A walk that measures every fragment once.
struct Walk<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    /// Fragments entered; with their measure once left.
    seen: HashMap<&'a Name, Option<Measure>>,
}

impl<'a> Walk<'a> {
    fn selections(&mut self, set: &'a SelectionSet) -> Result<Measure> {
        let mut sum = Measure::default();
        for item in &set.items {
            check_directives(item.node.directives())?;
            sum = sum.beside(match &item.node {
                Selection::Field(field) => self.field(&field.node)?,
                Selection::InlineFragment(fragment) => self.selections(&fragment.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => {
                    let mut found = self.fragment(&spread.node.fragment_name.node)?;
                    found.cost = found.cost.saturating_add(1);
                    found
                }
            });
        }
        Ok(sum)
    }

    fn field(&mut self, field: &'a Field) -> Result<Measure> {
        for (_, value) in &field.arguments {
            let value = value.node.clone().into_const_with(|_| Ok::<_, ()>(Value::Null));
            check_value(&value.unwrap_or_default())?;
        }
        let below = self.selections(&field.selection_set.node)?;
        let (times, own) = match self.page(field) {
            Some(size) => (size, size),
            None => (1, 0),
        };
        Ok(Measure {
            cost: below
                .cost
                .saturating_mul(times)
                .saturating_add(weight::of(&field.name.node)),
            nodes: below.nodes.saturating_mul(times.max(1)).saturating_add(own),
            depth: below.depth.saturating_add(1),
            aliases: below.aliases.saturating_add(u64::from(field.alias.is_some())),
            roots: 1,
        })
    }

    fn fragment(&mut self, name: &Name) -> Result<Measure> {
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Err(Error::invalid(
                "query",
                format!("没有名为 {name} 的片段"),
                format!("There is no fragment {name}"),
            ));
        };
        match self.seen.get(name) {
            Some(Some(found)) => return Ok(*found),
            Some(None) => {
                return Err(Error::invalid(
                    "query",
                    format!("片段 {name} 循环引用自身"),
                    format!("Fragment {name} spreads itself"),
                ));
            }
            None => {}
        }
        self.seen.insert(name, None);
        check_directives(&fragment.node.directives)?;
        let found = self.selections(&fragment.node.selection_set.node)?;
        self.seen.insert(name, Some(found));
        Ok(found)
    }

    /// How many objects a field pages, when it is a list of pages.
    fn page(&self, field: &Field) -> Option<u64> {
        let asked = field
            .arguments
            .iter()
            .filter(|(name, _)| matches!(name.node.as_str(), "first" | "last"))
            .map(|(_, value)| {
                let value = value
                    .node
                    .clone()
                    .into_const_with(|name| Ok::<_, ()>(self.variable(&name)));
                size(&value.unwrap_or_default())
            })
            .max();
        let connection = || {
            field.selection_set.node.items.iter().any(|item| match &item.node {
                Selection::Field(field) => matches!(field.node.name.node.as_str(), "nodes" | "edges"),
                Selection::FragmentSpread(_) | Selection::InlineFragment(_) => false,
            })
        };
        asked.or_else(|| connection().then_some(PAGE))
    }

    fn variable(&self, name: &Name) -> Value {
        let default = || {
            let all = &self.operation.variable_definitions;
            let definition = all.iter().find(|definition| definition.node.name.node == *name)?;
            definition.node.default_value.as_ref().map(|value| &value.node)
        };
        self.variables.get(name).or_else(default).cloned().unwrap_or_default()
    }
}

fn size(given: &Value) -> u64 {
    match given {
        Value::Null => PAGE,
        Value::Number(number) => number.as_i64().map_or(UNKNOWN_PAGE, i64::unsigned_abs),
        _ => UNKNOWN_PAGE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;
    use proptest::prelude::*;

    fn measured(text: &str, variables: serde_json::Value) -> Result<Measure> {
        let document = parse_query(text).expect("well formed");
        let operation = operation(&document, None)?;
        let variables = Variables::from_json(variables);
        measure(&document, operation, &variables, &Limits::default())
    }

    #[track_caller]
    fn check(text: &str, code: Option<&str>) {
        let found = measured(text, serde_json::json!({"many": 100}));
        assert_eq!(
            found.as_ref().err().map(|error| error.code().as_str()),
            code,
            "{text}: {found:?}"
        );
    }

    fn nested(levels: usize) -> String {
        format!("{}a{}", "{a".repeat(levels - 1), "}".repeat(levels - 1)).replacen('{', "{a ", 1)
    }

    fn doubling(levels: usize) -> String {
        let chain: String = (0..levels)
            .map(|level| format!("fragment F{level} on T {{...F{} ...F{}}}", level + 1, level + 1))
            .collect();
        format!("{{...F0}} {chain} fragment F{levels} on T {{x}}")
    }

    #[test]
    fn documents_are_held_to_the_limits() {
        const TOO: Option<&str> = Some("TOO_COMPLEX");
        check("{viewer{member{name}}}", None);
        check(&nested(15), None);
        check(&nested(17), TOO);
        check(
            &format!("{{{}}}", (0..100).map(|n| format!("a{n}:b ")).collect::<String>()),
            None,
        );
        check(
            &format!("{{{}}}", (0..101).map(|n| format!("a{n}:b ")).collect::<String>()),
            TOO,
        );
        check(&format!("mutation{{{}}}", "a ".repeat(10)), None);
        check(&format!("mutation{{{}}}", "a ".repeat(11)), TOO);
        check("{a @x @x @x @x @x}", None);
        check("{a @x @x @x @x @x @x}", TOO);
        check("query @x @x @x @x @x @x {a}", TOO);
        check("{a(first:100){nodes{b(first:99){nodes{c}}}}}", None);
        check("{a(first:100){nodes{b(first:100){nodes{c}}}}}", TOO);
        check("query($many:Int){a(first:$many){nodes{b(last:$many){nodes{c}}}}}", TOO);
        check(
            "query($many:Int,$few:Int=3){a(first:$many){nodes{b(last:$few){nodes{c}}}}}",
            None,
        );
        check("{a{edges{node{b{nodes{c{nodes{d{nodes{e}}}}}}}}}}", TOO);
        check("{a(first:2147483647){nodes{b}}}", TOO);
        check(&format!("{{a(b:[{}])}}", "1 ".repeat(250)), None);
        check(&format!("{{a(b:{{c:[{}]}})}}", "$many ".repeat(251)), TOO);
        check(&doubling(8), None);
        check(&doubling(24), TOO);
        check(&doubling(60), TOO);
    }

    #[test]
    fn wrong_fragments_and_variables_are_named() {
        const BAD: Option<&str> = Some("INVALID");
        check("{...A} fragment A on T {...B} fragment B on T {...A}", BAD);
        check("{a} fragment A on T {b{...A}}", BAD);
        check("{...Nowhere}", BAD);
        check("query($id:ID!){a}", BAD);
        check("query($id:ID){a}", None);
        check("query($many:ID!){a}", None);
        check("{a(b:\"x\\u0000y\")}", BAD);
        check("{a(b:{c:[\"\\u0000\"]})}", BAD);
        check("{a(b:\"\\u0001\")}", None);
    }

    #[test]
    fn the_schema_is_asked_about_at_any_level() {
        let asks = |text: &str| introspects(&parse_query(text).expect("well formed"));
        assert!(asks("{__schema{types{name}}}"));
        assert!(asks("{...{__type(name:\"Query\"){name}}}"));
        assert!(asks("{...A} fragment A on Query {__schema{types{name}}}"));
        assert!(!asks("{__typename viewer{name}}"));
    }

    proptest! {
        #[test]
        fn cost_never_falls_when_a_field_is_added(sizes in prop::collection::vec(1_u64..5, 1..5)) {
            let open: String = sizes.iter().map(|size| format!("{{a(first:{size}) {{nodes")).collect();
            let text = |leaf: &str| format!("{open}{{{leaf}}}{}", "}}".repeat(sizes.len()));
            let one = measured(&text("x"), serde_json::json!({})).expect("small").cost;
            let two = measured(&text("x y"), serde_json::json!({})).expect("small").cost;
            prop_assert_eq!(two - one, sizes.iter().product::<u64>());
        }
    }
}
