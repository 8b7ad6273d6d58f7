/** Which screen is shown, and of what. The frame keeps it; screens ask to go elsewhere. */
export interface Route {
  screen: 'dossiers' | 'new' | 'prepare' | 'digitise' | 'stack' | 'many' | 'outbox' | 'reception' | 'catalogue' | 'settings';
  dossier?: string | undefined;
  document?: string | undefined;
  stack?: string | undefined;
  /** Code of the procedure many dossiers are made of. */
  procedure?: string | undefined;
}

export type Goto = (route: Route) => void;
