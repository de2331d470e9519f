//! What a fresh database has before people come, and how its first people come: by the one-time code of the terminal.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::Datelike;
use indicatif::ProgressBar;
use rand::RngCore;
use subtle::ConstantTimeEq;
use tokio_util::sync::CancellationToken;

use crate::cx::Cx;
use crate::db::Tx;
use crate::demo::{self, Past};
use crate::error::{Error, Result, Text};
use crate::identity::service::{self as identity, Code, SignIn, SignedIn};
use crate::{approval, calendar, leave, org};

/// People of the demo company.
const DEMO_PEOPLE: usize = 200;

/// How often it is looked whether a year has begun.
const EVERY: Duration = Duration::from_secs(1);

/// How far the set-up of a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nobody can administer it yet.
    Needed,
    /// The demo company is being made.
    Filling,
    /// The demo company could not be made; the log says why.
    Failed,
    /// People work with it.
    Done,
}

/// What this process knows of the set-up.
#[derive(Default)]
struct Progress {
    code: Mutex<Option<String>>,
    filling: AtomicBool,
    failed: AtomicBool,
    done: AtomicBool,
}

impl Progress {
    fn of(cx: &Cx) -> Arc<Self> {
        cx.memory.get()
    }

    fn set_code(&self, code: Option<String>) {
        *self.code.lock().unwrap_or_else(PoisonError::into_inner) = code;
    }

    fn fits(&self, code: &str) -> bool {
        let plain = |text: &str| -> String {
            let kept = text.chars().filter(char::is_ascii_alphanumeric);
            kept.map(|c| c.to_ascii_lowercase()).collect()
        };
        let right = self.code.lock().unwrap_or_else(PoisonError::into_inner).clone();
        right.is_some_and(|right| plain(&right).as_bytes().ct_eq(plain(code).as_bytes()).into())
    }
}

/// The company to begin with, and who administers it.
#[derive(Clone, Copy, Debug)]
pub struct Company<'a> {
    /// Name of the company.
    pub organisation: &'a str,
    /// Sign-in name of the administrator.
    pub account: &'a str,
    /// Name of the administrator.
    pub name: &'a str,
    /// Password of the administrator.
    pub password: &'a str,
}

/// From where a code is given.
#[derive(Clone, Copy, Debug)]
pub struct From<'a> {
    /// Network address.
    pub address: &'a str,
    /// Browser, as it names itself.
    pub user_agent: &'a str,
}

/// Puts in what is missing; what is there stays as it is.
pub async fn install(cx: &Cx, tx: &Tx) -> Result<()> {
    calendar::service::set_up(cx, tx).await?;
    leave::service::set_up(cx, tx).await?;
    approval::service::install_builtin(cx, tx).await
}

/// Puts in what is missing, before people are served.
pub async fn prepare(cx: &Cx) -> Result<()> {
    let tx = cx.begin().await?;
    tx.alone("start of the year").await?;
    install(cx, &tx).await?;
    tx.commit().await
}

/// At each start and at the beginning of each year: puts in what is missing and grants this year's annual leave to whoever has none
/// of it yet. Servers that do it at the same time do it once.
async fn start_year(cx: &Cx) -> Result<()> {
    let tx = cx.begin().await?;
    tx.alone("start of the year").await?;
    // Whoever changes members grants, too.
    org::service::lock(&tx).await?;
    install(cx, &tx).await?;
    leave::service::grant_annual(cx, &tx, cx.today().year()).await?;
    tx.commit().await
}

/// Begins the year a server starts in, while it serves people already. Tried until it is done or the server stops.
pub async fn this_year(cx: Cx, stop: CancellationToken) {
    while !begin_year(&cx, cx.today().year()).await {
        if stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_none() {
            return;
        }
    }
}

/// Begins the year where a server runs over its beginning, until told to stop. For the year it starts in there is [`this_year`].
pub async fn years(cx: Cx, stop: CancellationToken) {
    let mut begun = cx.today().year();
    while stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
        let year = cx.today().year();
        // Also a clock that was set back: what was granted stays granted.
        if year > begun && begin_year(&cx, year).await {
            begun = year;
        }
    }
}

async fn begin_year(cx: &Cx, year: i32) -> bool {
    match cx.db.unless_lost(start_year(cx)).await {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(%error, year, "the year could not be begun; it is tried again");
            false
        }
    }
}

/// Makes the one-time code, where nobody can administer this server yet. It counts in this process, until it is used.
pub async fn begin(cx: &Cx) -> Result<Option<String>> {
    if stage(cx).await? != Stage::Needed {
        return Ok(None);
    }
    let mut random = [0; 12];
    rand::rng().fill_bytes(&mut random);
    let code = crate::identity::model::one_time_password(&random);
    Progress::of(cx).set_code(Some(code.clone()));
    Ok(Some(code))
}

/// How far the set-up is.
pub async fn stage(cx: &Cx) -> Result<Stage> {
    let progress = Progress::of(cx);
    let is = |flag: &AtomicBool| flag.load(Ordering::Acquire);
    if is(&progress.filling) {
        return Ok(Stage::Filling);
    }
    if is(&progress.failed) {
        return Ok(Stage::Failed);
    }
    if is(&progress.done) {
        return Ok(Stage::Done);
    }
    if org::service::needs_set_up(cx).await? {
        return Ok(Stage::Needed);
    }
    progress.done.store(true, Ordering::Release);
    Ok(Stage::Done)
}

/// Makes the company with its administrator and signs the administrator in. The code is used up.
///
/// # Errors
/// [`Error::Invalid`] naming `code`, `organisation`, `account`, `name` or `password`; [`Error::Throttled`] after too many wrong
/// codes; [`Error::NotAllowedNow`] when somebody else was faster.
pub async fn found(cx: &Cx, from: From<'_>, code: &str, company: Company<'_>) -> Result<SignedIn> {
    open(cx, from, code).await?;
    let organisation = company.organisation.trim();
    let account = org::service::check_first(organisation, company.account, company.name)?;
    identity::check_new_password("password", company.password, &account)?;
    let hash = identity::hash_password(cx, company.password).await?;
    let with = org::service::SetUp {
        organisation,
        account: &account,
        name: company.name.trim(),
        password_hash: &hash,
    };
    let tx = cx.begin().await?;
    install(cx, &tx).await?;
    let account = org::service::set_up(cx, &tx, with).await?.ok_or_else(done)?;
    tx.commit().await?;
    Progress::of(cx).set_code(None);
    let sign_in = SignIn {
        account: &account,
        password: company.password,
        user_agent: from.user_agent,
        address: from.address,
    };
    identity::sign_in(cx, sign_in).await
}

/// Begins to fill the database with the demo company, all of whose accounts get one password. [`stage`] tells when it is done. The
/// code is used up.
///
/// # Errors
/// As [`found`], naming `code` or `password`; [`Error::NotAllowedNow`] where there are people already.
pub async fn fill_demo(cx: &Cx, from: From<'_>, code: &str, password: &str) -> Result<()> {
    open(cx, from, code).await?;
    identity::check_new_password("password", password, "admin")?;
    if demo::is_filled(cx).await? {
        return Err(Error::not_now(
            "数据库里已经有成员，不能再载入演示数据",
            "There are people already; demo data is for an empty server",
        ));
    }
    let progress = Progress::of(cx);
    if progress.filling.swap(true, Ordering::AcqRel) {
        return Err(done());
    }
    progress.set_code(None);
    let (cx, password) = (cx.clone(), password.to_owned());
    tokio::spawn(async move {
        let filled: Result<()> = async {
            let hash = identity::hash_password(&cx, &password).await?;
            demo::fill(&cx, DEMO_PEOPLE, Past::Year, &ProgressBar::hidden()).await?;
            identity::replace_all_passwords(&cx, &hash).await
        }
        .await;
        if let Err(error) = &filled {
            tracing::error!(%error, "the demo company could not be made");
        }
        progress.failed.store(filled.is_err(), Ordering::Release);
        progress.filling.store(false, Ordering::Release);
    });
    Ok(())
}

/// Holds a code to the one of the terminal.
async fn open(cx: &Cx, from: From<'_>, code: &str) -> Result<()> {
    if stage(cx).await? != Stage::Needed {
        return Err(done());
    }
    let progress = Progress::of(cx);
    let right = identity::try_code(cx, Code::SetUp, from.address, || progress.fits(code)).await?;
    if right {
        return Ok(());
    }
    Err(Error::invalid(
        "code",
        "设置码不正确，请看启动服务的终端",
        "This is not the code; see the terminal the server was started in",
    ))
}

fn done() -> Error {
    Error::NotAllowedNow(Text::new(
        "这个服务已经设置好了，请直接登录",
        "This server has been set up; please sign in",
    ))
}
