//! `measure_disk_faults STEP LAST ROOM`: see [`journeys::faults`]; prints one JSON object. Started by `cargo xtask measure disk-faults`.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use journeys::faults::{Plan, desktop, hub};

    let numbers: Vec<u32> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let [step, last, room] = numbers.as_slice() else {
        eprintln!("measure_disk_faults STEP LAST ROOM");
        return ExitCode::from(2);
    };
    let plan = Plan { jobs: usize::MAX, step: *step as usize, last: *last as usize, room: u64::from(*room) };
    println!("{}", serde_json::json!({ "desktop": desktop(plan).figures(), "hub": hub(plan).figures() }));
    ExitCode::SUCCESS
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("faults are made with strace and mounts, on Linux");
    ExitCode::FAILURE
}
