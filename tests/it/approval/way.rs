//! The way of a request through people.

use chrono::Duration;
use entity::ApprovalStatus;
use tongshi::approval::service::{self, Correction, NewComment};
use tongshi::error::Error;

use super::world::{decision, leave, submission, world};

#[tokio::test]
async fn short_leave_passes_its_manager_and_is_taken() {
    let w = world().await;
    let before = w.annual().await;
    let id = w.ask("2026-12-01", "2026-12-02").await.unwrap();
    let row = w.row(id).await;
    assert_eq!(
        (row.status, row.round, row.number.as_str()),
        (ApprovalStatus::Running, 1, "QJ-20261123-0001")
    );
    assert_eq!(row.title, "张伟的请假申请");
    let summary: serde_json::Value = row.summary.parse().unwrap();
    assert_eq!(summary[1]["text"], "12月1日至2日");
    assert_eq!(summary[2]["text"], "2 天");
    assert_eq!(w.annual().await, (before.0 - 4, 4, 0));
    assert!(w.waiting(&w.wang).await.is_none());
    w.pass(Duration::minutes(5));
    w.approve(&w.li).await.unwrap();
    let row = w.row(id).await;
    assert_eq!(
        (row.status, row.waiting_for.parse().unwrap()),
        (ApprovalStatus::Approved, serde_json::json!([]))
    );
    assert_eq!(row.finished_at, Some(w.cx.now()));
    assert_eq!(w.annual().await, (before.0 - 4, 0, 4));
    assert_eq!(w.kinds(id).await, ["submitted", "approved_task", "copied", "passed"]);
    assert!(w.waiting(&w.li).await.is_none());
}

#[tokio::test]
async fn long_leave_goes_on_to_the_head_of_the_department() {
    let w = world().await;
    let id = w.ask("2026-12-01", "2026-12-04").await.unwrap();
    w.approve(&w.li).await.unwrap();
    assert_eq!(w.row(id).await.status, ApprovalStatus::Running);
    w.approve(&w.wang).await.unwrap();
    assert_eq!(w.row(id).await.status, ApprovalStatus::Approved);
}

#[tokio::test]
async fn a_returned_request_is_corrected_and_goes_on() {
    let w = world().await;
    let before = w.annual().await;
    let id = w.ask("2026-12-01", "2026-12-04").await.unwrap();
    w.approve(&w.li).await.unwrap();
    w.send_back(&w.wang, "START").await.unwrap();
    assert_eq!(w.row(id).await.status, ApprovalStatus::Returned);
    assert_eq!(w.annual().await, before, "the days are let go");
    assert!(
        w.waiting(&w.zhang).await.is_some(),
        "the correction waits for the applicant"
    );
    let correction = |form, version| Correction {
        approval: id,
        form,
        expected_version: version,
    };
    let form = leave("2026-12-01", "2026-12-02").as_object().unwrap().clone();
    let stale = service::resubmit(&w.cx, &w.zhang, correction(form.clone(), Some(1)), None).await;
    assert!(matches!(stale, Err(Error::Conflict { .. })), "{stale:?}");
    let other = service::resubmit(&w.cx, &w.li, correction(form.clone(), None), None).await;
    assert!(matches!(other, Err(Error::Forbidden(_))), "{other:?}");
    service::resubmit(&w.cx, &w.zhang, correction(form, None), None)
        .await
        .unwrap();
    let row = w.row(id).await;
    assert_eq!((row.status, row.round), (ApprovalStatus::Running, 2));
    assert_eq!(w.annual().await, (before.0 - 4, 4, 0));
    assert!(w.waiting(&w.zhang).await.is_none());
    w.approve(&w.li).await.unwrap();
    assert_eq!(w.row(id).await.status, ApprovalStatus::Approved);
    let expected = [
        "submitted",
        "approved_task",
        "returned",
        "resubmitted",
        "approved_task",
        "copied",
        "passed",
    ];
    assert_eq!(w.kinds(id).await, expected);
}

#[tokio::test]
async fn a_rejection_needs_words_and_goes_back_to_the_applicant() {
    let w = world().await;
    let id = w.ask("2026-12-01", "2026-12-02").await.unwrap();
    let task = w.waiting(&w.li).await.unwrap();
    let silent = service::reject(&w.cx, &w.li, decision(task, None), None).await;
    assert!(
        matches!(&silent, Err(Error::Invalid(fields)) if fields[0].path == "comment"),
        "{silent:?}"
    );
    service::reject(&w.cx, &w.li, decision(task, Some("人手不够")), None)
        .await
        .unwrap();
    assert_eq!(w.row(id).await.status, ApprovalStatus::Returned);
    assert_eq!(w.kinds(id).await, ["submitted", "rejected_task", "returned"]);
}

#[tokio::test]
async fn withdrawn_requests_cannot_be_decided() {
    let w = world().await;
    let before = w.annual().await;
    let id = w.ask("2026-12-01", "2026-12-02").await.unwrap();
    let task = w.waiting(&w.li).await.unwrap();
    let not_his = service::withdraw(&w.cx, &w.li, id, None, None).await;
    assert!(matches!(not_his, Err(Error::Forbidden(_))), "{not_his:?}");
    service::withdraw(&w.cx, &w.zhang, id, Some("不去了".into()), None)
        .await
        .unwrap();
    assert_eq!(w.annual().await, before);
    assert!(w.waiting(&w.li).await.is_none());
    let late = service::approve(&w.cx, &w.li, decision(task, None), None).await;
    assert!(
        matches!(&late, Err(Error::NotAllowedNow(text)) if text.zh == "申请人已撤回"),
        "{late:?}"
    );
    let again = service::withdraw(&w.cx, &w.zhang, id, None, None).await;
    assert!(matches!(again, Err(Error::NotAllowedNow(_))), "{again:?}");
}

#[tokio::test]
async fn decisions_are_taken_back_until_someone_decides_after_them() {
    let w = world().await;
    let id = w.ask("2026-12-01", "2026-12-04").await.unwrap();
    let task = w.waiting(&w.li).await.unwrap();
    w.approve(&w.li).await.unwrap();
    assert!(w.waiting(&w.wang).await.is_some());
    service::withdraw_decision(&w.cx, &w.li, task, None).await.unwrap();
    assert!(w.waiting(&w.wang).await.is_none());
    assert_eq!(w.waiting(&w.li).await, Some(task));
    w.approve(&w.li).await.unwrap();
    w.approve(&w.wang).await.unwrap();
    let late = service::withdraw_decision(&w.cx, &w.li, task, None).await;
    assert!(matches!(late, Err(Error::NotAllowedNow(_))), "{late:?}");
    assert_eq!(w.row(id).await.status, ApprovalStatus::Approved);
}

#[tokio::test]
async fn a_decision_falls_once_however_often_it_is_sent() {
    let w = world().await;
    w.ask("2026-12-01", "2026-12-02").await.unwrap();
    let task = w.waiting(&w.li).await.unwrap();
    let approve = |key| service::approve(&w.cx, &w.li, decision(task, None), key);
    let (one, two) = tokio::join!(approve(Some("a")), approve(Some("a")));
    assert_eq!(
        one.unwrap(),
        two.unwrap(),
        "a double click is one decision with one answer"
    );
    let late = approve(Some("b")).await;
    assert!(
        matches!(&late, Err(Error::AlreadyDecided { by, .. }) if by == "李敏"),
        "{late:?}"
    );
    let (one, two) = tokio::join!(
        service::submit(
            &w.cx,
            &w.zhang,
            submission(&leave("2026-12-07", "2026-12-07")),
            Some("s")
        ),
        service::submit(
            &w.cx,
            &w.zhang,
            submission(&leave("2026-12-07", "2026-12-07")),
            Some("s")
        ),
    );
    assert_eq!(one.unwrap(), two.unwrap());
    let reused = service::submit(
        &w.cx,
        &w.zhang,
        submission(&leave("2026-12-08", "2026-12-08")),
        Some("s"),
    )
    .await;
    assert!(matches!(reused, Err(Error::KeyConflict(_))), "{reused:?}");
}

#[tokio::test]
async fn wrong_forms_name_every_field_and_leave_nothing_behind() {
    let w = world().await;
    let check = async |form: serde_json::Value, paths: &[&str]| {
        let refused = service::submit(&w.cx, &w.zhang, submission(&form), None).await;
        let Err(Error::Invalid(fields)) = &refused else {
            panic!("{form}: {refused:?}")
        };
        let got: Vec<_> = fields.iter().map(|field| field.path.as_str()).collect();
        assert_eq!(got, paths, "{form}");
    };
    let with = |key: &str, value: serde_json::Value| {
        let mut form = leave("2026-12-01", "2026-12-02");
        form[key] = value;
        form
    };
    let missing = ["leave_type", "start_date", "start_part", "end_date", "end_part"].map(|key| format!("form.{key}"));
    check(serde_json::json!({}), &missing.each_ref().map(String::as_str)).await;
    check(with("start_date", "2026-02-30".into()), &["form.start_date"]).await;
    check(with("end_date", "2026-11-30".into()), &["form.end_date"]).await;
    check(with("leave_type", "moon".into()), &["form.leave_type"]).await;
    check(with("reason", "长".repeat(1001).into()), &["form.reason"]).await;
    check(with("colour", "red".into()), &["form.colour"]).await;
    check(
        with("proof", serde_json::json!(["file_01h455vb4pex5vsknk084sn02q"])),
        &["form.proof.0"],
    )
    .await;
    let overlap = {
        w.ask("2026-12-01", "2026-12-02").await.unwrap();
        w.ask("2026-12-02", "2026-12-03").await
    };
    assert!(matches!(overlap, Err(Error::Overlap(_))), "{overlap:?}");
    let short = w.ask("2026-12-07", "2027-01-29").await;
    assert!(
        matches!(short, Err(Error::InsufficientBalance(_) | Error::Invalid(_))),
        "{short:?}"
    );
    let all = service::count(&w.cx, &w.zhang, service::Pile::Started, &Default::default())
        .await
        .unwrap();
    assert_eq!(all, 1, "refused requests leave nothing behind");
}

#[tokio::test]
async fn reminders_are_throttled_and_comments_reach_who_is_mentioned() {
    let w = world().await;
    let id = w.ask("2026-12-01", "2026-12-02").await.unwrap();
    assert_eq!(service::urge(&w.cx, &w.zhang, id).await.unwrap().urged, 1);
    let again = service::urge(&w.cx, &w.zhang, id).await;
    assert!(
        matches!(again, Err(Error::Throttled { retry_after: 14_400 })),
        "{again:?}"
    );
    w.pass(Duration::hours(4));
    assert_eq!(service::urge(&w.cx, &w.zhang, id).await.unwrap().urged, 1);
    let stranger = service::find(&w.cx, &w.wu, id).await;
    assert!(matches!(stranger, Err(Error::NotFound)));
    let wu = tongshi::graphql::id::encode(w.wu.member).to_string();
    let body = format!("@[{wu}] 请帮忙看看排期");
    let new = NewComment {
        approval: id,
        body,
        attachments: Vec::new(),
    };
    service::comment(&w.cx, &w.li, new, None).await.unwrap();
    assert!(
        service::find(&w.cx, &w.wu, id).await.is_ok(),
        "who is mentioned may read it"
    );
    let counters = service::counters(&w.cx, &w.wu).await.unwrap();
    assert_eq!(counters.copied_unread, 1);
    service::mark_copy_read(&w.cx, &w.wu, id).await.unwrap();
    assert_eq!(service::counters(&w.cx, &w.wu).await.unwrap().copied_unread, 0);
    let reader = service::copy(&w.cx, &w.wu, id, vec![w.hr.member]).await;
    assert!(matches!(reader, Err(Error::Forbidden(_))), "{reader:?}");
    service::copy(&w.cx, &w.zhang, id, vec![w.hr.member]).await.unwrap();
    service::copy(&w.cx, &w.zhang, id, vec![w.hr.member]).await.unwrap();
    assert_eq!(
        w.kinds(id).await,
        ["submitted", "urged", "urged", "commented", "copy_read", "copied"]
    );
}
