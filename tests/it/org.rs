//! The organisation over the API: the directory, changes with their rights, roles, import.

use serde_json::{Value, json};
use tests::{Person, both};

mod imports;
mod newcomers;

const MEMBER: &str = "query($search: String) { members(search: $search, first: 20) { totalCount nodes { id version account name mobile email \
    status manager { account } departments { isPrimary isLeader department { id name path } } viewerActions { name enabled } } } }";
const UPDATE: &str =
    "mutation($input: UpdateMemberInput!) { updateMember(input: $input) { member { version alias mobile office } } }";
const CREATE: &str =
    "mutation($input: CreateMemberInput!) { createMember(input: $input) { member { id account } oneTimePassword } }";
const DISABLE: &str =
    "mutation($input: DisableMemberInput!) { disableMember(input: $input) { member { status version } } }";
const DEPARTMENTS: &str =
    "{ departments { id name parentId depth path version memberCount totalCount closed leaders { account } } }";
const MOVE: &str =
    "mutation($input: MoveDepartmentInput!) { moveDepartment(input: $input) { department { path version } } }";

/// The only member of this account.
pub(crate) async fn member(person: &Person, account: &str) -> Value {
    let found = person.run(MEMBER, json!({ "search": account })).await;
    let nodes = found["members"]["nodes"].as_array().expect("members");
    nodes
        .iter()
        .find(|node| node["account"] == account)
        .unwrap_or_else(|| panic!("no {account}"))
        .clone()
}

pub(crate) async fn department(person: &Person, name: &str) -> Value {
    let all = person.run(DEPARTMENTS, json!({})).await;
    let all = all["departments"].as_array().expect("departments");
    all.iter()
        .find(|one| one["name"] == name)
        .unwrap_or_else(|| panic!("no {name}"))
        .clone()
}

fn version(of: &Value) -> i64 {
    of["version"].as_i64().expect("a version")
}

both! {
    async fn people_are_found_by_name_pinyin_and_initials(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        for typed in ["张伟", "zhangwei", "Zhang Wei", "zw", "ZHANGW"] {
            let found = zhang.run(MEMBER, json!({ "search": typed })).await;
            let accounts: Vec<&str> = found["members"]["nodes"].as_array().expect("members").iter().filter_map(|node| node["account"].as_str()).collect();
            assert!(accounts.contains(&"zhangwei"), "{typed}: {accounts:?}");
        }
        for typed in ["%", "_", "\\", "'; --"] {
            assert_eq!(zhang.run(MEMBER, json!({ "search": typed })).await["members"]["totalCount"], 0, "{typed}");
        }
        let limin = member(&zhang, "limin").await;
        assert_eq!(limin["mobile"], Value::Null);
        let number = member(&app.person("hr").await, "limin").await["mobile"].as_str().expect("seen by personnel").to_owned();
        let end = &number[number.len() - 6..];
        assert_eq!(zhang.run(MEMBER, json!({ "search": end })).await["members"]["totalCount"], 0, "a search must not tell a number");
        assert!(app.person("hr").await.run(MEMBER, json!({ "search": end })).await["members"]["totalCount"].as_i64() >= Some(1));
    }

    async fn pages_hold_everyone_once(app: TestApp) {
        const PAGE: &str = "query($after: String) { members(first: 7, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { account } } }";
        let zhang = app.person("zhangwei").await;
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = zhang.run(PAGE, json!({ "after": after })).await["members"].take();
            seen.extend(page["nodes"].as_array().expect("members").iter().map(|node| node["account"].to_string()));
            if page["pageInfo"]["hasNextPage"] == false {
                assert_eq!(page["totalCount"].as_u64(), Some(seen.len() as u64));
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), count);
        let refusal = zhang.refused("{ members(first: 101) { nodes { id } } }", json!({})).await;
        assert_eq!(refusal.fields(), ["first"]);
    }

    async fn private_numbers_are_for_managers_and_personnel(app: TestApp) {
        for (account, sees) in [("zhangwei", true), ("limin", true), ("wangfang", true), ("hr", true), ("admin", true), ("cashier", false)] {
            let seen = member(&app.person(account).await, "zhangwei").await;
            assert_eq!(seen["mobile"].is_string(), sees, "{account}");
        }
    }

    async fn a_member_is_edited_once_by_each_version(app: TestApp) {
        let (hr, zhang) = (app.person("hr").await, app.person("zhangwei").await);
        let before = member(&hr, "zhangwei").await;
        let edit = |changes: Value| {
            let mut input = json!({ "id": before["id"], "expectedVersion": before["version"] });
            input.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
            json!({ "input": input })
        };
        assert_eq!(zhang.refused(UPDATE, edit(json!({ "alias": "Wayne" }))).await.code, "FORBIDDEN");
        let wrong = hr.refused(UPDATE, edit(json!({ "mobile": "12", "email": "x", "name": " " }))).await;
        assert_eq!((wrong.code.as_str(), wrong.fields()), ("INVALID", vec!["name", "mobile", "email"]));
        let taken = member(&hr, "limin").await["mobile"].clone();
        assert_eq!(hr.refused(UPDATE, edit(json!({ "mobile": taken }))).await.fields(), ["mobile"]);
        assert_eq!(hr.refused(UPDATE, edit(json!({ "managerId": before["id"] }))).await.fields(), ["managerId"]);
        let wangfang = member(&hr, "wangfang").await;
        let circle = json!({ "input": { "id": wangfang["id"], "expectedVersion": wangfang["version"], "managerId": before["id"] } });
        assert_eq!(hr.refused(UPDATE, circle).await.fields(), ["managerId"]);
        let after = hr.run(UPDATE, edit(json!({ "alias": "Wayne", "office": null, "mobile": "139 1234 5678" }))).await;
        assert_eq!(after["updateMember"]["member"]["mobile"], "+8613912345678");
        assert_eq!(version(&after["updateMember"]["member"]), version(&before) + 1);
        let stale = hr.refused(UPDATE, edit(json!({ "alias": "Late" }))).await;
        assert_eq!((stale.code.as_str(), stale.extensions["currentVersion"].as_i64()), ("CONFLICT", Some(version(&before) + 1)));
    }

    async fn a_new_member_signs_in_with_the_password_shown_once(app: TestApp) {
        let hr = app.person("hr").await;
        let team = department(&hr, "平台组").await;
        let seat = json!([{ "departmentId": team["id"], "isPrimary": true, "isLeader": false }]);
        let input = json!({ "account": "Zeng.Xin", "name": "曾新", "memberships": seat, "positionName": "新岗位", "idempotencyKey": "k-1" });
        let made = hr.run(CREATE, json!({ "input": input })).await["createMember"].take();
        assert_eq!(made["member"]["account"], "zeng.xin");
        let again = hr.run(CREATE, json!({ "input": input })).await["createMember"].take();
        assert_eq!((&again["member"]["id"], &again["oneTimePassword"]), (&made["member"]["id"], &Value::Null));
        assert_eq!(member(&hr, "zeng.xin").await["name"], "曾新");
        assert_eq!(hr.run(MEMBER, json!({ "search": "zx" })).await["members"]["nodes"][0]["account"], "zeng.xin");
        let credentials = json!({ "input": { "account": "zeng.xin", "password": made["oneTimePassword"] } });
        app.stranger().run("mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }", credentials).await;
        let twice = json!({ "input": { "account": "zhangwei", "name": "别人", "memberships": seat } });
        assert_eq!(hr.refused(CREATE, twice).await.fields(), ["account"]);
        let nowhere = json!({ "input": { "account": "x", "name": "别人", "memberships": [] } });
        assert_eq!(hr.refused(CREATE, nowhere).await.fields(), ["memberships"]);
    }

    async fn who_is_disabled_is_out_at_once(app: TestApp) {
        let (admin, hr, zhang) = (app.person("admin").await, app.person("hr").await, app.person("zhangwei").await);
        let target = |of: &Value| json!({ "input": { "id": of["id"], "expectedVersion": of["version"] } });
        let before = member(&hr, "zhangwei").await;
        let after = hr.run(DISABLE, target(&before)).await;
        assert_eq!(after["disableMember"]["member"]["status"], "DISABLED");
        assert_eq!(zhang.refused("{ viewer { member { id } } }", json!({})).await.code, "UNAUTHENTICATED");
        let credentials = json!({ "input": { "account": "zhangwei", "password": tongshi::demo::PASSWORD } });
        let refusal = app.stranger().refused("mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }", credentials).await;
        assert_eq!(refusal.code, "FORBIDDEN");
        let administrator = member(&admin, "admin").await;
        assert_eq!(admin.refused(DISABLE, target(&administrator)).await.code, "NOT_ALLOWED_NOW");
        assert_eq!(hr.refused(DISABLE, target(&administrator)).await.code, "FORBIDDEN");
    }

    async fn departments_move_with_all_below(app: TestApp) {
        let (hr, limin) = (app.person("hr").await, app.person("limin").await);
        let (rd, team, sales) = (department(&hr, "产品研发中心").await, department(&hr, "平台组").await, department(&hr, "销售中心").await);
        let to = |what: &Value, below: &Value| json!({ "input": { "id": what["id"], "expectedVersion": what["version"], "parentId": below["id"], "position": 0 } });
        assert_eq!(limin.refused(MOVE, to(&team, &sales)).await.code, "FORBIDDEN");
        assert_eq!(hr.refused(MOVE, to(&rd, &team)).await.fields(), ["parentId"]);
        let moved = hr.run(MOVE, to(&rd, &sales)).await["moveDepartment"]["department"].take();
        assert_eq!(moved["path"], json!(["远山科技", "销售中心", "产品研发中心"]));
        assert_eq!(department(&hr, "平台组").await["path"], json!(["远山科技", "销售中心", "产品研发中心", "平台组"]));
        assert_eq!(hr.refused(MOVE, to(&rd, &sales)).await.code, "CONFLICT");
        let close = json!({ "input": { "id": team["id"], "expectedVersion": team["version"] } });
        let refusal = hr.refused("mutation($input: CloseDepartmentInput!) { closeDepartment(input: $input) { department { closed } } }", close).await;
        assert_eq!(refusal.code, "NOT_ALLOWED_NOW");
    }

    async fn roles_take_effect_at_once_and_nobody_raises_themselves(app: TestApp) {
        const GRANT: &str = "mutation($input: GrantRoleInput!) { grantRole(input: $input) { grant { id role scope } } }";
        const REVOKE: &str = "mutation($input: RevokeRoleInput!) { revokeRole(input: $input) { memberId } }";
        let (admin, hr, zhang) = (app.person("admin").await, app.person("hr").await, app.person("zhangwei").await);
        let of = |id: &Value, role: &str, scope: &str| json!({ "input": { "memberId": id, "role": role, "scope": scope } });
        let target = member(&admin, "zhangwei").await["id"].clone();
        let own = member(&hr, "hr").await["id"].clone();
        assert_eq!(hr.refused(GRANT, of(&own, "ADMINISTRATOR", "ALL")).await.code, "FORBIDDEN");
        assert_eq!(admin.refused(GRANT, of(&target, "DEPARTMENT_LEADER", "ALL")).await.fields(), ["role"]);
        assert_eq!(admin.refused(GRANT, of(&target, "HR", "CUSTOM")).await.fields(), ["departmentIds"]);
        assert_eq!(zhang.refused("{ importTemplate }", json!({})).await.code, "FORBIDDEN");
        let grant = admin.run(GRANT, of(&target, "HR", "ALL")).await["grantRole"]["grant"].take();
        zhang.run("{ importTemplate }", json!({})).await;
        admin.run(REVOKE, json!({ "input": { "grantId": grant["id"] } })).await;
        assert_eq!(zhang.refused("{ importTemplate }", json!({})).await.code, "FORBIDDEN");
        assert_eq!(admin.refused(REVOKE, json!({ "input": { "grantId": grant["id"] } })).await.code, "NOT_FOUND");
        let grants = admin.run("{ roleGrants { id role member { account } } }", json!({})).await;
        let grants = grants["roleGrants"].as_array().expect("grants");
        let last = grants.iter().find(|grant| grant["role"] == "ADMINISTRATOR").expect("an administrator");
        assert_eq!(admin.refused(REVOKE, json!({ "input": { "grantId": last["id"] } })).await.code, "NOT_ALLOWED_NOW");
    }

    async fn colleagues_hear_of_changes_and_strangers_learn_no_more(app: TestApp) {
        let (hr, cashier, zhang) = (app.person("hr").await, app.person("cashier").await, app.person("zhangwei").await);
        let (mut far, mut own) = (cashier.listen(None).await, zhang.listen(None).await);
        let before = member(&hr, "zhangwei").await;
        let input = json!({ "input": { "id": before["id"], "expectedVersion": before["version"], "alias": "Wayne" } });
        hr.run(UPDATE, input).await;
        let heard = own.until("org.member_updated").await;
        assert_eq!(heard.last().expect("an event")["subject"], before["id"]);
        let told = far.until("org.changed").await;
        assert_eq!(told.last().expect("an event")["topics"], json!(["org"]));
    }
}

pub(crate) mod import {
    use super::*;
    use rust_xlsxwriter::Workbook;

    const IMPORT: &str = "mutation($input: ImportMembersInput!) { importMembers(input: $input) { applied rows created updated unchanged disabled \
        departmentsCreated errorCount changes { row kind name account detail { field before after } } errors { row column value message } errorCsv } }";

    /// Standard Base64.
    pub(crate) fn base64(bytes: &[u8]) -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let all = chunk.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
            for at in 0..4 {
                let letter = LETTERS[(all >> (18 - 6 * at)) as usize & 63] as char;
                text.push(if at <= chunk.len() { letter } else { '=' });
            }
        }
        text
    }

    fn file(bytes: &[u8], dry_run: bool) -> Value {
        json!({ "input": { "fileName": "members", "contentBase64": base64(bytes), "dryRun": dry_run } })
    }

    fn workbook() -> Vec<u8> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "填写须知").unwrap();
        for (column, name) in ["姓名", "账号", "部门", "手机", "直属上级", "是否部门负责人", "工位"]
            .into_iter()
            .enumerate()
        {
            sheet.write(1, column as u16, name).unwrap();
        }
        let rows = [
            (
                "林新",
                "linxin",
                "远山科技/产品研发中心/新组",
                "13911110001",
                "limin",
                "是",
            ),
            (
                "钱二",
                "qianer",
                "产品研发中心/新组;销售中心",
                "13911110002",
                "林新",
                "否;否",
            ),
        ];
        for (row, cells) in (2_u32..).zip(rows) {
            for (column, cell) in (0_u16..).zip([cells.0, cells.1, cells.2, "", cells.4, cells.5, "3F"]) {
                sheet.write(row, column, cell).unwrap();
            }
            sheet.write(row, 3, cells.3.parse::<f64>().unwrap()).unwrap();
        }
        workbook.save_to_buffer().unwrap()
    }

    both! {
        async fn a_workbook_first_dry_then_for_good(app: TestApp) {
            let hr = app.person("hr").await;
            let dry = hr.run(IMPORT, file(&workbook(), true)).await["importMembers"].take();
            assert_eq!((&dry["applied"], &dry["created"], &dry["departmentsCreated"], &dry["errorCount"]), (&json!(false), &json!(2), &json!(1), &json!(0)), "{dry:#}");
            assert_eq!(dry["changes"][0]["name"], "远山科技/产品研发中心/新组");
            assert_eq!(hr.run(MEMBER, json!({ "search": "linxin" })).await["members"]["totalCount"], 0, "nothing is written");

            let done = hr.run(IMPORT, file(&workbook(), false)).await["importMembers"].take();
            assert_eq!(done["applied"], true, "{done:#}");
            let lin = member(&hr, "linxin").await;
            assert_eq!((&lin["mobile"], &lin["manager"]["account"]), (&json!("+8613911110001"), &json!("limin")));
            assert_eq!(lin["departments"][0]["isLeader"], true);
            assert_eq!(member(&hr, "qianer").await["departments"].as_array().map(Vec::len), Some(2));
            assert_eq!(department(&hr, "新组").await["memberCount"], 2);
            let dated = "姓名,账号,部门,手机,入职日期,首次工作日期\n周新,zhouxin,产品研发中心,13911110008,2026-01-05,2010-07-01\n";
            hr.run(IMPORT, file(dated.as_bytes(), false)).await;
            let id = member(&hr, "zhouxin").await["id"].take();
            let left = hr.run("query($m: ID) { leaveBalances(memberId: $m) { type { key } remainingMinutes } }", json!({ "m": id })).await;
            let annual = left["leaveBalances"].as_array().expect("balances").iter().find(|one| one["type"]["key"] == "annual").expect("annual leave");
            assert!(annual["remainingMinutes"].as_i64() > Some(0), "{annual}");

            let again = hr.run(IMPORT, file(&workbook(), false)).await["importMembers"].take();
            assert_eq!((&again["unchanged"], &again["created"], &again["updated"]), (&json!(2), &json!(0), &json!(0)), "{again:#}");
        }

        async fn errors_stop_everything_unless_they_are_skipped(app: TestApp) {
            let hr = app.person("hr").await;
            let text = "姓名,账号,部门,手机,直属上级\n甲,jia,产品研发中心,12,\n乙,yi,产品研发中心/新组,13911110009,没有人\n丙,bing,产品研发中心,13911110003,limin\n王芳,wangfang,产品研发中心,,zhangwei\n";
            let refused = hr.run(IMPORT, file(text.as_bytes(), false)).await["importMembers"].take();
            assert_eq!(refused["applied"], false);
            let places: Vec<(i64, &str)> = refused["errors"].as_array().expect("errors").iter()
                .filter_map(|error| Some((error["row"].as_i64()?, error["column"].as_str()?)))
                .collect();
            assert_eq!(places, [(2, "手机"), (3, "直属上级"), (5, "直属上级")], "{refused:#}");
            assert_eq!(hr.run(MEMBER, json!({ "search": "丙" })).await["members"]["totalCount"], 0);
            let csv = refused["errorCsv"].as_str().expect("rows to correct");
            assert!(csv.contains("甲,jia") && !csv.contains("丙"), "{csv}");

            let mut skipping = file(text.as_bytes(), false);
            skipping["input"]["skipErrors"] = json!(true);
            let done = hr.run(IMPORT, skipping).await["importMembers"].take();
            assert_eq!((&done["applied"], &done["created"], &done["departmentsCreated"]), (&json!(true), &json!(1), &json!(0)), "{done:#}");
            member(&hr, "bing").await;
        }

        async fn wrong_files_and_wrong_people_change_nothing(app: TestApp) {
            let (hr, zhang) = (app.person("hr").await, app.person("zhangwei").await);
            for (bytes, word) in [(&b"PK\x03\x04 broken"[..], ".xlsx"), (b"", "空"), (b"a,b\n1,2\n", "表头"), (b"\x89PNG\0\0", "表格")] {
                let refusal = hr.refused(IMPORT, file(bytes, false)).await;
                assert_eq!(refusal.fields(), ["contentBase64"]);
                assert!(refusal.message.contains(word), "{}", refusal.message);
            }
            assert_eq!(zhang.refused(IMPORT, file("姓名,部门\n甲,乙\n".as_bytes(), true)).await.code, "FORBIDDEN");
            let mut broken = file(b"", true);
            broken["input"]["contentBase64"] = json!("***");
            assert_eq!(hr.refused(IMPORT, broken).await.fields(), ["contentBase64"]);
        }

        async fn a_large_file_is_taken_from_those_who_may_import_alone(app: TestApp) {
            let (hr, zhang) = (app.person("hr").await, app.person("zhangwei").await);
            let mut text = String::from("姓名,账号,部门\n");
            for n in 0..20_000 {
                text.push_str(&format!("很长很长很长的名字{n},u{n},产品研发中心\n"));
            }
            let dry = hr.run(IMPORT, file(text.as_bytes(), true)).await["importMembers"].take();
            assert_eq!((&dry["created"], &dry["errorCount"]), (&json!(20_000), &json!(0)));
            let (status, _) = zhang.send(IMPORT, file(text.as_bytes(), true)).await;
            assert_eq!(status.as_u16(), 413);
        }

        async fn the_full_overwrite_stops_before_it_empties_the_company(app: TestApp) {
            let admin = app.person("admin").await;
            let mut overwrite = file("姓名,账号,部门\n张伟,zhangwei,产品研发中心/平台组\n".as_bytes(), false);
            overwrite["input"]["disableMissing"] = json!(true);
            let refused = admin.run(IMPORT, overwrite).await["importMembers"].take();
            assert_eq!((&refused["applied"], &refused["disabled"], &refused["errors"][0]["row"]), (&json!(false), &json!(0), &json!(0)));
            assert!(refused["errors"][0]["message"].as_str().expect("a message").contains("五分之一"));
        }
    }
}
