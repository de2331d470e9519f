//! Bytes of files, in a folder or in a store that speaks S3.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use entity::{FileId, Id};
use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, RetryConfig};

use super::remote::{Connector, Unreached};
use crate::config::{Bucket, Files};
use crate::error::{Error, Result};

/// How often, and for how long, what failed on the way to a store is tried again.
const TRIES: usize = 3;
/// See [`TRIES`].
const PATIENCE: Duration = Duration::from_secs(20);
/// How the name begins of what is written and deleted to find out whether that works.
const PROBE: &str = "tongshi-probe";

/// Where the bytes of uploaded files lie. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<dyn ObjectStore>,
    place: Arc<str>,
}

impl Store {
    /// The store of the settings. A folder is created when absent; a bucket is not asked yet, see [`Store::probe`].
    ///
    /// # Errors
    /// Says in one line what is wrong with the settings or the folder.
    pub fn open(files: &Files) -> Result<Self, String> {
        match files {
            Files::Folder(path) => Self::folder(path),
            Files::S3(bucket) => Self::bucket(bucket),
        }
    }

    fn folder(path: &Path) -> Result<Self, String> {
        let complain = |error: &dyn std::fmt::Display| format!("folder for files {}: {error}", path.display());
        std::fs::create_dir_all(path).map_err(|error| complain(&error))?;
        let inner = LocalFileSystem::new_with_prefix(path).map_err(|error| complain(&error))?;
        Ok(Self {
            inner: Arc::new(inner),
            place: path.display().to_string().into(),
        })
    }

    fn bucket(bucket: &Bucket) -> Result<Self, String> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_access_key_id(&bucket.access_key_id)
            .with_secret_access_key(bucket.secret_access_key.reveal())
            // Not every store knows how to delete many at once, and we never do.
            .with_disable_bulk_delete(true)
            .with_http_connector(Connector::new(bucket.endpoint.as_ref())?)
            .with_retry(RetryConfig {
                max_retries: TRIES,
                retry_timeout: PATIENCE,
                ..RetryConfig::default()
            });
        let mut place = format!("s3://{}", bucket.name);
        if !bucket.prefix.is_empty() {
            place = format!("{place}/{}", bucket.prefix);
        }
        if let Some(endpoint) = &bucket.endpoint {
            let plain = endpoint.scheme_str() == Some("http");
            builder = builder.with_endpoint(endpoint.to_string()).with_allow_http(plain);
            place = format!("{place} at {endpoint}");
        }
        let inner = builder.build().map_err(|error| format!("files {place}: {error}"))?;
        Ok(Self {
            inner: Arc::new(PrefixStore::new(inner, Key::from(bucket.prefix.as_str()))),
            place: place.into(),
        })
    }

    /// Where it is, for the person who runs the server.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Writes, reads and deletes something under a name of its own: other servers may be doing the same.
    ///
    /// # Errors
    /// Says in one line what does not work.
    pub async fn probe(&self, name: uuid::Uuid) -> Result<(), String> {
        let fail = |what: &str, error: &dyn std::fmt::Display| {
            format!("files {}: {what}: {}", self.place, error.to_string().replace('\n', " "))
        };
        let key = Key::from(format!("{PROBE}-{}", name.simple()));
        let bytes = Bytes::from_static(b"tongshi");
        self.inner
            .put(&key, PutPayload::from_bytes(bytes.clone()))
            .await
            .map_err(|error| fail("cannot write there", &error))?;
        let found = async { self.inner.get(&key).await?.bytes().await }.await;
        let found = found.map_err(|error| fail("cannot read there", &error))?;
        self.inner
            .delete(&key)
            .await
            .map_err(|error| fail("cannot delete there", &error))?;
        if found == bytes {
            Ok(())
        } else {
            Err(fail("what is read is not what was written", &""))
        }
    }

    /// Keeps the bytes of a file.
    pub async fn put(&self, file: FileId, bytes: Bytes) -> Result<()> {
        self.inner
            .put(&key(file), PutPayload::from_bytes(bytes))
            .await
            .map_err(lost)?;
        Ok(())
    }

    /// The bytes of a file.
    pub async fn get(&self, file: FileId) -> Result<Bytes> {
        match self.inner.get(&key(file)).await {
            Ok(found) => found.bytes().await.map_err(lost),
            Err(object_store::Error::NotFound { .. }) => Err(Error::NotFound),
            Err(error) => Err(lost(error)),
        }
    }

    /// Ids of all files kept.
    pub async fn list(&self) -> Result<Vec<FileId>> {
        let found: Vec<_> = self.inner.list(None).try_collect().await.map_err(lost)?;
        let ids = found.iter().filter_map(|object| object.location.filename());
        Ok(ids
            .filter_map(|name| uuid::Uuid::try_parse(name).ok())
            .map(FileId::from_uuid)
            .collect())
    }

    /// Forgets the bytes of a file, for uploads whose row could not be written.
    pub async fn delete(&self, file: FileId) -> Result<()> {
        self.inner.delete(&key(file)).await.map_err(lost)
    }
}

/// A store that cannot be reached comes back; anything else is ours to look into.
fn lost(error: object_store::Error) -> Error {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(cause) = next {
        if cause.is::<Unreached>() {
            return Error::Unavailable {
                full: false,
                cause: error.to_string(),
            };
        }
        next = cause.source();
    }
    Error::internal(error)
}

/// Spread over 256 folders by the random end of the id.
fn key(file: FileId) -> Key {
    let name = file.uuid().simple().to_string();
    Key::from(format!("{}/{name}", name.get(30..).unwrap_or_default()))
}
