//! Taking a parcel in: what a desktop would have sent over a network, out of one sealed file, with the same checks and the same receipts.
//!
//! It is read twice. The first time to its end, so that nothing of a parcel is taken that is cut or changed, or whose sender is nobody
//! here; the second time its files go to the object store and its submissions to the ledger, one after the other and each as durable as
//! if it had been posted. What is exactly once is so by the submissions' ids: ended at any point and taken again, or come by the network
//! too, each gives the receipt it has given.

use std::{
    io::{self, Read},
    sync::Arc,
};

use bytes::Bytes;
use dossier::{Digest, ParcelId, SubmissionId};
use futures_util::{StreamExt as _, stream};
use tokio::sync::{
    Mutex, Semaphore,
    mpsc::{Receiver, Sender, channel},
};
use wire::{
    Code, HubId, Problem, PublicKey, Submission,
    enrol::DeviceToken,
    key::OpeningKey,
    limits::Limits,
    parcel::{Answered, Outcome, ParcelError, Record, Reply, Unpacker},
};

use crate::{
    fault::Fault,
    ledger::{
        Device,
        audit::{Act, What},
    },
    objects::Objects,
    spool::Content,
    submissions::Submissions,
};

/// The sealed bytes, from the first on.
pub type Input = Box<dyn Read + Send>;

/// So many pieces of a file wait at most for the object store.
const WAITING: usize = 8;
/// The bytes of one piece.
const PIECE: usize = 256 << 10;
/// So many parcels are taken in at once: each is gigabytes to open, twice. Who comes later waits for a turn.
const AT_ONCE: usize = 2;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// The use case.
pub struct Parcels<'a> {
    pub submissions: &'a Submissions,
    pub objects: &'a Objects,
}

impl Parcels<'_> {
    /// Takes in the parcel that `open` gives, which is asked twice. The reply says of each submission what became of it; one that is
    /// refused keeps no other from being taken.
    ///
    /// # Errors
    /// [`Code::ParcelInvalid`] and [`Code::SenderUnknown`]: nothing was taken. A failure of the hub's own, such as a full disk: what was
    /// taken so far stays, and the same parcel again goes on.
    pub async fn take(&self, open: &(dyn Fn() -> Result<Input, Fault> + Sync)) -> Result<Reply, Fault> {
        let _turn = TURNS.acquire().await.map_err(|_| Fault::Stopped)?;
        let identity = &self.submissions.identity;
        let opener = Opener {
            hub: identity.id,
            key: identity.key.public(),
            secret: identity.key.opening(),
            limits: self.submissions.limits.clone(),
        };
        let (input, checking) = (open()?, opener.clone());
        let (parcel, sender) = tokio::task::spawn_blocking(move || checking.check(input)).await??;
        let who = match self.submissions.ledger.device(sender.hash()).await {
            Ok(who) => who.ok_or(Code::SenderUnknown)?,
            // Of who made it, not of who brings it.
            Err(Fault::Refused(problem)) if problem.code == Code::DeviceRevoked => {
                return Err(Code::SenderUnknown.into());
            }
            Err(fault) => return Err(fault),
        };

        let (input, (tell, told)) = (open()?, channel(WAITING));
        let reading = tokio::task::spawn_blocking(move || opener.read(input, &sender, &tell));
        let taken = self.take_pieces(&who, told).await;
        // What went wrong with the parcel itself is behind what then went wrong here.
        reading.await??;
        let answered = taken?;
        let refused = answered.iter().filter(|it| matches!(it.outcome, Outcome::Problem(_))).count();
        tracing::info!(%parcel, submissions = answered.len(), refused, station = who.station, "parcel taken");
        let now = (self.submissions.clock)();
        // Each dossier that came has its own line; here stands that, and how many, somebody carried.
        let (by, count) = ((&who).into(), answered.len());
        let act = Act::new(&by, What::ParcelTaken, now);
        let act = act.about("parcel", format!("{parcel}: {count} dossiers, {refused} refused"));
        self.submissions.ledger.note(act).await?;
        Ok(Reply::new(identity.id, parcel, now, answered, &identity.key)?)
    }

    async fn take_pieces(&self, who: &Device, told: Receiver<Piece>) -> Result<Vec<Answered>, Fault> {
        let (told, mut answered) = (Arc::new(Mutex::new(told)), Vec::new());
        loop {
            let piece = told.lock().await.recv().await;
            match piece {
                None => return Ok(answered),
                Some(Piece::File { sha256, size }) => {
                    self.objects.put(sha256, size, &|| content(Arc::clone(&told), size)).await?;
                    let now = (self.submissions.clock)();
                    let ledger = &self.submissions.ledger;
                    match ledger.add_file(&who.agency.code, sha256, size, now).await {
                        // Removed once, and stored again just now; or removed just now, and stored when the parcel is taken again.
                        Err(Fault::Removed) if self.objects.holds(sha256, size).await? => {
                            ledger.stored_again(sha256).await?;
                            ledger.add_file(&who.agency.code, sha256, size, now).await?;
                        }
                        Err(Fault::Removed) => return Err(Fault::BeingRemoved),
                        added => added?,
                    }
                }
                // Of a file that the store had already.
                Some(Piece::Bytes(_)) => {}
                Some(Piece::Submission { id, body }) => {
                    let outcome = self.submit(who, id, &body).await?;
                    answered.push(Answered { submission: id, outcome });
                }
            }
        }
    }

    async fn submit(&self, who: &Device, id: SubmissionId, body: &[u8]) -> Result<Outcome, Fault> {
        let submission: Submission = match serde_json::from_slice(body) {
            Ok(submission) => submission,
            Err(error) => {
                // Where, and not what: the reply goes through many hands.
                let at = format!("{}:{}", error.line(), error.column());
                return Ok(Outcome::Problem(Problem::new(Code::BadBody).with("at", at)));
            }
        };
        let (dossier, key) = (submission.manifest.dossier, id.to_string());
        match self.submissions.take(who, dossier, Some(&key), &submission).await {
            Ok(receipt) => Ok(Outcome::Receipt(Box::new(receipt))),
            Err(Fault::Refused(problem)) => Ok(Outcome::Problem(problem)),
            Err(failure) => Err(failure),
        }
    }
}

/// What the reader of a parcel tells, in its order.
enum Piece {
    File {
        sha256: Digest,
        size: u64,
    },
    /// Of the file that was named last.
    Bytes(Bytes),
    Submission {
        id: SubmissionId,
        body: Vec<u8>,
    },
}

/// The bytes of the file that was named last.
fn content(told: Arc<Mutex<Receiver<Piece>>>, size: u64) -> Content {
    let next = async |(told, left): (Arc<Mutex<Receiver<Piece>>>, u64)| {
        if left == 0 {
            return None;
        }
        let piece = told.lock().await.recv().await;
        Some(match piece {
            Some(Piece::Bytes(bytes)) => {
                let left = left.saturating_sub(bytes.len() as u64);
                (Ok(bytes), (told, left))
            }
            _ => (Err(io::ErrorKind::UnexpectedEof.into()), (told, 0)),
        })
    };
    stream::unfold((told, size), next).boxed()
}

/// What opens a parcel; it works in a thread of its own.
#[derive(Clone)]
struct Opener {
    hub: HubId,
    key: PublicKey,
    secret: OpeningKey,
    limits: Limits,
}

impl Opener {
    fn open(&self, input: Input) -> Result<Unpacker<Input>, Fault> {
        Ok(Unpacker::open(input, self.hub, &self.key, &self.secret, &self.limits)?)
    }

    /// Reads it to its end; gives which it is, and who made it.
    fn check(&self, input: Input) -> Result<(ParcelId, DeviceToken), Fault> {
        let mut parcel = self.open(input)?;
        while parcel.record()?.is_some() {}
        Ok((parcel.header().parcel, parcel.sender().clone()))
    }

    /// Tells what is in it, as long as somebody listens.
    fn read(&self, input: Input, sender: &DeviceToken, tell: &Sender<Piece>) -> Result<(), Fault> {
        let mut parcel = self.open(input)?;
        if parcel.sender() != sender {
            return Err(ParcelError::Damaged.into());
        }
        while let Some(record) = parcel.record()? {
            let is_file = matches!(record, Record::File { .. });
            let piece = match record {
                Record::File { sha256, size } => Piece::File { sha256, size },
                Record::Submission { id, body } => Piece::Submission { id, body },
            };
            if tell.blocking_send(piece).is_err() {
                return Ok(());
            }
            let mut bytes = if is_file { piece_of(&mut parcel)? } else { Bytes::new() };
            while !bytes.is_empty() {
                if tell.blocking_send(Piece::Bytes(bytes)).is_err() {
                    return Ok(());
                }
                bytes = piece_of(&mut parcel)?;
            }
        }
        Ok(())
    }
}

/// The next bytes of a file, none at its end.
fn piece_of(parcel: &mut Unpacker<Input>) -> Result<Bytes, Fault> {
    let mut bytes = vec![0; PIECE];
    let read = parcel.read(&mut bytes)?;
    bytes.truncate(read);
    Ok(bytes.into())
}

impl From<ParcelError> for Fault {
    fn from(error: ParcelError) -> Self {
        match error {
            ParcelError::Read(error) => Self::Spool(error),
            why => Problem::new(Code::ParcelInvalid).with("reason", why.reason()).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::{Future as _, poll_fn},
        sync::atomic::{AtomicUsize, Ordering},
        task::Poll,
    };

    use dossier::Timestamp;
    use futures_util::future::join_all;
    use tokio::sync::watch;
    use tokio_util::sync::CancellationToken;
    use uuid::Uuid;
    use wire::SigningKey;

    use super::*;
    use crate::{
        Clock,
        ledger::{Ledger, sql::SqlLedger},
        spool::FolderSpool,
        submissions::Identity,
        uploads::{Patience, Uploads},
    };

    #[tokio::test]
    async fn so_many_parcels_are_taken_at_once_and_the_others_wait() {
        let folder = tempfile::tempdir().unwrap();
        let ledger: Arc<dyn Ledger> = Arc::new(SqlLedger::sqlite(&folder.path().join("hub.db")).await.unwrap());
        let objects = Objects::in_folder(&folder.path().join("objects")).unwrap();
        let spool = Arc::new(FolderSpool::open(&folder.path().join("spool")).unwrap());
        let clock: Clock = Arc::new(|| Timestamp::from_unix_ms(0).unwrap());
        let (stop, limits, patience) = (CancellationToken::new(), Limits::default(), Patience::default());
        let uploads =
            Uploads::new(ledger.clone(), spool, objects.clone(), limits.clone(), patience, clock.clone(), stop);
        let key = SigningKey::from_seed(&[1; 32]);
        let identity = Arc::new(Identity { id: HubId(Uuid::nil()), key, support_number: String::new() });
        let (uploads, (news, _)) = (Arc::new(uploads), watch::channel(()));
        let submissions = Submissions { ledger, uploads, identity, limits, clock, news };

        let (parcels, opened) = (Parcels { submissions: &submissions, objects: &objects }, AtomicUsize::new(0));
        let open = || {
            opened.fetch_add(1, Ordering::Relaxed);
            Ok(Box::new(io::empty()) as Input)
        };
        let mut taking: Vec<_> = (0..AT_ONCE + 2).map(|_| Box::pin(parcels.take(&open))).collect();
        let all_wait = poll_fn(|cx| Poll::Ready(taking.iter_mut().all(|one| one.as_mut().poll(cx).is_pending())));
        assert!(all_wait.await);
        assert_eq!(opened.load(Ordering::Relaxed), AT_ONCE);
        for taken in join_all(taking).await {
            assert!(matches!(taken, Err(Fault::Refused(problem)) if problem.code == Code::ParcelInvalid));
        }
        assert_eq!(opened.load(Ordering::Relaxed), AT_ONCE + 2);
    }
}
