//! The checks, by chapter of the protocol. Numbers never change; a chapter has a hundred of them.

mod checksum;
mod concatenation;
mod creation;
mod deferred;
mod expiration;
mod head;
mod patch;
mod protocol;
mod robustness;
mod termination;
mod trouble;

use crate::check::Check;

/// Every check, in the order of their numbers.
pub fn all() -> Vec<Check> {
    let chapters = [
        protocol::CHECKS,
        head::CHECKS,
        patch::CHECKS,
        trouble::CHECKS,
        creation::CHECKS,
        deferred::CHECKS,
        expiration::CHECKS,
        checksum::CHECKS,
        termination::CHECKS,
        concatenation::CHECKS,
        robustness::CHECKS,
    ];
    chapters.concat()
}

/// What nearly every check stands on: without it there is no upload to look at.
const CREATION: &[&str] = &["creation"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_grow_and_every_check_says_what_and_whence() {
        let all = all();
        assert!(all.windows(2).all(|pair| pair[0].number < pair[1].number), "a number twice, or out of order");
        assert!(all.iter().all(|check| !check.name.is_empty() && check.clause.contains(" / ")));
        assert!(all.len() >= 120, "{} checks", all.len());
    }
}
