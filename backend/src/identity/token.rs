//! Tokens: a short-lived access token (JWT, RFC 7519 and 8725) and a rotating refresh token (RFC 9700 section 4.14).
//!
//! The header of an access token is one constant for each key of the server; a token with any other header is refused before anything
//! of it is used. Claims have fixed types, none may be missing and none may be added.
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

use crate::secret::{self, NEEDED, SETTLE};

/// How long an access token lasts.
pub const ACCESS_LIFETIME: Duration = Duration::minutes(10);
/// How far clocks may differ.
const LEEWAY: Duration = Duration::seconds(30);
const ISSUER: &str = "tongshi";
const AUDIENCE: &str = "tongshi-access";
/// Longest access token looked at, in bytes.
const MOST_LENGTH: usize = 1_024;

/// Signs and checks tokens. The newest key signs; older ones are believed until the last token they signed has ended.
pub struct Keys {
    /// Oldest first.
    ring: Vec<Key>,
}

struct Key {
    encoding: EncodingKey,
    decoding: DecodingKey,
    /// Base64 of the one header of its tokens.
    header: String,
    signs_from: DateTime<Utc>,
    counts_until: Option<DateTime<Utc>>,
}

impl Key {
    fn new(secret: &secret::Key, first: bool, next: Option<&secret::Key>) -> Self {
        let digest = Sha256::digest([b"tongshi-kid:".as_slice(), &secret.bytes].concat());
        let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let header = format!(r#"{{"alg":"HS256","typ":"JWT","kid":"{name}"}}"#);
        Self {
            encoding: EncodingKey::from_secret(&secret.bytes),
            decoding: DecodingKey::from_secret(&secret.bytes),
            header: URL_SAFE_NO_PAD.encode(header),
            signs_from: if first {
                DateTime::UNIX_EPOCH
            } else {
                secret.made + SETTLE
            },
            counts_until: next.map(|next| next.made + SETTLE + NEEDED),
        }
    }

    /// HMAC-SHA256 under its secret, in Base64.
    fn mac(&self, message: &[u8]) -> Option<String> {
        jsonwebtoken::crypto::sign(message, &self.encoding, Algorithm::HS256).ok()
    }

    fn successor(&self, token: &Refresh) -> Option<Refresh> {
        let mut message = b"refresh-successor:".to_vec();
        message.extend_from_slice(&token.bytes);
        let mac = URL_SAFE_NO_PAD.decode(self.mac(&message)?).ok()?;
        let mut bytes = token.bytes;
        bytes.get_mut(16..)?.copy_from_slice(mac.get(..32)?);
        Some(Refresh { bytes })
    }
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
    /// Keys of the server's secrets, oldest first.
    pub fn new(secrets: &[secret::Key]) -> Self {
        let ring = secrets.iter().enumerate();
        Self {
            ring: ring
                .map(|(at, secret)| Key::new(secret, at == 0, secrets.get(at + 1)))
                .collect(),
        }
    }

    /// The key that signs now.
    fn signing(&self, now: DateTime<Utc>) -> Option<&Key> {
        self.ring.iter().rev().find(|key| key.signs_from <= now)
    }

    /// An access token, and when it ends. None only when the machine cannot sign.
    pub fn access(&self, member: MemberId, session: SessionId, now: DateTime<Utc>) -> Option<(String, DateTime<Utc>)> {
        let key = self.signing(now)?;
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
        let message = format!("{}.{claims}", key.header);
        let signature = key.mac(message.as_bytes())?;
        Some((format!("{message}.{signature}"), expires_at))
    }

    /// Whom a token names; none for anything but a token of ours that counts now.
    pub fn check(&self, token: &str, now: DateTime<Utc>) -> Option<Access> {
        if token.len() > MOST_LENGTH {
            return None;
        }
        let (message, signature) = token.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let key = self.ring.iter().find(|key| key.header == header)?;
        if key.counts_until.is_some_and(|until| now >= until) {
            return None;
        }
        let right = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key.decoding, Algorithm::HS256);
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

    /// The refresh token that follows `token`: the same one as long as the same key signs.
    pub fn successor(&self, token: &Refresh, now: DateTime<Utc>) -> Option<Refresh> {
        self.signing(now)?.successor(token)
    }

    /// All refresh tokens that may have followed `token`, one a key.
    pub fn successors(&self, token: &Refresh) -> impl Iterator<Item = Refresh> {
        self.ring.iter().filter_map(|key| key.successor(token))
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
    const OTHER: [u8; 32] = *b"another-secret-of-32-bytes-lengt";

    fn secret(bytes: [u8; 32], made: DateTime<Utc>) -> secret::Key {
        secret::Key { bytes, made }
    }

    fn keys() -> Keys {
        Keys::new(&[secret(SECRET, DateTime::UNIX_EPOCH)])
    }

    fn others() -> Keys {
        Keys::new(&[secret(OTHER, DateTime::UNIX_EPOCH)])
    }

    /// The header our own tokens carry.
    fn header() -> Value {
        let header = URL_SAFE_NO_PAD.decode(&keys().ring[0].header).unwrap();
        serde_json::from_slice(&header).unwrap()
    }

    fn with(name: &str, value: Value) -> Value {
        let mut header = header();
        header[name] = value;
        header
    }

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
        let keys = keys();
        let (token, ends) = keys.access(member, session, now()).unwrap();
        assert_eq!(ends - now(), ACCESS_LIFETIME);
        let found = keys.check(&token, now()).unwrap();
        assert_eq!((found.member, found.session, found.expires_at), (member, session, ends));
        assert!(keys.check(&token, ends + Duration::seconds(29)).is_some());
        assert!(keys.check(&token, ends + Duration::seconds(31)).is_none());
        assert!(keys.check(&token, now() - Duration::seconds(31)).is_none());
        assert!(others().check(&token, now()).is_none());
    }

    /// Everything but a token of ours, at least 80 kinds of it: RFC 8725 and what is found in advisories.
    fn forgeries() -> Vec<String> {
        let kid = header()["kid"].clone();
        let mut forged = Vec::new();
        let headers = [
            with("alg", json!("none")),
            with("alg", json!("None")),
            with("alg", json!("NONE")),
            with("alg", json!("hs256")),
            with("alg", json!("HS384")),
            with("alg", json!("HS512")),
            with("alg", json!("RS256")),
            with("alg", json!("ES256")),
            with("alg", json!("EdDSA")),
            with("alg", json!(["HS256"])),
            with("alg", Value::Null),
            with("typ", json!("at+jwt")),
            with("kid", json!("../../dev/null")),
            with("kid", json!("' UNION SELECT 'key")),
            with("kid", json!("")),
            with("kid", json!(0)),
            with("kid", json!([kid])),
            with("jku", json!("https://evil.example/keys")),
            with("jwk", json!({"kty": "oct", "k": "AAAA"})),
            with("x5u", json!("https://evil.example/cert")),
            with("x5c", json!(["MIIB"])),
            with("x5t", json!("AAAA")),
            with("crit", json!(["exp"])),
            with("b64", json!(false)),
            with("zip", json!("DEF")),
            with("cty", json!("JWT")),
            json!({"alg": "HS256", "typ": "JWT"}),
            json!({"alg": "HS256", "kid": kid}),
            json!({"typ": "JWT", "kid": kid}),
            json!({"typ": "JWT", "alg": "HS256", "kid": kid}),
            json!({}),
            json!([]),
            json!("HS256"),
        ];
        forged.extend(
            headers
                .iter()
                .map(|header| forge(header, &claims(), &SECRET, Algorithm::HS256)),
        );
        let signed = |claims: &Value| forge(&header(), claims, &SECRET, Algorithm::HS256);
        for algorithm in [Algorithm::HS384, Algorithm::HS512] {
            forged.push(forge(&header(), &claims(), &SECRET, algorithm));
        }
        for secret in [&b""[..], b"secret", &[0; 32], &OTHER] {
            forged.push(forge(&header(), &claims(), secret, Algorithm::HS256));
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
            forged.extend([absent, text, null, list].iter().map(signed));
        }
        for (name, value) in [
            ("iss", json!("other")),
            ("iss", json!("Tongshi")),
            ("aud", json!("tongshi-refresh")),
            ("sub", json!("00000000-0000-0000-0000-000000000000; admin")),
            ("exp", json!(now().timestamp() - 31)),
            ("exp", json!(now().timestamp() + 86_400)),
            ("exp", json!(i64::MAX)),
            ("exp", json!(-1)),
            ("exp", json!(1e300)),
            ("exp", json!(1_790_000_600.5)),
            ("nbf", json!(now().timestamp() + 31)),
            ("iat", json!(0)),
            ("role", json!("ADMINISTRATOR")),
        ] {
            let mut wrong = claims();
            wrong[name] = value;
            forged.push(signed(&wrong));
        }
        let (token, _) = keys().access(ids().0, ids().1, now()).unwrap();
        let (unsigned, signature) = token.rsplit_once('.').unwrap();
        let body = unsigned.rsplit_once('.').unwrap().1;
        forged.extend([
            unsigned.to_owned(),
            format!("{unsigned}."),
            format!("{token}."),
            format!("{token}="),
            format!("{token} "),
            format!(".{token}"),
            format!("{unsigned}.{}", signature.replace('-', "+").to_lowercase()),
            format!("{body}.{body}.{signature}"),
            format!("{unsigned}.{signature}{}", "A".repeat(2_000)),
            Refresh::first(ids().1).text(),
            String::new(),
            "..".to_owned(),
            "a.b.c".to_owned(),
            "null".to_owned(),
        ]);
        forged
    }

    #[test]
    fn forged_tokens_are_refused() {
        assert!(
            keys()
                .check(&forge(&header(), &claims(), &SECRET, Algorithm::HS256), now())
                .is_some()
        );
        let forged = forgeries();
        assert!(forged.len() >= 80, "{}", forged.len());
        for token in forged {
            assert!(keys().check(&token, now()).is_none(), "{token}");
        }
    }

    #[test]
    fn a_new_key_signs_once_all_have_read_it_and_the_old_one_counts_until_its_tokens_ended() {
        let made = now();
        let rotated = Keys::new(&[secret(SECRET, DateTime::UNIX_EPOCH), secret(OTHER, made)]);
        let (member, session) = ids();
        let signed = |keys: &Keys, at| keys.access(member, session, at).unwrap().0;
        let settled = made + SETTLE;
        let early = signed(&rotated, settled - Duration::seconds(1));
        assert!(
            keys().check(&early, made).is_some(),
            "a process that has not read the new key takes it"
        );
        let late = signed(&rotated, settled);
        assert!(keys().check(&late, settled).is_none() && rotated.check(&late, settled).is_some());
        let last = settled - Duration::seconds(1) + ACCESS_LIFETIME;
        assert!(rotated.check(&early, last).is_some(), "to the end of its life");
        let forged = forge(&header(), &claims(), &SECRET, Algorithm::HS256);
        assert!(
            rotated.check(&forged, settled + NEEDED).is_none(),
            "then the old key is worth nothing"
        );

        let first = Refresh::first(session);
        let given = rotated.successor(&first, made).unwrap();
        assert!(given != rotated.successor(&first, settled).unwrap());
        assert!(
            rotated.successors(&first).any(|next| next == given),
            "what was given before is found again"
        );
    }

    #[test]
    fn a_refresh_token_has_one_successor() {
        let keys = keys();
        let first = Refresh::first(ids().1);
        let next = keys.successor(&first, now()).unwrap();
        assert_eq!(next.session(), ids().1);
        assert!(next != first && keys.successor(&first, now()).unwrap() == next);
        assert!(others().successor(&first, now()).unwrap() != next);
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
            let keys = keys();
            let (token, _) = keys.access(ids().0, ids().1, now()).unwrap();
            let at = at % token.len();
            let mut changed = token.clone();
            changed.replace_range(at..=at, &letter);
            // The last letter of a signature holds unused bits; the decoder refuses those that are set.
            prop_assert!(changed == token || keys.check(&changed, now()).is_none(), "{changed}");
        }
    }
}
