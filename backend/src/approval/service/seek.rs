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

/// What one word may mean.
struct Word {
    kinds: Vec<TemplateId>,
    people: Option<Condition>,
    numbers: Option<Condition>,
}

/// Requests of which number, applicant or kind fit each word of a search; none when nothing is sought.
///
/// # Errors
/// Only those of the database.
pub(super) async fn sought(cx: &Cx, typed: &str) -> Result<Option<Condition>> {
    let mut words = Vec::new();
    for word in taken_apart(typed) {
        words.push(Word {
            kinds: kinds(cx, &word).await?,
            people: people(cx, &word).await?,
            numbers: number(&word).map(numbered),
        });
    }
    if words.is_empty() {
        return Ok(None);
    }
    let by_people = words.iter().any(|word| word.kinds.is_empty() && word.people.is_some());
    let fits = |all: Condition, word| all.add(fits(word, by_people));
    Ok(Some(words.into_iter().fold(Condition::all(), fits)))
}

/// A search in words. A title that was copied as a whole is one of a name and a kind: 张伟的请假申请.
fn taken_apart(typed: &str) -> Vec<String> {
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

/// `by_people`: another word names people, who have few requests each.
fn fits(word: Word, by_people: bool) -> Condition {
    let mut any = Condition::any().add_option(word.people).add_option(word.numbers);
    if !word.kinds.is_empty() {
        let kind = case_row::Column::TemplateId.is_in(word.kinds);
        // Most requests may be of one kind: compared with a value it is only looked at, and no way to find the rest.
        any = any.add(if by_people { Expr::expr(kind).eq(true) } else { kind });
    }
    // An empty "any" would fit everything.
    if any.is_empty() {
        any.add(Expr::val(1).eq(0))
    } else {
        any
    }
}

/// Requests of people whom a word names.
async fn people(cx: &Cx, word: &str) -> Result<Option<Condition>> {
    let Some(named) = org::service::named(word) else {
        return Ok(None);
    };
    let people = org_member::Entity::find()
        .select_only()
        .column(org_member::Column::Id)
        .filter(named);
    let few = people.clone().limit(MOST_PEOPLE + 1);
    let few: Vec<MemberId> = few.into_tuple().all(cx.db.read()).await?;
    let applicant = case_row::Column::ApplicantId;
    Ok(match few.len() as u64 {
        0 => None,
        1..=MOST_PEOPLE => Some(Condition::all().add(applicant.is_in(few))),
        _ => Some(Condition::all().add(applicant.in_subquery(people.into_query()))),
    })
}

/// Requests whose numbers are like a pattern.
fn numbered(pattern: String) -> Condition {
    let like = Query::select()
        .column(case_row::Column::Id)
        .from(case_row::Entity)
        .and_where(Expr::col(case_row::Column::Number).like(pattern))
        .to_owned();
    Condition::all().add(case_row::Column::Id.in_subquery(like))
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
        let check = |typed: &str, expected: &[&str]| assert_eq!(taken_apart(typed), expected, "{typed:?}");
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
