//! Values of forms.

use super::*;

fn schema() -> FormSchema {
    serde_json::from_value(json!({ "fields": [
        { "key": "text", "label": "", "kind": "TEXT", "max_length": 5 },
        { "key": "long", "label": "", "kind": "TEXT_AREA" },
        { "key": "number", "label": "", "kind": "NUMBER", "min": 0, "max": 10 },
        { "key": "money", "label": "", "kind": "MONEY" },
        { "key": "date", "label": "", "kind": "DATE" },
        { "key": "time", "label": "", "kind": "DATE_TIME" },
        { "key": "part", "label": "", "kind": "DAY_PART" },
        { "key": "one", "label": "", "kind": "SELECT", "options": [{ "key": "a", "label": "甲" }] },
        { "key": "many", "label": "", "kind": "MULTI_SELECT", "options": [{ "key": "a", "label": "甲" }, { "key": "b", "label": "乙" }] },
        { "key": "member", "label": "", "kind": "MEMBER" },
        { "key": "members", "label": "", "kind": "MEMBER", "multiple": true },
        { "key": "department", "label": "", "kind": "DEPARTMENT" },
        { "key": "files", "label": "", "kind": "FILES" },
        { "key": "leave", "label": "", "kind": "LEAVE_TYPE" },
        { "key": "shown", "label": "", "kind": "TEXT", "show_when": "form.one == 'a'", "required": true },
    ] }))
    .unwrap()
}

fn facts() -> FormFacts {
    FormFacts {
        members: Some([p(1)].into()),
        departments: Some([d(1)].into()),
        files: Some(BTreeSet::new()),
        leave_types: Some(["annual".to_owned()].into()),
    }
}

fn check(values: Value, want: &[(&str, FieldCode)]) {
    let errors = validate_form(&schema(), &object(values.clone()), &Scope::default(), &facts());
    let got: Vec<_> = errors.iter().map(|error| (error.path.as_str(), error.code)).collect();
    assert_eq!(got, want, "{values}");
}

#[test]
fn right_values_pass() {
    check(json!({}), &[]);
    check(
        json!({ "text": "五个汉字吗", "long": "x".repeat(10_000), "number": 10, "money": { "amount": "-12.5", "currency": "CNY" } }),
        &[],
    );
    check(
        json!({ "date": "2028-02-29", "time": "2026-11-23T09:00:00+08:00", "part": "PM", "one": null, "many": ["b", "a"] }),
        &[],
    );
    check(
        json!({ "member": id(1), "members": [id(1)], "department": d(1).0.to_string(), "leave": "annual", "files": [] }),
        &[],
    );
    check(json!({ "member": "member_00000000000000000000000001" }), &[]);
}

#[test]
fn wrong_values_name_their_field() {
    use FieldCode::*;
    check(
        json!({ "text": 1, "number": "1", "many": "a", "files": {} }),
        &[
            ("text", WrongType),
            ("number", WrongType),
            ("many", WrongType),
            ("files", WrongType),
        ],
    );
    check(json!({ "text": "六个汉字了吗" }), &[("text", TooLong)]);
    check(json!({ "long": "长".repeat(1_000_000) }), &[("long", TooLong)]);
    check(json!({ "one": "x".repeat(1_000_000) }), &[("one", TooLong)]);
    check(json!({ "number": -1 }), &[("number", TooSmall)]);
    check(json!({ "number": 10.5 }), &[("number", TooLarge)]);
    check(json!({ "date": "2026-02-30" }), &[("date", BadDate)]);
    check(json!({ "date": "2026-2-3" }), &[("date", BadDate)]);
    check(json!({ "date": "+262142-01-01" }), &[("date", BadDate)]);
    check(json!({ "time": "2026-11-23 09:00" }), &[("time", BadTime)]);
    check(json!({ "part": "NOON" }), &[("part", NotAnOption)]);
    check(json!({ "one": "b" }), &[("one", NotAnOption)]);
    check(json!({ "many": ["a", "a"] }), &[("many.1", Repeated)]);
    check(json!({ "many": ["a", 1] }), &[("many.1", WrongType)]);
    check(json!({ "many": ["a", "b", "c"] }), &[("many", TooMany)]);
    check(json!({ "member": id(2) }), &[("member", NotFound)]);
    check(
        json!({ "member": "approval_00000000000000000000000001" }),
        &[("member", NotFound)],
    );
    check(json!({ "member": "'; drop table" }), &[("member", NotFound)]);
    check(json!({ "files": [id(1)] }), &[("files.0", NotFound)]);
    check(json!({ "leave": "holiday" }), &[("leave", NotAnOption)]);
    check(json!({ "nothing": 1, "text": "x" }), &[("nothing", UnknownField)]);
    for amount in ["", "1.", "1.234", "1e3", "１", "--1", "99999999999999", "1,000"] {
        check(
            json!({ "money": { "amount": amount, "currency": "CNY" } }),
            &[("money", BadMoney)],
        );
    }
    check(
        json!({ "money": { "amount": 1, "currency": "CNY" } }),
        &[("money", BadMoney)],
    );
    check(
        json!({ "money": { "amount": "1", "currency": "yuan" } }),
        &[("money", BadMoney)],
    );
}

#[test]
fn hidden_fields_are_not_asked_for_and_not_kept() {
    check(json!({ "one": "a" }), &[("shown", FieldCode::Required)]);
    check(json!({ "one": "a", "shown": "  " }), &[("shown", FieldCode::Required)]);
    let values = object(json!({ "shown": "x", "text": "", "many": [] }));
    assert_eq!(
        accept(&schema(), &values, &Scope::default(), &facts()),
        Ok(Values::new())
    );
}

proptest::proptest! {
    /// Whatever is sent, it is answered.
    #[test]
    fn any_value_is_answered(key in 0usize..15, text in ".{0,40}", kind in 0u8..6) {
        let schema = schema();
        let value = match kind {
            0 => json!(text),
            1 => json!([text]),
            2 => json!({ "amount": text, "currency": "CNY" }),
            3 => json!(f64::MAX),
            4 => json!([[text]]),
            _ => json!(true),
        };
        let values = Values::from_iter([(schema.fields[key].key.clone(), value)]);
        let _ = accept(&schema, &values, &Scope::default(), &facts());
    }
}
