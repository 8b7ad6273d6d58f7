//! This computer, as far as people name it.

use dossier::Timestamp;

/// The system's clock: the one place where a command line or a window reads it. Tests bring their own.
#[expect(clippy::disallowed_methods, reason = "this is the clock that is passed in everywhere else")]
pub fn system_clock() -> Timestamp {
    Timestamp::new(time::OffsetDateTime::now_utc())
}

/// The signed-in user of this computer, as the log names them until people have accounts.
pub fn signed_in_user() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()))
        .unwrap_or_else(|| "–".to_owned())
}

/// The computer's name.
pub fn computer_name() -> String {
    let told = std::env::var("HOSTNAME").or_else(|_| std::env::var("COMPUTERNAME")).ok();
    let told = told.or_else(|| std::fs::read_to_string("/etc/hostname").ok());
    told.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or_else(|| "–".to_owned())
}
