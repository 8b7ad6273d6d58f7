import type { CatalogueSide, ProvenanceStatus, RevisionOrigin, SetAsideReason } from '../host/desk.gen';
import { catalogueFieldsVi, type FieldWords } from './catalogueFields';

/** How the newest revision here stands to the one at the Portal. */
export type Beside = 'same' | 'newer_here' | 'newer_there' | 'differs' | 'only_here' | 'only_there';

/** The words of the catalogue: procedures, units, calendar, legal profiles. */
export interface CatalogueWords {
  tabs: { label: string; procedures: string; units: string; calendar: string; profiles: string; no_paper: string };
  search: string;
  searchHint: string;
  nothing: string;
  list: Record<'procedures' | 'calendar' | 'profiles' | 'units', string>;
  chooseOne: string;
  revision: (revision: number) => string;
  newer: (revision: number) => string;
  draft: string;
  origin: Record<RevisionOrigin, string>;
  /** Whether a value is sure, and if not, how many are not. */
  confirmed: string;
  unconfirmed: (count: number) => string;
  official: string;
  projected: string;
  status: Record<ProvenanceStatus, string>;
  /** Behind it. */
  alsoConfirmed: string;
  source: (source: string) => string;
  by: (name: string, day: string) => string;
  whole: string;
  valid: (from: string, to: string | undefined) => string;
  /** What can be done with an entry. */
  edit: string;
  editDraft: string;
  compare: string;
  export: string;
  exportAll: string;
  import: string;
  chooseFiles: string;
  chooseFolder: string;
  imported: (what: string) => string;
  exported: (file: string, count: number) => string;
  atHub: string;
  officer: {
    open: string;
    title: string;
    readOnly: string;
    none: string;
    other: (name: string, user: string) => string;
    you: (name: string, authority: string) => string;
    text: (user: string) => string;
    name: string;
    authority: string;
    authorityHint: string;
    sure: string;
    take: string;
    giveUp: string;
    missing: string;
    close: string;
  };
  confirm: {
    start: string;
    stop: string;
    one: string;
    title: (what: string) => string;
    now: string;
    how: string;
    right: string;
    rightHint: string;
    wrong: string;
    wrongHint: string;
    value: string;
    source: string;
    sourceHint: string;
    noSource: string;
    confirm: string;
    correct: string;
    cancel: string;
    done: (revision: number) => string;
    draftOpen: string;
  };
  begin: Record<'open' | 'title' | 'from' | 'fromHint' | 'nothing' | 'code' | 'codeHint' | 'nameVi' | 'nameEn' | 'taken' | 'drafted' | 'badCode' | 'noName' | 'begin' | 'waiting' | 'goOn', string>;
  news: { title: string; text: (what: string) => string; seen: string };
  editor: {
    title: (code: string, revision: number) => string;
    sections: string;
    saved: string;
    saving: string;
    back: string;
    discard: string;
    discardTitle: string;
    discardText: string;
    keep: string;
    discarded: string;
    publish: string;
    publishTitle: (code: string, revision: number) => string;
    publishText: (count: number) => string;
    reason: string;
    reasonHint: string;
    noReason: string;
    published: (code: string, revision: number, counts: boolean) => string;
    changes: (count: number) => string;
    noChanges: string;
    conflict: string;
    reopen: string;
    problems: (count: number) => string;
    ready: string;
    advice: string;
    add: (what: string) => string;
    remove: (what: string) => string;
    removed: (what: string) => string;
    up: (what: string) => string;
    down: (what: string) => string;
    none: string;
    conditionHint: string;
    badCondition: string;
    vi: string;
    en: string;
    addCase: string;
    caseCode: string;
    /** The JSON of a draft that cannot be read as one. */
    raw: string;
  };
  differences: {
    title: (code: string) => string;
    left: string;
    right: string;
    side: Record<Exclude<CatalogueSide['side'], 'revision'>, string>;
    where: string;
    change: Record<'added' | 'removed' | 'changed' | 'moved', string>;
    none: string;
    count: (count: number) => string;
    back: string;
    nothing: string;
    revisions: string;
    reason: string;
  };
  hub: {
    title: string;
    text: (version: number, published: string, fetched: string) => string;
    never: string;
    fetch: string;
    fetching: string;
    standing: Record<Beside, string>;
    here: string;
    there: string;
    none: string;
    fetched: (count: number) => string;
    unchanged: string;
    refused: (what: string, why: string) => string;
    all: string;
    onlyOther: string;
    back: string;
  };
  units: {
    search: string;
    searchHint: string;
    day: string;
    dayHint: string;
    badDay: string;
    found: (count: number) => string;
    old: string;
    now: string;
    until: (day: string) => string;
    since: (day: string) => string;
    into: string;
    from: string;
    under: string;
    above: string;
    share: Record<'whole' | 'main_part' | 'part', string>;
    source: string;
    code: string;
    tier: Record<'province' | 'district' | 'commune', string>;
    back: string;
    noSuccessor: string;
    noDay: string;
  };
  calendar: {
    months: readonly string[];
    weekdays: readonly string[];
    legend: { holiday: string; worked: string; half: string; weekend: string; projected: string };
    holidays: string;
    worked: string;
    half: string;
    insteadOf: (day: string) => string;
    closes: (time: string) => string;
    ranges: string;
    noWorked: string;
    noHalf: string;
    workingDays: (count: number) => string;
  };
  rebase: {
    title: string;
    text: (from: number, to: number) => string;
    open: string;
    heading: (to: number) => string;
    kept: (count: number) => string;
    moved: (count: number) => string;
    aside: (count: number) => string;
    asideText: string;
    gone: string;
    reason: Record<SetAsideReason, string>;
    final: string;
    apply: string;
    stay: string;
    done: (to: number) => string;
    unanswered: string;
  };
  fields: FieldWords;
}

export const catalogueVi: CatalogueWords = {
  tabs: { label: 'Các phần của danh mục', procedures: 'Thủ tục', units: 'Đơn vị hành chính', calendar: 'Lịch làm việc', profiles: 'Bộ quy định', no_paper: 'Không nhận giấy' },
  search: 'Tìm trong danh mục',
  searchHint: 'Gõ tên, mã hoặc lĩnh vực, có dấu hay không dấu',
  nothing: 'Không có mục nào khớp',
  list: { procedures: 'Danh sách thủ tục', calendar: 'Các năm', profiles: 'Các bộ quy định', units: 'Đơn vị tìm thấy' },
  chooseOne: 'Hãy chọn một mục ở danh sách',
  revision: (revision) => `Bản ${revision}`,
  newer: (revision) => `đã có bản ${revision}, chưa đến ngày hiệu lực`,
  draft: 'có bản nháp',
  origin: { shipped: 'đi kèm phần mềm', imported: 'nhập từ tệp', published: 'công bố tại máy này', hub: 'từ Cổng', kept: 'giữ theo hồ sơ đã soạn' },
  confirmed: 'đã xác nhận',
  unconfirmed: (count) => `${count} giá trị chưa kiểm chứng`,
  official: 'chính thức',
  projected: 'dự kiến, chưa kiểm chứng',
  status: { real: 'theo văn bản pháp luật', unverified: 'chưa kiểm chứng', superseded: 'theo văn bản đã được thay thế', illustrative: 'minh họa, chưa kiểm chứng' },
  alsoConfirmed: ', đã xác nhận',
  source: (source) => `Nguồn: ${source}`,
  by: (name, day) => `${name} xác nhận ${day}`,
  whole: 'Toàn bộ thủ tục',
  valid: (from, to) => (to === undefined ? `Hiệu lực từ ${from}` : `Hiệu lực ${from} – ${to}`),
  edit: 'Soạn bản mới',
  editDraft: 'Soạn tiếp bản nháp',
  compare: 'So sánh các bản',
  export: 'Xuất tệp',
  exportAll: 'Xuất toàn bộ',
  import: 'Nhập từ tệp',
  chooseFiles: 'Chọn tệp danh mục',
  chooseFolder: 'Chọn thư mục để ghi tệp danh mục',
  imported: (what) => `Đã nhập: ${what}`,
  exported: (file, count) => `Đã xuất ${count} mục vào ${file}`,
  atHub: 'So với Cổng',
  officer: {
    open: 'Người phụ trách',
    title: 'Người phụ trách danh mục',
    readOnly: 'Chỉ xem',
    none: 'Máy này chưa có người phụ trách danh mục, nên danh mục chỉ xem được.',
    other: (name, user) => `Danh mục do ${name} phụ trách (người dùng ${user}). Với người dùng đang đăng nhập, danh mục chỉ xem được.`,
    you: (name, authority) => `Bạn phụ trách danh mục: ${name}, theo ${authority}.`,
    text: (user) => `Ứng dụng chưa có tài khoản riêng từng người. Người được giao phụ trách danh mục tự khai ở đây; việc này được ghi nhật ký và chỉ có hiệu lực với người dùng máy đang đăng nhập (${user}). Mọi xác nhận, sửa đổi và công bố sau đó mang tên người này.`,
    name: 'Họ tên và chức vụ',
    authority: 'Văn bản giao nhiệm vụ',
    authorityHint: 'Ví dụ: Quyết định số 12/QĐ-UBND ngày 05/01/2026',
    sure: 'Tôi được giao phụ trách danh mục thủ tục của cơ quan',
    take: 'Nhận phụ trách',
    giveUp: 'Thôi phụ trách',
    missing: 'Hãy nhập mục này',
    close: 'Đóng',
  },
  confirm: {
    start: 'Xác nhận giá trị',
    stop: 'Xong việc xác nhận',
    one: 'Xác nhận hoặc sửa',
    title: (what) => `Xác nhận: ${what}`,
    now: 'Đang ghi',
    how: 'Bạn đã đối chiếu và thấy',
    right: 'Đúng như đang ghi',
    rightHint: 'giá trị không đổi',
    wrong: 'Chưa đúng, sửa lại',
    wrongHint: 'nhập giá trị đúng bên dưới',
    value: 'Giá trị đúng',
    source: 'Đọc ở đâu',
    sourceHint: 'Số, ký hiệu văn bản và điều khoản, ví dụ: Quyết định 45/QĐ-UBND, phụ lục II',
    noSource: 'Hãy ghi văn bản đã đối chiếu',
    confirm: 'Xác nhận',
    correct: 'Sửa và xác nhận',
    cancel: 'Thôi',
    done: (revision) => `Đã ghi thành bản ${revision}, có tên người xác nhận`,
    draftOpen: 'Đang có bản nháp của mục này. Hãy công bố hoặc bỏ bản nháp trước khi xác nhận từng giá trị.',
  },
  begin: {
    open: 'Thủ tục mới…',
    title: 'Soạn thủ tục mới',
    from: 'Bắt đầu từ',
    fromHint: 'Bản sao giữ nguyên biểu mẫu và mã thành phần; những gì đã xác nhận ở bản gốc phải xác nhận lại.',
    nothing: 'Chưa có gì, một thành phần trống',
    code: 'Mã thủ tục',
    codeHint: 'Như 1.004222 hoặc NB-29',
    nameVi: 'Tên thủ tục',
    nameEn: 'Tên tiếng Anh (có thể ghi sau)',
    taken: 'Đã có thủ tục mang mã này; hãy sửa thủ tục đó.',
    drafted: 'Thủ tục mang mã này đang được soạn, chưa công bố.',
    badCode: 'Mã chỉ gồm chữ không dấu, số, dấu chấm và gạch nối.',
    noName: 'Hãy ghi tên thủ tục.',
    begin: 'Bắt đầu soạn',
    waiting: 'Thủ tục mới đang soạn, chưa công bố:',
    goOn: 'Soạn tiếp',
  },
  news: { title: 'Cổng vừa có danh mục mới', text: (what) => `Đã nhận: ${what}. Hồ sơ đang soạn vẫn giữ bản cũ cho tới khi bạn chuyển.`, seen: 'Đã xem' },
  editor: {
    title: (code, revision) => `${code} – nháp của bản ${revision}`,
    sections: 'Các phần',
    saved: 'Nháp đã lưu',
    saving: 'Đang lưu nháp',
    back: 'Về danh mục',
    discard: 'Bỏ bản nháp',
    discardTitle: 'Bỏ bản nháp này?',
    discardText: 'Những gì đã sửa trong bản nháp sẽ mất và không lấy lại được. Các bản đã công bố không đổi.',
    keep: 'Giữ bản nháp',
    discarded: 'Đã bỏ bản nháp',
    publish: 'Công bố',
    publishTitle: (code, revision) => `Công bố ${code}, bản ${revision}`,
    publishText: (count) => `${count} thay đổi so với bản mới nhất. Bản đã công bố không sửa được nữa; muốn đổi thì công bố bản tiếp theo. Hồ sơ đang soạn giữ bản cũ.`,
    reason: 'Lý do công bố',
    reasonHint: 'Văn bản làm căn cứ hoặc điều cần sửa; được lưu cùng bản này',
    noReason: 'Hãy nhập lý do',
    published: (code, revision, counts) => (counts ? `Đã công bố ${code}, bản ${revision}` : `Đã công bố ${code}, bản ${revision}; bản này có hiệu lực từ ngày ghi trong đó`),
    changes: (count) => `${count} thay đổi so với bản mới nhất`,
    noChanges: 'Chưa có gì khác bản mới nhất',
    conflict: 'Bản nháp vừa được thay đổi ở nơi khác nên phần vừa sửa ở đây chưa lưu được. Mở lại sẽ lấy bản đang có và bỏ phần chưa lưu.',
    reopen: 'Mở lại bản nháp',
    problems: (count) => `Còn ${count} chỗ phải sửa trước khi công bố`,
    ready: 'Không còn chỗ nào phải sửa',
    advice: 'Nên xem lại',
    add: (what) => `Thêm ${what}`,
    remove: (what) => `Bỏ ${what}`,
    removed: (what) => `Đã bỏ ${what}`,
    up: (what) => `Chuyển ${what} lên`,
    down: (what) => `Chuyển ${what} xuống`,
    none: 'Chưa có mục nào',
    conditionHint: 'Biểu thức trên câu trả lời của biểu mẫu, viết dạng JSON như trong tệp danh mục',
    badCondition: 'Chưa đọc được biểu thức',
    vi: 'tiếng Việt',
    en: 'tiếng Anh',
    addCase: 'Thêm lựa chọn',
    caseCode: 'Mã lựa chọn',
    raw: 'Bản nháp không đọc được thành biểu; hãy sửa trực tiếp nội dung tệp',
  },
  differences: {
    title: (code) => `So sánh các bản của ${code}`,
    left: 'Bản bên trái',
    right: 'Bản bên phải',
    side: { newest: 'Bản mới nhất', draft: 'Bản nháp', hub: 'Bản của Cổng' },
    where: 'Mục',
    change: { added: 'thêm', removed: 'bỏ', changed: 'sửa', moved: 'đổi thứ tự' },
    none: 'Hai bản giống nhau',
    count: (count) => `${count} chỗ khác nhau`,
    back: 'Về danh mục',
    nothing: 'không có',
    revisions: 'Các bản',
    reason: 'Lý do',
  },
  hub: {
    title: 'Danh mục ở đây và ở Cổng',
    text: (version, published, fetched) => `Lần công bố ${version} của Cổng ngày ${published}, tải về ${fetched}.`,
    never: 'Chưa tải danh mục của Cổng lần nào. Khi máy đã ghi danh và có mạng, bấm “Hỏi Cổng”.',
    fetch: 'Hỏi Cổng',
    fetching: 'Đang hỏi Cổng',
    standing: { same: 'giống nhau', newer_here: 'ở đây mới hơn', newer_there: 'ở Cổng mới hơn', differs: 'cùng số bản, nội dung khác', only_here: 'chỉ có ở đây', only_there: 'chỉ có ở Cổng' },
    here: 'Ở đây',
    there: 'Ở Cổng',
    none: 'Không có mục nào khác nhau',
    fetched: (count) => (count === 0 ? 'Danh sách của Cổng đã đổi, không có bản nào mới với máy này' : `Đã nhận ${count} bản mới`),
    unchanged: 'Danh mục của Cổng không đổi từ lần tải trước',
    refused: (what, why) => `Không nhận ${what}: ${why}`,
    all: 'Tất cả',
    onlyOther: 'Chỉ mục khác nhau',
    back: 'Về danh mục',
  },
  units: {
    search: 'Tên hoặc mã đơn vị',
    searchHint: 'Ví dụ: ba dinh, Thạch Lâm, 00004',
    day: 'Vào ngày',
    dayHint: 'Để trống: mọi thời điểm',
    badDay: 'Hãy nhập ngày, ví dụ 30/6/2025',
    found: (count) => `${count} đơn vị`,
    old: 'đơn vị cũ',
    now: 'đang có hiệu lực',
    until: (day) => `đến hết ${day}`,
    since: (day) => `từ ${day}`,
    into: 'Từ 01/7/2025 thuộc về',
    from: 'Hình thành từ',
    under: 'Đơn vị trực thuộc',
    above: 'Thuộc',
    share: { whole: 'toàn bộ', main_part: 'phần lớn', part: 'một phần' },
    source: 'Nguồn: dữ liệu đơn vị theo Quyết định 19/2025/QĐ-TTg và gói dữ liệu công khai; chưa kiểm chứng với Công báo.',
    code: 'Mã',
    tier: { province: 'Tỉnh, thành phố', district: 'Huyện, quận, thị xã', commune: 'Xã, phường, đặc khu' },
    back: 'Quay lại đơn vị trước',
    noSuccessor: 'Chưa có dữ liệu về nơi đơn vị này thuộc về.',
    noDay: 'Không có đơn vị này vào ngày đã chọn',
  },
  calendar: {
    months: ['Tháng 1', 'Tháng 2', 'Tháng 3', 'Tháng 4', 'Tháng 5', 'Tháng 6', 'Tháng 7', 'Tháng 8', 'Tháng 9', 'Tháng 10', 'Tháng 11', 'Tháng 12'],
    weekdays: ['T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'CN'],
    legend: { holiday: 'nghỉ lễ', worked: 'làm bù', half: 'nghỉ sớm', weekend: 'cuối tuần', projected: 'dự kiến' },
    holidays: 'Ngày nghỉ',
    worked: 'Thứ Bảy làm bù',
    half: 'Ngày nghỉ sớm',
    insteadOf: (day) => `thay cho ${day}`,
    closes: (time) => `đến ${time}`,
    ranges: 'Căn cứ từng khoảng ngày',
    noWorked: 'Không có',
    noHalf: 'Không có',
    workingDays: (count) => `${count} ngày làm việc`,
  },
  rebase: {
    title: 'Thủ tục đã có bản mới',
    text: (from, to) => `Hồ sơ này soạn theo bản ${from}; nay có bản ${to}. Bạn có thể xem trước rồi chuyển, hoặc giữ nguyên.`,
    open: 'Xem trước khi chuyển',
    heading: (to) => `Chuyển hồ sơ sang bản ${to}`,
    kept: (count) => `${count} câu trả lời giữ nguyên`,
    moved: (count) => `${count} câu trả lời chuyển sang mục mới`,
    aside: (count) => `${count} câu trả lời để riêng, không gửi đi`,
    asideText: 'Để riêng nghĩa là vẫn lưu trong bản nháp, nhưng bản mới không hỏi tới.',
    gone: 'Giấy tờ thuộc thành phần bản mới không có (vẫn giữ trong hồ sơ):',
    reason: { gone: 'bản mới không còn câu hỏi này', does_not_fit: 'không hợp với câu hỏi mới', calculated: 'bản mới tự tính', taken: 'mục mới đã có câu trả lời' },
    final: 'Đã chuyển thì không quay lại bản cũ được; không câu trả lời nào bị xóa.',
    apply: 'Chuyển sang bản mới',
    stay: 'Giữ bản đang soạn',
    done: (to) => `Đã chuyển sang bản ${to}. Hãy xem lại các mục còn thiếu.`,
    unanswered: '(trống)',
  },
  fields: catalogueFieldsVi,
};
