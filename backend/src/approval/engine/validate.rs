//! Checks before a definition is published, and which fields its route depends on.

use std::collections::BTreeSet;

use serde::Serialize;

use super::condition::{Condition, Uses};
use super::definition::{Definition, Node, Settings};
use super::form::{FieldKind, Values};
use super::policies::OnReject;
use super::rule::{OfDepartment, Rule};
use super::settings::{CcTiming, Empty, Sign};

/// Something wrong with a definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Key of the node, branch or field; empty for the whole.
    pub at: String,
    /// What.
    pub code: ProblemCode,
    /// More about it: the unknown field, the error in the condition.
    pub detail: String,
}

/// What is wrong with a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProblemCode {
    /// The first node is not the start, or there is another start.
    NoStart,
    /// Nodes stand behind the end.
    Unreachable,
    /// Two nodes, branches or fields have one key, or a key is empty or has other characters than `a-z 0-9 - _`.
    BadKey,
    /// This server cannot run it.
    Unsupported,
    /// A split needs at least two branches.
    TooFewBranches,
    /// The last branch must have no condition, and only the last.
    NoDefault,
    /// A condition is wrong.
    BadCondition,
    /// The form has no such field, or one of another kind.
    UnknownField,
    /// There is no such node.
    UnknownNode,
    /// A node has no rule for its people.
    NoRule,
    /// Figures of the sign mode are out of range, or a fallback names nobody.
    BadFigures,
    /// Informing at submission or at the end works only outside branches.
    TimingInBranch,
    /// More than three summary fields.
    TooManySummaries,
}

/// Everything wrong with a definition; it may be published when this is empty.
pub fn validate(definition: &Definition) -> Vec<Problem> {
    let mut check = Check {
        definition,
        problems: Vec::new(),
        keys: BTreeSet::new(),
    };
    check.form();
    check.process();
    check.problems
}

struct Check<'a> {
    definition: &'a Definition,
    problems: Vec<Problem>,
    keys: BTreeSet<&'a str>,
}

impl<'a> Check<'a> {
    fn told(&mut self, at: &str, code: ProblemCode, detail: impl Into<String>) {
        self.problems.push(Problem {
            at: at.to_owned(),
            code,
            detail: detail.into(),
        });
    }

    fn form(&mut self) {
        let fields = &self.definition.form.fields;
        let mut keys = BTreeSet::new();
        for field in fields {
            if !well_formed(&field.key) || !keys.insert(&field.key) {
                self.told(&field.key, ProblemCode::BadKey, "");
            }
            for source in field.show_when.iter().chain(&field.required_when) {
                self.condition(&field.key, source);
            }
        }
        if fields.iter().filter(|field| field.summary).count() > 3 {
            self.told("", ProblemCode::TooManySummaries, "");
        }
    }

    fn process(&mut self) {
        let process = &self.definition.process;
        let starts = process
            .all()
            .into_iter()
            .filter(|node| node.settings == Settings::Start)
            .count();
        if process.start().is_none() || starts != 1 {
            self.told("", ProblemCode::NoStart, "");
        }
        self.nodes(&process.nodes, true);
        if let OnReject::ReturnTo { node } = &self.definition.policies.on_reject
            && process
                .node(node)
                .is_none_or(|node| node.settings.assignees().is_none())
        {
            self.told("", ProblemCode::UnknownNode, node);
        }
    }

    fn nodes(&mut self, nodes: &'a [Node], outermost: bool) {
        for (i, node) in nodes.iter().enumerate() {
            if !well_formed(&node.key) || !self.keys.insert(&node.key) {
                self.told(&node.key, ProblemCode::BadKey, "");
            }
            if node.settings == Settings::End && i + 1 < nodes.len() {
                self.told(&node.key, ProblemCode::Unreachable, "");
            }
            self.node(node, outermost);
        }
    }

    fn node(&mut self, node: &'a Node, outermost: bool) {
        match &node.settings {
            Settings::Start | Settings::End => {}
            Settings::Approve(settings) | Settings::Handle(settings) => {
                self.rules(node, &settings.rules);
                match settings.sign {
                    Sign::Ratio { percent } if !(1..=100).contains(&percent) => self.figures(node),
                    Sign::MOfN { count: 0 } => self.figures(node),
                    Sign::PerGroup { .. } | Sign::Claim => self.told(&node.key, ProblemCode::Unsupported, "sign mode"),
                    _ => {}
                }
                if matches!(&settings.empty, Empty::Fallback { members } if members.is_empty()) {
                    self.figures(node);
                }
                let fields = settings.writable.iter().chain(&settings.required);
                for field in fields.filter(|field| self.definition.form.field(field).is_none()) {
                    self.problems.push(problem(&node.key, ProblemCode::UnknownField, field));
                }
            }
            Settings::Cc(settings) => {
                self.rules(node, &settings.rules);
                if !outermost && settings.timing != CcTiming::Reached {
                    self.told(&node.key, ProblemCode::TimingInBranch, "");
                }
            }
            Settings::Exclusive { branches } => {
                if branches.len() < 2 {
                    self.told(&node.key, ProblemCode::TooFewBranches, "");
                }
                let last = branches.len().saturating_sub(1);
                if branches
                    .iter()
                    .enumerate()
                    .any(|(i, branch)| branch.when.is_none() != (i == last))
                {
                    self.told(&node.key, ProblemCode::NoDefault, "");
                }
                for branch in branches {
                    if !well_formed(&branch.key) || !self.keys.insert(&branch.key) {
                        self.told(&branch.key, ProblemCode::BadKey, "");
                    }
                    if let Some(source) = &branch.when {
                        self.condition(&branch.key, source);
                    }
                    self.nodes(&branch.nodes, false);
                }
            }
            other => self.told(&node.key, ProblemCode::Unsupported, super::rule::word(&other.kind())),
        }
    }

    fn figures(&mut self, node: &Node) {
        self.told(&node.key, ProblemCode::BadFigures, "");
    }

    fn rules(&mut self, node: &Node, rules: &[Rule]) {
        if rules.is_empty() {
            self.told(&node.key, ProblemCode::NoRule, "");
        }
        for rule in rules {
            let field = |key: &str| self.definition.form.field(key).map(|field| &field.kind);
            let wrong = match rule {
                Rule::MemberField { field: key } => {
                    (!matches!(field(key), Some(FieldKind::Member { .. }))).then_some(key)
                }
                _ => match rule.department() {
                    Some(OfDepartment::Field { field: key }) => {
                        (!matches!(field(key), Some(FieldKind::Department))).then_some(key)
                    }
                    _ => None,
                },
            };
            if let Some(key) = wrong {
                self.told(&node.key, ProblemCode::UnknownField, key);
            }
        }
    }

    fn condition(&mut self, at: &str, source: &str) {
        match Condition::compile(source) {
            Err(error) => self.told(at, ProblemCode::BadCondition, error.to_string()),
            Ok(condition) => {
                for key in condition.uses().form {
                    if self.definition.form.field(&key).is_none() {
                        self.told(at, ProblemCode::UnknownField, key);
                    }
                }
            }
        }
    }
}

fn problem(at: &str, code: ProblemCode, detail: &str) -> Problem {
    Problem {
        at: at.to_owned(),
        code,
        detail: detail.to_owned(),
    }
}

fn well_formed(key: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    !key.is_empty() && key.len() <= 64 && key.bytes().all(plain)
}

/// What the route of a definition depends on: what its branches and rules look at.
pub fn routing(definition: &Definition) -> Uses {
    let mut all = Uses::default();
    for node in definition.process.all() {
        for source in node
            .settings
            .branches()
            .iter()
            .filter_map(|branch| branch.when.as_deref())
        {
            match Condition::compile(source) {
                Ok(condition) => all.join(condition.uses()),
                Err(_) => all.whole = true,
            }
        }
        let rules = match &node.settings {
            Settings::Approve(settings) | Settings::Handle(settings) => &settings.rules,
            _ => continue,
        };
        for rule in rules {
            if let Rule::MemberField { field } = rule {
                all.form.insert(field.clone());
            }
            if let Some(OfDepartment::Field { field }) = rule.department() {
                all.form.insert(field.clone());
            }
        }
    }
    all
}

/// Keys of fields whose change sends a corrected request through all nodes again: material, or looked at by the route.
pub fn routing_fields(definition: &Definition) -> BTreeSet<String> {
    let routing = routing(definition);
    let fields = definition.form.fields.iter();
    let relevant = fields.filter(|field| field.material || routing.whole || routing.form.contains(&field.key));
    relevant.map(|field| field.key.clone()).collect()
}

/// Whether anything the route depends on differs between two states of form and computed values.
pub fn changed_routing(definition: &Definition, old: (&Values, &Values), new: (&Values, &Values)) -> bool {
    let routing = routing(definition);
    let differs = |old: &Values, new: &Values, key: &str| {
        let value = |values: &Values| values.get(key).filter(|value| !value.is_null()).cloned();
        value(old) != value(new)
    };
    routing_fields(definition).iter().any(|key| differs(old.0, new.0, key))
        || routing.computed.iter().any(|key| differs(old.1, new.1, key))
        || (routing.whole && old.1 != new.1)
}
