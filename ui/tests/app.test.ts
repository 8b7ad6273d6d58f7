import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test, vi as mock } from 'vitest';
import App from '../src/app/App.svelte';
import { Fault, type Host } from '../src/host/host';
import { wordsOf } from '../src/words';

let app: object | undefined;

function show(host: Host): void {
  app = mount(App, { target: document.body, props: { host, words: wordsOf('vi') } });
  flushSync();
}

afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
});

test('shows the product, what it is for and the version of the program behind it', async () => {
  show({ about: async () => ({ version: '4.5.6' }) });
  expect(document.querySelector('h1')?.textContent).toBe('Hồ Sơ');
  expect(document.body.textContent).toContain('kể cả khi không có mạng');
  expect(document.title).toBe('Hồ Sơ');
  expect(document.documentElement.lang).toBe('vi');
  await mock.waitFor(() => expect(document.body.textContent).toContain('Phiên bản 4.5.6'));
  expect(document.querySelector('[role=alert]')).toBeNull();
});

test('a fault is shown in words, and asking again mends it', async () => {
  let answers = 0;
  show({
    about: async () => {
      answers += 1;
      if (answers === 1) throw new Fault('unreachable', 'now');
      return { version: '7.8.9' };
    },
  });
  await mock.waitFor(() => expect(document.querySelector('[role=alert]')?.textContent).toContain('đóng rồi mở lại'));
  document.querySelector<HTMLButtonElement>('[role=alert] button')?.click();
  await mock.waitFor(() => expect(document.body.textContent).toContain('Phiên bản 7.8.9'));
  expect(document.querySelector('[role=alert]')).toBeNull();
  expect(answers).toBe(2);
});

test('an error nobody foresaw is a fault too, never a blank window', async () => {
  show({ about: () => Promise.reject(new TypeError('no IPC')) });
  await mock.waitFor(() => expect(document.querySelector('[role=alert]')?.textContent).toContain('Thử lại'));
});
