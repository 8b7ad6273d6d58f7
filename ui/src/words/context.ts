import { getContext, setContext } from 'svelte';
import { partsVi, type PartWords } from './parts';

const key = Symbol('words of parts');

/** Gives words to every part below. A function, so that parts follow when the language changes. */
export function setWords(words: () => PartWords): void {
  setContext(key, words);
}

/** The words of the nearest `setWords` above; Vietnamese where nobody gave any. Call the result where the words are shown. */
export function getWords(): () => PartWords {
  return getContext<(() => PartWords) | undefined>(key) ?? (() => partsVi);
}
