import type { StackAt, StackDoubt, StackPartView, StackPlace } from '../../host/desk.gen';
import type { State as Shape } from '../../parts/Shape.svelte';
import { faultText, type Words } from '../../words';

export const partKey = (at: StackAt): string => `${at.file}.${at.frame}`;

export const shapeOfPart: Record<StackPartView['state'], Shape> = {
  growing: 'busy',
  asks: 'warn',
  ready: 'info',
  left_out: 'none',
  filed: 'ok',
  nothing: 'none',
};

/** A doubt as a question a person can answer. */
export function doubtText(doubt: StackDoubt, words: Words): string {
  const its = words.stack.doubt;
  switch (doubt.doubt) {
    case 'not_editable':
      return its.not_editable(words.states.state[doubt.state]);
    case 'wrong_count':
      return its.wrong_count(doubt.expected, doubt.found);
    case 'unreadable_pages':
      return its.unreadable_pages(doubt.pages);
    case 'missing_file':
      return its.missing_file(doubt.file, faultText(doubt.fault, words));
    default:
      return its[doubt.doubt];
  }
}

/** What the papers are: the component, and the row where there is one. */
export function paperName(place: StackPlace, words: Words): string {
  const name = words.language === 'en' ? place.component_en : place.component_vi;
  return place.row_words === null ? name : `${name} – ${place.row_words}`;
}

export function partName(part: StackPartView, words: Words): string {
  if (part.place) return paperName(part.place, words);
  return part.taken_out ? words.stack.apart : words.stack.noSheet;
}

export const dossierName = (place: StackPlace): string => [place.code, place.applicant].filter(Boolean).join(' · ');

/** Whether it can be taken as it is: its place is known and there is something to file. */
export const canAccept = (part: StackPartView): boolean => part.place !== null && part.pages.some((page) => page.kind === 'content' || page.kind === 'blank');

/** Whether a page of it can be taken out, or given back: of a lone page the whole part is left out, or put elsewhere. */
export const canTakeOut = (part: StackPartView, at: number): boolean =>
  (part.taken_out || part.pages.length > 1) && part.pages[at] !== undefined && part.pages[at].kind !== 'missing';

/** The next part a person is asked about, from `after` on and round again. */
export function nextAsked(parts: readonly StackPartView[], after: number): number | undefined {
  const order = parts.map((_, index) => (after + 1 + index) % parts.length);
  return order.find((index) => parts[index]?.state === 'asks');
}
