//! What can go wrong, as the person sees it: a code, the values, and whether trying again can help.
//! A code exists only where somebody can act on it; the words stand in one table per language (`hosoctl`'s `words`, `ui/src/words`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether the same request can succeed later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// Only a change by a person helps.
    No,
    /// At once: the cause is gone as soon as it is mended (a folder freed, a file closed).
    Now,
    /// By itself, when the network or the hub is back.
    Later,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $retry:ident)*) => {
        /// Every fault a person can be told of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[serde(rename_all = "snake_case")]
        pub enum FaultCode { $($(#[$doc])* $name),* }

        impl FaultCode {
            /// All codes, so that a test can ask every word table for every code.
            pub const ALL: &[FaultCode] = &[$(FaultCode::$name),*];

            pub fn retry(self) -> Retry {
                match self { $(FaultCode::$name => Retry::$retry),* }
            }
        }
    };
}

codes! {
    // Files that come in.
    FileEmpty No
    FileNotAPicture No
    FileTruncated No
    /// Refused before decoding. Args: what (`px`, `bytes`, `frames`), found, limit; see [`Fault::too_large`].
    FileTooLarge No
    FileUnsupported No
    FileCorrupt No
    PdfEncrypted No
    /// Neither a workbook (.xlsx) nor a text with separated columns.
    FileNotATable No
    TableEncrypted No
    /// No row of it looks like headings.
    NoHeadings No
    /// It was there when chosen and is not any more.
    FileGone Now
    FileUnreadable Now
    /// Its very content was taken in before.
    FileKnown No
    /// The worker was stopped at its time limit. Args: seconds.
    FileTookTooLong No
    /// The worker ended while reading this file (a crash, or its memory limit).
    FileBrokeReader No
    TextReaderMissing Now
    OutputNotWritable Now
    /// What would be written is one of the files to be read.
    OutputIsInput No
    /// A stop asked for by the person.
    Cancelled Now
    /// A stamp of a state secret was read on the page. Args: mark.
    SecretPaper No
    /// A file in which a state secret was read holds other papers too, and stays as long as they do. Args: file; papers, stacks: what
    /// holds it.
    SecretShared No
    /// The corners that were set for a page lie outside its picture.
    CornersOutside No

    // This computer's memory.
    DiskFull Now
    /// Still room, but not for long. Args: mib.
    LittleRoom Now
    ReadOnly Now
    /// The disk answers with an error of its own (EIO); what was told as saved was saved before.
    DiskFailing Now
    ProfileInUse Now
    WrongKey No
    KeyMissing No
    /// Of a backup file.
    WrongPassphrase No
    /// A backup is only restored into an empty profile.
    ProfileNotEmpty No
    StoreCorrupt No
    StoreTooNew No
    NotFound No
    Conflict Now

    // The dossier.
    UnknownProcedure No
    UnknownComponent No
    /// The paper belongs to a row of a table, and no such row was named. Args: component, group, rows.
    UnknownRow No
    UnknownField No
    BadValue No
    BadFile No
    /// Another content of this revision is here already. Args: what, revision.
    RevisionExists No
    /// The catalogue is changed by its officer only. Args: officer, empty where nobody is in charge.
    NotAuthorised No
    NotReady No
    /// Papers are about to enter dossiers for which nobody has declared that none is a state secret. Args: dossiers.
    SecrecyUndeclared No
    StateForbids No
    /// It goes by the hub, or by a pack, already: both only with a person's reason. Args: state.
    OtherWay No
    /// There is no pack of it that could have been filed.
    NotPacked No
    ReasonMissing No
    /// There is nothing to be guided away from: the procedure is taken on paper. Args: procedure.
    PaperTaken No
    /// Another list of this department and revision is here, or at the hub; both stay. Args: department, revision; agency.
    ListClash No
    /// The department's lists at the hub are another agency's. Args: department, agency.
    DepartmentTaken No
    /// What a portal does not take and cannot be made to fit. Args: what (`type`, `bytes`, `page`, `files`, `total`), found, limit; title.
    PortalRefuses No
    /// A pack opened again is not what was prepared. Args: file, name.
    PackDiffers Now
    /// Not of a shape that the portal gives. Args: code, example.
    BadPortalCode No
    /// Another dossier has this code. Args: code.
    CodeTaken No
    /// Nothing waits to be sent that could go into a parcel.
    NothingToCarry No
    /// More waits than one parcel holds. Args: bytes, limit; dossiers: how many wait; fits: how many of them go into one.
    ParcelTooLarge No
    /// A parcel with the dossier is under way: it is taken back only with a reason. Args: file.
    ParcelUnderWay No
    /// A parcel, or a reply, of another hub than this computer's.
    ParcelOtherHub No
    /// A parcel that is not as it was made: cut, or changed.
    ParcelDamaged No
    /// The hub does not know (any more) the computer that made the parcel.
    ParcelSenderUnknown No
    /// A reply to a parcel of another computer.
    ReplyNotOurs No
    /// A dossier made to try the application out is never sent.
    PracticeOnly No

    // The hub and the way to it.
    BadEnrolment No
    EnrolmentUsed No
    EnrolmentExpired No
    EnrolmentUnknown No
    NotEnrolled No
    InsecureAddress No
    HubUnreachable Later
    /// Something answered that is not our hub: a sign-in page of the network, a proxy, another server.
    NotTheHub Later
    /// The network's proxy asks for a name and a password, or does not accept those given.
    ProxyLogin Later
    HubKeyWrong No
    HubRefused No
    HubBusy Later
    /// The hub's catalogue is older than the one it told before: it is not taken. Args: version, known.
    HubListOlder No
    HubRejectsDevice No
    /// Its administrator took this computer off the hub.
    DeviceRevoked No

    // Who sits here.
    /// Args: left, tries before a wait.
    WrongSignIn Now
    /// Args: minutes.
    SignInWaits Later
    /// The first time at a computer it takes the hub.
    SignInNeedsHub Later
    /// The hub's word for the person is older than it may be. Args: days.
    SignInTooOld Later
    /// The clock stands before an instant this computer has known.
    ClockSetBack No
    /// The agency wants a person signed in.
    SignInRequired Now
    SessionOver Now
    OtherAgency No
    /// None of the person's roles gives the right.
    RoleForbids No
    PasswordMustChange Now
    PasswordShort No
    /// It would be guessed: a name, the old one, or what everybody tries first.
    PasswordKnown No
    ClockWrong No
    ReceiptForged No

    /// Nothing a person can mend: report it. Args: detail, without personal data.
    Unexpected No
}

/// A fault with its values. Values are plain text; a file is named as the person named it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{code:?} {args:?}")]
pub struct Fault {
    pub code: FaultCode,
    pub args: BTreeMap<String, String>,
    pub retry: Retry,
}

/// Marks a fault that is the computer's, not a paper's, where the code alone does not say so.
const STATION: &str = "station";

impl Fault {
    pub fn new(code: FaultCode) -> Self {
        Self { code, args: BTreeMap::new(), retry: code.retry() }
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }

    /// `found` of `what` is more than `limit`.
    pub(crate) fn too_large(what: &str, found: impl ToString, limit: impl ToString) -> Self {
        Self::new(FaultCode::FileTooLarge).with("what", what).with("found", found).with("limit", limit)
    }

    /// It concerns one file that was named, not the work as a whole.
    pub(crate) fn concerns_a_file(&self) -> bool {
        use FaultCode as C;
        self.is_the_files_own() || matches!(self.code, C::FileGone | C::FileUnreadable)
    }

    /// The fault lies in the file itself: the same file meets it again, on any computer and at any time.
    pub(crate) fn is_the_files_own(&self) -> bool {
        use FaultCode as C;
        matches!(
            self.code,
            C::FileEmpty
                | C::FileNotAPicture
                | C::FileTruncated
                | C::FileTooLarge
                | C::FileUnsupported
                | C::FileCorrupt
                | C::PdfEncrypted
                | C::FileNotATable
                | C::TableEncrypted
                | C::NoHeadings
                | C::FileTookTooLong
                | C::FileBrokeReader
                | C::SecretPaper
        )
    }

    /// Not one paper's mistake: at this computer, as it stands now, every paper would meet it.
    pub(crate) fn is_the_stations(&self) -> bool {
        use FaultCode as C;
        let station = matches!(
            self.code,
            C::Cancelled
                | C::DiskFull
                | C::DiskFailing
                | C::ReadOnly
                | C::ProfileInUse
                | C::WrongKey
                | C::KeyMissing
                | C::StoreTooNew
        );
        station || self.args.contains_key(STATION)
    }

    /// Whatever was asked, at this computer it would have met this.
    pub(crate) fn of_the_station(self) -> Self {
        self.with(STATION, "yes")
    }

    /// A worker could not be started.
    pub(crate) fn no_worker(why: impl std::fmt::Display) -> Self {
        Self::unexpected(format!("no worker: {why}")).of_the_station()
    }

    pub fn unexpected(detail: impl ToString) -> Self {
        Self::new(FaultCode::Unexpected).with("detail", detail)
    }
}

/// A fault of the file system while reading what the person named.
pub(crate) fn reading(file: &str, error: &std::io::Error) -> Fault {
    let code = match error.kind() {
        std::io::ErrorKind::NotFound => FaultCode::FileGone,
        _ => FaultCode::FileUnreadable,
    };
    Fault::new(code).with("file", file).with("reason", error)
}

/// A fault of the file system while writing where the person asked.
pub(crate) fn writing(file: &str, error: &std::io::Error) -> Fault {
    let code = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => FaultCode::DiskFull,
        std::io::ErrorKind::ReadOnlyFilesystem => FaultCode::ReadOnly,
        _ if store::is_disk_failing(error) => FaultCode::DiskFailing,
        _ => FaultCode::OutputNotWritable,
    };
    Fault::new(code).with("file", file).with("reason", error)
}
