//! Starting other programs, and saying so.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Why a step failed, in words for the person at the terminal.
#[derive(Debug)]
pub struct Failure(String);

pub type Outcome<T = ()> = Result<T, Failure>;

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A failure with these words.
pub fn failure(words: impl Into<String>) -> Failure {
    Failure(words.into())
}

/// Says what happens next.
pub fn say(words: &str) {
    println!("xtask: {words}");
}

/// Runs to the end; its output goes to the terminal.
pub fn run(command: &mut Command) -> Outcome {
    let status = command.stdin(Stdio::null()).status().map_err(|e| cannot_start(command, &e))?;
    if status.success() { Ok(()) } else { Err(failure(format!("{} failed ({status})", shown(command)))) }
}

/// Runs to the end and returns its standard output; its standard error goes to the terminal.
pub fn output(command: &mut Command) -> Outcome<String> {
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().map_err(|e| cannot_start(command, &e))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    Err(failure(format!("{} failed ({})\n{}", shown(command), output.status, text.trim_end())))
}

/// Runs to the end, showing each line of its standard output as it comes and giving it to `each`; whether it succeeded.
pub fn watch(command: &mut Command, mut each: impl FnMut(&str)) -> Outcome<bool> {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(|e| cannot_start(command, &e))?;
    if let Some(out) = child.stdout.take() {
        let mut reader = BufReader::new(out);
        let mut bytes = Vec::new();
        while matches!(reader.read_until(b'\n', &mut bytes), Ok(n) if n > 0) {
            let line = String::from_utf8_lossy(&bytes);
            print!("{line}");
            each(line.trim_end());
            bytes.clear();
        }
    }
    let status = child.wait().map_err(|e| failure(format!("{}: {e}", shown(command))))?;
    Ok(status.success())
}

/// Does a named step and says how long it took.
pub fn timed<T>(name: &str, step: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    say(name);
    let start = Instant::now();
    let done = step()?;
    say(&format!("{name}: {:.1} s", start.elapsed().as_secs_f64()));
    Ok(done)
}

/// Whether a program of this name can be started.
pub fn on_path(program: &str) -> bool {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(&name).is_file()))
}

/// The command line as a person would type it.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    failure(format!("cannot start {}: {error}", shown(command)))
}
