//! Another desktop's parcel to the hub, resumable at every byte, and the reply back.

use std::{
    io::{self, SeekFrom},
    time::{Duration, Instant},
};

use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _},
};
use wire::{
    parcel::{Header, MEDIA_TYPE, ParcelError, Reply},
    problem::Remedy,
    tus::Metadata,
    upload::UploadId,
};

use super::{ParcelFault, Told};
use crate::{
    Fault, Hub, Quick, remedy,
    upload::{ChunkSize, is_worth_another},
};

/// So many faults in a row without a byte gained end it; asked again, it goes on where it was.
const MAX_FAULTS: u32 = 5;
/// So many times it is begun anew because the hub lost it.
const MAX_RESTARTS: u32 = 2;
/// A hub that asks for a longer wait is asked again by the person.
const MAX_PAUSE: Duration = Duration::from_secs(5);

/// The reply to a parcel that was brought.
#[derive(Debug)]
pub struct Carried {
    /// As the hub wrote it; signed by the enrolled hub, for this parcel.
    pub json: Vec<u8>,
    /// Where the parcel still lies at the hub; see [`give_up`].
    upload: UploadId,
}

/// Brings a parcel that lies open as `file` to the enrolled hub. Interrupted at any point, and asked again with the same file, it goes on
/// where the hub stands.
pub async fn carry(hub: &Hub, mut file: File, header: &Header, told: Told) -> Result<Carried, ParcelFault> {
    header.is_for(hub.id(), hub.key())?;
    let size = file.metadata().await.map_err(ParcelError::Read)?.len();
    let mut way = Way { hub, size, key: format!("parcel-{}-{size:x}", header.parcel), known: None, offset: 0, told };
    let mut chunk = ChunkSize::new(&hub.limits().await?.chunk);
    let (mut faults, mut restarts) = (0, 0);
    let upload = loop {
        let before = way.offset;
        let fault = match way.go_on(&mut file, &mut chunk).await {
            Ok(upload) => break upload,
            Err(ParcelFault::Fault(fault)) => fault,
            Err(other) => return Err(other),
        };
        faults = if way.offset > before { 1 } else { faults + 1 };
        match remedy(&fault) {
            _ if faults >= MAX_FAULTS => return Err(fault.into()),
            Remedy::Recreate if restarts < MAX_RESTARTS => {
                restarts += 1;
                (way.known, way.offset) = (None, 0);
            }
            Remedy::Retry | Remedy::AskPerson if is_worth_another(&fault) => {
                let pause = fault.wait(Quick::default().0.delay(faults));
                if pause > MAX_PAUSE {
                    return Err(fault.into());
                }
                match fault {
                    Fault::Portal { status: 413 } => chunk.too_large(),
                    _ => chunk.failed(),
                }
                tokio::time::sleep(pause).await;
            }
            _ => return Err(fault.into()),
        }
    };
    let json = match hub.take_parcel(upload).await {
        Ok(json) => json,
        Err(fault) => {
            // A copy that the hub cannot open is of no use there: a better one begins anew.
            if remedy(&fault) == Remedy::Quarantine
                && let Err(error) = hub.give_up(upload).await
            {
                tracing::warn!(%error, "a parcel stays at the hub until its time is over");
            }
            return Err(fault.into());
        }
    };
    let reply: Reply = serde_json::from_slice(&json).map_err(|_| Fault::Protocol("a reply"))?;
    reply.verify(hub.id(), hub.key())?;
    if reply.parcel != header.parcel {
        return Err(Fault::Protocol("the reply to this parcel").into());
    }
    Ok(Carried { json, upload })
}

/// The reply is safe: the hub need not keep the parcel any longer. Without it, it goes when its time is over.
pub async fn give_up(hub: &Hub, carried: &Carried) -> Result<(), Fault> {
    hub.give_up(carried.upload).await
}

/// A parcel on its way.
struct Way<'a> {
    hub: &'a Hub,
    size: u64,
    /// Finds the same upload again, in another process too.
    key: String,
    known: Option<UploadId>,
    offset: u64,
    told: Told,
}

impl Way<'_> {
    /// From wherever the hub says it stands to its end.
    async fn go_on(&mut self, file: &mut File, chunk: &mut ChunkSize) -> Result<UploadId, ParcelFault> {
        let upload = match self.known {
            Some(upload) => upload,
            None => {
                let metadata = Metadata::default().with(Metadata::FILE_TYPE, MEDIA_TYPE);
                self.hub.create_upload(self.size, &metadata, &self.key, vec![]).await?.0
            }
        };
        self.known = Some(upload);
        self.offset = self.hub.offset(upload).await?;
        while self.offset < self.size {
            if !(self.told)(self.offset, self.size) {
                return Err(ParcelFault::Stopped);
            }
            let bytes = read_at(file, self.offset, chunk.wanted(self.size - self.offset, self.hub.pace())).await?;
            let (sent, begun) = (bytes.len() as u64, Instant::now());
            let after = self.hub.append(upload, self.offset, bytes).await?;
            if after <= self.offset || after > self.size {
                return Err(Fault::Protocol("the offset after an append").into());
            }
            chunk.succeeded(sent, begun.elapsed());
            self.offset = after;
        }
        if self.offset > self.size {
            return Err(Fault::Protocol("the offset of this file").into());
        }
        (self.told)(self.offset, self.size);
        Ok(upload)
    }
}

/// Exactly `length` bytes of the file from `offset` on.
async fn read_at(file: &mut File, offset: u64, length: usize) -> Result<Vec<u8>, ParcelError> {
    let read = async {
        file.seek(SeekFrom::Start(offset)).await?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes).await?;
        Ok::<_, io::Error>(bytes)
    };
    // One that got shorter under our hands is not what it was.
    Ok(read.await?)
}
