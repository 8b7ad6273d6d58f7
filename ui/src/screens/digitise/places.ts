import type { DeskState } from '../../state/desk.svelte';

const key = (dossier: string): string => `pages of ${dossier}`;

/** The page a person looked at last in a dossier: whichever view of its pages is opened next begins there. */
export const lookedAt = (desk: DeskState, dossier: string): unknown => desk.places.get(key(dossier));

export function lookAt(desk: DeskState, dossier: string, page: string | null | undefined): void {
  if (page != null) desk.places.set(key(dossier), page);
}
