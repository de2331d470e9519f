//! What a field costs, declared by its name. A field that only reads a value costs one point.

use async_graphql::parser::types::OperationType;

/// Fields that do more than read a value, wherever they stand.
pub const WEIGHTS: [(&str, u64); 17] = [
    // The schema itself is a hundred kilobytes.
    ("__schema", 1_000),
    ("__type", 100),
    // Four counts.
    ("counters", 20),
    // The whole tree.
    ("departments", 50),
    // Everyone's grants.
    ("roleGrants", 50),
    // A day of a person or of the company each.
    ("attendance", 100),
    ("teamCalendar", 500),
    ("workCalendar", 100),
    // The engine and the ledger run as they would for the real thing.
    ("approvalPreview", 200),
    ("leavePreview", 200),
    ("submitApproval", 300),
    ("resubmitApproval", 300),
    // A password is hashed: 20 ms of a processor and 19 MiB.
    ("signIn", 200),
    ("changePassword", 400),
    ("resetPassword", 200),
    // Up to 5 MB of spreadsheet.
    ("importMembers", 5_000),
    ("importCalendar", 500),
];

/// Points of a field by its name.
pub(super) fn of(name: &str) -> u64 {
    WEIGHTS
        .iter()
        .find(|(own, _)| *own == name)
        .map_or(1, |(_, weight)| *weight)
}

/// Points a field of the outermost level costs besides: a query reads the database, a mutation writes it for good.
pub(super) fn of_root(kind: OperationType) -> u64 {
    match kind {
        OperationType::Query => 10,
        OperationType::Mutation => 100,
        OperationType::Subscription => 50,
    }
}
