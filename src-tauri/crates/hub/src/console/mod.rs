//! The command line's part about people: who they are, where they sit, what they did.

pub mod log;
pub mod people;

use hub::ledger::audit::Author;

/// Who sits at the console, for the audit log: `HOSO_HUB_OFFICER`, or the user of the system.
pub fn officer() -> Author {
    let named = ["HOSO_HUB_OFFICER", "SUDO_USER", "USER", "LOGNAME", "USERNAME"].into_iter();
    let name = named.filter_map(|name| std::env::var(name).ok()).find(|name| !name.trim().is_empty());
    Author::console(&name.unwrap_or_else(|| "console".to_owned()))
}
