import { untrack } from 'svelte';
import type { DossierLine, DossierPage, FindDoubt, Notice, State } from '../host/desk.gen';
import { asFault, type Fault } from '../host/host';
import type { DeskState } from '../state/desk.svelte';
import { Rereading } from './rereading';
import { dayText, folded } from './show';

export type View = 'all' | 'drafting' | 'waiting' | 'mine' | 'processing' | 'finished';

/** Which states each view shows. A dossier that needs the clerk stands under that view, wherever it came from. */
export const VIEWS: Record<View, readonly State[]> = {
  all: [],
  drafting: ['draft', 'ready'],
  waiting: ['queued', 'sending'],
  mine: ['needs_attention', 'packed', 'supplement_requested', 'payment_requested'],
  processing: ['registered', 'accepted', 'processing'],
  finished: ['rejected', 'withdrawn', 'stopped', 'done', 'returned'],
};

/** Small enough to be there at once; what follows is on its way before it is scrolled to. */
const FIRST = 60;
const NEXT = 200;
/** The most the program gives at a time. */
const LARGEST = 500;
const TYPING_MS = 150;

/** How near what is looked for lies: in the name of a person or the code, in what it is about, somewhere in it. */
function nearness({ applicant, code, title, procedure }: DossierLine, find: string): 0 | 1 | 2 {
  // Conditions (`trạng thái:…`) say nothing of where a word lies.
  const words = folded(find)
    .split(' ')
    .filter((word) => !word.includes(':'));
  const has = (...texts: (string | null)[]) => {
    const text = ` ${folded(texts.join(' '))}`;
    return words.every((word) => text.includes(` ${word}`) || text.includes(`-${word}`));
  };
  return has(applicant, code) ? 0 : has(applicant, code, title, procedure) ? 1 : 2;
}

/** What a list is of. */
interface Question {
  view: View;
  find: string;
}

/** The dossiers of this desk: those of a view, or what is looked for in it, as far as they were scrolled to. It outlives its screen,
 *  so that coming back is at once. */
export class DossierList {
  view = $state<View>('all');
  selected = $state<string>();
  /** What is looked for; empty shows all. */
  find = $state('');
  /** What the lines shown were found for; behind `find` while the answer is on its way. */
  foundFor = $state('');
  /** What of it was not understood. */
  doubts = $state.raw<readonly FindDoubt[]>([]);
  fault = $state<Fault>();
  /** An answer is on its way. */
  loading = $state(true);
  #lines = $state.raw<readonly DossierLine[]>([]);
  #shownView = $state<View>('all');
  #next = $state<number | null>(null);
  #total = $state<number | null>(null);
  /** Bytes at the hub, newer than what the lines say. */
  #sent = $state<Record<string, { sent: number; total: number }>>({});
  #run = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #again = new Rereading(() => this.read());

  constructor(readonly desk: DeskState) {}

  /** Begins, and reads again when something changed; gives the way to stop. */
  start(): () => void {
    const stop = this.desk.onNotice((notice) => this.#told(notice));
    $effect(() => {
      void this.view;
      untrack(() => void this.read());
    });
    // Days left were counted on the day they were read.
    let day: string | undefined;
    $effect(() => {
      const now = this.desk.standing && dayText(this.desk.standing.at);
      if (day !== undefined && now !== undefined && now !== day) this.#again.soon();
      day = now ?? day;
    });
    return () => {
      stop();
      clearTimeout(this.#typing);
      this.#again.stop();
      this.#run += 1;
    };
  }

  get lines(): readonly DossierLine[] {
    return this.#lines;
  }

  /** There are further ones than those read. */
  get goesOn(): boolean {
    return this.#next !== null;
  }

  /** The lines of the view; nothing of another one while they are on their way. */
  shown = $derived.by(() => (this.#shownView === this.view ? this.#lines : []));

  sent(line: DossierLine): { sent: number; total: number } | undefined {
    const live = this.#sent[line.id];
    if (live && line.state !== 'draft') return live;
    return line.outbox ? { sent: line.outbox.bytes_sent, total: line.outbox.bytes } : undefined;
  }

  /** How many stand in a view: of all dossiers, or of those that were found, where that is known. */
  count(view: View): number | undefined {
    if (this.foundFor !== '') {
      if (view !== this.#shownView) return undefined;
      return this.#total ?? (this.goesOn || this.loading ? undefined : this.#lines.length);
    }
    const states = VIEWS[view];
    const counts = this.desk.standing?.counts ?? {};
    if (states.length > 0) return states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /** Looks for what is being typed, once the typing rests. */
  look(find: string): void {
    this.find = find;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.read(), find === '' ? 0 : TYPING_MS);
  }

  /** Reads the list again as far as it was read, or begins another. An answer to an older question is dropped. */
  async read(): Promise<void> {
    const question = { view: this.view, find: this.find.trim() };
    // While it is the same question, the old lines stand until all new ones are known: nothing jumps.
    const quiet = question.find === this.foundFor && question.view === this.#shownView && this.#lines.length > 0;
    const wanted = quiet ? Math.max(FIRST, this.#lines.length) : FIRST;
    await this.#readUpTo(wanted, question, [], null, quiet);
  }

  /** Reads on, when what follows is nearly in sight. */
  async more(): Promise<void> {
    if (this.#next === null || this.loading) return;
    const question = { view: this.#shownView, find: this.foundFor };
    await this.#readUpTo(this.#lines.length + NEXT, question, this.#lines, this.#next, false);
  }

  async #readUpTo(wanted: number, question: Question, known: readonly DossierLine[], from: number | null, quiet: boolean): Promise<void> {
    const run = ++this.#run;
    this.loading = true;
    let [lines, before] = [known, from];
    try {
      do {
        // A page may be shorter than asked for and go on all the same.
        const limit = Math.min(LARGEST, Math.max(FIRST, wanted - lines.length));
        const states = [...VIEWS[question.view]];
        const page: DossierPage = await this.desk.host.call({ ask: 'dossier_list', limit, before, states, find: question.find }, 'dossiers');
        if (run !== this.#run) return;
        if (before === null) this.#total = page.total;
        // The nearest of each page first: what is read on comes below what is there.
        const { find } = question;
        lines = lines.concat(find === '' ? page.dossiers : [0, 1, 2].flatMap((near) => page.dossiers.filter((line) => nearness(line, find) === near)));
        before = page.next;
        this.doubts = page.doubts;
        if (!quiet && lines.length > 0) this.#show(lines, before, question);
      } while (before !== null && lines.length < wanted);
      this.#show(lines, before, question);
      this.fault = undefined;
    } catch (error) {
      if (run === this.#run) this.fault = asFault(error);
    }
    if (run === this.#run) this.loading = false;
  }

  #show(lines: readonly DossierLine[], next: number | null, question: Question): void {
    // The first list that can be worked with, for those who measure.
    if (this.#lines.length === 0 && lines.length > 0) performance.mark('list');
    this.#lines = lines;
    this.#next = next;
    this.#shownView = question.view;
    this.foundFor = question.find;
  }

  /** Whether it was found by what is in it, not by what a line of the list says. */
  isInside(line: DossierLine): boolean {
    return this.foundFor !== '' && nearness(line, this.foundFor) === 2;
  }

  #told(notice: Notice): void {
    if (notice.notice === 'sending') {
      this.#sent[notice.dossier] = { sent: notice.sent, total: notice.total };
    } else if (notice.notice === 'outbox' || notice.notice === 'news' || notice.notice === 'document') {
      if (notice.notice === 'outbox') this.#sent = {};
      this.#again.soon();
    }
  }
}
