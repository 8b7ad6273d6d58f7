import type { PartState, StackState } from '../host/desk.gen';

/** The words of stacks of paper, of their cover sheets, and of the watched folder. */
export interface StackWords {
  title: string;
  text: string;
  open: string;
  chooseFiles: string;
  chooseFolder: string;
  files: string;
  folder: string;
  drop: string;
  none: { title: string; text: string };
  list: string;
  watched: string;
  state: Record<StackState, string>;
  pages: (count: number) => string;
  part: Record<PartState, string>;
  parts: string;
  all: string;
  taking: string;
  examining: string;
  ofPages: (done: number, total: number) => string;
  stop: string;
  go: string;
  stopped: (left: number) => string;
  summary: (parts: number, ready: number, asks: number) => string;
  filed: (parts: number, pages: number) => string;
  filedText: string;
  filedPapers: (papers: number) => string;
  /** The clerk's word, for dossiers that get their first papers. */
  declares: (dossiers: string) => string;
  notYet: string;
  incomplete: (files: number, announced: number) => string;
  refusedFiles: string;
  file: (parts: number) => string;
  close: string;
  nothingToFile: string;
  discard: string;
  discarded: string;
  nextQuestion: string;
  question: string;
  sheet: (number: number) => string;
  noSheet: string;
  /** A part of pages that were taken out of another. */
  apart: string;
  counted: (counted: number, expected: number | null) => string;
  blankToo: (blank: number) => string;
  rule: string;
  place: string;
  dossier: string;
  component: string;
  openDossier: string;
  accept: string;
  put: string;
  leaveOut: string;
  undo: string;
  decided: { accept: string; put: (place: string) => string; leave_out: string };
  putTitle: string;
  putHere: string;
  findDossier: string;
  noDossier: string;
  chooseComponent: string;
  row: (number: number) => string;
  pagesOf: string;
  pageLarge: string;
  takeOut: (page: number) => string;
  giveBack: string;
  tookOut: string;
  gaveBack: string;
  doubt: {
    no_sheet: string;
    taken_out: string;
    damaged_sheet: string;
    foreign_sheet: string;
    unknown_dossier: string;
    unknown_place: string;
    not_editable: (state: string) => string;
    repeated_sheet: string;
    wrong_count: (expected: number, found: number) => string;
    no_pages: string;
    unreadable_pages: (pages: number) => string;
    missing_file: (file: string, why: string) => string;
    incomplete: string;
  };
  page: { content: (page: number) => string; blank: string; unreadable: string; missing: string; filed: string };
  cover: {
    open: string;
    title: string;
    text: string;
    pages: string;
    count: (component: string) => string;
    countHint: string;
    chooseFolder: string;
    print: string;
    made: (sheets: number, file: string) => string;
    noneChosen: string;
    noRows: string;
  };
  hot: {
    title: string;
    text: string;
    none: string;
    choose: string;
    off: string;
    after: string;
    leave: { label: string; hint: string };
    delete: { label: string; hint: string };
    waiting: (files: number) => string;
    lately: string;
    taken: string;
    watching: string;
  };
}

export const stackVi: StackWords = {
  title: 'Quét cả chồng giấy tờ',
  text: 'Xếp tờ bìa lên trên từng giấy tờ, quét cả chồng một lượt, rồi đưa tệp vào đây. Giấy tờ tự về đúng hồ sơ; chỗ nào chưa chắc, máy dừng lại hỏi.',
  open: 'Quét cả chồng',
  chooseFiles: 'Chọn các tệp đã quét',
  chooseFolder: 'Chọn thư mục chứa các tệp đã quét',
  files: 'Chọn tệp',
  folder: 'Chọn thư mục',
  drop: 'Hoặc thả tệp, thư mục vào cửa sổ này. Nhiều tệp được xếp theo tên.',
  none: { title: 'Chưa có chồng giấy tờ nào', text: 'In tờ bìa từ một hồ sơ đang soạn, quét chồng giấy, rồi chọn tệp ở trên.' },
  list: 'Các chồng đã nhận',
  watched: 'từ thư mục chờ',
  state: { taking: 'đang nhận tệp', examining: 'đang xem trang', sorted: 'chờ xếp vào hồ sơ', filed: 'đã xếp xong' },
  pages: (count) => `${count} trang`,
  part: { growing: 'có thể còn trang', asks: 'cần trả lời', ready: 'sẵn sàng', left_out: 'để ngoài', filed: 'đã vào hồ sơ', nothing: 'chỉ có trang trắng' },
  parts: 'Các phần của chồng',
  all: 'Các chồng khác',
  taking: 'Đang nhận tệp',
  examining: 'Đang xem từng trang',
  ofPages: (done, total) => `${done}/${total} trang`,
  stop: 'Dừng, giữ phần đã xem',
  go: 'Xem tiếp',
  stopped: (left) => `Đã dừng, còn ${left} trang chưa xem. Những trang đã xem vẫn giữ.`,
  summary: (parts, ready, asks) => `${parts} phần: ${ready} sẵn sàng xếp${asks > 0 ? `, ${asks} cần trả lời` : ''}`,
  filed: (parts, pages) => `Đã xếp ${parts} phần, ${pages} trang vào hồ sơ`,
  filedText: 'Giấy tờ đang được số hóa ở từng hồ sơ. Bấm vào một phần để xem hồ sơ của nó.',
  filedPapers: (papers) => `Đã xếp ${papers} giấy tờ vào hồ sơ`,
  declares: (dossiers) => `Hồ sơ nhận giấy tờ lần đầu: ${dossiers}. Bạn xác nhận trong chồng này không có giấy tờ bí mật nhà nước?`,
  notYet: 'Chưa xếp',
  incomplete: (files, announced) => `Việc nhận tệp bị ngắt: mới có ${files}/${announced} tệp. Hãy kiểm tra phần cuối, hoặc nhận lại cả chồng.`,
  refusedFiles: 'Tệp không nhận được',
  file: (parts) => `Xếp ${parts} phần vào hồ sơ`,
  close: 'Đóng chồng này',
  nothingToFile: 'Chưa có phần nào sẵn sàng',
  discard: 'Bỏ chồng này',
  discarded: 'Đã bỏ một chồng giấy tờ',
  nextQuestion: 'Câu hỏi kế tiếp',
  question: 'Cần trả lời',
  sheet: (number) => `Tờ bìa số ${number}`,
  noSheet: 'Không có tờ bìa',
  apart: 'Trang tách riêng',
  counted: (counted, expected) => (expected === null || expected === counted ? `${counted} trang` : `${counted} trang, tờ bìa ghi ${expected}`),
  blankToo: (blank) => `và ${blank} mặt trắng`,
  rule: 'Mặt trắng không tính vào số trang, nhưng vẫn được giữ và đánh dấu.',
  place: 'Sẽ vào',
  dossier: 'Hồ sơ',
  component: 'Thành phần',
  openDossier: 'Mở hồ sơ',
  accept: 'Nhận như đang có',
  put: 'Xếp vào nơi khác',
  leaveOut: 'Để ngoài hồ sơ',
  undo: 'Quyết định lại',
  decided: { accept: 'Đã nhận phần này như đang có', put: (place) => `Đã chọn xếp vào ${place}`, leave_out: 'Phần này để ngoài hồ sơ, vẫn giữ trong chồng' },
  putTitle: 'Xếp các trang này vào đâu?',
  putHere: 'Xếp vào đây',
  findDossier: 'Tìm hồ sơ đang soạn',
  noDossier: 'Không có hồ sơ đang soạn nào như vậy',
  chooseComponent: 'Thành phần hồ sơ',
  row: (number) => `dòng ${number}`,
  pagesOf: 'Các trang của phần này',
  pageLarge: 'Trang đang chọn, phóng to',
  takeOut: (page) => `Tách trang ${page} ra`,
  giveBack: 'Trả trang về chỗ cũ',
  tookOut: 'Đã tách một trang ra khỏi phần của nó',
  gaveBack: 'Đã trả một trang về chỗ cũ',
  doubt: {
    taken_out: 'Bạn đã tách trang này ra. Nó thuộc hồ sơ nào, hay để ngoài?',
    no_sheet: 'Trước các trang này không có tờ bìa. Chúng thuộc hồ sơ nào?',
    damaged_sheet: 'Mã trên tờ bìa bị hỏng hoặc không phải do Hồ Sơ in. Các trang này thuộc hồ sơ nào?',
    foreign_sheet: 'Tờ bìa này in từ máy khác, hoặc mã đã bị sửa. Các trang này thuộc hồ sơ nào?',
    unknown_dossier: 'Hồ sơ ghi trên tờ bìa không còn ở máy này. Các trang này thuộc hồ sơ nào?',
    unknown_place: 'Hồ sơ không còn thành phần hoặc dòng ghi trên tờ bìa. Hãy chọn nơi khác.',
    not_editable: (state) => `Hồ sơ đang ở trạng thái “${state}” nên không nhận thêm giấy tờ. Hãy chọn nơi khác hoặc để ngoài.`,
    repeated_sheet: 'Tờ bìa này nằm trong chồng hai lần, hoặc đã dùng trước đây. Có đúng là giấy tờ này không?',
    wrong_count: (expected, found) => `Tờ bìa ghi ${expected} trang nhưng đếm được ${found} (không tính mặt trắng). Thiếu, thừa, hay đúng như vậy?`,
    no_pages: 'Sau tờ bìa này không có trang nào có chữ.',
    unreadable_pages: (pages) => `${pages} trang không đọc được và sẽ không vào hồ sơ. Nên quét lại phần này.`,
    missing_file: (file, why) => `Giữa các trang này có tệp không nhận được: ${file}. ${why}`,
    incomplete: 'Việc nhận tệp bị ngắt giữa chừng: phần này có thể còn thiếu trang ở cuối.',
  },
  page: { content: (page) => `Trang ${page}`, blank: 'mặt trắng', unreadable: 'không đọc được', missing: 'tệp không nhận được', filed: 'xem trong hồ sơ' },
  cover: {
    open: 'In tờ bìa quét',
    title: 'In tờ bìa cho hồ sơ này',
    text: 'Mỗi giấy tờ một tờ bìa có mã vuông. Đặt tờ bìa lên trên giấy tờ của nó rồi quét cả chồng.',
    pages: 'Số trang',
    count: (component) => `Số trang của ${component}`,
    countHint: 'Ghi số trang để máy đếm giúp; để trống nếu không cần đếm.',
    chooseFolder: 'Chọn nơi lưu tờ bìa để in',
    print: 'Lưu và mở để in',
    made: (sheets, file) => `Đã lưu ${sheets} tờ bìa: ${file}`,
    noneChosen: 'Hãy chọn ít nhất một giấy tờ',
    noRows: 'bảng chưa có dòng nào',
  },
  hot: {
    title: 'Thư mục chờ',
    text: 'Tệp mà máy quét hay máy khác đưa vào thư mục này được tự nhận thành chồng giấy tờ khi cửa sổ đang mở.',
    none: 'Chưa chọn thư mục nào',
    choose: 'Chọn thư mục',
    off: 'Thôi theo dõi',
    after: 'Sau khi nhận xong',
    leave: { label: 'Để nguyên tệp trong thư mục', hint: 'Tệp đã nhận không bị nhận lần nữa.' },
    delete: { label: 'Xóa tệp khỏi thư mục', hint: 'Chỉ xóa tệp đã lưu an toàn trên máy này. Tệp bị từ chối vẫn để lại.' },
    waiting: (files) => `${files} tệp đang chờ ghi xong`,
    lately: 'Tệp thấy gần đây',
    taken: 'đã nhận',
    watching: 'Đang theo dõi',
  },
};

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const stackEn: StackWords = {
  title: 'Scan a whole stack',
  text: 'Lay a cover sheet on each paper, scan the stack at once, and bring the files here. Papers find their dossiers; where it is not certain, you are asked.',
  open: 'Scan a stack',
  chooseFiles: 'Choose the scanned files',
  chooseFolder: 'Choose the folder of scanned files',
  files: 'Choose files',
  folder: 'Choose a folder',
  drop: 'Or drop files or folders on this window. Several files are ordered by name.',
  none: { title: 'No stacks yet', text: 'Print cover sheets from a draft, scan the stack, and choose the files above.' },
  list: 'Stacks taken in',
  watched: 'from the watched folder',
  state: { taking: 'being taken in', examining: 'being looked at', sorted: 'waits to be filed', filed: 'filed' },
  pages: (count) => plural(count, 'page', 'pages'),
  part: { growing: 'may grow', asks: 'asks', ready: 'ready', left_out: 'left out', filed: 'filed', nothing: 'blank only' },
  parts: 'Parts of the stack',
  all: 'Other stacks',
  taking: 'Taking files in',
  examining: 'Looking at each page',
  ofPages: (done, total) => `${done}/${total} pages`,
  stop: 'Stop, keep what is seen',
  go: 'Go on',
  stopped: (left) => `Stopped; ${plural(left, 'page is', 'pages are')} not seen yet. What was seen is kept.`,
  summary: (parts, ready, asks) => `${plural(parts, 'part', 'parts')}: ${ready} ready${asks > 0 ? `, ${asks} to be answered` : ''}`,
  filed: (parts, pages) => `${plural(parts, 'part', 'parts')}, ${plural(pages, 'page', 'pages')} filed`,
  filedText: 'The papers are being digitised in their dossiers. Choose a part to see its dossier.',
  filedPapers: (papers) => `${plural(papers, 'paper', 'papers')} filed`,
  declares: (dossiers) => `Dossiers that get their first papers: ${dossiers}. Do you confirm that no paper of this stack is a state secret?`,
  notYet: 'Not yet',
  incomplete: (files, announced) => `Taking in was ended in the middle: ${files} of ${announced} files are here. Check the last part, or take the stack in again.`,
  refusedFiles: 'Files that were refused',
  file: (parts) => `File ${plural(parts, 'part', 'parts')}`,
  close: 'Close this stack',
  nothingToFile: 'No part is ready',
  discard: 'Put this stack away',
  discarded: 'A stack was put away',
  nextQuestion: 'Next question',
  question: 'To be answered',
  sheet: (number) => `Cover sheet ${number}`,
  noSheet: 'No cover sheet',
  apart: 'Page taken out',
  counted: (counted, expected) => (expected === null || expected === counted ? plural(counted, 'page', 'pages') : `${plural(counted, 'page', 'pages')}, the sheet tells ${expected}`),
  blankToo: (blank) => `and ${plural(blank, 'blank side', 'blank sides')}`,
  rule: 'Blank sides do not count; they are kept and marked.',
  place: 'Goes to',
  dossier: 'Dossier',
  component: 'Component',
  openDossier: 'Open the dossier',
  accept: 'Take it as it is',
  put: 'Put it elsewhere',
  leaveOut: 'Leave it out',
  undo: 'Decide again',
  decided: { accept: 'Taken as it is', put: (place) => `To be put into ${place}`, leave_out: 'Left out; it stays with the stack' },
  putTitle: 'Where do these pages belong?',
  putHere: 'Put it here',
  findDossier: 'Find a draft',
  noDossier: 'There is no such draft',
  chooseComponent: 'Component',
  row: (number) => `row ${number}`,
  pagesOf: 'The pages of this part',
  pageLarge: 'The chosen page, enlarged',
  takeOut: (page) => `Take page ${page} out`,
  giveBack: 'Give the page back',
  tookOut: 'Took a page out of its part',
  gaveBack: 'Gave a page back to its part',
  doubt: {
    taken_out: 'You took this page out. Which dossier does it belong to, or does it stay outside?',
    no_sheet: 'No cover sheet lies before these pages. Which dossier are they of?',
    damaged_sheet: 'The cover sheet’s code is damaged, or was not printed by Hồ Sơ. Which dossier are these pages of?',
    foreign_sheet: 'The cover sheet was printed at another computer, or its code was changed. Which dossier are these pages of?',
    unknown_dossier: 'The dossier on the sheet is not here any more. Which dossier are these pages of?',
    unknown_place: 'The dossier has no such component or row any more. Choose another place.',
    not_editable: (state) => `The dossier is “${state}” and takes no papers. Choose another place, or leave it out.`,
    repeated_sheet: 'This sheet lies in the stack twice, or was used before. Is it this paper?',
    wrong_count: (expected, found) => `The sheet tells ${expected} pages, ${found} were found (blank sides not counted). Is one missing, one too many, or is it right?`,
    no_pages: 'No page with anything on it follows this sheet.',
    unreadable_pages: (pages) => `${plural(pages, 'page', 'pages')} cannot be read and would be left out. Better scan this part again.`,
    missing_file: (file, why) => `A file among these pages was refused: ${file}. ${why}`,
    incomplete: 'Taking in was ended in the middle: pages may be missing at the end of this part.',
  },
  page: { content: (page) => `Page ${page}`, blank: 'blank', unreadable: 'cannot be read', missing: 'file refused', filed: 'see the dossier' },
  cover: {
    open: 'Print cover sheets',
    title: 'Cover sheets for this dossier',
    text: 'One sheet with a code for each paper. Lay it on its paper and scan the whole stack.',
    pages: 'Pages',
    count: (component) => `Pages of ${component}`,
    countHint: 'Give the number of pages to have them counted; leave it empty if they need not be.',
    chooseFolder: 'Where to save the cover sheets',
    print: 'Save and open to print',
    made: (sheets, file) => `${plural(sheets, 'cover sheet', 'cover sheets')} saved: ${file}`,
    noneChosen: 'Choose at least one paper',
    noRows: 'the table has no rows yet',
  },
  hot: {
    title: 'Watched folder',
    text: 'Files that a scanner or another computer drops into this folder are taken in as stacks while the window is open.',
    none: 'No folder is chosen',
    choose: 'Choose a folder',
    off: 'Stop watching',
    after: 'Once a file is taken in',
    leave: { label: 'Leave it in the folder', hint: 'It is not taken in again.' },
    delete: { label: 'Delete it from the folder', hint: 'Only what is safe on this computer. Refused files stay.' },
    waiting: (files) => `${plural(files, 'file is', 'files are')} not whole yet`,
    lately: 'Files seen lately',
    taken: 'taken in',
    watching: 'Watching',
  },
};
