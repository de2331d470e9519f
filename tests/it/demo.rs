//! The demo company: a large one is made of copies, and everything that holds in the part people lived holds in each copy.

use std::collections::{HashMap, HashSet};

use entity::{
    ApprovalId, ApprovalStatus, Id, LeaveStatus, MemberId, MemberStatus, TaskStatus, approval_case, approval_comment,
    approval_copy, approval_task, attendance_day, event_log, file_object, leave_day, leave_entry, leave_lot,
    leave_request, notification_item, org_member,
};
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, FromQueryResult, JsonValue, QueryFilter, QueryOrder, Statement};
use serde_json::{Value, json};
use tests::{Engine, TestApp};
use tongshi::demo::Past;

const PEOPLE: usize = 101;
const BRANCHES: u16 = 2;
/// Bits of an id that hold the branch.
const BRANCH: u128 = 0x0fff << 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn branches_hold_what_the_base_holds_on_sqlite() {
    holds(TestApp::with_company(Engine::Sqlite, PEOPLE, Past::Branches(BRANCHES)).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn branches_hold_what_the_base_holds_on_postgres() {
    holds(TestApp::with_company(Engine::Postgres, PEOPLE, Past::Branches(BRANCHES)).await).await;
}

async fn holds(app: TestApp) {
    let world = World::load(&app).await;
    keys_hold(&app).await;
    world.people();
    world.requests_name_their_people();
    world.running_requests_wait_for_somebody();
    world.ledger_adds_up();
    world.leave_is_in_the_record();
    world.events_are_numbered();
    world.badges_are_true();
    world.files_are_there(&app).await;
    world.people_work(&app).await;
}

struct World {
    members: HashMap<MemberId, org_member::Model>,
    cases: HashMap<ApprovalId, approval_case::Model>,
    tasks: Vec<approval_task::Model>,
    leaves: HashMap<ApprovalId, leave_request::Model>,
    entries: Vec<leave_entry::Model>,
    lots: Vec<leave_lot::Model>,
    days: Vec<leave_day::Model>,
    attendance: HashMap<(MemberId, chrono::NaiveDate), attendance_day::Model>,
    events: Vec<event_log::Model>,
    notices: Vec<notification_item::Model>,
    comments: Vec<approval_comment::Model>,
    copies: Vec<approval_copy::Model>,
    files: Vec<file_object::Model>,
}

async fn all<E: EntityTrait>(app: &TestApp) -> Vec<E::Model> {
    E::find().all(app.cx.db.read()).await.expect("rows")
}

fn branch(id: impl Id) -> u128 {
    (id.uuid().as_u128() & BRANCH) >> 64
}

impl World {
    async fn load(app: &TestApp) -> Self {
        let members = all::<org_member::Entity>(app).await;
        let cases = all::<approval_case::Entity>(app).await;
        let leaves = all::<leave_request::Entity>(app).await;
        let attendance = all::<attendance_day::Entity>(app).await;
        Self {
            members: members.into_iter().map(|row| (row.id, row)).collect(),
            cases: cases.into_iter().map(|row| (row.id, row)).collect(),
            tasks: all::<approval_task::Entity>(app).await,
            leaves: leaves.into_iter().map(|row| (row.id, row)).collect(),
            entries: all::<leave_entry::Entity>(app).await,
            lots: all::<leave_lot::Entity>(app).await,
            days: all::<leave_day::Entity>(app).await,
            attendance: attendance
                .into_iter()
                .map(|row| ((row.member_id, row.date), row))
                .collect(),
            events: event_log::Entity::find()
                .order_by_asc(event_log::Column::Seq)
                .all(app.cx.db.read())
                .await
                .expect("rows"),
            notices: all::<notification_item::Entity>(app).await,
            comments: all::<approval_comment::Entity>(app).await,
            copies: all::<approval_copy::Entity>(app).await,
            files: all::<file_object::Entity>(app).await,
        }
    }

    fn people(&self) {
        let active = self
            .members
            .values()
            .filter(|member| member.status == MemberStatus::Active);
        assert_eq!(active.count(), PEOPLE);
        let left = self
            .members
            .values()
            .filter(|member| member.status == MemberStatus::Disabled);
        assert!(left.count() > usize::from(BRANCHES), "somebody left in each branch");
        for member in self.members.values() {
            let manager = member.manager_id.map(|manager| &self.members[&manager]);
            if let Some(manager) = manager {
                assert_eq!(manager.status, MemberStatus::Active, "manager of {}", member.account);
                let head = manager.account == "ceo";
                assert!(
                    head || branch(manager.id) == branch(member.id),
                    "manager of {}",
                    member.account
                );
            }
        }
        let names: HashSet<_> = self.members.values().map(|member| &member.name).collect();
        assert!(
            names.len() > self.members.len() * 8 / 10,
            "people of branches have names of their own"
        );
    }

    fn requests_name_their_people(&self) {
        let copied = self.cases.keys().filter(|id| branch(**id) > 0).count();
        let lived = self.cases.len() - copied;
        assert!(copied > lived * usize::from(BRANCHES) * 8 / 10, "{copied} of {lived}");
        for case in self.cases.values() {
            let applicant = &self.members[&case.applicant_id];
            assert_eq!(branch(case.id), branch(applicant.id), "{}", case.number);
            assert_eq!(case.title, format!("{}的请假申请", applicant.name));
            let state: Value = case.state.parse().expect("a state");
            let told = &state["applicant"];
            assert_eq!(told["member"], json!(applicant.id), "{}", case.number);
            assert_eq!(
                told["attributes"]["id"],
                json!(applicant.id.to_string()),
                "{}",
                case.number
            );
            for (key, value) in [("name", &applicant.name), ("account", &applicant.account)] {
                assert_eq!(told["attributes"][key], json!(value), "{}", case.number);
            }
            assert_eq!(told["attributes"]["office"], json!(applicant.office), "{}", case.number);
            assert_eq!(told["department"], json!(case.department_id), "{}", case.number);
        }
        for notice in &self.notices {
            let case = &self.cases[&ApprovalId(notice.subject_id)];
            assert_eq!(notice.payload["number"], json!(case.number));
            assert_eq!(notice.payload["title"], json!(case.title));
            assert_eq!(
                notice.payload["applicant"],
                json!(self.members[&case.applicant_id].name)
            );
        }
        assert!(!self.comments.is_empty());
        for comment in &self.comments {
            for mentioned in comment.mentions.as_array().expect("a list") {
                let id: MemberId = serde_json::from_value(mentioned.clone()).expect("an id");
                let public = tongshi::graphql::id::encode(id);
                assert!(comment.body.contains(&*public), "{}: {public:?}", comment.body);
                assert!(self.members.contains_key(&id));
            }
        }
        for copy in &self.copies {
            let state: Value = self.cases[&copy.case_id].state.parse().expect("a state");
            let known = &state["copied"];
            let by_engine = known.as_array().expect("a list").contains(&json!(copy.member_id));
            assert!(by_engine, "{} of {}", copy.member_id, copy.case_id);
        }
    }

    fn running_requests_wait_for_somebody(&self) {
        let mut pending: HashMap<ApprovalId, Vec<&approval_task::Model>> = HashMap::new();
        for task in self.tasks.iter().filter(|task| task.status == TaskStatus::Pending) {
            pending.entry(task.case_id).or_default().push(task);
        }
        let mut by_manager = 0;
        for case in self
            .cases
            .values()
            .filter(|case| case.status == ApprovalStatus::Running)
        {
            let waiting = pending.get(&case.id).map_or(&[][..], Vec::as_slice);
            assert!(!waiting.is_empty(), "{} waits for nobody", case.number);
            let told: Vec<MemberId> = case.waiting_for.parse().expect("ids");
            let asked: Vec<MemberId> = waiting.iter().map(|task| task.assignee_id).collect();
            assert_eq!(told, asked, "{}", case.number);
            for task in waiting {
                assert_eq!(self.members[&task.assignee_id].status, MemberStatus::Active);
                // What the resolver says for the manager's node, asked of the organisation as it stands.
                if let Some(manager) = self.members[&case.applicant_id].manager_id
                    && task.node_key == "manager"
                {
                    assert_eq!(task.assignee_id, manager, "{}", case.number);
                    by_manager += usize::from(branch(case.id) > 0);
                }
            }
        }
        assert!(by_manager > 10, "{by_manager} requests of branches wait for managers");
    }

    fn ledger_adds_up(&self) {
        let mut of_lot: HashMap<_, i32> = HashMap::new();
        let mut of_case: HashMap<ApprovalId, i32> = HashMap::new();
        for entry in &self.entries {
            *of_lot.entry(entry.lot_id).or_default() += entry.minutes;
            if let Some(case) = entry.case_id {
                *of_case.entry(case).or_default() += entry.minutes;
                assert_eq!(self.leaves[&case].member_id, entry.member_id);
            }
        }
        for lot in &self.lots {
            assert!(of_lot[&Some(lot.id)] >= 0, "lot {} of {}", lot.label, lot.member_id);
            let twin = uuid::Uuid::from_u128(lot.id.uuid().as_u128() & !BRANCH);
            if let Some(base) = of_lot.get(&Some(entity::LeaveLotId(twin)))
                && self.members[&lot.member_id].employee_no.is_some()
                && !self.apart(lot.member_id)
            {
                assert_eq!(of_lot[&Some(lot.id)], *base, "{} is what its twin is", lot.label);
            }
        }
        for leave in self.leaves.values() {
            let expected = match leave.status {
                LeaveStatus::Released => 0,
                _ => -leave.minutes,
            };
            assert_eq!(of_case[&leave.id], expected, "{:?} of {}", leave.status, leave.id);
        }
    }

    /// The head of the company and of each branch: their own requests have no copies.
    fn apart(&self, member: MemberId) -> bool {
        let base = MemberId(uuid::Uuid::from_u128(member.uuid().as_u128() & !BRANCH));
        self.members[&base].account == "ceo"
    }

    fn leave_is_in_the_record(&self) {
        let mut minutes: HashMap<ApprovalId, i32> = HashMap::new();
        for day in &self.days {
            *minutes.entry(day.request_id).or_default() += day.minutes;
            assert_eq!(self.leaves[&day.request_id].member_id, day.member_id);
            if self.leaves[&day.request_id].status == LeaveStatus::Approved {
                let recorded = &self.attendance[&(day.member_id, day.date)];
                let items = recorded.items.as_array().expect("a list");
                assert!(
                    items.iter().any(|item| item["request"] == json!(day.request_id)),
                    "{day:?}"
                );
            }
        }
        for leave in self
            .leaves
            .values()
            .filter(|leave| leave.status != LeaveStatus::Released)
        {
            assert_eq!(minutes.get(&leave.id), Some(&leave.minutes), "{:?}", leave.id);
        }
    }

    fn events_are_numbered(&self) {
        let numbered: Vec<i64> = self.events.iter().filter_map(|event| event.seq).collect();
        assert_eq!(numbered, (1..=self.events.len() as i64).collect::<Vec<_>>());
        let mut last: HashMap<uuid::Uuid, i32> = HashMap::new();
        for event in self
            .events
            .iter()
            .filter(|event| event.subject_type == ApprovalId::PREFIX)
        {
            let before = last.insert(event.subject_id, event.subject_version).unwrap_or_default();
            assert!(before <= event.subject_version, "{before}: {event:?}");
        }
        for case in self.cases.values() {
            assert_eq!(last.get(&case.id.uuid()), Some(&case.version), "{}", case.number);
        }
    }

    fn badges_are_true(&self) {
        let member = |account: &str| {
            let found = self.members.values().find(|member| member.account == account);
            found.expect(account).id
        };
        for account in ["zhangwei", "limin", "wangfang", "hr", "admin", "cashier", "ceo"] {
            let id = member(account);
            let unread = self
                .notices
                .iter()
                .filter(|notice| notice.member_id == id && notice.read_at.is_none());
            assert!(unread.count() < 60, "{account} has a badge that nobody would believe");
        }
        for account in ["limin", "wangfang", "admin", "ceo"] {
            let id = member(account);
            let asked = self
                .tasks
                .iter()
                .any(|task| task.assignee_id == id && task.status == TaskStatus::Pending);
            assert!(asked, "nothing waits for {account}");
        }
    }

    async fn files_are_there(&self, app: &TestApp) {
        assert!(
            self.files.iter().any(|file| branch(file.id) > 0),
            "branches have certificates"
        );
        for file in &self.files {
            let bytes = app.cx.files.get(file.id).await.expect("bytes");
            assert_eq!(bytes.len() as i64, file.size);
        }
    }

    /// Somebody of a branch signs in, and what they ask for goes to their manager.
    async fn people_work(&self, app: &TestApp) {
        let limin = app.person("limin").await;
        let inbox = limin
            .run("{ approvalInbox(first: 5) { nodes { id } totalCount } }", json!({}))
            .await;
        assert!(inbox["approvalInbox"]["totalCount"].as_i64() > Some(0), "{inbox}");
        let member = self.members.values().find(|member| {
            branch(member.id) == 2 && member.status == MemberStatus::Active && member.manager_id.is_some()
        });
        let member = member.expect("somebody of the second branch");
        let somebody = app.person(&member.account).await;
        let asked = json!({ "input": { "templateKey": "leave", "idempotencyKey": "once", "form": {
            "leave_type": "personal", "start_date": "2027-03-01", "start_part": "AM",
            "end_date": "2027-03-01", "end_part": "PM", "reason": "搬家",
        } } });
        let submit = "mutation($input: SubmitApprovalInput!) { submitApproval(input: $input) { approval {
            number waitingFor { name } } } }";
        let done: Value = somebody.run(submit, asked).await;
        let manager = &self.members[&member.manager_id.expect("a manager")];
        assert_eq!(
            done["submitApproval"]["approval"]["waitingFor"][0]["name"],
            json!(manager.name),
            "{done}"
        );
        let number = done["submitApproval"]["approval"]["number"].as_str().expect("a number");
        assert!(
            !self.cases.values().any(|case| case.number == number),
            "{number} is given twice"
        );
    }
}

/// The keys of the database itself: none is missing and none is broken.
async fn keys_hold(app: &TestApp) {
    let db = app.cx.db.read();
    let backend = db.get_database_backend();
    let query = match backend {
        DbBackend::Postgres => {
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND convalidated \
             AND connamespace = current_schema()::regnamespace"
        }
        _ => "PRAGMA foreign_key_check",
    };
    let found = JsonValue::find_by_statement(Statement::from_string(backend, query))
        .all(db)
        .await
        .expect("an answer");
    match backend {
        DbBackend::Postgres => assert!(found.len() >= 30, "{} foreign keys are left", found.len()),
        _ => assert!(found.is_empty(), "{found:?}"),
    }
    let orphans = event_log::Entity::find()
        .filter(event_log::Column::Seq.is_null())
        .all(db)
        .await
        .expect("rows");
    assert!(orphans.is_empty(), "{} events without a number", orphans.len());
}
