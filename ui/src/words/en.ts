import type { Words } from './words';

export const en: Words = {
  language: 'en',
  product: 'Hồ Sơ',
  purpose: 'Prepare, digitise and send administrative dossiers, even without a network.',
  version: (number) => `Version ${number}`,
  retry: 'Try again',
  faults: {
    unreachable: 'The window could not reach the program. Try again; if it still fails, close Hồ Sơ and open it again.',
    unknown_request: 'The window and the program are not of the same version. Install Hồ Sơ again.',
  },
};
