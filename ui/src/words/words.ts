import type { FaultCode } from '../host/host';

/** Every word on screen, in one language. A missing word does not compile. Text is NFC. */
export interface Words {
  /** BCP 47 tag, set on the document. */
  language: 'vi' | 'en';
  product: string;
  /** What the product is for, in one sentence. */
  purpose: string;
  version: (number: string) => string;
  retry: string;
  faults: Record<FaultCode, string>;
}
