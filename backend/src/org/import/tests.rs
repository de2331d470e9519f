//! The plan of whole files against small organisations.

use std::collections::{BTreeMap, HashSet};

use entity::{DepartmentId, MemberId};
use uuid::Uuid;

use super::header::Field;
use super::plan::{DepartmentKey, MemberKey, Mode, Plan, Present, PresentMember, Seat, plan, plan_correct_rows};
use super::{parse, sheet};
use crate::org::model::{Membership, Node, Tree, path_below};

fn department(n: u128) -> DepartmentId {
    DepartmentId(Uuid::from_u128(n))
}

fn member(n: u128) -> MemberId {
    MemberId(Uuid::from_u128(n))
}

fn node(n: u128, parent: Option<&Node>, name: &str, open: bool) -> Node {
    Node {
        id: department(n),
        parent: parent.map(|parent| parent.id),
        name: name.to_owned(),
        sort_order: 0,
        path: path_below(parent.map(|parent| parent.path.as_str()), department(n)),
        depth: parent.map_or(0, |parent| parent.depth + 1),
        open,
    }
}

fn person(n: u128, account: &str, name: &str, mobile: &str, department_: u128, manager: Option<u128>) -> PresentMember {
    PresentMember {
        id: member(n),
        account: account.to_owned(),
        active: true,
        version: 1,
        values: BTreeMap::from([(Field::Name, name.to_owned()), (Field::Mobile, mobile.to_owned())]),
        seats: vec![Membership {
            department: department(department_),
            primary: true,
            leader: false,
        }],
        manager: manager.map(member),
    }
}

/// 远山科技 / 研发 / 平台组, 销售; 王芳 leads 李敏 leads 张伟; a second 张伟 in 销售.
fn company() -> Present {
    let root = node(1, None, "远山科技", true);
    let rd = node(2, Some(&root), "研发", true);
    let platform = node(3, Some(&rd), "平台组", true);
    let sales = node(4, Some(&root), "销售", true);
    let closed = node(5, Some(&root), "旧部门", false);
    Present {
        departments: Tree::new([root, rd, platform, sales, closed]),
        members: vec![
            person(1, "wangfang", "王芳", "+8613800000001", 2, None),
            person(2, "limin", "李敏", "+8613800000002", 3, Some(1)),
            person(3, "zhangwei", "张伟", "+8613800000003", 3, Some(2)),
            person(4, "zhangwei2", "张伟", "+8613800000004", 4, Some(1)),
            person(5, "admin", "管理员", "+8613800000005", 1, None),
        ],
        positions: HashSet::from(["后端工程师".to_owned()]),
        administrators: HashSet::from([member(5)]),
    }
}

fn made(text: &str, present: &Present, mode: Mode) -> Plan {
    let sheet = sheet::read(text.as_bytes()).unwrap();
    let parsed = parse::parse(&sheet);
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    plan(&sheet.header, &parsed.rows, present, mode)
}

fn problems(text: &str) -> Vec<String> {
    made(text, &company(), Mode::default())
        .problems
        .iter()
        .map(|problem| problem.line().zh.into_owned())
        .collect()
}

fn check(text: &str, expected: &[&str]) {
    let found = problems(text);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "{found} should contain {expected}");
    }
}

#[test]
fn new_people_and_departments() {
    let plan = made(
        "姓名,账号,部门,职务,直属上级,是否部门负责人\n\
         赵磊,zhaolei,远山科技/研发/前端组,前端工程师,limin,是\n\
         韩雪,hanxue,研发/前端组;销售/华东,后端工程师,赵磊,0;1\n",
        &company(),
        Mode::default(),
    );
    assert!(plan.problems.is_empty(), "{:?}", plan.problems);
    let names: Vec<String> = plan
        .departments
        .iter()
        .map(|department| department.names.join("/"))
        .collect();
    assert_eq!(names, ["远山科技/研发/前端组", "远山科技/销售/华东"]);
    assert_eq!(plan.departments[0].parent, Some(DepartmentKey::Known(department(2))));
    assert_eq!(plan.positions.iter().collect::<Vec<_>>(), ["前端工程师"]);
    assert_eq!(plan.created[0].manager, Some(MemberKey::Known(member(2))));
    assert_eq!(plan.created[1].manager, Some(MemberKey::Row(2)));
    assert_eq!(
        plan.created[1].seats,
        vec![
            Seat {
                department: DepartmentKey::New(0),
                leader: false
            },
            Seat {
                department: DepartmentKey::New(1),
                leader: true
            },
        ]
    );
}

#[test]
fn an_empty_organisation_gets_its_top_from_the_first_path() {
    let plan = made(
        "姓名,部门\n张伟,远山科技/研发\n李敏,研发\n",
        &Present::default(),
        Mode::default(),
    );
    assert!(plan.problems.is_empty());
    assert_eq!(
        plan.departments.iter().map(|d| d.name.as_str()).collect::<Vec<_>>(),
        ["远山科技", "研发"]
    );
    assert_eq!(plan.created[0].seats, plan.created[1].seats);
    assert_eq!(
        (plan.created[0].account.as_str(), plan.created[1].account.as_str()),
        ("zhangwei", "limin")
    );
}

#[test]
fn changes_are_listed_before_and_after_and_blanks_change_nothing() {
    let plan = made(
        "姓名,账号,部门,手机,职务,直属上级\n张伟,ZHANGWEI,研发/平台组;销售,138 0000 0009,后端工程师,王芳\n李敏,limin,研发/平台组,,,\n",
        &company(),
        Mode::default(),
    );
    assert!(plan.problems.is_empty(), "{:?}", plan.problems);
    assert_eq!((plan.unchanged, plan.created.len(), plan.updated.len()), (1, 0, 1));
    let update = &plan.updated[0];
    let fields: Vec<(&str, Option<&str>, Option<&str>)> = update
        .changes
        .iter()
        .map(|change| (change.field.as_str(), change.before.as_deref(), change.after.as_deref()))
        .collect();
    assert_eq!(
        fields,
        vec![
            ("mobile", Some("+8613800000003"), Some("+8613800000009")),
            ("positionName", None, Some("后端工程师")),
            (
                "memberships",
                Some("远山科技/研发/平台组"),
                Some("远山科技/研发/平台组; 远山科技/销售")
            ),
            ("managerId", Some("李敏"), Some("王芳")),
        ]
    );
    assert_eq!(update.manager, Some(MemberKey::Known(member(1))));
    assert!(plan.disabled.is_empty(), "absent members are never touched");
}

#[test]
fn without_accounts_people_are_known_by_their_numbers_or_their_department() {
    let plan = made(
        "姓名,部门,手机\n张卫,研发/平台组,13800000003\n",
        &company(),
        Mode::default(),
    );
    assert_eq!(
        (plan.updated[0].member, plan.updated[0].changes[0].field.as_str()),
        (member(3), "name")
    );
    let plan = made("姓名,部门\n张伟,销售\n张伟,研发\n", &company(), Mode::default());
    assert_eq!((plan.unchanged, plan.created.len()), (1, 1));
    assert_eq!(plan.created[0].account, "zhangwei3");
}

#[test]
fn wrong_managers() {
    check(
        "姓名,账号,部门,直属上级\n赵磊,zl,研发,张伟\n",
        &["第 2 行，直属上级“张伟”：有 2 位成员叫这个名字"],
    );
    check("姓名,账号,部门,直属上级\n赵磊,zl,研发,没有人\n", &["找不到"]);
    check("姓名,账号,部门,直属上级\n赵磊,zl,研发,赵磊\n", &["本人"]);
    check(
        "姓名,账号,部门,直属上级\n王芳,wangfang,研发,zhangwei\n",
        &["第 2 行，直属上级“zhangwei”：直属上级成了一个圈"],
    );
    check(
        "姓名,账号,部门,直属上级\n甲,a,研发,b\n乙,b,研发,a\n",
        &["第 2 行", "第 3 行"],
    );
    check("姓名,账号,部门,直属上级\n赵磊,zl,研发,张伟（zhangwei2）\n", &[]);
}

#[test]
fn duplicates() {
    check(
        "姓名,账号,部门\n甲,a,研发\n乙,A,研发\n",
        &["第 3 行，账号“a”：与第 2 行是同一个人"],
    );
    check(
        "姓名,账号,部门,手机\n甲,a,研发,13800000009\n乙,b,研发,+86 13800000009\n",
        &["第 3 行，手机"],
    );
    check(
        "姓名,账号,部门,手机\n甲,a,研发,13800000003\n",
        &["已被张伟（zhangwei）使用"],
    );
    // Numbers that change hands within one file are fine.
    check(
        "姓名,账号,部门,手机\n张伟,zhangwei,研发/平台组,13800000002\n李敏,limin,研发/平台组,13800000003\n",
        &[],
    );
}

#[test]
fn wrong_departments() {
    check(
        "姓名,账号,部门\n甲,a,旧部门\n",
        &["第 2 行，部门“旧部门”：这个部门已停用"],
    );
    check("姓名,账号,部门\n甲,a,远山科技/研发;研发\n", &["两次"]);
    let deep = vec!["层"; 17].join("/");
    check(&format!("姓名,账号,部门\n甲,a,{deep}\n"), &["最多 15 级"]);
}

#[test]
fn disabling_through_the_file() {
    let plan = made(
        "姓名,账号,部门,启用状态\n李敏,limin,研发/平台组,禁用\n",
        &company(),
        Mode::default(),
    );
    assert_eq!(plan.updated[0].active, Some(false));
    check(
        "姓名,账号,部门,启用状态\n管理员,admin,远山科技,禁用\n",
        &["至少要保留一位管理员"],
    );
}

#[test]
fn full_overwrite_disables_few_and_stops_at_many() {
    let mode = Mode {
        disable_missing: true,
        actor: None,
    };
    let file = |accounts: &[(&str, &str, &str)]| {
        let rows: Vec<String> = accounts
            .iter()
            .map(|(name, account, path)| format!("{name},{account},{path}"))
            .collect();
        format!("姓名,账号,部门\n{}\n", rows.join("\n"))
    };
    let all = [
        ("王芳", "wangfang", "研发"),
        ("李敏", "limin", "研发/平台组"),
        ("张伟", "zhangwei", "研发/平台组"),
        ("管理员", "admin", "远山科技"),
    ];
    let plan = made(&file(&all), &company(), mode);
    assert!(plan.problems.is_empty(), "{:?}", plan.problems);
    assert_eq!(
        plan.disabled
            .iter()
            .map(|missing| missing.account.as_str())
            .collect::<Vec<_>>(),
        ["zhangwei2"]
    );
    let plan = made(&file(&all[1..]), &company(), mode);
    assert!(plan.disabled.is_empty());
    assert!(plan.problems[0].row.is_none() && plan.problems[0].message.zh.contains("五分之一"));
}

#[test]
fn correct_rows_alone_leave_out_who_depends_on_wrong_ones() {
    let text = "姓名,账号,部门,直属上级,手机\n甲,a,新部门,没有人,13900000001\n乙,b,研发,a,13900000002\n丙,c,研发,limin,13900000003\n";
    let sheet = sheet::read(text.as_bytes()).unwrap();
    let parsed = parse::parse(&sheet);
    let plan = plan_correct_rows(&sheet.header, &parsed.rows, &company(), Mode::default());
    assert_eq!(
        plan.created.iter().map(|new| new.account.as_str()).collect::<Vec<_>>(),
        ["c"]
    );
    assert!(plan.departments.is_empty());
    assert_eq!(
        plan.problems
            .iter()
            .filter_map(|problem| problem.row)
            .collect::<Vec<_>>(),
        [2, 3]
    );
}

#[test]
fn twenty_thousand_rows_are_worked_out_at_once() {
    let mut text = String::from("姓名,账号,部门,手机,直属上级\n");
    for n in 0..20_000_u64 {
        let manager = if n == 0 {
            String::new()
        } else {
            format!("u{}", (n - 1) / 10)
        };
        text.push_str(&format!(
            "员工{n},u{n},公司/部门{}/组{},{},{manager}\n",
            n % 40,
            n % 400,
            13_000_000_000_u64 + n
        ));
    }
    let plan = made(&text, &Present::default(), Mode::default());
    assert!(plan.problems.is_empty(), "{:?}", plan.problems.first());
    assert_eq!((plan.created.len(), plan.departments.len()), (20_000, 1 + 40 + 400));
}

#[test]
fn someone_new_can_be_reached() {
    check(
        "姓名,账号,部门,手机,企业邮箱\n甲,a,研发,,\n乙,b,研发,13900000001,\n丙,c,研发,,c@example.com\n张伟,zhangwei,研发/平台组,,\n",
        &["第 2 行，手机：手机和邮箱至少要填一项"],
    );
    check(
        "姓名,账号,部门,个人邮箱\n甲,a,研发,\n",
        &["第 2 行，个人邮箱：手机和邮箱至少要填一项"],
    );
    check("姓名,账号,部门\n甲,a,研发\n", &[]);
}

#[test]
fn nobody_is_hired_before_they_work_at_all() {
    check(
        "姓名,账号,部门,入职日期,参加工作日期\n甲,a,研发,2020-03-01,2020-03-02\n乙,b,研发,2020-03-01,2020-03-01\n丙,c,研发,,2020-03-02\n",
        &["第 2 行，参加工作日期“2020-03-02”：参加工作日期不能晚于入职日期"],
    );
    // Against the day that is there, which the file does not name.
    let with = |field: Field, day: &str| {
        let mut company = company();
        company.members[0].values.insert(field, day.to_owned());
        company
    };
    let told = |text: &str, present: &Present| {
        let plan = made(text, present, Mode::default());
        plan.problems
            .iter()
            .map(|problem| problem.column.clone().unwrap_or_default())
            .collect::<Vec<_>>()
    };
    let hired = "姓名,账号,部门,入职日期\n王芳,wangfang,研发,2020-03-01\n";
    assert_eq!(told(hired, &with(Field::CareerStartedOn, "2020-03-02")), ["入职日期"]);
    assert_eq!(told(hired, &with(Field::CareerStartedOn, "2020-03-01")), [""; 0]);
    // What was so before the rule, and stays, is nobody's problem.
    let mut before = with(Field::CareerStartedOn, "2020-03-02");
    before.members[0].values.insert(Field::HiredOn, "2020-03-01".to_owned());
    assert_eq!(told(hired, &before), [""; 0]);
}
