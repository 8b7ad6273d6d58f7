//! The rules of PDF/A-2u (ISO 19005-2) that can be checked without a validator of another maker.

use lopdf::{Dictionary, Document, LoadOptions, Object};
use serde::{Deserialize, Serialize};

use crate::error::{PdfError, contained};
use crate::read::contains;
use crate::rules::{Audit, STREAM_LIMIT, text};

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// Clause of ISO 19005-2 and a short name, such as "6.2.11.4.1 embedding".
    pub rule: String,
    /// Number of the object at fault; 0 = the file as a whole.
    pub object: u32,
    /// What was found.
    pub detail: String,
}

/// Every rule of PDF/A-2u that the file breaks, as far as it can be seen here; empty is good.
///
/// Stricter than the standard where proof would need more than this room has: JPEG 2000, Separation colours, Type 3 fonts, optional
/// content and attachments count as broken though they may be right. Not looked at: the inside of JPEG, JBIG2 and CCITT data.
pub fn check_pdfa_2u(bytes: &[u8]) -> Vec<Violation> {
    let checked = contained("checking", || {
        let doc = load(bytes)?;
        let mut audit = Audit::new(&doc, None);
        file_structure(&mut audit, bytes);
        let catalog = doc.catalog().map_err(|_| PdfError::Corrupt)?;
        audit.intent = output_intent(&mut audit, catalog);
        document(&mut audit, catalog);
        metadata(&mut audit, catalog);
        for (id, object) in &doc.objects {
            audit.any_object(*id, object);
        }
        for page in doc.page_iter() {
            audit.page(page);
            audit.annotations(page);
        }
        audit.fonts();
        Ok(audit.violations)
    });
    checked
        .unwrap_or_else(|error| vec![Violation { rule: "6.1 structure".into(), object: 0, detail: error.to_string() }])
}

pub(crate) fn load(bytes: &[u8]) -> Result<Document, PdfError> {
    let options = LoadOptions::with_max_decompressed_size(STREAM_LIMIT);
    Document::load_mem_with_options(bytes, options).map_err(|_| PdfError::Corrupt)
}

/// §6.1.2 header, §6.1.3 trailer.
fn file_structure(audit: &mut Audit, bytes: &[u8]) {
    audit.at = 0;
    let mut lines = bytes.splitn(3, |byte| matches!(byte, b'\n' | b'\r'));
    let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    if !(first.len() == 8 && first.starts_with(b"%PDF-1.") && matches!(first[7], b'0'..=b'7')) {
        audit.fault("6.1.2 header", text(first));
    }
    if !(second.len() >= 5 && second[0] == b'%' && second[1..5].iter().all(|byte| *byte > 127)) {
        audit.fault("6.1.2 header", "no binary comment after it");
    }
    let end = bytes.trim_ascii_end();
    if !end.ends_with(b"%%EOF") || bytes.len() - end.len() > 2 {
        audit.fault("6.1.3 trailer", "something after the last %%EOF");
    }
    let trailer = &audit.doc.trailer;
    let id_parts = trailer.get(b"ID").and_then(Object::as_array).map_or(0, Vec::len);
    if id_parts != 2 {
        audit.fault("6.1.3 trailer", "no ID");
    }
    if trailer.has(b"Encrypt") || audit.doc.was_encrypted() {
        audit.fault("6.1.3 trailer", "Encrypt");
    }
}

/// §6.2.3: all output intents share one profile; its components are what device colours are measured by.
fn output_intent(audit: &mut Audit, catalog: &Dictionary) -> Option<i64> {
    let intents =
        audit.get(catalog, "OutputIntents").and_then(|list| list.as_array().ok()).cloned().unwrap_or_default();
    let mut profile: Option<Object> = None;
    for intent in &intents {
        let Ok(intent) = audit.resolve(intent).as_dict().cloned() else { continue };
        let archive = audit.get_name(&intent, "S") == Some(b"GTS_PDFA1");
        match intent.get(b"DestOutputProfile") {
            Err(_) if archive => audit.fault("6.2.3 output-intent", "no DestOutputProfile"),
            Ok(one) if profile.as_ref().is_some_and(|other| other != one) => {
                audit.fault("6.2.3 output-intent", "different profiles");
            }
            Ok(one) if archive => profile = Some(one.clone()),
            _ => {}
        }
    }
    audit.icc_profile(&profile?)
}

/// The catalog: forms, actions, attachments, layers, requirements (§6.4 to §6.11).
fn document(audit: &mut Audit, catalog: &Dictionary) {
    audit.at = 0;
    for (key, rule) in [
        ("AA", "6.5.2 trigger-actions"),
        ("OCProperties", "6.9 optional-content"),
        ("Requirements", "6.11 requirements"),
        ("Collection", "6.8 attachments"),
        ("AF", "6.8 attachments"),
    ] {
        if catalog.has(key.as_bytes()) {
            audit.fault(rule, key);
        }
    }
    if let Some(names) = audit.get_dict(catalog, "Names") {
        for (key, rule) in [
            ("EmbeddedFiles", "6.8 attachments"),
            ("JavaScript", "6.5.1 action"),
            ("AlternatePresentations", "6.10 presentations"),
        ] {
            if names.has(key.as_bytes()) {
                audit.fault(rule, key);
            }
        }
    }
    if let Some(action) = audit.get_dict(catalog, "OpenAction") {
        audit.action(action);
    }
    if let Some(form) = audit.get_dict(catalog, "AcroForm") {
        if matches!(audit.get(form, "NeedAppearances"), Some(Object::Boolean(true))) {
            audit.fault("6.4.1 form", "NeedAppearances");
        }
        if form.has(b"XFA") {
            audit.fault("6.4.2 xfa", "XFA");
        }
    }
    if let Some(permissions) = audit.get_dict(catalog, "Perms")
        && permissions.iter().any(|(key, _)| !matches!(&key[..], b"UR3" | b"DocMDP"))
    {
        audit.fault("6.1.12 permissions", "Perms");
    }
}

/// §6.6: the packet names part 2, level u (or a, which includes it), and the Info dictionary says nothing else.
fn metadata(audit: &mut Audit, catalog: &Dictionary) {
    audit.at = catalog.get(b"Metadata").and_then(Object::as_reference).map_or(0, |id| id.0);
    let Some(Object::Stream(stream)) = audit.get(catalog, "Metadata") else {
        return audit.fault("6.6.2.1 metadata", "none");
    };
    let packet = stream.get_plain_content_with_limit(STREAM_LIMIT).unwrap_or_default();
    let Ok(packet) = std::str::from_utf8(&packet) else {
        return audit.fault("6.6.2.1 metadata", "not UTF-8");
    };
    if property(packet, "pdfaid:part") != Some("2") {
        audit.fault("6.6.4 identification", "pdfaid:part is not 2");
    }
    if !matches!(property(packet, "pdfaid:conformance"), Some("U" | "A")) {
        audit.fault("6.6.4 identification", "pdfaid:conformance is neither U nor A");
    }
    let info = audit.doc.trailer.get(b"Info").ok().and_then(|info| audit.resolve(info).as_dict().ok());
    for (key, value) in info.into_iter().flat_map(|info| info.iter()) {
        let Ok(value) = lopdf::decode_text_string(audit.resolve(value)) else { continue };
        let expected = match &key[..] {
            b"Title" | b"Author" | b"Subject" | b"Keywords" | b"Producer" | b"Creator" => escape(&value),
            b"CreationDate" | b"ModDate" => iso_date(&value),
            _ => continue,
        };
        if !contains(packet.as_bytes(), expected.as_bytes()) {
            audit.fault("6.6.3 info", format!("{} {expected:?} is not in the metadata", text(key)));
        }
    }
}

/// A simple property of an XMP packet, written as an element or as an attribute.
fn property<'x>(packet: &'x str, name: &str) -> Option<&'x str> {
    let element = packet.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split('<').next());
    let attribute = || {
        let (_, rest) = packet.split_once(&format!("{name}="))?;
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        rest[1..].split(quote).next()
    };
    element.or_else(attribute).map(str::trim)
}

fn escape(value: &str) -> String {
    value.trim_end_matches('\0').replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// `D:20261121080509+07'00'` as `2026-11-21T08:05:09`: the moment without its zone, which may be spelt in several ways.
fn iso_date(value: &str) -> String {
    let digits: Vec<char> = value.trim_start_matches("D:").chars().take_while(char::is_ascii_digit).collect();
    let part = |from: usize, to: usize| digits.get(from..to).map(|part| part.iter().collect::<String>());
    match (part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 12), part(12, 14)) {
        (Some(y), Some(mo), Some(d), Some(h), Some(mi), Some(s)) => format!("{y}-{mo}-{d}T{h}:{mi}:{s}"),
        (Some(y), ..) => y,
        _ => value.to_owned(),
    }
}
