/**
 * Whether an input method (Unikey, ibus, a phonetic keyboard) is making a letter of several keys. Enter, Esc and arrows are
 * then the input method's. Some engines report key 229 without `isComposing`, some the other way round.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Whether this is the key of a command, written as it is shown: `Ctrl+N`, `Shift+R`, `Delete`, `Ctrl+Shift+Z`. */
export function shortcut(event: KeyboardEvent, keys: string): boolean {
  if (isComposing(event)) return false;
  const parts = keys.split('+');
  const key = parts.pop() ?? '';
  const held = (name: string) => parts.includes(name);
  // On a Mac the command key does what Ctrl does elsewhere.
  if ((event.ctrlKey || event.metaKey) !== held('Ctrl') || event.altKey !== held('Alt')) return false;
  if (event.shiftKey !== held('Shift')) return false;
  const wanted = alias[key] ?? key;
  return event.key === wanted || event.key.toLowerCase() === wanted.toLowerCase();
}

const alias: Record<string, string> = { Esc: 'Escape', Del: 'Delete', Space: ' ', Up: 'ArrowUp', Down: 'ArrowDown', Left: 'ArrowLeft', Right: 'ArrowRight' };

/** `Ctrl+Shift+Z` for `aria-keyshortcuts`, which has other names for some keys. */
export function ariaKeys(keys: string): string {
  return keys.replace('Ctrl', 'Control').replace(/\bEsc\b/, 'Escape').replace(/\bDel\b/, 'Delete');
}

/** Where a key moves to in a list of `length`; nothing for any other key. */
export function step(event: KeyboardEvent, at: number, length: number, page = 10): number | undefined {
  if (isComposing(event) || event.ctrlKey || event.altKey || event.metaKey || length === 0) return undefined;
  const bounded = (to: number) => Math.min(length - 1, Math.max(0, to));
  switch (event.key) {
    case 'ArrowDown':
      return bounded(at + 1);
    case 'ArrowUp':
      return bounded(at - 1);
    case 'PageDown':
      return bounded(at + page);
    case 'PageUp':
      return bounded(at - page);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return undefined;
  }
}
