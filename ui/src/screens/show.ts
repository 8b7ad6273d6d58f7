import type { State } from '../host/desk.gen';
import type { State as Shape } from '../parts/Shape.svelte';

export { folded } from '../forms/units';

/** Values as they are written in Viet Nam, in its one time zone whatever the computer is set to. */

const OFFSET_MS = 7 * 60 * 60 * 1000;

function local(timestamp: string): Date {
  return new Date(Date.parse(timestamp) + OFFSET_MS);
}

const two = (number: number): string => String(number).padStart(2, '0');

/** `21/11/2026`; takes a day (`2026-11-21`) as well as an instant. */
export function dayText(when: string): string {
  const date = when.length === 10 ? new Date(`${when}T00:00:00Z`) : local(when);
  return `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()}`;
}

/** `14:05` */
export function clockText(timestamp: string, seconds = false): string {
  const date = local(timestamp);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}${seconds ? `:${two(date.getUTCSeconds())}` : ''}`;
}

/** `07:30` of the minutes of a day. */
export function minuteText(minute: number): string {
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** Minutes of the day of `7:30`, `07:30`, `7h30` or `7h`; nothing where it is no time. */
export function minuteOf(text: string): number | undefined {
  const [, hour, minute] = /^\s*(\d{1,2})\s*[:hg.]?\s*(\d{2})?\s*$/i.exec(text) ?? [];
  const [hours, minutes] = [Number(hour), Number(minute ?? '0')];
  return hour !== undefined && hours < 24 && minutes < 60 ? hours * 60 + minutes : undefined;
}

export function sameDay(one: string, other: string): boolean {
  return dayText(one) === dayText(other);
}

/** `14:05`; on another day than `now` `20/11/2026 14:05`. */
export function momentText(timestamp: string, now: string): string {
  return sameDay(timestamp, now) ? clockText(timestamp) : `${dayText(timestamp)} ${clockText(timestamp)}`;
}

/** `18,4 MB`: three figures at most, powers of ten as on the Portal's own pages. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  const mb = bytes / 1_000_000;
  if (mb < 1000) return `${mb.toFixed(mb < 100 ? 1 : 0).replace('.', ',')} MB`;
  return `${(mb / 1000).toFixed(1).replace('.', ',')} GB`;
}

/** `18,4 / 29,6 MB`: the unit once, where it is the same. */
export function ofBytesText(sent: number, total: number): string {
  const [one, whole] = [bytesText(sent), bytesText(total)];
  const unit = whole.split(' ')[1] ?? '';
  return `${one.endsWith(` ${unit}`) ? one.slice(0, -unit.length - 1) : one} / ${whole}`;
}

/** Never 100 before it is whole. */
export function percentOf(sent: number, total: number): number {
  return total === 0 ? 0 : Math.min(sent < total ? 99 : 100, Math.floor((sent * 100) / total));
}

export const shapeOf: Record<State, Shape> = {
  draft: 'none',
  ready: 'ok',
  queued: 'wait',
  sending: 'busy',
  needs_attention: 'bad',
  packed: 'wait',
  registered: 'ok',
  accepted: 'ok',
  rejected: 'bad',
  processing: 'info',
  supplement_requested: 'warn',
  payment_requested: 'warn',
  withdrawn: 'none',
  stopped: 'none',
  done: 'ok',
  returned: 'ok',
};
