/** A procedure that was not there: begun from nothing and as a copy, its papers with pages, validity and a condition put together in lines. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Station } from './fixture';

let station: Station;
const catalogue = async <It>(what: object) => (await station.call<{ it: It }>({ ask: 'catalogue', what })).it;
interface Component {
  need: string | { conditional: { when: unknown } };
  valid_months?: number;
  pages?: { min?: number; max?: number };
}
const saved = async (code: string) => JSON.parse((await catalogue<{ json: string }>({ do: 'draft_check', kind: 'procedure', code })).json) as { name: { vi: string }; components: Component[]; form: { id: string } };

beforeAll(async () => {
  station = await Station.open();
  await catalogue({ do: 'take_charge', name: 'Trần Văn Bình', authority: 'Quyết định 12/QĐ-UBND' });
});
afterAll(() => station.close());

test('from nothing: what nobody can guess is asked for, and the draft waits in sight', async () => {
  const { page } = station;
  await page.keyboard.press('Control+6');
  await page.getByRole('button', { name: 'Thủ tục mới…' }).click();
  await page.getByRole('dialog', { name: 'Soạn thủ tục mới' }).waitFor();
  await page.locator('#begin-from').selectOption('');
  await page.locator('#begin-code').fill('NB-20');
  await page.getByRole('button', { name: 'Bắt đầu soạn' }).click();
  await page.getByText('Đã có thủ tục mang mã này').waitFor();
  await page.getByText('Hãy ghi tên thủ tục.').waitFor();
  expect(await station.everywhere('procedure-begin')).toEqual([]);
  await page.locator('#begin-code').fill('NB-91');
  await page.locator('#begin-vi').fill('Cấp thẻ thử nghiệm');
  await page.getByRole('button', { name: 'Bắt đầu soạn' }).click();
  await page.getByRole('heading', { name: /NB-91/ }).waitFor();
  await page.locator('.summary').waitFor();
  expect(await saved('NB-91')).toMatchObject({ name: { vi: 'Cấp thẻ thử nghiệm' }, components: [{ need: 'mandatory' }] });
  await station.picture('procedure-nothing');
  await page.keyboard.press('Alt+q');
  await page.getByRole('button', { name: 'Soạn tiếp: NB-91' }).waitFor();
  await page.getByText('chưa công bố').waitFor();
  // Its code is taken already, and it can be gone on with from there.
  await page.getByRole('button', { name: 'Thủ tục mới…' }).click();
  await page.locator('#begin-code').fill('nb-91');
  await page.getByRole('button', { name: 'Bắt đầu soạn' }).click();
  await page.getByText('Thủ tục mang mã này đang được soạn').waitFor();
  expect(await station.violations()).toEqual([]);
  await station.picture('procedure-drafted');
  await page.getByRole('dialog').getByRole('button', { name: 'Soạn tiếp: NB-91' }).click();
  await page.getByRole('heading', { name: /NB-91/ }).waitFor();
  // What is to be mended is told by its place as people count.
  await page.getByRole('link', { name: /Thành phần hồ sơ › 1 › Tên › tiếng Anh/ }).or(page.getByRole('button', { name: /Thành phần hồ sơ › 1 › Tên › tiếng Anh/ })).first().waitFor();
  await page.keyboard.press('Alt+q');
  await page.getByRole('button', { name: 'Thủ tục mới…' }).waitFor();
  expect(await station.violations()).toEqual([]);
});

test('as a copy: a paper gets its validity, its pages, and a condition of two lines; the JSON says the same', async () => {
  const { page } = station;
  await page.getByRole('button', { name: 'Thủ tục mới…' }).click();
  await page.locator('#begin-from').selectOption('1.001193');
  await page.locator('#begin-code').fill('NB-92');
  await page.locator('#begin-vi').fill('Đăng ký khai sinh lưu động');
  await page.getByRole('button', { name: 'Bắt đầu soạn' }).click();
  await page.getByRole('tab', { name: /Thành phần/ }).click();
  await page.locator('summary', { hasText: 'Giấy chứng sinh' }).click();
  const paper = page.locator('[data-item="components[1]"]');
  const at = 'components[1]';
  const control = (path: string) => page.locator(`[id="edit-${at}.${path}"]`);
  await control('valid_months').fill('6');
  await control('pages.min').fill('1');
  await control('pages.max').fill('2');
  const condition = paper.locator('.condition fieldset, fieldset.condition').first();
  await condition.getByRole('button', { name: 'Thêm dòng' }).click();
  await expect.poll(() => condition.locator('.test').count()).toBe(2);
  await condition.getByLabel('Cần khi').selectOption('any');
  expect(await station.everywhere('procedure-condition', condition.locator('.test').nth(1))).toEqual([]);
  await expect.poll(async () => (await saved('NB-92')).components[1]).toMatchObject({ valid_months: 6, pages: { min: 1, max: 2 }, need: { conditional: { when: { or: [{ eq: [{ field: 'birth_proof' }, { text: 'hospital' }] }, { eq: [{ field: 'requester_sex' }, { text: 'male' }] }] } } } });
  await condition.getByRole('button', { name: 'Xem dạng JSON' }).click();
  await condition.locator('textarea').fill('{"gt": [{"count": {"group": "x"}}, {"number": "0"}]}');
  await page.getByText('Điều kiện này phức tạp hơn các dòng so sánh').waitFor();
  await station.picture('procedure-json', false, condition);
  expect(await station.violations()).toEqual([]);
});
