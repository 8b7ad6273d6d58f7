import type { DraftFault, Problem, ProvenanceStatus } from '../host/desk.gen';
import { dateText } from './format';

type Language = 'vi' | 'en';
/** The name of a status. */
type StatusName = (status: ProvenanceStatus) => string;

/** What is found in a draft of a catalogue entry: what is wrong, or to be looked at. */
export function draftFaultText(fault: DraftFault, language: Language, status: StatusName): string {
  return language === 'vi' ? faultVi(fault, status) : faultEn(fault, status);
}

const problemVi = (it: Problem): string => {
  switch (it.kind) {
    case 'malformed':
      return 'Giá trị không đúng dạng, hoặc còn thiếu';
    case 'missing_key':
      return `Còn thiếu “${it.key}”`;
    case 'unknown_key':
      return `“${it.key}” không có ở đây`;
    case 'bad_shape':
    case 'wrong_type':
      return 'Giá trị không đúng dạng';
    case 'bad_words':
      return 'Hãy nhập đủ tiếng Việt và tiếng Anh';
    case 'bad_key':
      return `Mã “${it.key}” chỉ được gồm chữ không dấu, số và . _ -`;
    case 'duplicate':
      return `“${it.key}” đã có rồi`;
    case 'empty':
      return 'Không được để trống hoặc bằng 0';
    case 'empty_range':
      return 'Số sau phải lớn hơn số trước, hoặc theo thứ tự giảm dần';
    case 'empty_validity':
      return `Hết hiệu lực ${dateText(it.to)} trước khi có hiệu lực ${dateText(it.from)}`;
    case 'missing':
      return `Không có “${it.key}” trong danh mục`;
    case 'unknown_field':
      return `Biểu mẫu không có câu hỏi “${it.field}”`;
    case 'unknown_option':
      return `Câu hỏi “${it.field}” và bảng thời hạn không khớp ở lựa chọn “${it.option}”`;
    case 'not_a_group':
      return `“${it.field}” không phải bảng trong biểu mẫu`;
    case 'bad_revision':
      return 'Số bản phải từ 1';
    case 'steps_too_long':
      return `Các bước cộng lại ${it.hours} giờ, vượt thời hạn ${it.limit} giờ`;
    case 'day_out_of_place':
      return `Ngày ${dateText(it.day)} không hợp chỗ này`;
    default:
      return `Chưa hợp lệ (${it.kind})`;
  }
};

const problemEn = (it: Problem): string => {
  switch (it.kind) {
    case 'malformed':
      return 'Not of the right shape, or missing';
    case 'missing_key':
      return `“${it.key}” is missing`;
    case 'unknown_key':
      return `There is no “${it.key}” here`;
    case 'bad_shape':
    case 'wrong_type':
      return 'Not of the right shape';
    case 'bad_words':
      return 'Enter both Vietnamese and English';
    case 'bad_key':
      return `The code “${it.key}” may hold letters without marks, digits and . _ - only`;
    case 'duplicate':
      return `“${it.key}” is there already`;
    case 'empty':
      return 'Must not be empty or 0';
    case 'empty_range':
      return 'The second must be above the first, or the order falling';
    case 'empty_validity':
      return `Ends ${dateText(it.to)}, before it begins ${dateText(it.from)}`;
    case 'missing':
      return `There is no “${it.key}” in the catalogue`;
    case 'unknown_field':
      return `The form has no question “${it.field}”`;
    case 'unknown_option':
      return `The question “${it.field}” and the table of limits differ at the choice “${it.option}”`;
    case 'not_a_group':
      return `“${it.field}” is not a table of the form`;
    case 'bad_revision':
      return 'A revision is a number from 1';
    case 'steps_too_long':
      return `The steps take ${it.hours} hours, more than the limit of ${it.limit}`;
    case 'day_out_of_place':
      return `${dateText(it.day)} does not belong here`;
    default:
      return `Not valid yet (${it.kind})`;
  }
};

function faultVi(it: DraftFault, status: StatusName): string {
  switch (it.kind) {
    case 'problem':
      return problemVi(it.problem);
    case 'other_code':
      return `Bản nháp mang mã khác: ${it.found}`;
    case 'base_is_old':
      return `Từ khi bắt đầu nháp đã có bản ${it.newest}. Hãy bỏ nháp và soạn lại từ bản mới nhất`;
    case 'nothing_changed':
      return 'Chưa có gì khác bản mới nhất';
    case 'starts_earlier':
      return `Có hiệu lực trước ${dateText(it.than)}, là ngày của bản đang có`;
    case 'still_marked':
      return `Đã sửa nhưng vẫn ghi nguồn cũ (${status(it.status)}). Hãy ghi nguồn của giá trị mới`;
  }
}

function faultEn(it: DraftFault, status: StatusName): string {
  switch (it.kind) {
    case 'problem':
      return problemEn(it.problem);
    case 'other_code':
      return `The draft calls itself ${it.found}`;
    case 'base_is_old':
      return `Revision ${it.newest} came since the draft was begun. Put it away and begin from the newest`;
    case 'nothing_changed':
      return 'Nothing differs from the newest revision';
    case 'starts_earlier':
      return `It would hold before ${dateText(it.than)}, the day of the one there is`;
    case 'still_marked':
      return `Changed, and still marked with the old source (${status(it.status)}). Say where the new value stands`;
  }
}
