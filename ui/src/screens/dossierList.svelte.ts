import type { DossierLine, DossierPage, Notice, State } from '../host/desk.gen';
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

/** Small enough to be there at once, then large enough to be done soon. */
const FIRST = 60;
const NEXT = 500;
const TYPING_MS = 150;

/** How near what is looked for lies: in the name of a person or the code, in what it is about, somewhere in it. */
function nearness({ applicant, code, title, procedure }: DossierLine, find: string): 0 | 1 | 2 {
  const words = folded(find).split(' ');
  const has = (...texts: (string | null)[]) => {
    const text = ` ${folded(texts.join(' '))}`;
    return words.every((word) => text.includes(` ${word}`) || text.includes(`-${word}`));
  };
  return has(applicant, code) ? 0 : has(applicant, code, title, procedure) ? 1 : 2;
}

/** The dossiers of this desk, read page by page in the background. It outlives its screen, so that coming back is at once. */
export class DossierList {
  view = $state<View>('all');
  selected = $state<string>();
  /** What is looked for; empty shows all. */
  find = $state('');
  /** What the lines shown were found for; behind `find` while the answer is on its way. */
  foundFor = $state('');
  fault = $state<Fault>();
  /** More pages are still on their way. */
  loading = $state(true);
  #lines = $state.raw<readonly DossierLine[]>([]);
  /** Bytes at the hub, newer than what the lines say. */
  #sent = $state<Record<string, { sent: number; total: number }>>({});
  #run = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #again = new Rereading(() => this.read());

  constructor(readonly desk: DeskState) {}

  /** Begins, and reads again when something changed; gives the way to stop. */
  start(): () => void {
    void this.read();
    const stop = this.desk.onNotice((notice) => this.#told(notice));
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

  shown = $derived.by(() => {
    const states = VIEWS[this.view];
    return states.length === 0 ? this.#lines : this.#lines.filter((line) => states.includes(line.state));
  });

  sent(line: DossierLine): { sent: number; total: number } | undefined {
    const live = this.#sent[line.id];
    if (live && line.state !== 'draft') return live;
    return line.outbox ? { sent: line.outbox.bytes_sent, total: line.outbox.bytes } : undefined;
  }

  /** How many stand in a view: of all dossiers, or of those that were found. */
  count(view: View): number {
    const states = VIEWS[view];
    if (this.foundFor !== '') {
      return states.length === 0 ? this.#lines.length : this.#lines.filter((line) => states.includes(line.state)).length;
    }
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

  /** Reads all again, or what is looked for. An answer to an older question is dropped. */
  async read(): Promise<void> {
    const run = ++this.#run;
    const find = this.find.trim();
    this.loading = true;
    // While it is the same question, the old lines stand until all new ones are known: nothing jumps.
    const quiet = find === this.foundFor && this.#lines.length > 0;
    let lines: DossierLine[] = [];
    try {
      let before: number | null = null;
      do {
        const limit: number = lines.length === 0 && !quiet ? FIRST : NEXT;
        const page: DossierPage = await this.desk.host.call({ ask: 'dossier_list', limit, before, states: [], find }, 'dossiers');
        if (run !== this.#run) return;
        lines = lines.concat(page.dossiers);
        before = page.next;
        if (!quiet) this.#show(lines, find);
      } while (before !== null);
      this.#show(lines, find);
      this.fault = undefined;
    } catch (error) {
      if (run === this.#run) this.fault = asFault(error);
    }
    if (run === this.#run) this.loading = false;
  }

  #show(lines: readonly DossierLine[], find: string): void {
    // The first list that can be worked with, for those who measure.
    if (this.#lines.length === 0 && lines.length > 0) performance.mark('list');
    this.#lines = find === '' ? lines : [0, 1, 2].flatMap((near) => lines.filter((line) => nearness(line, find) === near));
    this.foundFor = find;
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
