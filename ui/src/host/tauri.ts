import { Channel, convertFileSrc, invoke } from '@tauri-apps/api/core';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import type { Answer, Fault as FaultData, Notice } from './desk.gen';
import { contentOf, Fault, faultFrom, type Host } from './host';

/** The host inside a Tauri window. The only file of the interface that knows Tauri. */
export function tauriHost(): Host {
  return {
    async call(request, expects) {
      let answer: Answer;
      try {
        answer = await invoke<Answer>('call', { request });
      } catch (error) {
        throw faultOf(error);
      }
      return contentOf(answer, expects);
    },
    listen(told) {
      const channel = new Channel<Notice>();
      channel.onmessage = told;
      const listening = invoke<number>('listen', { channel });
      return () => void listening.then((id) => invoke('unlisten', { id }));
    },
    picture: (name, width) => `${convertFileSrc(`${name.blob}/${name.frame}`, 'page')}?w=${Math.round(width)}`,
    chooseFiles: (title) => invoke<string[]>('choose_files', { title }),
    chooseFolder: (title) => invoke<string | null>('choose_folder', { title }),
    onDrop(dropped, over) {
      const listening = getCurrentWebview().onDragDropEvent(({ payload }) => {
        const at = 'position' in payload ? payload.position : { x: 0, y: 0 };
        const [x, y] = [at.x / window.devicePixelRatio, at.y / window.devicePixelRatio];
        if (payload.type === 'drop') dropped(payload.paths, x, y);
        else over(x, y, payload.type !== 'leave');
      });
      return () => void listening.then((stop) => stop());
    },
    close: () => invoke('close'),
    show: (file) => invoke('show', { file }),
  };
}

/** A refused request comes as the program's fault; anything else means that it could not be asked at all. */
function faultOf(error: unknown): Fault {
  if (typeof error === 'string' && error.startsWith('invalid args')) return new Fault('unknown_request', 'no');
  const isFault = typeof error === 'object' && error !== null && 'code' in error && 'retry' in error;
  return isFault ? faultFrom(error as FaultData) : new Fault('unreachable', 'now');
}
