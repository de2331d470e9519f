//! Languages: typed texts, the current locale, and formats of dates, times, numbers and spans.
//!
//! # Texts
//! Texts live in `locales/zh-CN/<slice>.json` and `locales/en/<slice>.json`; the file name is the slice, keys are
//! snake_case and may nest. The build makes a type of every key, so a wrong key, a missing translation or a
//! placeholder that is forgotten or unknown does not compile.
//!
//! ```ignore
//! use crate::{t, tr};
//! t!(inbox.title)                    // &'static str, in the current language
//! t!(inbox.waiting, n = 3)           // String; each placeholder takes anything that is Display
//! tr!(inbox.title)                   // closure: put it into a view or a TextProp; follows the language
//! tr!(inbox.waiting, n = count.get())// closure too (moves what it names), evaluated again when `count` changes
//! ```
//! In a text, `{n}` is a placeholder and `{n:day|days}` the word for one or for another count.
//! `t!` inside a reactive closure follows the language as well; outside it is a plain read.
//!
//! # Formats (`i18n::format`, also re-exported here)
//! - [`Date`] a civil date (`Date::parse("2026-10-08")`, arithmetic, weekday); [`Stamp`] an instant (`Stamp::parse(rfc3339)`).
//! - [`date`] 10月8日 周四 | Thu 8 Oct · [`month_day`] 10月8日 · [`month`] 2026年10月 · [`full_date`] 2026年10月8日
//! - [`period`] 12月23日–25日, 12月23日上午
//! - [`clock`] 09:12 · [`moment`] 今天 09:12, 昨天 16:05, 9月21日 18:42 · [`ago`] 刚刚, 5 分钟前, then as `moment`
//! - [`duration`] (minutes) 46 分钟, 2 小时 14 分, 1 天 3 小时 · [`days`] (leave minutes, 480 = 1 天) 0.5 天
//! - [`number`] 1,286 · [`money`] (minor units, ISO code) ¥8,462.50 · [`names`] 李敏、孙倩 · [`names_of`] 李敏、孙倩等 5 人
//!
//! Everything is shown in the company's time zone ([`set_time_zone`]; until then the browser's).

mod date;
pub mod format;
mod period;
mod quantity;

use std::cell::RefCell;
use std::fmt::{Display, Write as _};

use leptos::prelude::*;
use leptos::reactive::graph::Observer;

pub use date::{Date, weeks_of_month};
pub use format::{
    Stamp, ago, clock, date, days, duration, full_date, local, moment, money, month, month_day, names, names_of,
    number, on_paper, period, print, set_time_zone, today, weekday, weekday_letter,
};
pub use period::Period;

/// The keys of all texts, made from the locale files by `build.rs`. Use them through [`t!`](crate::t).
#[expect(non_camel_case_types, reason = "a key is written as in the locale file")]
pub mod keys {
    include!(concat!(env!("OUT_DIR"), "/i18n_keys.rs"));
}

/// The text of a key in the current language: `t!(inbox.title)`, `t!(inbox.waiting, n = 3)`.
#[macro_export]
macro_rules! t {
    ($first:ident $(. $rest:ident)* $(,)?) => { $crate::i18n::keys::$first $(::$rest)* {}.text() };
    ($first:ident $(. $rest:ident)*, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::i18n::keys::$first $(::$rest)* { $($name: &$value),+ }.text()
    };
}

/// Like [`t!`], as a closure that follows the language (and the signals its values read).
#[macro_export]
macro_rules! tr {
    ($($tokens:tt)*) => { move || $crate::t!($($tokens)*) };
}

/// A language the web app speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Locale {
    /// Simplified Chinese, the first language.
    #[default]
    ZhCn,
    /// English.
    En,
}

impl Locale {
    /// All languages, in the order of the menu.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// The BCP 47 tag, as in `<html lang>` and the API.
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language's own name for itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::ZhCn => "简体中文",
            Self::En => "English",
        }
    }

    /// Reads a tag; everything Chinese is [`Locale::ZhCn`], everything else English.
    pub fn from_tag(tag: &str) -> Self {
        if tag.get(..2).is_some_and(|two| two.eq_ignore_ascii_case("zh")) {
            Self::ZhCn
        } else {
            Self::En
        }
    }
}

thread_local! {
    static LOCALE: ArcRwSignal<Locale> = ArcRwSignal::new(Locale::default());
    static STORE: RefCell<Option<web_sys::Storage>> = const { RefCell::new(None) };
}

const STORE_KEY: &str = "tongshi.locale";

/// Chooses the language at start: the stored choice, else the browser's. Call once before mounting.
pub fn start() {
    let Some(window) = web_sys::window() else { return };
    let storage = window.local_storage().ok().flatten();
    let stored = storage.as_ref().and_then(|s| s.get_item(STORE_KEY).ok().flatten());
    STORE.with(|cell| *cell.borrow_mut() = storage);
    let tag = stored
        .or_else(|| window.navigator().language())
        .unwrap_or_else(|| "zh-CN".to_owned());
    apply(Locale::from_tag(&tag));
    format::start_ticking();
}

/// The current language; inside a reactive closure the closure runs again when it changes.
pub fn locale() -> Locale {
    LOCALE.with(|signal| {
        if Observer::get().is_some() {
            signal.get()
        } else {
            signal.get_untracked()
        }
    })
}

/// Switches the language without reload and remembers it in this browser.
pub fn set_locale(locale: Locale) {
    STORE.with(|cell| {
        if let Some(storage) = cell.borrow().as_ref() {
            // A full or forbidden store only means that the choice is not remembered.
            let _ = storage.set_item(STORE_KEY, locale.tag());
        }
    });
    apply(locale);
}

fn apply(locale: Locale) {
    let root = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("lang", locale.tag());
    }
    LOCALE.with(|signal| signal.set(locale));
}

/// The one of the two texts that the current language wants.
#[inline(never)]
pub fn pick(zh: &'static str, en: &'static str) -> &'static str {
    match locale() {
        Locale::ZhCn => zh,
        Locale::En => en,
    }
}

/// Puts values into a text with placeholders; see the module's head for the syntax.
#[inline(never)]
pub fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((inner, tail)) = after.split_once('}') else {
            break;
        };
        let (name, choice) = inner
            .split_once(':')
            .map_or((inner, None), |(name, choice)| (name, Some(choice)));
        if let Some((_, value)) = values.iter().find(|(key, _)| *key == name) {
            match choice.and_then(|choice| choice.split_once('|')) {
                Some((one, many)) => out.push_str(if value.to_string() == "1" { one } else { many }),
                None => {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "{value}");
                }
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_placeholders_and_plurals() {
        let check =
            |template, n: u32, expected: &str| assert_eq!(fill(template, &[("n", &n), ("who", &"韩雪")]), expected);
        check("{n} 件待处理", 3, "3 件待处理");
        check("{n} {n:request|requests} from {who}", 1, "1 request from 韩雪");
        check("{n} {n:request|requests} from {who}", 2, "2 requests from 韩雪");
        check("plain", 2, "plain");
    }

    #[test]
    fn follows_the_locale() {
        assert_eq!(t!(ui.retry), "重试");
        LOCALE.with(|signal| signal.set(Locale::En));
        assert_eq!(t!(ui.retry), "Retry");
        LOCALE.with(|signal| signal.set(Locale::ZhCn));
        assert_eq!(Locale::from_tag("zh-Hans-CN"), Locale::ZhCn);
        assert_eq!(Locale::from_tag("de"), Locale::En);
    }
}
