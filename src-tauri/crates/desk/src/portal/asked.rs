//! What can be asked about filing at a portal by hand, and what is answered.

use std::path::{Path, PathBuf};

use dossier::{Date, DossierId, Portal, State, Timestamp, Words, digest::Digest};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Use;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum PortalRequest {
    /// The portals that are known, each in its newest revision.
    List,
    /// Takes a portal's file into this computer's data.
    Import { file: PathBuf },
    /// How a dossier stands: its pack, its filing.
    Show { dossier: DossierId },
    /// Its answers, one by one, in the order of the form, as they are pasted into a portal's own form.
    Sheet { dossier: DossierId },
    /// Writes the pack into `folder`: as a folder of its own, or as one file. `reason`: why the dossier goes both ways, or is packed
    /// once more; empty where it goes this way alone.
    Pack {
        dossier: DossierId,
        portal: String,
        folder: PathBuf,
        zip: bool,
        #[serde(default)]
        reason: String,
    },
    /// The pack was not filed, and will not be.
    Withdraw { dossier: DossierId, reason: String },
    /// Puts a dossier that was packed into the outbox too.
    SendToo { dossier: DossierId, reason: String },
    /// Looks for the portal's code in a slip: a PDF or a picture.
    ReadSlip { dossier: DossierId, file: PathBuf },
    /// The portal took it under this code. `sure`: whatever shape the code has.
    Filed {
        dossier: DossierId,
        code: String,
        on: Option<Date>,
        slip: Option<PathBuf>,
        #[serde(default)]
        sure: bool,
    },
    /// How a filed dossier was seen to stand at the portal; `due`: the day it promises, where it says one.
    Seen {
        dossier: DossierId,
        state: State,
        due: Option<Date>,
        #[serde(default)]
        note: String,
    },
}

impl PortalRequest {
    /// The files and folders it names, and what becomes of each.
    pub fn paths(&self) -> Vec<(Use, &Path)> {
        match self {
            Self::Import { file } | Self::ReadSlip { file, dossier: _ } => vec![(Use::Read, file)],
            Self::Pack { folder, dossier: _, portal: _, zip: _, reason: _ } => vec![(Use::Written, folder)],
            Self::Filed { slip, dossier: _, code: _, on: _, sure: _ } => {
                slip.iter().map(|slip| (Use::Read, slip.as_path())).collect()
            }
            Self::List
            | Self::Show { dossier: _ }
            | Self::Sheet { dossier: _ }
            | Self::Seen { dossier: _, state: _, due: _, note: _ }
            | Self::Withdraw { dossier: _, reason: _ }
            | Self::SendToo { dossier: _, reason: _ } => vec![],
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "is", content = "it", rename_all = "snake_case")]
pub enum PortalAnswer {
    List(Vec<Portal>),
    Imported(Box<Portal>),
    Standing(Box<PortalStanding>),
    Sheet(CopySheet),
    Slip(SlipRead),
}

/// How a dossier stands with the portals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PortalStanding {
    pub dossier: DossierId,
    pub state: State,
    pub pack: Option<PackView>,
}

/// A pack that may be, or was, filed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PackView {
    pub portal: String,
    pub name: Words,
    /// The procedure's own page there, where one is known.
    pub link: Option<String>,
    pub standing: PackStanding,
    /// The folder or file it was written as.
    pub place: String,
    pub files: Vec<PackedFile>,
    #[ts(type = "number")]
    pub bytes: u64,
    /// What lies beside the files: the sheet of answers, for people and to be copied from.
    pub sheets: Vec<String>,
    pub made_at: Timestamp,
    pub reason: String,
    pub code: Option<String>,
    pub filed_on: Option<Date>,
    pub slip: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PackStanding {
    /// Whoever wrote it was ended before it stood at its place: to be made again, or withdrawn.
    Interrupted,
    Written,
    Filed,
}

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PackedFile {
    pub name: String,
    pub component: String,
    pub title: String,
    /// Nobody has counted those of a file that goes as it came.
    pub pages: Option<u32>,
    #[ts(type = "number")]
    pub bytes: u64,
    pub sha256: Digest,
    /// Made at this resolution, lower than the dossier's own, so that it fits; dots per inch.
    pub reduced_to: Option<u32>,
    /// Which part of how many, where the whole is over the limit.
    pub part: Option<[u32; 2]>,
}

/// The answers of a dossier as a portal's form wants them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CopySheet {
    pub code: String,
    pub procedure: Words,
    pub lines: Vec<CopyLine>,
}

/// One value to be pasted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CopyLine {
    /// The heading of the form under which it stands.
    pub section: Words,
    pub label: Words,
    /// Plain: numbers in digits, dates as `21/11/2026`.
    pub value: String,
}

/// What was found in a slip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SlipRead {
    /// The likeliest first.
    pub codes: Vec<SlipCode>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SlipCode {
    pub code: String,
    /// Out of a QR or bar code, or a PDF's own text, which cannot be misread.
    pub certain: bool,
}
