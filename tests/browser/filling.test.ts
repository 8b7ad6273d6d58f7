/** Filling in without typing twice, in the real window: a letterhead, a card, a person kept and offered again, a copy, a template. */
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

interface Given {
  value: unknown;
  source: string;
  confirmed_by?: string | null;
  origin?: { kind: string };
}

async function begin(procedure: string): Promise<string> {
  const { id } = await station.call<{ id: string }>({ ask: 'dossier_new', procedure, practice: false });
  return id;
}

async function open(): Promise<void> {
  await station.page.reload();
  await station.page.locator('[role=grid]').focus();
  await station.page.keyboard.press('Enter');
  await station.page.getByRole('tab').first().waitFor();
}

async function kept(dossier: string, field: string): Promise<Given | undefined> {
  const opened = await station.call<{ sheet: { dossier: { answers: Record<string, Given> } } }>({ ask: 'dossier_open', dossier });
  return opened.sheet.dossier.answers[field];
}

test('a letterhead is shown beside its picture and taken by one key', async () => {
  const id = await begin('NB-11');
  const papers = { component: 'NB-11.01', row: null, files: [sample('to-trinh-flatbed.jpg')], as_is: false, later: true };
  await station.call({ ask: 'dossier_attach', dossier: id, ...papers });
  await open();
  const { page } = station;
  await page.keyboard.press('Alt+n');
  const number = page.locator('[data-key=request_number]');
  await number.locator('.suggested img').waitFor({ timeout: 90_000 });
  await expect.poll(() => number.locator('.suggested img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  expect(await kept(id, 'request_number')).toBeUndefined();
  expect(await station.everywhere('suggested')).toEqual([]);
  const said = await number.locator('.value').innerText();
  await number.locator('input').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => number.locator('input').inputValue()).toBe(said);
  expect(await kept(id, 'request_number')).toMatchObject({ value: said, source: 'ocr', confirmed_by: 'Nguyễn Thị Hạnh', origin: { kind: 'page' } });
  // What was done is told, and taken back, to who is still in the field; what is done next ends the telling.
  const told = page.locator('footer').getByText('Đã điền Số, ký hiệu');
  await told.waitFor();
  await station.picture('taken');
  await page.keyboard.press('Control+z');
  await expect.poll(() => number.locator('input').inputValue()).toBe('');
  expect(await number.locator('input').evaluate((node) => node === document.activeElement)).toBe(true);
  expect(await kept(id, 'request_number')).toBeUndefined();
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => number.locator('input').inputValue()).toBe(said);
  await told.waitFor();
  await page.locator('#answer-request_signer_position').fill('Giám đốc');
  await expect.poll(() => told.count()).toBe(0);
  // Passed over, and nothing stands there.
  await page.locator('[data-key=request_summary] textarea').focus();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('[data-key=request_summary] .suggested').count()).toBe(0);
  expect(await page.locator('[data-key=request_summary] textarea').inputValue()).toBe('');
});

test('a card is scanned into no field; its holder is kept with consent and offered in the next dossier', async () => {
  const first = await begin('2.000635');
  await open();
  const { page } = station;
  const office = page.locator('[data-key=office] input').first();
  await office.focus();
  await page.keyboard.insertText('UBND xã');
  await page.keyboard.type('001199000017|012345678|');
  await page.keyboard.insertText('Nguyễn Thị Ước|21051999|Nữ|Thôn Đồng Rãnh, Lạng Sơn|15082021');
  await page.keyboard.press('Enter');
  await page.locator('.card-offer').waitFor();
  expect(await office.inputValue()).toBe('UBND xã');
  expect(await station.everywhere('card')).toEqual([]);
  await page.locator('.card-offer').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('#answer-requester_name').inputValue()).toBe('Nguyễn Thị Ước');
  expect(await kept(first, 'requester_number')).toMatchObject({ value: '001199000017', source: 'qr_card' });

  // Of an organisation nothing is kept that only people have.
  await page.getByRole('button', { name: /Lưu «UBND xã» vào sổ/ }).click();
  await page.getByText('Chúng tôi đồng ý để cơ quan lưu tên của tổ chức trên máy này').waitFor();
  await station.picture('consent-organisation');
  await page.getByRole('button', { name: 'Không lưu' }).click();

  await page.getByRole('button', { name: /Lưu «Nguyễn Thị Ước» vào sổ/ }).click();
  await page.getByRole('dialog', { name: 'Lưu vào sổ người và tổ chức?' }).waitFor();
  expect(await station.violations()).toEqual([]);
  await station.picture('consent');
  await page.getByRole('button', { name: 'Đã đồng ý, lưu' }).click();
  await page.getByText('Đã lưu Nguyễn Thị Ước vào sổ').waitFor();

  const second = await begin('2.000635');
  await open();
  await page.locator('#answer-requester_name').focus();
  await page.keyboard.insertText('uoc');
  await page.getByRole('option', { name: /Nguyễn Thị Ước/ }).waitFor();
  await station.picture('person-offered');
  expect(await station.violations()).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await kept(second, 'requester_number'))?.source).toBe('personal_store');
  // The same applicant and procedure: said here, and in the list.
  await page.locator('.alike').getByRole('button').first().waitFor();
  await station.picture('alike');
  await page.keyboard.press('Control+1');
  await page.getByText(/Có thể trùng với/).first().waitFor();
  await station.picture('alike-list');
  expect(await station.violations()).toEqual([]);

  await page.keyboard.press('Control+7');
  await page.getByRole('heading', { name: 'Sổ người và tổ chức' }).waitFor();
  await page.getByText('001199000017').first().waitFor();
  expect(await station.everywhere('settings-people')).toEqual([]);
  await page.getByRole('button', { name: /^Xóa khỏi sổ/ }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Xóa khỏi sổ' }).click();
  await page.getByText('Đã xóa Nguyễn Thị Ước khỏi sổ').waitFor();
  expect(await station.call<{ it: unknown[] }>({ ask: 'filling', what: { do: 'people', find: '' } })).toMatchObject({ it: [] });
});

test('a dossier is copied and saved as a template that others begin with', async () => {
  const id = await begin('NB-11');
  await station.call({ ask: 'dossier_fill', dossier: id, values: [{ field: 'recipient', value: { name: 'Sở Nội vụ' } }, { field: 'contact_phone', value: '0901234567' }] });
  await station.page.reload();
  const { page } = station;
  await page.locator('[role=grid]').focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('button', { name: 'Thao tác khác' }).first().press('Enter');
  await page.getByRole('menuitem', { name: 'Lưu làm mẫu' }).click();
  await page.getByRole('dialog', { name: 'Lưu hồ sơ làm mẫu của cơ quan' }).waitFor();
  await page.keyboard.press('Tab');
  await page.getByLabel('Tên mẫu').fill('Vị trí việc làm');
  await page.keyboard.press('Enter');
  await page.getByText('Đã lưu mẫu “Vị trí việc làm”').waitFor();
  await page.keyboard.press('Control+n');
  await page.getByRole('heading', { name: 'Mẫu của cơ quan' }).waitFor();
  expect(await station.everywhere('templates')).toEqual([]);
  await page.getByRole('button', { name: /^Vị trí việc làm/ }).press('Enter');
  await page.getByRole('tab').first().waitFor();
  const { dossiers } = await station.call<{ dossiers: { id: string }[] }>({ ask: 'dossier_list', limit: 1, before: null });
  expect(await kept(dossiers[0]!.id, 'recipient')).toMatchObject({ source: 'template' });
});
