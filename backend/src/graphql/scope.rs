//! What a personal access token may ask for. A document is held to the scopes of its token before it runs: a field belongs to the
//! slice its type is written in, wherever a query comes across it.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use async_graphql::OutputType;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet};
use async_graphql::registry::{MetaType, Registry};

use super::schema::{Mutation, Query};
use crate::access::Scopes;
use crate::approval::graphql::{ApprovalMutation, ApprovalQuery};
use crate::attendance::graphql::AttendanceQuery;
use crate::calendar::graphql::{CalendarMutation, CalendarQuery};
use crate::error::{Error, Result};
use crate::leave::graphql::{LeaveMutation, LeaveQuery};
use crate::notification::graphql::{NotificationMutation, NotificationQuery};
use crate::org::graphql::{OrgMutation, OrgQuery};

/// Fields that tell of another slice than the one their type is written in.
const ELSEWHERE: [(&str, &str, &str); 1] = [("Viewer", "counters", "approval")];
/// Root fields any token may use: who am I, what is this server, and objects by id, whose own fields are checked.
const OPEN: [&str; 6] = ["viewer", "setUp", "serverInfo", "asOf", "node", "nodes"];

/// Where each field belongs.
struct Map {
    /// Slice of each root field.
    roots: HashMap<String, &'static str>,
    types: HashMap<String, Kind>,
}

struct Kind {
    /// Slice the type is written in; none for those of no slice, such as pages.
    slice: Option<String>,
    /// Type of each field.
    fields: HashMap<String, String>,
}

static MAP: LazyLock<Map> = LazyLock::new(|| {
    let mut roots = HashMap::new();
    let mut add = |slice: &'static str, fields: Vec<String>| roots.extend(fields.into_iter().map(|name| (name, slice)));
    add("org", own::<OrgQuery>());
    add("org", own::<OrgMutation>());
    add("approval", own::<ApprovalQuery>());
    add("approval", own::<ApprovalMutation>());
    add("leave", own::<LeaveQuery>());
    add("leave", own::<LeaveMutation>());
    add("calendar", own::<CalendarQuery>());
    add("calendar", own::<CalendarMutation>());
    add("attendance", own::<AttendanceQuery>());
    add("notification", own::<NotificationQuery>());
    add("notification", own::<NotificationMutation>());
    let mut registry = Registry::default();
    Query::create_type_info(&mut registry);
    Mutation::create_type_info(&mut registry);
    let types = registry
        .types
        .iter()
        .filter_map(|(name, kind)| Some((name.clone(), read(kind)?)));
    Map {
        roots,
        types: types.collect(),
    }
});

/// Names of the fields of a root.
fn own<T: OutputType>() -> Vec<String> {
    let mut registry = Registry::default();
    let name = T::create_type_info(&mut registry);
    let types: BTreeMap<_, _> = registry.types;
    let fields = types.get(name.trim_end_matches('!')).and_then(|kind| kind.fields());
    fields.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

fn read(kind: &MetaType) -> Option<Kind> {
    let rust = match kind {
        MetaType::Object { rust_typename, .. } | MetaType::Interface { rust_typename, .. } => *rust_typename,
        _ => return None,
    };
    // `tongshi::leave::graphql::types::LeaveBalance` is written in `leave`; `tongshi::graphql::...` and the library in none.
    let mut path = rust.unwrap_or_default().split("::");
    let slice = (path.next() == Some("tongshi"))
        .then(|| path.next().unwrap_or_default())
        .filter(|part| *part != "graphql");
    let fields = kind.fields().into_iter().flatten();
    Some(Kind {
        slice: slice.map(str::to_owned),
        fields: fields
            .map(|(name, field)| (name.clone(), base(&field.ty).to_owned()))
            .collect(),
    })
}

/// Name inside `[Name!]!`.
fn base(name: &str) -> &str {
    name.trim_matches(['[', ']', '!'])
}

/// Holds an operation to the scopes of a token. The document was measured before: its fragments are no circle.
///
/// # Errors
/// [`Error::Forbidden`] naming the scope that is missing.
pub fn check(document: &ExecutableDocument, operation: &OperationDefinition, scopes: Scopes) -> Result<()> {
    let root = match operation.ty {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        // The live feed shows of each event what the token may read.
        OperationType::Subscription => return Ok(()),
    };
    let walk = Walk { document, scopes };
    walk.roots(&operation.selection_set.node, root)
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    scopes: Scopes,
}

impl Walk<'_> {
    fn roots(&self, set: &SelectionSet, root: &str) -> Result<()> {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    let write = root == "Mutation";
                    match MAP.roots.get(name) {
                        _ if name.starts_with("__") => continue,
                        Some(slice) => self.require(slice, write)?,
                        None if !write && OPEN.contains(&name) => {}
                        None => return Err(people_only()),
                    }
                    self.below(root, name, &field.node.selection_set.node)?;
                }
                Selection::InlineFragment(fragment) => self.roots(&fragment.node.selection_set.node, root)?,
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        self.roots(&fragment.node.selection_set.node, root)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The fields below a field of a type.
    fn below(&self, parent: &str, field: &str, set: &SelectionSet) -> Result<()> {
        if set.items.is_empty() {
            return Ok(());
        }
        // A field there is not is for validation to refuse.
        match MAP.types.get(parent).and_then(|kind| kind.fields.get(field)) {
            Some(name) => self.set(name, set),
            None => Ok(()),
        }
    }

    fn set(&self, name: &str, set: &SelectionSet) -> Result<()> {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let own = field.node.name.node.as_str();
                    if own.starts_with("__") {
                        continue;
                    }
                    let elsewhere = ELSEWHERE.iter().find(|(kind, field, _)| (*kind, *field) == (name, own));
                    let slice = match elsewhere {
                        Some((.., slice)) => Some(*slice),
                        None => MAP.types.get(name).and_then(|kind| kind.slice.as_deref()),
                    };
                    // Of oneself a token may know; identity has nothing else that a token reaches.
                    if let Some(slice) = slice.filter(|slice| *slice != "identity") {
                        self.require(slice, false)?;
                    }
                    self.below(name, own, &field.node.selection_set.node)?;
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let name = condition.map_or(name, |condition| condition.node.on.node.as_str());
                    self.set(name, &fragment.node.selection_set.node)?;
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        let name = fragment.node.type_condition.node.on.node.as_str();
                        self.set(name, &fragment.node.selection_set.node)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn require(&self, slice: &str, write: bool) -> Result<()> {
        require(self.scopes, slice, write)
    }
}

/// Holds a request outside GraphQL to the scopes of a token.
///
/// # Errors
/// [`Error::Forbidden`] naming the scope that is missing.
pub fn require(scopes: Scopes, slice: &str, write: bool) -> Result<()> {
    if scopes.permits(slice, write) {
        return Ok(());
    }
    let scope = format!("{slice}:{}", if write { "write" } else { "read" });
    Err(Error::forbidden(
        format!("这个访问令牌没有 {scope} 范围"),
        format!("This access token lacks the scope {scope}"),
    ))
}

fn people_only() -> Error {
    Error::forbidden(
        "访问令牌不能做这件事，请登录后操作",
        "An access token cannot do this; sign in",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Scope;
    use async_graphql::parser::parse_query;

    #[track_caller]
    fn check(text: &str, scopes: &[Scope], lacks: Option<&str>) {
        let document = parse_query(text).expect("well formed");
        let operation = crate::graphql::limit::operation(&document, None).expect("one operation");
        let found = super::check(&document, operation, scopes.iter().copied().collect()).err();
        let said = found.map(|error| error.text().en.into_owned());
        match lacks {
            None => assert_eq!(said, None, "{text}"),
            Some(part) => assert!(
                said.as_deref().is_some_and(|said| said.contains(part)),
                "{text}: {said:?}"
            ),
        }
    }

    #[test]
    fn documents_are_held_to_their_scopes_at_every_level() {
        use Scope as S;
        check("{__typename serverInfo{build} asOf viewer{roles}}", &[], None);
        check("{viewer{member{name}}}", &[], Some("org:read"));
        check("{viewer{member{name}}}", &[S::OrgRead], None);
        check("{viewer{counters{inbox}}}", &[S::OrgRead], Some("approval:read"));
        check("{members{nodes{name}}}", &[S::OrgRead], None);
        check("{members{edges{node{name}}}}", &[S::OrgWrite], None);
        check("{members{nodes{name}}}", &[S::ApprovalWrite], Some("org:read"));
        check("{approvalInbox{nodes{approval{title}}}}", &[S::ApprovalRead], None);
        check(
            "{approvalInbox{nodes{approval{applicant{name}}}}}",
            &[S::ApprovalRead],
            Some("org:read"),
        );
        check(
            "{approvalInbox{nodes{approval{...A}}}} fragment A on Approval{applicant{id}}",
            &[S::ApprovalRead],
            Some("org:read"),
        );
        check(
            "{node(id:1){id ... on Approval{number}}}",
            &[S::OrgRead],
            Some("approval:read"),
        );
        check(
            "{...Q} fragment Q on Query{leaveTypes{key}}",
            &[S::OrgRead],
            Some("leave:read"),
        );
        check(
            "mutation{approveTask(input:{taskId:1}){task{id}}}",
            &[S::ApprovalRead],
            Some("approval:write"),
        );
        check(
            "mutation{approveTask(input:{taskId:1}){task{id}}}",
            &[S::ApprovalWrite],
            None,
        );
        let all = S::ALL;
        for people in ["sessions{id}", "accessTokens{id}"] {
            check(&format!("{{{people}}}"), &all, Some("sign in"));
        }
        for people in [
            "signOut{ok}",
            "changePassword(input:{}){ok}",
            "resetPassword(input:{}){oneTimePassword}",
            "createAccessToken(input:{}){token}",
            "setLocale(input:{}){viewer{locale}}",
        ] {
            check(&format!("mutation{{{people}}}"), &all, Some("sign in"));
        }
    }

    #[test]
    fn every_scope_opens_something() {
        for scope in Scope::ALL {
            let slice = scope.name().split(':').next().expect("a slice");
            let known = slice == "file" || MAP.roots.values().any(|known| *known == slice);
            assert!(known, "{}", scope.name());
        }
        for kind in MAP.types.values().filter_map(|kind| kind.slice.as_deref()) {
            let scoped = Scope::ALL
                .iter()
                .any(|scope| scope.name().starts_with(&format!("{kind}:")));
            assert!(
                scoped || ["identity", "set_up"].contains(&kind),
                "types of {kind} can be reached by no token"
            );
        }
    }
}
