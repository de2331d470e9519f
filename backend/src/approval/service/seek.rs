//! What is typed into the search of requests. A title says whose request it is and of which kind, so its words are sought among the
//! people and the kinds, which are few; what is left to seek among hundreds of thousands of requests are ids and numbers, from indexes.

use entity::{MemberId, TemplateId, approval_case as case_row, approval_template as template_row, org_member};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::cx::Cx;
use crate::error::Result;
use crate::org;

/// Most words that are looked at; each must fit.
const MOST_WORDS: usize = 4;
/// Longest word, in characters.
const MOST_LETTERS: usize = 64;
/// Most people named one by one. A word that fits more fits so many requests that the newest are found at once in any case.
const MOST_PEOPLE: u64 = 200;

/// Requests of which number, applicant or kind fit each word of a search; none when nothing is sought.
///
/// # Errors
/// Only those of the database.
pub(super) async fn sought(cx: &Cx, typed: &str) -> Result<Option<Condition>> {
    let words = words(typed);
    let mut all = Condition::all();
    for word in &words {
        all = all.add(fits(cx, word).await?);
    }
    Ok((!words.is_empty()).then_some(all))
}

/// A search in words. A title that was copied as a whole is one of a name and a kind: 张伟的请假申请.
fn words(typed: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in typed.split_whitespace() {
        let part: String = part.chars().filter(|c| !c.is_control()).take(MOST_LETTERS).collect();
        match part.strip_suffix("申请").and_then(|rest| rest.split_once('的')) {
            Some((name, kind)) => words.extend([name.to_owned(), kind.to_owned()]),
            None => words.push(part),
        }
    }
    // The dot in "Leave · 张伟" stands for nothing.
    words.retain(|word| !word.is_empty() && word != "·");
    words.truncate(MOST_WORDS);
    words
}

async fn fits(cx: &Cx, word: &str) -> Result<Condition> {
    let mut any = Condition::any();
    let kinds = kinds(cx, word).await?;
    if !kinds.is_empty() {
        any = any.add(case_row::Column::TemplateId.is_in(kinds));
    }
    if let Some(people) = org::service::named(word) {
        let people = org_member::Entity::find()
            .select_only()
            .column(org_member::Column::Id)
            .filter(people);
        let first: Vec<MemberId> = people
            .clone()
            .limit(MOST_PEOPLE + 1)
            .into_tuple()
            .all(cx.db.read())
            .await?;
        if first.len() as u64 > MOST_PEOPLE {
            any = any.add(case_row::Column::ApplicantId.in_subquery(people.into_query()));
        } else if !first.is_empty() {
            any = any.add(case_row::Column::ApplicantId.is_in(first));
        }
    }
    if let Some(number) = number(word) {
        let numbered = Query::select()
            .column(case_row::Column::Id)
            .from(case_row::Entity)
            .and_where(Expr::col(case_row::Column::Number).like(number))
            .to_owned();
        any = any.add(case_row::Column::Id.in_subquery(numbered));
    }
    // An empty "any" would fit everything.
    Ok(if any.is_empty() {
        any.add(Expr::val(1).eq(0))
    } else {
        any
    })
}

/// Kinds of requests by a part of their name.
async fn kinds(cx: &Cx, word: &str) -> Result<Vec<TemplateId>> {
    let word = word.to_lowercase();
    let word = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let within = |column| {
        let lower = Func::lower(Expr::col((template_row::Entity, column)));
        Expr::expr(lower).like(LikeExpr::new(format!("%{word}%")).escape('\\'))
    };
    let named = Condition::any()
        .add(within(template_row::Column::Name))
        .add(within(template_row::Column::NameEn));
    let ids = template_row::Entity::find()
        .select_only()
        .column(template_row::Column::Id)
        .filter(named)
        .into_tuple()
        .all(cx.db.read())
        .await?;
    Ok(ids)
}

/// A pattern for numbers such as `QJ-20261123-0007`, when the word may be one: the beginning, or from a digit on any part.
fn number(word: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !word.chars().all(fits) || !word.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let part = word.to_ascii_uppercase();
    Some(if part.starts_with(|c: char| c.is_ascii_alphabetic()) {
        format!("{part}%")
    } else {
        format!("%{part}%")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_taken_apart() {
        let check = |typed: &str, expected: &[&str]| assert_eq!(words(typed), expected, "{typed:?}");
        check("", &[]);
        check(" \u{3000} ", &[]);
        check("张伟", &["张伟"]);
        check("张伟 请假", &["张伟", "请假"]);
        check("张伟的请假申请", &["张伟", "请假"]);
        check("Leave · 张伟", &["Leave", "张伟"]);
        check("的申请", &[]);
        check("a b c d e f", &["a", "b", "c", "d"]);
        check("nul\0l", &["null"]);
    }

    #[test]
    fn numbers_are_known_by_their_digits() {
        let check = |word: &str, expected: Option<&str>| assert_eq!(number(word).as_deref(), expected, "{word:?}");
        check("qj-2026", Some("QJ-2026%"));
        check("1123-0007", Some("%1123-0007%"));
        check("-0007", Some("%-0007%"));
        check("zhang", None);
        check("100%", None);
        check("张7", None);
    }
}
