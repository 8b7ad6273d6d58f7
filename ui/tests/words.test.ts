import { expect, test } from 'vitest';
import { faultText, languages, type Words } from '../src/words';

/** Every piece of text of a table, by its path; what takes values is asked with some. */
function texts(table: object, path = ''): [string, string][] {
  return Object.entries(table).flatMap(([key, value]): [string, string][] => {
    if (typeof value === 'string') return [[path + key, value]];
    if (typeof value === 'function') {
      // What is told of a finding, or of a doubt, needs one: their own tests ask for each.
      if (path.startsWith('findings') || key === 'doubt') return [];
      const made: unknown = (value as (...values: unknown[]) => unknown)(...(path.startsWith('faults') ? [{}] : ['1', '2', '3']));
      return typeof made === 'string' ? [[path + key, made]] : texts(made as object, `${path}${key}.`);
    }
    return value === null || typeof value !== 'object' ? [] : texts(value as object, `${path}${key}.`);
  });
}

const tables = languages.map((words): [string, Words] => [words.language, words]);

test.each(tables)('words of %s are NFC, not empty, and have no gap left in them', (_, words) => {
  for (const [path, text] of texts(words)) {
    expect(text.trim(), path).not.toBe('');
    expect(text, path).toBe(text.normalize('NFC'));
    expect(text, path).not.toMatch(/[{}[\]]|undefined| {2}/);
  }
});

test.each(tables)('every fault of %s is whole sentences, with values and without', (_, words) => {
  const args = { what: 'px', found: '9', limit: '8', detail: 'd', reason: 'r', file: 'a.tif', mib: '5', minutes: '7', state: 'draft', field: 'f', page: '3' };
  for (const [code, say] of Object.entries(words.faults)) {
    for (const text of [say({}), say(args)]) {
      expect(text, code).toMatch(/[.)]$/);
      expect(text, code).not.toMatch(/[{}[\]–]| {2}| [.,:]/);
    }
  }
});

test('values stand in their place; names of ours are in words', () => {
  const [vi, en] = languages;
  expect(vi.faults.file_too_large({ what: 'bytes', found: '9', limit: '8', file: 'a.tif', page: '2' })).toBe(
    'a.tif: Tệp quá lớn: dung lượng (byte) là 9, giới hạn là 8. Hãy quét ở độ phân giải thấp hơn hoặc chia nhỏ tệp. (trang 2)',
  );
  expect(vi.faults.output_not_writable({ file: 'D:', reason: 'đầy' })).toBe('Không ghi được vào D: (đầy). Hãy chọn nơi khác.');
  expect(faultText({ code: 'state_forbids', args: { state: 'sending' } }, en)).toBe('This cannot be done while the dossier is “Being sent”. Go back to the list to see its state.');
});

test('the languages are told apart, the product name is one', () => {
  const [vi, en] = languages;
  expect(vi.product).toBe(en.product);
  expect(vi.frame.opening).not.toBe(en.frame.opening);
  expect(Object.keys(vi.faults).sort()).toEqual(Object.keys(en.faults).sort());
});
