//! What a submission consists of: the manifest, its one spelling, and its hash, which is what is sent, receipted and signed.

use std::collections::BTreeSet;

use dossier::{
    AgencyCode, ComponentCode, Digest, DossierId, ProcedureRevision, ProfileId, ProvisionalCode, RowId, SubmissionId,
    Timestamp, procedure::ApplicantKind,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{
    canonical::{NotCanonical, canonical, canonical_without},
    limits::Limits,
    upload::UploadId,
};

/// The version this code writes and reads.
pub const VERSION: u32 = 1;

/// One frozen version of a dossier. Members are never reordered in meaning: the hash is over the RFC 8785 bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub version: u32,
    #[schema(value_type = uuid::Uuid)]
    pub submission: SubmissionId,
    #[schema(value_type = uuid::Uuid)]
    pub dossier: DossierId,
    #[schema(value_type = Object)]
    pub procedure: ProcedureRevision,
    /// The legal profile under which it was prepared, such as `one-stop-2025`.
    #[schema(value_type = String)]
    pub profile: ProfileId,
    #[schema(value_type = String, example = "H06.16")]
    pub agency: AgencyCode,
    #[schema(value_type = String)]
    pub provisional_code: ProvisionalCode,
    pub applicant: Applicant,
    /// Who prepared it: the clerk's name as in the application.
    pub prepared_by: String,
    /// For whom, when the clerk acts for somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// When it was frozen, by the desktop's clock.
    #[schema(value_type = String, format = DateTime)]
    pub prepared_at: Timestamp,
    /// [`answers_sha256`] of the answers sent along.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub answers_sha256: Digest,
    pub files: Vec<ManifestFile>,
}

/// Whose dossier it is: enough to find it and to reach the person; everything else is in the answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    #[schema(value_type = String)]
    pub kind: ApplicantKind,
    pub name: String,
    /// Personal number, or the tax code of an organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// One file of a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// The component of the procedure it stands for.
    #[schema(value_type = String)]
    pub component: ComponentCode,
    /// The row of a repeated group it belongs to, by its stable id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub row: Option<RowId>,
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub sha256: Digest,
    /// In bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// The media type, such as `application/pdf`.
    #[serde(rename = "type")]
    pub media_type: String,
    pub title: String,
    /// Sheets handed in on paper: originals, and copies.
    pub originals: u32,
    pub copies: u32,
    /// Made from paper by this application.
    pub digitised: bool,
    /// Taken over from an earlier dossier.
    pub reused: bool,
}

/// `POST /v1/dossiers/{dossier}/submissions`, with `Idempotency-Key:` the submission's id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Submission {
    pub manifest: Manifest,
    /// The answers of the form, hidden ones left out.
    #[schema(value_type = Object)]
    pub answers: Value,
    /// Where each file went up. A file that the agency already has at the hub needs no entry.
    #[serde(default)]
    pub uploads: Vec<UploadRef>,
}

/// Which upload brought a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UploadRef {
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub sha256: Digest,
    pub upload: UploadId,
}

/// What does not hold in a submission; `at` names the place as a JSON pointer (RFC 6901).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{at}: {reason}")]
pub struct ManifestError {
    pub at: String,
    pub reason: ManifestReason,
}

/// Why a place of a manifest does not hold; its text is the stable `reason` of [`crate::Code::ManifestInvalid`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ManifestReason {
    #[error("unknown_version")]
    Version,
    #[error("answers_hash")]
    AnswersHash,
    #[error("not_canonical")]
    NotCanonical,
    #[error("empty")]
    Empty,
    #[error("too_many_files")]
    TooManyFiles,
    #[error("too_large")]
    TooLarge,
    #[error("type_not_accepted")]
    MediaType,
    #[error("one_hash_two_sizes")]
    Sizes,
    #[error("other_agency")]
    Agency,
    #[error("other_dossier")]
    Dossier,
    #[error("size_differs")]
    Size,
    #[error("upload_differs")]
    Upload,
    /// An upload of a content that the manifest does not name, or that another entry has already brought.
    #[error("upload_not_named")]
    UploadNotNamed,
}

/// The most bytes the answers may have in canonical form.
pub const MAX_ANSWERS_BYTES: usize = 1 << 20;

/// The SHA-256 of the answers' canonical bytes.
pub fn answers_sha256(answers: &Value) -> Result<Digest, NotCanonical> {
    canonical(answers).map(|bytes| Digest::of(&bytes))
}

impl Manifest {
    /// The RFC 8785 bytes.
    pub fn canonical(&self) -> Result<Vec<u8>, NotCanonical> {
        canonical(self)
    }

    /// The hash that is receipted.
    pub fn sha256(&self) -> Result<Digest, NotCanonical> {
        self.canonical().map(|bytes| Digest::of(&bytes))
    }

    /// The hash of everything but the submission's id and time: equal when the same content is frozen a second time.
    pub fn content_sha256(&self) -> Result<Digest, NotCanonical> {
        canonical_without(self, &["submission", "prepared_at"]).map(|bytes| Digest::of(&bytes))
    }

    /// The distinct contents the manifest names, with their sizes.
    pub fn contents(&self) -> BTreeSet<(Digest, u64)> {
        self.files.iter().map(|file| (file.sha256, file.size)).collect()
    }

    /// The size of all files together, in bytes, a content counted each time it is named.
    pub fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.size))
    }
}

impl Submission {
    /// Checks what can be checked without a hub's memory: version, hashes, limits.
    pub fn check(&self, limits: &Limits) -> Result<(), ManifestError> {
        use ManifestReason as Reason;
        let fail = |at: &str, reason| Err(ManifestError { at: at.to_owned(), reason });
        let manifest = &self.manifest;
        if manifest.version != VERSION {
            return fail("/manifest/version", Reason::Version);
        }
        match canonical(&self.answers) {
            Ok(bytes) if bytes.len() > MAX_ANSWERS_BYTES => return fail("/answers", Reason::TooLarge),
            Ok(bytes) if Digest::of(&bytes) == manifest.answers_sha256 => {}
            Ok(_) => return fail("/manifest/answers_sha256", Reason::AnswersHash),
            Err(_) => return fail("/answers", Reason::NotCanonical),
        }
        for (at, text) in [
            ("/manifest/profile", manifest.profile.as_str()),
            ("/manifest/applicant/name", manifest.applicant.name.as_str()),
            ("/manifest/prepared_by", manifest.prepared_by.as_str()),
        ] {
            if text.trim().is_empty() {
                return fail(at, Reason::Empty);
            }
        }
        if manifest.files.len() > limits.max_files as usize {
            return fail("/manifest/files", Reason::TooManyFiles);
        }
        for (i, file) in manifest.files.iter().enumerate() {
            if let Some((member, reason)) = file.fault(limits) {
                return fail(&format!("/manifest/files/{i}/{member}"), reason);
            }
        }
        let hashes: BTreeSet<Digest> = manifest.files.iter().map(|file| file.sha256).collect();
        if hashes.len() != manifest.contents().len() {
            return fail("/manifest/files", Reason::Sizes);
        }
        // Each content once at most: so there are never more uploads than files.
        let mut brought = BTreeSet::new();
        let unnamed = |upload: &UploadRef| !hashes.contains(&upload.sha256) || !brought.insert(upload.sha256);
        if let Some(i) = self.uploads.iter().position(unnamed) {
            return fail(&format!("/uploads/{i}"), Reason::UploadNotNamed);
        }
        if manifest.canonical().is_err() {
            return fail("/manifest", Reason::NotCanonical);
        }
        Ok(())
    }
}

impl ManifestFile {
    fn fault(&self, limits: &Limits) -> Option<(&'static str, ManifestReason)> {
        if self.component.as_str().trim().is_empty() {
            return Some(("component", ManifestReason::Empty));
        }
        if self.size == 0 {
            return Some(("size", ManifestReason::Empty));
        }
        if self.size > limits.max_file_bytes {
            return Some(("size", ManifestReason::TooLarge));
        }
        let accepted = limits.accepted_types.contains(&self.media_type);
        (!accepted).then_some(("type", ManifestReason::MediaType))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    /// A submission in which everything holds.
    pub(crate) fn submission() -> Submission {
        let answers = json!({"name": "Nguyễn Văn Ạ", "amount": 1_500_000});
        let file = |title: &str, content: &[u8]| ManifestFile {
            component: "TP01".into(),
            row: None,
            sha256: Digest::of(content),
            size: content.len() as u64,
            media_type: "application/pdf".into(),
            title: title.into(),
            originals: 1,
            copies: 0,
            digitised: true,
            reused: false,
        };
        let manifest = Manifest {
            version: VERSION,
            submission: SubmissionId(Uuid::from_u128(1)),
            dossier: DossierId(Uuid::from_u128(2)),
            procedure: serde_json::from_value(json!({"code": "NB-03", "revision": 1, "sha256": Digest::of(b"")}))
                .unwrap(),
            profile: "one-stop-2025".into(),
            agency: "H06.16".parse().unwrap(),
            provisional_code: "T-01-261121-1".parse().unwrap(),
            applicant: Applicant {
                kind: ApplicantKind::Citizen,
                name: "Nguyễn Văn Ạ".into(),
                identity_number: None,
                phone: Some("0900000000".into()),
                email: None,
                address: None,
            },
            prepared_by: "Trần Thị B".into(),
            on_behalf_of: None,
            prepared_at: Timestamp::from_unix_ms(0).unwrap(),
            answers_sha256: answers_sha256(&answers).unwrap(),
            files: vec![file("Tờ trình", b"one"), file("Danh sách", b"three")],
        };
        Submission { manifest, answers, uploads: Vec::new() }
    }

    /// The hash is a promise to every hub and every old receipt: it must not move when the code does.
    #[test]
    fn hash_of_a_known_manifest_stays() {
        let manifest = submission().manifest;
        let text = String::from_utf8(manifest.canonical().unwrap()).unwrap();
        assert!(text.starts_with(r#"{"agency":"H06.16","answers_sha256":""#), "{text}");
        assert!(!text.contains("on_behalf_of"), "what is absent is not written: {text}");
        assert_eq!(manifest.sha256().unwrap().to_string(), KNOWN_HASH);
        let read: Manifest = serde_json::from_str(&text).unwrap();
        assert_eq!(read, manifest);
    }

    /// Computed from the same members by another language's JSON and SHA-256.
    const KNOWN_HASH: &str = "d3a848ae124a7fd5bee068128912823ff756823b991d102da33806976c77f427";

    #[test]
    fn content_is_the_same_when_frozen_again() {
        let manifest = submission().manifest;
        let mut again = manifest.clone();
        again.submission = SubmissionId(Uuid::from_u128(9));
        again.prepared_at = Timestamp::from_unix_ms(1).unwrap();
        assert_ne!(again.sha256(), manifest.sha256());
        assert_eq!(again.content_sha256(), manifest.content_sha256());
        again.files.pop();
        assert_ne!(again.content_sha256(), manifest.content_sha256());
    }

    fn upload(sha256: Digest) -> UploadRef {
        UploadRef { sha256, upload: UploadId(Uuid::nil()) }
    }

    #[test]
    fn every_fault_is_found_where_it_is() {
        type Change = fn(&mut Submission);
        let limits = Limits { max_files: 2, max_file_bytes: 5, ..Limits::default() };
        assert_eq!(submission().check(&limits), Ok(()));
        let cases: &[(Change, &str, ManifestReason)] = &[
            (|s| s.manifest.version = 2, "/manifest/version", ManifestReason::Version),
            (|s| s.answers = json!({}), "/manifest/answers_sha256", ManifestReason::AnswersHash),
            (|s| s.answers = json!(u64::MAX), "/answers", ManifestReason::NotCanonical),
            (|s| s.manifest.applicant.name = " ".into(), "/manifest/applicant/name", ManifestReason::Empty),
            (|s| s.manifest.prepared_by.clear(), "/manifest/prepared_by", ManifestReason::Empty),
            (|s| s.manifest.files.extend(submission().manifest.files), "/manifest/files", ManifestReason::TooManyFiles),
            (|s| s.manifest.files[1].component = "".into(), "/manifest/files/1/component", ManifestReason::Empty),
            (|s| s.manifest.files[0].size = 0, "/manifest/files/0/size", ManifestReason::Empty),
            (|s| s.manifest.files[1].size = 6, "/manifest/files/1/size", ManifestReason::TooLarge),
            (
                |s| s.manifest.files[0].media_type = "text/html".into(),
                "/manifest/files/0/type",
                ManifestReason::MediaType,
            ),
            (|s| s.manifest.files[1].sha256 = s.manifest.files[0].sha256, "/manifest/files", ManifestReason::Sizes),
            (|s| s.answers = json!("x".repeat(MAX_ANSWERS_BYTES)), "/answers", ManifestReason::TooLarge),
            (|s| s.uploads = vec![upload(Digest::of(b"?"))], "/uploads/0", ManifestReason::UploadNotNamed),
            (|s| s.uploads = vec![upload(s.manifest.files[0].sha256); 2], "/uploads/1", ManifestReason::UploadNotNamed),
        ];
        for (change, at, reason) in cases {
            let mut submission = submission();
            change(&mut submission);
            assert_eq!(submission.check(&limits), Err(ManifestError { at: (*at).into(), reason: *reason }));
        }
    }

    #[test]
    fn unknown_members_are_another_version() {
        let mut value = serde_json::to_value(submission().manifest).unwrap();
        value["urgent"] = json!(true);
        assert!(serde_json::from_value::<Manifest>(value).is_err());
    }

    proptest! {
        /// Whatever JSON comes in: reading and checking it never panics.
        #[test]
        fn reading_never_panics(member in "[a-z_]{1,12}", number in any::<f64>(), text in "\\PC{0,20}", which in 0..4) {
            let mut value = serde_json::to_value(submission()).unwrap();
            let replaced = [json!(number), json!(text), json!(null), json!([{}])][which as usize].clone();
            let members = value["manifest"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
            let at = members.iter().find(|name| **name >= member).unwrap_or(&members[0]).clone();
            value["manifest"][at] = replaced;
            if let Ok(submission) = serde_json::from_value::<Submission>(value) {
                let _ = (submission.check(&Limits::default()), submission.manifest.sha256());
            }
        }
    }
}
