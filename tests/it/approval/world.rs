//! A small company: an employee, his manager, the head of their department, personnel, an administrator and an outsider.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};
use entity::*;
use migration::MigratorTrait;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tongshi::access::{Grant, Reach};
use tongshi::app::App;
use tongshi::approval::engine::Values;
use tongshi::approval::service::{self, Decision, Done, Filter, Submission, TemplateRef};
use tongshi::config::{Config, Settings};
use tongshi::cx::{Actor, Clock, Cx, RandomIds};
use tongshi::db::{Db, Tx};
use tongshi::error::{Locale, Result};
use tongshi::graphql::connection::Page;

/// A clock that stands until it is pushed.
pub(super) struct Standing(AtomicI64);

impl Clock for Standing {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

pub(super) struct World {
    pub(super) cx: Cx,
    clock: Arc<Standing>,
    /// Employee.
    pub(super) zhang: Actor,
    /// His direct manager.
    pub(super) li: Actor,
    /// Head of the department above.
    pub(super) wang: Actor,
    pub(super) hr: Actor,
    pub(super) admin: Actor,
    /// A colleague elsewhere.
    pub(super) wu: Actor,
    _folder: tempfile::TempDir,
}

/// Monday, 23 November 2026, 10:00 in China.
pub(super) async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let db = Db::open(&url).await.unwrap();
    migration::Migrator::up(db.write(), None).await.unwrap();
    let settings = Settings {
        data_dir: Some(folder.path().into()),
        ..Settings::default()
    };
    let config = Config::new(settings).unwrap();
    let start: DateTime<Utc> = "2026-11-23T02:00:00Z".parse().unwrap();
    let clock = Arc::new(Standing(AtomicI64::new(start.timestamp_millis())));
    let cx = App::world(config, db, clock.clone(), Arc::new(RandomIds::default())).unwrap();
    let tx = cx.begin().await.unwrap();
    tongshi::set_up::install(&cx, &tx).await.unwrap();
    let root = department(&cx, &tx, None, "远山科技").await;
    let centre = department(&cx, &tx, Some(&root), "产品研发中心").await;
    let team = department(&cx, &tx, Some(&centre), "平台组").await;
    let other = department(&cx, &tx, Some(&root), "财务").await;
    let ceo = member(&cx, &tx, ("ceo", "陈晨"), None, (&root, true)).await;
    let wang = member(&cx, &tx, ("wangfang", "王芳"), Some(&ceo), (&centre, true)).await;
    let li = member(&cx, &tx, ("limin", "李敏"), Some(&wang), (&team, true)).await;
    let zhang = member(&cx, &tx, ("zhangwei", "张伟"), Some(&li), (&team, false)).await;
    let hr = member(&cx, &tx, ("hr", "刘敏"), Some(&ceo), (&root, false)).await;
    let admin = member(&cx, &tx, ("admin", "周涛"), Some(&ceo), (&root, false)).await;
    let wu = member(&cx, &tx, ("wu", "吴倩"), Some(&ceo), (&other, false)).await;
    let hr = granted(&cx, &tx, hr, Role::Hr).await;
    let admin = granted(&cx, &tx, admin, Role::Administrator).await;
    tongshi::leave::service::grant_annual(&cx, &tx, 2026).await.unwrap();
    tx.commit().await.unwrap();
    World {
        cx,
        clock,
        zhang,
        li,
        wang,
        hr,
        admin,
        wu,
        _folder: folder,
    }
}

impl World {
    /// Pushes the clock.
    pub(super) fn pass(&self, time: Duration) {
        self.clock.0.fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }

    /// Asks for annual leave of the employee, for example from `2026-12-01` to `2026-12-02`.
    pub(super) async fn ask(&self, from: &str, to: &str) -> Result<ApprovalId> {
        Ok(
            service::submit(&self.cx, &self.zhang, submission(&leave(from, to)), None)
                .await?
                .approval,
        )
    }

    pub(super) async fn row(&self, id: ApprovalId) -> approval_case::Model {
        approval_case::Entity::find_by_id(id)
            .one(self.cx.db.read())
            .await
            .unwrap()
            .unwrap()
    }

    /// The task of an actor that waits, if any.
    pub(super) async fn waiting(&self, actor: &Actor) -> Option<TaskId> {
        let page = Page {
            size: 100,
            from: None,
            backward: false,
        };
        let tasks = service::inbox(&self.cx, actor, &Filter::default(), page)
            .await
            .unwrap()
            .items;
        let count = service::inbox_count(&self.cx, actor, &Filter::default()).await.unwrap();
        assert_eq!(tasks.len() as u64, count, "the counter is the length of the list");
        tasks.first().map(|(task, _)| task.id)
    }

    pub(super) async fn approve(&self, actor: &Actor) -> Result<Done> {
        let task = self.waiting(actor).await.expect("something waits");
        service::approve(&self.cx, actor, decision(task, None), None).await
    }

    pub(super) async fn send_back(&self, actor: &Actor, to: &str) -> Result<Done> {
        let task = self.waiting(actor).await.expect("something waits");
        service::send_back(&self.cx, actor, decision(task, Some("日期不对，请核对")), to, None).await
    }

    /// Kinds of the events of a request, in order.
    pub(super) async fn kinds(&self, id: ApprovalId) -> Vec<String> {
        let rows = event_log::Entity::find()
            .filter(event_log::Column::SubjectId.eq(id.uuid()))
            .order_by_asc(event_log::Column::Id)
            .all(self.cx.db.read())
            .await
            .unwrap();
        rows.into_iter().map(|row| row.kind.replace("approval.", "")).collect()
    }

    /// Left, held and used this year of annual leave of the employee, in half days.
    pub(super) async fn annual(&self) -> (i32, i32, i32) {
        let balances = tongshi::leave::service::balances(&self.cx, &self.zhang, self.zhang.member, self.cx.today())
            .await
            .unwrap();
        let annual = balances
            .into_iter()
            .find(|balance| balance.kind.row.key == "annual")
            .unwrap();
        (
            annual.remaining.unwrap() / 240,
            annual.held / 240,
            annual.used_this_year / 240,
        )
    }
}

pub(super) fn submission(form: &Value) -> Submission {
    Submission {
        template: TemplateRef::Key("leave".into()),
        department: None,
        form: form.as_object().unwrap().clone(),
        chosen: Default::default(),
        copy_to: Vec::new(),
    }
}

pub(super) fn leave(from: &str, to: &str) -> Value {
    json!({
        "leave_type": "annual", "start_date": from, "start_part": "AM", "end_date": to, "end_part": "PM", "reason": "回家",
    })
}

pub(super) fn decision(task: TaskId, comment: Option<&str>) -> Decision {
    Decision {
        task,
        comment: comment.map(Into::into),
        form: Values::new(),
        attachments: Vec::new(),
    }
}

async fn department(cx: &Cx, tx: &Tx, parent: Option<&(DepartmentId, String)>, name: &str) -> (DepartmentId, String) {
    let id: DepartmentId = cx.id();
    let path = format!("{}{id}/", parent.map_or("/", |(_, path)| path));
    org_department::Entity::insert(org_department::ActiveModel {
        id: Set(id),
        parent_id: Set(parent.map(|(id, _)| *id)),
        name: Set(name.into()),
        name_en: Set(None),
        path: Set(path.clone()),
        depth: Set(path.matches('/').count() as i32 - 2),
        sort_order: Set(0),
        version: Set(1),
        created_at: Set(cx.now()),
        disabled_at: Set(None),
    })
    .exec_without_returning(&**tx)
    .await
    .unwrap();
    (id, path)
}

async fn member(
    cx: &Cx,
    tx: &Tx,
    (account, name): (&str, &str),
    manager: Option<&Actor>,
    (home, leads): (&(DepartmentId, String), bool),
) -> Actor {
    let id: MemberId = cx.id();
    org_member::Entity::insert(org_member::ActiveModel {
        id: Set(id),
        account: Set(account.into()),
        name: Set(name.into()),
        manager_id: Set(manager.map(|manager| manager.member)),
        hired_on: Set(Some("2014-03-01".parse().unwrap())),
        career_started_on: Set(Some("2010-03-01".parse().unwrap())),
        status: Set(MemberStatus::Active),
        pinyin: Set(account.into()),
        initials: Set(account.chars().take(2).collect()),
        extension: Set(json!({})),
        version: Set(1),
        created_at: Set(cx.now()),
        ..Default::default()
    })
    .exec_without_returning(&**tx)
    .await
    .unwrap();
    org_membership::Entity::insert(org_membership::ActiveModel {
        member_id: Set(id),
        department_id: Set(home.0),
        is_primary: Set(true),
        is_leader: Set(leads),
        sort_order: Set(0),
    })
    .exec_without_returning(&**tx)
    .await
    .unwrap();
    Actor {
        member: id,
        name: name.into(),
        session: None,
        token: None,
        grants: Arc::new([Grant {
            role: Role::Member,
            reach: Reach::Own,
        }]),
        departments: Arc::new([home.clone()]),
        locale: Locale::Zh,
        via: Via::Web,
        must_change_password: false,
    }
}

async fn granted(cx: &Cx, tx: &Tx, actor: Actor, role: Role) -> Actor {
    org_role_grant::Entity::insert(org_role_grant::ActiveModel {
        id: Set(cx.id()),
        member_id: Set(actor.member),
        role: Set(role),
        scope: Set(DataScope::All),
        created_at: Set(cx.now()),
        granted_by: Set(None),
    })
    .exec_without_returning(&**tx)
    .await
    .unwrap();
    Actor {
        grants: Arc::new([
            Grant {
                role: Role::Member,
                reach: Reach::Own,
            },
            Grant {
                role,
                reach: Reach::All,
            },
        ]),
        ..actor
    }
}
