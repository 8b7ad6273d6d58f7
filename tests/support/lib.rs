//! What the journeys share: real processes, hurt on purpose, and a look at what they left behind.
//!
//! * [`Hub`]: a hub process with its own data folder, killed and restarted at will.
//! * [`Clerk`]: a person's computer: one profile, driven by `hosoctl --json`.
//! * [`Window`]: the program behind the window, without a screen.
//! * [`kills`]: papers digitised by a program that is killed at any instant.
//! * [`crash`]: what programs wrote, played again on a disk that forgets what was not synced.
//! * [`many`]: tables of applicants taken in by a program that is killed at any instant.
//! * [`faults`]: jobs done while every kind of write fails in turn.
//! * [`ForeignServer`], [`ForeignClient`]: other people's tus; [`Front`]: a hub whose files go to another server.
//! * [`sending`]: dossiers sent by programs that are killed at any instant; [`Outgoing`]: whether each arrived once.
//! * [`network`]: the same over the worst networks, counted; [`load`]: by many at once; [`model`]: the hub's use cases, step by step.
//! * [`Link`]: a network that has its trouble with each request, and holds the hub to its [`Promises`].
//! * [`Proxy`]: the network between them: it cuts, stalls, or answers like a hotel's sign-in page.
//! * [`Desktop`]: the built window on a display of its own, driven by WebDriver.
//! * [`Tmpfs`]: a disk that is small or read-only.
//! * [`find_planted`]: looks for words that must not lie anywhere in clear.
//!
//! Everything blocks with a time limit and panics with the process's own output: a journey reads as a list of steps.
//! Binaries come from the folder in `HOSO_BIN`, OCR data from `HOSO_MODELS`; `cargo xtask test` sets both.

mod chance;
mod clerk;
#[cfg(target_os = "linux")]
pub mod crash;
#[cfg(target_os = "linux")]
mod desktop;
mod disk;
#[cfg(target_os = "linux")]
pub mod faults;
mod foreign;
mod front;
mod http;
mod hub;
pub mod kills;
mod link;
pub mod load;
pub mod many;
pub mod model;
pub mod network;
mod outgoing;
mod papers;
mod planted;
#[cfg(unix)]
pub mod postgres;
mod process;
mod promises;
mod proxy;
pub mod sending;
mod store;
mod window;

pub use chance::Chance;
pub use clerk::{Answer, Clerk};
#[cfg(target_os = "linux")]
pub use desktop::{Desktop, PATIENCE, core_process};
pub use disk::Tmpfs;
pub use foreign::{ForeignClient, ForeignServer, device_token};
pub use front::Front;
pub use hub::Hub;
pub use link::{Fault, Faults, Link, Passed};
pub use outgoing::{Outgoing, files_under};
pub use papers::{large_pdf, numbered_pages, pdf_of};
pub use planted::{Hit, find_planted};
pub use process::{Running, bin, models, sample, until, with_ending};
pub use promises::Promises;
pub use proxy::{Proxy, Trouble};
pub use store::Bucket;
pub use window::{Line, Window, runs};
