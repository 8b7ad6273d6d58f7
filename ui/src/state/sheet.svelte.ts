import { SvelteMap } from 'svelte/reactivity';
import type { FieldState, Notice, OpenView, Sheet } from '../host/desk.gen';
import { asFault, type Fault } from '../host/host';
import type { DeskState } from './desk.svelte';

/** A field is saved so long after its last keystroke. */
const PAUSE_MS = 300;
/** And so long after its first unsaved one, however fast somebody types. With the saving itself it stays within a second. */
const LONGEST_MS = 700;
const RETRY_MS = 3000;
/** Notices of one change come in a bunch. */
const SETTLE_MS = 120;

/** How far the digitising of a document is. */
export interface Digitising {
  done: number;
  total: number;
}

/** What a person gave in a field; as `text` only when it is saved, for a table is long. */
export interface Draft<Value> {
  value: Value;
  text: () => string;
  /** It is on the disk. It may still be shown: what comes back must not fall into the middle of a word. */
  saved: boolean;
}

/**
 * One dossier on screen: what the program says of it, and what was typed and is not on the disk yet. One save at a time; what is
 * typed meanwhile goes with the next. What could not be saved is kept and tried again, also after the screen was left.
 */
export class SheetState<Value = unknown> {
  view = $state.raw<OpenView>();
  /** Why it could not be opened or read again. */
  fault = $state<Fault>();
  /** Why the last save failed; gone with the next that succeeds. */
  unsaved = $state<Fault>();
  digitising = $state<Record<string, Digitising>>({});
  /** What was typed, by field, until it is saved and the person has left the field. */
  readonly drafts = new SvelteMap<string, Draft<Value>>();
  readonly fields = $derived(new Map((this.view?.sheet.fields ?? []).map((state) => [keyOf(state), state])));

  #dirty = new Set<string>();
  #firstDirty = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | undefined;
  /** Saves begun so far. */
  #saves = 0;
  /** Readings begun so far. */
  #reads = 0;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #stay: (() => void) | undefined;

  private constructor(
    readonly desk: DeskState,
    readonly id: string,
  ) {}

  /** The one of this dossier that still has something to save, else a new one. */
  static of<Value>(desk: DeskState, id: string): SheetState<Value> {
    const known = [...desk.unsaved].find((saver) => saver instanceof SheetState && saver.id === id);
    return known instanceof SheetState ? known : new SheetState(desk, id);
  }

  /** Opens it and follows it; gives the way to leave, which saves what is left to save. */
  start(): () => void {
    void this.read();
    const flush = () => void this.flush();
    const hidden = () => document.visibilityState === 'hidden' && flush();
    const stop = this.desk.onNotice((notice) => this.#told(notice));
    window.addEventListener('blur', flush);
    window.addEventListener('pagehide', flush);
    document.addEventListener('visibilitychange', hidden);
    return () => {
      stop();
      window.removeEventListener('blur', flush);
      window.removeEventListener('pagehide', flush);
      document.removeEventListener('visibilitychange', hidden);
      clearTimeout(this.#settling);
      flush();
    };
  }

  #told(notice: Notice): void {
    if (notice.notice === 'digitising' && notice.dossier === this.id) {
      this.digitising[notice.document] = { done: notice.done, total: notice.total };
    } else if (notice.notice === 'document' && notice.dossier === this.id) {
      delete this.digitising[notice.document];
      this.#readSoon();
    } else if ((notice.notice === 'news' && notice.dossiers.includes(this.id)) || notice.notice === 'outbox') {
      this.#readSoon();
    }
  }

  #readSoon(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.read(), SETTLE_MS);
  }

  /** What was read while something was saved may be from before or after it: it is read again. */
  async read(): Promise<void> {
    const turn = ++this.#reads;
    try {
      let [view, saves]: [OpenView | undefined, number] = [undefined, -1];
      while (turn === this.#reads && saves !== this.#saves) {
        while (this.#saving) await this.#saving;
        saves = this.#saves;
        view = await this.desk.host.call({ ask: 'dossier_open', dossier: this.id }, 'opened');
      }
      if (turn !== this.#reads) return;
      this.view = view;
      this.fault = undefined;
    } catch (error) {
      if (turn === this.#reads) this.fault = asFault(error);
    }
  }

  /** Takes what was typed. */
  fill(field: string, value: Value, text: () => string): void {
    if (this.#dirty.size === 0) this.#firstDirty = Date.now();
    this.#dirty.add(field);
    this.drafts.set(field, { value, text, saved: false });
    this.#stay ??= this.desk.beforeClose(this);
    const left = this.#firstDirty + LONGEST_MS - Date.now();
    this.#after(Math.max(0, Math.min(PAUSE_MS, left)));
  }

  #after(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  /** Saves what is not saved yet, at once; done when nothing is left or it failed. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    // Nothing to wait for is not waited for: a window that is going away gives no second turn.
    if (this.#saving) await this.#saving;
    if (this.#dirty.size === 0) return;
    this.#saving ??= this.#save().finally(() => (this.#saving = undefined));
    await this.#saving;
  }

  /**
   * Lets the program change the form itself, after everything that was typed is saved, and as a save of its own: what is typed
   * meanwhile goes with the next. Shows what the form is then, and gives what stood in it before. Throws why something typed could
   * not be saved, or why the change could not be made.
   */
  async put(change: () => Promise<Sheet>): Promise<ReadonlyMap<string, FieldState>> {
    while (!this.isSaved) {
      await this.flush();
      if (this.unsaved) throw this.unsaved;
    }
    const before = this.fields;
    const putting = this.#put(change);
    this.#saving = putting.catch(() => undefined).finally(() => (this.#saving = undefined));
    await putting;
    return before;
  }

  async #put(change: () => Promise<Sheet>): Promise<void> {
    this.#saves += 1;
    const sheet = await change();
    this.desk.savedAt = sheet.saved_at;
    for (const [field, draft] of this.drafts) if (draft.saved) this.drafts.delete(field);
    if (this.view) this.view = { ...this.view, sheet };
  }

  get isSaved(): boolean {
    return this.#dirty.size === 0 && this.#saving === undefined;
  }

  async #save(): Promise<void> {
    this.#saves += 1;
    const fields = this.#dirty;
    this.#dirty = new Set();
    const sent = [...fields].flatMap((field) => {
      const draft = this.drafts.get(field);
      return draft ? [{ field, draft }] : [];
    });
    try {
      const values = sent.map(({ field, draft }) => ({ field, value: draft.text() }));
      const sheet = await this.desk.host.call({ ask: 'dossier_fill', dossier: this.id, values }, 'sheet');
      this.desk.savedAt = sheet.saved_at;
      for (const { draft } of sent) draft.saved = true;
      if (this.view) this.view = { ...this.view, sheet };
      this.#failed(undefined);
      if (this.#dirty.size === 0) this.#stay = void this.#stay?.();
    } catch (error) {
      this.#dirty = new Set([...fields, ...this.#dirty]);
      const fault = asFault(error);
      this.#failed(fault);
      if (fault.retry !== 'no') this.#after(RETRY_MS);
    }
  }

  #failed(fault: Fault | undefined): void {
    this.unsaved = fault;
    this.desk.couldNotSave(this, fault);
  }
}

function keyOf(state: FieldState): string {
  return state.row === null ? state.field : `${state.row}/${state.field}`;
}
