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
    sync::Arc,
};

use dossier::{DossierId, ParcelId};
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

impl<H: Host> Desk<H> {
    pub(crate) async fn ask_parcel(&self, what: ParcelRequest) -> Result<ParcelAnswer, Fault> {
        Ok(match what {
            ParcelRequest::Make { file, dossiers } => ParcelAnswer::Made(self.make_parcel(&file, &dossiers).await?),
            ParcelRequest::Take { files } => {
                let mut taken = vec![];
                for file in files {
                    taken.push(self.take_reply(&file).await?);
                }
                ParcelAnswer::Taken(taken)
            }
            ParcelRequest::Carry { files } => {
                let mut carried = vec![];
                for file in files {
                    carried.push(self.carry_parcel(&file).await?);
                }
                ParcelAnswer::Carried(carried)
            }
            ParcelRequest::Show { file } => ParcelAnswer::Shown(self.show_parcel(&file).await?),
        })
    }

    async fn make_parcel(&self, place: &Path, dossiers: &[DossierId]) -> Result<ParcelMade, Fault> {
        let (store, (_, hub)) = (self.store().await?, self.hub().await?);
        let chosen = self.to_carry(store, dossiers).await?;
        let (id, made_at) = (ParcelId(Uuid::now_v7()), self.now());
        let path = self.parcel_path(place, id).await?;
        let shown = path.display().to_string();

        let draft = Draft::create(&path)?;
        let (ids, dossiers): (Vec<_>, Vec<_>) = chosen.iter().map(|it| (it.id, it.dossier)).unzip();
        let told = self.told(&shown);
        let packed = sync::parcel::pack(store, &hub, (id, made_at), chosen, draft.file()?, told).await;
        let (_, written) = packed.map_err(|fault| of_file(fault, &shown))?;
        // A stick may take minutes for it.
        let synced = tokio::task::spawn_blocking(move || written.sync_all()).await.map_err(Fault::unexpected)?;
        synced.map_err(|error| writing(&shown, &error))?;
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
        Ok(ParcelMade { parcel: id, file: shown, bytes, made_at, dossiers })
    }

    /// What goes in: all that waits, or the dossiers that were named.
    async fn to_carry(&self, store: &Store, dossiers: &[DossierId]) -> Result<Vec<Submission>, Fault> {
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
        let bytes = sync::parcel::bytes_of(&waiting);
        if bytes > limits.max_parcel_bytes {
            return Err(Fault::too_large("bytes", bytes, limits.max_parcel_bytes));
        }
        Ok(waiting)
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
        let taken = sync::parcel::take_reply(store, &hub, &json, &act).await;
        taken.map_err(|fault| of_file(fault, &shown))
    }

    async fn reply_line(&self, line: TakenLine) -> Result<ReplyLine, Fault> {
        let dossier = self.store().await?.dossier(line.dossier).await?;
        let (news, fault) = match line.news {
            News::Receipted { .. } => (ReplyNews::Receipted, None),
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

    /// Shows how far it is, and stops when the person says so.
    fn told(&self, file: &str) -> Told {
        let (host, file) = (self.host.clone(), file.to_owned());
        Arc::new(move |done, total| {
            let kib = |bytes: u64| u32::try_from(bytes >> 10).unwrap_or(u32::MAX);
            host.progress(Progress { done: kib(done), total: kib(total), file: file.clone() });
            !host.cancelled()
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
