import { asker } from '../../host/ask';

/** Asks about the catalogue. */
export const ask = asker('catalogue');
