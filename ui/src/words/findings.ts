import type { DocumentState, EventKind, FindingKind, PageReport } from '../host/desk.gen';
import { malformedWords } from './malformed';
import { papersEn, papersVi } from './preflight';
import { statesEn, statesVi } from './states';

/** What a page may be told of besides its text. New codes of a newer program are shown by `other`. */
export type WarningCode =
  | 'low-resolution'
  | 'unknown-resolution'
  | 'unsure-crop'
  | 'unsure-skew'
  | 'cut-off'
  | 'damaged'
  | 'unsure-orientation'
  | 'no-text-reader'
  | 'reduced-resolution'
  | 'rendered-not-archivable'
  | 'double-page';

type OfKind<Union, Tag extends string, Code> = Extract<Union, { [T in Tag]: Code }>;
type Told = { page?: PageReport | null };

/** What the check and the digitising found, and what happened to a dossier, in words. */
export interface FindingWords {
  /** What it is; `label` names the field or the paper. How it is mended is with the words of the check. */
  finding: { [Code in FindingKind['code']]: (label: string, what: OfKind<FindingKind, 'code', Code>) => string };
  warning: Record<WarningCode, (told: Told) => string>;
  otherWarning: (code: string) => string;
  document: Record<DocumentState, string>;
  event: { [Kind in EventKind['kind']]: (event: OfKind<EventKind, 'kind', Kind>) => string };
}

/** What is found of one field or paper. */
export function findingText(label: string, what: FindingKind, words: FindingWords): string {
  return (words.finding[what.code] as (label: string, what: FindingKind) => string)(label, what);
}

export function warningText(code: string, words: FindingWords, page?: PageReport | null): string {
  const word = (words.warning as Partial<FindingWords['warning']>)[code as WarningCode];
  return word?.({ page: page ?? null }) ?? words.otherWarning(code);
}

export function eventText(event: EventKind, words: FindingWords): string {
  return (words.event[event.kind] as (event: EventKind) => string)(event);
}

export const dpiOf = (page: PageReport): number => Math.round(Math.min(...page.dpi));

const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1).replace('.', ',')}\u00a0MB`;
const day = (iso: string): string => iso.split('-').reverse().join('/');
const money = (amount: number): string => `${String(amount).replace(/\B(?=(\d{3})+(?!\d))/g, '.')}\u00a0₫`;
/** Words of a form come with or without a full stop; here they stand in a list. */
const plain = (text: string): string => text.replace(/\.\s*$/, '');

export const findingsVi: FindingWords = {
  finding: {
    required: (label) => `${label}: chưa điền`,
    malformed: (label, { problem }) => `${label}: ${lower(malformedWords(problem, 'vi'))}`,
    constraint: (label, { words }) => `${label}: ${lower(plain(words.vi))}`,
    unconfirmed: (label, { confidence }) => `${label}: máy đọc, độ tin cậy nhận dạng ${confidence}\u00a0%, cần bạn xác nhận`,
    doubt: (label, { doubt }) =>
      doubt.kind === 'birth_year'
        ? `${label}: theo số này sinh năm ${doubt.number}, trên tờ khai ghi ${doubt.said}`
        : `${label}: giới tính không khớp với số này`,
    unknown_field: (label) => `${label}: biểu mẫu không còn mục này, nội dung sẽ không gửi đi`,
    missing: (label) => `Thiếu ${label}`,
    missing_because: (label, { words }) => `Thiếu ${label} (${plain(words.vi)})`,
    too_few_originals: (label, { have, need }) => `${label}: mới có ${have}/${need} bản chính`,
    too_few_copies: (label, { have, need }) => `${label}: mới có ${have}/${need} bản sao`,
    too_many_files: (label, { have, max }) => `${label}: có ${have} tệp, nhiều nhất ${max}`,
    too_few_files: (label, { have, min }) => `${label}: có ${have} tệp, cần ít nhất ${min}`,
    not_ready: (label, { status }) => (status === 'needs_attention' ? `${label}: có giấy tờ cần bạn xem` : `${label}: đang chờ số hóa`),
    unknown_component: (label) => `${label}: thủ tục không có thành phần này`,
    limit_open: (label) => `${label}: cần trả lời để biết thời hạn giải quyết`,
    sets: (_, { sets }) => `Hồ sơ giấy nộp ${sets} bộ; gửi qua mạng thì gửi một lần`,
    wrong_media: (label, { title, media }) => `${label}: ${title} phải là tệp loại ${media.join(', ')}`,
    file_too_large: (label, { title, bytes, max }) => `${label}: ${title} là ${megabytes(bytes)}, nhiều nhất ${megabytes(max)}`,
    duplicate_paper: (label, { title }) => `${label}: cùng một tệp đã có ở giấy tờ “${title}”`,
    paper_in_future: (label, { date }) => `${label}: ghi ngày ${day(date)}, sau hôm nay`,
    differs: (label, { said, paper }) => `${label}: tờ khai ghi “${said}”, giấy tờ đọc được “${paper}”`,
    ...papersVi,
  },
  warning: {
    'low-resolution': ({ page }) => `Độ phân giải thấp${page ? ` (${dpiOf(page)} dpi)` : ''}: chữ có thể khó đọc, nên quét lại ở 300 dpi hoặc chụp gần hơn`,
    'unknown-resolution': () => 'Tệp không ghi độ phân giải nên khổ giấy là ước lượng',
    'unsure-crop': () => 'Mép giấy không rõ: hãy xem phần khung có cắt mất chữ không',
    'unsure-skew': () => 'Chưa chắc trang đã thẳng: hãy xem lại',
    'cut-off': () => 'Một phần tờ giấy nằm ngoài ảnh: nếu mất chữ, hãy chụp hoặc quét lại',
    damaged: () => 'Tệp bị hỏng một phần, có chỗ không đọc được: nên quét lại',
    'unsure-orientation': () => 'Chưa chắc chiều của trang',
    'no-text-reader': () => 'Chưa đọc được chữ vì máy này thiếu bộ nhận dạng chữ',
    'reduced-resolution': () => 'Đã giảm độ phân giải để tệp không vượt dung lượng cho phép',
    'rendered-not-archivable': () => 'Trang được dựng lại thành ảnh để đạt chuẩn lưu trữ',
    'double-page': () => 'Có vẻ là hai trang nằm trên một tờ: hãy xem có cần chia đôi không',
  },
  otherWarning: (code) => `Cần xem lại trang này (${code})`,
  document: { waiting: 'Đã đính kèm, chờ số hóa', working: 'Đang số hóa', done: 'Đã số hóa', failed: 'Cần xem' },
  event: {
    received: ({ code }) => `Cổng đã nhận hồ sơ, mã ${code}`,
    accepted: ({ due }) => (due ? `Được tiếp nhận, hẹn trả ${due.time} ngày ${day(due.date)}` : 'Được tiếp nhận'),
    rejected: () => 'Không được tiếp nhận',
    supplement_requested: ({ answer_until }) => `Yêu cầu bổ sung giấy tờ${answer_until ? `, hạn ${day(answer_until)}` : ''}`,
    supplement_received: () => 'Đã nhận giấy tờ bổ sung',
    payment_requested: ({ amount }) => `Yêu cầu nộp ${money(amount)}`,
    payment_received: ({ amount }) => `Đã nhận ${money(amount)}`,
    in_progress: ({ to }) => `Đang xử lý: ${to}`,
    consulted: ({ whom }) => `Lấy ý kiến ${whom}`,
    suspended: () => 'Tạm dừng xử lý',
    resumed: () => 'Xử lý tiếp',
    apology_issued: ({ new_due }) => `Xin lỗi vì trễ hạn, hẹn lại ${new_due.time} ngày ${day(new_due.date)}`,
    stopped: () => 'Dừng xử lý',
    withdrawn: () => 'Đã rút hồ sơ',
    signed: () => 'Kết quả đã được ký',
    done: () => 'Đã xử lý xong',
    delivered: () => 'Đã trả kết quả',
    due_changed: ({ to }) => `Đổi ngày hẹn: ${to.time} ngày ${day(to.date)}`,
    sent_back: ({ to }) => `Trả lại bước trước: ${to}`,
    assigned: ({ to, absent }) => (absent ? `${to} làm thay người vắng mặt` : `Giao cho ${to}`),
    leg_started: ({ agency, due }) => `Chuyển phần việc liên thông cho ${agency}, hạn ${due.time} ngày ${day(due.date)}`,
    answered: () => 'Đã có ý kiến trả lời',
    apology_drafted: ({ new_due }) => `Dự thảo văn bản xin lỗi, đề nghị hẹn lại ${new_due.time} ngày ${day(new_due.date)}`,
    apology_approved: () => 'Văn bản xin lỗi được duyệt',
    apology_numbered: ({ number }) => `Văn bản xin lỗi số ${number}`,
    originals_held: ({ component, count }) => `Giữ ${count} bản chính để đối chiếu (${component})`,
    originals_returned: ({ component, count }) => `Trả ${count} bản chính (${component})`,
    reminded: () => 'Nhắc xử lý',
    finding_made: () => 'Người kiểm tra ghi nhận',
    finding_answered: () => 'Trả lời người kiểm tra',
    note_added: () => 'Ghi chú',
    seen_at_portal: ({ state, due }) => `Trên cổng của tỉnh: ${statesVi.state[state]}${due ? `, hẹn trả ngày ${day(due.date)}` : ''}`,
  },
};

export const findingsEn: FindingWords = {
  finding: {
    required: (label) => `${label}: not answered`,
    malformed: (label, { problem }) => `${label}: ${lower(malformedWords(problem, 'en'))}`,
    constraint: (label, { words }) => `${label}: ${lower(plain(words.en))}`,
    unconfirmed: (label, { confidence }) => `${label}: read by machine, recognition confidence ${confidence}\u00a0%, please confirm`,
    doubt: (label, { doubt }) =>
      doubt.kind === 'birth_year'
        ? `${label}: says born ${doubt.number}, the form says ${doubt.said}`
        : `${label}: does not go with the sex given`,
    unknown_field: (label) => `${label}: no longer on this form, will not be sent`,
    missing: (label) => `Missing: ${label}`,
    missing_because: (label, { words }) => `Missing: ${label} (${plain(words.en)})`,
    too_few_originals: (label, { have, need }) => `${label}: ${have} of ${need} originals`,
    too_few_copies: (label, { have, need }) => `${label}: ${have} of ${need} copies`,
    too_many_files: (label, { have, max }) => `${label}: ${have} files, at most ${max}`,
    too_few_files: (label, { have, min }) => `${label}: ${have} files, at least ${min} needed`,
    not_ready: (label, { status }) => (status === 'needs_attention' ? `${label}: a paper needs you to look` : `${label}: waits to be digitised`),
    unknown_component: (label) => `${label}: the procedure asks for no such paper`,
    limit_open: (label) => `${label}: needed to know the time limit`,
    sets: (_, { sets }) => `On paper, ${sets} sets are handed in; online it is sent once`,
    wrong_media: (label, { title, media }) => `${label}: ${title} must be one of ${media.join(', ')}`,
    file_too_large: (label, { title, bytes, max }) => `${label}: ${title} has ${megabytes(bytes)}, at most ${megabytes(max)}`,
    duplicate_paper: (label, { title }) => `${label}: the same file is in the paper “${title}”`,
    paper_in_future: (label, { date }) => `${label}: dated ${day(date)}, after today`,
    differs: (label, { said, paper }) => `${label}: “${said}” on the form, “${paper}” as read on the paper`,
    ...papersEn,
  },
  warning: {
    'low-resolution': ({ page }) => `Low resolution${page ? ` (${dpiOf(page)} dpi)` : ''}: text may be hard to read, better scan again at 300 dpi, or photograph it from nearer`,
    'unknown-resolution': () => 'The file does not tell its resolution: the size of the paper is estimated',
    'unsure-crop': () => "The paper's edges are not clear: look whether the frame cuts off text",
    'unsure-skew': () => 'Not sure that the page is straight: look at it',
    'cut-off': () => 'Part of the sheet lies outside the picture: if text is lost, scan it again',
    damaged: () => 'The file is damaged in part: better scan it again',
    'unsure-orientation': () => 'Not sure which way up the page is',
    'no-text-reader': () => 'Not read: this computer has no text reader',
    'reduced-resolution': () => 'Kept at a lower resolution, so that the file is not too large',
    'rendered-not-archivable': () => 'Drawn anew as a picture to be fit for archives',
    'double-page': () => 'This looks like two pages on one sheet: look whether to split it',
  },
  otherWarning: (code) => `Look at this page again (${code})`,
  document: { waiting: 'Attached, waits to be digitised', working: 'Being digitised', done: 'Digitised', failed: 'Needs a look' },
  event: {
    received: ({ code }) => `Received by the Portal, code ${code}`,
    accepted: ({ due }) => (due ? `Accepted, due ${due.time} on ${day(due.date)}` : 'Accepted'),
    rejected: () => 'Rejected at reception',
    supplement_requested: ({ answer_until }) => `Supplement requested${answer_until ? `, until ${day(answer_until)}` : ''}`,
    supplement_received: () => 'Supplement received',
    payment_requested: ({ amount }) => `Payment of ${money(amount)} requested`,
    payment_received: ({ amount }) => `${money(amount)} received`,
    in_progress: ({ to }) => `Being processed: ${to}`,
    consulted: ({ whom }) => `${whom} consulted`,
    suspended: () => 'Suspended',
    resumed: () => 'Resumed',
    apology_issued: ({ new_due }) => `Apology for delay, now due ${new_due.time} on ${day(new_due.date)}`,
    stopped: () => 'Stopped',
    withdrawn: () => 'Withdrawn',
    signed: () => 'The result is signed',
    done: () => 'Done',
    delivered: () => 'Result returned',
    due_changed: ({ to }) => `Now due ${to.time} on ${day(to.date)}`,
    sent_back: ({ to }) => `Sent back to an earlier step: ${to}`,
    assigned: ({ to, absent }) => (absent ? `${to} stands in for somebody absent` : `Given to ${to}`),
    leg_started: ({ agency, due }) => `A part of it went to ${agency}, due ${due.time} on ${day(due.date)}`,
    answered: () => 'Their answer came',
    apology_drafted: ({ new_due }) => `Apology drafted, asking for ${new_due.time} on ${day(new_due.date)}`,
    apology_approved: () => 'Apology approved',
    apology_numbered: ({ number }) => `Apology numbered ${number}`,
    originals_held: ({ component, count }) => `${count} originals kept to compare (${component})`,
    originals_returned: ({ component, count }) => `${count} originals given back (${component})`,
    reminded: () => 'Reminded',
    finding_made: () => 'An inspector noted something',
    finding_answered: () => 'The inspector was answered',
    note_added: () => 'Note',
    seen_at_portal: ({ state, due }) => `At the province’s portal: ${statesEn.state[state]}${due ? `, due on ${day(due.date)}` : ''}`,
  },
};

/** After a colon a sentence goes on small, but an abbreviation stays as it is. */
function lower(text: string): string {
  const [first = '', second = ''] = text;
  return second === second.toLocaleLowerCase('vi') ? first.toLocaleLowerCase('vi') + text.slice(1) : text;
}
