/** How fast bytes get through, of what was told in the last while: an average since the beginning would hide that it stands still. */
export class Rate {
  /** When and how many bytes more, oldest first. */
  #steps: { at: number; bytes: number }[] = [];
  #sent = new Map<string, number>();

  constructor(private readonly windowMs = 20_000) {}

  /** So many bytes of this are there now. */
  told(of: string, sent: number, at: number): void {
    const before = this.#sent.get(of);
    // A new try begins at nothing and finds again what is there: that is no speed.
    this.#sent.set(of, Math.max(before ?? 0, sent));
    // What was there when we began to look says nothing of the speed.
    this.#steps.push({ at, bytes: before === undefined ? 0 : Math.max(0, sent - before) });
    this.#steps = this.#steps.filter((step) => step.at > at - this.windowMs);
  }

  /** Bytes a second; nothing before there is enough to tell by. */
  perSecond(now: number): number | undefined {
    const steps = this.#steps.filter((step) => step.at > now - this.windowMs);
    const [first] = steps;
    if (!first || now - first.at < 1000) return undefined;
    const bytes = steps.reduce((sum, step) => sum + step.bytes, -first.bytes);
    return bytes > 0 ? (bytes * 1000) / (now - first.at) : undefined;
  }
}
