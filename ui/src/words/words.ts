import type { DossiersWords } from './dossiers';
import type { FaultWords } from './faults';
import type { DigitiseWords } from './digitise';
import type { FindingWords } from './findings';
import type { FrameWords } from './frame';
import type { OutboxWords } from './outbox';
import type { PartWords } from './parts';
import type { PortalWords } from './portal';
import type { PrepareWords } from './prepare';
import type { SettingsWords } from './settings';
import type { StackWords } from './stack';
import type { StateWords } from './states';

/** Every word on screen, in one language. A missing word does not compile. Text is NFC. */
export interface Words {
  /** BCP 47 tag, set on the document. */
  language: 'vi' | 'en';
  product: string;
  frame: FrameWords;
  states: StateWords;
  dossiers: DossiersWords;
  prepare: PrepareWords;
  portal: PortalWords;
  digitise: DigitiseWords;
  stack: StackWords;
  findings: FindingWords;
  outbox: OutboxWords;
  settings: SettingsWords;
  faults: FaultWords;
  /** Of the parts that screens are made of. */
  parts: PartWords;
}
