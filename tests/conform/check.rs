//! What a check is, and what can come of one.

use std::fmt::{self, Display};

use crate::http::Reply;
use crate::server::Server;

/// How much the protocol wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Must,
    Should,
    /// Beyond the protocol, or left to the server: worth knowing.
    May,
}

impl Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
            Self::May => "MAY",
        })
    }
}

/// One thing that is looked at.
#[derive(Clone, Copy)]
pub struct Check {
    /// Never changes, never used again for something else.
    pub number: u16,
    pub level: Level,
    /// The part of the protocol it comes from.
    pub clause: &'static str,
    /// What is so when it passes.
    pub name: &'static str,
    /// The extensions without which it does not apply.
    pub needs: &'static [&'static str],
    pub run: fn(&Server) -> Checked,
}

/// What came of a check: passed, or not.
pub type Checked = Result<(), Not>;

/// Why a check did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Not {
    Met { expected: String, came: String },
    Applicable(String),
}

impl Not {
    pub fn met(expected: impl Display, came: impl Display) -> Not {
        Not::Met { expected: expected.to_string(), came: came.to_string() }
    }

    pub fn applicable(why: impl Display) -> Not {
        Not::Applicable(why.to_string())
    }
}

impl Display for Not {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Not::Met { expected, came } => write!(f, "expected {expected}; {came}"),
            Not::Applicable(why) => f.write_str(why),
        }
    }
}

/// That something is so.
pub fn ensure(so: bool, expected: impl Display, came: impl Display) -> Checked {
    if so { Ok(()) } else { Err(Not::met(expected, came)) }
}

/// What is expected of a reply.
pub trait Expect: Sized {
    /// One of these statuses.
    fn is(&self, statuses: &[u16]) -> Result<&Self, Not>;
    /// A refusal that blames the client.
    fn refuses(&self) -> Result<&Self, Not>;
    /// A header, whatever it says.
    fn has(&self, name: &str) -> Result<&str, Not>;
    fn lacks(&self, name: &str) -> Result<&Self, Not>;
    fn says(&self, name: &str, value: impl Display) -> Result<&Self, Not>;
    /// `Upload-Offset` as a number.
    fn offset(&self) -> Result<u64, Not>;
}

impl Expect for Reply {
    fn is(&self, statuses: &[u16]) -> Result<&Self, Not> {
        let wanted = || statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ");
        if statuses.contains(&self.status) { Ok(self) } else { Err(Not::met(format!("status {}", wanted()), self)) }
    }

    fn refuses(&self) -> Result<&Self, Not> {
        if (400..500).contains(&self.status) { Ok(self) } else { Err(Not::met("a refusal (4xx)", self)) }
    }

    fn has(&self, name: &str) -> Result<&str, Not> {
        self.header(name).ok_or_else(|| Not::met(format!("the header {name}"), self))
    }

    fn lacks(&self, name: &str) -> Result<&Self, Not> {
        if self.header(name).is_none() { Ok(self) } else { Err(Not::met(format!("no header {name}"), self)) }
    }

    fn says(&self, name: &str, value: impl Display) -> Result<&Self, Not> {
        let value = value.to_string();
        if self.header(name) == Some(value.as_str()) {
            Ok(self)
        } else {
            Err(Not::met(format!("{name}: {value}"), self))
        }
    }

    fn offset(&self) -> Result<u64, Not> {
        self.has("Upload-Offset")?.parse().map_err(|_| Not::met("Upload-Offset as a number", self))
    }
}

const fn check(
    level: Level,
    number: u16,
    clause: &'static str,
    name: &'static str,
    run: fn(&Server) -> Checked,
) -> Check {
    Check { number, level, clause, name, needs: &[], run }
}

pub const fn must(number: u16, clause: &'static str, name: &'static str, run: fn(&Server) -> Checked) -> Check {
    check(Level::Must, number, clause, name, run)
}

pub const fn should(number: u16, clause: &'static str, name: &'static str, run: fn(&Server) -> Checked) -> Check {
    check(Level::Should, number, clause, name, run)
}

pub const fn may(number: u16, clause: &'static str, name: &'static str, run: fn(&Server) -> Checked) -> Check {
    check(Level::May, number, clause, name, run)
}

impl Check {
    pub const fn needs(mut self, extensions: &'static [&'static str]) -> Check {
        self.needs = extensions;
        self
    }

    /// Runs it, if it applies.
    pub fn apply(&self, server: &Server) -> Checked {
        match self.needs.iter().find(|extension| !server.can(extension)) {
            Some(missing) => Err(Not::applicable(format!("the server does not advertise {missing}"))),
            None => (self.run)(server),
        }
    }
}
