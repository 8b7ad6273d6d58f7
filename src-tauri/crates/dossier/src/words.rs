//! Words that come with data: a name, a label, a reason. Words for codes live outside this room.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::located::{Located, Problem};

/// The same words in both languages of the product. Vietnamese is the one that counts; NFC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub vi: String,
    pub en: String,
}

impl Words {
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }
}

/// The same as problems of a value of this room.
pub(crate) fn problems<T: Serialize>(content: &T) -> Vec<Located> {
    let bad = bad_words(&serde_json::to_value(content).unwrap_or_default());
    bad.into_iter().map(|path| Located::new(path, Problem::BadWords)).collect()
}

/// The places of words in a data file that are empty in one of the languages, or not NFC: `name.vi`, `notes[0].en`.
pub fn bad_words(content: &Value) -> Vec<String> {
    fn walk(value: &Value, path: &str, bad: &mut Vec<String>) {
        let under = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    let text = member.as_str().filter(|_| members.len() == 2 && matches!(key.as_str(), "vi" | "en"));
                    match text {
                        Some(text) if text.trim().is_empty() || crate::text::nfc(text) != text => bad.push(under(key)),
                        Some(_) => {}
                        None => walk(member, &under(key), bad),
                    }
                }
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(i, item)| walk(item, &format!("{path}[{i}]"), bad));
            }
            _ => {}
        }
    }
    let mut bad = vec![];
    walk(content, "", &mut bad);
    bad
}
