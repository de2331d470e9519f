//! Why something may not be done, why somebody was asked, why a request is stuck: stable words in both languages.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::MemberId;

use super::fault;
use crate::approval::engine::{
    BlockReason, FormSchema, LeaderFrom, NodeReason, Refusal, RefusalReason as R, Rule, TraceStep,
};
use crate::error::{Error, Text};

/// A refusal of the engine as the caller is told it. `names` are of people who may have decided.
pub fn error(refusal: Refusal, schema: &FormSchema, names: &HashMap<MemberId, String>, now: DateTime<Utc>) -> Error {
    match refusal {
        Refusal::AlreadyDecided { by, at } => Error::AlreadyDecided {
            by: by.and_then(|by| names.get(&by)).cloned().unwrap_or_default(),
            at: at.unwrap_or(now),
        },
        Refusal::NotAllowedNow { reason } => Error::NotAllowedNow(text(reason)),
        Refusal::Forbidden { reason } => Error::Forbidden(text(reason)),
        Refusal::NotFound => Error::NotFound,
        Refusal::Invalid { fields } => Error::Invalid(fault::worded(&fields, schema)),
        Refusal::Throttled { until } => Error::Throttled {
            retry_after: u64::try_from((until - now).num_seconds()).unwrap_or_default().max(1),
        },
    }
}

/// Why something may not be done.
pub fn text(reason: R) -> Text {
    match reason {
        R::NotApplicant => Text::new("只有申请人可以这样做", "Only the applicant may do this"),
        R::NotYourTask => Text::new("这一步由其他人处理", "This step belongs to somebody else"),
        R::NotAdministrator => Text::new("只有流程管理员可以这样做", "Only process administrators may do this"),
        R::NotParticipant => Text::new("只有参与审批的人可以这样做", "Only people who take part may do this"),
        R::NotSubmitted => Text::new("申请还没有提交", "The request was not submitted"),
        R::AlreadySubmitted => Text::new("申请已经提交", "The request was submitted before"),
        R::NotRunning => Text::new("申请不在审批中", "The request is not running"),
        R::NotReturned => Text::new("申请没有被退回", "The request was not returned"),
        R::NotBlocked => Text::new("申请没有卡住", "The request is not stuck"),
        R::RequestBlocked => Text::new(
            "流程卡住了，等待管理员处理",
            "The request is stuck and waits for an administrator",
        ),
        R::RequestApproved => Text::new("申请已通过", "The request is approved"),
        R::RequestRejected => Text::new("申请已被拒绝", "The request is rejected"),
        R::RequestWithdrawn => Text::new("申请人已撤回", "The applicant withdrew the request"),
        R::RequestTerminated => Text::new("申请已被管理员终止", "An administrator terminated the request"),
        R::RequestReturned => Text::new("申请已退回修改", "The request went back for correction"),
        R::NotYourTurn => Text::new("还没有轮到你", "It is not your turn yet"),
        R::TaskClosed => Text::new("这一步已不需要处理", "This step needs no decision any more"),
        R::NotDecided => Text::new("这一步还没有处理", "This step is not decided"),
        R::ActionOff => Text::new("流程在这一步不允许这样做", "The process does not allow this here"),
        R::PolicyForbids => Text::new("流程不允许这样做", "The process does not allow this"),
        R::SomebodyDecided => Text::new("已经有人处理过", "Somebody has decided"),
        R::LaterDecision => Text::new("后面的人已经处理", "Somebody has decided after you"),
        R::FormChanged => Text::new("表单在你之后被修改过", "The form was changed after you"),
        R::TargetNotPassed => Text::new("申请没有经过这个节点", "The request did not pass that step"),
        R::NothingPending => Text::new("现在没有人需要处理", "Nobody is asked at the moment"),
        R::UseResubmit => Text::new("请修改后重新提交", "Correct it and submit again"),
        R::UrgedRecently => Text::new("刚刚催办过，请稍后再试", "A reminder was sent not long ago"),
        R::NodeMissing => Text::new("流程中没有这个节点", "The process has no such step"),
    }
}

/// What keeps a request from going on.
pub fn block(reason: BlockReason) -> Text {
    match reason {
        BlockReason::ConditionFailed => Text::new("分支条件无法判断", "A condition could not be worked out"),
        BlockReason::NoAssignee => Text::new("找不到可以审批的人", "Nobody can be asked"),
        BlockReason::TooManySeats => Text::new("审批人数超过上限", "More people than allowed"),
        BlockReason::QuorumImpossible => Text::new("审批人数不足以通过", "More approvals wanted than people asked"),
        BlockReason::Unsupported => Text::new(
            "流程包含还不能运行的节点",
            "The process uses a step that cannot run yet",
        ),
        BlockReason::Loop => Text::new("流程出现了循环", "The process goes round in circles"),
    }
}

/// Why a step closed without votes, where that is worth telling.
pub fn node(reason: &NodeReason) -> Option<Text> {
    Some(match reason {
        NodeReason::OnlyApplicant => Text::new("审批人就是申请人，自动通过", "Only the applicant would decide; passed"),
        NodeReason::AllApprovedBefore => Text::new(
            "审批人此前已同意，自动通过",
            "Approved before by the same people; passed",
        ),
        NodeReason::EmptyPass => Text::new("没有审批人，自动通过", "Nobody to ask; passed"),
        NodeReason::EmptyReject => Text::new("没有审批人，自动拒绝", "Nobody to ask; rejected"),
        NodeReason::Branch { .. } => return None,
    })
}

/// Whom a rule asks.
pub fn rule(rule: &Rule) -> Text {
    match rule {
        Rule::Members { .. } => Text::new("指定成员", "Named people"),
        Rule::Role { role } => match role {
            entity::Role::Administrator => Text::new("管理员", "Administrators"),
            entity::Role::Hr => Text::new("人事", "HR"),
            entity::Role::Finance => Text::new("财务", "Finance"),
            entity::Role::ProcessAdministrator => Text::new("流程管理员", "Process administrators"),
            entity::Role::DepartmentLeader => Text::new("部门负责人", "Department leaders"),
            entity::Role::Member => Text::new("全体成员", "Everyone"),
        },
        Rule::Position { .. } => Text::new("指定岗位", "Holders of a position"),
        Rule::DepartmentMembers { .. } => Text::new("部门成员", "Members of the department"),
        Rule::DepartmentLeader {
            level: 1,
            from: LeaderFrom::Bottom,
            ..
        } => Text::new("所在部门负责人", "Leader of the department"),
        Rule::DepartmentLeader {
            level,
            from: LeaderFrom::Bottom,
            ..
        } => Text::new(
            format!("第 {level} 级部门负责人"),
            format!("Department leader, level {level}"),
        ),
        Rule::DepartmentLeader {
            level,
            from: LeaderFrom::Top,
            ..
        } => Text::new(
            format!("自上而下第 {level} 级部门负责人"),
            format!("Department leader, level {level} from the top"),
        ),
        Rule::ConsecutiveLeaders { levels, .. } => Text::new(
            format!("逐级部门负责人（{levels} 级）"),
            format!("Department leaders, {levels} levels up"),
        ),
        Rule::Manager { level: 1, .. } => Text::new("直属上级", "Direct manager"),
        Rule::Manager { level, .. } => Text::new(format!("第 {level} 级上级"), format!("Manager, level {level}")),
        Rule::Applicant => Text::new("申请人", "The applicant"),
        Rule::ChosenByApplicant { .. } => Text::new("申请人选择", "Chosen by the applicant"),
        Rule::MemberField { .. } => Text::new("表单中填写的成员", "People named in the form"),
    }
}

/// What the trace of a resolution adds to the rules: detours that a reader would wonder about.
pub fn trace(steps: &[TraceStep]) -> Vec<Text> {
    steps
        .iter()
        .filter_map(|step| match step.step {
            2 => Some(Text::new(
                "这一级没有负责人，由上一级处理",
                "No one at this level; the next level up decides",
            )),
            3 => Some(Text::new("已离职的成员不再参与", "People who left are not asked")),
            4 => Some(Text::new("由代理人处理", "A substitute stands in")),
            5 => Some(Text::new(
                "申请人不能审批自己，由上级处理",
                "The applicant may not decide; the next one up does",
            )),
            7 => Some(Text::new(
                "此前已同意的人不再重复审批",
                "People who approved before are not asked again",
            )),
            8 => Some(Text::new(
                "没有找到审批人，由管理员处理",
                "Nobody was found; an administrator decides",
            )),
            _ => None,
        })
        .collect()
}

/// Several reasons in one line.
pub fn joined(parts: &[Text]) -> Option<Text> {
    let zh: Vec<&str> = parts.iter().map(|part| part.zh.as_ref()).collect();
    let en: Vec<&str> = parts.iter().map(|part| part.en.as_ref()).collect();
    (!parts.is_empty()).then(|| Text::new(zh.join("；"), en.join("; ")))
}
