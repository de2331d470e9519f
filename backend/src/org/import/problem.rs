//! What is wrong with a file, said with row and column.

use crate::error::Text;

/// Something wrong with a row, or with the file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Row number as spreadsheets count; none for the file as a whole.
    pub row: Option<u32>,
    /// Name of the column as written in the file.
    pub column: Option<String>,
    /// What stands there.
    pub value: Option<String>,
    /// What is wrong with it.
    pub message: Text,
}

impl Problem {
    /// A problem of the file as a whole.
    pub fn of_file(message: Text) -> Self {
        Self {
            row: None,
            column: None,
            value: None,
            message,
        }
    }

    /// One line for a terminal: `第 7 行，手机“123”：不是有效的手机号`.
    pub fn line(&self) -> Text {
        let mut zh = String::new();
        let mut en = String::new();
        if let Some(row) = self.row {
            zh.push_str(&format!("第 {row} 行"));
            en.push_str(&format!("row {row}"));
        }
        if let Some(column) = &self.column {
            zh.push_str(&format!("，{column}"));
            en.push_str(&format!(", {column}"));
        }
        if let Some(value) = &self.value {
            zh.push_str(&format!("“{value}”"));
            en.push_str(&format!(" \"{value}\""));
        }
        if zh.is_empty() {
            return self.message.clone();
        }
        Text::new(
            format!("{zh}：{}", self.message.zh),
            format!("{en}: {}", self.message.en),
        )
    }
}
