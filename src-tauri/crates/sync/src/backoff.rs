//! How long to wait before trying again.

use std::time::Duration;

/// Full jitter (Brooker, "Exponential Backoff And Jitter", 2015): a random time up to `base`·2ⁿ, at most `cap`, so that
/// a hundred offices whose network comes back at once do not call at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    pub base: Duration,
    pub cap: Duration,
}

impl Default for Backoff {
    /// A second, doubling to five minutes: for a program a person looks at.
    fn default() -> Self {
        Self { base: Duration::from_secs(1), cap: Duration::from_secs(300) }
    }
}

impl Backoff {
    /// The longest wait before try `attempt` + 1; `attempt` counts from 1.
    pub fn ceiling(&self, attempt: u32) -> Duration {
        let doubled = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        self.base.saturating_mul(doubled).min(self.cap)
    }

    /// A random wait up to the ceiling.
    pub fn delay(&self, attempt: u32) -> Duration {
        self.ceiling(attempt).mul_f64(fraction())
    }
}

/// A random number from 0 to 1. Without a source of randomness the whole wait is taken: later, never sooner.
pub(crate) fn fraction() -> f64 {
    let mut bytes = [0xff; 4];
    match getrandom::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap_and_are_jittered() {
        let backoff = Backoff { base: Duration::from_secs(1), cap: Duration::from_secs(300) };
        let ceilings: Vec<_> = [1, 2, 5, 9, 10, 40, u32::MAX].map(|n| backoff.ceiling(n).as_secs()).to_vec();
        assert_eq!(ceilings, [1, 2, 16, 256, 300, 300, 300]);
        let delays: Vec<_> = (0..50).map(|_| backoff.delay(9)).collect();
        assert!(delays.iter().all(|delay| *delay <= backoff.ceiling(9)));
        assert!(delays.iter().any(|delay| *delay != delays[0]));
    }
}
