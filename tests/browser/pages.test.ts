/** What is asked about pages, the pages of a whole dossier, and the line of a double page: by keyboard and by mouse, at every size. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sample, type Shown, Station } from './fixture';

interface Edits {
  orientation: number | null;
  keep: boolean | null;
  quad: [number, number][] | null;
  skew_deg: number | null;
  words: { at: [number, number]; text: string }[];
}
interface PageView extends Shown {
  edits: Edits;
  found: { blank: boolean; orientation_sure: boolean; skew_deg: number; text: string; lost_words?: { text: string }[]; edits: Edits };
}

let station: Station;
let dossier: string;
/** Of the first component and of the second. */
let papers: string[];

beforeAll(async () => {
  station = await Station.open();
  ({ id: dossier } = await station.call<{ id: string }>({ ask: 'dossier_new', procedure: '2.000635', practice: true }));
  const signs = await Promise.all([0, 1].map(sign));
  for (const [component, files] of [
    ['2.000635.01', [sample('danh-sach-feeder.tif'), ...signs]],
    ['2.000635.02', [sample('to-trinh-flatbed.jpg')]],
  ] as const) {
    await station.call({ ask: 'dossier_attach', dossier, files, component, row: null, as_is: false, later: false });
  }
  papers = (await documents()).map((document) => document.id);
  await Promise.all(papers.map((paper) => made(paper)));
  await reopen();
});
afterAll(() => station.close());

/** A page without a word on it: nobody can tell how it stands. */
async function sign(n: number): Promise<string> {
  const page = await station.page.context().newPage();
  await page.setViewportSize({ width: 1240, height: 1754 });
  await page.setContent(`<body style="margin:0;background:#fff"><svg width="1240" height="1754"><path d="M620 300L1000 1000H240Z" fill="#333"/><circle cx="620" cy="1300" r="${150 + n * 40}" fill="#777"/></svg></body>`);
  const path = join(station.folder, `hinh-${n}.jpg`);
  await page.screenshot({ type: 'jpeg', path });
  await page.close();
  return path;
}

const until = <T>(get: () => T) => expect.poll(get);
const documents = async () => (await station.call<{ documents: { id: string; component: string }[] }>({ ask: 'dossier_show', dossier })).documents;
const read = (document: string) => station.call<PageView[]>({ ask: 'document_pages', document });
const made = (document: string) => station.made<PageView>(document);
async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await station.page.keyboard.press(key);
}
/** From the list of papers to the first paper's pages. */
async function reopen(): Promise<void> {
  await station.page.reload();
  await station.page.locator('h1').waitFor();
  await press('Control+3');
  await station.page.getByRole('button', { name: /danh-sach-feeder/ }).click();
  await station.page.locator('[role=option]:focus').waitFor();
}
const drawn = () => station.page.waitForFunction(() => document.images.length > 0 && [...document.images].every((image) => image.complete));
const option = (name: RegExp) => station.page.getByRole('option', { name });

test('of pages that nobody is sure of it is asked how they stand, one after another, and that can be taken back', async () => {
  const { page } = station;
  const unsure = (await read(papers[0]!)).flatMap((each, index) => (each.found.orientation_sure ? [] : [index]));
  expect(unsure.length).toBe(2);
  await press('u');
  await page.getByRole('heading', { name: 'Hình nào đứng đúng chiều?' }).waitFor();
  await drawn();
  await station.picture('ask');
  expect(await station.violations()).toEqual([]);
  const told = async () => {
    const pages = await read(papers[0]!);
    return unsure.map((index) => pages[index]!.edits.orientation);
  };
  // A quarter to the right of what came in is three quarters of the way back; the mouse answers too.
  await press('2');
  await page.getByText('1 trang chưa rõ chiều').first().waitFor();
  await page.getByRole('button', { name: /Như khi nhận/ }).click();
  await page.getByText('Đã trả lời chiều của mọi trang').waitFor();
  await until(told).toEqual([270, 0]);
  await press('Control+z');
  await until(told).toEqual([270, null]);
  await page.getByRole('heading', { name: 'Hình nào đứng đúng chiều?' }).waitFor();
  // Put off, the page is there to be looked at; the question comes again when it is called.
  await press('Escape');
  await page.getByRole('heading', { name: 'Hình nào đứng đúng chiều?' }).waitFor({ state: 'detached' });
  await press('u', '4');
  await until(told).toEqual([270, 90]);
  await station.shows(papers[0]!);
});

test('the line of a double page is dragged, and moved by key from there', async () => {
  const { page } = station;
  await press('Home', 'h');
  await page.getByRole('slider').waitFor();
  const image = page.locator('.viewer .box');
  await image.locator('img:not(.coming)').waitFor();
  const box = (await image.boundingBox())!;
  const at = async (share: number) => page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
  await at(0.5);
  await page.mouse.down();
  await at(0.4);
  await at(0.3);
  await page.mouse.up();
  await until(() => page.getByRole('slider').inputValue()).toBe('0.3');
  await station.picture('divide');
  await page.getByRole('slider').focus();
  await press('ArrowRight', 'Escape');
  await page.getByRole('slider').waitFor({ state: 'detached' });
});

test('a correction that no longer finds its word is told at its page, and given again', async () => {
  const { page } = station;
  const [first] = await read(papers[1]!);
  const words = await station.call<{ at: [number, number]; read: string }[]>({ ask: 'page_words', document: papers[1], page: first!.id });
  const word = words.find((each) => each.read.length > 3)!;
  // Said of a place where nothing is written.
  const edits = { ...first!.edits, words: [{ at: [3, 3], text: 'Lạc-chỗ' }] };
  await station.call({ ask: 'pages_edit', pages: [{ page: first!.id, edits }] });
  expect((await made(papers[1]!))[0]!.found.lost_words).toEqual([{ at: [3, 3], text: 'Lạc-chỗ' }]);
  await press('Control+PageDown');
  await page.getByText('“Lạc-chỗ” không còn tìm thấy chỗ').waitFor();
  await drawn();
  await station.picture('lost-word');
  expect(await station.violations()).toEqual([]);
  await page.getByRole('button', { name: 'Sửa lại' }).focus();
  await press('Enter');
  await page.getByRole('heading', { name: '“Lạc-chỗ” là chữ nào?' }).waitFor();
  await until(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  await until(() => page.getByLabel('Chữ đúng là').inputValue()).toBe('Lạc-chỗ');
  const to = words.findIndex((each) => each === word);
  await press(...Array.from({ length: to }, () => 'ArrowDown'));
  await station.page.waitForFunction(() => [...document.images].every((image) => image.complete));
  await station.picture('lost-word-again');
  expect(await station.violations()).toEqual([]);
  await press('Enter');
  await until(async () => (await read(papers[1]!))[0]!.edits.words.map((each) => each.text + (each.at[0] > 3))).toEqual(['Lạc-chỗtrue']);
  const [again] = await made(papers[1]!);
  expect([again!.found.lost_words ?? [], again!.found.text.includes('Lạc-chỗ')]).toEqual([[], true]);
  await press('Control+z');
  await until(async () => (await read(papers[1]!))[0]!.edits.words[0]!.at).toEqual([3, 3]);
  await station.call({ ask: 'pages_edit', pages: [{ page: first!.id, edits: first!.edits }] });
  await station.shows(papers[1]!);
});

test('the pages of a whole dossier: chosen across papers, turned, left out and moved by keyboard, and back', async () => {
  const { page } = station;
  const ids = async () => Object.fromEntries(await Promise.all((await documents()).map(async ({ id }) => [id, (await read(id)).map((each) => each.id)] as const)));
  const before = await ids();
  const [list, letter] = papers.map((paper) => before[paper]!);
  await press('g');
  await page.getByRole('listbox', { name: 'Mọi trang của hồ sơ' }).waitFor();
  await page.locator('[role=option]:focus').waitFor();
  await station.shows(...papers);
  await station.picture('whole');
  expect(await station.violations()).toEqual([]);
  await press('End', 'Space', 'ArrowUp', 'Space');
  await page.getByText('Đang chọn 2 trang').waitFor();
  await press('t');
  const turned = async () => (await Promise.all(papers.map(read))).map((pages) => pages.filter((each) => each.edits.orientation === 180).length);
  await until(turned).toEqual([1, 1]);
  await press('Control+z');
  await until(turned).toEqual([0, 0]);
  await station.shows(...papers);
  await press('Home', 'Delete');
  await until(async () => (await read(papers[0]!))[0]!.edits.keep).toBe(false);
  await press('Control+z');
  await until(async () => (await read(papers[0]!))[0]!.edits.keep).toBe(null);
  await station.shows(...papers);

  const groups = () => page.getByRole('group').evaluateAll((all) => all.map((each) => each.getAttribute('aria-label') ?? each.textContent));
  const start = await groups();

  // The first page of the first paper, behind the second paper's own.
  await press('Home', 'v');
  await page.getByLabel('Chuyển vào').first().waitFor();
  await until(() => page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
  await station.picture('whole-move');
  await press('Enter');
  await until(ids).toEqual({ [papers[0]!]: list!.slice(1), [papers[1]!]: [...letter!, list![0]] });
  await page.getByRole('group', { name: /, 2 trang/ }).waitFor();
  await press('Control+z');
  await until(ids).toEqual(before);
  await station.shows(...papers);
  await until(groups).toEqual(start);
  await page.locator('[role=option]:focus').waitFor();
  // All pages of the second paper make a new one of the first component; a paper without pages is put away.
  await press('End', 'v');
  await page.getByLabel('Chuyển vào').last().selectOption({ label: await page.locator('option', { hasText: 'Giấy mới của' }).first().innerText() });
  await until(() => page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
  await press('Enter');
  await until(async () => (await documents()).map((each) => each.component)).toEqual(['2.000635.01', '2.000635.01']);
  await press('Control+z');
  await until(ids).toEqual(before);
  await station.shows(...papers);
  await until(groups).toEqual(start);
  await page.locator('[role=option]:focus').waitFor();

  // Enter looks at the page; G leads back to it.
  await press('End', 'Enter');
  await option(/^Trang 1,/).waitFor();
  await page.getByRole('heading', { name: 'Trang 1/1' }).waitFor();
  await press('g');
  await page.getByRole('listbox', { name: 'Mọi trang của hồ sơ' }).waitFor();
  await until(() => page.locator('[role=option]:focus').getAttribute('data-index')).toBe(String(list!.length));
});

test('in large text all pages open with their tools in sight, and scroll with their screen', async () => {
  const { page } = station;
  const wear = (size: number) => station.call({ ask: 'set_preferences', preferences: { language: 'vi', theme: 'light', size, density: 'compact' } });
  await wear(1500);
  await reopen();
  await press('g');
  const list = page.getByRole('listbox', { name: 'Mọi trang của hồ sơ' });
  await list.locator('[role=option]:focus').waitFor();
  await station.shows(...papers);
  await station.picture('whole-large');
  const [main, tool] = await Promise.all(['main', '.whole .tools button'].map((css) => page.locator(css).first().boundingBox()));
  expect(tool!.y).toBeGreaterThan(main!.y);
  expect(await list.evaluate((list) => list.scrollHeight - list.clientHeight)).toBe(0);
  // The last page is led to all the same.
  await press('End');
  const last = page.locator('[role=option]').last();
  await page.locator('[role=option]:last-child:focus').last().waitFor();
  const box = (await last.boundingBox())!;
  expect(box.y + box.height).toBeLessThanOrEqual(main!.y + main!.height + 1);
  await wear(1000);
  await reopen();
});

test('a screen whose code does not come is tried again', async () => {
  const { page } = station;
  let broken = true;
  await page.route('**/assets/Settings-*.js', (route) => (broken ? route.abort() : route.continue()));
  // The window fetches its screens by itself once it is idle, this one last but one: after that only the button tries again.
  const fetched = page.waitForResponse(/assets\/Welcome-.*\.js/);
  await page.reload();
  await fetched;
  await press('Control+7');
  await page.getByText('Chưa mở được màn hình này').waitFor();
  await station.picture('no-screen');
  expect(await station.violations()).toEqual([]);
  broken = false;
  await page.getByRole('button', { name: 'Thử lại' }).click();
  await page.locator('#enrolment').waitFor();
  await page.unroute('**/assets/Settings-*.js');
});

/** The views of pages, as they are reached from the pages of the first paper. */
const views: [string, () => Promise<void>][] = [
  ['page', async () => station.page.locator('.viewer img').waitFor()],
  [
    'corners',
    async () => {
      await press('q');
      await station.page.locator('.corners img').first().waitFor();
    },
  ],
  [
    'angle',
    async () => {
      await press('Escape', 'a');
      await station.page.getByRole('slider').waitFor();
    },
  ],
  [
    'ask',
    async () => {
      await press('Escape', 'u');
      await station.page.locator('.ask img').nth(3).waitFor();
    },
  ],
  [
    'whole',
    async () => {
      await press('g');
      await station.page.getByRole('listbox', { name: 'Mọi trang của hồ sơ' }).waitFor();
      await station.page.locator('[role=option]:focus').waitFor();
    },
  ],
  [
    'whole-move',
    async () => {
      await press('Home', 'v');
      await station.page.getByLabel('Chuyển vào').first().waitFor();
    },
  ],
];

test('everybody can use them, in every theme and size, and at 400 % without scrolling sideways', async () => {
  // Asked again.
  const pages = (await read(papers[0]!)).map((page) => ({ page: page.id, edits: {} }));
  await station.call({ ask: 'pages_edit', pages });
  await made(papers[0]!);
  await reopen();
  const wrong: string[] = [];
  for (const [name, show] of views) {
    await show();
    await drawn();
    wrong.push(...(await station.everywhere(`pages-${name}`)));
  }
  expect(wrong).toEqual([]);
}, 480_000);
