//! Walking a content stream: which colours it sets, what it draws, and which codes it shows in which font.

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, ObjectId};

use crate::rules::{Audit, text};

/// q nested deeper than this is forbidden (ISO 19005-2 §6.1.13).
const MAX_SAVED_STATES: usize = 28;

#[derive(Clone, Copy, Default)]
struct TextState {
    font: Option<(ObjectId, bool)>,
}

impl Audit<'_> {
    /// Checks a content stream with the resources it names things by.
    pub fn content(&mut self, content: &[u8], resources: &Dictionary, depth: usize) {
        let operations = match Content::decode(content) {
            Ok(content) => content.operations,
            Err(error) => return self.fault("6.2.2 content", error.to_string()),
        };
        let mut state = TextState::default();
        let mut saved = Vec::new();
        for operation in &operations {
            for operand in &operation.operands {
                self.values(operand, 0);
            }
            match operation.operator.as_str() {
                "q" => {
                    saved.push(state);
                    if saved.len() > MAX_SAVED_STATES {
                        self.fault("6.1.13 limits", "q nested too deep");
                    }
                }
                "Q" => state = saved.pop().unwrap_or(state),
                "Tf" => state.font = self.font_of(operation, resources),
                "Tj" | "TJ" | "'" | "\"" => self.show(operation, state),
                _ => self.operation(operation, resources, depth),
            }
        }
    }

    fn font_of(&mut self, operation: &Operation, resources: &Dictionary) -> Option<(ObjectId, bool)> {
        let name = operation.operands.first()?.as_name().ok()?;
        match self.resource(resources, "Font", name) {
            Some((Some(id), Object::Dictionary(font))) => {
                self.shown.entry(id).or_default();
                Some((id, self.get_name(font, "Subtype") == Some(b"Type0")))
            }
            _ => {
                self.fault("6.2.11 font", format!("font {} is missing or not an object of its own", text(name)));
                None
            }
        }
    }

    fn show(&mut self, operation: &Operation, state: TextState) {
        let strings: Vec<&[u8]> = match operation.operands.last() {
            Some(Object::String(string, _)) => vec![string],
            Some(Object::Array(items)) => items.iter().filter_map(|item| item.as_str().ok()).collect(),
            _ => Vec::new(),
        };
        let Some((font, composite)) = state.font else {
            if strings.iter().any(|string| !string.is_empty()) {
                self.fault("6.2.11 font", "text without a font");
            }
            return;
        };
        let codes = self.shown.entry(font).or_default();
        let mut odd = false;
        for string in strings {
            match composite {
                true => {
                    // Identity-H and Identity-V, the only encodings accepted: two bytes each.
                    codes.extend(
                        string.chunks(2).map(|pair| pair.iter().fold(0, |code, byte| code << 8 | u32::from(*byte))),
                    );
                    odd |= string.len() % 2 == 1;
                }
                false => codes.extend(string.iter().map(|byte| u32::from(*byte))),
            }
        }
        if odd {
            self.fault("6.2.11 font", "half a character code");
        }
    }

    fn operation(&mut self, operation: &Operation, resources: &Dictionary, depth: usize) {
        let name = operation.operands.last().and_then(|operand| operand.as_name().ok());
        match (operation.operator.as_str(), name) {
            ("g" | "G", _) => self.colour_space(&Object::Name(b"DeviceGray".to_vec()), resources, depth),
            ("rg" | "RG", _) => self.colour_space(&Object::Name(b"DeviceRGB".to_vec()), resources, depth),
            ("k" | "K", _) => self.colour_space(&Object::Name(b"DeviceCMYK".to_vec()), resources, depth),
            ("cs" | "CS", Some(name)) => self.colour_space(&Object::Name(name.to_vec()), resources, depth),
            ("scn" | "SCN", Some(name)) => self.named(resources, "Pattern", name, |audit, id, pattern| {
                audit.pattern(id, pattern, resources, depth + 1);
            }),
            ("sh", Some(name)) => self.named(resources, "Shading", name, |audit, _, shading| {
                audit.shading(shading, resources);
            }),
            ("gs", Some(name)) => self.named(resources, "ExtGState", name, |audit, _, state| match state.as_dict() {
                Ok(state) => audit.graphics_state(state, resources, depth),
                Err(_) => audit.fault("6.2.5 graphics-state", "not a dictionary"),
            }),
            ("Do", Some(name)) => self.named(resources, "XObject", name, |audit, id, object| {
                let object = id.map_or_else(|| object.clone(), Object::Reference);
                audit.x_object(&object, resources, depth + 1);
            }),
            ("ri", Some(name)) => self.rendering_intent(name),
            ("BI", _) => self.inline_image(operation, resources),
            ("BDC", _) if operation.operands.first().and_then(|tag| tag.as_name().ok()) == Some(b"OC") => {
                self.fault("6.9 optional-content", "not proven");
            }
            (operator, _) if OPERATORS.contains(&operator) => {}
            (operator, _) => self.fault("6.2.2 operator", operator),
        }
    }

    fn named(
        &mut self,
        resources: &Dictionary,
        kind: &str,
        name: &[u8],
        check: impl FnOnce(&mut Self, Option<ObjectId>, &Object),
    ) {
        match self.resource(resources, kind, name) {
            Some((id, object)) => check(self, id, object),
            None => self.fault("6.2.2 resources", format!("{kind} {} is missing", text(name))),
        }
    }

    fn inline_image(&mut self, operation: &Operation, resources: &Dictionary) {
        let Some(Object::Stream(image)) = operation.operands.first() else {
            return self.fault("6.1.10 inline-image", "not proven");
        };
        let either = |long: &[u8], short: &[u8]| image.dict.get(long).or_else(|_| image.dict.get(short)).ok();
        if either(b"Filter", b"F").is_some_and(|filter| format!("{filter:?}").contains("LZW")) {
            self.fault("6.1.10 inline-image", "LZW");
        }
        if either(b"Interpolate", b"I").is_some_and(|flag| !matches!(flag, Object::Boolean(false))) {
            self.fault("6.2.8.1 interpolate", "inline image");
        }
        if let Some(space) = either(b"ColorSpace", b"CS") {
            self.colour_space(space, resources, 0);
        }
    }
}

/// Operators of ISO 32000-1 Annex A that need no more than being known (BX and EX only hide unknown ones).
const OPERATORS: [&str; 47] = [
    "b", "B", "b*", "B*", "BDC", "BMC", "BT", "c", "cm", "d", "DP", "EMC", "ET", "f", "F", "f*", "h", "i", "j", "J",
    "l", "m", "M", "MP", "n", "re", "s", "S", "sc", "SC", "scn", "SCN", "T*", "Tc", "Td", "TD", "TL", "Tm", "Tr", "Ts",
    "Tw", "Tz", "v", "w", "W", "W*", "y",
];
