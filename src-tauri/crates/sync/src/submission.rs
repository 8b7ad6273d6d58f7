//! A submission between the store's form (opaque bytes) and the wire's.

use serde_json::Value;
use store::{Act, DeviceId, Digest, NewOutboxFile, NewReceipt, NewSubmission, Store, SubmissionKind};
use wire::{
    Code, Manifest, Receipt, Submission,
    manifest::{UploadRef, answers_sha256},
    upload::UploadId,
};

use crate::{Clock, Fault, Hub};

/// What [`Store::freeze`] takes, from a manifest, the answers it is for, and its files in the manifest's order.
///
/// # Errors
/// [`Fault::Stored`] when the manifest has no canonical form, is not for these answers, or does not name these files.
pub fn prepare(
    kind: SubmissionKind,
    manifest: &Manifest,
    answers: Value,
    answers_version: u64,
    files: Vec<NewOutboxFile>,
) -> Result<NewSubmission, Fault> {
    let unsound = |_| Fault::Stored("manifest");
    let named = manifest.files.iter().map(|file| (file.sha256, file.size));
    let given = files.iter().map(|file| (file.blob.sha256, file.blob.size));
    if answers_sha256(&answers).map_err(unsound)? != manifest.answers_sha256 || !named.eq(given) {
        return Err(Fault::Stored("manifest"));
    }
    Ok(NewSubmission {
        id: manifest.submission,
        dossier: manifest.dossier,
        kind,
        answers_version,
        manifest: manifest.canonical().map_err(unsound)?,
        manifest_sha256: manifest.sha256().map_err(unsound)?,
        payload: answers,
        files,
    })
}

/// Sends the submission itself, all of whose files are at the hub, and ends it with the receipt.
pub(crate) async fn submit(
    store: &Store,
    hub: &Hub,
    clock: &dyn Clock,
    device: DeviceId,
    stored: &store::Submission,
    uploads: &[(Digest, Option<UploadId>)],
) -> Result<Receipt, Fault> {
    let manifest: Manifest = serde_json::from_slice(&stored.manifest).map_err(|_| Fault::Stored("manifest"))?;
    let uploads = uploads.iter().filter_map(|&(sha256, upload)| upload.map(|upload| UploadRef { sha256, upload }));
    let submission = Submission { manifest, answers: stored.payload.clone(), uploads: uploads.collect() };
    // From here on the hub may have it, whatever we learn of its answer.
    store.mark_posted(stored.id).await?;
    let json = match hub.submit(stored.dossier, stored.id, &submission).await {
        Ok(json) => json,
        Err(fault) => {
            if is_refusal(&fault) {
                store.mark_refused(stored.id).await?;
            }
            return Err(fault);
        }
    };
    let receipt: Receipt = serde_json::from_slice(&json).map_err(|_| Fault::Protocol("a receipt"))?;
    receipt.verify_for(hub.id(), hub.key(), &submission.manifest)?;
    let act = Act { at: clock.now(), who: "", device, automatic: true, what: "dossier.sent" };
    let new = NewReceipt {
        json,
        code: receipt.code.to_string(),
        received_at: receipt.received_at,
        manifest_sha256: receipt.manifest_sha256,
    };
    store.complete_submission(stored.id, &new, &act).await?;
    Ok(receipt)
}

/// Whether the hub itself says, in answer to the submission, that it does not have it and will not take it: a later
/// repetition cannot find it there. Only codes that speak of the submission's own content do.
pub(crate) fn is_refusal(fault: &Fault) -> bool {
    let Fault::Refused { problem, .. } = fault else { return false };
    matches!(problem.code, Code::ManifestInvalid | Code::BadRequest | Code::BadBody | Code::TooLarge)
}

/// The contents that the hub says it lacks; empty when it said something else.
pub(crate) fn missing(fault: &Fault) -> Vec<Digest> {
    let Fault::Refused { problem, .. } = fault else { return Vec::new() };
    if problem.code != Code::FilesMissing {
        return Vec::new();
    }
    let listed = problem.args.get("missing").and_then(Value::as_array);
    listed.into_iter().flatten().filter_map(|sha256| sha256.as_str()?.parse().ok()).collect()
}
