import type { AlikeLine, FieldState, FillingAnswer, FillingRequest, Finding, Offer, PersonView, Suggestion } from '../host/desk.gen';
import { asker } from '../host/ask';
import { asFault, type Fault } from '../host/host';
import type { SheetState } from './sheet.svelte';

/** What came of papers is looked at so long after the last change. */
const SETTLE_MS = 200;

/** Asks about filling in. */
export const askFilling = asker('filling');

/** What is offered for the form of one dossier. */
export class FillingState<Value = unknown> {
  suggestions = $state.raw<readonly Suggestion[]>([]);
  alike = $state.raw<readonly AlikeLine[]>([]);
  /** What a scanned card would fill in, with its code; nothing of it is kept. */
  scanned = $state.raw<{ suggestion: Suggestion; code: string }>();
  fault = $state<Fault>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(readonly sheet: SheetState<Value>) {}

  /** For fields one by one, by field. */
  readonly byField = $derived(new Map(this.suggestions.filter(({ whose }) => whose.length === 0).map((it) => [it.values[0]?.field ?? '', it])));
  /** For somebody as a whole. */
  readonly sets = $derived(this.suggestions.filter(({ whose, values }) => whose.length > 0 && values.length > 0));

  lookSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.look(), SETTLE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
  }

  #ask<Is extends FillingAnswer['is']>(what: FillingRequest, expects: Is) {
    return askFilling(this.sheet.desk.host, what, expects);
  }

  /** Looks again; what cannot be had is no fault of the form's. */
  async look(): Promise<void> {
    const turn = ++this.#turn;
    const dossier = this.sheet.id;
    const found = await Promise.all([this.#ask({ do: 'suggest', dossier }, 'suggestions'), this.#ask({ do: 'alike', dossier }, 'alike')]).catch(() => undefined);
    if (found && turn === this.#turn) [this.suggestions, this.alike] = found;
  }

  async find(field: string, find: string): Promise<readonly PersonView[]> {
    return this.#ask({ do: 'find_people', dossier: this.sheet.id, field, find }, 'people');
  }

  /** Takes it; gives what stood in the form before and the step by which it is taken back, and nothing where it could not be taken. */
  async take(offer: Offer, who: string | null, row: string | null): Promise<{ before: ReadonlyMap<string, FieldState>; step: string } | undefined> {
    this.fault = undefined;
    try {
      let step = '';
      const before = await this.sheet.put(async () => {
        const taken = await this.#ask({ do: 'take', dossier: this.sheet.id, offer, who, row }, 'taken');
        step = taken.step;
        return taken.sheet;
      });
      if (offer.of === 'card') this.scanned = undefined;
      void this.look();
      return { before, step };
    } catch (error) {
      this.fault = asFault(error);
      return undefined;
    }
  }

  /** Takes a step back or, when it is back, does it again: the old answers come with where they came from. */
  async swap(step: string): Promise<void> {
    await this.sheet.put(() => this.#ask({ do: 'swap', dossier: this.sheet.id, step }, 'sheet'));
    void this.look();
  }

  async dismiss(key: string, back: boolean): Promise<void> {
    await this.#ask({ do: 'dismiss', dossier: this.sheet.id, key, back }, 'done');
    await this.look();
  }

  /** Advice is told no more, or again, as long as its papers are the same. */
  async putAside(advice: readonly Finding[], back: boolean): Promise<void> {
    await this.sheet.put(() => this.#ask({ do: 'put_aside', dossier: this.sheet.id, advice: [...advice], back }, 'sheet'));
  }

  /** The form is left in this section. That it could not be noted is no fault of the form's. */
  leave(section: string): void {
    void this.#ask({ do: 'leave', dossier: this.sheet.id, section }, 'done').catch(() => undefined);
  }

  /** Whether it was the code of a card; nothing where that could not be found out. */
  async scan(code: string): Promise<boolean | undefined> {
    [this.scanned, this.fault] = [undefined, undefined];
    try {
      const suggestion = await this.#ask({ do: 'scan', dossier: this.sheet.id, code }, 'scanned');
      if (suggestion) this.scanned = { suggestion, code };
      return suggestion !== null;
    } catch (error) {
      this.fault = asFault(error);
      return undefined;
    }
  }

  async keep(who: string, row: string | null, wording: number, purpose: string): Promise<PersonView> {
    await this.sheet.flush();
    return this.#ask({ do: 'keep_person', dossier: this.sheet.id, who, row, wording, purpose }, 'kept');
  }
}
