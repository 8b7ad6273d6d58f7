/** A list as it is being drawn up: days as they are typed, and what keeps it from being saved. */
import type { NoPaperLine, NoPaperList, NoPaperView } from '../../host/desk.gen';
import { dateText, isoDay } from '../../words/format';

export interface DraftLine {
  procedure: string;
  /** As typed. */
  from: string;
  basis: string;
  except: string;
}

/** What new lines of a list begin with. */
export type Proposed = Omit<DraftLine, 'procedure'>;

export type Wrong = 'from' | 'basis';

/** What is wrong with a line, by itself. */
export function wrongOf(line: DraftLine): Wrong[] {
  const wrong: Wrong[] = [];
  if (isoDay(line.from) === undefined) wrong.push('from');
  if (line.basis.trim() === '') wrong.push('basis');
  return wrong;
}

/** The lines as they are saved; nothing while one of them is not right. */
export function savable(lines: readonly DraftLine[]): NoPaperLine[] | undefined {
  if (lines.length === 0 || lines.some((line) => wrongOf(line).length > 0)) return undefined;
  return lines.map(({ procedure, from, basis, except }) => ({ procedure, from: isoDay(from) ?? '', basis, except }));
}

export function draftOf(list: NoPaperList): DraftLine[] {
  return list.lines.map(({ procedure, from, basis, except }) => ({ procedure, from: dateText(from), basis, except: except ?? '' }));
}

/** Of what was written last; in an empty list the first of next month, after `today` (`2026-11-21`). */
export function proposed(lines: readonly DraftLine[], today: string): Proposed {
  const last = lines.findLast((line) => wrongOf(line).length === 0);
  if (last) return { from: last.from, basis: last.basis, except: last.except };
  const [year = 0, month = 1] = today.split('-').map(Number);
  const [y, m] = month === 12 ? [year + 1, 1] : [year, month + 1];
  return { from: `01/${String(m).padStart(2, '0')}/${y}`, basis: '', except: '' };
}

/**
 * How many lines begin before the day of a decision: nobody can be told to have filed otherwise before it was decided. What the list
 * in force, `before`, says already is no such line.
 */
export function early(list: NoPaperList, on: string, before?: NoPaperList): number {
  const held = ({ procedure, from }: NoPaperLine) => before?.lines.some((line) => line.procedure === procedure && line.from <= from) ?? false;
  return list.lines.filter((line) => line.from < on && !held(line)).length;
}

export type ListState = 'draft' | 'in_force' | 'replaced';

export function stateOf(view: NoPaperView): ListState {
  return view.list.approval == null ? 'draft' : view.in_force ? 'in_force' : 'replaced';
}

export const keyOf = (view: NoPaperView): string => `${view.list.department} ${view.list.revision}`;
