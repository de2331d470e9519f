//! The history of a request: what its events carry, and how they read.

use entity::{FileId, MemberId};
use serde::{Deserialize, Serialize};

use crate::error::{Locale, Text};

/// What happened, as the event log names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The applicant submitted.
    Submitted,
    /// The applicant submitted again.
    Resubmitted,
    /// Somebody approved.
    ApprovedTask,
    /// A handler was done.
    HandledTask,
    /// Somebody refused.
    RejectedTask,
    /// Somebody sent it back.
    Returned,
    /// Somebody took a decision back.
    DecisionWithdrawn,
    /// The applicant withdrew it.
    Withdrawn,
    /// An administrator ended it.
    Terminated,
    /// An administrator had it try again.
    Retried,
    /// The applicant urged.
    Urged,
    /// Somebody commented.
    Commented,
    /// Copies were sent.
    Copied,
    /// It cannot go on.
    Blocked,
    /// It passed.
    Passed,
    /// It was refused.
    Rejected,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Submitted,
        Self::Resubmitted,
        Self::ApprovedTask,
        Self::HandledTask,
        Self::RejectedTask,
        Self::Returned,
        Self::DecisionWithdrawn,
        Self::Withdrawn,
        Self::Terminated,
        Self::Retried,
        Self::Urged,
        Self::Commented,
        Self::Copied,
        Self::Blocked,
        Self::Passed,
        Self::Rejected,
    ];

    /// Kind of the event.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Submitted => "approval.submitted",
            Self::Resubmitted => "approval.resubmitted",
            Self::ApprovedTask => "approval.approved_task",
            Self::HandledTask => "approval.handled_task",
            Self::RejectedTask => "approval.rejected_task",
            Self::Returned => "approval.returned",
            Self::DecisionWithdrawn => "approval.decision_withdrawn",
            Self::Withdrawn => "approval.withdrawn",
            Self::Terminated => "approval.terminated",
            Self::Retried => "approval.retried",
            Self::Urged => "approval.urged",
            Self::Commented => "approval.commented",
            Self::Copied => "approval.copied",
            Self::Blocked => "approval.blocked",
            Self::Passed => "approval.passed",
            Self::Rejected => "approval.rejected",
        }
    }

    /// The deed an event tells of; none for kinds that are no part of the history.
    pub fn of(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.kind() == kind)
    }

    /// Stable word in the API: `APPROVED_TASK`.
    pub fn word(self) -> String {
        self.kind().trim_start_matches("approval.").to_uppercase()
    }
}

/// What an event of the history carries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    /// Round it happened in.
    pub round: u32,
    /// Node it happened at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_key: Option<String>,
    /// Its name in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_name: Option<String>,
    /// Its name in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_name_en: Option<String>,
    /// Id of the task, as 32 hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// For whom the actor stood in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<MemberId>,
    /// Opinion, reason or comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Seconds from the opening of the task to its decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<i64>,
    /// Files given with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<FileId>,
    /// People it names: receivers of copies, people urged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<MemberId>,
    /// Name of the node a return leads to, in Chinese; none for the applicant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_name: Option<String>,
    /// The same in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_name_en: Option<String>,
    /// Why it is blocked, as a stable word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Note {
    /// Name of the node for a reader.
    pub fn node(&self, locale: Locale) -> Option<&str> {
        named(locale, self.node_name.as_deref(), self.node_name_en.as_deref())
    }

    fn target(&self, locale: Locale) -> Option<&str> {
        named(locale, self.to_name.as_deref(), self.to_name_en.as_deref())
    }
}

fn named<'a>(locale: Locale, zh: Option<&'a str>, en: Option<&'a str>) -> Option<&'a str> {
    match locale {
        Locale::Zh => zh,
        Locale::En => en.filter(|name| !name.is_empty()).or(zh),
    }
}

/// One sentence of the history. `who` is none for what the server did; `people` are the names of `note.members`.
pub fn sentence(deed: Deed, note: &Note, who: Option<&str>, people: &[String], locale: Locale) -> String {
    let text = worded(deed, note, who, people, locale);
    text.get(locale).to_owned()
}

fn worded(deed: Deed, note: &Note, who: Option<&str>, people: &[String], locale: Locale) -> Text {
    let zh = who.unwrap_or("系统");
    let en = who.unwrap_or("The system");
    let at_zh = note.node(locale).map(|name| format!("（{name}）")).unwrap_or_default();
    let at_en = note.node(locale).map(|name| format!(" ({name})")).unwrap_or_default();
    let (list_zh, list_en) = (listed(people, Locale::Zh), listed(people, Locale::En));
    match deed {
        Deed::Submitted => Text::new(format!("{zh}提交了申请"), format!("{en} submitted the request")),
        Deed::Resubmitted => Text::new(
            format!("{zh}修改后重新提交，第 {} 轮", note.round),
            format!("{en} corrected and submitted again, round {}", note.round),
        ),
        Deed::ApprovedTask => Text::new(format!("{zh}同意了{at_zh}"), format!("{en} approved{at_en}")),
        Deed::HandledTask => Text::new(
            format!("{zh}办理完成{at_zh}"),
            format!("{en} completed the step{at_en}"),
        ),
        Deed::RejectedTask => Text::new(format!("{zh}拒绝了{at_zh}"), format!("{en} rejected{at_en}")),
        Deed::Returned => match note.target(locale) {
            Some(to) => Text::new(format!("{zh}退回到「{to}」"), format!("{en} returned it to “{to}”")),
            None if who.is_none() => Text::new(
                "申请已退回给申请人修改",
                "The request went back to the applicant for correction",
            ),
            None => Text::new(
                format!("{zh}退回给申请人修改"),
                format!("{en} returned it to the applicant for correction"),
            ),
        },
        Deed::DecisionWithdrawn => Text::new(
            format!("{zh}撤回了自己的处理{at_zh}"),
            format!("{en} took the decision back{at_en}"),
        ),
        Deed::Withdrawn => Text::new(format!("{zh}撤回了申请"), format!("{en} withdrew the request")),
        Deed::Terminated => Text::new(
            format!("管理员{zh}终止了申请"),
            format!("Administrator {en} terminated the request"),
        ),
        Deed::Retried => Text::new(
            format!("管理员{zh}让流程继续"),
            format!("Administrator {en} had the request try again"),
        ),
        Deed::Urged if people.is_empty() => Text::new(format!("{zh}催办了"), format!("{en} sent a reminder")),
        Deed::Urged => Text::new(format!("{zh}催办了{list_zh}"), format!("{en} reminded {list_en}")),
        Deed::Commented => Text::new(format!("{zh}发表了评论"), format!("{en} commented")),
        Deed::Copied => match who {
            Some(_) => Text::new(format!("{zh}抄送给{list_zh}"), format!("{en} sent a copy to {list_en}")),
            None => Text::new(format!("抄送给{list_zh}"), format!("Copied to {list_en}")),
        },
        Deed::Blocked => Text::new(
            format!("流程在这里卡住了{at_zh}，等待管理员处理"),
            format!("The request is stuck{at_en} and waits for an administrator"),
        ),
        Deed::Passed => Text::new("申请已通过", "The request was approved"),
        Deed::Rejected => Text::new("申请被拒绝", "The request was rejected"),
    }
}

/// At most three names, then how many in all.
fn listed(people: &[String], locale: Locale) -> String {
    let first: Vec<&str> = people.iter().take(3).map(String::as_str).collect();
    let (separator, rest) = match locale {
        Locale::Zh => ("、", format!("等 {} 人", people.len())),
        Locale::En => (", ", format!(" and {} more", people.len().saturating_sub(3))),
    };
    let mut text = first.join(separator);
    if people.len() > 3 {
        text.push_str(&rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_deeds_are_one_to_one() {
        for deed in Deed::ALL {
            assert_eq!(Deed::of(deed.kind()), Some(deed));
        }
        assert_eq!(Deed::of("approval.unheard_of"), None);
        assert_eq!(Deed::ApprovedTask.word(), "APPROVED_TASK");
    }

    #[test]
    fn history_reads_as_sentences() {
        let note = Note {
            round: 2,
            node_name: Some("直属上级".to_owned()),
            node_name_en: Some("Direct manager".to_owned()),
            ..Note::default()
        };
        let check = |deed, who, people: &[&str], zh: &str, en: &str| {
            let people: Vec<String> = people.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(sentence(deed, &note, who, &people, Locale::Zh), zh);
            assert_eq!(sentence(deed, &note, who, &people, Locale::En), en);
        };
        let who = Some("李敏");
        check(
            Deed::ApprovedTask,
            who,
            &[],
            "李敏同意了（直属上级）",
            "李敏 approved (Direct manager)",
        );
        check(
            Deed::Resubmitted,
            who,
            &[],
            "李敏修改后重新提交，第 2 轮",
            "李敏 corrected and submitted again, round 2",
        );
        check(
            Deed::Copied,
            None,
            &["甲", "乙", "丙", "丁"],
            "抄送给甲、乙、丙等 4 人",
            "Copied to 甲, 乙, 丙 and 1 more",
        );
        check(
            Deed::Returned,
            who,
            &[],
            "李敏退回给申请人修改",
            "李敏 returned it to the applicant for correction",
        );
    }
}
