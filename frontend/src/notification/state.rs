//! Notifications by day. PURE.

use crate::api::notification::Notification;
use crate::i18n::Date;

/// Groups notifications, newest first, by the day they came; `day` tells the day of one.
pub(super) fn by_day(nodes: &[Notification], day: impl Fn(&Notification) -> Date) -> Vec<(Date, Vec<Notification>)> {
    let mut groups: Vec<(Date, Vec<Notification>)> = Vec::new();
    for node in nodes {
        let date = day(node);
        match groups.last_mut() {
            Some((last, group)) if *last == date => group.push(node.clone()),
            _ => groups.push((date, vec![node.clone()])),
        }
    }
    groups
}

/// Where a notification leads: to the request it is about.
pub(super) fn target(subject: &str) -> Option<String> {
    subject
        .starts_with("approval_")
        .then(|| format!("/approvals/{subject}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::notification::NotificationKind;
    use crate::i18n::Stamp;

    fn told(at: f64) -> Notification {
        Notification {
            id: cynic::Id::new(at.to_string()),
            kind: NotificationKind::TaskAssigned,
            text: String::new(),
            detail: None,
            actor: None,
            subject: cynic::Id::new("approval_1"),
            created_at: Stamp(at),
            read_at: None,
        }
    }

    #[test]
    fn groups_by_day() {
        let day = |notification: &Notification| Date::from_days((notification.created_at.0 / 10.0) as i64);
        let check = |times: &[f64], expected: &[usize]| {
            let nodes: Vec<_> = times.iter().map(|at| told(*at)).collect();
            let sizes: Vec<_> = by_day(&nodes, day).iter().map(|(_, group)| group.len()).collect();
            assert_eq!(sizes, expected, "{times:?}");
        };
        check(&[], &[]);
        check(&[29.0, 28.0, 21.0, 19.0], &[3, 1]);
        check(&[9.0], &[1]);
    }

    #[test]
    fn leads_to_requests_only() {
        assert_eq!(target("approval_1").as_deref(), Some("/approvals/approval_1"));
        assert_eq!(target("member_1"), None);
    }
}
