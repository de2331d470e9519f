//! What a fresh database has before people come: kinds of leave, the working calendar, built-in templates.

use crate::cx::Cx;
use crate::db::Tx;
use crate::error::Result;
use crate::{approval, calendar, leave};

/// Puts in what is missing; what is there stays as it is.
pub async fn install(cx: &Cx, tx: &Tx) -> Result<()> {
    calendar::service::set_up(cx, tx).await?;
    leave::service::set_up(cx, tx).await?;
    approval::service::install_builtin(cx, tx).await
}
