//! Departments that open again, and people who are new.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tests::both;

use super::{CREATE, UPDATE, department};

both! {
    async fn a_closed_department_opens_again_below_an_open_one(app: TestApp) {
        const CREATE_DEPARTMENT: &str = "mutation($input: CreateDepartmentInput!) { createDepartment(input: $input) { department { id version } } }";
        const CLOSE: &str = "mutation($input: CloseDepartmentInput!) { closeDepartment(input: $input) { department { id version closed } } }";
        const REOPEN: &str = "mutation($input: ReopenDepartmentInput!) { reopenDepartment(input: $input) { department { id version closed } } }";
        let (hr, zhang) = (app.person("hr").await, app.person("zhangwei").await);
        let sales = department(&hr, "销售中心").await;
        let make = async |parent: &Value, name: &str| {
            let input = json!({ "input": { "parentId": parent["id"], "name": name } });
            hr.run(CREATE_DEPARTMENT, input).await["createDepartment"]["department"].take()
        };
        let at = |of: &Value| json!({ "input": { "id": of["id"], "expectedVersion": of["version"] } });
        let above = make(&sales, "西北试点区").await;
        let below = make(&above, "西安试点组").await;
        assert_eq!(hr.refused(REOPEN, at(&above)).await.code, "NOT_ALLOWED_NOW");
        let below = hr.run(CLOSE, at(&below)).await["closeDepartment"]["department"].take();
        let above = hr.run(CLOSE, at(&above)).await["closeDepartment"]["department"].take();
        assert_eq!(hr.refused(REOPEN, at(&below)).await.code, "NOT_ALLOWED_NOW", "what is above is closed");
        assert_eq!(zhang.refused(REOPEN, at(&above)).await.code, "FORBIDDEN");
        let opened = hr.run(REOPEN, at(&above)).await["reopenDepartment"]["department"].take();
        assert_eq!(opened["closed"], false);
        assert_eq!(hr.refused(REOPEN, at(&above)).await.code, "CONFLICT");
        hr.run(REOPEN, at(&below)).await;
        assert_eq!(department(&hr, "西安试点组").await["closed"], false);
    }

    async fn whoever_is_new_has_annual_leave_at_once(app: TestApp) {
        const LEFT: &str = "query($m: ID) { leaveBalances(memberId: $m) { type { key } remainingMinutes } }";
        let hr = app.person("hr").await;
        let team = department(&hr, "平台组").await;
        let left = async |of: &Value| {
            let all = hr.run(LEFT, json!({ "m": of })).await["leaveBalances"].take();
            all.as_array().expect("balances").iter().find(|one| one["type"]["key"] == "annual").map_or(json!(null), |one| one["remainingMinutes"].clone())
        };
        let seat = json!([{ "departmentId": team["id"], "isPrimary": true, "isLeader": false }]);
        let input = json!({ "account": "old.hand", "name": "老手", "memberships": seat, "hiredOn": "2026-01-05", "careerStartedOn": "2010-07-01" });
        let made = hr.run(CREATE, json!({ "input": input })).await["createMember"]["member"]["id"].take();
        let granted = left(&made).await;
        assert!(granted.as_i64() > Some(0), "{granted}");

        let input = json!({ "account": "no.dates", "name": "未知", "memberships": seat });
        let made = hr.run(CREATE, json!({ "input": input })).await["createMember"]["member"]["id"].take();
        assert_eq!(left(&made).await, 0, "nothing is known of their employment");
        let edit = json!({ "id": made, "expectedVersion": 1, "hiredOn": "2026-01-05", "careerStartedOn": "2010-07-01" });
        hr.run(UPDATE, json!({ "input": edit })).await;
        assert_eq!(left(&made).await, granted, "the dates were added");
        let edit = json!({ "id": made, "expectedVersion": 2, "careerStartedOn": "2000-07-01" });
        hr.run(UPDATE, json!({ "input": edit })).await;
        assert_eq!(left(&made).await, granted, "what was granted stays until someone corrects it");

        const SEEN: &str = "query($id: ID!) { member(id: $id) { careerStartedOn hiredOn } }";
        for (account, seen) in [("hr", json!("2000-07-01")), ("wangfang", json!("2000-07-01")), ("zhangwei", json!(null))] {
            let member = app.person(account).await.run(SEEN, json!({ "id": made })).await["member"].take();
            assert_eq!(member["careerStartedOn"], seen, "{account}");
        }
    }

    async fn nobody_works_here_before_they_work_at_all(app: TestApp) {
        let hr = app.person("hr").await;
        let team = department(&hr, "平台组").await;
        let seat = json!([{ "departmentId": team["id"], "isPrimary": true, "isLeader": false }]);
        let days = |account: &str, hired: &str, career: &str| json!({ "input": { "account": account, "name": "新人", "memberships": seat, "hiredOn": hired, "careerStartedOn": career } });
        let refusal = hr.refused(CREATE, days("too.late", "2026-01-05", "2026-01-06")).await;
        assert_eq!(refusal.fields(), ["careerStartedOn"]);
        let english = hr.clone().in_english().refused(CREATE, days("too.late", "2026-01-05", "2026-01-06")).await;
        for (refusal, words) in [(&refusal, "参加工作日期不能晚于入职日期"), (&english, "cannot be later than the day of hiring")] {
            assert!(refusal.extensions.to_string().contains(words), "{:?}", refusal.extensions);
        }
        // A first job begins on the day of hiring.
        let made = hr.run(CREATE, days("first.job", "2026-01-05", "2026-01-05")).await["createMember"]["member"]["id"].take();
        let change = async |version: i32, edit: Value| {
            let mut input = json!({ "id": made, "expectedVersion": version });
            for (name, value) in edit.as_object().expect("an object") {
                input[name] = value.clone();
            }
            let (_, answer) = hr.send(UPDATE, json!({ "input": input })).await;
            answer["errors"][0]["extensions"]["fields"][0]["path"].as_str().map(str::to_owned)
        };
        assert_eq!(change(1, json!({ "hiredOn": "2026-01-04" })).await.as_deref(), Some("hiredOn"), "against the day that stays");
        assert_eq!(change(1, json!({ "careerStartedOn": "2026-01-06" })).await.as_deref(), Some("careerStartedOn"));
        assert_eq!(change(1, json!({ "hiredOn": "2026-02-05", "careerStartedOn": "2026-02-05" })).await, None, "both at once");
        assert_eq!(change(2, json!({ "hiredOn": null, "careerStartedOn": "2026-03-01" })).await, None, "one alone");
        assert_eq!(change(3, json!({ "hiredOn": "2026-02-28" })).await.as_deref(), Some("hiredOn"));
        // A row from before the rule can still be edited.
        let row = entity::org_member::Entity::update_many()
            .col_expr(entity::org_member::Column::HiredOn, Expr::value(chrono::NaiveDate::from_ymd_opt(2020, 1, 1)))
            .filter(entity::org_member::Column::Account.eq("first.job"));
        row.exec(app.cx.db.write()).await.expect("an old row");
        assert_eq!(change(3, json!({ "alias": "新" })).await, None);
    }
}
