import { expect, test } from 'vitest';
import { languages, type Words } from '../src/words';

/** Every piece of text of a table, by its path; what takes values is asked with one. */
function texts(table: object, path = ''): [string, string][] {
  return Object.entries(table).flatMap(([key, value]): [string, string][] => {
    if (typeof value === 'string') return [[path + key, value]];
    if (typeof value === 'function') return [[path + key, String((value as (value: string) => string)('1.2.3'))]];
    return texts(value as object, `${path}${key}.`);
  });
}

test.each(languages.map((words): [string, Words] => [words.language, words]))('words of %s are NFC and not empty', (_, words) => {
  for (const [path, text] of texts(words)) {
    expect(text.trim(), path).not.toBe('');
    expect(text, path).toBe(text.normalize('NFC'));
  }
});

test('the languages are told apart, the product name is one', () => {
  const [vi, en] = languages;
  expect(vi.product).toBe(en.product);
  expect(vi.purpose).not.toBe(en.purpose);
  expect(en.version('1.2.3')).toContain('1.2.3');
  expect(vi.version('1.2.3')).toContain('1.2.3');
});
