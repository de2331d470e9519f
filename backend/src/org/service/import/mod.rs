//! Import of members: a file against the organisation as it is, in one transaction.

mod apply;
mod order;
mod present;

use entity::{MemberId, OrganisationId, Via};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::write::lock;
use crate::cx::{Actor, Cx};
use crate::error::{Error, Locale, Result, Text};
use crate::event::{self, Draft, Replay, topic};
use crate::identity::service as identity;
use crate::leave::service as leave;
use crate::org::import::Problem;
use crate::org::import::parse::{self, Parsed};
use crate::org::import::plan::{Mode, Plan, Present, plan, plan_correct_rows};
use crate::org::import::rejects::rejected_rows;
use crate::org::import::sheet::{self, Sheet};
use crate::org::policy;

/// A file to import, and how.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// Only work out what would change.
    pub dry_run: bool,
    /// Disable active members the file does not name.
    pub disable_missing: bool,
    /// Import the correct rows although others have errors.
    pub skip_errors: bool,
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows of members in the file.
    pub rows: usize,
    /// Members made.
    pub created: usize,
    /// Members changed.
    pub updated: usize,
    /// Rows that change nothing.
    pub unchanged: usize,
    /// Members disabled for not being in the file.
    pub disabled: usize,
    /// Departments made.
    pub departments: usize,
    /// Things wrong.
    pub errors: usize,
}

/// What came of a file.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// Whether anything was written.
    pub applied: bool,
    /// How many of each.
    pub counts: Counts,
    /// The changes and errors one by one; empty when the request was answered before.
    pub plan: Plan,
    /// The rows with errors, as CSV to correct.
    pub error_csv: Option<String>,
}

/// Who imports.
#[derive(Clone, Copy)]
struct By {
    member: Option<MemberId>,
    via: Via,
    locale: Locale,
}

/// Imports a file for someone in the browser or over the API. With errors nothing is written, unless they are to be skipped.
///
/// # Errors
/// No right over everyone; a file that cannot be read, as [`Error::Invalid`] of `contentBase64`.
pub async fn import_members(cx: &Cx, actor: &Actor, upload: Upload, key: Option<&str>) -> Result<Imported> {
    policy::may_import(actor)?;
    let by = By {
        member: Some(actor.member),
        via: actor.via,
        locale: actor.locale,
    };
    run(cx, by, upload, key).await
}

/// Imports a file from the command line, which stands above all roles.
///
/// # Errors
/// A file that cannot be read.
pub async fn import_members_by_command(cx: &Cx, upload: Upload) -> Result<Imported> {
    run(
        cx,
        By {
            member: None,
            via: Via::Cli,
            locale: Locale::Zh,
        },
        upload,
        None,
    )
    .await
}

async fn run(cx: &Cx, by: By, upload: Upload, key: Option<&str>) -> Result<Imported> {
    if upload.skip_errors && upload.disable_missing {
        return Err(Error::invalid(
            "skipErrors",
            "全量覆盖时不能跳过有错误的行",
            "Rows with errors cannot be skipped when missing members are disabled",
        ));
    }
    let hash = Sha256::digest(&upload.bytes).to_vec();
    let bytes = upload.bytes.clone();
    let (sheet, parsed) = blocking(move || {
        let sheet = sheet::read(&bytes)?;
        let parsed = parse::parse(&sheet);
        Ok((sheet, parsed))
    })
    .await?;
    let mode = Mode {
        disable_missing: upload.disable_missing,
        actor: by.member,
    };
    if upload.dry_run {
        let present = present::load(cx.db.read()).await?;
        return work_out(sheet, parsed, present, mode, upload.skip_errors, by.locale).await;
    }
    let tx = cx.begin().await?;
    lock(&tx).await?;
    let mut claimed = None;
    if let Some(member) = by.member {
        let parameters = (&hash, upload.disable_missing, upload.skip_errors);
        match event::begin_once(cx, &tx, member, key, "importMembers", &parameters).await? {
            Replay::Again(counts) => {
                tx.commit().await?;
                return Ok(Imported {
                    applied: true,
                    counts,
                    ..Imported::default()
                });
            }
            Replay::First(first) => claimed = first,
        }
    }
    let present = present::load(&*tx).await?;
    let mut imported = work_out(sheet, parsed, present, mode, upload.skip_errors, by.locale).await?;
    let counts = imported.counts;
    if counts.errors > 0 && !upload.skip_errors {
        return Ok(imported);
    }
    let changes = counts.created + counts.updated + counts.disabled + counts.departments;
    if changes > 0 {
        let applied = apply::apply(cx, &tx, by.member, by.via, &imported.plan).await?;
        identity::end_sessions(cx, &tx, &applied.ended, None).await?;
        leave::grant_annual_to(cx, &tx, &applied.entitled).await?;
        let organisation: OrganisationId = applied.organisation;
        let draft = Draft::new("org.imported", organisation)
            .topic(topic::ORGANISATION)
            .payload(json!({ "counts": counts }));
        event::append_as(cx, &tx, by.member, by.via, draft).await?;
    }
    event::finish_once(&tx, claimed, &counts)?;
    tx.commit().await?;
    identity::forget_all(cx);
    imported.applied = true;
    Ok(imported)
}

/// Works a file out beside the requests that are being answered.
async fn work_out(
    sheet: Sheet,
    parsed: Parsed,
    present: Present,
    mode: Mode,
    skip_errors: bool,
    locale: Locale,
) -> Result<Imported> {
    blocking(move || {
        let Parsed { rows, mut problems } = parsed;
        let work = if skip_errors { plan_correct_rows } else { plan };
        let mut plan = work(&sheet.header, &rows, &present, mode);
        // A cell that cannot be read is told once, not again for being blank.
        let told = |problem: &Problem| {
            let same =
                |known: &Problem| known.row.is_some() && (known.row, &known.column) == (problem.row, &problem.column);
            problems.iter().any(same)
        };
        plan.problems.retain(|problem| !told(problem));
        problems.append(&mut plan.problems);
        problems.sort_by_key(|problem: &Problem| problem.row);
        let counts = Counts {
            rows: sheet.rows.len(),
            created: plan.created.len(),
            updated: plan.updated.len(),
            unchanged: plan.unchanged as usize,
            disabled: plan.disabled.len(),
            departments: plan.departments.len(),
            errors: problems.len(),
        };
        let error_csv = rejected_rows(&sheet, &problems, locale);
        plan.problems = problems;
        Ok(Imported {
            applied: false,
            counts,
            plan,
            error_csv,
        })
    })
    .await
}

/// Runs long work on its own thread. A broken file that breaks its reader is a broken file.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Text> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.unwrap_or_else(|_| {
        Err(Text::new(
            "文件已损坏，无法读取",
            "The file is broken and cannot be read",
        ))
    });
    done.map_err(|text| Error::Invalid(vec![crate::error::FieldError::new("contentBase64", text)]))
}
