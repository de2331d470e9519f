//! Dates, times, spans and amounts as text in the current language.
//!
//! The browser's `Intl` knows time zones and currencies; the word order of dates is ours, because the browsers'
//! own forms differ from each other and from what Chinese offices write.

use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::time::Duration;

use js_sys::{Array, Function, Intl, Object, Reflect};
use leptos::prelude::*;
use leptos::reactive::graph::Observer;
use wasm_bindgen::{JsCast, JsValue};

use super::quantity::{self, Span};
use super::{Date, Locale, Period, locale};
use crate::t;

/// An instant, in milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Stamp(pub f64);

impl Stamp {
    /// Reads an RFC 3339 timestamp as the API sends it.
    pub fn parse(text: &str) -> Option<Self> {
        let ms = js_sys::Date::parse(text);
        ms.is_finite().then_some(Self(ms))
    }

    /// This moment, by the browser's clock.
    pub fn now() -> Self {
        Self(js_sys::Date::now())
    }

    /// Whole minutes from `earlier` to this instant; negative when this one is before it.
    pub fn minutes_since(self, earlier: Self) -> i64 {
        ((self.0 - earlier.0) / 60_000.0).floor() as i64
    }
}

thread_local! {
    static ZONE: RefCell<Option<String>> = const { RefCell::new(None) };
    static ZONED: RefCell<Option<Function>> = const { RefCell::new(None) };
    static MONEY: RefCell<Vec<(Locale, String, Function)>> = const { RefCell::new(Vec::new()) };
    static TICK: ArcRwSignal<u32> = ArcRwSignal::new(0);
    static TICKING: Cell<bool> = const { Cell::new(false) };
    static PAPER: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// Shows everything in this IANA time zone (`Asia/Shanghai`) instead of the browser's; an unknown one is ignored.
pub fn set_time_zone(zone: &str) {
    ZONE.with(|cell| *cell.borrow_mut() = Some(zone.to_owned()));
    ZONED.with(|cell| *cell.borrow_mut() = None);
}

/// Whether the page is being printed; in a reactive closure the closure runs again. Paper is read on other days and by
/// other people: no *today* and no *you* belong on it.
pub fn on_paper() -> bool {
    PAPER.with(|paper| {
        if Observer::get().is_some() {
            paper.get()
        } else {
            paper.get_untracked()
        }
    })
}

/// Prints the page, once it is written as for paper.
pub fn print() {
    PAPER.with(|paper| paper.set(true));
    request_animation_frame(|| {
        // A browser that cannot print says so itself.
        let _ = window().print();
    });
}

/// Lets every text with a relative time be written again twice a minute, and for paper.
pub(super) fn start_ticking() {
    if !TICKING.replace(true) {
        window_event_listener_untyped("beforeprint", |_| PAPER.with(|paper| paper.set(true)));
        window_event_listener_untyped("afterprint", |_| PAPER.with(|paper| paper.set(false)));
        set_interval(
            || TICK.with(|tick| tick.update(|n| *n = n.wrapping_add(1))),
            Duration::from_secs(30),
        );
    }
}

/// Now, and in a reactive closure: again in half a minute.
fn ticking_now() -> Stamp {
    if Observer::get().is_some() {
        TICK.with(|tick| tick.track());
    }
    Stamp::now()
}

/// The civil date and the time (hour, minute) of an instant in the company's zone.
pub fn local(stamp: Stamp) -> (Date, u32, u32) {
    let text = ZONED
        .with(|cell| {
            cell.borrow_mut()
                .get_or_insert_with(zoned_format)
                .call1(&JsValue::UNDEFINED, &JsValue::from_f64(stamp.0))
        })
        .ok()
        .and_then(|value| value.as_string())
        .unwrap_or_default();
    read_zoned(&text).unwrap_or((
        Date {
            year: 1970,
            month: 1,
            day: 1,
        },
        0,
        0,
    ))
}

/// Reads the Swedish form `2026-10-08 09:12`.
fn read_zoned(text: &str) -> Option<(Date, u32, u32)> {
    let (date, time) = text.split_once(' ')?;
    let mut parts = time.split(':');
    Some((
        Date::parse(date)?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
    ))
}

/// The Swedish locale writes ISO 8601, which is easy to read back.
fn zoned_format() -> Function {
    let options = Object::new();
    let set = |key: &str, value: &str| {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&options, &key.into(), &value.into());
    };
    set("dateStyle", "short");
    set("timeStyle", "short");
    let locales = Array::of1(&"sv-SE".into());
    let zone = ZONE.with(|cell| cell.borrow().clone());
    if let Some(zone) = zone.filter(|zone| zone_is_known(zone)) {
        set("timeZone", &zone);
    }
    Intl::DateTimeFormat::new(&locales, &options).format()
}

/// `Intl` throws at a zone it does not know; a `Date` method reports that as an error instead of a panic.
fn zone_is_known(zone: &str) -> bool {
    let options = Object::new();
    let _ = Reflect::set(&options, &"timeZone".into(), &zone.into());
    let date = js_sys::Date::new_0();
    Reflect::get(&date, &"toLocaleString".into())
        .ok()
        .and_then(|f| f.dyn_into::<Function>().ok())
        .is_some_and(|f| f.call2(&date, &"en".into(), &options).is_ok())
}

/// Today in the company's zone; in a reactive closure it follows midnight.
pub fn today() -> Date {
    local(ticking_now()).0
}

/// 周四 | Thu. Monday is 1.
pub fn weekday(number: u32) -> &'static str {
    match number {
        1 => t!(time.mon),
        2 => t!(time.tue),
        3 => t!(time.wed),
        4 => t!(time.thu),
        5 => t!(time.fri),
        6 => t!(time.sat),
        _ => t!(time.sun),
    }
}

/// 四 | Th, the head of a calendar's column. Monday is 1.
pub fn weekday_letter(number: u32) -> &'static str {
    let name = weekday(number);
    match locale() {
        Locale::ZhCn => name.strip_prefix('周').unwrap_or(name),
        Locale::En => name.get(..2).unwrap_or(name),
    }
}

pub(super) fn month_name(number: u32) -> &'static str {
    const SHORT: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    usize::try_from(number)
        .ok()
        .and_then(|n| SHORT.get(n.wrapping_sub(1)))
        .copied()
        .unwrap_or_default()
}

/// 10月8日 | 8 Oct
pub fn month_day(date: Date) -> String {
    match locale() {
        Locale::ZhCn => format!("{}月{}日", date.month, date.day),
        Locale::En => format!("{} {}", date.day, month_name(date.month)),
    }
}

/// 2026年10月8日 | 8 Oct 2026
pub fn full_date(date: Date) -> String {
    match locale() {
        Locale::ZhCn => format!("{}年{}月{}日", date.year, date.month, date.day),
        Locale::En => format!("{} {} {}", date.day, month_name(date.month), date.year),
    }
}

/// 2026年10月 | Oct 2026
pub fn month(date: Date) -> String {
    match locale() {
        Locale::ZhCn => format!("{}年{}月", date.year, date.month),
        Locale::En => format!("{} {}", month_name(date.month), date.year),
    }
}

/// 10月8日 周四 | Thu 8 Oct; with the year where it is not this one, and on paper.
pub fn date(date: Date) -> String {
    let day = if date.year == today().year && !on_paper() {
        month_day(date)
    } else {
        full_date(date)
    };
    match locale() {
        Locale::ZhCn => format!("{day} {}", weekday(date.weekday())),
        Locale::En => format!("{} {day}", weekday(date.weekday())),
    }
}

/// 12月23日, 12月23日上午, 12月23日–25日 | 23 Dec, 23–25 Dec; with the year where it is not this one.
pub fn period(period: Period) -> String {
    period.words(today().year, locale())
}

/// 09:12
pub fn clock(stamp: Stamp) -> String {
    let (_, hour, minute) = local(stamp);
    format!("{hour:02}:{minute:02}")
}

/// 今天 09:12, 昨天 16:05, 明天 18:00, 9月21日 18:42, 2025年9月21日 18:42
pub fn moment(stamp: Stamp) -> String {
    let (day, hour, minute) = local(stamp);
    let now = today();
    let when = match day.days() - now.days() {
        _ if on_paper() => full_date(day),
        0 => t!(time.today).to_owned(),
        -1 => t!(time.yesterday).to_owned(),
        1 => t!(time.tomorrow).to_owned(),
        _ if day.year == now.year => month_day(day),
        _ => full_date(day),
    };
    format!("{when} {hour:02}:{minute:02}")
}

/// 刚刚, 5 分钟前, 2 小时前; from the day before on as [`moment`].
pub fn ago(stamp: Stamp) -> String {
    let now = ticking_now();
    let minutes = now.minutes_since(stamp);
    if local(now).0 != local(stamp).0 && minutes >= 60 {
        return moment(stamp);
    }
    match minutes {
        ..1 => t!(time.just_now).to_owned(),
        1..60 => t!(time.minutes_ago, n = minutes),
        _ => t!(time.hours_ago, n = minutes / 60),
    }
}

/// A span of wall-clock minutes: 46 分钟, 2 小时 14 分, 1 天 3 小时.
pub fn duration(minutes: i64) -> String {
    match quantity::span(minutes) {
        Span::Minutes(m) => t!(time.minutes, n = m),
        Span::Hours(h) => t!(time.hours, n = h),
        Span::HoursMinutes(h, m) => t!(time.hours_minutes, h = h, m = m),
        Span::Days(d) => t!(time.days, n = d),
        Span::DaysHours(d, h) => t!(time.days_hours, d = d, h = h),
    }
}

/// Leave minutes as working days of 480 minutes: 1 天, 0.5 天.
pub fn days(minutes: i64) -> String {
    t!(time.days, n = quantity::leave_days(minutes))
}

/// 1,286
pub fn number(value: f64) -> String {
    js_sys::Number::from(value).to_locale_string(locale().tag()).into()
}

/// ¥8,462.50, from minor units and an ISO 4217 code.
pub fn money(minor: i64, currency: &str) -> String {
    let format = money_format(currency);
    let digits = if matches!(currency, "JPY" | "KRW") { 1.0 } else { 100.0 };
    format
        .and_then(|f| {
            f.call1(&JsValue::UNDEFINED, &JsValue::from_f64(minor as f64 / digits))
                .ok()
        })
        .and_then(|value| value.as_string())
        .unwrap_or_else(|| format!("{currency} {}", minor as f64 / digits))
}

fn money_format(currency: &str) -> Option<Function> {
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let locale = locale();
    MONEY.with(|cell| {
        let mut cached = cell.borrow_mut();
        if let Some((_, _, f)) = cached.iter().find(|(l, c, _)| *l == locale && c == currency) {
            return Some(f.clone());
        }
        let options = Object::new();
        for (key, value) in [
            ("style", "currency"),
            ("currency", currency),
            ("currencyDisplay", "narrowSymbol"),
        ] {
            let _ = Reflect::set(&options, &key.into(), &value.into());
        }
        let f = Intl::NumberFormat::new(&Array::of1(&locale.tag().into()), &options).format();
        cached.push((locale, currency.to_owned(), f.clone()));
        Some(f)
    })
}

/// 李敏、孙倩、何静怡
pub fn names<T: Display>(names: &[T]) -> String {
    let separator = t!(time.list_separator);
    let texts: Vec<String> = names.iter().map(ToString::to_string).collect();
    texts.join(separator)
}

/// 李敏、孙倩等 5 人: the first three names, then how many there are in all.
pub fn names_of<T: Display>(all: &[T]) -> String {
    match all.get(..3) {
        Some(first) if all.len() > 3 => t!(time.names_of, names = names(first), n = all.len()),
        _ => names(all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_zoned_form() {
        let (date, hour, minute) = read_zoned("2026-10-08 09:12").unwrap();
        assert_eq!((date.to_string().as_str(), hour, minute), ("2026-10-08", 9, 12));
        assert!(read_zoned("08/10/2026").is_none());
    }

    #[test]
    fn says_spans_and_names() {
        assert_eq!(duration(46), "46 分钟");
        assert_eq!(duration(134), "2 小时 14 分");
        assert_eq!(days(240), "0.5 天");
        assert_eq!(names_of(&["李敏", "孙倩"]), "李敏、孙倩");
        assert_eq!(
            names_of(&["李敏", "孙倩", "何静怡", "郑凯"]),
            "李敏、孙倩、何静怡等 4 人"
        );
        assert_eq!(weekday_letter(4), "四");
        assert_eq!(
            full_date(Date {
                year: 2026,
                month: 10,
                day: 8
            }),
            "2026年10月8日"
        );
    }
}
