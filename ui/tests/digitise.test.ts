import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi as mock } from 'vitest';
import type { PageView } from '../src/host/desk.gen';
import Digitise from '../src/screens/Digitise.svelte';
import { pictureWidth } from '../src/screens/digitise/picture';
import type { Route } from '../src/screens/route';
import { DeskState, UndoState } from '../src/state/desk.svelte';
import { isStale, markOf, NO_EDITS, PagesState } from '../src/state/pages.svelte';
import { button, dossier, type FakeDesk, fakeDesk, press, text } from './desk';
import { opened, page, paper } from './dossier';

let fake: FakeDesk;
let desk: DeskState;
let undo: UndoState;
let app: object | undefined;
let went: Route[];
let pages: PageView[];

class Seen {
  constructor(readonly told: (entries: object[]) => void) {}
  observe(target: Element): void {
    this.told([{ isIntersecting: true, target }]);
  }
  unobserve(): void {}
  disconnect(): void {}
}

beforeEach(() => {
  mock.stubGlobal('IntersectionObserver', Seen);
  fake = fakeDesk();
  pages = [page(0), page(1, {}, { orientation_sure: false, warnings: ['unsure-orientation', 'low-resolution'], dpi: [150, 150] }), page(2, { removed: true, made: null }, { blank: true })];
  fake.answers.dossier_open = () => opened({ documents: [paper('x')] });
  fake.answers.document_pages = () => structuredClone(pages);
  fake.answers.pages_edit = (request) => {
    if (request.ask !== 'pages_edit') return;
    for (const edit of request.pages) pages = pages.map((page) => (page.id === edit.page ? { ...page, edits: edit.edits } : page));
  };
  [desk, undo, went] = [new DeskState(fake.host), new UndoState(), []];
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  mock.unstubAllGlobals();
});

const goto = (route: Route): void => void went.push(route);
function show(props: { dossier?: string; document?: string } = { dossier: 'd1', document: 'x' }): void {
  app = mount(Digitise, { target: document.body, props: { desk, undo, goto, leave: goto, replace: goto, dossier: props.dossier, document: props.document } });
  flushSync();
}
const edits = () => fake.asked.flatMap((request) => (request.ask === 'pages_edit' ? [request.pages] : []));
const options = () => [...document.querySelectorAll<HTMLElement>('[role=option]')];

test('pages stand in a strip with number and state; arrows go from one to the next', async () => {
  show();
  await mock.waitFor(() => expect(options()).toHaveLength(3));
  expect(options().map((option) => option.getAttribute('aria-label'))).toEqual(['Trang 1, tốt', 'Trang 2, cần xem', 'Trang 3, trang trắng']);
  await mock.waitFor(() => expect(document.activeElement).toBe(options()[0]));
  press('ArrowDown');
  expect(text()).toContain('Độ phân giải thấp (150 dpi)');
  expect(text()).toContain('Hình nào đứng đúng chiều?');
  press('End');
  expect(text()).toContain('Trang trắng: không đưa vào bản gửi');
});

test('turning right is a quarter less of what came in; undoing gives back what was', async () => {
  const state = new PagesState(desk, 'x');
  await state.read();
  await state.turn(undo, 90, String);
  expect(edits().at(-1)).toEqual([{ page: 'p0', edits: { ...NO_EDITS, orientation: 270 } }]);
  expect(isStale(state.pages[0]!)).toBe(true);
  await state.turn(undo, 270, String);
  expect(edits().at(-1)).toMatchObject([{ edits: { orientation: 0 } }]);
  await undo.undo();
  await undo.undo();
  expect(edits().at(-1)).toMatchObject([{ page: 'p0', edits: { orientation: null } }]);
});

test('keys pressed faster than the program answers are none of them lost', async () => {
  const state = new PagesState(desk, 'x');
  await state.read();
  await Promise.all([state.turn(undo, 90, String), state.turn(undo, 90, String), state.turn(undo, 90, String)]);
  expect(edits().map((pages) => pages[0]?.edits.orientation)).toEqual([270, 180, 90]);
  expect(state.pages[0]?.edits.orientation).toBe(90);
  await Promise.all([undo.undo(), undo.undo()]);
  expect(state.pages[0]?.edits.orientation).toBe(270);
});

test('several pages are chosen with Space and Shift, and taken out together', async () => {
  const state = new PagesState(desk, 'x');
  await state.read();
  state.go(1, true);
  expect([...state.chosen]).toEqual([0, 1]);
  await state.keep(undo, false, String);
  expect(edits()).toMatchObject([[{ page: 'p0', edits: { keep: false } }, { page: 'p1', edits: { keep: false } }]]);
  expect(state.chosen.size).toBe(0);
  expect(markOf(state.pages[0]!, paper('x'))).toBe('removed');
  await undo.undo();
  expect(state.pages.map((each) => each.edits.keep)).toEqual([null, null, null]);
});

test('a page nobody was sure of is asked for; the answer is kept', async () => {
  show();
  await mock.waitFor(() => expect(options()).toHaveLength(3));
  press('ArrowDown', {}, options()[0]);
  expect(text()).toContain('Hình nào đứng đúng chiều?');
  button('1 Như khi nhận').click();
  await mock.waitFor(() => expect(edits()).toEqual([[{ page: 'p1', edits: { ...NO_EDITS, orientation: 0 } }]]));
  expect(text()).not.toContain('Hình nào đứng đúng chiều?');
  expect(text()).toContain('Đã trả lời chiều của mọi trang');
});

test('a double page is proposed, never cut without an answer; one page it may also be', async () => {
  const double = { at: 0.4, confidence: 0.9 };
  pages = [page(0, {}, { width: 2000, height: 1400, double, warnings: ['double-page'] }), page(1, {}, { width: 2000, height: 1400, double, warnings: ['double-page'] })];
  fake.answers.page_divide = () => 'half';
  show();
  await mock.waitFor(() => expect(options()).toHaveLength(2));
  expect(text()).toContain('Đây là hai trang trên một tờ?');
  expect(fake.asked.some((request) => request.ask === 'page_divide')).toBe(false);
  const answer = (n: number) => document.querySelectorAll<HTMLElement>('.ask button')[n]?.click();
  answer(0);
  await mock.waitFor(() => expect(fake.asked.flatMap((request) => (request.ask === 'page_divide' ? [request.first.edits.quad, request.second.quad] : []))).toEqual([
    [[0, 0], [800, 0], [800, 1400], [0, 1400]],
    [[800, 0], [2000, 0], [2000, 1400], [800, 1400]],
  ]));
  press('ArrowDown', {}, options()[0]);
  answer(1);
  await mock.waitFor(() => expect(edits().at(-1)?.[0]).toMatchObject({ page: 'p1', edits: { quad: [[0, 0], [2000, 0], [2000, 1400], [0, 1400]] } }));
  await mock.waitFor(() => expect(text()).not.toContain('Đây là hai trang trên một tờ?'));
});

test('what a document says of itself is shown, and what is not sure is told', async () => {
  const fields = [{ name: 'number', page: 0, box: [1, 2, 3, 4] as [number, number, number, number], confidence: 0.5 }];
  const none = { date: null, place: null, agency: null, parent_agency: null, addressee: null };
  const letterhead = { ...none, number: '12/TTr', kind: 'TỜ TRÌNH', subject: 'Về việc mua sắm', recipients: ['Như trên', 'Lưu: VT'], capacity: 'KT. GIÁM ĐỐC', position: 'PHÓ GIÁM ĐỐC', signer: 'Lê Khương', fields };
  pages = [page(0, {}, { letterhead })];
  show();
  await mock.waitFor(() => expect(options()).toHaveLength(1));
  const rows = [...document.querySelectorAll('dl dd')].map((each) => each.textContent);
  expect(rows).toEqual(['12/TTrnên đối chiếu', 'TỜ TRÌNH', 'Về việc mua sắm', 'Như trên; Lưu: VT', 'Lê Khương', 'KT. GIÁM ĐỐC – PHÓ GIÁM ĐỐC']);
});

test('a blank page is kept on request; a paper is moved, and back', async () => {
  fake.answers.document_move = () => undefined;
  show();
  await mock.waitFor(() => expect(options()).toHaveLength(3));
  press('End', {}, options()[0]);
  button('Giữ lại').click();
  await mock.waitFor(() => expect(edits()).toEqual([[{ page: 'p2', edits: { ...NO_EDITS, keep: true } }]]));
  const select = [...document.querySelectorAll('select')].at(-1);
  if (!select) throw new Error('no select');
  select.value = 'A/';
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await mock.waitFor(() => expect(fake.asked).toContainEqual({ ask: 'document_move', document: 'x', component: 'A', row: null }));
});

test('pages that are not digitised yet cannot be changed, and say why', async () => {
  pages = [page(0, { id: null, found: null, made: null })];
  fake.answers.dossier_open = () => opened({ documents: [paper('x', { status: 'waiting' })] });
  show();
  await mock.waitFor(() => expect(text()).toContain('Số hóa xong mới xoay, bỏ được trang'));
  expect(options()[0]?.getAttribute('aria-label')).toBe('Trang 1, chờ');
  button('Xoay phải').click();
  expect(edits()).toEqual([]);
  button('Dừng, giữ phần xong').click();
  await mock.waitFor(() => expect(fake.asked).toContainEqual({ ask: 'hold', work: 'digitising', held: true }));
});

test('with no paper chosen, the newest drafts and their papers', async () => {
  fake.dossiers = [dossier('d1')];
  fake.answers.dossier_show = () => opened({ documents: [paper('x'), paper('y', { status: 'failed' })] }).sheet.dossier;
  show({});
  await mock.waitFor(() => expect(text()).toContain('Đã số hóa · 2 trang'));
  expect(text()).toContain('Cần xem');
  document.querySelector<HTMLButtonElement>('li button')?.click();
  expect(went).toEqual([{ screen: 'digitise', dossier: 'd1', document: 'x' }]);
});

test('no draft with papers says what to do', async () => {
  show({});
  await mock.waitFor(() => expect(text()).toContain('Chưa có giấy tờ nào để xem'));
});

test('pictures are asked for in a few widths', () => {
  expect([72, 300, 794, 900, 5000].map((css) => pictureWidth(css, 1))).toEqual([160, 320, 800, 1200, 5000]);
  expect(pictureWidth(300, 1.5)).toBe(480);
});

test('a tool in hand stays there while pages are read again, and goes with its page', async () => {
  const stop = desk.start();
  show();
  await mock.waitFor(() => expect(options()).toHaveLength(3));
  button('Chỉnh trang').click();
  await mock.waitFor(() => expect(document.querySelectorAll('[role=menuitem]').length).toBeGreaterThan(0));
  [...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find((item) => item.textContent?.includes('Nắn thẳng'))?.click();
  await mock.waitFor(() => expect(document.querySelector('input[type=range]')).not.toBeNull());
  fake.tell({ notice: 'document', dossier: 'd1', document: 'x' });
  const asked = fake.asked.length;
  await mock.waitFor(() => expect(fake.asked.slice(asked)).toContainEqual({ ask: 'document_pages', document: 'x' }));
  flushSync();
  expect(document.querySelector('input[type=range]')).not.toBeNull();
  options()[1]?.click();
  flushSync();
  expect(document.querySelector('input[type=range]')).toBeNull();
  stop();
});
