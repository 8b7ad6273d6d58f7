import type { ManyDone, ManySource, ManyView } from '../../host/desk.gen';
import { asFault, type Fault } from '../../host/host';
import type { DeskState, UndoState } from '../../state/desk.svelte';
import { wordsOf } from '../../words';
import type { DossierList } from '../dossierList.svelte';
import { askMany } from './ask';
import { rowReason } from './reading';

export const PAGE = 100;
/** So many rows with errors at a time, for the file of them. */
const ERRORS = 2_000;
const KEY = 'many';

/**
 * A table and what becomes of it. Drafts are being made of it wherever the person goes meanwhile: it outlives its screen until they
 * have seen what came of it.
 */
export class ManyState {
  chosen = $state('');
  /** What is asked for, from the moment it is: a change builds on it. */
  source = $state.raw<ManySource>();
  /** What was seen of `#seen`. */
  view = $state.raw<ManyView>();
  tab = $state<'columns' | 'rows'>('columns');
  from = $state(0);
  onlyErrors = $state(false);
  withErrors = $state(false);
  reading = $state(false);
  fault = $state<Fault>();
  written = $state<{ text: string; file: string }>();
  done = $state.raw<ManyDone>();
  running = $state<{ done: number; total: number; since: number }>();
  #seen = $state.raw<ManySource>();
  #run = 0;

  private constructor(
    readonly desk: DeskState,
    readonly undo: UndoState,
    readonly list: DossierList,
  ) {}

  /** The one whose drafts are being made, or were while the person was elsewhere; else a new one. */
  static of(desk: DeskState, undo: UndoState, list: DossierList): ManyState {
    const known = desk.places.get(KEY);
    const many = known instanceof ManyState ? known : new ManyState(desk, undo, list);
    desk.places.set(KEY, many);
    return many;
  }

  /** The person leaves; gone with them unless something is still being made. */
  leave(): void {
    if (!this.running && this.#isShown) this.desk.places.delete(KEY);
  }

  get #isShown(): boolean {
    return this.desk.places.get(KEY) === this;
  }

  /** What is shown is what was asked for: only then may it be acted on. */
  get settled(): boolean {
    return this.view !== undefined && !this.reading && this.source === this.#seen;
  }

  /** How many drafts would be made. */
  get left(): number {
    return this.view ? this.view.to_make + (this.withErrors ? this.view.to_mend : 0) : 0;
  }

  get #words() {
    return wordsOf(this.desk.preferences.language);
  }

  async look(next: ManySource, at = 0): Promise<void> {
    const mine = ++this.#run;
    [this.reading, this.fault, this.source] = [true, undefined, next];
    try {
      const rows = { from: at, limit: PAGE, only_errors: this.onlyErrors };
      const view = await askMany(this.desk.host, { do: 'look', source: next, rows }, 'view');
      if (mine !== this.#run) return;
      const first = this.view === undefined || this.#seen?.file !== next.file;
      [this.view, this.from] = [view, at];
      // What was found is what is asked for from now on, so that one change does not lose the others.
      this.source = { ...next, sheet: view.sheet || null, header: view.header, columns: view.columns.map((column) => column.field), key: view.key, across: view.across };
      this.#seen = this.source;
      if (first) this.tab = view.columns.some((column) => column.by === 'similar' || (column.by === 'nothing' && column.heading !== '')) ? 'columns' : 'rows';
    } catch (error) {
      if (mine !== this.#run) return;
      // What is seen is still the table before.
      [this.fault, this.source] = [asFault(error), this.#seen];
    } finally {
      if (mine === this.#run) this.reading = false;
    }
  }

  fresh(file: string): ManySource {
    return { procedure: this.chosen, file, sheet: null, header: null, columns: null, named: [], key: null, key_named: null, across: false, zeros: false };
  }

  begin(file: string): void {
    [this.view, this.#seen, this.done, this.written, this.onlyErrors, this.withErrors] = [undefined, undefined, undefined, undefined, false, false];
    void this.look(this.fresh(file));
  }

  /** Columns of a sheet that was just left are none of the new one's. */
  change(to: Partial<ManySource>): void {
    if (this.source?.columns) void this.look({ ...this.source, ...to });
  }

  choose(code: string): void {
    this.chosen = code;
    if (this.source) this.begin(this.source.file);
  }

  /** Opened for a procedure: of another one's table only what came of it stays, until it is seen. */
  openFor(code: string): void {
    if (this.running || code === this.chosen) return;
    this.#run += 1;
    [this.chosen, this.source, this.view, this.#seen, this.reading] = [code, undefined, undefined, undefined, false];
    [this.fault, this.written, this.from, this.onlyErrors, this.withErrors] = [undefined, undefined, 0, false, false];
  }

  async attempt(work: () => Promise<void>): Promise<void> {
    [this.fault, this.written] = [undefined, undefined];
    try {
      await work();
    } catch (error) {
      this.fault = asFault(error);
    }
  }

  template(): Promise<void> {
    return this.attempt(async () => {
      const its = this.#words.many;
      if (this.chosen === '') return;
      const folder = await this.desk.host.chooseFolder(its.templateIn);
      if (folder === null) return;
      const { file } = await askMany(this.desk.host, { do: 'template', procedure: this.chosen, file: folder }, 'written');
      this.written = { text: its.templateDone(file), file };
    });
  }

  writeErrors(): Promise<void> {
    return this.attempt(async () => {
      const { source, view, desk } = this;
      const words = this.#words;
      if (!source || !view || !this.settled) return;
      const folder = await desk.host.chooseFolder(words.many.writeIn);
      if (folder === null) return;
      const reasons = [];
      for (let at = 0; at < view.faulty_lines; at += ERRORS) {
        const rows = { from: at, limit: ERRORS, only_errors: true };
        const { columns, rows: found } = await askMany(desk.host, { do: 'look', source, rows }, 'view');
        reasons.push(...found.map((row) => ({ row: row.number, reason: rowReason(row, columns, words) })).filter(({ reason }) => reason !== ''));
      }
      const written = await askMany(desk.host, { do: 'errors', source, reasons, file: folder }, 'written');
      this.written = { text: words.many.written(written.rows, written.file), file: written.file };
    });
  }

  make(): Promise<void> {
    const { source, view, desk } = this;
    if (!source || !view || !this.settled || this.running || this.left === 0) return Promise.resolve();
    return this.attempt(async () => {
      this.running = { done: 0, total: view.dossiers, since: Date.now() };
      const remember = this.undo.later();
      const stop = desk.onNotice((notice) => {
        if (notice.notice === 'progress' && this.running) this.running = { ...this.running, done: notice.progress.done, total: notice.progress.total };
      });
      try {
        const made = await askMany(desk.host, { do: 'import', source, with_errors: this.withErrors }, 'imported');
        this.done = made;
        if (made.made > 0) remember({ text: this.#words.many.done(made.made), undo: () => this.#move(made.import, 'undo'), redo: () => this.#move(made.import, 'restore') });
      } finally {
        stop();
        this.running = undefined;
        await this.#after();
      }
    });
  }

  async #after(): Promise<void> {
    this.desk.look();
    await Promise.all([this.list.read(), this.source && this.#isShown ? this.look(this.source, this.from) : undefined]);
  }

  /** How many went. */
  async #take(made: string, what: 'undo' | 'restore'): Promise<number> {
    const moved = await askMany(this.desk.host, { do: what, import: made }, 'moved');
    this.done = undefined;
    await this.#after();
    return moved;
  }

  async #move(made: string, what: 'undo' | 'restore'): Promise<void> {
    await this.#take(made, what);
  }

  /** What was made of this file before, in this window or another time. */
  takeBack(): Promise<void> {
    return this.attempt(async () => {
      const made = this.view?.import;
      if (!made || this.running) return;
      const remember = this.undo.later();
      const moved = await this.#take(made, 'undo');
      remember({ text: this.#words.many.undone(moved), undo: () => this.#move(made, 'restore'), redo: () => this.#move(made, 'undo') });
    });
  }

  stop(): void {
    void askMany(this.desk.host, { do: 'stop' }, 'stopping').catch(() => undefined);
  }
}
