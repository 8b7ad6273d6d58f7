//! Forms on paper: blank, to be filled in by hand, and a dossier's answers, to be read.

use std::path::PathBuf;

use dossier::{
    Date, DossierId, Evaluation, Expr, Field, FieldKind, Form, Procedure, Value,
    evaluate::FieldState,
    form::{Choice, Group, IdentityKind, Section, TextFormat},
    no_paper::NoPaperSince,
    preflight,
    procedure::{ApplicantKind, Need, ProvenanceStatus},
    spoken, text,
};
use papers::{FormPaper, PaperField, PaperItem, PaperSection, PaperTable, Space};

use crate::{
    Desk, Host, Printed,
    cover::dossier_code,
    dossiers::OpenDossier,
    fault::Fault,
    receipts::save_file,
    shown::{grouped, shown},
};

/// More columns leave no room to write in.
const MOST_COLUMNS: usize = 6;
const EMPTY_ROWS: u32 = 8;
const EMPTY_CARDS: u32 = 2;
const DOTS: &str = "…………………………………………………………………";

impl<H: Host> Desk<H> {
    /// Prints the form of a procedure, as it is in the catalogue now, into `file`.
    pub(crate) async fn print_blank(&self, code: &str, file: PathBuf) -> Result<Printed, Fault> {
        let procedure = self.procedure(code).await?;
        let form = self.current_form(&procedure).await?;
        let today = self.today()?;
        let list = self.list_says(&procedure.code, today).await?;
        self.write_paper(&blank(&procedure, &form, list.as_ref(), today), file).await
    }

    /// Prints what was answered in a dossier, and its papers, into `file`.
    pub(crate) async fn print_summary(&self, id: DossierId, file: PathBuf) -> Result<Printed, Fault> {
        let open = self.open_dossier(id).await?;
        let documents = self.store().await?.documents(id).await?;
        let mut given = vec![];
        for document in &documents {
            let head = &document.head;
            let pages = self.made_of(document).await?.map_or_else(|| "–".to_owned(), |made| made.pages.to_string());
            let component = open.procedure.component(&head.component);
            let name = component.map_or(head.component.as_str(), |component| component.name.vi.as_str());
            let counts = [head.originals.to_string(), head.copies.to_string()];
            given.push([vec![name.to_owned(), head.title.clone(), pages], counts.to_vec()].concat());
        }
        let blocking = self.findings(&open, &documents).await?.blocking();
        self.write_paper(&summary(&open, given, blocking, self.today()?), file).await
    }

    async fn write_paper(&self, paper: &FormPaper, file: PathBuf) -> Result<Printed, Fault> {
        let pdf = papers::form(paper).map_err(Fault::unexpected)?;
        let name = file.file_name().map_or_else(|| "form.pdf".into(), |name| name.to_string_lossy().into_owned());
        let folder = file.parent().unwrap_or(&file);
        Ok(Printed { file: save_file(folder, &name, &pdf).await? })
    }
}

/// The form as an officer hands it out.
fn blank(procedure: &Procedure, form: &Form, list: Option<&NoPaperSince>, today: Date) -> FormPaper {
    let mut sections: Vec<PaperSection> = form.sections.iter().map(|section| blank_section(form, section)).collect();
    sections.retain(|section| !section.items.is_empty());
    sections.push(enclosures(procedure));
    let (organisation, signer, signing) = signature(procedure);
    FormPaper {
        organisation: organisation.to_owned(),
        title: form.title.vi.clone(),
        subtitle: format!("Thủ tục: {} ({})", procedure.name.vi, procedure.code),
        addressee: DOTS.to_owned(),
        reference: format!("HOSO-FORM:{}:{}", form.id, form.revision),
        notice: notice(procedure, list, today),
        sections,
        signer: signer.to_owned(),
        signing: signing.to_owned(),
    }
}

/// Whose name stands at the head, and who signs how. A form for people and for organisations is worded for both.
fn signature(procedure: &Procedure) -> (&'static str, &'static str, &'static str) {
    use ApplicantKind::{Citizen, HouseholdBusiness, Official};
    let person = |kind: &ApplicantKind| matches!(kind, Citizen | HouseholdBusiness | Official);
    let people = procedure.applicants.iter().any(person);
    let organisations = procedure.applicants.iter().any(|kind| !person(kind));
    match (people, organisations) {
        (false, _) => ("Tên cơ quan, tổ chức", "Thủ trưởng cơ quan, tổ chức", "(Ký, ghi rõ họ tên, đóng dấu)"),
        (true, false) => ("", "Người đề nghị", "(Ký, ghi rõ họ tên)"),
        (true, true) => {
            let signer = "Người đề nghị hoặc người đại diện cơ quan, tổ chức";
            ("Tên cơ quan, tổ chức (nếu có)", signer, "(Ký, ghi rõ họ tên; đóng dấu nếu có)")
        }
    }
}

/// How far to trust what is at these places of a procedure: the least certain of them, those within them too.
fn trusted(procedure: &Procedure, places: &[&str]) -> ProvenanceStatus {
    let of = |path: &str| path.split(['.', '[']).next().is_some_and(|first| places.contains(&first));
    let values = procedure.provenance.values.iter().filter(|(path, _)| of(path)).map(|(_, value)| value.status);
    values.fold(procedure.provenance.status, ProvenanceStatus::max)
}

/// What must be known before the form is used: how far to trust it, and whether paper is taken at all.
fn notice(procedure: &Procedure, list: Option<&NoPaperSince>, today: Date) -> String {
    let trust = match trusted(procedure, &["form", "components"]) {
        ProvenanceStatus::Real => None,
        ProvenanceStatus::Unverified => Some("Biểu mẫu chưa được đối chiếu với văn bản ban hành.".to_owned()),
        ProvenanceStatus::Superseded => {
            Some("Biểu mẫu theo văn bản đã được thay thế; cần kiểm tra văn bản hiện hành.".to_owned())
        }
        ProvenanceStatus::Illustrative => {
            Some("Biểu mẫu minh họa, không phải mẫu do cơ quan có thẩm quyền ban hành.".to_owned())
        }
    };
    let since = list.map(|list| list.since).or_else(|| preflight::online_only(procedure, today));
    let paper = since.map(|since| {
        let since = since.shown();
        // What a leader has approved is certain, whatever is known of the procedure's own data.
        let standing = list.map(|_| ProvenanceStatus::Real);
        match standing.unwrap_or_else(|| trusted(procedure, &["online_only_from", "channels"])) {
            ProvenanceStatus::Real => format!(
                "Từ ngày {since} thủ tục này chỉ nhận hồ sơ trực tuyến: tờ này chỉ để chuẩn bị, không nộp trực tiếp."
            ),
            _ => format!(
                "Theo dữ liệu chưa được đối chiếu, từ ngày {since} thủ tục này chỉ nhận hồ sơ trực tuyến: cần hỏi lại nơi nhận."
            ),
        }
    });
    trust.into_iter().chain(paper).collect::<Vec<_>>().join(" ")
}

fn blank_section(form: &Form, section: &Section) -> PaperSection {
    let when = section.visible_if.as_ref().map(|rule| condition(form, rule));
    let help = section.help.as_ref().map(|help| help.vi.clone());
    PaperSection {
        title: section.title.vi.clone(),
        help: when.into_iter().chain(help).collect::<Vec<_>>().join(" "),
        items: section.fields.iter().flat_map(|field| blank_items(form, field)).collect(),
    }
}

fn blank_items(form: &Form, field: &Field) -> Vec<PaperItem> {
    match &field.kind {
        // Its place is at the head.
        FieldKind::Organisation if field.label.vi == "Kính gửi" => vec![],
        FieldKind::FileSlot(_) => vec![],
        FieldKind::Note => {
            let help = field.help.iter().map(|help| help.vi.as_str());
            vec![PaperItem::Note(std::iter::once(field.label.vi.as_str()).chain(help).collect::<Vec<_>>().join(" "))]
        }
        FieldKind::Group(group) => blank_group(form, field, group),
        _ => vec![PaperItem::Field(blank_field(form, field))],
    }
}

fn blank_field(form: &Form, field: &Field) -> PaperField {
    let when = field.visible_if.as_ref().map(|rule| condition(form, rule));
    let help = field.help.as_ref().map(|help| help.vi.clone());
    let by_itself = field.calculated.as_ref().map(|_| "Phần mềm tự tính; điền tay thì ghi kết quả.".to_owned());
    let partial =
        matches!(field.kind, FieldKind::PartialDate).then(|| "Không rõ ngày, tháng thì để trống ô đó.".to_owned());
    let help: Vec<String> = when.into_iter().chain(help).chain(by_itself).chain(partial).collect();
    let required = field.required && field.calculated.is_none();
    PaperField { label: field.label.vi.clone(), required, help: help.join(" "), space: space(&field.kind) }
}

/// Room to write an answer of this kind.
fn space(kind: &FieldKind) -> Space {
    let comb = |groups: &[u8], between| Space::Comb { groups: groups.to_vec(), between };
    let tax = || comb(&[10, 3], '-');
    let parts = |parts: &[(&str, Space)]| {
        Space::Parts(parts.iter().map(|(label, space)| ((*label).to_owned(), space.clone())).collect())
    };
    match kind {
        FieldKind::Text { format: Some(TextFormat::Phone), .. } => comb(&[4, 3, 3], ' '),
        FieldKind::Text { pattern: Some(pattern), .. } if pattern.max_len() <= 14 => {
            comb(&[pattern.max_len() as u8], ' ')
        }
        FieldKind::Text { format: Some(TextFormat::DocumentNumber), .. } | FieldKind::Text { max: ..=30, .. } => {
            Space::Short(String::new())
        }
        FieldKind::Text { max, .. } => Space::Lines(if *max <= 255 { 1 } else { 2 }),
        FieldKind::LongText { max } => Space::Lines(match max {
            ..=500 => 3,
            ..=1_500 => 5,
            _ => 7,
        }),
        FieldKind::Number { unit, .. } => Space::Short(unit.as_ref().map_or_else(String::new, |unit| unit.vi.clone())),
        FieldKind::Money { .. } => Space::Short("đồng".to_owned()),
        FieldKind::Date | FieldKind::PartialDate => comb(&[2, 2, 4], '/'),
        FieldKind::Choice { options } | FieldKind::ManyChoice { options, .. } => {
            Space::Ticks(options.iter().map(|option| (option.label.vi.clone(), false)).collect())
        }
        FieldKind::YesNo => Space::Ticks(vec![("Có".to_owned(), false), ("Không".to_owned(), false)]),
        FieldKind::Address => parts(&[
            ("Số nhà, đường, thôn, tổ dân phố", Space::Lines(1)),
            ("Xã, phường, đặc khu", Space::Lines(1)),
            ("Tỉnh, thành phố", Space::Lines(1)),
        ]),
        FieldKind::Identity { accepts } => match accepts.as_slice() {
            [IdentityKind::TaxCode] => tax(),
            [IdentityKind::OldIdentityCard] => comb(&[9], ' '),
            _ => comb(&[12], ' '),
        },
        FieldKind::Organisation => parts(&[("Tên đầy đủ", Space::Lines(1)), ("Mã số thuế (nếu có)", tax())]),
        FieldKind::FileSlot(_) | FieldKind::Group(_) | FieldKind::Note => Space::Lines(1),
    }
}

/// The fields of a group that can be written.
fn columns(group: &Group) -> Vec<&Field> {
    group.fields.iter().filter(|field| field.kind.takes_answer()).collect()
}

fn is_tabular(columns: &[&Field]) -> bool {
    let long = |field: &&&Field| matches!(field.kind, FieldKind::LongText { .. } | FieldKind::Address);
    columns.len() <= MOST_COLUMNS && !columns.iter().any(|field| long(&field))
}

/// A table with empty rows, or, where there are too many columns for one, the fields once for each of a few rows.
fn blank_group(form: &Form, field: &Field, group: &Group) -> Vec<PaperItem> {
    let columns = columns(group);
    let help = field.help.as_ref().map_or_else(String::new, |help| help.vi.clone());
    let label = if field.required { format!("{} *", field.label.vi) } else { field.label.vi.clone() };
    if is_tabular(&columns) {
        return vec![PaperItem::Table(PaperTable {
            label,
            help,
            columns: columns.iter().map(|field| (column_head(field), column_width(&field.kind))).collect(),
            rows: vec![],
            empty_rows: group.max_rows.min(EMPTY_ROWS).max(group.min_rows.min(30)) as u8,
            legend: columns.iter().filter_map(|field| legend(field)).collect(),
        })];
    }
    let cards = group.max_rows.min(EMPTY_CARDS);
    let mut items: Vec<PaperItem> = (1..=cards)
        .map(|number| PaperItem::Card {
            title: card_title(&label, group, number as usize),
            fields: columns.iter().map(|field| blank_field(form, field)).collect(),
        })
        .collect();
    if group.max_rows > cards {
        items.push(PaperItem::Note(format!(
            "Nhiều hơn {cards} {}: dùng thêm tờ, ghi đủ các mục như trên.",
            group.row.vi
        )));
    }
    items
}

/// `Tài sản số 1`, after the table's own name where that is another.
fn card_title(label: &str, group: &Group, number: usize) -> String {
    let row = &group.row.vi;
    let mut letters = row.chars();
    let capital = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    match text::fold(label.trim_end_matches(" *")) == text::fold(row) {
        true => format!("{capital} số {number}"),
        false => format!("{label}: {row} số {number}"),
    }
}

fn column_head(field: &Field) -> String {
    let how = match &field.kind {
        FieldKind::Choice { .. } => " (ghi số)".to_owned(),
        FieldKind::ManyChoice { .. } => " (ghi các số)".to_owned(),
        FieldKind::YesNo => " (Có/Không)".to_owned(),
        FieldKind::Money { .. } => " (đồng)".to_owned(),
        FieldKind::Number { unit: Some(unit), .. } => format!(" ({})", unit.vi),
        _ => String::new(),
    };
    format!("{}{how}", field.label.vi)
}

fn column_width(kind: &FieldKind) -> u8 {
    match kind {
        FieldKind::Text { max: ..=60, .. } | FieldKind::Number { .. } | FieldKind::YesNo => 12,
        FieldKind::Choice { .. } | FieldKind::ManyChoice { .. } => 12,
        FieldKind::Date | FieldKind::PartialDate => 14,
        FieldKind::Money { .. } | FieldKind::Identity { .. } => 18,
        _ => 26,
    }
}

/// `Nguồn: 1. Ngân sách trung ương; 2. …`
fn legend(field: &Field) -> Option<String> {
    let (FieldKind::Choice { options } | FieldKind::ManyChoice { options, .. }) = &field.kind else { return None };
    let numbered: Vec<String> =
        options.iter().enumerate().map(|(at, option)| format!("{}. {}", at + 1, option.label.vi)).collect();
    Some(format!("{}: {}.", field.label.vi, numbered.join("; ")))
}

/// When a part is filled in, as far as it can be said in words.
fn condition(form: &Form, rule: &Expr) -> String {
    match condition_words(form, rule) {
        Some(words) => format!("Chỉ điền khi {words}."),
        None => "Chỉ điền nếu có.".to_owned(),
    }
}

fn condition_words(form: &Form, rule: &Expr) -> Option<String> {
    let field = |expr: &Expr| match expr {
        Expr::Field(id) | Expr::Row(id) => form.field(id.as_str()),
        _ => None,
    };
    let said = |of: &Field, expr: &Expr| match (&of.kind, expr) {
        (_, Expr::Bool(yes)) => Some(if *yes { "Có" } else { "Không" }.to_owned()),
        (FieldKind::Choice { options } | FieldKind::ManyChoice { options, .. }, Expr::Text(code)) => {
            options.iter().find(|option: &&Choice| option.code == *code).map(|option| option.label.vi.clone())
        }
        (_, Expr::Number(number)) => Some(number.to_string().replace('.', ",")),
        _ => None,
    };
    match rule {
        Expr::Eq(pair) => {
            let of = field(&pair.0)?;
            Some(format!("“{}” là “{}”", of.label.vi, said(of, &pair.1)?))
        }
        Expr::Ne(pair) => {
            let of = field(&pair.0)?;
            Some(format!("“{}” không phải là “{}”", of.label.vi, said(of, &pair.1)?))
        }
        Expr::In(pair) => {
            let of = field(&pair.0)?;
            let list: Option<Vec<String>> = pair.1.iter().map(|item| Some(format!("“{}”", said(of, item)?))).collect();
            Some(format!("“{}” là {}", of.label.vi, list?.join(" hoặc ")))
        }
        Expr::Gt(pair) => {
            let of = field(&pair.0)?;
            Some(format!("“{}” lớn hơn {}", of.label.vi, said(of, &pair.1)?))
        }
        Expr::Field(_) | Expr::Row(_) => Some(format!("“{}” là “Có”", field(rule)?.label.vi)),
        Expr::And(parts) => joined(form, parts, " và "),
        Expr::Or(parts) => joined(form, parts, " hoặc "),
        _ => None,
    }
}

fn joined(form: &Form, parts: &[Expr], joint: &str) -> Option<String> {
    let words: Option<Vec<String>> = parts.iter().map(|part| condition_words(form, part)).collect();
    words.filter(|words| !words.is_empty()).map(|words| words.join(joint))
}

/// The papers that go with the form, to be ticked off.
fn enclosures(procedure: &Procedure) -> PaperSection {
    let number = |n: u32| if n == 0 { "–".to_owned() } else { n.to_string() };
    let row = |component: &dossier::procedure::Component| {
        let when = match &component.need {
            Need::Mandatory => String::new(),
            Need::Conditional { words, .. } => format!(" ({})", words.vi),
            Need::Optional => " (không bắt buộc)".to_owned(),
        };
        let copies = component.certified_copies.saturating_add(component.plain_copies);
        vec![format!("{}{when}", component.name.vi), number(component.originals), number(copies), String::new()]
    };
    let columns = [("Tên giấy tờ", 60), ("Bản chính", 12), ("Bản sao", 12), ("Có nộp", 12)];
    let table = PaperTable {
        label: format!("Số bộ hồ sơ: {}", procedure.sets),
        columns: columns.map(|(head, width)| (head.to_owned(), width)).to_vec(),
        rows: procedure.components.iter().map(row).collect(),
        ..PaperTable::default()
    };
    PaperSection {
        title: "Giấy tờ nộp kèm".to_owned(),
        items: vec![PaperItem::Table(table)],
        ..PaperSection::default()
    }
}

/// A dossier as it stands: what was answered, which papers lie in it.
fn summary(open: &OpenDossier, papers: Vec<Vec<String>>, blocking: u32, today: Date) -> FormPaper {
    let OpenDossier { procedure, form, answers, record, .. } = open;
    let evaluation = Evaluation::of(form, answers, today);
    let mut sections: Vec<PaperSection> =
        form.sections.iter().map(|section| answered_section(section, &evaluation)).collect();
    sections.retain(|section| !section.items.is_empty());
    let columns = [("Thành phần hồ sơ", 40), ("Tên giấy tờ", 40), ("Số trang", 10), ("Bản chính", 10), ("Bản sao", 10)];
    let table = PaperTable {
        label: format!("{} giấy tờ", papers.len()),
        columns: columns.map(|(head, width)| (head.to_owned(), width)).to_vec(),
        rows: papers,
        ..PaperTable::default()
    };
    let items = if table.rows.is_empty() {
        PaperItem::Note("Chưa có giấy tờ nào.".into())
    } else {
        PaperItem::Table(table)
    };
    sections.push(PaperSection { title: "Giấy tờ".to_owned(), items: vec![items], ..PaperSection::default() });
    let notice = match blocking {
        0 => String::new(),
        n => format!("Hồ sơ chưa đủ điều kiện gửi: còn {n} việc phải làm."),
    };
    FormPaper {
        organisation: record.head.applicant.clone(),
        title: "Tóm tắt hồ sơ".to_owned(),
        subtitle: format!("{} ({})", procedure.name.vi, procedure.code),
        reference: dossier_code(open),
        notice,
        sections,
        ..FormPaper::default()
    }
}

fn answered_section(section: &Section, evaluation: &Evaluation) -> PaperSection {
    let state = |field: &Field, row: Option<&str>| evaluation.state(field.id.as_str(), row).filter(|it| it.visible);
    let mut items = Vec::new();
    for field in &section.fields {
        let Some(found) = state(field, None) else { continue };
        match &field.kind {
            FieldKind::Note | FieldKind::FileSlot(_) => {}
            FieldKind::Group(group) => items.extend(answered_group(field, group, found, &state)),
            kind => items.push(PaperItem::Field(answered(field, kind, Some(found)))),
        }
    }
    PaperSection { title: section.title.vi.clone(), help: String::new(), items }
}

fn answered(field: &Field, kind: &FieldKind, state: Option<&FieldState>) -> PaperField {
    let answer = state.map_or_else(String::new, |state| match (kind, &state.value) {
        (FieldKind::Money { .. }, Value::Integer(amount)) => {
            format!("{} đồng ({})", grouped(*amount), spoken::dong(*amount))
        }
        (kind, value) => shown(kind, value),
    });
    let missing = state.is_some_and(FieldState::is_missing);
    let answer = if missing { "(chưa điền)".to_owned() } else { answer };
    PaperField { label: field.label.vi.clone(), required: false, help: String::new(), space: Space::Answer(answer) }
}

fn answered_group<'e>(
    field: &Field,
    group: &Group,
    found: &FieldState,
    state: &impl Fn(&Field, Option<&str>) -> Option<&'e FieldState>,
) -> Vec<PaperItem> {
    let Value::Rows(rows) = &found.value else {
        let none = format!("{}: không có.", field.label.vi);
        return vec![PaperItem::Note(none)];
    };
    let columns = columns(group);
    if is_tabular(&columns) {
        let cell = |field: &&Field, row: &str| {
            state(field, Some(row)).map_or_else(String::new, |it| shown(&field.kind, &it.value))
        };
        return vec![PaperItem::Table(PaperTable {
            label: field.label.vi.clone(),
            columns: columns.iter().map(|field| (field.label.vi.clone(), column_width(&field.kind).max(14))).collect(),
            rows: rows.iter().map(|row| columns.iter().map(|field| cell(field, row.id.as_str())).collect()).collect(),
            ..PaperTable::default()
        })];
    }
    let card = |(at, row): (usize, &dossier::Row)| PaperItem::Card {
        title: card_title(&field.label.vi, group, at + 1),
        fields: columns
            .iter()
            .filter_map(|field| Some((field, state(field, Some(row.id.as_str()))?)))
            .map(|(field, state)| answered(field, &field.kind, Some(state)))
            .collect(),
    };
    rows.iter().enumerate().map(card).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Filled, testing::desk};
    use dossier::procedure::ValueProvenance;

    fn items(paper: &FormPaper) -> Vec<&PaperItem> {
        paper.sections.iter().flat_map(|section| &section.items).collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_blank_form_has_room_for_every_question_and_says_when_to_answer() {
        let desk = desk();
        let procedure = desk.procedure("NB-20").await.unwrap();
        let form = desk.current_form(&procedure).await.unwrap();
        let today = desk.today().unwrap();
        let paper = blank(&procedure, &form, None, today);
        assert!(paper.notice.contains("minh họa"), "{}", paper.notice);
        assert_eq!(paper.reference, format!("HOSO-FORM:nb-20:{}", form.revision));
        let asked = items(&paper);
        let field = |label: &str| {
            let found = asked.iter().find_map(|item| match item {
                PaperItem::Field(field) if field.label == label => Some(field),
                _ => None,
            });
            found.unwrap_or_else(|| panic!("no {label}"))
        };
        assert_eq!(field("Ngày ban hành").space, Space::Comb { groups: vec![2, 2, 4], between: '/' });
        assert!(field("Lập thay cho").help.contains("“Hồ sơ lập thay cho cơ quan, đơn vị khác” là “Có”"));
        assert!(matches!(&field("Loại khen thưởng").space, Space::Ticks(ticks) if ticks.len() == 4));
        let cards = asked.iter().filter(|item| matches!(item, PaperItem::Card { .. })).count();
        assert_eq!(cards, 2, "eleven columns are no table");
        let enclosures = paper.sections.last().unwrap();
        assert!(
            matches!(&enclosures.items[0], PaperItem::Table(table) if table.rows.len() == procedure.components.len())
        );
        let mut online = procedure.clone();
        online.online_only_from = Some(today);
        let notice = blank(&online, &form, None, today).notice;
        assert!(notice.contains("chỉ nhận hồ sơ trực tuyến") && notice.contains("chưa được đối chiếu"), "{notice}");
        online.provenance.status = ProvenanceStatus::Real;
        online.provenance.values.clear();
        assert!(blank(&online, &form, None, today).notice.starts_with("Từ ngày"));
        let list = NoPaperSince {
            since: "2026-07-01".parse().unwrap(),
            basis: "Văn bản 77".to_owned(),
            except: String::new(),
            department: Some("Sở Nội vụ".to_owned()),
            approval: None,
        };
        let notice = blank(&procedure, &form, Some(&list), today).notice;
        assert!(notice.contains("Từ ngày 01/07/2026 thủ tục này chỉ nhận hồ sơ trực tuyến"), "{notice}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_blank_form_says_that_it_was_not_looked_up_whatever_part_of_it_was_not() {
        let desk = desk();
        let today = desk.today().unwrap();
        let of = async |code| {
            let procedure = desk.procedure(code).await.unwrap();
            let form = desk.current_form(&procedure).await.unwrap();
            (blank(&procedure, &form, None, today), procedure)
        };
        let (paper, mut procedure) = of("1.001193").await;
        assert_eq!(procedure.provenance.status, ProvenanceStatus::Real);
        assert!(paper.notice.contains("chưa được đối chiếu"), "{}", paper.notice);
        procedure.provenance.values.retain(|path, _| path == "fees");
        assert_eq!(notice(&procedure, None, today), "");
        let part = procedure.provenance.clone().values.into_values().next().unwrap_or(ValueProvenance {
            status: ProvenanceStatus::Unverified,
            source: String::new(),
            confirmed: None,
        });
        procedure.provenance.values.insert("components[0].source".to_owned(), part);
        assert!(notice(&procedure, None, today).contains("chưa được đối chiếu"));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_blank_form_is_signed_by_whoever_may_file() {
        let desk = desk();
        let signed = async |code| {
            let procedure = desk.procedure(code).await.unwrap();
            let form = desk.current_form(&procedure).await.unwrap();
            let paper = blank(&procedure, &form, None, desk.today().unwrap());
            (paper.organisation, paper.signer)
        };
        let (organisation, signer) = signed("NB-03").await;
        assert_eq!((organisation.as_str(), signer.as_str()), ("Tên cơ quan, tổ chức", "Thủ trưởng cơ quan, tổ chức"));
        let (organisation, signer) = signed("1.001193").await;
        assert_eq!((organisation.as_str(), signer.as_str()), ("", "Người đề nghị"));
        for code in ["1.001612", "1.013225", "2.000815", "2.000908"] {
            let (organisation, signer) = signed(code).await;
            assert!(!signer.starts_with("Thủ trưởng") && !organisation.ends_with("tổ chức"), "{code}: {signer}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_summary_shows_what_was_answered_and_what_is_missing() {
        let desk = desk();
        let id = desk.new_dossier("NB-03", false).await.unwrap().id;
        let rows = json!([{"id": "r1", "asset_name": "Máy in", "asset_original_value": "40.000.000"}]);
        let filled = |field: &str, value| Filled { field: field.to_owned(), value };
        desk.fill(id, &[filled("assets", rows), filled("request_date", json!("1/2/26"))]).await.unwrap();
        let open = desk.open_dossier(id).await.unwrap();
        let paper = summary(&open, vec![], 3, desk.today().unwrap());
        let all = format!("{:?}", paper.sections);
        for part in ["01/02/2026", "40.000.000 đồng (Bốn mươi triệu đồng)", "(chưa điền)", "Chưa có giấy tờ nào"]
        {
            assert!(all.contains(part), "lacks {part}: {all}");
        }
        assert!(paper.notice.contains("còn 3 việc"));
        let folder = tempfile::tempdir().unwrap();
        let printed = desk.print_summary(id, folder.path().join("a.pdf")).await.unwrap();
        assert!(std::fs::read(printed.file).unwrap().starts_with(b"%PDF-1.7"));
        let blank = desk.print_blank("2.000635", folder.path().join("b.pdf")).await.unwrap();
        assert!(blank.file.ends_with("b.pdf"));
    }
}
