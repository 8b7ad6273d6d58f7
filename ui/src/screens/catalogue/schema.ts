/** The shapes of catalogue entries as they are shown and edited: which values there are, in what order, under which names. */
import type { EntryKind } from '../../host/desk.gen';
import type { ChoiceWord, FieldWord, SectionWord } from '../../words/catalogueFields';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Codes that are choices by what the legal profile says. */
export type Listed = 'tiers' | 'levels';

export type Node =
  | { as: 'text'; long?: boolean; fixed?: boolean }
  | { as: 'words'; long?: boolean }
  | { as: 'number'; money?: boolean }
  | { as: 'numbers' }
  | { as: 'date' }
  | { as: 'yes' }
  | { as: 'choice'; of: ChoiceWord }
  | { as: 'many'; of: ChoiceWord }
  | { as: 'listed'; of: Listed; many: boolean }
  /** A rule on answers, as JSON. */
  | { as: 'condition' }
  | { as: 'object'; fields: Fields }
  | { as: 'list'; of: FieldWord; item: Node; fresh: Json }
  /** By keys of its own. */
  | { as: 'map'; item: Node; fresh: Json }
  /** One of several shapes: a bare word, or an object with that one key. */
  | { as: 'variant'; of: ChoiceWord; shapes: Record<string, { node: Node; fresh: Json } | undefined> };

export interface FieldOf {
  key: string;
  name: FieldWord;
  node: Node;
  /** May be missing; emptied it is. */
  optional?: boolean;
  hint?: FieldWord;
}
export type Fields = readonly FieldOf[];

const field = (key: string, name: FieldWord, node: Node, more: Partial<FieldOf> = {}): FieldOf => ({ key, name, node, ...more });
const text: Node = { as: 'text' };
const words: Node = { as: 'words' };
const number: Node = { as: 'number' };
const yes: Node = { as: 'yes' };
const date: Node = { as: 'date' };
const optional = { optional: true };
const noWords = { vi: '', en: '' };

const coded: Node = { as: 'object', fields: [field('code', 'code', text), field('name', 'name', words)] };
const noCoded = { code: '', name: noWords };
const leg: Node = {
  as: 'object',
  fields: [
    field('n', 'n', number),
    field('unit', 'unit', { as: 'choice', of: 'unit' }),
    field('and_days', 'and_days', number, optional),
    field('cutoff', 'cutoff', text, optional),
    field('name', 'leg_name', words, optional),
  ],
};
const legs: Node = { as: 'list', of: 'leg', item: leg, fresh: { n: 5, unit: 'working_day' } };
const noLegs: Json = [{ n: 5, unit: 'working_day' }];
const laws: Node = {
  as: 'list',
  of: 'law',
  fresh: { number: '', title: '', verified: false },
  item: { as: 'object', fields: [field('number', 'number', text), field('title', 'title', { as: 'text', long: true }), field('articles', 'articles', text, optional), field('verified', 'verified', yes)] },
};

const component: Node = {
  as: 'object',
  fields: [
    field('code', 'code', text),
    field('name', 'name', words),
    field('need', 'need', {
      as: 'variant',
      of: 'need',
      shapes: {
        mandatory: undefined,
        conditional: {
          node: { as: 'object', fields: [field('words', 'words', words), field('when', 'when', { as: 'condition' })] },
          fresh: { words: noWords, when: { bool: true } },
        },
        optional: undefined,
      },
    }),
    field('per_row', 'per_row', text, optional),
    field('originals', 'originals', number),
    field('certified_copies', 'certified_copies', number),
    field('plain_copies', 'plain_copies', number),
    field('copy_will_do', 'copy_will_do', yes),
    field('electronic_ok', 'electronic_ok', yes),
    field('digitise', 'digitise', yes),
    field('sign', 'sign', { as: 'choice', of: 'sign' }),
    field('valid_months', 'valid_months', number, { optional: true, hint: 'valid_hint' }),
    field('valid_days', 'valid_days', number, optional),
    field('pages', 'pages', { as: 'object', fields: [field('min', 'pages_min', number, optional), field('max', 'pages_max', number, optional)] }, optional),
    field('reuse', 'reuse', { as: 'object', fields: [field('kind', 'reuse_kind', text, optional), field('about', 'reuse_about', text, optional)] }, optional),
    field('source', 'source_db', words, optional),
    field('template', 'template', words, optional),
  ],
};

const provenance: Node = {
  as: 'object',
  fields: [field('status', 'status', { as: 'choice', of: 'provenance' }), field('source', 'source', { as: 'text', long: true })],
};
const marks: Node = { as: 'map', item: provenance, fresh: { status: 'unverified', source: '' } };

export interface Section {
  name: SectionWord;
  fields: Fields;
}

const procedure: readonly Section[] = [
  {
    name: 'general',
    fields: [
      field('name', 'name', words),
      field('field', 'field', coded),
      field('applicants', 'applicants', { as: 'many', of: 'applicants' }),
      field('tiers', 'tiers', { as: 'listed', of: 'tiers', many: true }),
      field('channels', 'channels', { as: 'many', of: 'channels' }),
      field('level', 'level', { as: 'listed', of: 'levels', many: false }),
      field('online_only_from', 'online_only_from', date, optional),
      field('confidential', 'confidential', yes, { optional: true, hint: 'confidential_hint' }),
      field('sets', 'sets', number),
      field('form', 'form', { as: 'object', fields: [field('id', 'form_id', text), field('revision', 'revision', number)] }),
      field('notes', 'notes', { as: 'list', of: 'note', item: { as: 'words', long: true }, fresh: noWords }, optional),
    ],
  },
  {
    name: 'components',
    fields: [
      field('components', 'components', {
        as: 'list',
        of: 'component',
        item: component,
        fresh: { code: '', name: noWords, need: 'mandatory', originals: 1, certified_copies: 0, plain_copies: 0, copy_will_do: false, electronic_ok: true, digitise: true, sign: 'none' },
      }),
    ],
  },
  {
    name: 'limits',
    fields: [
      field('time_limit', 'time_limit', {
        as: 'variant',
        of: 'limit',
        shapes: {
          none: undefined,
          fixed: { node: legs, fresh: noLegs },
          by_answer: {
            node: { as: 'object', fields: [field('field', 'by_field', text), field('cases', 'cases', { as: 'map', item: legs, fresh: noLegs })] },
            fresh: { field: '', cases: {} },
          },
        },
      }),
      field(
        'phases',
        'phases',
        {
          as: 'list',
          of: 'phase',
          item: { as: 'object', fields: [field('name', 'name', words), field('starts', 'starts', words), field('limit', 'limit', legs)] },
          fresh: { name: noWords, starts: noWords, limit: noLegs },
        },
        optional,
      ),
    ],
  },
  {
    name: 'steps',
    fields: [
      field(
        'steps',
        'steps',
        { as: 'list', of: 'step', item: { as: 'object', fields: [field('name', 'name', words), field('role', 'role', words), field('hours', 'hours', number)] }, fresh: { name: noWords, role: noWords, hours: 8 } },
        optional,
      ),
    ],
  },
  {
    name: 'money',
    fields: [
      field(
        'fees',
        'fees',
        {
          as: 'list',
          of: 'fee',
          item: {
            as: 'object',
            fields: [field('name', 'name', words), field('amount', 'amount', { as: 'number', money: true }, optional), field('per', 'per', words), field('at_most', 'at_most', { as: 'number', money: true }, optional)],
          },
          fresh: { name: noWords, amount: 0, per: noWords },
        },
        optional,
      ),
      field('results', 'results', { as: 'list', of: 'result', item: coded, fresh: noCoded }),
    ],
  },
  {
    name: 'law',
    fields: [
      field('valid_from', 'valid_from', date),
      field('valid_to', 'valid_to', date, optional),
      field('profile', 'profile', text),
      field('legal_basis', 'legal_basis', laws),
    ],
  },
  {
    name: 'source',
    fields: [
      field('provenance', 'provenance', { as: 'object', fields: [...provenance.fields, field('values', 'marks', marks, optional)] }),
    ],
  },
];

const range = [field('from', 'from', date), field('to', 'to', date)];
const calendar: readonly Section[] = [
  {
    name: 'days',
    fields: [
      field('holidays', 'holidays', { as: 'list', of: 'holiday', item: { as: 'object', fields: [...range, field('name', 'name', words)] }, fresh: { from: '', to: '', name: noWords } }),
      field('working_saturdays', 'working_saturdays', {
        as: 'list',
        of: 'working_saturday',
        item: { as: 'object', fields: [field('date', 'date', date), field('instead_of', 'instead_of', date)] },
        fresh: { date: '', instead_of: '' },
      }),
      field('half_days', 'half_days', { as: 'list', of: 'half_day', item: { as: 'object', fields: [field('date', 'date', date), field('closes', 'closes', text)] }, fresh: { date: '', closes: '12:00' } }),
    ],
  },
  {
    name: 'certainty',
    fields: [
      field('status', 'ranges', {
        as: 'list',
        of: 'range',
        item: { as: 'object', fields: [...range, field('status', 'status', { as: 'choice', of: 'calendar' }), field('source', 'source', { as: 'text', long: true })] },
        fresh: { from: '', to: '', status: 'projected', source: '' },
      }),
    ],
  },
];

const verified = field('verified', 'verified', yes);
const profile: readonly Section[] = [
  {
    name: 'general',
    fields: [field('name', 'name', words), field('valid_from', 'valid_from', date), field('valid_to', 'valid_to', date, optional), field('on_supplement', 'on_supplement', { as: 'choice', of: 'on_supplement' })],
  },
  {
    name: 'forms',
    fields: [
      field('forms', 'forms', {
        as: 'list',
        of: 'official_form',
        item: {
          as: 'object',
          fields: [field('id', 'form_kind', { as: 'choice', of: 'official_form' }), field('number', 'form_number', text), field('title', 'form_title', words), field('paper', 'paper', { as: 'choice', of: 'paper' }), verified],
        },
        fresh: { id: 'receipt', number: '', title: noWords, paper: 'A4', verified: false },
      }),
    ],
  },
  {
    name: 'rules',
    fields: [
      field('apology', 'apology', { as: 'object', fields: [field('min_days_before', 'min_days_before', number), field('max_reappointments', 'max_reappointments', number), verified] }),
      field('supplement', 'supplement', {
        as: 'object',
        fields: [field('free_requests', 'free_requests', number), field('notice_within', 'notice_within', number), field('notice_unit', 'notice_unit', { as: 'choice', of: 'unit' }), verified],
      }),
      field(
        'follow',
        'follow',
        {
          as: 'object',
          fields: [
            field('soon_days', 'soon_days', number),
            field('soon_hours', 'soon_hours', number),
            field('apology_warnings', 'apology_warnings', { as: 'numbers' }),
            field('forward_cutoff', 'forward_cutoff', text),
            verified,
          ],
        },
        optional,
      ),
      field('scans', 'scans', {
        as: 'object',
        fields: [
          field('min_dpi', 'min_dpi', number),
          field('dpi_steps', 'dpi_steps', { as: 'numbers' }),
          field('max_file_bytes', 'max_file_bytes', number),
          field('signature_bytes', 'signature_bytes', number),
          field('signatures', 'signatures', number),
          field('max_pages', 'max_pages', number),
          field('colour', 'colour', { as: 'choice', of: 'colour' }),
          verified,
        ],
      }),
    ],
  },
  {
    name: 'lists',
    fields: [field('tiers', 'tier_list', { as: 'list', of: 'tier', item: coded, fresh: noCoded }), field('levels', 'level_list', { as: 'list', of: 'one_level', item: coded, fresh: noCoded })],
  },
  { name: 'law', fields: [field('legal_basis', 'legal_basis', laws)] },
];

export const schemas: Record<Exclude<EntryKind, 'form'>, readonly Section[]> = { procedure, calendar, profile };

export const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
