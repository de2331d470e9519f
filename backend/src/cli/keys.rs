//! `tongshi keys`.

use tongshi::config::Config;
use tongshi::cx::{Clock, SystemClock};
use tongshi::secret::{self, SESSIONS};

/// Adds a key that signs from now on. Servers that run take it up by themselves; nobody has to sign in again.
///
/// # Errors
/// The file of the keys is weak or cannot be written.
pub(super) fn rotate(config: &Config) -> Result<(), String> {
    let held = secret::rotate(&config.data_dir, &SESSIONS, SystemClock.now())?;
    println!(
        "A new key signs in {} s, also in servers that run. {held} keys are held; older ones count until the last token they signed has ended.",
        secret::SETTLE.num_seconds()
    );
    Ok(())
}
