//! Checkpoints as signed notes (C2SP signed-note and tlog-checkpoint): text a person can keep and any tool can check.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use super::Chain;

/// First line of a checkpoint: which log it is of.
const ORIGIN: &str = "tongshi/event-log";
/// Name of the key in the line of the signature.
const NAME: &str = "tongshi";
/// Marks Ed25519 in the id of a key.
const ED25519: u8 = 1;

/// The server's key for seals.
pub struct Signer {
    key: SigningKey,
}

impl Signer {
    /// A key from its secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self {
            key: SigningKey::from_bytes(secret),
        }
    }

    /// Signature of a seal.
    pub(super) fn sign(&self, chain: &Chain) -> [u8; 64] {
        self.key.sign(text(chain).as_bytes()).to_bytes()
    }

    /// Whether a seal was signed with this key.
    pub(super) fn has_signed(&self, chain: &Chain, signature: &[u8]) -> bool {
        let Ok(signature) = Signature::from_slice(signature) else {
            return false;
        };
        let key: VerifyingKey = self.key.verifying_key();
        key.verify_strict(text(chain).as_bytes(), &signature).is_ok()
    }

    /// The checkpoint of a chain: its text and our signature.
    pub fn note(&self, chain: &Chain) -> String {
        let mut signed = self.key_id().to_vec();
        signed.extend(self.sign(chain));
        format!("{}\n\u{2014} {NAME} {}\n", text(chain), STANDARD.encode(signed))
    }

    /// What a checkpoint says; none unless it is one of ours, unchanged.
    pub fn read(&self, note: &str) -> Option<Chain> {
        let note = note.replace("\r\n", "\n");
        let (body, signatures) = note.split_once("\n\n")?;
        let mut lines = body.lines();
        let (origin, through, hash) = (lines.next()?, lines.next()?, lines.next()?);
        let chain = Chain {
            through: through.parse().ok()?,
            hash: STANDARD.decode(hash).ok()?.try_into().ok()?,
        };
        let ours = signatures.lines().any(|line| {
            let signed = line
                .strip_prefix(&format!("\u{2014} {NAME} "))
                .and_then(|signed| STANDARD.decode(signed).ok());
            signed.is_some_and(|signed| {
                signed
                    .split_at_checked(4)
                    .is_some_and(|(id, signature)| id == self.key_id() && self.has_signed(&chain, signature))
            })
        });
        (origin == ORIGIN && lines.next().is_none() && ours).then_some(chain)
    }

    fn key_id(&self) -> [u8; 4] {
        let mut hash = Sha256::new();
        hash.update(NAME);
        hash.update([b'\n', ED25519]);
        hash.update(self.key.verifying_key().as_bytes());
        let hash: [u8; 32] = hash.finalize().into();
        let [a, b, c, d, ..] = hash;
        [a, b, c, d]
    }
}

fn text(chain: &Chain) -> String {
    format!("{ORIGIN}\n{}\n{}\n", chain.through, STANDARD.encode(chain.hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkpoints_are_read_back_unless_touched() {
        let signer = Signer::new(&[7; 32]);
        let chain = Chain {
            through: 4_711,
            hash: [9; 32],
        };
        let note = signer.note(&chain);
        let check = |note: &str, expected: Option<Chain>| assert_eq!(signer.read(note), expected, "{note}");
        check(&note, Some(chain));
        check(&note.replace('\n', "\r\n"), Some(chain));
        check(&format!("{note}\u{2014} witness AAAAAAAA\n"), Some(chain));
        check(&note.replace("4711", "4712"), None);
        check(&note.replace("event-log", "other-log"), None);
        check(&note.replace("\n\n", "\nmore\n\n"), None);
        check(note.trim_end_matches(|c| c != '\n'), Some(chain));
        check("", None);
        check("a\n\nb", None);
        assert_eq!(Signer::new(&[8; 32]).read(&note), None, "another server's");
    }
}
