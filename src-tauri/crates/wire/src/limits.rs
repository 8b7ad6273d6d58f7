//! What a hub accepts, told before anything is sent.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// `GET /v1/limits`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Limits {
    /// The largest file, in bytes; tus calls it `Tus-Max-Size`.
    #[ts(type = "number")]
    pub max_file_bytes: u64,
    /// The most files one submission may name.
    pub max_files: u32,
    /// The largest body of a submission (manifest and answers), in bytes.
    #[ts(type = "number")]
    pub max_submission_bytes: u64,
    /// Media types a manifest may name.
    pub accepted_types: Vec<String>,
    pub chunk: Chunk,
    /// The largest parcel that may be uploaded for another desktop, in bytes.
    #[ts(type = "number")]
    #[serde(default = "parcel_bytes")]
    pub max_parcel_bytes: u64,
    /// For how many days after the last byte an unfinished upload is kept (`Upload-Expires` says it of each). A finished one answers
    /// for its offset for as long as its file is here.
    #[serde(default = "upload_days")]
    pub upload_days: u32,
    /// In what JSON bodies may come compressed (`Content-Encoding`); an older hub says nothing, and takes none.
    #[serde(default)]
    pub encodings: Vec<String>,
}

/// The one compression that is spoken here (RFC 8878), of JSON only: papers are compressed as they are.
pub const ZSTD: &str = "zstd";

/// How long unfinished uploads are kept unless it is set otherwise: longer than a dossier waits for a network.
const UPLOAD_DAYS: u32 = 30;

/// Under the largest file that a stick with FAT32 takes.
fn parcel_bytes() -> u64 {
    2 << 30
}

fn upload_days() -> u32 {
    UPLOAD_DAYS
}

/// Advice for the size of one PATCH body, in bytes. The hub takes any size; a slow or cut link wants small ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Chunk {
    #[ts(type = "number")]
    pub min: u64,
    #[ts(type = "number")]
    pub preferred: u64,
    #[ts(type = "number")]
    pub max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_file_bytes: 500 << 20,
            max_files: 500,
            max_submission_bytes: 8 << 20,
            accepted_types: ACCEPTED_TYPES.map(String::from).to_vec(),
            chunk: Chunk { min: 64 << 10, preferred: 1 << 20, max: 8 << 20 },
            max_parcel_bytes: parcel_bytes(),
            upload_days: UPLOAD_DAYS,
            encodings: vec![ZSTD.to_owned()],
        }
    }
}

/// Renditions, pictures, and what agencies exchange beside them: office documents and XML, signed or not.
const ACCEPTED_TYPES: [&str; 8] = [
    "application/pdf",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "application/xml",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];
