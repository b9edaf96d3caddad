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
process.exitCode = await main(process.argv.slice(2));
