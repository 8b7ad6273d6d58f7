import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, expect, test } from 'vitest';
import { tauriHost } from '../src/host/tauri';

afterEach(() => clearMocks());

test('asks through the one command and opens the answer', async () => {
  const asked: unknown[] = [];
  mockIPC((command, payload) => {
    asked.push([command, payload]);
    return { answer: 'about', content: { version: '4.5.6' } };
  });
  await expect(tauriHost().call({ ask: 'about' }, 'about')).resolves.toEqual({ version: '4.5.6' });
  expect(asked).toEqual([['call', { request: { ask: 'about' } }]]);
});

test('an answer of another kind means that window and program do not belong together', async () => {
  mockIPC(() => ({ answer: 'done' }));
  await expect(tauriHost().call({ ask: 'about' }, 'about')).rejects.toMatchObject({ code: 'unknown_request' });
});

test.each([
  [{ code: 'disk_full', args: {}, retry: 'now' }, 'disk_full', 'now'],
  [{ code: 'file_took_too_long', args: { seconds: '9' }, retry: 'no' }, 'file_took_too_long', 'no'],
  ['command call not allowed', 'unreachable', 'now'],
  [null, 'unreachable', 'now'],
])('what is refused with %j is the fault %s', async (thrown, code, retry) => {
  mockIPC(() => {
    throw thrown;
  });
  await expect(tauriHost().call({ ask: 'about' }, 'about')).rejects.toMatchObject({ name: 'Fault', code, retry });
});
