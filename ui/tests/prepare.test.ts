import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi as mock } from 'vitest';
import Prepare from '../src/screens/Prepare.svelte';
import type { Route } from '../src/screens/route';
import { DeskState, UndoState } from '../src/state/desk.svelte';
import { button, type FakeDesk, fakeDesk, fault, input, press, text } from './desk';
import { contracts, field, opened, page, paper } from './dossier';

let fake: FakeDesk;
let desk: DeskState;
let undo: UndoState;
let app: object | undefined;
let went: Route[];
let dropped: (files: string[], x: number, y: number) => void;

const missing = [
  { place: { kind: 'field' as const, field: 'name', row: null }, what: { code: 'required' as const }, blocking: true },
  { place: { kind: 'component' as const, component: 'A', row: null }, what: { code: 'missing' as const }, blocking: true },
];

beforeEach(() => {
  fake = fakeDesk();
  fake.answers.dossier_open = () => opened({ findings: missing });
  fake.answers.document_pages = () => [page(0), page(1, {}, { blank: true })];
  fake.host.onDrop = (drop) => {
    dropped = drop;
    return () => undefined;
  };
  [desk, undo, went] = [new DeskState(fake.host), new UndoState(), []];
  // Nothing is laid out here, so a dialog is open when it says so.
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
});

async function show(): Promise<void> {
  app = mount(Prepare, { target: document.body, props: { desk, undo, id: 'd1', goto: (route: Route) => void went.push(route) } });
  flushSync();
  await mock.waitFor(() => expect(text()).toContain('Thành phần hồ sơ'));
}

const asked = (ask: string) => fake.asked.filter((request) => request.ask === ask);

test('what is left is a list of links; a link leads to its field, and gaps are not red before the person wants to send', async () => {
  await show();
  expect(text()).toContain('Còn 2 việc');
  expect(text()).toContain('Chưa có giấy tờ');
  expect(text()).not.toContain('Hãy điền mục này');
  const link = [...document.querySelectorAll('a')].find((one) => one.textContent === 'Người lập: chưa điền');
  link?.click();
  await mock.waitFor(() => expect(document.activeElement?.id).toBe('answer-name'));
  button('Xong, đưa vào hộp gửi').click();
  await mock.waitFor(() => expect(text()).toContain('Hãy điền mục này'));
  expect(asked('dossier_submit')).toEqual([]);
});

test('the first paper of a dossier needs the declaration; refused files are named, the others go on', async () => {
  fake.host.chooseFiles = async () => ['/x/a.tif', '/x/b.exe'];
  fake.answers.dossier_attach = () => ({ documents: [paper('x')], refused: [{ code: 'file_not_a_picture', args: { file: 'b.exe' }, retry: 'no' }] });
  await show();
  button('Thêm giấy tờ').click();
  await mock.waitFor(() => expect(document.querySelector('dialog[open]')?.textContent).toContain('TUYỆT MẬT'));
  expect(asked('dossier_attach')).toEqual([]);
  button('Tôi xác nhận').click();
  await mock.waitFor(() => expect(text()).toContain('1 tệp không nhận được'));
  expect(text()).toContain('b.exe: Nội dung tệp không phải ảnh');
  const want = { ask: 'dossier_attach', dossier: 'd1', component: 'A', row: null, files: ['/x/a.tif', '/x/b.exe'], as_is: false, later: true };
  expect(asked('dossier_attach')).toEqual([want]);
  button('Thêm giấy tờ').click();
  await mock.waitFor(() => expect(asked('dossier_attach')).toHaveLength(2));
});

test('papers dropped on a row belong to it', async () => {
  fake.answers.dossier_open = () => opened({ fields: [field('name'), contracts(['r1', '12'], ['r2', '13'])], documents: [paper('x')] });
  fake.answers.dossier_attach = () => ({ documents: [], refused: [] });
  await show();
  document.elementFromPoint = () => document.querySelector('[data-place="B/r2"] .name');
  dropped(['/x/tap'], 5, 5);
  await mock.waitFor(() => expect(asked('dossier_attach')).toMatchObject([{ component: 'B', row: 'r2', files: ['/x/tap'] }]));
});

test('the page of a finding is shown once: a save does not lead a person back to it', async () => {
  const at = { document: 'x', page: 'p1', number: 2 };
  const finding = { place: { kind: 'page' as const, component: 'A', row: null, at }, what: { code: 'blank_page' as const }, blocking: true };
  // Each answer is its own, as the program's are.
  fake.answers.dossier_open = () => opened({ documents: [paper('x')], findings: [finding] });
  fake.answers.document_pages = () => [page(0), page(1), page(2)];
  fake.answers.dossier_fill = () => opened({ documents: [paper('x')], findings: [finding] }).sheet;
  await show();
  await mock.waitFor(() => expect(text()).toContain('trang 1/3'));
  const follow = () => [...document.querySelectorAll('a')].find((one) => one.textContent?.startsWith('Tờ trình, trang 2'))!.click();
  follow();
  await mock.waitFor(() => expect(text()).toContain('trang 2/3'));
  button('›').click();
  await mock.waitFor(() => expect(text()).toContain('trang 3/3'));
  input('#answer-name', 'Lan');
  await mock.waitFor(() => expect(asked('dossier_fill')).toHaveLength(1));
  await mock.waitFor(() => expect(undo.can).toBe(false));
  flushSync();
  expect(text()).toContain('trang 3/3');
  // Asked for again, it is shown again.
  follow();
  await mock.waitFor(() => expect(text()).toContain('trang 2/3'));
});

test('a paper is shown with what was found, and taking it out can be undone', async () => {
  fake.answers.dossier_open = () => opened({ documents: [paper('x')] });
  fake.answers.document_discard = () => undefined;
  fake.answers.document_restore = () => undefined;
  await show();
  await mock.waitFor(() => expect(text()).toContain('300 dpi · thẳng · độ tin cậy nhận dạng 97 %'));
  expect(text()).toContain('trang 1/2');
  button('›').click();
  await mock.waitFor(() => expect(text()).toContain('trang 2/2'));
  button('Bỏ giấy tờ này').click();
  await mock.waitFor(() => expect(asked('document_discard')).toEqual([{ ask: 'document_discard', document: 'x' }]));
  await mock.waitFor(() => expect(undo.last?.text).toBe('Đã bỏ x.tif'));
  await undo.undo();
  expect(asked('document_restore')).toEqual([{ ask: 'document_restore', document: 'x' }]);
  button('Mở trong Số hóa').click();
  expect(went).toEqual([{ screen: 'digitise', dossier: 'd1', document: 'x' }]);
});

test('a dossier that is complete is sent, saved first; one that cannot be says why', async () => {
  fake.answers.dossier_open = () => opened({ documents: [paper('x')] });
  fake.answers.dossier_fill = () => opened({ documents: [paper('x')] }).sheet;
  fake.answers.dossier_submit = () => {
    throw fault('not_enrolled');
  };
  await show();
  expect(text()).toContain('Đủ điều kiện gửi');
  const box = document.querySelector<HTMLInputElement>('#answer-name');
  if (box) box.value = 'Lan';
  box?.dispatchEvent(new Event('input', { bubbles: true }));
  const dialog = () => document.querySelector('dialog[open]');
  button('Xong, đưa vào hộp gửi').click();
  await mock.waitFor(() => expect(dialog()?.textContent).toContain('1 giấy tờ · 2 trang · 9 B'));
  expect(asked('dossier_submit')).toEqual([]);
  press('Enter', { ctrlKey: true, repeat: true });
  expect(asked('dossier_submit'), 'a key that is held sends nothing').toEqual([]);
  press('Enter', { ctrlKey: true });
  await mock.waitFor(() => expect(text()).toContain('ghi danh'));
  expect(fake.asked.map((request) => request.ask).filter((ask) => /fill|submit/.test(ask))).toEqual(['dossier_fill', 'dossier_submit']);
  fake.answers.dossier_submit = () => opened().sheet.dossier;
  button('Xong, đưa vào hộp gửi').click();
  await mock.waitFor(() => expect(dialog()).not.toBeNull());
  button('Đưa vào hộp gửi').click();
  await mock.waitFor(() => expect(went).toEqual([{ screen: 'outbox' }]));
});

test('a practice dossier is praised and never sent', async () => {
  fake.answers.dossier_open = () => opened({ dossier: { practice: true }, documents: [paper('x')] });
  fake.answers.dossier_check = () => ({ dossier: 'd1', ready: true, findings: [], documents: {} });
  await show();
  expect(text()).toContain('Hồ sơ tập dượt không gửi đi');
  button('Xong hồ sơ tập dượt').click();
  await mock.waitFor(() => expect(document.querySelector('dialog[open]')?.textContent).toContain('Chúc mừng'));
  expect(asked('dossier_submit')).toEqual([]);
  // The list says from then on that it is done.
  expect(asked('dossier_check')).toEqual([{ ask: 'dossier_check', dossier: 'd1' }]);
});

test('a computer that is not enrolled says so before anything is promised', async () => {
  fake.answers.dossier_open = () => opened({ documents: [paper('x')] });
  desk.standing = { ...fake.standing, hub: null };
  await show();
  button('Xong, đưa vào hộp gửi').click();
  await mock.waitFor(() => expect(document.querySelector('dialog[open]')?.textContent).toContain('chưa ghi danh'));
  expect(document.querySelector('dialog[open]')?.textContent).not.toContain('tự gửi khi có mạng');
  press('Enter', { ctrlKey: true });
  expect(asked('dossier_submit')).toEqual([]);
});

test('a dossier that went out is read-only, with its state and what happened', async () => {
  const event = { id: 'e', dossier: 'd1', seq: 1, happened_at: '2026-11-21T07:00:00.000Z', entered_at: '2026-11-21T07:00:00.000Z', by: 'Cổng', device: null, automatic: true, note: '', what: { kind: 'accepted' as const, due: { date: '2026-12-01', time: '15:00' } } };
  fake.answers.dossier_open = () => opened({ dossier: { state: 'accepted', editable: false, at_hub: true, official_code: 'H07-1', events: [event] }, documents: [paper('x')] });
  await show();
  expect(text()).toContain('Được tiếp nhận, hẹn trả 15:00 ngày 01/12/2026');
  expect(document.querySelector<HTMLInputElement>('#answer-name')?.disabled).toBe(true);
  expect(() => button('Xong')).toThrow();
  expect(() => button('Bỏ giấy tờ này')).toThrow();
  expect(button('Xem biên nhận')).toBeTruthy();
});

test('a state secret is hidden and can only be destroyed', async () => {
  fake.answers.dossier_open = () => opened({ documents: [paper('x', { status: 'failed', fault: { code: 'secret_paper', args: { mark: 'MẬT' }, retry: 'no' } })] });
  fake.answers.dossier_remove = () => opened().sheet.dossier;
  await show();
  await mock.waitFor(() => expect(text()).toContain('nên được che'));
  expect(document.querySelector('.paper img')).toBeNull();
  button('Tiêu hủy giấy này').click();
  await mock.waitFor(() => expect(document.querySelector('dialog[open]')?.textContent).toContain('không khôi phục được'));
  document.querySelector<HTMLButtonElement>('dialog[open] button.danger')?.click();
  await mock.waitFor(() => expect(asked('dossier_remove')).toEqual([{ ask: 'dossier_remove', dossier: 'd1', document: 'x' }]));
});

test('a state secret that is read after the dossier was sent can be destroyed, and nothing else of it', async () => {
  const sealed = paper('x', { status: 'failed', fault: { code: 'secret_paper', args: { mark: 'MẬT' }, retry: 'no' } });
  fake.answers.dossier_open = () => opened({ dossier: { state: 'accepted', editable: false, at_hub: true }, documents: [sealed] });
  await show();
  expect(button('Tiêu hủy giấy này')).toBeTruthy();
  expect(() => button('Bỏ giấy tờ này')).toThrow();
});

test('cover sheets: how many pages a person said stays said while papers are still being made', async () => {
  await show();
  desk.start();
  button('In tờ bìa quét').click();
  await mock.waitFor(() => expect(document.querySelector('dialog[open] input.control')).not.toBeNull());
  const count = () => document.querySelector<HTMLInputElement>('dialog[open] input.control');
  count()!.value = '2';
  count()!.dispatchEvent(new Event('input', { bubbles: true }));
  const before = asked('dossier_open').length;
  fake.answers.dossier_open = () => opened({ documents: [paper('x')] });
  fake.tell({ notice: 'document', dossier: 'd1', document: 'x' });
  await mock.waitFor(() => expect(asked('dossier_open').length).toBeGreaterThan(before));
  await mock.waitFor(() => expect(text()).toContain('Đủ điều kiện gửi'));
  expect(count()!.value).toBe('2');
});

/** A dossier whose papers go and come as the program has them. */
function papersHere(...ids: string[]): string[] {
  const [here, away] = [[...ids], [] as string[]];
  const move = (from: string[], to: string[]) => (request: { document?: string }) => void to.unshift(...from.splice(from.indexOf(request.document ?? ''), 1));
  fake.answers.document_discard = move(here, away) as () => unknown;
  fake.answers.document_restore = move(away, here) as () => unknown;
  fake.answers.document_pages = () => [page(0)];
  const removed = () => away.map((id) => ({ document: paper(id), until: '2026-11-22T07:00:00.000Z' }));
  fake.answers.dossier_open = () => opened({ documents: here.map((id) => paper(id)), dossier: { removed: removed() } });
  return here;
}

test('two presses on removing remove one paper, also by two quick clicks on what takes its place', async () => {
  const here = papersHere('a', 'b', 'c');
  await show();
  button('Bỏ giấy tờ này').click();
  button('Bỏ giấy tờ này').click();
  await mock.waitFor(() => expect(text()).toContain('giấy 1/2'));
  button('Bỏ giấy tờ này').click();
  await new Promise((done) => requestAnimationFrame(done));
  expect([here, asked('document_discard').length]).toEqual([['b', 'c'], 1]);
});

test('what was removed is listed in the dossier and comes back from there', async () => {
  const here = papersHere('b');
  await show();
  expect(text()).not.toContain('Giấy tờ đã bỏ');
  button('Bỏ giấy tờ này').click();
  await mock.waitFor(() => expect(text()).toContain('Giấy tờ đã bỏ (1)'));
  expect(text()).toContain('giữ đến');
  button('Lấy lại').click();
  await mock.waitFor(() => expect(text()).not.toContain('Giấy tờ đã bỏ'));
  expect(here).toEqual(['b']);
});

test('nothing is taken back in a dossier that is on its way', async () => {
  papersHere('a', 'b');
  await show();
  undo.moveTo('prepare', 'd1');
  button('Bỏ giấy tờ này').click();
  await mock.waitFor(() => expect(undo.last?.text).toBe('Đã bỏ a.tif'));
  fake.answers.dossier_open = () => opened({ documents: [paper('b')], dossier: { state: 'queued', editable: false } });
  desk.start();
  fake.tell({ notice: 'outbox' });
  await mock.waitFor(() => expect([undo.can, undo.last]).toEqual([false, undefined]));
});

test('a paper that was just added is the one that is shown, from before it has pages', async () => {
  fake.answers.dossier_open = () => opened({ documents: [paper('old')] });
  await show();
  await mock.waitFor(() => expect(document.querySelector('.where')?.textContent).toContain('old.tif'));
  let done = false;
  fake.answers.document_pages = (request) => ('document' in request && request.document === 'old' ? [page(0), page(1)] : done ? [page(0)] : []);
  fake.answers.dossier_open = () => opened({ documents: [paper('old'), paper('new', { status: done ? 'done' : 'waiting' })] });
  const stop = desk.start();
  const again = () => fake.tell({ notice: 'news', dossiers: ['d1'] });
  again();
  await mock.waitFor(() => expect(document.querySelector('.where')?.textContent).toContain('new.tif'));
  expect(text()).toContain('Giấy vừa thêm');
  done = true;
  again();
  await mock.waitFor(() => expect(text()).not.toContain('Giấy vừa thêm'));
  expect(document.querySelector('.where')?.textContent).toContain('new.tif');
  stop();
});

test('an address is given by names, and codes are kept; a commune brings its province', async () => {
  const unit = (code: string, name: string, tier = 'province') => ({ code, name, tier });
  const [caoBang, haNoi] = [unit('04', 'Tỉnh Cao Bằng'), unit('01', 'Thành phố Hà Nội')];
  const thachLam = unit('01318', 'Xã Thạch Lâm', 'commune');
  fake.answers.unit_children = () => [caoBang, haNoi];
  fake.answers.units_find = (request) => ('day' in request && request.day === '2025-06-30' ? [] : [{ unit: unit('044', 'Huyện Thạch', 'district'), above: [], now: [] }, { unit: thachLam, above: ['Tỉnh Cao Bằng'], now: [] }]);
  fake.answers.unit_at = (request) => ({ path: 'code' in request && request.code === '01318' ? [thachLam, caoBang] : [haNoi] });
  const view = opened();
  view.form.sections[0]!.fields.push({ id: 'home', label: { vi: 'Nơi cư trú', en: 'Home' }, type: 'address' });
  fake.answers.dossier_open = () => ({ ...view, sheet: { ...view.sheet, fields: [...view.sheet.fields, field('home')] } });
  fake.answers.dossier_fill = () => view.sheet;
  await show();
  const commune = document.querySelector<HTMLInputElement>('#answer-home-commune')!;
  commune.focus();
  commune.value = 'thach lam';
  commune.dispatchEvent(new Event('input', { bubbles: true }));
  await mock.waitFor(() => expect(document.querySelector('[role=option]')?.textContent).toContain('Xã Thạch Lâm'));
  expect(document.querySelectorAll('[role=option]')).toHaveLength(1);
  // Units are those of the day the dossier was begun.
  expect(asked('units_find')[0]).toMatchObject({ find: 'thach lam', day: '2026-11-21' });
  press('ArrowDown', {}, commune);
  press('Enter', {}, commune);
  expect(commune.value).toBe('Xã Thạch Lâm');
  await mock.waitFor(() => expect(document.querySelector<HTMLInputElement>('#answer-home-province')?.value).toBe('Tỉnh Cao Bằng'));
  await mock.waitFor(() => {
    const filled = asked('dossier_fill').at(-1);
    const [value] = filled && 'values' in filled ? filled.values : [];
    expect(JSON.parse(String(value?.value))).toEqual({ line: '', commune: '01318', province: '04' });
  });
});

/** A form that asks for an address, and what was given for it last. */
async function home(): Promise<() => unknown> {
  const view = opened();
  view.form.sections[0]!.fields.push({ id: 'home', label: { vi: 'Nơi cư trú', en: 'Home' }, type: 'address' });
  fake.answers.dossier_open = () => ({ ...view, sheet: { ...view.sheet, fields: [...view.sheet.fields, field('home')] } });
  fake.answers.dossier_fill = () => view.sheet;
  await show();
  return () => {
    const filled = asked('dossier_fill').at(-1);
    return filled && 'values' in filled ? JSON.parse(String(filled.values[0]?.value)) : undefined;
  };
}
const [haNoi, hongHa] = [{ code: '01', name: 'Thành phố Hà Nội', tier: 'province' }, { code: '00097', name: 'Phường Hồng Hà', tier: 'commune', parent: '01' }];

test('a commune of before the mergers is offered as what it is now, and taken by Enter alone; its name is kept', async () => {
  const phucXa = { code: '00001', name: 'Phường Phúc Xá', tier: 'commune', parent: '001' };
  fake.answers.unit_children = () => [haNoi];
  fake.answers.units_find = (request) => ('day' in request && request.day === '2025-06-30' ? [{ unit: phucXa, above: ['Quận Ba Đình', 'Thành phố Hà Nội'], now: [{ unit: hongHa, share: 'whole', above: ['Thành phố Hà Nội'] }] }] : []);
  fake.answers.unit_at = () => ({ path: [hongHa, haNoi] });
  const given = await home();
  const commune = document.querySelector<HTMLInputElement>('#answer-home-commune')!;
  commune.focus();
  commune.value = 'phuc xa';
  commune.dispatchEvent(new Event('input', { bubbles: true }));
  const old = 'Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội';
  await mock.waitFor(() => expect(document.querySelector('[role=option]')?.textContent).toContain('Phường Phúc Xá, Quận Ba Đình nay là Phường Hồng Hà'));
  press('Enter', {}, commune);
  await mock.waitFor(() => expect(given()).toEqual({ line: '', commune: '00097', province: '01', former: { words: old, commune: '00001', district: '001' } }));
  expect(commune.value).toBe('Phường Hồng Hà');
  expect(text()).toContain(`(trước sáp nhập: ${old})`);
});

test('a whole address of before the mergers is offered as it is now; Enter takes it, Esc keeps what was typed', async () => {
  const typed = '12 Hàng Than, phường Phúc Xá, Ba Đình, Hà Nội';
  const now = { line: '12 Hàng Than', province: '01', commune: '00097', valid_at: '2026-11-21', former: { words: typed } };
  fake.answers.unit_at = () => ({ path: [hongHa, haNoi] });
  fake.answers.address_read = (request) => {
    const old = 'day' in request && request.day === '2025-06-30';
    return { address: { line: typed }, written: { text: typed, now: old ? '12 Hàng Than, Phường Hồng Hà, Thành phố Hà Nội' : null }, now: old ? now : null };
  };
  const given = await home();
  const line = document.querySelector<HTMLInputElement>('#answer-home')!;
  const type = (text: string) => {
    line.value = text;
    line.dispatchEvent(new Event('input', { bubbles: true }));
  };
  line.focus();
  type(typed);
  await mock.waitFor(() => expect(text()).toContain('Nay là 12 Hàng Than, Phường Hồng Hà, Thành phố Hà Nội'));
  press('Escape', {}, line);
  expect(text()).not.toContain('Nay là');
  expect(line.value).toBe(typed);
  type(`${typed} `);
  await mock.waitFor(() => expect(text()).toContain('Nay là'));
  press('Enter', {}, line);
  await mock.waitFor(() => expect(given()).toEqual(now));
  await mock.waitFor(() => expect(line.value).toBe('12 Hàng Than'));
});

test('advice about several papers is one line that opens to them; each can be put aside, and comes back by Ctrl+Z or at once', async () => {
  const at = (component: string, row: string | null) => ({ kind: 'component' as const, component, row });
  const unseen = { code: 'signature_unseen' as const, by: 'agency' as const, looked: 'scan' as const };
  const advice = [at('A', null), at('B', 'r1')].map((place) => ({ place, what: unseen, blocking: false }));
  let aside: typeof advice = [];
  const view = () => {
    const it = opened({ documents: [paper('x')], fields: [field('name'), contracts(['r1', '12/HĐ'])], findings: advice.filter((one) => !aside.includes(one)) });
    return { ...it, sheet: { ...it.sheet, findings: { ...it.sheet.findings, aside } } };
  };
  fake.answers.dossier_open = view;
  fake.answers.filling = (request) => {
    const what = 'what' in request ? (request.what as { do: string; advice: unknown[]; back: boolean }) : undefined;
    if (what?.do !== 'put_aside') return { is: 'suggestions', it: [] };
    const named = advice.filter((one) => what.advice.some((other) => JSON.stringify(other) === JSON.stringify(one)));
    aside = what.back ? aside.filter((one) => !named.includes(one)) : [...aside, ...named];
    return { is: 'sheet', it: view().sheet };
  };
  await show();
  button('Nên xem lại 1 việc').click();
  flushSync();
  expect(document.querySelector('summary')?.textContent).toBe('2 giấy tờ: chưa thấy chữ ký, dấu của cơ quan');
  document.querySelector('details')!.open = true;
  const link = [...document.querySelectorAll('a')].find((one) => one.textContent === 'Tờ trình')!;
  link.focus();
  press('Delete', {}, link);
  await mock.waitFor(() => expect(undo.last?.text).toBe('Đã bỏ qua 1 lời nhắc'));
  expect(text()).toContain('Hồ sơ hợp đồng – Hợp đồng 1: 12/HĐ: chưa thấy chữ ký');
  button('Hiện lại 1 lời nhắc đã bỏ qua').click();
  await mock.waitFor(() => expect(aside).toEqual([]));
  await undo.undo();
  expect(aside).toHaveLength(1);
  await undo.undo();
  expect(aside).toHaveLength(0);
});

test('a dossier opens where its form was left, and what was done before is told no more in another part', async () => {
  fake.answers.dossier_open = () => ({ ...opened({ documents: [paper('a', { file_name: 'a.tif' })] }), left: 'two' });
  fake.answers.document_discard = () => undefined;
  await show();
  const chosen = () => document.querySelector('[role=tab][aria-selected=true]')?.textContent;
  await mock.waitFor(() => expect(chosen()).toContain('2 Hợp đồng'));
  button('Bỏ giấy tờ này').click();
  await mock.waitFor(() => expect(undo.last?.text).toBe('Đã bỏ a.tif'));
  document.querySelector<HTMLElement>('[role=tab]')?.click();
  flushSync();
  expect(chosen()).toContain('1 Bên đề nghị');
  expect([undo.last, undo.can]).toEqual([undefined, true]);
  expect(asked('filling').at(-1)).toEqual({ ask: 'filling', what: { do: 'leave', dossier: 'd1', section: 'one' } });
});

test('Tab goes from row to row; the row somebody is in is removed by its key and comes back', async () => {
  fake.answers.dossier_open = () => ({ ...opened({ fields: [field('name'), contracts(['r1', '12/HĐ'], ['r2', '13/HĐ'])] }), left: 'two' });
  await show();
  await mock.waitFor(() => expect(document.querySelectorAll('.rows .row[role=group]')).toHaveLength(2));
  expect([...document.querySelectorAll<HTMLElement>('.remove button')].map((each) => each.tabIndex)).toEqual([-1, -1]);
  expect(text()).toContain('Alt Shift Del bỏ hợp đồng đang nhập');
  const cell = document.querySelector<HTMLInputElement>('#answer-r1_number')!;
  cell.focus();
  press('Delete', { altKey: true, shiftKey: true }, cell);
  await mock.waitFor(() => expect(undo.last?.text).toBe('Đã bỏ hợp đồng 1'));
  expect(document.querySelectorAll('.rows .row[role=group]')).toHaveLength(1);
  await undo.undo();
  flushSync();
  expect(document.querySelectorAll('.rows .row[role=group]')).toHaveLength(2);
});

test('a commune that names no unit yet stays when its province is chosen', async () => {
  const haNoi = { code: '01', name: 'Thành phố Hà Nội', tier: 'province' };
  fake.answers.unit_children = () => [haNoi];
  fake.answers.units_find = () => [];
  fake.answers.unit_at = () => {
    throw fault('not_found');
  };
  const view = opened();
  view.form.sections[0]!.fields.push({ id: 'home', label: { vi: 'Nơi cư trú', en: 'Home' }, type: 'address' });
  fake.answers.dossier_open = () => ({ ...view, sheet: { ...view.sheet, fields: [...view.sheet.fields, field('home', { value: { line: '', commune: 'Thạch Lâm' } })] } });
  fake.answers.dossier_fill = () => view.sheet;
  await show();
  const province = document.querySelector<HTMLInputElement>('#answer-home-province')!;
  province.focus();
  province.value = 'ha noi';
  province.dispatchEvent(new Event('input', { bubbles: true }));
  await mock.waitFor(() => expect(document.querySelector('[role=option]')?.textContent).toContain('Hà Nội'));
  press('ArrowDown', {}, province);
  press('Enter', {}, province);
  await mock.waitFor(() => {
    const filled = asked('dossier_fill').at(-1);
    const [value] = filled && 'values' in filled ? filled.values : [];
    expect(JSON.parse(String(value?.value))).toEqual({ line: '', commune: 'Thạch Lâm', province: '01' });
  });
});

test('what nobody has confirmed says so where it is shown: the form, and a fee that is calculated', async () => {
  const view = opened();
  view.procedure.provenance = { status: 'real', source: 'x', values: { form: { status: 'unverified', source: 'x' }, fees: { status: 'superseded', source: 'x' } } };
  view.form.sections[0]!.fields.push({ id: 'fee', label: { vi: 'Lệ phí', en: 'Fee' }, type: { money: { min: 0 } }, calculated: 'x' } as never);
  fake.answers.dossier_open = () => ({ ...view, sheet: { ...view.sheet, fields: [...view.sheet.fields, field('fee', { value: 16000 })] } });
  await show();
  expect(text()).toContain('Biểu mẫu chưa kiểm chứng');
  expect(document.querySelector('[data-field=fee]')?.textContent).toContain('Mức thu theo văn bản đã được thay thế');
  expect(document.querySelector('[data-field=name]')?.textContent).not.toContain('Mức thu');
});

test('the last question before sending says which papers are worth a look', async () => {
  fake.answers.dossier_open = () => opened({ documents: [paper('x', { warnings: ['low-resolution'] })] });
  await show();
  button('Xong, đưa vào hộp gửi').click();
  await mock.waitFor(() => expect(document.querySelector('dialog[open]')?.textContent).toContain('giấy tờ của 1 mục'));
});
