//! What becomes of each kind of row in a branch. Pure.

use entity::{ApprovalId, Document, Id, MemberId, identity_credential};
use entity::{
    approval_case, approval_comment, approval_copy, approval_node_run, approval_round, approval_task, attendance_day,
    event_log, file_object, leave_day, leave_entry, leave_lot, leave_request, notification_item, org_department,
    org_member, org_membership,
};
use uuid::Uuid;

use super::branch::{Base, Branch, Request};

/// A row that has a copy in each branch.
pub(super) trait Copied: Sized {
    /// The id the rows are made in the order of.
    fn made(&self) -> Uuid;
    /// The row of a branch; none for what the base company has alone.
    fn copy(&self, base: &Base, to: &Branch) -> Option<Self>;
}

/// A kind of row by the id it is made in the order of, and its copy in a branch.
macro_rules! copied {
    ($table:ident by $made:ident, |$row:ident, $base:ident, $to:ident| $copy:block) => {
        impl Copied for $table::Model {
            fn made(&self) -> Uuid {
                self.$made.uuid()
            }

            fn copy(&self, $base: &Base, $to: &Branch) -> Option<Self> {
                let $row = self;
                $copy
            }
        }
    };
}

copied!(org_department by id, |row, base, to| {
    Some(to.department(base, row))
});

copied!(org_member by id, |row, base, to| {
    to.person(base, row)
});

/// A member of a branch, for rows of their own; none for who serves all branches.
fn own(base: &Base, to: &Branch, member: MemberId) -> Option<MemberId> {
    (!base.shared.contains(&member)).then(|| to.id(member))
}

copied!(org_membership by member_id, |row, base, to| {
    Some(Self {
        member_id: own(base, to, row.member_id)?,
        department_id: to.id(row.department_id),
        ..row.clone()
    })
});

copied!(identity_credential by member_id, |row, base, to| {
    Some(Self {
        member_id: own(base, to, row.member_id)?,
        ..row.clone()
    })
});

copied!(leave_lot by id, |row, base, to| {
    Some(Self {
        id: to.id(row.id),
        member_id: own(base, to, row.member_id)?,
        ..row.clone()
    })
});

copied!(leave_entry by id, |row, base, to| {
    if let Some(case) = row.case_id {
        base.copied(case)?;
    }
    Some(Self {
        id: to.id(row.id),
        member_id: own(base, to, row.member_id)?,
        lot_id: row.lot_id.map(|lot| to.id(lot)),
        case_id: row.case_id.map(|case| to.id(case)),
        actor_id: row.actor_id.map(|actor| to.member(base, actor)),
        ..row.clone()
    })
});

copied!(approval_case by id, |row, base, to| {
    let request = base.copied(row.id)?;
    let json = |kept: &Document| Document::of(&to.json(base, &kept.parse().ok()?, Some(request))).ok();
    Some(Self {
        id: to.id(row.id),
        number: to.number(base, request),
        title: to.renamed(&row.title, row.applicant_id),
        title_en: to.renamed(&row.title_en, row.applicant_id),
        applicant_id: to.member(base, row.applicant_id),
        department_id: to.id(row.department_id),
        form: json(&row.form)?,
        summary: json(&row.summary)?,
        state: json(&row.state)?,
        waiting_for: json(&row.waiting_for)?,
        ..row.clone()
    })
});

copied!(approval_round by case_id, |row, base, to| {
    let request = base.copied(row.case_id)?;
    Some(Self {
        case_id: to.id(row.case_id),
        form: to.json(base, &row.form, Some(request)),
        ..row.clone()
    })
});

copied!(approval_node_run by id, |row, base, to| {
    base.copied(row.case_id)?;
    Some(Self {
        id: to.id(row.id),
        case_id: to.id(row.case_id),
        trace: to.json(base, &row.trace, None),
        ..row.clone()
    })
});

copied!(approval_task by id, |row, base, to| {
    base.copied(row.case_id)?;
    Some(Self {
        id: to.id(row.id),
        case_id: to.id(row.case_id),
        node_run_id: to.id(row.node_run_id),
        assignee_id: to.member(base, row.assignee_id),
        on_behalf_of_id: row.on_behalf_of_id.map(|member| to.member(base, member)),
        decided_by_id: row.decided_by_id.map(|member| to.member(base, member)),
        attachments: to.json(base, &row.attachments, None),
        ..row.clone()
    })
});

copied!(approval_copy by case_id, |row, base, to| {
    base.copied(row.case_id)?;
    Some(Self {
        case_id: to.id(row.case_id),
        member_id: to.member(base, row.member_id),
        sent_by_id: row.sent_by_id.map(|member| to.member(base, member)),
        ..row.clone()
    })
});

copied!(approval_comment by id, |row, base, to| {
    base.copied(row.case_id)?;
    Some(Self {
        id: to.id(row.id),
        case_id: to.id(row.case_id),
        author_id: to.member(base, row.author_id),
        body: to.text(base, &row.body),
        mentions: to.json(base, &row.mentions, None),
        attachments: to.json(base, &row.attachments, None),
        ..row.clone()
    })
});

copied!(leave_request by id, |row, base, to| {
    base.copied(row.id)?;
    Some(Self {
        id: to.id(row.id),
        member_id: to.member(base, row.member_id),
        ..row.clone()
    })
});

copied!(leave_day by request_id, |row, base, to| {
    base.copied(row.request_id)?;
    Some(Self {
        member_id: to.member(base, row.member_id),
        request_id: to.id(row.request_id),
        ..row.clone()
    })
});

copied!(attendance_day by member_id, |row, base, to| {
    if base.apart.contains(&row.member_id) {
        return None;
    }
    Some(Self {
        member_id: to.id(row.member_id),
        items: to.json(base, &row.items, None),
        ..row.clone()
    })
});

/// The request an object belongs to, when there is one and it is copied.
fn about<'a>(base: &'a Base, kind: &str, id: Uuid) -> Option<&'a Request> {
    (kind == ApprovalId::PREFIX)
        .then(|| base.copied(ApprovalId(id)))
        .flatten()
}

copied!(file_object by id, |row, base, to| {
    about(base, row.subject_type.as_deref()?, row.subject_id?)?;
    Some(Self {
        id: to.id(row.id),
        owner_id: to.member(base, row.owner_id),
        subject_id: row.subject_id.map(|id| to.uuid(id)),
        ..row.clone()
    })
});

copied!(notification_item by id, |row, base, to| {
    let request = about(base, &row.subject_type, row.subject_id)?;
    Some(Self {
        id: to.id(row.id),
        member_id: to.member(base, row.member_id),
        subject_id: to.uuid(row.subject_id),
        actor_id: row.actor_id.map(|member| to.member(base, member)),
        payload: to.json(base, &row.payload, Some(request)),
        ..row.clone()
    })
});

copied!(event_log by id, |row, base, to| {
    let request = about(base, &row.subject_type, row.subject_id);
    let subject = match request {
        Some(_) => to.uuid(row.subject_id),
        None if row.subject_type == MemberId::PREFIX => own(base, to, MemberId(row.subject_id))?.uuid(),
        None => return None,
    };
    Some(Self {
        id: to.id(row.id),
        subject_id: subject,
        actor_id: row.actor_id.map(|member| to.member(base, member)),
        topics: to.json(base, &row.topics, None),
        payload: to.json(base, &row.payload, request),
        ..row.clone()
    })
});
