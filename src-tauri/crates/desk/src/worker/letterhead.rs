//! What a page says of its document, and what the pages of a document say of it together.

use dossier::preflight::Heading;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What was read where the rules of official papers put it (Nghị định 30/2020/NĐ-CP, phụ lục I): the head on a document's first page, who
/// gets it and who signed on its last. What a page does not say is `null`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct LetterheadFound {
    /// Số, ký hiệu.
    pub number: Option<String>,
    /// ISO date.
    pub date: Option<String>,
    pub place: Option<String>,
    pub agency: Option<String>,
    /// The body the agency belongs to.
    pub parent_agency: Option<String>,
    /// Tên loại văn bản, in capitals; `CÔNG VĂN` for an official letter.
    pub kind: Option<String>,
    /// Trích yếu.
    pub subject: Option<String>,
    /// Kính gửi.
    pub addressee: Option<String>,
    /// Nơi nhận.
    pub recipients: Vec<String>,
    /// By what right it is signed: KT., TM., TL. and whom for.
    pub capacity: Option<String>,
    /// Chức vụ.
    pub position: Option<String>,
    pub signer: Option<String>,
    /// Where each of them stands, and how sure it is.
    pub fields: Vec<FieldFound>,
}

/// One value of a letterhead, to be checked at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FieldFound {
    /// The key it has in the letterhead.
    pub name: String,
    /// Index into the report's pages; 0 on a page's own letterhead.
    pub page: u32,
    /// Left, top, width and height in pixels of the page's kept picture.
    #[serde(rename = "box")]
    pub place: [u32; 4],
    /// 0 to 1. Where something about the value is unlikely, never above a half.
    pub confidence: f32,
}

impl LetterheadFound {
    /// `scale`: pixels of the kept picture in a pixel of the picture that was read.
    pub(super) fn of(reading: &ocr::Reading, scale: f32) -> Option<Self> {
        let read = ocr::letterhead(reading)?;
        let mut fields = Vec::new();
        let mut value = |name: &str, field: Option<ocr::Field>| {
            let ocr::Field { value, bbox, confidence } = field?;
            let place = [bbox.x, bbox.y, bbox.width, bbox.height].map(|side| (side as f32 * scale).round() as u32);
            fields.push(FieldFound { name: name.to_owned(), page: 0, place, confidence });
            Some(value)
        };
        let mut found = Self {
            number: value("number", read.number),
            date: value("date", read.date),
            place: value("place", read.place),
            agency: value("agency", read.agency),
            parent_agency: value("parent_agency", read.parent_agency),
            kind: value("kind", read.kind),
            subject: value("subject", read.subject),
            addressee: value("addressee", read.addressee),
            recipients: value("recipients", read.recipients)
                .map_or_else(Vec::new, |list| list.split('\n').map(str::to_owned).collect()),
            capacity: value("capacity", read.capacity),
            position: value("position", read.position),
            signer: value("signer", read.signer),
            fields: vec![],
        };
        found.fields = fields;
        Some(found)
    }

    /// Whether a document begins here: another page of one has no number and no date.
    fn begins(&self) -> bool {
        self.number.is_some() || self.date.is_some()
    }

    fn ends(&self) -> bool {
        self.signer.is_some() || self.position.is_some() || !self.recipients.is_empty()
    }

    /// What the pages of a document say of it, in their order: the head of the first page that has one, and the end of the last page
    /// before another document begins. `None` where none says anything.
    pub(crate) fn together<'a>(pages: impl IntoIterator<Item = Option<&'a Self>>) -> Option<Self> {
        let said: Vec<(u32, &Self)> = (0..).zip(pages).filter_map(|(page, found)| Some((page, found?))).collect();
        let first = said
            .iter()
            .position(|(_, found)| found.begins())
            .or(said.iter().position(|(_, found)| found.kind.is_some()));
        let document = said.get(first.unwrap_or(0)..)?;
        let (head, rest) = document.split_first()?;
        let rest: Vec<_> = rest.iter().take_while(|(_, found)| !found.begins()).collect();
        let end = rest.into_iter().rev().find(|(_, found)| found.ends()).unwrap_or(head);
        let of = |(page, found): &(u32, &Self), last: bool| {
            let its = |field: &&FieldFound| last == END.contains(&field.name.as_str());
            found.fields.iter().filter(its).map(|field| FieldFound { page: *page, ..field.clone() }).collect::<Vec<_>>()
        };
        Some(Self {
            recipients: end.1.recipients.clone(),
            capacity: end.1.capacity.clone(),
            position: end.1.position.clone(),
            signer: end.1.signer.clone(),
            fields: [of(head, false), of(end, true)].concat(),
            ..head.1.clone()
        })
    }

    /// What the page says it is, and whether that was surely read.
    pub(crate) fn heading(&self) -> Option<Heading> {
        let kind = self.kind.clone()?;
        let sure = self.fields.iter().any(|field| field.name == "kind" && field.confidence >= SURE);
        Some(Heading { kind, sure })
    }

    /// The document's name as people write it: its kind, its number and what it is about.
    pub(crate) fn title(&self) -> Option<String> {
        let kind = self.kind.as_deref()?;
        let number = self.number.as_ref().map(|number| format!("số {number}"));
        let repeats = self.subject.as_ref().is_some_and(|subject| subject.starts_with(kind));
        let named =
            [Some(kind.to_owned()).filter(|_| !repeats), number].into_iter().flatten().collect::<Vec<_>>().join(" ");
        Some(
            [Some(named).filter(|named| !named.is_empty()), self.subject.clone()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(": "),
        )
    }
}

impl LetterheadFound {
    /// Puts what is sure of it into what a PDF says of itself; the title only where it is asked for.
    pub(crate) fn describe(&self, about: &mut pdf::Metadata, title: bool) {
        let sure = |name: &str| self.fields.iter().any(|field| field.name == name && field.confidence >= SURE);
        let put = |to: &mut String, name: &str, value: &Option<String>| {
            if let (true, true, Some(value)) = (to.is_empty(), sure(name), value) {
                to.clone_from(value);
            }
        };
        put(&mut about.author, "agency", &self.agency);
        put(&mut about.subject, "subject", &self.subject);
        put(&mut about.keywords, "number", &self.number);
        let named =
            sure("kind") && (self.number.is_none() || sure("number")) && (self.subject.is_none() || sure("subject"));
        if let (true, true, Some(called)) = (title, named, self.title()) {
            about.title = called;
        }
    }
}

/// Values read with less confidence are not put where nobody looks at them.
const SURE: f32 = 0.6;
/// What stands at a document's end.
const END: [&str; 4] = ["recipients", "capacity", "position", "signer"];

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str) -> FieldFound {
        FieldFound { name: name.to_owned(), page: 0, place: [1, 2, 3, 4], confidence: 0.9 }
    }

    fn head(number: &str) -> LetterheadFound {
        LetterheadFound {
            number: Some(number.to_owned()),
            kind: Some("TỜ TRÌNH".to_owned()),
            subject: Some("Về việc mua sắm".to_owned()),
            fields: vec![field("number")],
            ..LetterheadFound::default()
        }
    }

    fn end(signer: &str) -> LetterheadFound {
        LetterheadFound { signer: Some(signer.to_owned()), fields: vec![field("signer")], ..LetterheadFound::default() }
    }

    #[test]
    fn head_and_end_of_a_document_come_from_different_pages() {
        let pages = [Some(head("12/TTr")), None, Some(end("Lê Khương")), Some(head("13/TTr")), Some(end("Võ Oanh"))];
        let found = LetterheadFound::together(pages.iter().map(Option::as_ref)).unwrap();
        assert_eq!((found.number.as_deref(), found.signer.as_deref()), (Some("12/TTr"), Some("Lê Khương")));
        assert_eq!(
            found.fields.iter().map(|f| (f.name.as_str(), f.page)).collect::<Vec<_>>(),
            [("number", 0), ("signer", 2)]
        );
        assert_eq!(LetterheadFound::together([None, None]), None);
    }

    #[test]
    fn a_document_is_called_by_its_kind_its_number_and_its_subject() {
        assert_eq!(head("12/TTr").title().unwrap(), "TỜ TRÌNH số 12/TTr: Về việc mua sắm");
        let form = LetterheadFound {
            kind: Some("TỜ KHAI".into()),
            subject: Some("TỜ KHAI CẤP LẠI THẺ".into()),
            ..LetterheadFound::default()
        };
        assert_eq!(form.title().unwrap(), "TỜ KHAI CẤP LẠI THẺ");
        assert_eq!(end("Lê Khương").title(), None);
        let read = |sure| Some(Heading { kind: "TỜ TRÌNH".into(), sure });
        assert_eq!(head("12/TTr").heading(), read(false), "nobody knows how surely");
        assert_eq!(LetterheadFound { fields: vec![field("kind")], ..head("12/TTr") }.heading(), read(true));
        assert_eq!(end("Lê Khương").heading(), None);
    }

    #[test]
    fn only_what_is_sure_describes_a_pdf() {
        let about = || pdf::Metadata {
            title: "scan0001".to_owned(),
            author: String::new(),
            subject: String::new(),
            keywords: String::new(),
            producer: String::new(),
            created: time::OffsetDateTime::UNIX_EPOCH,
        };
        let sure = LetterheadFound { fields: ["number", "kind", "subject"].map(field).into(), ..head("12/TTr") };
        let (mut titled, mut untitled, mut doubted) = (about(), about(), about());
        sure.describe(&mut titled, true);
        assert_eq!(titled.title, "TỜ TRÌNH số 12/TTr: Về việc mua sắm");
        assert_eq!((titled.subject.as_str(), titled.keywords.as_str()), ("Về việc mua sắm", "12/TTr"));
        sure.describe(&mut untitled, false);
        assert_eq!((untitled.title.as_str(), untitled.keywords.as_str()), ("scan0001", "12/TTr"));
        let unsure = FieldFound { confidence: 0.5, ..field("number") };
        LetterheadFound { fields: vec![unsure, field("kind"), field("subject")], ..head("12/TTr") }
            .describe(&mut doubted, true);
        assert_eq!((doubted.title.as_str(), doubted.keywords.as_str()), ("scan0001", ""));
    }
}
