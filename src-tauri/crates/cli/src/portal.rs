//! `hosoctl portal …`, and of `hosoctl dossier …` what concerns portals: packs, and what is brought back for them.

use std::{io::Write as _, path::PathBuf};

use clap::Subcommand;
use desk::{Date, DossierId, PackStanding, PortalAnswer, PortalRequest as Ask, Request};

use crate::words::{self, Language};

#[derive(Debug, Subcommand)]
pub enum Portal {
    /// The portals that are known, with their limits.
    List,
    /// Take a portal's file into this computer's data.
    Import { file: PathBuf },
}

#[derive(Debug, Subcommand)]
pub enum Dossier {
    /// Write a dossier as a pack, to be filed at a portal by hand.
    Pack {
        id: String,
        #[arg(long, value_name = "PORTAL")]
        portal: String,
        /// The folder into which it is written as a folder of its own; a name that ends in .zip for one file.
        #[arg(value_name = "OUT")]
        output: PathBuf,
        /// As one ZIP file inside the folder.
        #[arg(long)]
        zip: bool,
        /// Why it goes both ways, or is packed once more.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Note the code under which the portal took a packed dossier.
    Filed {
        id: String,
        code: String,
        /// The portal's slip: a PDF or a picture.
        #[arg(long, value_name = "FILE")]
        slip: Option<PathBuf>,
        /// The day it was filed; today without one.
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: Option<Date>,
        /// Whatever shape the code has.
        #[arg(long)]
        sure: bool,
    },
    /// Note how a dossier that was filed was seen to stand at the portal.
    Seen {
        id: String,
        /// By its number in the national list, 1 to 10.
        state: u8,
        /// The day that the portal promises.
        #[arg(long, value_name = "YYYY-MM-DD")]
        due: Option<Date>,
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Print the codes that a portal's slip has, which is a PDF or a picture.
    Slip { id: String, file: PathBuf },
    /// Say how a dossier stands with the portals.
    Packed { id: String },
    /// Say that a pack was not filed, and will not be.
    Unpack {
        id: String,
        #[arg(long)]
        reason: String,
    },
    /// Send a packed dossier by the hub too.
    SendToo {
        id: String,
        #[arg(long)]
        reason: String,
    },
    /// Print a dossier's answers one by one, as they are pasted into a portal's form.
    Answers { id: String },
}

pub fn portal(command: Portal) -> Request {
    let what = match command {
        Portal::List => Ask::List,
        Portal::Import { file } => Ask::Import { file },
    };
    Request::Portal { what }
}

pub fn dossier(command: Dossier) -> Result<Request, String> {
    let parse = |id: &str| id.parse::<DossierId>().map_err(|_| format!("{id} is not an identifier"));
    let what = match command {
        Dossier::Pack { id, portal, output, zip, reason } => {
            let zip = zip || output.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"));
            Ask::Pack { dossier: parse(&id)?, portal, folder: output, zip, reason }
        }
        Dossier::Filed { id, code, slip, on, sure } => Ask::Filed { dossier: parse(&id)?, code, on, slip, sure },
        Dossier::Seen { id, state, due, note } => {
            let unknown = || format!("{state} is not a number of the national list, 1 to 10");
            let state = desk::State::from_national_code(state).ok_or_else(unknown)?;
            Ask::Seen { dossier: parse(&id)?, state, due, note }
        }
        Dossier::Slip { id, file } => Ask::ReadSlip { dossier: parse(&id)?, file },
        Dossier::Packed { id } => Ask::Show { dossier: parse(&id)? },
        Dossier::Unpack { id, reason } => Ask::Withdraw { dossier: parse(&id)?, reason },
        Dossier::SendToo { id, reason } => Ask::SendToo { dossier: parse(&id)?, reason },
        Dossier::Answers { id } => Ask::Sheet { dossier: parse(&id)? },
    };
    Ok(Request::Portal { what })
}

pub fn print(answer: &PortalAnswer, language: Language) {
    let mut out = std::io::stdout();
    let pick = |words: &desk::Words| if language == Language::Vi { words.vi.clone() } else { words.en.clone() };
    // A reader that has gone away is no failure of the work.
    let _ = match answer {
        PortalAnswer::List(portals) => portals.iter().try_for_each(|portal| {
            let limits = &portal.limits;
            writeln!(out, "{:<16} {} · ≤ {} B · {}", portal.id, pick(&portal.name), limits.file_bytes, portal.address)
        }),
        PortalAnswer::Imported(portal) => writeln!(out, "{} {}", portal.id, portal.revision),
        PortalAnswer::Sheet(sheet) => {
            sheet.lines.iter().try_for_each(|line| writeln!(out, "{}\t{}", pick(&line.label), line.value))
        }
        PortalAnswer::Slip(slip) => slip
            .codes
            .iter()
            .try_for_each(|code| writeln!(out, "{}{}", code.code, if code.certain { "" } else { " ?" })),
        PortalAnswer::Standing(standing) => {
            let state = words::state(standing.state, language);
            let pack = standing.pack.as_ref();
            let place = pack.map_or("–", |pack| &pack.place);
            let mark = match pack.map(|pack| pack.standing) {
                Some(PackStanding::Interrupted) => "…",
                Some(PackStanding::Written | PackStanding::Filed) => "✓",
                None => "",
            };
            let files = pack.map(|pack| pack.files.as_slice()).unwrap_or_default();
            writeln!(out, "{state}  {mark} {place}")
                .and_then(|()| files.iter().try_for_each(|file| writeln!(out, "{:>10}  {}", file.bytes, file.name)))
                .and_then(|()| match pack.and_then(|pack| pack.code.as_ref()) {
                    Some(code) => writeln!(out, "{code}"),
                    None => Ok(()),
                })
        }
    };
}
