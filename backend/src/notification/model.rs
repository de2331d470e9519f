//! The words of a notice. Pure.

use entity::NotificationKind as Kind;
use serde_json::Value;

use crate::error::{Locale, Text};

/// What a notice says, from the values kept with it: `template`, `applicant`, `summary`, `comment` and the same with `_en`.
pub fn text(kind: Kind, values: &Value) -> Text {
    let zh = Values {
        values,
        locale: Locale::Zh,
    };
    let en = Values {
        values,
        locale: Locale::En,
    };
    let (who, what) = (zh.get("applicant", "同事"), zh.get("template", "申请"));
    let (whose, request) = (en.get("applicant", "A colleague"), en.get("template", "request"));
    match kind {
        Kind::TaskAssigned => Text::new(
            format!("{who}的{what}等你处理"),
            format!("{request} from {whose} waits for you"),
        ),
        Kind::ApprovalApproved => Text::new(format!("你的{what}已通过"), format!("Your {request} was approved")),
        Kind::ApprovalRejected => Text::new(format!("你的{what}未通过"), format!("Your {request} was rejected")),
        Kind::ApprovalReturned => Text::new(
            format!("你的{what}被退回，请修改后重新提交"),
            format!("Your {request} was returned to you for changes"),
        ),
        Kind::ApprovalCopied => Text::new(
            format!("{who}的{what}抄送给你"),
            format!("{request} from {whose} was copied to you"),
        ),
        Kind::ApprovalWithdrawn => Text::new(format!("{who}撤回了{what}"), format!("{whose} withdrew {request}")),
        Kind::ApprovalUrged => Text::new(
            format!("请尽快处理{who}的{what}"),
            format!("Please decide soon: {request} from {whose}"),
        ),
        Kind::Commented => Text::new(format!("你的{what}有新评论"), format!("New comment on your {request}")),
        Kind::Mentioned => Text::new(
            format!("有人在{who}的{what}里提到了你"),
            format!("You were mentioned in {request} from {whose}"),
        ),
        Kind::ApprovalBlocked => Text::new(
            format!("{who}的{what}无法继续，需要管理员处理"),
            format!("{request} from {whose} is stuck and needs an administrator"),
        ),
    }
}

/// The second line: the words of the other person, or else what the request is about.
pub fn detail(values: &Value, locale: Locale) -> Option<String> {
    let values = Values { values, locale };
    values
        .find("comment")
        .or_else(|| values.find("summary"))
        .map(ToOwned::to_owned)
}

struct Values<'a> {
    values: &'a Value,
    locale: Locale,
}

impl<'a> Values<'a> {
    fn get(&self, name: &str, otherwise: &'static str) -> &'a str {
        self.find(name).unwrap_or(otherwise)
    }

    fn find(&self, name: &str) -> Option<&'a str> {
        let text = |name: &str| {
            self.values
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        let english = (self.locale == Locale::En)
            .then(|| text(&format!("{name}_en")))
            .flatten();
        english.or_else(|| text(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn notices_speak_both_languages() {
        let values = json!({
            "applicant": "张伟", "template": "请假", "template_en": "Leave", "summary": "年假 2 天", "comment": null,
        });
        for (kind, zh, en) in [
            (
                Kind::TaskAssigned,
                "张伟的请假等你处理",
                "Leave from 张伟 waits for you",
            ),
            (Kind::ApprovalApproved, "你的请假已通过", "Your Leave was approved"),
            (Kind::ApprovalWithdrawn, "张伟撤回了请假", "张伟 withdrew Leave"),
            (
                Kind::Mentioned,
                "有人在张伟的请假里提到了你",
                "You were mentioned in Leave from 张伟",
            ),
        ] {
            assert_eq!(text(kind, &values), Text::new(zh, en), "{kind:?}");
        }
        assert_eq!(detail(&values, Locale::En).as_deref(), Some("年假 2 天"));
        assert_eq!(
            detail(&json!({"summary": "a", "comment": "b"}), Locale::Zh).as_deref(),
            Some("b")
        );
        assert_eq!(detail(&Value::Null, Locale::Zh), None);
        assert_eq!(text(Kind::TaskAssigned, &Value::Null).zh, "同事的申请等你处理");
    }
}
