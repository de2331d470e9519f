//! The one error type of the server and its closed list of codes. It knows no transport.
//!
//! Each error has two sides: what the caller is told (a code and a [`Text`] in two languages) and, for [`Error::Internal`],
//! a cause that goes to the log and never to the caller.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, SqlErr};

/// Result of everything that can be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A message in both languages of the product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Simplified Chinese.
    pub zh: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

impl Text {
    /// A message from its two wordings.
    pub fn new(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// The wording for a reader.
    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::Zh => &self.zh,
            Locale::En => &self.en,
        }
    }
}

/// A language of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Locale {
    /// Simplified Chinese, `zh-CN`.
    #[default]
    Zh,
    /// English.
    En,
}

impl Locale {
    /// The language of a tag such as `en-GB`; Chinese unless it begins with `en`.
    pub fn from_tag(tag: &str) -> Self {
        if tag
            .trim_start()
            .get(..2)
            .is_some_and(|head| head.eq_ignore_ascii_case("en"))
        {
            Self::En
        } else {
            Self::Zh
        }
    }

    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }
}

/// What is wrong with one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where: argument or form field, nested with dots: `form.start_date`.
    pub path: String,
    /// What is wrong with it.
    pub message: Text,
}

impl FieldError {
    /// An error of the input at `path`.
    pub fn new(path: impl Into<String>, message: Text) -> Self {
        Self {
            path: path.into(),
            message,
        }
    }
}

/// Why something was refused, or could not be done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or the token has ended.
    #[error("not signed in")]
    Unauthenticated(Text),
    /// Signed in with a password someone else knows: nothing but changing it is allowed.
    #[error("the password must be changed first")]
    PasswordChangeRequired,
    /// The caller knows of the thing and may not do this.
    #[error("forbidden: {}", .0.en)]
    Forbidden(Text),
    /// Absent, or the caller may not know of it. Both look the same.
    #[error("not found")]
    NotFound,
    /// Inputs are wrong; each is named.
    #[error("invalid: {0:?}")]
    Invalid(Vec<FieldError>),
    /// Someone else changed the object in between.
    #[error("conflict with version {current}")]
    Conflict {
        /// Version it has now.
        current: i32,
    },
    /// The key was used for something else, or the same request is still running.
    #[error("idempotency key conflict")]
    KeyConflict(Text),
    /// The task was decided before.
    #[error("already decided by {by}")]
    AlreadyDecided {
        /// Name of who decided.
        by: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// The object is in a state that does not allow this.
    #[error("not allowed now: {}", .0.en)]
    NotAllowedNow(Text),
    /// Not enough leave.
    #[error("insufficient balance: {}", .0.en)]
    InsufficientBalance(Text),
    /// Collides with something already booked.
    #[error("overlap: {}", .0.en)]
    Overlap(Text),
    /// Too often.
    #[error("throttled for {retry_after} s")]
    Throttled {
        /// Seconds after which to try again.
        retry_after: u64,
    },
    /// The points of the caller are spent for now.
    #[error("out of points for {retry_after_ms} ms")]
    RateLimited {
        /// Milliseconds after which the same request will be taken.
        retry_after_ms: u64,
    },
    /// The query asks for too much.
    #[error("too complex: {}", .0.en)]
    TooComplex(Text),
    /// The body or file is too large.
    #[error("payload too large")]
    PayloadTooLarge(Text),
    /// The database is away, or its disk is full, or the store of files is away. The cause is for the log alone.
    #[error("unavailable: {cause}")]
    Unavailable {
        /// Whether it is for want of room.
        full: bool,
        /// What the engine said.
        cause: String,
    },
    /// Something broke here. The cause is for the log alone.
    #[error("internal: {0}")]
    Internal(String),
}

/// The closed list of codes callers see. Part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// Sign in first.
    Unauthenticated,
    /// Signed in with a one-time password: change it first.
    PasswordChangeRequired,
    /// Not permitted.
    Forbidden,
    /// Absent, or not visible to the caller.
    NotFound,
    /// Inputs are wrong; `extensions.fields` lists them.
    Invalid,
    /// A stale version or a reused key; `extensions.currentVersion` where it is a version.
    Conflict,
    /// Someone decided before; `extensions.by` and `extensions.at`.
    AlreadyDecided,
    /// The state does not allow it now.
    NotAllowedNow,
    /// Not enough leave.
    InsufficientBalance,
    /// Collides with something already there.
    Overlap,
    /// Too often; `extensions.retryAfter` in seconds.
    Throttled,
    /// The points of the caller are spent for now; `extensions.retryAfterMs` in milliseconds.
    RateLimited,
    /// The query asks for too much.
    TooComplex,
    /// Body or file too large.
    PayloadTooLarge,
    /// The database is away or full for now; what was asked for may or may not have been done.
    Unavailable,
    /// Our fault; `extensions.requestId` finds it in the log.
    Internal,
}

impl ErrorCode {
    /// The code as callers see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::PasswordChangeRequired => "PASSWORD_CHANGE_REQUIRED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::Invalid => "INVALID",
            Self::Conflict => "CONFLICT",
            Self::AlreadyDecided => "ALREADY_DECIDED",
            Self::NotAllowedNow => "NOT_ALLOWED_NOW",
            Self::InsufficientBalance => "INSUFFICIENT_BALANCE",
            Self::Overlap => "OVERLAP",
            Self::Throttled => "THROTTLED",
            Self::RateLimited => "RATE_LIMITED",
            Self::TooComplex => "TOO_COMPLEX",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }
}

impl Error {
    /// One wrong input.
    pub fn invalid(
        path: impl Into<String>,
        zh: impl Into<Cow<'static, str>>,
        en: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::Invalid(vec![FieldError::new(path, Text::new(zh, en))])
    }

    /// A refusal for now, with its reason.
    pub fn not_now(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self::NotAllowedNow(Text::new(zh, en))
    }

    /// A refusal for lack of a right.
    pub fn forbidden(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self::Forbidden(Text::new(zh, en))
    }

    /// Nobody is signed in.
    pub fn unauthenticated() -> Self {
        Self::Unauthenticated(Text::new("请先登录", "Please sign in"))
    }

    /// Something broke here; `cause` goes to the log.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    /// The database cannot be reached.
    pub fn away() -> Self {
        let cause = "the database is lost".to_owned();
        Self::Unavailable { full: false, cause }
    }

    /// What it says in one line of the terminal: the cause, where callers would not be told.
    pub fn line(self) -> String {
        match self {
            Self::Internal(cause) | Self::Unavailable { cause, .. } => cause.replace('\n', " "),
            other => other.text().en.into_owned(),
        }
    }

    /// The code callers see.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthenticated(_) => ErrorCode::Unauthenticated,
            Self::PasswordChangeRequired => ErrorCode::PasswordChangeRequired,
            Self::Forbidden(_) => ErrorCode::Forbidden,
            Self::NotFound => ErrorCode::NotFound,
            Self::Invalid(_) => ErrorCode::Invalid,
            Self::Conflict { .. } | Self::KeyConflict(_) => ErrorCode::Conflict,
            Self::AlreadyDecided { .. } => ErrorCode::AlreadyDecided,
            Self::NotAllowedNow(_) => ErrorCode::NotAllowedNow,
            Self::InsufficientBalance(_) => ErrorCode::InsufficientBalance,
            Self::Overlap(_) => ErrorCode::Overlap,
            Self::Throttled { .. } => ErrorCode::Throttled,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::TooComplex(_) => ErrorCode::TooComplex,
            Self::PayloadTooLarge(_) => ErrorCode::PayloadTooLarge,
            Self::Unavailable { .. } => ErrorCode::Unavailable,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }

    /// What the caller is told.
    pub fn text(&self) -> Text {
        match self {
            Self::Unauthenticated(text)
            | Self::Forbidden(text)
            | Self::KeyConflict(text)
            | Self::NotAllowedNow(text)
            | Self::InsufficientBalance(text)
            | Self::Overlap(text)
            | Self::TooComplex(text)
            | Self::PayloadTooLarge(text) => text.clone(),
            Self::PasswordChangeRequired => Text::new(
                "请先修改初始密码，再继续使用",
                "Choose a password of your own before you go on",
            ),
            Self::NotFound => Text::new("没有找到，或你无权查看", "Not found, or not visible to you"),
            Self::Invalid(fields) => match fields.as_slice() {
                [one] => one.message.clone(),
                _ => Text::new(
                    format!("有 {} 处填写有误", fields.len()),
                    format!("{} inputs need correction", fields.len()),
                ),
            },
            Self::Conflict { .. } => Text::new(
                "其他人刚刚修改过，请在最新内容上重试",
                "Someone else has just changed this; try again on the latest version",
            ),
            Self::AlreadyDecided { by, .. } => Text::new(
                format!("{by}已经处理了这一步"),
                format!("{by} has already decided this step"),
            ),
            Self::Throttled { retry_after } => Text::new(
                format!("操作太频繁，请在 {retry_after} 秒后重试"),
                format!("Too often; try again in {retry_after} seconds"),
            ),
            Self::RateLimited { retry_after_ms } => {
                let seconds = retry_after_ms.div_ceil(1_000).max(1);
                Text::new(
                    format!("请求过于频繁，请在 {seconds} 秒后重试"),
                    format!("Too many requests; try again in {seconds} s"),
                )
            }
            Self::Unavailable { full: true, .. } => Text::new(
                "服务器磁盘空间不足，暂时无法保存，请联系管理员",
                "The disk of the server is full and nothing can be saved; tell an administrator",
            ),
            Self::Unavailable { full: false, .. } => Text::new(
                "服务暂时不可用，请稍后重试",
                "The service is not available for a moment; try again shortly",
            ),
            Self::Internal(_) => Text::new(
                "服务器出错了，请稍后重试",
                "Something went wrong on the server; try again later",
            ),
        }
    }

    /// Whether a unique key or a primary key refused the write.
    pub fn is_unique_violation(error: &DbErr) -> bool {
        matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_field_speaks_for_itself_and_many_are_counted() {
        let one = Error::invalid("name", "请填写姓名", "Enter a name");
        assert_eq!(one.text().get(Locale::Zh), "请填写姓名");
        let field = FieldError::new("a", Text::new("甲", "a"));
        assert_eq!(
            Error::Invalid(vec![field.clone(), field]).text().get(Locale::En),
            "2 inputs need correction"
        );
    }

    #[test]
    fn causes_stay_inside() {
        let text = Error::internal("password=hunter2").text();
        assert!(!text.zh.contains("hunter2") && !text.en.contains("hunter2"));
    }

    #[test]
    fn english_is_spoken_only_to_english_readers() {
        for (tag, expected) in [
            ("en", Locale::En),
            ("EN-gb", Locale::En),
            ("zh-CN", Locale::Zh),
            ("fr", Locale::Zh),
            ("", Locale::Zh),
        ] {
            assert_eq!(Locale::from_tag(tag), expected, "{tag}");
        }
    }
}
