import type { NoPaperView } from '../../host/desk.gen';
import { asFault, type Fault } from '../../host/host';
import type { DeskState, Saver } from '../../state/desk.svelte';
import { askNoPaper } from './ask';
import { type DraftLine, draftOf, savable, wrongOf } from './draft';

/** Between the last key and saving. */
const PAUSE_MS = 500;

/**
 * A department's list while it is drawn up: saved a moment after the last key, as soon as every line of it is right. It outlives its
 * screen until it is saved. One without lines is no draft: what was kept of it goes.
 */
export class ListDraft implements Saver {
  lines = $state.raw<readonly DraftLine[]>([]);
  /** As it is kept. */
  saved = $state.raw<NoPaperView>();
  fault = $state<Fault>();
  /** Changed and not on the disk yet. */
  dirty = $state(false);
  readonly wrong = $derived(this.lines.reduce((sum, line) => sum + wrongOf(line).length, 0));
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn: Promise<void> = Promise.resolve();
  #stay: (() => void) | undefined;

  private constructor(
    readonly desk: DeskState,
    readonly department: string,
    readonly revision: number,
  ) {}

  /** One that still has something to save, of this department or of any. */
  static unsaved(desk: DeskState, department?: string): ListDraft | undefined {
    const found = [...desk.unsaved].find((saver) => saver instanceof ListDraft && (department === undefined || saver.department === department));
    return found instanceof ListDraft ? found : undefined;
  }

  /** The one of this department that still has something to save, else a new one: as it is kept, or begun now with the lines of `begin`. */
  static of(desk: DeskState, department: string, revision: number, kept: NoPaperView | undefined, begin: readonly DraftLine[]): ListDraft {
    const known = ListDraft.unsaved(desk, department);
    if (known) return known;
    const draft = new ListDraft(desk, department, revision);
    draft.saved = kept;
    if (kept) draft.lines = draftOf(kept.list);
    else if (begin.length > 0) {
      draft.change(begin);
      void draft.flush();
    }
    return draft;
  }

  get isSaved(): boolean {
    return !this.dirty;
  }

  change(to: readonly DraftLine[]): void {
    [this.lines, this.dirty] = [to, true];
    this.#stay ??= this.desk.beforeClose(this);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  }

  /** Saves what can be saved, at once. One after another: the last one typed is the last one saved. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#turn = this.#turn.then(() => this.#save());
    return this.#turn;
  }

  async #save(): Promise<void> {
    const { lines, desk, department } = this;
    const content = savable(lines);
    if (!this.dirty || (content === undefined && lines.length > 0)) return;
    try {
      if (content) this.saved = await askNoPaper(desk.host, { do: 'save', department, lines: content }, 'list');
      else await this.#drop();
      this.fault = undefined;
      desk.couldNotSave(this, undefined);
      desk.saved();
      if (lines === this.lines) this.#clean();
    } catch (error) {
      this.fault = asFault(error);
      desk.couldNotSave(this, this.fault);
    }
  }

  async #drop(): Promise<void> {
    if (this.saved) await askNoPaper(this.desk.host, { do: 'discard', department: this.department }, 'lists');
    this.saved = undefined;
  }

  /** Nothing of it is left to save. */
  #clean(): void {
    clearTimeout(this.#timer);
    [this.dirty, this.fault] = [false, undefined];
    this.desk.couldNotSave(this, undefined);
    this.#stay = void this.#stay?.();
  }

  async discard(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#turn;
    await this.#drop();
    this.#clean();
  }
}
