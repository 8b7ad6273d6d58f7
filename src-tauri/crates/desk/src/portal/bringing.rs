//! What comes back from a portal: its code, and its slip.

use std::path::Path;

use dossier::{
    Date, DossierId, Event, EventId, EventKind, LocalMoment, OfficialCode, State, deadline::ReceptionHours, text,
};
use serde_json::json;
use store::Filing;
use uuid::Uuid;

use super::{SlipCode, SlipRead, no_pack, portal_of};
use crate::{
    Desk, Host, Options,
    digitising::{self, Fetch, FromDisk, Input},
    fault::{Fault, FaultCode as Code},
};

/// No slip is larger, in bytes.
const MOST: u64 = 50 << 20;

impl<H: Host> Desk<H> {
    /// The codes in a slip that have the shape of the portal's: out of QR and bar codes first, then out of its words.
    pub(super) async fn read_slip(&self, id: DossierId, file: &Path) -> Result<SlipRead, Fault> {
        let pack = self.store().await?.pack(id).await?.ok_or_else(|| Fault::new(Code::NotPacked))?;
        let portal = portal_of(&pack)?;
        let name = file.display().to_string();
        let input = Input { name: name.clone(), from: FromDisk(file.to_owned()), pages: None };
        let about = self.about_pdf("");
        let (pool, watch) = (self.pool().await, self.host.as_ref());
        // Many portals sign their slips.
        let options = Options { into_sealed: true, ..Options::default() };
        let (report, ..) = digitising::digitise(pool, vec![input], &options, about, std::io::sink(), watch).await?;
        let pages = report.pages;
        if let Some(fault) = report.files.into_iter().find_map(|file| file.fault) {
            return Err(fault.with("file", name));
        }
        let mut codes: Vec<SlipCode> = vec![];
        let mut add = |text: &str, certain: bool| {
            for code in portal.codes_in(text) {
                if !codes.iter().any(|known| known.code == code) {
                    codes.push(SlipCode { code, certain });
                }
            }
        };
        pages.iter().flat_map(|page| &page.codes).for_each(|code| add(&code.text, true));
        // The words of a PDF that was never paper are its own, not read off a picture.
        pages.iter().for_each(|page| add(&page.text, page.born_digital));
        Ok(SlipRead { codes })
    }

    /// The portal took the dossier. The slip's bytes are kept as they came.
    pub(super) async fn file_at_portal(
        &self,
        id: DossierId,
        code: &str,
        on: Option<Date>,
        slip: Option<&Path>,
        sure: bool,
    ) -> Result<(), Fault> {
        self.settle_pack(id).await?;
        let store = self.store().await?;
        let pack = store.pack(id).await?.ok_or_else(|| Fault::new(Code::NotPacked))?;
        let portal = portal_of(&pack)?;
        let example = || portal.codes.first().map_or_else(String::new, |pattern| pattern.example.clone());
        let bad = || Fault::new(Code::BadPortalCode).with("code", code).with("example", example());
        let code = text::nfc(code).parse::<OfficialCode>().map_err(|_| bad())?;
        if !sure && !portal.code_fits(code.as_str()) {
            return Err(bad());
        }
        // Made anew, it may have been filed as it was first.
        let packed = store.first_packed(id).await?.unwrap_or(pack.made_at);
        let (today, packed) = (self.today()?, self.day_of(packed)?);
        let on = on.unwrap_or(today);
        if on > today || on < packed {
            return Err(Fault::new(Code::BadValue).with("field", "on").with("value", on));
        }
        let slip = match slip {
            None => None,
            Some(file) => {
                let bytes = FromDisk(file.to_owned()).fetch(MOST).await?;
                let source = self.keep_paper(file_name(file), bytes).await?.source;
                Some((source.blob, source.file_name))
            }
        };
        let filing = Filing { code: code.as_str().to_owned(), on, slip };
        let filed = self.acting("dossier.filed_at_portal", async |store, act| store.file_pack(id, &filing, act).await);
        filed.await.map_err(|fault| {
            let taken =
                fault.code == Code::Conflict && fault.args.get("detail").is_some_and(|it| it == "already taken");
            if taken { Fault::new(Code::CodeTaken).with("code", &filing.code) } else { no_pack(fault) }
        })?;
        self.host.notice(crate::Notice::News { dossiers: vec![id] });
        Ok(())
    }

    /// A day without a time is promised until the end of the office hours.
    pub(super) async fn seen_at_portal(
        &self,
        id: DossierId,
        state: State,
        due: Option<Date>,
        note: &str,
    ) -> Result<(), Fault> {
        if state.national_code().is_none() {
            return Err(Fault::new(Code::BadValue).with("field", "state").with("reason", "not a state of a portal"));
        }
        let close = ReceptionHours::default().office.last().map(|hours| hours.to);
        let due = due.zip(close).map(|(date, time)| LocalMoment { date, time });
        let (now, by) = (self.now(), self.person());
        let event = |seq| {
            json!(Event {
                id: EventId(Uuid::now_v7()),
                dossier: id,
                seq,
                happened_at: now,
                entered_at: now,
                by,
                device: None,
                automatic: false,
                note: text::nfc(note.trim()),
                what: EventKind::SeenAtPortal { state, due },
            })
        };
        let act = "portal.seen";
        let noted = self.acting(act, async |store, act| store.note_at_portal(id, (state, due), event, act).await).await;
        noted.map_err(no_pack)?;
        self.host.notice(crate::Notice::News { dossiers: vec![id] });
        Ok(())
    }
}

fn file_name(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
