//! Holding, taking and letting go.

use entity::{AttendanceStatus, EntryKind};
use tongshi::error::{Error, ErrorCode};
use tongshi::graphql::connection::Page;
use tongshi::leave::service::{self, Adjustment};
use tongshi::{attendance, calendar};

use super::world::{World, form, wish};

const PAGE: Page<entity::LeaveEntryId> = Page {
    size: 50,
    from: None,
    backward: false,
};

on_both! {
    async fn a_leave_is_held_then_taken_once(world: World) {
        // Two lots of five days.
        assert_eq!(world.annual(&world.zhang).await, (20, 0, 0));
        let (case, found) = world
            .ask(&world.zhang, "annual", "2026-11-24 PM", "2026-12-02 AM")
            .await
            .unwrap();
        assert_eq!((found.minutes, found.balance), (12 * 240, Some((20 * 240, 8 * 240))));
        let lots: Vec<_> = found
            .lots
            .iter()
            .map(|lot| (lot.label.zh.as_ref(), lot.minutes / 240, lot.after / 240))
            .collect();
        assert_eq!(
            lots,
            [("2025 年度", 10, 0), ("2026 年度", 2, 8)],
            "the lot that expires first goes first"
        );
        assert_eq!(world.annual(&world.zhang).await, (8, 12, 0));
        world.consume(&world.manager, case).await;
        world.consume(&world.manager, case).await;
        assert_eq!(world.annual(&world.zhang).await, (8, 0, 12));
        world.release(&world.manager, case).await;
        assert_eq!(
            world.annual(&world.zhang).await,
            (8, 0, 12),
            "what is taken is not let go"
        );

        let from = "2026-11-23".parse().unwrap();
        let days = attendance::service::days(
            &world.cx,
            &world.zhang,
            world.zhang.member,
            from,
            "2026-12-03".parse().unwrap(),
        );
        let days: Vec<_> = days
            .await
            .unwrap()
            .into_iter()
            .map(|day| (day.date.to_string(), day.status, day.leave_minutes))
            .collect();
        use AttendanceStatus::{Leave, Normal, PartialLeave, Rest};
        let expected = [
            ("2026-11-23", Normal, 0),
            ("2026-11-24", PartialLeave, 240),
            ("2026-11-25", Leave, 480),
            ("2026-11-26", Leave, 480),
            ("2026-11-27", Leave, 480),
            ("2026-11-28", Rest, 0),
            ("2026-11-29", Rest, 0),
            ("2026-11-30", Leave, 480),
            ("2026-12-01", Leave, 480),
            ("2026-12-02", PartialLeave, 240),
        ];
        assert_eq!(
            days,
            expected.map(|(date, status, minutes)| (date.to_owned(), status, minutes))
        );
    }

    async fn letting_go_frees_balance_and_days(world: World) {
        let (case, _) = world
            .ask(&world.zhang, "annual", "2026-11-24 AM", "2026-11-24 PM")
            .await
            .unwrap();
        world.release(&world.manager, case).await;
        world.release(&world.manager, case).await;
        assert_eq!(world.annual(&world.zhang).await, (20, 0, 0));
        // Corrected and submitted again in round two, with other days.
        let tx = world.cx.begin().await.unwrap();
        let longer = form("annual", "2026-11-24 AM", "2026-11-25 PM");
        service::hold(&world.cx, &tx, &world.zhang, wish(case, 2, world.zhang.member, &longer))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.annual(&world.zhang).await, (16, 4, 0));
        world.consume(&world.manager, case).await;
        assert_eq!(world.annual(&world.zhang).await, (16, 0, 4));
        let entries = service::entries(&world.cx, &world.zhang, world.zhang.member, Some("annual"), &PAGE)
            .await
            .unwrap();
        let kinds: Vec<_> = entries
            .items
            .iter()
            .rev()
            .map(|entry| (entry.row.kind, entry.row.minutes / 240))
            .collect();
        use EntryKind::{Grant, Hold, Release, Use};
        assert_eq!(
            kinds,
            [
                (Grant, 10),
                (Grant, 10),
                (Hold, -2),
                (Release, 2),
                (Hold, -4),
                (Release, 4),
                (Use, -4)
            ]
        );
        assert_eq!(entries.items.first().unwrap().text.zh, "请假，2025 年度");
    }

    async fn half_days_do_not_overlap(world: World) {
        world
            .ask(&world.zhang, "annual", "2026-11-24 AM", "2026-11-24 AM")
            .await
            .unwrap();
        world
            .ask(&world.zhang, "personal", "2026-11-24 PM", "2026-11-24 PM")
            .await
            .unwrap();
        for (start, end) in [("2026-11-24 AM", "2026-11-24 PM"), ("2026-11-23 AM", "2026-11-30 PM")] {
            let error = world.ask(&world.zhang, "personal", start, end).await.unwrap_err();
            assert_eq!(error.code(), ErrorCode::Overlap);
            assert_eq!(error.text().zh, "11月24日上午已有请假，不能重复申请");
        }
        world
            .ask(&world.zhao, "annual", "2026-11-24 AM", "2026-11-24 PM")
            .await
            .unwrap();
    }

    async fn a_balance_is_not_spent_twice(world: World) {
        let error = world
            .ask(&world.zhang, "annual", "2026-11-24 AM", "2026-12-08 PM")
            .await
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::InsufficientBalance);
        assert_eq!(error.text().zh, "年假余额不足：可用 10 天，从12月8日起还缺 1 天");
        assert_eq!(world.annual(&world.zhang).await, (20, 0, 0), "nothing is half done");
        world
            .ask(&world.zhang, "annual", "2026-11-24 AM", "2026-12-07 PM")
            .await
            .unwrap();
        let error = world
            .ask(&world.zhang, "annual", "2026-12-09 AM", "2026-12-09 AM")
            .await
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::InsufficientBalance);
    }

    async fn of_requests_in_the_same_moment_one_wins(world: World) {
        let world = std::sync::Arc::new(world);
        let race = async |wishes: [(&'static str, &'static str); 8]| {
            let mut running = tokio::task::JoinSet::new();
            for (start, end) in wishes {
                let world = world.clone();
                running.spawn(async move { world.ask(&world.zhang, "annual", start, end).await.map(|_| ()) });
            }
            let mut codes = Vec::new();
            while let Some(result) = running.join_next().await {
                codes.extend(result.unwrap().err().map(|error| error.code()));
            }
            codes
        };
        // The same half day eight times.
        let codes = race([("2026-11-24 AM", "2026-11-24 AM"); 8]).await;
        assert_eq!(codes, [ErrorCode::Overlap; 7]);
        assert_eq!(world.annual(&world.zhang).await, (19, 1, 0));
        // Eight times two days, with nine and a half left: four fit.
        let codes = race([
            ("2026-11-25 AM", "2026-11-26 PM"),
            ("2026-11-30 AM", "2026-12-01 PM"),
            ("2026-12-02 AM", "2026-12-03 PM"),
            ("2026-12-07 AM", "2026-12-08 PM"),
            ("2026-12-09 AM", "2026-12-10 PM"),
            ("2026-12-14 AM", "2026-12-15 PM"),
            ("2026-12-16 AM", "2026-12-17 PM"),
            ("2026-12-21 AM", "2026-12-22 PM"),
        ])
        .await;
        assert_eq!(codes, [ErrorCode::InsufficientBalance; 4]);
        assert_eq!(world.annual(&world.zhang).await, (3, 17, 0));
    }

    async fn a_leave_across_the_year_end_takes_each_lot_in_its_window(world: World) {
        let (_, found) = world
            .ask(&world.zhang, "annual", "2026-12-30 AM", "2027-01-05 PM")
            .await
            .unwrap();
        // 2027-01-01 is a holiday by law, but no notice is imported yet: the weekly pattern counts it, and says so.
        assert_eq!(found.minutes, 5 * 480);
        assert!(
            found
                .notes
                .iter()
                .any(|note| note.zh.contains("2027 年放假安排尚未导入"))
        );
        let lots: Vec<_> = found
            .lots
            .iter()
            .map(|lot| (lot.label.zh.as_ref(), lot.minutes / 480))
            .collect();
        assert_eq!(
            lots,
            [("2025 年度", 2), ("2026 年度", 3)],
            "the older lot ends with the year"
        );
        assert_eq!(found.calendar_revision, "2026.1 2027.0");
    }

    async fn wrong_requests_name_the_field(world: World) {
        let check = async |kind: &str, start: &str, end: &str, path: &str| {
            let Err(Error::Invalid(fields)) = world.ask(&world.zhang, kind, start, end).await else {
                panic!("{kind} {start} {end}")
            };
            assert_eq!(
                fields.iter().map(|field| field.path.as_str()).collect::<Vec<_>>(),
                [path],
                "{kind} {start} {end}"
            );
        };
        check("nothing", "2026-11-24 AM", "2026-11-24 PM", "form.leave_type").await;
        check("annual", "2026-11-25 AM", "2026-11-24 PM", "form.end_date").await;
        check("annual", "2026-11-28 AM", "2026-11-29 PM", "form.end_date").await;
        check("personal", "2026-01-01 AM", "2027-06-01 PM", "form.end_date").await;
        check("annual", "1026-11-24 AM", "2026-11-24 PM", "form.start_date").await;
        check("sick", "2026-11-24 AM", "2026-11-25 PM", "form.proof").await;
        check("nursing", "2026-11-24 AM", "2026-11-24 PM", "form.leave_type").await;
    }

    async fn corrections_have_a_reason_and_a_reach(world: World) {
        let member = world.zhang.member;
        let change = Adjustment {
            type_key: "lieu".into(),
            minutes: 480,
            valid_from: "2026-11-20".parse().unwrap(),
            valid_to: "2027-01-19".parse().unwrap(),
            note: "11月20日 机房割接加班".into(),
            lot: None,
        };
        for actor in [&world.zhang, &world.manager, &world.outsider] {
            let error = service::adjust(&world.cx, actor, member, &change, None)
                .await
                .unwrap_err();
            assert_eq!(error.code(), ErrorCode::Forbidden);
        }
        for _ in 0..2 {
            let balance = service::adjust(&world.cx, &world.hr, member, &change, Some("key"))
                .await
                .unwrap();
            assert_eq!(balance.remaining, Some(480), "the same key adds once");
        }
        let lot = service::balances(&world.cx, &world.hr, member, world.cx.today())
            .await
            .unwrap();
        let lot = lot
            .iter()
            .find(|balance| balance.kind.row.key == "lieu")
            .unwrap()
            .lots
            .first()
            .unwrap()
            .row
            .id;
        let take = Adjustment {
            minutes: -720,
            lot: Some(lot),
            ..change.clone()
        };
        let error = service::adjust(&world.cx, &world.hr, member, &take, None)
            .await
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::InsufficientBalance);
        let take = Adjustment { minutes: -240, ..take };
        assert_eq!(
            service::adjust(&world.cx, &world.hr, member, &take, None)
                .await
                .unwrap()
                .remaining,
            Some(240)
        );
        let error = service::adjust(&world.cx, &world.hr, world.zhao.member, &take, None)
            .await
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::NotFound, "a lot of someone else");
        let wrong = Adjustment {
            minutes: 0,
            note: " ".into(),
            ..change
        };
        let Err(Error::Invalid(fields)) = service::adjust(&world.cx, &world.hr, member, &wrong, None).await else {
            panic!()
        };
        assert_eq!(
            fields.iter().map(|field| field.path.as_str()).collect::<Vec<_>>(),
            ["minutes", "note"]
        );
    }

    async fn a_notice_is_imported_as_the_next_revision(world: World) {
        world
            .ask(&world.zhang, "annual", "2026-11-24 AM", "2026-11-24 PM")
            .await
            .unwrap();
        let text =
            r#"{"year": 2026, "notice": "test", "days": [{"date": "2026-11-24", "name": "厂庆", "isOffDay": true}]}"#;
        let error = calendar::service::import(&world.cx, &world.zhang, text, true)
            .await
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::Forbidden);
        let broken = calendar::service::import(&world.cx, &world.hr, "{}", false)
            .await
            .unwrap();
        assert!(!broken.applied && !broken.errors.is_empty());
        let dry = calendar::service::import(&world.cx, &world.hr, text, true)
            .await
            .unwrap();
        assert!(!dry.applied);
        assert_eq!((dry.year, dry.days, dry.affected_leaves), (2026, 1, 1));
        assert!(
            calendar::service::import(&world.cx, &world.hr, text, false)
                .await
                .unwrap()
                .applied
        );
        let sources = calendar::service::sources(&world.cx, &world.zhang).await.unwrap();
        let found: Vec<_> = sources
            .iter()
            .map(|source| (source.row.year, source.row.revision, source.days))
            .collect();
        assert_eq!(found, [(2026, 2, 1), (2026, 1, 39), (2025, 1, 33)]);
        let (_, found) = world
            .ask(&world.zhao, "annual", "2026-11-23 AM", "2026-11-24 PM")
            .await
            .unwrap();
        assert_eq!((found.minutes, found.calendar_revision.as_str()), (480, "2026.2"));
    }
}
