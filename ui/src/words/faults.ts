import type { FaultCode } from '../host/host';

export type FaultArgs = Readonly<Record<string, string>>;
/** What happened and what to do, in one or two sentences. */
export type FaultWords = Record<FaultCode, (args: FaultArgs) => string>;

/** Values that are names of ours, in words. */
interface Named {
  page: (page: string) => string;
  what: Record<string, string>;
  /** Why the Portal refused, by its own code. */
  refused: Record<string, string>;
  /** Nothing of one without a name: no code of ours may stand in a sentence. */
  state: (state: string) => string | undefined;
}

/**
 * A table of templates as a table of sentences. `{name}` is a value; what stands between `[` and `]` is left out where one of
 * its values is not known, so that no sentence ever shows a gap.
 */
function sentences(templates: Record<FaultCode, string>, named: Named): FaultWords {
  const worded = (name: string, value: string): string | undefined => {
    if (name === 'what') return named.what[value] ?? value;
    if (name === 'state') return named.state(value);
    if (name === 'detail') return named.refused[value.split(' ', 1)[0] ?? ''] ?? value;
    return value;
  };
  const fill = (text: string, args: FaultArgs): string | undefined => {
    let known = true;
    const filled = text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = worded(name, args[name] ?? '');
      if (value === undefined || value === '') known = false;
      return value ?? '';
    });
    return known ? filled : undefined;
  };
  const say = (template: string) => (args: FaultArgs): string => {
    const whole = template.replace(/\[([^\]]*)\]/g, (_, part: string) => fill(part, args) ?? '');
    let text = fill(whole, args) ?? whole.replace(/\{\w+\}/g, '–');
    if (args['page']) text += ` ${named.page(args['page'])}`;
    if (args['file'] && !template.includes('{file}')) text = `${args['file']}: ${text}`;
    return text;
  };
  return Object.fromEntries(Object.entries(templates).map(([code, template]) => [code, say(template)])) as FaultWords;
}

export const faultsVi = (state: Named['state']): FaultWords =>
  sentences(
    {
      file_empty: 'Tệp rỗng, không có nội dung. Hãy quét hoặc lưu lại tệp này.',
      file_not_a_picture: 'Nội dung tệp không phải ảnh hay PDF, dù tên tệp có thể ghi khác. Hãy chọn ảnh JPEG, PNG, TIFF hoặc PDF.',
      file_truncated: 'Tệp bị cắt cụt giữa chừng, thiếu dữ liệu. Hãy chép hoặc quét lại.',
      file_too_large: 'Tệp quá lớn[: {what} là {found}, giới hạn là {limit}]. Hãy quét ở độ phân giải thấp hơn hoặc chia nhỏ tệp.',
      file_unsupported: 'Tệp dùng kiểu mã hóa ảnh chưa hỗ trợ[ ({what})]. Hãy lưu lại thành JPEG, PNG, TIFF hoặc PDF thông thường.',
      file_corrupt: 'Tệp bị hỏng[ ({detail})]. Hãy chép hoặc quét lại.',
      pdf_encrypted: 'PDF có mật khẩu hoặc bị khóa. Hãy xin bản không khóa từ nơi phát hành.',
      file_not_a_table: 'Tệp không phải bảng XLSX hay CSV. Hãy mở bằng Excel rồi lưu lại thành XLSX hoặc CSV.',
      table_encrypted: 'Bảng có mật khẩu. Hãy bỏ mật khẩu trong Excel rồi lưu lại.',
      no_headings: 'Không thấy dòng tiêu đề cột trong bảng. Dòng đầu cần ghi tên từng cột.',
      file_gone: 'Không còn thấy tệp này: đã bị xóa, đổi tên, hoặc rút thiết bị. Hãy chọn lại.',
      file_unreadable: 'Không mở được tệp[ ({reason})]. Hãy kiểm tra quyền đọc rồi thử lại.',
      file_known: 'Tệp này đang có trên máy từ lần nhận trước nên không nhận lần nữa.',
      file_took_too_long: 'Đọc tệp này quá lâu[ (hơn {seconds} giây)] nên đã dừng; các tệp khác không bị ảnh hưởng. Hãy quét lại hoặc lưu thành PDF khác rồi thêm lại.',
      file_broke_reader: 'Tệp này làm chương trình đọc phải dừng (hỏng hoặc cần quá nhiều bộ nhớ); các tệp khác không bị ảnh hưởng. Hãy quét lại hoặc lưu thành PDF khác rồi thêm lại.',
      text_reader_missing: 'Máy này chưa có bộ nhận dạng chữ[ ({detail})]. Trang vẫn dùng được; chữ sẽ được đọc sau khi cài Tesseract và dữ liệu tiếng Việt.',
      output_not_writable: 'Không ghi được[ vào {file}][ ({reason})]. Hãy chọn nơi khác.',
      output_is_input: 'Tệp kết quả trùng với tệp nguồn; tệp nguồn không bao giờ bị ghi đè. Hãy đặt tên khác.',
      cancelled: 'Đã dừng theo yêu cầu.',
      secret_paper: 'Trang có dấu[ {mark}] bí mật nhà nước: giấy tờ này không được đưa vào hệ thống, không được gửi, xuất hay tìm kiếm. Hãy gỡ nó khỏi hồ sơ.',
      secret_shared: 'Tệp[ {file}] có trang bí mật nhà nước và vẫn còn trên máy vì nơi khác cũng giữ tệp này[. Giấy tờ: {papers}][. Số chồng giấy tờ: {stacks}]. Hãy gỡ hết các giấy tờ và chồng đó, rồi quét lại riêng từng giấy không mật; khi không nơi nào giữ nữa, tệp tự bị hủy.',
      corners_outside: 'Bốn góc đã đặt cho trang nằm ngoài ảnh quét. Hãy đặt lại các góc trong ảnh, hoặc bỏ chỉnh sửa của trang.',
      disk_full: 'Đĩa đã đầy nên chưa ghi được; những gì đã lưu vẫn còn nguyên. Hãy giải phóng dung lượng rồi làm lại.',
      little_room: 'Đĩa sắp đầy[: chỉ còn trống {mib} MiB]. Hãy giải phóng dung lượng trước khi quét tiếp.',
      disk_failing:
        'Ổ đĩa báo lỗi nên chưa ghi được; những gì đã lưu trước đó vẫn còn. Hãy làm lại; nếu vẫn lỗi, hãy sao lưu sang ổ khác và nhờ kiểm tra ổ đĩa.',
      read_only: 'Thư mục chỉ cho đọc, không ghi được. Hãy kiểm tra quyền ghi hoặc chọn thư mục khác.',
      profile_in_use: 'Dữ liệu của bạn đang mở ở một cửa sổ Hồ Sơ khác. Hãy đóng cửa sổ kia rồi thử lại.',
      wrong_key: 'Khóa không mở được dữ liệu này: tệp khóa thuộc người dùng khác hoặc đã hỏng. Hãy đặt lại đúng tệp khóa hoặc khôi phục từ bản sao lưu.',
      key_missing: 'Có dữ liệu nhưng thiếu tệp khóa. Hãy đặt lại tệp khóa hoặc khôi phục từ bản sao lưu; không tạo khóa mới trên dữ liệu cũ.',
      wrong_passphrase: 'Cụm mật khẩu không mở được bản sao lưu này. Hãy gõ lại, chú ý chữ hoa và dấu.',
      profile_not_empty: 'Thư mục dữ liệu đã có nội dung. Chỉ khôi phục vào thư mục trống: hãy chọn nơi khác.',
      store_corrupt: 'Dữ liệu lưu trên máy bị hỏng[ ({detail})]. Hãy khôi phục từ bản sao lưu và báo người hỗ trợ.',
      store_too_new: 'Dữ liệu do phiên bản mới hơn ghi. Hãy cập nhật ứng dụng.',
      not_found: 'Không tìm thấy[ {what}]. Có thể đã bị bỏ hoặc chưa có; hãy quay lại danh sách.',
      conflict: 'Nội dung này vừa được thay đổi ở nơi khác. Hãy mở lại rồi làm tiếp.',
      unknown_procedure: 'Danh mục không có thủ tục[ mã {procedure}]. Hãy chọn một thủ tục khác trong danh sách.',
      unknown_component: 'Thủ tục không có thành phần[ {component}] này. Hãy chọn một thành phần trong danh sách bên trái.',
      unknown_row: 'Giấy này cần cho từng dòng của bảng. Hãy chọn dòng rồi thêm lại.',
      unknown_field: 'Biểu mẫu không có mục[ {field}] này. Hãy mở lại hồ sơ; nếu vẫn lỗi, hãy báo người hỗ trợ.',
      bad_value: 'Giá trị của một mục[ ({field})] chưa đúng[: {reason}]. Hãy nhập lại.',
      bad_file: 'Tệp không đúng khuôn dạng[: {reason}]. Hãy xin lại tệp từ nơi phát hành.',
      list_clash: 'Đã có danh mục khác[ của {department}] mang số bản này[ ({revision})][, do {agency} gửi]; cả hai được giữ nguyên. Hãy so hai bản rồi lập bản có số tiếp theo.',
      department_taken: 'Ở Cổng, danh mục[ của {department}] do cơ quan khác gửi[: {agency}]. Hãy thống nhất với cơ quan đó, hoặc lập danh mục với đúng tên đơn vị.',
      revision_exists: 'Trên máy đã có[ {what}] bản[ {revision}] này với nội dung khác. Hãy xin bản có số mới hơn.',
      not_authorised: 'Chỉ cán bộ phụ trách danh mục của máy này[ ({officer})] mới sửa được danh mục. Mở Danh mục, mục Người phụ trách.',
      not_ready: 'Hồ sơ còn[ {blocking}] việc phải làm trước khi gửi. Hãy mở hồ sơ để xem từng việc.',
      state_forbids: 'Không làm được việc này[ khi hồ sơ đang ở trạng thái “{state}”]. Hãy quay lại danh sách để xem trạng thái.',
      secrecy_undeclared: 'Chưa ai xác nhận giấy tờ[ của hồ sơ {dossiers}] không phải bí mật nhà nước.',
      other_way: 'Hồ sơ đã đi đường khác[ (“{state}”)]: chỉ gửi qua Cổng hoặc nộp qua cổng của tỉnh, không cả hai, trừ khi bạn nêu lý do.',
      not_packed: 'Hồ sơ này chưa có gói nộp cổng của tỉnh nào đã ghi xong. Hãy đóng gói trước.',
      paper_taken: 'Thủ tục[ {procedure}] này vẫn nhận hồ sơ giấy: không cần phiếu hướng dẫn.',
      reason_missing: 'Hãy nêu lý do; lý do được ghi vào nhật ký.',
      portal_refuses: 'Cổng của tỉnh không nhận được[ “{title}”][: {found}, trong khi giới hạn là {limit}]. Hãy tách, quét lại hoặc bỏ bớt rồi đóng gói lại.',
      pack_differs: 'Gói ghi ra khi mở lại không giống gói đã chuẩn bị[ ({name})]. Hãy kiểm tra ổ đĩa rồi đóng gói lại.',
      bad_portal_code: 'Mã[ {code}] không giống mã hồ sơ của cổng của tỉnh[ (ví dụ {example})]. Hãy xem lại; nếu đúng là mã đó, hãy xác nhận.',
      code_taken: 'Mã[ {code}] đã thuộc về một hồ sơ khác trên máy này. Hãy xem lại mã.',
      nothing_to_carry: 'Không có hồ sơ nào đang chờ gửi để ghi vào gói.',
      parcel_too_large: 'Hồ sơ chờ gửi nhiều hơn mức một gói chứa được[: {fits} trong {dossiers} hồ sơ vừa một gói]. Hãy ghi thành nhiều gói.',
      parcel_under_way: 'Hồ sơ đang nằm trong gói mang tay[ {file}]; gói có thể vẫn tới Cổng với nội dung cũ. Nếu vẫn lấy ra để sửa, hãy nêu lý do.',
      parcel_other_hub: '[{file}: ]Tệp này là của Cổng khác. Hãy dùng tệp của đúng Cổng mà máy này đã ghi danh.',
      parcel_damaged: '[{file}: ]Gói không còn nguyên vẹn. Hãy chép lại từ máy đã ghi gói, hoặc ghi gói khác; hồ sơ trên máy đó vẫn còn.',
      parcel_sender_unknown: '[{file}: ]Cổng không còn nhận máy đã ghi gói. Hãy ghi danh lại máy đó rồi ghi gói khác.',
      reply_not_ours: '[{file}: ]Đây là xác nhận cho gói của máy khác. Hãy mang tệp này về máy đã ghi gói.',
      practice_only: 'Đây là hồ sơ tập dượt nên không gửi đi. Hãy soạn hồ sơ mới để gửi thật.',
      bad_enrolment: 'Chuỗi ghi danh không đúng. Hãy dán nguyên chuỗi ĐỊA-CHỈ#MÃ#DẤU-VÂN-TAY do đơn vị quản trị cấp.',
      enrolment_used: 'Mã ghi danh này đã được máy khác dùng. Hãy xin mã mới.',
      enrolment_expired: 'Mã ghi danh đã hết hạn. Hãy xin mã mới.',
      enrolment_unknown: 'Cổng không biết mã ghi danh này, hoặc mã đã hết hạn. Hãy kiểm tra lại từng ký tự hoặc xin mã mới.',
      not_enrolled: 'Máy này chưa ghi danh với Cổng nào. Hồ sơ vẫn soạn được; để gửi, hãy ghi danh trong Cài đặt.',
      insecure_address: 'Địa chỉ Cổng không mã hóa (http). Chỉ chấp nhận https, hoặc http trên chính máy này. Hãy xin địa chỉ https từ đơn vị quản trị.',
      hub_unreachable: 'Không kết nối được với Cổng. Hồ sơ vẫn an toàn trên máy này và sẽ tự gửi khi có mạng.',
      proxy_login: 'Máy chủ trung gian (proxy) của mạng này đòi tên và mật khẩu, hoặc không nhận tên và mật khẩu đã đặt. Bấm “Cách gửi” ở Hộp gửi để nhập lại.',
      not_the_hub: 'Có nơi trả lời nhưng không phải Cổng đã ghi danh: có thể mạng đang đòi đăng nhập, hoặc sai địa chỉ. Chưa gửi gì cả.',
      hub_key_wrong: 'Khóa của Cổng không khớp với khóa đã ghi danh. Chưa gửi gì cả; hãy gọi đơn vị quản trị trước khi làm tiếp.',
      hub_refused: 'Cổng không nhận hồ sơ này[: {detail}]. Hãy mở hồ sơ xem lại, hoặc gọi hỗ trợ.',
      hub_list_older: 'Danh mục của Cổng cũ hơn bản đã tải trước đây[ (lần công bố {version}, đã có {known})]: không lấy, danh mục đang dùng vẫn nguyên. Nếu Cổng vừa được khôi phục từ bản sao lưu thì Cổng phải công bố lại cho vượt[ lần {known}] lần đã tải; hãy báo đơn vị quản trị Cổng.',
      hub_busy: 'Cổng đang bận; sẽ tự gửi lại sau.',
      hub_rejects_device: 'Cổng không còn nhận máy này. Hãy ghi danh lại trong Cài đặt.',
      device_revoked: 'Người quản trị đã gỡ máy này khỏi Cổng. Hãy xin mã ghi danh mới nếu máy vẫn dùng.',
      wrong_sign_in: 'Tên hoặc mật khẩu không đúng[; còn {left} lần thử trước khi phải chờ]. Hãy gõ lại.',
      sign_in_waits: 'Đã nhập sai nhiều lần. Hãy chờ[ {minutes} phút] rồi thử lại, hoặc nhờ người quản trị đặt lại mật khẩu.',
      sign_in_needs_hub: 'Lần đầu đăng nhập trên máy này cần có mạng. Hãy nối mạng rồi đăng nhập.',
      sign_in_too_old: 'Đã quá lâu[ (hơn {days} ngày)] kể từ lần đăng nhập có mạng gần nhất. Hãy nối mạng rồi đăng nhập.',
      clock_set_back: 'Đồng hồ máy này đã bị lùi lại. Hãy chỉnh đúng ngày giờ, hoặc nối mạng rồi đăng nhập.',
      sign_in_required: 'Cơ quan yêu cầu đăng nhập. Hãy đăng nhập; hồ sơ đang chờ sẽ tự gửi sau đó.',
      session_over: 'Phiên làm việc đã hết. Hãy đăng nhập lại; những gì đã lưu vẫn còn.',
      other_agency: 'Tài khoản này thuộc cơ quan khác. Hãy đăng nhập trên máy của cơ quan mình.',
      role_forbids: 'Vai trò của người đang đăng nhập không được làm việc này. Hãy nhờ người có quyền, hoặc hỏi người quản trị.',
      password_must_change: 'Phải đổi mật khẩu trước: đây là mật khẩu cấp lần đầu hoặc đã hết hạn.',
      password_short: 'Mật khẩu mới phải có ít nhất 10 ký tự.',
      password_known: 'Mật khẩu mới dễ đoán: trùng tên, trùng mật khẩu cũ hoặc quá phổ biến. Hãy chọn mật khẩu khác.',
      clock_wrong: 'Đồng hồ máy này lệch[ {minutes} phút] so với Cổng. Hãy chỉnh lại ngày giờ.',
      receipt_forged: 'Biên nhận không đúng: chữ ký hoặc nội dung không khớp. Không được dùng giấy này; hãy gọi hỗ trợ.',
      unexpected: 'Lỗi ngoài dự kiến[ ({detail})]. Hãy báo người hỗ trợ kèm dòng này; dữ liệu đã lưu không mất.',
      unreachable: 'Cửa sổ chưa nối được với chương trình. Hãy thử lại; nếu vẫn lỗi, hãy đóng rồi mở lại Hồ Sơ.',
      unknown_request: 'Cửa sổ và chương trình không cùng phiên bản. Hãy cài lại Hồ Sơ.',
      not_shown: 'Tệp[ {file}] đã được ghi nhưng máy chưa mở ra xem được. Hãy mở tệp từ thư mục chứa nó.',
    },
    {
      page: (page) => `(trang ${page})`,
      what: {
        dossier: 'hồ sơ',
        document: 'giấy tờ',
        receipt: 'biên nhận',
        submission: 'lần nộp',
        stack: 'chồng giấy tờ',
        part: 'phần này trong chồng giấy tờ',
        papers: 'giấy tờ nào để nhận',
        px: 'kích thước ảnh (điểm ảnh)',
        bytes: 'dung lượng (byte)',
        frames: 'số trang',
      },
      refused: {
        too_large: 'có tệp lớn hơn mức Cổng nhận',
        already_received: 'Cổng đã có hồ sơ này với nội dung khác',
        manifest_invalid: 'bản kê giấy tờ không đúng',
        secret_declared: 'hồ sơ có chỗ ghi độ mật; bí mật nhà nước không được gửi qua ứng dụng này',
        media_type: 'có tệp thuộc loại Cổng không nhận',
        idempotency_key_reused: 'Cổng đã có hồ sơ này với nội dung khác',
        tus_version: 'Cổng dùng phiên bản khác',
        cursor_ahead: 'Cổng vừa được khôi phục từ bản sao lưu cũ',
        bad_request: 'Cổng không hiểu yêu cầu',
        bad_body: 'Cổng không hiểu yêu cầu',
      },
      state,
    },
  );

export const faultsEn = (state: Named['state']): FaultWords =>
  sentences(
    {
      file_empty: 'The file is empty. Scan or save it again.',
      file_not_a_picture: 'The content is not a picture or PDF, whatever the name says. Choose a JPEG, PNG, TIFF or PDF.',
      file_truncated: 'The file is cut off: data is missing. Copy or scan it again.',
      file_too_large: 'The file is too large[: {what} is {found}, the limit is {limit}]. Scan at a lower resolution or split it.',
      file_unsupported: 'The file uses a coding that is not supported[ ({what})]. Save it as plain JPEG, PNG, TIFF or PDF.',
      file_corrupt: 'The file is damaged[ ({detail})]. Copy or scan it again.',
      pdf_encrypted: 'The PDF is encrypted. Ask its issuer for a copy without a password.',
      file_not_a_table: 'The file is neither an XLSX nor a CSV table. Open it in a spreadsheet and save it as XLSX or CSV.',
      table_encrypted: 'The table has a password. Take it off in the spreadsheet and save again.',
      no_headings: 'No row with headings was found in the table. Its first row must name the columns.',
      file_gone: 'The file is not there any more: removed, renamed, or its drive was unplugged. Choose it again.',
      file_unreadable: 'The file cannot be opened[ ({reason})]. Check the rights to read it and try again.',
      file_known: 'This very file is here already since it was taken in before, and is not taken in again.',
      file_took_too_long: 'Reading this file took too long[ (more than {seconds} seconds)] and was stopped; other files are not affected. Scan it again or save it as another PDF and add it again.',
      file_broke_reader: 'This file broke the reader (damaged, or it needs too much memory); other files are not affected. Scan it again or save it as another PDF and add it again.',
      text_reader_missing: 'This computer has no text reader[ ({detail})]. Pages stay usable; words can be read after installing Tesseract and the Vietnamese data.',
      output_not_writable: 'Cannot write[ to {file}][ ({reason})]. Choose another place.',
      output_is_input: 'The output is one of the inputs, and inputs are never overwritten. Choose another name.',
      cancelled: 'Stopped as asked.',
      secret_paper: 'The page is stamped[ {mark},] a state secret: such papers must not enter. It is not sent, exported or searched; remove it from the dossier.',
      secret_shared: 'The file[ {file}] has pages with a state secret, and is still here because it is held elsewhere too[. Papers: {papers}][. Stacks: {stacks}]. Remove all of these, then scan the papers that are no secret again, each in a file of its own; when nothing holds the file any more it is destroyed.',
      corners_outside: 'The corners set for the page lie outside its picture. Set them again inside it, or reset the page.',
      disk_full: 'The disk is full, so this was not written; what was saved is intact. Free some space and do it again.',
      little_room: 'The disk is almost full[: {mib} MiB are free]. Free some space before more is scanned.',
      disk_failing:
        'The disk reports an error, so this was not written; what was saved before is intact. Do it again; if it still fails, make a backup on another disk and have this one checked.',
      read_only: 'The folder is read-only. Check the rights to write, or choose another folder.',
      profile_in_use: 'Your data is open in another window of Hồ Sơ. Close the other one and try again.',
      wrong_key: 'The key does not open this data: it belongs to somebody else or is damaged. Put the right key file back, or restore a backup.',
      key_missing: 'There is data but no key file. Put it back or restore a backup; a new key is never made over old data.',
      wrong_passphrase: 'The passphrase does not open this backup. Type it again; mind capitals and marks.',
      profile_not_empty: 'The data folder is not empty. A backup is restored into an empty one only: choose another.',
      store_corrupt: 'Stored data is damaged[ ({detail})]. Restore a backup and tell your support.',
      store_too_new: 'The data was written by a newer version. Update the application.',
      not_found: 'Not found[: {what}]. It may have been put away, or is not there yet; go back to the list.',
      conflict: 'This was changed elsewhere meanwhile. Open it again and go on.',
      unknown_procedure: 'The catalogue has no such procedure[ ({procedure})]. Choose another one of the list.',
      unknown_component: 'The procedure has no such component[ ({component})]. Choose one of the list on the left.',
      unknown_row: 'This paper is asked for each row of a table. Choose the row and add it again.',
      unknown_field: 'The form has no such field[ ({field})]. Open the dossier again; if it still fails, tell your support.',
      bad_value: 'A value[ ({field})] is not right[: {reason}]. Enter it again.',
      bad_file: 'The file is not well-formed[: {reason}]. Ask its issuer for it again.',
      list_clash: 'There is another list[ of {department}] with this number[ ({revision})][, sent by {agency}]; both are kept. Compare them and make the next revision.',
      department_taken: 'At the Portal, the lists[ of {department}] are sent by another agency[: {agency}]. Agree with it, or draw the list up under the right name.',
      revision_exists: 'This revision[ of {what}] is here already with another content. Ask for one with a higher number.',
      not_authorised: 'Only the officer in charge of the catalogue on this computer[ ({officer})] may change it. See Catalogue, Officer in charge.',
      not_ready: 'There are things to do[ ({blocking})] before this dossier can be sent. Open it to see each.',
      state_forbids: 'This cannot be done[ while the dossier is “{state}”]. Go back to the list to see its state.',
      secrecy_undeclared: 'Nobody has confirmed that no paper[ of dossier {dossiers}] is a state secret.',
      other_way: 'The dossier goes another way already[ (“{state}”)]: by the Portal or by the province’s portal, not both, unless you give a reason.',
      not_packed: 'There is no finished pack of this dossier. Pack it first.',
      paper_taken: 'This procedure[, {procedure},] is taken on paper: no guidance is needed.',
      reason_missing: 'Give a reason; it goes into the journal.',
      portal_refuses: 'The province’s portal would not take everything[: “{title}”][: {found}, where the limit is {limit}]. Divide it, scan it again, or leave something out, then pack again.',
      pack_differs: 'What was written is not what was prepared when opened again[ ({name})]. Check the drive, then pack again.',
      bad_portal_code: 'The code[ {code}] does not look like one of the province’s portal[ (such as {example})]. Look again; if it is right, say so.',
      code_taken: 'Another dossier on this computer has the code[ {code}]. Look at the code again.',
      nothing_to_carry: 'No dossier waits to be sent that could go into a parcel.',
      parcel_too_large: 'More waits than one parcel holds[: {fits} of {dossiers} dossiers fit]. Make several parcels.',
      parcel_under_way: 'The dossier is in a parcel[ ({file})], which may still bring the Portal what was sealed. To take it back all the same, give a reason.',
      parcel_other_hub: '[{file}: ]This file is another Portal’s. Use a file of the Portal that this computer is enrolled with.',
      parcel_damaged: '[{file}: ]The parcel is not whole. Copy it again from the computer that made it, or make another; the dossiers are still there.',
      parcel_sender_unknown: '[{file}: ]The Portal does not accept the computer that made the parcel any more. Enrol that computer again and make another parcel.',
      reply_not_ours: '[{file}: ]This answers another computer’s parcel. Take it to the computer that made the parcel.',
      practice_only: 'This is a practice dossier and is never sent. Start a new dossier to send one.',
      bad_enrolment: 'The enrolment string is not right. Paste the whole ADDRESS#CODE#FINGERPRINT given by your administrator.',
      enrolment_used: 'This enrolment code was used by another computer. Ask for a new one.',
      enrolment_expired: 'This enrolment code has expired. Ask for a new one.',
      enrolment_unknown: 'The Portal does not know this enrolment code, or it has expired. Check every character, or ask for a new one.',
      not_enrolled: 'This computer is not enrolled with a Portal. Dossiers can be prepared; to send, enrol it in Settings.',
      insecure_address: 'The Portal’s address is not encrypted (http). Only https is accepted, or http on this very computer. Ask your administrator for an https address.',
      hub_unreachable: 'The Portal cannot be reached. The dossier is safe on this computer and is sent by itself when there is a network.',
      proxy_login: 'The proxy of this network asks for a name and a password, or does not accept those given. Press “How to send” in the outbox to enter them.',
      not_the_hub: 'Something answered that is not the Portal this computer is enrolled with: perhaps the network asks to sign in, or the address is wrong. Nothing was sent.',
      hub_key_wrong: 'The Portal’s key is not the one this computer was enrolled with. Nothing was sent; call your administrator first.',
      hub_refused: 'The Portal refused this dossier[: {detail}]. Open it and look again, or call support.',
      hub_list_older: 'The Portal’s catalogue is older than the one fetched before[ (publication {version}, known {known})]: not taken, the catalogue in use stays. A Portal that was restored from a backup must publish again until it is past[ number {known},] what was fetched; tell its operator.',
      hub_busy: 'The Portal is busy; sending goes on by itself later.',
      hub_rejects_device: 'The Portal does not accept this computer any more. Enrol it again in Settings.',
      device_revoked: 'The administrator took this computer off the Portal. Ask for a new enrolment code if it is still in use.',
      wrong_sign_in: 'The name or the password is wrong[; {left} more tries before a wait]. Type them again.',
      sign_in_waits: 'Too many wrong tries. Wait[ {minutes} minutes] and try again, or have the administrator reset the password.',
      sign_in_needs_hub: 'The first sign-in on this computer needs a network. Connect, then sign in.',
      sign_in_too_old: 'Too long[ (more than {days} days)] has passed since the last sign-in with a network. Connect, then sign in.',
      clock_set_back: 'This computer’s clock was set back. Set date and time right, or connect and sign in.',
      sign_in_required: 'The agency wants people to sign in. Sign in; what waits is sent by itself then.',
      session_over: 'The session is over. Sign in again; what was saved is still here.',
      other_agency: 'This account belongs to another agency. Sign in at a computer of your own agency.',
      role_forbids: 'The roles of who is signed in do not allow this. Ask somebody whose roles do, or the administrator.',
      password_must_change: 'Change the password first: it is a first one, or has run out.',
      password_short: 'The new password must have at least 10 characters.',
      password_known: 'The new password is easy to guess: a name, the old one, or a common one. Choose another.',
      clock_wrong: 'This computer’s clock is off the Portal’s[ by {minutes} minutes]. Set date and time.',
      receipt_forged: 'The receipt does not hold: its signature or content does not match. It must not be used; call support.',
      unexpected: 'Unexpected fault[ ({detail})]. Tell your support this line; saved data is not lost.',
      unreachable: 'The window could not reach the program. Try again; if it still fails, close Hồ Sơ and open it again.',
      unknown_request: 'The window and the program are not of the same version. Install Hồ Sơ again.',
      not_shown: 'The file[ {file}] was written, but this computer did not open it. Open it from its folder.',
    },
    {
      page: (page) => `(page ${page})`,
      what: { px: 'the picture’s size (pixels)', bytes: 'the size (bytes)', frames: 'the number of pages' },
      refused: {
        too_large: 'a file is larger than the Portal takes',
        already_received: 'the Portal has this dossier with another content',
        manifest_invalid: 'the list of papers does not hold',
        secret_declared: 'something in the dossier says that it is a state secret; these must not be sent through this application',
        media_type: 'a file is of a kind the Portal does not take',
        idempotency_key_reused: 'the Portal has this dossier with another content',
        tus_version: 'the Portal speaks another version',
        cursor_ahead: 'the Portal was restored from an older backup',
        bad_request: 'the Portal does not understand the request',
        bad_body: 'the Portal does not understand the request',
      },
      state,
    },
  );
