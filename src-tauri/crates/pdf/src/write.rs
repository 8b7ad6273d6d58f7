//! The writer: searchable PDF/A, object by object, in constant memory.

use flate2::{Compression, write::ZlibEncoder};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{self, Write};
use time::OffsetDateTime;

use crate::error::PdfError;
use crate::fragment::{Fragment, Piece};
use crate::glyphless::{self, ADVANCE, ASCENT, CidTable, DESCENT, FIRST_CODE, WIDEST};
use crate::icc::{self, IccVersion};
use crate::image::{EncodedImage, ImageKind, Stencil, StencilPaint};
use crate::text::{self, FONT_NAME, OTHER_FONT_NAME, TextRun};
use crate::xmp;

/// What the file says about itself. Empty texts are left out; times are passed in.
#[derive(Debug, Clone)]
pub struct Metadata {
    pub title: String,
    pub author: String,
    pub subject: String,
    pub keywords: String,
    /// The program that made the file.
    pub producer: String,
    /// The moment the file was made, with the offset it shall be shown in.
    pub created: OffsetDateTime,
}

/// The standard a file is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// PDF/A-2u (ISO 19005-2): what the product writes.
    A2u,
    /// PDF/A-1b (ISO 19005-1): the same pages for older archives, and for the validators that know only part 1.
    A1b,
}

/// Objects that are known from the start, so that pages can point to them before they are written.
const CATALOG: u32 = 1;
const PAGES: u32 = 2;
const FONT: u32 = 3;
const OTHER_FONT: u32 = 4;
const FIRST_FREE: u32 = 5;
/// Pages per node of the page tree: well below the 8,191 elements PDF 1.4 allows in an array.
const PAGES_PER_NODE: usize = 500;
/// Objects in an object stream: what a reader has to unfold to see one of them.
const PACKED: usize = 100;
/// The largest byte offset a cross-reference table can hold.
const MAX_OFFSET: u64 = 9_999_999_999;

/// Writes pages as they come; fonts, page tree and cross-references follow in [`Writer::finish`].
///
/// Each object is written once and forgotten: memory grows by some bytes per page, whatever the pages weigh. A file that was not
/// finished has no cross-references, so no reader takes it for whole.
pub struct Writer<W: Write> {
    out: Counted<W>,
    level: Level,
    metadata: Metadata,
    /// Where each object is, by its number.
    places: Vec<Place>,
    /// Objects that wait for an object stream.
    packed: Vec<(u32, Vec<u8>)>,
    nodes: Vec<PageNode>,
    cids: CidTable,
    /// Objects copied from other files: (file, object there) → object here.
    copied: HashMap<([u8; 32], u32), u32>,
}

#[derive(Clone, Copy)]
enum Place {
    Unwritten,
    /// So many bytes from the beginning.
    At(u64),
    /// In an object stream, as the n-th.
    In(u32, u8),
}

struct PageNode {
    id: u32,
    kids: Vec<u32>,
}

impl<W: Write> Writer<W> {
    /// Begins a file. `out` should be buffered.
    pub fn new(out: W, metadata: Metadata, level: Level) -> Result<Self, PdfError> {
        let mut out = Counted { out, written: 0, hash: Sha256::new() };
        let version = match level {
            Level::A2u => "1.7",
            Level::A1b => "1.4",
        };
        // Four bytes above 127 tell transfer programs that the file is binary (ISO 19005-2 §6.1.2).
        out.write_all(format!("%PDF-{version}\n%").as_bytes())?;
        out.write_all(&[0xE2, 0xE3, 0xCF, 0xD3, b'\n'])?;
        let places = vec![Place::Unwritten; FIRST_FREE as usize];
        Ok(Writer {
            out,
            level,
            metadata,
            places,
            packed: Vec::new(),
            nodes: Vec::new(),
            cids: CidTable::default(),
            copied: HashMap::new(),
        })
    }

    /// What the file will say about itself, which is written last: some of it is known only when the pages are.
    pub fn metadata(&mut self) -> &mut Metadata {
        &mut self.metadata
    }

    /// Pages written so far.
    pub fn pages(&self) -> usize {
        self.nodes.iter().map(|node| node.kids.len()).sum()
    }

    /// Adds a page: its picture over the whole of it, and its words, invisible, where they stand in the picture.
    /// `size_pt`: width and height in points (1/72 inch).
    pub fn page(&mut self, image: &EncodedImage, size_pt: [f32; 2], runs: &[TextRun]) -> Result<(), PdfError> {
        let [width, height] = size_pt;
        if !size_pt.iter().all(|side| (3.0..=14_400.0).contains(side)) {
            return Err(PdfError::PageSize(width, height));
        }
        let picture = self.picture(image.picture_size, image.kind, &image.bytes, None)?;
        let over_the_page = format!("{width:.2} 0 0 {height:.2} 0 0 cm");
        let mut content = format!("q {over_the_page} /I Do Q\n").into_bytes();
        let mut pictures = format!("/I {picture} 0 R");
        for (n, stencil) in image.stencils.iter().enumerate() {
            let mask = self.stencil(stencil, image.width, image.height)?;
            let (colour, shown) = match &stencil.paint {
                StencilPaint::Colour(colour) => {
                    let colour = colour.map(|part| format!("{:.3}", f32::from(part) / 255.0)).join(" ");
                    (format!("{colour} rg "), mask)
                }
                StencilPaint::Picture { width, height, kind, bytes } => {
                    (String::new(), self.picture((*width, *height), *kind, bytes, Some(mask))?)
                }
            };
            content.extend(format!("q {colour}{over_the_page} /S{n} Do Q\n").bytes());
            pictures += &format!(" /S{n} {shown} 0 R");
        }
        let layer = text::layer(runs, (image.width, image.height), size_pt, &mut self.cids)?;
        let font = match layer.is_empty() {
            true => String::new(),
            false if self.cids.is_empty() => format!(" /Font << /{FONT_NAME} {FONT} 0 R >>"),
            false => format!(" /Font << /{FONT_NAME} {FONT} 0 R /{OTHER_FONT_NAME} {OTHER_FONT} 0 R >>"),
        };
        content.extend(layer);
        let contents = self.deflated("", &content)?;
        let page = self.allocate()?;
        let parent = self.parent_of(page)?;
        self.object(
            page,
            format!(
                "<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 {width:.2} {height:.2}] /Contents {contents} 0 R \
                 /Resources << /XObject << {pictures} >>{font} >> >>"
            )
            .as_bytes(),
        )
    }

    /// Adds a born-digital page of another file as it is there, object by object. Objects that several pages of the same file
    /// share (fonts above all) are written once.
    pub fn append_born_digital(&mut self, fragment: &Fragment) -> Result<(), PdfError> {
        if self.level == Level::A1b {
            // It was proven against part 2, which allows more than part 1.
            return Err(PdfError::NotAtThisLevel);
        }
        // The page itself is this file's own each time; whatever else was copied before is only pointed to.
        let mut ids = Vec::with_capacity(fragment.objects.len());
        let mut fresh = Vec::with_capacity(fragment.objects.len());
        for (index, object) in fragment.objects.iter().enumerate() {
            let key = (fragment.source, object.origin);
            let known = self.copied.get(&key).copied().filter(|_| index > 0);
            let id = match known {
                Some(id) => id,
                None => self.allocate()?,
            };
            if index > 0 {
                self.copied.insert(key, id);
            }
            ids.push(id);
            fresh.push(known.is_none());
        }
        let Some(&page) = ids.first() else { return Err(PdfError::Corrupt) };
        let parent = self.parent_of(page)?;
        for ((object, &id), _) in fragment.objects.iter().zip(&ids).zip(fresh).filter(|(_, fresh)| *fresh) {
            let mut body = Vec::new();
            for piece in &object.pieces {
                match piece {
                    Piece::Bytes(bytes) => body.extend_from_slice(bytes),
                    Piece::Parent => body.extend(format!("{parent} 0 R").bytes()),
                    Piece::Reference(index) => {
                        let id = ids.get(*index as usize).ok_or(PdfError::Corrupt)?;
                        body.extend(format!("{id} 0 R").bytes());
                    }
                }
            }
            self.alone(id, &body)?;
        }
        Ok(())
    }

    /// Writes what is still owed (font, page tree, metadata, cross-references) and gives back what was written to, flushed.
    /// The same pages and metadata always give the same bytes.
    pub fn finish(mut self) -> Result<W, PdfError> {
        self.fonts()?;
        self.page_tree()?;
        let version = match self.level {
            Level::A2u => IccVersion::V4,
            Level::A1b => IccVersion::V2,
        };
        let profile = self.deflated("/N 3 ", &icc::srgb(version))?;
        let intent = self.add(
            format!(
                "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1) \
                 /Info (sRGB IEC61966-2.1) /RegistryName (http://www.color.org) /DestOutputProfile {profile} 0 R >>"
            )
            .as_bytes(),
        )?;
        // Not compressed: archives look for the packet without parsing PDF.
        let packet = xmp::packet(&self.metadata, self.level);
        let metadata = self.allocate()?;
        self.stream(metadata, "/Type /Metadata /Subtype /XML ", packet.as_bytes())?;
        let info = xmp::info(&self.metadata);
        let info = self.add(info.as_bytes())?;
        self.object(
            CATALOG,
            format!(
                "<< /Type /Catalog /Pages {PAGES} 0 R /Metadata {metadata} 0 R /OutputIntents [{intent} 0 R] /Lang (vi) \
                 /ViewerPreferences << /DisplayDocTitle true >> >>"
            )
            .as_bytes(),
        )?;
        self.cross_references(info)?;
        self.out.flush()?;
        Ok(self.out.out)
    }

    /// A picture, seen through `mask` where there is one (explicit masking, ISO 32000-1 §8.9.6.3).
    fn picture(
        &mut self,
        (width, height): (u32, u32),
        kind: ImageKind,
        bytes: &[u8],
        mask: Option<u32>,
    ) -> Result<u32, PdfError> {
        let space = match kind {
            ImageKind::JpegRgb | ImageKind::FlateJpegRgb => "/DeviceRGB",
            _ => "/DeviceGray",
        };
        let coding = coding(kind, width, height);
        let mask = mask.map_or(String::new(), |id| format!("/Mask {id} 0 R "));
        let id = self.allocate()?;
        let entries = format!(
            "/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace {space} {mask}{coding}"
        );
        self.stream(id, &entries, bytes)?;
        Ok(id)
    }

    fn stencil(&mut self, stencil: &Stencil, width: u32, height: u32) -> Result<u32, PdfError> {
        let coding = coding(stencil.kind, width, height);
        let id = self.allocate()?;
        let entries =
            format!("/Type /XObject /Subtype /Image /Width {width} /Height {height} /ImageMask true {coding}");
        self.stream(id, &entries, &stencil.bytes)?;
        Ok(id)
    }

    /// The invisible fonts, both with the one font file, embedded whole (so without a subset's name and CIDSet): a symbolic TrueType
    /// font for what has one byte, and where anything else was shown, Type 0 over CIDFontType2, Identity-H.
    fn fonts(&mut self) -> Result<(), PdfError> {
        let file = glyphless::font_file();
        let file = self.deflated(&format!("/Length1 {} ", file.len()), &file)?;
        let descriptor = self.add(
            format!(
                "<< /Type /FontDescriptor /FontName /HoSoGlyphless /Flags 4 /FontBBox [0 {DESCENT} {WIDEST} {ASCENT}] \
                 /ItalicAngle 0 /Ascent {ASCENT} /Descent {DESCENT} /CapHeight {ASCENT} /StemV 80 /FontFile2 {file} 0 R >>"
            )
            .as_bytes(),
        )?;
        let map = self.deflated("", glyphless::codes_to_unicode().as_bytes())?;
        let widths = glyphless::widths().map(|width| width.to_string()).collect::<Vec<_>>().join(" ");
        self.object(
            FONT,
            format!(
                "<< /Type /Font /Subtype /TrueType /BaseFont /HoSoGlyphless /FirstChar {FIRST_CODE} /LastChar 255 \
                 /Widths [{widths}] /FontDescriptor {descriptor} 0 R /ToUnicode {map} 0 R >>"
            )
            .as_bytes(),
        )?;
        if self.cids.is_empty() {
            return Ok(());
        }
        let glyphs = self.cids.cid_to_gid();
        let glyphs = self.deflated("", &glyphs)?;
        let descendant = self.add(
            format!(
                "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /HoSoGlyphless /FontDescriptor {descriptor} 0 R \
                 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW {ADVANCE} \
                 /CIDToGIDMap {glyphs} 0 R >>"
            )
            .as_bytes(),
        )?;
        let map = self.cids.to_unicode();
        let map = self.deflated("", map.as_bytes())?;
        self.object(
            OTHER_FONT,
            format!(
                "<< /Type /Font /Subtype /Type0 /BaseFont /HoSoGlyphless /Encoding /Identity-H \
                 /DescendantFonts [{descendant} 0 R] /ToUnicode {map} 0 R >>"
            )
            .as_bytes(),
        )
    }

    fn parent_of(&mut self, page: u32) -> Result<u32, PdfError> {
        if self.nodes.last().is_none_or(|node| node.kids.len() >= PAGES_PER_NODE) {
            let id = self.allocate()?;
            self.nodes.push(PageNode { id, kids: Vec::new() });
        }
        let node = self.nodes.last_mut().ok_or(PdfError::TooLarge("pages"))?;
        node.kids.push(page);
        Ok(node.id)
    }

    fn page_tree(&mut self) -> Result<(), PdfError> {
        let list = |ids: &mut dyn Iterator<Item = u32>| ids.map(|id| format!("{id} 0 R")).collect::<Vec<_>>().join(" ");
        let nodes = std::mem::take(&mut self.nodes);
        let pages: usize = nodes.iter().map(|node| node.kids.len()).sum();
        let kids = list(&mut nodes.iter().map(|node| node.id));
        self.object(PAGES, format!("<< /Type /Pages /Count {pages} /Kids [{kids}] >>").as_bytes())?;
        for node in nodes {
            let (count, kids) = (node.kids.len(), list(&mut node.kids.into_iter()));
            let body = format!("<< /Type /Pages /Parent {PAGES} 0 R /Count {count} /Kids [{kids}] >>");
            self.object(node.id, body.as_bytes())?;
        }
        Ok(())
    }

    fn cross_references(&mut self, info: u32) -> Result<(), PdfError> {
        self.pack()?;
        let table = self.level == Level::A1b;
        let own = if table { None } else { Some(self.allocate()?) };
        let start = self.out.written;
        if start > MAX_OFFSET {
            return Err(PdfError::TooLarge("bytes"));
        }
        // The identifier is what the file holds, so the same content has the same one.
        let id: String = self.out.hash.clone().finalize().iter().take(16).map(|byte| format!("{byte:02X}")).collect();
        let count = self.places.len();
        let trailer = format!("/Size {count} /Root {CATALOG} 0 R /Info {info} 0 R /ID [<{id}> <{id}>] ");
        match own {
            Some(own) => {
                if let Some(place) = self.places.get_mut(own as usize) {
                    *place = Place::At(start);
                }
                self.reference_stream(own, &trailer)?;
            }
            None => {
                let mut table = format!("xref\n0 {count}\n0000000000 65535 f \n");
                for place in &self.places[1..] {
                    table += &match place {
                        Place::At(offset) => format!("{offset:010} 00000 n \n"),
                        _ => "0000000000 65535 f \n".into(),
                    };
                }
                self.out.write_all(format!("{table}trailer\n<< {trailer}>>\n").as_bytes())?;
            }
        }
        Ok(self.out.write_all(format!("startxref\n{start}\n%%EOF\n").as_bytes())?)
    }

    /// Cross-references as a stream (ISO 32000-1 §7.5.8), each by its difference from the one before (PNG's "up").
    fn reference_stream(&mut self, own: u32, trailer: &str) -> Result<(), PdfError> {
        const WIDTH: usize = 7;
        let mut rows = Vec::with_capacity(self.places.len() * (WIDTH + 1));
        let mut last = [0; WIDTH];
        for place in &self.places {
            let (kind, long, short) = match *place {
                Place::Unwritten => (0, 0, 0),
                Place::At(offset) => (1, offset, 0),
                Place::In(stream, index) => (2, u64::from(stream), index),
            };
            let [.., a, b, c, d, e] = long.to_be_bytes();
            let row = [kind, a, b, c, d, e, short];
            rows.push(2);
            rows.extend(row.iter().zip(last).map(|(now, before)| now.wrapping_sub(before)));
            last = row;
        }
        let entries = format!(
            "/Type /XRef {trailer}/W [1 5 1] /DecodeParms << /Predictor 12 /Columns {WIDTH} >> /Filter /FlateDecode "
        );
        self.stream(own, &entries, &deflate(&rows)?)
    }

    fn allocate(&mut self) -> Result<u32, PdfError> {
        // PDF 1.4 allows 8,388,607 indirect objects (Annex C).
        let id =
            u32::try_from(self.places.len()).ok().filter(|id| *id < 8_388_607).ok_or(PdfError::TooLarge("objects"))?;
        self.places.push(Place::Unwritten);
        Ok(id)
    }

    fn add(&mut self, body: &[u8]) -> Result<u32, PdfError> {
        let id = self.allocate()?;
        self.object(id, body)?;
        Ok(id)
    }

    /// An object that is no stream. PDF/A-2 takes many together in an object stream, at a third of their size.
    fn object(&mut self, id: u32, body: &[u8]) -> Result<(), PdfError> {
        if self.level == Level::A1b {
            return self.alone(id, body);
        }
        self.packed.push((id, body.to_vec()));
        if self.packed.len() >= PACKED { self.pack() } else { Ok(()) }
    }

    fn alone(&mut self, id: u32, body: &[u8]) -> Result<(), PdfError> {
        self.begin(id)?;
        self.out.write_all(body)?;
        Ok(self.out.write_all(b"\nendobj\n")?)
    }

    /// Writes the waiting objects as an object stream (ISO 32000-1 §7.5.7).
    fn pack(&mut self) -> Result<(), PdfError> {
        let packed = std::mem::take(&mut self.packed);
        if packed.is_empty() {
            return Ok(());
        }
        let stream = self.allocate()?;
        let (mut index, mut bodies) = (String::new(), Vec::new());
        for ((id, body), n) in packed.iter().zip(0..) {
            index += &format!("{id} {} ", bodies.len());
            bodies.extend_from_slice(body);
            bodies.push(b'\n');
            if let Some(place) = self.places.get_mut(*id as usize) {
                *place = Place::In(stream, n);
            }
        }
        let entries = format!("/Type /ObjStm /N {} /First {} /Filter /FlateDecode ", packed.len(), index.len());
        self.stream(stream, &entries, &deflate(&[index.as_bytes(), &bodies].concat())?)
    }

    fn deflated(&mut self, entries: &str, data: &[u8]) -> Result<u32, PdfError> {
        let id = self.allocate()?;
        self.stream(id, &format!("{entries}/Filter /FlateDecode "), &deflate(data)?)?;
        Ok(id)
    }

    fn stream(&mut self, id: u32, entries: &str, data: &[u8]) -> Result<(), PdfError> {
        self.begin(id)?;
        self.out.write_all(format!("<< {entries}/Length {} >>\nstream\n", data.len()).as_bytes())?;
        self.out.write_all(data)?;
        Ok(self.out.write_all(b"\nendstream\nendobj\n")?)
    }

    fn begin(&mut self, id: u32) -> Result<(), PdfError> {
        let offset = self.out.written;
        if offset > MAX_OFFSET {
            return Err(PdfError::TooLarge("bytes"));
        }
        if let Some(place) = self.places.get_mut(id as usize) {
            *place = Place::At(offset);
        }
        Ok(self.out.write_all(format!("{id} 0 obj\n").as_bytes())?)
    }
}

fn deflate(data: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data)?;
    encoder.finish()
}

/// The entries of an image dictionary that say how its bytes are coded, with a blank at the end.
fn coding(kind: ImageKind, width: u32, height: u32) -> String {
    match kind {
        ImageKind::Jbig2 => "/BitsPerComponent 1 /Filter /JBIG2Decode ".into(),
        ImageKind::G4 => format!(
            "/BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns {width} /Rows {height} >> "
        ),
        ImageKind::FlateBilevel => "/BitsPerComponent 1 /Filter /FlateDecode ".into(),
        ImageKind::JpegGray | ImageKind::JpegRgb => "/BitsPerComponent 8 /Filter /DCTDecode ".into(),
        ImageKind::FlateJpegGray | ImageKind::FlateJpegRgb => {
            "/BitsPerComponent 8 /Filter [/FlateDecode /DCTDecode] ".into()
        }
    }
}

/// Counts and hashes what passes.
struct Counted<W> {
    out: W,
    written: u64,
    hash: Sha256,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.hash.update(&bytes[..count]);
        self.written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
