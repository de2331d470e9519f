//! Writes a plan: many rows a statement, managers before those who report to them.

use std::collections::{BTreeMap, HashMap};

use entity::{
    DepartmentId, EventId, Gender, MemberId, MemberStatus, OrganisationId, PositionId, Via, event_log, org_department,
    org_member, org_membership, org_position,
};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::order::managers_first;
use crate::cx::Cx;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::event::topic;
use crate::org::import::header::Field;
use crate::org::import::plan::{DepartmentKey, MemberKey, MemberUpdate, Plan, Seat};
use crate::org::model::{Membership, path_below};
use crate::org::pinyin;
use crate::org::service::set_up;
use crate::org::service::write::{load_tree, replace_seats};

/// Rows a statement: the widest table has 24 columns, and SQLite takes 32,766 values.
const ROWS: usize = 500;

/// What the caller needs to know of what was written.
pub(super) struct Applied {
    /// The organisation.
    pub(super) organisation: OrganisationId,
    /// Members whose sessions end.
    pub(super) ended: Vec<MemberId>,
    /// Members made or changed, who may have become entitled to annual leave.
    pub(super) entitled: Vec<MemberId>,
}

struct Writer<'a> {
    cx: &'a Cx,
    tx: &'a Tx,
    by: Option<MemberId>,
    via: Via,
    departments: Vec<DepartmentId>,
    positions: HashMap<String, PositionId>,
    members: HashMap<u32, MemberId>,
    events: Vec<event_log::ActiveModel>,
}

/// Writes all a plan says.
pub(super) async fn apply(cx: &Cx, tx: &Tx, by: Option<MemberId>, via: Via, plan: &Plan) -> Result<Applied> {
    let mut writer = Writer {
        cx,
        tx,
        by,
        via,
        departments: Vec::new(),
        positions: HashMap::new(),
        members: plan.created.iter().map(|new| (new.row, cx.id())).collect(),
        events: Vec::new(),
    };
    writer.departments(plan).await?;
    writer.positions(plan).await?;
    writer.create(plan).await?;
    let mut ended = Vec::new();
    for update in &plan.updated {
        writer.update(update).await?;
        if update.active == Some(false) {
            ended.push(update.member);
        }
    }
    for missing in &plan.disabled {
        writer
            .save(missing.member, missing.version, writer.status(false))
            .await?;
        writer.event(
            "org.member_disabled",
            missing.member,
            missing.version + 1,
            json!({ "import": true }),
        )?;
        ended.push(missing.member);
    }
    let events = std::mem::take(&mut writer.events);
    insert_all::<event_log::Entity, _>(tx, events).await?;
    // In an empty database the organisation is named after its top department.
    let root = plan.departments.iter().find(|department| department.parent.is_none());
    let name = root.map_or("公司", |root| root.name.as_str());
    let mut entitled: Vec<MemberId> = writer.members.values().copied().collect();
    entitled.extend(plan.updated.iter().map(|update| update.member));
    entitled.sort_unstable();
    Ok(Applied {
        organisation: set_up::organisation(cx, tx, name).await?,
        ended,
        entitled,
    })
}

async fn insert_all<E, A>(tx: &Tx, rows: Vec<A>) -> Result<()>
where
    E: EntityTrait,
    A: sea_orm::ActiveModelTrait<Entity = E> + Send + Clone,
{
    for rows in rows.chunks(ROWS) {
        E::insert_many(rows.to_vec()).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

impl Writer<'_> {
    async fn departments(&mut self, plan: &Plan) -> Result<()> {
        let tree = load_tree(&**self.tx).await?;
        let mut places: Vec<(String, i32)> = Vec::new();
        let mut next: HashMap<Option<DepartmentId>, i32> = HashMap::new();
        let mut rows = Vec::new();
        for new in &plan.departments {
            let id: DepartmentId = self.cx.id();
            let (parent, above) = match new.parent {
                None => (None, None),
                Some(DepartmentKey::Known(parent)) => (
                    Some(parent),
                    tree.get(parent).map(|node| (node.path.clone(), node.depth)),
                ),
                Some(DepartmentKey::New(at)) => (self.departments.get(at).copied(), places.get(at).cloned()),
            };
            let order = next
                .entry(parent)
                .or_insert_with(|| tree.children(parent).last().map_or(0, |last| last.sort_order + 1));
            let path = path_below(above.as_ref().map(|(path, _)| path.as_str()), id);
            let depth = above.map_or(0, |(_, depth)| depth + 1);
            places.push((path.clone(), depth));
            rows.push(org_department::ActiveModel {
                id: Set(id),
                parent_id: Set(parent),
                name: Set(new.name.clone()),
                name_en: Set(None),
                path: Set(path),
                depth: Set(depth),
                sort_order: Set(*order),
                version: Set(1),
                created_at: Set(self.cx.now()),
                disabled_at: Set(None),
            });
            *order += 1;
            self.departments.push(id);
        }
        insert_all::<org_department::Entity, _>(self.tx, rows).await
    }

    async fn positions(&mut self, plan: &Plan) -> Result<()> {
        let known = org_position::Entity::find().all(&**self.tx).await?;
        self.positions = known.into_iter().map(|row| (row.name, row.id)).collect();
        let mut rows = Vec::new();
        for name in plan
            .positions
            .iter()
            .filter(|name| !self.positions.contains_key(*name))
            .collect::<Vec<_>>()
        {
            let id = self.cx.id();
            rows.push(org_position::ActiveModel {
                id: Set(id),
                name: Set(name.clone()),
                name_en: Set(None),
                created_at: Set(self.cx.now()),
            });
            self.positions.insert(name.clone(), id);
        }
        insert_all::<org_position::Entity, _>(self.tx, rows).await
    }

    async fn create(&mut self, plan: &Plan) -> Result<()> {
        let mut rows = Vec::new();
        let mut seats = Vec::new();
        for new in managers_first(&plan.created) {
            let id = self.member(MemberKey::Row(new.row))?;
            let mut row = org_member::ActiveModel {
                // All columns are set, because rows of one statement share their columns.
                alias: Set(None),
                gender: Set(None),
                mobile: Set(None),
                telephone: Set(None),
                email: Set(None),
                work_email: Set(None),
                address: Set(None),
                office: Set(None),
                position_id: Set(None),
                employee_no: Set(None),
                hired_on: Set(None),
                career_started_on: Set(None),
                locale: Set(None),
                extension: Set(json!({})),
                ..self.status(new.active)
            };
            self.fill(&mut row, &new.values, &json!({}))?;
            row.id = Set(id);
            row.account = Set(new.account.clone());
            row.manager_id = Set(new.manager.map(|key| self.member(key)).transpose()?);
            row.version = Set(1);
            row.created_at = Set(self.cx.now());
            rows.push(row);
            for (seat, order) in self.seats(&new.seats)?.into_iter().zip(0..) {
                seats.push(org_membership::ActiveModel {
                    member_id: Set(id),
                    department_id: Set(seat.department),
                    is_primary: Set(seat.primary),
                    is_leader: Set(seat.leader),
                    sort_order: Set(if seat.leader {
                        order
                    } else {
                        i32::try_from(new.row).unwrap_or(i32::MAX)
                    }),
                });
            }
            self.event(
                "org.member_created",
                id,
                1,
                json!({ "import": true, "account": new.account }),
            )?;
        }
        insert_all::<org_member::Entity, _>(self.tx, rows).await?;
        insert_all::<org_membership::Entity, _>(self.tx, seats).await
    }

    async fn update(&mut self, update: &MemberUpdate) -> Result<()> {
        let mut row = match update.active {
            Some(active) => self.status(active),
            None => org_member::ActiveModel::default(),
        };
        let further = update.values.keys().any(|field| matches!(field, Field::Extension(_)));
        let extension = if further {
            let before = org_member::Entity::find_by_id(update.member).one(&**self.tx).await?;
            before.map_or_else(|| json!({}), |before| before.extension)
        } else {
            Value::Null
        };
        self.fill(&mut row, &update.values, &extension)?;
        if let Some(manager) = update.manager {
            row.manager_id = Set(Some(self.member(manager)?));
        }
        self.save(update.member, update.version, row).await?;
        if let Some(seats) = &update.seats {
            replace_seats(self.tx, update.member, &self.seats(seats)?).await?;
        }
        let fields: Vec<&str> = update.changes.iter().map(|change| change.field.as_str()).collect();
        let payload = json!({ "import": true, "row": update.row, "fields": fields });
        self.event("org.member_updated", update.member, update.version + 1, payload)
    }

    async fn save(&self, member: MemberId, version: i32, mut row: org_member::ActiveModel) -> Result<()> {
        row.version = Set(version + 1);
        let written = org_member::Entity::update_many()
            .set(row)
            .filter(org_member::Column::Id.eq(member))
            .filter(org_member::Column::Version.eq(version))
            .exec(&**self.tx)
            .await?;
        if written.rows_affected == 1 {
            Ok(())
        } else {
            Err(Error::Conflict { current: version + 1 })
        }
    }

    fn status(&self, active: bool) -> org_member::ActiveModel {
        org_member::ActiveModel {
            status: Set(if active {
                MemberStatus::Active
            } else {
                MemberStatus::Disabled
            }),
            disabled_at: Set((!active).then(|| self.cx.now())),
            ..Default::default()
        }
    }

    /// Writes texts into a row.
    fn fill(
        &self,
        row: &mut org_member::ActiveModel,
        values: &BTreeMap<Field, String>,
        extension: &Value,
    ) -> Result<()> {
        let mut extension = extension.clone();
        for (field, value) in values {
            let text = Set(Some(value.clone()));
            match field {
                Field::Name => {
                    let reading = pinyin::read(value);
                    row.name = Set(value.clone());
                    row.pinyin = Set(reading.pinyin);
                    row.initials = Set(reading.initials);
                }
                Field::Alias => row.alias = text,
                Field::Gender => {
                    let female = value == "FEMALE";
                    row.gender = Set(Some(if female { Gender::Female } else { Gender::Male }));
                }
                Field::Mobile => row.mobile = text,
                Field::Telephone => row.telephone = text,
                Field::Email => row.email = text,
                Field::WorkEmail => row.work_email = text,
                Field::Address => row.address = text,
                Field::Office => row.office = text,
                Field::Position => row.position_id = Set(self.positions.get(value).copied()),
                Field::EmployeeNo => row.employee_no = text,
                Field::HiredOn => row.hired_on = Set(Some(value.parse().map_err(Error::internal)?)),
                Field::CareerStartedOn => row.career_started_on = Set(Some(value.parse().map_err(Error::internal)?)),
                Field::Extension(name) => {
                    if let Some(fields) = extension.as_object_mut() {
                        fields.insert(name.clone(), Value::String(value.clone()));
                    }
                }
            }
        }
        if values.keys().any(|field| matches!(field, Field::Extension(_))) {
            row.extension = Set(extension);
        }
        Ok(())
    }

    fn member(&self, key: MemberKey) -> Result<MemberId> {
        match key {
            MemberKey::Known(id) => Ok(id),
            MemberKey::Row(row) => self
                .members
                .get(&row)
                .copied()
                .ok_or_else(|| Error::internal("import: no such row")),
        }
    }

    fn seats(&self, seats: &[Seat]) -> Result<Vec<Membership>> {
        let department = |key| match key {
            DepartmentKey::Known(id) => Ok(id),
            DepartmentKey::New(at) => self
                .departments
                .get(at)
                .copied()
                .ok_or_else(|| Error::internal("import: no such department")),
        };
        seats
            .iter()
            .enumerate()
            .map(|(at, seat)| {
                let department = department(seat.department)?;
                Ok(Membership {
                    department,
                    primary: at == 0,
                    leader: seat.leader,
                })
            })
            .collect()
    }

    /// Notes an event of a member. Only changes of those who were there are told live; `org.imported` tells of the rest.
    fn event(&mut self, kind: &str, member: MemberId, version: i32, payload: Value) -> Result<()> {
        let id: EventId = self.cx.id();
        let topics = match kind {
            "org.member_created" => Vec::new(),
            "org.member_disabled" => vec![topic::object(member), topic::session(member)],
            _ => vec![topic::object(member)],
        };
        self.events.push(event_log::ActiveModel {
            id: Set(id),
            seq: NotSet,
            at: Set(self.cx.now()),
            kind: Set(kind.to_owned()),
            actor_id: Set(self.by),
            via: Set(self.via),
            subject_type: Set("member".to_owned()),
            subject_id: Set(member.0),
            subject_version: Set(version),
            topics: Set(serde_json::to_value(topics)?),
            payload: Set(payload),
        });
        Ok(())
    }
}
