/** Values of catalogue entries: by what they call themselves, where they stand, and in words for people. */
import type { Confirmation, EntryKind, ProvenanceStatus } from '../../host/desk.gen';
import type { Words } from '../../words';
import { dateText, digitsText, group } from '../../words/format';
import type { Asked } from './condition';
import { type FieldOf, type Fields, isObject, type Json, type JsonObject, type Node, schemas, type Section } from './schema';

/** The names of codes that the legal profile gives. */
export interface Names {
  tiers: ReadonlyMap<string, string>;
  levels: ReadonlyMap<string, string>;
  /** The questions of the form that conditions can go by, where they are known. */
  asked?: readonly Asked[];
}

/** What an item of a list calls itself; as the program does it (`dossier::compare`). */
export function keyOf(item: Json): string | undefined {
  if (!isObject(item)) return undefined;
  for (const key of ['code', 'id', 'number', 'date', 'from']) if (typeof item[key] === 'string') return item[key];
  const named = item['vi'] ?? (isObject(item['name']) ? item['name']['vi'] : undefined);
  return typeof named === 'string' ? named : undefined;
}

/** The keys of a whole list; none unless all have one and no two the same. */
export function keysOf(items: readonly Json[]): readonly string[] | undefined {
  const keys = items.map(keyOf);
  return keys.every((key) => key !== undefined) && new Set(keys).size === keys.length ? (keys as string[]) : undefined;
}

/** The place of an item of a list, by its own code where all have one. */
export const itemPath = (path: string, items: readonly Json[], at: number): string => `${path}[${keysOf(items)?.[at] ?? at}]`;

export const under = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** A path by numbers, as findings give it, without what stands before it. */
export const placeOf = (place: string): string => {
  const own = place.replace(/^[^:[]*\.json:?/, '');
  return own.startsWith('form:') ? 'form' : own;
};

const isEmpty = (value: Json | undefined): boolean => value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** One of several shapes: which, and what is inside it. */
export function shapeOf(value: Json | undefined): [string, Json | undefined] {
  if (typeof value === 'string') return [value, undefined];
  const [key, inside] = isObject(value ?? null) ? (Object.entries(value as JsonObject)[0] ?? []) : [];
  return [key ?? '', inside];
}

function wordsText(value: Json | undefined, language: Words['language']): string {
  if (!isObject(value ?? null)) return typeof value === 'string' ? value : '';
  const said = (value as JsonObject)[language];
  return typeof said === 'string' ? said : '';
}

/** A value on one line; empty where there is none. */
export function valueText(node: Node, value: Json | undefined, words: Words, names?: Names): string {
  const { fields } = words.catalogue;
  if (isEmpty(value)) return '';
  const inner = (of: Node, inside: Json | undefined) => valueText(of, inside, words, names);
  const choice = (of: string, code: string) => (fields.choices as Record<string, Record<string, string>>)[of]?.[code] ?? code;
  switch (node.as) {
    case 'text':
    case 'condition':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'words':
      return wordsText(value, words.language);
    case 'number':
      return node.money ? `${digitsText(String(value))} ₫` : group(String(value));
    case 'numbers':
      return Array.isArray(value) ? value.join(', ') : String(value);
    case 'date':
      return dateText(String(value));
    case 'yes':
      return value === true ? fields.yes : fields.no;
    case 'choice':
      return choice(node.of, String(value));
    case 'many':
      return Array.isArray(value) ? value.map((code) => choice(node.of, String(code))).join(', ') : String(value);
    case 'listed':
      return (Array.isArray(value) ? value : [value]).map((code) => names?.[node.of].get(String(code)) ?? String(code)).join(', ');
    case 'list':
      return Array.isArray(value) ? value.map((item) => inner(node.item, item)).join('; ') : String(value);
    case 'map':
      return isObject(value as Json) ? Object.entries(value as JsonObject).map(([key, item]) => `${key}: ${inner(node.item, item)}`).join('; ') : String(value);
    case 'variant': {
      const [name, inside] = shapeOf(value);
      const shape = node.shapes[name];
      return shape && inside !== undefined ? inner(shape.node, inside) : choice(node.of, name);
    }
    case 'object':
      return objectText(node.fields, value as JsonObject, words, names);
  }
}

function objectText(fields: Fields, value: JsonObject, words: Words, names: Names | undefined): string {
  if (!isObject(value)) return String(value);
  // A leg of a limit reads as it is said: 20 ngày làm việc.
  if ('n' in value && 'unit' in value) {
    const unit = fields.find(({ key }) => key === 'unit');
    const told = [group(String(value['n'])), unit && valueText(unit.node, value['unit'], words)].join(' ');
    const rest = fields.filter(({ key }) => !['n', 'unit'].includes(key) && !isEmpty(value[key]));
    const more = rest.map(({ name, node, key }) => `${words.catalogue.fields.names[name].toLowerCase()} ${valueText(node, value[key], words, names)}`);
    return [told, ...more].join(', ');
  }
  // What has a name is told by it; its code stands in the editor.
  const parts = fields.filter(({ key, node }) => !(key === 'code' && !isEmpty(value['name'])) && !isEmpty(value[key]) && !(node.as === 'yes' && value[key] === false));
  return parts.map(({ key, node, name }) => (node.as === 'yes' ? words.catalogue.fields.names[name] : valueText(node, value[key], words, names))).filter(Boolean).join(' · ');
}

/** The title of an item of a list. */
export function itemTitle(item: Json, words: Words): string {
  if (!isObject(item)) return '';
  const name = ['name', 'title'].map((key) => wordsText(item[key], words.language) || (typeof item[key] === 'string' ? item[key] : '')).find(Boolean);
  const own = ['number', 'code', 'date', 'from'].map((key) => item[key]).find((each) => typeof each === 'string' && each !== '');
  const shown = typeof own === 'string' ? dateText(own) : '';
  return name ? (typeof item['number'] === 'string' ? `${shown} – ${name}` : name) : shown || wordsText(item, words.language);
}

export interface MarkOf {
  status: ProvenanceStatus;
  source: string;
  confirmed?: Confirmation | null;
}

/** The marks of an entry: of the whole, and of single values by the path that stands in the file. */
export interface Marks {
  whole: MarkOf | undefined;
  values: Readonly<Record<string, MarkOf>>;
}

export function marksOf(kind: EntryKind, content: JsonObject): Marks {
  const provenance = content['provenance'] as unknown as (MarkOf & { values?: Record<string, MarkOf> }) | undefined;
  if (kind === 'procedure' && provenance) return { whole: provenance, values: provenance.values ?? {} };
  return { whole: undefined, values: (content['confirmed'] as unknown as Record<string, MarkOf> | undefined) ?? {} };
}

/** The mark that stands at a place itself: `paths` are its names by code and by number. */
export const markAt = (marks: Marks, ...paths: string[]): MarkOf | undefined => paths.map((path) => marks.values[path]).find(Boolean);

/** What nobody has confirmed is not sure, unless it was read in the law. */
export const isSure = (mark: MarkOf): boolean => mark.status === 'real' || (mark.confirmed !== undefined && mark.confirmed !== null && mark.status !== 'superseded');

type At = { name: string; node: Node } | undefined;

/** What a path of a difference is called: `Thành phần hồ sơ › NB-03.02 › Số bản chính`; and what stands there. */
export function named(kind: Exclude<EntryKind, 'form'>, path: string, words: Words): { label: string; node: Node | undefined } {
  const { names } = words.catalogue.fields;
  const fields = schemas[kind].flatMap((section: Section) => section.fields);
  const labels: string[] = [];
  let at: At = { name: '', node: { as: 'object', fields } };
  for (const step of steps(path)) {
    let node: Node | undefined = at?.node;
    if (node?.as === 'variant' && step.key !== undefined && node.shapes[step.key]) {
      at = { name: '', node: node.shapes[step.key]!.node };
      continue;
    }
    let found: FieldOf | undefined;
    if (node?.as === 'object') found = node.fields.find(({ key }) => key === (step.key ?? ''));
    if (found) {
      labels.push(names[found.name]);
      at = { name: found.key, node: found.node };
    } else if (node?.as === 'list' && step.item !== undefined) {
      // What has no code is counted as people count.
      labels.push(/^\d{1,3}$/.test(step.item) ? String(Number(step.item) + 1) : dateText(step.item));
      at = { name: step.item, node: node.item };
    } else if (node?.as === 'words' && (step.key === 'vi' || step.key === 'en')) {
      labels.push(words.catalogue.editor[step.key]);
      at = undefined;
    } else {
      labels.push(step.key ?? step.item ?? '');
      node = node?.as === 'map' ? node.item : undefined;
      at = node && { name: '', node };
    }
  }
  return { label: labels.join(' › '), node: at?.node };
}

/** The steps of a path; the name of an item ends where its bracket is followed by the next step. */
export function steps(path: string): { key?: string; item?: string }[] {
  const found: { key?: string; item?: string }[] = [];
  // Marks are kept under the path they stand for, which is one step.
  const marks = /^(provenance\.values|confirmed)\.(.+?)(\.(?:status|source|confirmed)(?:\..*)?)?$/.exec(path);
  if (marks) return [...marks[1]!.split('.').map((key) => ({ key })), { key: marks[2]! }, ...(marks[3] ?? '').split('.').filter(Boolean).map((key) => ({ key }))];
  for (const match of path.matchAll(/\[(.*?)\](?=$|[.[])|([^.[]+)/g)) found.push(match[1] === undefined ? { key: match[2]! } : { item: match[1] });
  return found;
}

/** A side of a difference for people: what is not words already comes as the file's JSON. */
export function sideText(node: Node | undefined, side: { vi: string; en: string } | null | undefined, words: Words): string | undefined {
  if (!side) return undefined;
  if (!node || node.as === 'words') return side[words.language];
  try {
    return valueText(node, JSON.parse(side.vi) as Json, words) || side[words.language];
  } catch {
    return valueText(node, side[words.language], words) || side[words.language];
  }
}

/** What was taken out of a list, or out of a map by its key. */
export interface Removed {
  /** What it was called. */
  what: string;
  /** Where the list is, by numbers. */
  path: string;
  at: number;
  key?: string;
  item: Json;
  /** The list goes when it is empty. */
  optional: boolean;
}

/** `content` with it back, in the list as it is now; nothing where that list is gone. */
export const restored = (content: JsonObject, gone: Removed): JsonObject | undefined =>
  withPlace(content, gone, (now) => {
    const { at, key, item } = gone;
    if (key !== undefined) return Object.fromEntries(Object.entries(isObject(now) ? now : {}).toSpliced(at, 0, [key, item]));
    return (Array.isArray(now) ? now : []).toSpliced(at, 0, item);
  });

/** `content` with it gone once more, from wherever it stands in its list now. */
export const removedAgain = (content: JsonObject, gone: Removed): JsonObject | undefined =>
  withPlace(content, gone, (now) => {
    const { at, key, item, optional } = gone;
    if (key !== undefined) return isObject(now) ? withKey(now, key, undefined) : now;
    if (!Array.isArray(now)) return now;
    const isIt = (other: Json | undefined) => JSON.stringify(other) === JSON.stringify(item);
    const index = isIt(now[at]) ? at : now.findIndex(isIt);
    const left = now.filter((_, n) => n !== index);
    return left.length === 0 && optional ? undefined : left;
  });

/** `content` with the list made anew; nothing where it is gone with what it stood in. */
function withPlace(content: JsonObject, { path, optional }: Removed, to: (now: Json | undefined) => Json | undefined): JsonObject | undefined {
  const way = steps(path);
  const into = (value: Json | undefined, { key, item }: { key?: string; item?: string }) =>
    key !== undefined ? (isObject(value) ? value[key] : undefined) : Array.isArray(value) ? value[Number(item)] : undefined;
  const around = way.slice(0, -1).reduce<Json | undefined>(into, content);
  if (!isObject(around) || (into(around, way.at(-1) ?? {}) === undefined && !optional)) return undefined;
  const within = (value: Json | undefined, [step, ...further]: typeof way): Json | undefined => {
    if (step === undefined) return to(value);
    const inside = within(into(value, step), further);
    return step.key === undefined ? (value as Json[]).with(Number(step.item), inside ?? null) : withKey(value as JsonObject, step.key, inside);
  };
  return within(content, way) as JsonObject;
}

/** `value` with a change at one key; emptied optional values go. */
export function withKey(value: JsonObject, key: string, to: Json | undefined): JsonObject {
  if (to === undefined) {
    const { [key]: _gone, ...rest } = value;
    return rest;
  }
  return { ...value, [key]: to };
}
