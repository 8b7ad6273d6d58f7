//! `measure_power_loss STATES DOSSIERS`: see [`journeys::crash`]; prints one JSON object. Started by `cargo xtask measure power-loss`.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use journeys::crash::{Plan, Seen, desktop, hub};
    use serde_json::{Value, json};

    const SEED: u64 = 20_260_101;

    // The desktop's checks start no workers, but this is the program that would be one.
    if std::env::args_os().nth(1).is_some_and(|first| first == desk::worker::FLAG) {
        return desk::worker::main();
    }
    let mut numbers = std::env::args().skip(1).map(|word| word.parse::<u32>());
    let (Some(Ok(states)), Some(Ok(dossiers))) = (numbers.next(), numbers.next()) else {
        eprintln!("measure_power_loss STATES DOSSIERS");
        return ExitCode::from(2);
    };
    let plan = Plan { states: states as usize, seed: SEED };
    let figures = |seen: Seen| -> Value {
        json!({
            "states": seen.states, "instants": seen.instants, "acknowledged": seen.acknowledged, "changes": seen.changes,
            "syncs": seen.syncs, "failed": seen.failed, "missing": seen.missing,
        })
    };
    let life = hub::Life::record(hub::Work { dossiers, large: dossiers > 1 });
    let hub = figures(life.recording.cut(plan, &|folder, line| life.check(folder, line)));
    let life = hub::Life::record_failing();
    let failing = figures(life.recording.cut(plan, &|folder, line| life.check(folder, line)));
    let life = desktop::Life::record(desktop::Work { sent: dossiers });
    let desktop = figures(life.recording.cut(plan, &|folder, line| life.check(folder, line)));
    println!("{}", json!({ "seed": SEED, "hub": hub, "hub_with_failing_syncs": failing, "desktop": desktop }));
    ExitCode::SUCCESS
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("power cuts are recorded with strace, on Linux");
    ExitCode::FAILURE
}
