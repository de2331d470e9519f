//! Signing in and out, sessions, passwords, and who stands behind a token: the slice's only user of the database.

mod authenticate;
mod hash;
mod password;
mod session;
mod sign_in;
mod state;

pub use authenticate::{access, authenticate, forget, forget_all, forget_session};
pub use hash::{OneTime, hash_password, one_time_password};
pub use password::{change_password, must_change_password, reset_password, reset_password_by_command, store_password};
pub use session::{end_sessions, refresh, revoke_session, sessions, sign_out, sign_out_by_token};
pub use sign_in::{SignIn, SignedIn, sign_in};
pub use state::start;
