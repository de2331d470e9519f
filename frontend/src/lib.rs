//! The web app: one folder per slice, the design system in [`ui`], texts and formats in [`i18n`].

#![expect(
    clippy::needless_pass_by_value,
    reason = "a component owns its properties, also those it only reads"
)]

pub mod api;
pub mod app;
pub mod approval;
pub mod calendar;
pub mod i18n;
pub mod identity;
pub mod leave;
pub mod notification;
pub mod org;
pub mod pieces;
pub mod shell;
pub mod ui;
pub mod workbench;
