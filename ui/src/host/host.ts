/**
 * What the window may ask of the program behind it. The screens know this interface and no more: whether a Tauri
 * window or a test's server answers is decided in `main.ts`.
 */
export interface Host {
  /** Which program this is. */
  about(): Promise<About>;
}

export interface About {
  /** The version of the running program, as in its package: `0.1.0`. */
  version: string;
}

/** Every way a request can fail. A code without words does not compile: see `words/words.ts`. */
export type FaultCode = 'unreachable' | 'unknown_request';

/** A failed request: which one, and whether asking again can help. */
export class Fault extends Error {
  override readonly name = 'Fault';

  constructor(
    readonly code: FaultCode,
    readonly retry: 'no' | 'now' | 'later',
  ) {
    super(code);
  }
}
