//! Errors of the engines: which of them are an outage, to be waited for, and which a fault of ours.

use sea_orm::sqlx::Error as Driver;
use sea_orm::{DbErr, RuntimeErr};

use crate::error::Error;

/// Why the database does nothing for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outage {
    /// It cannot be reached, stops, is overloaded, or ended the transaction in favour of another.
    Away,
    /// There is no room on its disk.
    Full,
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match outage(&error) {
            Some(outage) => Self::Unavailable {
                full: outage == Outage::Full,
                cause: error.to_string(),
            },
            None => Self::internal(error),
        }
    }
}

/// Whether there was no room on the disk.
pub(super) fn is_full(error: &DbErr) -> bool {
    outage(error) == Some(Outage::Full)
}

fn outage(error: &DbErr) -> Option<Outage> {
    match error {
        DbErr::ConnectionAcquire(_) => Some(Outage::Away),
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => match &**error {
            Driver::Io(_)
            | Driver::Tls(_)
            | Driver::PoolTimedOut
            | Driver::PoolClosed
            | Driver::WorkerCrashed
            | Driver::BeginFailed => Some(Outage::Away),
            Driver::Database(error) => of_code(&error.code()?),
            _ => None,
        },
        _ => None,
    }
}

/// Codes of PostgreSQL have five characters, those of SQLite are numbers below 10,000.
fn of_code(code: &str) -> Option<Outage> {
    if code.len() == 5 {
        return match code {
            "53100" => Some(Outage::Full),
            // Cancelled or ended by an administrator, waited too long for a lock, lost against another transaction.
            "57014" | "55P03" | "25P03" | "40001" | "40P01" => Some(Outage::Away),
            _ if ["08", "53", "57P"].iter().any(|class| code.starts_with(class)) => Some(Outage::Away),
            _ => None,
        };
    }
    // The lowest byte is the primary code, the others say more about it.
    match code.parse::<u32>().ok()? & 0xff {
        // SQLITE_FULL.
        13 => Some(Outage::Full),
        // SQLITE_BUSY, SQLITE_INTERRUPT, SQLITE_IOERR, SQLITE_CANTOPEN.
        5 | 9 | 10 | 14 => Some(Outage::Away),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outages_are_told_from_faults() {
        let check = |code: &str, expected: Option<Outage>| assert_eq!(of_code(code), expected, "{code}");
        check("13", Some(Outage::Full));
        check("53100", Some(Outage::Full));
        for away in [
            "5", "517", "10", "778", "14", "9", "53300", "57P01", "57P03", "08006", "40P01",
        ] {
            check(away, Some(Outage::Away));
        }
        for fault in ["", "1", "19", "2067", "23505", "42P01", "22021", "nonsense"] {
            check(fault, None);
        }
    }

    #[test]
    fn an_outage_keeps_its_cause_inside() {
        let error = Error::from(DbErr::Conn(RuntimeErr::SqlxError(Driver::PoolTimedOut.into())));
        assert!(matches!(&error, Error::Unavailable { full: false, cause } if !cause.is_empty()));
        assert!(!error.text().en.contains("pool"), "{:?}", error.text());
    }
}
