import { editorEn, editorVi, type EditorWords } from './editor';

/** The words of looking at digitised pages. */
export interface DigitiseWords {
  opening: string;
  retry: string;
  choose: {
    title: string;
    text: string;
    others: string;
    none: { title: string; text: string };
    noPapers: { title: string; text: string };
    prepare: string;
    pages: (pages: number) => string;
  };
  document: string;
  strip: string;
  page: (page: number) => string;
  pageOf: (page: number, pages: number) => string;
  mark: { ok: string; look: string; blank: string; removed: string; separator: string; working: string; waiting: string };
  selected: (count: number) => string;
  alt: (page: number, original: boolean) => string;
  noPicture: string;
  original: string;
  made: string;
  view: string;
  zoom: { label: string; in: string; out: string; fit: string; full: string };
  turn: string;
  turnBack: string;
  remove: string;
  keep: string;
  turned: (pages: number) => string;
  confirmed: (pages: number) => string;
  removedPages: (pages: number) => string;
  keptPages: (pages: number) => string;
  moved: (component: string) => string;
  keys: { pages: string; select: string; extend: string; all: string };
  noEdit: string;
  noEditYet: string;
  sealed: string;
  side: {
    good: string;
    blank: string;
    removed: string;
    separator: string;
    quad: string;
    skew: (degrees: string) => string;
    dpi: (dpi: number) => string;
    confidence: (percent: number) => string;
    lowConfidence: (percent: number) => string;
    unread: string;
    code: (kind: string) => string;
    secret: string;
    letterhead: string;
    agency: string;
    number: string;
    date: string;
    kind: string;
    subject: string;
    addressee: string;
    recipients: string;
    signer: string;
    position: string;
    /** After a value that was read with little confidence. */
    compare: string;
    place: string;
    text: string;
    component: string;
    waiting: string;
    stale: string;
  };
  /** Nobody was sure how a page stands: it is shown in its four ways. */
  ask: {
    title: string;
    text: string;
    left: (pages: number) => string;
    ways: readonly [string, string, string, string];
    alt: (page: number, way: string) => string;
    stands: (page: number) => string;
    open: string;
    later: string;
    over: string;
    right: string;
  };
  /** Two pages on one sheet, perhaps. */
  double: { title: string; text: string; divide: string; one: string; kept: (pages: number) => string };
  progress: {
    label: string;
    queued: string;
    pages: (done: number, total: number) => string;
    stop: string;
    go: string;
    held: (papers: number) => string;
    idle: string;
    waiting: (papers: number) => string;
  };
  done: string;
  editor: EditorWords;
}

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const digitiseVi: DigitiseWords = {
  opening: 'Đang mở giấy tờ',
  retry: 'Thử lại',
  choose: {
    title: 'Chọn giấy tờ để xem',
    text: 'Giấy tờ thêm vào hồ sơ được tự số hóa. Ở đây bạn xem từng trang, xoay, bỏ trang thừa và chuyển giấy sang đúng mục.',
    others: 'Giấy tờ của hồ sơ khác',
    none: { title: 'Chưa có giấy tờ nào để xem', text: 'Thêm giấy tờ vào một hồ sơ đang soạn; từng trang sẽ hiện ở đây để bạn xem và sửa.' },
    noPapers: { title: 'Hồ sơ này chưa có giấy tờ', text: 'Thêm giấy tờ ở màn hình Soạn hồ sơ; các trang sẽ hiện ở đây.' },
    prepare: 'Về hồ sơ',
    pages: (pages) => `${pages} trang`,
  },
  document: 'Giấy tờ đang xem',
  strip: 'Các trang',
  page: (page) => `Trang ${page}`,
  pageOf: (page, pages) => `Trang ${page}/${pages}`,
  mark: { ok: 'tốt', look: 'cần xem', blank: 'trang trắng', removed: 'đã bỏ', separator: 'tờ ngăn', working: 'đang làm', waiting: 'chờ' },
  selected: (count) => `Đang chọn ${count} trang`,
  alt: (page, original) => `Trang ${page}, ${original ? 'bản gốc' : 'bản đã xử lý'}`,
  noPicture: 'Không vẽ được trang này. Tệp vẫn an toàn trong máy.',
  original: 'Bản gốc',
  made: 'Bản đã xử lý',
  view: 'Đang xem',
  zoom: { label: 'Cỡ hiển thị', in: 'Phóng to', out: 'Thu nhỏ', fit: 'Vừa khung', full: 'Cỡ thật 100 %' },
  turn: 'Xoay phải',
  turnBack: 'Xoay trái',
  remove: 'Bỏ trang',
  keep: 'Giữ lại',
  turned: (pages) => `Đã xoay ${pages} trang`,
  confirmed: (pages) => `Đã ghi nhận đúng chiều ${pages} trang`,
  removedPages: (pages) => `Đã bỏ ${pages} trang`,
  keptPages: (pages) => `Đã giữ lại ${pages} trang`,
  moved: (component) => `Đã chuyển sang ${component}`,
  keys: { pages: 'Sang trang khác', select: 'Chọn thêm trang', extend: 'Chọn liền nhiều trang', all: 'Chọn mọi trang' },
  noEdit: 'Hồ sơ đã gửi hoặc đang gửi: chỉ xem.',
  noEditYet: 'Số hóa xong mới xoay, bỏ được trang.',
  sealed: 'Tệp đã ký số hoặc giữ nguyên: gửi đúng từng byte, không xoay hay bỏ trang.',
  side: {
    good: 'Trang tốt, không có gì cần xem',
    blank: 'Trang trắng: không đưa vào bản gửi. Nếu trang có nội dung, hãy giữ lại.',
    removed: 'Trang đã bỏ: không đưa vào bản gửi.',
    separator: 'Tờ ngăn cách tập giấy: không đưa vào bản gửi.',
    quad: 'Ảnh chụp: đã tìm bốn góc giấy và nắn phẳng. Xem “Bản gốc” nếu thấy mất mép.',
    skew: (degrees) => `đã nắn thẳng ${degrees}°`,
    dpi: (dpi) => `${dpi} dpi`,
    confidence: (percent) => `độ tin cậy nhận dạng ${percent}\u00a0%`,
    lowConfidence: (percent) => `Độ tin cậy nhận dạng chỉ ${percent}\u00a0%: hãy đối chiếu với bản giấy`,
    unread: 'không thấy chữ',
    code: (kind) => `Mã ${kind === 'qr' ? 'QR' : kind}`,
    secret: 'Trang có dấu bí mật nhà nước nên được che. Hãy hủy giấy này ở màn hình Soạn hồ sơ.',
    letterhead: 'Đọc được trên văn bản',
    agency: 'Cơ quan',
    number: 'Số, ký hiệu',
    date: 'Ngày',
    kind: 'Loại văn bản',
    subject: 'Trích yếu',
    addressee: 'Kính gửi',
    recipients: 'Nơi nhận',
    signer: 'Người ký',
    position: 'Chức vụ',
    compare: 'nên đối chiếu',
    place: 'Nơi ban hành',
    text: 'Chữ trên trang',
    component: 'Thuộc thành phần',
    waiting: 'Trang chưa số hóa: đang hiện ảnh như khi nhận.',
    stale: 'Đang làm lại trang này theo ý bạn.',
  },
  ask: {
    title: 'Hình nào đứng đúng chiều?',
    text: 'Máy không chắc: bấm hình đúng, hoặc phím 1–4.',
    left: (pages) => `${pages} trang chưa rõ chiều`,
    ways: ['Như khi nhận', 'Xoay phải', 'Xoay 180°', 'Xoay trái'],
    alt: (page, way) => `Trang ${page}, ${way.toLowerCase()}`,
    stands: (page) => `Đã ghi chiều trang ${page}`,
    open: 'Trả lời chiều trang',
    later: 'Để sau, xem trang',
    over: 'Đã trả lời chiều của mọi trang.',
    right: 'Trang đúng chiều rồi',
  },
  double: {
    title: 'Đây là hai trang trên một tờ?',
    text: 'Máy thấy khe giữa hai trang nhưng chưa chia. Trang trái đứng trước.',
    divide: 'Chia đôi',
    one: 'Chỉ là một trang',
    kept: (pages) => `Đã ghi nhận ${pages} tờ là một trang`,
  },
  progress: {
    label: 'Đang số hóa',
    queued: 'Đang chờ đến lượt số hóa',
    pages: (done, total) => `${done}/${total} trang`,
    stop: 'Dừng, giữ phần xong',
    go: 'Số hóa tiếp',
    held: (papers) => `Đã dừng số hóa, còn ${papers} giấy tờ chờ`,
    idle: 'Giấy tờ này đã số hóa xong',
    waiting: (papers) => `Còn ${papers} giấy tờ chờ số hóa`,
  },
  done: 'Xong, về hồ sơ',
  editor: editorVi,
};

export const digitiseEn: DigitiseWords = {
  opening: 'Opening the paper',
  retry: 'Try again',
  choose: {
    title: 'Choose a paper to look at',
    text: 'Papers added to a dossier are digitised by themselves. Here you look at each page, turn it, take out what is too much and put a paper where it belongs.',
    others: 'Papers of another dossier',
    none: { title: 'No papers to look at yet', text: 'Add papers to a draft; its pages are shown here, to be looked at and mended.' },
    noPapers: { title: 'This dossier has no papers yet', text: 'Add papers on the screen Prepare; their pages are shown here.' },
    prepare: 'Back to the dossier',
    pages: (pages) => plural(pages, 'page', 'pages'),
  },
  document: 'Paper shown',
  strip: 'Pages',
  page: (page) => `Page ${page}`,
  pageOf: (page, pages) => `Page ${page}/${pages}`,
  mark: { ok: 'good', look: 'needs a look', blank: 'blank', removed: 'taken out', separator: 'separator', working: 'in work', waiting: 'waits' },
  selected: (count) => `${plural(count, 'page', 'pages')} selected`,
  alt: (page, original) => `Page ${page}, ${original ? 'as it came in' : 'finished'}`,
  noPicture: 'This page cannot be drawn. The file is safe on this computer.',
  original: 'Original',
  made: 'Finished',
  view: 'Shown',
  zoom: { label: 'Size', in: 'Larger', out: 'Smaller', fit: 'Whole page', full: 'True size, 100 %' },
  turn: 'Turn right',
  turnBack: 'Turn left',
  remove: 'Take out',
  keep: 'Keep',
  turned: (pages) => `${plural(pages, 'page', 'pages')} turned`,
  confirmed: (pages) => `${plural(pages, 'page', 'pages')} noted as the right way up`,
  removedPages: (pages) => `${plural(pages, 'page', 'pages')} taken out`,
  keptPages: (pages) => `${plural(pages, 'page', 'pages')} kept`,
  moved: (component) => `Moved to ${component}`,
  keys: { pages: 'Another page', select: 'Select more pages', extend: 'Select several pages in a row', all: 'Select all pages' },
  noEdit: 'The dossier is sent or being sent: it can only be read.',
  noEditYet: 'Pages can be turned and taken out once they are digitised.',
  sealed: 'Signed or kept as it is: sent byte for byte, pages are not turned or taken out.',
  side: {
    good: 'A good page, nothing to look at',
    blank: 'Blank page: left out of what is sent. If there is something on it, keep it.',
    removed: 'Page taken out: not sent.',
    separator: 'A separator sheet: not sent.',
    quad: 'A photograph: its four corners were found and the page flattened. See “Original” if an edge is missing.',
    skew: (degrees) => `straightened by ${degrees}°`,
    dpi: (dpi) => `${dpi} dpi`,
    confidence: (percent) => `recognition confidence ${percent}\u00a0%`,
    lowConfidence: (percent) => `Recognition confidence only ${percent}\u00a0%: compare it with the paper`,
    unread: 'no text found',
    code: (kind) => `${kind === 'qr' ? 'QR' : kind} code`,
    secret: 'The page is stamped a state secret and hidden. Destroy this paper on the screen Prepare.',
    letterhead: 'Read from the document',
    agency: 'Agency',
    number: 'Number',
    date: 'Date',
    kind: 'Kind of document',
    subject: 'Subject',
    addressee: 'Addressed to',
    recipients: 'Recipients',
    signer: 'Signed by',
    position: 'Office',
    compare: 'compare with the paper',
    place: 'Place',
    text: 'Text of the page',
    component: 'Belongs to',
    waiting: 'Not digitised yet: shown as it came in.',
    stale: 'This page is being made again as you wish.',
  },
  ask: {
    title: 'Which picture stands right?',
    text: 'The program is not sure: press the right picture, or a key 1–4.',
    left: (pages) => `${plural(pages, 'page', 'pages')} to be told how it stands`,
    ways: ['As it came in', 'Turned right', 'Turned 180°', 'Turned left'],
    alt: (page, way) => `Page ${page}, ${way.toLowerCase()}`,
    stands: (page) => `Told how page ${page} stands`,
    open: 'Tell how pages stand',
    later: 'Later, look at the page',
    over: 'It is told of every page how it stands.',
    right: 'The page stands right',
  },
  double: {
    title: 'Are these two pages on one sheet?',
    text: 'The program sees where they meet and has not split them. The left page comes first.',
    divide: 'Split',
    one: 'It is one page',
    kept: (pages) => `${plural(pages, 'sheet', 'sheets')} noted as one page`,
  },
  progress: {
    label: 'Digitising',
    queued: 'Waiting for its turn',
    pages: (done, total) => `${done}/${total} pages`,
    stop: 'Stop, keep what is done',
    go: 'Go on digitising',
    held: (papers) => `Digitising is stopped, ${plural(papers, 'paper waits', 'papers wait')}`,
    idle: 'This paper is digitised',
    waiting: (papers) => `${plural(papers, 'paper waits', 'papers wait')} to be digitised`,
  },
  done: 'Done, back to the dossier',
  editor: editorEn,
};
