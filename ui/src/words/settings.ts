import type { Density, Language, Theme } from '../host/desk.gen';

/** The words of the settings. */
export interface SettingsWords {
  hub: {
    title: string;
    agency: string;
    station: string;
    address: string;
    support: string;
    person: string;
    enrolment: string;
    enrolmentHint: string;
    empty: string;
    enrol: string;
    enrolling: string;
    enrolled: (agency: string) => string;
    /** Nothing tries this again by itself. */
    unreachable: string;
    why: string;
  };
  look: {
    title: string;
    language: string;
    languages: Record<Language, string>;
    theme: string;
    themes: Record<Theme, string>;
    size: string;
    density: string;
    densities: Record<Density, { label: string; hint: string }>;
    notKept: string;
  };
  doctor: {
    title: string;
    text: string;
    run: string;
    running: string;
    works: string;
    broken: string;
    allWorks: string;
    someBroken: (count: number) => string;
  };
  about: (version: string) => string;
}

export const settingsVi: SettingsWords = {
  hub: {
    title: 'Cổng và cơ quan',
    agency: 'Cơ quan',
    station: 'Máy trạm',
    address: 'Địa chỉ Cổng',
    support: 'Số hỗ trợ',
    person: 'Người dùng',
    enrolment: 'Chuỗi ghi danh',
    enrolmentHint: 'Gõ hoặc dán nguyên chuỗi do đơn vị quản trị cấp, dạng ĐỊA-CHỈ#MÃ#DẤU-VÂN-TAY. Mỗi chuỗi dùng một lần, cho một máy.',
    empty: 'Hãy dán chuỗi ghi danh vào đây',
    enrol: 'Ghi danh',
    enrolling: 'Đang hỏi Cổng, có thể mất vài giây',
    enrolled: (agency) => `Đã ghi danh. Hồ sơ của máy này được gửi thay mặt ${agency}.`,
    unreachable: 'Chưa ghi danh được vì không hỏi được Cổng. Hãy kiểm tra mạng rồi bấm Ghi danh lại; chuỗi vẫn dùng được.',
    why: 'Máy này chưa ghi danh với Cổng. Hồ sơ vẫn soạn và số hóa được; muốn gửi thì cần ghi danh một lần.',
  },
  look: {
    title: 'Hiển thị',
    language: 'Ngôn ngữ',
    languages: { vi: 'Tiếng Việt', en: 'English' },
    theme: 'Nền',
    themes: { auto: 'Theo máy', light: 'Sáng', dark: 'Tối', contrast: 'Tương phản cao' },
    size: 'Cỡ chữ',
    density: 'Khoảng cách dòng',
    densities: {
      compact: { label: 'Gọn', hint: 'nhiều dòng trên một màn hình' },
      comfortable: { label: 'Thoáng', hint: 'dễ bấm hơn' },
    },
    notKept: 'Đã đổi trên màn hình nhưng chưa ghi nhớ được.',
  },
  doctor: {
    title: 'Kiểm tra máy',
    text: 'Xem từng phần trên máy này có chạy tốt không. Không gửi hồ sơ nào đi.',
    run: 'Kiểm tra ngay',
    running: 'Đang kiểm tra, thường dưới 10 giây',
    works: 'Tốt',
    broken: 'Cần sửa',
    allWorks: 'Mọi phần đều chạy tốt.',
    someBroken: (count) => `${count} phần cần sửa, việc phải làm ghi bên dưới.`,
  },
  about: (version) => `Hồ Sơ phiên bản ${version}`,
};

export const settingsEn: SettingsWords = {
  hub: {
    title: 'Portal and agency',
    agency: 'Agency',
    station: 'Station',
    address: 'Address of the Portal',
    support: 'Support',
    person: 'Person',
    enrolment: 'Enrolment string',
    enrolmentHint: 'Paste the whole string your administrator gave you, ADDRESS#CODE#FINGERPRINT. Each is good once, for one computer.',
    empty: 'Paste the enrolment string here',
    enrol: 'Enrol',
    enrolling: 'Asking the Portal, this may take some seconds',
    enrolled: (agency) => `Enrolled. Dossiers of this computer are sent on behalf of ${agency}.`,
    unreachable: 'Not enrolled yet: the Portal cannot be reached. Check the network and press Enrol again; the string is still good.',
    why: 'This computer is not enrolled with a Portal. Dossiers can be prepared and digitised; to send them, enrol once.',
  },
  look: {
    title: 'Look',
    language: 'Language',
    languages: { vi: 'Tiếng Việt', en: 'English' },
    theme: 'Theme',
    themes: { auto: 'As the computer', light: 'Light', dark: 'Dark', contrast: 'High contrast' },
    size: 'Size of text',
    density: 'Room between lines',
    densities: {
      compact: { label: 'Compact', hint: 'more lines on a screen' },
      comfortable: { label: 'Comfortable', hint: 'easier to press' },
    },
    notKept: 'Changed on the screen, but it could not be kept.',
  },
  doctor: {
    title: 'Check this computer',
    text: 'Looks whether every part of it works. No dossier is sent.',
    run: 'Check now',
    running: 'Checking, usually less than 10 s',
    works: 'Works',
    broken: 'To be mended',
    allWorks: 'Every part works.',
    someBroken: (count) => `${count} to be mended; what to do is said below.`,
  },
  about: (version) => `Hồ Sơ version ${version}`,
};
