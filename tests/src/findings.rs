//! Rows of a table that are not as they should be, told together at its end.

use std::fmt::{Debug, Display};

/// Collects what is wrong; panics with all of it when it is dropped.
#[derive(Default)]
pub struct Findings(Vec<String>);

impl Findings {
    /// Notes a row whose answer is not the expected one.
    pub fn same<T: PartialEq<U> + Debug, U: Debug>(&mut self, row: impl Display, found: T, expected: U) {
        if found != expected {
            self.0
                .push(format!("{row}\n    found    {found:?}\n    expected {expected:?}"));
        }
    }

    /// The same of values that are only looked at.
    pub fn equal<T: PartialEq<U> + Debug + ?Sized, U: Debug + ?Sized>(
        &mut self,
        row: impl Display,
        found: &T,
        expected: &U,
    ) {
        self.same(row, found, expected);
    }

    /// Notes a row for which something does not hold.
    pub fn holds(&mut self, row: impl Display, holds: bool) {
        self.same(row, holds, true);
    }
}

impl Drop for Findings {
    fn drop(&mut self) {
        if !self.0.is_empty() && !std::thread::panicking() {
            panic!("{} rows are wrong:\n{}", self.0.len(), self.0.join("\n"));
        }
    }
}
