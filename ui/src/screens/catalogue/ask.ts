import type { CatalogueAnswer, CatalogueRequest } from '../../host/desk.gen';
import { Fault, type Host } from '../../host/host';

type Content<Is extends CatalogueAnswer['is']> = Extract<CatalogueAnswer, { is: Is }> extends { it: infer Value } ? Value : undefined;

/**
 * A question to the catalogue; `expects` names the kind of answer.
 *
 * Throws a [`Fault`].
 */
export async function ask<Is extends CatalogueAnswer['is']>(host: Host, what: CatalogueRequest, expects: Is): Promise<Content<Is>> {
  const answer = await host.call({ ask: 'catalogue', what }, 'catalogue');
  if (answer.is !== expects) throw new Fault('unknown_request', 'no');
  return ('it' in answer ? answer.it : undefined) as Content<Is>;
}
