/** Preparing a dossier by keyboard, as somebody does who knows only the form: what is typed as people write it, tables, tabs, old names of places, advice. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sample, type Shown, Station } from './fixture';

let station: Station;

beforeEach(async () => {
  station = await Station.open();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await station.picture(`failed-${task.id}`);
  await station.close();
});

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

/** The id of what has the focus, or of the row it is in. */
const at = () => station.page.evaluate(() => document.activeElement?.closest('[data-key]')?.getAttribute('data-key') ?? document.activeElement?.textContent?.trim() ?? '');

test('a number with its unit is read, a day that does not exist is named, and the dossier opens again where it was left', async () => {
  await begin('NB-20');
  await open();
  const { page } = station;
  await page.getByRole('tab', { name: /Hội đồng thi đua/ }).click();
  const members = page.locator('#answer-council_members');
  await members.fill('9 người');
  await page.keyboard.press('Tab');
  await expect.poll(() => members.inputValue()).toBe('9');
  await page.locator('#answer-council_date').fill('31/2/26');
  await page.keyboard.press('Tab');
  await page.getByText('Tháng 2 năm 2026 không có ngày 31').waitFor();
  await station.picture('no-such-day');
  await open();
  expect(await page.getByRole('tab', { selected: true }).innerText()).toContain('Hội đồng thi đua');
  // Within a run, also in the field itself.
  await members.focus();
  await page.keyboard.press('Control+1');
  await page.locator('[role=grid]').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => members.evaluate((node) => node === document.activeElement)).toBe(true);
});

test('Tab goes from row to row of a table, and what removes one has a key', async () => {
  const id = await begin('NB-20');
  const row = (n: number) => ({ id: `r${n}`, nominee_kind: 'individual', nominee_name: `Người thứ ${n}` });
  await station.call({ ask: 'dossier_fill', dossier: id, values: [{ field: 'nominees', value: [row(1), row(2)] }] });
  await open();
  const { page } = station;
  await page.getByRole('tab', { name: /Danh sách đề nghị/ }).click();
  const rows = page.locator('.rows .row[role=group]');
  await expect.poll(() => rows.count()).toBe(2);
  await rows.first().locator(':is(input, select, textarea, button):not([tabindex="-1"])').last().focus();
  await page.keyboard.press('Tab');
  expect(await at()).toMatch(/^r2\//);
  await rows.nth(1).locator(':is(input, select, textarea, button):not([tabindex="-1"])').last().focus();
  await page.keyboard.press('Tab');
  expect(await at()).toMatch(/^Thêm/);
  await page.keyboard.press('Shift+Tab');
  expect(await at()).toMatch(/^r2\//);
  expect(await station.everywhere('rows', page.locator('.rows'))).toEqual([]);
  await station.picture('rows-end', false, page.getByText(/bỏ cá nhân, tập thể đang nhập/));
  await page.keyboard.press('Alt+Shift+Delete');
  await expect.poll(() => rows.count()).toBe(1);
  await page.getByText('Đã bỏ', { exact: false }).first().waitFor();
  await page.keyboard.press('Control+z');
  await expect.poll(() => rows.count()).toBe(2);
});

test('no step is cut off, in any size', async () => {
  await begin('NB-20');
  await open();
  const { page } = station;
  const cut = () =>
    page.evaluate(() => {
      const list = document.querySelector('.tabs.steps')!.getBoundingClientRect();
      return [...document.querySelectorAll<HTMLElement>('.tabs.steps .word > span')].flatMap((word) => {
        const { left, right, top, bottom } = word.getBoundingClientRect();
        const inside = left >= list.left - 1 && right <= list.right + 1 && top >= list.top - 1 && bottom <= list.bottom + 1 && right <= innerWidth;
        return inside && word.scrollWidth <= word.clientWidth + 1 && word.scrollHeight <= word.clientHeight + 1 ? [] : [word.textContent];
      });
    });
  for (const size of ['100', '125', '150']) {
    await page.evaluate((size) => (document.documentElement.dataset['size'] = size), size);
    expect(await cut(), size).toEqual([]);
    await station.picture(`steps-${size}`);
  }
});

test('a place of before the mergers is offered as what it is now, and one key takes it', async () => {
  await begin('2.000635');
  await open();
  const { page } = station;
  const commune = page.locator('#answer-requester_address-commune');
  await commune.focus();
  await page.keyboard.insertText('phuc xa');
  await page.getByRole('option', { name: /Phường Phúc Xá, Quận Ba Đình nay là Phường Hồng Hà/ }).waitFor();
  expect(await station.everywhere('old-place', commune)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect.poll(() => commune.inputValue()).toBe('Phường Hồng Hà');
  await page.getByText('(trước sáp nhập: Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội)').waitFor();
  expect(await page.locator('#answer-requester_address-province').inputValue()).toBe('Thành phố Hà Nội');

  // The same of a whole address in one line.
  const agency = await begin('NB-20');
  await open();
  const line = page.locator('#answer-applicant_address');
  await line.focus();
  await page.keyboard.insertText('12 Hàng Than, phường Phúc Xá, quận Ba Đình, Hà Nội');
  await page.getByText('Nay là 12 Hàng Than, Phường Hồng Hà, Thành phố Hà Nội').waitFor();
  expect(await station.everywhere('old-address', line)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect.poll(() => line.inputValue()).toBe('12 Hàng Than');
  await page.keyboard.press('Tab');
  const saved = async () => (await station.call<{ sheet: { dossier: { answers: Record<string, { value: unknown }> } } }>({ ask: 'dossier_open', dossier: agency })).sheet.dossier.answers['applicant_address']?.value;
  await expect.poll(saved).toMatchObject({ line: '12 Hàng Than', commune: '00097', former: { words: '12 Hàng Than, phường Phúc Xá, quận Ba Đình, Hà Nội' } });
});

test('a paper of another kind is advice, which is put aside by a key and stays so until its paper changes', async () => {
  const id = await begin('NB-20');
  const { page } = station;
  const attach = async (component: string, file: string) => {
    await station.call({ ask: 'dossier_attach', dossier: id, component, row: null, files: [sample(file)], as_is: false, later: false });
    const { documents } = await station.call<{ documents: { id: string }[] }>({ ask: 'dossier_show', dossier: id });
    await station.made<Shown>(documents.at(-1)!.id);
  };
  await attach('NB-20.04', 'to-trinh-flatbed.jpg');
  await open();
  await page.getByText('Có thể nhầm giấy, nên xem lại').first().waitFor();
  const more = page.locator('.todo .more').first();
  await more.press('Enter');
  const wrong = page.getByRole('link', { name: /ghi là “TỜ TRÌNH” nhưng mục này cần Biên bản/ });
  await wrong.waitFor();
  expect(await station.everywhere('other-kind', wrong)).toEqual([]);
  await wrong.focus();
  await page.keyboard.press('Delete');
  await expect.poll(() => wrong.count()).toBe(0);
  await page.getByText('Đã bỏ qua 1 lời nhắc').waitFor();
  expect(await page.getByText('Có thể nhầm giấy, nên xem lại').count()).toBe(0);
  expect(await station.everywhere('put-aside')).toEqual([]);
  await page.keyboard.press('Control+z');
  await wrong.waitFor();
  await wrong.focus();
  await page.keyboard.press('Delete');
  await expect.poll(() => wrong.count()).toBe(0);
  // Another paper in its place: looked at anew.
  await attach('NB-20.04', 'to-trinh-flatbed.jpg');
  await open();
  await page.locator('.todo .more').first().press('Enter');
  // Of both the same is said: one line, which opens to them.
  const both = page.locator('summary', { hasText: '2 giấy tờ: giấy này ghi là “TỜ TRÌNH” nhưng mục này cần Biên bản' });
  await both.press('Enter');
  expect(await both.locator('..').getByRole('link').count()).toBe(2);
  expect(await station.everywhere('advice-together', both)).toEqual([]);
});
