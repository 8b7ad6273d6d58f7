/** The page editor by keyboard alone: what a person decides is kept, made, and taken back; and everybody can use it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sample, type Shown, Station } from './fixture';

interface Word {
  text: string;
  at: [number, number];
  told: boolean;
}
interface Edits {
  orientation: number | null;
  keep: boolean | null;
  quad: [number, number][] | null;
  skew_deg: number | null;
  colour: string | null;
  darker: number;
  words: { at: [number, number]; text: string }[];
}
interface PageView extends Shown {
  edits: Edits;
  found: { blank: boolean; text: string; colour: string; skew_deg: number; quad: [number, number][] | null; doubts: number; kept: [number, number]; edits: Edits };
}

let station: Station;
let dossier: string;
let paper: string;

beforeAll(async () => {
  station = await Station.open();
  ({ id: dossier } = await station.call<{ id: string }>({ ask: 'dossier_new', procedure: '2.000635', practice: true }));
  const files = ['to-trinh-flatbed.jpg', 'bien-ban-phone.jpg', 'danh-sach-feeder.tif'].map(sample);
  const place = { component: '2.000635.01', row: null, as_is: false, later: false };
  const attached = await station.call<{ documents: { id: string }[] }>({ ask: 'dossier_attach', dossier, files, ...place });
  paper = attached.documents[0]!.id;
  await station.page.reload();
  await station.page.keyboard.press('Control+3');
  await station.page.getByRole('button', { name: /to-trinh-flatbed/ }).focus();
  await station.page.keyboard.press('Enter');
  await shown();
  await station.page.locator('[role=option]:focus').waitFor();
});
afterAll(() => station.close());

const until = <T>(get: () => T) => expect.poll(get);
const read = (document = paper) => station.call<PageView[]>({ ask: 'document_pages', document });
const made = (document = paper) => station.made<PageView>(document);
/** The pages once they are made, and seen so. */
const shown = (document = paper) => station.shows<PageView>(document);
async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await station.page.keyboard.press(key);
}
const documents = async () => (await station.call<{ documents: { id: string; file_name: string }[] }>({ ask: 'dossier_show', dossier })).documents;

describe('by keyboard alone', () => {
  test('corners are moved under a magnifier, and go back to what was found', async () => {
    await press('ArrowDown', 'q');
    const corners = station.page.getByRole('group', { name: 'Bốn góc của tờ giấy' });
    await corners.getByRole('button').first().waitFor();
    await until(() => station.page.evaluate(() => document.activeElement?.className)).toContain('handle');
    const found = (await read())[1]!.found.quad!;
    await press('Tab', 'Shift+ArrowLeft', 'Shift+ArrowDown', 'ArrowDown', 'Enter');
    await until(async () => (await read())[1]!.edits.quad !== null).toBe(true);
    const told = (await made())[1]!;
    expect(told.edits.quad![1]![0]).toBeLessThan(found[1]![0] - 5);
    expect(told.found.quad!.map((corner) => corner.map(Math.round))).toEqual(told.edits.quad!.map((corner) => corner.map(Math.round)));
    await press('Control+z');
    await until(async () => (await read())[1]!.edits.quad).toBe(null);
    expect((await made())[1]!.found.quad!.map((corner) => corner.map(Math.round))).toEqual(found.map((corner) => corner.map(Math.round)));
  });

  test('angle, darkness and colour', async () => {
    await shown();
    await press('Home', 'a');
    await station.page.getByRole('slider').waitFor();
    await until(() => station.page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('range');
    const before = (await read())[0]!.found.skew_deg;
    await press('PageUp', 'ArrowRight', 'ArrowRight', 'Enter');
    // In one row, while the page is still being made as the first key said.
    await press(']', ']', 'c', 'c');
    await until(async () => (await read())[0]!.edits).toMatchObject({ darker: 2, colour: 'gray' });
    const page = (await made())[0]!;
    expect(page.edits.skew_deg).toBeCloseTo(Math.round(before * 10) / 10 + 1.2, 5);
    expect(page.found.skew_deg).toBeCloseTo(page.edits.skew_deg!, 2);
    expect([page.edits.darker, page.edits.colour, page.found.colour]).toEqual([2, 'gray', 'gray']);
    await press('Shift+O');
    await until(async () => (await read())[0]!.edits.colour).toBe(null);
    const redone = (await made())[0]!;
    expect([redone.edits.skew_deg, redone.edits.darker, redone.edits.colour]).toEqual([null, 0, null]);
    expect(redone.found.skew_deg).toBeCloseTo(before, 3);
  });

  test('a word is corrected, outlives another angle, and is in the text that is sent', async () => {
    await shown();
    await press('End', 'F8');
    const field = station.page.getByLabel('Chữ đúng là');
    await field.waitFor();
    await until(() => station.page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await station.page.keyboard.type('Trừ-xa-lạ');
    await press('Enter');
    let at = -1;
    await until(async () => (at = (await read()).findIndex((page) => page.edits.words.length === 1))).not.toBe(-1);
    let page = (await made())[at]!;
    expect(page.found.text).toContain('Trừ-xa-lạ');
    const words = await station.call<Word[]>({ ask: 'page_words', document: paper, page: page.id });
    expect(words.filter((word) => word.told).map((word) => word.text)).toEqual(['Trừ-xa-lạ']);
    await station.call({ ask: 'pages_edit', pages: [{ page: page.id, edits: { ...page.edits, skew_deg: page.found.skew_deg + 0.2 } }] });
    page = (await made())[at]!;
    expect(page.found.text).toContain('Trừ-xa-lạ');
    await press('Escape');
  });

  test('pages change places, a paper is cut and joined again, and all of it is taken back', async () => {
    const start = await shown();
    const before = start.map((page) => page.id);
    await press('Home', 'Alt+ArrowDown');
    await until(async () => (await read()).map((page) => page.id)).toEqual([before[1], before[0], ...before.slice(2)]);
    await shown();
    await press('x');
    await station.page.getByText('Giấy tờ mới thuộc thành phần').first().waitFor();
    await until(() => station.page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
    await press('Enter');
    await until(async () => (await documents()).length).toBe(2);
    const [, cut] = await documents();
    expect((await made(cut!.id)).map((page) => page.id)).toEqual(before.slice(2));
    await shown();
    await until(() => station.page.locator('.which option').count()).toBe(2);
    await press('Control+PageDown');
    await shown(cut!.id);
    await press('j');
    await until(async () => (await documents()).length).toBe(1);
    await shown();
    await press('Control+z');
    await until(async () => (await documents()).length).toBe(2);
    await press('Control+z');
    await until(async () => (await documents()).length).toBe(1);
    await press('Control+z');
    await until(async () => (await read()).map((page) => page.id)).toEqual(before);
    // The three of them were of screens that are gone: this one hears of it from the program.
    await shown();
  });

  test('a double page becomes two, and one again', async () => {
    const before = (await read()).map((page) => page.id);
    await press('End', 'h');
    await station.page.getByRole('slider').waitFor();
    await until(() => station.page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('range');
    await press('ArrowLeft', 'ArrowLeft', 'Enter');
    await until(async () => (await read()).length).toBe(before.length + 1);
    expect(await documents()).toHaveLength(1);
    const [left, right] = (await made()).slice(-2);
    expect(left!.edits.quad![1]).toEqual(right!.edits.quad![0]);
    expect(left!.made).not.toEqual(right!.made);
    await press('Control+z');
    await until(async () => (await read()).map((page) => page.id)).toEqual(before);
    await shown();
  });

  test('a kill loses nothing that was decided', async () => {
    await press('Home', ' ', 'ArrowDown', ' ', 't');
    await until(async () => (await read()).map((page) => page.edits.orientation)).toEqual([180, 180, null, null, null]);
    const killed = await read();
    await station.killAndStart();
    expect((await made()).map((page) => page.edits)).toEqual(killed.map((page) => page.edits));
    const turned = (await read()).map((page) => ({ page: page.id, edits: {} }));
    await station.call({ ask: 'pages_edit', pages: turned });
    await made();
  });
});

test('the words worth a look can be used by everybody', async () => {
  expect((await read()).some((page) => page.found.doubts > 0)).toBe(true);
  await station.page.reload();
  await press('Control+3');
  await station.page.getByRole('button', { name: /to-trinh-flatbed/ }).click();
  await shown();
  await press('F8');
  await station.page.locator('.doubts input').waitFor();
  await station.page.waitForFunction(() => document.querySelector('.doubts img') && [...document.images].every((image) => image.complete));
  // The word is in sight on its page, also where that had to be drawn first.
  await until(async () => {
    const [view, word] = await Promise.all(['.viewer', '.viewer .word.current'].map((css) => station.page.locator(css).boundingBox()));
    return view && word && word.y > view.y && word.y + word.height < view.y + view.height && word.x > view.x && word.x + word.width < view.x + view.width;
  }).toBe(true);
  expect(await station.everywhere('pages-words')).toEqual([]);
});
