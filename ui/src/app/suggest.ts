/** What can be typed next in the box that finds dossiers: conditions, and their values. The program reads what comes of it. */
import { folded } from '../screens/show';
import type { FindWords, Operator } from '../words/find';

export interface Suggestion {
  /** Shown first: what will stand in the box. */
  text: string;
  note: string;
  /** Stands in the box instead of what begins at `from`. */
  insert: string;
  from: number;
  /** A value: nothing more belongs to it. */
  whole: boolean;
}

/** What there is to choose from: names of states, procedures, organisations. */
export interface Known {
  states: readonly string[];
  procedures: readonly { code: string; name: string }[];
  units: readonly string[];
}

const OPERATORS: readonly Operator[] = ['state', 'due', 'procedure', 'unit'];
const MOST = 8;

/** A condition that is being typed: up to three words, a colon, and the beginning of a value. */
const CONDITION = /(\p{L}+(?: \p{L}+){0,2}):\s*("[^"]*|[^\s":]*(?: [^\s":]+)*)$/u;
/** The word being typed, with the one before. */
const WORDS = /(?:^|\s)((?:\p{L}+ )?)(\p{L}+)$/u;

/** For the text before the caret. */
export function suggestions(text: string, words: FindWords, known: Known): Suggestion[] {
  const before = text.normalize('NFC');
  if (before.trim() === '') return OPERATORS.map((operator) => condition(operator, words, before.length));
  const typed = CONDITION.exec(before);
  if (typed) {
    const operator = named(typed[1] ?? '', words);
    const value = typed[2] ?? '';
    return operator ? values(operator, value.replace('"', ''), before.length - value.length, words, known) : [];
  }
  const open = WORDS.exec(before);
  if (!open || (before.split('"').length - 1) % 2 === 1) return [];
  const [last, both] = [open[2] ?? '', `${open[1] ?? ''}${open[2] ?? ''}`];
  for (const begun of new Set([both, last])) {
    const found = OPERATORS.filter((operator) => folded(words.operators[operator].name).startsWith(folded(begun)));
    if (found.length > 0) return found.map((operator) => condition(operator, words, before.length - begun.length));
  }
  return [];
}

/** The operator whose name these words end with. */
function named(typed: string, words: FindWords): Operator | undefined {
  const parts = folded(typed).split(' ');
  const ends = parts.map((_, at) => parts.slice(at).join(' '));
  return OPERATORS.find((operator) => {
    const { name, short } = words.operators[operator];
    return ends.some((end) => end === folded(name) || short.includes(end));
  });
}

function condition(operator: Operator, words: FindWords, from: number): Suggestion {
  const { name, note } = words.operators[operator];
  return { text: `${name}:`, note, insert: `${name}:`, from, whole: false };
}

function values(operator: Operator, typed: string, from: number, words: FindWords, known: Known): Suggestion[] {
  const begun = folded(typed.trim());
  const fits = (...texts: string[]) => texts.some((text) => folded(text).startsWith(begun) || folded(text).includes(` ${begun}`));
  const value = (text: string, note = '') => ({ text, note, insert: `${/^[^\s",]+$/.test(text) ? text : `"${text}"`} `, from, whole: true });
  const found = {
    state: () => known.states.filter((name) => fits(name)).map((name) => value(name)),
    due: () => words.due.filter(({ value: text, note }) => fits(text, note)).map(({ value: text, note }) => value(text, note)),
    procedure: () => known.procedures.filter(({ code, name }) => fits(code, name)).map(({ code, name }) => value(code, name)),
    unit: () => known.units.filter((name) => fits(name)).map((name) => value(name)),
  }[operator]();
  // What stands there already needs no suggestion.
  return found.filter(({ text }) => text !== typed).slice(0, MOST + (operator === 'state' ? MOST : 0));
}
