/** Conditions as people put them together: some tests of single answers, all of which hold or one of which does. */
import type { Field, Form } from '../../host/desk.gen';
import type { Words } from '../../words';
import type { Operator } from '../../words/condition';
import { dateText, isoDay } from '../../words/format';
import { isObject, type Json } from './schema';

export interface Test {
  field: string;
  operator: Operator;
  /** As it is typed or chosen; codes for `one_of`. */
  value: readonly string[];
  /** What the file has the value as; a question that the form does not have says nothing of it. */
  as?: Constant;
}
export type Constant = 'yes' | 'number' | 'date' | 'text';
export interface Condition {
  join: 'all' | 'any';
  tests: readonly Test[];
}

/** A question of the form that a condition can go by. */
export interface Asked {
  id: string;
  label: string;
  kind: 'choice' | 'many' | 'yes' | 'number' | 'date' | 'text' | 'other';
  options: readonly { value: string; label: string }[];
}

const COMPARING: Record<string, Operator> = { eq: 'is', ne: 'is_not', lt: 'less', le: 'at_most', gt: 'more', ge: 'at_least' };
const KEYS = Object.fromEntries(Object.entries(COMPARING).map(([key, operator]) => [operator, key]));

/** Which operators a kind of question takes. */
export const operatorsOf: Record<Asked['kind'], readonly Operator[]> = {
  choice: ['is', 'is_not', 'one_of', 'empty', 'filled'],
  /** Several can be chosen: one of them is, or none. */
  many: ['one_of', 'empty', 'filled'],
  yes: ['is'],
  number: ['is', 'is_not', 'less', 'at_most', 'more', 'at_least', 'empty', 'filled'],
  date: ['is', 'less', 'at_most', 'more', 'at_least', 'empty', 'filled'],
  text: ['is', 'is_not', 'empty', 'filled'],
  other: ['empty', 'filled'],
};
export const takesValue = (operator: Operator): boolean => operator !== 'empty' && operator !== 'filled';

/** The questions of a form outside tables: a condition of a paper sees no single row. */
export function askedOf(form: Form, language: Words['language']): Asked[] {
  const kindOf = ({ type }: Field): Asked['kind'] | undefined => {
    if (type === 'yes_no') return 'yes';
    if (type === 'date' || type === 'partial_date') return 'date';
    if (type === 'note') return undefined;
    if (typeof type !== 'object') return 'other';
    if ('choice' in type) return 'choice';
    if ('many_choice' in type) return 'many';
    if ('number' in type || 'money' in type) return 'number';
    if ('text' in type || 'long_text' in type || 'identity' in type) return 'text';
    return 'file_slot' in type ? undefined : 'other';
  };
  return form.sections.flatMap(({ fields }) => fields).flatMap((field) => {
    const kind = kindOf(field);
    if (kind === undefined) return [];
    const { type } = field;
    const choices = typeof type === 'object' && 'choice' in type ? type.choice.options : typeof type === 'object' && 'many_choice' in type ? type.many_choice.options : [];
    return [{ id: field.id, label: field.label[language], kind, options: choices.map(({ code, label }) => ({ value: code, label: label[language] })) }];
  });
}

const one = (value: Json | undefined): [string, Json] | undefined => {
  const entries = isObject(value) ? Object.entries(value) : [];
  return entries.length === 1 ? (entries[0] as [string, Json]) : undefined;
};

/** A value as people write it, and what it is. */
function constant(value: Json | undefined): [string, Constant] | undefined {
  const [kind, inside] = one(value) ?? [];
  if (kind === 'bool') return typeof inside === 'boolean' ? [String(inside), 'yes'] : undefined;
  if (typeof inside !== 'string' && typeof inside !== 'number') return undefined;
  if (kind === 'number') return [String(inside).replace(/^(-?\d+)\.(\d+)$/, '$1,$2'), 'number'];
  if (kind === 'date') return [/^\d{4}-\d{2}-\d{2}$/.test(String(inside)) ? dateText(String(inside)) : String(inside), 'date'];
  return kind === 'text' ? [String(inside), 'text'] : undefined;
}

function fieldOf(value: Json | undefined): string | undefined {
  const [kind, inside] = one(value) ?? [];
  return kind === 'field' && typeof inside === 'string' ? inside : undefined;
}

function test(value: Json): Test | undefined {
  const [key, inside] = one(value) ?? [];
  const pair = Array.isArray(inside) && inside.length === 2 ? inside : undefined;
  const field = fieldOf(pair ? pair[0] : inside);
  if (key === 'empty' && !pair) return field === undefined ? undefined : { field, operator: 'empty', value: [] };
  if (key === 'not') {
    const empty = test(inside ?? null);
    return empty?.operator === 'empty' ? { ...empty, operator: 'filled' } : undefined;
  }
  if (field === undefined || !pair) return undefined;
  if (key === 'in') {
    const values = Array.isArray(pair[1]) ? pair[1].map(constant) : [undefined];
    const as = values[0]?.[1] ?? 'text';
    return values.every((each) => each?.[1] === as) || values.length === 0 ? { field, operator: 'one_of', value: values.flatMap((each) => each?.[0] ?? []), as } : undefined;
  }
  const operator = key === undefined ? undefined : COMPARING[key];
  const told = constant(pair[1]);
  return operator && told ? { field, operator, value: [told[0]], as: told[1] } : undefined;
}

/** A rule as such a condition; nothing where it is another. */
export function read(rule: Json | undefined): Condition | undefined {
  const [key, inside] = one(rule) ?? [];
  if (key === 'bool' && inside === true) return { join: 'all', tests: [] };
  const many = (key === 'and' || key === 'or') && Array.isArray(inside) ? inside.map(test) : undefined;
  if (many) return many.length > 0 && many.every((each) => each !== undefined) ? { join: key === 'or' ? 'any' : 'all', tests: many as Test[] } : undefined;
  const single = test(rule ?? null);
  return single && { join: 'all', tests: [single] };
}

/** `1.250,5` as the file has it; dots that part no thousands stay, and so does what is no number. */
function decimalOf(typed: string): string {
  const whole = typed.trim().replace(/^(-?\d{1,3})((?:\.\d{3})+)(?=,|$)/, (all) => all.replaceAll('.', ''));
  return /^-?\d+,\d+$/.test(whole) ? whole.replace(',', '.') : whole;
}

function valueOf(kind: Asked['kind'] | undefined, typed: string): Json {
  if (kind === 'yes') return { bool: typed === 'true' };
  if (kind === 'number') return { number: decimalOf(typed) };
  if (kind === 'date') return { date: isoDay(typed) ?? typed };
  return { text: typed };
}

/** The condition as the rule it is in the file. No test holds always. */
export function write({ join, tests }: Condition, asked: readonly Asked[]): Json {
  const rules = tests.map(({ field, operator, value, as }): Json => {
    const found = asked.find(({ id }) => id === field)?.kind;
    const kind = found === undefined || found === 'other' ? as : found;
    if (operator === 'empty') return { empty: { field } };
    if (operator === 'filled') return { not: { empty: { field } } };
    if (operator === 'one_of') return { in: [{ field }, value.map((each) => valueOf(kind, each))] };
    return { [KEYS[operator]!]: [{ field }, valueOf(kind, value[0] ?? '')] };
  });
  if (rules.length === 0) return { bool: true };
  return rules.length === 1 ? rules[0]! : { [join === 'any' ? 'or' : 'and']: rules };
}

/** A test of this question to begin with, or `before` as far as it fits another question. */
export function fresh(asked: Asked, before?: Test): Test {
  const operators = operatorsOf[asked.kind];
  const operator = before && operators.includes(before.operator) ? before.operator : operators[0]!;
  const value = asked.kind === 'yes' ? ['true'] : asked.kind === 'choice' || asked.kind === 'many' ? asked.options.slice(0, 1).map((option) => option.value) : [''];
  return { field: asked.id, operator, value: takesValue(operator) ? value : [] };
}
