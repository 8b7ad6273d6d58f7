import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isObject, type Json, type JsonObject, type Node, schemas } from '../src/screens/catalogue/schema';
import { itemPath, keysOf, markAt, marksOf, named, placeOf, sideText, steps, valueText } from '../src/screens/catalogue/values';
import { en } from '../src/words/en';
import { vi } from '../src/words/vi';

const data = join(import.meta.dirname, '../../src-tauri/data');
const read = (file: string) => JSON.parse(readFileSync(join(data, file), 'utf8')) as JsonObject;

/** Places of a value that the screen has no name for. */
function unnamed(node: Node, value: Json, path: string): string[] {
  switch (node.as) {
    case 'object':
      if (!isObject(value)) return [path];
      return Object.entries(value).flatMap(([key, inside]) => {
        const field = node.fields.find((each) => each.key === key);
        return field ? unnamed(field.node, inside, `${path}.${key}`) : [`${path}.${key}`];
      });
    case 'list':
      return Array.isArray(value) ? value.flatMap((item, i) => unnamed(node.item, item, `${path}[${i}]`)) : [path];
    case 'map':
      return isObject(value) ? Object.values(value).flatMap((item) => unnamed(node.item, item, path)) : [path];
    case 'variant': {
      if (typeof value === 'string') return value in node.shapes ? [] : [path];
      const [name, inside] = Object.entries(value as JsonObject)[0] ?? ['', null];
      const shape = node.shapes[name];
      return shape ? unnamed(shape.node, inside, `${path}.${name}`) : [path];
    }
    case 'words':
      return isObject(value) && Object.keys(value).sort().join() === 'en,vi' ? [] : [path];
    default:
      return [];
  }
}

test.each([
  ['procedure', 'procedures', ['code', 'revision']],
  ['calendar', 'calendar', ['year', 'revision']],
  ['profile', 'profiles', ['id', 'revision', 'confirmed']],
] as const)('every value of a %s that ships is shown and can be edited', (kind, folder, own) => {
  const files = readdirSync(join(data, folder));
  expect(files.length).toBeGreaterThan(1);
  const fields = schemas[kind].flatMap((section) => section.fields);
  for (const file of files) {
    const content = Object.fromEntries(Object.entries(read(`${folder}/${file}`)).filter(([key]) => !(own as readonly string[]).includes(key)));
    expect(unnamed({ as: 'object', fields }, content, file)).toEqual([]);
  }
});

test('what stands in a list is named by its own code, and marked so in old files and new', () => {
  const content = read('procedures/nb-20.json');
  const components = content['components'] as Json[];
  expect(itemPath('components', components, 1)).toBe('components[NB-20.02]');
  expect(keysOf([{ code: 'a' }, { code: 'a' }])).toBeUndefined();
  const mark = { status: 'unverified', source: 'QĐ 1' } as const;
  for (const path of ['components[1].originals', 'components[NB-20.02].originals']) {
    const marks = marksOf('procedure', { ...content, provenance: { status: 'real', source: 'x', values: { [path]: mark } } });
    expect(markAt(marks, 'components[NB-20.02].originals', 'components[1].originals')).toEqual(mark);
  }
});

test('a place is told by the names of what it leads through', () => {
  expect(named('procedure', 'components[NB-20.02].originals', vi).label).toBe('Thành phần hồ sơ › NB-20.02 › Số bản chính');
  expect(named('procedure', 'components[0].name.en', vi).label).toBe('Thành phần hồ sơ › 1 › Tên › tiếng Anh');
  expect(named('procedure', 'time_limit.by_answer.cases.a', vi).label).toBe('Thời hạn giải quyết › Theo từng lựa chọn › a');
  expect(named('profile', 'scans.max_file_bytes', en).label).toBe('Digitised papers › Largest file (bytes)');
  expect(named('calendar', 'holidays[2026-02-16].to', vi).label).toBe('Ngày nghỉ › 16/02/2026 › Đến ngày');
  // A name may hold the signs that paths are made of.
  expect(steps('fees[Phí [A] B. C].amount')).toEqual([{ key: 'fees' }, { item: 'Phí [A] B. C' }, { key: 'amount' }]);
  expect(placeOf('procedures/NB-11@2.json:components[0].code')).toBe('components[0].code');
  expect(placeOf('procedures/NB-11@2.json:form:field.from_paper')).toBe('form');
});

test('values read as people say them', () => {
  const content = read('procedures/2.000635.json');
  const fields = schemas.procedure.flatMap((section) => section.fields);
  const said = (key: string) => valueText(fields.find((each) => each.key === key)!.node, content[key], vi);
  expect(said('time_limit')).toBe('0 ngày làm việc, giờ nhận cuối trong ngày 15:00');
  expect(said('fees')).toContain('8.000 ₫');
  expect(said('valid_from')).toBe('01/07/2025');
  const limit = named('procedure', 'time_limit.fixed', vi);
  expect(sideText(limit.node, { vi: '[{"n":20,"unit":"working_day"}]', en: '' }, vi)).toBe('20 ngày làm việc');
});
