//! The rules of ISO 19005-2 for what a page uses: colour, pictures, graphics states, patterns, annotations, and limits of values.
//!
//! A rule that cannot be proven to hold counts as broken, because a page that is not proven is rendered instead of copied.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use std::collections::{BTreeMap, BTreeSet};

use crate::check::Violation;

/// The most a content stream or a font may unfold to.
pub(crate) const STREAM_LIMIT: usize = 64 << 20;
/// How deep colour spaces and forms may be nested.
const MAX_DEPTH: usize = 16;

/// Collects the violations of one file or page.
pub(crate) struct Audit<'d> {
    pub doc: &'d Document,
    pub violations: Vec<Violation>,
    /// Components of the output intent's profile; `None` when there is none.
    pub intent: Option<i64>,
    /// Which codes each font shows.
    pub shown: BTreeMap<ObjectId, BTreeSet<u32>>,
    /// Forms, patterns and pictures that were looked at already.
    seen: BTreeSet<ObjectId>,
    /// The object that is being looked at, for messages.
    pub at: u32,
}

impl<'d> Audit<'d> {
    pub fn new(doc: &'d Document, intent: Option<i64>) -> Self {
        Audit { doc, violations: Vec::new(), intent, shown: BTreeMap::new(), seen: BTreeSet::new(), at: 0 }
    }

    pub fn fault(&mut self, rule: &str, detail: impl Into<String>) {
        let violation = Violation { rule: rule.into(), object: self.at, detail: detail.into() };
        // One broken habit of a producer repeats on every word; once per object is enough.
        if self.violations.len() < 1000 && !self.violations.contains(&violation) {
            self.violations.push(violation);
        }
    }

    /// The object a reference leads to, or the object itself.
    pub fn resolve<'o>(&self, object: &'o Object) -> &'o Object
    where
        'd: 'o,
    {
        self.doc.dereference(object).map_or(&Object::Null, |(_, object)| object)
    }

    pub fn get<'o>(&self, dictionary: &'o Dictionary, key: &str) -> Option<&'o Object>
    where
        'd: 'o,
    {
        dictionary.get(key.as_bytes()).ok().map(|object| self.resolve(object)).filter(|object| !object.is_null())
    }

    pub fn get_dict<'o>(&self, dictionary: &'o Dictionary, key: &str) -> Option<&'o Dictionary>
    where
        'd: 'o,
    {
        match self.get(dictionary, key)? {
            Object::Dictionary(dictionary) => Some(dictionary),
            Object::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    pub fn get_name<'o>(&self, dictionary: &'o Dictionary, key: &str) -> Option<&'o [u8]>
    where
        'd: 'o,
    {
        self.get(dictionary, key).and_then(|object| object.as_name().ok())
    }

    /// A page attribute, from the page or the nearest node above it that has it (ISO 32000-1 §7.7.3.4).
    pub fn inherited(&self, page: &'d Dictionary, key: &str) -> Option<&'d Object> {
        let mut node = page;
        for _ in 0..64 {
            if let Some(found) = self.get(node, key) {
                return Some(found);
            }
            node = self.get_dict(node, "Parent")?;
        }
        None
    }

    /// Everything a page shows but its annotations.
    pub fn page(&mut self, id: ObjectId) {
        self.at = id.0;
        let Ok(page) = self.doc.get_dictionary(id) else {
            return self.fault("6.1 structure", "page is not a dictionary");
        };
        if page.has(b"AA") {
            self.fault("6.5.2 trigger-actions", "page AA");
        }
        if let Some(group) = self.get_dict(page, "Group") {
            self.group(group);
        }
        let empty = Dictionary::new();
        let resources = self.inherited(page, "Resources").and_then(|object| object.as_dict().ok()).unwrap_or(&empty);
        match self.doc.get_page_content_with_limit(id, STREAM_LIMIT) {
            Ok(content) => self.content(&content, resources, 0),
            Err(error) => self.fault("6.2.2 content", error.to_string()),
        }
    }

    /// What lies on top of a page: notes, links, form fields.
    pub fn annotations(&mut self, id: ObjectId) {
        self.at = id.0;
        let page = self.doc.get_dictionary(id).ok();
        let annotations = page.and_then(|page| self.get(page, "Annots")).and_then(|object| object.as_array().ok());
        for annotation in annotations.into_iter().flatten() {
            self.annotation(annotation);
        }
    }

    /// A named resource and the number of the object that holds it.
    pub fn resource<'o>(
        &self,
        resources: &'o Dictionary,
        kind: &str,
        name: &[u8],
    ) -> Option<(Option<ObjectId>, &'o Object)>
    where
        'd: 'o,
    {
        let object = self.get_dict(resources, kind)?.get(name).ok()?;
        Some((object.as_reference().ok(), self.resolve(object)))
    }

    pub fn colour_space(&mut self, space: &Object, resources: &Dictionary, depth: usize) {
        if depth > MAX_DEPTH {
            return self.fault("6.2.4 colour", "nested too deep");
        }
        match self.resolve(space) {
            Object::Name(name) => self.named_space(name, resources, depth),
            Object::Array(array) => self.array_space(array, resources, depth),
            other => self.fault("6.2.4 colour", format!("colour space is a {}", other.enum_variant())),
        }
    }

    fn named_space(&mut self, name: &[u8], resources: &Dictionary, depth: usize) {
        match name {
            b"DeviceGray" | b"G" | b"CalGray" if self.intent.is_some() => {}
            b"DeviceRGB" | b"RGB" if self.intent == Some(3) => {}
            b"DeviceCMYK" | b"CMYK" if self.intent == Some(4) => {}
            b"Pattern" => {}
            b"DeviceGray" | b"G" | b"DeviceRGB" | b"RGB" | b"DeviceCMYK" | b"CMYK" => {
                let detail = format!("{} without an output intent of its kind", text(name));
                self.fault("6.2.4.3 device-colour", detail);
            }
            _ => match self.resource(resources, "ColorSpace", name) {
                Some((_, Object::Name(same))) if same == name => self.fault("6.2.4 colour", text(name)),
                Some((_, space)) => self.colour_space(space, resources, depth + 1),
                None => self.fault("6.2.2 resources", format!("colour space {} is missing", text(name))),
            },
        }
    }

    fn array_space(&mut self, array: &[Object], resources: &Dictionary, depth: usize) {
        let family = array.first().map(|object| self.resolve(object)).and_then(|object| object.as_name().ok());
        match (family, array.get(1)) {
            (Some(name), None) => self.named_space(name, resources, depth + 1),
            (Some(b"CalGray" | b"CalRGB" | b"Lab"), _) => {}
            (Some(b"ICCBased"), Some(profile)) => drop(self.icc_profile(profile)),
            (Some(b"Indexed" | b"I" | b"Pattern"), Some(base)) => self.colour_space(base, resources, depth + 1),
            // Their alternates and names would have to agree over the whole file (6.2.4.4).
            (Some(name), _) => self.fault("6.2.4.4 separation", format!("{} is not proven", text(name))),
            (None, _) => self.fault("6.2.4 colour", "colour space without a name"),
        }
    }

    /// ISO 19005-2 §6.2.4.2: a profile of version 4 at most, of an input, output, display or colour space device, whose colour
    /// space is the one /N says. Profiles of four colours bring rules of overprinting with them and are not proven here.
    pub fn icc_profile(&mut self, profile: &Object) -> Option<i64> {
        let Object::Stream(stream) = self.resolve(profile) else {
            self.fault("6.2.4.2 icc", "profile is not a stream");
            return None;
        };
        let components = self.get(&stream.dict, "N").and_then(|n| n.as_i64().ok()).unwrap_or(0);
        let data = stream.get_plain_content_with_limit(STREAM_LIMIT).unwrap_or_default();
        let space: &[u8] = match components {
            1 => b"GRAY",
            3 => b"RGB ",
            _ => b"",
        };
        let header = data.get(..128).unwrap_or(&[0; 128]);
        let class_allowed = matches!(&header[12..16], b"scnr" | b"mntr" | b"prtr" | b"spac");
        if header[8] > 4 || header[8] < 2 || !class_allowed || &header[16..20] != space || &header[36..40] != b"acsp" {
            self.fault("6.2.4.2 icc", format!("profile with N {components} is not proven"));
        }
        Some(components)
    }

    pub fn graphics_state(&mut self, state: &Dictionary, resources: &Dictionary, depth: usize) {
        if state.has(b"TR") || self.get_name(state, "TR2").is_some_and(|name| name != b"Default") {
            self.fault("6.2.5 graphics-state", "transfer function");
        }
        if state.has(b"HTP") || self.get(state, "HT").is_some_and(|ht| ht.as_name().ok() != Some(b"Default")) {
            self.fault("6.2.5 graphics-state", "halftone is not proven");
        }
        if let Some(intent) = self.get_name(state, "RI") {
            self.rendering_intent(intent);
        }
        if let Some(mode) = self.get(state, "BM") {
            let modes = mode.as_array().map_or_else(|_| vec![mode.clone()], Clone::clone);
            for mode in modes {
                if !mode.as_name().is_ok_and(|name| BLEND_MODES.contains(&name)) {
                    self.fault("6.2.10 blend-mode", format!("{mode:?}"));
                }
            }
        }
        if state.has(b"Font") {
            self.fault("6.2.11 font", "font set by a graphics state is not proven");
        }
        if let Some(mask) = self.get_dict(state, "SMask")
            && let Ok(group) = mask.get(b"G")
        {
            self.x_object(group, resources, depth + 1);
        }
    }

    pub fn rendering_intent(&mut self, name: &[u8]) {
        if !matches!(name, b"RelativeColorimetric" | b"AbsoluteColorimetric" | b"Perceptual" | b"Saturation") {
            self.fault("6.2.6 rendering-intent", text(name));
        }
    }

    /// An external object, as a reference or itself. Each is looked at once.
    pub fn x_object(&mut self, object: &Object, resources: &Dictionary, depth: usize) {
        if depth > MAX_DEPTH {
            return self.fault("6.2.9 form", "nested too deep");
        }
        if let Ok(id) = object.as_reference()
            && !self.seen.insert(id)
        {
            return;
        }
        let before = self.at;
        self.at = object.as_reference().map_or(before, |id| id.0);
        match self.resolve(object) {
            Object::Stream(stream) => match self.get_name(&stream.dict, "Subtype") {
                Some(b"Image") => self.image(stream, resources),
                Some(b"Form") => self.form(stream, resources, depth),
                other => self.fault("6.2.9 x-object", format!("kind {}", other.map_or_else(|| "none".into(), text))),
            },
            _ => self.fault("6.2.9 x-object", "not a stream"),
        }
        self.at = before;
    }

    fn image(&mut self, image: &Stream, resources: &Dictionary) {
        let dict = &image.dict;
        if self.get(dict, "Interpolate").is_some_and(|flag| !matches!(flag, Object::Boolean(false))) {
            self.fault("6.2.8.1 interpolate", "true");
        }
        for key in ["Alternates", "OPI", "SMaskInData"] {
            if dict.has(key.as_bytes()) {
                self.fault("6.2.8 image", format!("{key} is there"));
            }
        }
        if let Some(name) = self.get_name(dict, "Intent") {
            self.rendering_intent(name);
        }
        self.no_optional_content(dict);
        if image.filters().is_ok_and(|filters| filters.contains(&&b"JPXDecode"[..])) {
            self.fault("6.2.8.3 jpeg2000", "not proven");
        }
        let mask = matches!(self.get(dict, "ImageMask"), Some(Object::Boolean(true)));
        let bits = self.get(dict, "BitsPerComponent").and_then(|bits| bits.as_i64().ok());
        if mask && bits.is_some_and(|bits| bits != 1) || bits.is_some_and(|bits| ![1, 2, 4, 8, 16].contains(&bits)) {
            self.fault("6.2.8 image", format!("{bits:?} bits per component"));
        }
        match dict.get(b"ColorSpace") {
            Ok(space) => self.colour_space(space, resources, 0),
            Err(_) if mask => {}
            Err(_) => self.fault("6.2.8 image", "no colour space"),
        }
        for key in ["SMask", "Mask"] {
            if let Ok(mask @ Object::Reference(_)) = dict.get(key.as_bytes()) {
                self.x_object(mask, resources, MAX_DEPTH);
            }
        }
    }

    fn form(&mut self, form: &Stream, resources: &Dictionary, depth: usize) {
        let dict = &form.dict;
        for key in ["OPI", "PS", "Ref"] {
            if dict.has(key.as_bytes()) {
                self.fault("6.2.9 form", format!("{key} is there"));
            }
        }
        if self.get_name(dict, "Subtype2") == Some(b"PS") {
            self.fault("6.2.9 form", "PostScript");
        }
        self.no_optional_content(dict);
        if let Some(group) = self.get_dict(dict, "Group") {
            self.group(group);
        }
        let own = self.get_dict(dict, "Resources");
        if own.is_none() {
            // 6.2.2: what a form uses must be named by the form itself.
            self.fault("6.2.2 resources", "form without resources");
        }
        match form.get_plain_content_with_limit(STREAM_LIMIT) {
            Ok(content) => self.content(&content, own.unwrap_or(resources), depth + 1),
            Err(error) => self.fault("6.2.2 content", error.to_string()),
        }
    }

    fn group(&mut self, group: &Dictionary) {
        if let Ok(space) = group.get(b"CS") {
            self.colour_space(space, &Dictionary::new(), 0);
        }
    }

    fn no_optional_content(&mut self, dict: &Dictionary) {
        if dict.has(b"OC") {
            self.fault("6.9 optional-content", "not proven");
        }
    }

    pub fn pattern(&mut self, id: Option<ObjectId>, pattern: &Object, resources: &Dictionary, depth: usize) {
        if depth > MAX_DEPTH || id.is_some_and(|id| !self.seen.insert(id)) {
            return;
        }
        match pattern {
            Object::Stream(tiling) => {
                let own = self.get_dict(&tiling.dict, "Resources").unwrap_or(resources);
                match tiling.get_plain_content_with_limit(STREAM_LIMIT) {
                    Ok(content) => self.content(&content, own, depth + 1),
                    Err(error) => self.fault("6.2.2 content", error.to_string()),
                }
            }
            Object::Dictionary(shading) => {
                if let Some(state) = self.get_dict(shading, "ExtGState") {
                    self.graphics_state(state, resources, depth + 1);
                }
                match self.get(shading, "Shading") {
                    Some(shading) => self.shading(shading, resources),
                    None => self.fault("6.2.4 pattern", "no shading"),
                }
            }
            _ => self.fault("6.2.4 pattern", "neither tiling nor shading"),
        }
    }

    pub fn shading(&mut self, shading: &Object, resources: &Dictionary) {
        let dict = match shading {
            Object::Dictionary(dict) => dict,
            Object::Stream(stream) => &stream.dict,
            _ => return self.fault("6.2.4 shading", "not a dictionary"),
        };
        match dict.get(b"ColorSpace") {
            Ok(space) => self.colour_space(space, resources, 0),
            Err(_) => self.fault("6.2.4 shading", "no colour space"),
        }
    }

    /// ISO 19005-2 §6.3.
    fn annotation(&mut self, annotation: &Object) {
        self.at = annotation.as_reference().map_or(self.at, |id| id.0);
        let Ok(dict) = self.resolve(annotation).as_dict() else {
            return self.fault("6.3.1 annotation", "not a dictionary");
        };
        let kind = self.get_name(dict, "Subtype").unwrap_or_default();
        if !ANNOTATIONS.contains(&kind) {
            self.fault("6.3.1 annotation", text(kind));
        }
        let flags = self.get(dict, "F").and_then(|flags| flags.as_i64().ok());
        // Print, and neither Invisible, Hidden, NoView nor ToggleNoView.
        if kind != b"Popup" && flags.is_none_or(|flags| flags & 4 == 0 || flags & (1 | 2 | 32 | 256) != 0) {
            self.fault("6.3.2 annotation-flags", format!("{flags:?}"));
        }
        let appearance = self.get_dict(dict, "AP");
        if appearance.is_none_or(|states| !states.has(b"N")) && !matches!(kind, b"Popup" | b"Link") {
            self.fault("6.3.3 appearance", "none");
        }
        if dict.has(b"AA") {
            self.fault("6.5.2 trigger-actions", "annotation AA");
        }
        if let Some(action) = self.get_dict(dict, "A") {
            self.action(action);
        }
        if let Some(normal) = appearance.and_then(|states| states.get(b"N").ok()) {
            let streams = match self.resolve(normal) {
                Object::Dictionary(states) => states.iter().map(|(_, state)| state.clone()).collect(),
                _ => vec![normal.clone()],
            };
            for stream in streams {
                self.x_object(&stream, &Dictionary::new(), 1);
            }
        }
    }

    /// ISO 19005-2 §6.5.1.
    pub fn action(&mut self, action: &Dictionary) {
        match self.get_name(action, "S") {
            Some(b"GoTo" | b"GoToR" | b"GoToE" | b"Thread" | b"URI" | b"SubmitForm") => {}
            Some(b"Named") => {
                let name = self.get_name(action, "N").unwrap_or_default();
                if !matches!(name, b"NextPage" | b"PrevPage" | b"FirstPage" | b"LastPage") {
                    self.fault("6.5.1 action", text(name));
                }
            }
            kind => self.fault("6.5.1 action", text(kind.unwrap_or_default())),
        }
    }

    /// Rules that hold for every object whatever it is: filters, external streams, and the limits of §6.1.13.
    pub fn any_object(&mut self, id: ObjectId, object: &Object) {
        self.at = id.0;
        if let Object::Stream(stream) = object {
            for filter in stream.filters().unwrap_or_default() {
                if !FILTERS.contains(&filter) {
                    self.fault("6.1.7.2 filter", text(filter));
                }
            }
            if ["F", "FFilter", "FDecodeParms"].iter().any(|key| stream.dict.has(key.as_bytes())) {
                self.fault("6.1.7.1 external-stream", "F");
            }
        }
        self.values(object, 0);
    }

    pub fn values(&mut self, object: &Object, depth: usize) {
        match object {
            _ if depth > 100 => self.fault("6.1.13 limits", "nested too deep"),
            Object::Integer(n) if i32::try_from(*n).is_err() => self.fault("6.1.13 limits", format!("integer {n}")),
            Object::Real(n) if !n.is_finite() => self.fault("6.1.13 limits", "real number"),
            Object::String(string, _) if string.len() > 32_767 => self.fault("6.1.13 limits", "string"),
            Object::Name(name) if name.len() > 127 => self.fault("6.1.13 limits", "name"),
            Object::Array(array) => array.iter().for_each(|object| self.values(object, depth + 1)),
            Object::Dictionary(dict) => dict.iter().for_each(|(_, object)| self.values(object, depth + 1)),
            Object::Stream(stream) => stream.dict.iter().for_each(|(_, object)| self.values(object, depth + 1)),
            _ => {}
        }
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const FILTERS: [&[u8]; 8] = [
    b"FlateDecode",
    b"DCTDecode",
    b"CCITTFaxDecode",
    b"JBIG2Decode",
    b"JPXDecode",
    b"ASCIIHexDecode",
    b"ASCII85Decode",
    b"RunLengthDecode",
];

const BLEND_MODES: [&[u8]; 17] = [
    b"Normal",
    b"Compatible",
    b"Multiply",
    b"Screen",
    b"Overlay",
    b"Darken",
    b"Lighten",
    b"ColorDodge",
    b"ColorBurn",
    b"HardLight",
    b"SoftLight",
    b"Difference",
    b"Exclusion",
    b"Hue",
    b"Saturation",
    b"Color",
    b"Luminosity",
];

const ANNOTATIONS: [&[u8]; 20] = [
    b"Text",
    b"Link",
    b"FreeText",
    b"Line",
    b"Square",
    b"Circle",
    b"Polygon",
    b"PolyLine",
    b"Highlight",
    b"Underline",
    b"Squiggly",
    b"StrikeOut",
    b"Stamp",
    b"Caret",
    b"Ink",
    b"Popup",
    b"Widget",
    b"PrinterMark",
    b"TrapNet",
    b"Watermark",
];
