//! Queries and commands of the organisation: the slice's only user of the database.

mod audience;
mod batch;
mod department;
mod directory;
mod edit;
mod flight;
mod import;
mod leader;
mod member;
mod read;
mod right;
mod role;
mod set_up;
mod standing;
mod write;

pub use audience::readers;
pub use batch::Seats;
pub use department::{
    CloseDepartment, CreateDepartment, MoveDepartment, UpdateDepartment, close_department, create_department,
    move_department, reopen_department, update_department,
};
pub use directory::{
    Person, Sizes, Structure, facts, forget_all, forget_member, known, leaders, line, people, sizes, structure,
    with_managers,
};
pub use import::{Counts, Imported, Upload, import_members, import_members_by_command};
pub use member::{
    CreateMember, Created, Edit, MemberEdit, create_member, disable_member, enable_member, set_locale, update_member,
};
pub use read::{MemberFilter, count_members, departments, member, members, named, organisation, positions, reports};
pub use right::{may, may_reset_password};
pub use role::{GrantRole, GrantView, grant_role, revoke_role, role_grants};
pub use set_up::{SetUp, check_first, needs_set_up, set_up};
pub use standing::{Standing, standing};
pub use write::lock;
