// Makes icons/*.{png,ico,icns} from icons/hoso.svg with the Tauri command line, and keeps only what tauri.conf.json names:
// the command also writes sets for Android, iOS and the Windows store, which the product does not ship.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'hoso-icons-'));
try {
  execFileSync(join(root, 'ui/node_modules/.bin/tauri'), ['icon', 'icons/hoso.svg', '--output', scratch], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  const { bundle } = JSON.parse(readFileSync(join(root, 'tauri.conf.json'), 'utf8'));
  for (const icon of bundle.icon) {
    copyFileSync(join(scratch, icon.replace('icons/', '')), join(root, icon));
    console.log(icon);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
