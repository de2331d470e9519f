//! Forms of a process: what each kind of field takes, what is shown and required when, and what approvers may write (product 1.2).

use serde_json::{Value, json};
use tests::{Findings, TestApp, both};

use super::office::Office;

both! { each_kind_of_field_takes_its_values_and_no_others fields_appear_and_are_required_by_their_rules approvers_write_what_they_may }

async fn each_kind_of_field_takes_its_values_and_no_others(app: TestApp) {
    let mut findings = Findings::default();
    let options = json!([{ "key": "a", "label": "甲" }, { "key": "b", "label": "乙" }]);
    let fields = json!([
        { "key": "text", "label": "文字", "kind": "TEXT", "max_length": 5 },
        { "key": "area", "label": "长文", "kind": "TEXT_AREA" },
        { "key": "number", "label": "数字", "kind": "NUMBER", "min": -1, "max": 10 },
        { "key": "money", "label": "金额", "kind": "MONEY" },
        { "key": "date", "label": "日期", "kind": "DATE" },
        { "key": "time", "label": "时间", "kind": "DATE_TIME" },
        { "key": "part", "label": "时段", "kind": "DAY_PART" },
        { "key": "select", "label": "单选", "kind": "SELECT", "options": options },
        { "key": "multi", "label": "多选", "kind": "MULTI_SELECT", "options": options },
        { "key": "member", "label": "人员", "kind": "MEMBER" },
        { "key": "members", "label": "多人", "kind": "MEMBER", "multiple": true },
        { "key": "department", "label": "部门", "kind": "DEPARTMENT" },
        { "key": "files", "label": "附件", "kind": "FILES" },
    ]);
    let office = Office::open(app).await;
    let node = json!([office.approve("ask", &["limin"], json!({}))]);
    office.app.publish("kinds", fields, node, json!({})).await;
    let (li, zhang) = (office.id("limin"), office.person("zhangwei"));
    let legal = crate::org::department(zhang, "法务部").await["id"].clone();
    let nobody = "member_01h455vb4pex5vsknk084sn02q";
    let good = [
        ("text", json!("一二三四五")),
        ("area", json!("多\n行")),
        ("number", json!(-1)),
        ("number", json!(10.0)),
        ("number", json!(0.1)),
        ("money", json!({ "amount": "1234.50", "currency": "CNY" })),
        ("money", json!({ "amount": "0", "currency": "USD" })),
        ("date", json!("2028-02-29")),
        ("time", json!("2026-11-23T09:00:00+08:00")),
        ("part", json!("PM")),
        ("select", json!("b")),
        ("multi", json!(["b", "a"])),
        ("member", json!(li)),
        ("members", json!([li])),
        ("department", legal),
        ("files", json!([])),
        ("text", Value::Null),
        ("text", json!("   ")),
    ];
    for (key, value) in good {
        let done = zhang
            .code(
                "submitApproval",
                json!({ "templateKey": "kinds", "form": { key: value } }),
            )
            .await;
        findings.equal(format!("{key}: {value}"), &done, &"done");
    }
    let before = office.app.digest().await;
    for (key, value, at) in [
        ("text", json!("一二三四五六"), "form.text"),
        ("text", json!(5), "form.text"),
        ("area", json!({ "a": 1 }), "form.area"),
        ("area", json!("长".repeat(10_001)), "form.area"),
        ("number", json!(10.5), "form.number"),
        ("number", json!(-2), "form.number"),
        ("number", json!("7"), "form.number"),
        ("number", json!(true), "form.number"),
        ("money", json!("12.00"), "form.money"),
        ("money", json!({ "amount": 12, "currency": "CNY" }), "form.money"),
        ("money", json!({ "amount": "12.345", "currency": "CNY" }), "form.money"),
        ("money", json!({ "amount": "1e3", "currency": "CNY" }), "form.money"),
        ("money", json!({ "amount": "12", "currency": "元" }), "form.money"),
        ("date", json!("2026-02-29"), "form.date"),
        ("date", json!("2026-2-9"), "form.date"),
        ("time", json!("2026-11-23 09:00"), "form.time"),
        ("part", json!("am"), "form.part"),
        ("select", json!("c"), "form.select"),
        ("select", json!(["a"]), "form.select"),
        ("multi", json!("a"), "form.multi"),
        ("multi", json!(["a", "c"]), "form.multi.1"),
        ("multi", json!(["a", "a"]), "form.multi.1"),
        ("member", json!(nobody), "form.member"),
        ("member", json!([li]), "form.member"),
        ("members", json!([li, nobody]), "form.members.1"),
        ("members", json!([li, li]), "form.members.1"),
        ("department", json!(li), "form.department"),
        ("files", json!(["file_01h455vb4pex5vsknk084sn02q"]), "form.files.0"),
        ("files", json!("file_01h455vb4pex5vsknk084sn02q"), "form.files"),
        ("unknown", json!(1), "form.unknown"),
    ] {
        let input = json!({ "templateKey": "kinds", "form": { key: value } });
        let refusal = zhang.attempt("submitApproval", &input, "__typename").await;
        let refusal = refusal.expect_err(&format!("{key}: {value} is no value of it"));
        findings.equal(
            format!("{key}: {value}"),
            &(refusal.code.as_str(), refusal.fields()),
            &("INVALID", vec![at]),
        );
        // What submission refuses, the preview tells.
        const PREVIEW: &str = "query($input: SubmitApprovalInput!) { approvalPreview(input: $input) { canSubmit fieldErrors { path message } } }";
        let told = zhang.run(PREVIEW, json!({ "input": input })).await["approvalPreview"].take();
        findings.equal(
            format!("{key}: {value}"),
            &(&told["canSubmit"], &told["fieldErrors"][0]["path"]),
            &(&json!(false), &json!(at)),
        );
    }
    assert_eq!(office.app.digest().await.changed(&before), [""; 0]);
}

async fn fields_appear_and_are_required_by_their_rules(app: TestApp) {
    let mut findings = Findings::default();
    let fields = json!([
        { "key": "abroad", "label": "出国", "kind": "SELECT", "required": true, "options": [{ "key": "yes", "label": "是" }, { "key": "no", "label": "否" }] },
        { "key": "country", "label": "国家", "kind": "TEXT", "show_when": "form.abroad == 'yes'", "required": true },
        { "key": "days", "label": "天数", "kind": "NUMBER" },
        { "key": "reason", "label": "事由", "kind": "TEXT", "required_when": "form.days > 3.0" },
    ]);
    let office = Office::open(app).await;
    let node = json!([office.approve("ask", &["limin"], json!({}))]);
    office.app.publish("rules", fields, node, json!({})).await;
    let zhang = office.person("zhangwei");
    for (form, expected) in [
        (json!({}), Err("form.abroad")),
        (json!({ "abroad": "yes", "days": 1 }), Err("form.country")),
        (
            json!({ "abroad": "yes", "country": "日本", "days": 1 }),
            Ok(json!({ "abroad": "yes", "country": "日本", "days": 1 })),
        ),
        // The value of a field that is not shown is dropped, whatever a client sends.
        (
            json!({ "abroad": "no", "country": "日本", "days": 3 }),
            Ok(json!({ "abroad": "no", "days": 3 })),
        ),
        (json!({ "abroad": "no", "days": 3.5 }), Err("form.reason")),
        (
            json!({ "abroad": "no", "days": 4, "reason": "开会" }),
            Ok(json!({ "abroad": "no", "days": 4, "reason": "开会" })),
        ),
    ] {
        let input = json!({ "templateKey": "rules", "form": form });
        match (
            zhang.attempt("submitApproval", &input, "approval { form }").await,
            expected,
        ) {
            (Ok(done), Ok(kept)) => findings.equal(form, &done["approval"]["form"], &kept),
            (Err(refusal), Err(field)) => findings.equal(form, &refusal.fields(), &[field]),
            (found, expected) => panic!("{form}: {found:?}, not {expected:?}"),
        }
    }
}

async fn approvers_write_what_they_may(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    let writes = json!({ "writable": ["amount"], "required": ["amount"] });
    let when = |key: &str, when: Option<&str>, account: &str| json!({ "key": key, "name": key, "when": when, "nodes": [office.approve(&format!("ask-{key}"), &[account], json!({}))] });
    let split = json!({ "key": "split", "name": "s", "kind": "EXCLUSIVE", "branches": [
        when("large", Some("form.amount >= 100"), "wangfang"),
        when("small", None, "hr"),
    ] });
    office
        .publish(
            "price",
            json!([office.approve("set", &["limin"], writes), split]),
            json!({}),
        )
        .await;
    let request = office.ask_as("zhangwei", "price", json!({ "note": "椅子" })).await;
    let task = office.task("limin", &request).await.expect("a task");
    let limin = office.person("limin");
    let before = office.app.digest().await;
    for (form, field) in [
        (json!({}), "form.amount"),
        (json!({ "amount": null }), "form.amount"),
        (json!({ "amount": "much" }), "form.amount"),
        (json!({ "amount": -1 }), "form.amount"),
        (json!({ "amount": 5, "note": "桌子" }), "form.note"),
        (json!({ "amount": 5, "colour": "red" }), "form.colour"),
    ] {
        let refusal = limin
            .attempt("approveTask", &json!({ "taskId": task, "form": form }), "__typename")
            .await;
        let refusal = refusal.expect_err("may not be written");
        findings.equal(
            form,
            &(refusal.code.as_str(), refusal.fields()),
            &("INVALID", vec![field]),
        );
    }
    assert_eq!(office.app.digest().await.changed(&before), [""; 0]);
    // Unchanged values of other fields may come along; the value written decides the branch behind (2.11, 25).
    let form = json!({ "amount": 100, "note": "椅子" });
    limin
        .change("approveTask", json!({ "taskId": task, "form": form }), "task { id }")
        .await;
    let seen = office.seen("zhangwei", &request).await;
    assert_eq!(
        (&seen["form"], office.waiting(&request).await),
        (&form, vec!["wangfang".to_owned()])
    );
    // Taken back, what it wrote is undone with it.
    assert_eq!(office.act("limin", "undo", &request).await, "done");
    assert_eq!(
        office.seen("zhangwei", &request).await["form"],
        json!({ "note": "椅子" })
    );
    limin
        .change(
            "approveTask",
            json!({ "taskId": task, "form": { "amount": 99 } }),
            "task { id }",
        )
        .await;
    assert_eq!(office.waiting(&request).await, ["hr"]);
}
