import { en } from './en';
import { vi } from './vi';
import type { Words } from './words';

export type { Words };

export const languages = [vi, en] as const;

export function wordsOf(language: Words['language']): Words {
  return language === 'en' ? en : vi;
}
