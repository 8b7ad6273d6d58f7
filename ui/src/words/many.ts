import type { MatchedBy } from '../host/desk.gen';
import { group } from './format';

/** The words of many dossiers made at once, out of a table. */
export interface ManyWords {
  open: string;
  procedure: string;
  intro: string;
  template: string;
  templateIn: string;
  templateDone: (file: string) => string;
  show: string;
  chooseFile: string;
  otherFile: string;
  reading: string;
  file: string;
  sheet: string;
  header: string;
  headerRow: (row: number) => string;
  views: { label: string; columns: string; rows: string };
  column: string;
  samples: string;
  field: string;
  fieldOf: (column: string) => string;
  leaveOut: string;
  inTable: (group: string, field: string) => string;
  required: string;
  by: Record<Exclude<MatchedBy, 'nothing'>, string>;
  unnamed: (letters: string) => string;
  key: string;
  keyHint: string;
  noKey: string;
  across: string;
  zeros: (count: number) => string;
  missing: (fields: string) => string;
  onlyErrors: string;
  row: string;
  reasons: string;
  made: string;
  follows: string;
  noRows: { title: string; text: string };
  noErrors: { title: string; text: string };
  page: (from: number, to: number, total: number) => string;
  earlier: string;
  later: string;
  counts: (lines: number, dossiers: number, faulty: number, before: number) => string;
  faulty: { label: string; leave: (count: number) => string; take: (count: number) => string };
  write: string;
  writeIn: string;
  written: (rows: number, file: string) => string;
  begin: (count: number) => string;
  nothing: string;
  unmapped: string;
  making: string;
  done: (made: number) => string;
  doneText: (faulty: number, before: number, leftOut: number, notYet: number) => string;
  undo: string;
  undone: (count: number) => string;
  list: string;
  reason: {
    required: string;
    other: string;
    zeroLost: (proposed: string) => string;
    sheet: (error: string) => string;
    notCalculated: string;
    noKey: string;
    disagrees: (row: number, said: string) => string;
  };
}

const sentence = (parts: readonly string[]): string => parts.join(' · ').replace(/^./u, (first) => first.toLocaleUpperCase('vi'));

export const manyVi: ManyWords = {
  open: 'Nhiều hồ sơ một lúc',
  procedure: 'Thủ tục',
  intro: 'Mỗi dòng trong bảng thành một hồ sơ nháp. Chưa có bảng thì tải bảng mẫu của thủ tục về, điền bằng Excel rồi chọn tệp đó.',
  template: 'Ghi bảng mẫu',
  templateIn: 'Chọn thư mục để ghi bảng mẫu',
  templateDone: (file) => `Đã ghi bảng mẫu ${file}`,
  show: 'Mở tệp',
  chooseFile: 'Chọn bảng XLSX, CSV',
  otherFile: 'Chọn bảng khác',
  reading: 'Đang đọc bảng',
  file: 'Tệp',
  sheet: 'Trang tính',
  header: 'Dòng tiêu đề cột',
  headerRow: (row) => `Dòng ${row}`,
  views: { label: 'Xem bảng', columns: 'Ghép cột', rows: 'Xem trước' },
  column: 'Cột trong bảng',
  samples: 'Ví dụ trong cột',
  field: 'Ghi vào mục',
  fieldOf: (column) => `Ghi cột ${column} vào mục`,
  leaveOut: 'Không nhập',
  inTable: (group, field) => `${group}: ${field}`,
  required: 'bắt buộc',
  by: { person: 'bạn chọn', remembered: 'như lần trước', heading: 'theo tiêu đề', similar: 'gần giống, nên xem lại' },
  unnamed: (letters) => `Cột ${letters}`,
  key: 'Gộp các dòng thành một hồ sơ',
  keyHint: 'Các dòng có cùng giá trị ở cột này thành một hồ sơ, mỗi dòng thêm một dòng vào bảng của hồ sơ.',
  noKey: 'Không gộp, mỗi dòng một hồ sơ',
  across: 'Giá trị đã nhập từ tệp khác thì không nhập lại',
  zeros: (count) => `Thêm lại số 0 ở đầu mà Excel đã bỏ${count > 0 ? ` (${group(count)} ô)` : ''}`,
  missing: (fields) => `Mục bắt buộc không có cột, sẽ điền sau trong từng hồ sơ: ${fields}`,
  onlyErrors: 'Chỉ hiện dòng có lỗi',
  row: 'Dòng',
  reasons: 'Lỗi khác',
  made: 'Đã tạo',
  follows: 'cùng hồ sơ trên',
  noRows: { title: 'Bảng không có dòng nào', text: 'Dưới dòng tiêu đề chưa có gì để nhập.' },
  noErrors: { title: 'Không có dòng nào có lỗi', text: 'Mọi dòng đều đúng với biểu mẫu.' },
  page: (from, to, total) => `Dòng ${group(from)}–${group(to)} trong ${group(total)}`,
  earlier: 'Trang trước',
  later: 'Trang sau',
  counts: (lines, dossiers, faulty, before) =>
    [
      lines === dossiers ? `${group(dossiers)} hồ sơ` : `${group(lines)} dòng, ${group(dossiers)} hồ sơ`,
      faulty > 0 ? `${group(faulty)} có lỗi` : 'không có lỗi',
      ...(before > 0 ? [`${group(before)} đã tạo trước đó`] : []),
    ].join(' · '),
  faulty: {
    label: 'Hồ sơ có lỗi',
    leave: (count) => `Bỏ qua ${group(count)} hồ sơ có lỗi`,
    take: (count) => `Vẫn tạo ${group(count)} hồ sơ có lỗi thành nháp để sửa sau`,
  },
  write: 'Ghi các dòng có lỗi ra tệp',
  writeIn: 'Chọn thư mục để ghi các dòng có lỗi',
  written: (rows, file) => `Đã ghi ${group(rows)} dòng cần sửa vào ${file}. Sửa xong thì chọn tệp đó để nhập.`,
  begin: (count) => `Tạo ${group(count)} hồ sơ nháp`,
  nothing: 'Không còn hồ sơ nào để tạo',
  unmapped: 'Chưa ghép cột nào vào biểu mẫu',
  making: 'Đang tạo hồ sơ',
  done: (made) => `Đã tạo ${group(made)} hồ sơ nháp`,
  doneText: (faulty, before, leftOut, notYet) =>
    sentence([
      ...(faulty > 0 ? [`${group(faulty)} hồ sơ trong đó còn chỗ cần sửa`] : []),
      ...(before > 0 ? [`${group(before)} hồ sơ đã có từ trước`] : []),
      ...(leftOut > 0 ? [`bỏ qua ${group(leftOut)} hồ sơ có lỗi`] : []),
      ...(notYet > 0 ? [`còn ${group(notYet)} hồ sơ chưa tạo vì bạn đã dừng; bấm tạo để làm tiếp`] : []),
    ]),
  undo: 'Hoàn tác lần nhập này',
  undone: (count) => `Đã cất ${group(count)} hồ sơ nháp của lần nhập này`,
  list: 'Xem danh sách hồ sơ',
  reason: {
    required: 'Chưa điền',
    other: 'Không hợp với biểu mẫu',
    zeroLost: (proposed) => `Excel đã bỏ số 0 ở đầu, có lẽ là ${proposed}`,
    sheet: (error) => `Ô báo lỗi ${error} trong bảng tính`,
    notCalculated: 'Công thức chưa được tính. Hãy mở bằng Excel rồi lưu lại',
    noKey: 'Bỏ trống: không rõ dòng này thuộc hồ sơ nào',
    disagrees: (row, said) => `Khác với dòng ${row} của cùng hồ sơ (“${said}”)`,
  },
};

export const manyEn: ManyWords = {
  open: 'Many dossiers at once',
  procedure: 'Procedure',
  intro: 'Each row of a table becomes a draft. Without one, save the empty table of the procedure, fill it in with a spreadsheet and choose it here.',
  template: 'Save an empty table',
  templateIn: 'Choose a folder for the empty table',
  templateDone: (file) => `The empty table is ${file}`,
  show: 'Open the file',
  chooseFile: 'Choose an XLSX or CSV table',
  otherFile: 'Choose another table',
  reading: 'Reading the table',
  file: 'File',
  sheet: 'Sheet',
  header: 'Row of the headings',
  headerRow: (row) => `Row ${row}`,
  views: { label: 'The table', columns: 'Columns', rows: 'Preview' },
  column: 'Column of the table',
  samples: 'Some of its values',
  field: 'Goes into',
  fieldOf: (column) => `Column ${column} goes into`,
  leaveOut: 'Leave out',
  inTable: (group, field) => `${group}: ${field}`,
  required: 'required',
  by: { person: 'as you chose', remembered: 'as the last time', heading: 'by its heading', similar: 'similar, worth a look' },
  unnamed: (letters) => `Column ${letters}`,
  key: 'Rows that make one dossier',
  keyHint: 'Rows with the same value in this column make one dossier; each adds a row to its table.',
  noKey: 'None: each row is a dossier',
  across: 'A value that came from another file is not taken in again',
  zeros: (count) => `Give back the zeros in front that the spreadsheet dropped${count > 0 ? ` (${group(count)} cells)` : ''}`,
  missing: (fields) => `Required and without a column, to be answered in each dossier: ${fields}`,
  onlyErrors: 'Only rows with errors',
  row: 'Row',
  reasons: 'Other errors',
  made: 'Made',
  follows: 'same dossier',
  noRows: { title: 'The table has no rows', text: 'There is nothing below the headings.' },
  noErrors: { title: 'No row has an error', text: 'All of them fit the form.' },
  page: (from, to, total) => `Rows ${group(from)}–${group(to)} of ${group(total)}`,
  earlier: 'Earlier page',
  later: 'Next page',
  counts: (lines, dossiers, faulty, before) =>
    [
      lines === dossiers ? `${group(dossiers)} dossiers` : `${group(lines)} rows, ${group(dossiers)} dossiers`,
      faulty > 0 ? `${group(faulty)} with errors` : 'no errors',
      ...(before > 0 ? [`${group(before)} made before`] : []),
    ].join(' · '),
  faulty: {
    label: 'Dossiers with errors',
    leave: (count) => `Leave out ${group(count)} with errors`,
    take: (count) => `Make drafts of the ${group(count)} with errors too, to be mended later`,
  },
  write: 'Write the rows with errors to a file',
  writeIn: 'Choose a folder for the rows with errors',
  written: (rows, file) => `${group(rows)} rows to be mended are in ${file}. Mend them and choose that file.`,
  begin: (count) => `Make ${group(count)} drafts`,
  nothing: 'There is nothing left to make',
  unmapped: 'No column goes into the form yet',
  making: 'Making dossiers',
  done: (made) => `${group(made)} drafts made`,
  doneText: (faulty, before, leftOut, notYet) =>
    sentence([
      ...(faulty > 0 ? [`${group(faulty)} of them to be mended`] : []),
      ...(before > 0 ? [`${group(before)} were there before`] : []),
      ...(leftOut > 0 ? [`${group(leftOut)} with errors left out`] : []),
      ...(notYet > 0 ? [`${group(notYet)} not made since you stopped it; make them to go on`] : []),
    ]),
  undo: 'Undo this import',
  undone: (count) => `${group(count)} drafts of this import were put away`,
  list: 'Show the list of dossiers',
  reason: {
    required: 'Not answered',
    other: 'Does not fit the form',
    zeroLost: (proposed) => `The spreadsheet dropped zeros in front, most likely ${proposed}`,
    sheet: (error) => `The spreadsheet says ${error}`,
    notCalculated: 'A formula that was never calculated. Open it in a spreadsheet and save',
    noKey: 'Empty: nobody knows to which dossier the row belongs',
    disagrees: (row, said) => `Row ${row} of the same dossier says “${said}”`,
  },
};
