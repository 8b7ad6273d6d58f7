import { asker } from '../../host/ask';

/** Asks about tables that become dossiers. */
export const askMany = asker('many');
