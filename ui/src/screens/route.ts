/** Which screen is shown, and of what. The frame keeps it; screens ask to go elsewhere. */
export interface Route {
  screen: 'dossiers' | 'new' | 'prepare' | 'digitise' | 'stack' | 'many' | 'outbox' | 'reception' | 'catalogue' | 'settings';
  dossier?: string | undefined;
  document?: string | undefined;
  stack?: string | undefined;
  /** Code of the procedure many dossiers are made of. */
  procedure?: string | undefined;
}

/** The screens of the navigation, in their order, by the digit of their key. */
export const DIGITS = { dossiers: 1, prepare: 2, digitise: 3, outbox: 4, reception: 5, catalogue: 6, settings: 7 } as const satisfies Partial<Record<Route['screen'], number>>;
export type Place = keyof typeof DIGITS;

export type Goto = (route: Route) => void;
