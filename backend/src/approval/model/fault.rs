//! What is wrong with a form, in words.

use serde_json::Value;

use crate::approval::engine::{FieldCode, FieldError as Fault, FormSchema};
use crate::error::{FieldError, Text};

/// Faults as errors of the inputs they belong to: fields of the form stand under `form`.
pub fn worded(faults: &[Fault], schema: &FormSchema) -> Vec<FieldError> {
    faults
        .iter()
        .map(|fault| FieldError::new(path(fault, schema), text(fault)))
        .collect()
}

fn path(fault: &Fault, schema: &FormSchema) -> String {
    let (head, rest) = fault.path.split_once('.').unwrap_or((&fault.path, ""));
    let outside = match head {
        _ if schema.field(head).is_some() => None,
        "comment" => Some("comment"),
        "attachments" => Some("attachmentIds"),
        "chosen" => Some("chosenApprovers"),
        "copyTo" => Some("copyTo"),
        "members" => Some("memberIds"),
        "mentions" => Some("body"),
        _ => None,
    };
    match outside {
        None => format!("form.{}", fault.path),
        Some(input) if rest.is_empty() => input.to_owned(),
        Some(input) => format!("{input}.{rest}"),
    }
}

/// A fault in words.
pub fn text(fault: &Fault) -> Text {
    let figure = |key: &str| fault.params.get(key).map(plain).unwrap_or_default();
    match fault.code {
        FieldCode::Required => Text::new("请填写", "Required"),
        FieldCode::UnknownField => Text::new("表单没有这个字段", "The form has no such field"),
        FieldCode::WrongType => match figure("expected").as_str() {
            "number" => Text::new("请填写数字", "Must be a number"),
            "list" => Text::new("须为列表", "Must be a list"),
            _ => Text::new("须为文字", "Must be a text"),
        },
        FieldCode::TooLong => Text::new(
            format!("最多 {} 个字", figure("max")),
            format!("At most {} characters", figure("max")),
        ),
        FieldCode::TooMany => Text::new(
            format!("最多 {} 项", figure("max")),
            format!("At most {} entries", figure("max")),
        ),
        FieldCode::TooSmall => Text::new(
            format!("不能小于 {}", figure("min")),
            format!("Must be at least {}", figure("min")),
        ),
        FieldCode::TooLarge => Text::new(
            format!("不能大于 {}", figure("max")),
            format!("Must be at most {}", figure("max")),
        ),
        FieldCode::NotAnOption => Text::new("请从选项中选择", "Choose one of the options"),
        FieldCode::Repeated => Text::new("重复了", "Given twice"),
        FieldCode::BadDate => Text::new("不是有效的日期，格式为 2026-11-23", "Not a date; write 2026-11-23"),
        FieldCode::BadTime => Text::new(
            "不是有效的时间，格式为 2026-11-23T09:00:00+08:00",
            "Not a time; write 2026-11-23T09:00:00+08:00",
        ),
        FieldCode::BadMoney => Text::new("不是有效的金额，最多两位小数", "Not an amount; at most two decimals"),
        FieldCode::NotFound => Text::new("没有找到，或不能在这里使用", "Not found, or not usable here"),
        FieldCode::ReadOnly => Text::new("不能在这里修改", "May not be changed here"),
        FieldCode::BadCondition => Text::new(
            "无法判断这一项是否需要填写，请联系流程管理员",
            "Its rule could not be worked out; ask a process administrator",
        ),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_their_input_and_figures() {
        let schema: FormSchema =
            serde_json::from_value(serde_json::json!({"fields": [{"key": "reason", "label": "事由", "kind": "TEXT"}]}))
                .expect("a schema");
        let check = |fault: Fault, path: &str, zh: &str| {
            let worded = worded(&[fault], &schema);
            assert_eq!((worded[0].path.as_str(), worded[0].message.zh.as_ref()), (path, zh));
        };
        check(Fault::new("reason", FieldCode::Required), "form.reason", "请填写");
        check(
            Fault::new("reason", FieldCode::TooLong).with("max", 200),
            "form.reason",
            "最多 200 个字",
        );
        check(
            Fault::new("amount", FieldCode::TooSmall).with("min", 1.0),
            "form.amount",
            "不能小于 1",
        );
        check(Fault::new("comment", FieldCode::Required), "comment", "请填写");
        check(
            Fault::new("members.2", FieldCode::NotFound),
            "memberIds.2",
            "没有找到，或不能在这里使用",
        );
    }
}
