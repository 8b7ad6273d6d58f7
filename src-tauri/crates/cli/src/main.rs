//! `hosoctl`: the same commands as the window, for scripts, batches and tests.
//!
//! Exits 0 when the work was done, 1 when it failed (the reasons are printed), 2 on wrong usage.

mod account_words;
mod accounts;
mod arguments;
mod catalogue;
mod filling;
mod findings;
mod host;
mod many;
mod network;
mod no_paper;
mod parcel;
mod portal;
mod print;
mod problems;
mod reuse;
mod words;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;

fn main() -> ExitCode {
    // Before anything else: a worker must not read arguments, profiles or settings.
    if std::env::args_os().nth(1).is_some_and(|first| first == desk::worker::FLAG) {
        return desk::worker::main();
    }
    let arguments = Arguments::parse();
    let printer = print::Printer { json: arguments.json, language: arguments.language };
    let host = host::Terminal::new(&arguments);
    let request = match arguments.request() {
        Ok(request) => request,
        Err(problem) => {
            eprintln!("hosoctl: {problem}");
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            printer.fault(&desk::Fault::unexpected(error));
            return ExitCode::FAILURE;
        }
    };
    let answer = runtime.block_on(async {
        host.stop_on_interrupt();
        let desk = desk::Desk::new(host);
        let answer = desk.call(request).await;
        desk.close().await;
        answer
    });
    match answer {
        Ok(answer) => printer.answer(&answer),
        Err(fault) => {
            printer.fault(&fault);
            ExitCode::FAILURE
        }
    }
}
