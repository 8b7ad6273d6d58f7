/** The words of preparing a dossier. */
export interface PrepareWords {
  opening: string;
  retry: string;
  close: string;
  components: string;
  /** How many of a paper are asked for, such as `1 bản chính và 2 bản sao`. */
  asked: (originals: number, copies: number) => string;
  copyWillDo: string;
  perRow: (row: string, asked: string) => string;
  ifAny: string;
  state: {
    missing: string;
    waiting: string;
    /** While files are still being opened, all pages known so far may be done. */
    working: (done?: number, total?: number) => string;
    held: string;
    look: string;
    done: (pages: number) => string;
    sealed: string;
    doneLook: (pages: number) => string;
    otherKind: string;
    short: (have: number, need: number) => string;
    rows: (have: number, need: number) => string;
    allOut: string;
    optional: string;
    noRows: (table: string) => string;
  };
  rowGone: string;
  unknownPaper: string;
  add: string;
  addHint: string;
  addNoRows: (table: string) => string;
  adding: (files: number) => string;
  joined: (files: number) => string;
  chooseFiles: string;
  example: string;
  exampleHint: string;
  refused: (count: number) => string;
  restGoesOn: string;
  secrecy: { title: string; text: string; ask: string; confirm: string; cancel: string };
  todo: {
    title: (count: number) => string;
    ready: string;
    /** The same of a practice dossier, which is never sent. */
    complete: string;
    readyText: string;
    section: (section: string, count: number) => string;
    rows: (component: string, count: number, row: string) => string;
    all: (tasks: number, advice: number) => string;
    fewer: string;
    advice: (count: number) => string;
    /** Puts a piece of advice aside. */
    aside: string;
    /** The same of several at once. */
    asideAll: (count: number) => string;
    /** Behind it, for who does not see which. */
    asideWhat: (what: string) => string;
    /** Behind the key that does it. */
    asideKey: string;
    wentAside: (count: number) => string;
    /** Shows again what was put aside. */
    back: (count: number) => string;
    cameBack: string;
    /** There is nothing but what was put aside. */
    asideOnly: (count: number) => string;
    /** What asks for something. */
    why: (basis: string) => string;
    working: string;
  };
  sections: string;
  /** A place for files in the form: papers are attached at their component. */
  slot: (component: string) => string;
  next: (section: string) => string;
  paper: {
    title: string;
    page: (page: number, pages: number) => string;
    file: (file: number, files: number) => string;
    previous: string;
    next: string;
    alt: (page: number, name: string) => string;
    noPicture: string;
    opening: string;
    /** Its pages are being made. */
    coming: string;
    good: (dpi: number, percent: number) => string;
    goodUnread: (dpi: number) => string;
    blank: string;
    removed: string;
    open: string;
    discard: string;
    discarded: (name: string) => string;
    sealed: string;
    retry: string;
    secretHidden: string;
    destroy: string;
    destroyTitle: string;
    destroyText: string;
    keep: string;
    none: string;
    noneText: string;
    noneRead: string;
  };
  export: string;
  chooseFolder: string;
  exported: (files: number) => string;
  exportedUnfinished: (files: number, unfinished: number) => string;
  finish: string;
  finishPractice: string;
  notYet: (count: number) => string;
  practice: string;
  /** What of the catalogue nobody has confirmed, where it is shown. */
  unverified: { form: (status: string) => string; fee: (status: string) => string };
  /** Papers that were put away and can come back. */
  removed: {
    title: (count: number) => string;
    until: (moment: string) => string;
    back: string;
    /** What is read aloud of the button. */
    backOf: (name: string) => string;
  };
  /** The last look before a dossier is sent. */
  summary: {
    title: string;
    text: string;
    enrolFirst: string;
    procedure: string;
    applicant: string;
    papers: string;
    count: (papers: number, pages: number, bytes: string) => string;
    look: string;
    lookCount: (places: number) => string;
    from: string;
    back: string;
    send: string;
  };
  practiceDone: { title: string; text: string; list: string; again: string; stay: string };
  readOnly: (state: string) => string;
  receipt: string;
  outbox: string;
  timeline: string;
  automatic: string;
  noEvents: string;
  byPortal: string;
}

export const prepareVi: PrepareWords = {
  opening: 'Đang mở hồ sơ',
  retry: 'Thử lại',
  close: 'Đóng',
  components: 'Thành phần hồ sơ',
  asked: (originals, copies) =>
    [originals > 0 && `${originals} bản chính`, copies > 0 && `${copies} bản sao`].filter(Boolean).join(' và ') || 'bản điện tử',
  copyWillDo: 'hoặc bản sao có chứng thực',
  perRow: (row, asked) => `mỗi ${row} ${asked}`,
  ifAny: 'nếu có',
  state: {
    missing: 'Chưa có',
    waiting: 'Đã đính kèm, chờ số hóa',
    working: (done, total) => (total === undefined ? 'Đang số hóa' : done === total ? `Đang số hóa · xong ${done} trang` : `Đang số hóa ${done}/${total}`),
    held: 'Đã dừng số hóa',
    look: 'Cần xem',
    done: (pages) => `Đủ · ${pages} trang`,
    sealed: 'Đủ · giữ nguyên tệp',
    otherKind: 'Có thể nhầm giấy, nên xem lại',
    doneLook: (pages) => `Đủ · ${pages} trang, nên xem lại`,
    short: (have, need) => `Có ${have}/${need} bản`,
    rows: (have, need) => `Có ${have}/${need}`,
    allOut: 'Mọi trang đã bỏ',
    optional: 'Không bắt buộc',
    noRows: (table) => `Chờ điền bảng “${table}”`,
  },
  rowGone: 'Dòng đã bỏ khỏi bảng',
  unknownPaper: 'Giấy tờ ngoài thủ tục',
  add: 'Thêm giấy tờ',
  addHint: 'Hoặc kéo thả tệp, thư mục vào từng mục ở trên.',
  addNoRows: (table) => `Hãy thêm dòng vào bảng “${table}” trước, rồi đính kèm cho từng dòng.`,
  adding: (files) => `Đang nhận ${files} tệp`,
  joined: (files) => `${files} tệp đã được ghép thành một giấy tờ, theo thứ tự tên tệp. Nếu là nhiều giấy tờ, hãy thêm từng giấy một.`,
  chooseFiles: 'Chọn giấy tờ',
  example: 'Dùng giấy mẫu',
  exampleHint: 'Hồ sơ tập dượt có sẵn một giấy mẫu cho mục này.',
  refused: (count) => `${count} tệp không nhận được`,
  restGoesOn: 'Các tệp khác đã được nhận.',
  secrecy: {
    title: 'Xác nhận không có bí mật nhà nước',
    text: 'Giấy tờ đóng dấu MẬT, TỐI MẬT hoặc TUYỆT MẬT không được đưa vào máy này.',
    ask: 'Bạn xác nhận không giấy tờ nào của hồ sơ này là bí mật nhà nước? Lời xác nhận được ghi vào nhật ký, chỉ hỏi một lần cho mỗi hồ sơ.',
    confirm: 'Tôi xác nhận, không có',
    cancel: 'Không đính kèm',
  },
  todo: {
    title: (count) => `Còn ${count} việc`,
    ready: 'Đủ điều kiện gửi',
    complete: 'Hồ sơ đã đầy đủ',
    readyText: 'Mọi mục bắt buộc đã điền, giấy tờ đã đủ.',
    section: (section, count) => `${section}: còn ${count} mục chưa điền`,
    rows: (component, count, row) => `${component}: còn ${count} ${row} chưa có giấy`,
    all: (tasks, advice) => (advice > 0 ? `Xem cả ${tasks} việc, ${advice} nên xem lại` : `Xem cả ${tasks} việc`),
    fewer: 'Thu gọn',
    advice: (count) => `Nên xem lại ${count} việc`,
    aside: 'Bỏ qua',
    asideAll: (count) => `Bỏ qua cả ${count}`,
    asideWhat: (what) => `, lời nhắc: ${what}`,
    asideKey: 'bỏ qua lời nhắc đang chọn',
    wentAside: (count) => `Đã bỏ qua ${count} lời nhắc`,
    back: (count) => `Hiện lại ${count} lời nhắc đã bỏ qua`,
    cameBack: 'Đã hiện lại các lời nhắc',
    asideOnly: (count) => `${count} lời nhắc đã bỏ qua`,
    why: (basis) => `Căn cứ: ${basis}.`,
    working: 'Đang số hóa giấy tờ; bạn cứ điền tiếp.',
  },
  sections: 'Các phần của biểu mẫu',
  slot: (component) => `Đính kèm ở mục “${component}”`,
  next: (section) => `Phần tiếp: ${section}`,
  paper: {
    title: 'Giấy tờ',
    page: (page, pages) => `trang ${page}/${pages}`,
    file: (file, files) => `giấy ${file}/${files}`,
    previous: 'Trang trước',
    next: 'Trang sau',
    alt: (page, name) => `Ảnh trang ${page} của ${name}`,
    noPicture: 'Không vẽ được trang này. Tệp vẫn an toàn.',
    opening: 'Đang mở trang',
    coming: 'Giấy vừa thêm, trang sẽ hiện ở đây.',
    good: (dpi, percent) => `${dpi} dpi · thẳng · độ tin cậy nhận dạng ${percent}\u00a0%`,
    goodUnread: (dpi) => `${dpi} dpi · thẳng`,
    blank: 'Trang trắng, không đưa vào bản gửi',
    removed: 'Trang đã bỏ, không đưa vào bản gửi',
    open: 'Mở trong Số hóa',
    discard: 'Bỏ giấy tờ này',
    discarded: (name) => `Đã bỏ ${name}`,
    sealed: 'Tệp đã ký số hoặc giữ nguyên: gửi đúng từng byte',
    retry: 'Số hóa lại',
    secretHidden: 'Trang có dấu bí mật nhà nước nên được che.',
    destroy: 'Tiêu hủy giấy này',
    destroyTitle: 'Tiêu hủy giấy này?',
    destroyText: 'Tệp, ảnh và chữ đã đọc bị tiêu hủy ngay, không khôi phục được. Nhật ký chỉ ghi việc tiêu hủy, không ghi nội dung.',
    keep: 'Chưa tiêu hủy',
    none: 'Chưa có giấy tờ',
    noneText: 'Bấm “Thêm giấy tờ” để chọn bản quét, ảnh chụp hoặc PDF. Máy tự nắn thẳng, làm sạch và đọc chữ.',
    noneRead: 'Mục này không có giấy tờ.',
  },
  export: 'Xuất ra thư mục',
  chooseFolder: 'Chọn thư mục để xuất hồ sơ',
  exported: (files) => `Đã xuất ${files} tệp`,
  exportedUnfinished: (files, unfinished) => `Đã xuất ${files} tệp. Còn ${unfinished} giấy tờ chưa số hóa xong nên chưa xuất.`,
  finish: 'Xong, đưa vào hộp gửi',
  finishPractice: 'Xong hồ sơ tập dượt',
  notYet: (count) => `Còn ${count} việc`,
  practice: 'Hồ sơ tập dượt không gửi đi',
  unverified: {
    form: (status) => `Biểu mẫu ${status}: hãy đối chiếu với mẫu đang áp dụng`,
    fee: (status) => `Mức thu ${status}: hãy đối chiếu với quy định đang áp dụng`,
  },
  removed: {
    title: (count) => `Giấy tờ đã bỏ (${count})`,
    until: (moment) => `giữ đến ${moment}`,
    back: 'Lấy lại',
    backOf: (name) => `Lấy lại ${name}`,
  },
  summary: {
    title: 'Gửi hồ sơ này?',
    text: 'Hồ sơ được khóa lại và tự gửi khi có mạng. Nếu cần sửa, mở lại trong Hộp gửi trước khi Cổng nhận.',
    enrolFirst: 'Máy này chưa ghi danh với Cổng nên chưa biết gửi cho ai. Ghi danh một lần trong Cài đặt (cần mã của quản trị Cổng), rồi đưa hồ sơ vào hộp gửi. Hồ sơ vẫn được giữ nguyên; cũng có thể nộp qua cổng của tỉnh.',
    procedure: 'Thủ tục',
    applicant: 'Người nộp',
    papers: 'Giấy tờ',
    count: (papers, pages, bytes) => `${papers} giấy tờ · ${pages} trang · ${bytes}`,
    look: 'Nên xem lại',
    lookCount: (places) => `giấy tờ của ${places} mục`,
    from: 'Đơn vị gửi',
    back: 'Xem lại',
    send: 'Đưa vào hộp gửi',
  },
  practiceDone: {
    title: 'Chúc mừng, hồ sơ đã đầy đủ',
    text: 'Bạn đã điền biểu mẫu, số hóa giấy tờ và kiểm tra xong. Hồ sơ tập dượt không gửi đi; với hồ sơ thật, bước này đưa hồ sơ vào Hộp gửi.',
    list: 'Về danh sách hồ sơ',
    again: 'Soạn hồ sơ thật',
    stay: 'Ở lại đây',
  },
  readOnly: (state) => `Hồ sơ đang ở trạng thái “${state}”: chỉ xem, không sửa được.`,
  receipt: 'Xem biên nhận',
  outbox: 'Xem trong Hộp gửi',
  timeline: 'Diễn biến hồ sơ',
  automatic: 'tự động',
  noEvents: 'Chưa có tin từ Cổng.',
  byPortal: 'Nộp qua cổng của tỉnh, không qua Cổng: mã, phiếu và tình trạng ở “Nộp qua cổng của tỉnh…”.',
};

export const prepareEn: PrepareWords = {
  opening: 'Opening the dossier',
  retry: 'Try again',
  close: 'Close',
  components: 'Papers of the dossier',
  asked: (originals, copies) =>
    [originals > 0 && `${originals} ${originals === 1 ? 'original' : 'originals'}`, copies > 0 && `${copies} ${copies === 1 ? 'copy' : 'copies'}`]
      .filter(Boolean)
      .join(' and ') || 'electronic',
  copyWillDo: 'or a certified copy',
  perRow: (row, asked) => `${asked} for each ${row}`,
  ifAny: 'if there is one',
  state: {
    missing: 'Missing',
    waiting: 'Attached, waits to be digitised',
    working: (done, total) => (total === undefined ? 'Being digitised' : done === total ? `Being digitised · ${done} done` : `Being digitised ${done}/${total}`),
    held: 'Digitising is stopped',
    look: 'Needs a look',
    done: (pages) => `Complete · ${pages} ${pages === 1 ? 'page' : 'pages'}`,
    sealed: 'Complete · file kept as it is',
    otherKind: 'Maybe the wrong paper, worth a look',
    doneLook: (pages) => `Complete · ${pages} ${pages === 1 ? 'page' : 'pages'}, worth a look`,
    short: (have, need) => `${have} of ${need}`,
    rows: (have, need) => `${have} of ${need}`,
    allOut: 'All pages are taken out',
    optional: 'Optional',
    noRows: (table) => `Fill in “${table}” first`,
  },
  rowGone: 'Row removed from the table',
  unknownPaper: 'Not asked for by the procedure',
  add: 'Add papers',
  addHint: 'Or drop files and folders on an item above.',
  addNoRows: (table) => `Add a row to “${table}” first, then attach papers to each.`,
  adding: (files) => `Taking in ${files} ${files === 1 ? 'file' : 'files'}`,
  joined: (files) => `${files} files became one paper, in the order of their names. If they are several papers, add them one by one.`,
  chooseFiles: 'Choose papers',
  example: 'Use the example paper',
  exampleHint: 'The practice dossier comes with an example paper for this item.',
  refused: (count) => `${count} ${count === 1 ? 'file was' : 'files were'} not taken in`,
  restGoesOn: 'The other files were taken in.',
  secrecy: {
    title: 'Confirm: no state secrets',
    text: 'Papers stamped MẬT, TỐI MẬT or TUYỆT MẬT must not enter this computer.',
    ask: 'Do you confirm that no paper of this dossier is a state secret? Your word is entered in the journal; you are asked once for each dossier.',
    confirm: 'I confirm: none',
    cancel: 'Do not attach',
  },
  todo: {
    title: (count) => `${count} ${count === 1 ? 'thing' : 'things'} to do`,
    ready: 'Ready to be sent',
    complete: 'The dossier is complete',
    readyText: 'All that must be answered is, and the papers are complete.',
    section: (section, count) => `${section}: ${count} not answered`,
    rows: (component, count, row) => `${component}: missing for ${count} ${row}`,
    all: (tasks, advice) => (advice > 0 ? `Show all ${tasks}, ${advice} worth a look` : `Show all ${tasks}`),
    fewer: 'Show fewer',
    advice: (count) => `${count} worth a look`,
    aside: 'Put aside',
    asideAll: (count) => `Put all ${count} aside`,
    asideWhat: (what) => `: ${what}`,
    asideKey: 'puts aside what you are on',
    wentAside: (count) => `Put aside ${count}`,
    back: (count) => `Show the ${count} put aside again`,
    cameBack: 'What was put aside is shown again',
    asideOnly: (count) => `${count} put aside`,
    why: (basis) => `Because of ${basis}.`,
    working: 'Papers are being digitised; you can go on filling in.',
  },
  sections: 'Parts of the form',
  slot: (component) => `Attach at “${component}”`,
  next: (section) => `Next: ${section}`,
  paper: {
    title: 'Paper',
    page: (page, pages) => `page ${page}/${pages}`,
    file: (file, files) => `paper ${file}/${files}`,
    previous: 'Previous page',
    next: 'Next page',
    alt: (page, name) => `Picture of page ${page} of ${name}`,
    noPicture: 'This page cannot be drawn. The file is safe.',
    opening: 'Opening the page',
    coming: 'Just added: its pages will be shown here.',
    good: (dpi, percent) => `${dpi} dpi · straight · recognition confidence ${percent}\u00a0%`,
    goodUnread: (dpi) => `${dpi} dpi · straight`,
    blank: 'Blank page, left out of what is sent',
    removed: 'Page taken out, not sent',
    open: 'Open in Digitise',
    discard: 'Remove this paper',
    discarded: (name) => `Removed ${name}`,
    sealed: 'Signed or kept as it is: sent byte for byte',
    retry: 'Digitise again',
    secretHidden: 'The page is stamped a state secret and hidden.',
    destroy: 'Destroy this paper',
    destroyTitle: 'Destroy this paper?',
    destroyText: 'File, pictures and text are destroyed at once and cannot be brought back. The journal notes the act, not the content.',
    keep: 'Not yet',
    none: 'No paper yet',
    noneText: 'Press “Add papers” to choose scans, photographs or PDFs. They are straightened, cleaned and read by themselves.',
    noneRead: 'There is no paper here.',
  },
  export: 'Export to a folder',
  chooseFolder: 'Choose a folder for the dossier',
  exported: (files) => `${files} ${files === 1 ? 'file' : 'files'} exported`,
  exportedUnfinished: (files, unfinished) => `${files} files exported. ${unfinished} papers are not digitised yet and were left out.`,
  finish: 'Done, put in the outbox',
  finishPractice: 'Finish the practice dossier',
  notYet: (count) => `${count} to do`,
  practice: 'A practice dossier is never sent',
  unverified: {
    form: (status) => `The form is ${status}: compare it with the one in force`,
    fee: (status) => `The fee is ${status}: compare it with the rules in force`,
  },
  removed: {
    title: (count) => `Removed papers (${count})`,
    until: (moment) => `kept until ${moment}`,
    back: 'Bring back',
    backOf: (name) => `Bring back ${name}`,
  },
  summary: {
    title: 'Send this dossier?',
    text: 'It is closed and sent by itself when there is a network. To correct it, open it again in the outbox before the Portal has it.',
    enrolFirst: 'This computer is not enrolled with the Portal: there is nobody to send to yet. Enrol it once in the settings (with a code of the Portal’s administrator), then put the dossier into the outbox. It stays as it is; it can also be filed at the province’s portal.',
    procedure: 'Procedure',
    applicant: 'Applicant',
    papers: 'Papers',
    count: (papers, pages, bytes) => `${papers} ${papers === 1 ? 'paper' : 'papers'} · ${pages} ${pages === 1 ? 'page' : 'pages'} · ${bytes}`,
    look: 'Worth a look',
    lookCount: (places) => `papers of ${places} ${places === 1 ? 'item' : 'items'}`,
    from: 'Sent by',
    back: 'Look again',
    send: 'Put in the outbox',
  },
  practiceDone: {
    title: 'Well done, the dossier is complete',
    text: 'You filled in the form, digitised the papers and checked them. A practice dossier is not sent; with a real one, this step puts it in the outbox.',
    list: 'Back to the list',
    again: 'Prepare a real dossier',
    stay: 'Stay here',
  },
  readOnly: (state) => `This dossier is “${state.toLowerCase()}”: it can be read, not changed.`,
  receipt: 'Show the receipt',
  outbox: 'Show in the outbox',
  timeline: 'What happened',
  automatic: 'automatic',
  noEvents: 'Nothing heard from the Portal yet.',
  byPortal: 'Filed at the province’s portal, not by the Portal: its code, slip and state are under “File at the province’s portal…”.',
};
