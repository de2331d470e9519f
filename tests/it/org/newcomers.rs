//! Departments that open again, and people who are new.

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
}
