import type { PageView, WordEdit, WordView } from '../host/desk.gen';
import { asFault, type Fault } from '../host/host';
import type { UndoState } from './desk.svelte';
import type { PagesState } from './pages.svelte';

/** The words worth a look, one after another, page by page; and what a person says of them. */
export class DoubtsState {
  /** The walk is on. */
  on = $state(false);
  /** No word is left. */
  over = $state(false);
  loading = $state(false);
  fault = $state<Fault>();
  words = $state.raw<readonly WordView[]>([]);
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
    [this.on, this.over] = [true, false];
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
    [this.on, this.over, this.at, this.words, this.#of] = [false, false, undefined, [], undefined];
  }

  /** The words of the page that is looked at, as they stand now. */
  async read(): Promise<void> {
    const page = this.pages.current;
    const key = keyOf(page);
    if (page?.id == null) return void ([this.words, this.#of] = [[], key]);
    this.loading = true;
    try {
      const words = await this.pages.desk.host.call({ ask: 'page_words', document: this.pages.document, page: page.id }, 'words');
      if (key !== keyOf(this.pages.current)) return;
      [this.words, this.#of, this.fault] = [words, key, undefined];
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
    // In sight at once.
    this.words = this.words.map((each) => (each === word ? { ...each, text: told.text, told: true, doubt: null } : each));
    const edited = this.pages.edit(undo, () => said, ({ edits }) => ({ ...edits, words: [...edits.words.filter((edit) => !isAt(edit, word.at)), told] }), [page]);
    const walked = this.walk();
    await Promise.all([edited, walked]);
  }
}

const isAt = (word: { at: readonly number[] }, at: readonly number[]): boolean => word.at[0] === at[0] && word.at[1] === at[1];

/** Words change with what made the page and with what was said of them. */
const keyOf = (page: PageView | undefined): string => `${page?.id} ${page?.made?.blob} ${page?.made?.frame}`;
