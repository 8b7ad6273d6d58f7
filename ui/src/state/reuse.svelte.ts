import { asker } from '../host/ask';
import type { EarlierPaper } from '../host/desk.gen';
import type { UndoState } from './desk.svelte';
import type { SheetState } from './sheet.svelte';

/** What came of papers and answers is looked at so long after the last change. */
const SETTLE_MS = 250;

/** Asks about papers of earlier dossiers. */
const askReuse = asker('reuse');

/** Papers of earlier dossiers that would serve in this one. */
export class ReuseState {
  offered = $state.raw<readonly EarlierPaper[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(readonly sheet: SheetState) {}

  for(component: string): readonly EarlierPaper[] {
    return this.offered.filter((paper) => paper.component === component);
  }

  lookSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.look(), SETTLE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
  }

  /** Looks again; what cannot be had is no fault of the dossier's. */
  async look(): Promise<void> {
    const turn = ++this.#turn;
    const found = await askReuse(this.sheet.desk.host, { do: 'offered', dossier: this.sheet.id }, 'offered').catch(() => undefined);
    if (found && turn === this.#turn) this.offered = found;
  }

  /** Takes one over, as a step that can be taken back. Throws a `Fault`. */
  async take(paper: EarlierPaper, undo: UndoState, text: string): Promise<void> {
    const { desk, id } = this.sheet;
    let taken: string | undefined;
    const after = async () => {
      desk.saved();
      await Promise.all([this.sheet.read(), desk.refresh()]);
      await this.look();
    };
    await undo.perform({
      text,
      redo: async () => {
        if (taken === undefined) {
          // Answers that were just typed say whose papers they are.
          await this.sheet.flush();
          const { component, document, expired } = paper;
          taken = (await askReuse(desk.host, { do: 'take', dossier: id, component, document, expired }, 'taken')).id;
        } else {
          await desk.host.call({ ask: 'document_restore', document: taken }, 'done');
        }
        await after();
      },
      undo: async () => {
        if (taken !== undefined) await desk.host.call({ ask: 'document_discard', document: taken }, 'done');
        await after();
      },
    });
  }
}
