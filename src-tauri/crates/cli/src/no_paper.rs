//! `hosoctl no-paper …`: procedures that are no longer taken on paper, and the gate of the one-stop desk.

use std::{io::Write as _, path::PathBuf};

use clap::Subcommand;
use desk::{Approval, Date, ListStanding, NoPaperAnswer, NoPaperLine, NoPaperRequest as Ask, Request};

use crate::words::{self, Language};

#[derive(Debug, Subcommand)]
pub enum NoPaper {
    /// The lists of all departments.
    Lists,
    /// Save the draft of a department's list.
    Save {
        department: String,
        /// PROCEDURE=YYYY-MM-DD: from that day without paper.
        #[arg(required = true, value_name = "PROCEDURE=DAY")]
        lines: Vec<String>,
        /// Which text orders it.
        #[arg(long)]
        basis: String,
        /// Where paper is taken all the same.
        #[arg(long, default_value = "")]
        except: String,
    },
    /// Put a draft into force by a leader's decision.
    Approve {
        department: String,
        #[arg(long)]
        by: String,
        #[arg(long)]
        title: String,
        #[arg(long)]
        number: String,
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: Date,
    },
    /// Take in a list that was approved on another computer.
    Import { file: PathBuf },
    /// Write the list in force as a file for another computer.
    Export { department: String, file: PathBuf },
    /// Take the draft of a department's list away.
    Discard { department: String },
    /// Send the list in force though it was approved elsewhere, or once more after the hub refused it.
    Send { department: String },
    /// Send what waits to the hub, and take in the lists in force there.
    Exchange,
    /// Print a list.
    Print {
        department: String,
        /// Without it the draft, or the list in force where there is none.
        #[arg(long)]
        revision: Option<u32>,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Of every procedure, whether it is taken on paper today.
    Taken,
    /// Say whether a procedure is taken on paper today.
    Gate { procedure: String },
    /// Print the guidance for somebody who came with paper.
    Guide {
        procedure: String,
        #[arg(long, default_value = "")]
        who: String,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Note that paper was taken for a reason, or that somebody was helped to file online.
    Visit {
        procedure: String,
        #[arg(long, default_value = "")]
        who: String,
        #[arg(long)]
        helped: bool,
        #[arg(long, default_value = "", required_unless_present = "helped")]
        reason: String,
    },
    /// What happened at the gate, from one day to another.
    Visits { from: Date, to: Date },
}

pub fn request(command: NoPaper) -> Result<Request, String> {
    let what = match command {
        NoPaper::Lists => Ask::Lists,
        NoPaper::Save { department, lines, basis, except } => {
            let line = |text: &String| {
                let (code, day) = text.split_once('=').ok_or_else(|| format!("{text}: PROCEDURE=DAY expected"))?;
                Ok::<_, String>(NoPaperLine {
                    procedure: code.parse().map_err(|e| format!("{code}: {e}"))?,
                    from: day.parse().map_err(|_| format!("{day}: a day such as 2026-12-01 expected"))?,
                    basis: basis.clone(),
                    except: except.clone(),
                })
            };
            Ask::Save { department, lines: lines.iter().map(line).collect::<Result<_, _>>()? }
        }
        NoPaper::Approve { department, by, title, number, on } => {
            Ask::Approve { department, approval: Approval { by, title, number, on } }
        }
        NoPaper::Import { file } => Ask::Import { file },
        NoPaper::Export { department, file } => Ask::Export { department, file },
        NoPaper::Print { department, revision, output } => Ask::Print { department, revision, file: output },
        NoPaper::Discard { department } => Ask::Discard { department },
        NoPaper::Send { department } => Ask::Send { department },
        NoPaper::Exchange => Ask::Exchange,
        NoPaper::Taken => Ask::Taken,
        NoPaper::Gate { procedure } => Ask::Gate { procedure },
        NoPaper::Guide { procedure, who, output } => Ask::Guide { procedure, who, file: output },
        NoPaper::Visit { procedure, who, helped, reason } => Ask::Visit { procedure, who, helped, reason },
        NoPaper::Visits { from, to } => Ask::Visits { from, to },
    };
    Ok(Request::NoPaper { what })
}

pub fn print(answer: &NoPaperAnswer, language: Language) {
    let mut out = std::io::stdout();
    let vietnamese = language == Language::Vi;
    let list = |view: &desk::NoPaperView| {
        let mark = if view.in_force { "✓" } else { "–" };
        let number = view.list.approval.as_ref().map_or("", |it| it.number.as_str());
        let hub = standing(&view.hub, language);
        let head = format!("{mark} {} · {} · {number} · {hub}", view.list.department, view.list.revision);
        let lines =
            view.list.lines.iter().map(|line| format!("    {:<12} {}  {}", line.procedure, line.from, line.basis));
        std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
    };
    // A reader that has gone away is no failure of the work.
    let _ = match answer {
        NoPaperAnswer::Lists(lists) => lists.iter().try_for_each(|view| writeln!(out, "{}", list(view))),
        NoPaperAnswer::List(view) => writeln!(out, "{}", list(view)),
        NoPaperAnswer::Printed(file) => writeln!(out, "{file}"),
        NoPaperAnswer::Gate(gate) => match (&gate.no_paper, vietnamese) {
            (None, true) => writeln!(out, "{}: nhận hồ sơ giấy", gate.procedure),
            (None, false) => writeln!(out, "{}: taken on paper", gate.procedure),
            (Some(since), true) => {
                writeln!(
                    out,
                    "{}: chỉ nhận trực tuyến từ {} ({}) · {}",
                    gate.procedure, since.since, since.basis, gate.link
                )
            }
            (Some(since), false) => {
                writeln!(out, "{}: online only since {} ({}) · {}", gate.procedure, since.since, since.basis, gate.link)
            }
        },
        NoPaperAnswer::Taken(lines) => lines.iter().try_for_each(|line| {
            let mark = if line.paper { "giấy" } else { "trực tuyến" };
            let mark = if vietnamese {
                mark
            } else if line.paper {
                "paper"
            } else {
                "online"
            };
            let doubt = if line.certain { "" } else { " (?)" };
            writeln!(out, "{:<12} {mark}{doubt}  {}", line.procedure, line.name.vi)
        }),
        NoPaperAnswer::Exchanged(exchanged) => {
            let (sent, taken) = if vietnamese { ("đã gửi", "đã nhận") } else { ("sent", "taken in") };
            let done = exchanged.sent.iter().map(|it| (sent, it)).chain(exchanged.taken.iter().map(|it| (taken, it)));
            let done: Vec<String> = done.map(|(what, list)| format!("{what}: {list}")).collect();
            let refused =
                exchanged.refused.iter().map(|(list, why)| format!("✗ {list}: {}", words::fault(why, language)));
            done.into_iter().chain(refused).try_for_each(|line| writeln!(out, "{line}"))
        }
        NoPaperAnswer::Noted => Ok(()),
        NoPaperAnswer::Visits(report) => {
            let total = match vietnamese {
                true => {
                    format!("hướng dẫn {}, giúp nộp {}, ngoại lệ {}", report.guided, report.helped, report.exceptions)
                }
                false => {
                    format!("guided {}, helped {}, exceptions {}", report.guided, report.helped, report.exceptions)
                }
            };
            let line = |line: &desk::GateLine| {
                format!("{}  {:<12} {:?}  {} {}", line.at, line.procedure, line.outcome, line.who, line.reason)
            };
            writeln!(out, "{total}").and_then(|()| report.lines.iter().try_for_each(|it| writeln!(out, "{}", line(it))))
        }
    };
}

/// How a list stands with the hub, in a few words.
fn standing(hub: &ListStanding, language: Language) -> String {
    let vietnamese = language == Language::Vi;
    match hub {
        ListStanding::Here if vietnamese => "chỉ ở máy này".to_owned(),
        ListStanding::Here => "here only".to_owned(),
        ListStanding::Waiting if vietnamese => "chờ gửi Cổng".to_owned(),
        ListStanding::Waiting => "waits for the hub".to_owned(),
        ListStanding::Received { at, applied } if vietnamese => {
            format!("Cổng đã nhận {at}, {} nơi áp dụng", applied.len())
        }
        ListStanding::Received { at, applied } => format!("received {at}, applied by {}", applied.len()),
        ListStanding::Refused { fault } => format!("✗ {}", words::fault(fault, language)),
        ListStanding::FromHub { agency, .. } if vietnamese => format!("từ Cổng, do {agency} gửi"),
        ListStanding::FromHub { agency, .. } => format!("from the hub, sent by {agency}"),
    }
}
