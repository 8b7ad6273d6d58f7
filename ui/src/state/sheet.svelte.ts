import type { FieldState, Notice, OpenView } from '../host/desk.gen';
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

/**
 * One dossier on screen: what the program says of it, and what was typed and is not on the disk yet. One save at a time; what is
 * typed meanwhile goes with the next. What could not be saved is kept and tried again, also after the screen was left.
 */
export class SheetState {
  view = $state.raw<OpenView>();
  /** Why it could not be opened or read again. */
  fault = $state<Fault>();
  /** Why the last save failed; gone with the next that succeeds. */
  unsaved = $state<Fault>();
  digitising = $state<Record<string, Digitising>>({});
  readonly fields = $derived(new Map((this.view?.sheet.fields ?? []).map((state) => [keyOf(state), state])));

  #dirty = new Map<string, string>();
  #firstDirty = 0;
  #waiting: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | undefined;
  #asked = 0;
  #shown = 0;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly desk: DeskState,
    readonly id: string,
  ) {}

  /** Opens it and follows it; gives the way to leave, which saves what is left to save. */
  start(): () => void {
    void this.read();
    const flush = () => void this.flush();
    const hidden = () => document.visibilityState === 'hidden' && flush();
    const stop = this.desk.onNotice((notice) => this.#told(notice));
    const stay = this.desk.beforeClose(() => this.flush());
    window.addEventListener('blur', flush);
    window.addEventListener('pagehide', flush);
    document.addEventListener('visibilitychange', hidden);
    return () => {
      stop();
      window.removeEventListener('blur', flush);
      window.removeEventListener('pagehide', flush);
      document.removeEventListener('visibilitychange', hidden);
      clearTimeout(this.#settling);
      // What is still on its way when the window closes is waited for, too.
      void this.flush().finally(stay);
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

  async read(): Promise<void> {
    const turn = ++this.#asked;
    try {
      const view = await this.desk.host.call({ ask: 'dossier_open', dossier: this.id }, 'opened');
      this.fault = undefined;
      this.#show(turn, view);
    } catch (error) {
      this.fault = asFault(error);
    }
  }

  /** Answers may overtake each other; an older one never replaces a newer. */
  #show(turn: number, view: OpenView): void {
    if (turn <= this.#shown) return;
    this.#shown = turn;
    this.view = view;
  }

  /** Takes what was typed. The promise is kept once it is on the disk and `fields` says what came of it. */
  fill(field: string, text: string): Promise<void> {
    if (this.#dirty.size === 0) this.#firstDirty = Date.now();
    this.#dirty.set(field, text);
    const left = this.#firstDirty + LONGEST_MS - Date.now();
    this.#after(Math.max(0, Math.min(PAUSE_MS, left)));
    return new Promise((kept) => this.#waiting.push(kept));
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

  get isSaved(): boolean {
    return this.#dirty.size === 0 && this.#saving === undefined;
  }

  async #save(): Promise<void> {
    const [sent, waiting] = [this.#dirty, this.#waiting];
    [this.#dirty, this.#waiting] = [new Map(), []];
    const turn = ++this.#asked;
    try {
      const values = [...sent].map(([field, value]) => ({ field, value }));
      const sheet = await this.desk.host.call({ ask: 'dossier_fill', dossier: this.id, values }, 'sheet');
      this.unsaved = undefined;
      this.desk.savedAt = sheet.saved_at;
      if (this.view) this.#show(turn, { ...this.view, sheet });
      for (const kept of waiting) kept();
    } catch (error) {
      this.unsaved = asFault(error);
      // What was typed since is newer.
      this.#dirty = new Map([...sent, ...this.#dirty]);
      this.#waiting = [...waiting, ...this.#waiting];
      if (this.unsaved.retry !== 'no') this.#after(RETRY_MS);
    }
  }
}

function keyOf(state: FieldState): string {
  return state.row === null ? state.field : `${state.row}/${state.field}`;
}
