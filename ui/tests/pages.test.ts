import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fault } from '../src/host/host';
import type { PageView, Request, WordView } from '../src/host/desk.gen';
import { contains, frameOf, fromTopLeft, halves, inContentOrder, isSheet, onSheet, type Quad, withCorner } from '../src/screens/digitise/quad';
import { DeskState, UndoState } from '../src/state/desk.svelte';
import { DoubtsState } from '../src/state/doubts.svelte';
import { isEdited, isStale, lostWords, markOf, NO_EDITS, PagesState, sameEdits } from '../src/state/pages.svelte';
import { type FakeDesk, fakeDesk } from './desk';
import { page } from './dossier';

const sheet: Quad = [
  [10, 12],
  [200, 8],
  [210, 300],
  [5, 310],
];

test('corners begin top left of the frame, or of the content as it was turned', () => {
  const [a, b, c, d] = sheet;
  expect(fromTopLeft([c, d, a, b])).toEqual(sheet);
  expect(inContentOrder([d, a, b, c], 0)).toEqual(sheet);
  // Turned once clockwise, the top left of the content lies top right in the frame.
  expect(inContentOrder(sheet, 90)).toEqual([b, c, d, a]);
  expect(inContentOrder(sheet, 270)).toEqual([d, a, b, c]);
});

test('a corner goes where it is put, as long as there is a sheet, and not far out of the frame', () => {
  expect(withCorner(sheet, 0, [20.04, 30], 300, 400)[0]).toEqual([20, 30]);
  expect(withCorner(sheet, 0, [-500, -500], 300, 400)[0]).toEqual([-30, -40]);
  expect(withCorner(sheet, 0, [290, 390], 300, 400)).toEqual(sheet);
  expect(isSheet(frameOf(300, 400))).toBe(true);
  expect(isSheet([sheet[0], sheet[2], sheet[1], sheet[3]])).toBe(false);
  expect(isSheet(frameOf(9, 9))).toBe(false);
  expect([[100, 100], [4, 20], [205, 200]].map((point) => contains(sheet, point))).toEqual([true, false, true]);
});

test('a double page is cut where the line stands, in perspective too', () => {
  const [left, right] = halves(frameOf(2000, 1400), 0.4);
  expect(left).toEqual([[0, 0], [800, 0], [800, 1400], [0, 1400]]);
  expect(right).toEqual([[800, 0], [2000, 0], [2000, 1400], [800, 1400]]);
  const seen: Quad = [[100, 100], [900, 200], [900, 800], [100, 900]];
  for (const [corner, at] of [[0, [0, 0]], [1, [1, 0]], [2, [1, 1]], [3, [0, 1]]] as const) {
    const [x, y] = onSheet(seen, at[0], at[1]);
    expect([x, y].map(Math.round)).toEqual(seen[corner]);
  }
  // The nearer half of the sheet, left, takes more than half of the picture.
  expect(onSheet(seen, 0.5, 0)[0]).toBeGreaterThan(500);
});

let fake: FakeDesk;
let desk: DeskState;
let undo: UndoState;
let pages: PageView[];
let state: PagesState;

beforeEach(async () => {
  fake = fakeDesk();
  pages = [page(0), page(1), page(2), page(3)];
  fake.answers.document_pages = () => structuredClone(pages);
  fake.answers.pages_edit = (request) => {
    if (request.ask !== 'pages_edit') return;
    for (const edit of request.pages) pages = pages.map((page) => (page.id === edit.page ? { ...page, edits: edit.edits } : page));
  };
  fake.answers.pages_arrange = (request) => {
    if (request.ask !== 'pages_arrange') return [];
    const mine = request.documents.find(({ document }) => document === 'x');
    if (mine) pages = mine.pages.flatMap((id) => pages.find((page) => page.id === id) ?? page(Number(id.slice(1))));
    return request.documents.map(({ document }, index) => document ?? `new${index}`);
  };
  [desk, undo] = [new DeskState(fake.host), new UndoState()];
  state = new PagesState(desk, 'x');
  await state.read();
});
afterEach(() => undo.forget(state));

const asked = <Ask extends Request['ask']>(ask: Ask) => fake.asked.filter((request): request is Extract<Request, { ask: Ask }> => request.ask === ask);
const order = () => state.pages.map((each) => each.id);

test('what a person decides adds up, is stale until it is made, and goes back to the source at once', async () => {
  await state.darken(undo, 1, String);
  await state.colour(undo, 'gray', String);
  await state.edit(undo, String, ({ edits }) => ({ ...edits, skew_deg: 1.5 }));
  expect(state.pages[0]?.edits).toEqual({ ...NO_EDITS, darker: 1, colour: 'gray', skew_deg: 1.5 });
  expect([isStale(state.pages[0]!), isEdited(state.pages[0]!), isStale(state.pages[1]!)]).toEqual([true, true, false]);
  await state.reset(undo, String);
  expect(sameEdits(state.pages[0]!.edits, NO_EDITS)).toBe(true);
  await undo.undo();
  expect(state.pages[0]?.edits.skew_deg).toBe(1.5);
  // Of what changes nothing, nothing is said.
  const said = asked('pages_edit').length;
  await state.colour(undo, 'gray', String);
  expect(asked('pages_edit')).toHaveLength(said);
});

/** Has answers wait until they are let go, one at a time. */
function slow(): { next: () => Promise<void>; rest: (work: Promise<unknown>) => Promise<void> } {
  const [now, waiting]: [((request: Request) => unknown) | undefined, (() => void)[]] = [fake.answers.pages_edit, []];
  fake.answers.pages_edit = (request) => new Promise<void>((done) => waiting.push(() => done(now?.(request) as undefined)));
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const next = async () => {
    await settle();
    waiting.shift()?.();
    await settle();
  };
  const rest = async (work: Promise<unknown>) => {
    let over = false;
    void work.then(() => (over = true));
    while (!over) await next();
  };
  return { next, rest };
}

test('every key counts, however slow the program is', async () => {
  const { next, rest } = slow();
  const keys = [state.edit(undo, String, ({ edits }) => ({ ...edits, skew_deg: 1 })), state.darken(undo, 1, String), state.darken(undo, 1, String)];
  // Only now the second key has its turn: what the third decided is in sight all the same, and the next goes on from it.
  await next();
  expect(state.current?.edits).toEqual({ ...NO_EDITS, skew_deg: 1, darker: 2 });
  keys.push(state.colour(undo, 'bw', String));
  await next();
  keys.push(state.colour(undo, state.current?.edits.colour === 'bw' ? 'gray' : null, String));
  await rest(Promise.all(keys));
  const all = { ...NO_EDITS, skew_deg: 1, darker: 2, colour: 'gray' };
  expect([pages[0]?.edits, state.current?.edits]).toEqual([all, all]);
  // Each is a step of its own on the way back; a key pressed between counts for what was taken back before it.
  await rest(Promise.all([undo.undo(), undo.undo(), state.darken(undo, 1, String)]));
  expect(pages[0]?.edits).toEqual({ ...NO_EDITS, skew_deg: 1, darker: 3 });
  await rest(Promise.all([undo.undo(), undo.undo(), undo.undo(), undo.undo()]));
  expect([pages[0]?.edits, state.current?.edits]).toEqual([NO_EDITS, NO_EDITS]);
});

test('a key that was refused takes none of those after it away', async () => {
  const [first, second] = [state.darken(undo, 1, String), state.colour(undo, 'bw', String)];
  const now = fake.answers.pages_edit;
  let refused = 0;
  fake.answers.pages_edit = (request) => {
    if ((refused += 1) === 1) throw new Fault('unreachable', 'now');
    return now?.(request);
  };
  await Promise.all([first, second]);
  expect([pages[0]?.edits, state.current?.edits]).toEqual([{ ...NO_EDITS, colour: 'bw' }, { ...NO_EDITS, colour: 'bw' }]);
});

test('Ctrl+Z counts while what it takes back is still on its way', async () => {
  const { rest } = slow();
  const key = state.darken(undo, 1, String);
  expect(undo.can).toBe(true);
  await rest(Promise.all([key, undo.undo()]));
  expect([pages[0]?.edits, undo.can]).toEqual([NO_EDITS, false]);
});

test('what is taken back is looked at, but nobody who has gone on is led away', async () => {
  const { rest } = slow();
  await rest(state.darken(undo, 1, String));
  state.go(3);
  await rest(undo.undo());
  expect(state.at).toBe(0);
  // One press after the other, then another page, while the program has not answered any of them.
  await rest(Promise.all([state.darken(undo, 1, String), state.colour(undo, 'bw', String)]));
  const presses = [undo.undo(), undo.undo()];
  state.go(2);
  await rest(Promise.all(presses));
  expect([state.at, pages[0]?.edits]).toEqual([2, NO_EDITS]);
});

test('what was refused is told until something is done; that pages are read again takes it not away', async () => {
  const now = fake.answers.pages_edit!;
  fake.answers.pages_edit = () => {
    throw new Fault('disk_full', 'later');
  };
  await state.darken(undo, 1, String);
  await state.read();
  expect([state.refused?.code, state.fault, pages[0]?.edits, state.current?.edits]).toEqual(['disk_full', undefined, NO_EDITS, NO_EDITS]);
  fake.answers.pages_edit = now;
  await state.darken(undo, 1, String);
  expect(state.refused).toBe(undefined);
  fake.answers.pages_arrange = () => {
    throw new Fault('conflict', 'no');
  };
  expect(await state.arrange(undo, '', [], [])).toBe(undefined);
  expect(state.refused?.code).toBe('conflict');
});

test('a page is moved up and down, several together, and put where another stands; all of it is taken back', async () => {
  state.go(1);
  await state.move(undo, 1, String);
  expect([order(), state.at]).toEqual([['p0', 'p2', 'p1', 'p3'], 2]);
  await state.move(undo, -1, String);
  await state.move(undo, -1, String);
  expect([order(), state.at]).toEqual([['p1', 'p0', 'p2', 'p3'], 0]);
  // At the end of the road nothing is asked for.
  const said = asked('pages_arrange').length;
  await state.move(undo, -1, String);
  expect(asked('pages_arrange')).toHaveLength(said);
  await state.put(undo, 3, 0, String);
  expect(order()).toEqual(['p3', 'p1', 'p0', 'p2']);
  for (let step = 0; step < 4; step += 1) await undo.undo();
  expect(order()).toEqual(['p0', 'p1', 'p2', 'p3']);
});

test('what is cut off is a new paper; taken back it is left without pages, done again it is the same one', async () => {
  const here = { document: 'x', place: null };
  const made = await state.arrange(undo, '', [{ ...here, pages: ['p0', 'p1', 'p2', 'p3'] }], [
    { ...here, pages: ['p0'] },
    { document: null, place: { component: 'B', row: null }, pages: ['p1', 'p2', 'p3'] },
  ]);
  expect(made).toEqual(['x', 'new1']);
  expect(order()).toEqual(['p0']);
  await undo.undo();
  expect(asked('pages_arrange').at(-1)?.documents).toMatchObject([{ document: 'x', pages: ['p0', 'p1', 'p2', 'p3'] }, { document: 'new1', pages: [] }]);
  await undo.redo();
  expect(asked('pages_arrange').at(-1)?.documents).toMatchObject([{ document: 'x', pages: ['p0'] }, { document: 'new1', pages: ['p1', 'p2', 'p3'] }]);
});

test('a divided page is united by undo, and divided again by the same id', async () => {
  fake.answers.page_divide = () => 'half';
  fake.answers.pages_unite = () => undefined;
  await state.divide(undo, [{ ...NO_EDITS, darker: 1 }, { ...NO_EDITS, darker: 2 }], '');
  await undo.undo();
  expect(asked('pages_unite')).toEqual([{ ask: 'pages_unite', first: { page: 'p0', edits: NO_EDITS }, page: 'half' }]);
  await undo.redo();
  expect(asked('page_divide').map((request) => request.second_id)).toEqual([null, 'half']);
});

test('words worth a look are gone through over pages; what is said of one is kept with its page', async () => {
  pages = [page(0, {}, { doubts: 2 }), page(1), page(2, {}, { doubts: 1 })];
  const word = (read: string, x: number, doubt: WordView['doubt']): WordView => ({ text: read, read, told: false, place: [0, 0, 0.1, 0.02], at: [x, 10], confidence: 0.5, doubt, line: 0 });
  const words: Record<string, WordView[]> = { p0: [word('Tòu', 10, 'unclear'), word('biển', 50, null), word('trưung', 90, 'misspelled')], p2: [word('1O', 10, 'unclear')] };
  fake.answers.page_words = (request) => (request.ask === 'page_words' ? structuredClone(words[request.page] ?? []) : []);
  await state.read();
  const doubts = new DoubtsState(state);
  await doubts.walk();
  expect([state.at, doubts.current?.read, doubts.left.length]).toEqual([0, 'Tòu', 2]);
  await doubts.say(undo, ' Tàu ', 'corrected');
  expect(asked('pages_edit').at(-1)?.pages).toEqual([{ page: 'p0', edits: { ...NO_EDITS, words: [{ at: [10, 10], text: 'Tàu' }] } }]);
  expect([doubts.current?.read, doubts.left.length]).toEqual(['trưung', 1]);
  await doubts.walk();
  expect([state.at, doubts.current?.read]).toEqual([2, '1O']);
  await doubts.walk(true);
  expect([state.at, doubts.current?.read]).toEqual([0, 'trưung']);
  await undo.undo();
  expect(state.pages[0]?.edits.words).toEqual([]);
});

test('words are found also where their page is made again while they are asked for', async () => {
  pages = [page(0, {}, { doubts: 1 })];
  const word = { text: 'Tòu', read: 'Tòu', told: false, place: [0, 0, 0.1, 0.02], at: [10, 10], confidence: 0.5, doubt: 'unclear', line: 0 } satisfies WordView;
  fake.answers.page_words = async () => {
    if (asked('page_words').length === 1) {
      pages = [page(0, { made: { blob: 'cc', frame: 0 } }, { doubts: 1 })];
      await state.read();
    }
    return [word];
  };
  await state.read();
  const doubts = new DoubtsState(state);
  await doubts.walk();
  expect([doubts.over, doubts.current?.read, doubts.isOfPage]).toEqual([false, 'Tòu', true]);
});

test('a correction that lost its word is given again to another, or dropped; both can be taken back', async () => {
  const [far, gone] = [{ at: [400, 10] as [number, number], text: 'Tàu' }, { at: [900, 10] as [number, number], text: '' }];
  pages = [page(0, { edits: { ...NO_EDITS, words: [far, gone] } }, { lost_words: [far, gone, { at: [1, 1], text: 'xong' }], edits: { ...NO_EDITS, words: [far, gone] } })];
  const word = (read: string, x: number): WordView => ({ text: read, read, told: false, place: [0, 0, 0.1, 0.02], at: [x, 10], confidence: 0.9, doubt: null, line: 0 });
  fake.answers.page_words = () => [word('Biển', 100), word('Tòu', 330), word('xa', 700)];
  await state.read();
  expect([lostWords(state.current!), markOf(state.current!, undefined)]).toEqual([[far, gone], 'look']);
  const doubts = new DoubtsState(state);
  await doubts.giveAgain(far);
  expect(doubts.current?.read).toBe('Tòu');
  doubts.step(-1);
  doubts.step(-1);
  expect(doubts.current?.read).toBe('Biển');
  doubts.step(1);
  await doubts.say(undo, 'Tàu', '');
  expect(pages[0]?.edits.words).toEqual([gone, { at: [330, 10], text: 'Tàu' }]);
  // The next one follows, and stands at the word nearest to it.
  expect([doubts.again, doubts.current?.read]).toEqual([gone, 'xa']);
  await doubts.forget(undo, gone, '');
  expect(pages[0]?.edits.words).toEqual([{ at: [330, 10], text: 'Tàu' }]);
  await undo.undo();
  await undo.undo();
  expect(pages[0]?.edits.words).toEqual([far, gone]);
});

test('pages of several papers are one row: turned together, moved from one to the other or into a new one, and back', async () => {
  const papers: Record<string, PageView[]> = { a: [page(0), page(1)], b: [page(2), page(3)] };
  let known = ['a', 'b'];
  fake.answers.document_pages = (request) => (request.ask === 'document_pages' ? structuredClone(papers[request.document] ?? []) : []);
  fake.answers.pages_edit = (request) => {
    if (request.ask !== 'pages_edit') return;
    for (const edit of request.pages) for (const of of Object.values(papers)) for (const each of of) if (each.id === edit.page) each.edits = edit.edits;
  };
  fake.answers.pages_arrange = (request) => {
    if (request.ask !== 'pages_arrange') return [];
    const all = new Map(Object.values(papers).flat().map((each) => [each.id, each]));
    const ids = request.documents.map(({ document }) => document ?? 'new');
    for (const [index, { pages }] of request.documents.entries()) papers[ids[index]!] = pages.flatMap((id) => all.get(id) ?? []);
    known = Object.keys(papers).filter((id) => papers[id]!.length > 0);
    return ids;
  };
  const whole = new PagesState(desk, () => known);
  await whole.read();
  const rows = () => known.map((id) => `${id}: ${whole.pages.filter((each) => each.document === id).map((each) => each.id).join(' ')}`);
  whole.go(1);
  whole.go(2, true);
  await whole.turn(undo, 90, String);
  expect(asked('pages_edit').at(-1)?.pages.map((each) => each.page)).toEqual(['p1', 'p2']);
  whole.go(1);
  await whole.moveTo(undo, { document: 'b' }, '');
  expect([rows(), whole.current?.id]).toEqual([['a: p0', 'b: p2 p3 p1'], 'p1']);
  whole.go(0);
  whole.go(1, true);
  await whole.moveTo(undo, { place: { component: 'B', row: null } }, '');
  await whole.read();
  expect(rows()).toEqual(['b: p3 p1', 'new: p0 p2']);
  await undo.undo();
  await undo.undo();
  await whole.read();
  expect(rows()).toEqual(['a: p0 p1', 'b: p2 p3']);
  // Up and down a page stays in its paper.
  whole.go(1);
  await whole.move(undo, 1, String);
  expect(rows()).toEqual(['a: p0 p1', 'b: p2 p3']);
  await whole.move(undo, -1, String);
  expect(rows()).toEqual(['a: p1 p0', 'b: p2 p3']);
});
