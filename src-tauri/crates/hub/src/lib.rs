//! The receiving server: takes dossiers in, exactly once, and tells what becomes of them.
//!
//! Facts are in a [`ledger::Ledger`], files in an object store ([`objects`]), uploads under way in a [`spool`].
//! [`uploads`], [`submissions`], [`parcels`], [`sign_in`], [`directory`] and [`officer`] are the use cases; [`http`] puts them on the
//! network, [`serve`] runs it all.
//! `kill -9` is safe at every point: nothing is answered before it is durable.

pub mod catalogue;
pub mod checksum;
pub mod data;
pub mod directory;
pub mod fault;
pub mod handover;
pub mod http;
pub mod jobs;
pub mod keeping;
pub mod ledger;
pub mod objects;
pub mod officer;
pub mod parcels;
pub mod passwords;
pub mod review;
pub mod serve;
pub mod sign_in;
pub mod spool;
pub mod submissions;
#[cfg(test)]
mod testing;
pub mod uploads;

use std::sync::Arc;

use dossier::Timestamp;
use time::OffsetDateTime;

use crate::fault::Fault;

/// What time it is; another clock in tests.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The computer's clock.
#[expect(clippy::disallowed_methods, reason = "the one place of this program that asks the clock")]
pub fn system_clock() -> Clock {
    Arc::new(|| Timestamp::new(OffsetDateTime::now_utc()))
}

/// Bytes for keys, tokens and codes, from the operating system.
pub fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Fault::Random)?;
    Ok(bytes)
}
