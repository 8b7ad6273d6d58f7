/**
 * A scanner that types what it reads, as fast as a keyboard can, into whatever has the focus. A card's code begins with twelve digits
 * and a bar, which nobody types: from there on it is the scanner's, and what it typed before goes from where it fell. Digits and the bar
 * are the same with any input method switched on.
 */
export const BEGINS = /(\d{12})\|$/;
/** Bars of a whole code; what is shorter and ended is none. */
export const BARS = 5;

type Input = HTMLInputElement | HTMLTextAreaElement;

export const isInput = (node: EventTarget | null): node is Input =>
  node instanceof HTMLTextAreaElement || (node instanceof HTMLInputElement && /^(text|search|tel|email|)$/.test(node.type));

/** Watches what is typed anywhere in `root`; `begins` is told what came so far, once it is known to be a scanner's. Gives the way to stop. */
export function watchScanner(root: HTMLElement, begins: (soFar: string, from: HTMLElement | null) => void): () => void {
  /** What was typed where nothing can be typed. */
  let loose = '';

  function typed(event: Event): void {
    const input = event.target;
    if (!isInput(input) || input.closest('[data-scanner]')) return;
    const caret = input.selectionStart ?? input.value.length;
    const before = input.value.slice(0, caret);
    const match = BEGINS.exec(before);
    if (!match) return;
    event.stopPropagation();
    input.value = before.slice(0, match.index) + input.value.slice(caret);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    begins(match[0], input);
  }

  function pressed(event: KeyboardEvent): void {
    if (isInput(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key.length !== 1) {
      if (event.key !== 'Shift') loose = '';
      return;
    }
    loose = (loose + event.key).slice(-13);
    if (!BEGINS.test(loose)) return;
    const soFar = loose;
    loose = '';
    event.preventDefault();
    begins(soFar, event.target instanceof HTMLElement ? event.target : null);
  }

  root.addEventListener('input', typed, true);
  root.addEventListener('compositionend', typed, true);
  root.addEventListener('keydown', pressed, true);
  return () => {
    root.removeEventListener('input', typed, true);
    root.removeEventListener('compositionend', typed, true);
    root.removeEventListener('keydown', pressed, true);
  };
}
