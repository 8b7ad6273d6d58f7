import { getContext, setContext } from 'svelte';
import type { Address } from './form';

/** A province or commune to choose from. */
export interface UnitChoice {
  code: string;
  name: string;
  /** Names of the units above it, the province last. */
  above: readonly string[];
  /** It is offered for a name of before the mergers of 2025. */
  was?: FormerUnit | undefined;
}

/** A unit that is another one now. */
export interface FormerUnit {
  code: string;
  name: string;
  /** Names of the units that were above it, the province last. */
  above: readonly string[];
  district?: string | null | undefined;
  share: 'whole' | 'main_part' | 'part';
}

/** An address by the units of today, and how it is written. */
export interface AddressNow {
  address: Address;
  text: string;
}

/** The units that stood on a day (`2026-11-21`, or the dossier's own day), as the program knows them. */
export interface UnitLookup {
  /** All that fit the text, the nearest first, then what units of that name are now; every one for an empty text. */
  provinces: (text: string, day?: string | null) => Promise<readonly UnitChoice[]>;
  /** The same, of one province, or of the whole country, where an empty text finds none. */
  communes: (province: string | undefined, text: string, day?: string | null) => Promise<readonly UnitChoice[]>;
  /** The unit of a code and those above it, the province last; nothing of a code that is none. */
  path: (code: string, day?: string | null) => Promise<readonly { code: string; name: string }[]>;
  /** A whole address as it was written before the mergers, by the units of today; nothing where it names none, or not one for certain. */
  now: (line: string, day?: string | null) => Promise<AddressNow | undefined>;
}

const key = Symbol('units');

/** Gives the units to every address below. */
export const provideUnits = (units: UnitLookup): UnitLookup => setContext(key, units);

/** Where nobody gave any there are none, and a code is typed. */
export const getUnits = (): UnitLookup =>
  getContext<UnitLookup | undefined>(key) ?? { provinces: async () => [], communes: async () => [], path: async () => [], now: async () => undefined };

/** Without marks, `đ` as `d`, small, one space between words. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/[\s,]+/g, ' ').trim();
}

/** The name without what kind of unit it is, as it is mostly typed: *Thạch Lâm* of *Xã Thạch Lâm*. */
const short = (name: string): string => name.replace(/^(thanh pho|tinh|phuong|xa|dac khu|thi tran|thi xa|quan|huyen) /, '');

/** Those whose name holds every word that was typed, or whose code it is; the nearest first. */
export function nearest(units: readonly UnitChoice[], text: string): UnitChoice[] {
  const typed = folded(text);
  const rank = ({ code, name }: UnitChoice): number => {
    const own = folded(name);
    if (typed === '' || code === typed || own === typed || short(own) === typed) return 0;
    if (own.startsWith(typed) || short(own).startsWith(typed)) return 1;
    return typed.split(' ').every((word) => ` ${own}`.includes(` ${word}`)) ? 2 : 3;
  };
  return [0, 1, 2].flatMap((wanted) => units.filter((unit) => rank(unit) === wanted));
}

/** Whether the name begins with what was typed, with or without its kind. */
export function isNear(text: string, name: string): boolean {
  const [typed, own] = [folded(text), folded(name)];
  return own.startsWith(typed) || short(own).startsWith(typed);
}

/** Whether the text is the name of the unit, with or without its kind, marks aside. */
export function isNamed(text: string, name: string): boolean {
  const [typed, own] = [folded(text), folded(name)];
  return typed === own || typed === short(own);
}
