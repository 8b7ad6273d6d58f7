/** Dates and numbers as they are written in Viet Nam. Text that cannot be read is given back as it is. */

/** `2026-02-01`, `1/2/26`, `01022026` as `01/02/2026`; `1975-03` as `03/1975`. Two-digit years are at most ten years ahead. */
export function dateText(text: string, today = new Date()): string {
  const typed = text.trim();
  if (/^\d{4}$/.test(typed)) return typed;
  const iso = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(typed);
  const parts = iso ? [iso[3], iso[2], iso[1]] : /^\d{8}$/.test(typed) ? [typed.slice(0, 2), typed.slice(2, 4), typed.slice(4)] : typed.split(/[/\-. ]+/);
  const [year, month, day] = parts.filter((part) => part !== undefined).reverse();
  if (year === undefined || month === undefined || parts.length > 3) return text;
  if (![year, month, day ?? '1'].every((part) => /^\d+$/.test(part))) return text;
  if (year.length !== 4 && !(year.length === 2 && day !== undefined)) return text;
  const full = year.length === 2 ? fullYear(Number(year), today) : Number(year);
  if (full < 1800 || full > 2999 || !exists(full, Number(month), Number(day ?? 1))) return text;
  const two = (part: string) => part.padStart(2, '0').slice(-2);
  return [...(day === undefined ? [] : [two(day)]), two(month), String(full)].join('/');
}

function fullYear(year: number, today: Date): number {
  const century = today.getFullYear() - (today.getFullYear() % 100);
  return century + year <= today.getFullYear() + 10 ? century + year : century + year - 100;
}

function exists(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && day > 0;
}

/** The day that was typed, as `2026-02-01`; nothing where it is no whole date. */
export function isoDay(typed: string): string | undefined {
  const parts = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(dateText(typed));
  // A day that does not exist is given back as it was typed, which can look like one.
  return parts && exists(Number(parts[3]), Number(parts[2]), Number(parts[1])) ? `${parts[3]}-${parts[2]}-${parts[1]}` : undefined;
}

/** `1234567` as `1.234.567`. */
export function group(whole: number | string): string {
  return String(whole).replace(/\B(?=(\d{3})+(?!\d))/g, '.');
}

/** A stored decimal, `1234.5`, as `1.234,5`. */
export function decimalText(stored: string | number): string {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(String(stored));
  if (!match) return String(stored);
  return group(match[1] ?? '') + (match[2] === undefined ? '' : `,${match[2]}`);
}

/** Typed digits, `1250000` or `1 250 000`, as `1.250.000`; anything else as it was typed. */
export function digitsText(typed: string): string {
  const digits = typed.trim().replace(/^(\d{1,3})(?:[ .]\d{3})+$/, (all) => all.replace(/[ .]/g, ''));
  return /^\d+$/.test(digits) ? group(digits.replace(/^0+(?=\d)/, '')) : typed;
}

/** The same for a number that may have decimals behind a comma. */
export function numberText(typed: string): string {
  const [whole = '', decimals, ...rest] = typed.trim().split(',');
  if (rest.length > 0 || (decimals !== undefined && !/^\d+$/.test(decimals))) return typed;
  const sign = whole.startsWith('-') ? '-' : '';
  const grouped = digitsText(whole.slice(sign.length));
  return /^[\d.]+$/.test(grouped) ? sign + grouped + (decimals === undefined ? '' : `,${decimals}`) : typed;
}
