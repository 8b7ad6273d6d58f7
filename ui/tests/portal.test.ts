/** Filing at a province's own portal: what goes out of one filing, what is sent of what was typed, and what asks for a reason. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi as mock } from 'vitest';
import type { PackView, PortalRequest, Request, SlipRead, State } from '../src/host/desk.gen';
import Portal from '../src/screens/prepare/Portal.svelte';
import { DeskState } from '../src/state/desk.svelte';
import { wordsOf } from '../src/words';
import { button, type FakeDesk, fakeDesk, fault, input, text } from './desk';
import { reactive } from './reactive.svelte';

let fake: FakeDesk;
let app: object | undefined;
let props: { open: boolean };
let state: State;
let pack: PackView | null;
let slip: SlipRead;
let refuse: ((what: PortalRequest) => void) | undefined;

const CODE = 'H06.16-20261121-0007';
const written = { portal: 'p', name: { vi: 'Cổng', en: 'Portal' }, link: 'https://x', standing: 'written', place: '/x/goi', files: [], bytes: 9, sheets: [], made_at: '2026-11-20T07:00:00.000Z', reason: '', code: null, filed_on: null, slip: null } as PackView;
const filed: PackView = { ...written, standing: 'filed', code: CODE, filed_on: '2026-11-20' };

function answer(what: PortalRequest): unknown {
  refuse?.(what);
  switch (what.do) {
    case 'list':
      return { is: 'list', it: [{ id: 'p', name: { vi: 'Cổng', en: 'Portal' }, limits: { file_bytes: 1000, name_chars: 50 }, provenance: { status: 'real', source: '' } }] };
    case 'sheet':
      return { is: 'sheet', it: { lines: [{ label: { vi: 'Họ tên', en: 'Name' }, value: 'NGUYỄN THỊ ƯỚC' }] } };
    case 'read_slip':
      return { is: 'slip', it: slip };
    case 'pack':
      pack = written;
      break;
    case 'withdraw':
      [pack, state] = [null, 'draft'];
      break;
    case 'filed':
      [pack, state] = [{ ...filed, code: what.code, filed_on: what.on ?? '2026-11-21' }, 'registered'];
      break;
    default:
  }
  return { is: 'standing', it: { dossier: 'd1', state, pack } };
}

beforeEach(() => {
  [state, pack, slip, refuse] = ['packed', written, { codes: [] }, undefined];
  fake = fakeDesk();
  fake.folder = '/x';
  fake.host.chooseFiles = async () => ['/x/phiếu.pdf'];
  fake.answers.portal = (request) => answer((request as Extract<Request, { ask: 'portal' }>).what);
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

const asked = <Do extends PortalRequest['do']>(what: Do) =>
  fake.asked.flatMap((request) => (request.ask === 'portal' && request.what.do === what ? [request.what as Extract<PortalRequest, { do: Do }>] : []));
async function show(ready: string): Promise<void> {
  props = reactive({ desk: new DeskState(fake.host), words: wordsOf('vi'), dossier: 'd1', open: true, onchanged: () => undefined });
  app = mount(Portal, { target: document.body, props: props as never });
  flushSync();
  await mock.waitFor(() => expect(text()).toContain(ready));
}
async function again(ready: string): Promise<void> {
  props.open = false;
  flushSync();
  await mock.waitFor(() => expect(document.querySelector('dialog')?.open).toBe(false));
  const before = asked('show').length;
  props.open = true;
  flushSync();
  await mock.waitFor(() => expect(asked('show').length).toBeGreaterThan(before));
  await mock.waitFor(() => expect(text()).toContain(ready));
}
/** Pressed until it is no longer too early for it. */
const press = (words: string, until: string) =>
  mock.waitFor(() => {
    if (!text().includes(until)) button(words).click();
    flushSync();
    expect(text()).toContain(until);
  });
/** The box under a label that begins so. */
function box(label: string): HTMLInputElement {
  const found = [...document.querySelectorAll('label')].find((one) => (one.textContent ?? '').trim().startsWith(label));
  return document.getElementById(found!.htmlFor) as HTMLInputElement;
}
const type = (label: string, typed: string) => input(`[id="${box(label).id}"]`, typed);
const MINE = 'Mã hồ sơ do cổng của tỉnh cấp';

test('nothing of one filing goes into the next', async () => {
  slip = { codes: [{ code: CODE, certain: true }] };
  await show(MINE);
  button('Sao chép từng ô').click();
  await mock.waitFor(() => expect(text()).toContain('NGUYỄN THỊ ƯỚC'));
  button('Chọn phiếu').click();
  await mock.waitFor(() => expect(box(MINE).value).toBe(CODE));
  type('Lý do', 'nhầm');
  type('Ngày nộp', '20/11/2026');
  await again(MINE);
  expect([box(MINE).value, box('Ngày nộp').value, box('Lý do').value]).toEqual(['', '', '']);
  expect(text()).not.toContain('NGUYỄN THỊ ƯỚC');
  expect(text()).not.toContain('phiếu.pdf');

  await press('Sao chép từng ô', 'NGUYỄN THỊ ƯỚC');
  await press('Chọn phiếu', 'phiếu.pdf');
  type('Lý do', 'đóng lại');
  button('Đóng gói lại').click();
  await mock.waitFor(() => expect(text()).not.toContain('phiếu.pdf'));
  expect(text()).not.toContain('NGUYỄN THỊ ƯỚC');
  type(MINE, CODE);
  button('Ghi mã').click();
  await mock.waitFor(() => expect(asked('filed')).toMatchObject([{ code: CODE, slip: null, sure: false }]));
});

test('the day is sent whole or not at all', async () => {
  await show(MINE);
  type(MINE, CODE);
  type('Ngày nộp', '21/11');
  button('Ghi mã').click();
  await mock.waitFor(() => expect(text()).toContain('Hãy nhập ngày, ví dụ 1/2/2026'));
  expect(document.activeElement).toBe(box('Ngày nộp'));
  expect(asked('filed')).toEqual([]);
  type('Ngày nộp', '1/2/26');
  button('Ghi mã').click();
  await mock.waitFor(() => expect(asked('filed')).toMatchObject([{ on: '2026-02-01' }]));
});

test('a day the program cannot take is told at the day', async () => {
  refuse = ({ do: what }) => {
    if (what === 'filed') throw fault('bad_value', { field: 'on', value: '2027-01-01' });
  };
  await show(MINE);
  type(MINE, CODE);
  type('Ngày nộp', '1/1/2027');
  button('Ghi mã').click();
  await mock.waitFor(() => expect(text()).toContain('không thể trước ngày đóng gói'));
});

test('a bad day hides no other fault', async () => {
  refuse = ({ do: what }) => {
    if (what === 'read_slip') throw fault('unexpected');
  };
  await show(MINE);
  type(MINE, CODE);
  type('Ngày nộp', '21/11');
  button('Ghi mã').click();
  await mock.waitFor(() => expect(text()).toContain('Hãy nhập ngày, ví dụ 1/2/2026'));
  expect(document.querySelector('.notice.bad')).toBeNull();
  button('Chọn phiếu').click();
  await mock.waitFor(() => expect(document.querySelector('.notice.bad')).not.toBeNull());
});

test('once the code is noted, how it stands there is noted with its day', async () => {
  await show(MINE);
  await press('Sao chép từng ô', 'NGUYỄN THỊ ƯỚC');
  type(MINE, CODE);
  button('Ghi mã').click();
  await mock.waitFor(() => expect(text()).toContain('đã nhận ngày 21/11/2026'));
  expect(text()).not.toContain('NGUYỄN THỊ ƯỚC');
  const state = box('Tình trạng trên cổng') as unknown as HTMLSelectElement;
  expect(button('Ghi tình trạng').getAttribute('aria-disabled')).toBe('true');
  state.value = 'processing';
  state.dispatchEvent(new Event('change', { bubbles: true }));
  type('Ngày hẹn trả', '31/2/26');
  expect(text()).toContain('Hãy nhập ngày, ví dụ 1/2/2026');
  expect(button('Ghi tình trạng').getAttribute('aria-disabled')).toBe('true');
  type('Ngày hẹn trả', '5/12/26');
  type('Ghi chú', 'gọi lại chiều thứ sáu');
  button('Ghi tình trạng').click();
  await mock.waitFor(() => expect(asked('seen')).toEqual([{ do: 'seen', dossier: 'd1', state: 'processing', due: '2026-12-05', note: 'gọi lại chiều thứ sáu' }]));
  await mock.waitFor(() => expect(text()).toContain('Đã ghi tình trạng'));
  expect([state.value, box('Ngày hẹn trả').value, box('Ghi chú').value]).toEqual(['', '', '']);
});

test('a code that is corrected keeps its day', async () => {
  [state, pack] = ['registered', filed];
  await show('đã nhận ngày 20/11/2026');
  button('Sửa mã').click();
  flushSync();
  expect([box(MINE).value, box('Ngày nộp').value]).toEqual([CODE, '20/11/2026']);
  type(MINE, `${CODE}8`);
  button('Ghi mã').click();
  await mock.waitFor(() => expect(asked('filed')).toMatchObject([{ code: `${CODE}8`, on: '2026-11-20' }]));
});

test('what was typed stands against a slip; another code is checked again', async () => {
  slip = { codes: [{ code: CODE, certain: false }] };
  refuse = (what) => {
    if (what.do === 'filed' && !what.sure && what.code === 'sai') throw fault('bad_portal_code');
  };
  await show(MINE);
  button('Chọn phiếu').click();
  await mock.waitFor(() => expect(text()).toContain('cần xem kỹ'));
  expect(box(MINE).value).toBe('');
  type(MINE, 'sai');
  button('Chọn phiếu').click();
  await mock.waitFor(() => expect(asked('read_slip')).toHaveLength(2));
  await mock.waitFor(() => expect(button(CODE)).toBeTruthy());
  expect(box(MINE).value).toBe('sai');
  button('Ghi mã').click();
  await mock.waitFor(() => expect(button('Mã đúng')).toBeTruthy());
  button(CODE).click();
  flushSync();
  expect(() => button('Mã đúng')).toThrow();
  button('Ghi mã').click();
  await mock.waitFor(() => expect(asked('filed').at(-1)).toMatchObject({ code: CODE, sure: false }));
});

test('what goes by the hub is packed too only with a reason; what was filed may go there too', async () => {
  [state, pack] = ['queued', null];
  await show('hãy nêu lý do');
  button('Chọn nơi ghi').click();
  expect(asked('pack')).toEqual([]);
  type('Lý do', 'cổng hỏng');
  button('Chọn nơi ghi').click();
  await mock.waitFor(() => expect(asked('pack')).toMatchObject([{ reason: 'cổng hỏng' }]));
  [state, pack] = ['registered', filed];
  await again('đã nhận ngày');
  expect(text()).not.toContain('Không nộp gói này');
  type('Lý do', 'sở yêu cầu');
  button('Gửi cả qua Cổng').click();
  await mock.waitFor(() => expect(asked('send_too')).toEqual([{ do: 'send_too', dossier: 'd1', reason: 'sở yêu cầu' }]));
});
