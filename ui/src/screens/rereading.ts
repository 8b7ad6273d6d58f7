/** How long a change may wait before it is looked at: many come at once. */
const SETTLE_MS = 250;

/** Reads again after changes: once for many, and less often the longer the reading takes. */
export class Rereading {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #took = 0;

  constructor(readonly read: () => Promise<void>) {}

  soon(): void {
    this.#timer ??= setTimeout(() => void this.#now(), Math.max(SETTLE_MS, this.#took * 4));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #now(): Promise<void> {
    this.#timer = undefined;
    const began = Date.now();
    await this.read();
    this.#took = Date.now() - began;
  }
}
