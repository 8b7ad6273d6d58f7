/** The main job, by keyboard only: enrolled, then without a network, then with one again. And Vietnamese as it is typed. */
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

/** Goes on by Tab until the control that `css` names has the focus. */
async function tabTo(css: string): Promise<void> {
  const { page } = station;
  await page.locator(css).first().waitFor();
  for (let n = 0; n < 120; n += 1) {
    if (await page.evaluate((css) => document.activeElement?.matches(css) ?? false, css)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${css} cannot be reached by Tab`);
}

async function answer(field: string, text: string): Promise<void> {
  await tabTo(`[data-key=${field}] :is(input, textarea)`);
  await station.page.keyboard.insertText(text);
}

/** Chooses from a list by its arrow keys. */
async function choose(field: string, value: string): Promise<void> {
  const css = `[data-key=${field}] select`;
  await tabTo(css);
  for (let n = 0; n < 12; n += 1) {
    if ((await station.page.locator(css).inputValue()) === value) return;
    await station.page.keyboard.press('ArrowDown');
  }
  throw new Error(`${field} does not offer ${value}`);
}

interface Sheet {
  sheet: { fields: { field: string; value: unknown }[] };
}

/** What is on the disk in a field of the newest dossier. */
async function kept(field: string): Promise<unknown> {
  const list = { ask: 'dossier_list', limit: 1, before: null };
  const { dossiers } = await station.call<{ dossiers: { id: string }[] }>(list);
  const opened = await station.call<Sheet>({ ask: 'dossier_open', dossier: dossiers[0]!.id });
  return opened.sheet.fields.find((one) => one.field === field)?.value;
}

test('a dossier is prepared, kept through kills, sent when the hub is back, and receipted: by keyboard only', async () => {
  const { page } = station;
  const string = await station.hub();
  await page.keyboard.press('Control+7');
  await tabTo('#enrolment');
  await page.keyboard.insertText(string);
  await page.keyboard.press('Enter');
  await page.getByText('Ủy ban nhân dân xã Thử Nghiệm').first().waitFor();
  await page.getByRole('contentinfo').getByText('Trực tuyến').waitFor();

  // From here on there is no hub.
  await station.killHub();
  await page.keyboard.press('Control+n');
  await tabTo('#procedure-filter');
  await page.keyboard.insertText('trich luc');
  await page.getByText('2.000635').waitFor();
  await page.keyboard.press('Control+Enter');
  await page.getByRole('tab').first().waitFor();
  await answer('office', 'Ủy ban nhân dân xã Thạch Lâm');
  await answer('requester_number', '001199000017');
  await answer('requester_name', 'Nguyễn Thị Ước');
  await answer('requester_address', 'Thôn Đồng Rãnh, xã Thạch Lâm');
  await choose('relation', 'self');

  // What was said last is on the disk, and shown as saved; it is there after a kill.
  await expect.poll(() => kept('relation')).toBe('self');
  await page.getByRole('contentinfo').getByText(/Đã lưu/).waitFor();
  await station.killAndStart();
  await station.page.getByText('Cấp bản sao trích lục hộ tịch').first().waitFor();
  await tabTo('[role=grid]');
  await station.page.keyboard.press('Enter');
  await station.page.getByRole('tab').first().waitFor();
  expect(await station.page.locator('#answer-requester_name').inputValue()).toBe('Nguyễn Thị Ước');

  // The second part of the form, and the paper.
  await station.page.keyboard.press('Alt+n');
  await choose('event', 'birth');
  await answer('registered_at', 'Ủy ban nhân dân xã Thạch Lâm');
  await answer('copies', '2');
  await tabTo('[data-key=promise] input');
  await station.page.keyboard.press('Space');
  await station.willChoose(sample('to-khai-form.png'), '/nowhere/khong-co.pdf');
  await station.page.keyboard.press('Control+o');
  await station.page.locator('dialog[open]').waitFor();
  await tabTo('dialog[open] button.main');
  await station.page.keyboard.press('Enter');
  await station.page.getByText('khong-co.pdf', { exact: false }).first().waitFor();
  await station.page.getByText('Đủ · 1 trang').first().waitFor({ timeout: 60_000 });

  // The key asks once more before anything goes.
  await station.page.keyboard.press('Control+Enter');
  await station.page.getByRole('dialog', { name: 'Gửi hồ sơ này?' }).waitFor();
  await station.page.keyboard.press('Control+Enter');
  await station.page.getByRole('heading', { name: /chỉ có trên máy này|Chờ gửi/ }).first().waitFor();
  await station.page.getByRole('contentinfo').getByText('Ngoại tuyến').waitFor();

  await station.hub();
  await station.page.keyboard.press('F5');
  await station.page.getByText(/000\.00\.16\.H99-\d{8}-\d{4}/).first().waitFor({ timeout: 60_000 });
  const [sent] = (await station.call<{ dossiers: { id: string; state: string }[] }>({ ask: 'dossier_list', limit: 1, before: null })).dossiers;
  expect(sent!.state).toBe('registered');
  const receipt = await station.call<{ ours: boolean }>({ ask: 'receipt_show', dossier: sent!.id, save: null });
  expect(receipt.ours).toBe(true);
});

test('Vietnamese composed key by key is neither cut nor doubled while it is saved', async () => {
  const { page } = station;
  await page.getByRole('button', { name: 'Soạn thử một hồ sơ' }).click();
  await page.locator('#answer-requester_name').focus();
  const keyboard = await page.context().newCDPSession(page);
  // As an input method sends it: a word under way, changed with every key, kept at its end.
  const words: string[][] = [
    ['N', 'Ng', 'Ngu', 'Nguy', 'Nguye', 'Nguyê', 'Nguyên', 'Nguyễn'],
    ['T', 'Th', 'Thi', 'Thị'],
    ['Ư', 'Ươ', 'Ươc', 'Ước'],
  ];
  for (const [n, steps] of words.entries()) {
    for (const text of steps) {
      await keyboard.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    }
    // In the middle of the word the program saves, and answers.
    await page.waitForResponse((reply) => reply.url().endsWith('/call') && (reply.request().postData() ?? '').includes('dossier_fill'));
    await keyboard.send('Input.insertText', { text: steps.at(-1)! + (n < words.length - 1 ? ' ' : '') });
  }
  expect(await page.locator('#answer-requester_name').inputValue()).toBe('Nguyễn Thị Ước');
  await expect.poll(() => kept('requester_name')).toBe('Nguyễn Thị Ước');
  // Esc and Enter of the input method are its own: the screen is still here.
  await page.getByRole('tab').first().waitFor();
});

test('what was put away comes back by Ctrl+Z', async () => {
  const { page } = station;
  await page.getByRole('button', { name: 'Soạn thử một hồ sơ' }).click();
  await page.getByRole('button', { name: /Dùng giấy mẫu/ }).click();
  await page.locator('dialog[open] button.main').click();
  await page.getByText('Đủ · 1 trang').first().waitFor({ timeout: 60_000 });
  await page.keyboard.press('Alt+Delete');
  await page.getByText('Chưa có', { exact: true }).waitFor();
  await page.locator('main').focus();
  await page.keyboard.press('Control+z');
  await page.getByText('Đủ · 1 trang').first().waitFor();
});

test('a paper that was removed by mistake comes back: by Ctrl+Z in an empty text, and from its list after a kill', async () => {
  let { page } = station;
  await page.getByRole('button', { name: 'Soạn thử một hồ sơ' }).click();
  await page.getByRole('button', { name: /Dùng giấy mẫu/ }).click();
  await page.locator('dialog[open] button.main').click();
  await page.getByText('Đủ · 1 trang').first().waitFor({ timeout: 60_000 });
  // A double press removes it once, and falls neither on the undoing nor on its closing.
  await page.getByRole('button', { name: /Bỏ giấy tờ này/ }).dblclick();
  await page.locator('footer .bar').waitFor();
  await page.getByText('Chưa có', { exact: true }).waitFor();
  await station.picture('removed');
  // The bar lies over nothing: it is in the line at the foot.
  const [bar, main] = [await page.locator('footer .bar').boundingBox(), await page.locator('main').boundingBox()];
  expect(bar!.y).toBeGreaterThanOrEqual(main!.y + main!.height - 1);
  const name = page.locator('#answer-requester_name');
  await name.focus();
  const before = await name.inputValue();
  await page.keyboard.type(' Ba');
  // How much one press takes back of a text is the browser's to say.
  for (let presses = 0; presses < 3 && (await name.inputValue()) !== before; presses += 1) {
    await page.keyboard.press('Control+z');
  }
  expect(await name.inputValue()).toBe(before);
  await page.getByText('Chưa có', { exact: true }).waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('Đủ · 1 trang').first().waitFor();

  await page.keyboard.press('Alt+Delete');
  await page.getByText('Giấy tờ đã bỏ (1)').waitFor();
  await station.killAndStart();
  page = station.page;
  await page.getByRole('button', { name: 'Cấp bản sao trích lục hộ tịch' }).first().click();
  await page.getByText('Giấy tờ đã bỏ (1)').click();
  await station.picture('removed-list');
  expect(await station.violations()).toEqual([]);
  await page.getByRole('button', { name: /Lấy lại/ }).click();
  await page.getByText('Đủ · 1 trang').first().waitFor();
});

test('an address is found by names typed without marks, and its codes are kept', async () => {
  const { page } = station;
  const made = await station.call<{ id: string }>({ ask: 'dossier_new', procedure: '1.004194' });
  await page.reload();
  await page.getByRole('button', { name: 'Đăng ký tạm trú' }).first().click();
  const commune = page.locator('[role=combobox][id$=-commune]').first();
  await commune.focus();
  await page.keyboard.type('ba dinh');
  await page.getByRole('option', { name: /Phường Ba Đình/ }).first().waitFor();
  await station.picture('address');
  expect(await station.violations()).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  expect(await commune.inputValue()).toBe('Phường Ba Đình');
  const field = await page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-key]')?.dataset['key'] ?? '');
  const address = async () => {
    const opened = await station.call<Sheet>({ ask: 'dossier_open', dossier: made.id });
    return opened.sheet.fields.find((one) => one.field === field)?.value;
  };
  await expect.poll(address).toMatchObject({ commune: expect.stringMatching(/^\d{5}$/) as string, province: expect.stringMatching(/^\d{2}$/) as string });
  // The province came with it; another one takes the commune away.
  await expect.poll(address).toMatchObject({ commune: '00004', province: '01' });
  const province = page.locator('[role=combobox][id$=-province]').first();
  expect(await province.inputValue()).toMatch(/^(Tỉnh|Thành phố) /);
  await province.fill('cao bang');
  await page.keyboard.press('Tab');
  await expect.poll(address).toMatchObject({ province: '04' });
  await expect.poll(async () => commune.inputValue()).toBe('');
  await expect.poll(async () => Object.keys((await address()) as object).sort()).toEqual(['line', 'province']);
});
