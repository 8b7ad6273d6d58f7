//! SPDX licence expressions, as far as crates use them.

/// Licences that may be linked into a program under Apache-2.0 that is given to anyone. The same list is in deny.toml.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates whose data has a licence of its own: (crate, licence, reason).
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// Whether one way of reading the expression needs only allowed licences.
pub fn allowed(package: &str, expression: &str) -> bool {
    let accepts = |licence: &str| {
        let licence = licence.split(" WITH ").next().unwrap_or(licence).trim_end_matches("-or-later");
        ALLOWED.contains(&licence) || EXCEPTIONS.iter().any(|(name, with, _)| *name == package && *with == licence)
    };
    // "MIT/Apache-2.0" is an old way of writing OR.
    any(&expression.replace('/', " OR "), &accepts)
}

fn any(expression: &str, accepts: &dyn Fn(&str) -> bool) -> bool {
    split(expression, " OR ").iter().any(|part| all(part, accepts))
}

fn all(expression: &str, accepts: &dyn Fn(&str) -> bool) -> bool {
    split(expression, " AND ").iter().all(|part| {
        let part = part.trim();
        match part.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            Some(inner) => any(inner, accepts),
            None => accepts(part),
        }
    })
}

/// Splits at a word, but not inside parentheses.
fn split<'a>(expression: &'a str, word: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in expression.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ' ' if depth == 0 && at >= start && expression[at..].starts_with(word) => {
                parts.push(&expression[start..at]);
                start = at + word.len();
            }
            _ => {}
        }
    }
    parts.push(&expression[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
            "MIT OR (GPL-2.0 AND ISC)",
        ] {
            assert!(allowed("x", good), "{good}");
        }
        for bad in ["GPL-3.0-only", "MIT AND LGPL-2.1", "AGPL-3.0-or-later", "none given", "(MIT OR ISC) AND GPL-2.0"] {
            assert!(!allowed("x", bad), "{bad}");
        }
    }
}
