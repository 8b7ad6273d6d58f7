import type { Preferences } from '../host/desk.gen';

/** A- A A+, in tenths of a percent. */
const SIZES = [1000, 1125, 1250, 1500];

let before: Preferences['theme'] = 'auto';

export function resize(size: number, by: 1 | -1): Partial<Preferences> {
  const at = Math.max(0, SIZES.indexOf(size));
  return { size: SIZES[Math.min(SIZES.length - 1, Math.max(0, at + by))] ?? 1000 };
}

/** The contrast theme and back to the one before it. */
export function contrast(theme: Preferences['theme']): Partial<Preferences> {
  if (theme === 'contrast') return { theme: before };
  before = theme;
  return { theme: 'contrast' };
}

/** Puts the person's choice on the document; the style sheets take it from there. */
export function wear(preferences: Preferences): void {
  const root = document.documentElement;
  root.lang = preferences.language;
  root.dataset['theme'] = preferences.theme;
  root.dataset['size'] = String(preferences.size / 10);
  root.dataset['density'] = preferences.density;
}
