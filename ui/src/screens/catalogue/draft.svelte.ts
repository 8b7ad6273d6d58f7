import type { CatalogueDraftView, DraftFinding, EntryKind, RevisionLine } from '../../host/desk.gen';
import { asFault, Fault } from '../../host/host';
import type { DeskState, Saver } from '../../state/desk.svelte';
import { ask } from './ask';
import { isObject, type JsonObject } from './schema';

const PAUSE_MS = 300;
const RETRY_MS = 3000;

/** A draft as it is typed: saved a moment after the last key, checked with each save. What is typed meanwhile goes with the next. */
export class DraftState implements Saver {
  view = $state.raw<CatalogueDraftView>();
  /** What is on screen; nothing where the draft is no object and only its text can be mended. */
  content = $state.raw<JsonObject>();
  raw = $state('');
  fault = $state<Fault>();
  saving = $state(false);
  /** Typed and not saved yet. */
  dirty = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #stay: (() => void) | undefined;

  private constructor(
    readonly desk: DeskState,
    readonly kind: EntryKind,
    readonly code: string,
  ) {}

  /** The one of this entry that still has something to save, else a new one. */
  static of(desk: DeskState, kind: EntryKind, code: string): DraftState {
    const known = [...desk.unsaved].find((saver) => saver instanceof DraftState && saver.kind === kind && saver.code === code);
    return known instanceof DraftState ? known : new DraftState(desk, kind, code);
  }

  get isSaved(): boolean {
    return !this.dirty;
  }

  get findings(): readonly DraftFinding[] {
    return this.view?.findings ?? [];
  }

  /** Opens it as it is kept; what could not be saved is let go. */
  async open(): Promise<void> {
    this.fault = undefined;
    try {
      this.#show(await ask(this.desk.host, { do: 'draft_open', kind: this.kind, code: this.code, revision: null }, 'draft'));
      this.#clean();
    } catch (error) {
      this.fault = asFault(error);
    }
  }

  #show(view: CatalogueDraftView): void {
    this.view = view;
    this.raw = view.json;
    try {
      const content = JSON.parse(view.json) as unknown;
      this.content = isObject(content as JsonObject) ? (content as JsonObject) : undefined;
    } catch {
      this.content = undefined;
    }
  }

  change(content: JsonObject): void {
    this.content = content;
    this.type(JSON.stringify(content, null, 2));
  }

  /** Takes the text of the draft as it was typed. */
  type(raw: string): void {
    this.raw = raw;
    this.dirty = true;
    this.#stay ??= this.desk.beforeClose(this);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  }

  /** Saves what is not saved yet, at once; done when nothing is left or it failed. One save at a time, each on the one before. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#running) await this.#running;
    if (!this.dirty) return;
    this.#running = this.#saveAll().finally(() => (this.#running = undefined));
    await this.#running;
  }

  async #saveAll(): Promise<void> {
    do await this.#save();
    while (this.dirty && !this.fault);
  }

  /** Nothing of it is left to save. */
  #clean(): void {
    clearTimeout(this.#timer);
    [this.dirty, this.fault] = [false, undefined];
    this.desk.couldNotSave(this, undefined);
    this.#stay = void this.#stay?.();
  }

  async #save(): Promise<void> {
    const json = this.raw;
    this.saving = true;
    try {
      this.view = await ask(this.desk.host, { do: 'draft_save', kind: this.kind, code: this.code, version: this.view?.version ?? 0, json }, 'draft');
      this.fault = undefined;
      this.desk.couldNotSave(this, undefined);
      this.desk.saved();
      if (this.raw === json) this.#clean();
    } catch (error) {
      this.fault = asFault(error);
      this.desk.couldNotSave(this, this.fault);
      if (this.fault.retry !== 'no') this.#timer = setTimeout(() => void this.flush(), RETRY_MS);
    } finally {
      this.saving = false;
    }
  }

  async publish(reason: string): Promise<RevisionLine> {
    await this.flush();
    if (!this.isSaved) throw this.fault ?? new Fault('unexpected', 'no');
    return ask(this.desk.host, { do: 'draft_publish', kind: this.kind, code: this.code, reason }, 'published');
  }

  async discard(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#running) await this.#running;
    await ask(this.desk.host, { do: 'draft_discard', kind: this.kind, code: this.code }, 'discarded');
    this.#clean();
  }
}
