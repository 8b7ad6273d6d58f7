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

/** One press was enough here: the second of a double press must not fall on what has come in its place. */
export function swallowSecondPress(): void {
  const kinds = ['mousedown', 'mouseup', 'click', 'dblclick'] as const;
  const swallow = (event: MouseEvent) => {
    if (event.detail < 2) return;
    event.preventDefault();
    event.stopPropagation();
  };
  for (const kind of kinds) addEventListener(kind, swallow, true);
  setTimeout(() => kinds.forEach((kind) => removeEventListener(kind, swallow, true)), STRAY_MS);
}
