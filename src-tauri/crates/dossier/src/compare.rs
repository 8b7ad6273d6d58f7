//! What is different between two revisions of an entry, place by place, with both values for people.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::{revision::Entry, words::Words};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Difference {
    /// As in the file, but what stands in a list is named by its own code: `components[NB-03.02].originals`.
    pub path: String,
    pub change: Change,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Words>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Added,
    Removed,
    Changed,
    /// The same things in another order.
    Moved,
}

/// Every difference, in the order of places; the revision's own number is none.
pub fn compare(before: &Entry, after: &Entry) -> Vec<Difference> {
    let mut found = vec![];
    let content = |entry: &Entry| with_marks_by_code(entry.clone()).content();
    walk("", Some(&content(before)), Some(&content(after)), &mut found);
    found.retain(|difference| difference.path != "revision");
    found
}

fn walk(path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Difference>) {
    let mut tell = |change| {
        let (before, after) = (before.map(in_words), after.map(in_words));
        found.push(Difference { path: path.to_owned(), change, before, after });
    };
    match (before, after) {
        (before, after) if before == after => {}
        (None, _) => tell(Change::Added),
        (_, None) => tell(Change::Removed),
        (Some(Value::Object(old)), Some(Value::Object(new))) if !is_words(old) && !is_words(new) => {
            for key in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
                let under = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(&under, old.get(key), new.get(key), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => match (keys(old), keys(new)) {
            (Some(old_keys), Some(new_keys)) => {
                for (key, item) in old_keys.iter().zip(old) {
                    let there = new_keys.iter().position(|other| other == key).and_then(|at| new.get(at));
                    walk(&format!("{path}[{key}]"), Some(item), there, found);
                }
                for (key, item) in new_keys.iter().zip(new).filter(|(key, _)| !old_keys.contains(key)) {
                    walk(&format!("{path}[{key}]"), None, Some(item), found);
                }
                let kept = |keys: &[String], others: &[String]| {
                    keys.iter().filter(|key| others.contains(key)).cloned().collect::<Vec<_>>()
                };
                if kept(&old_keys, &new_keys) != kept(&new_keys, &old_keys) {
                    let order = |keys: &[String]| Some(Words::new(keys.join(", "), keys.join(", ")));
                    let (before, after) = (order(&old_keys), order(&new_keys));
                    found.push(Difference { path: path.to_owned(), change: Change::Moved, before, after });
                }
            }
            _ => tell(Change::Changed),
        },
        _ => tell(Change::Changed),
    }
}

/// A path as it stands in the file, `components[2].originals`, with what stands in a list named by its own code; `None` when it leads
/// nowhere in `content`.
pub fn by_code(content: &Value, path: &str) -> Option<String> {
    follow(content, path).map(|(_, named)| named)
}

/// Where a path leads in `content`, as a JSON pointer (RFC 6901). What stands in a list is named by its own code or by its number from
/// 0; `None` when the path leads nowhere.
pub fn pointer(content: &Value, path: &str) -> Option<String> {
    follow(content, path).map(|(pointer, _)| pointer)
}

/// The same entry with its marks on values in lists going by what the items call themselves: a mark by number would stand for another
/// item as soon as one before it comes or goes.
pub fn with_marks_by_code(mut entry: Entry) -> Entry {
    let content = entry.content();
    let marks = match &mut entry {
        Entry::Procedure(it) => &mut it.provenance.values,
        Entry::Profile(it) => &mut it.confirmed,
        Entry::Form(_) | Entry::Calendar(_) => return entry,
    };
    let named = |path: String| by_code(&content, &path).unwrap_or(path);
    *marks = std::mem::take(marks).into_iter().map(|(path, mark)| (named(path), mark)).collect();
    entry
}

/// The pointer of a place, and its path by codes.
fn follow(content: &Value, path: &str) -> Option<(String, String)> {
    let (mut at, mut pointer, mut named) = (content, String::new(), String::new());
    for step in steps(path)? {
        let key = match (at, step) {
            (Value::Array(items), Step::Item(item)) => {
                let own = keys(items).unwrap_or_default();
                let index = own.iter().position(|key| key == item).or_else(|| item.parse().ok())?;
                at = items.get(index)?;
                named.push_str(&format!("[{}]", own.get(index).map_or(item, String::as_str)));
                index.to_string()
            }
            (Value::Object(fields), Step::Key(key)) => {
                at = fields.get(key)?;
                named.push_str(if named.is_empty() { "" } else { "." });
                named.push_str(key);
                key.replace('~', "~0").replace('/', "~1")
            }
            _ => return None,
        };
        pointer.push('/');
        pointer.push_str(&key);
    }
    Some((pointer, named))
}

/// How many steps a path takes.
pub(crate) fn depth(path: &str) -> usize {
    steps(path).map_or(0, |steps| steps.len())
}

enum Step<'a> {
    Key(&'a str),
    Item(&'a str),
}

/// The steps of a path. What an item of a list calls itself may hold any sign: it ends where its bracket is followed by the next step.
fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let (mut rest, mut steps) = (path, vec![]);
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let ends = |at: &usize| matches!(inside[at + 1..].chars().next(), None | Some('.' | '['));
            let end = inside.match_indices(']').map(|(at, _)| at).find(ends)?;
            steps.push(Step::Item(&inside[..end]));
            rest = &inside[end + 1..];
        } else {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            steps.push(Step::Key(&rest[..end]));
            rest = &rest[end..];
        }
    }
    Some(steps)
}

fn is_words(object: &serde_json::Map<String, Value>) -> bool {
    object.len() == 2 && object.contains_key("vi") && object.contains_key("en")
}

/// What each item of a list calls itself; `None` unless all do and no two the same.
fn keys(items: &[Value]) -> Option<Vec<String>> {
    let key = |item: &Value| {
        let object = item.as_object()?;
        let own = ["code", "id", "number", "date", "from"].iter().find_map(|key| object.get(*key)?.as_str());
        // Legs, steps, fees and notes have no code: they are known by their Vietnamese name.
        let named = || object.get("vi").or_else(|| object.get("name")?.get("vi"))?.as_str();
        own.or_else(named).map(str::to_owned)
    };
    let keys: Vec<String> = items.iter().map(key).collect::<Option<_>>()?;
    let distinct = keys.iter().collect::<BTreeSet<_>>().len() == keys.len();
    distinct.then_some(keys)
}

/// A value for people: words as they are, a thing with a name by its name, else as the file has it.
fn in_words(value: &Value) -> Words {
    let words = |value: &Value| Words::deserialize(value).ok();
    let own = || words(value);
    let name = || ["name", "label", "title", "words"].iter().find_map(|key| words(value.get(*key)?));
    own().or_else(name).unwrap_or_else(|| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Words::new(text.clone(), text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{procedure::Procedure, revision::EntryKind};

    fn procedure() -> Procedure {
        Procedure::from_json(include_str!("../../../data/procedures/nb-03.json")).unwrap()
    }

    fn differences(change: impl Fn(&mut Procedure)) -> Vec<(String, Change, Option<String>, Option<String>)> {
        let (before, mut after) = (procedure(), procedure());
        change(&mut after);
        after.revision += 1;
        let found = compare(&Entry::Procedure(Box::new(before)), &Entry::Procedure(Box::new(after)));
        found.into_iter().map(|it| (it.path, it.change, it.before.map(|w| w.vi), it.after.map(|w| w.vi))).collect()
    }

    #[test]
    fn only_the_number_of_the_revision_is_no_difference() {
        assert_eq!(differences(|_| {}), []);
    }

    #[test]
    fn each_difference_has_its_place_and_both_values() {
        let found = differences(|it| {
            it.components[1].originals = 2;
            it.name.vi = "Điều chuyển".into();
            it.components.remove(4);
            it.valid_to = Some("2027-01-01".parse().unwrap());
        });
        let text = |text: &str| Some(text.to_owned());
        let expected = [
            ("components[NB-03.02].originals", Change::Changed, text("1"), text("2")),
            (
                "components[NB-03.05]",
                Change::Removed,
                text("Các hồ sơ khác có liên quan đến đề nghị điều chuyển tài sản"),
                None,
            ),
            ("name", Change::Changed, text("Điều chuyển tài sản công"), text("Điều chuyển")),
            ("valid_to", Change::Added, None, text("2027-01-01")),
        ];
        assert_eq!(found, expected.map(|(path, change, before, after)| (path.to_owned(), change, before, after)));
    }

    #[test]
    fn a_place_in_a_list_is_named_by_its_own_code() {
        let content = serde_json::to_value(procedure()).unwrap();
        let named = |path| by_code(&content, path);
        assert_eq!(named("components[1].originals").as_deref(), Some("components[NB-03.02].originals"));
        assert_eq!(named("time_limit").as_deref(), Some("time_limit"));
        assert_eq!((named("components[99].originals"), named("nowhere")), (None, None));
    }

    #[test]
    fn a_place_is_found_by_number_and_by_code() {
        let mut named = procedure();
        named.components[2].name.vi = "x].[y".into();
        let mut content = serde_json::to_value(named).unwrap();
        content["notes"] = serde_json::json!([{"vi": "Một [a].b", "en": "One"}, {"vi": "Hai", "en": "Two"}]);
        let at = |path| pointer(&content, path);
        for path in ["components[1].originals", "components[NB-03.02].originals"] {
            assert_eq!(at(path).as_deref(), Some("/components/1/originals"), "{path}");
        }
        assert_eq!(at("notes[Hai]").as_deref(), Some("/notes/1"));
        assert_eq!(at("").as_deref(), Some(""));
        for path in
            ["components[", "components[NB-03.99]", "components.1", "name[vi]", "a/b", "[", "]", ".", "components[]"]
        {
            assert_eq!(at(path), None, "{path}");
        }
    }

    #[test]
    fn a_mark_by_number_and_one_by_code_are_the_same_mark() {
        let mark = || crate::procedure::ValueProvenance {
            status: crate::procedure::ProvenanceStatus::Unverified,
            source: "Quyết định".into(),
            confirmed: None,
        };
        let (mut before, mut after) = (procedure(), procedure());
        before.provenance.values = [("components[1].originals".to_owned(), mark())].into();
        after.provenance.values = [("components[NB-03.02].originals".to_owned(), mark())].into();
        assert!(after.problems().is_empty());
        after.components.remove(0);
        let differences = compare(&Entry::Procedure(Box::new(before)), &Entry::Procedure(Box::new(after)));
        let told: Vec<&str> = differences.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(told, ["components[NB-03.01]"], "the mark stays with its paper");
    }

    #[test]
    fn another_order_is_told_as_such() {
        let found = differences(|it| it.components.swap(0, 1));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].0.as_str(), found[0].1), ("components", Change::Moved));
    }

    #[test]
    fn what_is_compared_with_itself_is_equal_whatever_it_is() {
        for (kind, json) in [
            (EntryKind::Form, include_str!("../../../data/forms/nb-15.json")),
            (EntryKind::Profile, include_str!("../../../data/profiles/one-stop-2018.json")),
            (EntryKind::Calendar, include_str!("../../../data/calendar/2026.json")),
        ] {
            let entry = Entry::from_json(kind, json).unwrap();
            assert_eq!(compare(&entry, &entry.clone().with_revision(9)), []);
        }
    }
}
