//! Writes a change keeps for its end, where all of them go to the database together: an embedded engine runs them in one go, which
//! saves a change of threads for each. A server is told one after the other.

use std::sync::{Mutex, PoisonError};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryTrait, Statement};

use crate::error::Result;

/// Most statements of one text: the driver remembers each text it has prepared.
const MOST: usize = 16;

/// Statements that wait for the end of a change, in their order.
#[derive(Default)]
pub(super) struct Later(Mutex<Vec<Statement>>);

impl Later {
    fn add(&self, statement: Statement) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(statement);
    }

    /// Runs them, and the last words behind them where there are some.
    pub(super) async fn run(&self, tx: &DatabaseTransaction, last: Option<&str>) -> Result<()> {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let waiting = match tx.get_database_backend() {
            DbBackend::Sqlite => {
                let last = last.map(|last| Statement::from_string(DbBackend::Sqlite, last));
                joined(waiting.into_iter().chain(last))
            }
            _ => waiting,
        };
        for statement in waiting {
            tx.execute_raw(statement).await?;
        }
        Ok(())
    }
}

/// Statements as few texts: each takes its values in the order of their places, after those of the statements before it.
fn joined(statements: impl IntoIterator<Item = Statement>) -> Vec<Statement> {
    let mut texts: Vec<Statement> = Vec::new();
    for (at, next) in statements.into_iter().enumerate() {
        match texts.last_mut().filter(|_| at % MOST > 0) {
            Some(text) => {
                text.sql.push_str("; ");
                text.sql.push_str(&next.sql);
                let values = text.values.take().into_iter().chain(next.values);
                text.values = Some(sea_orm::Values(values.flat_map(|values| values.0).collect()));
            }
            None => texts.push(next),
        }
    }
    texts
}

impl super::Tx {
    /// Writes at the end of the change. Nothing the change still reads may depend on it, and an error of the database is one of
    /// [`super::Tx::commit`].
    pub(crate) fn later(&self, statement: &impl QueryTrait) {
        self.later.add(statement.build(self.get_database_backend()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_statements_keep_their_order_and_values() {
        let one = |sql: &str, value: i32| Statement::from_sql_and_values(DbBackend::Sqlite, sql, [value.into()]);
        let check = |statements: Vec<Statement>, sql: &[&str], values: &[i32]| {
            let found = joined(statements);
            let texts: Vec<_> = found.iter().map(|one| one.sql.as_str()).collect();
            let bound: Vec<_> = found
                .iter()
                .flat_map(|one| one.values.clone())
                .flat_map(|all| all.0)
                .collect();
            let expected: Vec<sea_orm::Value> = values.iter().map(|value| (*value).into()).collect();
            assert_eq!((texts.as_slice(), bound), (sql, expected));
        };
        check(vec![], &[], &[]);
        check(vec![one("A ?", 1)], &["A ?"], &[1]);
        let bare = Statement::from_string(DbBackend::Sqlite, "B");
        check(vec![one("A ?", 1), bare, one("C ?", 3)], &["A ?; B; C ?"], &[1, 3]);
    }
}
