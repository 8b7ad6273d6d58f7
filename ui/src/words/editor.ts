/** The words of the page editor, of the words worth a look, and of all pages at once. */
export interface EditorWords {
  oneToOne: string;
  fitWidth: string;
  turnOver: string;
  hold: string;
  more: string;
  page: string;
  papers: string;
  /** Put into force, given up, and back to what was found. */
  keep: string;
  leave: string;
  find: string;
  whole: string;
  corners: { tool: string; title: string; hint: string; names: readonly [string, string, string, string]; done: (pages: number) => string };
  angle: { tool: string; label: string; hint: string; photo: string; degrees: (degrees: string) => string; done: (pages: number) => string };
  darker: { darker: string; lighter: string; label: (steps: number) => string; done: (pages: number) => string };
  colour: { label: string; next: string; auto: string; bw: string; gray: string; colour: string; done: (pages: number) => string };
  reset: { tool: string; done: (pages: number) => string };
  divide: { tool: string; hint: string; label: string; done: string };
  move: { up: string; down: string; done: (pages: number) => string };
  cut: { tool: string; hint: string; place: string; same: string; done: string; last: string };
  join: { tool: string; none: string; done: string };
  bornDigital: string;
  edited: string;
  next: { finding: string; none: string; document: string; previousDocument: string };
  words: {
    next: string;
    previous: string;
    title: (left: number) => string;
    text: string;
    read: string;
    unclear: (percent: number) => string;
    misspelled: string;
    keep: string;
    right: string;
    nothing: string;
    none: string;
    loading: string;
    corrected: string;
    removed: string;
    close: string;
    /** A correction that lost its word. */
    lost: (text: string) => string;
    lostTitle: (text: string) => string;
    lostHint: string;
    again: string;
    forget: string;
    forgotten: string;
    before: string;
    after: string;
    use: string;
  };
  /** All pages of a dossier. */
  batch: {
    tool: string;
    title: string;
    back: string;
    blanks: (pages: number) => string;
    keepBlanks: string;
    /** Of the pages, so many are not sent. */
    pages: (pages: number, out: number) => string;
    look: (papers: number, pages: string, looks: number) => string;
    open: string;
    show: string;
    hide: string;
    group: (title: string, pages: number) => string;
    none: string;
    move: { tool: string; hint: string; label: string; paper: (title: string) => string; place: (name: string) => string; done: (pages: number, target: string) => string; nowhere: string };
  };
}

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
const signed = (steps: number): string => (steps > 0 ? `+${steps}` : `${steps}`.replace('-', '−'));

export const editorVi: EditorWords = {
  oneToOne: '1:1',
  fitWidth: 'Vừa ngang',
  turnOver: 'Xoay 180°',
  hold: 'Giữ phím để xem bản gốc',
  more: 'Chỉnh trang',
  page: 'Trang',
  papers: 'Sắp xếp, tách, ghép',
  keep: 'Dùng',
  leave: 'Thôi',
  find: 'Theo kết quả máy nhận',
  whole: 'Cả ảnh',
  corners: {
    tool: 'Chỉnh bốn góc giấy',
    title: 'Bốn góc của tờ giấy',
    hint: 'Kéo góc, hoặc Tab chọn góc rồi dùng phím mũi tên (Shift: nhanh hơn).',
    names: ['Góc trên bên trái', 'Góc trên bên phải', 'Góc dưới bên phải', 'Góc dưới bên trái'],
    done: (pages) => `Đã chỉnh góc giấy ${pages} trang`,
  },
  angle: {
    tool: 'Nắn thẳng',
    label: 'Góc nghiêng',
    hint: 'Phím ← → mỗi lần 0,1°; Page Up, Page Down mỗi lần 1°.',
    photo: 'Trang đã nắn theo bốn góc giấy: xoay thêm thì mép lộ nền, chỉnh bốn góc thì không.',
    degrees: (degrees) => `${degrees}°`,
    done: (pages) => `Đã nắn thẳng ${pages} trang`,
  },
  darker: { darker: 'Đậm hơn', lighter: 'Nhạt hơn', label: (steps) => `Độ đậm ${signed(steps)}`, done: (pages) => `Đã đổi độ đậm ${pages} trang` },
  colour: { label: 'Màu', next: 'Đổi kiểu màu', auto: 'tự động', bw: 'đen trắng', gray: 'xám', colour: 'màu', done: (pages) => `Đã đổi kiểu màu ${pages} trang` },
  reset: { tool: 'Làm lại từ bản gốc', done: (pages) => `Đã bỏ mọi chỉnh sửa của ${pages} trang` },
  divide: {
    tool: 'Chia đôi trang',
    hint: 'Kéo vạch, hoặc dùng phím ← →. Trang trái đứng trước.',
    label: 'Vị trí vạch chia',
    done: 'Đã chia trang làm hai',
  },
  move: { up: 'Đưa trang lên trước', down: 'Đưa trang ra sau', done: (pages) => `Đã đổi chỗ ${pages} trang` },
  cut: {
    tool: 'Tách thành giấy tờ mới sau trang này',
    hint: 'Các trang sau trang này thành một giấy tờ riêng.',
    place: 'Giấy tờ mới thuộc thành phần',
    same: 'cùng thành phần',
    done: 'Đã tách thành giấy tờ mới',
    last: 'Đây là trang cuối: không có gì để tách.',
  },
  join: { tool: 'Ghép vào giấy tờ trước', none: 'Không có giấy tờ nào của cùng thành phần đứng trước để ghép vào.', done: 'Đã ghép vào giấy tờ trước' },
  bornDigital: 'trang PDF có sẵn chữ',
  edited: 'Trang đã được bạn chỉnh',
  next: { finding: 'Trang cần xem tiếp theo', none: 'Không còn trang nào cần xem.', document: 'Giấy tiếp theo', previousDocument: 'Giấy trước' },
  words: {
    next: 'Chữ cần xem tiếp theo',
    previous: 'Chữ cần xem trước',
    title: (left) => `Chữ cần xem: còn ${left} trên trang này`,
    text: 'Chữ đúng là',
    read: 'Máy đọc',
    unclear: (percent) => `Máy không chắc (${percent}\u00a0%)`,
    misspelled: 'Không đúng chính tả tiếng Việt',
    keep: 'Lưu, sang chữ sau',
    right: 'Máy đọc đúng',
    nothing: 'Không phải chữ',
    none: 'Không còn chữ nào cần xem trong giấy này.',
    loading: 'Đang tìm chữ cần xem',
    corrected: 'Đã sửa chữ',
    removed: 'Đã bỏ chữ',
    close: 'Đóng',
    lost: (text) => (text === '' ? 'Chữ bạn đã bỏ không còn thấy trên trang.' : `Chữ bạn đã sửa “${text}” không còn tìm thấy chỗ trên trang nên chưa vào bản gửi.`),
    lostTitle: (text) => (text === '' ? 'Bỏ lại chữ nào?' : `“${text}” là chữ nào?`),
    lostHint: 'Trang làm lại nên máy đọc khác trước. Chọn đúng chữ trên trang rồi bấm Dùng.',
    again: 'Sửa lại',
    forget: 'Bỏ lời sửa này',
    forgotten: 'Đã bỏ một lời sửa chữ',
    before: 'Trước',
    after: 'Sau',
    use: 'Dùng cho chữ này',
  },
  batch: {
    tool: 'Mọi trang của hồ sơ',
    title: 'Mọi trang của hồ sơ',
    back: 'Về từng trang',
    blanks: (pages) => `${pages} trang trắng, không gửi`,
    keepBlanks: 'Giữ lại tất cả',
    pages: (pages, out) => (out === 0 ? `${pages} trang` : `${pages} trang, gửi ${pages - out}`),
    look: (papers, pages, looks) => `${papers} giấy, ${pages} · ${looks === 0 ? 'không có trang nào cần xem' : `${looks} trang cần xem`}`,
    open: 'Mở trang',
    show: 'Hiện',
    hide: 'Thu lại',
    group: (title, pages) => `${title}, ${pages} trang`,
    none: 'Chưa có trang nào để xem.',
    move: {
      tool: 'Chuyển sang giấy khác',
      hint: 'Các trang đang chọn đứng sau các trang đã có của giấy ấy, hoặc thành một giấy mới.',
      label: 'Chuyển vào',
      paper: (title) => `Giấy: ${title}`,
      place: (name) => `Giấy mới của: ${name}`,
      done: (pages, target) => `Đã chuyển ${pages} trang sang ${target}`,
      nowhere: 'Không có giấy nào khác để chuyển sang.',
    },
  },
};

export const editorEn: EditorWords = {
  oneToOne: '1:1',
  fitWidth: 'Width',
  turnOver: 'Turn 180°',
  hold: 'Hold to see the original',
  more: 'Adjust page',
  page: 'Page',
  papers: 'Order, cut, join',
  keep: 'Apply',
  leave: 'Cancel',
  find: 'As found',
  whole: 'Whole picture',
  corners: {
    tool: 'Adjust the four corners',
    title: 'The four corners of the sheet',
    hint: 'Drag a corner, or choose one by Tab and use the arrow keys (Shift: faster).',
    names: ['Top left corner', 'Top right corner', 'Bottom right corner', 'Bottom left corner'],
    done: (pages) => `Corners of ${plural(pages, 'page', 'pages')} adjusted`,
  },
  angle: {
    tool: 'Straighten',
    label: 'Angle',
    hint: '← → by 0.1°; Page Up, Page Down by 1°.',
    photo: 'The page was flattened by its corners: turned further, what lies around it shows at the edges; moving the corners avoids that.',
    degrees: (degrees) => `${degrees}°`,
    done: (pages) => `${plural(pages, 'page', 'pages')} straightened`,
  },
  darker: { darker: 'Darker', lighter: 'Lighter', label: (steps) => `Darkness ${signed(steps)}`, done: (pages) => `Darkness of ${plural(pages, 'page', 'pages')} changed` },
  colour: { label: 'Colour', next: 'Change the colour mode', auto: 'automatic', bw: 'black and white', gray: 'grey', colour: 'colour', done: (pages) => `Colour of ${plural(pages, 'page', 'pages')} changed` },
  reset: { tool: 'Redo from the original', done: (pages) => `All changes to ${plural(pages, 'page', 'pages')} dropped` },
  divide: { tool: 'Split a double page', hint: 'Drag the line, or use ← →. The left page comes first.', label: 'Place of the line', done: 'Page split in two' },
  move: { up: 'Move the page up', down: 'Move the page down', done: (pages) => `${plural(pages, 'page', 'pages')} moved` },
  cut: {
    tool: 'Cut off a new paper after this page',
    hint: 'The pages after this one become a paper of their own.',
    place: 'The new paper belongs to',
    same: 'same component',
    done: 'Cut into a new paper',
    last: 'This is the last page: there is nothing to cut off.',
  },
  join: { tool: 'Join to the paper before', none: 'There is no paper of the same component before this one to join it to.', done: 'Joined to the paper before' },
  bornDigital: 'a PDF page with its own text',
  edited: 'You changed this page',
  next: { finding: 'Next page worth a look', none: 'No more pages worth a look.', document: 'Next paper', previousDocument: 'Previous paper' },
  words: {
    next: 'Next word worth a look',
    previous: 'Previous word worth a look',
    title: (left) => `Words worth a look: ${left} left on this page`,
    text: 'The word is',
    read: 'Read as',
    unclear: (percent) => `Not read clearly (${percent}\u00a0%)`,
    misspelled: 'No Vietnamese word is spelled so',
    keep: 'Keep, next word',
    right: 'It is right',
    nothing: 'Not a word',
    none: 'No more words worth a look in this paper.',
    loading: 'Looking for words worth a look',
    corrected: 'Word corrected',
    removed: 'Word taken out',
    close: 'Close',
    lost: (text) => (text === '' ? 'A word you took out is not on the page any more.' : `“${text}”, which you corrected, no longer finds its word on the page and is not sent.`),
    lostTitle: (text) => (text === '' ? 'Which word is to be taken out?' : `Which word is “${text}”?`),
    lostHint: 'The page was made again and is read differently. Go to the right word and apply.',
    again: 'Correct again',
    forget: 'Drop this correction',
    forgotten: 'A correction was dropped',
    before: 'Before',
    after: 'After',
    use: 'Apply to this word',
  },
  batch: {
    tool: 'All pages of the dossier',
    title: 'All pages of the dossier',
    back: 'Back to single pages',
    blanks: (pages) => `${plural(pages, 'blank page', 'blank pages')}, not sent`,
    keepBlanks: 'Keep all',
    pages: (pages, out) => plural(pages, 'page', 'pages') + (out === 0 ? '' : `, ${pages - out} sent`),
    look: (papers, pages, looks) =>
      `${plural(papers, 'paper', 'papers')}, ${pages} · ${looks === 0 ? 'no page needs a look' : plural(looks, 'page needs a look', 'pages need a look')}`,
    open: 'Open page',
    show: 'Show',
    hide: 'Hide',
    group: (title, pages) => `${title}, ${plural(pages, 'page', 'pages')}`,
    none: 'There are no pages to look at yet.',
    move: {
      tool: 'Move to another paper',
      hint: 'The chosen pages come behind those of that paper, or become a paper of their own.',
      label: 'Move into',
      paper: (title) => `Paper: ${title}`,
      place: (name) => `New paper of: ${name}`,
      done: (pages, target) => `${plural(pages, 'page', 'pages')} moved to ${target}`,
      nowhere: 'There is no other paper to move to.',
    },
  },
};
