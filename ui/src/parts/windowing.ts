/** Which rows of a long list are drawn, when rows have heights of their own that are known only once they were drawn. */
export class Offsets {
  /** Where each row begins; one more for the end. */
  readonly #starts: Float64Array;

  constructor(keys: readonly string[], heights: ReadonlyMap<string, number>, estimate: number) {
    this.#starts = new Float64Array(keys.length + 1);
    let at = 0;
    for (const [i, key] of keys.entries()) {
      at += heights.get(key) ?? estimate;
      this.#starts[i + 1] = at;
    }
  }

  get length(): number {
    return this.#starts.length - 1;
  }

  /** Where row `i` begins. */
  start(i: number): number {
    return this.#starts[Math.min(Math.max(i, 0), this.length)] ?? 0;
  }

  get total(): number {
    return this.start(this.length);
  }

  /** The row at this distance from the top. */
  at(distance: number): number {
    let low = 0;
    let high = Math.max(0, this.length - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.start(middle) <= distance) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** First row and the one after the last that `height` from `top` shows, with some to spare on both sides. */
  window(top: number, height: number, spare = 6): [first: number, end: number] {
    if (this.length === 0) return [0, 0];
    return [Math.max(0, this.at(top) - spare), Math.min(this.length, this.at(top + height) + 1 + spare)];
  }
}
