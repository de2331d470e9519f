//! How days are counted, in the preview and in what is posted: half days at each end, weekends, make-up workdays, holidays, the turn
//! of the year, lots that end in the middle (product 3.1 to 3.4).

use serde_json::{Value, json};
use tests::{Findings, Person, TestApp, both};

both! { days_are_counted_as_the_calendar_says half_days_meet_and_do_not_overlap lots_end_in_the_middle_of_a_leave a_later_notice_names_who_is_affected others_see_a_leave_as_far_as_they_may }

const PREVIEW: &str = "query($input: LeavePreviewInput!) { leavePreview(input: $input) { minutes notes balanceAfter \
    days { date part minutes dayType } lots { label minutes } errors { path } } }";

fn form(kind: &str, from: (&str, &str), to: (&str, &str)) -> Value {
    json!({ "leave_type": kind, "start_date": from.0, "start_part": from.1, "end_date": to.0, "end_part": to.1, "reason": "试" })
}

/// What the preview says of a form.
async fn preview(person: &Person, form: &Value) -> Value {
    let input = json!({ "leaveType": form["leave_type"], "startDate": form["start_date"], "startPart": form["start_part"],
        "endDate": form["end_date"], "endPart": form["end_part"] });
    person.run(PREVIEW, json!({ "input": input })).await["leavePreview"].take()
}

async fn days_are_counted_as_the_calendar_says(app: TestApp) {
    let zhang = app.person("zhangwei").await;
    let mut findings = Findings::default();
    for (kind, from, to, halves, note) in [
        ("personal", ("2026-11-23", "AM"), ("2026-11-23", "AM"), 1, ""),
        ("personal", ("2026-11-23", "PM"), ("2026-11-23", "PM"), 1, ""),
        ("personal", ("2026-11-23", "AM"), ("2026-11-23", "PM"), 2, ""),
        ("personal", ("2026-11-23", "PM"), ("2026-11-24", "AM"), 2, ""),
        // Friday afternoon to Monday morning: the weekend costs nothing.
        ("personal", ("2026-11-27", "PM"), ("2026-11-30", "AM"), 2, "休息，不计"),
        ("personal", ("2026-11-28", "AM"), ("2026-11-30", "AM"), 1, "休息，不计"),
        ("personal", ("2026-11-27", "PM"), ("2026-11-29", "PM"), 1, "休息，不计"),
        // Saturdays that are worked in exchange: 14 and 28 February, 9 May; Sundays: 4 January, 20 September; and 10 October.
        ("personal", ("2026-02-14", "AM"), ("2026-02-14", "PM"), 2, "调休上班"),
        ("personal", ("2026-02-28", "AM"), ("2026-03-01", "PM"), 2, "调休上班"),
        ("personal", ("2026-05-09", "PM"), ("2026-05-09", "PM"), 1, "调休上班"),
        ("personal", ("2026-01-04", "AM"), ("2026-01-05", "AM"), 3, "调休上班"),
        ("personal", ("2026-10-08", "AM"), ("2026-10-12", "PM"), 8, "调休上班"),
        // Blocks that are off: the Spring Festival and the National Day.
        ("personal", ("2026-02-13", "PM"), ("2026-02-24", "AM"), 4, "放假，不计"),
        ("personal", ("2026-09-30", "AM"), ("2026-10-08", "PM"), 4, "放假，不计"),
        ("personal", ("2026-04-03", "PM"), ("2026-04-07", "AM"), 2, "放假，不计"),
        // Across the year end; of 2027 no notice is known, so Friday, 1 January counts for now, and that is said.
        (
            "personal",
            ("2026-12-31", "PM"),
            ("2027-01-04", "AM"),
            4,
            "2027 年放假安排尚未导入",
        ),
        // Calendar days count all of them, halves too.
        ("marriage", ("2026-11-27", "PM"), ("2026-11-30", "AM"), 2, ""),
    ] {
        let told = preview(&zhang, &form(kind, from, to)).await;
        let row = format!("{kind} {from:?} to {to:?}: {}", told["notes"]);
        if kind != "marriage" {
            findings.same(&row, told["minutes"].as_i64(), Some(halves * 240));
        }
        let days = told["days"].as_array().expect("days");
        let sum: i64 = days.iter().filter_map(|day| day["minutes"].as_i64()).sum();
        findings.same(format!("{row}: its days"), Some(sum), told["minutes"].as_i64());
        findings.holds(&row, note.is_empty() || told["notes"].to_string().contains(note));
        findings.same(
            format!("{row}: the first half"),
            (&days[0]["date"], &days[0]["part"]),
            (&json!(from.0), &json!(from.1)),
        );
        let last = days.last().expect("a day");
        findings.same(
            format!("{row}: the last half"),
            (&last["date"], &last["part"]),
            (&json!(to.0), &json!(to.1)),
        );
    }
}

async fn half_days_meet_and_do_not_overlap(app: TestApp) {
    let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
    let ask = async |from, to| {
        zhang
            .code(
                "submitApproval",
                json!({ "templateKey": "leave", "form": form("personal", from, to) }),
            )
            .await
    };
    assert_eq!(ask(("2026-12-08", "PM"), ("2026-12-10", "AM")).await, "done");
    let before = app.digest().await;
    let mut findings = Findings::default();
    for (from, to, code) in [
        (("2026-12-08", "PM"), ("2026-12-08", "PM"), "OVERLAP"),
        (("2026-12-09", "AM"), ("2026-12-09", "AM"), "OVERLAP"),
        (("2026-12-07", "AM"), ("2026-12-11", "PM"), "OVERLAP"),
        (("2026-12-10", "AM"), ("2026-12-10", "PM"), "OVERLAP"),
        (("2026-12-08", "AM"), ("2026-12-08", "PM"), "OVERLAP"),
        (("2026-12-10", "PM"), ("2026-12-10", "AM"), "INVALID"),
        (("2026-12-10", "PM"), ("2026-12-09", "PM"), "INVALID"),
        // Nothing of it is worked.
        (("2026-12-12", "AM"), ("2026-12-13", "PM"), "INVALID"),
    ] {
        findings.same(format!("{from:?} to {to:?}"), ask(from, to).await.as_str(), code);
        findings.same(
            format!("{from:?} to {to:?}"),
            app.digest().await.changed(&before),
            [""; 0],
        );
    }
    assert_eq!(
        ask(("2026-12-08", "AM"), ("2026-12-08", "AM")).await,
        "done",
        "the morning before is free"
    );
    assert_eq!(
        ask(("2026-12-10", "PM"), ("2026-12-10", "PM")).await,
        "done",
        "and so is the afternoon behind"
    );
    // Both halves of a day, approved each for itself, are one day away in the record.
    let inbox = limin.run("{ approvalInbox { nodes { id } } }", json!({})).await;
    for task in inbox["approvalInbox"]["nodes"].as_array().expect("tasks") {
        limin
            .change("approveTask", json!({ "taskId": task["id"] }), "task { id }")
            .await;
    }
    let record =
        "{ attendance(from: \"2026-12-07\", to: \"2026-12-11\") { date status leaveMinutes items { part minutes } } }";
    let record = zhang.run(record, json!({})).await["attendance"].take();
    let days: Vec<_> = record
        .as_array()
        .expect("days")
        .iter()
        .map(|day| (day["status"].as_str().unwrap(), day["leaveMinutes"].as_i64().unwrap()))
        .collect();
    assert_eq!(days, [("LEAVE", 480); 3]);
}

async fn lots_end_in_the_middle_of_a_leave(app: TestApp) {
    let (zhang, hr) = (app.person("zhangwei").await, app.person("hr").await);
    let member = zhang.id().await;
    let give = async |halves: i64, from: &str, to: &str, note: &str| {
        let input = json!({ "memberId": member, "typeKey": "lieu", "minutes": halves * 240, "validFrom": from, "validTo": to, "note": note });
        hr.change("adjustLeave", input, "balance { remainingMinutes }").await;
    };
    give(4, "2026-11-01", "2026-12-01", "先到期").await;
    let whole = form("lieu", ("2026-12-01", "AM"), ("2026-12-02", "PM"));
    let refused = zhang
        .attempt(
            "submitApproval",
            &json!({ "templateKey": "leave", "form": whole }),
            "__typename",
        )
        .await;
    assert_eq!(
        refused.expect_err("the second day has no lot").code,
        "INSUFFICIENT_BALANCE"
    );
    give(2, "2026-12-02", "2026-12-31", "后到期").await;
    let told = preview(&zhang, &whole).await;
    let lots: Vec<_> = told["lots"]
        .as_array()
        .expect("lots")
        .iter()
        .map(|lot| (lot["label"].as_str().unwrap(), lot["minutes"].as_i64().unwrap() / 240))
        .collect();
    assert_eq!(
        lots,
        [("先到期", 2), ("后到期", 2)],
        "each day from a lot that is valid on it"
    );
    // The end is inclusive, and what is left of the first lot is of no use a day later.
    for (from, to, errors) in [
        ("2026-12-01", "2026-12-01", 0),
        ("2026-12-02", "2026-12-02", 0),
        ("2026-12-02", "2026-12-03", 1),
    ] {
        let told = preview(&zhang, &form("lieu", (from, "AM"), (to, "PM"))).await;
        assert_eq!(
            told["errors"].as_array().map(Vec::len),
            Some(errors),
            "{from} to {to}: {told}"
        );
    }
    let done = zhang
        .change(
            "submitApproval",
            json!({ "templateKey": "leave", "form": whole }),
            "approval { id leave { lots { label minutes } } }",
        )
        .await;
    assert_eq!(
        done["approval"]["leave"]["lots"].as_array().map(Vec::len),
        Some(2),
        "what was shown is what is posted"
    );
    zhang
        .change(
            "withdrawApproval",
            json!({ "approvalId": done["approval"]["id"] }),
            "approval { id }",
        )
        .await;
    let back = zhang
        .run(
            "{ leaveBalances { type { key } lots { label remainingMinutes } } }",
            json!({}),
        )
        .await;
    let lieu = back["leaveBalances"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["type"]["key"] == "lieu")
        .unwrap()
        .clone();
    let lots: Vec<_> = lieu["lots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lot| lot["remainingMinutes"].as_i64().unwrap() / 240)
        .collect();
    assert_eq!(lots, [4, 2], "each lot gets back what it gave");
}

async fn a_later_notice_names_who_is_affected(app: TestApp) {
    let (zhang, hr) = (app.person("zhangwei").await, app.person("hr").await);
    let annual = form("personal", ("2026-12-31", "AM"), ("2027-01-04", "PM"));
    let asked = zhang
        .change(
            "submitApproval",
            json!({ "templateKey": "leave", "form": annual }),
            "approval { id leave { minutes } }",
        )
        .await;
    assert_eq!(asked["approval"]["leave"]["minutes"], 3 * 480, "by the weekly pattern");
    let notice = json!({ "year": 2027, "notice": "国办发明电〔2026〕1号", "days": [{ "date": "2027-01-01", "name": "元旦", "isOffDay": true }] });
    let import = async |notice: &Value, dry: bool| {
        let selection = "applied year days errors { path } affectedLeaves";
        hr.change(
            "importCalendar",
            json!({ "json": notice.to_string(), "dryRun": dry }),
            selection,
        )
        .await
    };
    let before = app.digest().await;
    let dry = import(&notice, true).await;
    assert_eq!(
        (&dry["applied"], &dry["affectedLeaves"], &dry["errors"]),
        (&json!(false), &json!(1), &json!([]))
    );
    assert_eq!(app.digest().await.changed(&before), [""; 0], "a dry run writes nothing");
    for (wrong, path) in [
        (json!({ "year": 2027, "notice": "", "days": [] }), "notice"),
        (
            json!({ "year": 2027, "notice": "x", "days": [{ "date": "2026-01-01", "name": "元旦", "isOffDay": true }] }),
            "days.0.date",
        ),
        (json!({ "year": 1, "notice": "x", "days": [] }), "year"),
        (json!([]), ""),
    ] {
        let told = import(&wrong, false).await;
        assert_eq!(told["applied"], false, "{wrong}");
        let at = told["errors"][0]["path"].as_str().expect("an error");
        assert!(at.starts_with(path), "{wrong}: {at}");
    }
    assert_eq!(
        app.digest().await.changed(&before),
        [""; 0],
        "a wrong notice writes nothing"
    );
    assert_eq!(import(&notice, false).await["applied"], true);
    let told = preview(&zhang, &form("personal", ("2027-01-01", "AM"), ("2027-01-05", "PM"))).await;
    assert_eq!(told["minutes"], 2 * 480, "the holiday costs nothing now");
    let kept = zhang
        .run(
            "query($id: ID!) { approval(id: $id) { leave { minutes } } }",
            json!({ "id": asked["approval"]["id"] }),
        )
        .await;
    assert_eq!(
        kept["approval"]["leave"]["minutes"],
        3 * 480,
        "what was asked for before keeps the calendar it was counted with"
    );
}

async fn others_see_a_leave_as_far_as_they_may(app: TestApp) {
    let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
    let sick = form("personal", ("2026-11-23", "AM"), ("2026-11-23", "PM"));
    let asked = zhang
        .change(
            "submitApproval",
            json!({ "templateKey": "leave", "form": sick }),
            "approval { id }",
        )
        .await;
    let team = zhang
        .run("{ viewer { member { primaryDepartment { id } } } }", json!({}))
        .await;
    let team = &team["viewer"]["member"]["primaryDepartment"]["id"];
    let mate = mate(&limin, team).await;
    let query = "query($d: ID) { teamCalendar(departmentId: $d, from: \"2026-11-23\", to: \"2026-11-24\") { members { member { account } days { typeName status approvalId } } } }";
    for approved in [false, true] {
        if approved {
            let inbox = limin.run("{ approvalInbox { nodes { id } } }", json!({})).await;
            limin
                .change(
                    "approveTask",
                    json!({ "taskId": inbox["approvalInbox"]["nodes"][0]["id"] }),
                    "task { id }",
                )
                .await;
        }
        for (account, knows, opens) in [
            ("zhangwei", true, true),
            ("limin", true, true),
            ("hr", true, true),
            (mate.as_str(), false, false),
        ] {
            let person = app.person(account).await;
            let seen = person.run(query, json!({ "d": team })).await["teamCalendar"]["members"].take();
            // What is only asked for is shown to those who may know the kind.
            if !approved && !knows {
                assert_eq!(seen, json!([]), "{account}");
                continue;
            }
            let row = seen
                .as_array()
                .unwrap()
                .iter()
                .find(|row| row["member"]["account"] == "zhangwei")
                .unwrap_or_else(|| panic!("{account} sees nobody away: {seen}"));
            assert_eq!(
                row["days"][0]["typeName"].is_string(),
                knows,
                "{account} knows the kind, approved {approved}: {row}"
            );
            assert_eq!(
                row["days"][0]["approvalId"].is_string(),
                opens,
                "{account} may open the request, approved {approved}: {row}"
            );
            let found = person
                .run(
                    "query($id: ID!) { approval(id: $id) { id } }",
                    json!({ "id": asked["approval"]["id"] }),
                )
                .await;
            assert_eq!(
                found["approval"].is_object(),
                if account == "hr" { approved } else { opens },
                "{account}"
            );
        }
    }
}

/// A colleague of the department who leads nobody.
async fn mate(limin: &Person, team: &Value) -> String {
    let query = "query($d: ID!) { members(departmentId: $d, includeSubtree: false, first: 50) { nodes { account } } }";
    let found = limin.run(query, json!({ "d": team })).await;
    let all = found["members"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["account"].as_str().unwrap());
    all.clone()
        .find(|account| !["zhangwei", "limin"].contains(account))
        .expect("a colleague")
        .to_owned()
}
