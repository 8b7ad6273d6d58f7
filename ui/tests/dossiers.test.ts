import { afterEach, beforeEach, expect, test, vi as mock } from 'vitest';
import type { DossierLine, FindDoubt, Request } from '../src/host/desk.gen';
import { flushSync } from 'svelte';
import { DossierList } from '../src/screens/dossierList.svelte';
import { bytesText, dayText, folded, ofBytesText, percentOf } from '../src/screens/show';
import { DeskState } from '../src/state/desk.svelte';
import { opened } from './dossier';
import { button, close, dossier, type FakeDesk, fakeDesk, fault, input, open, press, submission, text } from './desk';

let desk: FakeDesk;

beforeEach(() => {
  desk = fakeDesk();
  desk.standing.counts = { draft: 2, sending: 1, supplement_requested: 1, processing: 3 };
});
afterEach(close);

const lists = () => desk.asked.filter((request): request is Extract<Request, { ask: 'dossier_list' }> => request.ask === 'dossier_list');
const grid = (): HTMLElement => {
  const found = document.querySelector<HTMLElement>('[role=grid]');
  if (!found) throw new Error('no grid');
  return found;
};

test('a row says code, procedure, applicant, state, day and place in words', async () => {
  desk.dossiers = [
    dossier('1', { practice: true, applicant: '' }),
    dossier('2', { state: 'sending', outbox: submission('2', { bytes_sent: 18_400_000 }) }),
    dossier('3', { state: 'processing', due: { date: '2026-11-25', time: '17:00' }, working_days_left: 2 }),
    dossier('4', { state: 'processing', due: { date: '2026-11-18', time: '17:00' }, working_days_left: -2 }),
    dossier('5', { state: 'done', due: { date: '2026-11-19', time: '17:00' }, working_days_left: -1 }),
  ];
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('T-01-261121-1'));
  for (const words of ['tập dượt', 'chưa ghi người nộp', 'Chỉ trên máy này', 'Đang gửi 62 %', '18,4 / 29,6 MB', 'Còn 2 ngày làm việc', 'Hẹn 25/11/2026', 'Quá hạn 2 ngày', 'hẹn 18/11/2026', 'Hẹn 19/11/2026', 'Đã nộp']) {
    expect(text()).toContain(words);
  }
  desk.tell({ notice: 'sending', dossier: '2', sent: 22_000_000, total: 29_600_000 });
  await mock.waitFor(() => expect(text()).toContain('Đang gửi 74 %'));
});

test('on its day a dossier has until its hour, then it is overdue by no day yet; a new day is counted anew', async () => {
  const due = (time: string) => ({ state: 'processing' as const, due: { date: '2026-11-21', time }, working_days_left: 0 });
  desk.dossiers = [dossier('1', due('16:00')), dossier('2', due('14:00'))];
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('Hôm nay 16:00'));
  expect(text()).toMatch(/Quá hạn\s*hẹn 21\/11\/2026/);
  const read = lists().length;
  desk.standing.at = '2026-11-22T17:00:00.000Z';
  desk.dossiers = [dossier('1', { ...due('16:00'), working_days_left: -1 })];
  desk.tell({ notice: 'link' });
  await mock.waitFor(() => expect(text()).toContain('Quá hạn 1 ngày'));
  expect(lists().length).toBe(read + 1);
});

test('tabs count by state and show only theirs', async () => {
  desk.dossiers = [dossier('1'), dossier('2', { state: 'supplement_requested' })];
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('T-01-261121-2'));
  const tabs = [...document.querySelectorAll('[role=tab]')].map((tab) => (tab.textContent ?? '').replace(/\s+/g, ' ').trim());
  expect(tabs).toEqual(['Tất cả 7', 'Đang soạn 2', 'Chờ gửi 1', 'Cần tôi làm 1', 'Đang xử lý 3', 'Xong 0']);
  button('Cần tôi làm').click();
  await mock.waitFor(() => expect(text()).not.toContain('T-01-261121-1'));
  expect(text()).toContain('Yêu cầu bổ sung giấy tờ');
  button('Xong').click();
  await mock.waitFor(() => expect(text()).toContain('Chưa có hồ sơ nào xong'));
});

test('finding waits for the typing to rest and drops answers to older questions', async () => {
  desk.dossiers = [dossier('1')];
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('T-01-261121-1'));
  const late: ((lines: DossierLine[]) => void)[] = [];
  const call = desk.host.call.bind(desk.host);
  const slow = async (request: Request, expects: never): Promise<unknown> => {
    if (request.ask !== 'dossier_list' || request.find === '') return call(request, expects);
    desk.asked.push(request);
    return new Promise((answer) => late.push((dossiers) => answer({ dossiers, next: null, total: null, doubts: [] })));
  };
  desk.host.call = slow as typeof desk.host.call;
  press('k', { ctrlKey: true });
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Tìm hồ sơ');
  for (const typed of ['đ', 'đi', 'điều']) input('header input', typed);
  await mock.waitFor(() => expect(late).toHaveLength(1));
  input('header input', 'điều chuyển');
  await mock.waitFor(() => expect(late).toHaveLength(2));
  expect(lists().map((request) => request.find).filter(Boolean)).toEqual(['điều', 'điều chuyển']);
  late[1]?.([dossier('newer')]);
  await mock.waitFor(() => expect(text()).toContain('T-01-261121-newer'));
  late[0]?.([dossier('older')]);
  await Promise.resolve();
  expect(text()).not.toContain('older');
  press('Escape');
  await mock.waitFor(() => expect(text()).toContain('T-01-261121-1'));
});

test('a draft is put away by Delete and comes back by Ctrl+Z; what was sent is not', async () => {
  desk.dossiers = [dossier('1'), dossier('2', { state: 'processing' })];
  desk.answers.dossier_discard = () => void (desk.dossiers = desk.dossiers.filter((line) => line.id !== '1'));
  desk.answers.dossier_restore = () => void (desk.dossiers = [dossier('1'), ...desk.dossiers]);
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('T-01-261121-1'));
  grid().focus();
  press('Home', {}, grid());
  press('Delete', {}, grid());
  await mock.waitFor(() => expect(text()).toContain('Đã bỏ bản nháp T-01-261121-1'));
  await mock.waitFor(() => expect(grid().textContent).not.toContain('T-01-261121-1'));
  press('z', { ctrlKey: true }, grid());
  await mock.waitFor(() => expect(grid().textContent).toContain('T-01-261121-1'));
  press('End', {}, grid());
  press('Delete', {}, grid());
  await mock.waitFor(() => expect(text()).toContain('Chỉ bỏ được hồ sơ đang soạn'));
  expect(desk.asked.filter((request) => request.ask === 'dossier_discard')).toHaveLength(1);
});

test('Ctrl+Z in a text takes back what was typed there, else what was done last', async () => {
  const desk = fakeDesk();
  desk.dossiers = [dossier('1')];
  desk.standing.counts = { draft: 1 };
  desk.answers.dossier_restore = () => ({});
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('T-01-261121-1'));
  press('Delete', {}, document.querySelector('[role=grid]')!);
  await mock.waitFor(() => expect(text()).toContain('Đã bỏ bản nháp T-01-261121-1'));
  const box = document.querySelector<HTMLInputElement>('header input')!;
  const native = mock.fn(() => {
    box.value = '';
    return true;
  });
  document.execCommand = native;
  box.focus();
  input('header input', 'uoc');
  press('z', { ctrlKey: true });
  expect([native.mock.calls, box.value]).toEqual([[['undo']], '']);
  expect(desk.asked.filter(({ ask }) => ask === 'dossier_restore')).toEqual([]);
  press('z', { ctrlKey: true });
  await mock.waitFor(() => expect(desk.asked.filter(({ ask }) => ask === 'dossier_restore')).toHaveLength(1));
  expect(native).toHaveBeenCalledTimes(1);
});

test('what can be taken back is told on the screen it was done on', async () => {
  const desk = fakeDesk();
  desk.dossiers = [dossier('1')];
  desk.standing.counts = { draft: 1 };
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('T-01-261121-1'));
  press('Delete', {}, document.querySelector('[role=grid]')!);
  await mock.waitFor(() => expect(document.querySelector('footer .bar')?.textContent).toContain('Đã bỏ bản nháp T-01-261121-1'));
  press('7', { ctrlKey: true });
  expect(document.querySelector('.bar')).toBeNull();
});

test('one press on the code or the name opens a dossier, and the second of a double press is nobody’s', async () => {
  desk.dossiers = [dossier('1')];
  desk.answers.dossier_open = () => opened({});
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('T-01-261121-1'));
  button('Điều chuyển tài sản công').click();
  await mock.waitFor(() => expect(document.querySelector('header h1')?.textContent).toBe('Điều chuyển tài sản công'));
  // One name of a procedure stands for many dossiers.
  expect(document.querySelector('header')?.textContent).toContain('Trường THPT Bình Sơn · T-01-261121-1');
  const second = new MouseEvent('click', { bubbles: true, cancelable: true, detail: 2 });
  document.querySelector('nav button')?.dispatchEvent(second);
  flushSync();
  expect([second.defaultPrevented, document.querySelector('header h1')?.textContent]).toEqual([true, 'Điều chuyển tài sản công']);
});

test('what is found in a name or a code stands before what is found inside, which says so', async () => {
  desk.dossiers = [dossier('1', { applicant: 'Trần Văn Bình' }), dossier('2', { applicant: 'Lê Thị Ba', title: 'Ước tính' }), dossier('3', { applicant: 'Nguyễn Thị Ước' })];
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('Trần Văn Bình'));
  input('header input', 'uoc');
  await mock.waitFor(() => expect(text()).toContain('có trong hồ sơ, giấy tờ'));
  const rows = [...document.querySelectorAll('.rows [role=row]')].map((row) => row.textContent ?? '');
  expect(rows.map((row) => /Ba|Bình|Ước/.exec(row.replace('Ước tính', ''))?.[0])).toEqual(['Ước', 'Ba', 'Bình']);
  expect(rows.map((row) => row.includes('có trong hồ sơ, giấy tờ'))).toEqual([false, false, true]);
});

test('of ten thousand dossiers the first page is there at once, and what follows comes before it is scrolled to', async () => {
  desk.dossiers = Array.from({ length: 10_000 }, (_, i) => dossier(String(i)));
  const list = new DossierList(new DeskState(desk.host));
  await list.read();
  expect([list.lines.length, list.loading, list.goesOn]).toEqual([60, false, true]);
  await Promise.all([list.more(), list.more()]);
  expect(list.lines).toHaveLength(260);
  expect(lists().map(({ limit, before }) => [limit, before])).toEqual([[60, null], [200, 60]]);
  // Read again after news, it is as long as before.
  await list.read();
  expect(new Set(list.lines.map((line) => line.id)).size).toBe(260);
});

test('an answer that is short, or empty, and goes on is gone on with; an end is an end', async () => {
  const pages = [{ dossiers: [], next: 900 }, { dossiers: [dossier('1')], next: 500 }, { dossiers: [dossier('2')], next: null }];
  desk.answers.dossier_list = () => ({ ...pages.shift(), total: null, doubts: [] });
  const list = new DossierList(new DeskState(desk.host));
  list.find = 'hiếm';
  await list.read();
  expect(list.lines.map((line) => line.id)).toEqual(['1', '2']);
  expect(lists().map(({ before }) => before)).toEqual([null, 900, 500]);
  await list.more();
  expect(lists()).toHaveLength(3);
  expect(list.count('all')).toBe(2);
});

test('what was not understood is said in words with what is possible, and an empty answer says what to change', async () => {
  desk.dossiers = [dossier('1')];
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('T-01-261121-1'));
  const doubts: FindDoubt[] = [{ typed: 'màu:đỏ', about: null }, { typed: 'tt:xanh', about: 'state' }, { typed: 'màu:đỏ', about: null }];
  desk.answers.dossier_list = () => ({ dossiers: [], next: null, total: null, doubts });
  button('Đang soạn').click();
  input('header input', 'khen màu:đỏ tt:xanh');
  await mock.waitFor(() => expect(text()).toContain('Không có điều kiện “màu:đỏ” nên đã bỏ qua'));
  for (const words of ['Có: trạng thái:, hạn:, thủ tục:, đơn vị:', 'Không có trạng thái như “tt:xanh”', 'Mới tìm trong nhóm “Đang soạn”', 'Bỏ bớt một điều kiện']) {
    expect(text()).toContain(words);
  }
  expect(lists()).toContainEqual({ ask: 'dossier_list', limit: 60, before: null, states: ['draft', 'ready'], find: 'khen màu:đỏ tt:xanh' });
});

test('how many were found is said when it is known, else that there are more', async () => {
  desk.dossiers = Array.from({ length: 70 }, (_, i) => dossier(String(i)));
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('T-01-261121-1'));
  desk.answers.dossier_list = () => ({ dossiers: desk.dossiers.slice(0, 60), next: 9, total: null, doubts: [] });
  input('header input', 'truong');
  await mock.waitFor(() => expect(text()).toContain('Tìm thấy hơn '));
  desk.answers.dossier_list = () => ({ dossiers: desk.dossiers.slice(0, 60), next: 9, total: 1234, doubts: [] });
  input('header input', 'tt:nháp');
  await mock.waitFor(() => expect(text()).toContain('Tìm thấy 1234 hồ sơ'));
});

test('conditions and their values are offered and filled in by keyboard', async () => {
  desk.answers.procedure_list = () => [{ code: 'NB-20', revision: 1, name_vi: 'Tặng Bằng khen', name_en: 'Award', provenance: 'illustrative', components: 4 }];
  desk.dossiers = [dossier('1')];
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('T-01-261121-1'));
  press('k', { ctrlKey: true });
  const box = document.querySelector<HTMLInputElement>('header input');
  const options = () => [...document.querySelectorAll('[role=option]')].map((one) => one.querySelector('.text')?.textContent);
  expect(options()).toEqual(['trạng thái:', 'hạn:', 'thủ tục:', 'đơn vị:']);
  input('header input', 'khen tr');
  expect(options()).toEqual(['trạng thái:']);
  press('ArrowDown', {}, box ?? undefined);
  expect(box?.getAttribute('aria-activedescendant')).toBe(document.querySelector('[role=option]')?.id);
  press('Enter', {}, box ?? undefined);
  expect(box?.value).toBe('khen trạng thái:');
  expect(options()).toContain('Đang xử lý');
  input('header input', 'khen trạng thái:xu ly');
  press('ArrowDown', {}, box ?? undefined);
  press('Enter', {}, box ?? undefined);
  expect(box?.value).toMatch(/^khen trạng thái:"[^"]+" $/);
  expect(options()).toEqual([]);
  input('header input', 'thủ tục:bang');
  await mock.waitFor(() => expect(options()).toEqual(['NB-20']));
  press('Escape', {}, box ?? undefined);
  expect([options(), box?.value]).toEqual([[], 'thủ tục:bang']);
  press('Escape', {}, box ?? undefined);
  expect(box?.value).toBe('');
});

test('a new dossier: the procedure is found without marks and begun by Enter', async () => {
  desk.answers.procedure_list = () => [
    { code: 'NB-03', revision: 1, name_vi: 'Điều chuyển tài sản công', name_en: 'Transfer', provenance: 'superseded', components: 5 },
    { code: 'NB-20', revision: 1, name_vi: 'Tặng Bằng khen', name_en: 'Award', provenance: 'illustrative', components: 4 },
  ];
  desk.answers.dossier_new = () => {
    throw fault('disk_full');
  };
  open(desk);
  press('n', { ctrlKey: true });
  await mock.waitFor(() => expect(text()).toContain('minh họa'));
  input('#procedure-filter', 'dieu tai san');
  await mock.waitFor(() => expect(text()).not.toContain('Tặng Bằng khen'));
  expect(text()).toContain('theo văn bản đã được thay thế');
  press('Enter', {}, document.querySelector('#procedure-filter') ?? undefined);
  await mock.waitFor(() => expect(text()).toContain('Đĩa đã đầy'));
  expect(desk.asked).toContainEqual({ ask: 'dossier_new', procedure: 'NB-03', practice: false });
});

test('values are written as in Viet Nam', () => {
  expect(bytesText(18_400_000)).toBe('18,4 MB');
  expect(bytesText(94_321)).toBe('94 kB');
  expect(ofBytesText(18_400_000, 29_600_000)).toBe('18,4 / 29,6 MB');
  expect(ofBytesText(94_000, 29_600_000)).toBe('94 kB / 29,6 MB');
  expect(dayText('2026-11-21T18:00:00.000Z')).toBe('22/11/2026');
  expect(percentOf(29_599_999, 29_600_000)).toBe(99);
  expect(folded('Điều chuyển tài sản')).toBe('dieu chuyen tai san');
});
