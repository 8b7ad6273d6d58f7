/** The shapes of forms as the program sends them. To be replaced by re-exports of the generated types; declared only here. */

export interface Words {
  vi: string;
  en: string;
}

/** A rule. Only the program evaluates it; here it matters that there is one. */
export type Expr = string | object;

export interface Section {
  id: string;
  title: Words;
  help?: Words | null;
  visible_if?: Expr | null;
  fields: Field[];
}

export interface Field {
  id: string;
  label: Words;
  help?: Words | null;
  type: FieldKind;
  required?: boolean;
  required_if?: Expr | null;
  visible_if?: Expr | null;
  calculated?: Expr | null;
  constraints?: { holds: Expr; words: Words }[];
  prefill?: string | null;
  /** Whose it is, and what of theirs. */
  person?: { who: string; part: string } | null;
  confirm_below?: number | null;
  sensitive?: boolean;
}

export type FieldKind =
  | { text: { max: number; format?: TextFormat | null; pattern?: object | null } }
  | { long_text: { max: number } }
  | { number: { decimals: number; min?: number | null; max?: number | null; unit?: Words | null } }
  | { money: { min: number; max?: number | null } }
  | 'date'
  | 'partial_date'
  | { choice: { options: Choice[] } }
  | { many_choice: { options: Choice[]; min: number; max?: number | null } }
  | 'yes_no'
  | 'address'
  | { identity: { accepts: IdentityKind[] } }
  | 'organisation'
  | { file_slot: FileSlot }
  | { group: Group }
  | 'note';

export type TextFormat = 'phone' | 'email' | 'document_number';
export type IdentityKind = 'personal_number' | 'old_identity_card' | 'tax_code' | 'passport';
export type BadNumber = 'length' | 'not_digits' | 'check_digit' | 'prefix';

export interface Choice {
  code: string;
  label: Words;
  visible_if?: Expr | null;
}

export interface FileSlot {
  component: string;
  min: number;
  max: number;
  media?: string[];
  max_bytes: number;
}

export interface Group {
  fields: Field[];
  min_rows: number;
  max_rows: number;
  row: Words;
}

export interface FieldState {
  field: string;
  row: string | null;
  visible: boolean;
  required: boolean;
  value: Value;
  malformed: Malformed | null;
  failed: number[];
  unconfirmed: number | null;
  /** Options that the other answers rule out. */
  ruled_out?: readonly string[];
}

export type Value = null | boolean | number | string | Row[] | string[] | Organisation | Address;

export interface Row {
  id: string;
  answers: { [field: string]: { value: Value } };
}

export interface Address {
  line: string;
  province?: string | null;
  /** Of a paper from before the districts were abolished. */
  district?: string;
  commune?: string | null;
  valid_at?: string | null;
  /** The units an older paper names for the same place. */
  former?: { words: string; province?: string | null; district?: string | null; commune?: string | null };
}

export interface Organisation {
  name: string;
  agency?: string | null;
  tax_code?: string | null;
}

export type Malformed =
  | { kind: 'shape'; expected: string }
  | { kind: 'too_long'; max: number }
  | { kind: 'control_characters' }
  | { kind: 'not_a_number' }
  | { kind: 'too_many_decimals'; max: number }
  | { kind: 'below_min'; min: number }
  | { kind: 'above_max'; max: number }
  | { kind: 'not_a_date' }
  | { kind: 'no_such_day'; day: number; month: number; year: number }
  | { kind: 'no_such_month'; month: number }
  | { kind: 'too_early'; limit: string }
  | { kind: 'too_late'; limit: string }
  | { kind: 'not_offered'; option: string }
  | { kind: 'chosen_twice'; option: string }
  | { kind: 'too_few_choices'; min: number }
  | { kind: 'too_many_choices'; max: number }
  | { kind: 'identity'; accepts: IdentityKind[]; reason: BadNumber }
  | { kind: 'phone'; reason: BadNumber }
  | { kind: 'email' }
  | { kind: 'document_number' }
  | { kind: 'pattern'; example: string }
  | { kind: 'unit_code' }
  | { kind: 'too_few_rows'; min: number }
  | { kind: 'too_many_rows'; max: number }
  | { kind: 'same_row_twice' }
  | { kind: 'no_answer_here' };
