/** The words of filing at a province's own portal by hand. */
export interface PortalWords {
  open: string;
  title: string;
  what: string;
  portal: string;
  unsure: string;
  limits: (file: string, name: number) => string;
  as: string;
  folder: string;
  zip: string;
  choose: string;
  pack: string;
  interrupted: string;
  made: (files: number, bytes: string) => string;
  place: string;
  show: string;
  reduced: (dpi: number) => string;
  part: (n: number, of: number) => string;
  /** The first step: where a page of the procedure is known, and where it is not. */
  openPage: string;
  findPage: string;
  steps: readonly string[];
  link: string;
  filedAt: string;
  noLink: (portal: string) => string;
  copy: string;
  /** At a line that was copied. */
  lineCopied: string;
  copied: (label: string) => string;
  copyFailed: string;
  copyValue: string;
  sheet: string;
  sheetDone: string;
  code: string;
  codeHint: string;
  on: string;
  onHint: string;
  dayOutside: string;
  slipChosen: (name: string) => string;
  chooseSlip: string;
  slipCodes: string;
  slipNone: string;
  unsureCode: string;
  file: string;
  sure: string;
  filed: (code: string, day: string) => string;
  another: string;
  seen: string;
  seenState: string;
  seenDue: string;
  seenDueHint: string;
  seenNote: string;
  seenDone: string;
  /** Over what is seldom done. */
  more: string;
  reason: string;
  reasonHint: string;
  withdraw: string;
  withdrawHint: string;
  sendToo: string;
  bothWays: string;
  again: string;
  close: string;
}

export const portalVi: PortalWords = {
  open: 'Nộp qua cổng của tỉnh…',
  title: 'Nộp qua cổng của tỉnh',
  what: 'Hồ sơ được ghi thành một gói: các tệp PDF đặt tên và dung lượng theo cổng của tỉnh, cùng phiếu điền. Bạn nộp gói trên cổng của tỉnh rồi ghi mã về đây. Khi đã đóng gói, hồ sơ không gửi qua Cổng nữa.',
  portal: 'Cổng của tỉnh',
  unsure: 'Giới hạn này chưa được đối chiếu với cổng của tỉnh.',
  limits: (file, name) => `Mỗi tệp tối đa ${file}; tên tệp tối đa ${name} ký tự.`,
  as: 'Ghi thành',
  folder: 'Thư mục',
  zip: 'Một tệp ZIP',
  choose: 'Chọn nơi ghi gói hồ sơ',
  pack: 'Chọn nơi ghi và đóng gói',
  interrupted: 'Lần đóng gói trước bị ngắt giữa chừng, chưa có gói nào được ghi. Hãy đóng gói lại, hoặc cho biết không nộp nữa.',
  made: (files, bytes) => `${files} tệp, ${bytes}; đã mở lại và đúng như đã chuẩn bị.`,
  place: 'Gói ở',
  show: 'Mở nơi chứa gói',
  reduced: (dpi) => `giảm còn ${dpi} dpi`,
  part: (n, of) => `phần ${n}/${of}`,
  openPage: 'Mở trang của thủ tục trên cổng của tỉnh và đăng nhập.',
  findPage: 'Mở cổng của tỉnh, đăng nhập và tìm theo tên thủ tục.',
  steps: ['Sao chép từng ô từ phiếu điền.', 'Tải lên các tệp trong thư mục giay-to.', 'Nộp, rồi ghi mã cổng của tỉnh cấp vào đây.'],
  link: 'Trang của thủ tục',
  filedAt: 'Nơi nộp',
  noLink: (portal) => `${portal}, tìm theo tên thủ tục; không thấy thì hỏi cơ quan tiếp nhận.`,
  copy: 'Sao chép',
  lineCopied: 'Đã chép',
  copied: (label) => `Đã sao chép: ${label}`,
  copyFailed: 'Không sao chép được. Hãy chọn chữ rồi sao chép bằng Ctrl+C.',
  copyValue: 'Sao chép và sang ô sau',
  sheet: 'Sao chép từng ô',
  sheetDone: 'Đã hết các ô.',
  code: 'Mã hồ sơ do cổng của tỉnh cấp',
  codeHint: 'Gõ, dán, hoặc đọc từ phiếu của cổng của tỉnh.',
  on: 'Ngày nộp',
  onHint: 'Để trống là hôm nay.',
  dayOutside: 'Ngày nộp không thể trước ngày đóng gói hoặc sau hôm nay',
  slipChosen: (name) => `Phiếu: ${name}`,
  chooseSlip: 'Chọn phiếu (PDF hoặc ảnh)…',
  slipCodes: 'Mã đọc được trên phiếu; hãy so với phiếu.',
  slipNone: 'Không thấy mã nào trên phiếu. Hãy gõ mã; phiếu vẫn được giữ cùng hồ sơ.',
  unsureCode: 'đọc bằng nhận dạng chữ, cần xem kỹ',
  file: 'Ghi mã',
  sure: 'Mã đúng, ghi như vậy',
  filed: (code, day) => `Cổng của tỉnh đã nhận ngày ${day}, mã ${code}.`,
  another: 'Sửa mã hoặc thêm phiếu',
  seen: 'Ghi tình trạng',
  seenState: 'Tình trạng trên cổng của tỉnh',
  seenDue: 'Ngày hẹn trả',
  seenDueHint: 'Nếu cổng của tỉnh có ghi.',
  seenNote: 'Ghi chú',
  seenDone: 'Đã ghi tình trạng.',
  more: 'Việc khác…',
  reason: 'Lý do',
  reasonHint: 'Ghi vào nhật ký.',
  withdraw: 'Không nộp gói này',
  withdrawHint: 'Chỉ khi chắc chắn gói chưa và sẽ không được nộp trên cổng của tỉnh.',
  sendToo: 'Gửi cả qua Cổng',
  bothWays: 'Hồ sơ này đã gửi, hoặc đang gửi, qua Cổng. Muốn nộp cả qua cổng của tỉnh, hãy nêu lý do.',
  again: 'Đóng gói lại',
  close: 'Đóng',
};

export const portalEn: PortalWords = {
  open: 'File at the province’s portal…',
  title: 'File at the province’s portal',
  what: 'The dossier is written as a pack: its PDFs named and sized for the province’s portal, and a sheet of answers. You file the pack there and bring its code back. Once packed, it is not sent by the Portal any more.',
  portal: 'The province’s portal',
  unsure: 'These limits have not been checked against the province’s portal.',
  limits: (file, name) => `Files up to ${file} each; names up to ${name} characters.`,
  as: 'Write as',
  folder: 'A folder',
  zip: 'One ZIP file',
  choose: 'Choose where the pack is written',
  pack: 'Choose a place and pack',
  interrupted: 'Packing was interrupted before, and no pack was written. Pack again, or say that it will not be filed.',
  made: (files, bytes) => `${files} files, ${bytes}; opened again and as prepared.`,
  place: 'The pack is in',
  show: 'Open its place',
  reduced: (dpi) => `reduced to ${dpi} dpi`,
  part: (n, of) => `part ${n} of ${of}`,
  openPage: 'Open the procedure’s page at the province’s portal and sign in.',
  findPage: 'Open the province’s portal, sign in and look for the procedure by its name.',
  steps: ['Copy field by field from the sheet.', 'Upload the files of the folder giay-to.', 'File it, then note its code here.'],
  link: 'Page of the procedure',
  filedAt: 'Filed at',
  noLink: (portal) => `${portal}: look for the procedure by its name; if it is not there, ask the receiving agency.`,
  copy: 'Copy',
  lineCopied: 'Copied',
  copied: (label) => `Copied: ${label}`,
  copyFailed: 'It could not be copied. Select the text and press Ctrl+C.',
  copyValue: 'Copy and move on',
  sheet: 'Copy field by field',
  sheetDone: 'That was the last field.',
  code: 'The code of the province’s portal',
  codeHint: 'Type it, paste it, or read it from the slip of the province’s portal.',
  on: 'Filed on',
  onHint: 'Left empty: today.',
  dayOutside: 'It cannot be before the day of packing, nor after today',
  slipChosen: (name) => `Slip: ${name}`,
  chooseSlip: 'Choose the slip (PDF or picture)…',
  slipCodes: 'Codes read on the slip; compare them with it.',
  slipNone: 'No code was found on the slip. Type it; the slip is kept with the dossier all the same.',
  unsureCode: 'read from print, look closely',
  file: 'Note the code',
  sure: 'The code is right, note it',
  filed: (code, day) => `The province’s portal took it on ${day} under ${code}.`,
  another: 'Correct the code or add a slip',
  seen: 'Note how it stands',
  seenState: 'How it stands at the province’s portal',
  seenDue: 'Due day',
  seenDueHint: 'If the portal says one.',
  seenNote: 'Note',
  seenDone: 'Noted.',
  more: 'Other…',
  reason: 'Reason',
  reasonHint: 'Goes into the journal.',
  withdraw: 'Not to be filed',
  withdrawHint: 'Only when the pack was certainly not filed, and will not be.',
  sendToo: 'Send by the Portal too',
  bothWays: 'This dossier went, or goes, by the Portal. To file it at the province’s portal too, give a reason.',
  again: 'Pack again',
  close: 'Close',
};
