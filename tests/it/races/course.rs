//! Where races are run: a company, requests that wait, and those who run.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use futures_util::future::{BoxFuture, join_all};
use serde_json::{Value, json};
use tests::{Engine, Person, TestApp};
use tongshi::config::Settings;

/// Longest any answer may take.
pub(super) const ANSWER: Duration = Duration::from_secs(5);
/// What losers are told.
const LOST: [&str; 4] = ["ALREADY_DECIDED", "NOT_ALLOWED_NOW", "CONFLICT", "OVERLAP"];

pub(super) const SUBMIT: &str = "mutation($input: SubmitApprovalInput!) { submitApproval(input: $input) { approval { id status version waitingFor { account } tasks { id status } } } }";
const STATE: &str = "query($id: ID!) { approval(id: $id) { status round commentCount timeline { kind } tasks { status } leave { status } } }";

/// A course to race on: a company, people who ask for half days, and who decides on them.
pub(super) struct Course {
    app: TestApp,
    people: HashMap<String, Person>,
    applicants: Vec<String>,
    half: usize,
    pub(super) round: usize,
    pub(super) refusals: BTreeMap<String, usize>,
    pub(super) slowest: Duration,
}

/// A request that waits for one person.
pub(super) struct Request {
    pub(super) id: Value,
    pub(super) task: Value,
    pub(super) form: Value,
    pub(super) applicant: Person,
    pub(super) approver: Person,
}

/// One who runs: what they try, and what came of it.
pub(super) struct Runner {
    pub(super) does: &'static str,
    pub(super) answer: Value,
    pub(super) took: Duration,
}

impl Runner {
    pub(super) fn code(&self) -> Option<&str> {
        self.answer["errors"][0]["extensions"]["code"].as_str()
    }
}

pub(super) fn run(
    does: &'static str,
    person: &Person,
    document: &'static str,
    input: Value,
) -> BoxFuture<'static, Runner> {
    let person = person.clone();
    Box::pin(async move {
        let begun = Instant::now();
        let (_, answer) = person.send(document, json!({ "input": input })).await;
        let took = begun.elapsed();
        Runner { does, answer, took }
    })
}

/// How many of them won, by what they did.
pub(super) fn won(runners: &[Runner], does: &str) -> usize {
    runners
        .iter()
        .filter(|one| one.does == does && one.code().is_none())
        .count()
}

/// A half day on its own.
pub(super) fn half_day(number: usize) -> Value {
    let monday = NaiveDate::from_ymd_opt(2026, 12, 7).expect("a date");
    let days = (0..).map(|after| monday + Days::new(after));
    let mut working = days.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    let day = working.nth(number / 2).expect("a day");
    let part = if number.is_multiple_of(2) { "AM" } else { "PM" };
    json!({ "leave_type": "personal", "start_date": day, "start_part": part, "end_date": day, "end_part": part, "reason": "办事" })
}

impl Course {
    pub(super) async fn new(engine: Engine) -> Self {
        let settings = Settings {
            member_points: Some(0),
            address_points: Some(0),
            ..Settings::default()
        };
        let app = TestApp::start_with(engine, settings).await;
        let mut course = Self {
            app,
            people: HashMap::new(),
            applicants: Vec::new(),
            half: 0,
            round: 0,
            refusals: BTreeMap::new(),
            slowest: Duration::ZERO,
        };
        let admin = course.person("admin").await;
        let all = admin
            .run("{ members(first: 100) { nodes { account } } }", json!({}))
            .await;
        let all = all["members"]["nodes"].as_array().expect("members");
        let accounts = all.iter().filter_map(|one| one["account"].as_str());
        let fixed = ["admin", "ceo", "hr", "limin", "wangfang"];
        course.applicants = accounts
            .filter(|account| !fixed.contains(account))
            .take(10)
            .map(str::to_owned)
            .collect();
        course
    }

    pub(super) async fn person(&mut self, account: &str) -> Person {
        if !self.people.contains_key(account) {
            let person = self.app.person(account).await;
            self.people.insert(account.to_owned(), person);
        }
        self.people[account].clone()
    }

    /// How many run in this round.
    fn clients(&self) -> usize {
        2 + self.round * 7 % 15
    }

    /// A form for the next half day, and who may ask for it.
    async fn form(&mut self) -> (Person, Value) {
        let account = self.applicants[self.half % self.applicants.len()].clone();
        let form = half_day(self.half / self.applicants.len());
        self.half += 1;
        (self.person(&account).await, form)
    }

    /// A new request; half days that are free already are passed over.
    pub(super) async fn request(&mut self) -> Request {
        loop {
            let (applicant, form) = self.form().await;
            let input = json!({ "input": { "templateKey": "leave", "form": form } });
            let (_, answer) = applicant.send(SUBMIT, input).await;
            let made = &answer["data"]["submitApproval"]["approval"];
            let waiting = made["waitingFor"].as_array().map(Vec::as_slice).unwrap_or_default();
            if let [one] = waiting {
                let approver = one["account"].as_str().expect("an account").to_owned();
                let tasks = made["tasks"].as_array().expect("tasks");
                let open = tasks
                    .iter()
                    .find(|task| task["status"] == "PENDING")
                    .expect("an open task");
                return Request {
                    id: made["id"].clone(),
                    task: open["id"].clone(),
                    form,
                    applicant,
                    approver: self.person(&approver).await,
                };
            }
            assert!(self.half < 20_000, "no half days are left: {answer}");
        }
    }

    /// A new request of four days, which two people decide on; and the second of them.
    pub(super) async fn request_of_two(&mut self) -> (Request, Person) {
        let (applicant, first, next) = (
            self.person("zhangwei").await,
            self.person("limin").await,
            self.person("wangfang").await,
        );
        let monday = NaiveDate::from_ymd_opt(2027, 3, 1).expect("a date") + Days::new(7 * self.round as u64);
        let form = json!({ "leave_type": "personal", "start_date": monday, "start_part": "AM", "end_date": monday + Days::new(3), "end_part": "PM", "reason": "远行" });
        let input = json!({ "input": { "templateKey": "leave", "form": form } });
        let made = applicant.run(SUBMIT, input).await["submitApproval"]["approval"].take();
        let tasks = made["tasks"].as_array().expect("tasks");
        let open = tasks
            .iter()
            .find(|task| task["status"] == "PENDING")
            .expect("an open task");
        let request = Request {
            id: made["id"].clone(),
            task: open["id"].clone(),
            form,
            applicant,
            approver: first,
        };
        (request, next)
    }

    /// All run at once; each is answered in time, and who lost is told so in a word of its own.
    pub(super) async fn race(&mut self, runners: Vec<BoxFuture<'static, Runner>>) -> Vec<Runner> {
        let begun: Vec<_> = runners.into_iter().map(tokio::spawn).collect();
        let done: Vec<Runner> = join_all(begun)
            .await
            .into_iter()
            .map(|one| one.expect("no panic"))
            .collect();
        for runner in &done {
            assert!(runner.took < ANSWER, "{} took {:?}", runner.does, runner.took);
            self.slowest = self.slowest.max(runner.took);
            if let Some(code) = runner.code() {
                assert!(LOST.contains(&code), "{}: {}", runner.does, runner.answer);
                *self.refusals.entry(code.to_owned()).or_default() += 1;
            }
        }
        done
    }

    pub(super) async fn state(&self, request: &Request) -> Value {
        request.applicant.run(STATE, json!({ "id": request.id })).await["approval"].take()
    }

    /// So many of each, in turn.
    pub(super) fn line_up(
        &self,
        lanes: &[&dyn Fn(usize) -> BoxFuture<'static, Runner>],
    ) -> Vec<BoxFuture<'static, Runner>> {
        let order = (0..self.clients().max(lanes.len())).map(|at| (at + self.round) % lanes.len());
        order.enumerate().map(|(at, lane)| lanes[lane](at)).collect()
    }
}
