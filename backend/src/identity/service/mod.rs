//! Signing in and out, sessions, passwords, and who stands behind a token: the slice's only user of the database.

mod authenticate;
mod hash;
mod password;
mod personal;
mod session;
mod sign_in;
mod state;

pub use authenticate::{Admitted, admit, authenticate, forget, forget_all, forget_pass, forget_session, scopes_of};
pub use hash::{OneTime, hash_password, one_time_password};
pub use password::{
    change_password, check_new_password, replace_all_passwords, reset_password, reset_password_by_command,
    store_password,
};
pub use personal::{create_token, revoke_token, tokens};
pub use session::{
    end_sessions, refresh, revoke_other_sessions, revoke_session, sessions, sign_out, sign_out_by_token,
};
pub use sign_in::{Code, SignIn, SignedIn, sign_in, try_code};
pub use state::{start, token_time};
