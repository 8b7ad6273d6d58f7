import { flushSync, tick } from 'svelte';
import type { Typed } from '../../forms/typed';
import type { OpenView } from '../../host/desk.gen';
import type { FillingState } from '../../state/filling.svelte';
import type { Words } from '../../words';
import { groupOf, rowName, rowsOf } from './checklist';
import { watchScanner } from './scanner';
import { sectionOf } from './todo';

/** A card held before a scanner: what comes of it, and for whom of the form it may be. */
export class Scanning {
  /** What a scanner is typing. */
  begun = $state<string>();
  /** What was scanned last is no card's. */
  noCard = $state(false);
  /** Where they were when it began. */
  #from: HTMLElement | null = null;

  constructor(
    readonly filling: FillingState<Typed>,
    readonly view: () => OpenView | undefined,
    readonly words: () => Words,
  ) {}

  /** Begins; gives the way to stop. */
  watch(root: HTMLElement): () => void {
    return watchScanner(root, (soFar, from) => {
      [this.#from, this.noCard] = [from, false];
      // At once: the scanner's next key is on its way.
      flushSync(() => (this.begun = soFar));
    });
  }

  async read(code: string): Promise<void> {
    this.noCard = (await this.filling.scan(code)) === false;
    this.begun = undefined;
    if (!this.filling.scanned) this.#from?.focus();
  }

  /** Back to where they were. */
  async end(done: Promise<void> | void): Promise<void> {
    await done;
    [this.filling.scanned, this.begun] = [undefined, undefined];
    await tick();
    this.#from?.focus();
  }

  /** The field they were in, and the row where it is a cell. */
  #at(): { field: string; row: string | undefined } | undefined {
    const key = this.#from?.closest<HTMLElement>('[data-key]')?.dataset['key'];
    const at = key?.lastIndexOf('/') ?? -1;
    return key === undefined ? undefined : { field: key.slice(at + 1), row: at < 0 ? undefined : key.slice(0, at) };
  }

  /** Who was being asked about. */
  who(): string | undefined {
    const [at, view] = [this.#at(), this.view()];
    return at && view ? (sectionOf(view, at.field)?.field.person?.who ?? undefined) : undefined;
  }

  /** The row they were in, where its table asks about somebody. */
  row(): { id: string; who: string; name: string } | undefined {
    const [at, view, words] = [this.#at(), this.view(), this.words()];
    if (!view || at?.row === undefined) return undefined;
    const found = sectionOf(view, at.field)?.group;
    const who = found && groupOf(found)?.fields.find(({ person }) => person != null)?.person?.who;
    return found && who ? { id: at.row, who, name: `${found.label[words.language]}: ${rowName(found, rowsOf(view, found.id), at.row, words)}` } : undefined;
  }
}
