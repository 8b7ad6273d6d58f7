import type { OpenView, Sheet } from '../host/desk.gen';
import { asFault, type Fault } from '../host/host';
import { fieldsByKey, typedText, type Typed } from '../forms/typed';
import type { DeskState } from './desk.svelte';

/** After the last keystroke, and at the latest after the first one that is not saved: well within the second promised. */
const PAUSE_MS = 300;
const LATEST_MS = 800;
/** Until what could not be saved is tried again. */
const AGAIN_MS = 3000;

/** A dossier on screen: what is on the disk, and what was typed and is on its way there. */
export class SheetState {
  opened = $state.raw<OpenView>();
  sheet = $state.raw<Sheet>();
  /** Why it cannot be shown. */
  fault = $state<Fault>();
  /** Why what was typed is not saved yet; it is tried again. */
  unsaved = $state<Fault>();
  readonly fields = $derived(fieldsByKey(this.sheet?.fields ?? []));

  #pending = new Map<string, Typed>();
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | undefined;
  #waiting: { resolve: () => void; reject: (fault: Fault) => void }[] = [];

  constructor(
    readonly desk: DeskState,
    readonly id: string,
  ) {}

  /** Reads it anew. What is typed meanwhile is not touched: it lies in the form until it is saved. */
  async load(): Promise<void> {
    try {
      this.opened = await this.desk.host.call({ ask: 'dossier_open', dossier: this.id }, 'opened');
      this.sheet = this.opened.sheet;
      this.fault = undefined;
    } catch (error) {
      this.fault = asFault(error);
    }
  }

  /** Takes a change; the promise is kept once it is on the disk and `fields` shows what came of it. */
  change(field: string, value: Typed): Promise<void> {
    if (this.#pending.size === 0) this.#since = Date.now();
    this.#pending.set(field, value);
    const saved = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    const wait = Math.min(PAUSE_MS, this.#since + LATEST_MS - Date.now());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), Math.max(0, wait));
    return saved;
  }

  /** Saves what was typed, now. Kept when it is on the disk, or when it could not be saved. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#saving !== undefined) await this.#saving;
    if (this.#pending.size === 0) return;
    this.#saving = this.#save();
    await this.#saving;
  }

  async #save(): Promise<void> {
    const [values, waiting] = [this.#pending, this.#waiting];
    this.#pending = new Map();
    this.#waiting = [];
    try {
      const request = [...values].map(([field, value]) => ({ field, value: typedText(value) }));
      this.sheet = await this.desk.host.call({ ask: 'dossier_fill', dossier: this.id, values: request }, 'sheet');
      this.desk.savedAt = this.sheet.saved_at;
      this.unsaved = undefined;
      for (const one of waiting) one.resolve();
    } catch (error) {
      const fault = asFault(error);
      this.unsaved = fault;
      // What was typed since is newer; the rest is tried again with it.
      for (const [field, value] of values) if (!this.#pending.has(field)) this.#pending.set(field, value);
      this.#waiting = [...waiting, ...this.#waiting];
      this.#since = Date.now();
      this.#timer = setTimeout(() => void this.flush(), AGAIN_MS);
    } finally {
      this.#saving = undefined;
    }
  }
}
