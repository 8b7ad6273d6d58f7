import type { Field, GivenAnswer, OpenView, PersonPart, Row, Section, Value } from '../../host/desk.gen';
import type { KeptPart } from '../../words/filling';
import { groupOf } from './checklist';

type Given = Readonly<Record<string, GivenAnswer | undefined>>;

/** Somebody who can be kept in the personal store: asked about once, or in a row of a table. */
export interface Keepable {
  who: string;
  row: string | null;
  name: string;
  isOrganisation: boolean;
  /** What the form says of them, which is what is kept. */
  parts: readonly KeptPart[];
}

const nameOf = (value: Value): string => (typeof value === 'string' ? value : value !== null && typeof value === 'object' && 'name' in value ? value.name : '').trim();

const isBlank = (value: Value): boolean => value === null || value === '' || (typeof value === 'object' && 'name' in value && nameOf(value) === '');
const hasCode = (value: Value): boolean => value !== null && typeof value === 'object' && 'name' in value && (value.tax_code ?? '') !== '';

/** Who of a section has a name and was not taken from the store, or the profile, as they are. */
export function keepableOf(view: OpenView, section: Section): Keepable[] {
  const { answers } = view.sheet.dossier;
  const form = view.form.sections.flatMap(({ fields }) => fields);
  const people = (fields: readonly Field[], all: readonly Field[], given: Given, row: string | null): Keepable[] =>
    fields.flatMap(({ id, person }) => {
      const named = person != null && isNaming(person.part) ? given[id] : undefined;
      if (!named || !person) return [];
      const name = nameOf(named.value);
      const asked = all.filter((field) => field.person?.who === person.who);
      const theirs = asked.map((field) => given[field.id]);
      const known = theirs.every((answer) => answer === undefined || answer.value === null || answer.source === 'personal_store' || answer.source === 'profile');
      const parts = asked.flatMap((field): KeptPart[] => (isBlank(given[field.id]?.value ?? null) ? [] : [field.person!.part, ...(hasCode(given[field.id]!.value) ? (['tax_code'] as const) : [])]));
      return name === '' || known ? [] : [{ who: person.who, row, name, isOrganisation: person.part === 'organisation', parts: [...new Set(parts)] }];
    });
  return [
    ...people(section.fields, form, answers, null),
    ...section.fields.flatMap((field) => {
      const group = groupOf(field);
      const rows = answers[field.id]?.value;
      if (!group || !Array.isArray(rows)) return [];
      return (rows as Row[]).filter((row) => typeof row === 'object').flatMap((row) => people(group.fields, group.fields, row.answers, row.id));
    }),
  ];
}

/** Who somebody is in the form: the part it is asked in; with the question for their name, where that part asks about more people. */
export function whoName(view: OpenView, who: string, language: 'vi' | 'en'): string {
  const section = view.form.sections.find(({ fields }) => fields.some((field) => field.person?.who === who));
  if (!section) return who;
  const others = section.fields.some((field) => field.person != null && field.person.who !== who);
  const naming = section.fields.find((field) => field.person?.who === who && isNaming(field.person.part));
  const title = section.title[language];
  return others && naming ? `${title}: ${naming.label[language]}` : title;
}

export const isNaming = (part: PersonPart): boolean => part === 'name' || part === 'organisation';
