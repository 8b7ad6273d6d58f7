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
  await expect(tauriHost().about()).resolves.toEqual({ version: '4.5.6' });
  expect(asked).toEqual([['call', { request: { ask: 'about' } }]]);
});

test.each([
  [{ code: 'unknown_request' }, 'unknown_request', 'no'],
  ['command call not allowed', 'unreachable', 'now'],
  [{ code: 'something_newer' }, 'unreachable', 'now'],
  [null, 'unreachable', 'now'],
])('what is refused with %j is the fault %s', async (thrown, code, retry) => {
  mockIPC(() => {
    throw thrown;
  });
  await expect(tauriHost().about()).rejects.toMatchObject({ name: 'Fault', code, retry });
});
