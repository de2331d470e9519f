//! Inputs of the right shape that mean nothing good: each is told its code and its field, and nothing changes.

mod accounts;
mod organisation;
mod people;
mod requests;
mod tasks;

use serde_json::{Value, json};
use tests::{Findings, TestApp};

use super::world::World;

/// Who calls what with which input, the code that is promised, and the fields it names.
type Row = (&'static str, &'static str, Value, &'static str, &'static str);

/// Runs all rows: each is refused as it says, in two languages, and leaves everything as it was.
async fn refused(app: &TestApp, rows: Vec<Row>) {
    let world = World::new(app).await;
    let mut before = app.digest().await;
    let mut findings = Findings::default();
    for (account, mutation, input, code, fields) in rows {
        let (person, input) = (world.person(account), world.fill(&input));
        let shown: String = input.to_string().chars().take(200).collect();
        let row = format!("{account} {mutation} {shown}");
        let done = person.attempt(mutation, &input, "__typename").await;
        let after = app.digest().await;
        findings.same(format!("{row} left something behind"), after.changed(&before), [""; 0]);
        before = after;
        let Err(zh) = done else {
            findings.same(row, "done", code);
            continue;
        };
        let told = format!("{} {}", zh.code, zh.fields().join(" "));
        findings.same(&row, told.trim_end(), format!("{code} {fields}").trim_end());
        let en = person
            .clone()
            .in_english()
            .attempt(mutation, &input, "__typename")
            .await;
        let en = en.expect_err("refused in English too");
        let worded = !zh.message.is_ascii() && zh.message != en.message && en.code == zh.code;
        findings.same(format!("{row}: {} / {}", zh.message, en.message), worded, true);
        findings.holds(
            format!("{row} has a request id"),
            zh.extensions["requestId"].is_string(),
        );
    }
}

/// An input with some of its values replaced.
fn with(base: &Value, changes: Value) -> Value {
    let mut input = base.clone();
    let object = input.as_object_mut().expect("an object");
    object.extend(changes.as_object().expect("an object").clone());
    input
}

fn seat(department: &str, primary: bool) -> Value {
    json!({ "departmentId": department, "isPrimary": primary, "isLeader": false })
}
