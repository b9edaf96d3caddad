/** The Python environment of the checks: where it is, how it is made, and what is missing to make it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST = [3, 11];
const CANDIDATES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python'];

/** The environment cannot be made; the message says what is missing and how to get it. */
export class EnvironmentError extends Error {}

const inside = (environment, name) =>
  process.platform === 'win32' ? join(environment, 'Scripts', `${name}.exe`) : join(environment, 'bin', name);

/** `[3, 12]`, or null where the command gives none. */
function versionOf(command) {
  const { status, stdout } = spawnSync(command, ['-c', 'import sys; print(*sys.version_info[:2])'], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim().split(' ').map(Number) : null;
}

const isNewEnough = ([major, minor]) => major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);

function findPython() {
  const found = CANDIDATES.map((command) => ({ command, version: versionOf(command) })).filter(
    ({ version }) => version !== null,
  );
  const python = found.find(({ version }) => isNewEnough(version));
  if (python) return python.command;
  const had = found.map(({ command, version }) => `${command} is ${version.join('.')}`).join(', ');
  throw new EnvironmentError(
    `The checks need Python ${OLDEST.join('.')} or newer on the path; ${had || 'there is none'}. ` +
      'Install one from python.org, or with your system’s packages (apt-get install python3 python3-venv).',
  );
}

/** Runs a step; its output is shown only where it fails. */
function step(what, command, args, log) {
  log(`${what} …\n`);
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status === 0) return;
  const words = `${stdout ?? ''}\n${stderr ?? ''}`.trim().split('\n').slice(-15).join('\n');
  throw new EnvironmentError(`${what} failed: ${error?.message ?? ''}\n${words}`);
}

/**
 * The Python of the environment, which is made, or brought up to date, where it is not as these lists of packages in this
 * folder say.
 * @throws EnvironmentError
 */
export function ensureEnvironment(environment, log, lists = ['requirements.txt']) {
  const python = inside(environment, 'python');
  if (!existsSync(python)) {
    mkdirSync(environment, { recursive: true });
    step(`Making a Python environment in ${environment}`, findPython(), ['-m', 'venv', environment], log);
  }
  for (const list of lists) ensurePackages(environment, python, list, log);
  return python;
}

function ensurePackages(environment, python, list, log) {
  const path = fileURLToPath(new URL(list, import.meta.url));
  const stamp = join(environment, list.replace(/txt$/, 'sha256'));
  const wanted = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // The list is complete, so nothing else is looked for.
  const install = ['-m', 'pip', 'install', '--no-deps', '--disable-pip-version-check', '-r', path];
  step(`Installing the packages of ${list}`, python, install, log);
  writeFileSync(stamp, wanted);
}
