//! Lists: Relay connections over keysets.

use async_graphql::connection::{Connection, DisableNodesField, Edge, EmptyFields};
use async_graphql::{OutputType, SimpleObject};
use entity::Id;
use uuid::Uuid;

use super::id;
use crate::error::{Error, Result};

/// Most objects on a page, and the number when nothing is said.
const MOST: i32 = 100;
const USUAL: i32 = 20;

/// A page asked for: so many after a place, or before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page<K> {
    /// How many, 1 to 100.
    pub size: u64,
    /// Place to begin behind.
    pub from: Option<K>,
    /// Whether it counts backwards from the place: `last` and `before`.
    pub backward: bool,
}

/// Arguments of a list as clients give them.
#[derive(Clone, Debug, Default)]
pub struct PageArgs {
    /// How many from the start.
    pub first: Option<i32>,
    /// Behind which cursor.
    pub after: Option<String>,
    /// How many from the end.
    pub last: Option<i32>,
    /// Before which cursor.
    pub before: Option<String>,
}

impl PageArgs {
    /// Forward arguments only.
    pub fn forward(first: Option<i32>, after: Option<String>) -> Self {
        Self {
            first,
            after,
            ..Self::default()
        }
    }

    /// Checks the arguments; cursors are ids of the kind listed.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the argument.
    pub fn page<T: Id>(&self) -> Result<Page<T>> {
        let (count, cursor, backward, count_name, cursor_name) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(Error::invalid(
                    "last",
                    "first 和 last 不能同时使用",
                    "Give first or last, not both",
                ));
            }
            (_, Some(last)) => (Some(last), &self.before, true, "last", "before"),
            (first, None) => (first, &self.after, false, "first", "after"),
        };
        let count = count.unwrap_or(USUAL);
        if !(1..=MOST).contains(&count) {
            return Err(Error::invalid(
                count_name,
                "须在 1 到 100 之间",
                "Must be between 1 and 100",
            ));
        }
        let from = match cursor {
            Some(cursor) => Some(
                id::decode(cursor).map_err(|_| Error::invalid(cursor_name, "不是有效的游标", "Not a valid cursor"))?,
            ),
            None => None,
        };
        Ok(Page {
            size: u64::from(count.unsigned_abs()),
            from,
            backward,
        })
    }
}

/// One page of objects found, in display order.
#[derive(Clone, Debug)]
pub struct Slice<T> {
    /// The objects.
    pub items: Vec<T>,
    /// Whether more follow in the direction of paging.
    pub more: bool,
}

impl<T> Slice<T> {
    /// Cuts rows queried with `size + 1` down to the page and turns a backward page round.
    pub fn cut<K>(mut rows: Vec<T>, page: &Page<K>) -> Self {
        let size = usize::try_from(page.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        if page.backward {
            rows.reverse();
        }
        Self { items: rows, more }
    }

    /// The same page with each object changed.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Slice<U> {
        Slice {
            items: self.items.into_iter().map(change).collect(),
            more: self.more,
        }
    }
}

/// How many there are in all, counted only when asked for.
#[derive(SimpleObject)]
pub struct Total {
    /// Number of objects in the whole list.
    pub total_count: i32,
}

/// A connection whose cursors are ids. Query `nodes` or `edges`.
pub type List<T, Fields = EmptyFields> = Connection<String, T, Fields>;

/// Builds a connection from a page; `key` tells the cursor of an object.
pub fn list<T: OutputType, Fields: async_graphql::ObjectType>(
    slice: Slice<T>,
    backward: bool,
    fields: Fields,
    key: impl Fn(&T) -> String,
) -> List<T, Fields> {
    let (previous, next) = if backward {
        (slice.more, false)
    } else {
        (false, slice.more)
    };
    let mut connection = Connection::with_additional_fields(previous, next, fields);
    connection
        .edges
        .extend(slice.items.into_iter().map(|item| Edge::new(key(&item), item)));
    connection
}

/// Cursor of an object with an id of its own.
pub fn cursor(prefix: &str, uuid: Uuid) -> String {
    id::encode_parts(prefix, uuid)
}

/// Marks connections that offer edges only.
pub type EdgesOnly = DisableNodesField;
