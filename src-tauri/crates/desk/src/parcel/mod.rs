//! Parcels: where there is no network for days, the outbox goes to the hub as one sealed file in somebody's pocket, and the receipts come
//! back as another.
//!
//! The order that loses nothing: sealed under another name, synced, noted with the submissions (from then on the hub may have them),
//! renamed, the folder synced. A stick that is pulled out or full costs the try and nothing else.

mod asked;

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use dossier::{DossierId, ParcelId, Timestamp};
use store::{Clash, Store, StoreError, Submission};
use sync::parcel::{News, ParcelFault, TakenLine, Told};
use time::UtcOffset;
use uuid::Uuid;
use wire::{
    Code as Problem, HubId,
    limits::Limits,
    parcel::{EXTENSION, Header, MAX_REPLY, ParcelError, REPLY_EXTENSION},
};

use crate::{
    Desk, Host, Progress,
    exporting::Draft,
    fault::{Fault, FaultCode as Code, reading, writing},
    receipts::{file_stem, save_file},
    sending::kept,
};

pub use asked::*;

/// That a person wants what is done with a parcel to stop.
pub(crate) type Stop = Arc<AtomicBool>;

impl<H: Host> Desk<H> {
    pub(crate) async fn ask_parcel(&self, what: ParcelRequest) -> Result<ParcelAnswer, Fault> {
        let stop = &self.parcels;
        match &what {
            ParcelRequest::Stop => stop.store(true, Ordering::Relaxed),
            ParcelRequest::Make { .. } | ParcelRequest::Take { .. } | ParcelRequest::Carry { .. } => {
                stop.store(false, Ordering::Relaxed);
            }
            ParcelRequest::Show { .. } => {}
        }
        Ok(match what {
            ParcelRequest::Make { file, dossiers, what_fits } => {
                ParcelAnswer::Made(self.make_parcel(&file, &dossiers, what_fits).await?)
            }
            ParcelRequest::Take { files } => {
                let mut taken: Vec<ReplyTaken> = vec![];
                for file in files {
                    taken.push(self.take_reply(&file).await?);
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                }
                ParcelAnswer::Taken(taken)
            }
            ParcelRequest::Carry { files } => {
                let mut carried = vec![];
                for file in files {
                    carried.push(self.carry_parcel(&file).await?);
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                }
                ParcelAnswer::Carried(carried)
            }
            ParcelRequest::Show { file } => ParcelAnswer::Shown(self.show_parcel(&file).await?),
            ParcelRequest::Stop => ParcelAnswer::Stopping,
        })
    }

    async fn make_parcel(&self, place: &Path, dossiers: &[DossierId], what_fits: bool) -> Result<ParcelMade, Fault> {
        let store = self.store().await?;
        let (chosen, too_many) = self.to_carry(store, dossiers, what_fits).await?;
        let (id, made_at) = (ParcelId(Uuid::now_v7()), self.now());
        let path = self.parcel_path(place, id).await?;
        let shown = path.display().to_string();

        let mut left_out = vec![];
        for (submission, fault) in too_many {
            left_out.push(self.left_out(submission.dossier, fault).await?);
        }
        let (draft, sealed) = self.seal(store, &path, (id, made_at), chosen, &mut left_out).await?;
        let (ids, dossiers): (Vec<_>, Vec<_>) = sealed.iter().map(|it| (it.id, it.dossier)).unzip();
        self.acting("parcel.made", async |store, act| store.note_parcel(id, &shown, &ids, act).await).await?;
        let bytes = match draft.keep() {
            Ok(bytes) => bytes,
            Err(fault) => {
                // The name may be there and only not durable: then the note is true.
                if !path.exists() {
                    store.forget_parcel(id).await?;
                }
                return Err(fault);
            }
        };
        self.outbox_changed();
        Ok(ParcelMade { parcel: id, file: shown, bytes, made_at, dossiers, left_out })
    }

    /// Writes the parcel beside its name, synced; and gives what is in it. What cannot be read is left out, with its reason: then all is
    /// written once more, for its beginning says how much is in it.
    async fn seal(
        &self,
        store: &Store,
        path: &Path,
        (id, made_at): (ParcelId, Timestamp),
        mut chosen: Vec<Submission>,
        left_out: &mut Vec<LeftOut>,
    ) -> Result<(Draft, Vec<Submission>), Fault> {
        let ((_, hub), shown) = (self.hub().await?, path.display().to_string());
        loop {
            let draft = Draft::create(path)?;
            let told = self.told(&shown);
            let packed = sync::parcel::pack(store, &hub, (id, made_at), chosen.clone(), draft.file()?, told).await;
            let written = match packed {
                Ok((_, written)) => written,
                Err(ParcelFault::Unreadable { submission, fault }) => {
                    let fault = Fault::from(fault);
                    let (unreadable, rest): (Vec<_>, Vec<_>) = chosen.into_iter().partition(|it| it.id == submission);
                    if rest.is_empty() {
                        return Err(fault);
                    }
                    for it in unreadable {
                        left_out.push(self.left_out(it.dossier, fault.clone()).await?);
                    }
                    chosen = rest;
                    continue;
                }
                Err(fault) => return Err(of_file(fault, &shown)),
            };
            // A stick may take minutes for it.
            let synced = tokio::task::spawn_blocking(move || written.sync_all()).await.map_err(Fault::unexpected)?;
            synced.map_err(|error| writing(&shown, &error))?;
            if self.host.cancelled() || self.parcels.load(Ordering::Relaxed) {
                return Err(Fault::new(Code::Cancelled));
            }
            return Ok((draft, chosen));
        }
    }

    async fn left_out(&self, id: DossierId, fault: Fault) -> Result<LeftOut, Fault> {
        let dossier = self.store().await?.dossier(id).await?;
        let code = dossier.official_code.or(dossier.provisional_code);
        Ok(LeftOut { dossier: id, code, title: dossier.head.title, fault })
    }

    /// What goes in: all that waits, or the dossiers that were named; and what does not fit, where that is asked for.
    async fn to_carry(
        &self,
        store: &Store,
        dossiers: &[DossierId],
        what_fits: bool,
    ) -> Result<(Vec<Submission>, Vec<(Submission, Fault)>), Fault> {
        let mut waiting = store.submissions_to_carry(self.now()).await?;
        if !dossiers.is_empty() {
            for dossier in dossiers {
                if !waiting.iter().any(|submission| submission.dossier == *dossier) {
                    return Err(self.why_not_carried(store, *dossier).await?);
                }
            }
            waiting.retain(|submission| dossiers.contains(&submission.dossier));
        }
        if waiting.is_empty() {
            return Err(Fault::new(Code::NothingToCarry));
        }
        let limits: Limits = store.setting(sync::HUB_LIMITS).await?.unwrap_or_default();
        let (most, bytes, found) = (limits.max_parcel_bytes, sync::parcel::bytes_of(&waiting), waiting.len());
        let (fit, rest) = sync::parcel::what_fits(waiting, most);
        let too_large = Fault::new(Code::ParcelTooLarge)
            .with("bytes", bytes)
            .with("limit", most)
            .with("dossiers", found)
            .with("fits", fit.len());
        if fit.is_empty() || (!rest.is_empty() && !what_fits) {
            return Err(too_large);
        }
        Ok((fit, rest.into_iter().map(|submission| (submission, too_large.clone())).collect()))
    }

    async fn why_not_carried(&self, store: &Store, id: DossierId) -> Result<Fault, Fault> {
        let dossier = store.dossier(id).await?;
        let secret = store.secret_frames().await?;
        let last = store.submissions(id).await?.into_iter().next_back();
        let holds_secret = |it: &Submission| it.files.iter().any(|file| secret.in_file(&file.blob.name));
        Ok(match last {
            Some(it) if holds_secret(&it) => Fault::new(Code::SecretPaper).with("mark", "MẬT"),
            Some(Submission { last_error: Some(error), .. }) => kept(&error),
            _ => Fault::new(Code::StateForbids).with("state", crate::dossiers::state_name(dossier.state)),
        })
    }

    /// Where the parcel will stand; never where something is.
    async fn parcel_path(&self, place: &Path, id: ParcelId) -> Result<PathBuf, Fault> {
        let path = if place.is_dir() {
            let enrolment = self.store().await?.enrolment().await?.ok_or_else(|| Fault::new(Code::NotEnrolled))?;
            let offset =
                UtcOffset::from_whole_seconds(self.host.utc_offset_minutes() * 60).map_err(Fault::unexpected)?;
            let day = self.now().get().to_offset(offset).date();
            let day = format!("{}{:02}{:02}", day.year(), u8::from(day.month()), day.day());
            let hex = id.0.simple().to_string();
            let end = hex.get(24..).unwrap_or(&hex);
            place.join(format!("goi-{}-{day}-{end}.{EXTENSION}", file_stem(&enrolment.station)))
        } else if place.extension().is_some_and(|end| end.eq_ignore_ascii_case(EXTENSION)) {
            place.to_owned()
        } else {
            let mut named = place.as_os_str().to_owned();
            named.push(format!(".{EXTENSION}"));
            named.into()
        };
        if fs::symlink_metadata(&path).is_ok() {
            return Err(writing(&path.display().to_string(), &io::ErrorKind::AlreadyExists.into()));
        }
        Ok(path)
    }

    async fn take_reply(&self, file: &Path) -> Result<ReplyTaken, Fault> {
        let shown = file.display().to_string();
        let mut taken = ReplyTaken { file: shown.clone(), parcel: None, lines: vec![], fault: None };
        match self.try_reply(file).await {
            Ok(reply) => {
                taken.parcel = Some(reply.parcel);
                taken.fault = reply.stopped.then(|| Fault::new(Code::Cancelled));
                for line in reply.lines {
                    taken.lines.push(self.reply_line(line).await?);
                }
                self.outbox_changed();
            }
            // Of this one file; what is wrong with the computer itself ends it all.
            Err(fault) => taken.fault = Some(unless_stations(fault.with("file", &shown))?),
        }
        Ok(taken)
    }

    async fn try_reply(&self, file: &Path) -> Result<sync::parcel::Taken, Fault> {
        let shown = file.display().to_string();
        let (store, (_, hub)) = (self.store().await?, self.hub().await?);
        let size = fs::metadata(file).map_err(|e| reading(&shown, &e))?.len();
        if size > MAX_REPLY {
            return Err(of_file(ParcelFault::NotAReply, &shown));
        }
        let json = tokio::fs::read(file).await.map_err(|e| reading(&shown, &e))?;
        let (device, who) = (self.device().await?, self.person());
        let act = store::Act { at: self.now(), who: &who, device, automatic: false, what: "parcel.replied" };
        let taken = sync::parcel::take_reply(store, &hub, &json, &act, &self.told_count(&shown)).await;
        taken.map_err(|fault| of_file(fault, &shown))
    }

    async fn reply_line(&self, line: TakenLine) -> Result<ReplyLine, Fault> {
        let dossier = self.store().await?.dossier(line.dossier).await?;
        let (news, fault) = match line.news {
            News::Receipted { .. } => (ReplyNews::Receipted, None),
            News::TakenBack { .. } => (ReplyNews::TakenBack, None),
            News::Known => (ReplyNews::Known, None),
            News::Refused(why) => (ReplyNews::Refused, Some(kept(&why))),
            News::Later(why) => (ReplyNews::Later, Some(kept(&why))),
        };
        let code = dossier.official_code.or(dossier.provisional_code);
        Ok(ReplyLine { dossier: line.dossier, code, title: dossier.head.title, news, fault })
    }

    async fn carry_parcel(&self, file: &Path) -> Result<ParcelCarried, Fault> {
        let mut carried = ParcelCarried { file: file.display().to_string(), reply: None, fault: None };
        match self.try_carrying(file).await {
            Ok(reply) => carried.reply = Some(reply),
            Err(fault) => carried.fault = Some(unless_stations(fault.with("file", &carried.file))?),
        }
        Ok(carried)
    }

    async fn try_carrying(&self, file: &Path) -> Result<String, Fault> {
        let shown = file.display().to_string();
        let (_, hub) = self.hub().await?;
        let (header, opened) = open_parcel(file)?;
        let opened = tokio::fs::File::from_std(opened);
        let carried = sync::parcel::carry(&hub, opened, &header, self.told(&shown)).await;
        let carried = carried.map_err(|fault| of_file(fault, &shown))?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = file.with_extension(REPLY_EXTENSION);
        let name = name.file_name().unwrap_or_default().to_string_lossy();
        let reply = save_file(folder, &name, &carried.json).await?;
        if let Err(fault) = sync::parcel::give_up(&hub, &carried).await {
            tracing::info!(%fault, "the parcel stays at the hub until its time is over");
        }
        Ok(reply)
    }

    async fn show_parcel(&self, file: &Path) -> Result<ParcelShown, Fault> {
        let shown = file.display().to_string();
        let (header, opened) = open_parcel(file)?;
        let bytes = opened.metadata().map_err(|e| reading(&shown, &e))?.len();
        let store = self.store().await?;
        let our_hub = match store.enrolment().await? {
            None => None,
            Some(enrolment) => {
                let id: HubId = enrolment.hub_id.parse().map_err(Fault::unexpected)?;
                Some(id == header.hub_id)
            }
        };
        Ok(ParcelShown {
            parcel: header.parcel,
            made_at: header.made_at,
            submissions: header.submissions,
            bytes,
            hub: header.hub_id.to_string(),
            our_hub,
            ours: store.parcel(header.parcel).await?.is_some(),
        })
    }

    /// Shows how many bytes are done, and stops when the person says so.
    fn told(&self, file: &str) -> Told {
        self.told_in(file, |bytes| u32::try_from(bytes >> 10).unwrap_or(u32::MAX))
    }

    fn told_count(&self, file: &str) -> Told {
        self.told_in(file, |count| u32::try_from(count).unwrap_or(u32::MAX))
    }

    fn told_in(&self, file: &str, unit: fn(u64) -> u32) -> Told {
        let (host, stop, file) = (self.host.clone(), self.parcels.clone(), file.to_owned());
        let shown = AtomicU64::new(u64::MAX);
        Arc::new(move |done, total| {
            // Each hundredth once.
            let part = done.saturating_mul(100) / total.max(1);
            if shown.swap(part, Ordering::Relaxed) != part {
                host.progress(Progress { done: unit(done), total: unit(total), file: file.clone() });
            }
            !(host.cancelled() || stop.load(Ordering::Relaxed))
        })
    }

    /// The newest parcel that a submission was sealed into.
    pub(crate) async fn sealed_into(&self, submission: &Submission) -> Result<Option<SealedInto>, Fault> {
        let parcel = self.store().await?.parcel_of(submission.id).await?;
        Ok(parcel.map(|it| SealedInto { parcel: it.id, made_at: it.made_at, file: it.file }))
    }
}

fn open_parcel(file: &Path) -> Result<(Header, File), Fault> {
    let shown = file.display().to_string();
    let mut opened = File::open(file).map_err(|e| reading(&shown, &e))?;
    let header = Header::read(&mut opened).map_err(|error| of_file(error.into(), &shown))?;
    Ok((header, opened))
}

/// What is the computer's own is no fault of one file among several.
fn unless_stations(fault: Fault) -> Result<Fault, Fault> {
    if fault.is_the_stations() || fault.code == Code::NotEnrolled { Err(fault) } else { Ok(fault) }
}

/// What went wrong with a parcel or reply, in the person's terms.
fn of_file(fault: ParcelFault, file: &str) -> Fault {
    let named = |code| Fault::new(code).with("file", file);
    match fault {
        ParcelFault::Write(error) => writing(file, &error),
        ParcelFault::File(ParcelError::Read(error)) => reading(file, &error),
        ParcelFault::File(ParcelError::OtherHub { .. }) | ParcelFault::OtherHub => named(Code::ParcelOtherHub),
        ParcelFault::File(ParcelError::Damaged | ParcelError::Content(_)) => named(Code::ParcelDamaged),
        ParcelFault::File(why) => named(Code::BadFile).with("reason", why),
        ParcelFault::TooLarge { what, found, limit } => Fault::too_large(what, found, limit).with("file", file),
        ParcelFault::NotAReply => named(Code::BadFile).with("reason", ParcelFault::NotAReply),
        ParcelFault::NotOurs => named(Code::ReplyNotOurs),
        ParcelFault::Forged(why) => named(Code::ReceiptForged).with("reason", why),
        ParcelFault::Stopped => Fault::new(Code::Cancelled),
        ParcelFault::Unreadable { fault, .. } => Fault::from(fault).with("file", file),
        ParcelFault::Fault(sync::Fault::Refused { problem, .. }) if problem.code == Problem::ParcelInvalid => {
            named(if problem.args.get("reason") == Some(&"other_hub".into()) {
                Code::ParcelOtherHub
            } else {
                Code::ParcelDamaged
            })
        }
        ParcelFault::Fault(sync::Fault::Refused { problem, .. }) if problem.code == Problem::SenderUnknown => {
            named(Code::ParcelSenderUnknown)
        }
        // Taken back, or found to hold a state secret, while it was sealed.
        ParcelFault::Fault(sync::Fault::Store(StoreError::Conflict(Clash::Submission { .. }))) => named(Code::Conflict),
        ParcelFault::Fault(fault) => Fault::from(fault).with("file", file),
    }
}

#[cfg(test)]
mod tests;
