import { afterEach, beforeEach, expect, test, vi as mock } from 'vitest';
import { button, close, dossier, type FakeDesk, fakeDesk, fault, open, press, submission, text } from './desk';

let desk: FakeDesk;

beforeEach(() => {
  desk = fakeDesk();
  desk.standing.counts = { queued: 1 };
  desk.standing.outbox = 3;
  desk.outbox = [
    submission('1', { state: 'quarantined', fault: { code: 'hub_refused', args: { detail: 'too_large {"limit":20000000}' }, retry: 'no' } }),
    submission('2', { state: 'running', bytes_sent: 18_400_000 }),
    submission('3', { state: 'waiting', attempt: 2, not_before: '2026-11-21T07:30:00.000Z', bytes: 3_900_000 }),
  ];
});
afterEach(close);

function show(): void {
  open(desk);
  press('4', { ctrlKey: true });
}

test('three groups: who must act and why, what is on its way, what is only here', async () => {
  show();
  await mock.waitFor(() => expect(text()).toContain('Cần người xem (1)'));
  expect(text()).toContain('Cổng không nhận hồ sơ này: có tệp lớn hơn mức Cổng nhận.');
  expect(text()).toContain('18,4 / 29,6 MB');
  expect(text()).toContain('Chờ gửi – chỉ có trên máy này (1)');
  expect(text()).toContain('thử lại lúc 14:30');
  desk.tell({ notice: 'sending', dossier: '2', sent: 25_900_000, total: 29_600_000 });
  await mock.waitFor(() => expect(text()).toContain('87 %'));
});

test('trying again asks for it; what cannot be done says why', async () => {
  show();
  await mock.waitFor(() => expect(text()).toContain('Cần người xem (1)'));
  desk.answers.dossier_retry = () => void (desk.outbox = desk.outbox.slice(1));
  press('r', { altKey: true });
  await mock.waitFor(() => expect(text()).not.toContain('Cần người xem (1)'));
  expect(desk.asked).toContainEqual({ ask: 'dossier_retry', dossier: '1' });
  desk.answers.dossier_reopen = () => {
    throw fault('state_forbids', { state: 'sending' });
  };
  button('Mở để sửa').click();
  await mock.waitFor(() => expect(text()).toContain('khi hồ sơ đang ở trạng thái “Đang gửi”'));
});

test('sending can be paused and tried at once; why nothing gets through is told', async () => {
  show();
  await mock.waitFor(() => expect(text()).toContain('Trực tuyến từ 14:00'));
  press('p', { altKey: true });
  await mock.waitFor(() => expect(desk.asked).toContainEqual({ ask: 'hold', work: 'sending', held: true }));
  desk.answers.send = () => ({ receipted: [], waiting: [submission('3', { fault: { code: 'not_the_hub', args: {}, retry: 'later' } })] });
  press('F5');
  await mock.waitFor(() => expect(text()).toContain('không phải Cổng của ta'));
});

test('what was received today shows its receipt, which is saved and opened', async () => {
  desk.dossiers = [dossier('9', { state: 'registered', code: 'H07.22-20261121-0003' })];
  const receipt = {
    receipt: {
      code: 'H07.22-20261121-0003',
      received_at: '2026-11-21T06:58:00.000Z',
      manifest_sha256: 'ab'.repeat(32),
      files: 2,
      bytes: 94_000,
      support_number: '0251 000 000',
    },
    ours: true,
    saved: ['/x/H07.receipt.json', '/x/H07.pdf'],
  };
  desk.answers.receipt_show = () => receipt;
  desk.answers.dossier_show = () => ({ name_vi: 'Điều chuyển tài sản công', name_en: 'Transfer', applicant: 'Hội Phụ nữ tỉnh' });
  desk.folder = '/x';
  show();
  await mock.waitFor(() => expect(text()).toContain('Cổng đã nhận hôm nay (1)'));
  document.querySelector<HTMLButtonElement>('aside li button')?.click();
  await mock.waitFor(() => expect(text()).toContain('Đã kiểm: đúng'));
  expect(text()).toContain('13:58:00, 21/11/2026');
  press('s', { altKey: true });
  await mock.waitFor(() => expect(desk.shown).toEqual(['/x/H07.pdf']));
  expect(text()).toContain('Đã lưu: H07.receipt.json, H07.pdf');
});

test('nothing to send says so', async () => {
  desk.outbox = [];
  show();
  await mock.waitFor(() => expect(text()).toContain('Không còn hồ sơ nào chờ gửi'));
  expect(text()).toContain('Hôm nay chưa có hồ sơ nào được nhận');
});
