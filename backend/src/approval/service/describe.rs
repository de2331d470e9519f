//! What a request asks for, as people read it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::Datelike;
use entity::{DepartmentId, Document, FileId, MemberId, approval_case as case_row, org_department};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::load::{Pinned, member_names};
use super::{attach, effect};
use crate::approval::engine::{self, Case, FieldKind, Values};
use crate::approval::model::value::{self, Names, Shown};
use crate::cx::Cx;
use crate::error::{Result, Text};

/// Writes the summary that lists show.
pub(super) async fn describe(
    cx: &Cx,
    conn: &impl ConnectionTrait,
    row: &mut case_row::ActiveModel,
    pinned: &Pinned,
    case: &Case,
) -> Result<()> {
    let schema = &pinned.definition.form;
    let names = names(cx, conn, &pinned.definition, &case.form, &Names::new()).await?;
    let shown = shown(pinned, &case.form, &case.computed, &names);
    let summary = effect::summary(&pinned.template.key, &case.form, &shown, cx.today().year());
    let summary = summary.unwrap_or_else(|| value::summary(schema, &shown));
    row.summary = Set(Document::of(&summary)?);
    Ok(())
}

/// The values of a form with labels, those the module works out among them.
pub(super) fn shown(pinned: &Pinned, form: &Values, computed: &Values, names: &Names) -> Vec<Shown> {
    let mut shown = value::shown(&pinned.definition.form, form, names);
    effect::add_computed(&pinned.template.key, computed, &mut shown);
    shown
}

/// Names of what the values of a form point at; those `known` are not looked up.
pub(super) async fn names(
    cx: &Cx,
    conn: &impl ConnectionTrait,
    definition: &engine::Definition,
    form: &Values,
    known: &Names,
) -> Result<Names> {
    let mut found = known.clone();
    let (mut members, mut departments) = (BTreeMap::new(), BTreeMap::new());
    let mut files = BTreeMap::new();
    for field in &definition.form.fields {
        let Some(given) = form.get(&field.key) else { continue };
        for text in value::texts(given)
            .into_iter()
            .filter(|text| !known.contains_key(*text))
        {
            match field.kind {
                FieldKind::Member { .. } => members.extend(value::id::<MemberId>(text).map(|id| (id, text.to_owned()))),
                FieldKind::Department => {
                    departments.extend(value::id::<DepartmentId>(text).map(|id| (id, text.to_owned())));
                }
                FieldKind::Files => {
                    files.extend(value::id::<FileId>(text).map(|id| (id, text.to_owned())));
                }
                FieldKind::LeaveType => found.extend(effect::leave_type_name(cx, conn, text).await?),
                _ => {}
            }
        }
    }
    for (id, name) in member_names(conn, members.keys().copied()).await? {
        found.extend(
            members
                .get(&id)
                .map(|text| (text.clone(), Text::new(name.clone(), name))),
        );
    }
    for (id, name) in department_names(conn, departments.keys().copied()).await? {
        found.extend(departments.get(&id).map(|text| (text.clone(), name)));
    }
    for (id, file) in attach::find_many(conn, files.keys().copied()).await? {
        found.extend(
            files
                .get(&id)
                .map(|text| (text.clone(), Text::new(file.name.clone(), file.name))),
        );
    }
    Ok(found)
}

/// Names of departments, in one statement; none when there are none.
pub(super) async fn department_names(
    conn: &impl ConnectionTrait,
    departments: impl IntoIterator<Item = DepartmentId>,
) -> Result<HashMap<DepartmentId, Text>> {
    let departments: BTreeSet<DepartmentId> = departments.into_iter().collect();
    if departments.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(DepartmentId, String, Option<String>)> = org_department::Entity::find()
        .select_only()
        .columns([
            org_department::Column::Id,
            org_department::Column::Name,
            org_department::Column::NameEn,
        ])
        .filter(org_department::Column::Id.is_in(departments))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, zh, en)| (id, Text::new(zh.clone(), en.unwrap_or(zh))))
        .collect())
}
