//! The outbox runner: sends what the store has frozen to the enrolled hub, exactly once, whatever the network does, and
//! brings the hub's events back.
//!
//! It trusts the hub's word over its own memory (every try begins by asking for the true offset), the hub's signature
//! over any address, and nothing over a receipt: only one for our own manifest ends a submission.

mod asking;
mod backoff;
mod catalogue;
mod enrol;
mod events;
mod fault;
mod hub;
mod no_paper;
mod pace;
pub mod parcel;
mod reply;
mod runner;
mod session;
mod submission;
#[cfg(test)]
mod testing;
mod upload;

pub use asking::Asking;
pub use backoff::Backoff;
pub use catalogue::{CatalogueNews, fetch_catalogue};
pub use enrol::{Enrolling, enrol};
pub use events::{follow_events, pull_events};
pub use fault::{Fault, Lack, remedy};
pub use hub::{Hub, Online, Proxy, Timeouts};
pub use no_paper::{ListNews, fetch_lists, lists_applied, send_list, tell_applied};
pub use pace::Pace;
pub use runner::{Ended, HUB_LIMITS, Options, Progress, Quick, Runner, Step, Summary, Until, fetch_limits};
pub use session::Person;
pub use submission::prepare;

/// The clock of whoever runs this room; settable in tests.
pub trait Clock: Send + Sync {
    fn now(&self) -> store::Timestamp;
}

impl<F: Fn() -> store::Timestamp + Send + Sync> Clock for F {
    fn now(&self) -> store::Timestamp {
        self()
    }
}
