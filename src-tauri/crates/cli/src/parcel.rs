//! `hosoctl parcel …`: submissions carried to the hub by hand, and the replies.

use std::{io::Write as _, path::PathBuf};

use clap::Subcommand;
use desk::{DossierId, Fault, ParcelAnswer, ParcelRequest as Ask, ReplyNews, Request};

use crate::words::Language;

#[derive(Debug, Subcommand)]
pub enum Parcel {
    /// Seal what waits to be sent into one file, which only the hub can open; it stays queued.
    Make {
        /// The file, or the folder into which it is written under a name of its own.
        file: PathBuf,
        /// Only these dossiers.
        #[arg(value_name = "ID")]
        ids: Vec<String>,
        /// Where more waits than one parcel holds: what fits, in the order in which it was queued.
        #[arg(long)]
        what_fits: bool,
    },
    /// Take the hub's replies to parcels that were made here.
    Take {
        #[arg(required = true, value_name = "REPLY")]
        files: Vec<PathBuf>,
    },
    /// Bring parcels of other computers to the hub; each reply is written beside its parcel.
    Carry {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print what a parcel says of itself to everybody.
    Show { file: PathBuf },
}

pub fn parcel(command: Parcel) -> Result<Request, String> {
    let what = match command {
        Parcel::Make { file, ids, what_fits } => {
            let parse = |id: &String| id.parse::<DossierId>().map_err(|_| format!("{id} is not an identifier"));
            Ask::Make { file, dossiers: ids.iter().map(parse).collect::<Result<_, _>>()?, what_fits }
        }
        Parcel::Take { files } => Ask::Take { files },
        Parcel::Carry { files } => Ask::Carry { files },
        Parcel::Show { file } => Ask::Show { file },
    };
    Ok(Request::Parcel { what })
}

/// The files of which nothing came, and the dossiers that a person has to look at.
pub fn faults(answer: &ParcelAnswer) -> Vec<Fault> {
    match answer {
        ParcelAnswer::Taken(taken) => {
            let lines = taken.iter().flat_map(|it| &it.lines);
            taken.iter().filter_map(|it| it.fault.clone()).chain(lines.filter_map(|it| it.fault.clone())).collect()
        }
        ParcelAnswer::Carried(carried) => carried.iter().filter_map(|it| it.fault.clone()).collect(),
        ParcelAnswer::Made(made) => made.left_out.iter().map(|it| it.fault.clone()).collect(),
        ParcelAnswer::Shown(_) | ParcelAnswer::Stopping => vec![],
    }
}

pub fn print(answer: &ParcelAnswer, language: Language) {
    let mut out = std::io::stdout();
    let say = |vi: &'static str, en: &'static str| if language == Language::Vi { vi } else { en };
    // A reader that has gone away is no failure of the work.
    let _ = match answer {
        ParcelAnswer::Made(made) => {
            let count = say("hồ sơ", "dossiers");
            let mut said = writeln!(out, "{}  {} B  {} {count}", made.file, made.bytes, made.dossiers.len());
            for left in &made.left_out {
                let code = left.code.as_deref().unwrap_or("–");
                said = said.and(writeln!(out, "{code}  {}  {}", say("không có trong gói", "left out"), left.title));
            }
            said
        }
        ParcelAnswer::Taken(taken) => taken.iter().flat_map(|it| &it.lines).try_for_each(|line| {
            let news = match line.news {
                ReplyNews::Receipted => say("đã gửi", "sent"),
                ReplyNews::TakenBack => say(
                    "máy chủ đã nhận theo bản đã ghi vào gói; phần sửa sau khi lấy ra chưa tới máy chủ",
                    "received as it was sealed; what was changed since it was taken back is not at the hub",
                ),
                ReplyNews::Known => say("đã biết từ trước, không đổi", "known before, no change"),
                ReplyNews::Refused => say("máy chủ không nhận", "refused by the hub"),
                ReplyNews::Later => say("máy chủ chưa nhận được, vẫn chờ gửi", "not taken yet, still waits"),
            };
            writeln!(out, "{}  {news}  {}", line.code.as_deref().unwrap_or("–"), line.title)
        }),
        ParcelAnswer::Carried(carried) => {
            carried.iter().filter_map(|it| it.reply.as_ref()).try_for_each(|reply| writeln!(out, "{reply}"))
        }
        ParcelAnswer::Stopping => Ok(()),
        ParcelAnswer::Shown(shown) => {
            let whose = match (shown.ours, shown.our_hub) {
                (true, _) => say("do máy này ghi", "made on this computer"),
                (false, Some(true)) => {
                    say("của máy khác, gửi cùng máy chủ với máy này", "another computer's, for our hub")
                }
                (false, _) => say("gửi máy chủ khác", "for another hub"),
            };
            let count = say("hồ sơ", "dossiers");
            writeln!(
                out,
                "{}  {}  {} {count}  {} B  {whose}",
                shown.parcel, shown.made_at, shown.submissions, shown.bytes
            )
        }
    };
}
