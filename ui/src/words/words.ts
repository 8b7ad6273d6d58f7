import type { CatalogueWords } from './catalogue';
import type { AccountWords } from './account';
import type { ConditionWords } from './condition';
import type { DossiersWords } from './dossiers';
import type { FaultWords } from './faults';
import type { DigitiseWords } from './digitise';
import type { FindWords } from './find';
import type { FillingWords } from './filling';
import type { FindingWords } from './findings';
import type { FrameWords } from './frame';
import type { ManyWords } from './many';
import type { NoPaperWords } from './noPaper';
import type { OutboxWords } from './outbox';
import type { PartWords } from './parts';
import type { PreflightWords } from './preflight';
import type { PortalWords } from './portal';
import type { PrepareWords } from './prepare';
import type { ReuseWords } from './reuse';
import type { SettingsWords } from './settings';
import type { StackWords } from './stack';
import type { StateWords } from './states';

/** Every word on screen, in one language. A missing word does not compile. Text is NFC. */
export interface Words {
  /** BCP 47 tag, set on the document. */
  language: 'vi' | 'en';
  product: string;
  account: AccountWords;
  frame: FrameWords;
  states: StateWords;
  dossiers: DossiersWords;
  find: FindWords;
  prepare: PrepareWords;
  portal: PortalWords;
  digitise: DigitiseWords;
  stack: StackWords;
  filling: FillingWords;
  reuse: ReuseWords;
  many: ManyWords;
  noPaper: NoPaperWords;
  findings: FindingWords;
  preflight: PreflightWords;
  outbox: OutboxWords;
  catalogue: CatalogueWords;
  condition: ConditionWords;
  settings: SettingsWords;
  faults: FaultWords;
  /** Of the parts that screens are made of. */
  parts: PartWords;
}
