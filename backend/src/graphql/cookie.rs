//! The cookie that carries the refresh token of a browser. Scripts cannot read it, other sites cannot send it.

/// Its name.
pub const NAME: &str = "tongshi_refresh";

/// Value of `Set-Cookie` that gives a browser a refresh token for so many seconds.
pub fn set(token: &str, seconds: i64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!(
        "{NAME}={token}; Path=/auth; Max-Age={}; HttpOnly; SameSite=Strict{secure}",
        seconds.max(0)
    )
}

/// Value of `Set-Cookie` that takes it away.
pub fn clear(secure: bool) -> String {
    set("", 0, secure)
}

/// The refresh token in a `Cookie` header.
pub fn read(header: &str) -> Option<&str> {
    header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == NAME && !value.is_empty()).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_is_read() {
        let cookie = set("abc", 60, true);
        assert_eq!(
            cookie,
            "tongshi_refresh=abc; Path=/auth; Max-Age=60; HttpOnly; SameSite=Strict; Secure"
        );
        for (header, expected) in [
            ("tongshi_refresh=abc", Some("abc")),
            ("a=b; tongshi_refresh=abc=; c=d", Some("abc=")),
            ("tongshi_refresh=", None),
            ("x_tongshi_refresh=abc", None),
            ("", None),
        ] {
            assert_eq!(read(header), expected, "{header}");
        }
        assert!(clear(false).starts_with("tongshi_refresh=; Path=/auth; Max-Age=0;"));
    }
}
