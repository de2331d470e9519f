//! Reads a spreadsheet file into rows of texts: XLSX, and CSV in UTF-8 (with or without mark), UTF-16 with mark, or GB18030.

use std::borrow::Cow;
use std::io::Cursor;

use calamine::{Data, DataRef, Reader, Xlsx};

use super::header::{self, Header};
use crate::error::Text;

/// Largest file, in bytes.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Most rows of members in a file.
pub const MOST_ROWS: usize = 20_000;
/// Most instruction rows above the header.
const MOST_ROWS_ABOVE: usize = 50;
/// Columns looked at.
const MOST_COLUMNS: usize = 200;
/// Longest cell kept, in characters; no field takes that many, so a longer one is refused by its field.
const MOST_CELL: usize = 1_000;
/// Most bytes an XLSX may unpack to.
const MOST_UNPACKED: u64 = 200 * 1024 * 1024;

/// A row of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetRow {
    /// Number as spreadsheets count, from 1.
    pub number: u32,
    /// Cells from the first column on, without surrounding blanks.
    pub cells: Vec<String>,
}

/// A file taken apart.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What its columns mean.
    pub header: Header,
    /// The rows below the header that are not blank.
    pub rows: Vec<SheetRow>,
}

/// Reads a file; what it is shows in its bytes, not in its name. Of a workbook the first sheet with a header counts.
///
/// # Errors
/// Too large, broken, of another kind, or without the columns it must have.
pub fn read(bytes: &[u8]) -> Result<Sheet, Text> {
    if bytes.len() > MOST_BYTES {
        return Err(Text::new(
            "文件超过 5 MB，请拆成几个文件再导入",
            "The file is larger than 5 MB; split it",
        ));
    }
    if bytes.is_empty() {
        return Err(Text::new("文件是空的", "The file is empty"));
    }
    if bytes.starts_with(b"PK") {
        return read_xlsx(bytes);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(Text::new(
            "这是旧版 .xls 或加密的文件，请另存为不加密的 .xlsx 再导入",
            "This is an old .xls or an encrypted file; save it as .xlsx without a password",
        ));
    }
    split(read_csv(bytes)?)
}

/// Finds the header and keeps what is below.
fn split(rows: Vec<SheetRow>) -> Result<Sheet, Text> {
    let found = rows
        .iter()
        .take(MOST_ROWS_ABOVE)
        .enumerate()
        .find_map(|(at, row)| Some((at, header::find(row)?)));
    let Some((at, header)) = found else {
        return Err(Text::new(
            "没有找到表头：需要一行同时写有“姓名”和“部门”",
            "No header found: one row must hold the column names 姓名 (name) and 部门 (department)",
        ));
    };
    let header = header?;
    let rows: Vec<SheetRow> = rows
        .into_iter()
        .skip(at + 1)
        .filter(|row| row.cells.iter().any(|cell| !cell.is_empty()))
        .collect();
    if rows.len() > MOST_ROWS {
        return Err(too_many_rows());
    }
    if rows.is_empty() {
        return Err(Text::new("表头下面没有成员", "There are no members below the header"));
    }
    Ok(Sheet { header, rows })
}

fn too_many_rows() -> Text {
    Text::new(
        "一次最多导入 20000 行，请拆成几个文件",
        "At most 20,000 rows at a time; split the file",
    )
}

fn broken() -> Text {
    Text::new("文件已损坏，无法读取", "The file is broken and cannot be read")
}

fn read_xlsx(bytes: &[u8]) -> Result<Sheet, Text> {
    if unpacked_size(bytes) > MOST_UNPACKED {
        return Err(Text::new("文件解压后过大", "The file is too large once unpacked"));
    }
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| {
        Text::new(
            "这不是有效的 .xlsx 文件，或文件已损坏",
            "Not a valid .xlsx file, or it is broken",
        )
    })?;
    let mut first_refusal = None;
    for name in workbook.sheet_names() {
        match read_worksheet(&mut workbook, &name).and_then(split) {
            Ok(sheet) => return Ok(sheet),
            Err(text) => {
                first_refusal.get_or_insert(text);
            }
        }
    }
    Err(first_refusal.unwrap_or_else(broken))
}

/// Reads cell by cell: a far cell in a small file must not make a large table.
fn read_worksheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<SheetRow>, Text> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|_| broken())?;
    let mut rows: Vec<SheetRow> = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(|_| broken())? {
        let (row, column) = cell.get_position();
        let text = cell_text(cell.get_value());
        let column = column as usize;
        if text.is_empty() || column >= MOST_COLUMNS {
            continue;
        }
        if rows.last().is_none_or(|last| last.number != row + 1) {
            if rows.len() > MOST_ROWS + MOST_ROWS_ABOVE {
                return Err(too_many_rows());
            }
            rows.push(SheetRow {
                number: row + 1,
                cells: Vec::new(),
            });
        }
        if let Some(last) = rows.last_mut() {
            if last.cells.len() <= column {
                last.cells.resize(column + 1, String::new());
            }
            if let Some(place) = last.cells.get_mut(column) {
                *place = text;
            }
        }
    }
    Ok(rows)
}

fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => clean(text),
        DataRef::SharedString(text) => clean(text),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Bool(true) => "是".to_owned(),
        DataRef::Bool(false) => "否".to_owned(),
        DataRef::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => clean(text),
        DataRef::Error(_) | DataRef::Empty => Data::Empty.to_string(),
    }
}

/// Total size the directory of a ZIP file names. A directory that lies is caught by the reader, which checks each length.
fn unpacked_size(bytes: &[u8]) -> u64 {
    bytes
        .windows(46)
        .filter(|entry| entry.starts_with(b"PK\x01\x02"))
        .filter_map(|entry| entry.get(24..28).and_then(|size| <[u8; 4]>::try_from(size).ok()))
        .map(|size| u64::from(u32::from_le_bytes(size)))
        .sum()
}

fn read_csv(bytes: &[u8]) -> Result<Vec<SheetRow>, Text> {
    let text = decode(bytes)?.replace("\r\n", "\n");
    let delimiter = delimiter(&text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut rows: Vec<SheetRow> = Vec::new();
    // Spreadsheets count blank lines, and a cell of several lines as one row.
    let (mut row, mut counted) = (1, 0);
    for record in reader.records() {
        let record = record.map_err(|_| broken())?;
        if rows.len() > MOST_ROWS + MOST_ROWS_ABOVE {
            return Err(too_many_rows());
        }
        let start = record
            .position()
            .and_then(|at| usize::try_from(at.byte()).ok())
            .unwrap_or(counted);
        let ahead = text
            .get(start..)
            .map_or(0, |rest| rest.len() - rest.trim_start_matches('\n').len());
        row += newlines(text.get(counted..start + ahead).unwrap_or_default());
        counted = start + ahead;
        let in_cells: usize = record.iter().map(newlines).sum();
        rows.push(SheetRow {
            number: u32::try_from(row).unwrap_or(u32::MAX),
            cells: record.iter().take(MOST_COLUMNS).map(clean).collect(),
        });
        row = row.saturating_sub(in_cells);
    }
    Ok(rows)
}

fn newlines(text: &str) -> usize {
    text.matches('\n').count()
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Text> {
    let not_text = || {
        Text::new(
            "这不是表格文件：请用 .xlsx，或 UTF-8、GB18030 编码的 .csv",
            "Not a spreadsheet: use .xlsx, or .csv in UTF-8 or GB18030",
        )
    };
    let text = if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, wrong) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        if wrong {
            return Err(not_text());
        }
        text
    } else if let Ok(text) = std::str::from_utf8(bytes) {
        Cow::Borrowed(text)
    } else {
        encoding_rs::GB18030
            .decode_without_bom_handling_and_without_replacement(bytes)
            .ok_or_else(not_text)?
    };
    if text.contains('\0') { Err(not_text()) } else { Ok(text) }
}

/// Tabs when the first lines have no fewer of them than commas: "Unicode text" of spreadsheets.
fn delimiter(text: &str) -> u8 {
    let count = |mark: char| {
        text.lines()
            .take(MOST_ROWS_ABOVE)
            .map(|line| line.matches(mark).count())
            .max()
            .unwrap_or(0)
    };
    if count('\t') > 0 && count('\t') >= count(',') {
        b'\t'
    } else {
        b','
    }
}

/// A cell without surrounding blanks, without the mark that keeps a formula a text, and not endlessly long.
fn clean(text: &str) -> String {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let text = match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    };
    text.chars().take(MOST_CELL).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

    fn wecom() -> Vec<u8> {
        let mut workbook = Workbook::new();
        workbook
            .add_worksheet()
            .set_name("说明")
            .unwrap()
            .write(0, 0, "请在第二页填写")
            .unwrap();
        let sheet = workbook.add_worksheet();
        sheet
            .merge_range(0, 0, 0, 5, "填写须知：\n1. 带星号的必填", &Format::new())
            .unwrap();
        for (column, name) in ["姓名*", "账号", "部门（必填）", "手机", "入职日期", "备注"]
            .into_iter()
            .enumerate()
        {
            sheet.write(2, column as u16, name).unwrap();
        }
        sheet.write(3, 0, " 张伟 ").unwrap();
        sheet.write(3, 1, "zhangwei").unwrap();
        sheet.write(3, 2, "远山科技/研发").unwrap();
        sheet.write(3, 3, 13_800_138_000_f64).unwrap();
        let day = ExcelDateTime::from_ymd(2021, 3, 15).unwrap();
        sheet
            .write_with_format(3, 4, &day, &Format::new().set_num_format("yyyy-mm-dd"))
            .unwrap();
        sheet.write(5, 0, "李敏").unwrap();
        sheet.write(5, 2, "研发").unwrap();
        workbook.save_to_buffer().unwrap()
    }

    fn refusal(bytes: &[u8]) -> String {
        read(bytes).unwrap_err().zh.into_owned()
    }

    #[test]
    fn a_workbook_in_the_wecom_layout() {
        let sheet = read(&wecom()).unwrap();
        assert_eq!(sheet.rows.len(), 2);
        assert_eq!(sheet.rows[0].number, 4);
        assert_eq!(
            sheet.rows[0].cells,
            ["张伟", "zhangwei", "远山科技/研发", "13800138000", "2021-03-15"]
        );
        assert_eq!((sheet.rows[1].number, sheet.rows[1].cells[2].as_str()), (6, "研发"));
    }

    #[test]
    fn csv_in_every_encoding_is_the_same() {
        let text = "\"填写须知\r\n第二行\",,\r\n\r\n姓名,账号,部门\r\n张伟,zhangwei,\"远山科技/研发;远山科技/销售\"\r\n欧阳婧,'+ouyang,销售\r\n";
        let utf8 = text.as_bytes().to_vec();
        let bom = [&[0xEF, 0xBB, 0xBF][..], text.as_bytes()].concat();
        let gb = encoding_rs::GB18030.encode(text).0.into_owned();
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        for bytes in [utf8, bom, gb, utf16] {
            let sheet = read(&bytes).unwrap();
            assert_eq!(sheet.rows[0].number, 4);
            assert_eq!(sheet.rows[0].cells, ["张伟", "zhangwei", "远山科技/研发;远山科技/销售"]);
            assert_eq!(sheet.rows[1].cells[1], "+ouyang");
        }
        let tabs = "姓名\t部门\n张伟\t研发,平台\n";
        assert_eq!(read(tabs.as_bytes()).unwrap().rows[0].cells, ["张伟", "研发,平台"]);
    }

    #[test]
    fn wrong_files_say_what_is_wrong() {
        assert!(refusal(b"").contains("空"));
        assert!(refusal(b"\xD0\xCF\x11\xE0rest").contains(".xlsx"));
        assert!(refusal(b"PK\x03\x04broken").contains(".xlsx"));
        assert!(refusal(b"\x89PNG\r\n\x1a\n\0\0").contains("不是表格"));
        assert!(refusal("a,b\nc,d\n".as_bytes()).contains("表头"));
        assert!(refusal("姓名,部门\n".as_bytes()).contains("没有成员"));
        assert!(refusal(&vec![b'a'; MOST_BYTES + 1]).contains("5 MB"));
        let many = format!("姓名,部门\n{}", "甲,乙\n".repeat(MOST_ROWS + 1));
        assert!(refusal(many.as_bytes()).contains("20000"));
        let cut = wecom();
        assert!(read(&cut[..cut.len() / 2]).is_err());
    }

    #[test]
    fn a_far_cell_makes_no_large_table() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "姓名").unwrap().write(0, 1, "部门").unwrap();
        sheet.write(1, 0, "张伟").unwrap().write(1, 1, "研发").unwrap();
        sheet.write(1_048_575, 16_383, "x").unwrap();
        assert_eq!(read(&workbook.save_to_buffer().unwrap()).unwrap().rows.len(), 1);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), zip in any::<bool>()) {
            let bytes = if zip { [b"PK\x03\x04".as_slice(), &bytes].concat() } else { bytes };
            let _ = read(&bytes);
        }
    }
}
