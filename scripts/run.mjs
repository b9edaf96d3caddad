/**
 * `npm run -s posterior -- <command>`: installs what is missing, then runs the TypeScript command line in this
 * process, so that signals reach it once.
 */
import { existsSync } from 'node:fs';
import { ensureInstalled, exitWith, ROOT } from './install.mjs';

try {
  ensureInstalled();
} catch (error) {
  exitWith(error);
}

// npm moves to the package's folder; paths on the command line mean the folder the person was in.
const calledFrom = process.env.INIT_CWD;
if (process.cwd() === ROOT && calledFrom !== undefined && existsSync(calledFrom)) process.chdir(calledFrom);

const { register } = await import('tsx/esm/api');
register();
const { main } = await import('../cli/main.ts');
const code = await main(process.argv.slice(2));
// Whatever a library still holds open must not keep the process; what was written must get out first.
for (const stream of [process.stdout, process.stderr]) await new Promise((done) => stream.write('', done));
process.exit(code);
