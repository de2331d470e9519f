//! How people of a node are found.

use entity::{DepartmentId, MemberId, PositionId, Role};
use serde::{Deserialize, Serialize};

/// One rule; a node joins the people of all its rules in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Rule {
    /// Named people.
    Members {
        /// In order.
        members: Vec<MemberId>,
    },
    /// Holders of a role.
    Role {
        /// Which.
        role: Role,
    },
    /// Holders of a position.
    Position {
        /// Which.
        position: PositionId,
    },
    /// Members of a department, without those of departments below.
    DepartmentMembers {
        /// Which.
        of: OfDepartment,
    },
    /// Leaders of a department on the way from one to the root.
    DepartmentLeader {
        /// Where the way starts.
        #[serde(default)]
        of: OfDepartment,
        /// From the bottom: 1 is the department itself, 2 the one above. From the top: 1 is the root.
        level: u32,
        /// Which end counts as 1.
        #[serde(default)]
        from: LeaderFrom,
        /// When that department has no leader.
        #[serde(default)]
        missing: Missing,
    },
    /// Leaders of all departments from one upwards, level by level.
    ConsecutiveLeaders {
        /// Where the way starts.
        #[serde(default)]
        of: OfDepartment,
        /// How many levels.
        levels: u32,
    },
    /// The direct manager, or that one's manager.
    Manager {
        /// 1 is the direct manager.
        level: u32,
        /// When there are fewer levels: take the highest there is, or nobody.
        #[serde(default)]
        missing: Missing,
    },
    /// The applicant; implies that he may decide.
    Applicant,
    /// Whom the applicant chose at submission.
    ChosenByApplicant {
        /// Most that may be chosen; 0 for no limit but the cap.
        #[serde(default)]
        at_most: u32,
    },
    /// Members named in a field of the form.
    MemberField {
        /// Key of a member field.
        field: String,
    },
}

/// Whose department a rule starts from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OfDepartment {
    /// The one the applicant chose for this request.
    #[default]
    Applicant,
    /// The one named in a field of the form.
    Field {
        /// Key of a department field.
        field: String,
    },
    /// This one.
    Department {
        /// Which.
        department: DepartmentId,
    },
}

/// Which end of the way to the root counts as 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LeaderFrom {
    /// The department itself.
    #[default]
    Bottom,
    /// The root.
    Top,
}

/// What happens when a level has no leader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Missing {
    /// The next level up that has one.
    #[default]
    GoUp,
    /// Nobody.
    Empty,
}

impl Rule {
    /// Short stable words for the trace: `MANAGER(1)`.
    pub fn reference(&self) -> String {
        match self {
            Self::Members { .. } => "MEMBERS".to_owned(),
            Self::Role { role } => format!("ROLE({})", word(role)),
            Self::Position { position } => format!("POSITION({position})"),
            Self::DepartmentMembers { .. } => "DEPARTMENT_MEMBERS".to_owned(),
            Self::DepartmentLeader {
                level,
                from: LeaderFrom::Bottom,
                ..
            } => format!("DEPARTMENT_LEADER({level})"),
            Self::DepartmentLeader {
                level,
                from: LeaderFrom::Top,
                ..
            } => format!("DEPARTMENT_LEADER(TOP,{level})"),
            Self::ConsecutiveLeaders { levels, .. } => format!("CONSECUTIVE_LEADERS({levels})"),
            Self::Manager { level, .. } => format!("MANAGER({level})"),
            Self::Applicant => "APPLICANT".to_owned(),
            Self::ChosenByApplicant { .. } => "CHOSEN_BY_APPLICANT".to_owned(),
            Self::MemberField { field } => format!("MEMBER_FIELD({field})"),
        }
    }

    /// The department this rule starts from, where it does.
    pub fn department(&self) -> Option<&OfDepartment> {
        match self {
            Self::DepartmentMembers { of }
            | Self::DepartmentLeader { of, .. }
            | Self::ConsecutiveLeaders { of, .. } => Some(of),
            _ => None,
        }
    }
}

/// The stable word of a closed value, as it is serialised.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
