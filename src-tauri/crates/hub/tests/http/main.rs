//! The hub over HTTP, on a loopback port.

mod dossiers;
mod extensions;
mod hub_itself;
mod no_paper;
mod parcels;
mod people;
mod process;
mod reviews;
mod support;
mod uploads;
