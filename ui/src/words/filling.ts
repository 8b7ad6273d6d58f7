import type { PersonPart } from '../host/desk.gen';

/** The parts of a record of the personal store; an organisation's code is one beside its name. */
export type KeptPart = PersonPart | 'tax_code';

/** The words of filling in without typing twice: suggestions, the personal store, templates, dossiers alike. */
export interface FillingWords {
  suggestion: string;
  /** Where it was read. */
  page: (title: string, number: number) => string;
  unsure: (percent: number) => string;
  take: string;
  dismiss: string;
  took: (what: string) => string;
  dismissed: string;
  crop: string;
  card: { title: string; seen: (title: string, number: number) => string; doubtful: string; for: string; none: string; reading: string; noCard: string; };
  /** What an answer came from, where nobody typed it. */
  person: { keep: (name: string) => string; keepTitle: string; consent: (what: string) => string; consentOrganisation: (what: string) => string; /** Parts in the middle of a sentence. */ partNames: Record<KeptPart, string>; /** The name of somebody, where an organisation has one. */ contact: string; and: string; purpose: string; purposeText: string; agree: string; kept: (name: string) => string; notNow: string };
  store: { title: string; text: string; find: string; none: string; agreed: (day: string, by: string) => string; correct: string; save: string; cancel: string; forget: string; forgetTitle: (name: string) => string; forgetText: string; keep: string; forgotten: (name: string) => string; more: (shown: number, all: number) => string };
  parts: Record<PersonPart, string>;
  profile: { title: string; text: string; name: string; taxCode: string; address: string; phone: string; email: string; clerk: string; position: string; save: string; saved: string };
  template: { menu: string; title: string; name: string; hint: string; save: string; cancel: string; saved: (name: string) => string; list: string; remove: string; removed: (name: string) => string };
  copy: string;
  alike: (code: string) => string;
  alikeOpen: string;
  alikeShow: (code: string, day: string) => string;
}

export const fillingVi: FillingWords = {
  suggestion: 'Gợi ý từ giấy tờ',
  page: (title, number) => `${title}, trang ${number}`,
  unsure: (percent) => `Đọc chưa chắc (${percent}\u00a0%), hãy nhìn ảnh`,
  take: 'Dùng',
  dismiss: 'Bỏ qua',
  took: (what) => `Đã điền ${what}`,
  dismissed: 'Đã bỏ qua một gợi ý',
  crop: 'Ảnh chỗ đã đọc trên giấy tờ',
  card: {
    title: 'Thẻ căn cước vừa quét',
    seen: (title, number) => `Mã thẻ căn cước trên «${title}», trang ${number}`,
    doubtful: 'Số thẻ không khớp ngày sinh hoặc giới tính: hãy nhìn thẻ',
    for: 'Điền cho',
    none: 'Biểu mẫu này không hỏi về người nào có thẻ.',
    reading: 'Đang nhận mã thẻ từ máy quét',
    noCard: 'Mã vừa quét không phải mã thẻ căn cước',
  },
  person: {
    keep: (name) => `Lưu «${name}» vào sổ`,
    keepTitle: 'Lưu vào sổ người và tổ chức?',
    consent: (what) => `Hãy đọc cho người có thông tin nghe: “Tôi đồng ý để cơ quan lưu ${what} của tôi trên máy này, để khỏi khai lại ở lần sau. Tôi có thể xem, yêu cầu sửa hoặc xóa bất cứ lúc nào.”`,
    consentOrganisation: (what) => `Hãy đọc cho người đại diện nghe: “Chúng tôi đồng ý để cơ quan lưu ${what} của tổ chức trên máy này, để khỏi khai lại ở lần sau. Tổ chức có thể xem, yêu cầu sửa hoặc xóa bất cứ lúc nào.”`,
    partNames: { name: 'họ tên', organisation: 'tên', tax_code: 'mã số thuế', number: 'số giấy tờ', birth: 'ngày sinh', sex: 'giới tính', ethnicity: 'dân tộc', nationality: 'quốc tịch', address: 'địa chỉ', phone: 'số điện thoại', email: 'thư điện tử', position: 'chức vụ' },
    contact: 'tên người liên hệ',
    and: ' và ',
    purpose: 'Lưu để làm gì',
    purposeText: 'Điền sẵn hồ sơ lần sau',
    agree: 'Đã đồng ý, lưu',
    kept: (name) => `Đã lưu ${name} vào sổ`,
    notNow: 'Không lưu',
  },
  store: {
    title: 'Sổ người và tổ chức',
    text: 'Chỉ có những ai đã đồng ý. Sổ nằm mã hóa trên máy này và không gửi đi đâu.',
    find: 'Tìm trong sổ',
    none: 'Chưa có ai. Khi soạn hồ sơ, bấm “Lưu vào sổ” ở cuối phần có tên người.',
    agreed: (day, by) => `Đồng ý ngày ${day}, ${by} ghi`,
    correct: 'Sửa',
    save: 'Lưu lại',
    cancel: 'Thôi',
    forget: 'Xóa khỏi sổ',
    forgetTitle: (name) => `Xóa ${name} khỏi sổ?`,
    forgetText: 'Xóa ngay và không lấy lại được. Hồ sơ đã lập giữ nguyên.',
    keep: 'Giữ lại',
    forgotten: (name) => `Đã xóa ${name} khỏi sổ`,
    more: (shown, all) => `Đang hiện ${shown} trong ${all}. Gõ thêm để tìm.`,
  },
  parts: {
    name: 'Họ và tên',
    organisation: 'Tổ chức (mã số thuế)',
    number: 'Số giấy tờ',
    birth: 'Ngày sinh',
    sex: 'Giới tính',
    ethnicity: 'Dân tộc',
    nationality: 'Quốc tịch',
    address: 'Địa chỉ',
    phone: 'Điện thoại',
    email: 'Thư điện tử',
    position: 'Chức vụ',
  },
  profile: {
    title: 'Cơ quan lập hồ sơ',
    text: 'Điền sẵn vào mọi hồ sơ mới của cơ quan.',
    name: 'Tên cơ quan, đơn vị',
    taxCode: 'Mã số thuế',
    address: 'Địa chỉ trụ sở',
    phone: 'Điện thoại',
    email: 'Thư điện tử',
    clerk: 'Người lập hồ sơ',
    position: 'Chức vụ',
    save: 'Lưu',
    saved: 'Đã lưu. Hồ sơ mới sẽ có sẵn những điều này.',
  },
  template: {
    menu: 'Lưu làm mẫu',
    title: 'Lưu hồ sơ làm mẫu của cơ quan',
    name: 'Tên mẫu',
    hint: 'Mẫu không giữ thông tin cá nhân, ngày tháng và giấy tờ.',
    save: 'Lưu mẫu',
    cancel: 'Thôi',
    saved: (name) => `Đã lưu mẫu “${name}”; có ở bước tạo hồ sơ`,
    list: 'Mẫu của cơ quan',
    remove: 'Xóa mẫu',
    removed: (name) => `Đã xóa mẫu ${name}`,
  },
  copy: 'Tạo bản sao',
  alike: (code) => `Có thể trùng với ${code}`,
  alikeOpen: 'Cùng người, cùng thủ tục:',
  alikeShow: (code, day) => `${code}, lập ${day}`,
};

export const fillingEn: FillingWords = {
  suggestion: 'Suggested from a paper',
  page: (title, number) => `${title}, page ${number}`,
  unsure: (percent) => `Not surely read (${percent}\u00a0%), look at the picture`,
  take: 'Use',
  dismiss: 'Pass over',
  took: (what) => `Filled in ${what}`,
  dismissed: 'Passed over a suggestion',
  crop: 'Picture of where it was read on the paper',
  card: {
    title: 'Identity card just scanned',
    seen: (title, number) => `Code of an identity card on “${title}”, page ${number}`,
    doubtful: 'The number does not go with the birth date or sex: look at the card',
    for: 'Fill in for',
    none: 'This form asks about nobody who has a card.',
    reading: 'Taking the code of a card from the scanner',
    noCard: 'What was scanned is not the code of an identity card',
  },
  person: {
    keep: (name) => `Keep “${name}” among people`,
    keepTitle: 'Keep among people and organisations?',
    consent: (what) => `Read this to whom it is about: “I agree that the agency keeps my ${what} on this computer, so that I need not give them again. I can see them, have them corrected or deleted at any time.”`,
    consentOrganisation: (what) => `Read this to who speaks for it: “We agree that the agency keeps the organisation’s ${what} on this computer, so that we need not give them again. The organisation can see them, have them corrected or deleted at any time.”`,
    partNames: { name: 'name', organisation: 'name', tax_code: 'tax code', number: 'identity number', birth: 'birth date', sex: 'sex', ethnicity: 'ethnicity', nationality: 'nationality', address: 'address', phone: 'telephone', email: 'e-mail', position: 'office' },
    contact: 'contact person',
    and: ' and ',
    purpose: 'What it is kept for',
    purposeText: 'Filling in the next dossier',
    agree: 'Agreed, keep',
    kept: (name) => `Kept ${name}`,
    notNow: 'Do not keep',
  },
  store: {
    title: 'People and organisations',
    text: 'Only those who agreed. They are encrypted on this computer and sent nowhere.',
    find: 'Find among people',
    none: 'Nobody yet. While preparing a dossier, press “Keep among people” at the end of a part with a name.',
    agreed: (day, by) => `Agreed on ${day}, noted by ${by}`,
    correct: 'Correct',
    save: 'Save',
    cancel: 'Leave it',
    forget: 'Delete',
    forgetTitle: (name) => `Delete ${name}?`,
    forgetText: 'Deleted at once and for good. Dossiers stay as they are.',
    keep: 'Keep',
    forgotten: (name) => `Deleted ${name}`,
    more: (shown, all) => `Showing ${shown} of ${all}. Type to find more.`,
  },
  parts: {
    name: 'Name',
    organisation: 'Organisation (tax code)',
    number: 'Identity number',
    birth: 'Birth date',
    sex: 'Sex',
    ethnicity: 'Ethnicity',
    nationality: 'Nationality',
    address: 'Address',
    phone: 'Telephone',
    email: 'E-mail',
    position: 'Position',
  },
  profile: {
    title: 'Organisation preparing dossiers',
    text: 'Filled into every new dossier of the organisation.',
    name: 'Name of the organisation',
    taxCode: 'Tax code',
    address: 'Address',
    phone: 'Telephone',
    email: 'E-mail',
    clerk: 'Prepared by',
    position: 'Position',
    save: 'Save',
    saved: 'Saved. New dossiers will begin with this.',
  },
  template: {
    menu: 'Save as template',
    title: 'Save the dossier as a template',
    name: 'Name of the template',
    hint: 'A template keeps no personal data, dates or papers.',
    save: 'Save the template',
    cancel: 'Leave it',
    saved: (name) => `Saved the template “${name}”; it is offered with new dossiers`,
    list: 'Templates of the agency',
    remove: 'Delete template',
    removed: (name) => `Deleted template ${name}`,
  },
  copy: 'Make a copy',
  alike: (code) => `May be the same as ${code}`,
  alikeOpen: 'Same applicant and procedure:',
  alikeShow: (code, day) => `${code}, begun ${day}`,
};
