/** The words of parts and forms, in one language. What a screen says, it gives to its parts itself. */
export interface PartWords {
  language: 'vi' | 'en';
  /** Behind the label of what may be left empty. */
  optional: string;
  /** Read aloud before the words of an error. */
  error: string;
  yes: string;
  no: string;
  /** A list nothing was chosen from yet. */
  choose: string;
  cancel: string;
  close: string;
  undo: string;
  /** Something whose amount of work is known: `4 trong 6`. */
  ofTotal: (done: number, total: number) => string;
  /** How long it may still take. */
  remaining: (seconds: number) => string;
  partialDateHint: string;
  calculated: string;
  /** Nothing to calculate from yet. */
  notYet: string;
  /** Read by a machine with this confidence, in percent. */
  unconfirmed: (percent: number) => string;
  missing: string;
  address: { line: string; province: string; commune: string; hint: string; former: (words: string) => string; /** Of an old unit, before the name of what it is now. */ now: Record<'whole' | 'main_part' | 'part', (old: string) => string>; nowWhole: (address: string) => string; take: string; pass: string; forget: string };
  /** Read aloud of a part that lacks nothing. */
  done: string;
  /** How many in a list fit what was typed. */
  found: (count: number) => string;
  organisation: { name: string; taxCode: string };
  addRow: (row: string) => string;
  removeRow: (row: string, number: number) => string;
  /** Behind the key that removes the row somebody is in. */
  removeRowKey: (row: string) => string;
  removedRow: (row: string, number: number) => string;
  rowTitle: (row: string, number: number) => string;
  noRows: (row: string) => string;
  rowsFull: (max: number) => string;
}

export const partsVi: PartWords = {
  language: 'vi',
  optional: '(không bắt buộc)',
  error: 'Lỗi:',
  yes: 'Có',
  no: 'Không',
  choose: 'Chọn một mục',
  cancel: 'Hủy',
  close: 'Đóng',
  undo: 'Hoàn tác',
  ofTotal: (done, total) => `${done} trong ${total}`,
  remaining: (seconds) => `còn khoảng ${inWords(seconds, 'giây', 'phút', 'giờ')}`,
  partialDateHint: 'Ví dụ 1/2/1975, 2/1975 hoặc 1975',
  calculated: '(tự tính)',
  notYet: 'Chưa đủ số liệu',
  unconfirmed: (percent) => `Máy đọc, độ tin cậy nhận dạng ${percent}\u00a0%: hãy xem lại`,
  missing: 'Hãy điền mục này',
  address: {
    line: 'Số nhà, đường, thôn, tổ',
    province: 'Tỉnh, thành phố',
    commune: 'Xã, phường, đặc khu',
    hint: 'Gõ vài chữ của tên, có dấu hay không, rồi chọn',
    former: (words) => `(trước sáp nhập: ${words})`,
    now: { whole: (old) => `${old} nay là`, main_part: (old) => `${old} nay phần lớn thuộc`, part: (old) => `${old} nay một phần thuộc` },
    nowWhole: (address) => `Nay là ${address}`,
    take: 'Dùng',
    pass: 'Giữ như đã gõ',
    forget: 'Bỏ',
  },
  done: 'đã đủ',
  found: (count) => (count === 0 ? 'Không có tên nào như vậy. Hãy gõ ít chữ hơn.' : `${count} mục`),
  organisation: { name: 'Tên cơ quan, tổ chức', taxCode: 'Mã số thuế' },
  addRow: (row) => `Thêm ${row}`,
  removeRow: (row, number) => `Bỏ ${row} ${number}`,
  removeRowKey: (row) => `bỏ ${row} đang nhập`,
  removedRow: (row, number) => `Đã bỏ ${row} ${number}`,
  rowTitle: (row, number) => `${capital(row)} ${number}`,
  noRows: (row) => `Chưa có ${row} nào.`,
  rowsFull: (max) => `Đã đủ ${max} dòng, không thêm được nữa.`,
};

export const partsEn: PartWords = {
  language: 'en',
  optional: '(optional)',
  error: 'Error:',
  yes: 'Yes',
  no: 'No',
  choose: 'Choose one',
  cancel: 'Cancel',
  close: 'Close',
  undo: 'Undo',
  ofTotal: (done, total) => `${done} of ${total}`,
  remaining: (seconds) => `about ${inWords(seconds, 's', 'min', 'h')} left`,
  partialDateHint: 'For example 1/2/1975, 2/1975 or 1975',
  calculated: '(calculated)',
  notYet: 'Not enough figures yet',
  unconfirmed: (percent) => `Read by machine, recognition confidence ${percent}\u00a0%: please check`,
  missing: 'Fill this in',
  address: {
    line: 'House number, street, hamlet',
    province: 'Province',
    commune: 'Commune',
    hint: 'Type some of the name, with or without marks, then choose',
    former: (words) => `(before the merger: ${words})`,
    now: { whole: (old) => `${old} is now`, main_part: (old) => `${old} is now mostly in`, part: (old) => `${old} is now partly in` },
    nowWhole: (address) => `Now ${address}`,
    take: 'Use',
    pass: 'Keep as typed',
    forget: 'Remove',
  },
  done: 'complete',
  found: (count) => (count === 0 ? 'No such name. Type less of it.' : `${count} to choose from`),
  organisation: { name: 'Name of the organisation', taxCode: 'Tax code' },
  addRow: (row) => `Add ${row}`,
  removeRow: (row, number) => `Remove ${row} ${number}`,
  removeRowKey: (row) => `removes the ${row} you are in`,
  removedRow: (row, number) => `Removed ${row} ${number}`,
  rowTitle: (row, number) => `${capital(row)} ${number}`,
  noRows: (row) => `No ${row} yet.`,
  rowsFull: (max) => `${max} rows are the most there can be.`,
};

/** Rounded as an estimate deserves: 37 s are 40, 110 s are 2 minutes. */
function inWords(seconds: number, second: string, minute: string, hour: string): string {
  if (seconds < 10) return `${Math.max(1, Math.round(seconds))} ${second}`;
  if (seconds < 55) return `${Math.round(seconds / 10) * 10} ${second}`;
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} ${minute}`;
  return `${Math.round(seconds / 3600)} ${hour}`;
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase('vi') + text.slice(1);
}
