//! The server's secrets: 32 random bytes each in a file of the data directory, made at the first start.

use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
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

/// One of them.
pub struct Secret {
    /// Name of its file in the data directory.
    pub file: &'static str,
    /// What happens when the file is gone.
    without: &'static str,
}

/// Reads a secret of a data directory, or makes it.
///
/// # Errors
/// Says in one line what is wrong: not readable, readable by others, too short or not random.
pub fn load_or_create(data_dir: &Path, Secret { file, without }: &Secret) -> Result<[u8; LENGTH], String> {
    let path = data_dir.join(file);
    let name = path.display();
    if !path.exists() {
        std::fs::create_dir_all(data_dir).map_err(|error| format!("data directory {}: {error}", data_dir.display()))?;
        match create(&path) {
            Ok(secret) => return Ok(secret),
            // Another process was faster; its secret counts.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("secret file {name}: {error}")),
        }
    }
    check_mode(&path)?;
    let text = std::fs::read_to_string(&path).map_err(|error| format!("secret file {name}: {error}"))?;
    let bytes = STANDARD.decode(text.trim()).unwrap_or_default();
    let secret: [u8; LENGTH] = bytes
        .try_into()
        .map_err(|_| format!("secret file {name}: must hold {LENGTH} random bytes in Base64; delete it to have a new one made ({without})"))?;
    let mut seen = secret.to_vec();
    seen.sort_unstable();
    seen.dedup();
    if seen.len() < LENGTH / 2 {
        return Err(format!(
            "secret file {name}: is not random; delete it to have a new one made ({without})"
        ));
    }
    Ok(secret)
}

fn create(path: &Path) -> std::io::Result<[u8; LENGTH]> {
    let mut secret = [0; LENGTH];
    rand::rng().fill_bytes(&mut secret);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(STANDARD.encode(secret).as_bytes())?;
    file.sync_all()?;
    Ok(secret)
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
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn weak_secrets_are_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder("weak");
        load_or_create(&folder, &SESSIONS).unwrap();
        let path = folder.join(SESSIONS.file);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(load_or_create(&folder, &SESSIONS).unwrap_err().contains("chmod 600"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&path, STANDARD.encode([7; 16])).unwrap();
        assert!(
            load_or_create(&folder, &SESSIONS)
                .unwrap_err()
                .contains("32 random bytes")
        );
        std::fs::write(&path, STANDARD.encode([7; 32])).unwrap();
        assert!(load_or_create(&folder, &SESSIONS).unwrap_err().contains("not random"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
