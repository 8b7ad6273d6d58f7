import { untrack } from 'svelte';

/** What tells an input to show what came. */
const ASKED = 'held-asked';

/**
 * Shows `text()` in an input, but never while a person is in it: an input method keeps the letters it is working on in the
 * input, and what is written over them is cut or doubled. What came meanwhile is shown when the person leaves, or asks for it.
 */
export function held(text: () => string): (input: HTMLInputElement | HTMLTextAreaElement) => () => void {
  return (input) => {
    const now = text();
    const show = (shown: string) => {
      // Also true when only the window lost the focus: the person is still in the input then.
      if (document.activeElement !== input && input.value !== shown) input.value = shown;
    };
    show(now);
    const left = () => show(untrack(text));
    const asked = () => {
      const shown = untrack(text);
      if (input.value !== shown) input.value = shown;
    };
    input.addEventListener('blur', left);
    input.addEventListener(ASKED, asked);
    return () => {
      input.removeEventListener('blur', left);
      input.removeEventListener(ASKED, asked);
    };
  };
}

/** Shows what came also to who is in an input: they asked for it themselves, by taking a suggestion or taking something back. */
export function showHeld(): void {
  document.activeElement?.dispatchEvent(new Event(ASKED));
}
