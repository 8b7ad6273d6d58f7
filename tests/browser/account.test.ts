/** Who sits here: signing in with a first password, changing it, what is told, signing out; looked at in every theme. */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Station } from './fixture';

const programs = process.env['HOSO_BIN'] ?? join(resolve(import.meta.dirname, '../..'), 'target/debug');

let station: Station;

beforeEach(async () => {
  station = await Station.open();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await station.picture(`failed-${task.id}`);
  await station.close();
});

function officer(...args: string[]): string {
  return execFileSync(join(programs, 'hoso-hub'), [...args, '--data', join(station.folder, 'hub')], { encoding: 'utf8' });
}

test('a first password is changed, what runs out is told, and signing out waits for no network', async () => {
  const { page } = station;
  await station.call({ ask: 'enrol', enrolment: await station.hub() });
  const added = officer('person', 'add', 'hoa.nt', '--agency', '000.00.16.H99', '--name', 'Nguyễn Thị Hoa', '--role', 'clerk');
  const { first_password: first } = JSON.parse(added) as { first_password: string };
  await page.reload();
  await page.getByRole('button', { name: 'Đăng nhập' }).first().press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Đăng nhập' });
  await dialog.waitFor();
  expect(await station.everywhere('account-sign-in', dialog)).toEqual([]);
  await page.getByLabel('Tên đăng nhập').fill('hoa.nt');
  await page.getByLabel('Mật khẩu', { exact: true }).fill('sai mật khẩu');
  await page.keyboard.press('Enter');
  await page.getByText(/Tên hoặc mật khẩu không đúng/).waitFor();
  expect(await station.everywhere('account-wrong', dialog)).toEqual([]);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(first);
  await page.keyboard.press('Enter');
  const change = page.getByRole('dialog', { name: 'Đổi mật khẩu' });
  await change.getByText(/mật khẩu cấp lần đầu/).waitFor();
  expect(await station.everywhere('account-change', change)).toEqual([]);
  // Put off, it is still told where the person looks.
  await page.keyboard.press('Escape');
  const account = page.locator('.account');
  await account.getByText(/Hãy đổi mật khẩu/).waitFor();
  expect(await station.everywhere('account-must-change', account)).toEqual([]);
  await account.getByRole('button', { name: 'Đổi mật khẩu' }).press('Enter');
  await page.getByLabel('Mật khẩu đang dùng').fill(first);
  await page.getByLabel('Mật khẩu mới').fill('bốn mùa xuân hạ');
  await page.keyboard.press('Enter');
  await account.getByRole('button', { name: 'Đăng xuất' }).waitFor();
  await account.getByText(/Hãy đổi mật khẩu/).waitFor({ state: 'detached' });
  expect(await station.everywhere('account-here', account)).toEqual([]);
  await station.killHub();
  await account.getByRole('button', { name: 'Đăng xuất' }).press('Enter');
  await account.getByRole('button', { name: 'Đăng nhập' }).waitFor();
});
