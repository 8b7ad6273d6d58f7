/** Conditions put together line by line: what they are in the file, and what does not fit lines. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Form } from '../src/host/desk.gen';
import { askedOf, fresh, read, write } from '../src/screens/catalogue/condition';
import { begunFromNothing, copied } from '../src/screens/catalogue/fresh';
import type { Json, JsonObject } from '../src/screens/catalogue/schema';

const data = join(import.meta.dirname, '../../src-tauri/data');
const file = <T>(path: string): T => JSON.parse(readFileSync(join(data, path), 'utf8')) as T;
interface Shipped {
  code: string;
  form: { id: string };
  components: { code: string; need: string | { conditional: { when: Json } } }[];
}
const procedures = readdirSync(join(data, 'procedures')).map((name) => file<Shipped>(`procedures/${name}`));

test('every shipped condition but one that counts rows is lines, and comes back as it was', () => {
  const others: string[] = [];
  for (const { form, components } of procedures) {
    const asked = askedOf(file<Form>(`forms/${form.id}.json`), 'vi');
    for (const { code, need } of components) {
      if (typeof need === 'string') continue;
      const condition = read(need.conditional.when);
      if (!condition) others.push(code);
      else expect(write(condition, asked), code).toEqual(need.conditional.when);
    }
  }
  expect(others).toEqual(['NB-21.05']);
});

const asked = [
  { id: 'kind', label: 'Loại', kind: 'choice', options: [{ value: 'a', label: 'A' }, { value: 'b', label: 'B' }] },
  { id: 'agreed', label: 'Đồng ý', kind: 'yes', options: [] },
  { id: 'area', label: 'Diện tích', kind: 'number', options: [] },
  { id: 'day', label: 'Ngày', kind: 'date', options: [] },
  { id: 'name', label: 'Tên', kind: 'text', options: [] },
  { id: 'several', label: 'Nhiều', kind: 'many', options: [{ value: 'x', label: 'X' }, { value: 'y', label: 'Y' }] },
] as const;

test.each([
  [{ bool: true }],
  [{ empty: { field: 'name' } }],
  [{ not: { empty: { field: 'name' } } }],
  [{ in: [{ field: 'kind' }, [{ text: 'a' }, { text: 'b' }]] }],
  [{ or: [{ gt: [{ field: 'area' }, { number: '12.5' }] }, { eq: [{ field: 'agreed' }, { bool: false }] }] }],
  [{ in: [{ field: 'several' }, [{ text: 'x' }]] }],
  // Of a question that the form does not have a value stays what it is.
  [{ eq: [{ field: 'gone' }, { bool: true }] }],
  [{ gt: [{ field: 'gone' }, { number: '3' }] }],
  [{ in: [{ field: 'gone' }, [{ date: '2026-11-20' }, { date: '2026-11-21' }]] }],
  [{ and: [{ le: [{ field: 'day' }, { date: '2026-11-20' }] }, { ne: [{ field: 'kind' }, { text: 'a' }] }] }],
] as Json[][])('%j is lines', (rule) => {
  expect(write(read(rule)!, asked)).toEqual(rule);
});

test.each([
  ['today'],
  [null],
  [{ bool: false }],
  [{ and: [] }],
  [{ and: [{ or: [{ empty: { field: 'name' } }] }] }],
  [{ not: { eq: [{ field: 'kind' }, { text: 'a' }] } }],
  [{ eq: [{ field: 'kind' }, { field: 'name' }] }],
  [{ gt: [{ count: { group: 'rows' } }, { number: '0' }] }],
  ['{ "eq": ['],
  [{ in: [{ field: 'gone' }, [{ text: 'a' }, { number: '1' }]] }],
] as Json[][])('%j is no lines, and stays as it is', (rule) => {
  expect(read(rule)).toBeUndefined();
});

test('what is typed is kept as the file has it, and another question takes what fits it', () => {
  const one = (field: string, operator: 'is' | 'more', value: string) => write({ join: 'all', tests: [{ field, operator, value: [value] }] }, asked);
  expect(one('area', 'more', '1.250,5')).toEqual({ gt: [{ field: 'area' }, { number: '1250.5' }] });
  expect(one('day', 'is', '5/3/2026')).toEqual({ eq: [{ field: 'day' }, { date: '2026-03-05' }] });
  const number = (typed: string) => (one('area', 'is', typed) as unknown as { eq: [Json, { number: string }] }).eq[1].number;
  expect(['0.5', '1.250', '1.250.000', '-1.250,5', '12,5', '1.2.3', '1,2,3', 'mai', '12.50', ' 7 '].map(number)).toEqual(['0.5', '1250', '1250000', '-1250.5', '12.5', '1.2.3', '1,2,3', 'mai', '12.50', '7']);
  const day = (typed: string) => (one('day', 'is', typed) as unknown as { eq: [Json, { date: string }] }).eq[1].date;
  expect(['1/2/26', '01022026', '31/02/2026', '1/2'].map(day)).toEqual(['2026-02-01', '2026-02-01', '31/02/2026', '1/2']);
  const before = { field: 'area', operator: 'more' as const, value: ['3'] };
  expect(fresh(asked[1], before)).toEqual({ field: 'agreed', operator: 'is', value: ['true'] });
  expect(fresh(asked[3], before)).toEqual({ field: 'day', operator: 'more', value: [''] });
  expect(fresh(asked[0])).toEqual({ field: 'kind', operator: 'is', value: ['a'] });
  expect(fresh(asked[5], { field: 'kind', operator: 'is', value: ['a'] })).toEqual({ field: 'several', operator: 'one_of', value: ['x'] });
});

test('a copy keeps papers and form, and nothing that somebody confirmed or looked up', () => {
  const other = file<JsonObject>('procedures/nb-20.json');
  const marked = { ...other, provenance: { status: 'real', source: 's', confirmed: { by: 'A', at: 'x' }, values: { level: { status: 'real', source: 's', confirmed: { by: 'A', at: 'x' } } } }, valid_to: '2027-01-01' };
  const made = copied(marked as unknown as JsonObject, 'NB-29', { vi: 'Mới', en: 'New' });
  expect(made).toMatchObject({ code: 'NB-29', revision: 1, name: { vi: 'Mới' }, components: other['components'], form: other['form'], provenance: { status: 'unverified', source: 's', values: { level: { status: 'unverified', source: 's' } } } });
  expect(JSON.stringify(made)).not.toContain('confirmed');
  expect(made).not.toHaveProperty('valid_to');
  expect(begunFromNothing('NB-30', { vi: 'A', en: 'B' }, 'one-stop-2025', '2026-11-28')).toMatchObject({ code: 'NB-30', profile: 'one-stop-2025', components: [{ code: 'NB-30.01' }] });
});
