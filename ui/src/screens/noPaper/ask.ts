import type { NoPaperAnswer, NoPaperRequest } from '../../host/desk.gen';
import { Fault, type Host } from '../../host/host';

type Content<Is extends NoPaperAnswer['is']> = Extract<NoPaperAnswer, { is: Is }> extends { it: infer Value } ? Value : undefined;

/**
 * A question about procedures without paper; `expects` names the kind of answer.
 *
 * Throws a [`Fault`].
 */
export async function askNoPaper<Is extends NoPaperAnswer['is']>(host: Host, what: NoPaperRequest, expects: Is): Promise<Content<Is>> {
  const answer = await host.call({ ask: 'no_paper', what }, 'no_paper');
  if (answer.is !== expects) throw new Fault('unknown_request', 'no');
  return ('it' in answer ? answer.it : undefined) as Content<Is>;
}
