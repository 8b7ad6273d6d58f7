import { folded, isNear, nearest, type UnitChoice, type UnitLookup } from '../../forms/units';
import type { AdministrativeUnit } from '../../host/desk.gen';
import type { Host } from '../../host/host';
import { dayText } from '../show';

/** Enough to choose from; more is found by typing more. */
const MOST = 200;

/** The last day of the provinces, districts and communes of before, and the first of those of now. */
const [LAST_OLD, FIRST_NEW] = ['2025-06-30', '2025-07-01'];
/** Old names that are looked through, and that are offered. */
const [OLD_MOST, OLD_OFFERED] = [40, 6];

const choice = ({ code, name }: AdministrativeUnit): UnitChoice => ({ code, name, above: [] });

/** The units as the program knows them, on the day asked for, else on that of the dossier. What belongs to a unit is asked once. */
export function unitsOf(host: Host, begun: () => string | undefined): UnitLookup {
  const known = new Map<string, Promise<readonly UnitChoice[]>>();
  const dayOf = (day: string | null | undefined) => day ?? dayText(begun() ?? new Date().toISOString()).split('/').reverse().join('-');

  function below(parent: string | null, day: string): Promise<readonly UnitChoice[]> {
    const key = `${parent ?? ''} ${day}`;
    const asked = known.get(key) ?? host.call({ ask: 'unit_children', parent, day }, 'units').then((units) => units.map(choice));
    known.set(key, asked);
    // What could not be had is asked for again.
    asked.catch(() => known.delete(key));
    return asked;
  }

  /** What units of this name of before are now. One that goes on under its name is offered by it. */
  async function formerly(tier: AdministrativeUnit['tier'], text: string, day: string, province?: string): Promise<UnitChoice[]> {
    if (day < FIRST_NEW || folded(text).length < 2) return [];
    const found = await host.call({ ask: 'units_find', find: text, day: LAST_OLD, limit: OLD_MOST }, 'unit_lines');
    const old = found.filter(({ unit }) => unit.tier === tier);
    const now = old.flatMap(({ unit, above, now }) =>
      now
        .filter((to) => to.unit.name !== unit.name && (province === undefined || to.unit.parent === province))
        .map((to) => ({ ...choice(to.unit), above: to.above, was: { code: unit.code, name: unit.name, above, district: unit.parent, share: to.share } })),
    );
    return now.slice(0, OLD_OFFERED);
  }

  /** What fits closely comes before what fits somehow, old and new alike. */
  function together(now: readonly UnitChoice[], old: readonly UnitChoice[], text: string): UnitChoice[] {
    const close = ({ name, was }: UnitChoice) => isNear(text, was?.name ?? name);
    const parts = [now.filter(close), old.filter(close), now.filter((unit) => !close(unit)), old.filter((unit) => !close(unit))];
    return parts.flat();
  }

  return {
    async provinces(text, day) {
      const on = dayOf(day);
      return together(nearest(await below(null, on), text), await formerly('province', text, on), text);
    },
    async communes(province, text, day) {
      const on = dayOf(day);
      // Before July 2025 there were districts between them.
      if (province !== undefined && on >= FIRST_NEW) return together(nearest(await below(province, on), text), await formerly('commune', text, on, province), text);
      if (text.trim() === '') return [];
      const found = await host.call({ ask: 'units_find', find: text, day: on, limit: MOST }, 'unit_lines');
      const standing = found.filter(({ unit }) => unit.tier === 'commune').map(({ unit, above }) => ({ ...choice(unit), above }));
      return together(standing, await formerly('commune', text, on), text);
    },
    async now(line, day) {
      const on = dayOf(day);
      // What is an address of today is none of before, also where both know its names.
      if (on < FIRST_NEW || (await host.call({ ask: 'address_read', typed: line, day: on }, 'address')).address.commune) return undefined;
      const { now, written } = await host.call({ ask: 'address_read', typed: line, day: LAST_OLD }, 'address');
      return now?.commune ? { address: now, text: written.now ?? '' } : undefined;
    },
    path: async (code, day) => (await host.call({ ask: 'unit_at', code, day: dayOf(day) }, 'unit')).path,
  };
}
