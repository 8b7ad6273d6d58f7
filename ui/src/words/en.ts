import { catalogueEn } from './catalogueEn';
import { accountEn } from './account';
import { conditionEn } from './condition';
import { dossiersEn } from './dossiers';
import { findEn } from './find';
import { digitiseEn } from './digitise';
import { faultsEn } from './faults';
import { fillingEn } from './filling';
import { findingsEn } from './findings';
import { frameEn } from './frame';
import { manyEn } from './many';
import { noPaperEn } from './noPaper';
import { outboxEn } from './outbox';
import { partsEn } from './parts';
import { preflightEn } from './preflight';
import { portalEn } from './portal';
import { prepareEn } from './prepare';
import { reuseEn } from './reuse';
import { settingsEn } from './settings';
import { stackEn } from './stack';
import { stateName, statesEn } from './states';
import type { Words } from './words';

export const en: Words = {
  language: 'en',
  product: 'Hồ Sơ',
  account: accountEn,
  frame: frameEn,
  states: statesEn,
  dossiers: dossiersEn,
  find: findEn,
  prepare: prepareEn,
  portal: portalEn,
  digitise: digitiseEn,
  stack: stackEn,
  filling: fillingEn,
  reuse: reuseEn,
  many: manyEn,
  noPaper: noPaperEn,
  findings: findingsEn,
  preflight: preflightEn,
  outbox: outboxEn,
  catalogue: catalogueEn,
  condition: conditionEn,
  settings: settingsEn,
  faults: faultsEn(stateName(statesEn)),
  parts: partsEn,
};
