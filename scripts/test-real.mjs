/** `npm run test:real`: tests with the real model that `npm run real-model` makes. Takes the options of vitest. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, exitWith, ROOT, SetupError } from './install.mjs';
import { hasRealModel, missingRealModel } from './real-model-folder.mjs';

try {
  if (!hasRealModel()) throw new SetupError(missingRealModel());
  ensureInstalled();
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--project', 'real', ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
} catch (error) {
  exitWith(error);
}
