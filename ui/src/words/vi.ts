import { dossiersVi } from './dossiers';
import { digitiseVi } from './digitise';
import { faultsVi } from './faults';
import { findingsVi } from './findings';
import { frameVi } from './frame';
import { outboxVi } from './outbox';
import { partsVi } from './parts';
import { portalVi } from './portal';
import { prepareVi } from './prepare';
import { settingsVi } from './settings';
import { stackVi } from './stack';
import { stateName, statesVi } from './states';
import type { Words } from './words';

export const vi: Words = {
  language: 'vi',
  product: 'Hồ Sơ',
  frame: frameVi,
  states: statesVi,
  dossiers: dossiersVi,
  prepare: prepareVi,
  portal: portalVi,
  digitise: digitiseVi,
  stack: stackVi,
  findings: findingsVi,
  outbox: outboxVi,
  settings: settingsVi,
  faults: faultsVi(stateName(statesVi)),
  parts: partsVi,
};
