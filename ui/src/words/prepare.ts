/** The words of “Soạn hồ sơ”. */
export interface PrepareWords {
  components: string;
  need: { originals: (count: number) => string; copies: (count: number) => string; each: string; optional: string; conditional: (words: string) => string };
  state: {
    missing: string;
    optional: string;
    waiting: string;
    working: (done: number, total: number) => string;
    failed: string;
    look: (pages: number) => string;
    done: (pages: number) => string;
    sealed: string;
  };
  row: (number: number) => string;
  attach: string;
  attachTo: (component: string) => string;
  example: string;
  drop: string;
  refused: (count: number) => string;
  remaining: (count: number) => string;
  more: (count: number) => string;
  ready: string;
  readyPractice: string;
  sections: string;
  submit: string;
  submitReason: (count: number) => string;
  practiceReason: string;
  print: string;
  export: string;
  exported: string;
  exportTitle: string;
  chooseTitle: string;
  paper: { none: string; noneText: string; file: (n: number, of: number) => string; page: (n: number, of: number) => string; previous: string; next: string; open: string; remove: string; removed: (name: string) => string; alt: (name: string, page: number) => string; made: string; words: (count: number) => string; sure: (percent: number) => string; straight: string; turned: (degrees: string) => string };
  rowRemoved: string;
  secrecy: { title: string; text: string; marks: string; yes: string; no: string };
  unsaved: (why: string) => string;
  readOnly: (state: string) => string;
  events: string;
  receipt: string;
  practice: string;
  loading: string;
  attaching: (count: number) => string;
}

export const prepareVi: PrepareWords = {
  components: 'Thành phần hồ sơ',
  need: {
    originals: (count) => `${count} bản chính`,
    copies: (count) => `${count} bản sao`,
    each: 'cho mỗi người',
    optional: 'nếu có',
    conditional: (words) => words,
  },
  state: {
    missing: 'Chưa có',
    optional: 'Không bắt buộc',
    waiting: 'Đã lưu, chờ số hóa',
    working: (done, total) => (total > 0 ? `Đang số hóa ${done}/${total}` : 'Đang số hóa'),
    failed: 'Không số hóa được',
    look: (pages) => `Nên xem lại · ${pages} trang`,
    done: (pages) => `Đủ · ${pages} trang`,
    sealed: 'Đủ · tệp ký số, giữ nguyên',
  },
  row: (number) => `Dòng ${number}`,
  attach: 'Thêm giấy tờ',
  attachTo: (component) => `Thêm giấy tờ vào ${component}`,
  example: 'Dùng giấy mẫu',
  drop: 'Kéo thả tệp hoặc thư mục vào từng mục cũng được.',
  refused: (count) => `${count} tệp không nhận được`,
  remaining: (count) => `Còn ${count} việc trước khi gửi`,
  more: (count) => `và ${count} việc nữa`,
  ready: 'Đủ điều kiện gửi.',
  readyPractice: 'Đủ cả rồi. Đây là hồ sơ tập dượt nên không gửi đi; bấm Ctrl N để soạn hồ sơ thật.',
  sections: 'Các phần của biểu mẫu',
  submit: 'Xong, đưa vào hộp gửi',
  submitReason: (count) => `Còn ${count} việc`,
  practiceReason: 'Hồ sơ tập dượt không gửi đi',
  print: 'In',
  export: 'Xuất ra thư mục',
  exported: 'Đã xuất ra thư mục',
  exportTitle: 'Chọn thư mục để xuất hồ sơ',
  chooseTitle: 'Chọn giấy tờ',
  paper: {
    none: 'Chưa có giấy tờ',
    noneText: 'Thêm bản quét, ảnh chụp hoặc tệp PDF; máy tự nắn thẳng, làm sạch và đọc chữ trong khi bạn điền biểu mẫu.',
    file: (n, of) => `tệp ${n}/${of}`,
    page: (n, of) => `trang ${n}/${of}`,
    previous: 'Trang trước',
    next: 'Trang sau',
    open: 'Xem kỹ',
    remove: 'Bỏ giấy tờ này',
    removed: (name) => `Đã bỏ ${name}`,
    alt: (name, page) => `${name}, trang ${page}`,
    made: 'Bản đã xử lý',
    words: (count) => `đọc được ${count} chữ`,
    sure: (percent) => `chắc ${percent} %`,
    straight: 'thẳng',
    turned: (degrees) => `đã nắn ${degrees}°`,
  },
  rowRemoved: 'Đã bỏ một dòng',
  secrecy: {
    title: 'Giấy tờ có phải bí mật nhà nước không?',
    text: 'Giấy tờ đóng dấu mật không được đưa vào máy này. Hãy xem kỹ trước khi thêm giấy tờ đầu tiên của hồ sơ.',
    marks: 'MẬT · TỐI MẬT · TUYỆT MẬT',
    yes: 'Không có giấy tờ mật, thêm vào',
    no: 'Quay lại',
  },
  unsaved: (why) => `Điều vừa gõ chưa lưu được: ${why} Máy đang tự thử lại; xin đừng đóng cửa sổ.`,
  readOnly: (state) => `${state}: chỉ xem, không sửa được.`,
  events: 'Diễn biến',
  receipt: 'Xem biên nhận',
  practice: 'Hồ sơ tập dượt',
  loading: 'Đang mở hồ sơ',
  attaching: (count) => `Đang lưu ${count} tệp`,
};

export const prepareEn: PrepareWords = {
  components: 'Components',
  need: {
    originals: (count) => `${count} original${count === 1 ? '' : 's'}`,
    copies: (count) => `${count} cop${count === 1 ? 'y' : 'ies'}`,
    each: 'for each person',
    optional: 'if there is one',
    conditional: (words) => words,
  },
  state: {
    missing: 'Missing',
    optional: 'Not required',
    waiting: 'Saved, to be digitised',
    working: (done, total) => (total > 0 ? `Being digitised ${done}/${total}` : 'Being digitised'),
    failed: 'Could not be digitised',
    look: (pages) => `Worth a look · ${pages} pages`,
    done: (pages) => `Complete · ${pages} pages`,
    sealed: 'Complete · signed file, kept as it is',
  },
  row: (number) => `Row ${number}`,
  attach: 'Add papers',
  attachTo: (component) => `Add papers to ${component}`,
  example: 'Use the example paper',
  drop: 'Files and folders can also be dropped on a component.',
  refused: (count) => `${count} file${count === 1 ? '' : 's'} could not be taken`,
  remaining: (count) => `${count} thing${count === 1 ? '' : 's'} left before sending`,
  more: (count) => `and ${count} more`,
  ready: 'Ready to be sent.',
  readyPractice: 'All complete. This is a practice dossier and is not sent; press Ctrl N to start a real one.',
  sections: 'Parts of the form',
  submit: 'Done, to the outbox',
  submitReason: (count) => `${count} left`,
  practiceReason: 'A practice dossier is not sent',
  print: 'Print',
  export: 'Export to a folder',
  exported: 'Exported',
  exportTitle: 'Choose a folder for the export',
  chooseTitle: 'Choose papers',
  paper: {
    none: 'No papers yet',
    noneText: 'Add scans, photographs or PDF files: they are straightened, cleaned and read while you fill in the form.',
    file: (n, of) => `file ${n}/${of}`,
    page: (n, of) => `page ${n}/${of}`,
    previous: 'Previous page',
    next: 'Next page',
    open: 'Look closely',
    remove: 'Remove this paper',
    removed: (name) => `Removed ${name}`,
    alt: (name, page) => `${name}, page ${page}`,
    made: 'As processed',
    words: (count) => `${count} words read`,
    sure: (percent) => `${percent} % sure`,
    straight: 'straight',
    turned: (degrees) => `straightened by ${degrees}°`,
  },
  rowRemoved: 'A row was removed',
  secrecy: {
    title: 'Is any paper a state secret?',
    text: 'Papers with a secrecy stamp must not enter this computer. Look carefully before the first paper of a dossier is added.',
    marks: 'MẬT · TỐI MẬT · TUYỆT MẬT',
    yes: 'None is secret, add them',
    no: 'Go back',
  },
  unsaved: (why) => `What was just typed is not saved yet: ${why} It is tried again; please do not close the window.`,
  readOnly: (state) => `${state}: to be read only.`,
  events: 'What happened',
  receipt: 'Show the receipt',
  practice: 'Practice dossier',
  loading: 'Opening the dossier',
  attaching: (count) => `Saving ${count} file${count === 1 ? '' : 's'}`,
};
