/** Procedures without paper: a department's list is drawn up, approved and seen, the gate knows it at once, and who came is counted. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Station } from './fixture';

let station: Station;
const folder = mkdtempSync(join(tmpdir(), 'hoso-no-paper-'));

beforeAll(async () => {
  station = await Station.open();
  await station.willChooseFolder(folder);
});
afterAll(() => station.close());

interface View {
  list: { department: string; revision: number; lines: { procedure: string; from: string; basis: string }[]; approval?: { number: string } };
  in_force: boolean;
}
const lists = async () => (await station.call<{ it: View[] }>({ ask: 'no_paper', what: { do: 'lists' } })).it;
const today = () => new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10).split('-').reverse().join('/');
const dialog = () => station.page.locator('dialog[open]');
const answer = (words: string) => station.page.locator('.verdict').getByText(words).waitFor();

test('a list is drawn up by picking several procedures, with days as they are typed', async () => {
  const { page } = station;
  await page.keyboard.press('Control+6');
  await page.getByRole('tab', { name: 'Không nhận giấy' }).click();
  await page.getByText('Chưa có danh mục nào').waitFor();
  expect(await station.everywhere('no-paper-none')).toEqual([]);
  await page.keyboard.press('Alt+n');
  await dialog().getByRole('button', { name: 'Soạn danh mục' }).click();
  await dialog().getByText('Hãy nhập tên đơn vị').waitFor();
  await page.locator('#no-paper-department').fill('Sở Nội vụ');
  await dialog().getByRole('button', { name: 'Soạn danh mục' }).click();
  await page.getByText('Chưa có thủ tục nào').waitFor();

  await page.keyboard.press('Alt+a');
  await page.locator('#pick-search').fill('ho tich');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.locator('#pick-from').fill(today());
  expect(await station.everywhere('no-paper-pick')).toEqual([]);
  await page.keyboard.press('Enter');
  await dialog().getByText('Hãy nhập căn cứ').waitFor();
  await page.locator('#pick-basis').fill('Văn bản 5436/UBND-VP ngày 16/5/2022');
  await page.locator('#pick-except').fill('hệ thống bị gián đoạn');
  await page.keyboard.press('Enter');
  await page.getByText('Nháp đã lưu').waitFor();
  const [draft] = await lists();
  expect([draft?.list.department, draft?.list.lines.length, draft?.in_force]).toEqual(['Sở Nội vụ', 2, false]);

  // What was said of the last ones is proposed for the next.
  await page.keyboard.press('Alt+a');
  await page.locator('#pick-search').fill('bang khen');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  expect(await page.locator('#pick-basis').inputValue()).toBe('Văn bản 5436/UBND-VP ngày 16/5/2022');
  await page.locator('#pick-from').fill('1/12/26');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await lists())[0]?.list.lines.at(-1)?.from).toBe('2026-12-01');
});

test('what is not right yet is told at its place and not saved; what was taken out comes back', async () => {
  const { page } = station;
  const day = page.getByRole('textbox', { name: /^Từ ngày của NB-/ }).first();
  await day.fill('31/2/26');
  await page.getByText('Hãy nhập ngày, ví dụ 1/12/26').waitFor();
  await page.getByText('Chưa lưu: còn 1 ô cần sửa').waitFor();
  // Nobody leaves it unsaid: back goes to the cell, and another screen finds it as it was.
  await page.keyboard.press('Alt+q');
  await expect.poll(() => day.evaluate((node) => node === document.activeElement)).toBe(true);
  await page.keyboard.press('Control+1');
  await day.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+6');
  await expect.poll(() => day.inputValue()).toBe('31/2/26');
  expect(await station.everywhere('no-paper-draft')).toEqual([]);
  await day.fill('1/1/27');
  await page.getByText('Nháp đã lưu').waitFor();
  const count = (await lists())[0]!.list.lines.length;
  await page.getByRole('button', { name: /^Bỏ / }).first().click();
  await expect.poll(async () => (await lists())[0]?.list.lines.length).toBe(count - 1);
  await page.keyboard.press('Control+z');
  await expect.poll(async () => (await lists())[0]?.list.lines.length).toBe(count);
  await station.killAndStart();
  await station.willChooseFolder(folder);
  expect((await lists())[0]?.list.lines.length).toBe(count);
});

test('a decision puts it into force, and it is printed and exported', async () => {
  const { page } = station;
  await page.keyboard.press('Control+6');
  await page.getByRole('tab', { name: 'Không nhận giấy' }).click();
  await page.getByRole('heading', { name: 'Sở Nội vụ' }).waitFor();
  await page.getByRole('button', { name: 'Phê duyệt' }).click();
  await dialog().getByRole('button', { name: 'Phê duyệt' }).click();
  await dialog().getByText('Hãy đối chiếu rồi đánh dấu').waitFor();
  await page.locator('#approve-by').fill('Trần Văn Bình');
  await page.locator('#approve-title').fill('Giám đốc');
  await page.locator('#approve-number').fill('12/QĐ-SNV');
  await page.locator('#approve-on').fill('1/1/30');
  await dialog().getByText('Ngày quyết định không thể sau hôm nay').waitFor();
  await page.locator('#approve-on').fill(today());
  await dialog().getByText('Tôi đã đối chiếu').click();
  expect(await station.everywhere('no-paper-approve')).toEqual([]);
  await dialog().getByRole('button', { name: 'Phê duyệt' }).click();
  await page.getByText('bản 1 đã được phê duyệt').waitFor();
  await page.getByText('Đang chờ gửi; sẽ tự gửi khi có mạng').waitFor();
  expect((await lists())[0]?.in_force).toBe(true);
  await page.keyboard.press('Alt+p');
  await page.getByText(/Đã ghi .*\.pdf/).waitFor();
  await page.getByRole('button', { name: 'Xuất tệp' }).click();
  await page.getByText(/Đã ghi .*\.json/).waitFor();
  const files = readdirSync(folder).sort();
  expect(files).toEqual(['danh-muc-khong-nhan-giay-ban-1.json', 'danh-muc-khong-nhan-giay-ban-1.pdf']);
  expect(readFileSync(join(folder, files[1]!)).subarray(0, 5).toString()).toBe('%PDF-');
  // The next revision begins with what is in force.
  await page.keyboard.press('Alt+e');
  await page.getByRole('heading', { name: 'Sở Nội vụ – bản 2, nháp' }).waitFor();
  await page.getByText('Nháp đã lưu').waitFor();
  await page.keyboard.press('Alt+q');
  await page.getByRole('option').nth(1).waitFor();
  expect(await station.everywhere('no-paper-lists')).toEqual([]);
});

test('the gate says at a few letters whether paper is taken, and why not', async () => {
  const { page } = station;
  await page.keyboard.press('Control+5');
  await page.getByText('Gõ vài chữ của thủ tục').waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'gate-search');
  await page.keyboard.type('trich luc');
  await answer('Không nhận hồ sơ giấy');
  await page.locator('.verdict').getByText('(2.000635)').waitFor();
  const code = (await lists()).find(({ in_force }) => in_force)!.list.lines[0]!.procedure;
  await page.locator('#gate-search').fill(code);
  await answer('Không nhận hồ sơ giấy');
  await page.getByText('Văn bản 5436/UBND-VP ngày 16/5/2022').waitFor();
  await page.getByText('12/QĐ-SNV ngày').waitFor();
  await page.getByText('hệ thống bị gián đoạn').waitFor();
  expect(await station.everywhere('gate-online')).toEqual([]);
  await page.locator('#gate-search').fill('NB-20');
  await page.getByRole('option', { name: /NB-20/ }).first().click();
  await answer('cần hỏi lại');
  expect(await station.everywhere('gate-unsure')).toEqual([]);
  await page.locator('#gate-search').fill('1.001193');
  await answer('Hôm nay nhận hồ sơ giấy');
  expect(await page.getByRole('button', { name: 'In phiếu hướng dẫn' }).count()).toBe(0);
  expect(await station.everywhere('gate-paper')).toEqual([]);
});

test('by keys the slip is printed, help is noted, and paper is taken for a reason only', async () => {
  const { page } = station;
  const code = (await lists()).find(({ in_force }) => in_force)!.list.lines[0]!.procedure;
  await page.keyboard.press('Control+f');
  await page.keyboard.type(code);
  await answer('Không nhận hồ sơ giấy');
  await page.locator('#gate-who').fill('Trường THCS Thạch Lâm');
  await page.keyboard.press('Alt+p');
  await page.getByText(`huong-dan-${code}.pdf`).waitFor();
  expect(await page.evaluate(() => window.hosoTest!.shown.at(-1))).toContain(`huong-dan-${code}.pdf`);
  expect(readdirSync(folder)).toContain(`huong-dan-${code}.pdf`);
  await page.keyboard.press('Alt+g');
  await page.getByText('Đã ghi nhận: giúp nộp trực tuyến').waitFor();
  await page.keyboard.press('Alt+l');
  await dialog().getByRole('button', { name: 'Ghi nhận' }).click();
  await dialog().getByText('Hãy nhập lý do').waitFor();
  expect(await station.everywhere('gate-reason')).toEqual([]);
  await page.locator('#gate-reason').fill('Hệ thống gián đoạn từ 8 giờ');
  await dialog().getByRole('button', { name: 'Ghi nhận' }).click();
  await page.getByText('Đã ghi nhận: nhận hồ sơ giấy').waitFor();
});

test('the report counts them, and every number opens its rows', async () => {
  const { page } = station;
  await page.getByRole('tab', { name: 'Đã hướng dẫn, đã nhận giấy' }).click();
  const rows = page.getByRole('grid', { name: 'Từng lượt' });
  await rows.getByText('Hệ thống gián đoạn từ 8 giờ').waitFor();
  expect(await rows.getByRole('row').count()).toBe(4);
  expect(await station.everywhere('gate-report')).toEqual([]);
  await page.getByRole('button', { name: 'Tất cả, Nhận giấy: 1' }).press('Enter');
  await expect.poll(() => rows.getByRole('row').count()).toBe(2);
  await page.locator('#visits-from').fill('1/1/20');
  await page.locator('#visits-to').fill('31/1/20');
  await page.getByText('Không có lượt nào trong thời gian này').waitFor();
  await page.locator('#visits-to').fill('1/1/19');
  await page.getByText('Ngày cuối không thể trước ngày đầu').waitFor();
});
