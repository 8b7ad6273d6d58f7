import { untrack } from 'svelte';

/**
 * Shows `text()` in an input, but never while a person is in it: an input method keeps the letters it is working on in the
 * input, and what is written over them is cut or doubled. What came meanwhile is shown when the person leaves.
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
    input.addEventListener('blur', left);
    return () => input.removeEventListener('blur', left);
  };
}
