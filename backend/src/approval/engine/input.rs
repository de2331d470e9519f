//! What people send with an act: checked before anything happens.

use std::collections::{BTreeMap, BTreeSet};

use entity::{FileId, MemberId};
use serde_json::Value;

use super::command::{Opinion, Refusal};
use super::condition::Scope;
use super::decide::Deed;
use super::definition::Node;
use super::form::{FieldCode, FieldError, Values, accept};
use super::rule::Rule;

/// Most characters of an opinion.
pub const COMMENT_LIMIT: usize = 4_000;
/// Most files of an opinion.
const FILE_LIMIT: usize = 20;
/// Most people of one act of choosing, naming or copying.
const LIST_LIMIT: usize = 100;

impl Deed<'_> {
    /// The values as they are kept, if they and the chosen people are right.
    pub(super) fn accepted(
        &self,
        form: &Values,
        chosen: &BTreeMap<String, Vec<MemberId>>,
        copy_to: &[MemberId],
    ) -> Result<Values, Refusal> {
        let scope = Scope::new(&self.case().applicant.attributes, &self.facts.computed);
        let accepted = accept(&self.machine.definition.form, form, &scope, &self.facts.form);
        let mut errors = self.wrong_choices(chosen);
        errors.extend(self.wrong_members("copyTo", copy_to));
        match accepted {
            Ok(values) if errors.is_empty() => Ok(values),
            Ok(_) => Err(Refusal::Invalid { fields: errors }),
            Err(mut fields) => {
                fields.extend(errors);
                Err(Refusal::Invalid { fields })
            }
        }
    }

    /// Chosen people must be at work, not too many, and chosen where the process asks for it.
    fn wrong_choices(&self, chosen: &BTreeMap<String, Vec<MemberId>>) -> Vec<FieldError> {
        let process = &self.machine.definition.process;
        let limit = |node: &Node| {
            let rules = node
                .settings
                .assignees()
                .map_or(&[][..], |settings| settings.rules.as_slice());
            rules.iter().find_map(|rule| match rule {
                Rule::ChosenByApplicant { at_most } => Some(*at_most as usize),
                _ => None,
            })
        };
        let mut errors = Vec::new();
        for (key, members) in chosen {
            let path = format!("chosen.{key}");
            match process.node(key).and_then(limit) {
                None => errors.push(FieldError::new(path, FieldCode::UnknownField)),
                Some(most) if most > 0 && members.len() > most => {
                    errors.push(FieldError::new(path, FieldCode::TooMany).with("max", most));
                }
                Some(_) => errors.extend(self.wrong_members(&path, members)),
            }
        }
        let wanted = process.nodes.iter().filter(|node| limit(node).is_some());
        let missing = wanted.filter(|node| chosen.get(&node.key).is_none_or(Vec::is_empty));
        errors.extend(missing.map(|node| FieldError::new(format!("chosen.{}", node.key), FieldCode::Required)));
        errors
    }

    /// People that are named and not at work.
    pub(super) fn wrong_members(&self, path: &str, members: &[MemberId]) -> Vec<FieldError> {
        if members.len() > LIST_LIMIT {
            return vec![FieldError::new(path, FieldCode::TooMany).with("max", LIST_LIMIT)];
        }
        let unknown = members
            .iter()
            .enumerate()
            .filter(|(_, member)| !self.facts.org.active(**member));
        unknown
            .map(|(i, _)| FieldError::new(format!("{path}.{i}"), FieldCode::NotFound))
            .collect()
    }

    /// The fields an approval writes: those that differ, if the node lets them be written.
    pub(super) fn writes(&self, node: &Node, form: &Values) -> Result<Values, Refusal> {
        let case = self.case();
        let Some(settings) = node.settings.assignees() else {
            return Ok(Values::new());
        };
        let old = |key: &str| case.form.get(key).cloned().unwrap_or(Value::Null);
        let changed: BTreeSet<&String> = form.keys().filter(|key| form.get(*key) != Some(&old(key))).collect();
        let closed = changed.iter().filter(|key| !settings.writable.contains(**key));
        let mut errors: Vec<FieldError> = closed
            .map(|key| FieldError::new(key.as_str(), FieldCode::ReadOnly))
            .collect();
        let mut merged = case.form.clone();
        merged.extend(
            changed
                .iter()
                .filter_map(|key| Some(((*key).clone(), form.get(*key)?.clone()))),
        );
        let missing = settings
            .required
            .iter()
            .filter(|key| merged.get(*key).is_none_or(Value::is_null));
        errors.extend(missing.map(|key| FieldError::new(key, FieldCode::Required)));
        if errors.is_empty() && !changed.is_empty() {
            let scope = Scope::new(&case.applicant.attributes, &case.computed);
            match accept(&self.machine.definition.form, &merged, &scope, &self.facts.form) {
                Ok(kept) => {
                    let new = |key: &str| kept.get(key).cloned().unwrap_or(Value::Null);
                    let writes = changed.into_iter().map(|key| (key.clone(), new(key)));
                    return Ok(writes.filter(|(key, value)| *value != old(key)).collect());
                }
                Err(fields) => errors = fields,
            }
        }
        if errors.is_empty() {
            Ok(Values::new())
        } else {
            Err(Refusal::Invalid { fields: errors })
        }
    }
}

/// An opinion within its limits, trimmed; an empty comment is none.
pub(super) fn checked(opinion: &Opinion, required: bool) -> Result<Opinion, Refusal> {
    let comment = opinion
        .comment
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let mut fields = Vec::new();
    if comment.is_some_and(|text| text.chars().nth(COMMENT_LIMIT).is_some()) {
        fields.push(FieldError::new("comment", FieldCode::TooLong).with("max", COMMENT_LIMIT));
    }
    if comment.is_none() && required {
        fields.push(FieldError::new("comment", FieldCode::Required));
    }
    let attachments: BTreeSet<FileId> = opinion.attachments.iter().copied().collect();
    if attachments.len() > FILE_LIMIT {
        fields.push(FieldError::new("attachments", FieldCode::TooMany).with("max", FILE_LIMIT));
    }
    if !fields.is_empty() {
        return Err(Refusal::Invalid { fields });
    }
    Ok(Opinion {
        comment: comment.map(str::to_owned),
        attachments: attachments.into_iter().collect(),
    })
}
