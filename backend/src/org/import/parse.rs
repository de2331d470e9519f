//! From rows of texts to rows of meaning, each text in its normal form.

use std::collections::BTreeMap;

use super::header::{Column, Field, Header};
use super::problem::Problem;
use super::sheet::{Sheet, SheetRow};
use crate::error::Text;
use crate::org::fault::Fault;
use crate::org::model::{MOST_MEMBERSHIPS, clean_name, normal};

/// A row that could be understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberRow {
    /// Row number in the file.
    pub number: u32,
    /// Sign-in name, when written.
    pub account: Option<String>,
    /// Texts that are written; what is left blank stays as it is.
    pub values: BTreeMap<Field, String>,
    /// Departments in order, the primary one first.
    pub departments: Vec<DepartmentRef>,
    /// For each department whether the member leads it; none when nothing is written.
    pub leads: Option<Vec<bool>>,
    /// Account or name of the direct manager, when written.
    pub manager: Option<String>,
    /// Whether the member is to be active, when written.
    pub enabled: Option<bool>,
}

impl MemberRow {
    /// Full name.
    pub fn name(&self) -> &str {
        self.values.get(&Field::Name).map(String::as_str).unwrap_or_default()
    }
}

/// A department as a file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DepartmentRef {
    /// Names from the top, the company's own name optional.
    Path(Vec<String>),
    /// The top department: number 1 in files of the interface.
    Top,
}

/// Rows understood, and what is wrong with the others.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// Rows without any problem of their own.
    pub rows: Vec<MemberRow>,
    /// Problems by row and column.
    pub problems: Vec<Problem>,
}

/// Understands the rows of a sheet.
pub fn parse(sheet: &Sheet) -> Parsed {
    let mut parsed = Parsed::default();
    for row in &sheet.rows {
        let before = parsed.problems.len();
        let member = parse_row(&sheet.header, row, &mut parsed.problems);
        if parsed.problems.len() == before {
            parsed.rows.push(member);
        }
    }
    parsed
}

fn parse_row(header: &Header, row: &SheetRow, problems: &mut Vec<Problem>) -> MemberRow {
    let mut member = MemberRow {
        number: row.number,
        ..MemberRow::default()
    };
    for (at, column) in header.columns.iter().enumerate() {
        let Some(column) = column else { continue };
        let raw = row.cells.get(at).map(String::as_str).unwrap_or_default();
        let result = match column {
            Column::Account => blank_or(raw, normal::account)
                .map(|account| member.account = account)
                .map_err(Into::into),
            Column::Departments => departments(raw).map(|departments| member.departments = departments),
            Column::Leader => leads(raw).map(|leads| member.leads = leads),
            Column::Manager => normal::text(raw, normal::MOST_TEXT)
                .map(|manager| member.manager = manager)
                .map_err(Into::into),
            Column::Enabled => flag(raw, true).map(|enabled| member.enabled = member.enabled.or(enabled)),
            Column::Disabled => {
                flag(raw, false).map(|disabled| member.enabled = member.enabled.or(disabled.map(|disabled| !disabled)))
            }
            Column::Field(field) => value(field, raw).map(|value| {
                if let Some(value) = value {
                    member.values.insert(field.clone(), value);
                }
            }),
        };
        if let Err(Wrong(message)) = result {
            problems.push(Problem {
                row: Some(row.number),
                column: header.names.get(at).cloned(),
                value: (!raw.is_empty()).then(|| raw.chars().take(60).collect()),
                message,
            });
        }
    }
    match &mut member.leads {
        Some(leads) if leads.len() == 1 && member.departments.len() > 1 && leads.first() == Some(&false) => {
            leads.resize(member.departments.len(), false);
        }
        Some(leads) if !member.departments.is_empty() && leads.len() != member.departments.len() => {
            problems.push(Problem {
                row: Some(row.number),
                column: header.name_of(&Column::Leader).map(str::to_owned),
                value: None,
                message: Text::new(
                    format!(
                        "写了 {} 个部门，但负责人写了 {} 个，须一一对应",
                        member.departments.len(),
                        leads.len()
                    ),
                    format!(
                        "{} departments but {} leader marks; they must correspond",
                        member.departments.len(),
                        leads.len()
                    ),
                ),
            });
        }
        _ => {}
    }
    member
}

/// Why a cell cannot be understood.
struct Wrong(Text);

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        Self(fault.text())
    }
}

fn blank_or<T>(raw: &str, read: impl Fn(&str) -> Result<T, Fault>) -> Result<Option<T>, Fault> {
    if raw.trim().is_empty() {
        Ok(None)
    } else {
        read(raw).map(Some)
    }
}

fn value(field: &Field, raw: &str) -> Result<Option<String>, Wrong> {
    Ok(match field {
        Field::Name => Some(normal::name(raw)?),
        Field::Mobile => normal::mobile(raw)?,
        Field::Email | Field::WorkEmail => normal::email(raw)?,
        Field::HiredOn | Field::CareerStartedOn => normal::date(raw)?.map(|day| day.to_string()),
        Field::Gender => gender(raw)?,
        Field::Alias | Field::Telephone | Field::Position | Field::EmployeeNo | Field::Office => {
            normal::text(raw, normal::MOST_NAME)?
        }
        Field::Address | Field::Extension(_) => normal::text(raw, normal::MOST_TEXT)?,
    })
}

fn gender(raw: &str) -> Result<Option<String>, Wrong> {
    match raw.trim().to_lowercase().as_str() {
        "" | "未定义" | "未知" | "0" => Ok(None),
        "男" | "1" | "m" | "male" => Ok(Some("MALE".to_owned())),
        "女" | "2" | "f" | "female" => Ok(Some("FEMALE".to_owned())),
        _ => Err(Wrong(Text::new(
            "性别只能写“男”或“女”",
            "Gender must be 男 or 女 (male or female)",
        ))),
    }
}

/// A yes or no; the words for states mean yes when active, for `active`, or yes when not, for a column that asks whether disabled.
fn flag(raw: &str, active: bool) -> Result<Option<bool>, Wrong> {
    match raw.trim().to_lowercase().as_str() {
        "" => Ok(None),
        "是" | "1" | "yes" | "y" | "true" => Ok(Some(true)),
        "否" | "0" | "no" | "n" | "false" => Ok(Some(false)),
        "启用" | "已启用" | "正常" | "已激活" | "未激活" | "待激活" | "在职" | "enabled" | "active" => {
            Ok(Some(active))
        }
        "禁用" | "已禁用" | "停用" | "已停用" | "退出企业" | "离职" | "disabled" => Ok(Some(!active)),
        _ => Err(Wrong(Text::new(
            "请写“启用”或“禁用”",
            "Write 启用 or 禁用 (enabled or disabled)",
        ))),
    }
}

fn leads(raw: &str) -> Result<Option<Vec<bool>>, Wrong> {
    if raw.trim().is_empty() {
        return Ok(None);
    }
    let part = |part: &str| match part.trim().to_lowercase().as_str() {
        "是" | "1" | "yes" | "y" | "true" => Ok(true),
        "否" | "0" | "no" | "n" | "false" | "" => Ok(false),
        _ => Err(Wrong(Text::new(
            "请按部门顺序写“是”或“否”，用分号隔开",
            "Write 是 or 否 (yes or no) for each department, apart by semicolons",
        ))),
    };
    let raw = raw.trim().trim_end_matches([';', '；']);
    raw.split([';', '；']).map(part).collect::<Result<_, _>>().map(Some)
}

fn departments(raw: &str) -> Result<Vec<DepartmentRef>, Wrong> {
    let mut found: Vec<DepartmentRef> = Vec::new();
    for path in raw.split([';', '；']).map(str::trim).filter(|path| !path.is_empty()) {
        let department = if path == "1" {
            DepartmentRef::Top
        } else {
            DepartmentRef::Path(segments(path)?)
        };
        if found.contains(&department) {
            return Err(Fault::MembershipTwice.into());
        }
        found.push(department);
    }
    if found.is_empty() {
        return Err(Fault::Missing.into());
    }
    if found.len() > MOST_MEMBERSHIPS {
        return Err(Fault::TooManyMemberships { most: MOST_MEMBERSHIPS }.into());
    }
    Ok(found)
}

fn segments(path: &str) -> Result<Vec<String>, Wrong> {
    if path.chars().all(|c| c.is_ascii_digit()) {
        return Err(Wrong(Text::new(
            format!("部门编号 {path} 无法识别，请写部门路径，如“公司/研发部”"),
            format!("The department number {path} is unknown here; write a path such as Company/R&D"),
        )));
    }
    path.trim_start_matches('/')
        .split('/')
        .map(|name| match clean_name(name) {
            Ok(name) => Ok(name),
            Err(Fault::Missing) => Err(Wrong(Text::new(
                "部门路径里有空的一级，请检查 /",
                "The department path has an empty level; check the slashes",
            ))),
            Err(fault) => Err(fault.into()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::import::sheet;

    fn parse_text(text: &str) -> Parsed {
        parse(&sheet::read(text.as_bytes()).unwrap())
    }

    fn wrong(header: &str, row: &str) -> Vec<(Option<u32>, Option<String>, String)> {
        parse_text(&format!("{header}\n{row}\n"))
            .problems
            .into_iter()
            .map(|problem| (problem.row, problem.column, problem.message.zh.into_owned()))
            .collect()
    }

    #[test]
    fn a_full_row() {
        let parsed = parse_text(
            "姓名,账号,别名,职务,部门,性别,手机,个人邮箱,企业邮箱,直属上级,是否部门负责人,启用状态,工位\n\
             张伟,ZhangWei,Kevin,后端工程师,远山科技/研发;远山科技/销售,男,13800138000.0,a@B.cn,,李敏,1;0,启用,3F-A26\n",
        );
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        let row = &parsed.rows[0];
        assert_eq!(
            (row.number, row.account.as_deref(), row.name()),
            (2, Some("zhangwei"), "张伟")
        );
        assert_eq!(row.values[&Field::Mobile], "+8613800138000");
        assert_eq!(row.values[&Field::Email], "a@b.cn");
        assert_eq!(row.values[&Field::Gender], "MALE");
        assert_eq!(row.values[&Field::Extension("工位".to_owned())], "3F-A26");
        assert!(!row.values.contains_key(&Field::WorkEmail));
        assert_eq!(row.departments.len(), 2);
        assert_eq!(row.leads, Some(vec![true, false]));
        assert_eq!(row.manager.as_deref(), Some("李敏"));
        assert_eq!(row.enabled, Some(true));
    }

    #[test]
    fn wrong_cells_are_named_by_row_and_column() {
        let check = |header: &str, row: &str, column: &str, part: &str| {
            let found = wrong(header, row);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!((found[0].0, found[0].1.as_deref()), (Some(2), Some(column)));
            assert!(found[0].2.contains(part), "{found:?}");
        };
        check("姓名*,部门", ",研发", "姓名*", "请填写");
        check("姓名,部门", "张伟,", "部门", "请填写");
        check("姓名,部门", "张伟,远山//研发", "部门", "空的一级");
        check("姓名,部门", "张伟,12", "部门", "部门编号");
        check("姓名,部门", "张伟,研发;研发", "部门", "两次");
        check("姓名,部门,手机号", "张伟,研发,123", "手机号", "手机号");
        check("姓名,部门,邮箱", "张伟,研发,x", "邮箱", "邮箱");
        check("姓名,部门,账号", "张伟,研发,张伟", "账号", "账号");
        check("姓名,部门,性别", "张伟,研发,x", "性别", "性别");
        check("姓名,部门,启用状态", "张伟,研发,也许", "启用状态", "启用");
        check("姓名,部门,入职日期", "张伟,研发,2026-02-30", "入职日期", "日期");
        check(
            "姓名,部门,是否部门负责人",
            "张伟,研发,1;0",
            "是否部门负责人",
            "一一对应",
        );
    }

    #[test]
    fn a_single_no_stands_for_all_departments_and_words_turn_round_for_disabled() {
        let parsed = parse_text("姓名,部门,是否部门负责人,禁用\n张伟,甲;乙,否,1\n李敏,1,,0\n王芳,甲,是,禁用\n");
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        assert_eq!(parsed.rows[0].leads, Some(vec![false, false]));
        assert_eq!(parsed.rows[0].enabled, Some(false));
        assert_eq!(parsed.rows[1].departments, vec![DepartmentRef::Top]);
        assert_eq!(
            (parsed.rows[1].leads.clone(), parsed.rows[1].enabled),
            (None, Some(true))
        );
        assert_eq!(parsed.rows[2].enabled, Some(false));
    }
}
