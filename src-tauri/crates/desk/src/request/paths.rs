//! Which files and folders of this computer a request names.

use std::path::{Path, PathBuf};

use super::Request;

/// What a request does with a file or folder it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Read,
    Written,
}

impl Request {
    /// The files and folders of this computer it names, and what becomes of each.
    pub fn paths(&self) -> Vec<(Use, &Path)> {
        fn all(used: Use, paths: &[PathBuf]) -> Vec<(Use, &Path)> {
            paths.iter().map(|path| (used, path.as_path())).collect()
        }
        fn named<'a>(used: Use, path: impl Into<Option<&'a PathBuf>>) -> Vec<(Use, &'a Path)> {
            path.into().map(|path| (used, path.as_path())).into_iter().collect()
        }
        match self {
            Self::Digitise { inputs, output, report, ocr: _, keep_blank: _, min_dpi: _ } => {
                [all(Use::Read, inputs), named(Use::Written, output), named(Use::Written, report)].concat()
            }
            Self::ProcedureImport { files } | Self::StackTake { files } => all(Use::Read, files),
            Self::Catalogue { what } => what.paths(),
            Self::Many { what } => what.paths(),
            Self::NoPaper { what } => what.paths(),
            Self::Parcel { what } => what.paths(),
            Self::Portal { what } => what.paths(),
            Self::HotFolderSet { folder } => named(Use::Read, folder),
            Self::CoverSheets { folder, dossier: _, sheets: _ } => named(Use::Written, folder),
            Self::DossierAttach { files, dossier: _, component: _, row: _, as_is: _, later: _ } => {
                all(Use::Read, files)
            }
            Self::FormCheck { file } | Self::ReceiptVerify { file } | Self::Restore { file, passphrase: _ } => {
                named(Use::Read, file)
            }
            Self::Backup { file, passphrase: _ }
            | Self::FormBlank { file, procedure: _ }
            | Self::DossierSummary { file, dossier: _ } => named(Use::Written, file),
            Self::DossierExport { folder, dossier: _ } => named(Use::Written, folder),
            Self::ReceiptShow { save, dossier: _ } => named(Use::Written, save),
            Self::About
            | Self::Doctor
            | Self::ProcedureList
            | Self::ProcedureShow { procedure: _ }
            | Self::DueOn { procedure: _, received: _, case: _ }
            | Self::UnitsFind { find: _, day: _, limit: _ }
            | Self::UnitChildren { parent: _, day: _ }
            | Self::UnitAt { code: _, day: _ }
            | Self::AddressRead { typed: _, day: _ }
            | Self::DossierNew { procedure: _, practice: _ }
            | Self::Filling { what: _ }
            | Self::Reuse { what: _ }
            | Self::DossierOpen { dossier: _ }
            | Self::DossierFill { dossier: _, values: _ }
            | Self::DossierDiscard { dossier: _ }
            | Self::DossierRestore { dossier: _ }
            | Self::DossierSet { dossier: _, answers: _ }
            | Self::DossierAttachExample { dossier: _, component: _ }
            | Self::DossierRemove { dossier: _, document: _ }
            | Self::DocumentDiscard { document: _ }
            | Self::DocumentRestore { document: _ }
            | Self::DocumentMove { document: _, component: _, row: _ }
            | Self::DocumentPages { document: _ }
            | Self::PagesEdit { pages: _ }
            | Self::PagesArrange { documents: _ }
            | Self::PageDivide { first: _, second: _, second_id: _ }
            | Self::PagesUnite { first: _, page: _ }
            | Self::PageWords { document: _, page: _ }
            | Self::DossierCheck { dossier: _ }
            | Self::DossierSubmit { dossier: _ }
            | Self::DossierReopen { dossier: _, reason: _ }
            | Self::DossierRetry { dossier: _ }
            | Self::DossierShow { dossier: _ }
            | Self::DossierRebase { dossier: _, apply: _ }
            | Self::DossierList { limit: _, before: _, states: _, find: _ }
            | Self::StackList
            | Self::StackShow { stack: _ }
            | Self::StackExamine { stack: _ }
            | Self::StackDecide { stack: _, decisions: _ }
            | Self::StackTakeOut { stack: _, at: _, out: _ }
            | Self::StackFile { stack: _, declared: _ }
            | Self::StackUnfile { stack: _, documents: _ }
            | Self::StackDiscard { stack: _ }
            | Self::StackRestore { stack: _ }
            | Self::HotFolder
            | Self::HotFolderDelete { delete: _ }
            | Self::Enrol { enrolment: _ }
            | Self::Account { what: _ }
            | Self::Send { wait: _ }
            | Self::Outbox
            | Self::Events
            | Self::Status
            | Self::Hold { work: _, held: _ }
            | Self::Network
            | Self::SetNetwork { network: _, proxy_password: _ }
            | Self::Preferences
            | Self::SetPreferences { preferences: _ } => vec![],
        }
    }
}
