//! A small company with a manager, two colleagues, the personnel department and someone outside.

use std::sync::Arc;

use chrono::NaiveDate;
use entity::*;
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::json;
use tests::{Engine, app, database};
use tongshi::access::{Grant, Reach};
use tongshi::calendar;
use tongshi::cx::{Actor, Cx};
use tongshi::db::Tx;
use tongshi::error::{Locale, Result};
use tongshi::leave::model::Span;
use tongshi::leave::service::{self, Assessment, LeaveForm};

pub(super) struct World {
    pub(super) cx: Cx,
    pub(super) zhang: Actor,
    pub(super) zhao: Actor,
    pub(super) manager: Actor,
    pub(super) hr: Actor,
    pub(super) outsider: Actor,
    pub(super) team: DepartmentId,
    version: TemplateVersionId,
    template: TemplateId,
    _folder: tempfile::TempDir,
}

/// Monday, 23 November 2026, 10:00 in China.
pub(super) async fn world(engine: Engine) -> World {
    let folder = tempfile::tempdir().unwrap();
    let url = database::empty(engine, folder.path()).await;
    let cx = app::world(&url, folder.path(), app::clock()).await;
    let tx = cx.begin().await.unwrap();
    calendar::service::set_up(&cx, &tx).await.unwrap();
    service::set_up(&cx, &tx).await.unwrap();
    let root = department(&cx, &tx, None, "远山科技").await;
    let team = department(&cx, &tx, Some(&root), "平台组").await;
    let other = department(&cx, &tx, Some(&root), "财务").await;
    let manager = member(&cx, &tx, "limin", None, &team).await;
    let zhang = member(&cx, &tx, "zhangwei", Some(manager), &team).await;
    let zhao = member(&cx, &tx, "zhaolei", Some(manager), &team).await;
    let hr = member(&cx, &tx, "hr", None, &root).await;
    let outsider = member(&cx, &tx, "wu", None, &other).await;
    let (template, version) = template(&cx, &tx).await;
    assert_eq!(service::grant_annual(&cx, &tx, 2025).await.unwrap(), 5);
    assert_eq!(service::grant_annual(&cx, &tx, 2026).await.unwrap(), 5);
    assert_eq!(
        service::grant_annual(&cx, &tx, 2026).await.unwrap(),
        0,
        "a year is granted once"
    );
    tx.commit().await.unwrap();
    let plain = Grant {
        role: Role::Member,
        reach: Reach::Own,
    };
    let actor = |member, name: &str, home: &(DepartmentId, String), grants: Vec<Grant>| Actor {
        member,
        name: name.into(),
        session: None,
        token: None,
        grants: grants.into(),
        departments: Arc::new([home.clone()]),
        locale: Locale::Zh,
        via: Via::Web,
        must_change_password: false,
    };
    World {
        zhang: actor(zhang, "张伟", &team, vec![plain.clone()]),
        zhao: actor(zhao, "赵磊", &team, vec![plain.clone()]),
        manager: actor(manager, "李敏", &team, vec![plain.clone()]),
        hr: actor(
            hr,
            "刘敏",
            &root,
            vec![
                plain.clone(),
                Grant {
                    role: Role::Hr,
                    reach: Reach::All,
                },
            ],
        ),
        outsider: actor(outsider, "吴倩", &other, vec![plain]),
        team: team.0,
        cx,
        template,
        version,
        _folder: folder,
    }
}

impl World {
    /// A request without leave yet.
    pub(super) async fn case(&self, tx: &Tx, applicant: &Actor) -> ApprovalId {
        let id: ApprovalId = self.cx.id();
        let row = approval_case::Model {
            id,
            number: id.to_string(),
            template_id: self.template,
            version_id: self.version,
            title: "请假".into(),
            title_en: "Leave".into(),
            status: ApprovalStatus::Running,
            round: 1,
            version: 1,
            applicant_id: applicant.member,
            department_id: self.team,
            form: Document::of(&json!({})).unwrap(),
            summary: Document::of(&json!([])).unwrap(),
            state: Document::of(&json!({})).unwrap(),
            waiting_for: Document::of(&json!([])).unwrap(),
            block_reason: None,
            submitted_at: self.cx.now(),
            updated_at: self.cx.now(),
            finished_at: None,
        };
        approval_case::Entity::insert(row.into_active_model())
            .exec_without_returning(&**tx)
            .await
            .unwrap();
        id
    }

    /// Submits leave of the actor, for example `annual`, `2026-11-24 AM`, `2026-11-25 PM`.
    pub(super) async fn ask(
        &self,
        actor: &Actor,
        kind: &str,
        start: &str,
        end: &str,
    ) -> Result<(ApprovalId, Assessment)> {
        let tx = self.cx.begin().await?;
        let case = self.case(&tx, actor).await;
        let found = service::hold(
            &self.cx,
            &tx,
            actor,
            wish(case, 1, actor.member, &form(kind, start, end)),
        )
        .await?;
        tx.commit().await?;
        Ok((case, found))
    }

    pub(super) async fn consume(&self, actor: &Actor, case: ApprovalId) {
        let tx = self.cx.begin().await.unwrap();
        service::consume(&self.cx, &tx, actor, case).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(super) async fn release(&self, actor: &Actor, case: ApprovalId) {
        let tx = self.cx.begin().await.unwrap();
        service::release(&self.cx, &tx, actor, case).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Left, held and used this year of annual leave, in half days.
    pub(super) async fn annual(&self, actor: &Actor) -> (i32, i32, i32) {
        let balances = service::balances(&self.cx, actor, actor.member, self.cx.today())
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

pub(super) fn form(kind: &str, start: &str, end: &str) -> LeaveForm {
    let half = |text: &str| {
        let (date, part) = text.split_once(' ').unwrap();
        (
            date.parse::<NaiveDate>().unwrap(),
            if part == "AM" { DayPart::Am } else { DayPart::Pm },
        )
    };
    let ((start_date, start_part), (end_date, end_part)) = (half(start), half(end));
    let span = Span {
        start_date,
        start_part,
        end_date,
        end_part,
    };
    LeaveForm {
        leave_type: kind.into(),
        span,
        proof: Some(false),
    }
}

async fn department(cx: &Cx, tx: &Tx, parent: Option<&(DepartmentId, String)>, name: &str) -> (DepartmentId, String) {
    let id: DepartmentId = cx.id();
    let path = format!("{}{id}/", parent.map_or("/", |(_, path)| path));
    let row = org_department::ActiveModel {
        id: Set(id),
        parent_id: Set(parent.map(|(id, _)| *id)),
        name: Set(name.into()),
        name_en: Set(None),
        path: Set(path.clone()),
        depth: Set(i32::from(parent.is_some())),
        sort_order: Set(0),
        version: Set(1),
        created_at: Set(cx.now()),
        disabled_at: Set(None),
    };
    org_department::Entity::insert(row)
        .exec_without_returning(&**tx)
        .await
        .unwrap();
    (id, path)
}

async fn member(cx: &Cx, tx: &Tx, account: &str, manager: Option<MemberId>, home: &(DepartmentId, String)) -> MemberId {
    let id: MemberId = cx.id();
    let row = org_member::Model {
        id,
        account: account.into(),
        name: account.into(),
        alias: None,
        gender: Some(Gender::Male),
        mobile: None,
        telephone: None,
        email: None,
        work_email: None,
        address: None,
        office: Some("深圳".into()),
        position_id: None,
        manager_id: manager,
        employee_no: None,
        hired_on: "2020-03-01".parse().ok(),
        career_started_on: "2018-07-01".parse().ok(),
        status: MemberStatus::Active,
        pinyin: account.into(),
        initials: account.into(),
        extension: json!({}),
        locale: None,
        version: 1,
        created_at: cx.now(),
        disabled_at: None,
    };
    org_member::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await
        .unwrap();
    let membership = org_membership::Model {
        member_id: id,
        department_id: home.0,
        is_primary: true,
        is_leader: false,
        sort_order: 0,
    };
    org_membership::Entity::insert(membership.into_active_model())
        .exec_without_returning(&**tx)
        .await
        .unwrap();
    id
}

async fn template(cx: &Cx, tx: &Tx) -> (TemplateId, TemplateVersionId) {
    let (id, version): (TemplateId, TemplateVersionId) = (cx.id(), cx.id());
    let row = approval_template::Model {
        id,
        key: "leave".into(),
        name: "请假".into(),
        name_en: "Leave".into(),
        description: String::new(),
        description_en: String::new(),
        icon: String::new(),
        category: String::new(),
        status: TemplateStatus::Active,
        number_prefix: "QJ".into(),
        version_id: None,
        sort_order: 0,
        created_at: cx.now(),
    };
    approval_template::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await
        .unwrap();
    let row = approval_template_version::Model {
        id: version,
        template_id: id,
        number: 1,
        form: json!({}),
        process: json!({}),
        policies: json!({}),
        published_at: cx.now(),
        published_by: None,
    };
    approval_template_version::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await
        .unwrap();
    (id, version)
}

/// Leave to hold, to be assessed by what holds it.
pub(super) fn wish(case: ApprovalId, round: i32, member: MemberId, form: &LeaveForm) -> service::Wish<'_> {
    service::Wish {
        case,
        round,
        member,
        form,
        assessed: None,
    }
}
