import { catalogueVi } from './catalogue';
import { accountVi } from './account';
import { conditionVi } from './condition';
import { dossiersVi } from './dossiers';
import { findVi } from './find';
import { digitiseVi } from './digitise';
import { faultsVi } from './faults';
import { fillingVi } from './filling';
import { findingsVi } from './findings';
import { frameVi } from './frame';
import { manyVi } from './many';
import { noPaperVi } from './noPaper';
import { outboxVi } from './outbox';
import { partsVi } from './parts';
import { preflightVi } from './preflight';
import { portalVi } from './portal';
import { prepareVi } from './prepare';
import { reuseVi } from './reuse';
import { settingsVi } from './settings';
import { stackVi } from './stack';
import { stateName, statesVi } from './states';
import type { Words } from './words';

export const vi: Words = {
  language: 'vi',
  product: 'Hồ Sơ',
  account: accountVi,
  frame: frameVi,
  states: statesVi,
  dossiers: dossiersVi,
  find: findVi,
  prepare: prepareVi,
  portal: portalVi,
  digitise: digitiseVi,
  stack: stackVi,
  filling: fillingVi,
  reuse: reuseVi,
  many: manyVi,
  noPaper: noPaperVi,
  findings: findingsVi,
  preflight: preflightVi,
  outbox: outboxVi,
  catalogue: catalogueVi,
  condition: conditionVi,
  settings: settingsVi,
  faults: faultsVi(stateName(statesVi)),
  parts: partsVi,
};
