//! Files in the public schema.

use async_graphql::{ID, SimpleObject};
use entity::file_object;

use crate::graphql::id;

/// An uploaded file.
#[derive(SimpleObject, Clone)]
pub struct File {
    /// Its id.
    pub id: ID,
    /// Name to show and to save under.
    pub name: String,
    /// Decided from the content.
    pub content_type: String,
    /// Bytes.
    pub size: i32,
    /// Where to get it, with the bearer token: `/files/<id>`.
    pub url: String,
}

impl From<&file_object::Model> for File {
    fn from(row: &file_object::Model) -> Self {
        let id = id::encode(row.id);
        Self {
            name: row.name.clone(),
            content_type: row.content_type.clone(),
            size: i32::try_from(row.size).unwrap_or(i32::MAX),
            url: format!("/files/{}", id.as_str()),
            id,
        }
    }
}
