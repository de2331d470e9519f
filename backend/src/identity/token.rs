//! Tokens: a short-lived access token (JWT, RFC 7519 and 8725) and a rotating refresh token (RFC 9700 section 4.14).
//!
//! The header of an access token is one constant; a token with any other header is refused before anything of it is used. Claims have
//! fixed types, none may be missing and none may be added.
//!
//! A refresh token is the id of its session and 32 secret bytes. Its successor is derived from it with the server's secret, so that an
//! answer that was lost on its way can be given again, and is the same.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use entity::{Id, MemberId, SessionId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use rand::RngCore;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::secret;

/// How long an access token lasts.
pub const ACCESS_LIFETIME: Duration = Duration::minutes(10);
/// How far clocks may differ.
const LEEWAY: Duration = Duration::seconds(30);
/// Base64 of `{"alg":"HS256","typ":"JWT"}`.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
const ISSUER: &str = "tongshi";
const AUDIENCE: &str = "tongshi-access";
/// Longest access token looked at, in bytes.
const MOST_LENGTH: usize = 1_024;

/// Signs and checks tokens.
pub struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// Whom an access token names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The member.
    pub member: MemberId,
    /// The session it belongs to.
    pub session: SessionId,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl Keys {
    /// Keys of the server's secret.
    pub fn new(secret: &[u8; secret::LENGTH]) -> Self {
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
        }
    }

    /// An access token, and when it ends. None only when the machine cannot sign.
    pub fn access(&self, member: MemberId, session: SessionId, now: DateTime<Utc>) -> Option<(String, DateTime<Utc>)> {
        let expires_at = now + ACCESS_LIFETIME;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: member.uuid(),
            sid: session.uuid(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: expires_at.timestamp(),
        };
        let claims = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims).ok()?);
        let message = format!("{HEADER}.{claims}");
        let signature = self.mac(message.as_bytes())?;
        Some((format!("{message}.{signature}"), expires_at))
    }

    /// Whom a token names; none for anything but a token of ours that counts now.
    pub fn check(&self, token: &str, now: DateTime<Utc>) -> Option<Access> {
        if token.len() > MOST_LENGTH {
            return None;
        }
        let (message, signature) = token.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        if header != HEADER {
            return None;
        }
        let right = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &self.decoding, Algorithm::HS256);
        if !right.unwrap_or(false) {
            return None;
        }
        let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        let at = |seconds| DateTime::from_timestamp(seconds, 0);
        let (begins, ends) = (at(claims.nbf)?, at(claims.exp)?);
        let ours = claims.iss == ISSUER && claims.aud == AUDIENCE && ends - at(claims.iat)? <= ACCESS_LIFETIME;
        (ours && begins <= now + LEEWAY && now < ends + LEEWAY).then(|| Access {
            member: MemberId::from_uuid(claims.sub),
            session: SessionId::from_uuid(claims.sid),
            expires_at: ends,
        })
    }

    /// The refresh token that follows `token`: always the same one.
    pub fn successor(&self, token: &Refresh) -> Option<Refresh> {
        let mut message = b"refresh-successor:".to_vec();
        message.extend_from_slice(&token.bytes);
        let mac = URL_SAFE_NO_PAD.decode(self.mac(&message)?).ok()?;
        let mut bytes = token.bytes;
        bytes.get_mut(16..)?.copy_from_slice(mac.get(..32)?);
        Some(Refresh { bytes })
    }

    /// HMAC-SHA256 under the server's secret, in Base64.
    fn mac(&self, message: &[u8]) -> Option<String> {
        jsonwebtoken::crypto::sign(message, &self.encoding, Algorithm::HS256).ok()
    }
}

/// A refresh token.
#[derive(Clone, PartialEq, Eq)]
pub struct Refresh {
    bytes: [u8; 48],
}

impl Refresh {
    /// The first token of a session.
    pub fn first(session: SessionId) -> Self {
        let mut bytes = [0; 48];
        let (id, secret) = bytes.split_at_mut(16);
        id.copy_from_slice(session.uuid().as_bytes());
        rand::rng().fill_bytes(secret);
        Self { bytes }
    }

    /// Reads a token as a client sends it.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD
            .decode(text.get(..64).filter(|whole| whole.len() == text.len())?)
            .ok()?;
        Some(Self {
            bytes: bytes.try_into().ok()?,
        })
    }

    /// The token as clients keep it.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes)
    }

    /// The session it belongs to.
    pub fn session(&self) -> SessionId {
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(self.bytes) {
            *to = from;
        }
        SessionId::from_uuid(Uuid::from_bytes(id))
    }

    /// What is stored of it: SHA-256.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.bytes).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const SECRET: [u8; 32] = *b"0123456789abcdefghijklmnopqrstuv";

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn ids() -> (MemberId, SessionId) {
        (MemberId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(2)))
    }

    fn claims() -> Value {
        let (member, session) = ids();
        let at = now().timestamp();
        json!({"iss": ISSUER, "aud": AUDIENCE, "sub": member.uuid(), "sid": session.uuid(), "iat": at, "nbf": at, "exp": at + 600})
    }

    fn forge(header: &Value, claims: &Value, secret: &[u8], algorithm: Algorithm) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature =
            jsonwebtoken::crypto::sign(message.as_bytes(), &EncodingKey::from_secret(secret), algorithm).unwrap();
        format!("{message}.{signature}")
    }

    #[test]
    fn a_token_names_its_member_until_it_ends() {
        let (member, session) = ids();
        let keys = Keys::new(&SECRET);
        let (token, ends) = keys.access(member, session, now()).unwrap();
        assert_eq!(ends - now(), ACCESS_LIFETIME);
        let found = keys.check(&token, now()).unwrap();
        assert_eq!((found.member, found.session, found.expires_at), (member, session, ends));
        assert!(keys.check(&token, ends + Duration::seconds(29)).is_some());
        assert!(keys.check(&token, ends + Duration::seconds(31)).is_none());
        assert!(keys.check(&token, now() - Duration::seconds(31)).is_none());
        assert!(
            Keys::new(b"another-secret-of-32-bytes-lengt")
                .check(&token, now())
                .is_none()
        );
    }

    #[test]
    fn forged_tokens_are_refused() {
        let keys = Keys::new(&SECRET);
        let good = json!({"alg": "HS256", "typ": "JWT"});
        assert!(
            keys.check(&forge(&good, &claims(), &SECRET, Algorithm::HS256), now())
                .is_some()
        );
        let headers = [
            json!({"alg": "none", "typ": "JWT"}),
            json!({"alg": "None"}),
            json!({"alg": "HS384", "typ": "JWT"}),
            json!({"alg": "HS512", "typ": "JWT"}),
            json!({"alg": "RS256", "typ": "JWT"}),
            json!({"alg": "HS256"}),
            json!({"typ": "JWT", "alg": "HS256"}),
            json!({"alg": "HS256", "typ": "JWT", "kid": "../../dev/null"}),
            json!({"alg": "HS256", "typ": "JWT", "jku": "https://evil.example"}),
            json!({"alg": "HS256", "typ": "JWT", "jwk": {}}),
            json!({"alg": "HS256", "typ": "JWT", "x5u": "https://evil.example"}),
            json!({"alg": "HS256", "typ": "JWT", "crit": ["exp"]}),
        ];
        for header in &headers {
            assert!(
                keys.check(&forge(header, &claims(), &SECRET, Algorithm::HS256), now())
                    .is_none(),
                "{header}"
            );
        }
        for algorithm in [Algorithm::HS384, Algorithm::HS512] {
            assert!(
                keys.check(&forge(&good, &claims(), &SECRET, algorithm), now())
                    .is_none()
            );
        }
        for secret in [&b""[..], b"secret", &[0; 32]] {
            assert!(
                keys.check(&forge(&good, &claims(), secret, Algorithm::HS256), now())
                    .is_none()
            );
        }
        for name in ["iss", "aud", "sub", "sid", "iat", "nbf", "exp"] {
            let mut absent = claims();
            absent.as_object_mut().unwrap().remove(name);
            let mut text = claims();
            text[name] = json!(claims()[name].to_string());
            let mut null = claims();
            null[name] = Value::Null;
            let mut list = claims();
            list[name] = json!([claims()[name]]);
            for wrong in [absent, text, null, list] {
                assert!(
                    keys.check(&forge(&good, &wrong, &SECRET, Algorithm::HS256), now())
                        .is_none(),
                    "{wrong}"
                );
            }
        }
        for (name, value) in [
            ("iss", json!("other")),
            ("aud", json!("tongshi-refresh")),
            ("exp", json!(now().timestamp() - 31)),
            ("exp", json!(now().timestamp() + 86_400)),
            ("exp", json!(i64::MAX)),
            ("exp", json!(1e300)),
            ("nbf", json!(now().timestamp() + 31)),
            ("role", json!("ADMINISTRATOR")),
        ] {
            let mut wrong = claims();
            wrong[name] = value;
            assert!(
                keys.check(&forge(&good, &wrong, &SECRET, Algorithm::HS256), now())
                    .is_none(),
                "{wrong}"
            );
        }
        let (token, _) = keys.access(ids().0, ids().1, now()).unwrap();
        let unsigned = token.rsplit_once('.').unwrap().0;
        let refresh = Refresh::first(ids().1).text();
        for wrong in [
            unsigned,
            &format!("{unsigned}."),
            &format!("{token}."),
            &format!(".{token}"),
            &refresh,
            "",
            "..",
            "a.b.c",
        ] {
            assert!(keys.check(wrong, now()).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_refresh_token_has_one_successor() {
        let keys = Keys::new(&SECRET);
        let first = Refresh::first(ids().1);
        let next = keys.successor(&first).unwrap();
        assert_eq!(next.session(), ids().1);
        assert!(next != first && keys.successor(&first).unwrap() == next);
        assert!(
            Keys::new(b"another-secret-of-32-bytes-lengt")
                .successor(&first)
                .unwrap()
                != next
        );
        assert!(Refresh::read(&next.text()).unwrap() == next);
        assert_eq!(next.hash().len(), 32);
        for wrong in [
            "",
            "abc",
            &format!("{}A", next.text()),
            &next.text().replace(|c: char| c.is_ascii(), "!"),
        ] {
            assert!(Refresh::read(wrong).is_none());
        }
    }

    proptest! {
        #[test]
        fn any_changed_letter_breaks_a_token(at in 0_usize..400, letter in "[A-Za-z0-9_-]") {
            let keys = Keys::new(&SECRET);
            let (token, _) = keys.access(ids().0, ids().1, now()).unwrap();
            let at = at % token.len();
            let mut changed = token.clone();
            changed.replace_range(at..=at, &letter);
            // The last letter of a signature holds unused bits; the decoder refuses those that are set.
            prop_assert!(changed == token || keys.check(&changed, now()).is_none(), "{changed}");
        }
    }
}
