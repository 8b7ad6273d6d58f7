//! What printpdf leaves out of PDF/A-2u (ISO 19005-2): the version, the XMP packet that claims conformance, an output
//! intent with its profile, a trailer without the foreign Info dictionary; and a file identifier that depends on nothing
//! but the content.

use lopdf::{Dictionary, Document, Object, Stream, StringFormat, dictionary};
use printpdf::{PdfDocument, PdfSaveOptions};
use sha2::{Digest, Sha256};

use crate::{PaperError, srgb};

/// Writes the document as PDF/A-2u with `title` as its title, in Vietnamese.
pub fn write(document: &PdfDocument, title: &str) -> Result<Vec<u8>, PaperError> {
    // The faces come as subsets already; printpdf has no say in it.
    let options = PdfSaveOptions { subset_fonts: false, ..PdfSaveOptions::default() };
    let mut warnings = Vec::new();
    let mut pdf = document.to_lopdf_document(&options, &mut warnings);
    if let Some(warning) = warnings.first() {
        return Err(PaperError::Pdf(format!("{warning:?}")));
    }
    claim(&mut pdf, title).map_err(|error| PaperError::Pdf(error.to_string()))?;
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).map_err(|error| PaperError::Pdf(error.to_string()))?;
    Ok(bytes)
}

fn claim(pdf: &mut Document, title: &str) -> lopdf::Result<()> {
    pdf.version = "1.7".to_owned();
    // Whatever Info said, XMP would have to repeat (ISO 19005-2, 6.6.2.3): it is not needed at all.
    if let Some(Object::Reference(info)) = pdf.trailer.remove(b"Info") {
        pdf.objects.remove(&info);
    }
    let profile = pdf.add_object(Stream::new(dictionary! { "N" => 3 }, srgb::profile()));
    let kind = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    // Metadata stays readable to programs that know no PDF.
    let metadata = pdf.add_object(Stream::new(kind, xmp(title).into_bytes()).with_compression(false));
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal("sRGB IEC61966-2.1"),
        "Info" => Object::string_literal("sRGB IEC61966-2.1"),
        "DestOutputProfile" => profile,
    };
    let catalog = pdf.catalog_mut()?;
    catalog.set("Metadata", metadata);
    catalog.set("OutputIntents", vec![intent.into()]);
    catalog.set("Lang", Object::string_literal("vi-VN"));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    pdf.compress();
    identify(pdf)
}

/// Sets the trailer's ID to the content's digest: the same paper is the same file.
fn identify(pdf: &mut Document) -> lopdf::Result<()> {
    pdf.trailer.remove(b"ID");
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes)?;
    let digest = Sha256::digest(&bytes);
    let id = Object::String(digest.iter().copied().take(16).collect(), StringFormat::Hexadecimal);
    let trailer: &mut Dictionary = &mut pdf.trailer;
    trailer.set("ID", vec![id.clone(), id]);
    Ok(())
}

/// The XMP packet (ISO 16684-1) with the PDF/A identification of ISO 19005-2, 6.6.4.
fn xmp(title: &str) -> String {
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        r#"<?xpacket begin="{bom}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/">
   <pdfaid:part>2</pdfaid:part>
   <pdfaid:conformance>U</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:language><rdf:Bag><rdf:li>vi-VN</rdf:li></rdf:Bag></dc:language>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"#,
        bom = '\u{FEFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_break_the_packet() {
        let packet = xmp("A & B <c> ]]>");
        assert!(packet.contains(">A &amp; B &lt;c&gt; ]]&gt;</rdf:li>"), "{packet}");
    }
}
