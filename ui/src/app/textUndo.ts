import { shortcut } from '../parts/keys';

type Text = HTMLInputElement | HTMLTextAreaElement;

/**
 * Ctrl+Z in a text takes back what was typed there, as long as there is something of it; from then on it takes back what was
 * done in the window. Web views keep one history for the whole page, and WebKitGTK has no key for it: so whether the text that
 * has the focus has anything of its own is told by what stood in it.
 */
export class TextUndo {
  #text: Text | undefined;
  /** What stood in it when the person came, or when something else was done last. */
  #before = '';
  /** What was taken back in it and can be done again. */
  #undone = 0;

  readonly enter = ({ target }: FocusEvent): void => {
    this.#text = isText(target) ? target : undefined;
    this.settle();
  };

  readonly typed = (event: Event): void => {
    if (event.target !== this.#text) return;
    const kind = event instanceof InputEvent ? event.inputType : '';
    this.#undone = kind === 'historyUndo' ? this.#undone + 1 : kind === 'historyRedo' ? this.#undone - 1 : 0;
  };

  /** Something else was done, which is taken back first. */
  settle(): void {
    [this.#before, this.#undone] = [this.#text?.value ?? '', 0];
  }

  /** Takes the key where it is the text's. */
  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.target !== this.#text || !this.#text) return;
    const undo = shortcut(event, 'Ctrl+Z') && this.#text.value !== this.#before;
    const redo = (shortcut(event, 'Ctrl+Shift+Z') || shortcut(event, 'Ctrl+Y')) && this.#undone > 0;
    if (!undo && !redo) return;
    document.execCommand?.(undo ? 'undo' : 'redo');
    // Also where nothing came of it: of what a program wrote into a text, such as a choice, a web view knows no history. Who
    // pressed the key there meant the text, and nothing else is to change.
    event.preventDefault();
  }
}

function isText(target: EventTarget | null): target is Text {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !['radio', 'checkbox', 'range'].includes(target.type));
}
