//! The commands of the README: set the machine up, run the product, test it, measure it.
//!
//! Everything else is started as a process; nothing of ours is linked. Each step says what it does and why, and is
//! skipped when nothing it depends on has changed (fingerprints lie in `target/xtask/`).

mod compile;
mod measure;
mod package;
mod practice;
mod process;
mod setup;
mod stamp;
mod system;
mod test;
mod tus_peers;
mod workspace;

use std::process::ExitCode;

use process::Outcome;
use setup::Purpose;
use workspace::Workspace;

const USAGE: &str = "\
cargo xtask run [--no-window]     build, start a hub on this computer, and open the application connected to it;
                                  without a display, do the main job by hosoctl on the samples and show what came of it
cargo xtask test                  every check and every test; the last line counts them
cargo xtask measure NAME [--long] [--corpus DIR] [--seed N]
                                  print the product's figures; the last line is one JSON object
cargo xtask package [--debug]     build the package for Debian and its relatives
cargo xtask setup                 only install what `test` needs and build";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["run"] => with_workspace(|workspace| practice::run(workspace, practice::has_display())),
        ["run", "--no-window"] => with_workspace(|workspace| practice::run(workspace, false)),
        ["test"] => with_workspace(test::run),
        ["measure", name, options @ ..] => match measure::Options::parse(options) {
            Some(options) => with_workspace(|workspace| measure::run(workspace, name, &options)),
            None => return usage(),
        },
        ["package"] => with_workspace(|workspace| package::deb(workspace, false)),
        ["package", "--debug"] => with_workspace(|workspace| package::deb(workspace, true)),
        ["setup"] => with_workspace(|workspace| {
            setup::prepare(workspace, Purpose::Test)?;
            compile::programs(workspace)
        }),
        _ => return usage(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn with_workspace(task: impl FnOnce(&Workspace) -> Outcome) -> Outcome {
    task(&Workspace::find()?)
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}\n\nmeasurements: {}", measure::names().join(", "));
    ExitCode::from(2)
}
