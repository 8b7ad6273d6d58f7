import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi as mock } from 'vitest';
import type { PageView, Request } from '../src/host/desk.gen';
import Digitise from '../src/screens/Digitise.svelte';
import { pictureWidth } from '../src/screens/digitise/picture';
import type { Route } from '../src/screens/route';
import { DeskState, UndoState } from '../src/state/desk.svelte';
import { doubleOf, isStale, markOf, NO_EDITS, PagesState } from '../src/state/pages.svelte';
import { button, dossier, fault, type FakeDesk, fakeDesk, press, text } from './desk';
import { opened, page, paper } from './dossier';
import { reactive } from './reactive.svelte';

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
/** Chooses from a menu. */
async function choose(menu: string, words: string): Promise<void> {
  button(menu).click();
  const item = () => [...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find((item) => item.textContent?.includes(words));
  await mock.waitFor(() => expect(item()).toBeDefined());
  item()?.click();
}
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
  await choose('Chỉnh trang', 'Nắn thẳng');
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

/** Has pages' pictures come when a test says so. */
function pictures(): { shown: () => string[]; come: (src: string) => void } {
  fake.host.picture = ({ blob, frame }, width) => `/page/${blob}/${frame}/${width}`;
  const all = () => [...document.querySelectorAll('img')];
  return {
    shown: () => all().flatMap((image) => (image.classList.contains('coming') ? [] : [image.getAttribute('src') ?? ''])),
    come: (src) => {
      for (const image of all()) if (image.getAttribute('src') === src) image.dispatchEvent(new Event('load'));
      flushSync();
    },
  };
}

test('a page that is made anew keeps its picture until the new one is there', async () => {
  const stop = desk.start();
  const { shown, come } = pictures();
  pages = [page(0), page(1)];
  show();
  await mock.waitFor(() => expect(shown()).toEqual(['/page/bb/0/160', '/page/bb/1/160']));
  come('/page/bb/0/160');
  come('/page/bb/1/160');
  pages = [page(0, { made: { blob: 'cc', frame: 0 } }), page(1, { made: { blob: 'cc', frame: 1 } })];
  fake.tell({ notice: 'document', dossier: 'd1', document: 'x' });
  await mock.waitFor(() => expect(document.querySelectorAll('img')).toHaveLength(4));
  expect(shown()).toEqual(['/page/bb/0/160', '/page/bb/1/160']);
  come('/page/cc/1/160');
  expect(shown()).toEqual(['/page/bb/0/160', '/page/cc/1/160']);
  come('/page/cc/0/160');
  expect(shown()).toEqual(['/page/cc/0/160', '/page/cc/1/160']);
  expect(document.querySelectorAll('img')).toHaveLength(2);
  stop();
});

test('a page that was in sight stays drawn when others before it leave', async () => {
  const stop = desk.start();
  pictures();
  mock.stubGlobal('IntersectionObserver', class extends Seen {
    override observe(target: Element): void {
      if (target.getAttribute('aria-label')?.startsWith('Trang 3')) super.observe(target);
    }
  });
  pages = [page(0), page(1), page(2), page(3)];
  show();
  // The page that is looked at, and the third.
  await mock.waitFor(() => expect(options().map((option) => option.querySelector('img') !== null)).toEqual([true, false, true, false]));
  pages = pages.toSpliced(1, 1);
  fake.tell({ notice: 'document', dossier: 'd1', document: 'x' });
  await mock.waitFor(() => expect(options()).toHaveLength(3));
  expect(options().map((option) => option.querySelector('img') !== null)).toEqual([true, true, false]);
  stop();
});

test('a list that somebody scrolls stays where it is while pages are read again', async () => {
  const stop = desk.start();
  show({ dossier: 'd1' });
  await mock.waitFor(() => expect(document.activeElement).toBe(options()[0]));
  const scrolled = mock.spyOn(Element.prototype, 'scrollIntoView');
  pages = pages.map((each) => ({ ...each, edits: { ...NO_EDITS, keep: false } }));
  fake.tell({ notice: 'document', dossier: 'd1', document: 'x' });
  await mock.waitFor(() => expect(options()[0]?.getAttribute('aria-label')).toBe('Trang 1, đã bỏ'));
  expect(scrolled).not.toHaveBeenCalled();
  press('ArrowRight', {}, options()[0]);
  expect(scrolled).toHaveBeenCalledTimes(1);
  expect(document.activeElement).toBe(options()[1]);
  scrolled.mockRestore();
  stop();
});

test('the paper that was moved is the one that goes back, whichever is looked at then', async () => {
  fake.answers.document_move = () => undefined;
  fake.answers.dossier_open = () => opened({ documents: [paper('x'), paper('y')] });
  const props = reactive({ desk, undo, goto, leave: goto, replace: goto, dossier: 'd1', document: 'x' });
  app = mount(Digitise, { target: document.body, props });
  await mock.waitFor(() => expect(options()).toHaveLength(3));
  const select = [...document.querySelectorAll('select')].at(-1)!;
  select.value = 'B/';
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await mock.waitFor(() => expect(undo.done).toHaveLength(1));
  props.document = 'y';
  flushSync();
  await undo.undo();
  await undo.redo();
  expect(fake.asked.flatMap((request) => (request.ask === 'document_move' ? [request.document] : []))).toEqual(['x', 'x', 'x']);
});

test('what was refused is told until it is put away, and papers that were not joined are not left', async () => {
  fake.answers.dossier_open = () => opened({ documents: [paper('w'), paper('x')] });
  fake.answers.pages_arrange = () => {
    throw fault('disk_full');
  };
  fake.answers.pages_edit = () => {
    throw fault('state_forbids');
  };
  show();
  await mock.waitFor(() => expect(options()).toHaveLength(3));
  const told = () => [...document.querySelectorAll('[role=alert]')].map((each) => each.textContent).join();
  button('Xoay phải').click();
  await mock.waitFor(() => expect(told()).not.toBe(''));
  const [refused, read] = [told(), fake.asked.length];
  await choose('Sắp xếp', 'Ghép');
  await mock.waitFor(() => expect(told()).not.toBe(refused));
  await mock.waitFor(() => expect(fake.asked.slice(read).filter(({ ask }) => ask === 'document_pages').length).toBeGreaterThan(1));
  expect([told() === '', went]).toEqual([false, []]);
});

test('a page keeps its own corners, also where another is looked at when their turn comes', async () => {
  const double = { at: 0.4, confidence: 0.9 };
  pages = [2000, 1800].map((width, n) => page(n, {}, { width, height: 1400, double }));
  const [edit, waiting]: [(request: Request) => unknown, (() => void)[]] = [fake.answers.pages_edit!, []];
  fake.answers.pages_edit = (request) => new Promise((done) => waiting.push(() => done(edit(request))));
  show();
  await mock.waitFor(() => expect(options()).toHaveLength(2));
  await choose('Chỉnh trang', 'Đậm hơn');
  await mock.waitFor(() => expect(waiting).toHaveLength(1));
  document.querySelectorAll<HTMLElement>('.ask button')[1]?.click();
  press('ArrowDown', {}, options()[0]);
  waiting.shift()?.();
  await mock.waitFor(() => expect(waiting).toHaveLength(1));
  waiting.shift()?.();
  await mock.waitFor(() => expect(pages[0]?.edits.quad?.[2]).toEqual([2000, 1400]));
});

test('where two pages meet is told of the page as it stood: once it is turned, nothing is proposed until it is made again', () => {
  const found = { double: { at: 0.4, confidence: 0.9 } };
  const turned = (orientation: number | null) => doubleOf(page(0, { edits: { ...NO_EDITS, orientation } }, found));
  expect([turned(null), turned(0), turned(180)]).toEqual([found.double, found.double, null]);
});
