/** The words around every screen: navigation, header, the line at the foot, keys. */
export interface FrameWords {
  nav: { label: string; dossiers: string; prepare: string; digitise: string; stack: string; outbox: string; reception: string; catalogue: string; settings: string; new: string; many: string };
  /** Read aloud behind a name: how many. */
  count: (count: number) => string;
  find: { label: string; placeholder: string; clear: string };
  size: { label: string; smaller: string; normal: string; larger: string };
  contrast: { on: string; off: string };
  online: string;
  held: string;
  offline: (since: string, waiting: number, held: boolean) => string;
  connecting: string;
  notEnrolled: string;
  saved: (time: string) => string;
  notSaved: string;
  /** The data is open in another window. */
  twice: { title: string; text: string; close: string };
  closing: { title: string; text: string; stay: string; close: string };
  /** How to join the Portal, where nobody has yet. */
  enrol: string;
  support: (number: string) => string;
  help: string;
  keys: { title: string; screen: string; window: string; none: string };
  back: string;
  undo: string;
  redo: string;
  prepareEmpty: { title: string; text: string };
  retry: string;
  opening: string;
  /** The code of a screen could not be loaded. */
  noScreen: { title: string; text: string };
  /** A screen broke while it was shown; `detail` is for those who help. */
  broken: { title: string; text: (detail: string) => string };
}

export const frameVi: FrameWords = {
  nav: {
    label: 'Các màn hình',
    dossiers: 'Hồ sơ',
    prepare: 'Soạn hồ sơ',
    digitise: 'Số hóa',
    stack: 'Chồng giấy tờ',
    outbox: 'Hộp gửi',
    reception: 'Tiếp nhận',
    catalogue: 'Danh mục',
    settings: 'Cài đặt',
    new: 'Soạn hồ sơ mới',
    many: 'Nhiều hồ sơ một lúc',
  },
  count: (count) => `${count} mục`,
  find: { label: 'Tìm hồ sơ', placeholder: 'Tìm mã, tên, nội dung giấy tờ', clear: 'Xóa chữ tìm' },
  size: { label: 'Cỡ chữ', smaller: 'Chữ nhỏ hơn', normal: 'Chữ cỡ thường', larger: 'Chữ lớn hơn' },
  contrast: { on: 'Bật tương phản cao', off: 'Tắt tương phản cao' },
  online: 'Trực tuyến',
  held: 'Trực tuyến – đang tạm dừng gửi',
  offline: (since, waiting, held) =>
    waiting === 0
      ? `Ngoại tuyến từ ${since}`
      : `Ngoại tuyến từ ${since} – ${waiting} hồ sơ đang chờ gửi, ${held ? 'đang tạm dừng gửi' : 'sẽ tự gửi khi có mạng'}`,
  connecting: 'Đang hỏi Cổng',
  notEnrolled: 'Chưa ghi danh với Cổng – hồ sơ vẫn soạn được',
  saved: (time) => `Đã lưu ${time}`,
  notSaved: 'Chưa lưu được',
  twice: {
    title: 'Hồ Sơ đang mở ở cửa sổ khác',
    text: 'Dữ liệu của bạn an toàn và đang mở ở cửa sổ kia. Hãy dùng cửa sổ đó và đóng cửa sổ này.',
    close: 'Đóng cửa sổ này',
  },
  closing: {
    title: 'Chưa lưu được phần vừa gõ',
    text: 'Nếu đóng bây giờ, phần vừa gõ sẽ mất. Hãy ở lại, xử lý lỗi dưới đây rồi đóng.',
    stay: 'Ở lại',
    close: 'Vẫn đóng, bỏ phần chưa lưu',
  },
  enrol: 'Ghi danh',
  support: (number) => `Hỗ trợ ${number}`,
  help: 'Trợ giúp',
  keys: { title: 'Phím của màn hình này', screen: 'Màn hình này', window: 'Ở mọi màn hình', none: 'Màn hình này không có phím riêng.' },
  back: 'Quay lại',
  undo: 'Hoàn tác',
  redo: 'Làm lại',
  prepareEmpty: {
    title: 'Chưa mở hồ sơ nào để soạn',
    text: 'Mở một hồ sơ trong danh sách, hoặc bắt đầu một hồ sơ mới.',
  },
  retry: 'Thử lại',
  opening: 'Đang mở dữ liệu',
  noScreen: {
    title: 'Chưa mở được màn hình này',
    text: 'Một tệp của chương trình không đọc được. Dữ liệu của bạn vẫn an toàn. Hãy bấm Thử lại; nếu vẫn vậy, đóng rồi mở lại Hồ Sơ, hoặc cài lại chương trình.',
  },
  broken: {
    title: 'Màn hình này vừa gặp lỗi nên đã dừng',
    text: (detail) =>
      `Những gì đã lưu vẫn còn nguyên. Hãy bấm Thử lại; nếu vẫn lỗi, bạn vẫn dùng được các màn hình khác. Hãy báo người hỗ trợ kèm dòng này: ${detail}`,
  },
};

export const frameEn: FrameWords = {
  nav: {
    label: 'Screens',
    dossiers: 'Dossiers',
    prepare: 'Prepare',
    digitise: 'Digitise',
    stack: 'Stacks of paper',
    outbox: 'Outbox',
    reception: 'Reception',
    catalogue: 'Catalogue',
    settings: 'Settings',
    new: 'New dossier',
    many: 'Many dossiers at once',
  },
  count: (count) => `${count} items`,
  find: { label: 'Find dossiers', placeholder: 'Code, name, words of papers', clear: 'Clear' },
  size: { label: 'Size of text', smaller: 'Smaller text', normal: 'Normal text', larger: 'Larger text' },
  contrast: { on: 'High contrast on', off: 'High contrast off' },
  online: 'Online',
  held: 'Online – sending is paused',
  offline: (since, waiting, held) =>
    waiting === 0
      ? `Offline since ${since}`
      : `Offline since ${since} – ${waiting} waiting, ${held ? 'sending is paused' : 'sent by themselves when there is a network'}`,
  connecting: 'Asking the Portal',
  notEnrolled: 'Not enrolled with a Portal – dossiers can be prepared',
  saved: (time) => `Saved ${time}`,
  notSaved: 'Not saved',
  twice: {
    title: 'Hồ Sơ is open in another window',
    text: 'Your data is safe and open there. Use that window and close this one.',
    close: 'Close this window',
  },
  closing: {
    title: 'What was typed last could not be saved',
    text: 'It is lost if you close now. Stay, mend what is said below, and close then.',
    stay: 'Stay',
    close: 'Close and lose it',
  },
  enrol: 'Enrol',
  support: (number) => `Support ${number}`,
  help: 'Help',
  keys: { title: 'Keys of this screen', screen: 'This screen', window: 'Everywhere', none: 'This screen has no keys of its own.' },
  back: 'Back',
  undo: 'Undo',
  redo: 'Redo',
  prepareEmpty: { title: 'No dossier is open', text: 'Open one of the list, or begin a new one.' },
  retry: 'Try again',
  opening: 'Opening your data',
  noScreen: {
    title: 'This screen could not be opened',
    text: 'A file of the program cannot be read. Your data is safe. Try again; if it stays so, close Hồ Sơ and open it again, or install the program again.',
  },
  broken: {
    title: 'This screen met an error and stopped',
    text: (detail) => `What was saved is intact. Try again; if it stays so, the other screens can still be used. Tell those who help you this line: ${detail}`,
  },
};
