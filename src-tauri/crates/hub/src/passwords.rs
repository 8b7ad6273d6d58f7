//! Passwords: how they are kept, how they are compared, and which are taken.

use std::sync::LazyLock;

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::SaltString,
};
use dossier::{Timestamp, text::fold};
use tokio::sync::Semaphore;
use wire::{
    Code, Problem,
    auth::{MAX_PASSWORD, MIN_PASSWORD, Password},
    enrol::EnrolmentCode,
};

use crate::{fault::Fault, ledger::accounts::KeptPassword, random};

/// What a new password costs to try (argon2id; OWASP's cheat sheet on password storage, 2023: 19 MiB, two passes, one lane). What is
/// kept names its own cost, so that this may grow.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many passwords are compared at the same time: each takes its memory and a processor.
const AT_ONCE: usize = 4;
static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// How long a password is good unless the hub is told otherwise, in days.
pub const PASSWORD_DAYS: u32 = 180;

/// What everybody tries first, folded and without spaces; the name of the person is refused by itself.
const KNOWN: &[&str] = &[
    "1234567890",
    "0123456789",
    "12345678910",
    "123456789a",
    "1q2w3e4r5t",
    "qwertyuiop",
    "password123",
    "password1234",
    "passw0rd123",
    "matkhau123",
    "matkhau1234",
    "matkhau12345",
    "administrator",
    "admin12345",
    "admin123456",
    "abc123456789",
    "iloveyou123",
    "vietnam123",
    "vietnam2026",
    "welcome123",
    "0000000000",
    "1111111111",
    "9999999999",
    "aaaaaaaaaa",
];

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &Password, salt: &[u8; 16]) -> Option<String> {
    let salt = SaltString::encode_b64(salt).ok()?;
    argon2().hash_password(password.reveal().as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

/// Compared with where there is no such person: as dear as a real one.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now(&Password::new("nobody"), &[0; 16]).unwrap_or_default());

/// A PHC string of the password, under a salt of its own.
pub async fn hash(password: Password) -> Result<String, Fault> {
    let salt = random()?;
    let _turn = TURNS.acquire().await.map_err(|_| Fault::Stopped)?;
    let hash = tokio::task::spawn_blocking(move || hash_now(&password, &salt)).await?;
    hash.ok_or(Fault::Damaged { what: "the password's parameters" })
}

/// Whether it is the password; without one to compare with, not, at the same cost.
pub async fn is_right(password: Password, kept: Option<String>) -> Result<bool, Fault> {
    let _turn = TURNS.acquire().await.map_err(|_| Fault::Stopped)?;
    let compared = move || {
        let nobodys = kept.is_none();
        let text = kept.unwrap_or_else(|| NOBODY.clone());
        let given = password.reveal();
        if given.len() > MAX_PASSWORD {
            return false;
        }
        let right =
            PasswordHash::new(&text).is_ok_and(|kept| argon2().verify_password(given.as_bytes(), &kept).is_ok());
        right && !nobodys
    };
    Ok(tokio::task::spawn_blocking(compared).await?)
}

/// Refuses a password that would be guessed: [`Code::PasswordWeak`].
pub fn check(new: &Password, sign_in_name: &str, name: &str) -> Result<(), Problem> {
    let refuse = |reason: &str| Err(Problem::new(Code::PasswordWeak).with("reason", reason));
    let text = new.reveal();
    if text.chars().count() < MIN_PASSWORD || text.len() > MAX_PASSWORD {
        return refuse("short");
    }
    let bare = |text: &str| fold(text).replace(' ', "");
    let folded = bare(&text);
    let own = [sign_in_name, name, sign_in_name.split('@').next().unwrap_or_default()];
    // The name with a year behind it is still the name.
    let letters = folded.trim_matches(|c: char| !c.is_alphabetic());
    if own.iter().map(|own| bare(own)).any(|own| !own.is_empty() && (own == folded || own == letters)) {
        return refuse("name");
    }
    let mut characters = folded.chars();
    let first = characters.next();
    if KNOWN.contains(&folded.as_str()) || characters.all(|c| Some(c) == first) {
        return refuse("known");
    }
    Ok(())
}

/// A first password, to be told once and changed at the first sign-in.
pub fn first() -> Result<Password, Fault> {
    Ok(Password::new(EnrolmentCode::from_random(random()?).reveal()))
}

/// A password as it is kept from `now` on.
pub fn kept(hash: String, days: u32, must_change: bool, now: Timestamp) -> KeptPassword {
    let expires_at = Timestamp::new(now.get() + time::Duration::days(days.into()));
    KeptPassword { hash, set_at: now, expires_at, must_change }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_right_for_its_own_hash_only() {
        let hash = hash(Password::new("Mùa xuân 2026")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        // Typed on another system: decomposed.
        let decomposed = Password::new("Mu\u{300}a xua\u{302}n 2026");
        assert!(is_right(decomposed, Some(hash.clone())).await.unwrap());
        assert!(!is_right(Password::new("mùa xuân 2026"), Some(hash)).await.unwrap());
        assert!(!is_right(Password::new("nobody"), None).await.unwrap());
        assert!(!is_right(Password::new("x"), Some("broken".into())).await.unwrap());
    }

    #[test]
    fn what_would_be_guessed_is_refused() {
        let reason = |text: &str| {
            let refused = check(&Password::new(text), "hoa.nt@angiang.gov.vn", "Nguyễn Thị Hoa").err();
            refused.map(|problem| problem.args["reason"].as_str().unwrap_or_default().to_owned())
        };
        assert_eq!(reason("ngắn quá"), Some("short".into()));
        assert_eq!(reason("Nguyễn Thị Hoa"), Some("name".into()));
        assert_eq!(reason("nguyenthihoa2026"), Some("name".into()));
        assert_eq!(reason("Mật khẩu 123"), Some("known".into()));
        assert_eq!(reason("zzzzzzzzzzzz"), Some("known".into()));
        assert_eq!(reason("bốn mùa xuân hạ"), None);
    }
}
