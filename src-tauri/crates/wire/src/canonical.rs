//! One spelling for each value: RFC 8785 (JSON Canonicalization Scheme) bytes, refused where they would be ambiguous.

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

/// Why a value has no canonical form.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NotCanonical {
    /// RFC 8785 writes numbers as IEEE doubles: beyond ±(2⁵³−1) two different integers would get one spelling.
    #[error("the integer {0} is beyond ±(2^53-1) and has no canonical form")]
    BigInteger(String),
    /// The value cannot be written as JSON at all.
    #[error("the value cannot be written as JSON: {0}")]
    Json(String),
}

/// The RFC 8785 bytes of a value: keys sorted, no space, numbers as ECMAScript writes them.
pub fn canonical<T: Serialize>(value: &T) -> Result<Vec<u8>, NotCanonical> {
    let value = serde_json::to_value(value).map_err(|error| NotCanonical::Json(error.to_string()))?;
    canonical_value(&value)
}

/// The canonical bytes of a value with top-level members left out: what a signature inside the value covers.
pub(crate) fn canonical_without<T: Serialize>(value: &T, left_out: &[&str]) -> Result<Vec<u8>, NotCanonical> {
    let mut value = serde_json::to_value(value).map_err(|error| NotCanonical::Json(error.to_string()))?;
    if let Value::Object(members) = &mut value {
        members.retain(|name, _| !left_out.contains(&name.as_str()));
    }
    canonical_value(&value)
}

fn canonical_value(value: &Value) -> Result<Vec<u8>, NotCanonical> {
    check_integers(value)?;
    dossier::digest::canonical_json(value).map_err(|error| NotCanonical::Json(error.to_string()))
}

/// The largest integer a double holds without a neighbour falling on it.
const MAX_SAFE: u64 = (1 << 53) - 1;

fn check_integers(value: &Value) -> Result<(), NotCanonical> {
    match value {
        Value::Number(number) => {
            let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            match magnitude {
                Some(n) if n > MAX_SAFE => Err(NotCanonical::BigInteger(number.to_string())),
                _ => Ok(()),
            }
        }
        Value::Array(items) => items.iter().try_for_each(check_integers),
        Value::Object(members) => members.values().try_for_each(check_integers),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rfc_8785_example() {
        // RFC 8785 §3.2.2: the input of the example and its one canonical spelling.
        let value: Value = serde_json::from_str(
            r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
                "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#,
        )
        .unwrap();
        let expected = "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
                        \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
        assert_eq!(String::from_utf8(canonical(&value).unwrap()).unwrap(), expected);
    }

    #[test]
    fn integers_that_would_collide_are_refused() {
        assert!(canonical(&json!({"a": 9_007_199_254_740_991_u64})).is_ok());
        let error = canonical(&json!({"a": [9_007_199_254_740_993_u64]})).unwrap_err();
        assert_eq!(error, NotCanonical::BigInteger("9007199254740993".into()));
        assert!(canonical(&json!(i64::MIN)).is_err());
    }
}
