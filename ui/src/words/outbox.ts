import { parcelEn, parcelVi, type ParcelWords } from './parcel';

/** The words of the outbox and of transmission receipts. */
export interface OutboxWords {
  groups: { person: (count: number) => string; sending: (count: number) => string; waiting: (count: number) => string };
  retry: string;
  reopen: string;
  files: (count: number) => string;
  onItsWay: (files: string, percent: number, rate: string | undefined) => string;
  resumes: (sent: string) => string;
  neverTried: string;
  attempts: (count: number) => string;
  nextTry: (time: string) => string;
  nextTrySoon: string;
  held: string;
  /** Nothing is sent by itself now. */
  byHand: string;
  parcel: ParcelWords;
  empty: { title: string; text: string };
  network: {
    title: string;
    online: (since: string) => string;
    offline: (since: string) => string;
    unknown: string;
    notEnrolled: string;
    automatic: string;
    next: (time: string) => string;
    pausedNote: string;
    now: string;
    trying: string;
    pause: string;
    resume: string;
    enrol: string;
    how: string;
    limited: (rate: string) => string;
    metered: string;
    /** Without a time: nothing is ever sent by itself. */
    hours: (until: string | undefined) => string;
    clock: (minutes: number) => string;
    /** Of all that waits and is on its way. */
    left: (count: number, bytes: string, remaining: string | undefined) => string;
  };
  how: {
    title: string;
    speed: string;
    speeds: Record<'full' | 'limited' | 'paused', string>;
    atMost: string;
    unit: string;
    hours: string;
    hoursHint: string;
    inHours: string;
    from: string;
    to: string;
    add: string;
    remove: string;
    cost: string;
    metered: string;
    meteredHint: string;
    proxy: string;
    proxyHint: string;
    proxyName: string;
    proxyPassword: string;
    unreadable: string;
    save: string;
    cancel: string;
  };
  onlyHere: {
    title: string;
    waiting: (count: number, bytes: string) => string;
    oldest: (since: string) => string;
    late: (since: string) => string;
    prepared: (count: number) => string;
    show: string;
  };
  received: {
    title: string;
    /** With how many there are, once that is known. */
    counted: (count: number) => string;
    reading: string;
    none: string;
    show: string;
    /** More than are shown stand in the list. */
    more: (count: number) => string;
  };
  receipt: {
    title: string;
    /** It is not the official acceptance: that is another paper. */
    note: string;
    code: string;
    receivedAt: string;
    procedure: string;
    applicant: string;
    files: string;
    manifest: string;
    support: string;
    signature: string;
    signatureRight: string;
    /** The dossier was taken back here, for this reason, before the receipt came. */
    takenBack: (reason: string) => string;
    save: string;
    chooseFolder: string;
    saved: (folder: string, files: string) => string;
    showFolder: string;
    print: string;
    close: string;
  };
}

/** So many minutes in the largest unit that says enough. */
function spanVi(minutes: number): string {
  if (minutes < 120) return `${minutes} phút`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} giờ` : `${Math.round(minutes / (24 * 60))} ngày`;
}

export const outboxVi: OutboxWords = {
  groups: {
    person: (count) => `Cần xử lý (${count})`,
    sending: (count) => `Đang gửi (${count})`,
    waiting: (count) => `Chờ gửi – chỉ có trên máy này (${count})`,
  },
  retry: 'Thử lại',
  reopen: 'Mở để sửa',
  files: (count) => `${count} tệp`,
  onItsWay: (files, percent, rate) => `${files} · ${percent} %${rate === undefined ? '' : ` · ${rate}`}. Nếu mất mạng sẽ gửi tiếp từ chỗ dừng, không gửi lại từ đầu.`,
  resumes: (sent) => `sẽ gửi tiếp từ ${sent}`,
  neverTried: 'chưa gửi lần nào',
  attempts: (count) => `đã thử ${count} lần`,
  nextTry: (time) => `thử lại lúc ${time}`,
  nextTrySoon: 'gửi ngay khi có mạng',
  held: 'đang tạm dừng',
  byHand: 'chưa tự gửi lúc này',
  parcel: parcelVi,
  empty: {
    title: 'Không còn hồ sơ nào chờ gửi',
    text: 'Khi soạn xong, hồ sơ được đưa vào đây và tự gửi tới Cổng; mất mạng cũng không mất hồ sơ.',
  },
  network: {
    title: 'Mạng',
    online: (since) => `Trực tuyến từ ${since}`,
    offline: (since) => `Ngoại tuyến từ ${since}`,
    unknown: 'Đang hỏi Cổng',
    notEnrolled: 'Chưa ghi danh với Cổng',
    automatic: 'Hồ sơ tự gửi, không phải làm gì thêm.',
    next: (time) => `Thử lại tự động; lần tới lúc ${time}.`,
    pausedNote: 'Đang tạm dừng gửi. Bấm “Tiếp tục” để hồ sơ lại tự gửi.',
    now: 'Thử ngay',
    trying: 'Đang thử gửi',
    pause: 'Tạm dừng',
    resume: 'Tiếp tục',
    enrol: 'Ghi danh với Cổng',
    how: 'Cách gửi…',
    limited: (rate) => `Gửi chậm lại: tối đa ${rate}.`,
    metered: 'Mạng tính tiền theo dung lượng: chỉ gửi khi bấm “Thử ngay”.',
    hours: (until) => (until === undefined ? 'Đang đặt không tự gửi: chỉ gửi khi bấm “Thử ngay”.' : `Giờ này không tự gửi; gửi tiếp lúc ${until}, hoặc bấm “Thử ngay”.`),
    clock: (minutes) => `Đồng hồ máy này ${minutes > 0 ? 'nhanh' : 'chậm'} ${spanVi(Math.abs(minutes))} so với Cổng. Hãy chỉnh lại ngày giờ.`,
    left: (count, bytes, remaining) => `${count} hồ sơ, ${bytes} chưa tới Cổng${remaining === undefined ? '' : `, ${remaining}`}.`,
  },
  how: {
    title: 'Cách gửi',
    speed: 'Tốc độ gửi',
    speeds: { full: 'Nhanh nhất có thể', limited: 'Có giới hạn', paused: 'Không tự gửi' },
    atMost: 'tối đa',
    unit: 'kB/giây',
    hours: 'Giờ có tốc độ riêng',
    hoursHint: 'Hằng ngày. Từ 22:00 đến 06:00 là qua nửa đêm.',
    inHours: 'Tốc độ trong giờ này',
    from: 'Từ giờ',
    to: 'Đến giờ',
    add: 'Thêm giờ',
    remove: 'Bỏ',
    cost: 'Mạng trả tiền theo dung lượng',
    metered: 'Mạng đang dùng tính tiền theo dung lượng (4G, vệ tinh)',
    meteredHint: 'Hồ sơ chỉ được gửi khi có người bấm “Thử ngay”.',
    proxy: 'Máy chủ trung gian (proxy)',
    proxyHint: 'Để trống thì theo cài đặt của hệ thống. Dạng http://proxy:3128.',
    proxyName: 'Tên đăng nhập proxy',
    proxyPassword: 'Mật khẩu proxy',
    unreadable: 'Có giờ hoặc tốc độ chưa đọc được. Giờ viết dạng 07:30; tốc độ là số kB mỗi giây, từ 8 trở lên.',
    save: 'Lưu',
    cancel: 'Thôi',
  },
  onlyHere: {
    title: 'Chỉ có trên máy này',
    waiting: (count, bytes) => `${count} hồ sơ chờ gửi, ${bytes}.`,
    oldest: (since) => `Hồ sơ đợi lâu nhất từ ${since}.`,
    late: (since) => `Có hồ sơ đã đợi hơn một ngày, từ ${since}. Hãy kiểm tra mạng, hoặc mang gói sang máy có mạng.`,
    prepared: (count) => `${count} hồ sơ đang soạn.`,
    show: 'Xem',
  },
  received: {
    title: 'Cổng đã nhận hôm nay',
    counted: (count) => `Cổng đã nhận hôm nay (${count})`,
    reading: 'Đang xem Cổng đã nhận những hồ sơ nào',
    none: 'Hôm nay chưa có hồ sơ nào được nhận. Biên nhận hiện ở đây ngay khi Cổng nhận hồ sơ.',
    show: 'Xem biên nhận',
    more: (count) => `Còn ${count} hồ sơ nữa, xem ở màn hình Hồ sơ.`,
  },
  receipt: {
    title: 'Xác nhận đã gửi hồ sơ',
    note: 'Giấy này xác nhận hồ sơ đã tới Cổng. Đây không phải Giấy tiếp nhận hồ sơ và hẹn trả kết quả.',
    code: 'Mã hồ sơ',
    receivedAt: 'Cổng nhận lúc',
    procedure: 'Thủ tục',
    applicant: 'Người nộp',
    files: 'Số tệp',
    manifest: 'Dấu kiểm tra của bản kê (SHA-256)',
    support: 'Số hỗ trợ',
    signature: 'Chữ ký của Cổng',
    signatureRight: 'Đã kiểm: đúng',
    takenBack: (reason) => `Cổng nhận bản đã ghi vào gói, trước khi hồ sơ được lấy ra để sửa (lý do: ${reason}). Phần sửa sau đó chưa tới Cổng; nếu cần, hãy báo nơi tiếp nhận để bổ sung.`,
    save: 'Lưu',
    chooseFolder: 'Chọn nơi lưu biên nhận',
    saved: (folder, files) => `Đã lưu vào ${folder}: ${files}`,
    showFolder: 'Mở thư mục',
    print: 'In',
    close: 'Đóng',
  },
};

export const outboxEn: OutboxWords = {
  groups: {
    person: (count) => `Needs action (${count})`,
    sending: (count) => `On its way (${count})`,
    waiting: (count) => `Waiting – on this computer only (${count})`,
  },
  retry: 'Try again',
  reopen: 'Open to correct',
  files: (count) => (count === 1 ? '1 file' : `${count} files`),
  onItsWay: (files, percent, rate) => `${files} · ${percent} %${rate === undefined ? '' : ` · ${rate}`}. If the network goes, sending goes on from where it stopped.`,
  resumes: (sent) => `goes on from ${sent}`,
  neverTried: 'not tried yet',
  attempts: (count) => `tried ${count} times`,
  nextTry: (time) => `again at ${time}`,
  nextTrySoon: 'as soon as there is a network',
  held: 'paused',
  byHand: 'not sent by itself now',
  parcel: parcelEn,
  empty: {
    title: 'Nothing waits to be sent',
    text: 'What you finish comes here and is sent by itself; nothing is lost when the network goes.',
  },
  network: {
    title: 'Network',
    online: (since) => `Online since ${since}`,
    offline: (since) => `Offline since ${since}`,
    unknown: 'Asking the Portal',
    notEnrolled: 'Not enrolled with a Portal',
    automatic: 'Dossiers are sent by themselves, nothing to do.',
    next: (time) => `Tries by itself; next at ${time}.`,
    pausedNote: 'Sending is paused. Press “Go on” and dossiers are sent by themselves again.',
    now: 'Try now',
    trying: 'Trying to send',
    pause: 'Pause',
    resume: 'Go on',
    enrol: 'Enrol with the Portal',
    how: 'How to send…',
    limited: (rate) => `Sending slowly: at most ${rate}.`,
    metered: 'The network is paid by volume: sent only when you press “Try now”.',
    hours: (until) => (until === undefined ? 'Nothing is sent by itself: press “Try now”.' : `Not sent by itself at this hour; goes on at ${until}, or press “Try now”.`),
    clock: (minutes) => `This computer’s clock is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead of' : 'behind'} the Portal’s. Set date and time.`,
    left: (count, bytes, remaining) => `${count === 1 ? '1 dossier' : `${count} dossiers`}, ${bytes} not there yet${remaining === undefined ? '' : `, ${remaining}`}.`,
  },
  how: {
    title: 'How to send',
    speed: 'Speed',
    speeds: { full: 'As fast as it goes', limited: 'Limited', paused: 'Not by itself' },
    atMost: 'at most',
    unit: 'kB/s',
    hours: 'Hours with a speed of their own',
    hoursHint: 'Every day. From 22:00 to 06:00 goes over midnight.',
    inHours: 'Speed in these hours',
    from: 'From',
    to: 'To',
    add: 'Add hours',
    remove: 'Remove',
    cost: 'Network paid by volume',
    metered: 'This network is paid by volume (mobile, satellite)',
    meteredHint: 'Dossiers are sent only when somebody presses “Try now”.',
    proxy: 'Proxy',
    proxyHint: 'Empty: as the system is set. Of the form http://proxy:3128.',
    proxyName: 'Name for the proxy',
    proxyPassword: 'Password for the proxy',
    unreadable: 'A time or a speed cannot be read. Times are written 07:30; speeds are kB a second, 8 or more.',
    save: 'Save',
    cancel: 'Cancel',
  },
  onlyHere: {
    title: 'On this computer only',
    waiting: (count, bytes) => `${count === 1 ? '1 dossier waits' : `${count} dossiers wait`} to be sent, ${bytes}.`,
    oldest: (since) => `The oldest waits since ${since}.`,
    late: (since) => `One has waited for more than a day, since ${since}. Look at the network, or carry a parcel to a computer that has one.`,
    prepared: (count) => (count === 1 ? '1 dossier is being prepared.' : `${count} dossiers are being prepared.`),
    show: 'Show',
  },
  received: {
    title: 'Received by the Portal today',
    counted: (count) => `Received by the Portal today (${count})`,
    reading: 'Looking what the Portal has received',
    none: 'Nothing was received today yet. Receipts are shown here as soon as the Portal gives them.',
    show: 'Show the receipt',
    more: (count) => `${count} more stand in the list of dossiers.`,
  },
  receipt: {
    title: 'Transmission receipt',
    note: 'It says that the dossier reached the Portal. It is not the official acceptance with a date for the result.',
    code: 'Code',
    receivedAt: 'Received at',
    procedure: 'Procedure',
    applicant: 'Applicant',
    files: 'Files',
    manifest: 'Checksum of the list (SHA-256)',
    support: 'Support',
    signature: 'The Portal’s signature',
    signatureRight: 'Checked: right',
    takenBack: (reason) => `The Portal received what was sealed into the parcel, before the dossier was taken back (reason: ${reason}). What was changed since is not there; if it matters, ask reception for a supplement.`,
    save: 'Save',
    chooseFolder: 'Where to save the receipt',
    saved: (folder, files) => `Saved in ${folder}: ${files}`,
    showFolder: 'Open the folder',
    print: 'Print',
    close: 'Close',
  },
};
