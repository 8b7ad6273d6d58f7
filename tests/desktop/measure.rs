//! `measure_window PROGRAM`: what the built window costs, as one JSON object. Started by `cargo xtask measure start`.
//!
//! Prepares a profile with 10,000 dossiers and a form of 60 fields, opens the window on it several times, and prints medians:
//! from the start of the process to the first paint and to the list, memory of the core process at rest, and how long a typed
//! letter takes to the next frame.

#[cfg(target_os = "linux")]
#[path = "measure/linux.rs"]
mod linux;

#[cfg(target_os = "linux")]
fn main() {
    linux::main();
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("measure_window: the window is driven, and its costs are read, on Linux only");
    std::process::ExitCode::from(2)
}
