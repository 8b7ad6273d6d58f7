import { dateText, decimalText, group } from '../words/format';
import type { Address, Field, FieldKind, FieldState, Organisation, Row, Value } from './form';

/** What a person gave, before the program has read it: text as typed, or what was ticked. Empty is `''` or `[]`. */
export type Typed = string | boolean | string[] | Address | Organisation | TypedRow[];

/** A row of a group as it is being filled in. A row keeps its id, for papers point at it. */
export interface TypedRow {
  id: string;
  answers: { [field: string]: Typed };
}

/** What a person typed in a field, and whether it is saved. */
export interface Draft {
  value: Typed;
  saved: boolean;
}

/** Told when a row was removed: what to say, the table, the row and where it stood. */
export type Removed = (words: string, field: Field, row: TypedRow, at: number) => void;

export type KindName = Extract<FieldKind, string> | (FieldKind extends infer K ? (K extends string ? never : keyof K) : never);

export function kindName(kind: FieldKind): KindName {
  return typeof kind === 'string' ? kind : (Object.keys(kind)[0] as KindName);
}

/** Names a field, or its cell in a row. */
export function fieldKey(field: string, row?: string | null): string {
  return row == null ? field : `${row}/${field}`;
}

/** The id of its control in the page, for links that lead to it. */
export function controlId(field: string, row?: string | null): string {
  return `answer-${fieldKey(field, row).replaceAll(/[^\w-]/g, '_')}`;
}

export function fieldsByKey(states: readonly FieldState[]): Map<string, FieldState> {
  return new Map(states.map((state) => [fieldKey(state.field, state.row), state]));
}

/** Whether a field is shown before the program has said anything of it: so a new row has cells at once. */
export function isVisible(field: Field, state: FieldState | undefined): boolean {
  return state?.visible ?? field.visible_if == null;
}

/**
 * A stored value as a person would type it. What is stored as `1234.567` must not stay so: typed, that would be read as
 * 1 234 567.
 */
export function typedOf(kind: FieldKind, value: Value): Typed {
  switch (kindName(kind)) {
    case 'many_choice':
      return isRows(value) ? [] : Array.isArray(value) ? value : [];
    case 'yes_no':
      return typeof value === 'boolean' ? value : '';
    case 'group':
      return isRows(value) ? value.map((row) => typedRow(kind, row)) : [];
    case 'address':
      return isObject(value) && 'line' in value ? value : { line: plain(value) };
    case 'organisation':
      return isObject(value) && 'name' in value ? value : { name: plain(value) };
    case 'date':
    case 'partial_date':
      return /^\d{4}(-\d{2}){0,2}$/.test(plain(value)) ? dateText(plain(value)) : plain(value);
    case 'number':
      return decimalText(plain(value));
    case 'money':
      return typeof value === 'number' ? group(value) : plain(value);
    default:
      return plain(value);
  }
}

function typedRow(kind: FieldKind, row: Row): TypedRow {
  const fields = typeof kind === 'object' && 'group' in kind ? kind.group.fields : [];
  const answers = fields.flatMap((field): [string, Typed][] => {
    const answer = row.answers[field.id];
    return answer === undefined ? [] : [[field.id, typedOf(field.type, answer.value)]];
  });
  return { id: row.id, answers: Object.fromEntries(answers) };
}

/** The one line of text that the program takes for an answer: tables and objects as JSON. */
export function typedText(typed: Typed): string {
  if (typeof typed === 'string') return typed;
  if (typeof typed === 'boolean') return String(typed);
  if (!Array.isArray(typed)) return blank(typed) ? '' : JSON.stringify(typed);
  if (typed.every((each) => typeof each === 'string')) return typed.join(',');
  const rows = (typed as TypedRow[]).map(({ id, answers }) => {
    const cells = Object.entries(answers).map(([field, cell]) => [field, typedText(cell)]);
    return { ...Object.fromEntries(cells), id };
  });
  return JSON.stringify(rows);
}

function blank(typed: Address | Organisation): boolean {
  return Object.values(typed).every((part) => part == null || String(part).trim() === '');
}

function plain(value: Value): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function isRows(value: Value): value is Row[] {
  return Array.isArray(value) && value.length > 0 && typeof value[0] === 'object';
}

function isObject(value: Value): value is Address | Organisation {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
