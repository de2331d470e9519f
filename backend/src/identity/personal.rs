//! Personal access tokens as texts: `tongshi_pat_` and 48 bytes, the id of the token and its secret. Pure but for the randomness.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::{Id, TokenId};
use rand::RngCore;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// What every token begins with, so that scanners for leaked secrets know it.
pub const PREFIX: &str = "tongshi_pat_";
/// Longest a token may live, in days.
pub const LONGEST: i32 = 366;
/// Longest name, in characters.
pub const NAME: usize = 64;
/// Most live tokens of one member.
pub const MOST: u64 = 50;

/// A personal access token.
#[derive(Clone, PartialEq, Eq)]
pub struct Personal {
    bytes: [u8; 48],
}

impl Personal {
    /// A new one.
    pub fn new(id: TokenId) -> Self {
        let mut bytes = [0; 48];
        let (head, secret) = bytes.split_at_mut(16);
        head.copy_from_slice(id.uuid().as_bytes());
        rand::rng().fill_bytes(secret);
        Self { bytes }
    }

    /// Reads a token as a program sends it; none for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        Some(Self {
            bytes: bytes.try_into().ok()?,
        })
    }

    /// The token as programs keep it.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(self.bytes))
    }

    /// Its id.
    pub fn id(&self) -> TokenId {
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(self.bytes) {
            *to = from;
        }
        TokenId::from_uuid(Uuid::from_bytes(id))
    }

    /// What is stored of it: SHA-256. The secret is random, so that no slow hash is needed.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.bytes).to_vec()
    }

    /// Whether a stored hash is of this token. Takes the same time wherever they differ.
    pub fn fits(&self, stored: &[u8]) -> bool {
        self.hash().ct_eq(stored).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_as_they_are_told() {
        let id = TokenId(Uuid::from_u128(7));
        let token = Personal::new(id);
        let text = token.text();
        assert_eq!(text.len(), PREFIX.len() + 64);
        let read = Personal::read(&text).unwrap();
        assert_eq!(read.id(), id);
        assert!(read.fits(&token.hash()));
        assert!(
            !Personal::new(id).fits(&token.hash()),
            "another secret under the same id"
        );
        assert!(!read.fits(&[]));
        for wrong in [
            "",
            PREFIX,
            &text[1..],
            &text[..text.len() - 1],
            &format!("{text}A"),
            &text.to_uppercase(),
        ] {
            assert!(Personal::read(wrong).is_none(), "{wrong}");
        }
    }
}
