//! Who may know and do what about leave. Pure.

/// What someone wants with the leave of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See balances, the ledger and a preview.
    ReadLeave,
    /// See of which kind an absence is. That someone is away, every colleague may see.
    KnowKind,
    /// Correct a balance.
    Adjust,
    /// See the attendance record.
    ReadAttendance,
}

impl Action {
    /// All, for the printed matrix.
    pub const ALL: [Self; 4] = [Self::ReadLeave, Self::KnowKind, Self::Adjust, Self::ReadAttendance];
}

/// How the actor stands to the member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// It is the actor.
    pub own: bool,
    /// The actor is a manager of the member, direct or further up.
    pub manages: bool,
    /// A role of the actor carries the permission of the action over a department of the member.
    pub in_reach: bool,
}

/// Whether it may be done.
pub fn may(action: Action, facts: Facts) -> bool {
    match action {
        Action::ReadLeave | Action::KnowKind | Action::ReadAttendance => facts.own || facts.manages || facts.in_reach,
        // Nobody corrects their own balance by being its owner or a manager.
        Action::Adjust => facts.in_reach,
    }
}

/// How the actor stands to a department.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TeamFacts {
    /// The actor belongs to it, or to one above it.
    pub member: bool,
    /// A role lets the actor read leave there.
    pub in_reach: bool,
}

/// Whether the actor may see who of a department is away.
pub fn may_see_team(facts: TeamFacts) -> bool {
    facts.member || facts.in_reach
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balances_are_for_the_owner_the_managers_and_the_roles() {
        let check = |facts, expected: [bool; 4]| {
            assert_eq!(Action::ALL.map(|action| may(action, facts)), expected, "{facts:?}");
        };
        check(Facts::default(), [false; 4]);
        check(
            Facts {
                own: true,
                ..Facts::default()
            },
            [true, true, false, true],
        );
        check(
            Facts {
                manages: true,
                ..Facts::default()
            },
            [true, true, false, true],
        );
        check(
            Facts {
                in_reach: true,
                ..Facts::default()
            },
            [true; 4],
        );
    }

    #[test]
    fn a_team_is_seen_from_within_and_by_the_roles() {
        assert!(!may_see_team(TeamFacts::default()));
        assert!(may_see_team(TeamFacts {
            member: true,
            in_reach: false
        }));
        assert!(may_see_team(TeamFacts {
            member: false,
            in_reach: true
        }));
    }
}
