//! Checks before publishing.

use super::*;

fn check(nodes: Value, want: &[(&str, ProblemCode)]) {
    let problems = validate(&definition(nodes.clone(), json!({})));
    let got: Vec<_> = problems
        .iter()
        .map(|problem| (problem.at.as_str(), problem.code))
        .collect();
    assert_eq!(got, want, "{nodes}");
}

fn split(branches: Value) -> Value {
    json!([{ "key": "x", "name": "", "kind": "EXCLUSIVE", "branches": branches }])
}

#[test]
fn what_cannot_run_is_named() {
    use ProblemCode::*;
    check(json!([asks("a", &[1])]), &[]);
    check(json!([asks("a", &[1]), asks("a", &[1])]), &[("a", BadKey)]);
    check(json!([asks("A b", &[1])]), &[("A b", BadKey)]);
    check(json!([{ "key": "s2", "name": "", "kind": "START" }]), &[("", NoStart)]);
    check(
        json!([{ "key": "e", "name": "", "kind": "END" }, asks("a", &[1])]),
        &[("e", Unreachable)],
    );
    check(json!([{ "key": "a", "name": "", "kind": "APPROVE" }]), &[("a", NoRule)]);
    check(
        json!([{ "key": "t", "name": "", "kind": "DELAY", "hours": 3 }]),
        &[("t", Unsupported)],
    );
    check(
        json!([{ "key": "t", "name": "", "kind": "PARALLEL", "branches": [] }]),
        &[("t", Unsupported)],
    );
    check(
        json!([with(
            asks("a", &[1]),
            json!({ "sign": { "mode": "RATIO", "percent": 0 } })
        )]),
        &[("a", BadFigures)],
    );
    check(
        json!([with(asks("a", &[1]), json!({ "sign": { "mode": "CLAIM" } }))]),
        &[("a", Unsupported)],
    );
    check(
        json!([with(asks("a", &[1]), json!({ "writable": ["nothing"] }))]),
        &[("a", UnknownField)],
    );
    check(
        json!([with(
            asks("a", &[1]),
            json!({ "empty": { "then": "FALLBACK", "members": [] } })
        )]),
        &[("a", BadFigures)],
    );
    let field = |field: &str| json!([{ "key": "a", "name": "", "kind": "APPROVE", "rules": [{ "rule": "MEMBER_FIELD", "field": field }] }]);
    check(field("helper"), &[]);
    check(field("note"), &[("a", UnknownField)]);
    check(split(json!([{ "key": "y" }])), &[("x", TooFewBranches)]);
    check(
        split(json!([{ "key": "y", "when": "form.amount > 1" }, { "key": "z" }])),
        &[],
    );
    check(
        split(json!([{ "key": "y", "when": "form.amount > 1" }, { "key": "z", "when": "true" }])),
        &[("x", NoDefault)],
    );
    check(
        split(json!([{ "key": "y", "when": "form.price > 1" }, { "key": "z" }])),
        &[("y", UnknownField)],
    );
    check(
        split(json!([{ "key": "y", "when": "form.amount >" }, { "key": "z" }])),
        &[("y", BadCondition)],
    );
    let cc = json!({ "key": "c", "name": "", "kind": "CC", "rules": [{ "rule": "APPLICANT" }], "timing": "FINISHED" });
    check(
        split(json!([{ "key": "y", "when": "true", "nodes": [cc] }, { "key": "z" }])),
        &[("c", TimingInBranch)],
    );
}

#[test]
fn unsupported_nodes_block_instead_of_passing() {
    let play = Play::submitted(
        json!([{ "key": "t", "name": "", "kind": "DELAY", "hours": 3 }, asks("a", &[50])]),
        json!({}),
    );
    assert_eq!(play.case.block.as_ref().unwrap().reason, BlockReason::Unsupported);
}

#[test]
fn the_process_is_walked_in_order() {
    let inner = json!({ "key": "x2", "name": "", "kind": "EXCLUSIVE", "branches": [{ "key": "i1", "when": "true", "nodes": [asks("deep", &[50])] }, { "key": "i2" }] });
    let nodes = json!([
        { "key": "x", "name": "", "kind": "EXCLUSIVE", "branches": [{ "key": "y", "when": "true", "nodes": [inner] }, { "key": "z" }] },
        asks("last", &[51]),
    ]);
    let process = definition(nodes, json!({})).process;
    let after = |key: &str| process.after(key).map(|node| node.key.as_str());
    assert_eq!(
        (after("start"), after("deep"), after("x2"), after("x"), after("last")),
        (Some("x"), Some("last"), Some("last"), Some("last"), None)
    );
    let keys: Vec<_> = process.all().iter().map(|node| node.key.clone()).collect();
    assert_eq!(keys, ["start", "x", "x2", "deep", "last"]);
}
