//! Bytes of files, in a folder or in any store `object_store` speaks to.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use entity::{FileId, Id};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

use crate::error::{Error, Result};

/// Where the bytes of uploaded files lie. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<dyn ObjectStore>,
}

impl Store {
    /// A store in a folder, which is created when absent.
    ///
    /// # Errors
    /// Says in one line what is wrong with the folder.
    pub fn folder(path: &Path) -> Result<Self, String> {
        let complain = |error: &dyn std::fmt::Display| format!("folder for files {}: {error}", path.display());
        std::fs::create_dir_all(path).map_err(|error| complain(&error))?;
        let inner = LocalFileSystem::new_with_prefix(path).map_err(|error| complain(&error))?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Keeps the bytes of a file.
    pub async fn put(&self, file: FileId, bytes: Bytes) -> Result<()> {
        self.inner
            .put(&key(file), PutPayload::from_bytes(bytes))
            .await
            .map_err(Error::internal)?;
        Ok(())
    }

    /// The bytes of a file.
    pub async fn get(&self, file: FileId) -> Result<Bytes> {
        match self.inner.get(&key(file)).await {
            Ok(found) => found.bytes().await.map_err(Error::internal),
            Err(object_store::Error::NotFound { .. }) => Err(Error::NotFound),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Ids of all files kept.
    pub async fn list(&self) -> Result<Vec<FileId>> {
        use futures_util::TryStreamExt;
        let found: Vec<_> = self.inner.list(None).try_collect().await.map_err(Error::internal)?;
        let ids = found.iter().filter_map(|object| object.location.filename());
        Ok(ids
            .filter_map(|name| uuid::Uuid::try_parse(name).ok())
            .map(FileId::from_uuid)
            .collect())
    }

    /// Forgets the bytes of a file, for uploads whose row could not be written.
    pub async fn delete(&self, file: FileId) -> Result<()> {
        self.inner.delete(&key(file)).await.map_err(Error::internal)
    }
}

/// Spread over 256 folders by the random end of the id.
fn key(file: FileId) -> Key {
    let name = file.uuid().simple().to_string();
    Key::from(format!("{}/{name}", name.get(30..).unwrap_or_default()))
}
