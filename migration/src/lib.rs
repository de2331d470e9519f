//! Changes of the schema, one a file, frozen once released. A newer server brings an older database up to date; it refuses one newer than itself.

pub use sea_orm_migration::{MigrationTrait, MigratorTrait};

mod statement;

mod m20261123_000001_org;
mod m20261123_000002_identity;
mod m20261123_000003_event;
mod m20261123_000004_file;
mod m20261123_000005_notification;
mod m20261123_000006_calendar;
mod m20261123_000007_approval;
mod m20261123_000008_leave;
mod m20261123_000009_attendance;
mod m20261123_000010_event_seal;
mod m20261123_000011_identity_token;
mod m20261123_000020_large_company;
mod m20261123_000021_search;

/// All changes, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_org::Migration),
            Box::new(m20261123_000002_identity::Migration),
            Box::new(m20261123_000003_event::Migration),
            Box::new(m20261123_000004_file::Migration),
            Box::new(m20261123_000005_notification::Migration),
            Box::new(m20261123_000006_calendar::Migration),
            Box::new(m20261123_000007_approval::Migration),
            Box::new(m20261123_000008_leave::Migration),
            Box::new(m20261123_000009_attendance::Migration),
            Box::new(m20261123_000010_event_seal::Migration),
            Box::new(m20261123_000011_identity_token::Migration),
            Box::new(m20261123_000020_large_company::Migration),
            Box::new(m20261123_000021_search::Migration),
        ]
    }
}
