//! `hosoctl no-paper …`: procedures that are no longer taken on paper, and the gate of the one-stop desk.

use std::{io::Write as _, path::PathBuf};

use clap::Subcommand;
use desk::{Approval, Date, NoPaperAnswer, NoPaperLine, NoPaperRequest as Ask, Request};

use crate::words::Language;

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
    /// Print a list.
    Print {
        department: String,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
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
        NoPaper::Print { department, output } => Ask::Print { department, file: output },
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
        let head = format!("{mark} {} · {} · {number}", view.list.department, view.list.revision);
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
