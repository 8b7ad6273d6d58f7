//! The official forms of the one-stop desk (Thông tư 01/2018/TT-VPCP, Thông tư 03/2025/TT-VPCP) and the slips beside them, as
//! plain values. A form is known by its id; its number, title and sheet are the legal profile's and are passed in.
//!
//! Optional values left empty: a line that the form prints for handwriting is dotted, everything else is left out.

mod books;
mod closing;
mod composer;
mod label;
mod letters;
mod print;
mod slips;

pub(crate) use print::print;

use crate::Sheet;

/// A value that rests on law, and whether it was compared with the official text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Legal {
    pub text: String,
    /// Printed with a mark that the foot of the page explains: "chưa kiểm chứng".
    pub unverified: bool,
}

/// A day of the agency's calendar, with the time of day where it matters. Printed as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    /// Hour and minute.
    pub time: Option<(u8, u8)>,
}

/// A day that is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub at: Moment,
    /// Counted over holidays that are not decided yet; the paper says so.
    pub crosses_projected: bool,
}

/// What stands on every paper, whatever it says: who issues it under which profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaperHead {
    pub sheet: Sheet,
    /// The form's number in the profile, "01"; left out when empty.
    pub form_number: String,
    /// The form's title in the profile.
    pub title: String,
    /// Number and title were not compared with the official text.
    pub form_unverified: bool,
    /// Over the agency; left out when empty.
    pub parent_agency: String,
    pub agency: String,
    /// *Bộ phận Tiếp nhận và Trả kết quả*, below the agency; left out when empty.
    pub desk: String,
    /// Number and symbol, "12/HDHS"; dotted on the forms that bear one, nowhere else printed when empty.
    pub number: String,
    /// Where it is issued; dotted when empty.
    pub place: String,
    pub date: Option<Moment>,
    pub footer: AgencyFooter,
}

/// What the agency tells everybody who reads its slips.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AgencyFooter {
    /// How to file online, in the agency's own words; left out when empty.
    pub how_to: String,
    /// The procedure's address, as text and as a QR code; left out when empty.
    pub online_url: String,
    /// Telephone numbers for help; left out when empty.
    pub support: String,
}

/// Who filed what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DossierFacts {
    /// Printed, and drawn as a QR code of this text and nothing else.
    pub code: String,
    /// *Chủ hồ sơ*.
    pub owner: String,
    /// Who brought it, where that is another; left out when empty.
    pub submitter: String,
    pub address: String,
    pub phone: String,
    pub email: String,
    /// *Số CCCD/Hộ chiếu/MST*.
    pub identity: String,
    /// *Nội dung yêu cầu giải quyết*: the procedure, with its code when there is one.
    pub request: String,
}

/// One paper of the dossier.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Component {
    pub name: String,
    pub originals: u32,
    pub copies: u32,
}

/// Where the dossier stands in the register.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BookEntry {
    pub book: String,
    pub serial: String,
}

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signer {
    /// As what, for those who sign by their office: "Giám đốc"; the form's own word when empty.
    pub position: String,
    /// Below the signature; left out when empty.
    pub name: String,
    /// Left out when empty.
    pub phone: String,
}

/// `receipt`: *Giấy tiếp nhận hồ sơ và hẹn trả kết quả*.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipt {
    pub dossier: DossierFacts,
    /// *Liên*: "Lưu", "Giao khách hàng"; left out when empty.
    pub copy_mark: String,
    /// What is asked for beside the code when it is looked up; left out when empty.
    pub lookup_secret: String,
    /// Which desk takes it; left out when empty.
    pub desk: String,
    pub components: Vec<Component>,
    /// *Số lượng hồ sơ*, in sets.
    pub sets: Option<u32>,
    /// "15 ngày làm việc".
    pub limit: Legal,
    pub received: Option<Moment>,
    pub due: Option<Due>,
    pub phase_two: Option<Phase>,
    /// *Đăng ký nhận kết quả tại*.
    pub collect_at: String,
    /// *Phí, lệ phí*.
    pub fee: Legal,
    pub entry: BookEntry,
    pub submitted_by: Signer,
    pub received_by: Signer,
    /// Where the applicant tells how it went (Thông tư 01/2018/TT-VPCP, Điều 12): a QR code; left out when empty.
    pub feedback_url: String,
}

/// A second part of the handling, with its own limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// What happens in it; left out when empty.
    pub what: String,
    pub limit: Legal,
    pub due: Option<Due>,
}

/// One paper that is to be handed in or mended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Missing {
    pub component: String,
    pub originals: u32,
    pub certified_copies: u32,
    pub photocopies: u32,
    /// What is wrong with it; left out when empty.
    pub reason: String,
}

/// `supplement`: *Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ*.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Supplement {
    pub dossier: DossierFacts,
    pub missing: Vec<Missing>,
    /// *Lý do*.
    pub reason: String,
    /// Who answers questions; the agency when empty.
    pub contact: String,
    pub hotline: String,
    pub guided_by: Signer,
    /// Left out when `None`.
    pub submitted_by: Option<Signer>,
    /// As in [`Receipt::feedback_url`].
    pub feedback_url: String,
}

/// `refusal`: *Phiếu từ chối tiếp nhận (giải quyết) hồ sơ*.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    pub dossier: DossierFacts,
    /// One paragraph each.
    pub reasons: Vec<String>,
    pub submitted_by: Signer,
    pub received_by: Signer,
    /// As in [`Receipt::feedback_url`].
    pub feedback_url: String,
}

/// How an apology puts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delay {
    /// *Đến nay chưa giải quyết xong*.
    #[default]
    Unfinished,
    /// *Chưa đúng hạn*: it will not be ready on the promised day.
    NotInTime,
}

/// A day that was promised before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastDue {
    pub due: Moment,
    /// Why it was not kept; left out when empty.
    pub reason: String,
}

/// `apology`: *Phiếu xin lỗi và hẹn lại ngày trả kết quả*, *Văn bản xin lỗi và đề nghị gia hạn*.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Apology {
    pub dossier: DossierFacts,
    /// *Lĩnh vực*.
    pub field: String,
    /// *Số biên nhận*.
    pub receipt_number: String,
    pub received: Option<Moment>,
    pub promised: Option<Due>,
    /// To which agency the dossier was sent; left out when empty.
    pub sent_to: String,
    pub delay: Delay,
    /// *Lý do*.
    pub reason: String,
    pub new_due: Option<Due>,
    /// The how manieth new day this is; left out when `None`.
    pub times: Option<u32>,
    /// How many new days the rules allow, "01 lần"; left out when empty.
    pub times_allowed: Legal,
    pub history: Vec<PastDue>,
    /// *Nơi nhận*, one a line.
    pub recipients: Vec<String>,
    pub signed_by: Signer,
}

/// `stop_notice`: *Thông báo dừng giải quyết hồ sơ*.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StopNotice {
    pub dossier: DossierFacts,
    pub received: Option<Moment>,
    /// At which step it stops.
    pub stage: String,
    /// The decision it rests on, or who asked for it; left out when empty.
    pub decision: Legal,
    pub reason: String,
    /// What becomes of fees that were paid.
    pub finances: String,
    /// *Nơi nhận*, one a line.
    pub recipients: Vec<String>,
    pub signed_by: Signer,
}

/// One passing of the dossier from hand to hand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passing {
    pub agency: String,
    pub given: Option<Moment>,
    pub given_by: String,
    pub taken: Option<Moment>,
    pub taken_by: String,
    /// "Trước hạn", "Đúng hạn", "Quá hạn".
    pub outcome: String,
    pub note: String,
}

/// `control_sheet`: *Phiếu kiểm soát quá trình giải quyết hồ sơ*.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ControlSheet {
    pub dossier: DossierFacts,
    pub received: Option<Moment>,
    pub due: Option<Due>,
    /// *Cơ quan giải quyết*.
    pub handled_by: String,
    pub passings: Vec<Passing>,
    /// Rows to be written in, after these.
    pub empty_rows: u8,
}

/// One dossier in the register.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegisterRow {
    /// *STT*: runs on from the book's first to its last, and into the second book of a year.
    pub serial: String,
    pub code: String,
    pub procedure: String,
    pub sets: Option<u32>,
    pub applicant: String,
    /// Address and telephone.
    pub contact: String,
    pub handled_by: String,
    pub received: Option<Moment>,
    pub due: Option<Due>,
    pub sent_to_handler: Option<Moment>,
    pub result_from_handler: Option<Moment>,
    pub returned: Option<Moment>,
    pub return_channel: String,
    pub note: String,
}

/// `register`: *Sổ theo dõi hồ sơ*. Printed across the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Register {
    /// *Quyển số*.
    pub book: String,
    pub year: String,
    /// Which days or procedures these rows are; left out when empty.
    pub extent: String,
    pub rows: Vec<RegisterRow>,
    /// Rows to be written in, after these.
    pub empty_rows: u8,
    /// The serial of the first of them; the one after the last row's when `None`.
    pub next_serial: Option<u32>,
    pub opened: Option<Moment>,
    /// The book is closed with signatures on this day; it stays open when `None`.
    pub closed: Option<Moment>,
    pub kept_by: Signer,
    pub signed_by: Signer,
}

/// `provisional_slip`: *Phiếu tiếp nhận tạm*, while the official code cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProvisionalSlip {
    /// With the local code.
    pub dossier: DossierFacts,
    pub components: Vec<Component>,
    pub received: Option<Moment>,
    /// How the applicant will learn the official code; left out when empty.
    pub what_next: String,
    pub submitted_by: Signer,
    pub received_by: Signer,
}

/// `guidance_slip`: the desk takes no paper for this procedure; how to file online.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GuidanceSlip {
    /// Who asked; left out when empty.
    pub person: String,
    /// With its code when there is one.
    pub procedure: String,
    /// Why no paper is taken, and since when; left out when empty.
    pub ground: Legal,
    /// In the order they are done.
    pub steps: Vec<String>,
    /// The papers to have at hand.
    pub papers: Vec<String>,
    /// Where to file: text and a large QR code.
    pub url: String,
    /// Where people are helped; left out when empty.
    pub help_at: String,
    /// Left out when `None`.
    pub guided_by: Option<Signer>,
}

/// One dossier that changes place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HandOverRow {
    pub code: String,
    pub owner: String,
    pub procedure: String,
    /// How many papers, or pages.
    pub papers: u32,
    pub note: String,
}

/// `hand_over_list`: *Danh sách bàn giao hồ sơ* between two places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HandOverList {
    /// The list's own code; a QR code too, left out when empty.
    pub code: String,
    pub from: String,
    pub to: String,
    pub at: Option<Moment>,
    /// Who carries it; signs between the two when not left out by being `None`.
    pub carrier: Option<Signer>,
    pub rows: Vec<HandOverRow>,
    /// Rows to be written in, after these.
    pub empty_rows: u8,
    pub given_by: Signer,
    pub taken_by: Signer,
}

/// One end of a parcel's way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostalParty {
    pub name: String,
    pub address: String,
    pub phone: String,
}

/// One parcel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostalLabel {
    pub sender: PostalParty,
    pub recipient: PostalParty,
    /// Of the carrier: text and a Code 128 bar code; dotted when empty.
    pub tracking_number: String,
    /// Text and a QR code; left out when empty.
    pub dossier_code: String,
    /// What is in it.
    pub contents: String,
    /// The carrier's service; left out when empty.
    pub service: String,
    /// What is to be collected on delivery; left out when empty.
    pub charge: String,
    pub note: String,
}

/// What a paper says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Official {
    Receipt(Box<Receipt>),
    Supplement(Supplement),
    Refusal(Refusal),
    Apology(Apology),
    StopNotice(StopNotice),
    ControlSheet(ControlSheet),
    Register(Register),
    ProvisionalSlip(ProvisionalSlip),
    GuidanceSlip(GuidanceSlip),
    HandOverList(HandOverList),
    /// `postal_label`: to be cut out, as many on a page as there is room for. Of the head, only sheet and title count.
    PostalLabels(Vec<PostalLabel>),
}

impl Official {
    /// The form's stable name: that of its entry in a legal profile, where it has one.
    pub fn id(&self) -> &'static str {
        match self {
            Official::Receipt(_) => "receipt",
            Official::Supplement(_) => "supplement",
            Official::Refusal(_) => "refusal",
            Official::Apology(_) => "apology",
            Official::StopNotice(_) => "stop_notice",
            Official::ControlSheet(_) => "control_sheet",
            Official::Register(_) => "register",
            Official::ProvisionalSlip(_) => "provisional_slip",
            Official::GuidanceSlip(_) => "guidance_slip",
            Official::HandOverList(_) => "hand_over_list",
            Official::PostalLabels(_) => "postal_label",
        }
    }
}

/// One paper: who issues it, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficialPaper {
    pub head: PaperHead,
    pub body: Official,
}
