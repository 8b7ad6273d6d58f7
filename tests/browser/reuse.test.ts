/** A paper of an earlier dossier in the window: seen in the checklist, looked at, taken by one key, taken back; one that counts no more. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sample, type Shown, Station } from './fixture';

let station: Station;
let earlier: string;
const candidate = [['candidate_name', 'Nguyễn Thị Ước'], ['candidate_number', '001199000017']];

async function begin(procedure: string): Promise<string> {
  const { id } = await station.call<{ id: string }>({ ask: 'dossier_new', procedure, practice: false });
  await station.call({ ask: 'dossier_set', dossier: id, answers: candidate });
  await station.call({ ask: 'dossier_fill', dossier: id, values: [{ field: 'applicant_name', value: { name: 'Sở Nội vụ' } }] });
  return id;
}

async function attach(dossier: string, component: string, file: string): Promise<void> {
  await station.call({ ask: 'dossier_attach', dossier, component, row: null, files: [sample(file)], as_is: false, later: false });
  const { documents } = await station.call<{ documents: { id: string; component: string }[] }>({ ask: 'dossier_show', dossier });
  await station.made<Shown>(documents.find((document) => document.component === component)!.id);
}

async function open(): Promise<void> {
  await station.page.reload();
  await station.page.locator('[role=grid]').focus();
  await station.page.keyboard.press('Enter');
  await station.page.getByRole('tab').first().waitFor();
}

const documents = async (dossier: string) => (await station.call<{ documents: { component: string; reused: boolean }[] }>({ ask: 'dossier_show', dossier })).documents;

beforeAll(async () => {
  station = await Station.open();
  earlier = await begin('NB-12');
  // Its letterhead has a date that is long past; the other has none.
  await attach(earlier, 'NB-12.10', 'to-trinh-flatbed.jpg');
  await attach(earlier, 'NB-12.09', 'giay-xac-nhan.pdf');
}, 240_000);
afterAll(() => station.close());

test('it is told in the checklist, shown with its first page, and taken by one key; Ctrl+Z takes it back', async () => {
  const id = await begin('NB-14');
  await open();
  const { page } = station;
  const diploma = page.locator('[data-place="NB-14.02/"]');
  await diploma.getByText('Có 1 bản ở hồ sơ trước').waitFor();
  await diploma.focus();
  await page.keyboard.press('Enter');
  const offer = page.locator('.earlier');
  await offer.locator('img').waitFor();
  await expect.poll(() => offer.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  expect(await offer.innerText()).toMatch(/Bổ nhiệm viên chức quản lý/);
  expect(await station.everywhere('reuse', offer)).toEqual([]);
  await page.keyboard.press('Alt+u');
  // The clerk's word that no paper is a state secret comes before the first one, here too.
  await page.getByRole('dialog').getByRole('button').last().press('Enter');
  await page.getByText('Dùng lại từ hồ sơ trước').waitFor();
  await page.locator('.paper img').first().waitFor();
  await station.picture('reuse-taken');
  expect(await station.violations()).toEqual([]);
  expect(await documents(id)).toMatchObject([{ component: 'NB-14.02', reused: true }]);
  await page.keyboard.press('Control+z');
  await expect.poll(() => documents(id)).toEqual([]);
  await offer.locator('img').waitFor();
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(async () => (await documents(id)).length).toBe(1);
});

test('one that counts no more is grey, says since when, and takes a second word; the check tells of it', async () => {
  const id = await begin('NB-14');
  await open();
  const { page } = station;
  await page.locator('[data-place="NB-14.03/"]').click();
  const offer = page.locator('.earlier li.over');
  await offer.waitFor();
  await station.picture('reuse-expired', false, offer);
  await page.keyboard.press('Alt+u');
  await offer.getByRole('button').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Dùng giấy tờ đã hết giá trị?' }).waitFor();
  expect(await station.violations()).toEqual([]);
  await station.picture('reuse-ask');
  await page.keyboard.press('Escape');
  expect(await documents(id)).toEqual([]);
  await offer.getByRole('button').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Vẫn dùng', exact: true }).press('Enter');
  await page.getByRole('dialog').getByRole('button').last().press('Enter');
  await page.getByText('Dùng lại từ hồ sơ trước').waitFor();
  const { findings } = await station.call<{ findings: { what: { code: string; read?: boolean }; blocking: boolean }[] }>({ ask: 'dossier_check', dossier: id });
  expect(findings.filter(({ what }) => what.code === 'paper_expired')).toMatchObject([{ what: { read: true }, blocking: false }]);
  // What blocks comes first, what is worth a look behind it.
  await page.getByRole('button', { name: /^Xem cả/ }).first().click();
  await page.getByRole('heading', { name: /Nên xem lại/ }).waitFor();
  await station.picture('reuse-advice');
  expect(await station.violations()).toEqual([]);
});
