//! A JSON text with the place of everything in it: what a person who corrects the file by hand looks for.

use serde_json::Value;

use crate::{
    form::Spot,
    located::{Located, Problem},
};

/// One step of a way into a JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    At(usize),
}

/// A document being read, from which parts may be taken while the others keep their places.
pub(crate) struct Tree<'t> {
    text: &'t str,
    root: Node,
}

struct Node {
    /// Byte of the text at which it begins.
    at: usize,
    /// Where it stood in the text as it was written.
    path: String,
    content: Content,
}

enum Content {
    Object(Vec<Member>),
    Array(Vec<Node>),
    Scalar(Value),
}

struct Member {
    key: String,
    at: usize,
    node: Node,
}

impl<'t> Tree<'t> {
    /// The whole of `text`, or what keeps it from being JSON.
    pub fn read(text: &'t str) -> Result<Self, Spot> {
        let syntax = |line: usize, column: usize, message: String| {
            let (line, column) = (line.max(1), column.max(1));
            let problem = Located::new("", Problem::Malformed { line, column, message });
            Spot { line, column, problem }
        };
        // The parser everybody uses says what is wrong with the text, and bounds its depth.
        serde_json::from_str::<Value>(text).map_err(|error| {
            let (line, byte) = (error.line(), error.column());
            // The parser counts bytes.
            let written = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default();
            let column = written.char_indices().take_while(|(at, _)| *at < byte).count();
            syntax(line, column, error.to_string())
        })?;
        let mut scanner = Scanner { text, at: 0 };
        match scanner.node(String::new()) {
            Some(root) => Ok(Self { text, root }),
            None => {
                let (line, column) = place_of(text, scanner.at);
                Err(syntax(line, column, "cannot be read".to_owned()))
            }
        }
    }

    /// The document without what was taken out of it.
    pub fn value(&self) -> Value {
        self.root.value()
    }

    /// Keys that stand twice in one object; the later one is the one that counts to most programs, and to none of ours.
    pub fn duplicate_keys(&self) -> Vec<Spot> {
        let mut spots = Vec::new();
        self.root.each(&mut |node| {
            let Content::Object(members) = &node.content else { return };
            for (i, member) in members.iter().enumerate() {
                if members.iter().take(i).any(|other| other.key == member.key) {
                    let (line, column) = place_of(self.text, member.at);
                    let problem = Problem::Duplicate { key: member.key.clone() };
                    spots.push(Spot { line, column, problem: Located::new(member.node.path.clone(), problem) });
                }
            }
        });
        spots
    }

    /// A problem of the document as it is now, where it stands in the text; of something that is not there, where it would be.
    pub fn spot(&self, problem: Located) -> Spot {
        let steps = steps(&problem.path);
        let (mut node, mut at, mut followed) = (&self.root, self.root.at, 0);
        for step in &steps {
            match node.child(step) {
                Some((child, begins)) => (node, at, followed) = (child, begins, followed + 1),
                None => break,
            }
        }
        let rest = steps.get(followed..).unwrap_or_default();
        let (line, column) = place_of(self.text, at);
        let joint = if node.path.is_empty() || rest.is_empty() || matches!(rest, [Step::At(_), ..]) { "" } else { "." };
        let path = format!("{}{joint}{}", node.path, path(rest));
        Spot { line, column, problem: Located::new(path, problem.problem) }
    }

    /// As much of `steps` as there is.
    pub fn known(&self, steps: &[Step]) -> Vec<Step> {
        let mut node = &self.root;
        let follows = |step: &&Step| match node.child(step) {
            Some((child, _)) => {
                node = child;
                true
            }
            None => false,
        };
        steps.iter().take_while(follows).cloned().collect()
    }

    pub fn has(&self, steps: &[Step], key: &str) -> bool {
        self.find(steps).is_some_and(|node| node.child(&Step::Key(key.to_owned())).is_some())
    }

    pub fn text(&self, steps: &[Step]) -> Option<String> {
        match &self.find(steps)?.content {
            Content::Scalar(Value::String(text)) => Some(text.clone()),
            _ => None,
        }
    }

    /// The texts of every member `key` at and below `steps`.
    pub fn texts_below(&self, steps: &[Step], key: &str) -> Vec<String> {
        let mut texts = Vec::new();
        if let Some(node) = self.find(steps) {
            node.each(&mut |node| {
                if let Some((Node { content: Content::Scalar(Value::String(text)), .. }, _)) =
                    node.child(&Step::Key(key.to_owned()))
                {
                    texts.push(text.clone());
                }
            });
        }
        texts
    }

    /// Puts `value` into the object at `steps`, in the place of what is there under this key.
    pub fn put(&mut self, steps: &[Step], key: &str, value: Value) {
        let Some(node) = find_mut(&mut self.root, steps) else { return };
        let joint = if node.path.is_empty() { "" } else { "." };
        let (at, path) = (node.at, format!("{}{joint}{key}", node.path));
        let Content::Object(members) = &mut node.content else { return };
        let place = members.iter().position(|member| member.key == key);
        let at = place.and_then(|place| members.get(place)).map_or(at, |member| member.node.at);
        members.retain(|member| member.key != key);
        members.push(Member { key: key.to_owned(), at, node: Node { at, path, content: Content::Scalar(value) } });
    }

    pub fn remove(&mut self, steps: &[Step]) {
        let Some((last, parent)) = steps.split_last() else { return };
        let Some(node) = find_mut(&mut self.root, parent) else { return };
        match (&mut node.content, last) {
            (Content::Object(members), Step::Key(key)) => members.retain(|member| member.key != *key),
            (Content::Array(items), Step::At(at)) if *at < items.len() => drop(items.remove(*at)),
            _ => {}
        }
    }

    fn find(&self, steps: &[Step]) -> Option<&Node> {
        steps.iter().try_fold(&self.root, |node, step| node.child(step).map(|(child, _)| child))
    }
}

fn find_mut<'n>(root: &'n mut Node, steps: &[Step]) -> Option<&'n mut Node> {
    steps.iter().try_fold(root, |node, step| match (&mut node.content, step) {
        (Content::Object(members), Step::Key(key)) => {
            members.iter_mut().find(|member| member.key == *key).map(|member| &mut member.node)
        }
        (Content::Array(items), Step::At(at)) => items.get_mut(*at),
        _ => None,
    })
}

impl Node {
    fn value(&self) -> Value {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::Array(items) => items.iter().map(Node::value).collect(),
            // The first of two members of one key counts.
            Content::Object(members) => {
                members.iter().rev().map(|member| (member.key.clone(), member.node.value())).collect()
            }
        }
    }

    /// The part behind a step and the byte at which it, or its key, begins.
    fn child(&self, step: &Step) -> Option<(&Node, usize)> {
        match (&self.content, step) {
            (Content::Object(members), Step::Key(key)) => {
                members.iter().find(|member| member.key == *key).map(|member| (&member.node, member.at))
            }
            (Content::Array(items), Step::At(at)) => items.get(*at).map(|node| (node, node.at)),
            _ => None,
        }
    }

    fn each<'n>(&'n self, visit: &mut impl FnMut(&'n Node)) {
        visit(self);
        match &self.content {
            Content::Array(items) => items.iter().for_each(|item| item.each(visit)),
            Content::Object(members) => members.iter().for_each(|member| member.node.each(visit)),
            Content::Scalar(_) => {}
        }
    }
}

/// Goes once through a text that is known to be JSON and no deeper than the parser allows.
struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl Scanner<'_> {
    fn node(&mut self, path: String) -> Option<Node> {
        self.skip();
        let at = self.at;
        let content = match self.peek()? {
            b'{' => Content::Object(self.object(&path)?),
            b'[' => Content::Array(self.array(&path)?),
            b'"' => Content::Scalar(Value::String(self.string()?)),
            _ => {
                let len = self.rest().find([',', ']', '}', ' ', '\n', '\r', '\t']).unwrap_or(self.rest().len());
                let scalar = serde_json::from_str(self.rest().get(..len)?).ok()?;
                self.at += len;
                Content::Scalar(scalar)
            }
        };
        Some(Node { at, path, content })
    }

    fn object(&mut self, path: &str) -> Option<Vec<Member>> {
        let mut members = Vec::new();
        self.at += 1;
        loop {
            self.skip();
            match self.peek()? {
                b'}' => break,
                b',' => self.at += 1,
                _ => {
                    let at = self.at;
                    let key = self.string()?;
                    self.skip();
                    // The colon.
                    self.at += 1;
                    let joint = if path.is_empty() { "" } else { "." };
                    let node = self.node(format!("{path}{joint}{key}"))?;
                    members.push(Member { key, at, node });
                }
            }
        }
        self.at += 1;
        Some(members)
    }

    fn array(&mut self, path: &str) -> Option<Vec<Node>> {
        let mut items = Vec::new();
        self.at += 1;
        loop {
            self.skip();
            match self.peek()? {
                b']' => break,
                b',' => self.at += 1,
                _ => items.push(self.node(format!("{path}[{}]", items.len()))?),
            }
        }
        self.at += 1;
        Some(items)
    }

    fn string(&mut self) -> Option<String> {
        let bytes = self.rest().as_bytes();
        let mut end = 1;
        while *bytes.get(end)? != b'"' {
            end += if bytes.get(end) == Some(&b'\\') { 2 } else { 1 };
        }
        let text = serde_json::from_str(self.rest().get(..=end)?).ok()?;
        self.at += end + 1;
        Some(text)
    }

    fn skip(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\n', '\r', '\t']).len();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

/// Line and column, from 1, of a byte of the text.
fn place_of(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// `sections[0].fields[2]` as steps.
fn steps(path: &str) -> Vec<Step> {
    let part = |part: &str| -> Vec<Step> {
        let (key, indexes) = part.split_once('[').unwrap_or((part, ""));
        let key = Some(Step::Key(key.to_owned())).filter(|_| !key.is_empty());
        let indexes = indexes.split('[').filter_map(|index| index.trim_end_matches(']').parse().ok()).map(Step::At);
        key.into_iter().chain(indexes).collect()
    };
    path.split('.').flat_map(part).collect()
}

pub(crate) fn path(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::At(at) => path.push_str(&format!("[{at}]")),
            Step::Key(key) if path.is_empty() => path.push_str(key),
            Step::Key(key) => path.push_str(&format!(".{key}")),
        }
    }
    path
}
