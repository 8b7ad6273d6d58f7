import type { PartWords } from '../words/parts';
import { isRows, typedOf } from './typed';
import type { Choice, FieldKind, Value } from './form';

/** A stored value as it is read, in one line: `21/11/2026`, `1.250.000 ₫`, `12,5 m²`. Empty when there is none. */
export function show(kind: FieldKind, value: Value, words: PartWords): string {
  if (value === null || value === '') return '';
  if (typeof kind === 'object' && 'choice' in kind) return labelOf(kind.choice.options, String(value), words);
  if (typeof kind === 'object' && 'many_choice' in kind) {
    const { options } = kind.many_choice;
    return Array.isArray(value) && !isRows(value) ? value.map((code) => labelOf(options, code, words)).join('; ') : String(value);
  }
  if (isRows(value)) return String(value.length);
  const typed = typedOf(kind, value);
  if (typeof typed === 'boolean') return typed ? words.yes : words.no;
  if (Array.isArray(typed)) return '';
  if (typeof typed === 'object') {
    const former = 'line' in typed && typed.former ? words.address.former(typed.former.words) : undefined;
    const parts = 'line' in typed ? [typed.line, typed.commune, typed.district, typed.province, former] : [typed.name, typed.tax_code];
    return parts.filter(Boolean).join(', ');
  }
  if (typeof kind === 'object' && 'money' in kind && typeof value === 'number') return `${typed}\u00a0₫`;
  if (typeof kind === 'object' && 'number' in kind && kind.number.unit) return `${typed}\u00a0${kind.number.unit[words.language]}`;
  return typed;
}

function labelOf(options: readonly Choice[], code: string, words: PartWords): string {
  return options.find((option) => option.code === code)?.label[words.language] ?? code;
}
