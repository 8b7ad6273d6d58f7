//! Starting other programs, and saying so.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

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

/// For how long a program that is watched may say nothing where nobody sits before it: a test that hangs is a failure, not a run without end.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// Runs to the end, showing each line of its standard output as it comes and giving it to `each`; whether it succeeded.
pub fn watch(command: &mut Command, each: impl FnMut(&str)) -> Outcome<bool> {
    watch_for(command, std::env::var_os("CI").map(|_| PATIENCE), each)
}

fn watch_for(command: &mut Command, patience: Option<Duration>, mut each: impl FnMut(&str)) -> Outcome<bool> {
    #[cfg(unix)]
    if patience.is_some() {
        // A group of its own, so that what it started can be ended with it; a person at a terminal ends all by Ctrl+C.
        std::os::unix::process::CommandExt::process_group(command, 0);
    }
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(|e| cannot_start(command, &e))?;
    let (said, hear) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        thread::spawn(move || {
            let (mut reader, mut bytes) = (BufReader::new(out), Vec::new());
            while matches!(reader.read_until(b'\n', &mut bytes), Ok(n) if n > 0) {
                if said.send(std::mem::take(&mut bytes)).is_err() {
                    break;
                }
            }
        });
    }
    loop {
        let heard = match patience {
            Some(patience) => hear.recv_timeout(patience),
            None => hear.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match heard {
            Ok(bytes) => {
                let line = String::from_utf8_lossy(&bytes);
                print!("{line}");
                each(line.trim_end());
            }
            Err(RecvTimeoutError::Timeout) => {
                say(&format!("ended, for it has said nothing for too long: {}", shown(command)));
                end(&mut child);
                break;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait().map_err(|e| failure(format!("{}: {e}", shown(command))))?;
    Ok(status.success())
}

/// Ends a program that leads a group, with all that it started.
fn end(child: &mut Child) {
    if cfg!(unix) {
        drop(Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).status());
    }
    drop(child.kill());
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

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_ended_with_all_it_started() {
        let mut lines = vec![];
        let mut silent = Command::new("sh");
        silent.args(["-c", "echo one; cat /dev/zero >/dev/null"]);
        let patience = Some(Duration::from_millis(300));
        assert!(!watch_for(&mut silent, patience, |line| lines.push(line.to_owned())).unwrap());
        assert_eq!(lines, ["one"]);
        assert!(watch_for(&mut Command::new("true"), patience, |_| {}).unwrap());
    }
}
