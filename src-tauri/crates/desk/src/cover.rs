//! Cover sheets: a code that says where the papers after it belong, printed for people to lay before them.

use std::path::PathBuf;

use dossier::{DossierId, Row, Value, procedure::Component};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use ts_rs::TS;
use uuid::Uuid;

use crate::{
    Desk, Host,
    dossiers::{OpenDossier, state_name},
    fault::{Fault, FaultCode as Code},
    papers_in::{Place, row_of},
    receipts::{file_stem, save_file},
};

/// What every code of ours begins with.
const PREFIX: &str = "HOSO:";
const VERSION: &str = "1";
/// What stands for the code of a sheet on which none can be read.
pub(crate) const UNREAD: &str = PREFIX;
/// The words of the sheet's title, to search by.
const TITLE: [&str; 5] = ["to", "bia", "quet", "giay", "to"];
/// So many of them are enough: a reader may lose one.
const TITLE_WORDS: usize = 4;
/// Patch-T (TWAIN's patch codes, as printed by scanner makers in Code 39): a separator that says nothing more.
const PATCH_T: &str = "PATCHT";
/// The name under which this profile keeps the key of its sheets' checks, and the series of their numbers.
const KEY: &str = "cover_key";
const SERIES: &str = "cover";
/// Hexadecimal digits of the check: 40 bits; a sheet made up hits one in a million million.
const CHECK_DIGITS: usize = 10;

/// Which sheet is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SheetWanted {
    pub component: String,
    /// For which row of its table: its id, or its number from 1; every row when nothing is said.
    #[serde(default)]
    pub row: Option<String>,
    /// How many pages will follow, blank ones not counted; `None` = not counted.
    #[serde(default)]
    pub pages: Option<u32>,
}

/// Sheets that were printed into a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CoverSheets {
    pub file: String,
    pub sheets: Vec<SheetPrinted>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SheetPrinted {
    pub number: u32,
    pub component: String,
    pub row: Option<String>,
    pub pages: Option<u32>,
}

/// What a sheet says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SheetCode {
    /// Different for every sheet this profile prints.
    pub number: u32,
    pub dossier: DossierId,
    pub pages: Option<u32>,
    pub component: String,
    pub row: Option<String>,
}

/// What a code that begins like ours turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SheetRead {
    Genuine(SheetCode),
    /// It is well-formed, but its check is not ours: printed at another computer, or made up.
    Foreign(SheetCode),
    /// Not what we print: another version, or damaged beyond reading.
    Damaged,
}

/// A separator sheet: Patch-T, or one of our own cover sheets.
pub(crate) fn is_separator(code: &str) -> bool {
    is_patch(code) || is_sheet(code)
}

pub(crate) fn is_patch(code: &str) -> bool {
    code == PATCH_T
}

pub(crate) fn is_sheet(code: &str) -> bool {
    code.starts_with(PREFIX)
}

/// Whether a line that was read is a cover sheet's title. A paper that happens to have the same is asked about, and no harm done.
pub(crate) fn is_title(line: &str) -> bool {
    let line = dossier::text::fold(line);
    // The words in their order, whatever stands between them; the first of them may be the one that was lost.
    [&TITLE[..], &TITLE[1..]].into_iter().any(|title| {
        let mut words = line.split(' ');
        let found = |wanted: &&&str| words.clone().any(|word| word == **wanted) && words.any(|word| word == **wanted);
        title.iter().filter(found).count() >= TITLE_WORDS
    })
}

impl SheetCode {
    /// `HOSO:1:NUMBER:DOSSIER:PAGES:COMPONENT:ROW:CHECK`, mostly capitals and digits, which a QR code holds densely. The row
    /// comes last of what is said, since its id may hold anything.
    pub fn text(&self, key: &[u8]) -> String {
        let pages = self.pages.map_or_else(String::new, |pages| pages.to_string());
        let dossier = self.dossier.0.simple().to_string().to_ascii_uppercase();
        let row = self.row.as_deref().unwrap_or_default();
        let said = format!("{PREFIX}{VERSION}:{}:{dossier}:{pages}:{}:{row}", self.number, self.component);
        let said = dossier::text::nfc(&said);
        let check = check(key, &said);
        format!("{said}:{check}")
    }

    pub fn read(text: &str, key: &[u8]) -> SheetRead {
        let Some((said, told)) = text.rsplit_once(':') else { return SheetRead::Damaged };
        let Some(code) = Self::said(said) else { return SheetRead::Damaged };
        if check(key, said) == told { SheetRead::Genuine(code) } else { SheetRead::Foreign(code) }
    }

    fn said(said: &str) -> Option<Self> {
        let mut parts = said.strip_prefix(PREFIX)?.splitn(6, ':');
        let mut next = || parts.next();
        if next()? != VERSION {
            return None;
        }
        let number = next()?.parse().ok()?;
        let dossier = DossierId(Uuid::parse_str(next()?).ok()?);
        let pages = match next()? {
            "" => None,
            pages => Some(pages.parse().ok()?),
        };
        let (component, row) = (next()?.to_owned(), next()?);
        let row = (!row.is_empty()).then(|| row.to_owned());
        Some(Self { number, dossier, pages, component, row })
    }
}

fn check(key: &[u8], said: &str) -> String {
    // A key of any length will do for HMAC.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key");
    mac.update(said.as_bytes());
    let mut digits = hex::encode_upper(mac.finalize().into_bytes());
    digits.truncate(CHECK_DIGITS);
    digits
}

impl<H: Host> Desk<H> {
    /// Prints sheets for the papers of a dossier that can be edited: those wanted, or one for each paper it asks for.
    pub(crate) async fn cover_sheets(
        &self,
        id: DossierId,
        wanted: Vec<SheetWanted>,
        folder: PathBuf,
    ) -> Result<CoverSheets, Fault> {
        let open = self.open_dossier(id).await?;
        if !takes_papers(&open) {
            return Err(Fault::new(Code::StateForbids).with("state", state_name(open.record.state)));
        }
        let wanted = if wanted.is_empty() { every_component(&open) } else { wanted };
        let key = self.cover_key().await?;
        let (mut codes, mut sheets) = (vec![], vec![]);
        for (component, row, pages) in places(&open, &wanted)? {
            let number = self.store().await?.next_serial(SERIES, "").await?;
            let code = SheetCode { number, dossier: id, pages, component: component.code.to_string(), row };
            sheets.push(sheet(&open, component, &code, &key));
            codes.push(code);
        }
        let pdf = papers::cover_sheets(&sheets).map_err(Fault::unexpected)?;
        let first = codes.first().map_or(0, |code| code.number);
        let name = format!("{}.to-bia-{first}.pdf", file_stem(&dossier_code(&open)));
        let file = save_file(&folder, &name, &pdf).await?;
        let printed = |code: SheetCode| SheetPrinted {
            number: code.number,
            component: code.component,
            row: code.row,
            pages: code.pages,
        };
        Ok(CoverSheets { file, sheets: codes.into_iter().map(printed).collect() })
    }

    /// The key of this profile's checks, made when it is first needed. It lies in the encrypted database and goes into its backups:
    /// sheets printed before a computer was replaced are still good.
    pub(crate) async fn cover_key(&self) -> Result<Vec<u8>, Fault> {
        let _turn = self.saving.lock().await;
        let store = self.store().await?;
        let kept: Option<String> = store.setting(KEY).await?;
        if let Some(key) = kept.and_then(|text| hex::decode(text).ok()) {
            return Ok(key);
        }
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(Fault::unexpected)?;
        store.set_setting(KEY, &hex::encode(key)).await?;
        Ok(key.to_vec())
    }
}

/// Whether papers may be added to it now.
pub(crate) fn takes_papers(open: &OpenDossier) -> bool {
    use dossier::State as S;
    !open.record.discarded && matches!(open.record.state, S::Draft | S::Ready | S::SupplementRequested)
}

/// What the dossier is called.
pub(crate) fn dossier_code(open: &OpenDossier) -> String {
    let code = open.record.official_code.as_ref().or(open.record.provisional_code.as_ref());
    code.map_or_else(|| open.record.id.to_string(), Clone::clone)
}

/// A row of a table as people tell it from the others: its number, and the first thing written in it.
pub(crate) fn row_words(open: &OpenDossier, component: &Component, id: &str) -> String {
    let rows = rows_of(open, component);
    let Some(at) = rows.iter().position(|row| row.id.as_str() == id) else { return id.to_owned() };
    let group = component.per_row.as_ref();
    let fields = open.form.fields().find(|field| Some(&field.id) == group).map(|field| &field.kind);
    let mut told = None;
    if let Some(dossier::FieldKind::Group(group)) = fields {
        told =
            group.fields.iter().find_map(|field| match rows[at].answers.get(&field.id).map(|answer| &answer.value) {
                Some(Value::Text(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
                _ => None,
            });
    }
    told.map_or_else(|| (at + 1).to_string(), |told| format!("{}. {told}", at + 1))
}

fn rows_of<'a>(open: &'a OpenDossier, component: &Component) -> &'a [Row] {
    match component.per_row.as_ref().and_then(|group| open.answers.value(group.as_str())) {
        Some(Value::Rows(rows)) => rows,
        _ => &[],
    }
}

fn every_component(open: &OpenDossier) -> Vec<SheetWanted> {
    let wanted = |component: &Component| SheetWanted { component: component.code.to_string(), row: None, pages: None };
    // A table without rows has no papers to ask for.
    let asked = |component: &&Component| component.per_row.is_none() || !rows_of(open, component).is_empty();
    open.procedure.components.iter().filter(asked).map(wanted).collect()
}

/// Each wanted sheet's component and row, a sheet for every row where none is named.
type PlacedSheet<'a> = (&'a Component, Option<String>, Option<u32>);

fn places<'a>(open: &'a OpenDossier, wanted: &[SheetWanted]) -> Result<Vec<PlacedSheet<'a>>, Fault> {
    let mut placed = vec![];
    for SheetWanted { component, row, pages } in wanted {
        let place = Place { component: component.clone(), row: row.clone() };
        let known = crate::papers_in::component_at(open, &place)?;
        match (&known.per_row, row) {
            (Some(_), None) if !rows_of(open, known).is_empty() => {
                placed.extend(rows_of(open, known).iter().map(|row| (known, Some(row.id.to_string()), *pages)));
            }
            _ => placed.push((known, row_of(open, known, row.as_deref())?, *pages)),
        }
    }
    Ok(placed)
}

fn sheet(open: &OpenDossier, component: &Component, code: &SheetCode, key: &[u8]) -> papers::CoverSheet {
    papers::CoverSheet {
        qr: code.text(key),
        number: code.number,
        procedure: format!("{} ({})", open.procedure.name.vi, open.procedure.code),
        dossier: dossier_code(open),
        applicant: open.record.head.applicant.clone(),
        component: component.name.vi.clone(),
        row: code.row.as_deref().map_or_else(String::new, |row| row_words(open, component, row)),
        pages: code.pages,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::testing::{desk, queued};

    fn code() -> SheetCode {
        let dossier = DossierId(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_00a1));
        SheetCode { number: 12, dossier, pages: Some(3), component: "NB-11.01".into(), row: Some("r:2".into()) }
    }

    #[test]
    fn a_code_reads_back_and_a_changed_one_is_refused() {
        let text = code().text(b"key");
        assert_eq!(text.rsplit_once(':').unwrap().0, "HOSO:1:12:019200000000700080000000000000A1:3:NB-11.01:r:2");
        assert_eq!(SheetCode::read(&text, b"key"), SheetRead::Genuine(code()));
        assert_eq!(SheetCode::read(&text, b"other"), SheetRead::Foreign(code()));
        let uncounted = SheetCode { pages: None, row: None, ..code() };
        assert_eq!(SheetCode::read(&uncounted.text(b"key"), b"key"), SheetRead::Genuine(uncounted));
        // Not one character can be changed, added or taken away.
        for at in 0..text.len() {
            let mut changed = text.clone();
            changed.replace_range(at..=at, if &text[at..=at] == "7" { "8" } else { "7" });
            assert!(!matches!(SheetCode::read(&changed, b"key"), SheetRead::Genuine(_)), "{changed}");
            assert!(!matches!(SheetCode::read(&text[..at], b"key"), SheetRead::Genuine(_)), "cut at {at}");
        }
        for other in ["HOSO:", "HOSO:2:1:x", "HOSO:1:12:019200000000700080000000000000A1:3", ""] {
            assert_eq!(SheetCode::read(other, b"key"), SheetRead::Damaged, "{other}");
        }
    }

    #[test]
    fn a_title_is_known_with_a_word_misread() {
        for title in [
            "TỜ BÌA QUÉT GIẤY TỜ",
            "| TO BIA QUÉT GIÀY TỜ",
            "TỜ BÌA QUỆT GIÂY TÒ",
            "TỜ BÌÁ QUÉT GlẤY TỜ",
            "TÙ BÌA QUÉT GIẤY TỜ",
        ] {
            assert!(is_title(title), "{title}");
        }
        for line in ["", "TỜ TRÌNH", "GIẤY XÁC NHẬN", "giấy tờ, bìa và tờ khai", "Số tờ bìa số 3", "PHIẾU QUÉT GIẤY TỜ"]
        {
            assert!(!is_title(line), "{line}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_printed_sheet_says_what_was_asked_and_is_an_archive_page() {
        let desk = desk();
        let id = desk.new_dossier("NB-11", false).await.unwrap().id;
        let folder = tempfile::tempdir().unwrap();
        let wanted = SheetWanted { component: "NB-11.01".into(), row: None, pages: Some(3) };
        let made = desk.cover_sheets(id, vec![wanted.clone()], folder.path().to_owned()).await.unwrap();
        assert_eq!((made.sheets.len(), made.sheets[0].number, made.sheets[0].pages), (1, 1, Some(3)));
        let bytes = Arc::new(std::fs::read(&made.file).unwrap());
        assert_eq!(pdf::check_pdfa_2u(&bytes), []);
        let source = pdf::Source::open(bytes, pdf::Limits::default()).unwrap();
        let picture = image::DynamicImage::from(source.render(0, 150.0).unwrap());
        let frame = digitise::Frame::from_image(picture, Some([150.0, 150.0]));
        let seen = digitise::examine(&frame, &digitise::Params::default(), &|| false).unwrap().findings;
        assert_eq!(seen.codes.len(), 1, "one code, and nothing that looks like one");
        let words = source.page_text(0, 150.0).unwrap();
        let printed = words.iter().filter(|run| run.y < 0.14 * 842.0 / 72.0 * 150.0).map(|run| run.text.as_str());
        assert!(is_title(&printed.collect::<Vec<_>>().join(" ")), "the title stands where it is looked for");
        let key = desk.cover_key().await.unwrap();
        let SheetRead::Genuine(read) = SheetCode::read(&seen.codes[0].text, &key) else { panic!("{:?}", seen.codes) };
        assert_eq!((read.dossier, read.component.as_str(), read.pages), (id, "NB-11.01", Some(3)));
        // Printed again it is another sheet.
        let again = desk.cover_sheets(id, vec![wanted], folder.path().to_owned()).await.unwrap();
        assert_eq!(again.sheets[0].number, 2);
        assert!(std::path::Path::new(&made.file).exists(), "the first file is not written over");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn no_sheet_leads_nowhere() {
        let desk = desk();
        let folder = tempfile::tempdir().unwrap().path().to_owned();
        let id = desk.new_dossier("NB-11", false).await.unwrap().id;
        let unknown = SheetWanted { component: "X".into(), row: None, pages: None };
        let refused = desk.cover_sheets(id, vec![unknown], folder.clone()).await.unwrap_err();
        assert_eq!(refused.code, Code::UnknownComponent);
        let (sent, _) = queued(&desk).await;
        assert_eq!(desk.cover_sheets(sent, vec![], folder).await.unwrap_err().code, Code::StateForbids);
    }
}
