//! Parcels at a desktop: the outbox sealed into a file, the reply taken back, and another desktop's parcel brought to the hub.
//!
//! What was sealed stays queued. A receipt that comes back by hand is believed on the same grounds as one from the network; a parcel
//! of somebody else is brought as it is: this desktop cannot open it.

mod carry;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::Arc,
};

use store::{
    Act, Digest, DossierId, OutboxState, ParcelId, SendError, Store, StoreError, Submission, SubmissionId, Timestamp,
};
use tokio::runtime::Handle;
use tokio_util::io::SyncIoBridge;
use wire::{
    Manifest, Receipt,
    enrol::Distrust,
    parcel::{Header, MAX_SUBMISSIONS, Outcome, PackError, Packer, ParcelError, Reply, VERSION},
    problem::Remedy,
};

use crate::{Fault, Hub, hub::random, remedy, submission::is_refusal};

pub use carry::{Carried, carry, give_up};

/// Why a parcel or a reply was not made, taken or brought.
#[derive(Debug, thiserror::Error)]
pub enum ParcelFault {
    /// Where it is written to takes no more.
    #[error("it cannot be written: {0}")]
    Write(io::Error),
    /// The file that was named.
    #[error(transparent)]
    File(#[from] ParcelError),
    /// More than one parcel holds: submissions, or bytes.
    #[error("{what}: {found}, {limit} may be")]
    TooLarge { what: &'static str, found: u64, limit: u64 },
    #[error("no reply to a parcel")]
    NotAReply,
    /// Of another hub than the one we are enrolled with.
    #[error("it is another hub's")]
    OtherHub,
    /// To a parcel that was not made here.
    #[error("it answers another desktop's parcel")]
    NotOurs,
    /// Not signed by the hub, or a receipt in it is for something else.
    #[error("it is not believed: {0}")]
    Forged(#[from] Distrust),
    #[error("stopped by the person")]
    Stopped,
    /// What this submission consists of cannot be read here; without it, the others can be sealed.
    #[error("submission {submission} cannot be sealed: {fault}")]
    Unreadable { submission: SubmissionId, fault: Fault },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ParcelFault {
    /// What stops the sealing of one submission is its own, unless the place takes no more or the person stops it.
    fn of(submission: SubmissionId, fault: Self) -> Self {
        match fault {
            Self::Fault(fault) => Self::Unreadable { submission, fault },
            other => other,
        }
    }
}

impl From<StoreError> for ParcelFault {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Told how many bytes of how many are done; answers whether to go on.
pub type Told = Arc<dyn Fn(u64, u64) -> bool + Send + Sync>;

/// Seals these submissions and their files for the enrolled hub, without a network, each content once. Gives what was written to, which
/// is not yet synced.
///
/// # Errors
/// [`ParcelFault::Unreadable`] with the first submission that cannot be sealed: what was written is no parcel then.
pub async fn pack<W: io::Write + Send + 'static>(
    store: &Store,
    hub: &Hub,
    (id, made_at): (ParcelId, Timestamp),
    submissions: Vec<Submission>,
    out: W,
    told: Told,
) -> Result<(Header, W), ParcelFault> {
    let header = header(hub, id, made_at, &submissions)?;
    let (store, key, token, chance) = (store.clone(), *hub.key(), hub.token().clone(), random::<32>()?);
    let handle = Handle::current();
    let sealing = tokio::task::spawn_blocking(move || {
        let (total, mut done) = (header.bytes, 0);
        let mut packer = Packer::begin(out, header.clone(), &key, &token, &chance)?;
        for submission in &submissions {
            let of_it = |fault| ParcelFault::of(submission.id, fault);
            for file in &submission.files {
                let (sha256, size) = (file.blob.sha256, file.blob.size);
                if packer.has(&sha256) {
                    continue;
                }
                let opened = handle.block_on(store.open_blob(&file.blob)).map_err(|error| of_it(error.into()))?;
                let content = SyncIoBridge::new_with_handle(opened, handle.clone());
                let told = |bytes| if told(done + bytes, total) { Ok(()) } else { Err(stopped()) };
                packer.file(sha256, size, content, told).map_err(|error| of_it(error.into()))?;
                done += size;
            }
            let body = body(submission).map_err(|fault| of_it(fault.into()))?;
            packer.submission(submission.id, &body)?;
        }
        Ok((header, packer.finish()?))
    });
    sealing.await.map_err(|_| ParcelFault::Stopped)?
}

fn header(hub: &Hub, id: ParcelId, made_at: Timestamp, submissions: &[Submission]) -> Result<Header, ParcelFault> {
    let limit = u64::from(MAX_SUBMISSIONS);
    let found = submissions.len() as u64;
    let count = u32::try_from(found).ok().filter(|count| *count <= MAX_SUBMISSIONS);
    let count = count.ok_or(ParcelFault::TooLarge { what: "submissions", found, limit })?;
    Ok(Header {
        version: VERSION,
        parcel: id,
        hub_id: hub.id(),
        key: hub.key().fingerprint(),
        made_at,
        submissions: count,
        bytes: bytes_of(submissions),
    })
}

/// The bytes of the distinct files of these submissions.
pub fn bytes_of(submissions: &[Submission]) -> u64 {
    let files = submissions.iter().flat_map(|submission| &submission.files);
    let contents: BTreeMap<Digest, u64> = files.map(|file| (file.blob.sha256, file.blob.size)).collect();
    contents.values().sum()
}

/// Of these, in their order, those that go into one parcel together of at most `most` bytes of files; and those that do not.
pub fn what_fits(submissions: Vec<Submission>, most: u64) -> (Vec<Submission>, Vec<Submission>) {
    let (mut inside, mut bytes, mut count) = (BTreeSet::new(), 0_u64, 0_u32);
    submissions.into_iter().partition(|submission| {
        let new: BTreeMap<Digest, u64> = submission
            .files
            .iter()
            .map(|file| (file.blob.sha256, file.blob.size))
            .filter(|(sha256, _)| !inside.contains(sha256))
            .collect();
        let with_it = bytes.saturating_add(new.values().sum());
        let fits = with_it <= most && count < MAX_SUBMISSIONS;
        if fits {
            inside.extend(new.into_keys());
            (bytes, count) = (with_it, count + 1);
        }
        fits
    })
}

/// What would be posted.
fn body(stored: &Submission) -> Result<Vec<u8>, Fault> {
    let unsound = |_| Fault::Stored("submission");
    let manifest: Manifest = serde_json::from_slice(&stored.manifest).map_err(unsound)?;
    let submission = wire::Submission { manifest, answers: stored.payload.clone(), uploads: Vec::new() };
    serde_json::to_vec(&submission).map_err(unsound)
}

/// As the sealing thread tells itself that the person asked to stop.
fn stopped() -> io::Error {
    io::ErrorKind::Interrupted.into()
}

impl From<PackError> for ParcelFault {
    fn from(error: PackError) -> Self {
        match error {
            PackError::Write(error) => Self::Write(error),
            PackError::Read(error) if error.kind() == io::ErrorKind::Interrupted => Self::Stopped,
            // What a blob's reader says it says in the store's own terms.
            PackError::Read(error) => match error.downcast::<StoreError>() {
                Ok(error) => error.into(),
                Err(error) => StoreError::from(error).into(),
            },
            PackError::Differs(_) => Fault::Stored("submission").into(),
        }
    }
}

/// What a reply brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    pub parcel: ParcelId,
    pub lines: Vec<TakenLine>,
    /// The person stopped it: the rest is still to be taken.
    pub stopped: bool,
}

/// What became of one submission.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenLine {
    pub submission: SubmissionId,
    pub dossier: DossierId,
    pub news: News,
}

#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// Receipted now, under this code.
    Receipted { code: String },
    /// Receipted now, though it was taken back here: the hub has it as it was sealed, and nothing that was changed since.
    TakenBack { code: String },
    /// Nothing new: known before, by whichever way.
    Known,
    /// The hub refused it: a person has to look at it.
    Refused(SendError),
    /// The hub could not take it then; it waits as before.
    Later(SendError),
}

/// Takes what the hub replied to a parcel that was made here. The same reply again changes nothing. `told`: how many of its answers of
/// how many are taken; stopped by it, the reply counts as not taken yet.
pub async fn take_reply(
    store: &Store,
    hub: &Hub,
    json: &[u8],
    act: &Act<'_>,
    told: &Told,
) -> Result<Taken, ParcelFault> {
    let reply: Reply = serde_json::from_slice(json).map_err(|_| ParcelFault::NotAReply)?;
    if reply.hub_id != hub.id() || reply.key != hub.key().fingerprint() {
        return Err(ParcelFault::OtherHub);
    }
    reply.verify(hub.id(), hub.key())?;
    let parcel = store.parcel(reply.parcel).await?.ok_or(ParcelFault::NotOurs)?;
    let sealed = store.in_parcel(parcel.id).await?;
    let is_news = parcel.replied_at.is_none_or(|before| before < reply.taken_at);
    let mut lines = Vec::new();
    let total = reply.submissions.len() as u64;
    for (done, answered) in (0_u64..).zip(&reply.submissions) {
        if !told(done, total) {
            return Ok(Taken { parcel: parcel.id, lines, stopped: true });
        }
        // What the hub says of somebody else's is nothing to us.
        if !sealed.contains(&answered.submission) {
            continue;
        }
        let stored = store.submission(answered.submission).await?;
        let news = match &answered.outcome {
            Outcome::Receipt(receipt) => take_receipt(store, hub, &stored, receipt, act).await?,
            Outcome::Problem(problem) if is_news => {
                let fault = Fault::Refused { problem: problem.clone(), retry_after: None };
                refuse(store, (parcel.id, &stored), &fault, act).await?
            }
            Outcome::Problem(_) => News::Known,
        };
        lines.push(TakenLine { submission: stored.id, dossier: stored.dossier, news });
    }
    store.note_reply(parcel.id, reply.taken_at).await?;
    Ok(Taken { parcel: parcel.id, lines, stopped: false })
}

async fn take_receipt(
    store: &Store,
    hub: &Hub,
    stored: &Submission,
    receipt: &Receipt,
    act: &Act<'_>,
) -> Result<News, ParcelFault> {
    let manifest: Manifest = serde_json::from_slice(&stored.manifest).map_err(|_| Fault::Stored("manifest"))?;
    receipt.verify_for(hub.id(), hub.key(), &manifest)?;
    if stored.state == OutboxState::Done {
        return Ok(News::Known);
    }
    let code = receipt.code.to_string();
    let new = store::NewReceipt {
        // As the network brings it: the hub writes both from one value.
        json: serde_json::to_vec(receipt).map_err(|_| Fault::Stored("receipt"))?,
        code: code.clone(),
        received_at: receipt.received_at,
        manifest_sha256: receipt.manifest_sha256,
    };
    store.complete_submission(stored.id, &new, &Act { what: "dossier.sent", ..*act }).await?;
    let taken_back = stored.state == OutboxState::Withdrawn;
    Ok(if taken_back { News::TakenBack { code } } else { News::Receipted { code } })
}

/// As the runner ends a try, by the same table.
async fn refuse(
    store: &Store,
    (parcel, stored): (ParcelId, &Submission),
    fault: &Fault,
    act: &Act<'_>,
) -> Result<News, ParcelFault> {
    let error = fault.to_send_error();
    if !matches!(remedy(fault), Remedy::Quarantine | Remedy::Recreate) {
        return Ok(News::Later(error));
    }
    let act = Act { what: "dossier.send_refused", ..*act };
    let refused = store.refuse_carried((parcel, stored.id), &error, is_refusal(fault), &act).await?;
    Ok(if refused { News::Refused(error) } else { News::Known })
}

#[cfg(test)]
mod tests;
