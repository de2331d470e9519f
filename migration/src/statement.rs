//! Short forms shared by the migrations: names of indexes and keys follow from their columns.

use sea_orm_migration::prelude::*;

/// A new table.
pub(crate) fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).to_owned()
}

/// An index named after its table and columns.
pub(crate) fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_{}_ix", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

/// A foreign key to the column `id` of another table. Rows that are referenced are never deleted.
pub(crate) fn foreign_key(
    table: &'static str,
    column: &'static str,
    target: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_{column}_fk"))
        .from(table, column)
        .to(target, "id")
        .to_owned()
}
