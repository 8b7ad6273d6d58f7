/** The catalogue's screen: read by everybody, changed by the officer in charge, and a draft moved to the revision they published. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Station } from './fixture';

let station: Station;
let dossier: string;
/** In which NB-20 ships; what is published here comes after it. */
let first: number;

beforeAll(async () => {
  station = await Station.open();
  const begun = await station.call<{ id: string; revision: number }>({ ask: 'dossier_new', procedure: 'NB-20' });
  [dossier, first] = [begun.id, begun.revision];
});
afterAll(() => station.close());

interface Answer<It> {
  is: string;
  it: It;
}
const catalogue = async <It>(what: object) => (await station.call<Answer<It>>({ ask: 'catalogue', what })).it;

async function tab(name: string): Promise<void> {
  await station.page.getByRole('tab', { name }).click();
}

test('without an officer everything is read and nothing changed', async () => {
  const { page } = station;
  await page.keyboard.press('Control+6');
  await page.getByRole('listbox', { name: 'Danh sách thủ tục' }).waitFor();
  await page.getByText('Chỉ xem.').waitFor();
  expect(await page.getByRole('button', { name: 'Soạn bản mới' }).count()).toBe(0);
  await page.keyboard.press('Control+f');
  await page.keyboard.type('bang khen');
  await page.keyboard.press('ArrowDown');
  await page.getByRole('heading', { name: 'Tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh' }).waitFor();
  await page.getByText('minh họa, chưa kiểm chứng').first().waitFor();
  await page.getByText('Nguồn: Thành phần và thời hạn thường gặp').waitFor();
  expect(await station.everywhere('catalogue-procedure')).toEqual([]);
});

test('a unit of before July 2025 leads to what it became', async () => {
  const { page } = station;
  await tab('Đơn vị hành chính');
  await page.locator('#catalogue-search').fill('truc bach');
  await page.locator('#units-day').fill('30/6/2025');
  await page.getByRole('option', { name: /Phường Trúc Bạch/ }).click();
  await page.getByRole('heading', { name: 'Từ 01/7/2025 thuộc về' }).waitFor();
  await page.getByRole('button', { name: /^Phường Ba Đình/ }).click();
  await page.getByRole('heading', { name: 'Hình thành từ' }).waitFor();
  expect(await station.everywhere('catalogue-units')).toEqual([]);
});

test('a year shows its days, official or projected', async () => {
  const { page } = station;
  await tab('Lịch làm việc');
  await page.getByRole('option', { name: /2026/ }).click();
  await page.getByText('Có tin về hoán đổi ngày 02/01').waitFor();
  await page.getByRole('cell', { name: /^16\s*, nghỉ lễ: Tết Nguyên đán/ }).waitFor();
  expect(await station.everywhere('catalogue-calendar')).toEqual([]);
  await tab('Bộ quy định');
  await page.getByRole('heading', { name: /Một cửa theo Nghị định/ }).waitFor();
  expect(await station.everywhere('catalogue-profile')).toEqual([]);
});

test('the officer confirms a value, and it bears their name and source', async () => {
  const { page } = station;
  await tab('Thủ tục');
  await page.getByRole('button', { name: 'Người phụ trách' }).click();
  await page.getByRole('button', { name: 'Nhận phụ trách' }).click();
  expect(await page.locator('dialog[open]').getByText('Hãy nhập mục này').count()).toBe(3);
  await page.locator('#officer-name').fill('Trần Văn Bình');
  await page.locator('#officer-authority').fill('Quyết định 12/QĐ-UBND');
  await page.getByLabel('Tôi được giao phụ trách').check();
  expect(await station.everywhere('catalogue-officer')).toEqual([]);
  await page.getByRole('button', { name: 'Nhận phụ trách' }).click();
  await page.locator('main .charge', { hasText: 'Bạn phụ trách danh mục: Trần Văn Bình' }).waitFor();
  await page.waitForFunction(() => !document.querySelector('dialog[open]'));
  await page.getByRole('option', { name: /Tặng Bằng khen của Chủ tịch/ }).click();
  await page.keyboard.press('Alt+x');
  await page.getByRole('button', { name: 'Xác nhận hoặc sửa: Số bộ hồ sơ' }).click();
  await page.getByLabel('Chưa đúng, sửa lại').check();
  await page.getByRole('textbox', { name: 'Giá trị đúng' }).fill('2');
  await page.locator('#confirm-source').fill('Quyết định 45/QĐ-UBND');
  expect(await station.everywhere('catalogue-confirm')).toEqual([]);
  await page.getByRole('button', { name: 'Sửa và xác nhận' }).click();
  await page.getByText(`Đã ghi thành bản ${first + 1}`).waitFor();
  await page.getByText(/Nguồn: Quyết định 45\/QĐ-UBND · Trần Văn Bình xác nhận/).waitFor();
  await page.keyboard.press('Alt+x');
});

test('a draft is checked as it is typed, compared, and published with a reason', async () => {
  const { page } = station;
  await page.keyboard.press('Alt+e');
  await page.getByRole('heading', { name: `NB-20 – nháp của bản ${first + 2}` }).waitFor();
  await page.locator('#edit-sets').fill('0');
  await page.getByText('Số bộ hồ sơ: Không được để trống hoặc bằng 0').waitFor();
  await page.keyboard.press('Control+Enter');
  await page.locator('.summary a, .summary button').first().press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'edit-sets');
  expect(await station.everywhere('catalogue-editor')).toEqual([]);
  await page.locator('#edit-sets').fill('3');

  await page.getByRole('tab', { name: /^Thành phần/ }).click();
  await page.getByText('1. Tờ trình đề nghị khen thưởng').waitFor();
  await page.getByRole('button', { name: 'Bỏ Tờ trình đề nghị khen thưởng' }).click();
  await page.getByText('Đã bỏ Tờ trình đề nghị khen thưởng').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('1. Tờ trình đề nghị khen thưởng').waitFor();
  await page.getByText('1. Tờ trình đề nghị khen thưởng').click();
  await page.locator('[id="edit-components[0].originals"]').fill('2');
  expect(await station.everywhere('catalogue-components')).toEqual([]);
  for (const name of ['Thời hạn', 'Các bước', 'Phí, kết quả', 'Căn cứ', 'Nguồn']) {
    await page.getByRole('tab', { name, exact: false }).click();
    expect(await station.violations(), name).toEqual([]);
    await station.picture(`catalogue-editor-${name}`);
  }

  await page.keyboard.press('Alt+s');
  await page.getByRole('rowheader', { name: /Thành phần hồ sơ › NB-20.01 › Số bản chính/ }).waitFor();
  expect(await page.getByRole('rowheader').count()).toBe(2);
  expect(await station.everywhere('catalogue-differences')).toEqual([]);
  await page.getByText('Nháp đã lưu').waitFor();
  await page.keyboard.press('Control+Enter');
  await page.locator('dialog[open]').getByRole('button', { name: 'Công bố' }).click();
  await page.getByText('Hãy nhập lý do').waitFor();
  await page.locator('#publish-reason').fill('Quyết định 45/QĐ-UBND');
  await page.locator('dialog[open]').getByRole('button', { name: 'Công bố' }).click();
  await page.getByText(`Đã công bố NB-20, bản ${first + 2}`).waitFor();
  await page.keyboard.press('Alt+s');
  await page.getByText('Lý do: Quyết định 45/QĐ-UBND').waitFor();
  expect(await station.violations()).toEqual([]);
  await page.keyboard.press('Alt+q');
  await page.getByRole('listbox', { name: 'Danh sách thủ tục' }).waitFor();
});

test('a draft that was typed and not published is there after a kill', async () => {
  const { page } = station;
  await page.getByRole('option', { name: /Tặng Bằng khen của Chủ tịch/ }).click();
  await page.keyboard.press('Alt+e');
  await page.locator('#edit-sets').fill('4');
  await page.getByText('Nháp đã lưu').waitFor();
  const saved = async () => JSON.parse((await catalogue<{ json: string }>({ do: 'draft_check', kind: 'procedure', code: 'NB-20' })).json) as { sets: number };
  await expect.poll(async () => (await saved()).sets).toBe(4);
  await station.killAndStart();
  expect((await saved()).sets).toBe(4);
  await station.page.keyboard.press('Control+6');
  await station.page.getByRole('listbox', { name: 'Danh sách thủ tục' }).waitFor();
  await station.page.getByRole('option', { name: /Tặng Bằng khen của Chủ tịch.*có bản nháp/ }).click();
  await station.page.keyboard.press('Alt+e');
  await station.page.getByRole('button', { name: 'Bỏ bản nháp' }).click();
  await station.page.locator('dialog[open]').getByRole('button', { name: 'Bỏ bản nháp' }).click();
  await station.page.getByText('Đã bỏ bản nháp').waitFor();
});

test('the catalogue leaves as one file', async () => {
  const { page } = station;
  const folder = mkdtempSync(join(tmpdir(), 'hoso-catalogue-'));
  await station.willChooseFolder(folder);
  await page.keyboard.press('Control+6');
  await station.page.getByRole('button', { name: 'Xuất toàn bộ' }).click();
  await station.page.getByText(/Đã xuất \d+ mục/).waitFor();
  const [file] = readdirSync(folder);
  const content = JSON.parse(readFileSync(join(folder, file ?? ''), 'utf8')) as { procedures: { code: string; revision: number }[] };
  expect(content.procedures.filter(({ code }) => code === 'NB-20').map(({ revision }) => revision)).toEqual([first, first + 1, first + 2]);
});

test('the catalogue stands beside the Portal’s', async () => {
  const { page } = station;
  await page.keyboard.press('Alt+c');
  await page.getByText('Chưa tải danh mục của Cổng lần nào').waitFor();
  expect(await station.everywhere('catalogue-hub')).toEqual([]);
  await page.keyboard.press('Alt+q');
});

test('a dossier that was begun before is moved when its clerk says so', async () => {
  const { page } = station;
  await page.keyboard.press('Control+1');
  await page.getByRole('row', { name: /Tặng Bằng khen/ }).dblclick();
  await page.getByText('Thủ tục đã có bản mới').waitFor();
  await page.getByRole('button', { name: 'Xem trước khi chuyển' }).click();
  await page.getByRole('heading', { name: `Chuyển hồ sơ sang bản ${first + 2}` }).waitFor();
  expect(await station.everywhere('rebase')).toEqual([]);
  await page.getByRole('button', { name: 'Chuyển sang bản mới' }).click();
  await page.getByText(`Đã chuyển sang bản ${first + 2}`).waitFor();
  const open = await station.call<{ procedure: { revision: number } }>({ ask: 'dossier_open', dossier });
  expect(open.procedure.revision).toBe(first + 2);
  expect(await page.getByText('Thủ tục đã có bản mới').count()).toBe(0);
});
