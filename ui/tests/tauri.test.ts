import { emit } from '@tauri-apps/api/event';
import { clearMocks, mockIPC, mockWindows } from '@tauri-apps/api/mocks';
import { afterEach, expect, test, vi as mock } from 'vitest';
import { Fault } from '../src/host/host';
import { tauriHost } from '../src/host/tauri';

afterEach(() => {
  clearMocks();
  mock.useRealTimers();
  mock.unstubAllGlobals();
});

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

test.each([
  ['choose_files', () => tauriHost().chooseFiles('Chọn')],
  ['choose_folder', () => tauriHost().chooseFolder('Chọn')],
  ['close', () => tauriHost().close(true)],
])('%s fails as a fault too', async (_, ask) => {
  mockIPC(() => {
    throw { code: 'disk_full', args: {}, retry: 'now' };
  });
  await expect(ask()).rejects.toBeInstanceOf(Fault);
});

test('a file that does not open is told mildly: it was written', async () => {
  let thrown: unknown = { code: 'file_unreadable', args: { detail: 'no program' }, retry: 'now' };
  mockIPC(() => {
    throw thrown;
  });
  await expect(tauriHost().show('/x/a.pdf')).rejects.toMatchObject({ code: 'not_shown', args: { file: '/x/a.pdf' } });
  thrown = null;
  await expect(tauriHost().show('/x/a.pdf')).rejects.toMatchObject({ code: 'unreachable' });
});

test('a window that may not listen yet tries until it may, and not after it was told to stop', async () => {
  mock.useFakeTimers();
  const asked: string[] = [];
  let refuse = true;
  mockIPC((command) => {
    asked.push(command);
    if (command === 'listen' && refuse) throw null;
    return 7;
  });
  const stop = tauriHost().listen(() => undefined);
  await mock.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual(['listen', 'listen']);
  refuse = false;
  await mock.advanceTimersByTimeAsync(5000);
  expect(asked).toEqual(['listen', 'listen', 'listen']);
  stop();
  await mock.advanceTimersByTimeAsync(0);
  expect(asked.at(-1)).toBe('unlisten');
  refuse = true;
  tauriHost().listen(() => undefined)();
  await mock.advanceTimersByTimeAsync(5000);
  expect(asked.filter((command) => command === 'listen')).toHaveLength(4);
});

test.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 100],
  ['Mozilla/5.0 (X11; Linux x86_64)', 150],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 150],
])('on %s papers dropped at 150 lie at %i in the page', async (userAgent, x) => {
  mock.stubGlobal('navigator', { userAgent });
  mock.stubGlobal('devicePixelRatio', 1.5);
  mockWindows('main');
  mockIPC(() => undefined, { shouldMockEvents: true });
  const at: number[] = [];
  tauriHost().onDrop((_, ...place) => at.push(...place), () => undefined);
  await mock.waitFor(async () => {
    await emit('tauri://drag-drop', { paths: ['/a.pdf'], position: { x: 150, y: 0 } });
    expect(at.slice(0, 2)).toEqual([x, 0]);
  });
});
