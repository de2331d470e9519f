//! The ledger always adds up: whatever people do, in whatever order, what the API tells of balances, lots, entries, requests,
//! half days and attendance is one and the same account.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tests::{Person, TestApp, both};

both! { whatever_happens_the_books_add_up }

/// Sequences that are tried, and the length of each.
const SEQUENCES: usize = 2;
const LENGTH: usize = 24;

const BOOKS: &str = "{ leaveBalances { type { key limited } remainingMinutes heldMinutes usedThisYearMinutes \
    lots { id label validFrom validTo grantedMinutes remainingMinutes } } \
    approvals(box: STARTED, first: 100) { nodes { id status leave { status minutes type { key } startDate \
        days { date part minutes } lots { minutes } } } } \
    attendance(from: \"2026-11-23\", to: \"2027-01-20\") { date status leaveMinutes scheduledMinutes } }";
const ENTRIES: &str = "query($key: String, $after: String) { leaveEntries(typeKey: $key, first: 20, after: $after) { \
    nodes { id kind minutes lotLabel approvalId } pageInfo { hasNextPage endCursor } } }";

/// Something somebody does.
#[derive(Clone, Debug)]
enum Step {
    Submit { kind: usize, day: u64, halves: u64 },
    Resubmit { which: usize, day: u64, halves: u64 },
    Withdraw(usize),
    Decide { which: usize, verb: usize },
    TakeBack(usize),
    Adjust { lieu: bool, halves: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let day = 0_u64..50;
    prop_oneof![
        4 => (0_usize..3, day.clone(), 1_u64..9).prop_map(|(kind, day, halves)| Step::Submit { kind, day, halves }),
        1 => (0_usize..30, day, 1_u64..9).prop_map(|(which, day, halves)| Step::Resubmit { which, day, halves }),
        1 => (0_usize..30).prop_map(Step::Withdraw),
        5 => (0_usize..30, 0_usize..5).prop_map(|(which, verb)| Step::Decide { which, verb }),
        1 => (0_usize..30).prop_map(Step::TakeBack),
        1 => (any::<bool>(), -3_i64..6).prop_map(|(lieu, halves)| Step::Adjust { lieu, halves }),
    ]
}

/// The people of the play, and the requests made so far.
struct Play {
    zhang: Person,
    deciders: [Person; 3],
    hr: Person,
    member: String,
    requests: Vec<Value>,
}

/// Leave of so many half days from a half day on, counted from Monday, 23 November 2026.
fn span(kind: usize, day: u64, halves: u64) -> Value {
    let start = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date");
    let name = ["annual", "personal", "lieu"][kind];
    let (first, last) = (day, day + halves - 1);
    let date = |half: u64| (start + chrono::Days::new(half / 2)).to_string();
    let part = |half: u64| if half.is_multiple_of(2) { "AM" } else { "PM" };
    json!({
        "leave_type": name, "start_date": date(first), "start_part": part(first),
        "end_date": date(last), "end_part": part(last), "reason": "试",
    })
}

impl Play {
    fn request(&self, which: usize) -> Option<&Value> {
        (!self.requests.is_empty()).then(|| &self.requests[which % self.requests.len()])
    }

    /// Does it, or is refused: both are fine, as long as the refusal is one of those promised.
    async fn run(&mut self, step: &Step) -> String {
        let code = match step {
            Step::Submit { kind, day, halves } => {
                let input = json!({ "templateKey": "leave", "form": span(*kind, *day, *halves) });
                match self.zhang.attempt("submitApproval", &input, "approval { id }").await {
                    Ok(done) => {
                        self.requests.push(done["approval"]["id"].clone());
                        "done".to_owned()
                    }
                    Err(refusal) => refusal.code,
                }
            }
            Step::Resubmit { which, day, halves } => {
                let Some(request) = self.request(*which) else {
                    return String::new();
                };
                let input = json!({ "approvalId": request, "form": span(*which % 3, *day, *halves) });
                self.zhang.code("resubmitApproval", input).await
            }
            Step::Withdraw(which) => {
                let Some(request) = self.request(*which) else {
                    return String::new();
                };
                self.zhang
                    .code("withdrawApproval", json!({ "approvalId": request }))
                    .await
            }
            Step::Decide { which, verb } => {
                let Some((decider, task)) = self.open(*which).await else {
                    return String::new();
                };
                match verb {
                    0 => {
                        decider
                            .code("rejectTask", json!({ "taskId": task, "comment": "不行" }))
                            .await
                    }
                    1 => {
                        decider
                            .code(
                                "returnTask",
                                json!({ "taskId": task, "to": "START", "comment": "请改" }),
                            )
                            .await
                    }
                    _ => decider.code("approveTask", json!({ "taskId": task })).await,
                }
            }
            Step::TakeBack(which) => {
                let Some(request) = self.request(*which) else {
                    return String::new();
                };
                let query = "query($id: ID!) { approval(id: $id) { tasks { id status assignee { account } } } }";
                let seen = self.zhang.run(query, json!({ "id": request })).await["approval"]["tasks"].take();
                let decided = seen
                    .as_array()
                    .expect("tasks")
                    .iter()
                    .rev()
                    .find(|task| task["status"] == "APPROVED");
                let Some(task) = decided else { return String::new() };
                let who = ["limin", "wangfang", "hr"]
                    .iter()
                    .position(|account| task["assignee"]["account"] == *account);
                self.deciders[who.expect("one of them")]
                    .code("withdrawDecision", json!({ "taskId": task["id"] }))
                    .await
            }
            Step::Adjust { lieu, halves } => self.adjust(*lieu, *halves).await,
        };
        let known = [
            "done",
            "INVALID",
            "OVERLAP",
            "INSUFFICIENT_BALANCE",
            "NOT_ALLOWED_NOW",
            "ALREADY_DECIDED",
            "NOT_FOUND",
        ];
        assert!(known.contains(&code.as_str()), "{step:?}: {code}");
        code
    }

    /// Whoever is asked about a request, and the task.
    async fn open(&self, which: usize) -> Option<(&Person, Value)> {
        let request = self.request(which)?;
        for decider in &self.deciders {
            let query = "query($id: ID!) { approval(id: $id) { viewerTask { id } } }";
            let seen = decider.run(query, json!({ "id": request })).await;
            let task = &seen["approval"]["viewerTask"]["id"];
            if task.is_string() {
                return Some((decider, task.clone()));
            }
        }
        None
    }

    async fn adjust(&self, lieu: bool, halves: i64) -> String {
        let key = if lieu { "lieu" } else { "annual" };
        let mut input = json!({ "memberId": self.member, "typeKey": key, "minutes": halves * 240,
            "validFrom": "2026-11-01", "validTo": "2026-12-04", "note": "更正" });
        if halves < 0 {
            let lots = self
                .zhang
                .run("{ leaveBalances { type { key } lots { id } } }", json!({}))
                .await;
            let of_kind = lots["leaveBalances"]
                .as_array()
                .expect("balances")
                .iter()
                .find(|one| one["type"]["key"] == key);
            input["lotId"] = of_kind.map_or(Value::Null, |one| one["lots"][0]["id"].clone());
        }
        self.hr.code("adjustLeave", input).await
    }

    /// All entries of a kind, page by page.
    async fn entries(&self, key: &str) -> Vec<Value> {
        let (mut all, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = self.zhang.run(ENTRIES, json!({ "key": key, "after": after })).await["leaveEntries"].take();
            all.extend(page["nodes"].as_array().expect("entries").iter().cloned());
            if page["pageInfo"]["hasNextPage"] == false {
                return all;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }

    /// Compares all accounts.
    async fn audit(&self, story: &str) {
        let books = self.zhang.run(BOOKS, json!({})).await;
        let number = |value: &Value| {
            value
                .as_i64()
                .unwrap_or_else(|| panic!("{value} is no number: {story}"))
        };
        let list = |value: &Value| value.as_array().expect("a list").clone();
        let (mut held, mut used): (BTreeMap<String, i64>, BTreeMap<String, i64>) = Default::default();
        let (mut taken, mut away): (BTreeSet<String>, BTreeMap<String, i64>) = Default::default();
        for request in list(&books["approvals"]["nodes"]) {
            let leave = &request["leave"];
            let (status, stands) = (request["status"].as_str().expect("a status"), leave["status"].as_str());
            let expected = match status {
                "RUNNING" => "HELD",
                "APPROVED" => "APPROVED",
                _ => "RELEASED",
            };
            assert_eq!(stands, Some(expected), "{status}: {story}");
            let days = list(&leave["days"]);
            let sum: i64 = days.iter().map(|day| number(&day["minutes"])).sum();
            if expected == "RELEASED" {
                continue;
            }
            assert_eq!(sum, number(&leave["minutes"]), "half days of {request}: {story}");
            let key = leave["type"]["key"].as_str().expect("a kind").to_owned();
            if key != "personal" {
                let from_lots: i64 = list(&leave["lots"]).iter().map(|lot| number(&lot["minutes"])).sum();
                assert_eq!(from_lots, sum, "lots of {request}: {story}");
            }
            *if status == "RUNNING" {
                held.entry(key)
            } else {
                used.entry(key)
            }
            .or_default() += sum;
            for day in days {
                assert!(
                    taken.insert(format!("{} {}", day["date"], day["part"])),
                    "{day} is taken twice: {story}"
                );
                if status == "APPROVED" {
                    *away
                        .entry(day["date"].as_str().expect("a date").to_owned())
                        .or_default() += number(&day["minutes"]);
                }
            }
        }
        for day in list(&books["attendance"]) {
            let date = day["date"].as_str().expect("a date");
            assert_eq!(
                number(&day["leaveMinutes"]),
                away.get(date).copied().unwrap_or(0),
                "attendance of {date}: {story}"
            );
        }
        for balance in list(&books["leaveBalances"]) {
            let key = balance["type"]["key"].as_str().expect("a kind");
            let told = |of: &BTreeMap<String, i64>| of.get(key).copied().unwrap_or(0);
            assert_eq!(number(&balance["heldMinutes"]), told(&held), "held of {key}: {story}");
            if balance["type"]["limited"] == false {
                continue;
            }
            let lots = list(&balance["lots"]);
            let left: i64 = lots.iter().map(|lot| number(&lot["remainingMinutes"])).sum();
            assert_eq!(number(&balance["remainingMinutes"]), left, "lots of {key}: {story}");
            assert!(
                lots.iter().all(|lot| number(&lot["remainingMinutes"]) >= 0),
                "overdrawn {key}: {story}"
            );
            let entries = self.entries(key).await;
            let ids: BTreeSet<String> = entries.iter().map(|entry| entry["id"].to_string()).collect();
            assert_eq!(ids.len(), entries.len(), "an entry comes twice: {story}");
            let ledger: i64 = entries.iter().map(|entry| number(&entry["minutes"])).sum();
            assert_eq!(ledger, left, "the ledger of {key}: {story}");
            let of_kind = |kinds: &[&str]| -> i64 {
                let chosen = entries
                    .iter()
                    .filter(|entry| kinds.contains(&entry["kind"].as_str().expect("a kind")));
                chosen.map(|entry| number(&entry["minutes"])).sum()
            };
            assert_eq!(
                -of_kind(&["HOLD", "RELEASE"]),
                told(&held),
                "held in the ledger of {key}: {story}"
            );
            assert_eq!(-of_kind(&["USE"]), told(&used), "used in the ledger of {key}: {story}");
            let given = of_kind(&["GRANT", "ADJUST"]);
            assert_eq!(
                given - told(&held) - told(&used),
                left,
                "given, held, used and left of {key}: {story}"
            );
        }
    }
}

async fn whatever_happens_the_books_add_up(app: TestApp) {
    let mut runner = TestRunner::deterministic();
    let zhang = app.person("zhangwei").await;
    let mut play = Play {
        member: zhang.id().await,
        zhang,
        deciders: [
            app.person("limin").await,
            app.person("wangfang").await,
            app.person("hr").await,
        ],
        hr: app.person("hr").await,
        requests: Vec::new(),
    };
    let mut seen = BTreeSet::new();
    for sequence in 0..SEQUENCES {
        let steps = prop::collection::vec(step(), LENGTH)
            .new_tree(&mut runner)
            .expect("steps")
            .current();
        let mut story = format!("sequence {sequence}");
        for step in &steps {
            let code = play.run(step).await;
            story.push_str(&format!("\n{step:?} {code}"));
            seen.insert(code);
            play.audit(&story).await;
        }
    }
    for code in ["done", "OVERLAP", "INSUFFICIENT_BALANCE"] {
        assert!(seen.contains(code), "the sequences are too tame: {seen:?}");
    }
}
