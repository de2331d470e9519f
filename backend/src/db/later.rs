//! Writes a change keeps for its end, where all of them go to the database together: an embedded engine runs them in one go, which
//! saves a change of threads for each. A server is told as few statements as can be, which saves a way there and back for each.

use std::sync::{Mutex, PoisonError};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryTrait, Statement};

use crate::error::Result;

/// Most statements of one text: the driver remembers each text it has prepared.
const MOST: usize = 16;
/// Most values of one text for a server, which takes 65,535: long lists go by themselves.
const MOST_VALUES: usize = 1_000;

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
            _ => merged(waiting),
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

/// Statements as few for a server, by data-modifying parts of a `WITH`. The parts of one do not see what the others change, and of
/// two changes of one row only one would happen (<https://www.postgresql.org/docs/current/queries-with.html>): each is of a table of
/// its own, and a table that comes again begins the next one.
fn merged(statements: impl IntoIterator<Item = Statement>) -> Vec<Statement> {
    let mut groups: Vec<Vec<Statement>> = Vec::new();
    for next in statements {
        match groups.last_mut().filter(|group| fits(group, &next)) {
            Some(group) => group.push(next),
            None => groups.push(vec![next]),
        }
    }
    groups.into_iter().filter_map(merge).collect()
}

fn fits(group: &[Statement], next: &Statement) -> bool {
    let values = |statement: &Statement| statement.values.as_ref().map_or(0, |values| values.0.len());
    let all: usize = group.iter().chain([next]).map(values).sum();
    let table = table_of(next);
    table.is_some()
        && all <= MOST_VALUES
        && group
            .iter()
            .all(|one| table_of(one).is_some_and(|of| Some(of) != table))
}

/// The first name of a write.
fn table_of(statement: &Statement) -> Option<&str> {
    statement.sql.split('"').nth(1)
}

fn merge(mut group: Vec<Statement>) -> Option<Statement> {
    let mut last = group.pop()?;
    if group.is_empty() {
        return Some(last);
    }
    let mut sql = String::from("WITH ");
    let mut values = Vec::new();
    for (at, part) in group.into_iter().enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        sql.push_str(&format!("{comma}part{at} AS ({})", shifted(&part.sql, values.len())));
        values.extend(part.values.into_iter().flat_map(|values| values.0));
    }
    sql.push(' ');
    sql.push_str(&shifted(&last.sql, values.len()));
    values.extend(last.values.take().into_iter().flat_map(|values| values.0));
    Some(Statement {
        sql,
        values: Some(sea_orm::Values(values)),
        ..last
    })
}

/// A text whose values take the places behind others. All values are bound, so that a `$` is nothing but a place.
fn shifted(sql: &str, by: usize) -> String {
    let mut pieces = sql.split('$');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.len() - piece.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (place, rest) = piece.split_at(digits);
        text.push('$');
        match place.parse::<usize>() {
            Ok(place) => text.push_str(&(place + by).to_string()),
            Err(_) => text.push_str(place),
        }
        text.push_str(rest);
    }
    text
}

impl super::Tx {
    /// Writes at the end of the change. Nothing the change still reads may depend on it, nor another kept write of another table,
    /// and an error of the database is one of [`super::Tx::commit`].
    pub(crate) fn later(&self, statement: &impl QueryTrait) {
        self.later.add(statement.build(self.get_database_backend()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_told_writes_of_different_tables_at_once() {
        let one = |sql: &str, values: &[i32]| {
            Statement::from_sql_and_values(DbBackend::Postgres, sql, values.iter().map(|value| (*value).into()))
        };
        let check = |statements: Vec<Statement>, expected: &[(&str, &[i32])]| {
            let found: Vec<_> = merged(statements)
                .into_iter()
                .map(|one| (one.sql, one.values.map_or_else(Vec::new, |values| values.0)))
                .collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(sql, values)| ((*sql).to_owned(), values.iter().map(|value| (*value).into()).collect()))
                .collect::<Vec<(String, Vec<sea_orm::Value>)>>();
            assert_eq!(found, expected);
        };
        let insert = one(r#"INSERT INTO "a" ("x", "y") VALUES ($1, $2)"#, &[1, 2]);
        let update = one(r#"UPDATE "b" SET "x" = $1 WHERE "b"."id" = $2"#, &[3, 4]);
        check(vec![], &[]);
        check(
            vec![insert.clone()],
            &[(r#"INSERT INTO "a" ("x", "y") VALUES ($1, $2)"#, &[1, 2])],
        );
        let both =
            r#"WITH part0 AS (INSERT INTO "a" ("x", "y") VALUES ($1, $2)) UPDATE "b" SET "x" = $3 WHERE "b"."id" = $4"#;
        check(vec![insert.clone(), update.clone()], &[(both, &[1, 2, 3, 4])]);
        let again = r#"INSERT INTO "a" ("x", "y") VALUES ($1, $2)"#;
        check(
            vec![insert.clone(), update.clone(), insert.clone()],
            &[(both, &[1, 2, 3, 4]), (again, &[1, 2])],
        );
        let long = one(r#"DELETE FROM "c""#, &[0; MOST_VALUES]);
        check(
            vec![insert, long],
            &[(again, &[1, 2]), (r#"DELETE FROM "c""#, &[0; MOST_VALUES])],
        );
        assert_eq!(shifted("$1, $12 $ $x", 3), "$4, $15 $ $x");
    }

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
