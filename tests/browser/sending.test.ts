/** The outbox while nothing may be sent by itself: why, what is only here, and how to send. By keyboard. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sample, Station } from './fixture';

let station: Station;

beforeAll(async () => {
  station = await Station.open();
});
afterAll(() => station.close());

/** A dossier that is finished and queued. */
async function queue(): Promise<void> {
  const answers = readFileSync(sample('2.000635.answers'), 'utf8').trim().split('\n').map((line) => line.split('=', 2));
  const { id } = await station.call<{ id: string }>({ ask: 'dossier_new', procedure: '2.000635' });
  await station.call({ ask: 'dossier_set', dossier: id, answers });
  const paper = { component: '2.000635.01', row: null, as_is: true };
  await station.call({ ask: 'dossier_attach', dossier: id, files: [sample('giay-xac-nhan.pdf')], ...paper });
  await station.call({ ask: 'dossier_submit', dossier: id });
}

test('nothing goes at an hour that is paused, and what waits goes as soon as a person asks', async () => {
  const string = await station.hub();
  await station.call({ ask: 'enrol', enrolment: string });
  const network = { speed: { speed: 'paused' }, hours: [], metered: false, proxy: null };
  await station.call({ ask: 'set_network', network, proxy_password: null });
  await queue();
  await station.call({ ask: 'dossier_new', procedure: 'NB-15' });
  await station.page.keyboard.press('Control+4');
  await station.page.getByText('Đang đặt không tự gửi').waitFor();
  await station.page.getByText('1 hồ sơ chờ gửi').waitFor();
  await station.page.getByText('1 hồ sơ đang soạn.').waitFor();
  expect(await station.everywhere('outbox-paused')).toEqual([]);

  await station.page.keyboard.press('Alt+c');
  const dialog = station.page.getByRole('dialog', { name: 'Cách gửi' });
  await dialog.getByLabel('Tốc độ gửi').first().selectOption('limited');
  await dialog.getByRole('button', { name: 'Thêm giờ' }).click();
  await dialog.getByLabel(/Máy chủ trung gian/).fill('http://proxy.xa.vn:3128');
  await dialog.getByLabel('Tên đăng nhập proxy').waitFor();
  expect(await station.everywhere('how-to-send', dialog)).toEqual([]);
  await station.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });

  await station.page.keyboard.press('F5');
  await station.page.getByText(/000\.00\.16\.H99-\d{8}-\d{4}/).first().waitFor({ timeout: 60_000 });
});
