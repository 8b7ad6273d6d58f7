//! What tests of this room start.

#[path = "../../../../tests/support/postgres.rs"]
pub mod postgres;
