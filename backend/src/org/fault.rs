//! What the rules of the organisation refuse, and how that is said to people.

use crate::error::{Error, FieldError, Text};

/// A broken rule. What it concerns (a field, a row and column) is added by who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is written there.
    Missing,
    /// Too many characters.
    TooLong {
        /// How many are allowed.
        most: usize,
    },
    /// A character no text may have, such as NUL.
    ControlCharacter,
    /// A department name with a mark that separates paths.
    DepartmentNameMark,
    /// The department does not exist.
    NoDepartment,
    /// The department takes no members and no departments.
    DepartmentClosed,
    /// The department has members or open departments below.
    DepartmentInUse,
    /// Too many levels.
    TooDeep {
        /// How many are allowed.
        most: i32,
    },
    /// Two siblings of one name.
    SiblingName,
    /// A second top department.
    SecondRoot,
    /// The top department neither moves nor closes.
    RootStays,
    /// A department below itself.
    DepartmentCycle,
    /// A member without a department.
    NoMembership,
    /// The same department twice.
    MembershipTwice,
    /// No primary department, or more than one.
    PrimaryCount,
    /// Too many departments of one member.
    TooManyMemberships {
        /// How many are allowed.
        most: usize,
    },
    /// Someone as their own manager.
    OwnManager,
    /// Managers in a circle.
    ManagerCycle,
    /// The manager does not exist, or has left.
    NoManager,
    /// No such position.
    NoPosition,
    /// An account with other characters than it may have.
    BadAccount,
    /// Not a telephone number.
    BadMobile,
    /// Not an e-mail address.
    BadEmail,
    /// Not a date.
    BadDate,
    /// A career that begins after the day of hiring, which is work already.
    CareerAfterHiring,
    /// Neither a mobile number nor an e-mail address.
    Unreachable,
    /// Used by another member.
    Taken,
    /// The last administrator would be lost.
    LastAdministrator,
}

impl Fault {
    /// How it is said.
    pub fn text(&self) -> Text {
        match self {
            Self::Missing => Text::new("请填写", "Required"),
            Self::TooLong { most } => Text::new(format!("最多 {most} 个字"), format!("At most {most} characters")),
            Self::ControlCharacter => Text::new("含有不能使用的控制字符", "Contains control characters"),
            Self::DepartmentNameMark => Text::new(
                "部门名称不能含有 / 和分号",
                "A department name cannot contain / or a semicolon",
            ),
            Self::NoDepartment => Text::new("没有这个部门", "No such department"),
            Self::DepartmentClosed => Text::new("这个部门已停用", "This department is closed"),
            Self::DepartmentInUse => Text::new(
                "部门里还有成员或下级部门，请先移走",
                "Move its members and sub-departments away first",
            ),
            Self::TooDeep { most } => Text::new(
                format!("部门最多 {most} 级"),
                format!("Departments go at most {most} levels deep"),
            ),
            Self::SiblingName => Text::new(
                "同一上级下已有同名部门",
                "A department of this name already exists here",
            ),
            Self::SecondRoot => Text::new("最上级部门只能有一个", "There can be only one top department"),
            Self::RootStays => Text::new(
                "最上级部门不能移动或停用",
                "The top department cannot be moved or closed",
            ),
            Self::DepartmentCycle => Text::new(
                "不能把部门移到它自己的下级",
                "A department cannot be moved below itself",
            ),
            Self::NoMembership => Text::new("至少要属于一个部门", "Choose at least one department"),
            Self::MembershipTwice => Text::new("同一个部门写了两次", "The same department appears twice"),
            Self::PrimaryCount => Text::new(
                "主部门必须有且只有一个",
                "Exactly one department must be the primary one",
            ),
            Self::TooManyMemberships { most } => Text::new(
                format!("一个人最多属于 {most} 个部门"),
                format!("At most {most} departments per person"),
            ),
            Self::OwnManager => Text::new("直属上级不能是本人", "Nobody can be their own manager"),
            Self::ManagerCycle => Text::new(
                "直属上级成了一个圈",
                "These managers would report to each other in a circle",
            ),
            Self::NoManager => Text::new("找不到这位直属上级", "No such manager"),
            Self::NoPosition => Text::new("没有这个岗位", "No such position"),
            Self::BadAccount => Text::new(
                "账号只能用字母、数字、点、下划线和减号，并以字母或数字开头",
                "An account has letters, digits, dots, underscores and hyphens, and begins with a letter or digit",
            ),
            Self::BadMobile => Text::new("不是有效的手机号", "Not a valid mobile number"),
            Self::BadEmail => Text::new("不是有效的邮箱地址", "Not a valid e-mail address"),
            Self::BadDate => Text::new("日期要写成 2026-03-15 这样", "Write dates like 2026-03-15"),
            Self::CareerAfterHiring => Text::new(
                "参加工作日期不能晚于入职日期",
                "The first day of any employment cannot be later than the day of hiring",
            ),
            Self::Unreachable => Text::new("手机和邮箱至少要填一项", "Give a mobile number or an e-mail address"),
            Self::Taken => Text::new("已被其他成员使用", "Already used by another member"),
            Self::LastAdministrator => Text::new("至少要保留一位管理员", "At least one administrator must remain"),
        }
    }

    /// As an error of the input at `path`.
    pub fn at(&self, path: &str) -> FieldError {
        FieldError::new(path, self.text())
    }

    /// As the one reason of a refusal.
    pub fn refuse(&self, path: &str) -> Error {
        Error::Invalid(vec![self.at(path)])
    }
}
