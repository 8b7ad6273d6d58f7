/** Finding dossiers by keyboard: words, conditions that are offered, what is not understood, in every theme and size. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEn, findVi } from '../../ui/src/words/find';
import { statesEn, statesVi } from '../../ui/src/words/states';
import { Station } from './fixture';

let station: Station;

interface Page {
  dossiers: { id: string; title: string }[];
  doubts: { typed: string }[];
}

beforeAll(async () => {
  station = await Station.open();
  for (const [procedure, name] of [['2.000635', 'Đặng Thị Hòa'], ['2.000635', 'Nguyễn Văn Bình'], ['NB-20', undefined]] as const) {
    const made = await station.call<{ id: string }>({ ask: 'dossier_new', procedure, practice: true });
    if (name !== undefined) await station.call({ ask: 'dossier_fill', dossier: made.id, values: [{ field: 'requester_name', value: name }] });
  }
});
afterAll(() => station.close());

async function look(theme: string, size: number): Promise<void> {
  await station.call({ ask: 'set_preferences', preferences: { language: 'vi', theme, size, density: 'compact' } });
  await station.page.reload();
  await station.page.locator(`html[data-theme=${theme}][data-size="${size / 10}"]`).waitFor();
  await station.page.locator('[role=grid]').waitFor();
}

const rows = () => station.page.locator('[role=grid] [role=row][aria-rowindex]:not([aria-rowindex="1"])').count();

test('a condition is offered, chosen and fulfilled by keyboard alone, and the focus goes to what was found', async () => {
  await look('light', 1000);
  const { page } = station;
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: /^trạng thái:/ }).waitFor();
  await page.keyboard.type('hoa tr');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: 'Đang soạn' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  expect(await page.locator('header input').inputValue()).toBe('hoa trạng thái:"Đang soạn" ');
  await page.getByText('Tìm thấy 1 hồ sơ').waitFor();
  expect(await rows()).toBe(1);
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
  expect(await page.locator('[role=grid]').innerText()).toContain('Đặng Thị Hòa');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('thủ tục:NB-20');
  await expect.poll(rows).toBe(1);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('đơn vị:"nguyễn văn" màu:đỏ');
  await page.getByText('Không có điều kiện “màu:đỏ” nên đã bỏ qua').waitFor();
  await expect.poll(rows).toBe(1);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('bình tt:xong');
  await page.getByText('Bỏ bớt một điều kiện rồi tìm lại').waitFor();
  // What is offered goes first, then what was typed.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect.poll(rows).toBe(3);
});

test('whatever is offered, in either language, the program understands', async () => {
  const offered = [
    [findVi, statesVi],
    [findEn, statesEn],
  ] as const;
  for (const [{ operators, due }, { state }] of offered) {
    const states = Object.values(state).map((name) => `${operators.state.name}:"${name}"`);
    const days = due.map(({ value }) => `${operators.due.name}:"${value}"`);
    const short = operators.state.short.map((name) => `${name}:"${Object.values(state)[0]}"`);
    for (const find of [...states, ...days, ...short, `${operators.procedure.name}:NB-20`, `${operators.unit.name}:"Sở Y tế"`]) {
      const page = await station.call<Page>({ ask: 'dossier_list', limit: 9, before: null, states: [], find });
      expect(page.doubts, find).toEqual([]);
    }
  }
});

describe('usable by everybody', () => {
  test.each([
    ['light', 1000],
    ['dark', 1000],
    ['contrast', 1000],
    ['light', 1500],
    ['dark', 1500],
    ['contrast', 1500],
  ])('theme %s at %i', async (theme, size) => {
    await look(theme, size);
    const { page } = station;
    await page.keyboard.press('Control+k');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await station.picture(`find-offer-${theme}-${size}`);
    expect(await station.violations()).toEqual([]);
    await page.keyboard.type('hòa màu:đỏ');
    await page.getByText('Không có điều kiện').waitFor();
    await page.getByText('Tìm thấy 1 hồ sơ').waitFor();
    await station.picture(`find-doubt-${theme}-${size}`);
    expect(await station.violations()).toEqual([]);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('khôngcó tt:nháp');
    await page.getByText('Không tìm thấy').waitFor();
    await station.picture(`find-none-${theme}-${size}`);
    expect(await station.violations()).toEqual([]);
    await page.keyboard.press('Escape');
  });
});
