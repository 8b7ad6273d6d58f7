import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The browser tier: the real interface in Chromium, against the real program (`uihost`). Its files lie in `tests/browser`. */
export default defineConfig({
  root: here('../tests/browser'),
  // The tests lie outside this package, its modules inside.
  resolve: { alias: { 'playwright-core': here('node_modules/playwright-core/index.mjs'), 'axe-core': here('node_modules/axe-core/axe.js') } },
  server: { fs: { allow: [here('..')] } },
  test: {
    // Measurements take long: `cargo xtask measure` asks for them by their names.
    include: [process.env['HOSO_MEASURE'] ?? '*.test.ts'],
    // Each file starts programs of its own; two at a time on two cores.
    maxWorkers: 2,
    testTimeout: 240_000,
    // What is waited for may take a program's answers and its disk's.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 120_000,
  },
});
