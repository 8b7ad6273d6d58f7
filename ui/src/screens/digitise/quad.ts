/** [x, y], y downwards. */
export type Point = [number, number];
/** Corners clockwise. */
export type Quad = [Point, Point, Point, Point];

/** The whole frame. */
export const frameOf = (width: number, height: number): Quad => [
  [0, 0],
  [width, 0],
  [width, height],
  [0, height],
];

const turned = (quad: Quad, by: number): Quad => [0, 1, 2, 3].map((i) => quad[(i + by) % 4]) as Quad;

/** From the corner nearest the frame's top left on. */
export function fromTopLeft(quad: Quad): Quad {
  const far = quad.map(([x, y]) => x + y);
  return turned(quad, far.indexOf(Math.min(...far)));
}

/** From the content's own top left on; it was turned clockwise by this many degrees as it came in. */
export const inContentOrder = (quad: Quad, orientation: number): Quad => turned(fromTopLeft(quad), ((orientation / 90) % 4) + 4);

/** Convex, clockwise and more than a speck. */
export function isSheet(quad: Quad): boolean {
  const turn = (i: number) => {
    const [a, b, c] = [quad[i % 4], quad[(i + 1) % 4], quad[(i + 2) % 4]] as [Point, Point, Point];
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]);
  };
  const area = quad.reduce((sum, [x, y], i) => sum + x * quad[(i + 1) % 4]![1] - quad[(i + 1) % 4]![0] * y, 0) / 2;
  return area >= 32 * 32 && [0, 1, 2, 3].every((i) => turn(i) > 0);
}

/** A sheet may lie outside its frame by this share of it. */
const OUTSIDE = 0.1;

/** The quad with one corner put elsewhere; as it was where that would be no sheet. */
export function withCorner(quad: Quad, corner: number, [x, y]: Point, width: number, height: number): Quad {
  const within = (value: number, side: number) => Math.min(side * (1 + OUTSIDE), Math.max(-side * OUTSIDE, value));
  const at: Point = [round(within(x, width)), round(within(y, height))];
  const next = quad.map((each, i) => (i === corner ? at : each)) as Quad;
  return isSheet(next) ? next : quad;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Where a point of the flattened sheet, in shares of its sides, lies in the quad (Heckbert 1989, §2.2.3). */
export function onSheet(quad: Quad, u: number, v: number): Point {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = quad;
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3];
  const [dx1, dy1, dx2, dy2] = [x1 - x2, y1 - y2, x3 - x2, y3 - y2];
  const determinant = dx1 * dy2 - dx2 * dy1;
  const g = Math.abs(determinant) < 1e-9 ? 0 : (sx * dy2 - dx2 * sy) / determinant;
  const h = Math.abs(determinant) < 1e-9 ? 0 : (dx1 * sy - sx * dy1) / determinant;
  const w = g * u + h * v + 1;
  return [((x1 - x0 + g * x1) * u + (x3 - x0 + h * x3) * v + x0) / w, ((y1 - y0 + g * y1) * u + (y3 - y0 + h * y3) * v + y0) / w];
}

/** The left and the right part of a sheet, cut from top to bottom at this share of its width. */
export function halves(quad: Quad, at: number): [Quad, Quad] {
  const [top, bottom] = [onSheet(quad, at, 0), onSheet(quad, at, 1)].map(([x, y]): Point => [round(x), round(y)]) as [Point, Point];
  const [tl, tr, br, bl] = quad;
  return [
    [tl, top, bottom, bl],
    [top, tr, br, bottom],
  ];
}

/** Whether a point lies in the sheet. */
export const contains = (quad: Quad, [x, y]: readonly number[]): boolean =>
  quad.every(([x0, y0], i) => {
    const [x1, y1] = quad[(i + 1) % 4]!;
    return (x1 - x0) * ((y ?? 0) - y0) - (y1 - y0) * ((x ?? 0) - x0) >= 0;
  });
