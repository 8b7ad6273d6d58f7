//! Who may do what: the roles of people in an agency, and the rights each gives. One table, [`Role::may`]; whoever asks, asks it.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident $text:literal)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$of])* $variant,)*
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// As it is written in files, answers and commands.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

named! {
    /// What a person is in the agency; one person may be several.
    Role {
        /// Prepares and sends dossiers.
        Clerk "clerk"
        /// Receives at the one-stop counter.
        DeskOfficer "desk_officer"
        /// Handles what was received.
        HandlingOfficer "handling_officer"
        /// Answers for the agency.
        Leader "leader"
        /// Looks at everything and changes nothing.
        Inspector "inspector"
        /// Guides citizens and enters for them; sees no results (volunteers at the counter).
        Helper "helper"
        /// Keeps accounts and workstations; has nothing to do with dossiers.
        Administrator "administrator"
    }
}

named! {
    /// What a role may give.
    Right {
        /// Enters and sends dossiers.
        Prepare "prepare"
        /// Reads the agency's dossiers, their files, and what becomes of them.
        Read "read"
        /// Decides about dossiers.
        Decide "decide"
        /// Sends the approved lists of procedures without paper.
        Approve "approve"
        /// Reads the audit log.
        Inspect "inspect"
        /// Keeps people, units and workstations.
        Administer "administer"
    }
}

impl Role {
    /// The table.
    pub fn may(self, right: Right) -> bool {
        match self {
            Self::Clerk => matches!(right, Right::Prepare | Right::Read),
            Self::DeskOfficer | Self::HandlingOfficer => matches!(right, Right::Prepare | Right::Read | Right::Decide),
            Self::Leader => matches!(right, Right::Prepare | Right::Read | Right::Decide | Right::Approve),
            Self::Inspector => matches!(right, Right::Read | Right::Inspect),
            Self::Helper => matches!(right, Right::Prepare),
            Self::Administrator => matches!(right, Right::Approve | Right::Inspect | Right::Administer),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a role: {0:?}")]
pub struct NotARole(pub String);

impl FromStr for Role {
    type Err = NotARole;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wanted = text.replace('-', "_");
        Self::ALL.iter().copied().find(|role| role.name() == wanted).ok_or_else(|| NotARole(text.to_owned()))
    }
}

/// Whether any of a person's roles gives the right.
pub fn may(roles: &BTreeSet<Role>, right: Right) -> bool {
    roles.iter().any(|role| role.may(right))
}

/// How far a person's roles reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The own agency, at its workstations.
    Agency,
    /// Every agency of the hub, at any workstation: inspectors and administrators of the hub.
    Hub,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_the_documents_say() {
        let table: Vec<String> = Role::ALL
            .iter()
            .map(|role| {
                let rights = Right::ALL.iter().map(|right| if role.may(*right) { 'x' } else { '-' });
                format!("{role} {}", rights.collect::<String>())
            })
            .collect();
        // prepare, read, decide, approve, inspect, administer
        let expected = [
            "clerk xx----",
            "desk_officer xxx---",
            "handling_officer xxx---",
            "leader xxxx--",
            "inspector -x--x-",
            "helper x-----",
            "administrator ---xxx",
        ];
        assert_eq!(table, expected);
    }

    #[test]
    fn roles_read_as_they_are_written() {
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(*role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
        }
        assert_eq!("desk-officer".parse(), Ok(Role::DeskOfficer));
        assert!("boss".parse::<Role>().is_err());
        assert!(may(&[Role::Helper, Role::Inspector].into(), Right::Read), "several roles add up");
        assert!(!may(&[].into(), Right::Read));
    }
}
