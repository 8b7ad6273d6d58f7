//! What can be asked about parcels, and what is answered.

use std::path::{Path, PathBuf};

use dossier::{DossierId, ParcelId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Fault, Use};

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ParcelRequest {
    /// Seals what waits to be sent into one file for the hub: these dossiers, or all. `file`: the file itself, or the folder into which
    /// it is written under a name of its own. They stay queued. `what_fits`: where they are more than one parcel holds, those that fit;
    /// otherwise nothing is written then.
    Make {
        file: PathBuf,
        #[serde(default)]
        dossiers: Vec<DossierId>,
        #[serde(default)]
        what_fits: bool,
    },
    /// Stops the parcel that is being made, brought or taken in; of one half made nothing stays.
    Stop,
    /// Takes the hub's replies to parcels that were made here.
    Take { files: Vec<PathBuf> },
    /// Brings parcels of other computers to the hub, and writes each reply beside its parcel.
    Carry { files: Vec<PathBuf> },
    /// What a parcel says of itself to everybody.
    Show { file: PathBuf },
}

impl ParcelRequest {
    /// The files and folders it names, and what becomes of each.
    pub fn paths(&self) -> Vec<(Use, &Path)> {
        match self {
            Self::Make { file, dossiers: _, what_fits: _ } => vec![(Use::Written, file)],
            Self::Take { files } | Self::Carry { files } => {
                files.iter().map(|file| (Use::Read, file.as_path())).collect()
            }
            Self::Show { file } => vec![(Use::Read, file)],
            Self::Stop => vec![],
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "is", content = "it", rename_all = "snake_case")]
pub enum ParcelAnswer {
    Made(ParcelMade),
    Taken(Vec<ReplyTaken>),
    Carried(Vec<ParcelCarried>),
    Shown(ParcelShown),
    Stopping,
}

/// A parcel that stands at its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ParcelMade {
    pub parcel: ParcelId,
    pub file: String,
    #[ts(type = "number")]
    pub bytes: u64,
    pub made_at: Timestamp,
    pub dossiers: Vec<DossierId>,
    /// What waits on, each with its reason.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
}

/// A dossier that did not go into a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeftOut {
    pub dossier: DossierId,
    pub code: Option<String>,
    pub title: String,
    pub fault: Fault,
}

/// What one reply brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReplyTaken {
    pub file: String,
    pub parcel: Option<ParcelId>,
    pub lines: Vec<ReplyLine>,
    /// Why nothing of it was taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReplyLine {
    pub dossier: DossierId,
    /// The code it goes by: the hub's once it is receipted.
    pub code: Option<String>,
    pub title: String,
    pub news: ReplyNews,
    /// Why it was refused, or not taken then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<Fault>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReplyNews {
    Receipted,
    /// Receipted now, though it was taken back here: the hub has it as it was sealed, and nothing that was changed since.
    TakenBack,
    /// Known before, by whichever way.
    Known,
    /// The hub refused it: a person has to look at it.
    Refused,
    /// The hub could not take it then; it waits as before.
    Later,
}

/// A parcel of another computer, and the reply to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ParcelCarried {
    pub file: String,
    /// Where the reply lies.
    pub reply: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ParcelShown {
    pub parcel: ParcelId,
    pub made_at: Timestamp,
    pub submissions: u32,
    /// Of the file.
    #[ts(type = "number")]
    pub bytes: u64,
    pub hub: String,
    /// Whether it is for the hub that this computer is enrolled with; nothing before it is.
    pub our_hub: Option<bool>,
    /// Whether it was made on this computer.
    pub ours: bool,
}

/// A parcel that a submission was sealed into, while there is no receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SealedInto {
    pub parcel: ParcelId,
    pub made_at: Timestamp,
    pub file: String,
}
