import type { Notice, Preferences, Standing } from '../host/desk.gen';
import { asFault, type Fault, type Host } from '../host/host';

/** How long a change in the background may wait before it is looked at: many come at once. */
const SETTLE_MS = 120;
/** The line at the foot is looked at this often even when nothing was told: an answer of the hub grows old by itself. */
const LOOK_MS = 10_000;

/** Something with text that is not on the disk yet. */
export interface Saver {
  flush: () => Promise<void>;
  readonly isSaved: boolean;
}

/** What every screen knows: how the desk stands, how the person wants it, and what changed in the background. */
export class DeskState {
  standing = $state<Standing>();
  preferences = $state<Preferences>({ language: 'vi', theme: 'auto', size: 1000, density: 'compact' });
  /** What went wrong with no screen to tell it. */
  fault = $state<Fault>();
  /** When something was last saved, for the line at the foot. */
  savedAt = $state<string>();
  /** What could not be saved, and why. */
  notSaved = $state.raw<ReadonlyMap<Saver, Fault>>(new Map());
  /** The person closed the window, and something could not be saved: they are asked. */
  closing = $state(false);
  /** Where a person was in each dossier and on some screens, as the screen that shows it keeps it. */
  readonly places = new Map<string, unknown>();
  #listeners = new Set<(notice: Notice) => void>();
  #savers = new Set<Saver>();
  #looks = 0;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly host: Host) {}

  /** Begins; gives the way to stop. */
  start(): () => void {
    const stop = this.host.listen((notice) => {
      for (const told of this.#listeners) told(notice);
      if (notice.notice === 'closing') return void this.#close();
      if (notice.notice !== 'progress' && notice.notice !== 'digitising' && notice.notice !== 'sending' && notice.notice !== 'stack') this.look();
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

  /** Keeps the window open until it is saved; gives the way to stop. */
  beforeClose(saver: Saver): () => void {
    this.#savers.add(saver);
    return () => void this.#savers.delete(saver);
  }

  get unsaved(): ReadonlySet<Saver> {
    return this.#savers;
  }

  /** Says of a saver that it failed, or with no fault that it did not. */
  couldNotSave(saver: Saver, fault: Fault | undefined): void {
    if (fault === undefined && !this.notSaved.has(saver)) return;
    const others = [...this.notSaved].filter(([other]) => other !== saver);
    this.notSaved = new Map(fault === undefined ? others : [...others, [saver, fault]]);
  }

  /** Something was saved just now. */
  saved(): void {
    this.savedAt = new Date().toISOString();
  }

  /** Saves; a window with text that cannot be saved stays, and the person decides. */
  async #close(): Promise<void> {
    await Promise.all([...this.#savers].map((saver) => saver.flush()));
    this.closing = [...this.#savers].some((saver) => !saver.isSaved);
    await this.host.close(!this.closing);
  }

  /** Closes, and lets go what could not be saved. */
  async closeAnyway(): Promise<void> {
    await this.host.close(true);
  }

  /** Looks again how the desk stands, soon. */
  look(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.refresh(), SETTLE_MS);
  }

  async refresh(): Promise<void> {
    const look = ++this.#looks;
    try {
      const standing = await this.host.call({ ask: 'status' }, 'status');
      if (look !== this.#looks) return;
      this.standing = standing;
      this.fault = undefined;
    } catch (error) {
      if (look === this.#looks) this.fault = asFault(error);
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
  /** `press`: which of all presses of Ctrl+Z and Ctrl+Shift+Z asked for it. */
  undo: (press: number) => Promise<void>;
  /** Without a press where it is done for the first time. */
  redo: (press?: number) => Promise<void>;
  /** Without which it cannot be taken back. */
  owner?: object;
}

/** What was done last, so that Ctrl+Z takes it back and Ctrl+Shift+Z does it again. One for the window; one step at a time. */
export class UndoState {
  done = $state.raw<readonly Undoable[]>([]);
  undone = $state.raw<readonly Undoable[]>([]);
  /** Shown in the bar until something else is done. */
  last = $state.raw<Undoable>();
  /** How often it was asked to take back or do again, from the key on. */
  presses = 0;
  /** Where the person is: the screen, and the dossier. */
  #screen = '';
  #dossier = $state.raw<string>();
  /** The dossier each step was made in. */
  #of = new WeakMap<Undoable, string>();
  #turn: Promise<unknown> = Promise.resolve();
  /** Steps that are being done or wait for it. */
  #coming = $state(0);

  /** Whether there is something to take back, also where it is still being done. */
  get can(): boolean {
    return this.done.some((step) => this.#isHere(step)) || this.#coming > 0;
  }

  /** Whether it can be taken back where the person is: what was done in one dossier is not changed from another, unseen. */
  #isHere(step: Undoable): boolean {
    const dossier = this.#of.get(step);
    return dossier === undefined || dossier === this.#dossier;
  }

  /** Does it, and remembers how to take it back. */
  async perform(step: Undoable): Promise<void> {
    this.#coming += 1;
    const remember = this.later();
    try {
      await this.#inTurn(async () => {
        await step.redo();
        remember(step);
      });
    } finally {
      this.#coming -= 1;
    }
  }

  /** The way to remember what takes long where it is begun, wherever the person is by then. */
  later(): (step: Undoable) => void {
    const [screen, dossier] = [this.#screen, this.#dossier];
    return (step) => {
      this.#remember(step, dossier);
      // Who went on meanwhile is told nothing of it.
      if (screen !== this.#screen || dossier !== this.#dossier) this.last = undefined;
    };
  }

  /** Remembers what was done already. */
  remember(step: Undoable): void {
    this.#remember(step, this.#dossier);
  }

  /** The person goes somewhere else: what was done before is not told there. Says whether that is another place. */
  moveTo(screen: string, dossier: string | undefined): boolean {
    if (screen === this.#screen && dossier === this.#dossier) return false;
    [this.#screen, this.#dossier, this.last] = [screen, dossier, undefined];
    return true;
  }

  /** Something else was done since: what was done before is told no more. It can still be taken back. */
  hush(): void {
    this.last = undefined;
  }

  /** A dossier that is on its way cannot be changed any more: nothing done in it can be taken back. */
  freeze(dossier: string): void {
    this.#keep((step) => this.#of.get(step) !== dossier);
  }

  #remember(step: Undoable, dossier: string | undefined): void {
    if (dossier !== undefined) this.#of.set(step, dossier);
    this.done = [...this.done.slice(-49), step];
    this.undone = [];
    this.last = step;
  }

  /** What can be taken back only as long as `owner` is there cannot any more. */
  forget(owner: object): void {
    this.#keep((step) => step.owner !== owner);
  }

  #keep(whether: (step: Undoable) => boolean): void {
    // Nothing is written where nothing goes: who reads it is not woken.
    if (!this.done.every(whether)) this.done = this.done.filter(whether);
    if (!this.undone.every(whether)) this.undone = this.undone.filter(whether);
    if (this.last && !whether(this.last)) this.last = undefined;
  }

  undo(): Promise<void> {
    return this.#pass('done', 'undone', (step, press) => step.undo(press));
  }

  redo(): Promise<void> {
    return this.#pass('undone', 'done', (step, press) => step.redo(press));
  }

  /** Runs the newest step of one list, which then is the newest of the other. */
  #pass(from: 'done' | 'undone', to: 'done' | 'undone', run: (step: Undoable, press: number) => Promise<void>): Promise<void> {
    const press = ++this.presses;
    return this.#inTurn(async () => {
      const step = this[from].findLast((step) => this.#isHere(step));
      if (step === undefined) return;
      this[from] = this[from].filter((other) => other !== step);
      this.last = undefined;
      try {
        await run(step, press);
      } catch (error) {
        if (canHelp(error)) this[from] = [...this[from], step];
        throw error;
      }
      this[to] = [...this[to], step];
      if (to === 'done') this.last = step;
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** Whether trying the same again can help; a step that never can would stand in the way of those before it. */
const canHelp = (error: unknown): boolean => asFault(error).retry !== 'no';
