import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi as mock } from 'vitest';
import type { FindingKind } from '../src/host/desk.gen';
import { checklist, entriesOf, standOf } from '../src/screens/prepare/checklist';
import { adviceOf, tasksOf, visibleSections } from '../src/screens/prepare/todo';
import { DeskState, UndoState } from '../src/state/desk.svelte';
import { SheetState } from '../src/state/sheet.svelte';
import { wordsOf } from '../src/words';
import { eventText, findingsEn, findingsVi, findingText, warningText } from '../src/words/findings';
import { type FakeDesk, fakeDesk, fault } from './desk';
import { contracts, field, opened, paper } from './dossier';

const words = wordsOf('vi');
let fake: FakeDesk;
let desk: DeskState;
let sheet: SheetState<string>;
let stop: () => void;
const fill = (field: string, text: string) => sheet.fill(field, text, () => text);
const isKept = (field: string) => sheet.drafts.get(field)?.saved ?? false;
const saves = () => fake.asked.filter((request) => request.ask === 'dossier_fill');

beforeEach(async () => {
  mock.useFakeTimers();
  fake = fakeDesk();
  fake.answers.dossier_open = () => opened();
  fake.answers.dossier_fill = () => ({ ...opened().sheet, saved_at: '2026-11-21T07:22:07.000Z' });
  desk = new DeskState(fake.host);
  sheet = SheetState.of<string>(desk, 'd1');
  stop = sheet.start();
  await mock.advanceTimersByTimeAsync(0);
});
afterEach(() => {
  stop();
  mock.useRealTimers();
});

test('what is typed is saved 300 ms after the last keystroke, once, and only then said to be saved', async () => {
  fill('name', 'L');
  await mock.advanceTimersByTimeAsync(200);
  fill('name', 'Lan');
  await mock.advanceTimersByTimeAsync(290);
  expect(saves()).toEqual([]);
  expect(desk.savedAt).toBeUndefined();
  await mock.advanceTimersByTimeAsync(20);
  expect(saves()).toEqual([{ ask: 'dossier_fill', dossier: 'd1', values: [{ field: 'name', value: 'Lan' }] }]);
  expect(isKept('name')).toBe(true);
  expect(desk.savedAt).toBe('2026-11-21T07:22:07.000Z');
});

test('somebody who never pauses is saved within a second', async () => {
  for (let typed = 0; typed < 10; typed += 1) {
    fill('name', 'x'.repeat(typed + 1));
    await mock.advanceTimersByTimeAsync(100);
  }
  expect(saves().length).toBeGreaterThan(0);
});

test('one save at a time; what is typed meanwhile goes together with the next', async () => {
  let answer: (() => void) | undefined;
  fake.host.call = (async (request: never) => {
    fake.asked.push(request);
    await new Promise<void>((done) => (answer = done));
    return opened().sheet;
  }) as unknown as typeof fake.host.call;
  fill('name', 'Lan');
  void sheet.flush();
  fill('name', 'Lan Anh');
  fill('phone', '0912');
  void sheet.flush();
  await mock.advanceTimersByTimeAsync(1000);
  expect(saves()).toHaveLength(1);
  answer?.();
  await mock.advanceTimersByTimeAsync(1000);
  expect(saves()).toHaveLength(2);
  expect(saves()[1]).toMatchObject({ values: [{ field: 'name', value: 'Lan Anh' }, { field: 'phone', value: '0912' }] });
});

test('a save that fails says so, keeps the text and is tried again', async () => {
  fake.answers.dossier_fill = () => {
    throw Object.assign(fault('disk_full'), { retry: 'later' });
  };
  fill('name', 'Lan');
  await sheet.flush();
  expect(sheet.unsaved?.code).toBe('disk_full');
  expect(sheet.isSaved).toBe(false);
  fake.answers.dossier_fill = () => opened().sheet;
  await mock.advanceTimersByTimeAsync(3100);
  expect(isKept('name')).toBe(true);
  expect(sheet.unsaved).toBeUndefined();
  expect(saves().at(-1)).toMatchObject({ values: [{ field: 'name', value: 'Lan' }] });
});

test('leaving the screen saves at once, and so does a window that is hidden', async () => {
  fill('name', 'Lan');
  window.dispatchEvent(new Event('pagehide'));
  expect(saves()).toHaveLength(1);
  await mock.advanceTimersByTimeAsync(0);
  fill('name', 'Mai');
  stop();
  await mock.advanceTimersByTimeAsync(0);
  expect(saves()).toHaveLength(2);
});

test('what was read while something was saved is read again, and never shown', async () => {
  const [old, saved] = [opened({ fields: [field('name', { value: 'Lan' })] }), opened({ fields: [field('name', { value: 'Mai' })] })];
  const answers: (() => void)[] = [];
  let stored = old;
  fake.host.call = (async (request: { ask: string }) => {
    fake.asked.push(request as never);
    // A reading sees what is stored when it is asked; a save stores when it is answered.
    const seen = stored;
    await new Promise<void>((done) => answers.push(done));
    if (request.ask !== 'dossier_fill') return seen;
    stored = saved;
    return saved.sheet;
  }) as unknown as typeof fake.host.call;
  const shown = () => sheet.fields.get('name')?.value;
  const answer = async () => {
    answers.shift()?.();
    await mock.advanceTimersByTimeAsync(0);
  };
  fill('name', 'Mai');
  const reading = sheet.read();
  await mock.advanceTimersByTimeAsync(0);
  void sheet.flush();
  await mock.advanceTimersByTimeAsync(0);
  answers.reverse();
  // The save is answered first, then what was read before it.
  await answer();
  expect(shown()).toBe('Mai');
  await answer();
  expect(shown()).toBe('Mai');
  await answer();
  await reading;
  expect(shown()).toBe('Mai');
});

test('what could not be saved is still there when the screen is opened again, and keeps the window open', async () => {
  const closed: boolean[] = [];
  fake.host.close = async (may) => void closed.push(may);
  desk.start();
  fake.answers.dossier_fill = () => {
    throw Object.assign(fault('disk_full'), { retry: 'later' });
  };
  fill('name', 'Lan');
  stop();
  await mock.advanceTimersByTimeAsync(0);
  expect([...desk.notSaved.values()].map(({ code }) => code)).toEqual(['disk_full']);
  fake.tell({ notice: 'closing' });
  await mock.advanceTimersByTimeAsync(0);
  expect([closed, desk.closing]).toEqual([[false], true]);

  const again = SheetState.of<string>(desk, 'd1');
  expect(again.drafts.get('name')?.value).toBe('Lan');
  expect(again).toBe(sheet);
  fake.answers.dossier_fill = () => opened().sheet;
  await mock.advanceTimersByTimeAsync(3100);
  expect(desk.notSaved.size).toBe(0);
  fake.tell({ notice: 'closing' });
  await mock.advanceTimersByTimeAsync(0);
  expect(closed).toEqual([false, true]);
  expect(SheetState.of<string>(desk, 'd1')).not.toBe(sheet);
});

async function answered(done: () => void): Promise<void> {
  done();
  await mock.advanceTimersByTimeAsync(0);
}

/** Requests wait here until they are answered, in any order; a save and a change store when they are answered. */
function slow() {
  const waiting: { ask: string; answer: () => Promise<void> }[] = [];
  let stored: Record<string, string> = {};
  const sheetOf = (values: Record<string, string>) => opened({ fields: Object.entries(values).map(([id, value]) => field(id, { value })) });
  fake.host.call = (async (request: { ask: string; values?: { field: string; value: string }[] }) => {
    fake.asked.push(request as never);
    const seen = sheetOf(stored);
    await new Promise<void>((done) => waiting.push({ ask: request.ask, answer: () => answered(done) }));
    if (request.ask !== 'dossier_fill') return seen;
    stored = { ...stored, ...Object.fromEntries(request.values!.map(({ field, value }) => [field, value])) };
    return sheetOf(stored).sheet;
  }) as unknown as typeof fake.host.call;
  const take = async () => {
    await new Promise<void>((done) => waiting.push({ ask: 'take', answer: () => answered(done) }));
    stored = { ...stored, name: 'Lê Khương' };
    return sheetOf(stored).sheet;
  };
  return { waiting, take, stored: () => stored, answer: async () => (await waiting.shift()?.answer(), waiting.map(({ ask }) => ask)) };
}
const shown = () => [...sheet.fields.values()].map(({ field, value }) => [field, value]);

test('a change by the program waits for saves, and what is typed meanwhile waits for it', async () => {
  const { waiting, take, stored, answer } = slow();
  fill('phone', '09');
  const put = sheet.put(take);
  await mock.advanceTimersByTimeAsync(0);
  expect(waiting.map(({ ask }) => ask)).toEqual(['dossier_fill']);
  expect(await answer()).toEqual(['take']);
  fill('phone', '0912');
  await mock.advanceTimersByTimeAsync(1000);
  expect(waiting.map(({ ask }) => ask)).toEqual(['take']);
  expect(sheet.isSaved).toBe(false);
  expect(await answer()).toEqual(['dossier_fill']);
  expect(isKept('phone')).toBe(false);
  expect(sheet.drafts.get('phone')?.value).toBe('0912');
  await answer();
  expect([...(await put).values()].map(({ field, value }) => [field, value])).toEqual([['phone', '09']]);
  expect(stored()).toEqual({ phone: '0912', name: 'Lê Khương' });
  expect(shown()).toEqual([['phone', '0912'], ['name', 'Lê Khương']]);
});

test('what was read while the program changed the form is read again, and never shown', async () => {
  const { waiting, take } = slow();
  const put = sheet.put(take);
  await mock.advanceTimersByTimeAsync(0);
  void sheet.read();
  await mock.advanceTimersByTimeAsync(0);
  expect(waiting.map(({ ask }) => ask)).toEqual(['take']);
  await waiting.shift()!.answer();
  await put;
  expect(shown()).toEqual([['name', 'Lê Khương']]);
  await waiting.shift()!.answer();
  expect(shown()).toEqual([['name', 'Lê Khương']]);
});

test('nothing is changed by the program before what was typed is on the disk', async () => {
  fake.answers.dossier_fill = () => {
    throw fault('disk_full');
  };
  let changed = false;
  fill('name', 'Lan');
  await expect(sheet.put(async () => ((changed = true), opened().sheet))).rejects.toMatchObject({ code: 'disk_full' });
  expect(changed).toBe(false);
  await expect(sheet.put(() => Promise.reject(fault('not_found')))).rejects.toMatchObject({ code: 'disk_full' });
  fake.answers.dossier_fill = () => opened().sheet;
  await expect(sheet.put(() => Promise.reject(fault('not_found')))).rejects.toMatchObject({ code: 'not_found' });
  expect(sheet.isSaved).toBe(true);
});

test('what was done in one dossier is not taken back from another', async () => {
  const undo = new UndoState();
  const log: string[] = [];
  const step = (name: string) => ({ text: name, redo: async () => {}, undo: async () => void log.push(name) });
  await undo.perform(step('the list'));
  undo.moveTo('prepare', 'a');
  await undo.perform(step('in a'));
  undo.moveTo('prepare', 'b');
  await undo.undo();
  expect([log, undo.can]).toEqual([['the list'], false]);
  undo.moveTo('digitise', 'a');
  expect(undo.can).toBe(true);
  await undo.undo();
  expect(log).toEqual(['the list', 'in a']);
});

test('steps are taken back one after another, each once; one that never can be does not stand in the way', async () => {
  const undo = new UndoState();
  const log: string[] = [];
  const step = (name: string, back: () => Promise<void> = async () => {}) => ({
    text: name,
    redo: async () => void log.push(`do ${name}`),
    undo: async () => {
      await back();
      log.push(`undo ${name}`);
    },
  });
  const owner = {};
  for (const name of ['a', 'b']) await undo.perform(step(name));
  undo.remember({ ...step('mine'), owner });
  undo.forget(owner);
  await undo.perform(step('never', () => Promise.reject(fault('state_forbids'))));
  await expect(undo.undo()).rejects.toMatchObject({ code: 'state_forbids' });
  await Promise.all([undo.undo(), undo.undo(), undo.undo()]);
  expect(log).toEqual(['do a', 'do b', 'do never', 'undo b', 'undo a']);
  expect(undo.undone.map(({ text }) => text)).toEqual(['b', 'a']);
});

test('digitising is followed page by page, and read again when it is done', async () => {
  sheet.desk.start();
  fake.tell({ notice: 'digitising', dossier: 'd1', document: 'x', done: 3, total: 5 });
  flushSync();
  expect(sheet.digitising['x']).toEqual({ done: 3, total: 5 });
  const before = fake.asked.filter((request) => request.ask === 'dossier_open').length;
  fake.tell({ notice: 'document', dossier: 'd1', document: 'x' });
  await mock.advanceTimersByTimeAsync(200);
  expect(sheet.digitising['x']).toBeUndefined();
  expect(fake.asked.filter((request) => request.ask === 'dossier_open').length).toBe(before + 1);
});

test('the checklist says how each paper stands, with shape and word', () => {
  const stand = (more: Parameters<typeof paper>[1], live = {}, held = false) => standOf([paper('x', more)], [], live, held, words);
  expect(standOf([], [{ place: { kind: 'component', component: 'A', row: null }, what: { code: 'missing' }, blocking: true }], {}, false, words)).toEqual({ shape: 'bad', word: 'Chưa có' });
  expect(standOf([], [], {}, false, words)).toEqual({ shape: 'none', word: 'Không bắt buộc' });
  expect(stand({ status: 'waiting' })).toEqual({ shape: 'wait', word: 'Đã đính kèm, chờ số hóa' });
  expect(stand({ status: 'working' }, { x: { done: 3, total: 5 } })).toEqual({ shape: 'busy', word: 'Đang số hóa 3/5' });
  expect(stand({ status: 'waiting' }, {}, true)).toEqual({ shape: 'warn', word: 'Đã dừng số hóa' });
  expect(stand({ status: 'failed' })).toEqual({ shape: 'bad', word: 'Cần xem' });
  expect(stand({ warnings: ['unsure-orientation'] })).toEqual({ shape: 'warn', word: 'Cần xem' });
  expect(stand({ warnings: ['low-resolution'] }).word).toBe('Đủ · 2 trang, nên xem lại');
  expect(stand({ pages: 0 }).word).toBe('Mọi trang đã bỏ');
  expect(stand({})).toEqual({ shape: 'ok', word: 'Đủ · 2 trang' });
});

test('a paper asked for once a row has a place for each; papers of a row that is gone stay in sight', () => {
  const view = opened({ fields: [contracts(['r1', '12/HĐ'], ['r2', ''])], documents: [paper('x', { component: 'B', row: 'r1' }), paper('y', { component: 'B', row: 'gone' })] });
  const items = checklist(view, {}, false, words);
  expect(items[1]?.asked).toBe('mỗi hợp đồng 1 bản chính');
  expect(items[1]?.rows?.map((row) => row.name)).toEqual(['Hợp đồng 1: 12/HĐ', 'Hợp đồng 2', 'Dòng đã bỏ khỏi bảng']);
  expect(entriesOf(items)).toHaveLength(4);
  const empty = checklist(opened(), {}, false, words)[1];
  expect(empty?.emptyTable?.field).toBe('contracts');
  expect(empty?.stand.word).toContain('Chờ điền bảng');
});

test('what is left to do: gaps by section, papers by component, mistakes one by one', () => {
  const at = (id: string, row: string | null = null) => ({ kind: 'field' as const, field: id, row });
  const view = opened({
    fields: [field('name'), field('phone'), contracts(['r1', ''], ['r2', ''])],
    findings: [
      { place: at('name'), what: { code: 'required' }, blocking: true },
      { place: at('phone'), what: { code: 'required' }, blocking: true },
      { place: at('phone'), what: { code: 'malformed', problem: { kind: 'email' } }, blocking: true },
      { place: { kind: 'component', component: 'A', row: null }, what: { code: 'not_ready', status: 'working' }, blocking: true },
      { place: { kind: 'component', component: 'B', row: 'r1' }, what: { code: 'missing' }, blocking: true },
      { place: { kind: 'component', component: 'B', row: 'r2' }, what: { code: 'missing' }, blocking: true },
    ],
  });
  expect(tasksOf(view, words, true).map((task) => task.text)).toEqual([
    'Bên đề nghị: còn 2 mục chưa điền',
    'Điện thoại: hãy nhập đủ địa chỉ thư điện tử, ví dụ ten@donvi.gov.vn',
    'Hồ sơ hợp đồng: còn 2 hợp đồng chưa có giấy',
  ]);
  expect(visibleSections(opened({ fields: [field('name')] })).map((section) => section.id)).toEqual(['one']);
});

test('what papers and pages tell is advice, with how to mend it and what asks for it; pages of one paper are one task', () => {
  const page = (number: number, seen?: string) => ({
    kind: 'page' as const,
    component: 'A',
    row: null,
    at: { document: 'x', page: `p${number}`, number, ...(seen === undefined ? {} : { seen }) },
  });
  const law = { kind: 'law' as const, number: '98/2023/NĐ-CP', articles: 'Điều 4', provenance: 'unverified' as const };
  const view = opened({
    documents: [paper('x')],
    findings: [
      { place: { kind: 'component', component: 'A', row: null }, what: { code: 'too_few_originals', have: 0, need: 1 }, blocking: false, why: law },
      { place: { kind: 'component', component: 'A', row: null }, what: { code: 'paper_in_future', date: '2026-12-01' }, blocking: false },
      { place: page(1), what: { code: 'blank_page' }, blocking: false, why: law },
      { place: page(3), what: { code: 'blank_page' }, blocking: false, why: law },
      { place: page(2, '13/TTr'), what: { code: 'nearly_same', said: '12/TTr', paper: '13/TTr' }, blocking: false },
      { place: { kind: 'dossier' }, what: { code: 'confidential' }, blocking: false },
    ],
  });
  const told = tasksOf(view, words, false);
  expect(told.map((task) => task.text)).toEqual([
    'Tờ trình: ghi ngày 01/12/2026, sau hôm nay',
    'Tờ trình, 2 trang: trang trắng vẫn nằm trong giấy tờ',
    'Tờ trình, trang 2: tờ khai ghi “12/TTr”, ở đây đọc được “13/TTr”',
    'Hồ sơ: thông tin được giữ kín',
  ]);
  expect(told[1]?.why).toBe('98/2023/NĐ-CP, Điều 4 (chưa kiểm chứng)');
  expect(told.map((task) => task.mend).every((mend) => mend.endsWith('.'))).toBe(true);
  expect(told[1]?.page?.number).toBe(1);
  expect(told[3]?.place).toBeUndefined();
  expect(adviceOf(view, words).map((advice) => advice.tasks.length)).toEqual([1, 1, 1, 1]);
});

test('every finding, warning and event has words in both languages', () => {
  const kinds: FindingKind[] = [
    { code: 'required' },
    { code: 'malformed', problem: { kind: 'not_a_date' } },
    { code: 'constraint', words: { vi: 'Ngày sau.', en: 'Later.' } },
    { code: 'unconfirmed', confidence: 80 },
    { code: 'doubt', doubt: { kind: 'birth_year', said: 1990, number: 1991 } },
    { code: 'doubt', doubt: { kind: 'sex', said: 'male', number: 'female' } },
    { code: 'unknown_field' },
    { code: 'missing' },
    { code: 'missing_because', words: { vi: 'nếu có', en: 'if any' } },
    { code: 'too_few_originals', have: 1, need: 2 },
    { code: 'too_few_copies', have: 1, need: 2 },
    { code: 'too_many_files', have: 3, max: 2 },
    { code: 'too_few_files', have: 0, min: 1 },
    { code: 'not_ready', status: 'needs_attention' },
    { code: 'unknown_component' },
    { code: 'limit_open' },
    { code: 'nearly_same', said: '001085012345', paper: '001085012354' },
    { code: 'other_kind', read: 'SƠ YẾU LÝ LỊCH', wanted: 'Quyết định' },
    { code: 'paper_expired', issued: '2026-05-20', read: true, valid: { months: 6 }, until: '2026-11-20' },
    { code: 'too_few_pages', have: 1, min: 2 },
    { code: 'too_many_pages', have: 3, max: 2 },
    { code: 'low_resolution', dpi: 150, min: 200 },
    { code: 'blank_page' },
    { code: 'unreadable_page', confidence: 40 },
    { code: 'orientation_unsure' },
    { code: 'signature_unseen', by: 'agency', looked: 'scan' },
    { code: 'signature_unseen', by: 'person', looked: 'digital' },
    { code: 'not_digitised' },
    { code: 'secret', mark: 'TỐI MẬT' },
    { code: 'also_in', dossier: 'T-01', title: 'Đơn' },
    { code: 'too_many_files_in_all', have: 3, max: 2 },
    { code: 'not_online' },
    { code: 'online_only', since: '2026-05-20' },
    { code: 'confidential' },
  ];
  for (const { preflight } of [wordsOf('vi'), wordsOf('en')]) {
    expect(Object.values(preflight.mend).filter((mend) => mend === '')).toEqual([]);
    for (const kind of ['form', 'hub', 'house'] as const) expect(preflight.why({ kind })).not.toBe('');
    const law = { kind: 'law' as const, number: '98/2023/NĐ-CP', articles: null };
    expect(preflight.why({ ...law, provenance: 'real' })).toBe('98/2023/NĐ-CP');
    expect(preflight.why({ ...law, provenance: 'illustrative' })).toMatch(/^98.2023.NĐ-CP \(/);
    expect(preflight.why({ kind: 'profile', profile: 'one-stop-2025', verified: false })).toContain('one-stop-2025');
  }
  for (const table of [findingsVi, findingsEn]) {
    for (const kind of kinds) expect(findingText('Tờ trình', kind, table)).toMatch(/Tờ trình/);
    for (const code of Object.keys(table.warning)) expect(warningText(code, table)).not.toBe('');
    expect(warningText('brand-new', table)).toContain('brand-new');
    const due = { date: '2026-12-01', time: '15:00' };
    expect(eventText({ kind: 'accepted', due }, table)).toContain('01/12/2026');
    expect(eventText({ kind: 'payment_requested', amount: 1250000 }, table)).toContain('1.250.000');
  }
});
