/** Many dossiers at once: a table is chosen, its columns are put to fields, its errors are seen, drafts are made and taken back. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Station } from './fixture';

let station: Station;

beforeAll(async () => {
  station = await Station.open();
});
afterAll(() => station.close());

const people = Array.from({ length: 130 }, (_, at) => `${at + 5};Người số ${at + 5};001190${String(at + 100).padStart(6, '0')};12/3/1990;Số ${at}, phường Ba Đình, Hà Nội;2`);
const table = [
  'ỦY BAN NHÂN DÂN XÃ ĐỒNG ĐĂNG;;;;;',
  'STT;Người yêu cầu;Số định danh cá nhân;Ngày, tháng, năm sinh;Nơi cư trú;Số lượng bản sao',
  '1;Nguyễn Thị Ước;001190000012;năm 1990;Số 1, phường Ba Đình, Hà Nội;2',
  '2;Trần Văn Bảy;1190000013;31/2/1990;Thôn 3, xã Đồng Đăng, Lạng Sơn;2',
  '3;;001190000014;5/1990;Số 9;rất nhiều',
  '4;Lê Thị Năm;001190000015;1/2/90;Số 1, phường Ba Đình, Hà Nội;60',
  ...people,
].join('\r\n');

const count = async () => (await station.call<{ dossiers: unknown[] }>({ ask: 'dossier_list', limit: 500, before: null })).dossiers.length;

/** The last draft is made before the window has heard that all are: until then it takes no other table. */
const heard = () => station.page.getByRole('button', { name: 'Chọn bảng khác', disabled: false }).waitFor();

test('a table becomes drafts, with its errors seen before, by keyboard', async () => {
  const { page } = station;
  const file = join(station.folder, 'danh sách.csv');
  writeFileSync(file, table);
  const folder = join(station.folder, 'ra');
  mkdirSync(folder);
  await station.willChooseFolder(folder);

  // From the choice of a procedure; nothing is asked for twice.
  await page.keyboard.press('Control+n');
  await page.getByLabel('Chọn thủ tục').fill('2.000635');
  await page.getByRole('row').filter({ hasText: '2.000635' }).first().waitFor();
  await page.keyboard.press('Alt+n');
  await page.getByText('Mỗi dòng trong bảng thành một hồ sơ nháp').waitFor();
  expect(await station.everywhere('many-begin')).toEqual([]);
  await page.keyboard.press('Alt+m');
  await page.getByText('Đã ghi bảng mẫu').waitFor();
  expect(existsSync(join(folder, 'bang-mau-2.000635.xlsx'))).toBe(true);

  await station.willChoose(file);
  await page.keyboard.press('Control+Shift+O');
  await page.getByText(/^134 hồ sơ ·/).waitFor();
  const name = page.getByLabel('Ghi cột Người yêu cầu vào mục');
  await name.selectOption('requester_name');
  await page.getByText('bạn chọn').first().waitFor();
  await page.getByLabel('Ghi cột Số định danh cá nhân vào mục').selectOption('requester_number');
  await page.getByText('134 hồ sơ · 3 có lỗi').waitFor();
  expect(await station.everywhere('many-columns')).toEqual([]);

  await page.getByRole('tab', { name: /Xem trước/ }).click();
  await page.getByText('Excel đã bỏ số 0 ở đầu, có lẽ là 001190000013').waitFor();
  await page.getByText('Tháng 2 năm 1990 không có ngày 31').waitFor();
  await page.getByText('Chưa điền').waitFor();
  await page.getByText('Hãy nhập không quá 50').waitFor();
  await page.getByText('Dòng 1–100 trong 134').waitFor();
  expect(await station.everywhere('many-rows')).toEqual([]);
  await page.getByLabel('Chỉ hiện dòng có lỗi').check();
  await page.getByRole('row').filter({ hasText: 'Nguyễn Thị Ước' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Ghi các dòng có lỗi ra tệp' }).click();
  await page.getByText('Đã ghi 3 dòng cần sửa').waitFor();
  expect(existsSync(join(folder, 'can-sua-danh sách.xlsx'))).toBe(true);

  await page.keyboard.press('Control+Enter');
  await page.getByText('Đã tạo 131 hồ sơ nháp').first().waitFor();
  await page.getByText('134 hồ sơ · 3 có lỗi · 131 đã tạo trước đó').waitFor();
  expect(await count()).toBe(131);
  expect(await station.everywhere('many-done')).toEqual([]);
  await page.keyboard.press('Control+z');
  await expect.poll(count).toBe(0);
  await page.getByText('131 đã tạo trước đó').waitFor({ state: 'detached' });
  // There is something to do again only once it is taken back and the table is read again.
  const again = async () => {
    await page.keyboard.press('Control+Shift+Z');
    return count();
  };
  await expect.poll(again).toBe(131);
  await page.getByText('131 đã tạo trước đó').waitFor();

  // What has errors may be a draft too.
  await page.getByLabel(/Vẫn tạo 3 hồ sơ/).check();
  await page.keyboard.press('Control+Enter');
  await expect.poll(count).toBe(134);

  // The mended file is known by its headings: the columns are as they were.
  const mended = join(station.folder, 'đã sửa.csv');
  writeFileSync(mended, table.split('\r\n').slice(1, 3).join('\n').replace('Nguyễn Thị Ước', 'Vũ An'));
  await station.willChoose(mended);
  await heard();
  await page.keyboard.press('Control+Shift+O');
  await page.getByRole('row').filter({ hasText: 'Vũ An' }).waitFor();
  await page.getByText('1 hồ sơ · không có lỗi').waitFor();
  await page.keyboard.press('Control+Enter');
  await expect.poll(count).toBe(135);
});

test('a file that is no table says so, and nothing is lost', async () => {
  const { page } = station;
  const file = join(station.folder, 'giả.xlsx');
  writeFileSync(file, '%PDF-1.7\n');
  await station.willChoose(file);
  await heard();
  await page.keyboard.press('Control+Shift+O');
  await page.getByText('Tệp không phải bảng XLSX hay CSV').waitFor();
});
