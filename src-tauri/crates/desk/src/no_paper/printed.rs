//! The list for the one-stop desks, and the guidance for who came with paper.

use std::path::Path;

use dossier::no_paper::{NoPaperLine, NoPaperList};
use papers::{FormPaper, PaperField, PaperItem, PaperSection, PaperTable, Space};

use super::GateView;
use crate::{
    Desk, Host,
    fault::{Fault, FaultCode as Code},
    receipts::save_file,
};

impl<H: Host> Desk<H> {
    pub(super) async fn print_no_paper(
        &self,
        department: &str,
        revision: Option<u32>,
        file: &Path,
    ) -> Result<String, Fault> {
        let list = match revision {
            Some(revision) => {
                let same = |list: &NoPaperList| list.department == department && list.revision == revision;
                self.no_paper_lists().await?.into_iter().map(|view| view.list).find(same)
            }
            None => {
                let (in_force, draft) = self.no_paper_of(department).await?;
                draft.or(in_force)
            }
        };
        let list = list.ok_or_else(|| Fault::new(Code::NotFound).with("what", "list"))?;
        let catalogue = self.catalogue().await?;
        let name = |line: &NoPaperLine| {
            catalogue.procedure(&line.procedure, None).map_or_else(String::new, |it| it.name.vi.clone())
        };
        let rows = list.lines.iter().map(|line| {
            let except = if line.except.is_empty() { "–" } else { &line.except };
            vec![line.procedure.to_string(), name(line), line.from.shown(), line.basis.clone(), except.to_owned()]
        });
        let name = format!("danh-muc-khong-nhan-giay-ban-{}.pdf", list.revision);
        self.write_sheet(&list_paper(&list, rows.collect()), file, &name).await
    }

    /// The list in force as a file for another computer, checked there again.
    pub(super) async fn export_no_paper(&self, department: &str, file: &Path) -> Result<String, Fault> {
        let list =
            self.no_paper_of(department).await?.0.ok_or_else(|| Fault::new(Code::NotFound).with("what", "list"))?;
        let json = serde_json::to_vec_pretty(&list).map_err(Fault::unexpected)?;
        self.write_file(file, &format!("danh-muc-khong-nhan-giay-ban-{}.json", list.revision), &json).await
    }

    pub(super) async fn print_guidance(&self, procedure: &str, file: &Path) -> Result<String, Fault> {
        let gate = self.gate(procedure).await?;
        if gate.no_paper.is_none() {
            return Err(Fault::new(Code::PaperTaken).with("procedure", &gate.procedure));
        }
        self.write_sheet(&guidance(&gate), file, &format!("huong-dan-{}.pdf", gate.procedure)).await
    }

    async fn write_sheet(&self, paper: &FormPaper, file: &Path, own: &str) -> Result<String, Fault> {
        let pdf = papers::form(paper).map_err(Fault::unexpected)?;
        self.write_file(file, own, &pdf).await
    }

    /// A window names only the folder a person chose: there the file has its own name.
    async fn write_file(&self, file: &Path, own: &str, bytes: &[u8]) -> Result<String, Fault> {
        if file.is_dir() {
            return save_file(file, own, bytes).await;
        }
        let name = file.file_name().map_or_else(|| own.into(), |name| name.to_string_lossy().into_owned());
        save_file(file.parent().unwrap_or(file), &name, bytes).await
    }
}

fn list_paper(list: &NoPaperList, rows: Vec<Vec<String>>) -> FormPaper {
    let columns = [("Mã thủ tục", 14), ("Tên thủ tục", 34), ("Từ ngày", 13), ("Căn cứ", 26), ("Ngoại lệ", 18)];
    let table = PaperTable {
        label: format!("{} thủ tục", list.lines.len()),
        columns: columns.map(|(head, width)| (head.to_owned(), width)).to_vec(),
        rows,
        ..PaperTable::default()
    };
    let (subtitle, notice) = match &list.approval {
        Some(it) => (format!("Ban hành theo {} ngày {}", it.number, it.on.shown()), String::new()),
        None => (String::new(), "DỰ THẢO: chưa được phê duyệt, chưa áp dụng.".to_owned()),
    };
    FormPaper {
        organisation: list.department.clone(),
        title: "Danh mục thủ tục không tiếp nhận hồ sơ giấy".to_owned(),
        subtitle,
        reference: format!("HOSO-LIST:{}:{}", list.revision, list.sha256()),
        notice,
        sections: vec![PaperSection {
            title: "Các thủ tục chỉ nhận hồ sơ trực tuyến".to_owned(),
            items: vec![PaperItem::Table(table)],
            ..PaperSection::default()
        }],
        signer: list.approval.as_ref().map_or_else(|| "Người phê duyệt".to_owned(), |it| it.title.clone()),
        signing: list.approval.as_ref().map_or_else(|| "(Ký, ghi rõ họ tên)".to_owned(), |it| it.by.clone()),
        ..FormPaper::default()
    }
}

/// The code of the link is the paper's own code: who has a telephone is at the right page at once.
fn guidance(gate: &GateView) -> FormPaper {
    let field = |label: &str, value: String| {
        PaperItem::Field(PaperField {
            label: label.to_owned(),
            required: false,
            help: String::new(),
            space: Space::Answer(value),
        })
    };
    let mut why = vec![];
    if let Some(since) = &gate.no_paper {
        why.push(field("Chỉ nhận trực tuyến từ ngày", since.since.shown()));
        why.push(field("Căn cứ", since.basis.clone()));
        if !since.except.is_empty() {
            why.push(field("Trừ trường hợp", since.except.clone()));
        }
    }
    let steps = [
        format!("1. Quét mã vuông ở đầu tờ, hoặc mở trang {}", gate.link),
        "2. Đăng nhập bằng tài khoản định danh điện tử (VNeID) của cơ quan hoặc của bạn.".to_owned(),
        format!("3. Chọn thủ tục mã {}, điền biểu mẫu và tải lên bản điện tử của từng giấy tờ.", gate.procedure),
        "4. Nộp và giữ lại mã hồ sơ cổng cấp để tra cứu.".to_owned(),
        "Cần giúp nộp ngay tại đây: đề nghị cán bộ của bộ phận một cửa hướng dẫn.".to_owned(),
    ];
    let mut help: Vec<PaperItem> = steps.into_iter().map(PaperItem::Note).collect();
    for contact in &gate.support {
        let hours = contact.hours.as_ref().map_or_else(String::new, |hours| format!(", {}", hours.vi));
        help.push(field(&contact.name.vi, format!("{}{hours}", contact.phone)));
    }
    let unsure = "Ngày áp dụng chưa được đối chiếu với văn bản của nơi nhận hồ sơ: cần hỏi lại nơi nhận.";
    FormPaper {
        title: "Hướng dẫn nộp hồ sơ trực tuyến".to_owned(),
        subtitle: format!("{} ({})", gate.name.vi, gate.procedure),
        reference: gate.link.clone(),
        notice: if gate.certain { String::new() } else { unsure.to_owned() },
        sections: vec![
            PaperSection {
                title: "Vì sao không nhận hồ sơ giấy".to_owned(), items: why, ..PaperSection::default()
            },
            PaperSection { title: "Cách nộp".to_owned(), items: help, ..PaperSection::default() },
        ],
        ..FormPaper::default()
    }
}
