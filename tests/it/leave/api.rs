//! Leave as the web app and integrators see it.

use serde_json::{Value, json};
use tests::{Person, both};

const BALANCES: &str = "query($member: ID) { leaveBalances(memberId: $member) { remainingMinutes heldMinutes \
    usedThisYearMinutes type { key name limited remainingMinutes hint } lots { id label validFrom validTo grantedMinutes remainingMinutes } } }";
const PREVIEW: &str = "query($input: LeavePreviewInput!) { leavePreview(input: $input) { minutes balanceBefore balanceAfter notes \
    days { date part minutes dayType } lots { label minutes remainingBefore remainingAfter } errors { path message } \
    away { member { id name } days { date part typeName status approvalId } } staffing { date present team } } }";
const ADJUST: &str = "mutation($input: AdjustLeaveInput!) { adjustLeave(input: $input) { balance { remainingMinutes \
    type { key } lots { id label remainingMinutes } } } }";

async fn annual(person: &Person, member: Option<&str>) -> Value {
    let found = person.run(BALANCES, json!({ "member": member })).await;
    let balances = found["leaveBalances"].as_array().unwrap();
    balances
        .iter()
        .find(|balance| balance["type"]["key"] == "annual")
        .unwrap()
        .clone()
}

fn wish(kind: &str, start: &str, end: &str) -> Value {
    json!({ "input": { "leaveType": kind, "startDate": start, "startPart": "AM", "endDate": end, "endPart": "PM" } })
}

both! {
    async fn a_balance_is_seen_by_those_it_concerns(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let id = zhang.id().await;
        let own = annual(&zhang, None).await;
        assert!(own["remainingMinutes"].as_i64().unwrap() > 0);
        assert_eq!(own["type"]["remainingMinutes"], own["remainingMinutes"]);
        let lots: i64 = own["lots"].as_array().unwrap().iter().map(|lot| lot["remainingMinutes"].as_i64().unwrap()).sum();
        assert_eq!(own["remainingMinutes"], lots);
        for account in ["limin", "hr", "admin"] {
            let seen = annual(&app.person(account).await, Some(&id)).await;
            assert_eq!(seen["remainingMinutes"], own["remainingMinutes"], "{account}");
        }
        let refusal = app.person("cashier").await.refused(BALANCES, json!({ "member": id })).await;
        assert_eq!(refusal.code, "NOT_FOUND");
        for foreign in ["member_01h455vb4pex5vsknk084sn02q", "lot_01h455vb4pex5vsknk084sn02q", "x"] {
            assert_eq!(zhang.refused(BALANCES, json!({ "member": foreign })).await.code, "NOT_FOUND", "{foreign}");
        }
        assert_eq!(app.stranger().refused(BALANCES, json!({})).await.code, "UNAUTHENTICATED");
        let types = zhang.run("{ leaveTypes { key name hint remainingMinutes } }", json!({})).await;
        assert_eq!(types["leaveTypes"][0]["name"], "年假");
        let types = zhang.in_english().run("{ leaveTypes { key name } }", json!({})).await;
        assert_eq!(types["leaveTypes"][0]["name"], "Annual leave");
    }

    async fn a_preview_explains_the_days(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let statements = app.cx.db.statements();
        let found = zhang.run(PREVIEW, wish("annual", "2026-11-27", "2026-11-30")).await;
        assert!(app.cx.db.statements() - statements <= 20, "{}", app.cx.db.statements() - statements);
        let preview = &found["leavePreview"];
        assert_eq!(preview["minutes"], 960);
        assert_eq!(preview["days"].as_array().unwrap().len(), 8);
        assert_eq!(preview["notes"], json!(["11月28日至29日休息，不计"]));
        assert_eq!(preview["errors"], json!([]));
        let (before, after) = (preview["balanceBefore"].as_i64().unwrap(), preview["balanceAfter"].as_i64().unwrap());
        assert_eq!(before - after, 960);
        assert_eq!(preview["staffing"].as_array().unwrap().len(), 2);
        for (kind, start, end, path) in [
            ("nothing", "2026-11-27", "2026-11-30", "leave_type"),
            ("annual", "2026-11-30", "2026-11-27", "end_date"),
            ("annual", "2026-11-28", "2026-11-29", "end_date"),
            ("annual", "2026-11-27", "2027-11-27", "end_date"),
            ("annual", "2026-11-27", "2026-12-31", "end_date"),
        ] {
            let found = zhang.run(PREVIEW, wish(kind, start, end)).await;
            assert_eq!(found["leavePreview"]["errors"][0]["path"], path, "{kind} {start} {end}");
        }
        assert_eq!(zhang.refused(PREVIEW, wish("annual", "2026-02-30", "2026-03-01")).await.code, "INVALID");
        let sick = zhang.run(PREVIEW, wish("sick", "2026-11-26", "2026-11-27")).await;
        assert_eq!(sick["leavePreview"]["notes"], json!(["请假满 2 天须上传证明"]));
        assert_eq!(sick["leavePreview"]["balanceAfter"], Value::Null);
    }

    async fn a_correction_is_seen_at_once_and_stays_in_the_ledger(app: TestApp) {
        let (zhang, hr) = (app.person("zhangwei").await, app.person("hr").await);
        let mut events = zhang.listen(None).await;
        let mut input = json!({ "memberId": zhang.id().await, "typeKey": "lieu", "minutes": 480, "validFrom": "2026-11-21",
            "validTo": "2027-01-20", "note": "11月21日 机房割接加班", "idempotencyKey": "once" });
        assert_eq!(zhang.refused(ADJUST, json!({ "input": input })).await.code, "FORBIDDEN");
        for _ in 0..2 {
            let done = hr.run(ADJUST, json!({ "input": input })).await;
            assert_eq!(done["adjustLeave"]["balance"]["remainingMinutes"], 480);
        }
        let seen = events.until("leave.adjusted").await;
        assert_eq!(seen.last().unwrap()["topics"], json!(["leave:me"]));
        let query = "{ leaveEntries(typeKey: \"lieu\", first: 1) { nodes { kind minutes text note lotLabel type { key } } pageInfo { hasNextPage } } }";
        let entries = zhang.run(query, json!({})).await;
        let entry = &entries["leaveEntries"]["nodes"][0];
        assert_eq!((&entry["kind"], &entry["note"]), (&json!("ADJUST"), &json!("11月21日 机房割接加班")));
        input["minutes"] = json!(0);
        input["note"] = json!(" ");
        input["idempotencyKey"] = Value::Null;
        assert_eq!(hr.refused(ADJUST, json!({ "input": input })).await.fields(), ["minutes", "note"]);
    }

    async fn the_calendar_is_told_and_imported(app: TestApp) {
        let (zhang, hr) = (app.person("zhangwei").await, app.person("hr").await);
        let days = "query($from: Date!, $to: Date!) { workCalendar(from: $from, to: $to) { date type name known makeUp } }";
        let found = zhang.run(days, json!({ "from": "2026-10-09", "to": "2026-10-11" })).await;
        let expected = json!([
            { "date": "2026-10-09", "type": "WORKDAY", "name": null, "known": true, "makeUp": false },
            { "date": "2026-10-10", "type": "WORKDAY", "name": "国庆节", "known": true, "makeUp": true },
            { "date": "2026-10-11", "type": "REST_DAY", "name": null, "known": true, "makeUp": false },
        ]);
        assert_eq!(found["workCalendar"], expected);
        let found = zhang.run(days, json!({ "from": "2027-01-01", "to": "2027-01-01" })).await;
        assert_eq!(found["workCalendar"][0]["known"], false);
        assert_eq!(zhang.refused(days, json!({ "from": "2026-01-01", "to": "2028-01-01" })).await.fields(), ["to"]);
        assert_eq!(zhang.refused(days, json!({ "from": "2026-01-02", "to": "2026-01-01" })).await.fields(), ["to"]);
        let import = "mutation($input: ImportCalendarInput!) { importCalendar(input: $input) { applied year days errors { path message } affectedLeaves } }";
        let text = r#"{"year": 2027, "notice": "n", "days": [{"date": "2027-01-01", "name": "元旦", "isOffDay": true, "statutory": true}]}"#;
        let input = |json: &str, dry: bool| json!({ "input": { "json": json, "dryRun": dry } });
        assert_eq!(zhang.refused(import, input(text, true)).await.code, "FORBIDDEN");
        let broken = hr.run(import, input(r#"{"year": 2027, "notice": "n", "days": [{"date": "1", "name": "x", "isOffDay": true}]}"#, false)).await;
        assert_eq!(broken["importCalendar"]["errors"][0]["path"], "days.0.date");
        assert_eq!(hr.run(import, input(text, true)).await["importCalendar"]["applied"], false);
        let mut events = zhang.listen(None).await;
        assert_eq!(hr.run(import, input(text, false)).await["importCalendar"]["applied"], true);
        assert_eq!(events.until("calendar.imported").await.last().unwrap()["topics"], json!(["calendar"]));
        let found = zhang.run(days, json!({ "from": "2027-01-01", "to": "2027-01-01" })).await;
        assert_eq!(found["workCalendar"][0]["type"], "STATUTORY_HOLIDAY");
        let sources = zhang.run("{ calendarSources { year revision dayCount importedBy { account } } }", json!({})).await;
        assert_eq!(
            sources["calendarSources"][0],
            json!({ "year": 2027, "revision": 1, "dayCount": 1, "importedBy": { "account": "hr" } })
        );
        assert_eq!(sources["calendarSources"][1]["importedBy"], Value::Null);
    }

    async fn a_team_is_open_to_itself_and_a_record_to_its_owner(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let team = "query($id: ID, $to: Date!) { teamCalendar(departmentId: $id, from: \"2026-11-23\", to: $to) { department { name } days { date } members { member { name } } } }";
        let found = zhang.run(team, json!({ "to": "2026-11-29" })).await;
        assert_eq!(found["teamCalendar"]["days"].as_array().unwrap().len(), 7);
        assert_eq!(zhang.refused(team, json!({ "to": "2027-11-29" })).await.fields(), ["to"]);
        let departments = zhang.run("{ departments { id parentId } }", json!({})).await;
        let root = departments["departments"][0]["id"].clone();
        assert_eq!(zhang.refused(team, json!({ "id": root, "to": "2026-11-29" })).await.code, "FORBIDDEN");
        app.person("hr").await.run(team, json!({ "id": root, "to": "2026-11-29" })).await;
        let record = "query($id: ID) { attendance(memberId: $id, from: \"2026-11-20\", to: \"2026-11-30\") { date status scheduledMinutes items { typeName } } }";
        let days = zhang.run(record, json!({})).await;
        let days: Vec<_> = days["attendance"].as_array().unwrap().iter().map(|day| day["status"].clone()).collect();
        assert_eq!(days, ["NORMAL", "REST", "REST", "NORMAL"], "days to come are not known yet");
        assert_eq!(app.person("cashier").await.refused(record, json!({ "id": zhang.id().await })).await.code, "NOT_FOUND");
    }
}
