/**
 * A morning's stack of 60 sheets through the window: cover sheets printed for five dossiers, a TIFF of three of them, a heap of JPEGs of
 * two, with empty backs, two sheets upside down, one telephone picture and one sheet that belongs to nobody. What is wrong afterwards, and
 * what it cost a person, is printed as JSON. `cargo xtask measure stack --corpus DIR` starts it; HOSO_CORPUS names the pages.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Station } from './fixture';

const FORM = '2.000635.01';
const PROOF = '2.000635.02';
const PEOPLE = ['Nguyễn Thị Ước', 'Trần Văn Bảy', 'Lê Hoàng Yến', 'Phạm Đức Khôi', 'Đặng Thị Hường'];
const corpus = process.env['HOSO_CORPUS']!;
const programs = process.env['HOSO_BIN']!;

/** Seconds, as the keystroke-level model has them (Card, Moran, Newell 1983): a key, pointing and clicking, a thought. */
const KEY = 0.28;
const CLICK = 1.1 + 0.2;
const THOUGHT = 1.35;

let station: Station;
const spent = { keys: 0, clicks: 0, thoughts: 0 };
beforeAll(async () => {
  station = await Station.open();
});
afterAll(() => station.close());

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) {
    // A chord is as many keys as it has.
    spent.keys += key.split('+').length;
    await station.page.keyboard.press(key);
  }
}
type Target = ReturnType<Station['page']['getByRole']>;
async function click(target: Target): Promise<void> {
  spent.clicks += 1;
  await target.click();
}
const thought = () => void (spent.thoughts += 1);

type How = 'front' | 'upside_down' | 'back' | 'as_it_is';
interface Sheet {
  file: string;
  how: How;
  /** Where it must end: the person and the component, or nowhere. */
  place: string | null;
}

/** Flat scans of the corpus, and its telephone pictures, by their files. */
function pages(): { flat: string[]; phone: string[] } {
  const { cases } = JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as { cases: { family: string; file: string; pages: number }[] };
  const of = (...families: string[]) => cases.filter((one) => families.includes(one.family) && one.pages === 1).map((one) => join(corpus, one.file));
  return { flat: of('flat300g', 'adf200g', 'adf300bw'), phone: of('phone') };
}

const keyOf = (person: number, component: string) => `${PEOPLE[person]} ${component}`;
const paper = (person: number, component: string) => join(station.folder, `cover-${person}-${component}.png`);

/** Sixty sheets: ten cover sheets, 41 pages, eight empty backs, and one of nobody's in the middle of a paper. */
function stacks(): { tiff: Sheet[]; heap: Sheet[]; counts: Map<string, number> } {
  const { flat, phone } = pages();
  let next = 0;
  const page = (): string => flat[next++ % flat.length]!;
  const [tiff, heap, counts]: [Sheet[], Sheet[], Map<string, number>] = [[], [], new Map()];
  PEOPLE.forEach((_, person) => {
    for (const component of [FORM, PROOF]) {
      const into = person < 3 ? tiff : heap;
      const place = keyOf(person, component);
      into.push({ file: paper(person, component), how: person === 1 && component === PROOF ? 'upside_down' : 'front', place: null });
      const many = person === 4 && component === PROOF ? 5 : 4;
      counts.set(place, many);
      for (let n = 0; n < many; n += 1) {
        const photographed = person === 3 && component === PROOF && n === 1;
        const upsideDown = (person === 0 && component === PROOF && n === 2) || (person === 4 && component === FORM && n === 0);
        const file = photographed ? phone[0]! : page();
        into.push({ file, how: photographed ? 'as_it_is' : upsideDown ? 'upside_down' : 'front', place });
        if (n === 0 && person < 4) into.push({ file, how: 'back', place });
        if (person === 3 && component === FORM && n === 1) into.push({ file: page(), how: 'front', place: null });
      }
    }
  });
  return { tiff, heap, counts };
}

function scan(sheets: Sheet[], to: { tiff?: string; folder?: string }): void {
  const plan = join(station.folder, 'plan.json');
  writeFileSync(plan, JSON.stringify({ sheets, ...to }));
  execFileSync(join(programs, 'scanner'), [plan]);
}

/** Prints the two cover sheets of a dossier from its screen, and draws them as the scanner will find them. */
async function printSheets(person: number, counts: Map<string, number>): Promise<void> {
  const { page } = station;
  await station.willChooseFolder(station.folder);
  await press('Control+1');
  await click(page.getByRole('row').filter({ hasText: PEOPLE[person]! }));
  await press('Enter');
  await click(page.getByRole('button', { name: 'In tờ bìa quét' }));
  const dialog = page.locator('dialog[open]');
  for (const [index, component] of [FORM, PROOF].entries()) {
    await click(dialog.locator('input.control').nth(index));
    await press(String(counts.get(keyOf(person, component))));
  }
  await click(page.getByRole('button', { name: 'Lưu và mở để in' }));
  await page.getByText(/Đã lưu \d tờ bìa/).waitFor();
  const pdf = (await page.evaluate(() => window.hosoTest!.shown)).at(-1)!;
  await press('Escape');
  for (const [index, component] of [FORM, PROOF].entries()) {
    const to = paper(person, component).replace(/\.png$/, '');
    const at = String(index + 1);
    execFileSync('pdftoppm', ['-r', '200', '-gray', '-png', '-singlefile', '-f', at, '-l', at, pdf, to]);
  }
}

interface Part {
  state: string;
  doubts: { doubt: string }[];
}
const sorted = async (): Promise<Part[]> => {
  const stacks = await station.call<{ id: string; state: string }[]>({ ask: 'stack_list' });
  const shown = await station.call<{ parts: Part[] }>({ ask: 'stack_show', stack: stacks[0]!.id });
  return shown.parts;
};

/** Takes a stack in by a key, waits until it is looked at. */
async function take(chord: string): Promise<Part[]> {
  const { page } = station;
  await press('Control+3');
  await click(page.getByRole('button', { name: 'Quét cả chồng' }));
  await press(chord);
  await page.getByText(/^\d+ phần: \d+ sẵn sàng xếp/).waitFor({ timeout: 900_000 });
  await expect.poll(async () => (await station.call<{ state: string }[]>({ ask: 'stack_list' }))[0]!.state, { timeout: 900_000 }).toBe('sorted');
  await page.getByText(/^\d+ phần: \d+ sẵn sàng xếp/).waitFor();
  return sorted();
}

/** Files what is ready; the dossiers get their first papers, so the clerk gives her word. */
async function file(): Promise<void> {
  await press('Control+Enter');
  thought();
  await click(station.page.getByRole('button', { name: 'Tôi xác nhận, không có' }));
}

interface PageView {
  removed: boolean;
  found: { source: string; frame: number; blank: boolean } | null;
}
/** What lies where: of each paper its sheets as `name#frame`, those that a person took out aside. */
async function filed(): Promise<Map<string, string[]>> {
  const { dossiers } = await station.call<{ dossiers: { id: string; applicant: string }[] }>({ ask: 'dossier_list', limit: 9, before: null, states: [], find: '' });
  const found = new Map<string, string[]>();
  for (const { id, applicant } of dossiers) {
    const shown = await station.call<{ documents: { id: string; component: string }[] }>({ ask: 'dossier_show', dossier: id });
    for (const { id: document, component } of shown.documents) {
      const views = await station.call<PageView[]>({ ask: 'document_pages', document });
      const kept = views.filter((view) => !view.removed || view.found?.blank === true);
      found.set(`${applicant} ${component}`, kept.map((view) => `${view.found?.source}#${view.found?.frame}`));
    }
  }
  return found;
}

/** The same by hand, by rule, in NAPS2 and Explorer: see the README of the measurement. */
function byHand({ tiff, heap, counts }: ReturnType<typeof stacks>): { keys: number; clicks: number; thoughts: number } {
  const sheets = [...tiff, ...heap].filter((sheet) => !sheet.file.startsWith(station.folder));
  const of = (how: How) => sheets.filter((sheet) => sheet.how === how).length;
  const papers = counts.size;
  return {
    // A paper's file is named (F2, 20 letters, Enter).
    keys: papers * 22,
    // A paper: first and last of its pages are chosen, saved (menu, folder, save), and its folder opened. An empty back: chosen and deleted;
    // a sheet upside down: chosen and turned twice; the stray one: chosen and deleted.
    clicks: papers * (2 + 3 + 2) + of('back') * 2 + of('upside_down') * 3 + 2,
    // Each sheet is looked at once to know whose it is.
    thoughts: sheets.length + papers,
  };
}

const seconds = ({ keys, clicks, thoughts }: typeof spent) => keys * KEY + clicks * CLICK + thoughts * THOUGHT;

test('sixty sheets', { timeout: 3_600_000 }, async () => {
  const { page } = station;
  const plan = stacks();
  expect(plan.tiff.length + plan.heap.length).toBe(60);
  for (const applicant of PEOPLE) {
    const { id } = await station.call<{ id: string }>({ ask: 'dossier_new', procedure: '2.000635' });
    await station.call({ ask: 'dossier_set', dossier: id, answers: [['requester_name', applicant]] });
  }
  await page.reload();
  const printing = Date.now();
  for (const person of PEOPLE.keys()) await printSheets(person, plan.counts);
  let worked = Date.now() - printing;

  const [tiff, heap] = [join(station.folder, 'máy quét.tif'), join(station.folder, 'heap')];
  mkdirSync(heap);
  scan(plan.tiff, { tiff });
  scan(plan.heap, { folder: heap });
  const taking = Date.now();
  const asked: Part[] = [];
  const asks = (parts: Part[]) => parts.filter((part) => part.state === 'asks');

  await station.willChoose(tiff);
  asked.push(...asks(await take('Control+O')));
  await station.picture('stack60-tiff');
  await file();
  await page.getByText(/Đã xếp 6 phần, 24 trang/).waitFor({ timeout: 60_000 });

  await station.willChooseFolder(heap);
  const second = await take('Control+Shift+O');
  asked.push(...asks(second));
  await station.picture('stack60-heap');
  // The paper with one page too many is gone through: the page of nobody's is taken out of it, and stays outside.
  await press('F8', 'ArrowRight');
  const out = plan.heap.findIndex((sheet) => sheet.place === null && sheet.how === 'front' && !sheet.file.startsWith(station.folder)) - 1;
  for (let n = 0; n <= out; n += 1) {
    thought();
    if (n > 0) await press('ArrowRight');
  }
  await press('t');
  await page.getByText(/5 phần: 4 sẵn sàng xếp, 1 cần trả lời/).waitFor();
  await press('Delete');
  await page.getByText(/5 phần: 4 sẵn sàng xếp/).waitFor();
  await station.picture('stack60-out');
  await file();
  await page.getByText(/Đã xếp 4 phần, 17 trang/).waitFor({ timeout: 60_000 });
  worked += Date.now() - taking;

  const expected = new Map<string, string[]>();
  const told = (sheets: Sheet[], name: (n: number) => string) =>
    sheets.forEach(({ place }, n) => {
      if (place !== null) expected.set(place, [...(expected.get(place) ?? []), name(n)]);
    });
  told(plan.tiff, (n) => `máy quét.tif#${n}`);
  told(plan.heap, (n) => `Scan ${n + 1}.jpg#0`);
  const { held } = await station.call<{ held: string[] }>({ ask: 'status' });
  expect(held).toEqual([]);
  await expect.poll(async () => (await station.call<{ to_digitise: number }>({ ask: 'status' })).to_digitise, { timeout: 1_800_000, interval: 2000 }).toBe(0);
  const found = await filed();
  const wrong: string[] = [];
  for (const place of new Set([...expected.keys(), ...found.keys()])) {
    const [wanted, there] = [expected.get(place) ?? [], found.get(place) ?? []];
    wrong.push(...there.filter((sheet) => !wanted.includes(sheet)).map((sheet) => `${sheet} in ${place}`));
    wrong.push(...wanted.filter((sheet) => !there.includes(sheet)).map((sheet) => `${sheet} not in ${place}`));
    if (wrong.length === 0 && wanted.join() !== there.join()) wrong.push(`order of ${place}`);
  }
  const hand = byHand(plan);
  const figures = {
    sheets: 60,
    misfiled: wrong,
    asked: asked.flatMap((part) => part.doubts.map(({ doubt }) => doubt)),
    minutes: worked / 60_000,
    ...spent,
    person_minutes: seconds(spent) / 60,
    by_hand: { ...hand, person_minutes: seconds(hand) / 60 },
  };
  writeFileSync(process.env['HOSO_FIGURES']!, JSON.stringify(figures));
});
