/** The words of finding dossiers: the conditions that can be typed, as the program understands them, and what is said of them. */
import type { FindDoubt, Operator } from '../host/desk.gen';

export type { Operator };

export interface FindWords {
  /** Above the suggestions. */
  suggestions: string;
  /** Under them: which keys do what. */
  keys: string;
  /** `short`: other names, folded, by which it is known while it is typed. */
  operators: Record<Operator, { name: string; short: readonly string[]; note: string }>;
  due: readonly { value: string; note: string }[];
  /** What was not understood, and what is possible. */
  doubt: (doubt: FindDoubt) => string;
  found: (count: number, goesOn: boolean) => string;
  /** Nothing was found: what to change. */
  none: (text: string, view: string | undefined, hasConditions: boolean) => { title: string; text: string };
}

export const findVi: FindWords = {
  suggestions: 'Điều kiện có thể thêm',
  keys: '↑ ↓ chọn · Enter điền · Esc đóng',
  operators: {
    state: { name: 'trạng thái', short: ['tt', 'tinh trang', 'state', 'status'], note: 'trạng thái:nháp' },
    due: { name: 'hạn', short: ['hen', 'han tra', 'hen tra', 'due'], note: 'hạn:quá, hạn:<3 (ngày làm việc)' },
    procedure: { name: 'thủ tục', short: ['tthc', 'procedure', 'proc'], note: 'mã hoặc một phần tên' },
    unit: { name: 'đơn vị', short: ['dv', 'co quan', 'nguoi nop', 'unit', 'org'], note: 'bên nộp, hoặc được nộp thay' },
  },
  due: [
    { value: 'quá', note: 'đã quá hạn' },
    { value: 'hôm nay', note: 'hẹn trả hôm nay' },
    { value: 'mai', note: 'hẹn trả ngày mai' },
    { value: '<3', note: 'còn dưới 3 ngày làm việc, kể cả quá hạn' },
    { value: 'tuần này', note: 'hẹn trả trong tuần này' },
    { value: 'có', note: 'chưa xong và đã có ngày hẹn' },
  ],
  doubt: ({ typed, about }) => {
    switch (about) {
      case 'state':
        return `Không có trạng thái như “${typed}” nên đã bỏ qua. Ví dụ đúng: trạng thái:nháp, trạng thái:"đang xử lý".`;
      case 'due':
        return `Không hiểu hạn “${typed}” nên đã bỏ qua. Gõ được một hạn: quá, hôm nay, tuần này, <3 (ngày làm việc), 25/11.`;
      case 'procedure':
        return `Không có thủ tục nào như “${typed}” nên đã bỏ qua. Gõ mã, như thủ tục:NB-20, hoặc một phần tên trong ngoặc kép.`;
      case 'unit':
        return `“${typed}” chưa có tên đơn vị nên đã bỏ qua. Ví dụ đúng: đơn vị:"Sở Y tế".`;
      case null:
        return `Không có điều kiện “${typed}” nên đã bỏ qua. Có: trạng thái:, hạn:, thủ tục:, đơn vị:. Để tìm đúng những chữ này, đặt trong ngoặc kép.`;
    }
  },
  found: (count, goesOn) => (goesOn ? `Tìm thấy hơn ${count} hồ sơ` : `Tìm thấy ${count} hồ sơ`),
  none: (text, view, hasConditions) => ({
    title: `Không tìm thấy “${text}”`,
    text: [
      view === undefined ? '' : `Mới tìm trong nhóm “${view}”: hãy chọn nhóm “Tất cả”.`,
      hasConditions ? 'Bỏ bớt một điều kiện rồi tìm lại.' : '',
      'Tìm được theo mã, tên thủ tục, người nộp và chữ trong giấy tờ, có dấu hay không dấu; mọi chữ phải có, ở chỗ nào trong hồ sơ cũng được. Bấm Esc trong ô tìm để xem lại tất cả.',
    ]
      .filter(Boolean)
      .join(' '),
  }),
};

export const findEn: FindWords = {
  suggestions: 'Conditions you can add',
  keys: '↑ ↓ choose · Enter fills in · Esc closes',
  operators: {
    state: { name: 'state', short: ['status', 'trang thai', 'tt'], note: 'state:draft' },
    due: { name: 'due', short: ['deadline', 'han', 'hen'], note: 'due:overdue, due:<3 (working days)' },
    procedure: { name: 'procedure', short: ['proc', 'thu tuc', 'tthc'], note: 'code or a part of the name' },
    unit: { name: 'unit', short: ['org', 'agency', 'don vi', 'dv'], note: 'who applies, or on whose behalf' },
  },
  due: [
    { value: 'overdue', note: 'its time is over' },
    { value: 'today', note: 'due today' },
    { value: 'tomorrow', note: 'due tomorrow' },
    { value: '<3', note: 'fewer than 3 working days left, or overdue' },
    { value: 'this week', note: 'due this week' },
    { value: 'any', note: 'not finished and has a due date' },
  ],
  doubt: ({ typed, about }) => {
    switch (about) {
      case 'state':
        return `There is no state like “${typed}”; it was left out. For example: state:draft, state:"being processed".`;
      case 'due':
        return `“${typed}” is no due date; it was left out. One of: overdue, today, this week, <3 (working days), 25/11.`;
      case 'procedure':
        return `No procedure is like “${typed}”; it was left out. Type a code, procedure:NB-20, or a part of a name in quotes.`;
      case 'unit':
        return `“${typed}” names no organisation yet; it was left out. For example: unit:"Sở Y tế".`;
      case null:
        return `There is no condition “${typed}”; it was left out. There are state:, due:, procedure:, unit:. To find these very words, put them in quotes.`;
    }
  },
  found: (count, goesOn) => (goesOn ? `More than ${count} found` : `${count} found`),
  none: (text, view, hasConditions) => ({
    title: `Nothing found for “${text}”`,
    text: [
      view === undefined ? '' : `Only “${view}” was searched: choose “All”.`,
      hasConditions ? 'Take out a condition and try again.' : '',
      'Codes, procedures, applicants and the words of papers are searched, with or without marks; every word must be there, anywhere in the dossier. Esc in the box shows all again.',
    ]
      .filter(Boolean)
      .join(' '),
  }),
};
