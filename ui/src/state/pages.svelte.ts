import { SvelteSet } from 'svelte/reactivity';
import type { DocumentView, Notice, PageEdits, PageView } from '../host/desk.gen';
import { asFault, type Fault } from '../host/host';
import type { DeskState, UndoState } from './desk.svelte';

const SETTLE_MS = 120;

export type Mark = 'ok' | 'look' | 'blank' | 'removed' | 'separator' | 'working' | 'waiting';

/** Below this share of certainty a page's text is worth comparing with the paper. */
export const LOW_CONFIDENCE = 0.8;

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
    if (notice.notice !== 'document' || notice.document !== this.document) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.read(), SETTLE_MS);
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
    return this.#edit(undo, said, (page) => ({ ...page.edits, orientation: (orientationOf(page) - degrees + 720) % 360 }));
  }

  /** The person says that the page stands as it should. */
  confirmTurn(undo: UndoState, said: (pages: number) => string): Promise<void> {
    return this.#edit(undo, said, (page) => ({ ...page.edits, orientation: orientationOf(page) }));
  }

  keep(undo: UndoState, keep: boolean, said: (pages: number) => string): Promise<void> {
    return this.#edit(undo, said, (page) => ({ ...page.edits, keep }));
  }

  async #edit(undo: UndoState, said: (pages: number) => string, decided: (page: PageView) => PageEdits): Promise<void> {
    const edits = this.targets
      .map((page) => ({ page: page.id ?? '', before: page.edits, after: decided(page) }))
      .filter(({ before, after }) => before.orientation !== after.orientation || before.keep !== after.keep);
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
    try {
      await this.#whileDeciding(() => undo.perform({ text: said(edits.length), redo: () => give('after'), undo: () => give('before') }));
    } catch (error) {
      this.fault = asFault(error);
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

/** Whether it is on its way of being made again, for a person decided otherwise since. That it stands right asks for nothing. */
export function isStale({ edits, found }: PageView): boolean {
  if (found === null) return false;
  const turned = edits.orientation !== found.edits.orientation && edits.orientation !== found.orientation;
  return turned || edits.keep !== found.edits.keep;
}

/** Whether it stays out of what is sent, as it was made or will be. */
export function isLeftOut(page: PageView): boolean {
  return page.edits.keep === false || (page.edits.keep === null && page.removed);
}

export function needsOrientation(page: PageView): boolean {
  return page.found !== null && !page.found.orientation_sure && page.edits.orientation === null && !page.found.blank;
}

/** What is worth a look on a page, by code; a question that was answered is none any more. */
export function warningsOf(page: PageView): string[] {
  return (page.found?.warnings ?? []).filter((code) => code !== 'unsure-orientation' || page.edits.orientation === null);
}

export function markOf(page: PageView, document: DocumentView | undefined): Mark {
  if (page.edits.keep === false) return 'removed';
  if (page.found?.blank && page.edits.keep === null) return 'blank';
  if (page.found?.separator && page.edits.keep === null) return 'separator';
  if (page.found === null) return document?.status === 'working' ? 'working' : document?.status === 'waiting' ? 'waiting' : 'ok';
  if (isStale(page)) return 'working';
  const doubtful = page.found.words > 0 && page.found.mean_confidence < LOW_CONFIDENCE;
  return needsOrientation(page) || doubtful || page.found.secrecy_mark != null || warningsOf(page).length > 0 ? 'look' : 'ok';
}
