//! Templates every installation starts with. They are data, read by the same code as templates people make.

use serde::Deserialize;

use super::engine::Definition;

/// A template the set-up puts into the gallery.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Builtin {
    /// Stable key: `leave`.
    pub key: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// One line in Chinese.
    pub description: String,
    /// One line in English.
    pub description_en: String,
    /// Name of a symbol in the icon sprite.
    pub icon: String,
    /// Group in the gallery.
    pub category: String,
    /// Start of request numbers.
    pub number_prefix: String,
    /// First version.
    #[serde(flatten)]
    pub definition: Definition,
}

const SOURCES: [&str; 1] = [include_str!("leave.json")];

/// All built-in templates in the order of the gallery.
///
/// # Errors
/// When a file of this folder is no template, which its test excludes.
pub fn builtins() -> Result<Vec<Builtin>, serde_json::Error> {
    SOURCES.iter().map(|source| serde_json::from_str(source)).collect()
}

#[cfg(test)]
mod tests;
