import { asker } from '../../host/ask';

/** A question about procedures without paper. */
export const askNoPaper = asker('no_paper');
