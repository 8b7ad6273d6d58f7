//! The rules of PDF/A-2u (ISO 19005-2) that a file of ours could break.

use std::error::Error;

use lopdf::{Dictionary, Document, Object};

/// What in a file of ours goes against PDF/A-2u; rules for things we never write are checked by their absence.
pub fn faults(bytes: &[u8]) -> Result<Vec<String>, Box<dyn Error>> {
    let pdf = Document::load_mem(bytes)?;
    let mut faults = Vec::new();
    let mut must = |holds: bool, rule: &str| {
        if !holds {
            faults.push(rule.to_owned());
        }
    };
    must(bytes.starts_with(b"%PDF-1.7\n"), "6.1.2 header");
    must(bytes.get(9) == Some(&b'%') && bytes.iter().skip(10).take(4).all(|b| *b > 127), "6.1.2 binary comment");
    must(pdf.trailer.get(b"ID").and_then(Object::as_array).is_ok_and(|id| id.len() == 2), "6.1.3 ID");
    must(!pdf.trailer.has(b"Encrypt"), "6.1.3 Encrypt");
    must(!pdf.trailer.has(b"Info"), "6.6.2.3 Info without its twin in XMP");

    let catalog = pdf.catalog()?;
    for forbidden in ["OCProperties", "AcroForm", "OpenAction", "AA", "Names"] {
        must(!catalog.has(forbidden.as_bytes()), forbidden);
    }
    let xmp = catalog.get_deref(b"Metadata", &pdf).and_then(Object::as_stream).map(|stream| stream.content.clone());
    let xmp = String::from_utf8(xmp.unwrap_or_default())?;
    must(xmp.contains("<pdfaid:part>2</pdfaid:part>"), "6.6.4 part");
    must(xmp.contains("<pdfaid:conformance>U</pdfaid:conformance>"), "6.6.4 conformance");
    let intents = catalog.get_deref(b"OutputIntents", &pdf).and_then(Object::as_array).cloned().unwrap_or_default();
    let profile = intents.first().and_then(|intent| intent.as_dict().ok()).and_then(|intent| {
        must(intent.get(b"S").and_then(Object::as_name).is_ok_and(|s| s == b"GTS_PDFA1"), "6.2.3 S");
        intent.get_deref(b"DestOutputProfile", &pdf).and_then(Object::as_stream).ok()
    });
    let profile = profile.and_then(|stream| {
        stream.decompressed_content().or_else(|_| Ok::<_, lopdf::Error>(stream.content.clone())).ok()
    });
    must(profile.is_some_and(|icc| icc.get(36..40) == Some(b"acsp")), "6.2.3 DestOutputProfile");

    for object in pdf.objects.values() {
        if let Ok(stream) = object.as_stream() {
            let filter = stream.dict.get(b"Filter").and_then(Object::as_name).unwrap_or(b"FlateDecode");
            must(filter == b"FlateDecode", "6.1.7 filter");
        }
        let Ok(font) = object.as_dict() else { continue };
        if font.get(b"Type").and_then(Object::as_name).is_ok_and(|name| name == b"Font") {
            font_rules(&pdf, font, &mut must);
        }
    }
    for page in pdf.get_pages().into_values() {
        for operation in pdf.get_and_decode_page_content(page)?.operations {
            let known = [
                "BT", "ET", "Tf", "Tm", "Tj", "TJ", "g", "G", "w", "m", "l", "h", "S", "s", "f", "f*", "n", "c", "q",
                "Q",
            ];
            must(known.contains(&operation.operator.as_str()), &format!("operator {}", operation.operator));
            if let ("Tj", Some(Object::String(codes, _))) = (operation.operator.as_str(), operation.operands.first()) {
                must(codes.chunks(2).all(|code| code != [0, 0]), "6.2.11.8 .notdef is shown");
            }
        }
    }
    Ok(faults)
}

fn font_rules(pdf: &Document, font: &Dictionary, must: &mut impl FnMut(bool, &str)) {
    let name = |dict: &Dictionary, key: &[u8]| {
        dict.get(key)
            .and_then(Object::as_name)
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .unwrap_or_default()
    };
    must(name(font, b"Subtype") == "Type0", "6.2.11.4 a face that is not embedded");
    must(name(font, b"Encoding") == "Identity-H", "6.2.11.3.3 Encoding");
    must(font.get_deref(b"ToUnicode", pdf).is_ok_and(|map| map.as_stream().is_ok()), "6.2.11.7.2 ToUnicode");
    let below = font.get_deref(b"DescendantFonts", pdf).and_then(Object::as_array).ok().and_then(|fonts| fonts.first());
    let below = below.and_then(|font| pdf.dereference(font).ok()).and_then(|(_, font)| font.as_dict().ok());
    let Some(below) = below else { return must(false, "6.2.11 DescendantFonts") };
    must(name(below, b"CIDToGIDMap") == "Identity", "6.2.11.3.2 CIDToGIDMap");
    let descriptor = below.get_deref(b"FontDescriptor", pdf).and_then(Object::as_dict);
    let program = descriptor.and_then(|d| d.get_deref(b"FontFile2", pdf)).and_then(Object::as_stream);
    must(program.is_ok_and(|program| !program.content.is_empty()), "6.2.11.4.1 FontFile2");
    let names = [name(font, b"BaseFont"), name(below, b"BaseFont")];
    let tagged = |name: &String| {
        name.split_once('+').is_some_and(|(tag, _)| tag.len() == 6 && tag.bytes().all(|b| b.is_ascii_uppercase()))
    };
    must(names.iter().all(tagged) && names[0] == names[1], "ISO 32000-1 9.6.4 subset tag");
}
