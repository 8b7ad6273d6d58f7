/** Filing at a province's own portal: packed, copied field by field, the code brought back; by keyboard. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sample, Station } from './fixture';

let station: Station;

beforeEach(async () => {
  station = await Station.open();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await station.picture(`failed-${task.id}`);
  await station.close();
});

interface Standing {
  it: { state: string; pack: { code: string; place: string; slip: string } | null };
}

test('a ready dossier is packed, its answers copied one by one, and the code of the portal noted', async () => {
  const { page } = station;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const { id } = await station.call<{ id: string }>({ ask: 'dossier_new', procedure: '2.000635' });
  const answers = readFileSync(sample('2.000635.answers'), 'utf8').trim().split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  await station.call({ ask: 'dossier_set', dossier: id, answers });
  const attach = { ask: 'dossier_attach', dossier: id, component: '2.000635.01', row: null, as_is: false };
  await station.call({ ...attach, files: [sample('to-khai-form.png')] });
  await page.reload();
  await page.getByText('Cấp bản sao trích lục hộ tịch').first().dblclick();
  await page.getByRole('button', { name: /Nộp qua cổng/ }).waitFor({ timeout: 60_000 });
  await page.keyboard.press('Alt+g');
  const dialog = page.locator('dialog[open]');
  await dialog.getByRole('button', { name: 'Chọn nơi ghi và đóng gói' }).waitFor();
  expect(await station.everywhere('portal-pack')).toEqual([]);
  await station.willChooseFolder(station.folder);
  await dialog.getByRole('button', { name: 'Chọn nơi ghi và đóng gói' }).press('Enter');
  await dialog.getByText(/đã mở lại và đúng như đã chuẩn bị/).waitFor({ timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Sao chép từng ô' }).press('Enter');
  await dialog.getByText('NGUYỄN THỊ ƯỚC').first().waitFor();
  // No page of this procedure is known at the portal: it is said in words where it is filed.
  await dialog.getByText(/Cổng dịch vụ công của tỉnh, tìm theo tên thủ tục/).waitFor();
  expect(await dialog.getByText('https://').count()).toBe(0);
  const clip = () => page.evaluate(() => navigator.clipboard.readText());
  await page.keyboard.press('Alt+c');
  await expect.poll(clip).toBe('Ủy ban nhân dân xã Thạch Lâm');
  // One key copies and goes on; so does the value itself.
  const second = dialog.locator('.sheet button').nth(1);
  await expect.poll(() => second.evaluate((node) => node === document.activeElement)).toBe(true);
  expect(await dialog.locator('.sheet button').first().innerText()).toContain('Đã chép');
  expect(await second.locator('.sign').isVisible()).toBe(true);
  await page.keyboard.press('Enter');
  await expect.poll(clip).toBe(await second.locator('span').nth(1).innerText());
  expect(await station.everywhere('portal-packed')).toEqual([]);

  await dialog.getByLabel('Mã hồ sơ do cổng của tỉnh cấp').fill('sai');
  await dialog.getByRole('button', { name: 'Ghi mã' }).press('Enter');
  await dialog.getByText(/không giống mã hồ sơ của cổng của tỉnh/).waitFor();
  await dialog.getByLabel('Mã hồ sơ do cổng của tỉnh cấp').fill('H06.16-20261121-0007');
  await dialog.getByRole('button', { name: /Ghi mã|ghi như vậy/ }).press('Enter');
  await dialog.getByText(/Cổng của tỉnh đã nhận ngày/).waitFor();
  const standing = await station.call<Standing>({ ask: 'portal', what: { do: 'show', dossier: id } });
  expect([standing.it.state, standing.it.pack?.code]).toEqual(['registered', 'H06.16-20261121-0007']);
  // How it stands there can be noted at once, with the day that was promised.
  await dialog.getByLabel('Tình trạng trên cổng của tỉnh').selectOption('processing');
  await dialog.getByLabel(/^Ngày hẹn trả/).fill('31/12/26');
  await dialog.getByLabel(/^Ghi chú/).fill('đã gọi hỏi');
  const see = dialog.getByRole('button', { name: 'Ghi tình trạng' });
  expect(await station.everywhere('portal-filed', see)).toEqual([]);
  await see.press('Enter');
  await dialog.getByText('Đã ghi tình trạng').waitFor();
  const now = await station.call<Standing>({ ask: 'portal', what: { do: 'show', dossier: id } });
  expect([now.it.state, now.it.pack?.code]).toEqual(['processing', 'H06.16-20261121-0007']);
  await dialog.getByText('Việc khác…').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('H06.16-20261121-0007').first().waitFor();
});
