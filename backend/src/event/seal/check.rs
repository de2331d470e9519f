//! Reads the whole log against its seals.

use std::collections::VecDeque;
use std::fmt;

use entity::{event_log, event_seal};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Chain, Signer};
use crate::cx::Cx;
use crate::error::Result;

/// Rows read at a time.
const PAGE: u64 = 2_000;

/// What is wrong with the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// An event is missing: the number after the last one found.
    Missing(i64),
    /// Events between two numbers, both included, are not what was sealed.
    Changed(i64, i64),
    /// The seal up to a number was not signed by this server.
    Signature(i64),
    /// Events from a number on have no seal.
    Unsealed(i64),
    /// The log ends before a checkpoint kept elsewhere.
    Cut(i64),
    /// The log up to a checkpoint kept elsewhere is not what it was.
    Rewritten(i64),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(seq) => write!(f, "event {seq} is missing"),
            Self::Changed(from, through) if from == through => write!(f, "event {from} is not what was sealed"),
            Self::Changed(from, through) => write!(f, "events {from} to {through} are not what was sealed"),
            Self::Signature(seq) => write!(f, "the seal at event {seq} was not signed with the key of this server"),
            Self::Unsealed(seq) => write!(f, "events from {seq} on are not sealed; a server that runs seals them"),
            Self::Cut(seq) => write!(f, "the log ends before the checkpoint at event {seq}"),
            Self::Rewritten(seq) => write!(f, "the log up to event {seq} is not what the checkpoint says"),
        }
    }
}

/// What reading the log found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Where the chain ends.
    pub chain: Chain,
    /// Events committed that no relay has numbered yet.
    pub waiting: u64,
    /// What is wrong, oldest first.
    pub findings: Vec<Finding>,
}

/// Reads all seals and events; `kept` is a checkpoint from elsewhere.
pub async fn check(cx: &Cx, signer: &Signer, kept: Option<Chain>) -> Result<Report> {
    let mut events = Events::default();
    let mut chain = Chain::START;
    let mut findings = Vec::new();
    let mut seen = kept.is_none_or(|kept| kept == Chain::START);
    loop {
        let seals = event_seal::Entity::find()
            .filter(event_seal::Column::Through.gt(chain.through))
            .order_by_asc(event_seal::Column::Through)
            .limit(PAGE)
            .all(cx.db.read())
            .await?;
        if seals.is_empty() {
            break;
        }
        for seal in seals {
            let sealed = Chain::of(&seal);
            let covered = events.through(cx, sealed.through).await?;
            let gap = (chain.through + 1..=sealed.through).find(|seq| {
                let at = usize::try_from(seq - chain.through - 1).unwrap_or(usize::MAX);
                covered.get(at).is_none_or(|event| event.seq != Some(*seq))
            });
            if let Some(seq) = gap {
                findings.push(Finding::Missing(seq));
            } else if chain.with(&covered)? != Some(sealed) {
                findings.push(Finding::Changed(chain.through + 1, sealed.through));
            }
            if !signer.has_signed(&sealed, &seal.signature) {
                findings.push(Finding::Signature(sealed.through));
            }
            if let Some(kept) = kept.filter(|kept| kept.through == sealed.through) {
                seen = true;
                if kept != sealed {
                    findings.push(Finding::Rewritten(kept.through));
                }
            }
            chain = sealed;
        }
    }
    if let Some(kept) = kept.filter(|_| !seen) {
        findings.push(if kept.through > chain.through {
            Finding::Cut(kept.through)
        } else {
            Finding::Rewritten(kept.through)
        });
    }
    if let Some(event) = events.next(cx).await? {
        findings.push(Finding::Unsealed(event.seq.unwrap_or(chain.through + 1)));
    }
    let waiting = event_log::Entity::find()
        .filter(event_log::Column::Seq.is_null())
        .count(cx.db.read())
        .await?;
    Ok(Report {
        chain,
        waiting,
        findings,
    })
}

/// Numbered events in their order, a page at a time.
#[derive(Default)]
struct Events {
    page: VecDeque<event_log::Model>,
    last: i64,
}

impl Events {
    /// All events not taken yet up to a number.
    async fn through(&mut self, cx: &Cx, seq: i64) -> Result<Vec<event_log::Model>> {
        let mut taken = Vec::new();
        loop {
            self.fill(cx).await?;
            match self.page.front() {
                Some(event) if event.seq.is_some_and(|found| found <= seq) => taken.extend(self.page.pop_front()),
                _ => return Ok(taken),
            }
        }
    }

    async fn next(&mut self, cx: &Cx) -> Result<Option<event_log::Model>> {
        self.fill(cx).await?;
        Ok(self.page.pop_front())
    }

    async fn fill(&mut self, cx: &Cx) -> Result<()> {
        if self.page.is_empty() {
            self.page = event_log::Entity::find()
                .filter(event_log::Column::Seq.gt(self.last))
                .order_by_asc(event_log::Column::Seq)
                .limit(PAGE)
                .all(cx.db.read())
                .await?
                .into();
            self.last = self.page.back().and_then(|event| event.seq).unwrap_or(self.last);
        }
        Ok(())
    }
}
