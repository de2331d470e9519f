use serde_json::json;

use super::*;
use crate::approval::engine::{FieldCode, FormFacts, Scope, routing_fields, validate, validate_form};

#[test]
fn every_builtin_could_be_published() {
    let all = builtins().unwrap();
    assert_eq!(
        all.iter().map(|builtin| builtin.key.as_str()).collect::<Vec<_>>(),
        ["leave"]
    );
    for builtin in all {
        assert_eq!(validate(&builtin.definition), [], "{}", builtin.key);
        let text = serde_json::to_value(&builtin.definition).unwrap();
        assert_eq!(serde_json::from_value::<Definition>(text).unwrap(), builtin.definition);
    }
}

fn check(values: &serde_json::Value, days: f64, want: &[(&str, FieldCode)]) {
    let leave = builtins().unwrap().remove(0).definition;
    let computed = json!({ "days": days });
    let scope = Scope::new(&serde_json::Map::new(), computed.as_object().unwrap());
    let errors = validate_form(&leave.form, values.as_object().unwrap(), &scope, &FormFacts::default());
    let got: Vec<_> = errors.iter().map(|error| (error.path.as_str(), error.code)).collect();
    assert_eq!(got, want, "{values}");
}

#[test]
fn leave_asks_for_proof_of_sick_leave_from_two_days() {
    let leave = |kind: &str, proof: serde_json::Value| {
        json!({
            "leave_type": kind, "start_date": "2026-11-23", "start_part": "AM", "end_date": "2026-11-24", "end_part": "PM",
            "reason": "看病", "proof": proof,
        })
    };
    check(&leave("annual", json!(null)), 2.0, &[]);
    check(&leave("sick", json!(null)), 1.5, &[]);
    check(&leave("sick", json!(null)), 2.0, &[("proof", FieldCode::Required)]);
    check(
        &leave("sick", json!(["0198c3e0-0000-7000-8000-000000000001"])),
        2.0,
        &[],
    );
    check(
        &leave("sick", json!("scan.jpg")),
        2.0,
        &[("proof", FieldCode::WrongType)],
    );
}

#[test]
fn leave_goes_through_all_nodes_again_when_type_or_dates_change() {
    let leave = builtins().unwrap().remove(0).definition;
    let fields: Vec<String> = routing_fields(&leave).into_iter().collect();
    assert_eq!(
        fields,
        ["end_date", "end_part", "leave_type", "start_date", "start_part"]
    );
}
