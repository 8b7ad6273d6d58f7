import { parcelEn, parcelVi, type ParcelWords } from './parcel';

/** The words of the outbox and of transmission receipts. */
export interface OutboxWords {
  groups: { person: (count: number) => string; sending: (count: number) => string; waiting: (count: number) => string };
  retry: string;
  reopen: string;
  files: (count: number) => string;
  onItsWay: (files: string, percent: number) => string;
  resumes: (sent: string) => string;
  neverTried: string;
  attempts: (count: number) => string;
  nextTry: (time: string) => string;
  nextTrySoon: string;
  held: string;
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
    save: string;
    chooseFolder: string;
    saved: (folder: string, files: string) => string;
    showFolder: string;
    print: string;
    close: string;
  };
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
  onItsWay: (files, percent) => `${files} · ${percent} %. Nếu mất mạng sẽ gửi tiếp từ chỗ dừng, không gửi lại từ đầu.`,
  resumes: (sent) => `sẽ gửi tiếp từ ${sent}`,
  neverTried: 'chưa gửi lần nào',
  attempts: (count) => `đã thử ${count} lần`,
  nextTry: (time) => `thử lại lúc ${time}`,
  nextTrySoon: 'gửi ngay khi có mạng',
  held: 'đang tạm dừng',
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
  onItsWay: (files, percent) => `${files} · ${percent} %. If the network goes, sending goes on from where it stopped.`,
  resumes: (sent) => `goes on from ${sent}`,
  neverTried: 'not tried yet',
  attempts: (count) => `tried ${count} times`,
  nextTry: (time) => `again at ${time}`,
  nextTrySoon: 'as soon as there is a network',
  held: 'paused',
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
    save: 'Save',
    chooseFolder: 'Where to save the receipt',
    saved: (folder, files) => `Saved in ${folder}: ${files}`,
    showFolder: 'Open the folder',
    print: 'Print',
    close: 'Close',
  },
};
