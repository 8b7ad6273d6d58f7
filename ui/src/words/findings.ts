import type { DocumentStatus, Finding, FindingKind, Malformed } from '../host/desk.gen';
import { malformedWords } from './malformed';

/** What stands before sending, and what was noticed on a page: each short, and saying what to do. */
export interface FindingWords {
  /** `subject`: the question or the component it is about. */
  finding: (what: FindingKind, subject: string) => string;
  /** A code noticed on a page; an unknown one is shown as it is. */
  warning: (code: string) => string;
}

type Code = FindingKind['code'];
type Of<C extends Code> = Extract<FindingKind, { code: C }>;
type Table = { [C in Code]: (what: Of<C>, subject: string) => string };

function from(table: Table, warnings: Record<string, string>): FindingWords {
  return {
    finding: (what, subject) => (table[what.code] as (what: FindingKind, subject: string) => string)(what, subject),
    warning: (code) => warnings[code] ?? code,
  };
}

const notReadyVi: Record<DocumentStatus, string> = { ready: '', working: 'đang số hóa, chờ một lát', needs_attention: 'có trang cần xem lại' };
const notReadyEn: Record<DocumentStatus, string> = { ready: '', working: 'being digitised, wait a moment', needs_attention: 'a page needs a look' };

export const findingsVi: FindingWords = from(
  {
    required: (_, subject) => `${subject}: chưa điền`,
    malformed: ({ problem }, subject) => `${subject}: ${malformedWords(problem as Malformed, 'vi')}`,
    constraint: ({ words }, subject) => `${subject}: ${words.vi}`,
    unconfirmed: ({ confidence }, subject) => `${subject}: máy đọc chắc ${confidence} %, hãy xem lại`,
    doubt: (_, subject) => `${subject}: số định danh không khớp ngày sinh hoặc giới tính`,
    unknown_field: (_, subject) => `${subject}: biểu mẫu này không có câu hỏi đó`,
    missing: (_, subject) => `Thiếu ${subject}`,
    missing_because: ({ words }, subject) => `Thiếu ${subject} (${words.vi})`,
    too_few_originals: ({ have, need }, subject) => `${subject}: có ${have} bản chính, cần ${need}`,
    too_few_copies: ({ have, need }, subject) => `${subject}: có ${have} bản sao, cần ${need}`,
    too_many_files: ({ have, max }, subject) => `${subject}: có ${have} tệp, nhiều nhất ${max}`,
    too_few_files: ({ have, min }, subject) => `${subject}: có ${have} tệp, ít nhất ${min}`,
    not_ready: ({ status }, subject) => `${subject}: ${notReadyVi[status]}`,
    unknown_component: (_, subject) => `${subject}: thủ tục không có thành phần này`,
    limit_open: () => 'Chưa chọn câu quyết định thời hạn giải quyết',
  },
  {
    'low-resolution': 'Độ phân giải thấp, chữ có thể khó đọc',
    'unknown-resolution': 'Tệp không ghi độ phân giải',
    'unsure-crop': 'Mép giấy không rõ, hãy xem lại bốn góc',
    'unsure-skew': 'Độ nghiêng không rõ',
    'cut-off': 'Một phần giấy nằm ngoài ảnh, nên chụp lại',
    'unsure-orientation': 'Chưa chắc chiều của trang, hãy xoay cho đúng',
    'no-text-reader': 'Chưa đọc được chữ: máy thiếu bộ nhận dạng',
    'rendered-not-archivable': 'Trang được chụp lại để đạt chuẩn lưu trữ',
  },
);

export const findingsEn: FindingWords = from(
  {
    required: (_, subject) => `${subject}: not answered`,
    malformed: ({ problem }, subject) => `${subject}: ${malformedWords(problem as Malformed, 'en')}`,
    constraint: ({ words }, subject) => `${subject}: ${words.en}`,
    unconfirmed: ({ confidence }, subject) => `${subject}: read with ${confidence} % certainty, look at it`,
    doubt: (_, subject) => `${subject}: the number does not fit the birth date or the sex`,
    unknown_field: (_, subject) => `${subject}: this form has no such question`,
    missing: (_, subject) => `Missing: ${subject}`,
    missing_because: ({ words }, subject) => `Missing: ${subject} (${words.en})`,
    too_few_originals: ({ have, need }, subject) => `${subject}: ${have} originals, ${need} needed`,
    too_few_copies: ({ have, need }, subject) => `${subject}: ${have} copies, ${need} needed`,
    too_many_files: ({ have, max }, subject) => `${subject}: ${have} files, at most ${max}`,
    too_few_files: ({ have, min }, subject) => `${subject}: ${have} files, at least ${min}`,
    not_ready: ({ status }, subject) => `${subject}: ${notReadyEn[status]}`,
    unknown_component: (_, subject) => `${subject}: the procedure has no such component`,
    limit_open: () => 'The answer on which the time limit depends is missing',
  },
  {
    'low-resolution': 'Low resolution: text may be hard to read',
    'unknown-resolution': 'The file does not tell its resolution',
    'unsure-crop': "The paper's edges are not clear: look at the corners",
    'unsure-skew': "The text's angle is not clear",
    'cut-off': 'Part of the sheet lies outside the picture: better take it again',
    'unsure-orientation': 'Which way is up is not sure: turn the page',
    'no-text-reader': 'Not read: this computer has no text reader',
    'rendered-not-archivable': 'Drawn anew as a picture to be fit for archives',
  },
);

/** What a finding is about, for the lists of a screen. */
export type { Finding };
