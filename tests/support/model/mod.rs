//! The hub's uploads and submissions against a [`reference`] model, step by step, whatever the order: for the short test and for
//! `measure model` alike. No network: the use cases are called as the HTTP adapter calls them, over SQLite and folders on a disk in memory.

mod reference;
mod step;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::body::Bytes;
use dossier::{DeviceId, Digest, DossierId, SubmissionId, Timestamp};
use futures_util::{StreamExt as _, stream};
use hub::checksum::Announced;
use hub::data::DataFolder;
use hub::fault::Fault;
use hub::ledger::audit::Author;
use hub::ledger::sql::SqlLedger;
use hub::ledger::{Device, Ledger, StoredUpload};
use hub::objects::Objects;
use hub::spool::FolderSpool;
use hub::submissions::{Identity, Submissions};
use hub::uploads::{Part, Patience, Uploads};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::json;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use wire::enrol::{Agency, EnrolRequest, EnrolmentCode};
use wire::manifest::{Applicant, Manifest, ManifestFile, answers_sha256};
use wire::tus::{self, Metadata};
use wire::upload::{Role, Status, UploadId};
use wire::{Code, HubId, Receipt, Submission, limits::Limits};

use self::reference::Reference;
use self::step::{Body, Checksum, DAYS, MOST, Make, Stage, Step, Told};

/// Steps of one hub's life.
const LIFE: usize = 250;

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Steps that were done; those that name an upload there is not yet are left out.
    pub steps: u64,
    pub lives: u32,
    pub restarts: u64,
    /// Steps that the hub refused, as it must.
    pub refused: u64,
    /// Where the hub did something else than the model, with the shortest way there that was found.
    pub wrong: Vec<String>,
}

#[derive(Default)]
struct Counts {
    steps: AtomicU64,
    restarts: AtomicU64,
    refused: AtomicU64,
}

/// About so many steps, by a seed.
pub fn steps(wanted: u64, seed: u64) -> Seen {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let counts = Counts::default();
    let mut seed_bytes = [0; 32];
    seed_bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let (mut seen, rng) = (Seen::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed_bytes));
    // A life is one case of a runner of its own: how many it takes is seen by counting, and a runner that had its cases runs no more.
    let config = Config {
        cases: 1,
        failure_persistence: None,
        max_shrink_iters: 5000,
        max_shrink_time: 20_000,
        ..Config::default()
    };
    let mut lives = TestRunner::new_with_rng(config.clone(), rng);
    let life = proptest::collection::vec(step::step(), LIFE);
    while counts.steps.load(Ordering::Relaxed) < wanted && seen.wrong.is_empty() {
        let mut runner = TestRunner::new_with_rng(config.clone(), lives.new_rng());
        let ran = runner.run(&life, |steps| runtime.block_on(live(&steps, &counts)));
        seen.lives += 1;
        if let Err(error) = ran {
            seen.wrong.push(error.to_string());
        }
    }
    seen.steps = counts.steps.into_inner();
    seen.restarts = counts.restarts.into_inner();
    seen.refused = counts.refused.into_inner();
    seen
}

async fn live(steps: &[Step], counts: &Counts) -> Result<(), TestCaseError> {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { TempDir::with_prefix_in("hoso-model-", memory) } else { TempDir::new() };
    let folder = folder.expect("a temporary folder");
    let (mut model, mut subject) = (Reference::default(), Subject::begin(folder.path()).await);
    for (at, step) in steps.iter().enumerate() {
        let Some(step) = resolved(step, subject.ids.len()) else { continue };
        counts.steps.fetch_add(1, Ordering::Relaxed);
        counts.restarts.fetch_add(matches!(step, Step::Restart).into(), Ordering::Relaxed);
        let same = match &step {
            Step::Submit { id, dossier, files } => {
                let files: BTreeSet<_> = files.iter().map(|content| content.content()).collect();
                let expected = model.submit(*id, *dossier, files.clone());
                let found = subject.submit(*id, *dossier, &files).await;
                counts.refused.fetch_add(found.is_err().into(), Ordering::Relaxed);
                (found == expected).then_some(()).ok_or(format!("{found:?}, not {expected:?}"))
            }
            step => {
                let (expected, found) = (model.take(step), subject.take(step).await);
                counts.refused.fetch_add(matches!(found, Some(Err(_))).into(), Ordering::Relaxed);
                (found == expected).then_some(()).ok_or(format!("{found:?}, not {expected:?}"))
            }
        };
        same.map_err(|how| TestCaseError::fail(format!("step {at}, {step:?}: {how}")))?;
        if matches!(step, Step::Restart) || at + 1 == steps.len() {
            subject
                .look(&model)
                .await
                .map_err(|how| TestCaseError::fail(format!("after step {at}, {step:?}: {how}")))?;
        }
    }
    subject.ledger.close().await;
    Ok(())
}

/// The step with uploads by their own numbers; nothing when there is no such upload.
fn resolved(step: &Step, uploads: usize) -> Option<Step> {
    let of = |back: usize| uploads.checked_sub(back + 1);
    Some(match step.clone() {
        Step::Append { upload, off, body, declare } => Step::Append { upload: of(upload)?, off, body, declare },
        Step::Head(upload) => Step::Head(of(upload)?),
        Step::Delete(upload) => Step::Delete(of(upload)?),
        Step::Join { parts, key } => Step::Join { parts: parts.into_iter().map(of).collect::<Option<_>>()?, key },
        other => other,
    })
}

/// The hub under test.
struct Subject {
    folder: PathBuf,
    ledger: Arc<dyn Ledger>,
    uploads: Arc<Uploads>,
    submissions: Submissions,
    who: Device,
    /// Milliseconds, as the hub's clock shows them.
    now: Arc<AtomicI64>,
    /// In the order of their making.
    ids: Vec<UploadId>,
    receipts: BTreeMap<u8, Receipt>,
}

const DAY: i64 = 86_400_000;

impl Subject {
    async fn begin(folder: &Path) -> Subject {
        let now = Arc::new(AtomicI64::new(1_795_230_000_000));
        let ledger: Arc<dyn Ledger> = Arc::new(SqlLedger::sqlite(&folder.join("hub.db")).await.expect("a ledger"));
        let at = Timestamp::from_unix_ms(now.load(Ordering::Relaxed)).expect("a time");
        let agency = Agency { code: "H06.16".parse().expect("a code"), name: "Sở Nội vụ".into() };
        let request = EnrolRequest {
            code: EnrolmentCode::from_random([0; 10]),
            device: DeviceId(Uuid::from_u128(1)),
            device_name: "Máy 1".into(),
            token_sha256: Digest::of(b"token"),
        };
        let later = Timestamp::from_unix_ms(at.unix_ms() + DAY).expect("a time");
        let by = Author::console("");
        ledger.add_agency(&agency, &by, at).await.expect("an agency");
        ledger.add_code(request.code.hash(), &agency.code, at, later, &by).await.expect("a code");
        let who = ledger.enrol(&request, at).await.expect("a device");
        let (uploads, submissions) = assembled(folder, &ledger, &now).await;
        let (folder, ids, receipts) = (folder.to_owned(), vec![], BTreeMap::new());
        Subject { folder, ledger, uploads, submissions, who, now, ids, receipts }
    }

    async fn take(&mut self, step: &Step) -> Option<Told> {
        let done = match step {
            Step::Create(make) => self.create(make).await,
            Step::Append { upload, off, body, declare } => self.append(*upload, *off, body, *declare).await,
            Step::Head(at) => self.uploads.stat(&self.who, self.ids[*at]).await,
            Step::Delete(at) => {
                let gone = self.uploads.cancel(&self.who, self.ids[*at]).await;
                return Some(gone.map(|()| (*at, 0, false)).map_err(code));
            }
            Step::Join { parts, key } => {
                let parts: Vec<_> = parts.iter().map(|at| self.ids[*at]).collect();
                self.uploads.join(&self.who, &parts, "", key.map(|key| key.to_string())).await
            }
            Step::Wait(days) => {
                self.now.fetch_add(i64::from(*days) * DAY, Ordering::Relaxed);
                return None;
            }
            Step::Sweep => {
                self.uploads.sweep().await.expect("a sweep");
                return None;
            }
            Step::Restart => {
                self.ledger.close().await;
                self.ledger = Arc::new(SqlLedger::sqlite(&self.folder.join("hub.db")).await.expect("the ledger"));
                (self.uploads, self.submissions) = assembled(&self.folder, &self.ledger, &self.now).await;
                return None;
            }
            Step::Submit { .. } => return None,
        };
        Some(done.map(|stored| self.told(&stored)).map_err(code))
    }

    fn told(&mut self, stored: &StoredUpload) -> (usize, u64, bool) {
        let at = self.ids.iter().position(|id| *id == stored.id).unwrap_or_else(|| {
            self.ids.push(stored.id);
            self.ids.len() - 1
        });
        (at, stored.upload.offset, matches!(stored.upload.status, Status::Complete(_)))
    }

    async fn create(&self, make: &Make) -> Result<StoredUpload, Fault> {
        let role = if make.partial { Role::Partial } else { Role::Whole };
        let sha256 = |content: step::Content| Digest::of(&content.content()).to_string();
        let metadata = make.expected.map(|content| Metadata::default().with(Metadata::SHA256, &sha256(content)));
        let metadata = metadata.map(|metadata| metadata.to_string()).unwrap_or_default();
        self.uploads.create(&self.who, make.length, role, &metadata, make.key.map(|key| key.to_string())).await
    }

    async fn append(&self, at: usize, off: i8, body: &Body, length: Option<u64>) -> Result<StoredUpload, Fault> {
        // Where it stands is asked of the ledger: to ask the hub would be a step of its own.
        let stored = self.ledger.upload(self.ids[at]).await?.expect("an upload that was made");
        let offset = stored.upload.offset.wrapping_add_signed(off.into());
        let checksum = match body.checksum {
            Checksum::None => None,
            Checksum::Right => Some(Announced::Now(tus::Checksum::Sha256(Digest::of(&body.bytes).0))),
            Checksum::Wrong => Some(Announced::Now(tus::Checksum::Sha256([7; 32]))),
        };
        let mut pieces: Vec<_> = body.pieces().into_iter().map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        pieces.extend(body.broken.then_some(Err(())));
        let size = body.told.then_some(body.bytes.len() as u64);
        let part = Part { offset, size, length, checksum, body: stream::iter(pieces).boxed() };
        self.uploads.append(&self.who, self.ids[at], part).await
    }

    /// Whether it was the first time; the same again must give the same receipt.
    async fn submit(&mut self, id: u8, dossier: u8, files: &BTreeSet<Vec<u8>>) -> Result<bool, Code> {
        let submission = submission(&self.who, id, dossier, files);
        let key = submission.manifest.submission.to_string();
        let named = submission.manifest.dossier;
        let receipt = self.submissions.take(&self.who, named, Some(&key), &submission).await.map_err(code)?;
        let identity = &self.submissions.identity;
        receipt.verify_for(identity.id, &identity.key.public(), &submission.manifest).expect("the hub's receipt");
        let known = self.receipts.insert(id, receipt.clone());
        if let Some(known) = &known {
            assert_eq!(*known, receipt, "two receipts for one submission");
        }
        Ok(known.is_none())
    }

    /// Compares everything that is kept with the model: each upload's offset and stage, each file, and that nothing else is in the spool.
    async fn look(&self, model: &Reference) -> Result<(), String> {
        let mut receiving = BTreeSet::new();
        for (at, upload) in model.uploads.iter().enumerate() {
            let found =
                self.ledger.upload(self.ids[at]).await.map_err(|e| e.to_string())?.ok_or("an upload is gone")?;
            let stage = match found.upload.status {
                Status::Receiving => Stage::Receiving,
                Status::Complete(_) => Stage::Complete,
                Status::Gone => Stage::Gone,
            };
            if stage != upload.stage || stage != Stage::Gone && found.upload.offset != upload.bytes.len() as u64 {
                return Err(format!("upload {at}: {:?}, not {upload:?}", found.upload));
            }
            if let Status::Complete(content) = found.upload.status
                && content != Digest::of(&upload.bytes)
            {
                return Err(format!("upload {at}: other bytes than {upload:?}"));
            }
            receiving.extend((stage == Stage::Receiving).then(|| self.ids[at].to_string()));
        }
        for file in &model.files {
            let content = Digest::of(file).to_string();
            let (folder, name) = content.split_at(2);
            let kept = std::fs::read(self.folder.join("objects/sha256").join(folder).join(name));
            if kept.ok().as_deref() != Some(file) {
                return Err(format!("the file {content} is not kept whole"));
            }
        }
        let spool = std::fs::read_dir(self.folder.join("spool")).map_err(|e| e.to_string())?;
        let names = spool.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let strays: Vec<_> = names.filter(|name| !receiving.contains(name)).collect();
        if strays.is_empty() { Ok(()) } else { Err(format!("left in the spool: {strays:?}")) }
    }
}

fn code(fault: Fault) -> Code {
    match fault {
        Fault::Refused(problem) => problem.code,
        other => panic!("the hub failed: {other}"),
    }
}

/// What a start puts together, over what is in the folder.
async fn assembled(folder: &Path, ledger: &Arc<dyn Ledger>, now: &Arc<AtomicI64>) -> (Arc<Uploads>, Submissions) {
    let objects = Objects::in_folder(&folder.join("objects")).expect("a store");
    let spool = FolderSpool::open(&folder.join("spool")).expect("a spool");
    let limits = Limits { max_file_bytes: MOST, upload_days: DAYS as u32, ..Limits::default() };
    let shown = Arc::clone(now);
    let clock: hub::Clock =
        Arc::new(move || Timestamp::from_unix_ms(shown.load(Ordering::Relaxed)).expect("a time of this century"));
    let (patience, stopping) = (Patience::default(), CancellationToken::new());
    let uploads = Uploads::new(
        Arc::clone(ledger),
        Arc::new(spool),
        objects,
        limits.clone(),
        patience,
        Arc::clone(&clock),
        stopping,
    );
    uploads.recover().await.expect("what was left is mended");
    let key = DataFolder::open(folder).and_then(|data| data.key()).expect("a key");
    let identity = Identity { id: HubId(Uuid::from_u128(7)), key, support_number: String::new() };
    let uploads = Arc::new(uploads);
    let submissions = Submissions {
        ledger: Arc::clone(ledger),
        uploads: Arc::clone(&uploads),
        identity: Arc::new(identity),
        limits,
        clock,
        news: tokio::sync::watch::channel(()).0,
    };
    (uploads, submissions)
}

fn submission(who: &Device, id: u8, dossier: u8, files: &BTreeSet<Vec<u8>>) -> Submission {
    let file = |content: &Vec<u8>| ManifestFile {
        component: "TP01".into(),
        row: None,
        sha256: Digest::of(content),
        size: content.len() as u64,
        media_type: "application/pdf".into(),
        title: "Tờ trình".into(),
        originals: 1,
        copies: 0,
        digitised: true,
        reused: false,
    };
    let answers = json!({ "tenNguoiNop": "Nguyễn Văn Ạ" });
    let procedure = json!({ "code": "NB-03", "revision": 1, "sha256": Digest::of(b"") });
    let manifest = Manifest {
        version: wire::manifest::VERSION,
        submission: SubmissionId(Uuid::from_u128(u128::from(id) + 1)),
        dossier: DossierId(Uuid::from_u128(u128::from(dossier) + 1)),
        procedure: serde_json::from_value(procedure).expect("a procedure"),
        profile: "one-stop-2025".into(),
        agency: who.agency.code.clone(),
        provisional_code: format!("T-{}-261121-{}", who.station, u32::from(dossier) + 1).parse().expect("a code"),
        applicant: Applicant {
            kind: dossier::procedure::ApplicantKind::Citizen,
            name: "Nguyễn Văn Ạ".into(),
            identity_number: None,
            phone: None,
            email: None,
            address: None,
        },
        prepared_by: "Trần Thị B".into(),
        on_behalf_of: None,
        prepared_at: Timestamp::from_unix_ms(1_795_230_000_000).expect("a time"),
        answers_sha256: answers_sha256(&answers).expect("canonical"),
        files: files.iter().map(file).collect(),
    };
    Submission { manifest, answers, uploads: vec![] }
}
