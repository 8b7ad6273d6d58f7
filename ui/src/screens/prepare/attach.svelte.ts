import type { Fault as FaultData } from '../../host/desk.gen';
import { asFault, type Fault } from '../../host/host';
import type { SheetState } from '../../state/sheet.svelte';
import type { Place } from './checklist';

/** What is to be attached: files dropped, files to be chosen yet, the practice dossier's example, or something that brings its own way. */
type What = { files: string[] } | { run: () => Promise<void> } | 'choose' | 'example';

/** Papers come in: once for a dossier the clerk declares that no paper is a state secret, then files are chosen and taken. */
export class Attaching {
  /** What waits for the declaration. */
  asking = $state.raw<{ place: Place; what: What }>();
  /** Files being taken in. */
  busy = $state(0);
  /** Files that became one paper together: a person may have meant one each. */
  joined = $state(0);
  taken = $state(0);
  refused = $state.raw<readonly FaultData[]>([]);
  fault = $state<Fault>();
  #declared = false;
  /** The system's dialog is open; one is enough. */
  #choosing = false;

  constructor(
    readonly sheet: SheetState,
    readonly title: () => string,
  ) {}

  async begin(place: Place, what: What): Promise<void> {
    const dossier = this.sheet.view?.sheet.dossier;
    if (!dossier?.editable || this.busy > 0 || this.#choosing) return;
    if (!this.#declared && dossier.documents.length === 0) this.asking = { place, what };
    else await this.#take(place, what);
  }

  /** The clerk's word; what waited for it goes on. */
  async declare(): Promise<void> {
    const waiting = this.asking;
    this.asking = undefined;
    if (!waiting) return;
    this.#declared = true;
    await this.#take(waiting.place, waiting.what);
  }

  async #take({ component, row }: Place, what: What): Promise<void> {
    const { host } = this.sheet.desk;
    const dossier = this.sheet.id;
    [this.fault, this.refused, this.taken, this.joined] = [undefined, [], 0, 0];
    if (typeof what === 'object' && 'run' in what) {
      await what.run().catch((error: unknown) => (this.fault = asFault(error)));
      return;
    }
    this.#choosing = true;
    try {
      const files = what === 'choose' ? await host.chooseFiles(this.title()) : what === 'example' ? [] : what.files;
      if (what !== 'example' && files.length === 0) return;
      this.busy = Math.max(1, files.length);
      // Rows that were just added must be known before papers can belong to them.
      await this.sheet.flush();
      const attached =
        what === 'example'
          ? await host.call({ ask: 'dossier_attach_example', dossier, component }, 'attached')
          : await host.call({ ask: 'dossier_attach', dossier, component, row, files, as_is: false, later: true }, 'attached');
      this.refused = attached.refused;
      this.taken = attached.documents.length;
      const whole = attached.documents.filter((document) => document.sealed).length;
      const together = files.length - attached.refused.length - whole;
      if (together > 1 && attached.documents.length > whole) this.joined = together;
      this.sheet.desk.saved();
    } catch (error) {
      this.fault = asFault(error);
    } finally {
      this.#choosing = false;
      this.busy = 0;
      this.sheet.desk.look();
      await this.sheet.read();
    }
  }
}
