/** Pictures are asked for in a few widths only, so that the next look finds them made already. */
const STEPS = [160, 320, 480, 800, 1200, 1600, 2400, 3600, 5000];

/** The width to ask for, in device pixels, of a picture that is shown this wide in CSS pixels. */
export function pictureWidth(css: number, ratio: number = globalThis.devicePixelRatio || 1): number {
  const wanted = css * ratio;
  return STEPS.find((step) => step >= wanted) ?? 5000;
}
