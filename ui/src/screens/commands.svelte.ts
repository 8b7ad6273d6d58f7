import { getContext, setContext, untrack } from 'svelte';
import { isComposing, shortcut } from '../parts/keys';

/** Something a person can do here by a key. */
export interface Command {
  /** As it is shown: `Ctrl+N`, `F5`, `Del`. */
  keys: string;
  label: string;
  /** Without it the key is only listed: a part listens for it itself. */
  run?: (() => void) | undefined;
  /** A key that is held does it again and again; anything else is done once for each press. */
  repeats?: boolean | undefined;
  /** Not now: the key does nothing. */
  off?: boolean | undefined;
}

/** All keys in force, each screen's own and the window's, for the listener and for the help that lists them. */
export class Commands {
  #scopes = $state.raw<readonly { window: boolean; commands: () => readonly Command[] }[]>([]);

  /** Adds commands for as long as the caller lives. Those added last are asked first. */
  add(commands: () => readonly Command[], window = false): void {
    const scope = { window, commands };
    $effect(() => {
      const others = () => untrack(() => this.#scopes).filter((other) => other !== scope);
      this.#scopes = [...others(), scope];
      return () => (this.#scopes = others());
    });
  }

  get ofScreen(): Command[] {
    return this.#listed(false);
  }

  get ofWindow(): Command[] {
    return this.#listed(true);
  }

  #listed(window: boolean): Command[] {
    return this.#scopes.filter((scope) => scope.window === window).flatMap((scope) => scope.commands());
  }

  /** Runs the command of this key. A dialog has the keys to itself, and so has an input method. */
  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || isComposing(event) || document.querySelector('dialog[open]')) return;
    const typing = isTyping(event.target);
    for (const scope of [...this.#scopes].reverse()) {
      for (const command of scope.commands()) {
        if (!command.run || command.off || !shortcut(event, command.keys)) continue;
        if (typing && belongsToText(command.keys)) continue;
        event.preventDefault();
        if (!event.repeat || command.repeats) command.run();
        return;
      }
    }
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]');
}

/** Keys that mean something in a text: letters, Delete, copying. Its own undo has had its turn before. */
function belongsToText(keys: string): boolean {
  return !/^(Ctrl|Alt|F\d|Esc)/.test(keys) || /^Ctrl\+[AXCV]$/.test(keys);
}

const KEY = Symbol('commands');

export function provideCommands(): Commands {
  return setContext(KEY, new Commands());
}

/** Makes keys work while the calling component is there, and lists them in the help. */
export function useCommands(commands: () => readonly Command[]): void {
  getContext<Commands | undefined>(KEY)?.add(commands);
}
