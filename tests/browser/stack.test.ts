/** A stack of paper, from the cover sheets to its dossiers: printed, taken in, asked about by keyboard, filed, taken back. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sample, Station } from './fixture';

let station: Station;
const FORM = '2.000635.01';
const PROOF = '2.000635.02';

beforeAll(async () => {
  station = await Station.open();
});
afterAll(() => station.close());

interface Made {
  id: string;
}

/** The printed sheet as a scanner sees it. */
async function scanned(dossier: string, component: string, pages: number | null, to: string): Promise<void> {
  const folder = join(station.folder, 'covers');
  mkdirSync(folder, { recursive: true });
  const made = await station.call<{ file: string }>({ ask: 'cover_sheets', dossier, sheets: [{ component, row: null, pages }], folder });
  execFileSync('pdftoppm', ['-r', '150', '-jpeg', '-singlefile', made.file, to.replace(/\.jpg$/, '')]);
}

/** Three dossiers' papers, one page of nobody's and one sheet that tells too many pages. */
async function stack(name: string): Promise<string> {
  const folder = join(station.folder, name);
  mkdirSync(folder);
  const at = (n: number) => join(folder, `Scan ${n}.jpg`);
  const [a, b] = [await station.call<Made>({ ask: 'dossier_new', procedure: '2.000635' }), await station.call<Made>({ ask: 'dossier_new', procedure: '2.000635' })];
  await station.call({ ask: 'dossier_set', dossier: a.id, answers: [['requester_name', 'Nguyễn Thị Ước']] });
  await station.call({ ask: 'dossier_set', dossier: b.id, answers: [['requester_name', 'Trần Văn Bảy']] });
  copyFileSync(sample('bien-ban-phone.jpg'), at(1));
  await scanned(a.id, FORM, 1, at(2));
  copyFileSync(sample('to-khai-form.png'), at(3));
  const blank = await station.page.context().newPage();
  await blank.setViewportSize({ width: 1240, height: 1754 });
  await blank.screenshot({ type: 'jpeg', path: at(4) });
  await blank.close();
  await scanned(a.id, PROOF, 3, at(5));
  copyFileSync(sample('to-trinh-flatbed.jpg'), at(6));
  await scanned(b.id, FORM, null, at(7));
  copyFileSync(sample('to-khai-form.png'), at(8));
  return folder;
}

const drawn = () => station.page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));

test('a stack is taken in, asked about and filed by keyboard', async () => {
  const { page } = station;
  const folder = await stack('stack');
  await page.reload();
  await page.keyboard.press('Control+3');
  await page.getByRole('button', { name: 'Quét cả chồng' }).click();
  await page.getByRole('heading', { name: 'Quét cả chồng giấy tờ' }).waitFor();
  expect(await station.everywhere('stacks')).toEqual([]);

  await page.evaluate((folder) => Object.assign(window.hosoTest!, { folder }), folder);
  await page.keyboard.press('Control+Shift+O');
  await page.getByText('4 phần: 2 sẵn sàng xếp, 2 cần trả lời').waitFor({ timeout: 60_000 });
  await page.getByText('Trước các trang này không có tờ bìa').waitFor();
  await drawn();
  expect(await station.everywhere('stack-question')).toEqual([]);

  // The stray page stays outside; then the count is taken as it is.
  await page.keyboard.press('Delete');
  await page.getByText('Tờ bìa ghi 3 trang nhưng đếm được 1').waitFor();
  await drawn();
  await station.picture('stack-count');
  await page.keyboard.press('n');
  await page.getByText('4 phần: 3 sẵn sàng xếp').waitFor();
  // Taken back, and decided again.
  await page.keyboard.press('Control+z');
  await page.getByText('4 phần: 2 sẵn sàng xếp, 1 cần trả lời').waitFor();
  await page.keyboard.press('Control+Shift+Z');
  await page.getByText('4 phần: 3 sẵn sàng xếp').waitFor();

  // The question of where: a dialog that knows the drafts and their papers.
  await page.keyboard.press('Home');
  await page.keyboard.press('x');
  await page.locator('dialog[open]').waitFor();
  await page.locator('dialog[open] select').first().selectOption({ index: 1 });
  await page.locator('dialog[open] select').nth(1).selectOption({ index: 2 });
  expect(await station.everywhere('stack-put')).toEqual([]);
  expect(await page.locator('dialog[open]').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)).toBe(0);
  await page.getByRole('button', { name: 'Xếp vào đây' }).click();
  await page.getByText('4 phần: 4 sẵn sàng xếp').waitFor();

  // The dossiers get their first papers: the clerk gives her word before anything is filed.
  await page.keyboard.press('Control+Enter');
  await page.getByText('Hồ sơ nhận giấy tờ lần đầu').waitFor();
  await station.picture('stack-secrecy');
  expect(await station.violations()).toEqual([]);
  await page.getByRole('button', { name: 'Tôi xác nhận, không có' }).click();
  await page.getByText('Đã xếp 4 phần, 4 trang vào hồ sơ').waitFor();
  expect(await station.everywhere('stack-filed')).toEqual([]);

  // The filing is taken back by Ctrl+Z, to be done again.
  const { dossiers } = await station.call<{ dossiers: Made[] }>({ ask: 'dossier_list', limit: 9, before: null, states: [], find: '' });
  const papers = async () => {
    const shown = await Promise.all(dossiers.map((one) => station.call<{ documents: unknown[] }>({ ask: 'dossier_show', dossier: one.id })));
    return shown.reduce((sum, one) => sum + one.documents.length, 0);
  };
  expect(await papers()).toBe(4);
  await page.keyboard.press('Control+z');
  await expect.poll(papers).toBe(0);
  await page.getByText('4 phần: 4 sẵn sàng xếp').waitFor();
  await page.keyboard.press('Control+Shift+Z');
  await expect.poll(papers).toBe(4);
  await page.getByText('Đã xếp 4 phần, 4 trang vào hồ sơ').waitFor();

  await page.keyboard.press('End');
  await page.getByRole('list', { name: 'Các phần của chồng' }).locator('li:last-child button[aria-current=true]:focus').waitFor();
  await page.getByRole('button', { name: 'Mở hồ sơ' }).click();
  await page.getByText(/Đủ · 1 trang/).first().waitFor({ timeout: 60_000 });
});

test('cover sheets are printed from the dossier', async () => {
  const { page } = station;
  await page.getByRole('button', { name: 'In tờ bìa quét' }).click();
  await page.locator('dialog[open]').waitFor();
  await page.locator('dialog[open] input.control:not(:disabled)').first().fill('2');
  await page.evaluate((folder) => Object.assign(window.hosoTest!, { folder }), station.folder);
  expect(await station.everywhere('cover-sheets')).toEqual([]);
  await page.getByRole('button', { name: 'Lưu và mở để in' }).click();
  await page.getByText(/Đã lưu \d tờ bìa/).waitFor();
  const shown = await page.evaluate(() => window.hosoTest!.shown);
  expect(shown.at(-1)).toMatch(/\.to-bia-\d+\.pdf$/);
  await page.keyboard.press('Escape');
});

test('what is dropped into the watched folder becomes a stack', async () => {
  const { page } = station;
  const folder = join(station.folder, 'hot');
  mkdirSync(folder);
  await page.keyboard.press('Control+7');
  await page.evaluate((folder) => Object.assign(window.hosoTest!, { folder }), folder);
  const card = page.getByRole('region', { name: 'Thư mục chờ' });
  await card.getByRole('button', { name: 'Chọn thư mục' }).click();
  await card.getByText(/Đang theo dõi/).waitFor();
  copyFileSync(sample('danh-sach-feeder.tif'), join(folder, 'máy quét.tif'));
  copyFileSync(sample('to-khai-form.txt'), join(folder, 'ghi chú.txt'));
  await card.getByText('đã nhận').waitFor({ timeout: 60_000 });
  await card.getByText(/không phải ảnh hay PDF/).waitFor({ timeout: 60_000 });
  expect(await station.everywhere('hot-folder')).toEqual([]);
  await page.keyboard.press('Control+3');
  await page.getByRole('button', { name: 'Quét cả chồng' }).click();
  await page.getByText('từ thư mục chờ').waitFor();
  await page.keyboard.press('Control+7');
  await card.getByRole('button', { name: 'Thôi theo dõi' }).click();
});

test('a page that belongs elsewhere is taken out of its part by keyboard', async () => {
  const { page } = station;
  const folder = join(station.folder, 'stray');
  mkdirSync(folder);
  ['to-trinh-flatbed.jpg', 'to-khai-form.png', 'bien-ban-phone.jpg'].forEach((name, n) => copyFileSync(sample(name), join(folder, `${n} ${name}`)));
  await page.keyboard.press('Control+3');
  await page.getByRole('button', { name: 'Quét cả chồng' }).click();
  await station.willChooseFolder(folder);
  await page.keyboard.press('Control+Shift+O');
  await page.getByText('1 phần: 0 sẵn sàng xếp, 1 cần trả lời').waitFor();
  await page.keyboard.press('F8');
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
  await page.getByRole('button', { name: 'Tách trang 2 ra' }).waitFor();
  await drawn();
  expect(await station.everywhere('stack-page')).toEqual([]);
  await page.keyboard.press('t');
  await page.getByText('2 phần: 0 sẵn sàng xếp, 2 cần trả lời').waitFor();
  await page.getByText('Bạn đã tách trang này ra.').waitFor();
  expect(await station.everywhere('stack-taken-out')).toEqual([]);
  await page.keyboard.press('Control+z');
  await page.getByText('1 phần: 0 sẵn sàng xếp, 1 cần trả lời').waitFor();
  await page.keyboard.press('Control+Shift+z');
  await page.getByText('2 phần: 0 sẵn sàng xếp, 2 cần trả lời').waitFor();
  // It stays outside by the key that leaves any part out; the arrow to the left leads back to the list.
  await page.keyboard.press('Delete');
  await page.getByText('2 phần: 0 sẵn sàng xếp, 1 cần trả lời').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  expect(await page.evaluate(() => document.activeElement?.closest('ul') !== null)).toBe(true);
});

test('a stack that was put away comes back by Ctrl+Z, also from the list', async () => {
  const { page } = station;
  await page.keyboard.press('Control+3');
  await page.getByRole('button', { name: 'Quét cả chồng' }).click();
  const watched = page.getByRole('button').filter({ hasText: 'từ thư mục chờ' });
  await watched.click();
  await page.getByRole('button', { name: 'Bỏ chồng này' }).click();
  await page.getByRole('heading', { name: 'Quét cả chồng giấy tờ' }).waitFor();
  await watched.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await watched.waitFor();
});
