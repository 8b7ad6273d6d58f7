import type { PageView, WordEdit, WordView } from '../host/desk.gen';
import { asFault, type Fault } from '../host/host';
import type { UndoState } from './desk.svelte';
import { isAt, isSameWord, lostWords, type PagesState } from './pages.svelte';

/** The words worth a look, one after another, page by page; and what a person says of them. */
export class DoubtsState {
  /** The walk is on. */
  on = $state(false);
  /** No word is left. */
  over = $state(false);
  loading = $state(false);
  fault = $state<Fault>();
  words = $state.raw<readonly WordView[]>([]);
  /** A correction whose word is not to be found any more: it is said of which word it is. */
  again = $state.raw<WordEdit>();
  /** Where the word stands that is looked at; source pixels. */
  at = $state.raw<readonly number[]>();
  readonly left = $derived(this.words.filter((word) => word.doubt !== null));
  readonly current = $derived(this.at && this.words.find((word) => isAt(word, this.at!)));
  /** The page whose words these are. */
  #of = $state<string>();

  constructor(readonly pages: PagesState) {}

  /** Goes to the next word worth a look, or with `back` to the one before; over pages, until there is none. */
  async walk(back = false): Promise<void> {
    if (this.loading) return;
    [this.on, this.over, this.again] = [true, false, undefined];
    const order = back ? this.words.toReversed() : this.words;
    const here = order.findIndex((word) => word === this.current);
    const next = this.#of === keyOf(this.pages.current) ? order.slice(here + 1).find((word) => word.doubt !== null) : undefined;
    if (next) return void (this.at = next.at);
    const start = this.pages.at;
    const from = this.#of === keyOf(this.pages.current) && this.at !== undefined ? 1 : 0;
    const pages = this.pages.pages;
    for (let away = from; away < pages.length + from; away += 1) {
      const to = (start + (back ? -away : away) + pages.length * 2) % pages.length;
      const page = pages[to];
      if (!page || page.id === null || (page.found?.doubts ?? 0) === 0 || page.edits.keep === false) continue;
      this.pages.go(to);
      await this.read();
      // Closed meanwhile: nobody is led anywhere any more.
      if (this.fault || !this.on) return;
      const word = back ? this.left.at(-1) : this.left[0];
      if (word) return void (this.at = word.at);
    }
    [this.at, this.over] = [undefined, true];
  }

  close(): void {
    [this.on, this.over, this.at, this.words, this.again, this.#of] = [false, false, undefined, [], undefined, undefined];
  }

  /** Takes up a correction that lost its word, beginning with the word nearest to where that stood. */
  async giveAgain(edit: WordEdit): Promise<void> {
    [this.on, this.over, this.again, this.at] = [true, false, edit, undefined];
    await this.read();
    if (this.again !== edit) return;
    const away = (word: WordView) => Math.hypot((word.at[0] ?? 0) - (edit.at[0] ?? 0), (word.at[1] ?? 0) - (edit.at[1] ?? 0));
    this.at = this.words.toSorted((a, b) => away(a) - away(b))[0]?.at;
  }

  /** To the word beside the one that is looked at, in reading order, whether worth a look or not. */
  step(by: 1 | -1): void {
    const here = this.words.findIndex((word) => word === this.current);
    this.at = this.words[Math.min(this.words.length - 1, Math.max(0, here + by))]?.at ?? this.at;
  }

  /** A correction that lost its word is wanted no more. */
  async forget(undo: UndoState, edit: WordEdit, said: string): Promise<void> {
    const page = this.pages.current;
    if (page) await this.pages.edit(undo, () => said, ({ edits }) => ({ ...edits, words: edits.words.filter((each) => !isSameWord(each, edit)) }), [page]);
  }

  /** The words of the page that is looked at, as they stand now; where it is made again meanwhile, those it has then. */
  async read(): Promise<void> {
    this.loading = true;
    try {
      let key: string;
      do {
        const page = this.pages.current;
        key = keyOf(page);
        const words = page?.id == null ? [] : await this.pages.desk.host.call({ ask: 'page_words', document: page.document, page: page.id }, 'words');
        [this.words, this.#of, this.fault] = [words, key, undefined];
      } while (key !== keyOf(this.pages.current));
    } catch (error) {
      this.fault = asFault(error);
    } finally {
      this.loading = false;
    }
  }

  /** Whether the words at hand are those of the page as it is looked at. */
  get isOfPage(): boolean {
    return this.#of === keyOf(this.pages.current);
  }

  /** Says what the word is, nothing where there is none, and goes on. */
  async say(undo: UndoState, text: string, said: string): Promise<void> {
    const [word, page] = [this.current, this.pages.current];
    if (!word || !page) return;
    const told: WordEdit = { at: word.at, text: text.trim().normalize('NFC') };
    const again = this.again;
    // In sight at once.
    this.words = this.words.map((each) => (each === word ? { ...each, text: told.text, told: true, doubt: null } : each));
    const others = (edits: readonly WordEdit[]) => edits.filter((edit) => !isAt(edit, word.at) && !(again && isSameWord(edit, again)));
    const edited = this.pages.edit(undo, () => said, ({ edits }) => ({ ...edits, words: [...others(edits.words), told] }), [page]);
    const next = again && lostWords(page).find((edit) => !isSameWord(edit, again));
    if (next) await this.giveAgain(next);
    else if (again) this.close();
    else await this.walk();
    await edited;
  }
}

/** Words change with what made the page and with what was said of them. */
const keyOf = (page: PageView | undefined): string => `${page?.id} ${page?.made?.blob} ${page?.made?.frame}`;
