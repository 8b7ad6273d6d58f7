import type { GateOutcome } from '../host/desk.gen';

/** The words of departments' lists of procedures without paper, and of the gate at the desk. */
export interface NoPaperWords {
  lists: {
    title: string;
    none: string;
    noneText: string;
    choose: string;
    state: Record<'draft' | 'in_force' | 'replaced', string>;
    revision: (revision: number) => string;
    procedures: (count: number) => string;
    approved: (number: string, day: string, by: string) => string;
    saved: (by: string, at: string) => string;
    columns: { procedure: string; from: string; basis: string; except: string };
    unknown: string;
    create: string;
    next: string;
    goOn: string;
    approve: string;
    print: string;
    export: string;
    import: string;
    send: string;
    exchange: string;
    exchanging: string;
    exchanged: (sent: string, taken: string) => string;
    chooseFolder: string;
    chooseFile: string;
    written: (file: string) => string;
    imported: (department: string, revision: number) => string;
    refused: (list: string, why: string) => string;
  };
  hub: {
    title: string;
    here: string;
    waiting: string;
    received: (at: string) => string;
    refused: string;
    from: (agency: string, at: string) => string;
    nobody: string;
    appliedBy: (agency: string, station: string, at: string) => string;
    short: { here: string; waiting: string; received: (applied: number) => string; refused: string; from: string };
  };
  create: { title: string; department: string; hint: string; missing: string; exists: string; go: string; cancel: string };
  draft: {
    title: (department: string, revision: number) => string;
    text: string;
    add: string;
    empty: string;
    emptyText: string;
    remove: string;
    removeOf: (code: string) => string;
    removed: (name: string) => string;
    added: (count: number) => string;
    of: (column: string, code: string) => string;
    wrong: { from: string; basis: string };
    saved: string;
    saving: string;
    notSaved: (count: number) => string;
    notBegun: string;
    back: string;
    discard: string;
    discardTitle: string;
    discardText: string;
    discarded: string;
    keep: string;
  };
  pick: { title: string; search: string; searchHint: string; list: string; from: string; basis: string; basisHint: string; except: string; exceptHint: string; add: (count: number) => string; cancel: string; none: string; choose: string; badDay: string; noBasis: string };
  approve: {
    title: (department: string, revision: number) => string;
    text: (count: number, from: string) => string;
    by: string;
    position: string;
    number: string;
    numberHint: string;
    on: string;
    missing: string;
    badDay: string;
    tomorrow: string;
    early: (count: number) => string;
    sure: string;
    notSure: string;
    go: string;
    cancel: string;
    done: (department: string, revision: number) => string;
  };
  reception: { tabs: { label: string; gate: string; visits: string } };
  gate: {
    search: string;
    searchHint: string;
    list: string;
    start: string;
    startText: string;
    paper: string;
    online: string;
    unsure: string;
    verdict: { paper: string; online: string; unsure: string };
    paperText: string;
    since: string;
    basis: string;
    ofList: string;
    ofData: string;
    decision: (number: string, day: string, by: string) => string;
    except: string;
    noExcept: string;
    certain: string;
    sure: string;
    ask: string;
    link: string;
    copy: string;
    copied: string;
    copyFailed: string;
    support: string;
    who: string;
    whoHint: string;
    guide: string;
    helped: string;
    takeAnyway: string;
    chooseFolder: string;
    guided: (file: string) => string;
    notedHelp: string;
    notedPaper: string;
    reasonTitle: string;
    reasonText: string;
    reason: string;
    reasonMissing: string;
    note: string;
    cancel: string;
  };
  visits: {
    from: string;
    to: string;
    badDay: string;
    order: string;
    all: string;
    outcomes: Record<GateOutcome, string>;
    byProcedure: string;
    rows: string;
    none: string;
    columns: { at: string; procedure: string; outcome: string; who: string; reason: string; by: string };
    unknown: string;
  };
}

export const noPaperVi: NoPaperWords = {
  lists: {
    title: 'Danh mục không nhận hồ sơ giấy',
    none: 'Chưa có danh mục nào',
    noneText: 'Mỗi sở, ngành lập một danh mục các thủ tục chỉ nhận trực tuyến. Danh mục được lãnh đạo phê duyệt thì có hiệu lực ở mọi bộ phận một cửa.',
    choose: 'Hãy chọn một danh mục ở bên trái.',
    state: { draft: 'Bản nháp', in_force: 'Đang áp dụng', replaced: 'Đã được thay thế' },
    revision: (revision) => `Bản ${revision}`,
    procedures: (count) => `${count} thủ tục`,
    approved: (number, day, by) => `${number} ngày ${day}, ${by} phê duyệt`,
    saved: (by, at) => `${by ? `${by} lưu` : 'Lưu'} ${at}`,
    columns: { procedure: 'Thủ tục', from: 'Từ ngày', basis: 'Căn cứ', except: 'Ngoại lệ' },
    unknown: 'không có trong danh mục thủ tục của máy này',
    create: 'Lập danh mục',
    next: 'Soạn bản mới',
    goOn: 'Soạn tiếp',
    approve: 'Phê duyệt',
    print: 'In',
    export: 'Xuất tệp',
    import: 'Nhập tệp',
    send: 'Gửi Cổng',
    exchange: 'Trao đổi với Cổng',
    exchanging: 'Đang hỏi Cổng',
    exchanged: (sent, taken) =>
      [sent && `Đã gửi ${sent}.`, taken && `Đã nhận từ Cổng ${taken}.`].filter(Boolean).join(' ') || 'Không có gì mới ở Cổng.',
    chooseFolder: 'Chọn thư mục để ghi tệp',
    chooseFile: 'Chọn tệp danh mục đã phê duyệt',
    written: (file) => `Đã ghi ${file}`,
    imported: (department, revision) => `Đã nhập danh mục của ${department}, bản ${revision}.`,
    refused: (list, why) => `${list}: ${why}`,
  },
  hub: {
    title: 'Ở Cổng',
    here: 'Chỉ có ở máy này. Danh mục nhập từ tệp chỉ gửi Cổng khi bạn bấm Gửi Cổng.',
    waiting: 'Đang chờ gửi; sẽ tự gửi khi có mạng.',
    received: (at) => `Cổng đã nhận ${at}.`,
    refused: 'Cổng chưa nhận',
    from: (agency, at) => `Do ${agency} gửi; Cổng nhận ${at}.`,
    nobody: 'Chưa có máy nào khác báo đã áp dụng.',
    appliedBy: (agency, station, at) => `${agency}, máy ${station}: áp dụng từ ${at}`,
    short: { here: 'chỉ ở máy này', waiting: 'chờ gửi Cổng', received: (applied) => (applied === 0 ? 'Cổng đã nhận' : `Cổng đã nhận, ${applied} máy áp dụng`), refused: 'Cổng chưa nhận', from: 'từ Cổng' },
  },
  create: {
    title: 'Lập danh mục không nhận hồ sơ giấy',
    department: 'Sở, ngành, đơn vị lập danh mục',
    hint: 'Ghi đúng tên ký văn bản, ví dụ: Sở Nội vụ',
    missing: 'Hãy nhập tên đơn vị',
    exists: 'Đơn vị này đã có danh mục; hãy chọn và soạn bản mới',
    go: 'Soạn danh mục',
    cancel: 'Thôi',
  },
  draft: {
    title: (department, revision) => `${department} – bản ${revision}, nháp`,
    text: 'Nháp chưa có hiệu lực với ai cho tới khi được phê duyệt.',
    add: 'Thêm thủ tục',
    empty: 'Chưa có thủ tục nào',
    emptyText: 'Thêm những thủ tục không nhận hồ sơ giấy nữa; chọn được nhiều thủ tục một lần.',
    remove: 'Bỏ',
    removeOf: (code) => `Bỏ ${code}`,
    removed: (name) => `Đã bỏ ${name}`,
    added: (count) => `Đã thêm ${count} thủ tục`,
    of: (column, code) => `${column} của ${code}`,
    wrong: { from: 'Hãy nhập ngày, ví dụ 1/12/26', basis: 'Hãy nhập căn cứ' },
    saved: 'Nháp đã lưu',
    saving: 'Đang lưu nháp',
    notSaved: (count) => `Chưa lưu: còn ${count} ô cần sửa`,
    notBegun: 'Danh mục trống thì không có nháp; thêm một thủ tục thì nháp được lưu',
    back: 'Về các danh mục',
    discard: 'Bỏ bản nháp',
    discardTitle: 'Bỏ bản nháp này?',
    discardText: 'Bản nháp bị xóa hẳn. Danh mục đang áp dụng không thay đổi.',
    discarded: 'Đã bỏ bản nháp',
    keep: 'Giữ lại',
  },
  pick: {
    title: 'Thêm thủ tục vào danh mục',
    search: 'Tìm thủ tục',
    searchHint: 'Gõ tên, mã hoặc lĩnh vực, có dấu hay không dấu',
    list: 'Thủ tục chưa có trong danh mục',
    from: 'Từ ngày',
    basis: 'Căn cứ',
    basisHint: 'Ví dụ: Văn bản 5436/UBND-VP ngày 16/5/2022',
    except: 'Vẫn nhận giấy khi',
    exceptHint: 'Ví dụ: hệ thống bị gián đoạn. Để trống nếu không có ngoại lệ.',
    add: (count) => (count === 0 ? 'Thêm' : `Thêm ${count} thủ tục`),
    cancel: 'Thôi',
    none: 'Không có thủ tục nào khớp',
    choose: 'Hãy chọn ít nhất một thủ tục',
    badDay: 'Hãy nhập ngày, ví dụ 1/12/26',
    noBasis: 'Hãy nhập căn cứ',
  },
  approve: {
    title: (department, revision) => `Phê duyệt danh mục của ${department}, bản ${revision}`,
    text: (count, from) => `${count} thủ tục, sớm nhất từ ${from}. Sau khi phê duyệt, bản này không sửa được nữa, thay bản trước, và được gửi Cổng để mọi bộ phận một cửa áp dụng.`,
    by: 'Người phê duyệt',
    position: 'Chức vụ',
    number: 'Số quyết định',
    numberHint: 'Ví dụ: 12/QĐ-SNV',
    on: 'Ngày quyết định',
    missing: 'Hãy nhập mục này',
    badDay: 'Hãy nhập ngày, ví dụ 21/11/26',
    tomorrow: 'Ngày quyết định không thể sau hôm nay',
    early: (count) => `${count} thủ tục áp dụng trước ngày này; hãy sửa ngày áp dụng trong bản nháp`,
    sure: 'Tôi đã đối chiếu danh mục với quyết định đã ký',
    notSure: 'Hãy đối chiếu rồi đánh dấu',
    go: 'Phê duyệt',
    cancel: 'Thôi',
    done: (department, revision) => `Danh mục của ${department}, bản ${revision} đã được phê duyệt và đang áp dụng.`,
  },
  reception: { tabs: { label: 'Các phần của tiếp nhận', gate: 'Có nhận hồ sơ giấy không', visits: 'Đã hướng dẫn, đã nhận giấy' } },
  gate: {
    search: 'Người đến nộp thủ tục gì',
    searchHint: 'Gõ vài chữ của tên hoặc mã, có dấu hay không dấu',
    list: 'Thủ tục tìm thấy',
    start: 'Gõ vài chữ của thủ tục',
    startText: 'Màn hình trả lời ngay hôm nay có nhận hồ sơ giấy hay không, vì sao, và nộp ở đâu.',
    paper: 'nhận giấy',
    online: 'chỉ nhận trực tuyến',
    unsure: 'chỉ trực tuyến, chưa kiểm chứng',
    verdict: { paper: 'Hôm nay nhận hồ sơ giấy', online: 'Không nhận hồ sơ giấy', unsure: 'Có thể không nhận hồ sơ giấy – cần hỏi lại' },
    paperText: 'Không có danh mục nào đang áp dụng ghi thủ tục này. Nộp trực tuyến thì nộp tại trang dưới đây.',
    since: 'Chỉ nhận trực tuyến từ',
    basis: 'Căn cứ',
    ofList: 'Theo danh mục của',
    ofData: 'Dữ liệu của thủ tục, không theo danh mục nào được phê duyệt',
    decision: (number, day, by) => `${number} ngày ${day}, ${by}`,
    except: 'Vẫn nhận giấy khi',
    noExcept: 'không có ngoại lệ',
    certain: 'Độ chắc chắn',
    sure: 'đã đối chiếu với văn bản',
    ask: 'chưa kiểm chứng – hãy hỏi lại nơi giải quyết trước khi trả hồ sơ',
    link: 'Nộp trực tuyến tại',
    copy: 'Chép địa chỉ',
    copied: 'Đã chép địa chỉ',
    copyFailed: 'Chưa chép được; hãy bôi đen địa chỉ rồi bấm Ctrl+C',
    support: 'Hỗ trợ',
    who: 'Ai đến nộp',
    whoHint: 'Tên cơ quan, đơn vị hoặc người; có thể để trống',
    guide: 'In phiếu hướng dẫn',
    helped: 'Đã giúp nộp tại đây',
    takeAnyway: 'Vẫn nhận giấy…',
    chooseFolder: 'Chọn thư mục để ghi phiếu hướng dẫn',
    guided: (file) => `Đã ghi nhận; phiếu hướng dẫn: ${file}`,
    notedHelp: 'Đã ghi nhận: giúp nộp trực tuyến.',
    notedPaper: 'Đã ghi nhận: nhận hồ sơ giấy.',
    reasonTitle: 'Vì sao nhận hồ sơ giấy?',
    reasonText: 'Lý do được ghi vào sổ và có trong báo cáo ngoại lệ.',
    reason: 'Lý do',
    reasonMissing: 'Hãy nhập lý do',
    note: 'Ghi nhận',
    cancel: 'Thôi',
  },
  visits: {
    from: 'Từ ngày',
    to: 'Đến ngày',
    badDay: 'Hãy nhập ngày, ví dụ 1/12/26',
    order: 'Ngày cuối không thể trước ngày đầu',
    all: 'Tất cả',
    outcomes: { guided: 'Đã hướng dẫn', helped: 'Đã giúp nộp', exception: 'Nhận giấy' },
    byProcedure: 'Theo thủ tục',
    rows: 'Từng lượt',
    none: 'Không có lượt nào trong thời gian này',
    columns: { at: 'Lúc', procedure: 'Thủ tục', outcome: 'Kết quả', who: 'Người đến', reason: 'Lý do', by: 'Người ghi' },
    unknown: 'không ghi',
  },
};

const procedures = (count: number): string => `${count} ${count === 1 ? 'procedure' : 'procedures'}`;

export const noPaperEn: NoPaperWords = {
  lists: {
    title: 'Lists of procedures without paper',
    none: 'There is no list yet',
    noneText: 'Each department draws up a list of the procedures it takes online only. Once a leader has approved it, it counts at every one-stop desk.',
    choose: 'Choose a list on the left.',
    state: { draft: 'Draft', in_force: 'In force', replaced: 'Replaced' },
    revision: (revision) => `Revision ${revision}`,
    procedures,
    approved: (number, day, by) => `${number} of ${day}, approved by ${by}`,
    saved: (by, at) => `Saved ${by ? `by ${by} ` : ''}${at}`,
    columns: { procedure: 'Procedure', from: 'From', basis: 'Basis', except: 'Except' },
    unknown: 'not in the catalogue of this computer',
    create: 'New list',
    next: 'New revision',
    goOn: 'Go on drafting',
    approve: 'Approve',
    print: 'Print',
    export: 'Export',
    import: 'Import',
    send: 'Send to the Portal',
    exchange: 'Exchange with the Portal',
    exchanging: 'Asking the Portal',
    exchanged: (sent, taken) =>
      [sent && `Sent ${sent}.`, taken && `Taken from the Portal: ${taken}.`].filter(Boolean).join(' ') || 'There is nothing new at the Portal.',
    chooseFolder: 'Choose a folder for the file',
    chooseFile: 'Choose the file of an approved list',
    written: (file) => `Written to ${file}`,
    imported: (department, revision) => `Imported the list of ${department}, revision ${revision}.`,
    refused: (list, why) => `${list}: ${why}`,
  },
  hub: {
    title: 'At the Portal',
    here: 'On this computer only. A list from a file goes to the Portal only when you say so.',
    waiting: 'Waits; it is sent by itself when there is a network.',
    received: (at) => `The Portal took it ${at}.`,
    refused: 'The Portal has not taken it',
    from: (agency, at) => `Sent by ${agency}; the Portal took it ${at}.`,
    nobody: 'No other computer has said yet that it applies it.',
    appliedBy: (agency, station, at) => `${agency}, station ${station}: applied since ${at}`,
    short: { here: 'here only', waiting: 'waits for the Portal', received: (applied) => (applied === 0 ? 'the Portal has it' : `the Portal has it, ${applied} ${applied === 1 ? 'station applies' : 'stations apply'} it`), refused: 'not taken by the Portal', from: 'from the Portal' },
  },
  create: {
    title: 'New list of procedures without paper',
    department: 'Department',
    hint: 'As it signs, for example: Sở Nội vụ',
    missing: 'Give the department’s name',
    exists: 'This department has a list; choose it and make a new revision',
    go: 'Draft the list',
    cancel: 'Cancel',
  },
  draft: {
    title: (department, revision) => `${department} – revision ${revision}, draft`,
    text: 'A draft binds nobody until it is approved.',
    add: 'Add procedures',
    empty: 'No procedure yet',
    emptyText: 'Add the procedures that are no longer taken on paper; several can be chosen at once.',
    remove: 'Remove',
    removeOf: (code) => `Remove ${code}`,
    removed: (name) => `Removed ${name}`,
    added: (count) => `Added ${procedures(count)}`,
    of: (column, code) => `${column} of ${code}`,
    wrong: { from: 'Give a day, for example 1/12/26', basis: 'Give the basis' },
    saved: 'Draft saved',
    saving: 'Saving the draft',
    notSaved: (count) => `Not saved: ${count} to mend`,
    notBegun: 'An empty list is no draft; add a procedure and it is saved',
    back: 'Back to the lists',
    discard: 'Discard the draft',
    discardTitle: 'Discard this draft?',
    discardText: 'The draft is deleted. The list in force stays as it is.',
    discarded: 'The draft was discarded',
    keep: 'Keep it',
  },
  pick: {
    title: 'Add procedures to the list',
    search: 'Find procedures',
    searchHint: 'Type a name, code or field, with or without marks',
    list: 'Procedures that are not in the list',
    from: 'From',
    basis: 'Basis',
    basisHint: 'For example: Văn bản 5436/UBND-VP ngày 16/5/2022',
    except: 'Paper all the same when',
    exceptHint: 'For example when the system is down. Leave it empty for no exception.',
    add: (count) => (count === 0 ? 'Add' : `Add ${procedures(count)}`),
    cancel: 'Cancel',
    none: 'No procedure fits',
    choose: 'Choose at least one procedure',
    badDay: 'Give a day, for example 1/12/26',
    noBasis: 'Give the basis',
  },
  approve: {
    title: (department, revision) => `Approve the list of ${department}, revision ${revision}`,
    text: (count, from) => `${procedures(count)}, the first from ${from}. Once approved, this revision cannot be changed, takes the place of the one before, and goes to the Portal so that every desk applies it.`,
    by: 'Approved by',
    position: 'Position',
    number: 'Number of the decision',
    numberHint: 'For example: 12/QĐ-SNV',
    on: 'Day of the decision',
    missing: 'Fill this in',
    badDay: 'Give a day, for example 21/11/26',
    tomorrow: 'The decision cannot be of a day to come',
    early: (count) => `${procedures(count)} ${count === 1 ? 'begins' : 'begin'} before this day; correct ${count === 1 ? 'its day' : 'their days'} in the draft`,
    sure: 'I have compared the list with the signed decision',
    notSure: 'Compare it, then tick this',
    go: 'Approve',
    cancel: 'Cancel',
    done: (department, revision) => `The list of ${department}, revision ${revision} is approved and in force.`,
  },
  reception: { tabs: { label: 'Parts of reception', gate: 'Is paper taken', visits: 'Guided, and taken on paper' } },
  gate: {
    search: 'What do they come to file',
    searchHint: 'Type a few letters of the name or code, with or without marks',
    list: 'Procedures found',
    start: 'Type a few letters of a procedure',
    startText: 'You are told at once whether paper is taken today, why, and where it is filed online.',
    paper: 'paper taken',
    online: 'online only',
    unsure: 'online only, unverified',
    verdict: { paper: 'Paper is taken today', online: 'No paper is taken', unsure: 'Paper may not be taken – ask first' },
    paperText: 'No list in force names this procedure. It is filed online at the page below.',
    since: 'Online only since',
    basis: 'Basis',
    ofList: 'By the list of',
    ofData: 'The procedure’s own data, by no approved list',
    decision: (number, day, by) => `${number} of ${day}, ${by}`,
    except: 'Paper all the same when',
    noExcept: 'no exception',
    certain: 'How certain',
    sure: 'looked up in the text',
    ask: 'unverified – ask who handles it before turning paper away',
    link: 'Filed online at',
    copy: 'Copy the address',
    copied: 'The address is copied',
    copyFailed: 'It could not be copied; select it and press Ctrl+C',
    support: 'Help',
    who: 'Who came',
    whoHint: 'Agency, unit or person; may be left empty',
    guide: 'Print the guidance slip',
    helped: 'Helped to file online here',
    takeAnyway: 'Take paper because…',
    chooseFolder: 'Choose a folder for guidance slips',
    guided: (file) => `Noted; the slip: ${file}`,
    notedHelp: 'Noted: helped to file online.',
    notedPaper: 'Noted: taken on paper.',
    reasonTitle: 'Why is paper taken?',
    reasonText: 'The reason is kept and stands in the report of exceptions.',
    reason: 'Reason',
    reasonMissing: 'Give the reason',
    note: 'Note it',
    cancel: 'Cancel',
  },
  visits: {
    from: 'From',
    to: 'To',
    badDay: 'Give a day, for example 1/12/26',
    order: 'The last day cannot be before the first',
    all: 'All',
    outcomes: { guided: 'Guided', helped: 'Helped', exception: 'Taken on paper' },
    byProcedure: 'By procedure',
    rows: 'One by one',
    none: 'Nothing in this time',
    columns: { at: 'When', procedure: 'Procedure', outcome: 'What came of it', who: 'Who came', reason: 'Reason', by: 'Noted by' },
    unknown: 'not noted',
  },
};
