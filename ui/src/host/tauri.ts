import { Channel, convertFileSrc, invoke } from '@tauri-apps/api/core';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import type { Answer, Fault as FaultData, Notice } from './desk.gen';
import { asFault, contentOf, Fault, faultFrom, type Host } from './host';

/** How long after a refusal it is asked again whether this window may listen. */
const LISTEN_AGAIN_MS = 1000;

/** The host inside a Tauri window. The only file of the interface that knows Tauri. */
export function tauriHost(): Host {
  return {
    async call(request, expects) {
      return contentOf(await ask<Answer>('call', { request }), expects);
    },
    listen(told) {
      let stopped = false;
      let again: ReturnType<typeof setTimeout> | undefined;
      let listening: number | undefined;
      // Where it fails the program is gone, and tells nobody any more.
      const unlisten = (id: number) => void ask('unlisten', { id }).catch(() => undefined);
      // Without notices the window would go on showing what was, so it tries until it hears. A program that cannot be reached at
      // all is told of elsewhere: the window keeps asking it how it stands.
      const attempt = async (): Promise<void> => {
        const channel = new Channel<Notice>();
        channel.onmessage = told;
        try {
          const id = await ask<number>('listen', { channel });
          if (stopped) unlisten(id);
          else listening = id;
        } catch {
          if (!stopped) again = setTimeout(() => void attempt(), LISTEN_AGAIN_MS);
        }
      };
      void attempt();
      return () => {
        stopped = true;
        clearTimeout(again);
        if (listening !== undefined) unlisten(listening);
      };
    },
    picture: (name, width) => `${convertFileSrc(`${name.blob}/${name.frame}`, 'page')}?w=${Math.round(width)}`,
    chooseFiles: (title, kind = 'papers') => ask<string[]>('choose_files', { title, kind }),
    chooseFolder: (title, toRead = false) => ask<string | null>('choose_folder', { title, toRead }),
    onDrop(dropped, over) {
      const listening = getCurrentWebview().onDragDropEvent(({ payload }) => {
        const [x, y] = 'position' in payload ? cssPixels(payload.position) : [0, 0];
        if (payload.type === 'drop') dropped(payload.paths, x, y);
        else over(x, y, payload.type !== 'leave');
      });
      return () => void listening.then((stop) => stop());
    },
    close: (may) => ask('close', { may }),
    async show(file) {
      try {
        await ask('show', { file });
      } catch (error) {
        // What was written is there all the same: only its program did not open.
        const fault = asFault(error);
        throw fault.code === 'file_unreadable' ? new Fault('not_shown', 'now', { file }) : fault;
      }
    },
  };
}

/** Asks the program; throws a [`Fault`]. */
async function ask<Answered>(command: string, args: Record<string, unknown>): Promise<Answered> {
  try {
    return await invoke<Answered>(command, args);
  } catch (error) {
    throw faultOf(error);
  }
}

/** Where something is dropped. Tauri calls all of these physical pixels, but GTK and macOS give it the page's own. */
function cssPixels(at: { x: number; y: number }): [number, number] {
  const scale = navigator.userAgent.includes('Windows') ? window.devicePixelRatio : 1;
  return [at.x / scale, at.y / scale];
}

/** A refused request comes as the program's fault; anything else means that it could not be asked at all. */
function faultOf(error: unknown): Fault {
  if (typeof error === 'string' && error.startsWith('invalid args')) return new Fault('unknown_request', 'no');
  const isFault = typeof error === 'object' && error !== null && 'code' in error && 'retry' in error;
  return isFault ? faultFrom(error as FaultData) : new Fault('unreachable', 'now');
}
