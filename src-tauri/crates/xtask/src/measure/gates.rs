//! The figures that must hold, each with what was seen.

use serde_json::{Value, json};

use crate::process::say;

/// Figures in the order they were seen. One that could not be taken does not hold: nothing is claimed that nobody saw.
#[derive(Default)]
pub struct Gates(Vec<Value>);

impl Gates {
    pub fn at_most(&mut self, gate: &str, seen: Option<f64>, limit: f64) {
        self.add(gate, seen.map(Value::from), format!("≤ {limit}"), seen.is_some_and(|seen| seen <= limit));
    }

    pub fn at_least(&mut self, gate: &str, seen: Option<f64>, limit: f64) {
        self.add(gate, seen.map(Value::from), format!("≥ {limit}"), seen.is_some_and(|seen| seen >= limit));
    }

    /// A count that must be nought.
    pub fn none(&mut self, gate: &str, seen: Option<u64>) {
        self.add(gate, seen.map(Value::from), "0".to_owned(), seen == Some(0));
    }

    /// Any other.
    pub fn add(&mut self, gate: &str, seen: Option<Value>, wanted: String, holds: bool) {
        let told = seen.as_ref().map_or_else(|| "not measured".to_owned(), shown);
        say(&format!("{} {gate}: {told} ({wanted})", if holds { "holds " } else { "MISSED" }));
        self.0.push(json!({ "gate": gate, "seen": seen, "wanted": wanted, "holds": holds }));
    }

    /// Whether there are gates, and all hold.
    pub fn hold(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|gate| gate["holds"] == Value::Bool(true))
    }

    pub fn into_json(self) -> Value {
        Value::Array(self.0)
    }
}

fn shown(seen: &Value) -> String {
    match seen.as_f64() {
        Some(number) if seen.is_f64() => format!("{number:.4}"),
        _ => seen.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_gates_hold_or_the_table_does_not() {
        assert!(!Gates::default().hold(), "nothing was seen");
        let mut gates = Gates::default();
        gates.at_most("a", Some(1.0), 1.0);
        gates.at_least("b", Some(2.0), 1.0);
        gates.none("c", Some(0));
        assert!(gates.hold());
        gates.at_most("d", None, 1.0);
        assert!(!gates.hold(), "not measured is not held");
        for missed in [|g: &mut Gates| g.at_most("e", Some(1.1), 1.0), |g: &mut Gates| g.none("f", Some(1))] {
            let mut gates = Gates::default();
            missed(&mut gates);
            assert!(!gates.hold());
        }
        assert_eq!(gates.into_json()[3]["seen"], Value::Null);
    }
}
