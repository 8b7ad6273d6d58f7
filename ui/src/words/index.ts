import type { FaultCode } from '../host/host';
import { en } from './en';
import type { FaultArgs } from './faults';
import { vi } from './vi';
import type { Words } from './words';

export type { Words };

export const languages = [vi, en] as const;

export function wordsOf(language: Words['language']): Words {
  return language === 'en' ? en : vi;
}

/** A fault as a person is told of it, whether it was thrown or came in an answer. */
export function faultText(fault: { code: FaultCode; args: object }, words: Words): string {
  return words.faults[fault.code](fault.args as FaultArgs);
}
