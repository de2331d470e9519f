//! Spans and amounts cut into the units people say. PURE.

/// Minutes of a working day in the leave ledger.
pub(super) const DAY_MINUTES: i64 = 480;

/// A span in at most two neighbouring units.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// Below an hour.
    Minutes(i64),
    /// Whole hours.
    Hours(i64),
    /// Hours and minutes.
    HoursMinutes(i64, i64),
    /// Whole days.
    Days(i64),
    /// Days and hours.
    DaysHours(i64, i64),
}

/// Cuts a wall-clock span; days are of 24 hours, negative spans count as zero.
pub(super) fn span(minutes: i64) -> Span {
    let minutes = minutes.max(0);
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, m) => Span::Minutes(m),
        (0, h, 0) => Span::Hours(h),
        (0, h, m) => Span::HoursMinutes(h, m),
        (d, 0, _) => Span::Days(d),
        (d, h, _) => Span::DaysHours(d, h),
    }
}

/// Leave minutes as days of 480 minutes with at most two decimals, no trailing zeros.
pub(super) fn leave_days(minutes: i64) -> String {
    let hundredths = (minutes * 100 + minutes.signum() * DAY_MINUTES / 2) / DAY_MINUTES;
    let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
    let sign = if hundredths < 0 { "-" } else { "" };
    match rest {
        0 => format!("{sign}{whole}"),
        r if r % 10 == 0 => format!("{sign}{whole}.{}", r / 10),
        r => format!("{sign}{whole}.{r:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_spans() {
        let check = |minutes, expected| assert_eq!(span(minutes), expected, "{minutes}");
        check(-5, Span::Minutes(0));
        check(46, Span::Minutes(46));
        check(120, Span::Hours(2));
        check(134, Span::HoursMinutes(2, 14));
        check(1440, Span::Days(1));
        check(1620, Span::DaysHours(1, 3));
        check(1445, Span::Days(1));
    }

    #[test]
    fn says_leave_in_days() {
        let check = |minutes, expected: &str| assert_eq!(leave_days(minutes), expected, "{minutes}");
        check(480, "1");
        check(240, "0.5");
        check(-720, "-1.5");
        check(0, "0");
        check(120, "0.25");
        check(4080, "8.5");
        check(160, "0.33");
    }
}
