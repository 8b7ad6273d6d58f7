import { invoke } from '@tauri-apps/api/core';
import { type About, Fault, type Host } from './host';

/** The host inside a Tauri window. The only file of the interface that knows Tauri. */
export function tauriHost(): Host {
  return { about: () => call<About>({ ask: 'about' }) };
}

/** Asks the program for one thing: `{ask, …}` goes, `{answer, content}` comes back. */
async function call<Content>(request: { ask: string }): Promise<Content> {
  try {
    return (await invoke<{ content: Content }>('call', { request })).content;
  } catch (error) {
    throw faultOf(error);
  }
}

/** A refused request comes as `{code}`; anything else means that it could not be asked at all. */
function faultOf(error: unknown): Fault {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'unknown_request') {
    return new Fault('unknown_request', 'no');
  }
  return new Fault('unreachable', 'now');
}
