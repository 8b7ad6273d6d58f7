import type { Answer, Fault as FaultData, Notice } from './desk.gen';
import { contentOf, Fault, faultFrom, type Host } from './host';

/**
 * The host of the browser tests: the same program behind a loopback address. Never part of what is shipped. What only a
 * window can do (dialogs, drops, showing a file) the test does through `window.hosoTest`.
 */
export function httpHost(base: string = ''): Host {
  const test = window.hosoTest ??= { files: [], folder: null, shown: [] };
  return {
    async call(request, expects) {
      let reply: Response;
      try {
        reply = await fetch(`${base}/call`, { method: 'POST', body: JSON.stringify(request) });
      } catch {
        throw new Fault('unreachable', 'now');
      }
      const body: unknown = await reply.json();
      if (!reply.ok) throw faultFrom(body as FaultData);
      return contentOf(body as Answer, expects);
    },
    listen(told) {
      const source = new EventSource(`${base}/notices`);
      source.onmessage = (message) => told(JSON.parse(message.data as string) as Notice);
      return () => source.close();
    },
    picture: (name, width) => `${base}/page/${name.blob}/${name.frame}?w=${Math.round(width)}`,
    chooseFiles: async () => test.files,
    chooseFolder: async () => test.folder,
    onDrop(dropped, over) {
      const drop = (event: Event) => {
        const { files, x, y } = (event as CustomEvent<{ files: string[]; x: number; y: number }>).detail;
        over(x, y, false);
        dropped(files, x, y);
      };
      window.addEventListener('hoso-drop', drop);
      return () => window.removeEventListener('hoso-drop', drop);
    },
    close: async () => undefined,
    show: async (file) => void test.shown.push(file),
  };
}

declare global {
  interface Window {
    /** What the next dialogs give, and what was shown. */
    hosoTest?: { files: string[]; folder: string | null; shown: string[] };
  }
}
