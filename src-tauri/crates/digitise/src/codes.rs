//! Machine-readable codes: QR, Code 128, Code 39.

use serde::{Deserialize, Serialize};

/// The symbologies that are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeKind {
    /// QR Code (ISO/IEC 18004): our cover sheets, identity cards, VNeID.
    Qr,
    /// Code 128 (ISO/IEC 15417): dossier codes.
    Code128,
    /// Code 39 (ISO/IEC 16388): patch sheets.
    Code39,
}

/// One code as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Its symbology.
    pub kind: CodeKind,
    /// Its text.
    pub text: String,
}
