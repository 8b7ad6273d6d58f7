import { flushSync } from 'svelte';
import { afterEach, expect, test, vi as mock } from 'vitest';
import { Later, screens } from '../src/app/screens.svelte';
import type Outbox from '../src/screens/Outbox.svelte';
import Breaking, { breaking } from './Breaking.svelte';
import { button, close, dossier, fakeDesk, fault, open, press, text } from './desk';

afterEach(close);

const root = document.documentElement;
const title = () => document.querySelector('header h1')?.textContent;

test('the frame tells where one is, who works here, and how things stand', async () => {
  const desk = fakeDesk();
  desk.dossiers = [dossier('1')];
  desk.standing = { ...desk.standing, counts: { draft: 1 }, to_digitise: 6, outbox: 3 };
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('Nguyễn Thị Hạnh · Sở Nội vụ'));
  expect(document.title).toBe('Hồ sơ – Hồ Sơ');
  expect(root.lang).toBe('vi');
  const counts = [...document.querySelectorAll('nav .count')].map((count) => count.textContent);
  expect(counts).toEqual(['1', '6', '3']);
  const foot = document.querySelector('footer')?.textContent ?? '';
  expect(foot).toContain('Trực tuyến');
  expect(foot).toContain('Hỗ trợ 0251 000 000');
});

test('offline is said in words with what waits, in the time of Viet Nam', async () => {
  const desk = fakeDesk();
  const link = { link: 'offline', since: '2026-11-21T07:05:00.000Z', fault: { code: 'hub_unreachable', args: {}, retry: 'later' } } as const;
  desk.standing = { ...desk.standing, outbox: 4, needs_person: 1, link };
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('Ngoại tuyến từ 14:05 – 3 hồ sơ đang chờ gửi, sẽ tự gửi khi có mạng'));
  desk.standing = { ...desk.standing, hub: null, link: { link: 'not_enrolled' } };
  desk.tell({ notice: 'link' });
  await mock.waitFor(() => expect(text()).toContain('Chưa ghi danh với Cổng'));
});

test('size of text and contrast are put on the document and kept', async () => {
  const desk = fakeDesk();
  open(desk);
  press('=', { ctrlKey: true });
  await mock.waitFor(() => expect(root.dataset['size']).toBe('112.5'));
  document.querySelector<HTMLButtonElement>('header .contrast')?.click();
  await mock.waitFor(() => expect(root.dataset['theme']).toBe('contrast'));
  press('t', { altKey: true });
  await mock.waitFor(() => expect(root.dataset['theme']).toBe('auto'));
  const kept = desk.asked.filter((request) => request.ask === 'set_preferences').at(-1);
  expect(kept).toMatchObject({ preferences: { size: 1125, theme: 'auto' } });
});

test('keys go from screen to screen, Esc goes back, and nothing acts while letters are composed', async () => {
  const desk = fakeDesk();
  desk.dossiers = [dossier('1')];
  desk.standing.counts = { draft: 1 };
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('T-01-261121-1'));
  press('4', { ctrlKey: true });
  expect(title()).toBe('Hộp gửi');
  press('7', { ctrlKey: true, isComposing: true });
  expect(title()).toBe('Hộp gửi');
  press('7', { ctrlKey: true });
  expect(title()).toBe('Cài đặt');
  press('Escape');
  expect(title()).toBe('Hộp gửi');
  press('Escape');
  expect(title()).toBe('Hồ sơ');
});

test('F1 lists the keys of this screen and of the window, and a dialog has the keys to itself', async () => {
  const desk = fakeDesk();
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('Chào mừng'));
  press('4', { ctrlKey: true });
  press('F1');
  const help = document.querySelector('dialog[open]');
  await mock.waitFor(() => expect(document.querySelector('dialog[open]')?.textContent).toContain('Thử ngay'));
  expect(help?.textContent ?? document.querySelector('dialog[open]')?.textContent).toContain('Soạn hồ sơ mới');
  press('7', { ctrlKey: true });
  expect(title()).toBe('Hộp gửi');
});

test('a program that cannot be reached is told in words, and asking again mends it', async () => {
  const desk = fakeDesk();
  let down = true;
  desk.answers.status = () => {
    if (down) throw fault('unreachable');
    return desk.standing;
  };
  open(desk);
  await mock.waitFor(() => expect(document.querySelector('[role=alert]')?.textContent).toContain('đóng rồi mở lại'));
  down = false;
  button('Thử lại').click();
  await mock.waitFor(() => expect(text()).toContain('Chào mừng'));
  expect(document.querySelector('[role=alert]')).toBeNull();
});

test('the first start offers practice, a new dossier and enrolment', async () => {
  const desk = fakeDesk();
  desk.standing.hub = null;
  desk.standing.link = { link: 'not_enrolled' };
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('Chào mừng'));
  desk.answers.dossier_new = () => {
    throw fault('disk_full');
  };
  press('Enter', { ctrlKey: true });
  await mock.waitFor(() => expect(text()).toContain('Đĩa đã đầy'));
  expect(desk.asked).toContainEqual({ ask: 'dossier_new', procedure: '2.000635', practice: true });
  button('Ghi danh với Cổng').click();
  await mock.waitFor(() => expect(title()).toBe('Cài đặt'));
});

test('a screen whose code does not come says so, and comes when it is tried again', async () => {
  const outbox = screens.outbox;
  let tries = 0;
  const later = new Later(async () => {
    tries += 1;
    if (tries < 3) throw new TypeError('Failed to fetch dynamically imported module');
    return outbox.get();
  });
  screens.outbox = later;
  // As while the window was idle: nobody is told of what nobody asked for.
  await later.load();
  const desk = fakeDesk();
  open(desk);
  await mock.waitFor(() => expect(text()).not.toContain('Đang mở dữ liệu'));
  expect(text()).not.toContain('Chưa mở được màn hình này');
  press('4', { ctrlKey: true });
  await mock.waitFor(() => expect(text()).toContain('Chưa mở được màn hình này'));
  button('Thử lại').click();
  await mock.waitFor(() => expect(text()).not.toContain('Chưa mở được màn hình này'));
  await mock.waitFor(() => expect(desk.asked.some(({ ask }) => ask === 'outbox')).toBe(true));
  expect(tries).toBe(3);
  screens.outbox = outbox;
});

test('a screen that breaks says so, can be tried again, and leaves the others as they are', async () => {
  const outbox = screens.outbox;
  screens.outbox = new Later(async () => ({ default: Breaking as unknown as typeof Outbox }));
  await screens.outbox.load();
  const told = mock.spyOn(console, 'error').mockImplementation(() => undefined);
  const desk = fakeDesk();
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('Chào mừng'));
  press('4', { ctrlKey: true });
  await mock.waitFor(() => expect(text()).toContain('Thứ vẽ được'));
  // While it is shown, by what the program answered.
  breaking.broken = true;
  flushSync();
  await mock.waitFor(() => expect(document.querySelector('main [role=alert]')?.textContent).toContain('Những gì đã lưu vẫn còn nguyên'));
  expect(text()).toContain('TypeError: kaputt');
  button('Thử lại').click();
  flushSync();
  expect(document.querySelector('main [role=alert]')).not.toBeNull();
  press('7', { ctrlKey: true });
  await mock.waitFor(() => expect(text()).toContain('Kiểm tra ngay'));
  expect(text()).not.toContain('kaputt');
  breaking.broken = false;
  press('4', { ctrlKey: true });
  await mock.waitFor(() => expect(text()).toContain('Thứ vẽ được'));
  expect(told).toHaveBeenCalled();
  told.mockRestore();
  screens.outbox = outbox;
});

test('the web view’s own menu comes only where there is text', async () => {
  open(fakeDesk());
  await mock.waitFor(() => expect(text()).toContain('Chào mừng'));
  const kept = (target: Element | null) => {
    const event = new MouseEvent('contextmenu', { bubbles: true, cancelable: true });
    target?.dispatchEvent(event);
    return !event.defaultPrevented;
  };
  expect([kept(document.querySelector('nav')), kept(document.querySelector('header input'))]).toEqual([false, true]);
});

test('a list that could not be read while the data was held elsewhere is read once it is free', async () => {
  const desk = fakeDesk();
  desk.dossiers = [dossier('1')];
  desk.standing = { ...desk.standing, counts: { draft: 1 } };
  const held = () => {
    throw fault('profile_in_use');
  };
  desk.answers.status = held;
  desk.answers.dossier_list = held;
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('Hồ Sơ đang mở ở cửa sổ khác'));
  delete desk.answers.status;
  delete desk.answers.dossier_list;
  // As the window looks by itself now and then; nobody has to ask again.
  desk.tell({ notice: 'link' });
  await mock.waitFor(() => expect(text()).toContain('Điều chuyển tài sản công'), { timeout: 3000 });
});
