import { invoke } from '@tauri-apps/api/core';
import { type About, Fault, type Host } from './host';

/** The host inside a Tauri window. The only file of the interface that knows Tauri. */
export function tauriHost(): Host {
  return { about: () => call<About>({ name: 'about' }) };
}

async function call<Answer>(request: { name: string }): Promise<Answer> {
  try {
    return await invoke<Answer>('call', { request });
  } catch (error) {
    throw faultOf(error);
  }
}

/** Rust answers a refused request with `{code}`; anything else means that it could not be asked at all. */
function faultOf(error: unknown): Fault {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'unknown_request') {
    return new Fault('unknown_request', 'no');
  }
  return new Fault('unreachable', 'now');
}
