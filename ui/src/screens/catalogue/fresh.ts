/** What a new procedure begins with. */
import { isObject, type Json, type JsonObject } from './schema';

interface Name {
  [language: string]: string;
  vi: string;
  en: string;
}

/** With one paper, and everything else as it mostly is; what nobody can guess is empty, and the check asks for it. */
export function begunFromNothing(code: string, name: Name, profile: string, today: string): JsonObject {
  return {
    code,
    revision: 1,
    name,
    field: { code: '', name: { vi: '', en: '' } },
    tiers: ['commune'],
    applicants: ['citizen'],
    channels: ['direct', 'online', 'postal'],
    level: 'partial',
    components: [
      { code: `${code}.01`, name: { vi: '', en: '' }, need: 'mandatory', originals: 1, certified_copies: 0, plain_copies: 0, copy_will_do: false, electronic_ok: true, digitise: true, sign: 'none' },
    ],
    sets: 1,
    time_limit: { fixed: [{ n: 5, unit: 'working_day' }] },
    results: [{ code: `${code}.KQ`, name: { vi: '', en: '' } }],
    form: { id: '', revision: 1 },
    legal_basis: [{ number: '', title: '', verified: false }],
    valid_from: today,
    profile,
    provenance: { status: 'unverified', source: '' },
  };
}

/** As another is, under its own code and name. The papers keep their codes: the form names them. What somebody confirmed or looked up
 *  of the other is neither confirmed nor looked up of this one. */
export function copied(other: JsonObject, code: string, name: Name): JsonObject {
  const unconfirmed = (mark: Json): Json => {
    if (!isObject(mark)) return mark;
    const { confirmed: _confirmed, ...rest } = mark;
    return rest['status'] === 'real' ? { ...rest, status: 'unverified' } : rest;
  };
  const provenance = isObject(other['provenance']) ? other['provenance'] : {};
  const values = isObject(provenance['values']) ? Object.fromEntries(Object.entries(provenance['values']).map(([path, mark]) => [path, unconfirmed(mark)])) : undefined;
  const { valid_to: _ended, ...rest } = other;
  return { ...rest, code, revision: 1, name, provenance: { ...(unconfirmed(provenance) as JsonObject), ...(values ? { values } : {}) } };
}
