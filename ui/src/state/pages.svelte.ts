import type { PageEdits, PageView } from '../host/desk.gen';
import { asFault, type Fault, type Host } from '../host/host';

/** Widths a picture is asked for, so that a window that changes a little asks for nothing new. */
const STEPS = [160, 320, 640, 960, 1280, 1760, 2400];

export function pictureWidth(css: number): number {
  const wanted = css * (globalThis.devicePixelRatio || 1);
  return STEPS.find((step) => step >= wanted) ?? STEPS.at(-1)!;
}

/** The pages of one document. */
export class PagesState {
  pages = $state.raw<readonly PageView[]>();
  fault = $state<Fault>();
  /** Counts readings, so that an answer that was overtaken changes nothing. */
  #reading = 0;

  constructor(
    readonly host: Host,
    readonly document: string,
  ) {}

  async load(): Promise<void> {
    const reading = ++this.#reading;
    try {
      const pages = await this.host.call({ ask: 'document_pages', document: this.document }, 'pages');
      if (reading === this.#reading) [this.pages, this.fault] = [pages, undefined];
    } catch (error) {
      if (reading === this.#reading) this.fault = asFault(error);
    }
  }

  /** Notes what was decided about pages; the document is digitised again by itself. */
  async edit(edits: readonly { page: string; edits: PageEdits }[]): Promise<void> {
    for (const { page, edits: decided } of edits) await this.host.call({ ask: 'page_edit', page, edits: decided }, 'done');
    await this.load();
  }
}
