import type { Answer, Request } from './desk.gen';
import { Fault, type Host } from './host';

/** A part of the program with questions and answers of its own. */
type Area = Extract<Request, { what: unknown }>['ask'] & Answer['answer'];
type What<Of extends Area> = Extract<Request, { ask: Of; what: unknown }>['what'];
type Answered<Of extends Area> = Extract<Answer, { answer: Of; content: { is: string } }>['content'];
type It<Of extends Area, Is> = Extract<Answered<Of>, { is: Is }> extends { it: infer It } ? It : undefined;

/** The way to ask one part of the program; `expects` names the kind of answer. It throws a `Fault`. */
export function asker<Of extends Area>(of: Of) {
  return async <Is extends Answered<Of>['is']>(host: Host, what: What<Of>, expects: Is): Promise<It<Of, Is>> => {
    const answer = (await host.call({ ask: of, what } as unknown as Request, of)) as unknown as Answered<Of>;
    if (answer.is !== expects) throw new Fault('unknown_request', 'no');
    return ('it' in answer ? answer.it : undefined) as It<Of, Is>;
  };
}
