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

impl Copied for org_department::Model {
    fn made(&self) -> Uuid {
        self.id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        Some(to.department(base, self))
    }
}

impl Copied for org_member::Model {
    fn made(&self) -> Uuid {
        self.id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        to.person(base, self)
    }
}

/// A member of a branch, for rows of their own; none for who serves all branches.
fn own(base: &Base, to: &Branch, member: MemberId) -> Option<MemberId> {
    (!base.shared.contains(&member)).then(|| to.id(member))
}

impl Copied for org_membership::Model {
    fn made(&self) -> Uuid {
        self.member_id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        Some(Self {
            member_id: own(base, to, self.member_id)?,
            department_id: to.id(self.department_id),
            ..self.clone()
        })
    }
}

impl Copied for identity_credential::Model {
    fn made(&self) -> Uuid {
        self.member_id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        Some(Self {
            member_id: own(base, to, self.member_id)?,
            ..self.clone()
        })
    }
}

impl Copied for leave_lot::Model {
    fn made(&self) -> Uuid {
        self.id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        Some(Self {
            id: to.id(self.id),
            member_id: own(base, to, self.member_id)?,
            ..self.clone()
        })
    }
}

impl Copied for leave_entry::Model {
    fn made(&self) -> Uuid {
        self.id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        if let Some(case) = self.case_id {
            base.copied(case)?;
        }
        Some(Self {
            id: to.id(self.id),
            member_id: own(base, to, self.member_id)?,
            lot_id: self.lot_id.map(|lot| to.id(lot)),
            case_id: self.case_id.map(|case| to.id(case)),
            actor_id: self.actor_id.map(|actor| to.member(base, actor)),
            ..self.clone()
        })
    }
}

impl Copied for approval_case::Model {
    fn made(&self) -> Uuid {
        self.id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        let request = base.copied(self.id)?;
        let json = |kept: &Document| Document::of(&to.json(base, &kept.parse().ok()?, Some(request))).ok();
        Some(Self {
            id: to.id(self.id),
            number: to.number(base, request),
            title: to.renamed(&self.title, self.applicant_id),
            title_en: to.renamed(&self.title_en, self.applicant_id),
            applicant_id: to.member(base, self.applicant_id),
            department_id: to.id(self.department_id),
            form: json(&self.form)?,
            summary: json(&self.summary)?,
            state: json(&self.state)?,
            waiting_for: json(&self.waiting_for)?,
            ..self.clone()
        })
    }
}

impl Copied for approval_round::Model {
    fn made(&self) -> Uuid {
        self.case_id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        let request = base.copied(self.case_id)?;
        Some(Self {
            case_id: to.id(self.case_id),
            form: to.json(base, &self.form, Some(request)),
            ..self.clone()
        })
    }
}

impl Copied for approval_node_run::Model {
    fn made(&self) -> Uuid {
        self.id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        base.copied(self.case_id)?;
        Some(Self {
            id: to.id(self.id),
            case_id: to.id(self.case_id),
            trace: to.json(base, &self.trace, None),
            ..self.clone()
        })
    }
}

impl Copied for approval_task::Model {
    fn made(&self) -> Uuid {
        self.id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        base.copied(self.case_id)?;
        Some(Self {
            id: to.id(self.id),
            case_id: to.id(self.case_id),
            node_run_id: to.id(self.node_run_id),
            assignee_id: to.member(base, self.assignee_id),
            on_behalf_of_id: self.on_behalf_of_id.map(|member| to.member(base, member)),
            decided_by_id: self.decided_by_id.map(|member| to.member(base, member)),
            attachments: to.json(base, &self.attachments, None),
            ..self.clone()
        })
    }
}

impl Copied for approval_copy::Model {
    fn made(&self) -> Uuid {
        self.case_id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        base.copied(self.case_id)?;
        Some(Self {
            case_id: to.id(self.case_id),
            member_id: to.member(base, self.member_id),
            sent_by_id: self.sent_by_id.map(|member| to.member(base, member)),
            ..self.clone()
        })
    }
}

impl Copied for approval_comment::Model {
    fn made(&self) -> Uuid {
        self.id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        base.copied(self.case_id)?;
        Some(Self {
            id: to.id(self.id),
            case_id: to.id(self.case_id),
            author_id: to.member(base, self.author_id),
            body: to.text(base, &self.body),
            mentions: to.json(base, &self.mentions, None),
            attachments: to.json(base, &self.attachments, None),
            ..self.clone()
        })
    }
}

impl Copied for leave_request::Model {
    fn made(&self) -> Uuid {
        self.id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        base.copied(self.id)?;
        Some(Self {
            id: to.id(self.id),
            member_id: to.member(base, self.member_id),
            ..self.clone()
        })
    }
}

impl Copied for leave_day::Model {
    fn made(&self) -> Uuid {
        self.request_id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        base.copied(self.request_id)?;
        Some(Self {
            member_id: to.member(base, self.member_id),
            request_id: to.id(self.request_id),
            ..self.clone()
        })
    }
}

impl Copied for attendance_day::Model {
    fn made(&self) -> Uuid {
        self.member_id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        if base.apart.contains(&self.member_id) {
            return None;
        }
        Some(Self {
            member_id: to.id(self.member_id),
            items: to.json(base, &self.items, None),
            ..self.clone()
        })
    }
}

/// The request an object belongs to, when there is one and it is copied.
fn about<'a>(base: &'a Base, kind: &str, id: Uuid) -> Option<&'a Request> {
    (kind == ApprovalId::PREFIX)
        .then(|| base.copied(ApprovalId(id)))
        .flatten()
}

impl Copied for file_object::Model {
    fn made(&self) -> Uuid {
        self.id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        about(base, self.subject_type.as_deref()?, self.subject_id?)?;
        Some(Self {
            id: to.id(self.id),
            owner_id: to.member(base, self.owner_id),
            subject_id: self.subject_id.map(|id| to.uuid(id)),
            ..self.clone()
        })
    }
}

impl Copied for notification_item::Model {
    fn made(&self) -> Uuid {
        self.id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        let request = about(base, &self.subject_type, self.subject_id)?;
        Some(Self {
            id: to.id(self.id),
            member_id: to.member(base, self.member_id),
            subject_id: to.uuid(self.subject_id),
            actor_id: self.actor_id.map(|member| to.member(base, member)),
            payload: to.json(base, &self.payload, Some(request)),
            ..self.clone()
        })
    }
}

impl Copied for event_log::Model {
    fn made(&self) -> Uuid {
        self.id.uuid()
    }

    fn copy(&self, base: &Base, to: &Branch) -> Option<Self> {
        let request = about(base, &self.subject_type, self.subject_id);
        let subject = match request {
            Some(_) => to.uuid(self.subject_id),
            None if self.subject_type == MemberId::PREFIX => own(base, to, MemberId(self.subject_id))?.uuid(),
            None => return None,
        };
        Some(Self {
            id: to.id(self.id),
            subject_id: subject,
            actor_id: self.actor_id.map(|member| to.member(base, member)),
            topics: to.json(base, &self.topics, None),
            payload: to.json(base, &self.payload, request),
            ..self.clone()
        })
    }
}
