import type { Basis, FindingKind, ProvenanceStatus } from '../host/desk.gen';

type Code = FindingKind['code'];
type Kind<C extends Code> = Extract<FindingKind, { code: C }>;
type Papers =
  | 'nearly_same'
  | 'other_kind'
  | 'paper_expired'
  | 'too_few_pages'
  | 'too_many_pages'
  | 'low_resolution'
  | 'blank_page'
  | 'unreadable_page'
  | 'orientation_unsure'
  | 'signature_unseen'
  | 'not_digitised'
  | 'secret'
  | 'also_in'
  | 'too_many_files_in_all'
  | 'not_online'
  | 'online_only'
  | 'confidential';

/** What the papers themselves tell; the other kinds are with the form's. */
export type PaperFindings = { [C in Papers]: (label: string, what: Kind<C>) => string };

/** How a finding is mended, and what asks for it. */
export interface PreflightWords {
  /** Nothing where the finding says all there is to do. */
  mend: { [C in Code]: string };
  /** Behind the name of a paper: on which of its pages. */
  onPage: (label: string, page: number) => string;
  /** The same of several pages of one paper. */
  pages: (component: string, pages: number) => string;
  /** Several papers of which the same is told. */
  papers: (count: number) => string;
  dossier: string;
  why: (basis: Basis) => string;
}

const day = (iso: string): string => iso.split('-').reverse().join('/');

/** A law with how far it is to be trusted, as `61/2018/NĐ-CP, Điều 17 (chưa kiểm chứng)`. */
function law(basis: Extract<Basis, { kind: 'law' }>, standing: Record<ProvenanceStatus, string>): string {
  const cited = basis.articles === null ? basis.number : `${basis.number}, ${basis.articles}`;
  return basis.provenance === 'real' ? cited : `${cited} (${standing[basis.provenance]})`;
}

export const papersVi: PaperFindings = {
  nearly_same: (label, { said, paper }) => `${label}: tờ khai ghi “${said}”, ở đây đọc được “${paper}”`,
  other_kind: (label, { read, wanted }) => `${label}: giấy này ghi là “${read}” nhưng mục này cần ${wanted}`,
  paper_expired: (label, { issued, read, valid, until }) => `${label}: ${read ? 'cấp' : 'số hóa'} ngày ${day(issued)}, chỉ có giá trị ${'months' in valid ? `${valid.months} tháng` : `${valid.days} ngày`}, đã hết ngày ${day(until)}`,
  too_few_pages: (label, { have, min }) => `${label}: có ${have} trang, thường ít nhất ${min}`,
  too_many_pages: (label, { have, max }) => `${label}: có ${have} trang, thường nhiều nhất ${max}`,
  low_resolution: (label, { dpi, min }) => `${label}: độ phân giải ${dpi} dpi, cần ${min} dpi`,
  blank_page: (label) => `${label}: trang trắng vẫn nằm trong giấy tờ`,
  unreadable_page: (label) => `${label}: hầu như không đọc được chữ`,
  orientation_unsure: (label) => `${label}: chưa chắc chiều của trang`,
  signature_unseen: (label, { by, looked }) => {
    const whose = by === 'person' ? 'của người ký' : 'của cơ quan';
    return looked === 'digital' ? `${label}: tệp chưa có chữ ký số ${whose}` : `${label}: chưa thấy chữ ký, dấu ${whose}`;
  },
  not_digitised: (label) => `${label}: phải số hóa nhưng đang gửi nguyên ảnh`,
  secret: (label, { mark }) => `${label}: có độ mật ${mark}, không được gửi`,
  also_in: (label, { dossier, title }) => `${label}: cùng một tệp đã dùng trong hồ sơ ${dossier} (“${title}”)`,
  too_many_files_in_all: (label, { have, max }) => `${label}: có ${have} tệp, Cổng nhận nhiều nhất ${max}`,
  not_online: (label) => `${label}: thủ tục này chưa nhận qua mạng`,
  online_only: (label, { since }) => `${label}: từ ${day(since)} thủ tục chỉ nhận qua mạng, mà thành phần này cần bản giấy`,
  confidential: (label) => `${label}: thông tin được giữ kín`,
};

export const papersEn: PaperFindings = {
  nearly_same: (label, { said, paper }) => `${label}: “${said}” on the form, “${paper}” as read here`,
  other_kind: (label, { read, wanted }) => `${label}: the paper says “${read}”, and ${wanted} is asked for here`,
  paper_expired: (label, { issued, read, valid, until }) => `${label}: ${read ? 'issued' : 'digitised'} ${day(issued)}, good for ${'months' in valid ? `${valid.months} months` : `${valid.days} days`}, expired ${day(until)}`,
  too_few_pages: (label, { have, min }) => `${label}: ${have} pages, usually at least ${min}`,
  too_many_pages: (label, { have, max }) => `${label}: ${have} pages, usually at most ${max}`,
  low_resolution: (label, { dpi, min }) => `${label}: ${dpi} dpi, ${min} dpi are asked for`,
  blank_page: (label) => `${label}: a blank page is sent with it`,
  unreadable_page: (label) => `${label}: next to nothing could be read`,
  orientation_unsure: (label) => `${label}: not sure which way up it is`,
  signature_unseen: (label, { by, looked }) => {
    const whose = by === 'person' ? "the person's" : "the agency's";
    return looked === 'digital' ? `${label}: ${whose} digital signature is not there` : `${label}: ${whose} signature or stamp was not seen`;
  },
  not_digitised: (label) => `${label}: has to be digitised and goes as a picture`,
  secret: (label, { mark }) => `${label}: says ${mark}, must not be sent`,
  also_in: (label, { dossier, title }) => `${label}: the same file is in dossier ${dossier} (“${title}”)`,
  too_many_files_in_all: (label, { have, max }) => `${label}: ${have} files, the Portal takes ${max}`,
  not_online: (label) => `${label}: this procedure is not handled online`,
  online_only: (label, { since }) => `${label}: since ${day(since)} taken online only, and this has to be on paper`,
  confidential: (label) => `${label}: what is in it is confidential`,
};

export const preflightVi: PreflightWords = {
  mend: {
    required: 'Hãy điền mục này.',
    malformed: 'Hãy sửa theo ví dụ ở mục này.',
    constraint: 'Hãy sửa một trong các mục liên quan.',
    unconfirmed: 'Hãy so với ảnh gốc rồi xác nhận.',
    doubt: 'Hãy so với giấy tờ.',
    unknown_field: 'Không cần làm gì, nếu không thiếu nội dung.',
    missing: 'Hãy thêm giấy tờ ở mục này.',
    missing_because: 'Hãy thêm giấy tờ, hoặc sửa câu trả lời khiến cần giấy này.',
    too_few_originals: 'Hãy thêm bản chính.',
    too_few_copies: 'Hãy thêm bản sao.',
    too_many_files: 'Hãy bỏ bớt tệp.',
    too_few_files: 'Hãy thêm tệp.',
    not_ready: 'Hãy mở giấy tờ và xem trang có dấu hỏi.',
    unknown_component: 'Hãy chuyển sang đúng thành phần, hoặc bỏ.',
    limit_open: 'Hãy trả lời mục này.',
    sets: 'Chỉ chuẩn bị đủ bộ khi nộp bản giấy.',
    wrong_media: 'Hãy lưu lại đúng loại tệp rồi thêm lại.',
    file_too_large: 'Hãy quét nhẹ hơn hoặc tách tệp.',
    duplicate_paper: 'Nếu nhầm, hãy bỏ một bản.',
    paper_in_future: 'Hãy xem ngày trên giấy.',
    differs: 'Hãy đối chiếu và sửa chỗ sai.',
    nearly_same: 'Hãy đối chiếu và sửa chỗ sai; nếu máy đọc nhầm thì bỏ qua.',
    other_kind: 'Nếu nhầm giấy, hãy chuyển sang đúng mục hoặc thay giấy khác.',
    paper_expired: 'Hãy xin bản mới.',
    too_few_pages: 'Hãy xem có thiếu trang không.',
    too_many_pages: 'Hãy xem có lẫn giấy tờ khác không.',
    low_resolution: 'Nên quét lại, hoặc chụp gần hơn.',
    blank_page: 'Hãy bỏ trang nếu không cần.',
    unreadable_page: 'Nếu mắt thường cũng khó đọc, hãy quét lại.',
    orientation_unsure: 'Hãy chọn chiều đúng.',
    signature_unseen: 'Máy chỉ tìm chữ ký số và dấu, nét ký có màu; mực đen hoặc bản quét đen trắng thì không nhận ra. Hãy xem lại.',
    not_digitised: 'Hãy thêm lại tệp để số hóa.',
    secret: 'Hãy bỏ khỏi ứng dụng và làm theo quy định bảo vệ bí mật nhà nước.',
    also_in: 'Hãy xem có nhầm không.',
    too_many_files_in_all: 'Hãy gộp bớt giấy tờ.',
    not_online: 'Hãy nộp trực tiếp hoặc qua bưu chính.',
    online_only: 'Hãy hỏi cơ quan tiếp nhận cách nộp bản giấy này.',
    confidential: 'Chỉ để người có nhiệm vụ xem hồ sơ này.',
  },
  onPage: (label, page) => `${label}, trang ${page}`,
  pages: (component, pages) => `${component}, ${pages} trang`,
  papers: (count) => `${count} giấy tờ`,
  dossier: 'Hồ sơ',
  why: (basis) => {
    switch (basis.kind) {
      case 'law':
        return law(basis, { real: '', unverified: 'chưa kiểm chứng', superseded: 'văn bản đã được thay thế', illustrative: 'dữ liệu minh họa' });
      case 'form':
        return 'biểu mẫu';
      case 'profile':
        return `quy định số hóa ${basis.profile}${basis.verified ? '' : ' (chưa kiểm chứng)'}`;
      case 'hub':
        return 'giới hạn của Cổng';
      default:
        return 'ứng dụng không nhận bí mật nhà nước';
    }
  },
};

export const preflightEn: PreflightWords = {
  mend: {
    required: 'Fill it in.',
    malformed: 'Correct it as its example shows.',
    constraint: 'Correct one of the answers it is about.',
    unconfirmed: 'Compare it with the picture and confirm it.',
    doubt: 'Compare it with the paper.',
    unknown_field: 'Nothing needs to be done unless something is lost.',
    missing: 'Add the paper there.',
    missing_because: 'Add the paper, or correct the answer that asks for it.',
    too_few_originals: 'Add the original.',
    too_few_copies: 'Add the copies.',
    too_many_files: 'Remove some files.',
    too_few_files: 'Add files.',
    not_ready: 'Open the paper and look at the page in question.',
    unknown_component: 'Move it to where it belongs, or remove it.',
    limit_open: 'Answer it.',
    sets: 'Only for handing in on paper.',
    wrong_media: 'Save it as one of these and add it again.',
    file_too_large: 'Scan it lighter or split it.',
    duplicate_paper: 'Remove one if that is a mistake.',
    paper_in_future: 'Look at the date on the paper.',
    differs: 'Compare, and correct the wrong one.',
    nearly_same: 'Compare, and correct the wrong one; leave it if it was misread.',
    other_kind: 'If it is the wrong paper, move it where it belongs, or replace it.',
    paper_expired: 'Ask for a new one.',
    too_few_pages: 'Look whether a page is missing.',
    too_many_pages: 'Look whether another paper got in.',
    low_resolution: 'Better scan it again, or photograph it from nearer.',
    blank_page: 'Leave it out unless it is needed.',
    unreadable_page: 'If you cannot read it either, scan it again.',
    orientation_unsure: 'Choose which way up.',
    signature_unseen: 'Only digital signatures and coloured ink are looked for; black ink, or a scan without colour, cannot be told. Please look.',
    not_digitised: 'Add the file again to be digitised.',
    secret: 'Take it out and follow the rules for state secrets.',
    also_in: 'Look whether that is right.',
    too_many_files_in_all: 'Join some papers.',
    not_online: 'Hand it in at the counter or by post.',
    online_only: 'Ask the receiving agency how to bring the paper.',
    confidential: 'Only those in charge may see it.',
  },
  onPage: (label, page) => `${label}, page ${page}`,
  pages: (component, pages) => `${component}, ${pages} pages`,
  papers: (count) => `${count} papers`,
  dossier: 'The dossier',
  why: (basis) => {
    switch (basis.kind) {
      case 'law':
        return law(basis, { real: '', unverified: 'unverified', superseded: 'since replaced', illustrative: 'illustrative data' });
      case 'form':
        return 'the form';
      case 'profile':
        return `rules for scans, ${basis.profile}${basis.verified ? '' : ' (unverified)'}`;
      case 'hub':
        return 'a limit of the Portal';
      default:
        return 'this application takes no state secrets';
    }
  },
};
