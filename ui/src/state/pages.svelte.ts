import { SvelteSet } from 'svelte/reactivity';
import type { DocumentView, Notice, PageColour, PageEdits, PageReport, PagesOf, PageView } from '../host/desk.gen';
import { asFault, type Fault } from '../host/host';
import type { DeskState, Undoable, UndoState } from './desk.svelte';

const SETTLE_MS = 120;
/** While a stack is digitised, what is found is looked at this often. */
const FOLLOW_MS = 1500;

export type Mark = 'ok' | 'look' | 'blank' | 'removed' | 'separator' | 'working' | 'waiting';

/** Below this share of certainty a page's text is worth comparing with the paper. */
const LOW_CONFIDENCE = 0.8;

/** The pages of one document, which one is looked at, and what a person decides about them. */
export class PagesState {
  pages = $state.raw<readonly PageView[]>([]);
  loaded = $state(false);
  fault = $state<Fault>();
  /** The page that is looked at, from 0. */
  at = $state(0);
  /** Further pages the next act is for; positions. */
  readonly chosen = new SvelteSet<number>();
  readonly current = $derived(this.pages[this.at]);
  #settling: ReturnType<typeof setTimeout> | undefined;
  #anchor = 0;
  #asked = 0;
  /** Decisions on their way: what is read meanwhile may not know them yet. */
  #deciding = 0;

  constructor(
    readonly desk: DeskState,
    readonly document: string,
  ) {}

  start(): () => void {
    void this.read();
    const stop = this.desk.onNotice((notice) => this.#told(notice));
    return () => {
      stop();
      clearTimeout(this.#settling);
    };
  }

  #told(notice: Notice): void {
    if ((notice.notice !== 'document' && notice.notice !== 'digitising') || notice.document !== this.document) return;
    // Results come page by page: the first look is soon, the others now and then.
    const follows = notice.notice === 'digitising';
    if (follows && (this.#settling !== undefined || this.pages.every((page) => page.made !== null))) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      void this.read();
    }, follows ? FOLLOW_MS : SETTLE_MS);
  }

  async read(): Promise<void> {
    const turn = ++this.#asked;
    try {
      const pages = await this.desk.host.call({ ask: 'document_pages', document: this.document }, 'pages');
      if (turn !== this.#asked || this.#deciding > 0) return;
      this.pages = pages;
      this.at = Math.min(this.at, Math.max(0, pages.length - 1));
      this.fault = undefined;
    } catch (error) {
      if (turn === this.#asked) this.fault = asFault(error);
    }
    this.loaded = true;
  }

  /** Looks at another page; with `extend` all pages on the way are chosen. */
  go(to: number, extend = false): void {
    if (this.pages.length === 0) return;
    this.at = Math.min(this.pages.length - 1, Math.max(0, to));
    if (!extend) {
      this.#anchor = this.at;
      return;
    }
    this.chosen.clear();
    const [from, until] = [Math.min(this.#anchor, this.at), Math.max(this.#anchor, this.at)];
    for (let page = from; page <= until; page += 1) this.chosen.add(page);
  }

  toggle(page: number): void {
    if (!this.chosen.delete(page)) this.chosen.add(page);
    this.#anchor = page;
  }

  chooseAll(): void {
    for (const index of this.pages.keys()) this.chosen.add(index);
  }

  /** What the next act is for: the chosen pages, or the one that is looked at. */
  get targets(): PageView[] {
    const chosen = this.pages.filter((_, index) => this.chosen.has(index));
    const all = chosen.length > 0 ? chosen : this.current ? [this.current] : [];
    return all.filter((page) => page.id !== null);
  }

  /** Turns what is seen clockwise by this much. */
  turn(undo: UndoState, degrees: 90 | 180 | 270, said: (pages: number) => string): Promise<void> {
    return this.edit(undo, said, (page) => ({ ...page.edits, orientation: (orientationOf(page) - degrees + 720) % 360 }));
  }

  /** The person says that the page stands as it should. */
  confirmTurn(undo: UndoState, said: (pages: number) => string): Promise<void> {
    return this.edit(undo, said, (page) => ({ ...page.edits, orientation: orientationOf(page) }));
  }

  keep(undo: UndoState, keep: boolean, said: (pages: number) => string): Promise<void> {
    return this.edit(undo, said, (page) => ({ ...page.edits, keep }));
  }

  darken(undo: UndoState, by: 1 | -1, said: (pages: number) => string): Promise<void> {
    return this.edit(undo, said, (page) => ({ ...page.edits, darker: Math.min(MAX_DARKER, Math.max(-MAX_DARKER, page.edits.darker + by)) }));
  }

  colour(undo: UndoState, colour: PageColour | null, said: (pages: number) => string): Promise<void> {
    return this.edit(undo, said, (page) => ({ ...page.edits, colour }));
  }

  /** As if nobody had decided anything. */
  reset(undo: UndoState, said: (pages: number) => string): Promise<void> {
    return this.edit(undo, said, () => NO_EDITS);
  }

  /** Decides something about the pages the act is for; of those of which nothing changes nothing is said. */
  async edit(undo: UndoState, said: (pages: number) => string, decided: (page: PageView) => PageEdits, targets = this.targets): Promise<void> {
    const edits = targets.map((page) => ({ page: page.id ?? '', before: page.edits, after: decided(page) })).filter(({ before, after }) => !sameEdits(before, after));
    if (edits.length === 0) return;
    const decide = (which: 'before' | 'after') => {
      const decided = new Map(edits.map((edit) => [edit.page, edit[which]]));
      this.pages = this.pages.map((page) => ({ ...page, edits: decided.get(page.id ?? '') ?? page.edits }));
    };
    const give = (which: 'before' | 'after') =>
      this.#whileDeciding(async () => {
        decide(which);
        const pages = edits.map((edit) => ({ page: edit.page, edits: edit[which] }));
        await this.desk.host.call({ ask: 'pages_edit', pages }, 'done');
        this.desk.saved();
      });
    // In sight at once, so that the next key goes on from here.
    decide('after');
    this.chosen.clear();
    await this.#perform(undo, { text: said(edits.length), redo: () => give('after'), undo: () => give('before') });
  }

  /** Moves the pages the act is for, together, one place on or back. */
  async move(undo: UndoState, by: 1 | -1, said: (pages: number) => string): Promise<void> {
    const moving = new Set(this.targets.map((page) => page.id));
    const order = this.#ids;
    const first = order.findIndex((id) => moving.has(id));
    const others = order.filter((id) => !moving.has(id));
    const to = Math.min(others.length, Math.max(0, first + by));
    const after = [...others.slice(0, to), ...order.filter((id) => moving.has(id)), ...others.slice(to)];
    await this.#reorder(undo, after, said(moving.size));
  }

  /** Puts one page where another stands. */
  async put(undo: UndoState, from: number, to: number, said: (pages: number) => string): Promise<void> {
    const after = [...this.#ids];
    after.splice(to, 0, ...after.splice(from, 1));
    await this.#reorder(undo, after, said(1));
  }

  get #ids(): string[] {
    return this.pages.map((page) => page.id ?? '');
  }

  async #reorder(undo: UndoState, after: string[], text: string): Promise<void> {
    const before = this.#ids;
    if (before.includes('') || after.join() === before.join()) return;
    const at = this.current?.id;
    const chosen = new Set(this.targets.length > 1 ? this.targets.map((page) => page.id) : []);
    const known = new Map(this.pages.map((page) => [page.id, page]));
    this.pages = after.flatMap((id) => known.get(id) ?? []);
    this.at = Math.max(0, this.pages.findIndex((page) => page.id === at));
    this.chosen.clear();
    for (const [index, page] of this.pages.entries()) if (chosen.has(page.id)) this.chosen.add(index);
    await this.arrange(undo, text, [{ document: this.document, place: null, pages: before }], [{ document: this.document, place: null, pages: after }]);
  }

  /** Has pages stand otherwise among documents; gives the documents of `after`, those that were made with their new ids. */
  async arrange(undo: UndoState, text: string, before: PagesOf[], after: PagesOf[]): Promise<string[]> {
    let [from, to] = [before, after];
    const give = (documents: PagesOf[]) =>
      this.#whileDeciding(async () => {
        const ids = await this.desk.host.call({ ask: 'pages_arrange', documents }, 'arranged');
        this.desk.saved();
        if (documents !== to) return;
        // Done again, it is the same document; taken back, it is left without pages.
        to = to.map((each, index) => ({ ...each, document: ids[index] ?? each.document }));
        const known = new Set(from.map((each) => each.document));
        from = [...from, ...to.filter((each) => !known.has(each.document)).map((each) => ({ ...each, pages: [] }))];
      });
    await this.#perform(undo, { text, redo: () => give(to), undo: () => give(from) });
    return to.flatMap((each) => each.document ?? []);
  }

  /** Makes two pages of the one that is looked at. */
  async divide(undo: UndoState, [first, second]: [PageEdits, PageEdits], text: string): Promise<void> {
    const page = this.current;
    if (page?.id == null) return;
    const [id, before] = [page.id, page.edits];
    let other: string | null = null;
    const redo = () =>
      this.#whileDeciding(async () => {
        other = await this.desk.host.call({ ask: 'page_divide', first: { page: id, edits: first }, second, second_id: other }, 'page');
        this.desk.saved();
      });
    const back = () =>
      this.#whileDeciding(async () => {
        if (other !== null) await this.desk.host.call({ ask: 'pages_unite', first: { page: id, edits: before }, page: other }, 'done');
        this.desk.saved();
      });
    await this.#perform(undo, { text, redo, undo: back });
  }

  async #perform(undo: UndoState, step: Undoable): Promise<void> {
    try {
      // From the key on, not only from its turn on: what is read while it waits would take away what is in sight already.
      await this.#whileDeciding(() => undo.perform(step));
    } catch (error) {
      this.fault = asFault(error);
      await this.read();
    }
  }

  async #whileDeciding(work: () => Promise<void>): Promise<void> {
    this.#deciding += 1;
    try {
      await work();
    } finally {
      this.#deciding -= 1;
      if (this.#deciding === 0) await this.read();
    }
  }
}

/** Clockwise quarter-turns of the content as it came in, as a person said or as was found. */
export function orientationOf(page: PageView): number {
  return page.edits.orientation ?? page.found?.orientation ?? 0;
}

/** What a page is that nobody decided anything about. */
export const NO_EDITS: PageEdits = { orientation: null, keep: null, quad: null, skew_deg: null, colour: null, darker: 0, words: [] };
/** So many steps darker or lighter. */
export const MAX_DARKER = 4;

export const sameEdits = (a: PageEdits, b: PageEdits): boolean =>
  (Object.keys(NO_EDITS) as (keyof PageEdits)[]).every((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]));

/** Whether a person decided anything about how it looks. */
export const isEdited = (page: PageView): boolean => !sameEdits({ ...page.edits, keep: null }, NO_EDITS);

/** Whether it is on its way of being made again, for a person decided otherwise since. That it stands right asks for nothing. */
export function isStale({ edits, found }: PageView): boolean {
  if (found === null) return false;
  const confirmed = edits.orientation === found.orientation;
  return !sameEdits(edits, { ...found.edits, orientation: confirmed ? edits.orientation : found.edits.orientation });
}

/** Whether it stays out of what is sent, as it was made or will be. */
export function isLeftOut(page: PageView): boolean {
  return page.edits.keep === false || (page.edits.keep === null && page.removed);
}

export function needsOrientation(page: PageView): boolean {
  return page.found !== null && !page.found.orientation_sure && page.edits.orientation === null && !page.found.blank;
}

/** Whether its text is worth comparing with the paper; judged by the percentage a person is told. */
export const isUnclear = (found: PageReport): boolean => found.words > 0 && Math.round(found.mean_confidence * 100) < LOW_CONFIDENCE * 100;

/** What is worth a look on a page, by code; a question that was answered is none any more. */
export function warningsOf(page: PageView): string[] {
  const answered = { 'unsure-orientation': page.edits.orientation !== null, 'double-page': page.edits.quad !== null };
  return (page.found?.warnings ?? []).filter((code) => !(answered as Record<string, boolean>)[code]);
}

/** Where two pages meet on this one, if it looks so and nobody has said how it is cut. */
export const doubleOf = (page: PageView) => (page.edits.quad === null ? (page.found?.double ?? null) : null);

export function markOf(page: PageView, document: DocumentView | undefined): Mark {
  if (page.edits.keep === false) return 'removed';
  if (page.found?.blank && page.edits.keep === null) return 'blank';
  if (page.found?.separator && page.edits.keep === null) return 'separator';
  if (page.found === null) return document?.status === 'working' ? 'working' : document?.status === 'waiting' ? 'waiting' : 'ok';
  if (isStale(page)) return 'working';
  return needsOrientation(page) || isUnclear(page.found) || page.found.secrecy_mark != null || warningsOf(page).length > 0 ? 'look' : 'ok';
}
