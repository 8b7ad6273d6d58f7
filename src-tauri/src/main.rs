// Without this a console opens beside the window on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: a worker opens no window and reads no settings.
    if std::env::args_os().nth(1).is_some_and(|first| first == desk::worker::FLAG) {
        return desk::worker::main();
    }
    match hoso_lib::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hoso: {error}");
            ExitCode::FAILURE
        }
    }
}
