import { SvelteSet } from 'svelte/reactivity';
import type { ComponentPlace, DocumentView, Notice, PageColour, PageEdits, PageReport, PagesOf, PageView, WordEdit } from '../host/desk.gen';
import { asFault, type Fault } from '../host/host';
import type { DeskState, Undoable, UndoState } from './desk.svelte';

const SETTLE_MS = 120;
/** While a stack is digitised, what is found is looked at this often. */
const FOLLOW_MS = 1500;

export type Mark = 'ok' | 'look' | 'blank' | 'removed' | 'separator' | 'working' | 'waiting';

/** Below this share of certainty a page's text is worth comparing with the paper. */
const LOW_CONFIDENCE = 0.8;

/** What a person decided, as a change of whatever the pages are like when its turn comes; the same pages stay the same objects. */
type Decision = (pages: readonly Leaf[]) => readonly Leaf[];

/** A page and the document it belongs to. */
export interface Leaf extends PageView {
  document: string;
}

/** Where pages are moved: a document that is there, or a new one of a component. */
export type Target = { document: string } | { place: ComponentPlace };

/** The pages of one document, or of several after one another, which one is looked at, and what a person decides about them. */
export class PagesState {
  /** As they are seen: as the program has them, and what was decided and is still waiting for its turn. */
  pages = $state.raw<readonly Leaf[]>([]);
  loaded = $state(false);
  /** Why they could not be read. */
  fault = $state<Fault>();
  /** Why what was decided last was not done; it stays to be read, whatever is read from the program meanwhile. */
  refused = $state<Fault>();
  /** The page that is looked at, from 0. */
  at = $state(0);
  /** Further pages the next act is for; positions. */
  readonly chosen = new SvelteSet<number>();
  #settling: ReturnType<typeof setTimeout> | undefined;
  #anchor = 0;
  /** The presses of Ctrl+Z there had been when the person last went to a page. */
  #went = 0;
  #undo: UndoState | undefined;
  #asked = 0;
  /** Decisions on their way: what is read meanwhile may not know them yet. */
  #deciding = 0;
  /** As the program has them, after what was done last. */
  #kept: readonly Leaf[] = [];
  /**
   * What was decided and waits for its turn, in order. A key changes what those before it will have made of the page, never what
   * was in sight at some instant: then none undoes another, however slow the program is.
   */
  #ahead: readonly Decision[] = [];

  readonly #documents: () => readonly string[];

  constructor(
    readonly desk: DeskState,
    documents: string | (() => readonly string[]),
  ) {
    this.#documents = typeof documents === 'string' ? () => [documents] : documents;
  }

  /** No derived value: steps that are taken back after their screen is gone ask for it too. */
  get current(): Leaf | undefined {
    return this.pages[this.at];
  }

  start(): () => void {
    void this.read();
    const stop = this.desk.onNotice((notice) => this.#told(notice));
    return () => {
      stop();
      clearTimeout(this.#settling);
    };
  }

  #told(notice: Notice): void {
    if ((notice.notice !== 'document' && notice.notice !== 'digitising') || !this.#documents().includes(notice.document)) return;
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
      const of = async (document: string) => {
        const pages = await this.desk.host.call({ ask: 'document_pages', document }, 'pages');
        return pages.map((page): Leaf => ({ ...page, document }));
      };
      const pages = await Promise.all(this.#documents().map(of));
      if (turn !== this.#asked || this.#deciding > 0) return;
      this.#kept = pages.flat();
      this.#show();
      this.fault = undefined;
    } catch (error) {
      if (turn === this.#asked) this.fault = asFault(error);
    }
    this.loaded = true;
  }

  /** Shows what the program has and what was decided since. What is looked at and chosen stays so, wherever it stands now. */
  #show(): void {
    const [at, before] = [this.current?.id, this.pages];
    const chosen = new Set(before.filter((_, index) => this.chosen.has(index)).map((page) => page.id));
    this.pages = this.#ahead.reduce((pages, decide) => decide(pages), this.#kept);
    const places = new Map(this.pages.map((page, index) => [page.id, index]));
    this.at = (at == null ? undefined : places.get(at)) ?? Math.min(this.at, Math.max(0, this.pages.length - 1));
    if (chosen.size === 0 || this.pages.every((page, index) => page.id === before[index]?.id)) return;
    this.chosen.clear();
    for (const id of chosen) {
      const place = id === null ? undefined : places.get(id);
      if (place !== undefined) this.chosen.add(place);
    }
  }

  /** Looks at another page; with `extend` all pages on the way are chosen, of those in sight. */
  go(to: number, extend = false, sight: Iterable<number> = this.pages.keys()): void {
    if (this.pages.length === 0) return;
    this.#went = this.#undo?.presses ?? 0;
    this.at = Math.min(this.pages.length - 1, Math.max(0, to));
    if (!extend) {
      this.#anchor = this.at;
      return;
    }
    this.chosen.clear();
    const [from, until] = [Math.min(this.#anchor, this.at), Math.max(this.#anchor, this.at)];
    for (const page of sight) if (page >= from && page <= until) this.chosen.add(page);
  }

  toggle(page: number): void {
    if (!this.chosen.delete(page)) this.chosen.add(page);
    this.#anchor = page;
  }

  chooseAll(sight: Iterable<number> = this.pages.keys()): void {
    for (const index of sight) this.chosen.add(index);
  }

  /** What the next act is for: the chosen pages, or the one that is looked at. */
  get targets(): Leaf[] {
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

  /** The person says how far what is seen of one page is to be turned clockwise, also where that is not at all. */
  stand(undo: UndoState, page: Leaf, degrees: 0 | 90 | 180 | 270, text: string): Promise<void> {
    return this.edit(undo, () => text, (page) => ({ ...page.edits, orientation: (orientationOf(page) - degrees + 360) % 360 }), [page]);
  }

  keep(undo: UndoState, keep: boolean, said: (pages: number) => string): Promise<void> {
    return this.edit(undo, said, (page) => ({ ...page.edits, keep }));
  }

  darken(undo: UndoState, by: 1 | -1, said: (pages: number) => string): Promise<void> {
    return this.edit(undo, said, (page) => ifDrawn(page, { ...page.edits, darker: Math.min(MAX_DARKER, Math.max(-MAX_DARKER, page.edits.darker + by)) }));
  }

  colour(undo: UndoState, colour: PageColour | null, said: (pages: number) => string): Promise<void> {
    return this.edit(undo, said, (page) => ifDrawn(page, { ...page.edits, colour }));
  }

  /** As if nobody had decided anything. */
  reset(undo: UndoState, said: (pages: number) => string): Promise<void> {
    return this.edit(undo, said, () => NO_EDITS);
  }

  /** Decides something about the pages the act is for; of those of which nothing changes nothing is said. */
  async edit(undo: UndoState, said: (pages: number) => string, decided: (page: PageView) => PageEdits, targets = this.targets): Promise<void> {
    const ids = new Set(targets.map((page) => page.id));
    const decision: Decision = (pages) =>
      pages.map((page) => {
        const edits = ids.has(page.id) ? decided(page) : page.edits;
        return sameEdits(edits, page.edits) ? page : { ...page, edits };
      });
    const count = changes(this.pages, decision(this.pages)).length;
    if (count === 0) return;
    this.chosen.clear();
    /** What it came to in its turn. */
    let edits: ReturnType<typeof changes> | undefined;
    const give = (which: 'before' | 'after', press?: number) =>
      this.#whileDeciding(async () => {
        edits ??= changes(this.#kept, decision(this.#kept));
        const given = new Map(edits.map((edit) => [edit.page, edit[which]]));
        if (given.size > 0) await this.desk.host.call({ ask: 'pages_edit', pages: [...given].map(([page, edits]) => ({ page, edits })) }, 'done');
        this.#done(decision, (pages) => pages.map((page) => ({ ...page, edits: given.get(page.id ?? '') ?? page.edits })));
        // What was taken back, or done again, is looked at; not where the person has gone on to another page since the key.
        if (press !== undefined && this.#went < press && !given.has(this.current?.id ?? '')) this.at = Math.max(0, this.pages.findIndex((page) => given.has(page.id ?? '')));
      });
    await this.#perform(undo, { text: said(count), redo: (press) => give('after', press), undo: (press) => give('before', press) }, decision);
  }

  /** Moves the pages the act is for, together, one place on or back in their paper. */
  async move(undo: UndoState, by: 1 | -1, said: (pages: number) => string): Promise<void> {
    const moving = new Set(this.targets.map((page) => page.id));
    const moved = (order: string[]) => {
      const others = order.filter((id) => !moving.has(id));
      const first = order.findIndex((id) => moving.has(id));
      if (first < 0) return order;
      const to = Math.min(others.length, Math.max(0, first + by));
      return [...others.slice(0, to), ...order.filter((id) => moving.has(id)), ...others.slice(to)];
    };
    await this.#reorder(undo, moved, said(moving.size));
  }

  /** Puts one page where another of its paper stands. */
  async put(undo: UndoState, from: number, to: number, said: (pages: number) => string): Promise<void> {
    const [id, place] = [this.pages[from]?.id, this.pages[to]?.id];
    if (id == null || place == null || id === place) return;
    const moved = (order: string[]) => {
      if (!order.includes(id) || !order.includes(place)) return order;
      const others = order.filter((each) => each !== id);
      // Before it or behind it, as the page comes from behind or before.
      const at = others.indexOf(place) + (order.indexOf(id) < order.indexOf(place) ? 1 : 0);
      return [...others.slice(0, at), id, ...others.slice(at)];
    };
    await this.#reorder(undo, moved, said(1));
  }

  async #reorder(undo: UndoState, moved: (order: string[]) => string[], text: string): Promise<void> {
    const decision: Decision = (pages) => {
      const known = new Map(pages.map((page) => [page.id, page]));
      return this.#documents().flatMap((document) => {
        const ids = idsOf(pages, document);
        return ids.includes('') ? pages.filter((page) => page.document === document) : moved(ids).flatMap((id) => known.get(id) ?? []);
      });
    };
    const plan = (pages: readonly Leaf[]): [PagesOf[], PagesOf[]] => {
      const after = decision(pages);
      const changed = this.#documents().filter((document) => idsOf(pages, document).join() !== idsOf(after, document).join());
      const of = (pages: readonly Leaf[]) => changed.map((document) => ({ document, place: null, pages: idsOf(pages, document) }));
      return [of(pages), of(after)];
    };
    if (plan(this.pages)[0].length > 0) await this.#arrange(undo, text, () => plan(this.#kept), decision);
  }

  /** Moves the pages the act is for behind those of another paper, or into a new one. A paper left without pages is put away. */
  async moveTo(undo: UndoState, target: Target, text: string): Promise<void> {
    const moving = new Set(this.targets.map((page) => page.id ?? ''));
    const there = 'document' in target ? target.document : null;
    const plan = (pages: readonly Leaf[]): [PagesOf[], PagesOf[]] => {
      const moved = pages.filter((page) => moving.has(page.id ?? ''));
      const known = [...new Set([...moved.map((page) => page.document), ...(there === null ? [] : [there])])];
      const before = known.map((document) => ({ document, place: null, pages: idsOf(pages, document) }));
      const left = before.map((each) => ({ ...each, pages: each.pages.filter((id) => !moving.has(id)) }));
      const ids = moved.map((page) => page.id ?? '');
      if ('place' in target) return [before, [...left, { document: null, place: target.place, pages: ids }]];
      return [before, left.map((each) => (each.document === there ? { ...each, pages: [...each.pages, ...ids] } : each))];
    };
    if (moving.size === 0) return;
    this.chosen.clear();
    await this.#arrange(undo, text, () => plan(this.#kept));
  }

  /** Has pages stand otherwise among documents; gives the documents of `after`, those that were made with their new ids, or nothing where it was refused. */
  arrange(undo: UndoState, text: string, before: PagesOf[], after: PagesOf[]): Promise<string[] | undefined> {
    return this.#arrange(undo, text, () => [before, after]);
  }

  /** `plan`: how they stand and are to stand, asked for when its turn comes. */
  async #arrange(undo: UndoState, text: string, plan: () => [PagesOf[], PagesOf[]], decision?: Decision): Promise<string[] | undefined> {
    let planned: [PagesOf[], PagesOf[]] | undefined;
    const give = (which: 0 | 1) =>
      this.#whileDeciding(async () => {
        let [from, to] = (planned ??= plan());
        const ids = await this.desk.host.call({ ask: 'pages_arrange', documents: which === 0 ? from : to }, 'arranged');
        if (which === 1) {
          // Done again, it is the same document; taken back, it is left without pages.
          to = to.map((each, index) => ({ ...each, document: ids[index] ?? each.document }));
          const known = new Set(from.map((each) => each.document));
          from = [...from, ...to.filter((each) => !known.has(each.document)).map((each) => ({ ...each, pages: [] }))];
          planned = [from, to];
        }
        const stand = new Map((which === 0 ? from : to).map((each) => [each.document, each.pages]));
        this.#done(decision, (pages) => {
          const known = new Map(pages.map((page) => [page.id, page]));
          const leaf = (id: string, document: string): Leaf[] => [known.get(id)].flatMap((page) => (page ? { ...page, document } : []));
          return this.#documents().flatMap((document) => stand.get(document)?.flatMap((id) => leaf(id, document)) ?? pages.filter((page) => page.document === document));
        });
      });
    if (!(await this.#perform(undo, { text, redo: () => give(1), undo: () => give(0) }, decision))) return undefined;
    return planned?.[1].flatMap((each) => each.document ?? []) ?? [];
  }

  /** Makes two pages of the one that is looked at. */
  async divide(undo: UndoState, [first, second]: [PageEdits, PageEdits], text: string): Promise<void> {
    const page = this.current;
    if (page?.id == null) return;
    const id = page.id;
    let before: PageEdits | undefined;
    let other: string | null = null;
    const redo = () =>
      this.#whileDeciding(async () => {
        before ??= this.#kept.find((each) => each.id === id)?.edits ?? page.edits;
        other = await this.desk.host.call({ ask: 'page_divide', first: { page: id, edits: first }, second, second_id: other }, 'page');
        this.desk.saved();
      });
    const back = () =>
      this.#whileDeciding(async () => {
        if (other !== null) await this.desk.host.call({ ask: 'pages_unite', first: { page: id, edits: before ?? page.edits }, page: other }, 'done');
        this.desk.saved();
      });
    await this.#perform(undo, { text, redo, undo: back });
  }

  /** The program has it: what waited is no longer ahead. */
  #done(decision: Decision | undefined, kept: Decision): void {
    this.#ahead = this.#ahead.filter((each) => each !== decision);
    this.#kept = kept(this.#kept);
    this.#show();
    this.desk.saved();
  }

  /** Does it in its turn, and tells whether it was done; what it decides is in sight from the key on, so that the next key goes on from there. */
  async #perform(undo: UndoState, step: Undoable, decision?: Decision): Promise<boolean> {
    [this.#undo, this.refused] = [undo, undefined];
    if (decision !== undefined) {
      this.#ahead = [...this.#ahead, decision];
      this.#show();
    }
    try {
      // From the key on, not only from its turn on: what is read while it waits would take away what is in sight already.
      await this.#whileDeciding(() => undo.perform(step));
      return true;
    } catch (error) {
      this.#ahead = this.#ahead.filter((each) => each !== decision);
      this.#show();
      this.refused = asFault(error);
      return false;
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

/** A page that brings its own text is passed on as it is. */
const ifDrawn = (page: PageView, edits: PageEdits): PageEdits => (page.found?.born_digital ? page.edits : edits);

/** Clockwise quarter-turns of the content as it came in, as a person said or as was found. */
export function orientationOf(page: PageView): number {
  return page.edits.orientation ?? page.found?.orientation ?? 0;
}

/** On what the words of a finished page stand: where it is made otherwise, they stand elsewhere. */
export const groundOf = (found: PageReport | null): string => JSON.stringify(found && [found.kept, found.orientation, found.quad, found.skew_deg]);

/** What a page is that nobody decided anything about. */
export const NO_EDITS: PageEdits = { orientation: null, keep: null, quad: null, skew_deg: null, colour: null, darker: 0, words: [] };
/** So many steps darker or lighter. */
export const MAX_DARKER = 4;

const idsOf = (pages: readonly Leaf[], document: string): string[] => pages.filter((page) => page.document === document).map((page) => page.id ?? '');

/** What is decided otherwise on one side than on the other, page by page. */
const changes = (before: readonly PageView[], after: readonly PageView[]) =>
  before.flatMap((page, index) => {
    const then = after[index]?.edits ?? page.edits;
    return page.id === null || sameEdits(then, page.edits) ? [] : [{ page: page.id, before: page.edits, after: then }];
  });

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

/** Whether a person is asked how it stands. */
export const isAsked = (page: PageView): boolean => page.id !== null && needsOrientation(page) && !isLeftOut(page);

/** Whether its text is worth comparing with the paper; judged by the percentage a person is told. */
export const isUnclear = (found: PageReport): boolean => found.words > 0 && Math.round(found.mean_confidence * 100) < LOW_CONFIDENCE * 100;

export const isAt = (word: { at: readonly number[] }, at: readonly number[]): boolean => word.at[0] === at[0] && word.at[1] === at[1];
export const isSameWord = (one: WordEdit, other: WordEdit): boolean => isAt(one, other.at) && one.text === other.text;

/** What was said of words of this page that were not found again when it was made, and is still said. */
export const lostWords = (page: PageView): WordEdit[] => (page.found?.lost_words ?? []).filter((edit) => page.edits.words.some((each) => isSameWord(each, edit)));

/** What is worth a look on a page, by code; a question that was answered is none any more. */
export function warningsOf(page: PageView): string[] {
  const answered = { 'unsure-orientation': page.edits.orientation !== null, 'double-page': page.edits.quad !== null };
  return (page.found?.warnings ?? []).filter((code) => !(answered as Record<string, boolean>)[code]);
}

/** Where two pages meet on this one, if it looks so, nobody has said how it is cut, and it stands as it stood when that was found. */
export const doubleOf = ({ edits, found }: PageView) => (edits.quad === null && (edits.orientation ?? found?.orientation) === found?.orientation ? (found?.double ?? null) : null);

export function markOf(page: PageView, document: DocumentView | undefined): Mark {
  if (page.edits.keep === false) return 'removed';
  if (page.found?.blank && page.edits.keep === null) return 'blank';
  if (page.found?.separator && page.edits.keep === null) return 'separator';
  if (page.found === null) return document?.status === 'working' ? 'working' : document?.status === 'waiting' ? 'waiting' : 'ok';
  if (isStale(page)) return 'working';
  return needsOrientation(page) || isUnclear(page.found) || page.found.secrecy_mark != null || lostWords(page).length > 0 || warningsOf(page).length > 0 ? 'look' : 'ok';
}
