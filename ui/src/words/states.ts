import type { Part, ProvenanceStatus, State } from '../host/desk.gen';

/** Names of what the program knows by a code. */
export interface StateWords {
  state: Record<State, string>;
  /** A dossier on its way: from being queued until the Portal has answered. */
  frozen: string;
  part: Record<Part, string>;
  provenance: Record<ProvenanceStatus, string>;
}

export const statesVi: StateWords = {
  state: {
    draft: 'Đang soạn',
    ready: 'Đủ, chưa gửi',
    queued: 'Chờ gửi',
    sending: 'Đang gửi',
    needs_attention: 'Cần xử lý',
    packed: 'Đã đóng gói, chờ nộp',
    registered: 'Mới đăng ký',
    accepted: 'Được tiếp nhận',
    rejected: 'Không được tiếp nhận',
    processing: 'Đang xử lý',
    supplement_requested: 'Yêu cầu bổ sung giấy tờ',
    payment_requested: 'Yêu cầu nộp tiền',
    withdrawn: 'Đã rút hồ sơ',
    stopped: 'Dừng xử lý',
    done: 'Đã xử lý xong',
    returned: 'Đã trả kết quả',
  },
  frozen: 'Chờ gửi hoặc đang gửi',
  part: {
    profile: 'Dữ liệu của bạn',
    encryption: 'Mã hóa dữ liệu',
    disk_space: 'Dung lượng đĩa',
    workers: 'Chương trình đọc tệp',
    text_reader: 'Nhận dạng chữ',
    catalogue: 'Danh mục thủ tục',
    hub: 'Cổng',
    clock: 'Đồng hồ',
  },
  provenance: {
    real: 'theo văn bản pháp luật',
    unverified: 'chưa kiểm chứng',
    superseded: 'theo văn bản đã được thay thế',
    illustrative: 'minh họa',
  },
};

export const statesEn: StateWords = {
  state: {
    draft: 'Draft',
    ready: 'Complete, not sent',
    queued: 'Waiting to be sent',
    sending: 'Being sent',
    needs_attention: 'Needs action',
    packed: 'Packed, to be filed',
    registered: 'Newly registered',
    accepted: 'Accepted',
    rejected: 'Rejected at reception',
    processing: 'Being processed',
    supplement_requested: 'Supplement requested',
    payment_requested: 'Payment requested',
    withdrawn: 'Withdrawn',
    stopped: 'Stopped',
    done: 'Done',
    returned: 'Result returned',
  },
  frozen: 'Waiting or being sent',
  part: {
    profile: 'Your data',
    encryption: 'Encryption',
    disk_space: 'Disk space',
    workers: 'Readers of files',
    text_reader: 'Text reader',
    catalogue: 'Catalogue of procedures',
    hub: 'Portal',
    clock: 'Clock',
  },
  provenance: {
    real: 'read in the law',
    unverified: 'unverified',
    superseded: 'read in a law since replaced',
    illustrative: 'illustrative',
  },
};

/** What a state is called; nothing of one that has no name. */
export const stateName = (words: StateWords) => (state: string): string | undefined => (({ ...words.state, frozen: words.frozen }) as Record<string, string>)[state];
