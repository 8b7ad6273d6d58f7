/** Without a network: what waits is sealed into a file, the receipt taken back, and another computer's parcel sent; by keyboard. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sample, Station } from './fixture';

const programs = process.env['HOSO_BIN'] ?? join(resolve(import.meta.dirname, '../..'), 'target/debug');

let station: Station;

beforeEach(async () => {
  station = await Station.open();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await station.picture(`failed-${task.id}`);
  await station.close();
});

/** A dossier in the outbox. */
async function queued(): Promise<string> {
  const { id } = await station.call<{ id: string }>({ ask: 'dossier_new', procedure: '2.000635' });
  const answers = readFileSync(sample('2.000635.answers'), 'utf8').trim().split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  await station.call({ ask: 'dossier_set', dossier: id, answers });
  const attach = { ask: 'dossier_attach', dossier: id, row: null, as_is: true };
  await station.call({ ...attach, component: '2.000635.01', files: [sample('giay-xac-nhan.pdf')] });
  await station.call({ ask: 'dossier_submit', dossier: id });
  return id;
}

test('a parcel is written, its reply taken once, and a parcel of another computer sent', async () => {
  const { page } = station;
  await station.call({ ask: 'enrol', enrolment: await station.hub() });
  await station.killHub();
  const dossier = await queued();
  const usb = join(station.folder, 'usb');
  mkdirSync(usb);
  await page.reload();
  await page.keyboard.press('Control+4');
  const card = page.getByRole('region', { name: 'Gói mang tay' });
  await card.waitFor();
  expect(await station.everywhere('parcel', card)).toEqual([]);

  await station.willChooseFolder(usb);
  await page.keyboard.press('Alt+g');
  await card.getByText(/Đã ghi 1 hồ sơ/).waitFor();
  const [name] = readdirSync(usb);
  expect(name).toMatch(/^goi-.*\.hoso$/);
  const parcel = join(usb, name!);
  await card.getByRole('button', { name: 'Mở thư mục' }).press('Enter');
  expect(await page.evaluate(() => window.hosoTest!.shown)).toEqual([usb]);
  await page.getByText(/Đã ghi vào gói mang tay lúc .*, chưa có xác nhận/).waitFor();
  // What the Portal may get by hand is taken back only after that was read, and with a reason.
  await page.getByRole('button', { name: /Mở để sửa/ }).press('Enter');
  const asking = page.getByRole('dialog', { name: 'Lấy hồ sơ ra khỏi hàng chờ để sửa' });
  await asking.getByText(/Gói đó có thể vẫn tới Cổng/).waitFor();
  expect(await station.everywhere('parcel-take-back', asking)).toEqual([]);
  await page.keyboard.press('Escape');
  expect(await station.everywhere('parcel-made', card)).toEqual([]);

  // Another's file is told apart.
  await station.willChoose(parcel);
  await card.getByRole('button', { name: 'Nhận xác nhận…' }).press('Enter');
  await card.getByText(/Tệp không đúng khuôn dạng/).waitFor();

  execFileSync(join(programs, 'hoso-hub'), ['parcel', parcel, '--data', join(station.folder, 'hub')]);
  await station.willChoose(parcel.replace(/\.hoso$/, '.hoso-reply'));
  await page.keyboard.press('Alt+n');
  await card.getByText('Đã nhận xác nhận cho 1 hồ sơ.').waitFor();
  await page.getByText('Không còn hồ sơ nào chờ gửi').waitFor();
  const { ours } = await station.call<{ ours: boolean }>({ ask: 'receipt_show', dossier, save: null });
  expect(ours).toBe(true);
  await page.keyboard.press('Alt+n');
  await card.getByText(/Không có gì mới/).waitFor();

  // As somebody else's, once there is a network here.
  await station.hub();
  const other = join(usb, 'may-khac.hoso');
  copyFileSync(parcel, other);
  await station.willChoose(other);
  await page.keyboard.press('Alt+h');
  await card.getByText(/Cổng đã nhận gói/).waitFor({ timeout: 60_000 });
  expect(readdirSync(usb)).toContain('may-khac.hoso-reply');
  expect(await station.everywhere('parcel-carried', card)).toEqual([]);
});
