import type { Words } from './words';

export const vi: Words = {
  language: 'vi',
  product: 'Hồ Sơ',
  purpose: 'Chuẩn bị, số hóa và gửi hồ sơ hành chính, kể cả khi không có mạng.',
  version: (number) => `Phiên bản ${number}`,
  retry: 'Thử lại',
  faults: {
    unreachable: 'Cửa sổ chưa nối được với chương trình. Hãy thử lại; nếu vẫn lỗi, hãy đóng rồi mở lại Hồ Sơ.',
    unknown_request: 'Cửa sổ và chương trình không cùng phiên bản. Hãy cài lại Hồ Sơ.',
  },
};
