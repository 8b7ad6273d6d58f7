/** The words of the list of dossiers, of the choice of a procedure, and of the first start. */
export interface DossiersWords {
  views: { label: string; all: string; drafting: string; waiting: string; mine: string; processing: string; finished: string };
  columns: { code: string; what: string; state: string; due: string; where: string };
  table: string;
  practice: string;
  /** The state of a practice dossier that is complete; it is never sent. */
  practised: string;
  /** What was looked for stands neither in the code nor in a name. */
  inside: string;
  noApplicant: string;
  due: (day: string) => string;
  daysLeft: (days: number) => string;
  dueToday: (time: string) => string;
  /** By so many working days; by none yet when the time of the last one is over. */
  overdue: (days: number) => string;
  wasDue: (day: string) => string;
  noDue: string;
  where: { here: string; received: string };
  percent: (percent: number) => string;
  /** What the keys under the table do. */
  legend: string;
  hints: { choose: string; open: string };
  chooseRow: string;
  more: string;
  open: string;
  discard: string;
  discarded: (code: string) => string;
  onlyDrafts: string;
  receipt: string;
  none: Record<'all' | 'drafting' | 'waiting' | 'mine' | 'processing' | 'finished', { title: string; text: string }>;
  loading: string;
  choose: {
    filter: string;
    filterHint: string;
    list: string;
    components: (count: number) => string;
    /** Why nothing can be begun yet. */
    chooseOne: string;
    columns: { code: string; name: string; components: string; provenance: string };
    begin: string;
    cancel: string;
    none: string;
  };
  welcome: { title: string; text: string; practice: string; practiceHint: string; begin: string; beginHint: string; enrol: string; enrolHint: string; enrolled: string };
}

export const dossiersVi: DossiersWords = {
  views: {
    label: 'Nhóm hồ sơ',
    all: 'Tất cả',
    drafting: 'Đang soạn',
    waiting: 'Chờ gửi',
    mine: 'Cần tôi làm',
    processing: 'Đang xử lý',
    finished: 'Xong',
  },
  columns: { code: 'Mã hồ sơ', what: 'Thủ tục · Người nộp', state: 'Trạng thái', due: 'Hạn', where: 'Đang ở đâu' },
  table: 'Danh sách hồ sơ',
  practice: 'tập dượt',
  practised: 'Tập dượt xong',
  inside: 'có trong hồ sơ, giấy tờ',
  noApplicant: 'chưa ghi người nộp',
  due: (day) => `Hẹn ${day}`,
  daysLeft: (days) => `Còn ${days} ngày làm việc`,
  dueToday: (time) => `Hôm nay ${time}`,
  overdue: (days) => (days === 0 ? 'Quá hạn' : `Quá hạn ${days} ngày`),
  wasDue: (day) => `hẹn ${day}`,
  noDue: '–',
  where: { here: 'Chỉ trên máy này', received: 'Đã nộp' },
  percent: (percent) => `Đang gửi ${percent} %`,
  legend: 'Mã bắt đầu bằng T- là mã tạm, được đổi thành mã chính thức khi Cổng nhận hồ sơ.',
  hints: { choose: 'chọn', open: 'mở' },
  chooseRow: 'Chọn hồ sơ',
  more: 'Thao tác khác',
  open: 'Mở hồ sơ',
  discard: 'Bỏ bản nháp',
  discarded: (code) => `Đã bỏ bản nháp ${code}`,
  onlyDrafts: 'Chỉ bỏ được hồ sơ đang soạn',
  receipt: 'Xem biên nhận',
  none: {
    all: { title: 'Chưa có hồ sơ nào', text: 'Bấm “Soạn hồ sơ mới” để bắt đầu.' },
    drafting: { title: 'Không có hồ sơ đang soạn', text: 'Bấm “Soạn hồ sơ mới” để bắt đầu một hồ sơ.' },
    waiting: { title: 'Không có hồ sơ nào chờ gửi', text: 'Hồ sơ soạn xong và đưa vào hộp gửi sẽ hiện ở đây cho tới khi Cổng nhận.' },
    mine: { title: 'Không có việc nào cần bạn làm', text: 'Hồ sơ bị trả lại, thiếu giấy tờ hoặc cần nộp tiền sẽ hiện ở đây.' },
    processing: { title: 'Không có hồ sơ đang xử lý', text: 'Hồ sơ Cổng đã nhận và đang được giải quyết sẽ hiện ở đây.' },
    finished: { title: 'Chưa có hồ sơ nào xong', text: 'Hồ sơ đã có kết quả, đã rút hoặc đã dừng sẽ hiện ở đây.' },
  },
  loading: 'Đang đọc danh sách',
  choose: {
    filter: 'Chọn thủ tục',
    filterHint: 'Gõ một phần tên hoặc mã, có dấu hay không dấu',
    list: 'Danh sách thủ tục',
    components: (count) => `${count} thành phần`,
    columns: { code: 'Mã', name: 'Tên thủ tục', components: 'Giấy tờ', provenance: 'Dữ liệu thủ tục' },
    chooseOne: 'Hãy chọn một thủ tục',
    begin: 'Bắt đầu soạn',
    cancel: 'Quay lại',
    none: 'Không có thủ tục nào khớp. Hãy gõ ngắn hơn.',
  },
  welcome: {
    title: 'Chào mừng đến với Hồ Sơ',
    text: 'Hồ Sơ giúp bạn điền biểu mẫu, quét và làm sạch giấy tờ, rồi gửi hồ sơ tới Cổng. Mọi thứ được lưu ngay trên máy này, kể cả khi không có mạng; hồ sơ tự gửi đi khi có mạng trở lại.',
    practice: 'Soạn thử một hồ sơ',
    practiceHint: 'Làm quen trong vài phút với dữ liệu mẫu. Hồ sơ tập dượt không bao giờ gửi đi.',
    begin: 'Soạn hồ sơ mới',
    beginHint: 'Chọn thủ tục và bắt đầu làm thật.',
    enrol: 'Ghi danh với Cổng',
    enrolHint: 'Cần một lần, để hồ sơ gửi đi được. Chưa ghi danh vẫn soạn được.',
    enrolled: 'Máy này đã ghi danh với Cổng.',
  },
};

export const dossiersEn: DossiersWords = {
  views: { label: 'Groups', all: 'All', drafting: 'Drafts', waiting: 'To be sent', mine: 'Needs me', processing: 'In process', finished: 'Finished' },
  columns: { code: 'Code', what: 'Procedure · Applicant', state: 'State', due: 'Due', where: 'Where it is' },
  table: 'Dossiers',
  practice: 'practice',
  practised: 'Practice done',
  inside: 'found in the dossier or its papers',
  noApplicant: 'no applicant yet',
  due: (day) => `Due ${day}`,
  daysLeft: (days) => (days === 1 ? '1 working day left' : `${days} working days left`),
  dueToday: (time) => `Today ${time}`,
  overdue: (days) => (days === 0 ? 'Overdue' : days === 1 ? 'Overdue by 1 day' : `Overdue by ${days} days`),
  wasDue: (day) => `was due ${day}`,
  noDue: '–',
  where: { here: 'Only here', received: 'At the Portal' },
  percent: (percent) => `Being sent, ${percent} %`,
  legend: 'Codes that begin with T- are provisional; the official code comes when the Portal receives the dossier.',
  hints: { choose: 'choose', open: 'open' },
  chooseRow: 'Choose a dossier',
  more: 'More actions',
  open: 'Open',
  discard: 'Put the draft away',
  discarded: (code) => `Draft ${code} was put away`,
  onlyDrafts: 'Only drafts can be put away',
  receipt: 'Show the receipt',
  none: {
    all: { title: 'No dossier yet', text: 'Press “New dossier” to begin.' },
    drafting: { title: 'No drafts', text: 'Press “New dossier” to begin one.' },
    waiting: { title: 'Nothing waits to be sent', text: 'What you finish and put into the outbox is shown here until the Portal has received it.' },
    mine: { title: 'Nothing needs you', text: 'Dossiers that came back, lack a paper or a payment are shown here.' },
    processing: { title: 'Nothing in process', text: 'What the Portal has received and works on is shown here.' },
    finished: { title: 'Nothing finished yet', text: 'Dossiers with a result, withdrawn or stopped are shown here.' },
  },
  loading: 'Reading the list',
  choose: {
    filter: 'Choose a procedure',
    filterHint: 'Type a part of its name or code, with or without marks',
    list: 'Procedures',
    components: (count) => `${count} components`,
    columns: { code: 'Code', name: 'Name', components: 'Papers', provenance: 'Procedure data' },
    begin: 'Begin',
    cancel: 'Back',
    none: 'No procedure fits. Type less.',
    chooseOne: 'Choose a procedure',
  },
  welcome: {
    title: 'Welcome to Hồ Sơ',
    text: 'Hồ Sơ helps you fill in forms, scan and clean papers, and send dossiers to the Portal. Everything is kept on this computer, also without a network; dossiers are sent by themselves when it is back.',
    practice: 'Try it with a practice dossier',
    practiceHint: 'A few minutes with example data. A practice dossier is never sent.',
    begin: 'New dossier',
    beginHint: 'Choose a procedure and begin for real.',
    enrol: 'Enrol with the Portal',
    enrolHint: 'Needed once, so that dossiers can be sent. They can be prepared without.',
    enrolled: 'This computer is enrolled with the Portal.',
  },
};
