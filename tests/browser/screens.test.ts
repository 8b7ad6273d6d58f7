/** Every screen in every theme and size: usable by everybody, and never wider than its window. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sample, sizes, Station, themes } from './fixture';

/** The screens by the key that leads to them, and what is there only once they show what they have. */
const screens: [string, string, string][] = [
  ['dossiers', 'Control+1', '[role=grid] [role=row]:has-text("Cấp bản sao trích lục hộ tịch")'],
  ['prepare', 'Control+2', '[data-key=requester_name] input'],
  ['digitise', 'Control+3', '[role=option] img'],
  ['outbox', 'Control+4', 'main h2'],
  ['reception', 'Control+5', '[role=listbox] [role=option]:has-text("2.000635")'],
  ['catalogue', 'Control+6', '[role=listbox] [role=option]:has-text("2.000635")'],
  ['settings', 'Control+7', '#enrolment'],
  ['new dossier', 'Control+n', '[role=grid] [role=row]:has-text("2.000635")'],
];

let station: Station;

beforeAll(async () => {
  station = await Station.open();
});
afterAll(() => station.close());

/** Goes to a screen, and waits until it is there with its data and its pictures. */
async function visit(keys: string, landmark: string): Promise<void> {
  await station.page.keyboard.press(keys);
  await station.page.locator(landmark).first().waitFor();
  await station.page.waitForFunction(() => [...document.images].every((image) => image.complete));
}

async function look(theme: string, size: number): Promise<void> {
  const preferences = { language: 'vi', theme, size, density: 'compact' };
  await station.call({ ask: 'set_preferences', preferences });
  await station.page.reload();
  await station.page.locator(`html[data-theme=${theme}][data-size="${size / 10}"]`).waitFor();
}

describe('the first start', () => {
  test.each(themes)('says what this is for, in theme %s', async (theme) => {
    await look(theme, 1000);
    await station.page.getByRole('button', { name: 'Soạn thử một hồ sơ' }).waitFor();
    expect(await station.violations()).toEqual([]);
  });
});

describe('with a dossier at work', () => {
  beforeAll(async () => {
    const made = await station.call<{ id: string }>({ ask: 'dossier_new', procedure: '2.000635', practice: true });
    const paper = { component: '2.000635.01', row: null, as_is: false, later: false };
    await station.call({ ask: 'dossier_attach', dossier: made.id, files: [sample('bien-ban-phone.jpg')], ...paper });
    await station.call({ ask: 'dossier_new', procedure: 'NB-15' });
    await station.page.reload();
    await station.page.getByRole('button', { name: 'Cấp bản sao trích lục hộ tịch' }).first().click();
    await station.page.getByRole('tab').first().waitFor();
  });

  describe.each(themes)('in theme %s', (theme) => {
    test.each(sizes)('at %i tenths of a percent', async (size) => {
      await station.call({ ask: 'set_preferences', preferences: { language: 'vi', theme, size, density: 'compact' } });
      await station.page.evaluate(
        ([theme, size]) => Object.assign(document.documentElement.dataset, { theme, size }),
        [theme, String(size / 10)],
      );
      const wrong: string[] = [];
      for (const [name, keys, landmark] of screens) {
        await visit(keys, landmark);
        for (const line of await station.violations()) wrong.push(`${name}: ${line}`);
      }
      expect(wrong).toEqual([]);
    });
  });

  test('at 400 % nothing has to be scrolled sideways', async () => {
    // 1366 px at 400 %, and text at 100 %.
    await station.page.setViewportSize({ width: 342, height: 768 });
    const wide: string[] = [];
    for (const [name, keys, landmark] of screens) {
      await visit(keys, landmark);
      const wider = await station.wider();
      if (wider !== undefined) wide.push(`${name}: ${wider}`);
    }
    expect(wide).toEqual([]);
    await station.page.setViewportSize({ width: 1366, height: 768 });
  });
});
