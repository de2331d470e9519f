//! Spreadsheets as they come: encodings, columns in any order, cells that are numbers or formulas, and files with everything wrong.

use rust_xlsxwriter::{Formula, Workbook};
use serde_json::{Value, json};
use tests::{Findings, Person, TestApp, both};

use super::import::base64;
use super::{department, member};

both! { files_are_read_however_they_were_saved a_dry_run_tells_what_a_run_does each_fault_has_its_row_and_column a_workbook_is_read_cell_by_cell five_thousand_are_imported_at_once }

const RESULT: &str = "applied rows created updated unchanged disabled departmentsCreated errorCount \
    changes { row kind name account detail { field before after } } errors { row column value message } errorCsv";

async fn import(person: &Person, bytes: &[u8], dry_run: bool) -> Value {
    let input = json!({ "fileName": "members", "contentBase64": base64(bytes), "dryRun": dry_run });
    person.change("importMembers", input, RESULT).await
}

async fn files_are_read_however_they_were_saved(app: TestApp) {
    let hr = app.person("hr").await;
    let mut findings = Findings::default();
    let text =
        |n: usize| format!("说明：请勿修改表头\n\n部门,手机,姓名,备注,账号\n法务部,1391111{n:04},曾单,甲,file{n}\n");
    let gb = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let utf16 = |text: &str| {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    let files = [
        ("UTF-8", text(1).into_bytes()),
        (
            "UTF-8 with mark",
            [b"\xef\xbb\xbf".to_vec(), text(2).into_bytes()].concat(),
        ),
        ("GB18030", gb(&text(3))),
        ("lines of Windows", text(4).replace('\n', "\r\n").into_bytes()),
        ("quoted", text(5).replace("曾单", "\"曾单\"").into_bytes()),
        ("tabs", text(6).replace(',', "\t").into_bytes()),
    ];
    for (at, (how, bytes)) in files.into_iter().enumerate() {
        let done = import(&hr, &bytes, false).await;
        findings.same(
            format!("{how}: {done}"),
            (&done["applied"], &done["created"]),
            (&json!(true), &json!(1)),
        );
        if done["applied"] == true {
            let made = member(&hr, &format!("file{}", at + 1)).await;
            findings.same(
                how,
                (&made["name"], &made["departments"][0]["department"]["name"]),
                (&json!("曾单"), &json!("法务部")),
            );
        }
    }
    let wide = import(&hr, &utf16(&text(9)), false).await;
    findings.same("UTF-16", &wide["applied"], &json!(true));
    // Found by the reading of the surname, and by the common one.
    for typed in ["zengdan", "zengshan", "zd", "cengdan", "曾单"] {
        let found = hr
            .run(
                "query($s: String) { members(search: $s) { totalCount } }",
                json!({ "s": typed }),
            )
            .await;
        let expected = if typed == "zengshan" { 0 } else { 7 };
        findings.same(
            format!("{typed} finds them"),
            found["members"]["totalCount"].as_i64(),
            Some(expected),
        );
    }
}

async fn a_dry_run_tells_what_a_run_does(app: TestApp) {
    let hr = app.person("hr").await;
    let file = "姓名,账号,部门,手机,直属上级,职务,别名\n\
        林新,linxin,远山科技/产品研发中心/新组,13911110001,limin,组长,\n\
        钱二,qianer,产品研发中心/新组;销售中心,13911110002,林新,工程师,小钱\n\
        张伟,zhangwei,产品研发中心/平台组,,,架构师,阿伟\n\
        刘婷,hr,人力行政部,,,,\n";
    let before = app.digest().await;
    let dry = import(&hr, file.as_bytes(), true).await;
    assert_eq!(app.digest().await.changed(&before), [""; 0], "a dry run writes nothing");
    let told = |result: &Value| {
        let names = [
            "rows",
            "created",
            "updated",
            "unchanged",
            "disabled",
            "departmentsCreated",
            "errorCount",
            "changes",
            "errors",
        ];
        names.map(|name| result[name].clone())
    };
    assert_eq!(
        (&dry["applied"], &dry["errorCount"], &dry["created"]),
        (&json!(false), &json!(0), &json!(2)),
        "{dry:#}"
    );
    let done = import(&hr, file.as_bytes(), false).await;
    assert_eq!(told(&dry), told(&done), "what was told is what was done");
    let after = app.digest().await;
    assert_eq!(after.rows("org_member"), before.rows("org_member") + 2);
    assert_eq!(after.rows("org_department"), before.rows("org_department") + 1);
    let zhang = member(&hr, "zhangwei").await;
    assert!(zhang["mobile"].is_string(), "a blank cell changes nothing");
    assert_eq!(zhang["manager"]["account"], "limin");
    let again = import(&hr, file.as_bytes(), false).await;
    assert_eq!(
        (&again["unchanged"], &again["changes"]),
        (&json!(4), &json!([])),
        "{again:#}"
    );
    assert_eq!(app.digest().await.changed(&after), [""; 0], "done twice is done once");
}

async fn each_fault_has_its_row_and_column(app: TestApp) {
    let hr = app.person("hr").await;
    let mut findings = Findings::default();
    let before = app.digest().await;
    for (what, rows, at) in [
        ("no name", "姓名,账号,部门\n,a,法务部\n", vec![(2, "姓名")]),
        ("no department", "姓名,账号,部门\n甲,a,\n", vec![(2, "部门")]),
        ("a bad account", "姓名,账号,部门\n甲,张三,法务部\n", vec![(2, "账号")]),
        (
            "an account twice",
            "姓名,账号,部门\n甲,a,法务部\n乙,A,法务部\n",
            vec![(3, "账号")],
        ),
        (
            "a bad phone",
            "姓名,账号,部门,手机\n甲,a,法务部,12345\n",
            vec![(2, "手机")],
        ),
        (
            "a phone twice",
            "姓名,账号,部门,手机\n甲,a,法务部,13911112222\n乙,b,法务部,+86 139-1111-2222\n",
            vec![(3, "手机")],
        ),
        (
            "a bad e-mail",
            "姓名,账号,部门,企业邮箱\n甲,a,法务部,x@y\n",
            vec![(2, "企业邮箱")],
        ),
        (
            "nobody as manager",
            "姓名,账号,部门,直属上级\n甲,a,法务部,没有人\n",
            vec![(2, "直属上级")],
        ),
        (
            "managers in a circle",
            "姓名,账号,部门,直属上级\n甲,a,法务部,b\n乙,b,法务部,c\n丙,c,法务部,a\n",
            vec![(2, "直属上级"), (3, "直属上级"), (4, "直属上级")],
        ),
        (
            "a circle with somebody who is here",
            "姓名,账号,部门,直属上级\n沈国栋,ceo,总经办,zhangwei\n",
            vec![(2, "直属上级")],
        ),
        (
            "the same department twice",
            "姓名,账号,部门\n甲,a,法务部;法务部\n",
            vec![(2, "部门")],
        ),
        (
            "a path with nothing in it",
            "姓名,账号,部门\n甲,a,远山科技//组\n",
            vec![(2, "部门")],
        ),
        (
            "an unknown state",
            "姓名,账号,部门,启用状态\n甲,a,法务部,也许\n",
            vec![(2, "启用状态")],
        ),
        (
            "an unknown sex",
            "姓名,账号,部门,性别\n甲,a,法务部,X\n",
            vec![(2, "性别")],
        ),
        (
            "a name too long",
            &format!("姓名,账号,部门\n{},a,法务部\n", "长".repeat(65)),
            vec![(2, "姓名")],
        ),
    ] {
        let done = import(&hr, rows.as_bytes(), false).await;
        let found: Vec<(i64, &str)> = done["errors"]
            .as_array()
            .expect("errors")
            .iter()
            .map(|error| {
                (
                    error["row"].as_i64().unwrap_or_default(),
                    error["column"].as_str().unwrap_or_default(),
                )
            })
            .collect();
        findings.same(format!("{what}: {}", done["errors"]), found, at);
        findings.same(format!("{what} stops it"), &done["applied"], &json!(false));
        findings.same(
            format!("{what}: all or nothing"),
            app.digest().await.changed(&before),
            [""; 0],
        );
    }
    // What goes back to be corrected runs nothing in a spreadsheet.
    let hostile =
        "姓名,账号,部门,备注\n\"=HYPERLINK(\"\"http://x\"\")\",坏,法务部,@SUM(1)\n甲,坏,法务部,-1+2\n乙,坏,法务部,+7\n";
    let csv = import(&hr, hostile.as_bytes(), true).await["errorCsv"]
        .as_str()
        .expect("rows to correct")
        .to_owned();
    for cell in csv.lines().skip(1).flat_map(|line| line.split(',')) {
        let start = cell.trim_start_matches('"').chars().next();
        findings.holds(
            format!("{cell} in {csv}"),
            !start.is_some_and(|c| ['=', '@', '+', '-', '\t'].contains(&c))
                || cell.trim_matches('"').parse::<f64>().is_ok(),
        );
    }
}

async fn a_workbook_is_read_cell_by_cell(app: TestApp) {
    let hr = app.person("hr").await;
    let mut workbook = Workbook::new();
    let hidden = workbook.add_worksheet();
    hidden.write(0, 0, "说明").unwrap();
    let sheet = workbook.add_worksheet();
    for (column, name) in ["账号", "手机", "姓名", "部门", "入职日期"].into_iter().enumerate() {
        sheet.write(3, column as u16, name).unwrap();
    }
    // A telephone number that a spreadsheet took for a number, one with +86, and a name that is worked out by a formula.
    sheet.write(4, 0, "float").unwrap();
    sheet.write(4, 1, 13_911_113_333.0).unwrap();
    sheet.write(4, 2, "甲").unwrap();
    sheet.write(4, 3, "法务部").unwrap();
    sheet.write(4, 4, "2026/3/5").unwrap();
    sheet.write(5, 0, "formula").unwrap();
    sheet.write(5, 1, "+86 139 1111 4444").unwrap();
    sheet
        .write(5, 2, Formula::new("=CONCAT(\"乙\",\"丙\")").set_result("乙丙"))
        .unwrap();
    sheet.write(5, 3, "法务部").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let first = hr
        .attempt(
            "importMembers",
            &json!({ "fileName": "a.xlsx", "contentBase64": base64(&bytes), "dryRun": true }),
            RESULT,
        )
        .await;
    let Ok(dry) = first else {
        panic!("the header stands on the second sheet: {first:?}")
    };
    assert_eq!((&dry["created"], &dry["errorCount"]), (&json!(2), &json!(0)), "{dry:#}");
    let done = import(&hr, &bytes, false).await;
    assert_eq!(done["applied"], true, "{done:#}");
    let (one, two) = (member(&hr, "float").await, member(&hr, "formula").await);
    assert_eq!(
        (&one["mobile"], &two["mobile"]),
        (&json!("+8613911113333"), &json!("+8613911114444"))
    );
    assert_eq!(two["name"], "乙丙", "the value of a formula, not the formula");
}

async fn five_thousand_are_imported_at_once(app: TestApp) {
    let hr = app.person("hr").await;
    let mut text = String::from("姓名,账号,部门,手机,直属上级\n");
    for n in 0..5_000 {
        let manager = if n == 0 {
            "limin".to_owned()
        } else {
            format!("m{}", (n - 1) / 10)
        };
        text.push_str(&format!(
            "员工{n},m{n},产品研发中心/大组{}/小组{},{},{manager}\n",
            n % 10,
            n % 100,
            13_900_000_000_u64 + n
        ));
    }
    let before = app.digest().await;
    let begun = std::time::Instant::now();
    let done = import(&hr, text.as_bytes(), false).await;
    assert_eq!(
        (&done["applied"], &done["created"], &done["departmentsCreated"]),
        (&json!(true), &json!(5_000), &json!(110)),
        "{}",
        done["errors"]
    );
    assert!(
        begun.elapsed() < std::time::Duration::from_secs(30),
        "{:?}",
        begun.elapsed()
    );
    let before_tree = app.cx.db.statements();
    let top = department(&hr, "产品研发中心").await;
    assert_eq!(top["totalCount"], 5_008);
    let asked = app.cx.db.statements() - before_tree;
    assert!(asked < 60, "{asked} statements for one look at the tree after a change");
    let after = app.digest().await;
    assert_eq!(after.rows("org_member"), before.rows("org_member") + 5_000);
    assert_eq!(department(&hr, "大组3").await["totalCount"], 500);
    assert_eq!(member(&hr, "m4999").await["manager"]["account"], "m499");
    let again = import(&hr, text.as_bytes(), false).await;
    assert_eq!(again["unchanged"], 5_000);
    assert_eq!(app.digest().await.changed(&after), [""; 0]);
}
