import { nearest, type UnitChoice, type UnitLookup } from '../../forms/units';
import type { AdministrativeUnit } from '../../host/desk.gen';
import type { Host } from '../../host/host';
import { dayText } from '../show';

/** Enough to choose from; more is found by typing more. */
const MOST = 200;

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

  return {
    provinces: async (text, day) => nearest(await below(null, dayOf(day)), text),
    async communes(province, text, day) {
      const on = dayOf(day);
      // Before July 2025 there were districts between them.
      if (province !== undefined && on >= '2025-07-01') return nearest(await below(province, on), text);
      if (text.trim() === '') return [];
      const found = await host.call({ ask: 'units_find', find: text, day: on, limit: MOST }, 'unit_lines');
      return found.filter(({ unit }) => unit.tier === 'commune').map(({ unit, above }) => ({ ...choice(unit), above }));
    },
    path: async (code, day) => (await host.call({ ask: 'unit_at', code, day: dayOf(day) }, 'unit')).path,
  };
}
