//! The log: lines for people or JSON for programs, on the standard error. Every line of a request names it.

use std::io::IsTerminal;
use std::str::FromStr;

use tracing::Span;
use tracing::field::Empty;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use super::export::{Collector, Export};

/// What is logged unless `RUST_LOG` says otherwise.
const FILTER: &str = "info,sqlx=warn,sea_orm_migration=warn,object_store=warn";
/// Longest path told, in bytes.
const PATH: usize = 200;

/// How lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("{text:?} is neither \"text\" nor \"json\"")),
        }
    }
}

/// Begins to log to the standard error and, where a collector is named, to export traces. Called once, in a runtime; later calls
/// change nothing.
///
/// # Errors
/// Says in one line what is wrong with `RUST_LOG`, or why traces cannot be exported.
pub fn start(format: Format, collector: Option<&Collector>) -> Result<Option<Export>, String> {
    let filter = std::env::var(EnvFilter::DEFAULT_ENV).unwrap_or_default();
    let filter = EnvFilter::try_new(if filter.is_empty() { FILTER } else { &filter })
        .map_err(|error| format!("{} = {filter:?}: {error}", EnvFilter::DEFAULT_ENV))?;
    let export = collector.map(Export::start).transpose()?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        // Colours are for people at a terminal, not for a journal.
        .with_ansi(std::io::stderr().is_terminal());
    let lines = match format {
        Format::Text => lines.boxed(),
        Format::Json => lines.json().with_current_span(true).with_span_list(false).boxed(),
    };
    let _ = tracing_subscriber::registry()
        .with(export.as_ref().map(Export::layer))
        .with(lines)
        .with(filter)
        .try_init();
    Ok(export)
}

/// What every line of a request carries: its id, where it came in, and, once known, who asks for what.
pub fn request(id: &str, door: &str, path: &str) -> Span {
    let path = path.get(..path.floor_char_boundary(PATH)).unwrap_or_default();
    tracing::info_span!(
        "request",
        request_id = id,
        door,
        path,
        member = Empty,
        kind = Empty,
        operation = Empty
    )
}

/// Tells who asks.
pub fn member(member: impl std::fmt::Display) {
    Span::current().record("member", tracing::field::display(member));
}

/// Tells what is asked for.
pub fn operation(kind: &str, name: &str) {
    let span = Span::current();
    span.record("kind", kind);
    span.record("operation", name);
}
