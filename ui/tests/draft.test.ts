/** A draft of the catalogue as it is typed: saved one after another, kept where it cannot be saved, and with what was removed back. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi as mock } from 'vitest';
import type { CatalogueRequest, Request } from '../src/host/desk.gen';
import Confirm from '../src/screens/catalogue/Confirm.svelte';
import { DraftState } from '../src/screens/catalogue/draft.svelte';
import Editor from '../src/screens/catalogue/Editor.svelte';
import { removedAgain, restored } from '../src/screens/catalogue/values';
import { DeskState, UndoState } from '../src/state/desk.svelte';
import { wordsOf } from '../src/words';
import { button, type FakeDesk, fakeDesk, fault, input, text } from './desk';
import { reactive } from './reactive.svelte';

let fake: FakeDesk;
let desk: DeskState;
let kept: string;
let version: number;
let app: object | undefined;
const saves = () => fake.asked.flatMap((request) => (request.ask === 'catalogue' && request.what.do === 'draft_save' ? [request.what] : []));
const view = () => ({ kind: 'calendar', code: '2027', revision: 2, version, json: kept, findings: [], differences: [], publishable: false });

beforeEach(() => {
  fake = fakeDesk();
  desk = new DeskState(fake.host);
  [kept, version] = [JSON.stringify({ holidays: [], working_saturdays: [] }), 1];
  fake.answers.catalogue = (request) => answer((request as Extract<Request, { ask: 'catalogue' }>).what);
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

function answer(what: CatalogueRequest): unknown {
  if (what.do === 'draft_save') {
    if (what.version !== version) throw fault('conflict');
    [kept, version] = [what.json, version + 1];
  }
  return { is: 'draft', it: view() };
}

test('saves that are asked for at once go one after another', async () => {
  const draft = DraftState.of(desk, 'calendar', '2027');
  await draft.open();
  draft.change({ holidays: [1] });
  const first = draft.flush();
  draft.change({ holidays: [1, 2] });
  await Promise.all([first, draft.flush(), draft.flush()]);
  expect(draft.fault).toBeUndefined();
  expect(saves().map(({ version }) => version)).toEqual([1, 2]);
  expect(JSON.parse(kept)).toEqual({ holidays: [1, 2] });
  expect(draft.isSaved).toBe(true);
});

test('a conflict is told once, what is typed afterwards is kept, and another opening has it', async () => {
  mock.useFakeTimers();
  try {
    const draft = DraftState.of(desk, 'calendar', '2027');
    await draft.open();
    version = 7;
    draft.change({ holidays: [1] });
    await mock.advanceTimersByTimeAsync(20_000);
    expect(saves()).toHaveLength(1);
    expect(draft.fault?.code).toBe('conflict');
    draft.change({ holidays: [1, 2] });
    await mock.advanceTimersByTimeAsync(20_000);
    expect(saves()).toHaveLength(2);
    expect(draft.isSaved).toBe(false);
    expect(DraftState.of(desk, 'calendar', '2027')).toBe(draft);
    await draft.open();
    expect([draft.isSaved, draft.fault, desk.unsaved.size, draft.content]).toEqual([true, undefined, 0, { holidays: [], working_saturdays: [] }]);
    draft.change({ holidays: [3] });
    await draft.flush();
    expect(JSON.parse(kept)).toEqual({ holidays: [3] });
  } finally {
    mock.useRealTimers();
  }
});

test('a draft that cannot be saved is not left unsaid', async () => {
  const left: unknown[] = [];
  app = mount(Editor, { target: document.body, props: { desk, undo: new UndoState(), words: wordsOf('vi'), kind: 'calendar', code: '2027', names: { tiers: new Map(), levels: new Map() }, onleave: (said) => void left.push(said) } });
  await mock.waitFor(() => expect(text()).toContain('Nháp đã lưu'));
  version = 7;
  button('Thêm').click();
  flushSync();
  button('Về danh mục').click();
  await mock.waitFor(() => expect(text()).toContain('vừa được thay đổi ở nơi khác nên phần vừa sửa'));
  expect(left).toEqual([]);
  button('Mở lại bản nháp').click();
  await mock.waitFor(() => expect(text()).toContain('Nháp đã lưu'));
  button('Về danh mục').click();
  await mock.waitFor(() => expect(left).toEqual([undefined]));
});

test('what was removed comes back into the draft as it is, without what was typed since being lost', async () => {
  const day = (from: string, name: string) => ({ from, to: from, name: { vi: name, en: name } });
  kept = JSON.stringify({ holidays: [day('2027-01-01', 'Một'), day('2027-04-30', 'Hai'), day('2027-09-02', 'Ba')], working_saturdays: [] });
  const undo = new UndoState();
  app = mount(Editor, { target: document.body, props: { desk, undo, words: wordsOf('vi'), kind: 'calendar', code: '2027', names: { tiers: new Map(), levels: new Map() }, onleave: () => undefined } });
  await mock.waitFor(() => expect(text()).toContain('Nháp đã lưu'));
  button('Bỏ').click();
  flushSync();
  input('[id="edit-holidays[0].name.vi"]', 'Hai ngày');
  await undo.undo();
  const names = () => (JSON.parse(kept) as { holidays: { name: { vi: string } }[] }).holidays.map(({ name }) => name.vi);
  await mock.waitFor(() => expect(names()).toEqual(['Một', 'Hai ngày', 'Ba']));
  await undo.redo();
  await mock.waitFor(() => expect(names()).toEqual(['Hai ngày', 'Ba']));
});

test('lists and maps at any depth get back what was taken out, unless what they stood in is gone', () => {
  const gone = { what: 'x', path: 'components[1].laws', at: 0, item: 'a', optional: true };
  const content = { components: [{ code: '1' }, { code: '2', n: 4 }] };
  const back = restored(content, gone);
  expect(back).toEqual({ components: [{ code: '1' }, { code: '2', n: 4, laws: ['a'] }] });
  expect(removedAgain(back!, gone)).toEqual(content);
  expect(restored({ components: [] }, gone)).toBeUndefined();
  // The other shape has no such list.
  expect(restored({ time_limit: { by_answer: {} } }, { ...gone, path: 'time_limit.fixed', optional: false })).toBeUndefined();
  const mark = { what: 'b', path: 'provenance.values', at: 1, key: 'b.c', item: 1, optional: true };
  expect(JSON.stringify(restored({ provenance: { values: { a: 0, d: 2 } } }, mark))).toBe('{"provenance":{"values":{"a":0,"b.c":1,"d":2}}}');
  expect(removedAgain({ provenance: { values: { a: 0, 'b.c': 9 } } }, mark)).toEqual({ provenance: { values: { a: 0 } } });
});

test('where one value was read is not said of the next', async () => {
  const value = (label: string) => ({ path: label, label, node: { as: 'text' as const }, value: 'x' });
  const props = reactive({ desk, words: wordsOf('vi'), names: { tiers: new Map(), levels: new Map() }, kind: 'procedure' as const, code: 'NB-03', what: value('Một'), ondone: () => undefined });
  app = mount(Confirm, { target: document.body, props });
  flushSync();
  input('#confirm-source', 'Quyết định 1');
  props.what = value('Hai');
  flushSync();
  expect(document.querySelector<HTMLInputElement>('#confirm-source')!.value).toBe('');
});
