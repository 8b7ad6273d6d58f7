import { show } from '../../forms/show';
import type { Component, DocumentView, Field, Finding, OpenView, Row, Section } from '../../host/desk.gen';
import type { State as Shape } from '../../parts/Shape.svelte';
import type { Digitising } from '../../state/sheet.svelte';
import type { Words } from '../../words';

/** Where a paper belongs: a component, or a row of one that is asked for once a row. */
export interface Place {
  component: string;
  row: string | null;
}

export interface Stand {
  shape: Shape;
  word: string;
}

export interface Entry {
  place: Place;
  name: string;
  documents: readonly DocumentView[];
  stand: Stand;
}

/** A component as the checklist shows it; `rows` where it is asked for once a row. */
export interface Item extends Entry {
  number: number | undefined;
  asked: string;
  rows: readonly Entry[] | undefined;
  /** The table that has no row yet, where there is nothing to attach to. */
  emptyTable: { field: string; label: string } | undefined;
}

/** Warnings that a person should act upon; the others are only told. */
const TO_LOOK_AT = ['unsure-orientation', 'low-resolution', 'cut-off', 'damaged', 'unsure-crop', 'double-page'];

export const placeKey = (place: Place): string => `${place.component}/${place.row ?? ''}`;
export const samePlace = (one: Place, other: Place): boolean => one.component === other.component && one.row === other.row;

export function placeOf(key: string): Place {
  const at = key.lastIndexOf('/');
  return { component: key.slice(0, at), row: key.slice(at + 1) || null };
}

/** Every place of a dossier where a paper can be put, to be chosen from. */
export function placesOf(view: OpenView, words: Words): { value: string; label: string }[] {
  const items = checklist(view, {}, false, words);
  return items.flatMap((item) => entriesOf([item]).map(({ place, name }) => ({ value: placeKey(place), label: item.rows ? `${item.name} – ${name}` : name })));
}

export function fieldsOf(section: Section): Field[] {
  return section.fields.flatMap((field) => [field, ...(groupOf(field)?.fields ?? [])]);
}

export function groupOf(field: Field) {
  return typeof field.type === 'object' && 'group' in field.type ? field.type.group : undefined;
}

/** The rows of a table, as the program keeps them. */
export function rowsOf(view: OpenView, field: string): Row[] {
  const value = view.sheet.fields.find((state) => state.field === field && state.row === null)?.value;
  return Array.isArray(value) && typeof value[0] === 'object' ? (value as Row[]) : [];
}

/** What a row is called: `Hợp đồng 2: 12/HĐ-XD`. */
export function rowName(group: Field, rows: readonly Row[], row: string, words: Words): string {
  const its = groupOf(group);
  const at = rows.findIndex((each) => each.id === row);
  if (!its || at < 0) return words.prepare.rowGone;
  const title = words.parts.rowTitle(its.row[words.language], at + 1);
  // A text tells one row from another, a choice seldom does.
  const isText = (field: Field) => typeof field.type === 'object' && 'text' in field.type;
  for (const field of [...its.fields.filter(isText), ...its.fields]) {
    const answer = rows[at]?.answers[field.id];
    const text = answer ? show(field.type, answer.value, words.parts) : '';
    if (text !== '') return `${title}: ${text}`;
  }
  return title;
}

/** How the papers of one place stand; without papers, what is missing. */
export function standOf(
  documents: readonly DocumentView[],
  findings: readonly Finding[],
  live: Readonly<Record<string, Digitising>>,
  held: boolean,
  words: Words,
): Stand {
  const its = words.prepare.state;
  if (documents.length === 0) {
    const missing = findings.some(({ blocking }) => blocking);
    return missing ? { shape: 'bad', word: its.missing } : { shape: 'none', word: its.optional };
  }
  if (documents.some((document) => document.status === 'failed')) return { shape: 'bad', word: its.look };
  const working = documents.find((document) => live[document.id] !== undefined || document.status === 'working');
  if (working && !held) {
    const progress = live[working.id];
    return { shape: 'busy', word: its.working(progress?.done, progress?.total) };
  }
  if (documents.some((document) => document.status !== 'done')) {
    return held ? { shape: 'warn', word: its.held } : { shape: 'wait', word: its.waiting };
  }
  const short = findings.find(({ blocking, what }) => blocking && 'need' in what)?.what;
  if (short && 'need' in short) return { shape: 'warn', word: its.short(short.have, short.need) };
  const pages = documents.reduce((sum, document) => sum + document.pages, 0);
  if (pages === 0 && !documents.some((document) => document.sealed)) {
    return { shape: findings.some(({ blocking }) => blocking) ? 'bad' : 'none', word: its.allOut };
  }
  if (findings.some(({ what }) => what.code === 'other_kind')) return { shape: 'warn', word: its.otherKind };
  if (documents.some((document) => document.warnings.includes('unsure-orientation'))) return { shape: 'warn', word: its.look };
  if (documents.some((document) => document.warnings.some((code) => TO_LOOK_AT.includes(code)))) {
    return { shape: 'warn', word: its.doneLook(pages) };
  }
  return { shape: 'ok', word: documents.every((document) => document.sealed) ? its.sealed : its.done(pages) };
}

/** What is asked of a component: `mỗi hợp đồng 1 bản chính, nếu có`. */
function askedOf(component: Component, group: Field | undefined, words: Words): string {
  const its = words.prepare;
  const copies = (component.certified_copies ?? 0) + (component.plain_copies ?? 0);
  let asked = its.asked(component.originals ?? 0, copies);
  if (component.copy_will_do) asked += ` ${its.copyWillDo}`;
  const row = group && groupOf(group)?.row[words.language];
  if (row !== undefined) asked = its.perRow(row, asked);
  if (component.need === 'mandatory') return asked;
  return `${asked}, ${component.need === 'optional' ? its.ifAny : component.need.conditional.words[words.language]}`;
}

/** The checklist: every component with its papers, and behind them papers that belong to nothing the procedure asks for. */
export function checklist(view: OpenView, live: Readonly<Record<string, Digitising>>, held: boolean, words: Words): Item[] {
  const { components } = view.procedure;
  const { documents } = view.sheet.dossier;
  const { findings } = view.sheet.findings;
  const fields = view.form.sections.flatMap(fieldsOf);

  const at = (place: Place): Pick<Entry, 'place' | 'documents' | 'stand'> => {
    const its = documents.filter((document) => samePlace(document, place));
    const found = findings.filter(({ place: where, what }) => (where.kind === 'component' || what.code === 'other_kind') && 'component' in where && samePlace(where, place));
    return { place, documents: its, stand: standOf(its, found, live, held, words) };
  };

  const items = components.map((component, index): Item => {
    const group = fields.find((field) => field.id === component.per_row);
    const place = { component: component.code, row: null };
    const head = { number: index + 1, name: component.name[words.language], asked: askedOf(component, group, words) };
    if (!group) return { ...at(place), ...head, rows: undefined, emptyTable: undefined };
    const table = rowsOf(view, group.id);
    const known = new Set(table.map((row) => row.id));
    const gone = documents.filter((document) => document.component === component.code && !known.has(document.row ?? ''));
    const ids = new Set([...known, ...gone.map((document) => document.row ?? '')]);
    const rows = [...ids].map((id): Entry => {
      const row = { component: component.code, row: id === '' ? null : id };
      return { ...at(row), name: rowName(group, table, id, words) };
    });
    const emptyTable = rows.length === 0 ? { field: group.id, label: group.label[words.language] } : undefined;
    return { ...at(place), ...head, rows, emptyTable, stand: together(rows, emptyTable?.label, words) };
  });
  const asked = new Set(components.map((component) => component.code));
  const strays = [...new Map(documents.filter((document) => !asked.has(document.component)).map((one) => [placeKey(one), one])).values()];
  return [
    ...items,
    ...strays.map(({ component, row, title }): Item => {
      const entry = at({ component, row });
      return { ...entry, number: undefined, name: title, asked: words.prepare.unknownPaper, rows: undefined, emptyTable: undefined };
    }),
  ];
}

/** The rows of a component in one word: the worst of them. */
function together(rows: readonly Entry[], emptyTable: string | undefined, words: Words): Stand {
  const its = words.prepare.state;
  if (emptyTable !== undefined) return { shape: 'none', word: its.noRows(emptyTable) };
  const order: Shape[] = ['bad', 'warn', 'busy', 'wait', 'info', 'none', 'ok'];
  const worst = rows.map((row) => row.stand).sort((one, other) => order.indexOf(one.shape) - order.indexOf(other.shape))[0];
  if (!worst) return { shape: 'none', word: its.optional };
  const have = rows.filter((row) => row.documents.length > 0).length;
  if (have < rows.length && have > 0 && worst.word === its.missing) return { shape: 'warn', word: its.rows(have, rows.length) };
  if (worst.shape !== 'ok') return worst;
  return { shape: 'ok', word: its.done(rows.flatMap((row) => row.documents).reduce((sum, document) => sum + document.pages, 0)) };
}

/** Every place papers can be put, flat. */
export function entriesOf(items: readonly Item[]): Entry[] {
  return items.flatMap((item) => item.rows ?? [item]);
}
