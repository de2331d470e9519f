//! How many statements the database is asked for each page of the web app, however many rows it shows. The documents are
//! those the web app sends (`frontend/src/api`).
#![cfg(test)]

use serde_json::{Value, json};
use tests::{Person, TestApp, both};

use crate::flow::{leave, submit};

/// The least of several runs: what the relay and the look-up of sessions do meanwhile only adds to it. The first run lets the
/// process learn the names it has not shown yet.
async fn cost(app: &TestApp, person: &Person, document: &str, variables: Value) -> u64 {
    person.run(document, variables.clone()).await;
    let mut least = u64::MAX;
    for _ in 0..6 {
        let before = app.cx.db.statements();
        person.run(document, variables.clone()).await;
        least = least.min(app.cx.db.statements() - before);
    }
    least
}

const INBOX: &str = "query($filter: ApprovalFilter, $first: Int, $after: String) { asOf \
    approvalInbox(filter: $filter, first: $first, after: $after) { totalCount \
    pageInfo { hasNextPage endCursor } nodes { id nodeName onBehalfOf { id name } createdAt dueAt urgedAt \
    viewerActions { name enabled reason } approval { id number title status version template { key name icon } \
    applicant { id name } department { id name } summary { key label kind text } \
    route { key name kind state seats { member { id name } status } } waitingFor { id name } commentCount attachmentCount \
    submittedAt updatedAt finishedAt unread } } } }";
const BOX: &str = "query($box: ApprovalBox!) { asOf approvals(box: $box, first: 50) { totalCount pageInfo { hasNextPage endCursor } \
    nodes { id number title status version template { key name icon } applicant { id name } department { id name path } \
    summary { key label kind text } route { key name kind state seats { member { id name } status } } waitingFor { id name } \
    commentCount attachmentCount submittedAt updatedAt finishedAt unread } } }";
const PAGE: &str = "query($id: ID!) { asOf approval(id: $id) { id number title status round version template { key name icon } \
    applicant { id name } department { id name path } form fields { key label kind text changedFrom files { id name } } \
    tasks { id nodeKey assignee { id name } status createdAt dueAt files { id name } viewerActions { name enabled reason } } \
    route { key name kind mode state round outcome seats { member { id name } onBehalfOf { id name } status taskId comment \
    decidedAt openedAt } approvals needed reason openedAt closedAt } \
    timeline { id at kind actor { id name } round comment text } \
    comments(first: 100) { nodes { id author { id name } body mentions { id name } files { id name } createdAt } } \
    copies { member { id name } readAt } waitingFor { id name } viewerTask { id nodeKey assignee { id name } status files { id } \
    viewerActions { name enabled } } leave { type { key name } startDate startPart endDate endPart minutes status \
    days { date part minutes dayType } lots { label validTo minutes remainingBefore remainingAfter } balanceAfter \
    away { member { id name } days { date part typeName status } } staffing { date present team } } blockReason submittedAt \
    finishedAt unread viewerActions { name enabled reason } } }";
const VIEWER: &str = "{ asOf viewer { member { id account name position { id name } primaryDepartment { id name } \
    manager { id name } office employeeNo workEmail mobile } roles permissions counters { inbox started copiedUnread \
    notificationsUnread } mustChangePassword locale } organisation { name nameEn timeZone } serverInfo { build } }";
const AROUND: &str = "query($today: Date!, $until: Date!) { asOf leaveBalances { type { key name } remainingMinutes \
    usedThisYearMinutes heldMinutes } teamCalendar(from: $today, to: $today) { members { member { id name } days { part typeName } } } \
    workCalendar(from: $today, to: $until) { date type name makeUp } }";
const BALANCES: &str = "{ asOf leaveBalances { type { key name limited proofFromMinutes } remainingMinutes usedThisYearMinutes \
    heldMinutes lots { id label validFrom validTo grantedMinutes remainingMinutes } } }";
const LEDGER: &str = "{ asOf leaveEntries(first: 50) { pageInfo { hasNextPage endCursor } nodes { id kind minutes effectiveOn at \
    approvalId text note } } }";
const TEAM: &str = "query($from: Date!, $to: Date!) { asOf teamCalendar(from: $from, to: $to) { department { id name totalCount } \
    days { date type name known makeUp } members { member { id name } days { date part typeName status approvalId } } } }";
const NOTICES: &str = "{ asOf notifications(first: 50) { pageInfo { hasNextPage endCursor } nodes { id kind text detail \
    actor { id name } subject createdAt readAt } } }";
const DEPARTMENTS: &str =
    "{ asOf departments { id name nameEn parentId path leaders { id name } memberCount totalCount closed version } }";
const MEMBERS: &str = "query($first: Int) { asOf members(first: $first) { pageInfo { hasNextPage endCursor } totalCount \
    nodes { id name employeeNo position { id name } manager { id name } departments { department { id name } isPrimary isLeader } \
    status awayToday { until typeName } } } }";
const EDITED: &str = "query($first: Int) { members(first: $first) { nodes { id account alias mobile email managerChain { id name } \
    departments { department { id name path } } viewerActions { name enabled reason } } } }";
const MEMBER: &str = "query($id: ID!) { asOf member(id: $id) { id account name alias gender position { id name } \
    departments { department { id name path } isPrimary isLeader } manager { id name } managerChain { id name position { id name } } \
    directReports(first: 50) { totalCount nodes { id name } } office employeeNo hiredOn workEmail telephone mobile email address \
    status awayToday { until typeName } version viewerActions { name enabled reason } } }";
const PREVIEW: &str = "query($input: SubmitApprovalInput!) { approvalPreview(input: $input) { computed canSubmit \
    fieldErrors { path message } route { key name kind state seats { member { id name } status } reason } \
    leave { minutes days { date part minutes dayType } balanceBefore balanceAfter lots { label minutes } \
    away { member { id name } days { date part typeName } } staffing { date present team } notes } } }";

fn within(name: &str, used: u64, most: u64) -> Option<String> {
    println!("{name}: {used}");
    (used > most).then(|| format!("{name} takes {used} statements, at most {most} are allowed"))
}

both! {
    async fn pages_of_requests_take_few_however_many_there_are(app: TestApp) {
        let (zhang, limin, admin) = (app.person("zhangwei").await, app.person("limin").await, app.person("admin").await);
        let request = submit(&zhang, leave("2026-12-01", "2026-12-01")).await;
        let all = json!({ "first": 50 });
        let one = cost(&app, &limin, INBOX, all.clone()).await;
        let started = cost(&app, &zhang, BOX, json!({ "box": "STARTED" })).await;
        let page = cost(&app, &limin, PAGE, json!({ "id": request["id"] })).await;
        for day in ["07", "08", "09", "10", "11", "14", "15", "16"] {
            let day = format!("2026-12-{day}");
            submit(&zhang, leave(&day, &day)).await;
        }
        let many = limin.run(INBOX, all.clone()).await;
        assert_eq!(many["approvalInbox"]["totalCount"], 9);
        assert_eq!(cost(&app, &limin, INBOX, all).await, one, "an inbox of nine takes what an inbox of one takes");
        assert_eq!(cost(&app, &zhang, BOX, json!({ "box": "STARTED" })).await, started);
        assert_eq!(cost(&app, &limin, PAGE, json!({ "id": request["id"] })).await, page);
        let found = [
            within("inbox", one, 4),
            within("inbox of which there is more", cost(&app, &limin, INBOX, json!({ "first": 5 })).await, 5),
            // The words of a search are sought among kinds and people first, for the page and for the total.
            within("inbox of one kind", cost(&app, &limin, INBOX, json!({ "first": 50,
                "filter": { "templateKeys": ["leave"], "search": "zhangwei" } })).await, 5),
            within("inbox of one kind of which there is more", cost(&app, &limin, INBOX, json!({ "first": 5,
                "filter": { "templateKeys": ["leave"], "search": "zhangwei" } })).await, 8),
            within("started", started, 5),
            within("all requests of the company", cost(&app, &admin, BOX, json!({ "box": "ALL" })).await, 5),
            within("request", page, 12),
            within("preview", cost(&app, &zhang, PREVIEW, json!({ "input": { "templateKey": "leave",
                "form": leave("2026-12-21", "2026-12-22") } })).await, 16),
        ];
        let found: Vec<String> = found.into_iter().flatten().collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    async fn pages_of_people_take_few_however_many_there_are(app: TestApp) {
        let (zhang, hr) = (app.person("zhangwei").await, app.person("hr").await);
        let few = cost(&app, &zhang, MEMBERS, json!({ "first": 2 })).await;
        assert_eq!(cost(&app, &zhang, MEMBERS, json!({ "first": 40 })).await, few);
        let seen = cost(&app, &hr, EDITED, json!({ "first": 2 })).await;
        assert_eq!(cost(&app, &hr, EDITED, json!({ "first": 40 })).await, seen);
        let id = zhang.id().await;
        let found = [
            within("members", few, 3),
            within("members as personnel sees them", seen, 2),
            within("departments", cost(&app, &zhang, DEPARTMENTS, json!({})).await, 1),
            within("member", cost(&app, &hr, MEMBER, json!({ "id": id })).await, 5),
            within("viewer", cost(&app, &zhang, VIEWER, json!({})).await, 4),
        ];
        let found: Vec<String> = found.into_iter().flatten().collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    async fn pages_around_leave_take_few(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let ahead = json!({ "today": "2026-11-23", "until": "2026-12-06" });
        let month = json!({ "from": "2026-11-01", "to": "2026-11-30" });
        let found = [
            within("workbench", cost(&app, &zhang, AROUND, ahead).await, 9),
            within("balances", cost(&app, &zhang, BALANCES, json!({})).await, 3),
            within("ledger", cost(&app, &zhang, LEDGER, json!({})).await, 3),
            within("team calendar", cost(&app, &zhang, TEAM, month).await, 4),
            within("notices", cost(&app, &zhang, NOTICES, json!({})).await, 1),
        ];
        let found: Vec<String> = found.into_iter().flatten().collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
