/**
 * The page as `npm run build` makes it, for the command line and the tests: unbundled, a page with its workers is a
 * thousand requests, which take longer than many a command.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import sirv from 'sirv';
import { ROOT, SetupError } from './install.mjs';
import { ISOLATION } from './isolation.mjs';

/** Everything that a build reads, for each of the pages that a command may want. */
const APP = [
  'index.html',
  'package-lock.json',
  'public',
  'src',
  'vite.classic.ts',
  'vite.config.ts',
  'vite.offline.ts',
  'vite.sandbox.ts',
  'workers',
];
const SOURCES = {
  app: APP,
  bench: [
    ...APP,
    ...['bench', 'bench/gpu', 'bench/models'].flatMap((folder) =>
      readdirSync(join(ROOT, folder))
        .filter((name) => /\.(ts|html)$/.test(name))
        .map((name) => `${folder}/${name}`),
    ),
  ],
};
const CACHE = join(ROOT, 'node_modules', '.cache', 'posterior', 'site');
/** A build that has not been used for so long is removed: a long run may still be served from an older one. */
const KEPT_MS = 7 * 24 * 3_600_000;

/** Files below a path of this project, in the order of their names. */
function filesBelow(path) {
  if (statSync(join(ROOT, path)).isFile()) return [path];
  return readdirSync(join(ROOT, path))
    .sort()
    .flatMap((name) => filesBelow(`${path}/${name}`));
}

function sourcesHash(entry) {
  const hash = createHash('sha256').update(entry);
  for (const path of SOURCES[entry].flatMap(filesBelow)) {
    if (/\.(md|test\.tsx?)$/.test(path)) continue;
    const content = readFileSync(join(ROOT, path));
    hash.update(`${path} ${content.length}\n`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

async function build(entry, folder) {
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'];
  if (entry === 'bench') args.push('--mode', 'bench');
  try {
    // Apart from this process, whose NODE_ENV may ask for a page in development.
    await promisify(execFile)(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: 'production' },
    });
  } catch (error) {
    throw new SetupError(`The page could not be built: ${error.stderr || error.message}`);
  }
}

/** @param {string} current folder that stays */
function removeUnused(current) {
  for (const name of readdirSync(CACHE)) {
    const folder = join(CACHE, name);
    // Another process may have taken it away by now.
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
    if (folder === current || age < KEPT_MS) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds that go on in this process, by folder. */
const building = new Map();

/** Fills a folder that is there complete or not at all, once however many ask for it. */
export function keptBuild(folder, fill) {
  if (existsSync(folder)) return Promise.resolve();
  const going = building.get(folder) ?? fillWhole(folder, fill).finally(() => building.delete(folder));
  building.set(folder, going);
  return going;
}

async function fillWhole(folder, fill) {
  mkdirSync(dirname(folder), { recursive: true });
  const partial = `${folder}.${process.pid}`;
  try {
    await fill(partial);
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (error instanceof SetupError) throw error;
    // Unless another process was faster.
    if (!existsSync(folder)) throw new SetupError(`The built page could not be kept: ${error.message}`);
  }
}

/**
 * Builds a page unless that was done for the sources as they are.
 * @param {'app' | 'bench'} entry the app, or the benchmarks, which it does not ship
 * @returns {Promise<string>} the folder that it is in
 * @throws {SetupError} when it cannot be built
 */
export async function builtSite(entry = 'app') {
  const folder = join(CACHE, sourcesHash(entry));
  await keptBuild(folder, async (partial) => {
    process.stderr.write('Building the page (once for each version of its sources) …\n');
    await build(entry, partial);
  });
  const now = new Date();
  utimesSync(folder, now, now);
  removeUnused(folder);
  return folder;
}

/** A name in assets/ changes with its content; every other file is asked for again at each visit. */
function headersOf(path) {
  const cached = path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache';
  return { ...ISOLATION, 'Cache-Control': cached };
}

/**
 * Serves the built page to this machine only, on a free port, isolated as the development server has it.
 * @param {'app' | 'bench'} entry
 * @param {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => boolean} answer
 *   answers a request in its place, or returns false
 * @returns {Promise<{port: number, close: () => Promise<void>}>}
 */
export async function serveSite(entry = 'app', answer = () => false) {
  const files = sirv(await builtSite(entry), {
    etag: true,
    setHeaders(response, path) {
      for (const [name, value] of Object.entries(headersOf(path))) response.setHeader(name, value);
    },
  });
  const server = createServer((request, response) => {
    if (!answer(request, response)) files(request, response);
  });
  await new Promise((listening, failed) => {
    server.once('error', failed).listen(0, '127.0.0.1', listening);
  });
  const close = () =>
    new Promise((closed) => {
      server.close(closed);
      server.closeAllConnections();
    });
  return { port: server.address().port, close };
}
