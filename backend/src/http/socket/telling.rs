//! What the live feed shows, made once for all who are shown the same.
//!
//! A document that selects nothing of an item but its own plain fields is run for the item alone: without caller, listener and
//! variables. So what comes of it cannot depend on who reads it, and readers who are shown the same of an event share it. What a
//! reader is shown is decided for each of them at each delivery, as ever.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType, Selection, SelectionSet};
use async_graphql::{Positioned, Request, Response, Value};
use futures_util::StreamExt;

use crate::error::Result;
use crate::event::View;
use crate::event::feed::Item;
use crate::graphql::event::Given;
use crate::graphql::schema::Schema;
use crate::http::execute::Shared;

/// The root field whose items are shared.
const FEED: &str = "events";
/// Fields of items that are made of the item alone.
const PLAIN: [&str; 9] = [
    "__typename",
    "at",
    "cursor",
    "id",
    "kind",
    "skipped",
    "subject",
    "topics",
    "version",
];
/// Answers kept, those of the newest events.
const KEPT: usize = 2_000;

/// The documents subscribers follow the feed with, and what was made of the newest events.
#[derive(Default)]
pub(crate) struct Telling {
    shapes: Mutex<HashMap<String, Weak<Shape>>>,
    number: AtomicU64,
    made: Mutex<BTreeMap<(i64, u64), Vec<Made>>>,
}

/// A document that shows the same to all who are shown the same of an event.
pub(crate) struct Shape {
    number: u64,
    document: ExecutableDocument,
}

/// What is shown to those who have this view of an event.
type Made = (View, Arc<Shared>);

impl Telling {
    /// The shape of a document with this text; none when what it shows may depend on who asks.
    pub(crate) fn shape(&self, text: &str, document: &ExecutableDocument) -> Option<Arc<Shape>> {
        let mut shapes = lock(&self.shapes);
        if let Some(known) = shapes.get(text).and_then(Weak::upgrade) {
            return Some(known);
        }
        let shape = Arc::new(Shape {
            number: self.number.fetch_add(1, Ordering::Relaxed),
            document: bare(document)?,
        });
        shapes.retain(|_, shape| shape.strong_count() > 0);
        shapes.insert(text.to_owned(), Arc::downgrade(&shape));
        Some(shape)
    }

    /// What a shape shows of an item.
    ///
    /// # Errors
    /// The whole response, when there is more to tell than data.
    pub(crate) async fn show(
        &self,
        schema: &Schema,
        shape: &Shape,
        item: Result<Item>,
    ) -> Result<Arc<Shared>, Box<Response>> {
        let Ok(Item::Event(event, view)) = &item else {
            return Ok(Arc::new(shape.run(schema, item).await?));
        };
        let key = (event.seq, shape.number);
        let found = lock(&self.made).get(&key).and_then(|all| find(all, view));
        if let Some(found) = found {
            return Ok(found);
        }
        let view = view.clone();
        let shared = Arc::new(shape.run(schema, item).await?);
        let mut made = lock(&self.made);
        made.entry(key).or_default().push((view, shared.clone()));
        if made.len() > KEPT {
            made.pop_first();
        }
        Ok(shared)
    }
}

fn find(all: &[Made], wanted: &View) -> Option<Arc<Shared>> {
    let found = all.iter().find(|(view, _)| view == wanted)?;
    Some(found.1.clone())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shape {
    async fn run(&self, schema: &Schema, item: Result<Item>) -> Result<Shared, Box<Response>> {
        let mut request = Request::new(String::new()).data(Given::new(item));
        request.set_parsed_query(self.document.clone());
        let response = schema.execute_stream(request).next().await;
        let response = response.unwrap_or_else(|| Response::new(Value::Null));
        Shared::of(&response).ok_or_else(|| Box::new(response))
    }
}

/// The document without arguments and variables; none when it selects more than plain fields of the items.
fn bare(document: &ExecutableDocument) -> Option<ExecutableDocument> {
    let mut operations = document.operations.iter();
    let (_, operation) = operations.next().filter(|_| operations.next().is_none())?;
    let mut operation: Positioned<_> = operation.clone();
    let node = &mut operation.node;
    if node.ty != OperationType::Subscription || !node.directives.is_empty() {
        return None;
    }
    node.variable_definitions.clear();
    let [root] = node.selection_set.node.items.as_mut_slice() else {
        return None;
    };
    let Selection::Field(field) = &mut root.node else {
        return None;
    };
    let field = &mut field.node;
    if field.name.node != FEED || !field.directives.is_empty() || !plain(document, &field.selection_set.node) {
        return None;
    }
    field.arguments.clear();
    Some(ExecutableDocument {
        operations: DocumentOperations::Single(operation),
        fragments: document.fragments.clone(),
    })
}

/// Whether a selection holds plain fields only. Circular fragments were refused when the document was measured.
fn plain(document: &ExecutableDocument, selections: &SelectionSet) -> bool {
    selections.items.iter().all(|selection| {
        selection.node.directives().is_empty()
            && match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    PLAIN.contains(&field.name.node.as_str())
                        && field.arguments.is_empty()
                        && field.selection_set.node.items.is_empty()
                }
                Selection::InlineFragment(fragment) => plain(document, &fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => document
                    .fragments
                    .get(&spread.node.fragment_name.node)
                    .is_some_and(|fragment| {
                        fragment.node.directives.is_empty() && plain(document, &fragment.node.selection_set.node)
                    }),
            }
    })
}

#[cfg(test)]
#[path = "telling_test.rs"]
mod tests;
