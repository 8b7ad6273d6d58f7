import type { Notice, Preferences, Request, Standing } from '../host/desk.gen';
import { asFault, type Fault, type Host } from '../host/host';

/** How long a change in the background may wait before it is looked at: many come at once. */
const SETTLE_MS = 120;
/** The line at the foot is looked at this often even when nothing was told: an answer of the hub grows old by itself. */
const LOOK_MS = 10_000;

/** What every screen knows: how the desk stands, how the person wants it, and what changed in the background. */
export class DeskState {
  standing = $state<Standing>();
  preferences = $state<Preferences>({ language: 'vi', theme: 'auto', size: 1000, density: 'compact' });
  /** What went wrong with no screen to tell it. */
  fault = $state<Fault>();
  /** When something was last saved, for the line at the foot. */
  savedAt = $state<string>();
  #listeners = new Set<(notice: Notice) => void>();
  #savers = new Set<() => Promise<unknown>>();
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly host: Host) {}

  /** Begins; gives the way to stop. */
  start(): () => void {
    const stop = this.host.listen((notice) => {
      for (const told of this.#listeners) told(notice);
      if (notice.notice === 'closing') return void this.#close();
      if (notice.notice !== 'progress' && notice.notice !== 'digitising' && notice.notice !== 'sending') this.look();
    });
    const looking = setInterval(() => void this.refresh(), LOOK_MS);
    void this.refresh();
    return () => {
      stop();
      clearInterval(looking);
      clearTimeout(this.#settling);
    };
  }

  /** Calls back for every notice, as long as the screen is there; gives the way to stop, as `$effect` wants it. */
  onNotice(told: (notice: Notice) => void): () => void {
    this.#listeners.add(told);
    return () => void this.#listeners.delete(told);
  }

  /** Has something saved before the window closes; gives the way to stop. */
  beforeClose(save: () => Promise<unknown>): () => void {
    this.#savers.add(save);
    return () => void this.#savers.delete(save);
  }

  /** What could not be saved is no reason to stay for ever: the program waits a while, then closes by itself. */
  async #close(): Promise<void> {
    await Promise.all([...this.#savers].map((save) => save()));
    await this.host.close();
  }

  /** Looks again how the desk stands, soon. */
  look(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.refresh(), SETTLE_MS);
  }

  async refresh(): Promise<void> {
    try {
      this.standing = await this.host.call({ ask: 'status' }, 'status');
      this.fault = undefined;
    } catch (error) {
      this.fault = asFault(error);
    }
  }

  async loadPreferences(): Promise<void> {
    this.preferences = await this.host.call({ ask: 'preferences' }, 'preferences');
  }

  async setPreferences(change: Partial<Preferences>): Promise<void> {
    this.preferences = { ...this.preferences, ...change };
    await this.host.call({ ask: 'set_preferences', preferences: this.preferences }, 'preferences');
  }
}

/** Something that can be taken back: what to say, and how. */
export interface Undoable {
  text: string;
  undo: () => Promise<void>;
  redo: () => Promise<void>;
}

/** What was done last, so that Ctrl+Z takes it back and Ctrl+Shift+Z does it again. One for the window. */
export class UndoState {
  done = $state<Undoable[]>([]);
  undone = $state<Undoable[]>([]);
  /** Shown in the bar until the next change. */
  last = $state<Undoable>();

  /** Does it, and remembers how to take it back. */
  async perform(step: Undoable): Promise<void> {
    await step.redo();
    this.remember(step);
  }

  /** Remembers what was done already. */
  remember(step: Undoable): void {
    this.done = [...this.done.slice(-49), step];
    this.undone = [];
    this.last = step;
  }

  async undo(): Promise<void> {
    const step = this.done.at(-1);
    if (step === undefined) return;
    await step.undo();
    this.done = this.done.slice(0, -1);
    this.undone = [...this.undone, step];
    this.last = undefined;
  }

  async redo(): Promise<void> {
    const step = this.undone.at(-1);
    if (step === undefined) return;
    await step.redo();
    this.undone = this.undone.slice(0, -1);
    this.done = [...this.done, step];
    this.last = step;
  }
}

export type { Request };
