import type { Route } from '../screens/route';

const REMEMBERED = 50;

/** Which screen is shown, and the way back. */
export class Router {
  now = $state.raw<Route>({ screen: 'dossiers' });
  /** The dossier and document worked on last, for those who go to the screen by its name alone. */
  #last: { dossier?: string | undefined; document?: string | undefined } = {};
  #past: Route[] = [];

  goto = (route: Route): void => {
    const from = this.now;
    if (from.screen === route.screen && from.dossier === route.dossier && from.document === route.document) return;
    // Choosing a procedure is a step on the way, nothing to come back to.
    if (from.screen !== 'new') this.#past = [...this.#past, from].slice(-REMEMBERED);
    this.#show(route);
  };

  /** To a screen by its name: where the person was on it last. */
  visit = (screen: Route['screen']): void => {
    this.goto(screen === 'prepare' ? { screen, dossier: this.#last.dossier } : screen === 'digitise' ? { screen, ...this.#last } : { screen });
  };

  back = (): void => {
    const to = this.#past.pop();
    if (to) this.#show(to);
  };

  /** A dossier that was put away is not worked on any more. */
  forget(dossier: string): void {
    this.#past = this.#past.filter((route) => route.dossier !== dossier);
    if (this.#last.dossier === dossier) this.#last = {};
  }

  #show(route: Route): void {
    this.now = route;
    if (route.dossier !== undefined) this.#last = { dossier: route.dossier, document: route.document };
  }
}
