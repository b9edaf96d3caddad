/**
 * Installs what is missing in this folder, and nothing outside it. Runs on bare Node: imports only built-ins.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The lowest Node that runs the tools of this project, as `engines` in package.json says. */
const MINIMUM_NODE = [20, 19];

/** A failure whose message says what happened and what to do; shown without a stack. */
export class SetupError extends Error {
  name = 'SetupError';
}

/** @param {string} version for example `20.19.0` */
export function nodeIsRecent(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [needMajor, needMinor] = MINIMUM_NODE;
  return major > needMajor || (major === needMajor && minor >= needMinor);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Packages of the lock file that are not installed in the version it names. npm records what it installed in
 * `node_modules/.package-lock.json`; comparing contents, not times, survives `touch` and a fresh checkout.
 * @param {string} root
 * @returns {string[]} paths such as `node_modules/vite`
 */
export function missingPackages(root) {
  const wanted = readJson(join(root, 'package-lock.json'));
  if (wanted === null)
    throw new SetupError(`There is no readable package-lock.json in ${root}; clone again.`);
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages ?? {};
  return Object.entries(wanted.packages)
    .filter(([path, entry]) => path !== '' && !entry.optional && !entry.link)
    .filter(([path, entry]) => installed[path]?.version !== entry.version)
    .map(([path]) => path);
}

/** `npm` itself when it started us, so that the same npm is used; on Windows the command is a script. */
function npmCommand() {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) return { command: process.execPath, args: [npm], shell: false };
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}

/**
 * Runs `npm ci` when a package is missing. Everything npm says goes to stderr, since stdout is for results.
 * @throws {SetupError} when Node is too old or npm fails
 */
export function ensureInstalled(root = ROOT) {
  if (!nodeIsRecent(process.versions.node)) {
    throw new SetupError(
      `Posterior needs Node ${MINIMUM_NODE.join('.')} or later and this is ${process.versions.node}. ` +
        'Install a newer one from https://nodejs.org and run the command again.',
    );
  }
  const missing = missingPackages(root);
  if (missing.length === 0) return;
  process.stderr.write(`Installing ${missing.length} packages into node_modules (once) …\n`);
  const npm = npmCommand();
  const result = spawnSync(npm.command, [...npm.args, 'ci', '--include=dev', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: npm.shell,
    // A browser is looked for first and downloaded only when none is found.
    env: { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '1' },
  });
  const failure = result.error?.message ?? (result.status === 0 ? null : `exit code ${result.status}`);
  if (failure !== null) {
    throw new SetupError(
      `npm could not install the packages (${failure}; its own words are above). ` +
        'Nothing else was changed. Check the connection and the free disk space, then run the command again.',
    );
  }
}

/** Prints the sentence of a {@link SetupError} and ends with code 1; anything else is thrown on. */
export function exitWith(error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
