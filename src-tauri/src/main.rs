// Without this a console opens beside the window on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    // Before anything else: a worker opens no window and reads no settings.
    if std::env::args_os().nth(1).is_some_and(|first| first == desk::worker::FLAG) {
        return desk::worker::main();
    }
    let profile = match profile(std::env::args_os().skip(1)) {
        Ok(named) => named.or_else(|| std::env::var_os("HOSO_PROFILE").map(PathBuf::from)),
        Err(wrong) => {
            eprintln!("hoso: {wrong}; usage: hoso [--profile DIR]");
            return ExitCode::from(2);
        }
    };
    #[cfg(target_os = "linux")]
    draw_without_gpu();
    match hoso_lib::run(profile) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hoso: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Where there is no graphics processor (an old machine, a remote desktop) WebKit would have one imitated, and a keystroke would wait
/// for it four times as long as for plain drawing. WebKit asks the environment how to draw, and only a fresh start can change that.
#[cfg(target_os = "linux")]
fn draw_without_gpu() {
    use std::os::unix::process::CommandExt;

    const PLAIN: &str = "WEBKIT_SKIA_ENABLE_CPU_RENDERING";
    let mut nodes = std::fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    let has_gpu = nodes.any(|node| node.file_name().to_string_lossy().starts_with("renderD"));
    let Ok(program) = std::env::current_exe() else { return };
    if !has_gpu && std::env::var_os(PLAIN).is_none() {
        let error = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(PLAIN, "1").exec();
        // It goes on as it is, only slower.
        eprintln!("hoso: {error}");
    }
}

/// The folder of `--profile DIR` or `--profile=DIR`; without it `HOSO_PROFILE`, and without that the user's own. What is mistyped is
/// refused: it would open another profile than the one meant.
fn profile(mut arguments: impl Iterator<Item = OsString>) -> Result<Option<PathBuf>, String> {
    let mut named = None;
    while let Some(argument) = arguments.next() {
        let value = match argument.to_str() {
            Some("--profile") => arguments.next(),
            Some(text) => text.strip_prefix("--profile=").map(OsString::from),
            None => None,
        };
        let known = argument.to_str().is_some_and(|text| text == "--profile" || text.starts_with("--profile="));
        if !known {
            return Err(format!("unknown argument {}", argument.display()));
        }
        match value {
            Some(folder) if !folder.is_empty() && named.is_none() => named = Some(PathBuf::from(folder)),
            Some(folder) if !folder.is_empty() => return Err("--profile is named twice".to_owned()),
            _ => return Err("--profile needs a folder".to_owned()),
        }
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Option<PathBuf>, String> {
        profile(arguments.iter().map(OsString::from))
    }

    #[test]
    fn only_a_profile_can_be_named() {
        assert_eq!(read(&[]), Ok(None));
        for arguments in [&["--profile", "/a b"][..], &["--profile=/a b"]] {
            assert_eq!(read(arguments), Ok(Some(PathBuf::from("/a b"))));
        }
        for wrong in [&["--profile"][..], &["--profile="], &["--profil", "/a"], &["/a"], &["--profile", "/a", "x"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
        assert!(read(&["--profile=/a", "--profile=/b"]).is_err());
    }
}
