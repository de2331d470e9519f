//! Where uploaded files lie: `files` and the section `[s3]` of a settings file.

use std::path::{Path, PathBuf};

use axum::http::Uri;
use serde::Deserialize;

use super::Secret;
use crate::outbound;

/// Where uploaded files lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Files {
    /// In a folder.
    Folder(PathBuf),
    /// In a bucket of a store that speaks S3.
    S3(Bucket),
}

/// A bucket of a store that speaks S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What all keys begin with; may be empty.
    pub prefix: String,
    /// Address of the store; none: that of Amazon for the region. With one, the bucket stands in the path, as MinIO expects.
    pub endpoint: Option<Uri>,
    /// Its region.
    pub region: String,
    /// Name of the key.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: Secret,
}

/// The section `[s3]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3 {
    /// Address of the store, such as `http://127.0.0.1:9000` [default: `AWS_ENDPOINT_URL`, or Amazon].
    pub endpoint: Option<String>,
    /// Region [default: `AWS_REGION`, or us-east-1].
    pub region: Option<String>,
    /// Name of the key [default: `AWS_ACCESS_KEY_ID`].
    pub access_key_id: Option<String>,
    /// The key [default: `AWS_SECRET_ACCESS_KEY`].
    pub secret_access_key: Option<Secret>,
}

impl S3 {
    /// What programs of Amazon read from the environment.
    pub fn from_environment() -> Self {
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            endpoint: read("AWS_ENDPOINT_URL"),
            region: read("AWS_REGION").or_else(|| read("AWS_DEFAULT_REGION")),
            access_key_id: read("AWS_ACCESS_KEY_ID"),
            secret_access_key: read("AWS_SECRET_ACCESS_KEY").map(Secret::from),
        }
    }

    /// These settings, with those of `below` where nothing is said.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            endpoint: self.endpoint.or(below.endpoint),
            region: self.region.or(below.region),
            access_key_id: self.access_key_id.or(below.access_key_id),
            secret_access_key: self.secret_access_key.or(below.secret_access_key),
        }
    }
}

/// Whether a text names a bucket and not a folder.
pub fn is_bucket(files: &str) -> bool {
    files.contains("://")
}

/// Where files lie: a folder, or `s3://bucket/prefix`.
///
/// # Errors
/// Says in one line which setting is wrong.
pub(super) fn read(files: Option<&str>, s3: Option<S3>, data_dir: &Path) -> Result<Files, String> {
    let bucket = match files {
        Some(files) if is_bucket(files) => files,
        _ if s3.is_some() => {
            return Err("s3: files do not lie there; set files = \"s3://bucket\" too, or leave [s3] out".into());
        }
        Some("") => return Err("files: is empty; name a folder or a bucket, or leave the setting out".into()),
        Some(folder) => return Ok(Files::Folder(folder.into())),
        None => return Ok(Files::Folder(data_dir.join("files"))),
    };
    let wrong =
        || format!("files = {bucket:?}: neither a folder nor a bucket such as s3://bucket or s3://bucket/prefix");
    let (name, prefix) = bucket
        .strip_prefix("s3://")
        .map(|rest| rest.split_once('/').unwrap_or((rest, "")))
        .ok_or_else(wrong)?;
    let plain = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte))
    };
    if name.len() < 3 || !plain(name) || !plain(prefix) || prefix.contains("//") || prefix.contains("..") {
        return Err(wrong());
    }
    let s3 = s3.unwrap_or_default();
    let missing = |name: &str, variable: &str| format!("s3.{name}: {bucket} needs a key; set it, or {variable}");
    Ok(Files::S3(Bucket {
        name: name.to_owned(),
        prefix: prefix.trim_matches('/').to_owned(),
        endpoint: s3
            .endpoint
            .map(|text| outbound::address(&text))
            .transpose()
            .map_err(|error| format!("s3.endpoint: {error}"))?,
        region: s3.region.unwrap_or_else(|| "us-east-1".to_owned()),
        access_key_id: s3
            .access_key_id
            .ok_or_else(|| missing("access_key_id", "AWS_ACCESS_KEY_ID"))?,
        secret_access_key: s3
            .secret_access_key
            .ok_or_else(|| missing("secret_access_key", "AWS_SECRET_ACCESS_KEY"))?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> S3 {
        S3 {
            access_key_id: Some("id".into()),
            secret_access_key: Some("secret".to_owned().into()),
            ..S3::default()
        }
    }

    #[track_caller]
    fn check(files: &str, s3: Option<S3>, expected: Result<&str, &str>) {
        let found = read(Some(files), s3, Path::new("data"));
        let found = found.map(|files| match files {
            Files::Folder(path) => path.display().to_string(),
            Files::S3(bucket) => format!("{} {}", bucket.name, bucket.prefix),
        });
        match (&found, expected) {
            (Ok(found), Ok(expected)) if found == expected => {}
            (Err(error), Err(word)) if error.contains(word) => {}
            _ => panic!("{files}: {found:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn files_lie_in_a_folder_or_in_a_bucket() {
        check("/srv/files", None, Ok("/srv/files"));
        check("", None, Err("files: is empty"));
        check("s3://office", Some(keys()), Ok("office "));
        check("s3://office/a/b/", Some(keys()), Ok("office a/b"));
        check("s3://", Some(keys()), Err("files"));
        check("s3://office/../x", Some(keys()), Err("files"));
        check("s3://of fice", Some(keys()), Err("files"));
        check("gs://office", Some(keys()), Err("files"));
        check("s3://office", None, Err("s3.access_key_id"));
        let half = S3 {
            secret_access_key: None,
            ..keys()
        };
        check("s3://office", Some(half), Err("AWS_SECRET_ACCESS_KEY"));
        let nowhere = S3 {
            endpoint: Some("minio:9000".into()),
            ..keys()
        };
        check("s3://office", Some(nowhere), Err("s3.endpoint"));
        check("/srv/files", Some(keys()), Err("s3:"));
    }
}
