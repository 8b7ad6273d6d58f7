import { flushSync, mount, tick, unmount } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { afterEach, describe, expect, test } from 'vitest';
import FormView from '../src/forms/FormView.svelte';
import { show } from '../src/forms/show';
import { controlId, fieldKey, fieldsByKey, typedOf, typedText, type Draft, type Removed, type Typed, type TypedRow } from '../src/forms/typed';
import type { Field, FieldKind, FieldState, Value } from '../src/forms/form';
import { partsEn, partsVi } from '../src/words/parts';
import { reactive } from './reactive.svelte';

const number: FieldKind = { number: { decimals: 3, unit: { vi: 'm²', en: 'm²' } } };
const money: FieldKind = { money: { min: 0 } };
const choice: FieldKind = { choice: { options: [{ code: 'car', label: { vi: 'Xe ô tô', en: 'Car' } }] } };
const words = (text: string) => ({ vi: text, en: `${text} (en)` });

describe('a stored value', () => {
  test.each<[FieldKind, Value, string]>([
    ['date', '2026-11-21', '21/11/2026'],
    ['date', '31/2', '31/2'],
    ['partial_date', '1975-03', '03/1975'],
    ['partial_date', '1975', '1975'],
    [money, 1_250_000, '1.250.000\u00a0₫'],
    [money, 'một triệu', 'một triệu'],
    [number, '12.5', '12,5\u00a0m²'],
    [choice, 'car', 'Xe ô tô'],
    [choice, 'gone', 'gone'],
    ['yes_no', false, 'Không'],
    ['organisation', { name: 'UBND xã', tax_code: '0100233488' }, 'UBND xã, 0100233488'],
    ['address', { line: 'Tổ 3', province: '22', commune: '06640' }, 'Tổ 3, 06640, 22'],
    [{ text: { max: 9 } }, null, ''],
  ])('%j %j is shown as %j', (kind, value, text) => expect(show(kind, value, partsVi)).toBe(text));

  test('follows the language', () => expect(show(choice, 'car', partsEn)).toBe('Car'));

  test('is typed so that it reads back as the same', () => {
    // As stored, `1234.567` would be read as a grouped 1 234 567.
    expect(typedOf(number, '1234.567')).toBe('1.234,567');
    expect(typedOf(money, 1_250_000)).toBe('1.250.000');
    expect(typedOf('yes_no', null)).toBe('');
    expect(typedOf({ group: { fields: [], min_rows: 0, max_rows: 1, row: words('a') } }, 'kept as typed')).toEqual([]);
  });
});

test('what was typed goes to the program as one line of text', () => {
  expect(typedText('1/2/26')).toBe('1/2/26');
  expect(typedText(true)).toBe('true');
  expect(typedText(['a', 'b'])).toBe('a,b');
  expect(typedText({ line: ' ' })).toBe('');
  expect(typedText({ name: 'UBND', tax_code: '01' })).toBe('{"name":"UBND","tax_code":"01"}');
  const rows: TypedRow[] = [{ id: 'r1', answers: { when: '1/2/26', at: { line: 'Tổ 3' } } }];
  expect(JSON.parse(typedText(rows))).toEqual([{ id: 'r1', when: '1/2/26', at: '{"line":"Tổ 3"}' }]);
  expect(typedText([])).toBe('');
});

describe('a section', () => {
  const field = (id: string, type: FieldKind, more: Partial<Field> = {}): Field => ({ id, label: words(id), type, ...more });
  const group: FieldKind = {
    group: { row: words('tài sản'), min_rows: 0, max_rows: 2, fields: [field('name', { text: { max: 60 } }), field('used', 'date')] },
  };
  const section = {
    id: 's',
    title: words('Tờ trình'),
    fields: [
      field('date', 'date', { required: true, constraints: [{ holds: 'today', words: words('Không sau hôm nay') }] }),
      field('cost', money),
      field('sum', money, { calculated: 'today' }),
      field('secret', { text: { max: 9 } }, { visible_if: 'today' }),
      field('kind', choice),
      field('yes', 'yes_no'),
      field('things', group),
      field('hint', 'note'),
      field('where', 'address'),
      field('org', 'organisation'),
    ],
  };
  const state = (name: string, value: Value, more: Partial<FieldState> = {}): FieldState => {
    return { field: name, row: null, visible: true, required: false, value, malformed: null, failed: [], unconfirmed: null, ...more };
  };

  let form: object | undefined;
  afterEach(async () => {
    if (form) await unmount(form);
    form = undefined;
  });

  /** With `saves` false, what is typed is not on the disk until a test says so. */
  function open(states: FieldState[], saves = true) {
    const changes: [string, Typed][] = [];
    const removed: Parameters<Removed>[] = [];
    const drafts = new SvelteMap<string, Draft>();
    const props = reactive({
      section,
      fields: fieldsByKey(states) as ReadonlyMap<string, FieldState>,
      language: 'vi' as const,
      errors: {} as Record<string, string>,
      drafts,
      onchange: (name: string, value: Typed) => {
        changes.push([name, value]);
        drafts.set(name, { value, saved: saves });
      },
      onremoved: (...told: Parameters<Removed>) => void removed.push(told),
    });
    form = mount(FormView, { target: document.body, props });
    flushSync();
    return { props, changes, drafts, removed };
  }

  const at = <E extends HTMLElement = HTMLInputElement>(id: string) => document.getElementById(id) as E;
  function type(input: HTMLInputElement, text: string): void {
    input.focus();
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
  }

  test('shows what is visible, each as its kind is read', () => {
    open([state('date', '2026-11-21', { required: true }), state('cost', 1_250_000), state('sum', 45_000), state('secret', null, { visible: false })]);
    expect(at('answer-date').value).toBe('21/11/2026');
    expect(at('answer-cost').value).toBe('1.250.000');
    expect(at('answer-sum').tagName).toBe('OUTPUT');
    expect(at('answer-sum').textContent?.trim()).toBe('45.000\u00a0₫');
    expect(at('answer-secret')).toBeNull();
    expect(document.querySelector('label[for=answer-cost]')?.textContent).toContain('(không bắt buộc)');
    expect(document.querySelector('label[for=answer-date]')?.textContent).not.toContain('không bắt buộc');
    expect(at('answer-kind').matches('[type=radio]')).toBe(true);
  });

  test('says what is wrong at the field and to those who hear it', () => {
    const { props } = open([state('date', '2026-11-22', { failed: [0] }), state('cost', 'x', { malformed: { kind: 'not_a_number' } })]);
    expect(at('answer-date-error').textContent).toContain('Không sau hôm nay');
    expect(at('answer-cost').getAttribute('aria-invalid')).toBe('true');
    expect(at('answer-cost').getAttribute('aria-describedby')).toContain('answer-cost-error');
    props.errors = { [fieldKey('yes')]: 'Hãy chọn' };
    flushSync();
    expect(document.body.textContent).toContain('Hãy chọn');
  });

  test('what the program says never falls into what is being typed', async () => {
    const { props, changes, drafts } = open([state('date', null)], false);
    const input = at('answer-date');
    type(input, '1/2/2');
    type(input, '1/2/26');
    props.fields = fieldsByKey([state('date', '1/2/2', { malformed: { kind: 'not_a_date' } })]);
    flushSync();
    expect(input.value).toBe('1/2/26');
    expect(at('answer-date-error')).toBeNull();
    expect(changes).toEqual([['date', '1/2/2'], ['date', '1/2/26']]);
    input.blur();
    await tick();
    // Left before the last answer: the text stays as typed, not as the program knew it before.
    expect(input.value).toBe('01/02/2026');
    drafts.set('date', { value: '1/2/26', saved: true });
    props.fields = fieldsByKey([state('date', '2026-02-01')]);
    flushSync();
    expect(input.value).toBe('01/02/2026');
    expect(drafts.size).toBe(0);
  });

  test('what is saved while the person is in it stays as typed until they leave', async () => {
    const { props, drafts } = open([state('date', null)], false);
    const input = at('answer-date');
    type(input, '1/2/26');
    drafts.set('date', { value: '1/2/26', saved: true });
    props.fields = fieldsByKey([state('date', '2026-02-01')]);
    flushSync();
    expect([input.value, drafts.size]).toEqual(['1/2/26', 1]);
    input.blur();
    await tick();
    await tick();
    expect([input.value, drafts.size]).toEqual(['01/02/2026', 0]);
  });

  test('what could not be saved stays in sight', async () => {
    open([state('cost', null)], false);
    const input = at('answer-cost');
    type(input, '5000');
    input.blur();
    await tick();
    await tick();
    expect(input.value).toBe('5.000');
  });

  test('rows are added, filled in before the program has answered, and removed', async () => {
    const stored = [{ id: 'r1', answers: { name: { value: 'Nhà' }, used: { value: '2026-01-02' } } }];
    const { changes, removed } = open([state('things', stored)], false);
    const last = () => changes.at(-1)?.[1] as TypedRow[];
    const button = (text: string) => [...document.querySelectorAll('button')].find((each) => each.textContent?.includes(text));
    button('Thêm tài sản')?.click();
    await tick();
    flushSync();
    expect(last()).toHaveLength(2);
    const id = last()[1]?.id ?? '';
    expect(id).toMatch(/^[0-9a-f]{8}-/);
    type(at(controlId('name', id)), 'Xe');
    type(at(controlId('used', id)), '3/4/26');
    expect(last()).toEqual([
      { id: 'r1', answers: { name: 'Nhà', used: '02/01/2026' } },
      { id, answers: { name: 'Xe', used: '3/4/26' } },
    ]);
    // Two are the most there can be.
    expect(button('Thêm tài sản')?.getAttribute('aria-disabled')).toBe('true');
    button('Bỏ tài sản 1')?.click();
    await tick();
    flushSync();
    expect(last().map((row) => row.id)).toEqual([id]);
    expect(removed).toMatchObject([['Đã bỏ tài sản 1', { id: 'things' }, { id: 'r1' }, 0]]);
  });

  test('what other answers rule out is not offered, unless it was chosen before', () => {
    const two: FieldKind = { choice: { options: [{ code: 'car', label: words('Xe ô tô') }, { code: 'land', label: words('Nhà, đất') }] } };
    const { props } = open([state('kind', null, { ruled_out: ['land'] })]);
    props.section = { ...section, fields: section.fields.map((each) => (each.id === 'kind' ? { ...each, type: two } : each)), help: words('Đọc kỹ') } as typeof section;
    flushSync();
    const offered = () => [...document.querySelectorAll('[data-field=kind] [type=radio]')].map((each) => each.closest('label')?.textContent?.trim());
    expect(offered()).toEqual(['Xe ô tô']);
    expect(document.body.textContent).toContain('Đọc kỹ');
    props.fields = fieldsByKey([state('kind', 'land', { ruled_out: ['land'], malformed: { kind: 'not_offered', option: 'land' } })]);
    flushSync();
    expect(offered()).toEqual(['Xe ô tô', 'Nhà, đất']);
  });

  test('why a date is refused is said in words', () => {
    open([state('date', '31/2/2026', { malformed: { kind: 'no_such_day', day: 31, month: 2, year: 2026 } })]);
    expect(at('answer-date-error').textContent).toContain('Tháng 2 năm 2026 không có ngày 31');
  });

  test('a wrong tax code is red itself, not the name above it', () => {
    open([state('org', { name: 'Công ty A', tax_code: '123' }, { malformed: { kind: 'identity', accepts: ['tax_code'], reason: 'length' } })]);
    expect([at('answer-org').getAttribute('aria-invalid'), at('answer-org-tax').getAttribute('aria-invalid')]).toEqual([null, 'true']);
  });

  test('a code that was cleared is no code', () => {
    const { changes } = open([state('where', { line: 'Tổ 3', province: '22' })]);
    type(at('answer-where-province'), '');
    expect(changes.at(-1)).toEqual(['where', { line: 'Tổ 3' }]);
  });
});
