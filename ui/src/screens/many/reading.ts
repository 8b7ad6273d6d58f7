import type { CellProblem, FindingKind, ManyColumn, ManyRow } from '../../host/desk.gen';
import type { Words } from '../../words';
import { malformedWords } from '../../words/malformed';

/** What is wrong, in a sentence. */
export function reasonOf(problem: CellProblem, words: Words): string {
  const its = words.many.reason;
  switch (problem.kind) {
    case 'finding':
      return findingWords(problem.what, words);
    case 'zero_lost':
      return its.zeroLost(problem.proposed);
    case 'sheet':
      return its.sheet(problem.error);
    case 'not_calculated':
      return its.notCalculated;
    case 'no_key':
      return its.noKey;
    case 'disagrees':
      return its.disagrees(problem.row, problem.said);
  }
}

export function findingWords(what: FindingKind, words: Words): string {
  const its = words.many.reason;
  if (what.code === 'required') return its.required;
  if (what.code === 'malformed') return malformedWords(what.problem, words.language);
  return what.code === 'constraint' ? what.words[words.language] : its.other;
}

/** A column as spreadsheets call it: A, B, …, AA. */
export function letters(index: number): string {
  const name = String.fromCharCode(65 + (index % 26));
  return index < 26 ? name : letters(Math.floor(index / 26) - 1) + name;
}

export const nameOf = (column: ManyColumn, words: Words): string => column.heading || words.many.unnamed(letters(column.index));

/** All that is wrong in a row, in sentences that name their column: for a file that is mended elsewhere. */
export function rowReason(row: ManyRow, columns: readonly ManyColumn[], words: Words): string {
  const cells = row.cells.flatMap((cell) => {
    const column = columns.find((it) => it.index === cell.column);
    return cell.problem && column ? [`${nameOf(column, words)}: ${reasonOf(cell.problem, words)}`] : [];
  });
  const others = row.problems.map((problem) => `${problem.label[words.language]}: ${findingWords(problem.what, words)}`);
  return [...cells, ...others].join('\n');
}
