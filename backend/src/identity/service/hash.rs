//! Argon2id, away from the threads that answer requests, and few at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use rand::RngCore;

use super::state::State;
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::identity::model;

/// Memory in KiB, passes, lanes: the first choice of OWASP's password storage cheat sheet.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A password made by the server, to be changed at the first sign-in.
pub struct OneTime {
    /// For the person.
    pub plain: String,
    /// For the database.
    pub hash: String,
}

/// What comparing a password showed.
pub(super) struct Verdict {
    /// Whether it is the right one.
    pub(super) right: bool,
    /// A new hash, where the stored one was made with weaker parameters.
    pub(super) rehashed: Option<String>,
}

/// Hashes a password for storing, in PHC format.
pub async fn hash_password(cx: &Cx, plain: &str) -> Result<String> {
    let plain = plain.to_owned();
    cx.metrics.password_hashed();
    run(cx, move || hash(&plain)).await
}

/// A new one-time password.
pub async fn one_time_password(cx: &Cx) -> Result<OneTime> {
    let mut random = [0; 12];
    rand::rng().fill_bytes(&mut random);
    let plain = model::one_time_password(&random);
    let hash = hash_password(cx, &plain).await?;
    Ok(OneTime { plain, hash })
}

/// Compares a password with a stored hash. Without one the same work is done, and the answer is no.
pub(super) async fn verify(cx: &Cx, plain: &str, stored: Option<&str>) -> Result<Verdict> {
    let state = State::of(cx);
    let dummy = state
        .dummy
        .get_or_try_init(|| hash_password(cx, "nobody has this password"))
        .await?;
    let known = stored.is_some();
    let stored = stored.unwrap_or(dummy).to_owned();
    let plain = plain.to_owned();
    cx.metrics.password_hashed();
    run(cx, move || {
        let parsed = PasswordHash::new(&stored).map_err(Error::internal)?;
        let right = hasher()?.verify_password(plain.as_bytes(), &parsed).is_ok() && known;
        let rehashed = if right && is_weak(&parsed) {
            Some(hash(&plain)?)
        } else {
            None
        };
        Ok(Verdict { right, rehashed })
    })
    .await
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(plain: &str) -> Result<String> {
    Ok(hasher()?
        .hash_password(plain.as_bytes())
        .map_err(Error::internal)?
        .to_string())
}

fn is_weak(hash: &PasswordHash) -> bool {
    let strong = Params::try_from(hash)
        .is_ok_and(|params| params.m_cost() >= MEMORY && params.t_cost() >= PASSES && params.p_cost() >= LANES);
    hash.algorithm.as_str() != "argon2id" || !strong
}

async fn run<T: Send + 'static>(cx: &Cx, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let state = State::of(cx);
    let _turn = state.gate.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_carry_their_parameters_and_weak_ones_are_known() {
        let strong = hash("tongshi-demo").unwrap();
        assert!(strong.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{strong}");
        assert!(!is_weak(&PasswordHash::new(&strong).unwrap()));
        let params = Params::new(8 * 1024, 1, 1, None).unwrap();
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password(b"tongshi-demo")
            .unwrap();
        assert!(is_weak(&weak));
        assert!(hasher().unwrap().verify_password(b"tongshi-demo", &weak).is_ok());
    }
}
