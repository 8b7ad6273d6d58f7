/** The check before sending on screen: what, where, how to mend it and why; and the place that is meant, shown on its page. By keyboard. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sample, type Shown, Station } from './fixture';

interface Found {
  findings: { what: { code: string; said?: string; paper?: string }; place: { kind: string; at?: { page: string | null; spot?: number[] } }; blocking: boolean }[];
}

let station: Station;
let dossier: string;

beforeAll(async () => {
  station = await Station.open();
  ({ id: dossier } = await station.call<{ id: string }>({ ask: 'dossier_new', procedure: '2.000635', practice: true }));
  await station.call({ ask: 'dossier_attach', dossier, files: [sample('to-khai-form.png')], component: '2.000635.01', row: null, as_is: false, later: false });
  const { documents } = await station.call<{ documents: { id: string }[] }>({ ask: 'dossier_show', dossier });
  await station.made<Shown>(documents[0]!.id);
  // Two digits of the number that stands on the paper have changed places.
  await station.call({ ask: 'dossier_set', dossier, answers: [['requester_number', '001199000071'], ['requester_name', 'NGUYỄN THỊ ƯỚC'], ['promise', 'có']] });
  await station.page.reload();
  await station.page.locator('h1').waitFor();
});
afterAll(() => station.close());

test('a number that differs from the paper is advice, and leads to where it stands on the page', async () => {
  const { page } = station;
  const { findings } = await station.call<Found>({ ask: 'dossier_check', dossier });
  const slip = findings.find(({ what }) => what.code === 'nearly_same');
  expect(slip).toMatchObject({ what: { said: '001199000071', paper: '001199000017' }, blocking: false });
  const [left, top, width, height] = slip!.place.at!.spot!;
  expect(left! > 0 && top! > 0 && width! > 50 && height! > 3 && left! + width! <= 1000 && top! + height! <= 1000).toBe(true);
  expect(findings.filter(({ what }) => what.code === 'nearly_same')).toHaveLength(1);

  await page.keyboard.press('Control+1');
  await page.locator('[role=grid] [role=row]:has-text("Cấp bản sao trích lục hộ tịch")').first().dblclick();
  await page.getByRole('heading', { name: 'Thành phần hồ sơ' }).waitFor();
  const advice = page.getByRole('button', { name: /Nên xem lại|Xem cả/ });
  await advice.waitFor();
  await advice.focus();
  await page.keyboard.press('Enter');
  await station.picture('preflight-advice');
  const link = page.getByRole('link', { name: /001199000017/ });
  await link.waitFor();
  expect(await page.locator('.todo').innerText()).toContain('Hãy đối chiếu');
  await link.focus();
  await page.keyboard.press('Enter');
  await page.locator('.paper img').first().waitFor();
  expect(await page.locator('.paper [class*=word]').count()).toBeGreaterThan(0);
  expect(await station.everywhere('preflight')).toEqual([]);
});
