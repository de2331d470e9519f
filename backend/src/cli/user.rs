//! `tongshi user`.

use tongshi::config::Config;
use tongshi::identity::service::reset_password_by_command;

/// Gives an account a one-time password and prints it.
///
/// # Errors
/// No such account.
pub(super) async fn reset_password(config: Config, account: &str) -> Result<(), String> {
    let cx = super::open(config).await?;
    match reset_password_by_command(&cx, account)
        .await
        .map_err(tongshi::error::Error::line)?
    {
        Some(password) => {
            println!("One-time password of {account}: {password}");
            println!("It is to be changed at the first sign-in. All sessions of the account have ended.");
            Ok(())
        }
        None => Err(format!("no account {account:?}")),
    }
}
