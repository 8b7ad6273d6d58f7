import type { Answer, Fault as FaultData, FaultCode as DeskFaultCode, Notice, PictureName, Request, Retry } from './desk.gen';

/** Every way a request can fail: the program's own ways, that it could not be asked at all, and that the system opens no file. */
export type FaultCode = DeskFaultCode | 'unreachable' | 'unknown_request' | 'not_shown';

type Content<Name extends Answer['answer']> =
  Extract<Answer, { answer: Name }> extends { content: infer Value } ? Value : undefined;

/** What a dialog for files offers first: scanned papers, tables of rows, data of the catalogue, parcels, or replies to them. */
export type FileKind = 'papers' | 'tables' | 'data' | 'parcels' | 'replies';

/**
 * What the window may ask of the program behind it. The screens know this interface and no more: whether a Tauri
 * window or a test's server answers is decided by the page's entry.
 */
export interface Host {
  /**
   * Asks for one thing; `expects` names the kind of answer.
   *
   * Throws a [`Fault`].
   */
  call<Name extends Answer['answer']>(request: Request, expects: Name): Promise<Content<Name>>;
  /** Calls back for everything that changes in the background; gives the way to stop. */
  listen(told: (notice: Notice) => void): () => void;
  /** The address of a page's picture, at most `width` device pixels wide. */
  picture(name: PictureName, width: number): string;
  /** Lets the person choose files, of which papers are offered first, or what `kind` says; empty when they chose none. */
  chooseFiles(title: string, kind?: FileKind): Promise<string[]>;
  /** Lets the person choose a folder to write into, or one whose papers are taken in; nothing when they chose none. */
  chooseFolder(title: string, toRead?: boolean): Promise<string | null>;
  /** Calls back with the papers a person drops on the window, and where (CSS pixels); `over` while they are held above it. */
  onDrop(dropped: (files: string[], x: number, y: number) => void, over: (x: number, y: number, inside: boolean) => void): () => void;
  /** The answer to a window that was asked to close: it may (what was typed is saved), or it stays. */
  close(may: boolean): Promise<void>;
  /** Shows a file that was written for the person in the system's own program for it. */
  show(file: string): Promise<void>;
}

/** A failed request: which way, with its values, and whether asking again can help. */
export class Fault extends Error {
  override readonly name = 'Fault';

  constructor(
    readonly code: FaultCode,
    readonly retry: Retry,
    readonly args: Readonly<Record<string, string>> = {},
  ) {
    super(code);
  }
}

/** A fault as it travels. */
export function faultFrom(data: FaultData): Fault {
  return new Fault(data.code, data.retry, data.args as Record<string, string>);
}

/** Whatever was thrown, as a fault a person can be told. */
export function asFault(error: unknown): Fault {
  return error instanceof Fault ? error : new Fault('unexpected', 'no', { detail: String(error) });
}

/** Takes the content out of an answer, which must be of the kind that was expected. */
export function contentOf<Name extends Answer['answer']>(answer: Answer, expects: Name): Content<Name> {
  if (answer.answer !== expects) throw new Fault('unknown_request', 'no');
  return ('content' in answer ? answer.content : undefined) as Content<Name>;
}
