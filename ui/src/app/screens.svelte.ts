/** Code that is loaded when it is wanted first; where that fails, when it is wanted again. */
export class Later<Shown> {
  screen = $state.raw<Shown>();
  failed = $state(false);
  #loading: Promise<void> | undefined;

  constructor(readonly get: () => Promise<{ default: Shown }>) {}

  /** Done when it is there or could not be had. */
  load(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  async #load(): Promise<void> {
    this.failed = false;
    try {
      this.screen = (await this.get()).default;
    } catch {
      this.failed = true;
      this.#loading = undefined;
    }
  }
}

/** Every screen but the list, which a start shows. */
export const screens = {
  prepare: new Later(() => import('../screens/Prepare.svelte')),
  digitise: new Later(() => import('../screens/Digitise.svelte')),
  create: new Later(() => import('../screens/NewDossier.svelte')),
  outbox: new Later(() => import('../screens/Outbox.svelte')),
  stack: new Later(() => import('../screens/Stack.svelte')),
  many: new Later(() => import('../screens/Many.svelte')),
  reception: new Later(() => import('../screens/Reception.svelte')),
  catalogue: new Later(() => import('../screens/Catalogue.svelte')),
  settings: new Later(() => import('../screens/Settings.svelte')),
  welcome: new Later(() => import('../screens/Welcome.svelte')),
};

/** Loads them all, one after another, so that each is there when it is opened. */
export async function loadScreens(): Promise<void> {
  for (const later of Object.values(screens)) await later.load();
}

/** The same once the window has nothing else to do; gives the way not to. */
export function loadScreensWhenIdle(): () => void {
  // Safari and WebKitGTK know no idle time: soon after is as good.
  if (!('requestIdleCallback' in globalThis)) {
    const timer = setTimeout(() => void loadScreens(), IDLE_MS);
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback(() => void loadScreens(), { timeout: IDLE_MS * 4 });
  return () => cancelIdleCallback(idle);
}

const IDLE_MS = 300;
