//! Sending to a hub whose disk fails: what is refused is asked again, as a desktop does, and counted.

use std::path::Path;

use ::hub::data::DataFolder;
use ::hub::keeping;
use ::hub::serve::{Config, Running, open_ledger, start};
use dossier::Digest;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;
use uuid::Uuid;
use wire::manifest::UploadRef;
use wire::tus::{self, Metadata};
use wire::{Submission, path};

use super::hub::{Device, named, number};

/// How often the same is asked again.
const TRIES: usize = 12;
const PIECE: usize = 20_000;

/// What a hub took, and what it said on the way.
pub(crate) struct Stored {
    file: Vec<u8>,
    submission: Submission,
    receipt: Value,
    /// The refusals' statuses, or `done` when there was none.
    pub(crate) told: String,
}

impl Stored {
    /// The hub over a data folder, here and with a disk that is well.
    pub(crate) async fn hub(data: &Path) -> Result<Running, String> {
        let folder = DataFolder::open(data).map_err(|error| error.to_string())?;
        start(Config::new(folder)).await.map_err(|error| format!("it does not start: {error}"))
    }
}

impl Device {
    /// Asks until it is granted. Whoever is refused must be told to wait (503, 507), in the shape of a problem.
    async fn granted(&self, told: &mut Vec<u16>, ask: &dyn Fn() -> RequestBuilder) -> Result<Response, String> {
        for _ in 0..TRIES {
            let answer = ask().send().await.map_err(|error| error.to_string())?;
            let status = answer.status().as_u16();
            if answer.status().is_success() || status == 409 {
                return Ok(answer);
            }
            let kind =
                answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
            let bodiless = kind.is_empty() && answer.content_length().unwrap_or(0) == 0;
            if !matches!(status, 503 | 507) || !(bodiless || kind == wire::problem::MEDIA_TYPE) {
                return Err(format!("{status} {kind}: {}", answer.text().await.unwrap_or_default()));
            }
            told.push(status);
        }
        Err(format!("not granted after {TRIES} tries: {told:?}"))
    }

    /// Sends a file in pieces and a dossier with it; after each refusal it asks how far the hub is.
    pub(crate) async fn send_over_faults(&self, file: &[u8]) -> Result<Stored, String> {
        let mut told = Vec::new();
        let sha256 = Digest::of(file);
        let (key, metadata) =
            (Uuid::now_v7().to_string(), Metadata::default().with(Metadata::SHA256, &sha256.to_string()));
        let create = || {
            let request = self.request(Method::POST, path::FILES).header(path::IDEMPOTENCY_KEY, &key);
            request.header(tus::LENGTH, file.len()).header(tus::METADATA, metadata.to_string())
        };
        let made = self.granted(&mut told, &create).await?;
        let at = made.headers().get("location").and_then(|at| at.to_str().ok()).and_then(path::upload_in_location);
        let id = at.ok_or("no Location")?;
        let (mut offset, mut tries) = (0_u64, 0);
        while offset < file.len() as u64 {
            let from = usize::try_from(offset).map_err(|error| error.to_string())?;
            let sent = self.patch(id, file, from, (from + PIECE).min(file.len())).send().await;
            let sent = sent.map_err(|error| error.to_string())?;
            if !sent.status().is_success() {
                told.push(sent.status().as_u16());
                if !matches!(sent.status().as_u16(), 409 | 503 | 507) {
                    return Err(format!("{}: {}", sent.status(), sent.text().await.unwrap_or_default()));
                }
            }
            let head = self.granted(&mut told, &|| self.request(Method::HEAD, &path::upload(id))).await?;
            let now = number(&head, tus::OFFSET).ok_or("no offset")?;
            if now < offset {
                return Err(format!("the offset went back from {offset} to {now}"));
            }
            offset = now;
            tries += 1;
            if tries > TRIES {
                return Err(format!("it gets no further than {offset}: {told:?}"));
            }
        }
        let submission = self.submission(vec![named(file)], vec![UploadRef { sha256, upload: id }]);
        let taken = self.granted(&mut told, &|| self.submitting(&submission)).await?;
        let receipt = taken.json().await.map_err(|error| error.to_string())?;
        told.sort_unstable();
        told.dedup();
        let told = if told.is_empty() { "done".to_owned() } else { format!("{told:?}") };
        Ok(Stored { file: file.to_vec(), submission, receipt, told })
    }

    /// Whether the hub has what it took: the same receipt again, the file, and every stored file whole.
    pub(crate) async fn has(&self, stored: &Stored, data: &Path) -> Result<(), String> {
        let again = self.submitting(&stored.submission).send().await.map_err(|error| error.to_string())?;
        let receipt: Value = again.json().await.map_err(|error| error.to_string())?;
        if receipt != stored.receipt {
            return Err(format!("another receipt: {receipt}, {}", stored.receipt));
        }
        let file = self.request(Method::GET, &path::file(&Digest::of(&stored.file))).send().await;
        let file = file.map_err(|error| error.to_string())?.bytes().await.map_err(|error| error.to_string())?;
        if file != stored.file {
            return Err("the file is not what was sent".to_owned());
        }
        let config = Config::new(DataFolder::open(data).map_err(|error| error.to_string())?);
        let ledger = open_ledger(&config.database).await.map_err(|error| error.to_string())?;
        let objects = config.objects.open().map_err(|error| error.to_string())?;
        let checked = keeping::check(&*ledger, &objects).await.map_err(|error| error.to_string())?;
        ledger.close().await;
        if checked.is_whole() { Ok(()) } else { Err(format!("{checked:?}")) }
    }
}
