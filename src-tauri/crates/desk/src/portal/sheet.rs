//! The answers of a dossier as they are pasted into a portal's own form, on screen, as text and on paper.

use dossier::{Address, Evaluation, Field, FieldKind, Portal, Value, Words, evaluate::FieldState, form::Group};
use papers::{FormPaper, PaperField, PaperItem, PaperSection, PaperTable, Space};

use super::{CopyLine, CopySheet, PackedFile, is_sure};
use crate::{
    Desk, Host,
    cover::dossier_code,
    dossiers::OpenDossier,
    fault::Fault,
    shown::{grouped, shown},
};

const TEXT: &str = "phieu-dien.txt";
const PAPER: &str = "phieu-dien.pdf";

impl<H: Host> Desk<H> {
    /// What is visible and answered, in the order of the form.
    pub(super) fn copy_sheet(&self, open: &OpenDossier) -> Result<CopySheet, Fault> {
        let evaluation = Evaluation::of(&open.form, &open.answers, self.today()?);
        let state = |field: &Field, row: Option<&str>| evaluation.state(field.id.as_str(), row).filter(|it| it.visible);
        let mut lines = vec![];
        for section in &open.form.sections {
            for field in &section.fields {
                let Some(found) = state(field, None) else { continue };
                let answers = match &field.kind {
                    FieldKind::Note | FieldKind::FileSlot(_) => vec![],
                    FieldKind::Group(group) => rows(field, group, found, &state),
                    kind => self.values(&field.label, kind, &found.value),
                };
                let line = |(label, value)| CopyLine { section: section.title.clone(), label, value };
                lines.extend(answers.into_iter().filter(|(_, value)| !value.is_empty()).map(line));
            }
        }
        let procedure = open.procedure.name.clone();
        Ok(CopySheet { code: dossier_code(open), procedure, lines })
    }

    /// One value, or its parts where a portal asks for them one by one.
    fn values(&self, label: &Words, kind: &FieldKind, value: &Value) -> Vec<(Words, String)> {
        let part = |vi: &str, en: &str| Words::new(format!("{}: {vi}", label.vi), format!("{}: {en}", label.en));
        match value {
            Value::Organisation(it) => vec![
                (label.clone(), it.name.clone()),
                (part("mã số thuế", "tax code"), it.tax_code.clone().unwrap_or_default()),
            ],
            Value::Address(it) => vec![
                (part("số nhà, đường, thôn", "house, street, hamlet"), it.line.clone()),
                (part("xã, phường", "commune"), self.unit_name(it, it.commune.as_deref())),
                (part("tỉnh, thành phố", "province"), self.unit_name(it, it.province.as_deref())),
            ],
            value => vec![(label.clone(), plain(kind, value))],
        }
    }

    fn unit_name(&self, address: &Address, code: Option<&str>) -> String {
        let day = address.valid_at.or_else(|| self.today().ok());
        let found = code.zip(day).and_then(|(code, day)| self.unit_at(code, day).ok());
        found
            .and_then(|view| view.path.first().map(|unit| unit.name.clone()))
            .or(code.map(str::to_owned))
            .unwrap_or_default()
    }

    /// What lies beside the papers of a pack: the sheet to be copied from, and the same on paper with the list of files.
    pub(super) fn pack_sheets(
        &self,
        open: &OpenDossier,
        portal: &Portal,
        files: &[PackedFile],
    ) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let sheet = self.copy_sheet(open)?;
        let filed = filed_at(portal, open.procedure.code.as_str());
        let paper = papers::form(&paper(open, &sheet, portal, &filed, files)).map_err(Fault::unexpected)?;
        Ok(vec![(PAPER.to_owned(), paper), (TEXT.to_owned(), plain_text(&sheet, &filed, files).into_bytes())])
    }
}

/// As it is pasted: whole numbers without points, for forms that refuse them.
fn plain(kind: &FieldKind, value: &Value) -> String {
    match (kind, value) {
        (FieldKind::Money { .. } | FieldKind::Number { .. }, Value::Integer(number)) => number.to_string(),
        (FieldKind::Number { .. }, Value::Text(text)) => text.replace('.', ","),
        (kind, value) => shown(kind, value),
    }
}

fn rows<'e>(
    field: &Field,
    group: &Group,
    found: &FieldState,
    state: &impl Fn(&Field, Option<&str>) -> Option<&'e FieldState>,
) -> Vec<(Words, String)> {
    let Value::Rows(rows) = &found.value else { return vec![] };
    let mut lines = vec![];
    for (n, row) in rows.iter().enumerate() {
        for column in &group.fields {
            let Some(cell) = state(column, Some(row.id.as_str())) else { continue };
            let label = |of: &str, column: &str| format!("{of} {}: {column}", n + 1);
            let label = Words::new(label(&field.label.vi, &column.label.vi), label(&field.label.en, &column.label.en));
            lines.push((label, plain(&column.kind, &cell.value)));
        }
    }
    lines
}

/// The procedure's own page or, where none is known, how it is found there: where a portal begins is no link to a procedure.
fn filed_at(portal: &Portal, procedure: &str) -> String {
    let found = || format!("{}, tìm theo tên thủ tục", portal.name.vi);
    portal.own_link(procedure).map_or_else(found, |link| format!("{}: {link}", portal.name.vi))
}

/// UTF-8 with the mark that old editors need to know it by, and lines that end as theirs do.
fn plain_text(sheet: &CopySheet, filed: &str, files: &[PackedFile]) -> String {
    let mut text = format!("\u{feff}{}\n{}\nNơi nộp: {filed}\n", sheet.procedure.vi, sheet.code);
    let mut section = "";
    for line in &sheet.lines {
        if line.section.vi != section {
            section = &line.section.vi;
            text += &format!("\n== {section}\n");
        }
        text += &format!("{}:\n{}\n", line.label.vi, line.value);
    }
    text += "\n== Tệp trong thư mục giay-to\n";
    for file in files {
        text += &format!("{} – {} byte\n", file.name, grouped(i64::try_from(file.bytes).unwrap_or(i64::MAX)));
    }
    text.replace('\n', "\r\n")
}

fn paper(open: &OpenDossier, sheet: &CopySheet, portal: &Portal, filed: &str, files: &[PackedFile]) -> FormPaper {
    let mut sections: Vec<PaperSection> = vec![];
    for line in &sheet.lines {
        if sections.last().is_none_or(|section| section.title != line.section.vi) {
            sections.push(PaperSection { title: line.section.vi.clone(), ..PaperSection::default() });
        }
        let space = Space::Answer(line.value.clone());
        let field = PaperField { label: line.label.vi.clone(), required: false, help: String::new(), space };
        if let Some(section) = sections.last_mut() {
            section.items.push(PaperItem::Field(field));
        }
    }
    let made = |file: &PackedFile| {
        let part = file.part.map(|[n, of]| format!("phần {n}/{of}"));
        let reduced = file.reduced_to.map(|dpi| format!("giảm còn {dpi} dpi"));
        let said = [part, reduced].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let bytes = grouped(i64::try_from(file.bytes).unwrap_or(i64::MAX));
        vec![
            file.title.clone(),
            file.name.clone(),
            file.pages.map_or_else(|| "–".to_owned(), |pages| pages.to_string()),
            bytes,
            said,
        ]
    };
    let columns = [("Giấy tờ", 28), ("Tên tệp", 40), ("Trang", 9), ("Byte", 16), ("Ghi chú", 18)];
    let table = PaperTable {
        label: format!("{} tệp trong thư mục giay-to", files.len()),
        columns: columns.map(|(head, width)| (head.to_owned(), width)).to_vec(),
        rows: files.iter().map(made).collect(),
        ..PaperTable::default()
    };
    sections.push(PaperSection {
        title: "Tệp nộp lên cổng".to_owned(),
        items: vec![PaperItem::Table(table)],
        ..PaperSection::default()
    });
    let unsure = "Giới hạn của cổng chưa được đối chiếu với cổng của tỉnh.";
    FormPaper {
        organisation: open.record.head.applicant.clone(),
        title: "Phiếu điền trên cổng".to_owned(),
        subtitle: format!("{} ({})", open.procedure.name.vi, open.procedure.code),
        addressee: filed.to_owned(),
        reference: sheet.code.clone(),
        notice: if is_sure(portal) { String::new() } else { unsure.to_owned() },
        sections,
        ..FormPaper::default()
    }
}
