//! What a program and all its children cost: wall time, CPU time, memory. Linux.

use std::collections::HashMap;
use std::fs;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::process::{Outcome, failure, shown};

/// How often memory is looked at. A shorter peak between two looks is not seen.
const PERIOD: Duration = Duration::from_millis(25);

/// The cost of one run.
#[derive(Debug)]
pub struct Cost {
    pub wall_seconds: f64,
    /// User and system time of the program and of every descendant it waited for.
    pub cpu_seconds: f64,
    /// Highest sum of the proportional set sizes (memory shared by two processes counts once) of the program and its
    /// descendants, in bytes.
    pub peak_bytes: u64,
}

/// How a run ended, and what it cost.
pub struct Ended {
    pub cost: Cost,
    pub status: ExitStatus,
    pub stdout: String,
    /// It ran longer than it might, and was killed.
    pub overran: bool,
}

/// Runs `command` to its end; a failure of the program is a failure.
pub fn of(command: &mut Command) -> Outcome<Cost> {
    let ended = ended(command, Duration::MAX)?;
    if !ended.status.success() {
        return Err(failure(format!("{} failed ({})\n{}", shown(command), ended.status, ended.stdout)));
    }
    Ok(ended.cost)
}

/// Runs `command` to its end, whatever that is; after `limit` it is killed.
pub fn ended(command: &mut Command, limit: Duration) -> Outcome<Ended> {
    let before = cpu_of_children()?;
    let start = Instant::now();
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let child = spawned.map_err(|e| failure(format!("cannot start {}: {e}", shown(command))))?;
    let id = child.id();
    let over = AtomicBool::new(false);
    let (output, seen) = std::thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(id, limit, &over));
        let output = child.wait_with_output();
        over.store(true, Ordering::Relaxed);
        (output, watcher.join())
    });
    let wall_seconds = start.elapsed().as_secs_f64();
    let output = output.map_err(|e| failure(format!("{}: {e}", shown(command))))?;
    let cpu_seconds = cpu_of_children()? - before;
    let (peak_bytes, overran) = seen.map_err(|_| failure("the memory watcher panicked"))?;
    Ok(Ended {
        cost: Cost { wall_seconds, cpu_seconds, peak_bytes },
        status: output.status,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        overran,
    })
}

/// Seconds of CPU of all children that have been waited for, with theirs.
#[cfg(unix)]
fn cpu_of_children() -> Outcome<f64> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|e| failure(format!("getrusage: {e}")))?;
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(micros as f64 / 1e6)
}

#[cfg(not(unix))]
fn cpu_of_children() -> Outcome<f64> {
    Err(failure("measuring needs Linux"))
}

/// The highest memory seen, and whether the time was up before the end.
#[expect(clippy::disallowed_methods, reason = "a sampler has nothing to wait for but time")]
fn watch(root: u32, limit: Duration, over: &AtomicBool) -> (u64, bool) {
    let (start, mut peak, mut overran) = (Instant::now(), 0, false);
    while !over.load(Ordering::Relaxed) {
        let members = family(root);
        peak = peak.max(members.iter().copied().map(proportional_bytes).sum());
        if !overran && start.elapsed() > limit {
            overran = true;
            members.into_iter().for_each(kill);
        }
        std::thread::sleep(PERIOD);
    }
    (peak, overran)
}

#[cfg(unix)]
fn kill(id: u32) {
    use nix::sys::signal::{Signal, kill};
    if let Ok(id) = i32::try_from(id) {
        // Gone already is as good.
        let _ = kill(nix::unistd::Pid::from_raw(id), Signal::SIGKILL);
    }
}

#[cfg(not(unix))]
fn kill(_: u32) {}

/// `root` and its descendants, from /proc.
fn family(root: u32) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    let ids = fs::read_dir("/proc").into_iter().flatten().flatten();
    for id in ids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()) {
        if let Some(parent) = parent(id) {
            children.entry(parent).or_default().push(id);
        }
    }
    let mut members = vec![root];
    let mut next = 0;
    while let Some(&id) = members.get(next) {
        members.extend(children.remove(&id).unwrap_or_default());
        next += 1;
    }
    members
}

fn parent(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // "id (name) state parent …"; the name may hold anything, also spaces and parentheses.
    stat.rsplit_once(") ")?.1.split_whitespace().nth(1)?.parse().ok()
}

fn proportional_bytes(id: u32) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_the_cpu_and_memory_of_grandchildren() {
        // 64 MB held by a grandchild which then burns CPU; the parent shell only waits.
        let script = "sh -c 'x=$(head -c 64000000 /dev/zero | tr \"\\\\0\" a); i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; test ${#x} = 64000000' && true";
        let cost = of(Command::new("sh").args(["-c", script])).unwrap();
        assert!(cost.peak_bytes > 60_000_000, "{cost:?}");
        assert!(cost.cpu_seconds > 0.05 && cost.cpu_seconds < 2.0 * cost.wall_seconds + 1.0, "{cost:?}");
    }

    #[test]
    fn a_program_that_fails_is_no_measurement() {
        assert!(of(&mut Command::new("false")).is_err());
    }

    #[test]
    fn a_program_that_does_not_end_is_killed_with_its_children() {
        let ended = ended(Command::new("sh").args(["-c", "sleep 100; true"]), Duration::from_millis(200)).unwrap();
        assert!(ended.overran && !ended.status.success() && ended.cost.wall_seconds < 50.0);
    }
}
