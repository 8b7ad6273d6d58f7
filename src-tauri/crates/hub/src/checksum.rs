//! What the bytes of one request must hash to: said before them, or behind them in a trailer.

use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use tokio::sync::oneshot;
use wire::{
    Code, Problem,
    tus::{self, Checksum},
};

/// A checksum that a request has announced.
pub enum Announced {
    Now(Checksum),
    /// Told when the body has ended; dropped when no trailer came.
    Trailing(oneshot::Receiver<Result<Checksum, Problem>>),
}

/// The hash of a body on its way.
pub enum Hash {
    Sha1(Box<Sha1>, [u8; 20]),
    Sha256(Box<Sha256>, [u8; 32]),
    /// Which of the two it will be is not known before the end.
    Trailing(Box<(Sha1, Sha256)>, oneshot::Receiver<Result<Checksum, Problem>>),
}

impl Hash {
    pub fn new(announced: Announced) -> Self {
        match announced {
            Announced::Now(Checksum::Sha1(value)) => Self::Sha1(Box::default(), value),
            Announced::Now(Checksum::Sha256(value)) => Self::Sha256(Box::default(), value),
            Announced::Trailing(told) => Self::Trailing(Box::default(), told),
        }
    }

    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hasher, _) => hasher.update(bytes),
            Self::Sha256(hasher, _) => hasher.update(bytes),
            Self::Trailing(hashers, _) => {
                hashers.0.update(bytes);
                hashers.1.update(bytes);
            }
        }
    }

    /// At the end of the body: that it is what was announced.
    pub fn check(self) -> Result<(), Problem> {
        let matches = match self {
            Self::Sha1(hasher, expected) => hasher.finalize()[..] == expected,
            Self::Sha256(hasher, expected) => hasher.finalize()[..] == expected,
            Self::Trailing(hashers, mut told) => {
                let none = || Err(Problem::new(Code::BadRequest).with("what", tus::CHECKSUM));
                match told.try_recv().unwrap_or_else(|_| none())? {
                    Checksum::Sha1(expected) => hashers.0.finalize()[..] == expected,
                    Checksum::Sha256(expected) => hashers.1.finalize()[..] == expected,
                }
            }
        };
        if matches { Ok(()) } else { Err(Code::ChecksumMismatch.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trailer_is_believed_no_more_than_a_header() {
        let sha1 = |bytes: &[u8]| Checksum::Sha1(Sha1::digest(bytes).into());
        let sha256 = |bytes: &[u8]| Checksum::Sha256(Sha256::digest(bytes).into());
        let refused = Problem::new(Code::BadRequest).with("what", "x");
        let cases = [
            (Some(Ok(sha1(b"abc"))), None),
            (Some(Ok(sha256(b"abc"))), None),
            (Some(Ok(sha256(b"abd"))), Some(Code::ChecksumMismatch)),
            (Some(Err(refused)), Some(Code::BadRequest)),
            (None, Some(Code::BadRequest)),
        ];
        for (told, expected) in cases {
            let (teller, asked) = oneshot::channel();
            if let Some(told) = told {
                teller.send(told).unwrap();
            }
            let mut hash = Hash::new(Announced::Trailing(asked));
            hash.update(b"a");
            hash.update(b"bc");
            assert_eq!(hash.check().err().map(|problem| problem.code), expected);
        }
    }
}
