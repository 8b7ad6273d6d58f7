import { afterEach, beforeEach, expect, test, vi as mock } from 'vitest';
import type { Request } from '../src/host/desk.gen';
import { Rate } from '../src/screens/rate';
import { button, close, dossier, type FakeDesk, fakeDesk, fault, input, open, press, submission, text } from './desk';

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
  await mock.waitFor(() => expect(text()).toContain('Cần xử lý (1)'));
  expect(text()).toContain('Cổng không nhận hồ sơ này: có tệp lớn hơn mức Cổng nhận.');
  expect(text()).toContain('18,4 / 29,6 MB');
  expect(text()).toContain('Chờ gửi – chỉ có trên máy này (1)');
  expect(text()).toContain('thử lại lúc 14:30');
  desk.tell({ notice: 'sending', dossier: '2', sent: 25_900_000, total: 29_600_000 });
  await mock.waitFor(() => expect(text()).toContain('87 %'));
});

test('trying again asks for it; what cannot be done says why', async () => {
  show();
  await mock.waitFor(() => expect(text()).toContain('Cần xử lý (1)'));
  desk.answers.dossier_retry = () => void (desk.outbox = desk.outbox.slice(1));
  press('r', { altKey: true });
  await mock.waitFor(() => expect(text()).not.toContain('Cần xử lý (1)'));
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
  await mock.waitFor(() => expect(text()).toContain('không phải Cổng đã ghi danh'));
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
  document.querySelector<HTMLButtonElement>('.received li button')?.click();
  await mock.waitFor(() => expect(text()).toContain('Đã kiểm: đúng'));
  expect(text()).toContain('13:58:00, 21/11/2026');
  press('s', { altKey: true });
  await mock.waitFor(() => expect(desk.shown).toEqual(['/x/H07.pdf']));
  expect(text()).toContain('Đã lưu vào /x: H07.receipt.json, H07.pdf');
  desk.host.show = async () => {
    throw fault('not_shown', { file: '/x/H07.pdf' });
  };
  press('s', { altKey: true });
  await mock.waitFor(() => expect(document.querySelector('dialog [role=status]')?.textContent).toContain('đã được ghi nhưng máy chưa mở ra xem được'));
  expect(text()).toContain('Đã lưu vào /x');
});

test('nothing to send says so', async () => {
  desk.outbox = [];
  show();
  await mock.waitFor(() => expect(text()).toContain('Không còn hồ sơ nào chờ gửi'));
  expect(text()).toContain('Hôm nay chưa có hồ sơ nào được nhận');
});

const outbox = () => desk.asked.filter((request) => request.ask === 'outbox').length;

/** Lets the answers to these wait for a person: each is given by its call. */
function held(ask: Request['ask']): ((content: unknown) => void)[] {
  const late: ((content: unknown) => void)[] = [];
  const call = desk.host.call.bind(desk.host);
  const slow = async (request: Request, expects: never): Promise<unknown> => {
    if (request.ask !== ask) return call(request, expects);
    desk.asked.push(request);
    return new Promise((answer) => late.push(answer));
  };
  desk.host.call = slow as typeof desk.host.call;
  return late;
}

test('an older answer never stands for a newer one', async () => {
  const late = held('outbox');
  show();
  await mock.waitFor(() => expect(late).toHaveLength(1));
  desk.tell({ notice: 'outbox' });
  await mock.waitFor(() => expect(late).toHaveLength(2));
  late[1]?.([submission('7', { title: 'Mới' })]);
  await mock.waitFor(() => expect(text()).toContain('Mới'));
  late[0]?.([submission('8', { title: 'Cũ' })]);
  await Promise.resolve();
  expect(text()).toContain('Mới');
  expect(text()).not.toContain('Cũ');
});

test('many notices are one reading; what is sent unknown to the lines is looked for once', async () => {
  show();
  await mock.waitFor(() => expect(text()).toContain('Cần xử lý (1)'));
  const before = outbox();
  for (let i = 0; i < 20; i++) desk.tell({ notice: 'outbox' });
  await mock.waitFor(() => expect(outbox()).toBe(before + 1));
  for (let i = 0; i < 3; i++) {
    desk.tell({ notice: 'sending', dossier: 'strange', sent: i, total: 9 });
    const seen = outbox();
    await mock.waitFor(() => expect(outbox()).toBe(before + 2));
    if (i > 0) expect(outbox()).toBe(seen);
  }
});

test('what was received: nothing is claimed before the answer, and why it cannot be read is told', async () => {
  const late = held('dossier_list');
  open(desk);
  press('4', { ctrlKey: true });
  await mock.waitFor(() => expect(text()).toContain('Đang xem Cổng đã nhận những hồ sơ nào'));
  expect(text()).not.toContain('Hôm nay chưa có hồ sơ nào được nhận');
  expect(text()).not.toContain('Cổng đã nhận hôm nay (');
  late.forEach((answer) => answer({ dossiers: [], next: null }));
  await mock.waitFor(() => expect(text()).toContain('Hôm nay chưa có hồ sơ nào được nhận'));
  await close();
  desk = fakeDesk();
  desk.answers.dossier_list = () => {
    throw fault('store_corrupt');
  };
  open(desk);
  press('4', { ctrlKey: true });
  await mock.waitFor(() => expect(document.querySelector('.received [role=alert]')?.textContent).toContain('Dữ liệu lưu trên máy bị hỏng'));
  expect(text()).not.toContain('Hôm nay chưa có hồ sơ nào được nhận');
});

test('all that was received today is counted, and a receipt that does not hold is shown with its fault', async () => {
  desk.dossiers = Array.from({ length: 510 }, (_, i) => dossier(`old${i}`, { state: 'processing', updated_at: '2026-11-20T07:00:00.000Z' }));
  desk.dossiers.push(...Array.from({ length: 62 }, (_, i) => dossier(`${i}`, { state: 'registered' })));
  desk.answers.receipt_show = (request) => {
    if (request.ask !== 'receipt_show' || request.dossier === '5') throw fault('receipt_forged');
    if (request.dossier === '6') throw fault('not_found');
    return { receipt: { received_at: '2026-11-21T06:58:00.000Z' }, ours: true, saved: [] };
  };
  show();
  await mock.waitFor(() => expect(text()).toContain('Cổng đã nhận hôm nay (61)'));
  const lines = [...document.querySelectorAll('.received li')].map((line) => line.textContent ?? '');
  expect(lines).toHaveLength(60);
  expect(lines[0]).toContain('T-01-261121-5');
  expect(lines[0]).toContain('Biên nhận không đúng');
  expect(text()).toContain('Còn 1 hồ sơ nữa');
});

test('why nothing is sent by itself, the limit, and a clock that is off stand with the network', async () => {
  desk.standing.network = { limit: 128, waits: { waits: 'hours', until: 1020 } };
  desk.standing.clock_off = -180;
  show();
  await mock.waitFor(() => expect(text()).toContain('Giờ này không tự gửi; gửi tiếp lúc 17:00, hoặc bấm “Thử ngay”.'));
  expect(text()).toContain('tối đa 128 kB/giây');
  expect(text()).toContain('Đồng hồ máy này chậm 3 giờ so với Cổng.');
  // Two of the three go by themselves: 11.2 MB of one, 3.9 of the other.
  expect(text()).toContain('2 hồ sơ, 15,1 MB chưa tới Cổng');
});

test('what is only here is counted, and what has waited for more than a day is told', async () => {
  desk.standing.counts = { draft: 4, ready: 1 };
  desk.outbox[2] = submission('3', { queued_at: '2026-11-19T01:00:00.000Z', bytes: 3_900_000 });
  show();
  await mock.waitFor(() => expect(text()).toContain('Chỉ có trên máy này'));
  expect(text()).toContain('3 hồ sơ chờ gửi, 63,1 MB.');
  expect(text()).toContain('Có hồ sơ đã đợi hơn một ngày, từ 19/11/2026 08:00.');
  expect(text()).toContain('5 hồ sơ đang soạn.');
});

test('how to send is read, changed and kept; a time that is none is said', async () => {
  desk.answers.network = () => ({ speed: { speed: 'full' }, hours: [], metered: false, proxy: null });
  desk.answers.set_network = () => ({ speed: { speed: 'full' }, hours: [], metered: false, proxy: null });
  show();
  await mock.waitFor(() => expect(text()).toContain('Cần xử lý (1)'));
  press('c', { altKey: true });
  await mock.waitFor(() => expect(document.querySelector('dialog[open]')?.textContent).toContain('Tốc độ gửi'));
  button('Thêm giờ').click();
  await mock.waitFor(() => expect(document.querySelector('input[aria-label="Từ giờ"]')).not.toBeNull());
  const write = (label: string, value: string) => {
    const input = document.querySelector<HTMLInputElement>(`input[aria-label="${label}"]`);
    if (!input) throw new Error(label);
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  write('Từ giờ', '25:00');
  button('Lưu').click();
  await mock.waitFor(() => expect(text()).toContain('Có giờ hoặc tốc độ chưa đọc được.'));
  write('Từ giờ', '7h30');
  button('Lưu').click();
  await mock.waitFor(() => expect(document.querySelector('dialog[open]')).toBeNull());
  const hours = [{ from: 450, to: 1020, speed: { speed: 'limited', kb: 256 } }];
  const network = { speed: { speed: 'full' }, hours, metered: false, proxy: null };
  expect(desk.asked).toContainEqual({ ask: 'set_network', network, proxy_password: null });
});

test('the speed is that of the last while', () => {
  const rate = new Rate(10_000);
  rate.told('1', 5_000_000, 0);
  expect(rate.perSecond(500)).toBeUndefined();
  rate.told('1', 6_000_000, 2000);
  rate.told('2', 0, 2000);
  rate.told('2', 1_000_000, 4000);
  expect(rate.perSecond(4000)).toBe(500_000);
  expect(rate.perSecond(30_000)).toBeUndefined();
});

test('what somebody carries in a parcel is taken back only after what that means was read, and with a reason', async () => {
  desk.outbox = [submission('3', { state: 'pending', sealed: { parcel: 'p', made_at: '2026-11-21T02:00:00.000Z', file: '/media/usb/goi-01.hoso' } })];
  show();
  await mock.waitFor(() => expect(text()).toContain('Đã ghi vào gói mang tay'));
  button('Mở để sửa').click();
  await mock.waitFor(() => expect(document.querySelector('dialog[open]')?.textContent).toContain('goi-01.hoso'));
  expect(desk.asked.some(({ ask }) => ask === 'dossier_reopen')).toBe(false);
  const take = () => [...document.querySelectorAll<HTMLButtonElement>('dialog[open] .actions button')].at(-1);
  expect(take()?.getAttribute('aria-disabled')).toBe('true');
  input('dialog[open] input', 'sai số nhà');
  await mock.waitFor(() => expect(take()?.hasAttribute('aria-disabled')).toBe(false));
  take()?.click();
  await mock.waitFor(() => expect(desk.asked).toContainEqual({ ask: 'dossier_reopen', dossier: '3', reason: 'sai số nhà' }));
});

const refusal = { code: 'hub_refused', args: { detail: 'too_large {"limit":20000000}' }, retry: 'no' } as const;

test('a reply says how many were taken and how many refused, and why, and is not green then', async () => {
  desk.host.chooseFiles = async () => ['/media/usb/goi-01.hoso-reply'];
  const line = (dossier: string, news: string, fault?: unknown) => ({ dossier, code: `T-${dossier}`, title: `Hồ sơ ${dossier}`, news, fault });
  const lines = [line('1', 'receipted'), line('2', 'refused', refusal), line('3', 'taken_back')];
  desk.answers.parcel = () => ({ is: 'taken', it: [{ file: 'x', parcel: 'p', lines }] });
  show();
  await mock.waitFor(() => expect(text()).toContain('Nhận xác nhận…'));
  press('n', { altKey: true });
  await mock.waitFor(() => expect(text()).toContain('Đã nhận xác nhận cho 1 hồ sơ. Cổng không nhận 1 hồ sơ'));
  expect(text()).toContain('T-2 · Hồ sơ 2: Cổng không nhận hồ sơ này: có tệp lớn hơn mức Cổng nhận.');
  expect(text()).toContain('phần sửa sau đó chưa tới Cổng');
  expect(document.querySelector('.notice.warn')).not.toBeNull();
  expect(document.querySelector('.notice.ok')).toBeNull();
});

test('more than a parcel holds is said before anything is written, and what fits can be written', async () => {
  desk.folder = '/media/usb';
  desk.answers.parcel = (request) => {
    if (!(request as { what: { what_fits: boolean } }).what.what_fits) throw fault('parcel_too_large', { dossiers: '3', bytes: '3000000000', limit: '2000000000', fits: '2' });
    const left = { dossier: '3', code: 'T-3', title: 'Hồ sơ 3', fault: { code: 'parcel_too_large', args: {}, retry: 'no' } };
    return { is: 'made', it: { parcel: 'p', file: '/media/usb/goi-01.hoso', bytes: 2e9, made_at: '2026-11-21T07:00:00.000Z', dossiers: ['1', '2'], left_out: [left] } };
  };
  show();
  await mock.waitFor(() => expect(text()).toContain('Cần xử lý (1)'));
  press('g', { altKey: true });
  await mock.waitFor(() => expect(text()).toContain('Chưa ghi gì. 2 hồ sơ vừa một gói'));
  button('Ghi 2 hồ sơ vừa gói').click();
  await mock.waitFor(() => expect(text()).toContain('1 hồ sơ không có trong gói, vẫn chờ gửi:'));
  expect(text()).toContain('T-3 · Hồ sơ 3');
  expect(desk.asked).toContainEqual({ ask: 'parcel', what: { do: 'make', file: '/media/usb', dossiers: [], what_fits: true } });
});

test('how far a parcel is made is shown, and it can be stopped', async () => {
  desk.folder = '/media/usb';
  const late = held('parcel');
  show();
  await mock.waitFor(() => expect(text()).toContain('Cần xử lý (1)'));
  press('g', { altKey: true });
  await mock.waitFor(() => expect(late).toHaveLength(1));
  desk.tell({ notice: 'progress', progress: { done: 1000, total: 4000, file: '/media/usb/goi-01.hoso' } });
  const written = () => [...document.querySelectorAll('.progress')].find((one) => one.textContent?.includes('Đang ghi gói…'));
  await mock.waitFor(() => expect(written()).toBeDefined());
  written()?.querySelector<HTMLButtonElement>('button')?.click();
  await mock.waitFor(() => expect(desk.asked).toContainEqual({ ask: 'parcel', what: { do: 'stop' } }));
});
