//! What a fresh database has before people come: kinds of leave, the working calendar, built-in templates.

use crate::cx::Cx;
use crate::db::Tx;
use crate::error::Result;
use crate::{approval, calendar, identity, leave, org};

/// Puts in what is missing; what is there stays as it is.
pub async fn install(cx: &Cx, tx: &Tx) -> Result<()> {
    calendar::service::set_up(cx, tx).await?;
    leave::service::set_up(cx, tx).await?;
    approval::service::install_builtin(cx, tx).await
}

/// The administrator made at the first start.
pub struct First {
    /// Sign-in name.
    pub account: String,
    /// One-time password, told once.
    pub password: String,
}

/// Makes an administrator, and all a fresh database has, where nobody can administer this server yet; otherwise does nothing.
pub async fn first_start(cx: &Cx) -> Result<Option<First>> {
    if !org::service::needs_set_up(cx).await? {
        return Ok(None);
    }
    let password = identity::service::one_time_password(cx).await?;
    let with = org::service::SetUp {
        organisation: "我的公司",
        account: "admin",
        name: "管理员",
        password_hash: &password.hash,
    };
    let tx = cx.begin().await?;
    install(cx, &tx).await?;
    let account = org::service::set_up(cx, &tx, with).await?;
    tx.commit().await?;
    Ok(account.map(|account| First {
        account,
        password: password.plain,
    }))
}

/// At each start: puts in what is missing and grants this year's annual leave to whoever has none of it yet.
pub async fn start_year(cx: &Cx) -> Result<()> {
    use chrono::Datelike;
    let tx = cx.begin().await?;
    install(cx, &tx).await?;
    leave::service::grant_annual(cx, &tx, cx.today().year()).await?;
    tx.commit().await
}
