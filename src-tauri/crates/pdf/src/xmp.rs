//! The XMP packet and the Info dictionary, saying the same (ISO 19005-1 §6.7.3, ISO 19005-2 §6.6.2).

use time::OffsetDateTime;
use unicode_normalization::UnicodeNormalization;

use crate::write::{Level, Metadata};

/// The whole packet, read-only, UTF-8.
pub(crate) fn packet(metadata: &Metadata, level: Level) -> String {
    let (part, conformance) = match level {
        Level::A2u => (2, "U"),
        Level::A1b => (1, "B"),
    };
    let created = iso_8601(metadata.created);
    let mut fields = String::new();
    let mut field = |text: &str, before: &str, after: &str| {
        let text = clean(text);
        if !text.is_empty() {
            fields.push_str(&format!("   {before}{}{after}\n", escape(&text)));
        }
    };
    let alternative = "<rdf:Alt><rdf:li xml:lang=\"x-default\">";
    field(&metadata.title, &format!("<dc:title>{alternative}"), "</rdf:li></rdf:Alt></dc:title>");
    field(&metadata.author, "<dc:creator><rdf:Seq><rdf:li>", "</rdf:li></rdf:Seq></dc:creator>");
    field(&metadata.subject, &format!("<dc:description>{alternative}"), "</rdf:li></rdf:Alt></dc:description>");
    field(&metadata.keywords, "<pdf:Keywords>", "</pdf:Keywords>");
    field(&metadata.producer, "<pdf:Producer>", "</pdf:Producer>");
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n  \
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n   \
         <pdfaid:part>{part}</pdfaid:part>\n   <pdfaid:conformance>{conformance}</pdfaid:conformance>\n{fields}   \
         <xmp:CreateDate>{created}</xmp:CreateDate>\n   <xmp:ModifyDate>{created}</xmp:ModifyDate>\n  \
         </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>\n"
    )
}

/// The Info dictionary's body: the same values in PDF's own spelling.
pub(crate) fn info(metadata: &Metadata) -> String {
    let created = pdf_date(metadata.created);
    let mut dictionary = String::from("<<");
    let fields = [
        ("Title", &metadata.title),
        ("Author", &metadata.author),
        ("Subject", &metadata.subject),
        ("Keywords", &metadata.keywords),
        ("Producer", &metadata.producer),
    ];
    for (key, text) in fields {
        let text = clean(text);
        if !text.is_empty() {
            dictionary.push_str(&format!(" /{key} {}", text_string(&text)));
        }
    }
    dictionary.push_str(&format!(" /CreationDate ({created}) /ModDate ({created}) >>"));
    dictionary
}

/// NFC, without the control characters that XML 1.0 cannot carry, trimmed.
fn clean(text: &str) -> String {
    let kept: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| is_xml(*c)).nfc().collect();
    kept.trim().to_owned()
}

fn is_xml(c: char) -> bool {
    !matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A text string in UTF-16BE with its mark, written in hexadecimal (ISO 32000-1 §7.9.2.2).
fn text_string(text: &str) -> String {
    let units: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    format!("<FEFF{units}>")
}

fn iso_8601(at: OffsetDateTime) -> String {
    format!(
        "{}-{:02}-{:02}T{:02}:{:02}:{:02}{}",
        year(at),
        at.month() as u8,
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        zone(at, ":", "")
    )
}

fn pdf_date(at: OffsetDateTime) -> String {
    format!(
        "D:{}{:02}{:02}{:02}{:02}{:02}{}",
        year(at),
        at.month() as u8,
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        zone(at, "'", "'")
    )
}

fn year(at: OffsetDateTime) -> String {
    format!("{:04}", at.year().clamp(0, 9999))
}

fn zone(at: OffsetDateTime, between: &str, after: &str) -> String {
    let (hours, minutes, _) = at.offset().as_hms();
    let sign = if at.offset().is_negative() { '-' } else { '+' };
    format!("{sign}{:02}{between}{:02}{after}", hours.unsigned_abs(), minutes.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn metadata() -> Metadata {
        Metadata {
            title: "U\u{309}y ban <A & B>\u{1}".into(),
            author: String::new(),
            subject: String::new(),
            keywords: String::new(),
            producer: "Hồ Sơ".into(),
            created: datetime!(2026-11-21 08:05:09 +07:00),
        }
    }

    #[test]
    fn packet_and_info_say_the_same() {
        let packet = packet(&metadata(), Level::A2u);
        assert!(packet.contains("x-default\">\u{1EE6}y ban &lt;A &amp; B&gt;</rdf:li>"), "{packet}");
        assert!(packet.contains("<xmp:CreateDate>2026-11-21T08:05:09+07:00</xmp:CreateDate>"));
        assert!(packet.contains("<pdfaid:part>2</pdfaid:part>") && !packet.contains("dc:creator>"));
        let info = info(&metadata());
        assert!(info.contains("/Title <FEFF1EE6007900200062"), "{info}");
        assert!(info.contains("/CreationDate (D:20261121080509+07'00')") && !info.contains("/Author"));
    }
}
