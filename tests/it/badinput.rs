//! Bad input over the API: the right code, the field by name, the reader's language, and nothing half done.
#![cfg(test)]

use serde_json::{Value, json};
use tests::{Person, both};

use crate::flow::{leave, submit};

const SUBMIT: &str = "mutation($input: SubmitApprovalInput!) { submitApproval(input: $input) { approval { id } } }";
const STATE: &str =
    "{ approvals(box: STARTED) { totalCount } leaveBalances { type { key } remainingMinutes heldMinutes } }";
/// An id of the right kind that nothing has.
const NOWHERE: &str = "01h455vb4pex5vsknk084sn02q";

fn with(key: &str, value: Value) -> Value {
    let mut form = leave("2026-12-01", "2026-12-02");
    form[key] = value;
    form
}

fn request(form: &Value) -> Value {
    json!({ "input": { "templateKey": "leave", "form": form } })
}

/// Refused with this code, at these inputs, in two languages.
async fn check(person: &Person, variables: Value, code: &str, fields: &[&str]) {
    let zh = person.refused(SUBMIT, variables.clone()).await;
    assert_eq!((zh.code.as_str(), zh.fields()), (code, fields.to_vec()), "{variables}");
    let en = person.clone().in_english().refused(SUBMIT, variables.clone()).await;
    assert_eq!(en.code, code);
    assert!(
        !zh.message.is_ascii() && en.message.is_ascii(),
        "{variables}: {} / {}",
        zh.message,
        en.message
    );
}

both! {
    async fn forms_are_refused_at_the_field_and_leave_nothing_behind(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let before = zhang.run(STATE, json!({})).await;
        let required = ["leave_type", "start_date", "start_part", "end_date", "end_part"].map(|key| format!("form.{key}"));
        check(&zhang, request(&json!({})), "INVALID", &required.each_ref().map(String::as_str)).await;
        for (key, value) in [
            ("start_date", json!(20_261_201)),
            ("start_date", json!(["2026-12-01"])),
            ("start_date", json!({ "year": 2026 })),
            ("start_date", json!("2026-02-30")),
            ("start_date", json!("1.12.2026")),
            ("start_part", json!("NOON")),
            ("start_part", json!(true)),
            ("end_date", json!("2026-11-30")),
            ("end_date", json!("2028-01-05")),
            ("leave_type", json!("moon")),
            ("leave_type", json!(7)),
            ("reason", json!("长".repeat(1_001))),
            ("reason", json!(["a"])),
            ("colour", json!("red")),
        ] {
            check(&zhang, request(&with(key, value)), "INVALID", &[&format!("form.{key}")]).await;
        }
        let saturday = leave("2026-12-05", "2026-12-06");
        check(&zhang, request(&saturday), "INVALID", &["form.end_date"]).await;
        assert_eq!(zhang.run(STATE, json!({})).await, before, "nothing half done");
    }

    async fn long_texts_are_refused_by_their_length(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let refusal = zhang.refused(SUBMIT, request(&with("reason", json!("x".repeat(300_000))))).await;
        assert_eq!(refusal.code, "PAYLOAD_TOO_LARGE");
        let (status, body) = zhang.send(SUBMIT, request(&with("reason", json!("x".repeat(1_100_000))))).await;
        assert_eq!((status.as_u16(), body["errors"][0]["extensions"]["code"].as_str()), (413, Some("PAYLOAD_TOO_LARGE")));
        let id = submit(&zhang, leave("2026-12-01", "2026-12-01")).await["id"].take();
        let comment = "mutation($input: CommentApprovalInput!) { commentApproval(input: $input) { comment { id } } }";
        for (body, good) in [("字".repeat(4_000), true), ("字".repeat(4_001), false), (" ".to_owned(), false)] {
            let input = json!({ "input": { "approvalId": id, "body": body } });
            if good {
                zhang.run(comment, input).await;
            } else {
                assert_eq!(zhang.refused(comment, input).await.fields(), ["body"]);
            }
        }
    }

    async fn foreign_ids_are_no_way_in(app: TestApp) {
        let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
        let departments = zhang.run("{ departments { id name } }", json!({})).await;
        let sales = departments["departments"].as_array().expect("departments").iter().find(|one| one["name"] == "销售中心").expect("there")["id"].clone();
        let before = zhang.run(STATE, json!({})).await;
        let form = leave("2026-12-01", "2026-12-01");
        let of = |extra: Value| {
            let mut input = json!({ "templateKey": "leave", "form": form });
            input.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
            json!({ "input": input })
        };
        check(&zhang, of(json!({ "departmentId": sales })), "INVALID", &["departmentId"]).await;
        check(&zhang, of(json!({ "chosenApprovers": [1] })), "INVALID", &["chosenApprovers"]).await;
        check(&zhang, of(json!({ "templateId": format!("template_{NOWHERE}") })), "INVALID", &["templateKey"]).await;
        check(&zhang, request(&with("proof", json!([format!("file_{NOWHERE}")]))), "INVALID", &["form.proof.0"]).await;
        check(&zhang, json!({ "input": { "templateKey": "moon", "form": form } }), "NOT_FOUND", &[]).await;
        check(&zhang, json!({ "input": { "templateId": format!("template_{NOWHERE}"), "form": form } }), "NOT_FOUND", &[]).await;
        check(&zhang, of(json!({ "departmentId": limin.id().await })), "NOT_FOUND", &[]).await;

        let approve = "mutation($input: DecideTaskInput!) { approveTask(input: $input) { task { id } } }";
        for id in [format!("task_{NOWHERE}"), limin.id().await, "nonsense".to_owned(), String::new(), "x".repeat(100_000)] {
            let refusal = limin.refused(approve, json!({ "input": { "taskId": id } })).await;
            assert_eq!(refusal.code, "NOT_FOUND", "{}", id.chars().take(40).collect::<String>());
        }
        assert_eq!(zhang.run(STATE, json!({})).await, before, "nothing half done");
    }

    async fn what_is_no_request_of_ours_is_invalid(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        for (document, variables) in [
            (SUBMIT, json!({})),
            (SUBMIT, json!({ "input": null })),
            (SUBMIT, json!({ "input": 5 })),
            (SUBMIT, json!({ "input": { "templateKey": 5, "form": {} } })),
            (SUBMIT, json!({ "input": { "templateKey": "leave" } })),
            (SUBMIT, json!({ "input": { "templateKey": "leave", "form": [] } })),
            (SUBMIT, json!({ "input": { "templateKey": "leave", "form": {}, "colour": "red" } })),
            ("{ approvalInbox(first: \"many\") { totalCount } }", json!({})),
            ("{ approvalInbox(colour: 1) { totalCount } }", json!({})),
            ("{ approvals(box: MOON) { totalCount } }", json!({})),
            ("{ approvals { totalCount } }", json!({})),
            ("{ approvals(box: STARTED, after: \"nonsense\") { totalCount } }", json!({})),
            ("{ viewer { colour } }", json!({})),
            ("{ viewer }", json!({})),
            ("{ teamCalendar(from: \"2026-13-01\", to: \"2026-12-01\") { days { date } } }", json!({})),
            ("{ teamCalendar(from: \"2026-12-02\", to: \"2026-12-01\") { days { date } } }", json!({})),
            ("{ teamCalendar(from: \"2026-01-01\", to: \"2026-12-31\") { days { date } } }", json!({})),
            ("{ workCalendar(from: \"1026-01-01\", to: \"1026-01-02\") { date } }", json!({})),
        ] {
            let refusal = zhang.refused(document, variables.clone()).await;
            assert_eq!(refusal.code, "INVALID", "{document} {variables}: {}", refusal.message);
            assert!(refusal.message.len() <= 600, "{}", refusal.message);
        }
    }

    async fn leave_across_a_year_end_takes_from_each_year(app: TestApp) {
        const LEAVE: &str = "query($input: LeavePreviewInput!) { leavePreview(input: $input) { minutes days { date minutes dayType } errors { path } } }";
        let zhang = app.person("zhangwei").await;
        let span = |from: &str, to: &str| json!({ "input": { "leaveType": "personal", "startDate": from, "startPart": "AM", "endDate": to, "endPart": "PM" } });
        let found = zhang.run(LEAVE, span("2026-12-30", "2027-01-05")).await["leavePreview"].take();
        let days = found["days"].as_array().expect("days");
        assert_eq!(days.len(), 14, "seven days in halves");
        let worked: i64 = days.iter().map(|day| day["minutes"].as_i64().expect("minutes")).sum();
        assert_eq!(found["minutes"].as_i64(), Some(worked));
        let saturday = days.iter().filter(|day| day["date"] == "2027-01-02");
        assert!(saturday.clone().count() == 2 && saturday.clone().all(|day| day["minutes"] == 0), "Saturday is no working day");
        assert!(days.iter().filter(|day| day["date"] == "2027-01-04").all(|day| day["minutes"] == 240));
        for (from, to) in [("2026-12-02", "2026-12-01"), ("2026-12-01", "2028-01-04")] {
            let found = zhang.run(LEAVE, span(from, to)).await["leavePreview"].take();
            assert_eq!(found["errors"][0]["path"], "end_date", "{from} to {to}");
        }
    }
}
