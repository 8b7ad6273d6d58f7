import { catalogueEn } from './catalogueEn';
import { dossiersEn } from './dossiers';
import { digitiseEn } from './digitise';
import { faultsEn } from './faults';
import { findingsEn } from './findings';
import { frameEn } from './frame';
import { outboxEn } from './outbox';
import { partsEn } from './parts';
import { prepareEn } from './prepare';
import { settingsEn } from './settings';
import { stackEn } from './stack';
import { stateName, statesEn } from './states';
import type { Words } from './words';

export const en: Words = {
  language: 'en',
  product: 'Hồ Sơ',
  frame: frameEn,
  states: statesEn,
  dossiers: dossiersEn,
  prepare: prepareEn,
  digitise: digitiseEn,
  stack: stackEn,
  findings: findingsEn,
  outbox: outboxEn,
  catalogue: catalogueEn,
  settings: settingsEn,
  faults: faultsEn(stateName(statesEn)),
  parts: partsEn,
};
