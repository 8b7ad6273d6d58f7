import type { BadNumber, IdentityKind, Malformed } from '../host/desk.gen';
import { dateText, group } from './format';

type Language = 'vi' | 'en';

/** What to do about an answer that does not fit its field: one short sentence. */
export function malformedWords(malformed: Malformed, language: Language): string {
  // A program that is newer than its window may know of faults that have no words here yet.
  const said: string | undefined = language === 'vi' ? vi(malformed) : en(malformed);
  return said ?? (language === 'vi' ? 'Nội dung không hợp với mục này. Hãy nhập lại' : 'This does not fit here. Enter it again');
}

function vi(it: Malformed): string {
  switch (it.kind) {
    case 'shape':
      return 'Nội dung không hợp với mục này. Hãy nhập lại';
    case 'too_long':
      return `Hãy rút gọn còn tối đa ${group(it.max)} ký tự`;
    case 'control_characters':
      return 'Có ký tự lạ không in được. Hãy xóa và gõ lại';
    case 'not_a_number':
      return 'Hãy nhập số, ví dụ 1250000 hoặc 1.250.000; phần lẻ sau dấu phẩy';
    case 'too_many_decimals':
      return it.max === 0 ? 'Hãy nhập số nguyên, không có phần lẻ' : `Chỉ nhập tối đa ${it.max} chữ số sau dấu phẩy`;
    case 'below_min':
      return `Hãy nhập từ ${group(it.min)} trở lên`;
    case 'above_max':
      return `Hãy nhập không quá ${group(it.max)}`;
    case 'not_a_date':
      return 'Hãy nhập ngày, ví dụ 1/2/2026';
    case 'no_such_day':
      return `Tháng ${it.month} năm ${it.year} không có ngày ${it.day}`;
    case 'no_such_month':
      return `Một năm chỉ có 12 tháng, không có tháng ${it.month}. Hãy nhập ngày, tháng rồi năm, ví dụ 20/3/1955`;
    case 'too_early':
      return `Không được trước ${dateText(it.limit)}`;
    case 'too_late':
      return `Không được sau ${dateText(it.limit)}`;
    case 'not_offered':
      return `“${it.option}” không có trong danh sách. Hãy chọn lại`;
    case 'chosen_twice':
      return `“${it.option}” được chọn hai lần. Hãy bỏ bớt một`;
    case 'too_few_choices':
      return `Hãy chọn ít nhất ${it.min} mục`;
    case 'too_many_choices':
      return `Hãy chọn không quá ${it.max} mục`;
    case 'identity':
      return `${badNumber.vi[it.reason]} Hãy nhập ${list(it.accepts.map((kind) => identity.vi[kind]), 'hoặc')}`;
    case 'phone':
      return it.reason === 'prefix'
        ? 'Số điện thoại bắt đầu bằng 0 hoặc +84, ví dụ 0912 345 678'
        : 'Hãy nhập đủ số điện thoại, ví dụ 0912 345 678';
    case 'email':
      return 'Hãy nhập đủ địa chỉ thư điện tử, ví dụ ten@donvi.gov.vn';
    case 'document_number':
      return 'Hãy nhập số và ký hiệu văn bản, ví dụ 123/TTr-STC';
    case 'pattern':
      return `Hãy viết theo dạng ${it.example}`;
    case 'unit_code':
      return 'Hãy chọn tỉnh và xã trong danh sách hiện ra khi gõ tên';
    case 'too_few_rows':
      return `Hãy nhập ít nhất ${it.min} dòng`;
    case 'too_many_rows':
      return `Hãy bỏ bớt, tối đa ${group(it.max)} dòng`;
    case 'same_row_twice':
      return 'Có hai dòng trùng mã. Hãy bỏ một dòng rồi nhập lại';
    case 'no_answer_here':
      return 'Mục này không nhận câu trả lời. Hãy xóa nội dung';
  }
}

function en(it: Malformed): string {
  switch (it.kind) {
    case 'shape':
      return 'This does not fit here. Enter it again';
    case 'too_long':
      return `Shorten it to ${group(it.max)} characters`;
    case 'control_characters':
      return 'There are characters that cannot be printed. Delete and type again';
    case 'not_a_number':
      return 'Enter a number such as 1250000 or 1.250.000, with decimals after a comma';
    case 'too_many_decimals':
      return it.max === 0 ? 'Enter a whole number' : `Enter at most ${it.max} digits after the comma`;
    case 'below_min':
      return `Enter ${group(it.min)} or more`;
    case 'above_max':
      return `Enter ${group(it.max)} or less`;
    case 'not_a_date':
      return 'Enter a date, day first: 1/2/2026';
    case 'no_such_day':
      return `There is no day ${it.day} in ${it.month}/${it.year}`;
    case 'no_such_month':
      return `There is no month ${it.month}. Enter day, month and year, such as 20/3/1955`;
    case 'too_early':
      return `Must not be before ${dateText(it.limit)}`;
    case 'too_late':
      return `Must not be after ${dateText(it.limit)}`;
    case 'not_offered':
      return `“${it.option}” is not on the list. Choose again`;
    case 'chosen_twice':
      return `“${it.option}” is chosen twice. Remove one`;
    case 'too_few_choices':
      return `Choose at least ${it.min}`;
    case 'too_many_choices':
      return `Choose at most ${it.max}`;
    case 'identity':
      return `${badNumber.en[it.reason]} Enter a ${list(it.accepts.map((kind) => identity.en[kind]), 'or')}`;
    case 'phone':
      return it.reason === 'prefix'
        ? 'A telephone number begins with 0 or +84, such as 0912 345 678'
        : 'Enter the whole telephone number, such as 0912 345 678';
    case 'email':
      return 'Enter the whole e-mail address, such as name@unit.gov.vn';
    case 'document_number':
      return 'Enter the number and sign of the document, such as 123/TTr-STC';
    case 'pattern':
      return `Write it like ${it.example}`;
    case 'unit_code':
      return 'Choose province and commune from the list that comes up as you type';
    case 'too_few_rows':
      return `Enter at least ${it.min} rows`;
    case 'too_many_rows':
      return `Remove some: ${group(it.max)} rows at most`;
    case 'same_row_twice':
      return 'Two rows have the same id. Remove one and enter it again';
    case 'no_answer_here':
      return 'Nothing can be answered here. Delete it';
  }
}

const badNumber: Record<Language, Record<BadNumber, string>> = {
  vi: {
    length: 'Chưa đúng số lượng chữ số.',
    not_digits: 'Chỉ được có chữ số.',
    check_digit: 'Số này không hợp lệ, có thể gõ nhầm chữ số.',
    prefix: 'Không có số nào bắt đầu như vậy.',
  },
  en: {
    length: 'Wrong number of digits.',
    not_digits: 'Only digits can stand here.',
    check_digit: 'This number is not valid, a digit may be mistyped.',
    prefix: 'No number begins so.',
  },
};

const identity: Record<Language, Record<IdentityKind, string>> = {
  vi: {
    personal_number: 'số định danh 12 chữ số',
    old_identity_card: 'số CMND 9 chữ số',
    tax_code: 'mã số thuế 10 hoặc 13 chữ số',
    passport: 'số hộ chiếu 6–12 chữ và số',
  },
  en: {
    personal_number: 'personal number of 12 digits',
    old_identity_card: 'old identity card number of 9 digits',
    tax_code: 'tax code of 10 or 13 digits',
    passport: 'passport number of 6–12 letters and digits',
  },
};

function list(names: string[], or: string): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} ${or} ${names.at(-1)}`;
}
