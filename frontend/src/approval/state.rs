//! What the lists of requests work out for themselves. PURE.

use crate::api::approval::{
    ApprovalBox, ApprovalCard, ApprovalFilter, ApprovalStatus, InboxTask, NodeKind, RouteState,
};
use crate::i18n::{Date, Stamp};

/// Which list is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Which {
    /// Waiting for the viewer.
    #[default]
    Todo,
    /// Started by the viewer.
    Started,
    /// Copied to the viewer.
    Copied,
    /// Decided by the viewer.
    Done,
}

impl Which {
    /// In the order of the tabs.
    pub const ALL: [Self; 4] = [Self::Todo, Self::Started, Self::Copied, Self::Done];

    /// The word in the address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Started => "started",
            Self::Copied => "copied",
            Self::Done => "done",
        }
    }

    /// Reads the word; anything unknown is the first list.
    pub fn from_word(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|which| which.word() == word)
            .unwrap_or_default()
    }

    /// The box of the contract; none for the tasks, which are asked for in another way.
    pub fn of_contract(self) -> Option<ApprovalBox> {
        match self {
            Self::Todo => None,
            Self::Started => Some(ApprovalBox::Started),
            Self::Copied => Some(ApprovalBox::Copied),
            Self::Done => Some(ApprovalBox::Done),
        }
    }

    /// What the server says when it changes.
    pub fn topic(self) -> &'static str {
        match self {
            Self::Todo | Self::Done => "inbox:me",
            Self::Started => "started:me",
            Self::Copied => "copied:me",
        }
    }
}

/// The states one can filter by.
pub const STATUSES: [(ApprovalStatus, &str); 6] = [
    (ApprovalStatus::Running, "running"),
    (ApprovalStatus::Returned, "returned"),
    (ApprovalStatus::Approved, "approved"),
    (ApprovalStatus::Rejected, "rejected"),
    (ApprovalStatus::Withdrawn, "withdrawn"),
    (ApprovalStatus::Blocked, "blocked"),
];

/// What of a list is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Title, number or applicant.
    pub text: String,
    /// Only this template.
    pub template: String,
    /// Only this state: a word of [`STATUSES`].
    pub status: String,
    /// Only copies not opened yet.
    pub unread: bool,
}

impl Filter {
    /// Everything is shown.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The key it is cached under.
    pub fn key(&self) -> String {
        format!("{}|{}|{}|{}", self.text, self.template, self.status, self.unread)
    }

    /// As the contract wants it.
    pub fn of_contract(&self) -> Option<ApprovalFilter> {
        if self.is_empty() {
            return None;
        }
        let status = STATUSES.iter().find(|(_, word)| *word == self.status);
        Some(ApprovalFilter {
            template_keys: (!self.template.is_empty()).then(|| vec![self.template.clone()]),
            statuses: status.map(|(status, _)| vec![*status]),
            search: (!self.text.trim().is_empty()).then(|| self.text.trim().to_owned()),
            unread_only: self.unread.then_some(true),
            ..ApprovalFilter::default()
        })
    }

    /// The part of the address after the box.
    pub fn query(&self) -> Vec<(&'static str, String)> {
        let mut parts = Vec::new();
        let texts = [("q", &self.text), ("type", &self.template), ("status", &self.status)];
        parts.extend(
            texts
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(name, text)| (name, text.clone())),
        );
        if self.unread {
            parts.push(("unread", "1".to_owned()));
        }
        parts
    }
}

/// A line of a list: a request, and the viewer's task in the list of those.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The request.
    pub card: ApprovalCard,
    /// The viewer's open task.
    pub task: Option<OpenTask>,
}

/// What a line knows of the viewer's open task.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenTask {
    /// Which.
    pub id: cynic::Id,
    /// The name of the step.
    pub node_name: String,
    /// In whose place.
    pub on_behalf_of: Option<String>,
    /// Since when it waits.
    pub since: Stamp,
    /// When it should be done.
    pub due: Option<Stamp>,
    /// It may be approved without opening it.
    pub can_approve: bool,
    /// It may be rejected without opening it.
    pub can_reject: bool,
}

impl Line {
    /// The request's id.
    pub fn id(&self) -> &str {
        self.card.id.inner()
    }

    /// By which time the line is grouped.
    pub fn at(&self) -> Stamp {
        self.task.as_ref().map_or(self.card.submitted_at, |task| task.since)
    }
}

impl From<InboxTask> for Line {
    fn from(task: InboxTask) -> Self {
        let open = OpenTask {
            can_approve: task.may("APPROVE"),
            can_reject: task.may("REJECT"),
            id: task.id,
            node_name: task.node_name,
            on_behalf_of: task.on_behalf_of.map(|member| member.name),
            since: task.created_at,
            due: task.due_at,
        };
        Self {
            card: task.approval,
            task: Some(open),
        }
    }
}

impl From<ApprovalCard> for Line {
    fn from(card: ApprovalCard) -> Self {
        Self { card, task: None }
    }
}

/// A part of the list: one of these days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayGroup {
    /// Today.
    Today,
    /// Yesterday.
    Yesterday,
    /// In the last seven days.
    Week,
    /// Before.
    Earlier,
}

/// Which group a day belongs to.
pub fn day_group(day: Date, today: Date) -> DayGroup {
    match today.days() - day.days() {
        ..1 => DayGroup::Today,
        1 => DayGroup::Yesterday,
        2..7 => DayGroup::Week,
        _ => DayGroup::Earlier,
    }
}

/// The step that is waited for and how many there are, counting only steps of people and the submission.
pub fn progress(card: &ApprovalCard) -> (u32, u32) {
    let (mut at, mut of) = (2, 1);
    for (index, step) in card.route.iter().enumerate() {
        // A step that was gone through before it was taken back stands there twice.
        let comes_again = || card.route.iter().skip(index + 1).any(|later| later.key == step.key);
        let is_silent = matches!(
            step.kind,
            NodeKind::Start | NodeKind::Cc | NodeKind::Exclusive | NodeKind::End
        );
        if is_silent || comes_again() {
            continue;
        }
        of += 1;
        if step.state == RouteState::Past {
            at = of + 1;
        }
    }
    (at, of)
}

/// The neighbour of the current line, `step` lines away; none past the ends. Without a current line: the first.
pub fn neighbour(ids: &[String], current: Option<&str>, step: isize) -> Option<String> {
    let Some(at) = current.and_then(|current| ids.iter().position(|id| id == current)) else {
        return ids.first().cloned();
    };
    ids.get(at.checked_add_signed(step)?).cloned()
}

/// The lines from one to another, both included, in whichever order.
pub fn between(ids: &[String], one: &str, other: &str) -> Vec<String> {
    let at = |wanted: &str| ids.iter().position(|id| id == wanted);
    let (Some(a), Some(b)) = (at(one), at(other)) else {
        return vec![other.to_owned()];
    };
    ids.get(a.min(b)..=a.max(b)).unwrap_or_default().to_vec()
}

/// What opens when a line goes: the one after it, else the one before it.
pub fn after(ids: &[String], gone: &str) -> Option<String> {
    let at = ids.iter().position(|id| id == gone)?;
    ids.get(at + 1).or_else(|| ids.get(at.checked_sub(1)?)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for which in Which::ALL {
            assert_eq!(Which::from_word(which.word()), which);
        }
        assert_eq!(Which::from_word("nonsense"), Which::Todo);
    }

    #[test]
    fn days_fall_into_groups() {
        let today = Date::parse("2026-10-08").unwrap();
        let check = |day, expected| assert_eq!(day_group(Date::parse(day).unwrap(), today), expected, "{day}");
        check("2026-10-09", DayGroup::Today);
        check("2026-10-08", DayGroup::Today);
        check("2026-10-07", DayGroup::Yesterday);
        check("2026-10-02", DayGroup::Week);
        check("2026-10-01", DayGroup::Earlier);
    }

    #[test]
    fn neighbours_stop_at_the_ends() {
        let ids: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        let check = |current, step, expected: Option<&str>| {
            assert_eq!(
                neighbour(&ids, current, step).as_deref(),
                expected,
                "{current:?} {step}"
            );
        };
        check(None, 1, Some("a"));
        check(Some("a"), 1, Some("b"));
        check(Some("a"), -1, None);
        check(Some("c"), 1, None);
        check(Some("gone"), 1, Some("a"));
        assert_eq!(between(&ids, "c", "b"), ["b", "c"]);
        assert_eq!(between(&ids, "gone", "b"), ["b"]);
        assert_eq!(after(&ids, "a").as_deref(), Some("b"));
        assert_eq!(after(&ids, "c").as_deref(), Some("b"));
        assert_eq!(after(&ids[..1], "a"), None);
    }

    #[test]
    fn filters_say_only_what_they_mean() {
        assert_eq!(Filter::default().of_contract(), None);
        let filter = Filter {
            text: " 张伟 ".to_owned(),
            status: "running".to_owned(),
            unread: true,
            ..Filter::default()
        };
        let sent = filter.of_contract().unwrap();
        assert_eq!(sent.search.as_deref(), Some("张伟"));
        assert_eq!(sent.statuses, Some(vec![ApprovalStatus::Running]));
        assert_eq!((sent.unread_only, sent.template_keys), (Some(true), None));
        let names: Vec<_> = filter.query().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["q", "status", "unread"]);
    }
}
