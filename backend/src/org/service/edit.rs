//! Turns the texts of an edit into a row, in their normal forms, and remembers what changes and what is wrong.

use chrono::{Datelike, NaiveDate};
use entity::{MemberId, org_member};
use sea_orm::ActiveValue::{self, Set};

use super::member::{Edit, MemberEdit};
use crate::error::{Error, FieldError, Result};
use crate::org::fault::Fault;
use crate::org::model::normal;
use crate::org::pinyin;

/// A row on its way.
pub(super) struct Editor<'a> {
    /// What is to be written.
    pub(super) row: org_member::ActiveModel,
    before: Option<&'a org_member::Model>,
    changes: Vec<&'static str>,
    errors: Vec<FieldError>,
}

impl<'a> Editor<'a> {
    /// For a member as it is; none for a new one.
    pub(super) fn new(before: Option<&'a org_member::Model>) -> Self {
        Self {
            row: org_member::ActiveModel::default(),
            before,
            changes: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Something is wrong with the input at `path`.
    pub(super) fn wrong(&mut self, path: &str, fault: &Fault) {
        self.errors.push(fault.at(path));
    }

    /// Something is wrong, said in other words.
    pub(super) fn wrong_text(&mut self, error: FieldError) {
        self.errors.push(error);
    }

    /// A field changes.
    pub(super) fn changed(&mut self, field: &'static str) {
        self.changes.push(field);
    }

    /// The fields that change.
    pub(super) fn changes(&self) -> &[&'static str] {
        &self.changes
    }

    /// The manager before the change.
    pub(super) fn manager_now(&self) -> Option<MemberId> {
        self.before.and_then(|before| before.manager_id)
    }

    /// The mobile number to be written.
    pub(super) fn new_mobile(&self) -> Option<String> {
        written(&self.row.mobile)
    }

    /// The badge number to be written.
    pub(super) fn new_employee_no(&self) -> Option<String> {
        written(&self.row.employee_no)
    }

    /// The row, once nothing is wrong.
    pub(super) fn finish(self) -> Result<org_member::ActiveModel> {
        if self.errors.is_empty() {
            Ok(self.row)
        } else {
            Err(Error::Invalid(self.errors))
        }
    }

    /// Takes over what the edit says, departments and position aside.
    pub(super) fn apply(&mut self, edit: &MemberEdit) {
        let before = self.before;
        if let Some(raw) = &edit.name {
            match normal::name(raw) {
                Ok(name) if before.is_some_and(|before| before.name == name) => {}
                Ok(name) => {
                    let reading = pinyin::read(&name);
                    self.row.pinyin = Set(reading.pinyin);
                    self.row.initials = Set(reading.initials);
                    self.row.name = Set(name);
                    self.changed("name");
                }
                Err(fault) => self.wrong("name", &fault),
            }
        }
        let short = |raw: &str| normal::text(raw, normal::MOST_NAME);
        let long = |raw: &str| normal::text(raw, normal::MOST_TEXT);
        if let Some(new) = self.text("alias", &edit.alias, short, |before| &before.alias) {
            self.row.alias = Set(new);
        }
        if let Some(new) = self.text("mobile", &edit.mobile, normal::mobile, |before| &before.mobile) {
            self.row.mobile = Set(new);
        }
        if let Some(new) = self.text("telephone", &edit.telephone, short, |before| &before.telephone) {
            self.row.telephone = Set(new);
        }
        if let Some(new) = self.text("email", &edit.email, normal::email, |before| &before.email) {
            self.row.email = Set(new);
        }
        if let Some(new) = self.text("workEmail", &edit.work_email, normal::email, |before| {
            &before.work_email
        }) {
            self.row.work_email = Set(new);
        }
        if let Some(new) = self.text("address", &edit.address, long, |before| &before.address) {
            self.row.address = Set(new);
        }
        if let Some(new) = self.text("office", &edit.office, short, |before| &before.office) {
            self.row.office = Set(new);
        }
        if let Some(new) = self.text("employeeNo", &edit.employee_no, short, |before| &before.employee_no) {
            self.row.employee_no = Set(new);
        }
        if let Some(new) = self.value("gender", edit.gender, |before| before.gender) {
            self.row.gender = Set(new);
        }
        if let Some(new) = self.value("managerId", edit.manager, |before| before.manager_id) {
            self.row.manager_id = Set(new);
        }
        if let Some(new) = self.day("hiredOn", edit.hired_on, |before| before.hired_on) {
            self.row.hired_on = Set(new);
        }
        if let Some(new) = self.day("careerStartedOn", edit.career_started_on, |before| {
            before.career_started_on
        }) {
            self.row.career_started_on = Set(new);
        }
        self.check_career();
    }

    /// Nobody's career begins after they were hired. Days that stay as they are are not asked about.
    fn check_career(&mut self) {
        let (career, hired) = (&self.row.career_started_on, &self.row.hired_on);
        let path = match (career, hired) {
            (Set(_), _) => "careerStartedOn",
            (_, Set(_)) => "hiredOn",
            _ => return,
        };
        let before = |day: fn(&org_member::Model) -> Option<NaiveDate>| self.before.and_then(day);
        let career = day_of(career, before(|row| row.career_started_on));
        let hired = day_of(hired, before(|row| row.hired_on));
        if career.zip(hired).is_some_and(|(career, hired)| career > hired) {
            self.wrong(path, &Fault::CareerAfterHiring);
        }
    }

    /// The new text of a field, when it changes.
    fn text(
        &mut self,
        path: &'static str,
        edit: &Edit<String>,
        read: impl Fn(&str) -> Result<Option<String>, Fault>,
        before: impl Fn(&org_member::Model) -> &Option<String>,
    ) -> Edit<String> {
        let new = match read(edit.as_ref()?.as_deref().unwrap_or_default()) {
            Ok(new) => new,
            Err(fault) => {
                self.wrong(path, &fault);
                return None;
            }
        };
        let same = self.before.map_or(new.is_none(), |row| *before(row) == new);
        if same {
            return None;
        }
        self.changed(path);
        Some(new)
    }

    /// The new day of a field, when it changes.
    fn day(
        &mut self,
        path: &'static str,
        edit: Edit<NaiveDate>,
        before: impl Fn(&org_member::Model) -> Option<NaiveDate>,
    ) -> Edit<NaiveDate> {
        if edit.flatten().is_some_and(|day| !normal::YEARS.contains(&day.year())) {
            self.wrong(path, &Fault::BadDate);
            return None;
        }
        self.value(path, edit, before)
    }

    /// The new value of a field, when it changes.
    fn value<T: Copy + PartialEq>(
        &mut self,
        path: &'static str,
        edit: Edit<T>,
        before: impl Fn(&org_member::Model) -> Option<T>,
    ) -> Edit<T> {
        let new = edit?;
        if self.before.map_or(new.is_none(), |row| before(row) == new) {
            return None;
        }
        self.changed(path);
        Some(new)
    }
}

fn written(value: &ActiveValue<Option<String>>) -> Option<String> {
    match value {
        Set(value) => value.clone(),
        _ => None,
    }
}

/// The day as it will be.
fn day_of(new: &ActiveValue<Option<NaiveDate>>, before: Option<NaiveDate>) -> Option<NaiveDate> {
    match new {
        Set(day) => *day,
        _ => before,
    }
}
