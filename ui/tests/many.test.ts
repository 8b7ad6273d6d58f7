import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi as mock } from 'vitest';
import type { ManyView, Request } from '../src/host/desk.gen';
import { letters, rowReason } from '../src/screens/many/reading';
import { wordsOf } from '../src/words';
import { button, close, type FakeDesk, fakeDesk, fault, open, press, text } from './desk';

let desk: FakeDesk;
const label = (vi: string) => ({ vi, en: vi });

const view: ManyView = {
  procedure: label('Cấp bản sao'),
  file: 'danh sách.xlsx',
  sheets: ['Một', 'Hai'],
  sheet: 'Một',
  header: 2,
  columns: [
    { index: 0, heading: 'STT', field: null, by: 'nothing', samples: ['1', '2'] },
    { index: 1, heading: 'Họ tên', field: 'name', by: 'similar', samples: ['Lê Nam'] },
    { index: 2, heading: '', field: 'number', by: 'person', samples: ['1190000012'] },
  ],
  targets: [
    { field: 'name', label: label('Họ và tên'), under: null, required: true },
    { field: 'number', label: label('Số định danh'), under: label('Người yêu cầu'), required: false },
  ],
  key: null,
  across: false,
  lines: 2,
  dossiers: 2,
  faulty: 1,
  before: 0,
  to_make: 1,
  to_mend: 1,
  faulty_lines: 1,
  zeros_lost: 1,
  missing: [{ field: 'reason', label: label('Lý do'), dossiers: 2 }],
  import: null,
  rows: [
    { number: 3, cells: [{ column: 1, shown: 'Lê Nam' }, { column: 2, shown: '1190000012', problem: { kind: 'zero_lost', proposed: '001190000012' } }], problems: [], follows: false, made: null },
    { number: 4, cells: [{ column: 1, shown: 'Vũ An' }, { column: 2, shown: '001190000013' }], problems: [], follows: false, made: null },
  ],
  total: 2,
};

const asked = () => desk.asked.flatMap((request: Request) => (request.ask === 'many' ? [request.what] : []));
const changed = (select: HTMLSelectElement, value: string) => {
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
};

beforeEach(() => {
  desk = fakeDesk();
  desk.standing.counts = { draft: 1 };
  desk.host.chooseFiles = async () => ['/x/danh sách.xlsx'];
  desk.answers.procedure_list = () => [{ code: '2.000635', revision: 1, name_vi: 'Cấp bản sao', name_en: 'Copies', provenance: 'real', components: 2 }];
  desk.answers.many = (request) => {
    if (request.ask !== 'many' || request.what.do === 'stop') return { is: 'stopping' };
    if (request.what.do === 'import') return { is: 'imported', it: { import: 'i', made: 1, before: 0, faulty: 0, left_out: 1, not_yet: 0 } };
    return request.what.do === 'look' ? { is: 'view', it: structuredClone(view) } : { is: 'moved', it: 1 };
  };
});
afterEach(close);

async function show(): Promise<void> {
  open(desk);
  press('n', { ctrlKey: true });
  await mock.waitFor(() => expect(text()).toContain('Cấp bản sao'));
  press('n', { altKey: true });
  await mock.waitFor(() => expect(document.querySelector('#many-procedure option[value="2.000635"]')).not.toBeNull());
  changed(document.querySelector<HTMLSelectElement>('#many-procedure')!, '2.000635');
  press('O', { ctrlKey: true, shiftKey: true });
  await mock.waitFor(() => expect(text()).toContain('2 hồ sơ · 1 có lỗi'));
}

test('a column that is only similar is looked at first; a change keeps the other columns', async () => {
  await show();
  expect(text()).toContain('gần giống, nên xem lại');
  expect(text()).toContain('Mục bắt buộc không có cột, sẽ điền sau trong từng hồ sơ: Lý do');
  changed(document.querySelector<HTMLSelectElement>('#many-column-0')!, 'name');
  await mock.waitFor(() => expect(asked().at(-1)).toMatchObject({ do: 'look', source: { columns: ['name', null, 'number'], sheet: 'Một', header: 2 } }));
});

test('drafts are made, told, and taken back', async () => {
  await show();
  button('Tạo 1 hồ sơ nháp').click();
  await mock.waitFor(() => expect(text()).toContain('Đã tạo 1 hồ sơ nháp'));
  expect(asked()).toContainEqual(expect.objectContaining({ do: 'import', with_errors: false }));
  press('z', { ctrlKey: true });
  await mock.waitFor(() => expect(asked()).toContainEqual({ do: 'undo', import: 'i' }));
  // Only what was taken back to its end can be done again.
  await mock.waitFor(() => {
    press('Z', { ctrlKey: true, shiftKey: true });
    expect(asked()).toContainEqual({ do: 'restore', import: 'i' });
  });
});

test('what is wrong with the file is told, and another can be chosen', async () => {
  desk.answers.many = () => {
    throw fault('table_encrypted');
  };
  open(desk);
  press('n', { ctrlKey: true });
  press('n', { altKey: true });
  await mock.waitFor(() => expect(document.querySelector('#many-procedure option[value="2.000635"]')).not.toBeNull());
  changed(document.querySelector<HTMLSelectElement>('#many-procedure')!, '2.000635');
  press('O', { ctrlKey: true, shiftKey: true });
  await mock.waitFor(() => expect(text()).toContain('Bảng có mật khẩu.'));
});

test('columns and reasons are called as in a spreadsheet', () => {
  expect([0, 25, 26, 701, 702].map(letters)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
  expect(rowReason(view.rows[0]!, view.columns, wordsOf('vi'))).toBe('Cột C: Excel đã bỏ số 0 ở đầu, có lẽ là 001190000012');
});

/** Looks wait until they are answered; what was asked is what is seen. */
function slow(): (() => void)[] {
  const waiting: (() => void)[] = [];
  const call = desk.host.call;
  desk.host.call = (async (request: Request, expects: never) => {
    if (request.ask === 'many' && request.what.do === 'look') {
      const { columns } = request.what.source;
      await new Promise<void>((done) => waiting.push(done));
      const seen = structuredClone(view);
      if (columns) seen.columns = seen.columns.map((column, at) => ({ ...column, field: columns[at] ?? null }));
      desk.asked.push(request);
      return { is: 'view', it: seen };
    }
    return call(request, expects);
  }) as typeof desk.host.call;
  return waiting;
}

test('nothing is made of a table that is still being read; changes made meanwhile do not lose each other', async () => {
  await show();
  const waiting = slow();
  changed(document.querySelector<HTMLSelectElement>('#many-column-0')!, 'name');
  press('Enter', { ctrlKey: true });
  button('Tạo 1 hồ sơ nháp').click();
  changed(document.querySelector<HTMLSelectElement>('#many-column-1')!, 'number');
  await mock.waitFor(() => expect(waiting).toHaveLength(2));
  for (const answer of waiting.splice(0).reverse()) answer();
  await mock.waitFor(() => expect(text()).toContain('2 hồ sơ · 1 có lỗi'));
  expect(asked().filter(({ do: what }) => what === 'import')).toEqual([]);
  press('Enter', { ctrlKey: true });
  await mock.waitFor(() => expect(asked()).toContainEqual(expect.objectContaining({ do: 'import', source: expect.objectContaining({ columns: ['name', 'number', null] }) })));
});

test('what could not be read leaves the table before as it was', async () => {
  await show();
  const before = desk.answers.many!;
  desk.answers.many = () => {
    throw fault('file_gone');
  };
  changed(document.querySelector<HTMLSelectElement>('#many-column-0')!, 'name');
  await mock.waitFor(() => expect(document.querySelector('.many [role=alert], .many .notice')).not.toBeNull());
  desk.answers.many = before;
  press('Enter', { ctrlKey: true });
  await mock.waitFor(() => expect(asked()).toContainEqual(expect.objectContaining({ do: 'import', source: expect.objectContaining({ columns: [null, 'name', 'number'] }) })));
});

test('drafts are made wherever the person goes; who comes back sees how far it is, and what came of it', async () => {
  await show();
  const call = desk.host.call;
  let made: (() => void) | undefined;
  desk.host.call = (async (request: Request, expects: never) => {
    if (request.ask === 'many' && request.what.do === 'import') await new Promise<void>((done) => (made = done));
    return call(request, expects);
  }) as typeof desk.host.call;
  press('Enter', { ctrlKey: true });
  await mock.waitFor(() => expect(made).toBeDefined());
  const back = () => {
    press('n', { ctrlKey: true });
    press('n', { altKey: true });
  };
  press('1', { ctrlKey: true });
  await mock.waitFor(() => expect(document.querySelector('.many')).toBeNull());
  desk.tell({ notice: 'progress', progress: { stage: 'many', done: 1, total: 2 } as never });
  back();
  await mock.waitFor(() => expect(document.querySelector<HTMLProgressElement>('.many progress, .many [role=progressbar]')).not.toBeNull());
  press('Enter', { ctrlKey: true });
  press('1', { ctrlKey: true });
  await mock.waitFor(() => expect(document.querySelector('.many')).toBeNull());
  made?.();
  await mock.waitFor(() => expect(asked().filter(({ do: what }) => what === 'look').length).toBeGreaterThan(1));
  expect(text()).not.toContain('Đã tạo 1 hồ sơ nháp');
  back();
  await mock.waitFor(() => expect(text()).toContain('Đã tạo 1 hồ sơ nháp'));
  expect(asked().filter(({ do: what }) => what === 'import')).toHaveLength(1);
  // Seen, it is gone with the next visit.
  press('1', { ctrlKey: true });
  await mock.waitFor(() => expect(document.querySelector('.many')).toBeNull());
  back();
  await mock.waitFor(() => expect(document.querySelector('.many')).not.toBeNull());
  expect(text()).not.toContain('Đã tạo 1 hồ sơ nháp');
});

test('of a table of another procedure only what came of it is shown, and the table is not read under this one', async () => {
  const one = (code: string) => ({ code, revision: 1, name_vi: `Cấp bản sao ${code}`, name_en: 'Copies', provenance: 'real', components: 2 });
  desk.answers.procedure_list = () => ['2.000635', '1.001193'].map(one);
  await show();
  const call = desk.host.call;
  let made: (() => void) | undefined;
  desk.host.call = (async (request: Request, expects: never) => {
    if (request.ask === 'many' && request.what.do === 'import') await new Promise<void>((done) => (made = done));
    return call(request, expects);
  }) as typeof desk.host.call;
  press('Enter', { ctrlKey: true });
  await mock.waitFor(() => expect(made).toBeDefined());
  press('1', { ctrlKey: true });
  await mock.waitFor(() => expect(document.querySelector('.many')).toBeNull());
  made?.();
  await mock.waitFor(() => expect(asked().filter(({ do: what }) => what === 'look').length).toBeGreaterThan(1));
  const looks = asked().length;
  press('n', { ctrlKey: true });
  await mock.waitFor(() => expect(text()).toContain('Cấp bản sao 1.001193'));
  const other = [...document.querySelectorAll<HTMLElement>('[role=option], [role=row]')].find((row) => row.textContent?.includes('1.001193'));
  other!.click();
  flushSync();
  press('n', { altKey: true });
  await mock.waitFor(() => expect(document.querySelector<HTMLSelectElement>('#many-procedure')?.value).toBe('1.001193'));
  expect(text()).toContain('Đã tạo 1 hồ sơ nháp');
  expect(text()).not.toContain('danh sách.xlsx');
  expect(asked()).toHaveLength(looks);
});

test('two things wrong with one field of a row are both told', async () => {
  const twice = structuredClone(view);
  const problem = { field: 'name', label: label('Họ và tên'), what: { code: 'required' as const } };
  twice.rows[0]!.problems = [problem, problem];
  desk.answers.many = () => ({ is: 'view', it: twice });
  await show();
  document.querySelectorAll<HTMLElement>('[role=tab]')[1]!.click();
  await mock.waitFor(() => expect(document.querySelectorAll('.reason')).toHaveLength(3));
});
