import type { Operator } from '../screens/catalogue/condition';

/** The words of conditions that are put together line by line. */
export interface ConditionWords {
  join: string;
  all: string;
  any: string;
  always: string;
  field: string;
  operator: string;
  value: string;
  operators: Record<Operator, string>;
  yes: string;
  no: string;
  add: string;
  remove: (n: number) => string;
  lines: string;
  json: string;
  /** Why only the JSON is shown. */
  other: string;
  noForm: string;
  /** A question that the form does not have. */
  gone: (id: string) => string;
}

export const conditionVi: ConditionWords = {
  join: 'Cần khi',
  all: 'đúng tất cả các dòng',
  any: 'đúng ít nhất một dòng',
  always: 'Chưa có dòng nào: giấy tờ này luôn cần.',
  field: 'Câu hỏi của biểu mẫu',
  operator: 'So sánh',
  value: 'Giá trị',
  operators: { is: 'là', is_not: 'không phải là', one_of: 'là một trong', less: 'nhỏ hơn, trước', at_most: 'nhiều nhất, không sau', more: 'lớn hơn, sau', at_least: 'ít nhất, không trước', empty: 'để trống', filled: 'đã trả lời' },
  yes: 'Có',
  no: 'Không',
  add: 'Thêm dòng',
  remove: (n) => `Bỏ dòng ${n}`,
  lines: 'Soạn theo dòng',
  json: 'Xem dạng JSON',
  other: 'Điều kiện này phức tạp hơn các dòng so sánh (có tính toán, đếm dòng của bảng hoặc lồng nhau), nên chỉ sửa được ở dạng JSON.',
  noForm: 'Chưa đọc được biểu mẫu của thủ tục; hãy ghi đúng mã biểu mẫu ở phần Chung, hoặc sửa ở dạng JSON.',
  gone: (id) => `${id} (biểu mẫu không có)`,
};

export const conditionEn: ConditionWords = {
  join: 'Needed when',
  all: 'all lines hold',
  any: 'one line holds at least',
  always: 'No line yet: this paper is always needed.',
  field: 'Question of the form',
  operator: 'Compared',
  value: 'Value',
  operators: { is: 'is', is_not: 'is not', one_of: 'is one of', less: 'is less, before', at_most: 'is at most, not after', more: 'is more, after', at_least: 'is at least, not before', empty: 'is empty', filled: 'is answered' },
  yes: 'Yes',
  no: 'No',
  add: 'Add a line',
  remove: (n) => `Remove line ${n}`,
  lines: 'Line by line',
  json: 'Show the JSON',
  other: 'This condition is more than lines that compare (it calculates, counts rows of a table, or is nested); it can be changed as JSON only.',
  noForm: 'The form of the procedure cannot be read yet; name it right under General, or change the JSON.',
  gone: (id) => `${id} (not in the form)`,
};
