//! The server's secrets, each in a file of the data directory: 32 random bytes a line, the newest last. The first line is made at the
//! first start, others by `tongshi keys rotate`.

use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};
use rand::RngCore;

/// What sessions are signed with.
pub const SESSIONS: Secret = Secret {
    file: "secret.key",
    without: "everyone signs in again",
};
/// What the event log is sealed with.
pub const SEALS: Secret = Secret {
    file: "seal.key",
    without: "seals made before can no longer be checked",
};
/// Length of a secret in bytes: RFC 7518 section 3.2 asks for at least that many for HS256, RFC 8032 for exactly that many.
pub const LENGTH: usize = 32;
/// How long after it was made a new secret is first used for signing: until then every process has read it.
pub const SETTLE: Duration = Duration::seconds(30);
/// How long a secret may still be needed once a newer one signs: the longest life of a token, and some for clocks that differ.
pub const NEEDED: Duration = Duration::minutes(15);
/// Most secrets in the file.
const MOST: usize = 16;

/// One of them.
pub struct Secret {
    /// Name of its file in the data directory.
    pub file: &'static str,
    /// What happens when the file is gone.
    without: &'static str,
}

/// A line of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Random bytes.
    pub bytes: [u8; LENGTH],
    /// When it was made; the beginning of time for the first.
    pub made: DateTime<Utc>,
}

/// Reads the newest key of a secret, or makes the first.
///
/// # Errors
/// As [`keys`].
pub fn load_or_create(data_dir: &Path, secret: &Secret) -> Result<[u8; LENGTH], String> {
    let keys = keys(data_dir, secret)?;
    keys.last()
        .map(|key| key.bytes)
        .ok_or_else(|| format!("secret file {}: is empty", data_dir.join(secret.file).display()))
}

/// Reads the keys of a secret, or makes the first. Oldest first, never none.
///
/// # Errors
/// Says in one line what is wrong: not readable, readable by others, too short or not random.
pub fn keys(data_dir: &Path, secret: &Secret) -> Result<Vec<Key>, String> {
    let path = data_dir.join(secret.file);
    let name = path.display();
    if !path.exists() {
        std::fs::create_dir_all(data_dir).map_err(|error| format!("data directory {}: {error}", data_dir.display()))?;
        let first = Key {
            bytes: random(),
            made: DateTime::UNIX_EPOCH,
        };
        match write(&path, std::slice::from_ref(&first)) {
            Ok(()) => return Ok(vec![first]),
            // Another process was faster; its secret counts.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("secret file {name}: {error}")),
        }
    }
    check_mode(&path)?;
    let text = std::fs::read_to_string(&path).map_err(|error| format!("secret file {name}: {error}"))?;
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let found: Result<Vec<_>, &str> = lines.iter().map(|line| read(line)).collect();
    let wrong = match found {
        Ok(found) if (1..=MOST).contains(&found.len()) => return Ok(found),
        Ok(_) => "must hold 1 to 16 keys, one a line",
        Err(wrong) => wrong,
    };
    Err(format!(
        "secret file {name}: {wrong}; delete it to have a new one made ({})",
        secret.without
    ))
}

/// Adds a key that will sign from [`SETTLE`] on, and lets go of those no token needs any more. Says how many the file holds.
///
/// # Errors
/// As [`keys`], and when the file cannot be written.
pub fn rotate(data_dir: &Path, secret: &Secret, now: DateTime<Utc>) -> Result<usize, String> {
    let mut all = keys(data_dir, secret)?;
    // A key is needed while it signs, and for a while after the next one does.
    let next: Vec<_> = all.iter().skip(1).map(|key| key.made).collect();
    let mut next = next.into_iter();
    all.retain(|_| next.next().is_none_or(|made| now < made + SETTLE + NEEDED));
    all.push(Key {
        bytes: random(),
        made: now,
    });
    let path = data_dir.join(secret.file);
    let fail = |error: std::io::Error| format!("secret file {}: {error}", path.display());
    if all.len() > MOST {
        return Err(format!(
            "secret file {}: rotated too often; wait {} minutes",
            path.display(),
            NEEDED.num_minutes()
        ));
    }
    // Whole or not at all: a reader sees the old file or the new one.
    let beside = data_dir.join(format!("{}.new", secret.file));
    let _ = std::fs::remove_file(&beside);
    write(&beside, &all).map_err(fail)?;
    std::fs::rename(&beside, &path).map_err(fail)?;
    Ok(all.len())
}

/// When the file of a secret last changed; none when there is none.
pub fn changed(data_dir: &Path, secret: &Secret) -> Option<SystemTime> {
    std::fs::metadata(data_dir.join(secret.file)).ok()?.modified().ok()
}

fn read(line: &str) -> Result<Key, &'static str> {
    let (bytes, made) = match line.split_once(' ') {
        Some((bytes, made)) => (
            bytes,
            made.trim().parse().map_err(|_| "the time of a secret is not a time")?,
        ),
        None => (line, DateTime::UNIX_EPOCH),
    };
    let bytes: [u8; LENGTH] = STANDARD
        .decode(bytes)
        .unwrap_or_default()
        .try_into()
        .map_err(|_| "must hold 32 random bytes in Base64")?;
    let mut seen = bytes.to_vec();
    seen.sort_unstable();
    seen.dedup();
    if seen.len() < LENGTH / 2 {
        return Err("is not random");
    }
    Ok(Key { bytes, made })
}

fn random() -> [u8; LENGTH] {
    let mut secret = [0; LENGTH];
    rand::rng().fill_bytes(&mut secret);
    secret
}

fn write(path: &Path, keys: &[Key]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    for key in keys {
        let bytes = STANDARD.encode(key.bytes);
        if key.made == DateTime::UNIX_EPOCH {
            writeln!(file, "{bytes}")?;
        } else {
            writeln!(file, "{bytes} {}", key.made.to_rfc3339())?;
        }
    }
    file.sync_all()
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let name = path.display();
    let metadata = std::fs::metadata(path).map_err(|error| format!("secret file {name}: {error}"))?;
    if metadata.permissions().mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(format!("secret file {name}: others may read it; run: chmod 600 {name}"))
    }
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), String> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("tongshi-secret-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn the_secret_is_made_once_and_kept() {
        let folder = folder("kept");
        let first = load_or_create(&folder, &SESSIONS).unwrap();
        assert_eq!(load_or_create(&folder, &SESSIONS).unwrap(), first);
        assert_ne!(load_or_create(&folder, &SEALS).unwrap(), first);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_rotated_secret_joins_the_others_until_they_are_not_needed() {
        let folder = folder("rotated");
        let first = keys(&folder, &SESSIONS).unwrap();
        let now: DateTime<Utc> = "2026-11-23T02:00:00Z".parse().unwrap();
        assert_eq!(rotate(&folder, &SESSIONS, now), Ok(2));
        let both = keys(&folder, &SESSIONS).unwrap();
        assert_eq!((&both[..1], both[1].made), (&first[..], now));
        assert_eq!(
            rotate(&folder, &SESSIONS, now + Duration::minutes(1)),
            Ok(3),
            "still needed"
        );
        assert_eq!(
            rotate(&folder, &SESSIONS, now + Duration::hours(1)),
            Ok(2),
            "the last one, and the new"
        );
        for turn in 0..14 {
            assert_eq!(rotate(&folder, &SESSIONS, now + Duration::hours(1)), Ok(3 + turn));
        }
        assert!(
            rotate(&folder, &SESSIONS, now + Duration::hours(1))
                .unwrap_err()
                .contains("too often")
        );
        assert_eq!(keys(&folder, &SESSIONS).unwrap().len(), 16, "and the file is as it was");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn weak_secrets_are_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder("weak");
        keys(&folder, &SESSIONS).unwrap();
        let path = folder.join(SESSIONS.file);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(keys(&folder, &SESSIONS).unwrap_err().contains("chmod 600"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&path, STANDARD.encode([7; 16])).unwrap();
        assert!(keys(&folder, &SESSIONS).unwrap_err().contains("32 random bytes"));
        std::fs::write(&path, STANDARD.encode([7; 32])).unwrap();
        assert!(keys(&folder, &SESSIONS).unwrap_err().contains("not random"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
