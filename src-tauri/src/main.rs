// Without this a console opens beside the window on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::{path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    // Before anything else: a worker opens no window and reads no settings.
    if std::env::args_os().nth(1).is_some_and(|first| first == desk::worker::FLAG) {
        return desk::worker::main();
    }
    match hoso_lib::run(profile()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hoso: {error}");
            ExitCode::FAILURE
        }
    }
}

/// `--profile DIR`, or `HOSO_PROFILE`; without them the user's own.
fn profile() -> Option<PathBuf> {
    let mut arguments = std::env::args_os().skip(1);
    let named = arguments.find(|argument| argument == "--profile").and_then(|_| arguments.next());
    named.or_else(|| std::env::var_os("HOSO_PROFILE")).map(PathBuf::from)
}
