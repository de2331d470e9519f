//! Who may see whose leave, and how much of it.

use entity::LeaveStatus;
use tongshi::access::{Grant, Reach};
use tongshi::cx::Actor;
use tongshi::error::ErrorCode;
use tongshi::leave::service;

use super::world::{World, form};

async fn seen(world: &World, actor: &Actor) -> Vec<(Option<String>, LeaveStatus)> {
    let (from, to) = ("2026-11-23".parse().unwrap(), "2026-11-30".parse().unwrap());
    let team = service::team_calendar(&world.cx, actor, Some(world.team), from, to)
        .await
        .unwrap();
    let halves = team.members.into_iter().flat_map(|member| member.days);
    halves
        .map(|half| (half.kind.map(|kind| kind.zh.into_owned()), half.status))
        .collect()
}

on_both! {
    async fn colleagues_see_that_someone_is_away_and_managers_why(world: World) {
        let (case, _) = world
            .ask(&world.zhang, "personal", "2026-11-24 AM", "2026-11-24 AM")
            .await
            .unwrap();
        let why = Some("事假".to_owned());
        for actor in [&world.zhang, &world.manager, &world.hr] {
            assert_eq!(
                seen(&world, actor).await,
                [(why.clone(), LeaveStatus::Held)],
                "{}",
                actor.name
            );
        }
        assert_eq!(
            seen(&world, &world.zhao).await,
            [],
            "what is only asked for is between the member and the managers"
        );
        world.consume(&world.manager, case).await;
        assert_eq!(seen(&world, &world.zhao).await, [(None, LeaveStatus::Approved)]);
        assert_eq!(seen(&world, &world.manager).await, [(why, LeaveStatus::Approved)]);
        let (from, to) = ("2026-11-23".parse().unwrap(), "2026-11-30".parse().unwrap());
        let error = service::team_calendar(&world.cx, &world.outsider, Some(world.team), from, to)
            .await
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::Forbidden);
        let error = service::team_calendar(
            &world.cx,
            &world.hr,
            Some(world.team),
            from,
            "2027-03-01".parse().unwrap(),
        )
        .await;
        assert_eq!(error.unwrap_err().code(), ErrorCode::Invalid);
    }

    async fn balances_are_for_the_member_the_managers_and_the_personnel_department(world: World) {
        let leader = Grant {
            role: entity::Role::DepartmentLeader,
            reach: Reach::Departments(vec![world.team]),
        };
        let mut leader_of_team = world.outsider.clone();
        leader_of_team.grants = std::sync::Arc::new([leader]);
        let today = world.cx.today();
        for (actor, may) in [
            (&world.zhang, true),
            (&world.manager, true),
            (&world.hr, true),
            (&leader_of_team, true),
            (&world.zhao, false),
            (&world.outsider, false),
        ] {
            let found = service::balances(&world.cx, actor, world.zhang.member, today).await;
            assert_eq!(
                found.as_ref().err().map(tongshi::error::Error::code),
                (!may).then_some(ErrorCode::NotFound)
            );
            let record = tongshi::attendance::service::days(&world.cx, actor, world.zhang.member, today, today).await;
            assert_eq!(record.is_ok(), may);
            let preview = form("annual", "2026-11-24 AM", "2026-11-24 PM");
            assert_eq!(
                service::preview(&world.cx, actor, world.zhang.member, &preview, None)
                    .await
                    .is_ok(),
                may
            );
        }
    }

    async fn a_preview_says_what_submission_posts(world: World) {
        let (case, _) = world
            .ask(&world.zhao, "annual", "2026-11-25 PM", "2026-11-26 AM")
            .await
            .unwrap();
        world.consume(&world.manager, case).await;
        let wish = form("annual", "2026-11-24 AM", "2026-11-26 AM");
        let preview = service::preview(&world.cx, &world.zhang, world.zhang.member, &wish, None)
            .await
            .unwrap();
        let team = service::team_of(
            &world.cx,
            &world.zhang,
            world.zhang.member,
            None,
            &wish.span,
            &preview.rows,
        );
        let team = team.await.unwrap();
        assert_eq!(team.away.len(), 1);
        let staffing: Vec<_> = team.staffing.iter().map(|day| (day.present, day.team)).collect();
        assert_eq!(staffing, [(2, 3), (1, 3), (1, 3)]);
        let (case, posted) = world
            .ask(&world.zhang, "annual", "2026-11-24 AM", "2026-11-26 AM")
            .await
            .unwrap();
        assert_eq!(
            (preview.minutes, preview.balance, &preview.lots),
            (posted.minutes, posted.balance, &posted.lots)
        );
        assert_eq!(service::facts(&posted)["days"], 2.5);

        let details = service::details(&world.cx, &world.manager, &[case]).await.unwrap();
        let detail = details.get(&case).unwrap();
        assert_eq!(
            (detail.days.len(), detail.row.minutes, detail.balance_after),
            (5, 5 * 240, posted.balance.map(|b| b.1))
        );
        assert_eq!(detail.lots.iter().map(|lot| lot.minutes).sum::<i32>(), 5 * 240);
        world.release(&world.zhang, case).await;
        let details = service::details(&world.cx, &world.manager, &[case]).await.unwrap();
        let detail = details.get(&case).unwrap();
        assert_eq!(
            (detail.days.len(), detail.lots.len(), detail.balance_after),
            (5, 0, None)
        );
    }

    async fn absence_today_is_known_and_its_kind_is_not(world: World) {
        let (case, _) = world
            .ask(&world.zhang, "personal", "2026-11-23 AM", "2026-11-24 AM")
            .await
            .unwrap();
        let today = world.cx.today();
        let members = [world.zhang.member, world.zhao.member];
        assert!(
            service::away_on(&world.cx, &world.zhao, &members, today)
                .await
                .unwrap()
                .is_empty()
        );
        world.consume(&world.manager, case).await;
        for (actor, kind) in [
            (&world.zhao, None),
            (&world.outsider, None),
            (&world.manager, Some("事假")),
        ] {
            let away = service::away_on(&world.cx, actor, &members, today).await.unwrap();
            let found = away.get(&world.zhang.member).unwrap();
            assert_eq!(found.kind.as_ref().map(|kind| kind.zh.as_ref()), kind);
            assert_eq!(found.until.to_string(), "2026-11-24");
            assert_eq!(away.len(), 1);
        }
    }
}
