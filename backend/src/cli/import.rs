//! `tongshi import members`.

use std::path::PathBuf;

use clap::Args;
use tongshi::config::Config;
use tongshi::org::import::plan::Plan;
use tongshi::org::service::{Counts, Upload, import_members_by_command};

/// What to import, and how.
#[derive(Args)]
pub(super) struct Members {
    /// The spreadsheet: .xlsx, or .csv in UTF-8 or GB18030
    file: PathBuf,
    /// Print what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Disable active members the file does not name; stops when they are more than a fifth
    #[arg(long)]
    disable_missing: bool,
}

/// Imports a file and prints a line per change, or per error.
///
/// # Errors
/// The file cannot be read, or holds errors; then nothing was written.
pub(super) async fn run(config: Config, members: Members) -> Result<(), String> {
    let name = members.file.display().to_string();
    let bytes = std::fs::read(&members.file).map_err(|error| format!("{name}: {error}"))?;
    let cx = super::open(config).await?;
    let upload = Upload {
        bytes,
        dry_run: members.dry_run,
        disable_missing: members.disable_missing,
        skip_errors: false,
    };
    let imported = import_members_by_command(&cx, upload)
        .await
        .map_err(|error| format!("{name}: {}", error.line()))?;
    if imported.counts.errors > 0 {
        for problem in &imported.plan.problems {
            let text = problem.line();
            println!("{} | {}", text.zh, text.en);
        }
        return Err(format!(
            "{name}: {} errors; nothing was imported",
            imported.counts.errors
        ));
    }
    print_changes(&imported.plan);
    println!("{}", summary(&imported.counts, members.dry_run));
    Ok(())
}

fn print_changes(plan: &Plan) {
    for department in &plan.departments {
        println!("row {}: new department {}", department.row, department.names.join("/"));
    }
    for new in &plan.created {
        println!("row {}: new member {} ({})", new.row, new.name(), new.account);
    }
    for update in &plan.updated {
        let changes: Vec<String> = update
            .changes
            .iter()
            .map(|change| {
                let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
                format!(
                    "{}: {} -> {}",
                    change.field,
                    value(&change.before),
                    value(&change.after)
                )
            })
            .collect();
        println!(
            "row {}: {} ({}): {}",
            update.row,
            update.name,
            update.account,
            changes.join(", ")
        );
    }
    for missing in &plan.disabled {
        println!("not in the file: {} ({}) is disabled", missing.name, missing.account);
    }
}

fn summary(counts: &Counts, dry_run: bool) -> String {
    format!(
        "{}: {} rows, {} new, {} changed, {} unchanged, {} disabled, {} new departments",
        if dry_run {
            "Dry run, nothing was written"
        } else {
            "Imported"
        },
        counts.rows,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.disabled,
        counts.departments,
    )
}
