//! What was seen, for people, for programs and for build servers.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::json;

use crate::check::{Check, Checked, Level, Not};

/// One check, and what came of it.
pub struct Seen {
    pub check: Check,
    pub result: Checked,
    pub took: Duration,
}

/// The forms of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Text,
    Json,
    Junit,
}

impl Format {
    pub fn named(name: &str) -> Option<Format> {
        match name {
            "text" => Some(Format::Text),
            "json" => Some(Format::Json),
            "junit" => Some(Format::Junit),
            _ => None,
        }
    }

    pub fn write(self, url: &str, seen: &[Seen]) -> String {
        match self {
            Format::Text => text(url, seen),
            Format::Json => json(url, seen),
            Format::Junit => junit(url, seen),
        }
    }
}

/// Whether no MUST failed.
pub fn conforms(seen: &[Seen]) -> bool {
    !seen.iter().any(|seen| seen.check.level == Level::Must && matches!(seen.result, Err(Not::Met { .. })))
}

/// How many of a level passed, failed, did not apply.
fn count(seen: &[Seen], level: Level) -> [usize; 3] {
    let mut counts = [0; 3];
    for seen in seen.iter().filter(|seen| seen.check.level == level) {
        counts[match seen.result {
            Ok(()) => 0,
            Err(Not::Met { .. }) => 1,
            Err(Not::Applicable(_)) => 2,
        }] += 1;
    }
    counts
}

/// A table of three lines, and the verdict.
pub fn summary(seen: &[Seen]) -> String {
    let mut text = String::from("level    passed  failed  not applicable\n");
    for level in [Level::Must, Level::Should, Level::May] {
        let [passed, failed, other] = count(seen, level);
        let _ = writeln!(text, "{level:<6} {passed:>8} {failed:>7} {other:>15}");
    }
    text.push_str(if conforms(seen) { "no MUST failed\n" } else { "a MUST failed\n" });
    text
}

fn text(url: &str, seen: &[Seen]) -> String {
    let mut text = format!("tus 1.0 at {url}\n\n");
    for Seen { check, result, .. } in seen {
        let word = match result {
            Ok(()) => "pass",
            Err(Not::Met { .. }) => "FAIL",
            Err(Not::Applicable(_)) => "n/a ",
        };
        let _ = writeln!(text, "{word}  {} {:<6}  {}: {}", check.number, check.level, check.clause, check.name);
        match result {
            Ok(()) => {}
            Err(Not::Met { expected, came }) => {
                let _ = writeln!(text, "            expected: {expected}\n            came:     {came}");
            }
            Err(Not::Applicable(why)) => {
                let _ = writeln!(text, "            {why}");
            }
        }
    }
    text + "\n" + &summary(seen)
}

fn json(url: &str, seen: &[Seen]) -> String {
    let checks = seen.iter().map(|Seen { check, result, took }| {
        let mut line = json!({
            "number": check.number, "level": check.level.to_string(), "clause": check.clause, "name": check.name,
            "needs": check.needs, "ms": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        });
        let told = match result {
            Ok(()) => json!({ "result": "pass" }),
            Err(Not::Met { expected, came }) => json!({ "result": "fail", "expected": expected, "came": came }),
            Err(Not::Applicable(why)) => json!({ "result": "not applicable", "why": why }),
        };
        if let (Some(line), Some(told)) = (line.as_object_mut(), told.as_object()) {
            line.extend(told.clone());
        }
        line
    });
    let levels = [Level::Must, Level::Should, Level::May].map(|level| {
        let [passed, failed, other] = count(seen, level);
        json!({ "level": level.to_string(), "passed": passed, "failed": failed, "not_applicable": other })
    });
    let checks: Vec<_> = checks.collect();
    let report = json!({ "url": url, "conforms": conforms(seen), "levels": levels, "checks": checks });
    format!("{report:#}\n")
}

/// A SHOULD or MAY that failed is reported as skipped, with what came: a build server must not fail over it.
fn junit(url: &str, seen: &[Seen]) -> String {
    let failed = count(seen, Level::Must)[1];
    let skipped = seen.iter().filter(|seen| seen.result.is_err()).count() - failed;
    let total: Duration = seen.iter().map(|seen| seen.took).sum();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        xml,
        "<testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" skipped=\"{skipped}\" time=\"{:.3}\">",
        escaped(&format!("tus 1.0 at {url}")),
        seen.len(),
        total.as_secs_f64()
    );
    for Seen { check, result, took } in seen {
        let (class, name) = (escaped(check.clause), escaped(check.name));
        let time = took.as_secs_f64();
        let _ = write!(xml, "  <testcase classname=\"{class}\" name=\"{} {name}\" time=\"{time:.3}\"", check.number);
        let told = result.as_ref().err().map(|not| escaped(&not.to_string()));
        let _ = match (told, result) {
            (Some(told), Err(Not::Met { .. })) if check.level == Level::Must => {
                writeln!(xml, "><failure message=\"{told}\"/></testcase>")
            }
            (Some(told), _) => writeln!(xml, "><skipped message=\"{} {told}\"/></testcase>", check.level),
            (None, _) => writeln!(xml, "/>"),
        };
    }
    xml.push_str("</testsuite>\n");
    xml
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 has no place for the others.
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Every check on a line.
pub fn list(checks: &[Check]) -> String {
    checks.iter().fold(String::new(), |mut text, check| {
        let needs = check.needs.join(", ");
        let _ = writeln!(text, "{} {:<6}  {}: {}  [{needs}]", check.number, check.level, check.clause, check.name);
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks;

    fn seen() -> Vec<Seen> {
        let results = [Ok(()), Err(Not::met("a < \"b\"", "c & d\u{1}")), Err(Not::applicable("no"))];
        let all = checks::all().into_iter().filter(|check| check.level == Level::Must);
        all.zip(results).map(|(check, result)| Seen { check, result, took: Duration::from_millis(5) }).collect()
    }

    #[test]
    fn a_must_that_failed_is_what_counts() {
        let mut seen = seen();
        assert!(!conforms(&seen));
        assert_eq!(count(&seen, Level::Must), [1, 1, 1]);
        seen[1].check.level = Level::Should;
        assert!(conforms(&seen));
    }

    #[test]
    fn reports_say_what_was_expected_and_what_came() {
        let text = Format::Text.write("http://x/", &seen());
        assert!(text.contains("expected: a < \"b\"") && text.contains("a MUST failed"), "{text}");
        let json: serde_json::Value = serde_json::from_str(&Format::Json.write("http://x/", &seen())).unwrap();
        assert_eq!(json["checks"][1]["came"], "c & d\u{1}");
        assert_eq!((&json["conforms"], &json["levels"][0]["failed"]), (&false.into(), &1.into()));
        let xml = Format::Junit.write("http://x/?a&b", &seen());
        assert!(xml.contains("at http://x/?a&amp;b\" tests=\"3\" failures=\"1\" skipped=\"1\""), "{xml}");
        assert!(xml.contains("message=\"expected a &lt; &quot;b&quot;; c &amp; d\u{fffd}\""), "{xml}");
    }
}
