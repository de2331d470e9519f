//! Files the import hands out: an empty template, and the rows with errors to correct and import again.

use std::collections::BTreeMap;

use super::header::ERROR_COLUMN;
use super::problem::Problem;
use super::sheet::Sheet;
use crate::error::Locale;

/// An empty sheet with header and one example, as CSV in UTF-8 with mark.
pub fn template() -> String {
    write(&[
        strings(&[
            "填写须知：姓名、部门必填；部门写完整路径，多个部门用分号隔开，第一个是主部门；留空的格子不改动已有资料。",
        ]),
        strings(&[
            "姓名",
            "账号",
            "别名",
            "职务",
            "部门",
            "性别",
            "手机",
            "座机",
            "个人邮箱",
            "企业邮箱",
            "地址",
            "直属上级",
            "是否部门负责人",
            "启用状态",
            "工号",
            "入职日期",
            "办公地点",
        ]),
        strings(&[
            "张三",
            "zhangsan",
            "",
            "后端工程师",
            "示例公司/研发部",
            "男",
            "13800138000",
            "",
            "",
            "zhangsan@example.com",
            "",
            "",
            "否",
            "启用",
            "0001",
            "2026-03-15",
            "深圳",
        ]),
    ])
}

/// The rows that have problems, with what is wrong, as CSV; none when there is nothing wrong with any row.
pub fn rejected_rows(sheet: &Sheet, problems: &[Problem], locale: Locale) -> Option<String> {
    let mut wrong: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for problem in problems {
        if let Some(row) = problem.row {
            let column = problem
                .column
                .as_deref()
                .map(|column| format!("{column}："))
                .unwrap_or_default();
            wrong
                .entry(row)
                .or_default()
                .push(format!("{column}{}", problem.message.get(locale)));
        }
    }
    if wrong.is_empty() {
        return None;
    }
    let kept = |at: &usize| sheet.header.names.get(*at).is_some_and(|name| name != ERROR_COLUMN);
    let columns: Vec<usize> = (0..sheet.header.names.len()).filter(kept).collect();
    let pick = |cells: &[String]| -> Vec<String> {
        columns
            .iter()
            .map(|at| cells.get(*at).cloned().unwrap_or_default())
            .collect()
    };
    let mut rows = vec![pick(&sheet.header.names)];
    if let Some(header) = rows.first_mut() {
        header.push(ERROR_COLUMN.to_owned());
    }
    for row in &sheet.rows {
        if let Some(messages) = wrong.get(&row.number) {
            let mut cells = pick(&row.cells);
            cells.push(messages.join("；"));
            rows.push(cells);
        }
    }
    Some(write(&rows))
}

fn strings(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// CSV with the mark spreadsheets need to see UTF-8. Cells a spreadsheet would run as a formula are marked as text.
fn write(rows: &[Vec<String>]) -> String {
    let mut csv = String::from("\u{feff}");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| quote(&harmless(cell))).collect();
        csv.push_str(&cells.join(","));
        csv.push_str("\r\n");
    }
    csv
}

fn harmless(cell: &str) -> String {
    let number = cell.strip_prefix('-').is_some_and(|rest| rest.parse::<f64>().is_ok());
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn quote(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::import::{parse, sheet};

    #[test]
    fn the_template_can_be_imported() {
        let sheet = sheet::read(template().as_bytes()).unwrap();
        let parsed = parse::parse(&sheet);
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        assert_eq!(parsed.rows[0].account.as_deref(), Some("zhangsan"));
    }

    #[test]
    fn rejected_rows_come_back_with_reasons_and_without_formulas() {
        let text = "姓名,部门,手机\n张伟,研发,+8613800138000\n=cmd(),研发,12\n\"a\"\"b\",研发,9\n";
        let sheet = sheet::read(text.as_bytes()).unwrap();
        let problems = parse::parse(&sheet).problems;
        let csv = rejected_rows(&sheet, &problems, Locale::Zh).unwrap();
        assert!(
            csv.starts_with("\u{feff}姓名,部门,手机,错误说明\r\n'=cmd(),研发,12,手机：不是有效的手机号\r\n"),
            "{csv}"
        );
        assert!(csv.contains("\"a\"\"b\",研发,9,"));
        assert!(!csv.contains("张伟"));
        assert_eq!(rejected_rows(&sheet, &[], Locale::Zh), None);
        let again = sheet::read(csv.as_bytes()).unwrap();
        assert_eq!(again.rows[0].cells[0], "=cmd()");
    }
}
