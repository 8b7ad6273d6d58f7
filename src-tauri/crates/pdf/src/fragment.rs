//! Born-digital pages of other files, kept as they are where PDF/A-2u allows it.

use image::RgbImage;
use lopdf::{Dictionary, Document, Object, ObjectId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

use crate::check::{self, Violation};
use crate::error::{PdfError, contained};
use crate::image::bytes_or_base64;
use crate::read::Source;
use crate::rules::Audit;
use crate::text::TextRun;

/// A page taken out of a file with everything it needs, to be written into another; it can travel between processes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fragment {
    /// SHA-256 of the file it comes from: pages of the same file share their fonts.
    pub(crate) source: [u8; 32],
    /// The page itself is the first.
    pub(crate) objects: Vec<FragmentObject>,
}

impl Fragment {
    /// Bytes of the page's own objects, before shared ones are written once.
    pub fn size(&self) -> usize {
        let pieces = self.objects.iter().flat_map(|object| &object.pieces);
        pieces.map(|piece| if let Piece::Bytes(bytes) = piece { bytes.len() } else { 0 }).sum()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct FragmentObject {
    /// Its number in the file it comes from.
    pub origin: u32,
    /// What it is, in PDF's spelling, cut where object numbers belong.
    pub pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Piece {
    Bytes(#[serde(with = "bytes_or_base64")] Vec<u8>),
    /// The object with this index in [`Fragment::objects`].
    Reference(u32),
    /// The node of the page tree that the page hangs on.
    Parent,
}

/// How a born-digital page can enter an archive file.
#[derive(Debug, Clone)]
pub enum ArchivePage {
    /// As it is: [`crate::Writer::append_born_digital`].
    AsIs(Fragment),
    /// As a picture with the page's own words under it, because of what PDF/A-2u does not allow (worth a warning):
    /// [`crate::encode`], then [`crate::Writer::page`].
    Rendered { picture: RgbImage, runs: Vec<TextRun>, because: Vec<Violation> },
}

impl Source {
    /// A page (index from 0) for an archive file: as it is if every rule of PDF/A-2u that can be checked here holds for it,
    /// rendered at `dpi` otherwise.
    pub fn archive_page(&self, index: usize, dpi: f32) -> Result<ArchivePage, PdfError> {
        let because = match self.fragment(index)? {
            Ok(fragment) => return Ok(ArchivePage::AsIs(fragment)),
            Err(violations) => violations,
        };
        let (picture, runs) = (self.render(index, dpi)?, self.page_text(index, dpi)?);
        Ok(ArchivePage::Rendered { picture, runs, because })
    }

    /// The page as a fragment, or what speaks against it. Links are left behind: they show nothing.
    fn fragment(&self, index: usize) -> Result<Result<Fragment, Vec<Violation>>, PdfError> {
        contained("copying a page", || {
            let unreadable = |detail: &str| {
                let rule = "6.1 structure".to_owned();
                Ok(Err(vec![Violation { rule, object: 0, detail: detail.to_owned() }]))
            };
            let Some(doc) = self.objects.get_or_init(|| check::load(&self.bytes).ok()) else {
                return unreadable("cross-references");
            };
            let pages: Vec<ObjectId> = doc.page_iter().collect();
            let Some(&page) = pages.get(index).filter(|_| pages.len() == self.pages()) else {
                return unreadable("page tree");
            };
            // The new file's output intent is sRGB.
            let mut audit = Audit::new(doc, Some(3));
            let copied = copied_page(&mut audit, page);
            let Some(copied) = copied else { return Ok(Err(audit.violations)) };
            audit.page(page);
            audit.fonts();
            let mut copier = Copier { doc, indices: BTreeMap::from([(page, 0)]), order: vec![page] };
            let mut objects = vec![copier.object(&copied, page)];
            while let Some(&next) = copier.order.get(objects.len()) {
                let object = doc.get_object(next).unwrap_or(&Object::Null);
                audit.any_object(next, object);
                objects.push(copier.object(object, next));
            }
            if !audit.violations.is_empty() {
                return Ok(Err(audit.violations));
            }
            Ok(Ok(Fragment { source: Sha256::digest(&**self.bytes).into(), objects }))
        })
    }
}

/// What of a page goes along: what it shows and its size. `None` when something would get lost that can be seen.
fn copied_page(audit: &mut Audit, page: ObjectId) -> Option<Object> {
    audit.at = page.0;
    let dict = audit.doc.get_dictionary(page).ok()?;
    let annotations = audit.get(dict, "Annots").and_then(|list| list.as_array().ok());
    let shows = |annotation: &Object| {
        let kind = audit.resolve(annotation).as_dict().ok().and_then(|dict| audit.get_name(dict, "Subtype"));
        !matches!(kind, Some(b"Link" | b"Popup"))
    };
    if annotations.is_some_and(|list| list.iter().any(shows)) {
        audit.fault("6.3.1 annotation", "would get lost in the copy");
        return None;
    }
    let mut copy = Dictionary::new();
    copy.set("Type", Object::Name(b"Page".to_vec()));
    for key in ["Contents", "Group", "UserUnit"] {
        if let Ok(value) = dict.get(key.as_bytes()) {
            copy.set(key, value.clone());
        }
    }
    for key in ["Resources", "MediaBox", "CropBox", "Rotate"] {
        if let Some(value) = audit.inherited(dict, key) {
            copy.set(key, value.clone());
        }
    }
    if !copy.has(b"MediaBox") {
        audit.fault("6.1 structure", "no MediaBox");
        return None;
    }
    if !copy.has(b"Resources") {
        copy.set("Resources", Dictionary::new());
    }
    Some(Object::Dictionary(copy))
}

/// Spells objects out with references as indices, and notes which objects are needed.
struct Copier<'d> {
    doc: &'d Document,
    indices: BTreeMap<ObjectId, u32>,
    order: Vec<ObjectId>,
}

/// Entries that point out of the page (structure, metadata of parts, private data of editors) and show nothing.
const LEFT_BEHIND: [&[u8]; 6] =
    [b"Parent", b"StructParent", b"StructParents", b"Metadata", b"PieceInfo", b"LastModified"];

impl Copier<'_> {
    fn object(&mut self, object: &Object, id: ObjectId) -> FragmentObject {
        let mut spelling = Spelling::default();
        match object {
            Object::Dictionary(dict) if self.indices.get(&id) == Some(&0) => {
                spelling.bytes(b"<</Parent ");
                spelling.piece(Piece::Parent);
                self.entries(dict, &mut spelling);
                spelling.bytes(b">>");
            }
            other => self.spell(other, &mut spelling),
        }
        FragmentObject { origin: id.0, pieces: spelling.finish() }
    }

    fn spell(&mut self, object: &Object, out: &mut Spelling) {
        match object {
            Object::Null => out.bytes(b"null"),
            Object::Boolean(flag) => out.bytes(if *flag { b"true" } else { b"false" }),
            Object::Integer(number) => out.bytes(number.to_string().as_bytes()),
            Object::Real(number) => out.bytes(format!("{number}").as_bytes()),
            Object::Name(name) => out.name(name),
            Object::String(string, _) => {
                let hex: String = string.iter().map(|byte| format!("{byte:02X}")).collect();
                out.bytes(format!("<{hex}>").as_bytes());
            }
            Object::Array(items) => {
                out.bytes(b"[");
                for item in items {
                    self.spell(item, out);
                    out.bytes(b" ");
                }
                out.bytes(b"]");
            }
            Object::Dictionary(dict) => {
                out.bytes(b"<<");
                self.entries(dict, out);
                out.bytes(b">>");
            }
            Object::Stream(stream) => {
                out.bytes(format!("<</Length {}", stream.content.len()).as_bytes());
                let mut dict = stream.dict.clone();
                dict.remove(b"Length");
                self.entries(&dict, out);
                out.bytes(b">>\nstream\n");
                out.bytes(&stream.content);
                out.bytes(b"\nendstream");
            }
            Object::Reference(id) if self.doc.has_object(*id) => {
                let index = *self.indices.entry(*id).or_insert_with(|| {
                    self.order.push(*id);
                    self.order.len() as u32 - 1
                });
                out.piece(Piece::Reference(index));
            }
            Object::Reference(_) => out.bytes(b"null"),
        }
    }

    fn entries(&mut self, dict: &Dictionary, out: &mut Spelling) {
        for (key, value) in dict.iter().filter(|(key, _)| !LEFT_BEHIND.contains(&&key[..])) {
            out.name(key);
            out.bytes(b" ");
            self.spell(value, out);
        }
    }
}

#[derive(Default)]
struct Spelling {
    pieces: Vec<Piece>,
    run: Vec<u8>,
}

impl Spelling {
    fn bytes(&mut self, bytes: &[u8]) {
        self.run.extend_from_slice(bytes);
    }

    /// Anything but regular characters is escaped (ISO 32000-1 §7.3.5).
    fn name(&mut self, name: &[u8]) {
        self.run.push(b'/');
        for byte in name {
            match byte {
                b'!'..=b'~' if !b"#()<>[]{}/%".contains(byte) => self.run.push(*byte),
                _ => self.run.extend(format!("#{byte:02X}").bytes()),
            }
        }
    }

    fn piece(&mut self, piece: Piece) {
        if !self.run.is_empty() {
            self.pieces.push(Piece::Bytes(std::mem::take(&mut self.run)));
        }
        self.pieces.push(piece);
    }

    fn finish(mut self) -> Vec<Piece> {
        if !self.run.is_empty() {
            self.pieces.push(Piece::Bytes(self.run));
        }
        self.pieces
    }
}
