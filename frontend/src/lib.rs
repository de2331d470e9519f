//! The web app: one folder per slice, the design system in [`ui`], texts and formats in [`i18n`].

pub mod i18n;
pub mod ui;
