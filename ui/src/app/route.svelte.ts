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
    if (isSame(from, route)) return;
    // Choosing a procedure is a step on the way, nothing to come back to.
    if (from.screen !== 'new') this.#past = [...this.#past, from].slice(-REMEMBERED);
    this.#show(route);
  };

  /** To a screen by its name: where the person was on it last. */
  visit = (screen: Route['screen']): void => {
    this.goto(screen === 'prepare' ? { screen, dossier: this.#last.dossier } : screen === 'digitise' ? { screen, ...this.#last } : { screen });
  };

  /** Out of a dossier leads to where it was chosen, never into another one. */
  back = (): void => {
    const { screen, dossier } = this.now;
    const isOther = (route: Route | undefined) => screen === 'prepare' && route?.dossier !== undefined && route.dossier !== dossier;
    while (isOther(this.#past.at(-1))) this.#past.pop();
    const to = this.#past.pop() ?? (screen === 'prepare' ? { screen: 'dossiers' as const } : undefined);
    if (to) this.#show(to);
  };

  /** In the place of what is shown and is there no more, so that nobody comes back to it. */
  replace = (route: Route): void => {
    if (isSame(this.#past.at(-1), route)) this.#past.pop();
    this.#show(route);
  };

  /** Done here, on to `route`; where the person came from there, it is the way back. */
  leave = (route: Route): void => {
    if (isSame(this.#past.at(-1), route)) this.back();
    else this.goto(route);
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

function isSame(one: Route | undefined, other: Route): boolean {
  return one !== undefined && one.screen === other.screen && one.dossier === other.dossier && one.document === other.document && one.stack === other.stack;
}
