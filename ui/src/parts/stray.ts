/** So long after something came under a hand, a press may still be meant for what was there before. In milliseconds. */
const STRAY_MS = 600;

/** Tells a press that is meant from one that only comes along with another: a hand that presses twice meant it once. */
export class Strays {
  #quietUntil = -Infinity;

  /** Something else lies under the hand from now on. */
  begin(): void {
    this.#quietUntil = performance.now() + STRAY_MS;
  }

  get isStray(): boolean {
    return performance.now() < this.#quietUntil;
  }
}
