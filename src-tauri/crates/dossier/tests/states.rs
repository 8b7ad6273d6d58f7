//! The table of states in ARCHITECTURE.md is the one of the code.

use std::{collections::BTreeMap, fs, path::Path};

use dossier::{Digest, State, Transition};

const BEGIN: &str =
    "<!-- the table of states, written by `HOSO_WRITE_TABLE=1 cargo test -p dossier --test states` -->\n";
const END: &str = "<!-- end of the table of states -->";

/// Every transition that its guard lets pass, with the words for what its guard saw. A new one gets its name here, and its row below.
fn transitions() -> Vec<(&'static str, Transition)> {
    use Transition::*;
    let ours = Digest([0; 32]);
    let all = vec![
        Check { blocking: 0 },
        Check { blocking: 1 },
        Edit,
        Submit { blocking: 0 },
        StartSending,
        Interrupt,
        Quarantine,
        Retry,
        Receipt { ours, receipted: ours },
        Pack { blocking: 0, insisted: false },
        Pack { blocking: 0, insisted: true },
        Unpack,
        FileAtPortal,
        SubmitToo { blocking: 0 },
        Accept,
        Reject,
        StartProcessing,
        RequestSupplement { earlier: 0, justified: false },
        ReceiveSupplement,
        RequestPayment,
        ReceivePayment,
        Withdraw,
        Stop,
        Finish,
        ReturnResult,
    ];
    all.into_iter().map(|transition| (name(&transition), transition)).collect()
}

fn name(transition: &Transition) -> &'static str {
    match transition {
        Transition::Check { blocking: 0 } => "check, nothing found",
        Transition::Check { .. } => "check, something found",
        Transition::Edit => "edit",
        Transition::Submit { .. } => "submit, nothing found",
        Transition::StartSending => "start sending",
        Transition::Interrupt => "interrupt",
        Transition::Quarantine => "quarantine",
        Transition::Retry => "retry",
        Transition::Receipt { .. } => "receipt of our manifest",
        Transition::Pack { insisted: false, .. } => "pack, nothing found",
        Transition::Pack { .. } => "pack, nothing found, insisted",
        Transition::Unpack => "unpack",
        Transition::FileAtPortal => "file at the portal",
        Transition::SubmitToo { .. } => "submit too, nothing found",
        Transition::Accept => "accept",
        Transition::Reject => "reject",
        Transition::StartProcessing => "hand on",
        Transition::RequestSupplement { .. } => "request a supplement, the first or justified",
        Transition::ReceiveSupplement => "receive the supplement",
        Transition::RequestPayment => "request payment",
        Transition::ReceivePayment => "receive payment",
        Transition::Withdraw => "withdraw",
        Transition::Stop => "stop",
        Transition::Finish => "finish",
        Transition::ReturnResult => "return the result",
    }
}

fn state(state: State) -> String {
    serde_json::to_value(state).unwrap().as_str().unwrap().replace('_', " ")
}

/// A line for each transition and the state it leads to.
fn table() -> String {
    let mut table = "| what happens | to a dossier that is | it becomes |\n|---|---|---|\n".to_owned();
    for (name, transition) in transitions() {
        let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for from in State::ALL {
            if let Ok(to) = from.apply(&transition) {
                let to = if to == from { "(stays)".to_owned() } else { state(to) };
                lines.entry(to).or_default().push(state(from));
            }
        }
        assert!(!lines.is_empty(), "{name} can never happen");
        for (to, from) in lines {
            table.push_str(&format!("| {name} | {} | {to} |\n", from.join(", ")));
        }
    }
    table
}

#[test]
fn the_table_in_the_architecture_is_the_one_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ARCHITECTURE.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the mark where the table begins");
    let (written, after) = rest.split_once(END).expect("the mark where the table ends");
    let table = table();
    if std::env::var_os("HOSO_WRITE_TABLE").is_some() {
        fs::write(&path, format!("{before}{BEGIN}\n{table}\n{END}{after}")).unwrap();
    } else {
        assert_eq!(
            written.trim(),
            table.trim(),
            "write it anew: HOSO_WRITE_TABLE=1 cargo test -p dossier --test states"
        );
    }
}
