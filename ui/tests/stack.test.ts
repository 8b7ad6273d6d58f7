import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi as mock } from 'vitest';
import type { Request, StackPartView, StackView } from '../src/host/desk.gen';
import Stack from '../src/screens/Stack.svelte';
import type { Route } from '../src/screens/route';
import { DeskState, UndoState } from '../src/state/desk.svelte';
import { button, fault, type FakeDesk, fakeDesk, text } from './desk';
import { reactive } from './reactive.svelte';

let fake: FakeDesk;
let desk: DeskState;
let undo: UndoState;
let app: object | undefined;
/** What is shown: a stack, or with none the list of them. */
let shown: { stack: string | undefined };
/** Documents of the filed part. */
let filed: string[];

const part = (): StackPartView => ({
  at: { file: 0, frame: 0 },
  sheet: 1,
  place: { dossier: 'd1', code: 'T-01', applicant: 'Nguyễn Thị Ước', title: 'Quyết toán', component: 'A', component_vi: 'Tờ trình', component_en: 'Report', row: null, row_words: null },
  state: filed.length > 0 ? 'filed' : 'ready',
  decision: null,
  doubts: [],
  expected: 1,
  counted: 1,
  pages: [],
  documents: filed,
}) as unknown as StackPartView;
const view = (): StackView => ({ id: 's1', state: filed.length > 0 ? 'filed' : 'sorted', announced: 1, files: 1, pages: 1, examined: 1, ready: 1 - filed.length, asks: 0, parts: [part()], sources: [] }) as unknown as StackView;

beforeEach(() => {
  fake = fakeDesk();
  filed = [];
  fake.answers.stack_show = view;
  fake.answers.stack_list = () => [];
  fake.answers.stack_discard = () => undefined;
  fake.answers.stack_restore = view;
  fake.answers.stack_file = () => ((filed = ['x']), view());
  fake.answers.stack_unfile = () => ((filed = []), view());
  [desk, undo] = [new DeskState(fake.host), new UndoState()];
  const go = (route: Route): void => void (shown.stack = route.stack);
  shown = reactive({ desk, undo, stack: 's1' as string | undefined, goto: go, replace: go });
  app = mount(Stack, { target: document.body, props: shown as never });
  flushSync();
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
});

const asked = <Ask extends Request['ask']>(ask: Ask) => fake.asked.filter((request): request is Extract<Request, { ask: Ask }> => request.ask === ask);
const leave = (stack?: string) => {
  shown.stack = stack;
  flushSync();
};

test('a stack that was put away comes back by Ctrl+Z from the list', async () => {
  await mock.waitFor(() => expect(text()).toContain('1 phần'));
  button('Bỏ chồng này').click();
  await mock.waitFor(() => expect(text()).toContain('Quét cả chồng giấy tờ'));
  await undo.undo();
  expect(asked('stack_restore')).toEqual([{ ask: 'stack_restore', stack: 's1' }]);
});

test('what was filed is taken back from anywhere, and filed again, in the stack it was of', async () => {
  await mock.waitFor(() => expect(text()).toContain('1 phần'));
  button('Xếp 1 phần').click();
  await mock.waitFor(() => expect(undo.can).toBe(true));
  leave('s2');
  await undo.undo();
  leave();
  await undo.redo();
  await undo.undo();
  expect(asked('stack_unfile')).toEqual(Array(2).fill({ ask: 'stack_unfile', stack: 's1', documents: ['x'] }));
  expect(asked('stack_file')).toEqual(Array(2).fill({ ask: 'stack_file', stack: 's1', declared: false }));
});

test('nobody gives the word for the clerk: where it is missing the second time, she is asked', async () => {
  await mock.waitFor(() => expect(text()).toContain('1 phần'));
  button('Xếp 1 phần').click();
  await mock.waitFor(() => expect(undo.can).toBe(true));
  await undo.undo();
  const file = fake.answers.stack_file!;
  fake.answers.stack_file = (request) => {
    if (request.ask === 'stack_file' && !request.declared) throw fault('secrecy_undeclared', { dossiers: 'T-01' });
    return file(request);
  };
  const again = undo.redo();
  await mock.waitFor(() => expect(document.querySelector('dialog[open]')?.textContent).toContain('T‑01'));
  button('Tôi xác nhận').click();
  await again;
  expect(asked('stack_file').map(({ declared }) => declared)).toEqual([false, false, true]);

  // Her word of that time holds for doing the same again.
  await undo.undo();
  leave();
  await undo.redo();
  expect(asked('stack_file').at(-1)?.declared).toBe(true);
});

test('without the word nothing is filed, and nothing is left to take back', async () => {
  fake.answers.stack_file = () => {
    throw fault('secrecy_undeclared', { dossiers: 'T-01' });
  };
  await mock.waitFor(() => expect(text()).toContain('1 phần'));
  button('Xếp 1 phần').click();
  await mock.waitFor(() => expect(document.querySelector('dialog[open]')).not.toBeNull());
  button('Chưa').click();
  await mock.waitFor(() => expect(document.querySelector('dialog[open]')).toBeNull());
  expect([asked('stack_file').length, undo.can, text().includes('Chưa ai xác nhận')]).toEqual([1, false, false]);
});
