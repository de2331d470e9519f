//! What the columns of a member spreadsheet mean, by their names in any order.

use super::sheet::SheetRow;
use crate::error::Text;

/// Name of the column that tells what is wrong, in files of rejected rows. It holds nothing of the member.
pub const ERROR_COLUMN: &str = "错误说明";

/// A field of a member that holds one text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Full name.
    Name,
    /// Other name.
    Alias,
    /// `FEMALE` or `MALE`.
    Gender,
    /// Mobile number, E.164.
    Mobile,
    /// Desk telephone.
    Telephone,
    /// Personal e-mail.
    Email,
    /// Company e-mail.
    WorkEmail,
    /// Postal address.
    Address,
    /// City or site.
    Office,
    /// Name of the position.
    Position,
    /// Number on the badge.
    EmployeeNo,
    /// First day in the company, ISO.
    HiredOn,
    /// First day of any employment, ISO.
    CareerStartedOn,
    /// A further column under its own name.
    Extension(String),
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Sign-in name: the key.
    Account,
    /// Paths of departments.
    Departments,
    /// Account or name of the direct manager.
    Manager,
    /// Whether the member leads each department.
    Leader,
    /// Whether the member is active.
    Enabled,
    /// The opposite.
    Disabled,
    /// A text of the member.
    Field(Field),
}

/// The columns of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Row number of the header.
    pub row: u32,
    /// Names as written, by position.
    pub names: Vec<String>,
    /// What they hold, by position; none for unnamed columns.
    pub columns: Vec<Option<Column>>,
}

impl Header {
    /// The name of the column that holds this, as written in the file.
    pub fn name_of(&self, column: &Column) -> Option<&str> {
        let at = self.columns.iter().position(|known| known.as_ref() == Some(column))?;
        self.names.get(at).map(String::as_str)
    }
}

/// Reads a row as header: none when it is not one.
///
/// # Errors
/// A header that names a column twice.
pub fn find(row: &SheetRow) -> Option<Result<Header, Text>> {
    let columns: Vec<Option<Column>> = row.cells.iter().map(|cell| column(cell)).collect();
    let has = |column: &Column| columns.iter().any(|known| known.as_ref() == Some(column));
    if !has(&Column::Field(Field::Name)) || !has(&Column::Departments) {
        return None;
    }
    for (at, known) in columns.iter().enumerate() {
        if known.is_some() && columns.iter().skip(at + 1).any(|other| other == known) {
            let name = row.cells.get(at).map(String::as_str).unwrap_or_default();
            return Some(Err(Text::new(
                format!("第 {} 行表头里“{name}”出现了两次", row.number),
                format!("Row {}: the header names the column {name} twice", row.number),
            )));
        }
    }
    Some(Ok(Header {
        row: row.number,
        names: row.cells.clone(),
        columns,
    }))
}

/// What a column of this name holds; none for a blank name.
fn column(name: &str) -> Option<Column> {
    let plain = plain(name);
    if plain.is_empty() || plain == ERROR_COLUMN {
        return None;
    }
    Some(match plain.as_str() {
        "姓名" | "成员姓名" | "name" => Column::Field(Field::Name),
        "账号" | "帐号" | "成员账号" | "成员帐号" | "account" | "userid" => Column::Account,
        "别名" | "英文名" | "alias" => Column::Field(Field::Alias),
        "职务" | "职位" | "岗位" | "position" => Column::Field(Field::Position),
        "部门" | "所在部门" | "所属部门" | "department" | "departments" => Column::Departments,
        "性别" | "gender" => Column::Field(Field::Gender),
        "手机" | "手机号" | "手机号码" | "mobile" => Column::Field(Field::Mobile),
        "座机" | "办公电话" | "telephone" => Column::Field(Field::Telephone),
        "个人邮箱" | "邮箱" | "email" | "e-mail" => Column::Field(Field::Email),
        "企业邮箱" | "工作邮箱" | "workemail" => Column::Field(Field::WorkEmail),
        "地址" | "address" => Column::Field(Field::Address),
        "办公地点" | "工作地点" | "office" => Column::Field(Field::Office),
        "直属上级" | "直接上级" | "manager" => Column::Manager,
        "是否部门负责人" | "部门负责人" | "是否负责人" | "是否领导" | "是否部门内领导" | "leader" => {
            Column::Leader
        }
        "启用状态" | "状态" | "激活状态" | "enabled" => Column::Enabled,
        "禁用" => Column::Disabled,
        "工号" | "员工编号" | "employeeno" => Column::Field(Field::EmployeeNo),
        "入职日期" | "入职时间" | "hiredon" => Column::Field(Field::HiredOn),
        "首次工作日期" | "参加工作日期" | "参加工作时间" | "首次参加工作时间" => {
            Column::Field(Field::CareerStartedOn)
        }
        _ => Column::Field(Field::Extension(name.trim().chars().take(64).collect())),
    })
}

/// A column name without marks: `* 姓名（必填）` is `姓名`.
fn plain(name: &str) -> String {
    let name = name
        .split(['（', '(', '\n', '\r'])
        .find(|part| !part.trim_matches(['*', '＊', ' ']).is_empty());
    name.unwrap_or_default()
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | '＊' | ':' | '：'))
        .collect::<String>()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> SheetRow {
        SheetRow {
            number: 3,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        }
    }

    #[test]
    fn columns_are_known_by_name_in_any_order() {
        let header = find(&row(&[
            "部门(必填)",
            "* 姓名",
            "",
            "帐号",
            "工位",
            "是否部门负责人\n(1是0否)",
        ]))
        .unwrap()
        .unwrap();
        assert_eq!(
            header.columns,
            vec![
                Some(Column::Departments),
                Some(Column::Field(Field::Name)),
                None,
                Some(Column::Account),
                Some(Column::Field(Field::Extension("工位".to_owned()))),
                Some(Column::Leader),
            ]
        );
        assert_eq!(header.name_of(&Column::Account), Some("帐号"));
    }

    #[test]
    fn other_rows_are_no_header() {
        assert!(find(&row(&["姓名", "账号"])).is_none());
        assert!(find(&row(&["填写须知：姓名、部门必填"])).is_none());
        assert!(find(&row(&["姓名", "部门", "帐号", "账号"])).unwrap().is_err());
    }
}
