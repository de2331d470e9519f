//! Who may know of a request, and in which pile it lies.

use entity::Id;
use tongshi::approval::service::{self, Filter, Pile};
use tongshi::cx::Actor;
use tongshi::graphql::connection::Page;

use super::world::{World, world};

const PAGE: Page<entity::ApprovalId> = Page {
    size: 10,
    from: None,
    backward: false,
};

async fn pile(w: &World, actor: &Actor, pile: Pile, filter: &Filter) -> usize {
    let found = service::list(&w.cx, actor, pile, filter, PAGE)
        .await
        .unwrap()
        .items
        .len();
    assert_eq!(found as u64, service::count(&w.cx, actor, pile, filter).await.unwrap());
    found
}

#[tokio::test]
async fn requests_are_seen_by_those_concerned_only() {
    let w = world().await;
    let id = w.ask("2026-12-01", "2026-12-04").await.unwrap();
    let check = async |actor: &Actor, sees: bool| {
        assert_eq!(service::find(&w.cx, actor, id).await.is_ok(), sees, "{}", actor.name);
        let audience = service::readers(&w.cx, &[id.uuid()]).await.unwrap();
        assert_eq!(audience[&id.uuid()].admits(actor), sees, "{} live", actor.name);
        assert_eq!(
            pile(&w, actor, Pile::All, &Filter::default()).await,
            usize::from(sees),
            "{} list",
            actor.name
        );
    };
    check(&w.zhang, true).await;
    check(&w.li, true).await;
    check(&w.admin, true).await;
    check(&w.wang, false).await;
    check(&w.hr, false).await;
    check(&w.wu, false).await;
    w.approve(&w.li).await.unwrap();
    check(&w.wang, true).await;
    w.approve(&w.wang).await.unwrap();
    check(&w.hr, true).await;
    check(&w.wu, false).await;
}

#[tokio::test]
async fn piles_hold_what_their_names_say() {
    let w = world().await;
    w.ask("2026-12-01", "2026-12-02").await.unwrap();
    let none = Filter::default();
    assert_eq!(pile(&w, &w.zhang, Pile::Started, &none).await, 1);
    assert_eq!(pile(&w, &w.li, Pile::Done, &none).await, 0);
    w.approve(&w.li).await.unwrap();
    assert_eq!(pile(&w, &w.li, Pile::Done, &none).await, 1);
    assert_eq!(pile(&w, &w.zhang, Pile::Done, &none).await, 0);
    assert_eq!(pile(&w, &w.hr, Pile::Copied, &none).await, 1);
    let unread = Filter {
        unread_only: true,
        ..Filter::default()
    };
    assert_eq!(pile(&w, &w.hr, Pile::Copied, &unread).await, 1);
    let check = async |filter: Filter, expected| {
        assert_eq!(pile(&w, &w.admin, Pile::All, &filter).await, expected, "{filter:?}");
    };
    let search = |text: &str| Filter {
        search: Some(text.into()),
        ..Filter::default()
    };
    for (text, expected) in [
        ("张伟", 1),
        ("qj-2026", 1),
        ("zhangwei", 1),
        ("zh", 1),
        ("100%", 0),
        ("2026", 1),
        ("-0001", 1),
        ("-9999", 0),
        ("请假", 1),
        ("leave", 1),
        ("张伟 请假", 1),
        ("李敏 请假", 0),
        ("张伟 报销", 0),
        ("张伟的请假申请", 1),
        ("李敏的请假申请", 0),
        ("Leave · 张伟", 1),
        ("王芳", 0),
        ("  ", 1),
    ] {
        check(search(text), expected).await;
    }
    check(
        Filter {
            from: "2026-11-23".parse().ok(),
            to: "2026-11-23".parse().ok(),
            ..Filter::default()
        },
        1,
    )
    .await;
    check(
        Filter {
            from: "2026-11-24".parse().ok(),
            ..Filter::default()
        },
        0,
    )
    .await;
    check(
        Filter {
            department: w.zhang.departments.first().map(|(id, _)| *id),
            ..Filter::default()
        },
        1,
    )
    .await;
    check(
        Filter {
            department: w.wang.departments.first().map(|(id, _)| *id),
            ..Filter::default()
        },
        1,
    )
    .await;
    check(
        Filter {
            department: w.wu.departments.first().map(|(id, _)| *id),
            ..Filter::default()
        },
        0,
    )
    .await;
    check(
        Filter {
            template_keys: Some(vec!["leave".into()]),
            ..Filter::default()
        },
        1,
    )
    .await;
    check(
        Filter {
            template_keys: Some(vec![]),
            ..Filter::default()
        },
        0,
    )
    .await;
}

#[tokio::test]
async fn lists_go_on_where_a_page_ended() {
    let w = world().await;
    for day in ["2026-12-01", "2026-12-02", "2026-12-03"] {
        w.ask(day, day).await.unwrap();
    }
    let page = |from| Page {
        size: 2,
        from,
        backward: false,
    };
    let filter = Filter::default();
    let first = service::list(&w.cx, &w.zhang, Pile::Started, &filter, page(None))
        .await
        .unwrap();
    assert_eq!((first.items.len(), first.more), (2, true));
    let last = first.items.last().map(|row| row.id);
    let second = service::list(&w.cx, &w.zhang, Pile::Started, &filter, page(last))
        .await
        .unwrap();
    assert_eq!((second.items.len(), second.more), (1, false));
    assert_eq!(second.items[0].number, "QJ-20261123-0001", "the newest comes first");
}
