//! `measure_search FOLDER DOSSIERS`: what finding costs among so many dossiers, as one JSON object. Started by
//! `cargo xtask measure search`.
//!
//! The profile in FOLDER is made once and used again. The program behind the window (`uihost`: the same core, asked over loopback)
//! is started on it; each question's time is taken as a window would wait for it, and the process's CPU time beside it.

#[cfg(target_os = "linux")]
mod generate;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod process;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("measure_search: costs are read from /proc, on Linux only");
    std::process::ExitCode::from(2)
}
