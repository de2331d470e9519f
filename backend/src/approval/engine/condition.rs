//! Conditions: CEL expressions over `form`, `applicant` and `computed`.
//!
//! Every field of the form is present, as `null` where it is empty. Money is `{amount, minor, currency}` with `amount`
//! as a number and `minor` in hundredths; dates are text and compare as such.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use cel::common::ast::{EntryExpr, Expr, IdedExpr, LiteralValue};
use cel::{Context, Program, Value as Cel};
use serde_json::Value;

use super::form::{FieldKind, FormSchema, Values};
use super::form_value::money;

/// Most characters of an expression.
const LENGTH_LIMIT: usize = 2_000;
/// Deepest nesting of brackets in an expression.
const DEPTH_LIMIT: usize = 24;

/// Expressions a thread remembers before it forgets all.
const MOST: usize = 500;

thread_local! {
    /// The language without any values; making it costs more than most expressions.
    static LANGUAGE: Context<'static, 'static> = Context::default();
    /// Expressions by their text, which says all about them.
    static READ: RefCell<HashMap<String, Rc<Condition>>> = RefCell::default();
}

/// Why a condition could not be worked out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// It is too long or nested too deeply.
    #[error("expression is too long or nested too deeply")]
    TooLarge,
    /// It is no CEL.
    #[error("{0}")]
    Syntax(String),
    /// It names something else than `form`, `applicant` and `computed`.
    #[error("unknown name {0}")]
    UnknownName(String),
    /// It failed with these values, for example by comparing with an empty field.
    #[error("{0}")]
    Failed(String),
    /// Its result is not true or false.
    #[error("result is not true or false")]
    NotBoolean,
}

/// What conditions may look at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    form: Values,
    applicant: Values,
    computed: Values,
}

/// A condition that was understood.
#[derive(Debug)]
pub struct Condition {
    program: Program,
}

impl Scope {
    /// What is known of the applicant, and what the module of the template worked out (for leave: `days`).
    pub fn new(applicant: &Values, computed: &Values) -> Self {
        Self {
            form: Values::new(),
            applicant: applicant.clone(),
            computed: computed.clone(),
        }
    }

    /// With the values of a form.
    #[must_use]
    pub fn with_form(&self, schema: &FormSchema, values: &Values) -> Self {
        let form = schema.fields.iter().map(|field| {
            let value = values.get(&field.key).cloned().unwrap_or(Value::Null);
            let value = match (&field.kind, money(&value)) {
                (FieldKind::Money, Some((minor, currency))) => {
                    #[expect(
                        clippy::cast_precision_loss,
                        reason = "at most 15 digits, which a double holds exactly"
                    )]
                    let amount = minor as f64 / 100.0;
                    serde_json::json!({ "amount": amount, "minor": minor, "currency": currency })
                }
                _ => value,
            };
            (field.key.clone(), value)
        });
        Self {
            form: form.collect(),
            applicant: self.applicant.clone(),
            computed: self.computed.clone(),
        }
    }
}

impl Condition {
    /// Reads an expression.
    ///
    /// # Errors
    /// When it is too large, no CEL, or names unknown things.
    pub fn compile(source: &str) -> Result<Self, ConditionError> {
        if source.len() > LENGTH_LIMIT || depth(source) > DEPTH_LIMIT {
            return Err(ConditionError::TooLarge);
        }
        // The parser is foreign code and the text comes from people: a panic in it must not end the server.
        let program = catch_unwind(|| Program::compile(source))
            .map_err(|_| ConditionError::Syntax("expression cannot be read".to_owned()))?
            .map_err(|errors| ConditionError::Syntax(errors.to_string()))?;
        let condition = Self { program };
        match condition.uses().unknown.into_iter().next() {
            Some(name) => Err(ConditionError::UnknownName(name)),
            None => Ok(condition),
        }
    }

    /// Whether the condition an expression states holds. What was read once is not read again.
    ///
    /// # Errors
    /// As [`Self::compile`] and [`Self::holds`].
    pub fn stated(source: &str, scope: &Scope) -> Result<bool, ConditionError> {
        let known = READ.with_borrow(|read| read.get(source).cloned());
        let condition = match known {
            Some(condition) => condition,
            None => {
                let condition = Rc::new(Self::compile(source)?);
                READ.with_borrow_mut(|read| {
                    if read.len() >= MOST {
                        read.clear();
                    }
                    read.insert(source.to_owned(), condition.clone());
                });
                condition
            }
        };
        condition.holds(scope)
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// When it fails with these values or gives neither true nor false.
    pub fn holds(&self, scope: &Scope) -> Result<bool, ConditionError> {
        LANGUAGE.with(|language| self.holds_in(language.new_inner_scope(), scope))
    }

    fn holds_in(&self, mut context: Context<'_, '_>, scope: &Scope) -> Result<bool, ConditionError> {
        for (name, values) in [
            ("form", &scope.form),
            ("applicant", &scope.applicant),
            ("computed", &scope.computed),
        ] {
            context.add_variable_from_value(name, map(values));
        }
        let result = catch_unwind(AssertUnwindSafe(|| self.program.execute(&context)))
            .map_err(|_| ConditionError::Failed("expression cannot be worked out".to_owned()))?;
        match result {
            Ok(Cel::Bool(holds)) => Ok(holds),
            Ok(_) => Err(ConditionError::NotBoolean),
            Err(error) => Err(ConditionError::Failed(error.to_string())),
        }
    }

    /// What it looks at.
    pub fn uses(&self) -> Uses {
        let mut uses = Uses::default();
        uses.walk(self.program.expression(), &mut Vec::new());
        uses
    }
}

/// What an expression looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Keys of `form`.
    pub form: BTreeSet<String>,
    /// Keys of `applicant`.
    pub applicant: BTreeSet<String>,
    /// Keys of `computed`.
    pub computed: BTreeSet<String>,
    /// Whether it uses one of them as a whole, so that every key counts.
    pub whole: bool,
    /// Names that mean nothing here.
    unknown: BTreeSet<String>,
}

impl Uses {
    /// What either looks at.
    pub(super) fn join(&mut self, other: Self) {
        self.form.extend(other.form);
        self.applicant.extend(other.applicant);
        self.computed.extend(other.computed);
        self.whole |= other.whole;
    }

    fn walk(&mut self, at: &IdedExpr, bound: &mut Vec<String>) {
        match &at.expr {
            Expr::Select(select) => match &select.operand.expr {
                Expr::Ident(root) if !bound.contains(root) => self.key(root, &select.field),
                _ => self.walk(&select.operand, bound),
            },
            Expr::Ident(root) if !bound.contains(root) => {
                if matches!(root.as_str(), "form" | "applicant" | "computed") {
                    self.whole = true;
                } else {
                    self.unknown.insert(root.clone());
                }
            }
            Expr::Call(call) => self.call(call, bound),
            Expr::List(list) => list.elements.iter().for_each(|element| self.walk(element, bound)),
            Expr::Map(map) => map.entries.iter().for_each(|entry| self.entry(&entry.expr, bound)),
            Expr::Struct(object) => object.entries.iter().for_each(|entry| self.entry(&entry.expr, bound)),
            Expr::Comprehension(loop_) => {
                self.walk(&loop_.iter_range, bound);
                let before = bound.len();
                bound.extend([loop_.iter_var.clone(), loop_.accu_var.clone()]);
                bound.extend(loop_.iter_var2.clone());
                for part in [&loop_.accu_init, &loop_.loop_cond, &loop_.loop_step, &loop_.result] {
                    self.walk(part, bound);
                }
                bound.truncate(before);
            }
            Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => {}
        }
    }

    fn call(&mut self, call: &cel::common::ast::CallExpr, bound: &mut Vec<String>) {
        if let ("_[_]", [root, key]) = (call.func_name.as_str(), call.args.as_slice())
            && let (Expr::Ident(root), Expr::Literal(LiteralValue::String(key))) = (&root.expr, &key.expr)
            && !bound.contains(root)
        {
            self.key(root, key.inner());
            return;
        }
        call.target.iter().for_each(|target| self.walk(target, bound));
        call.args.iter().for_each(|argument| self.walk(argument, bound));
    }

    fn entry(&mut self, entry: &EntryExpr, bound: &mut Vec<String>) {
        match entry {
            EntryExpr::StructField(field) => self.walk(&field.value, bound),
            EntryExpr::MapEntry(entry) => {
                self.walk(&entry.key, bound);
                self.walk(&entry.value, bound);
            }
        }
    }

    fn key(&mut self, root: &str, key: &str) {
        match root {
            "form" => self.form.insert(key.to_owned()),
            "applicant" => self.applicant.insert(key.to_owned()),
            "computed" => self.computed.insert(key.to_owned()),
            _ => self.unknown.insert(root.to_owned()),
        };
    }
}

/// Deepest nesting of brackets, and longest run of signs, which nests as well.
fn depth(source: &str) -> usize {
    let (mut open, mut signs, mut deepest) = (0_usize, 0_usize, 0_usize);
    for char in source.chars() {
        match char {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        signs = if matches!(char, '!' | '-' | '?') {
            signs + 1
        } else if char.is_whitespace() {
            signs
        } else {
            0
        };
        deepest = deepest.max(open).max(signs);
    }
    deepest
}

fn map(values: &Values) -> HashMap<String, Cel> {
    values.iter().map(|(key, value)| (key.clone(), cel(value))).collect()
}

fn cel(value: &Value) -> Cel {
    match value {
        Value::Null => Cel::Null,
        Value::Bool(bool) => Cel::Bool(*bool),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Cel::Int(whole),
            None => Cel::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Cel::from(text.as_str()),
        Value::Array(values) => Cel::from(values.iter().map(cel).collect::<Vec<_>>()),
        Value::Object(values) => Cel::from(map(values)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scope() -> Scope {
        let schema: FormSchema = serde_json::from_value(json!({ "fields": [
            { "key": "amount", "label": "金额", "kind": "MONEY" },
            { "key": "city", "label": "城市", "kind": "TEXT" },
            { "key": "n", "label": "数量", "kind": "NUMBER" },
            { "key": "tags", "label": "标签", "kind": "MULTI_SELECT", "options": [] },
        ] }))
        .unwrap();
        let values =
            json!({ "amount": { "amount": "5000.00", "currency": "CNY" }, "city": "成都", "tags": ["a", "b"] });
        let applicant = json!({ "position": "工程师" });
        let computed = json!({ "days": 3.5, "whole": 3 });
        Scope::new(applicant.as_object().unwrap(), computed.as_object().unwrap())
            .with_form(&schema, values.as_object().unwrap())
    }

    fn check(source: &str, want: Option<bool>) {
        let got = Condition::compile(source).and_then(|condition| condition.holds(&scope()));
        assert_eq!(got.clone().ok(), want, "{source}: {got:?}");
    }

    #[test]
    fn values_compare_as_people_expect() {
        check("computed.days > 3", Some(true));
        check("computed.days > 3.5", Some(false));
        check("computed.whole > 3", Some(false));
        check("computed.whole > 2.5", Some(true));
        check("computed.whole >= 3.0", Some(true));
        check("form.city == '成都' && applicant.position == '工程师'", Some(true));
        check("form.n == null", Some(true));
        check("form.n != null && form.n > 3", Some(false));
        check("'a' in form.tags && form.tags.exists(t, t == 'b')", Some(true));
        check("form['city'].startsWith('成')", Some(true));
    }

    #[test]
    fn edge_15_amount_exactly_on_the_threshold() {
        check("form.amount.amount >= 5000", Some(true));
        check("form.amount.amount > 5000", Some(false));
        check("form.amount.minor == 500000", Some(true));
    }

    #[test]
    fn what_cannot_be_worked_out_is_an_error_and_never_a_panic() {
        for source in [
            "",
            "form.",
            "form.n > 3",
            "form.nothing == 1",
            "1 + 1",
            "'a'",
            "now() > 1",
            "nobody.x",
            "1/0 == 1",
            "((((((",
            "form.city > 3",
            "\u{0}",
            "form.city.matches('(')",
            "\"",
            "'\\u12'",
            "9223372036854775807 + 1 > 0",
            "-",
            "form.tags[9] == 'a'",
            "{'a':1,'a':2} == {}",
        ] {
            check(source, None);
        }
        check(&"(".repeat(100), None);
        check(&"!".repeat(100), None);
        check(&format!("'{}' == ''", "a".repeat(3000)), None);
    }

    #[test]
    fn uses_are_collected() {
        let condition = Condition::compile(
            "form.a > 1 || form['b'].c == 2 && form.tags.all(t, t == applicant.d) || computed.days > 1",
        )
        .unwrap();
        let uses = condition.uses();
        let set = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(uses.form, set(&["a", "b", "tags"]));
        assert_eq!(uses.applicant, set(&["d"]));
        assert_eq!(uses.computed, set(&["days"]));
        assert!(!uses.whole);
        assert!(Condition::compile("size(form) > 1").unwrap().uses().whole);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_answered(source in "[-!a-z0-9.()\\[\\]{}'\" &|<>=+*/?:,\\\\]{0,60}") {
            let _ = Condition::compile(&source).and_then(|condition| condition.holds(&scope()));
        }
    }
}
