/** The pictures of the README, made from the real program: `HOSO_PICTURES=docs/pictures` writes them where it shows them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sample, Station } from './fixture';

let station: Station;

beforeAll(async () => {
  station = await Station.open();
});
afterAll(() => station.close());

interface Made {
  id: string;
}

test('a clerk at work', async () => {
  const { page } = station;
  await page.keyboard.press('Control+7');
  await page.locator('#enrolment').fill(await station.hub());
  await page.keyboard.press('Enter');
  await page.getByText('Ủy ban nhân dân xã Thử Nghiệm').first().waitFor();
  for (const [procedure, answers] of [
    ['NB-15', []],
    ['NB-03', []],
    ['2.000635', [['office', 'Ủy ban nhân dân xã Thạch Lâm'], ['requester_name', 'Nguyễn Thị Ước']]],
  ] as const) {
    const made = await station.call<Made>({ ask: 'dossier_new', procedure });
    await station.call({ ask: 'dossier_set', dossier: made.id, answers });
  }
  await station.killHub();
  await page.reload();
  await page.getByText('Cấp bản sao trích lục hộ tịch').first().waitFor();
  await page.getByRole('contentinfo').getByText('Ngoại tuyến').waitFor();
  await station.picture('dossiers');

  await page.getByText('Cấp bản sao trích lục hộ tịch').first().dblclick();
  await page.getByRole('tab').first().waitFor();
  await station.willChoose(sample('bien-ban-phone.jpg'));
  await page.keyboard.press('Control+o');
  await page.locator('dialog[open] button.main').click();
  // Minutes, where an application belongs: it is told.
  await page.getByText('Có thể nhầm giấy, nên xem lại').first().waitFor({ timeout: 60_000 });
  await page.getByText('146 dpi').first().waitFor();
  await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
  await station.picture('prepare');

  await page.keyboard.press('Alt+m');
  await page.getByRole('listbox').waitFor();
  await page.keyboard.press('o');
  await page.waitForFunction(() => [...document.images].length > 1 && [...document.images].every((image) => image.complete && image.naturalWidth > 0));
  await station.picture('digitise');
  expect(await station.violations()).toEqual([]);
});
