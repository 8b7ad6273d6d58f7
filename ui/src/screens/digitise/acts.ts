import type { PageColour } from '../../host/desk.gen';
import { asFault, type Fault } from '../../host/host';
import type { DeskState, UndoState } from '../../state/desk.svelte';
import { isLeftOut, type PagesState } from '../../state/pages.svelte';
import type { SheetState } from '../../state/sheet.svelte';
import type { Words } from '../../words';
import type { placeOf } from '../prepare/checklist';

/** Does something, or says why that cannot be. */
type May = (work: () => unknown) => void;

export const COLOURS: readonly (PageColour | null)[] = [null, 'bw', 'gray', 'colour'];

/** What a key does with the pages an act is for, whichever view they are seen in. */
export function actsOf(pages: PagesState, undo: UndoState, words: () => Words['digitise'], may: May, mayDraw: May) {
  const paint = (colour: PageColour | null) => mayDraw(() => pages.colour(undo, colour, words().editor.colour.done));
  return {
    turn: (degrees: 90 | 180 | 270) => may(() => pages.turn(undo, degrees, words().turned)),
    takeOut: () => may(() => !pages.targets.every(isLeftOut) && pages.keep(undo, false, words().removedPages)),
    keep: () => may(() => pages.keep(undo, true, words().keptPages)),
    darken: (by: 1 | -1) => mayDraw(() => pages.darken(undo, by, words().editor.darker.done)),
    paint,
    nextColour: () => paint(COLOURS[(COLOURS.indexOf(pages.current?.edits.colour ?? null) + 1) % COLOURS.length] ?? null),
    reset: () => may(() => pages.reset(undo, words().editor.reset.done)),
    reorder: (by: 1 | -1) => may(() => pages.move(undo, by, words().editor.move.done)),
  };
}

/** Puts a paper elsewhere in its dossier; gives why not. Which paper that is is settled here: the step outlives the screen. */
export async function movePaper(
  { desk, undo, sheet }: { desk: DeskState; undo: UndoState; sheet: SheetState },
  { id: document, component, row }: { id: string; component: string; row: string | null },
  to: ReturnType<typeof placeOf>,
  text: string,
): Promise<Fault | undefined> {
  const give = async (place: { component: string; row: string | null }) => {
    await desk.host.call({ ask: 'document_move', document, ...place }, 'done');
    await sheet.read();
  };
  try {
    await undo.perform({ text, redo: () => give(to), undo: () => give({ component, row }) });
    return undefined;
  } catch (error) {
    await sheet.read();
    return asFault(error);
  }
}
