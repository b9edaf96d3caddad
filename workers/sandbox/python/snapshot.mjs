import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { loadPyodide } from 'pyodide';
import { prepare, SOURCES } from './prepare.mjs';

/**
 * node workers/sandbox/python/snapshot.mjs FILE: starts Python, prepares it and writes the memory as a gzipped snapshot,
 * from which the sandbox's workers start several times faster. The settings must be those of `worker.ts`, since they are
 * in the memory too.
 */
const [file] = process.argv.slice(2);
if (!file) throw new Error('Say where the snapshot goes: node workers/sandbox/python/snapshot.mjs FILE');

const lock = await readFile(new URL(import.meta.resolve('pyodide/pyodide-lock.json')), 'utf8');
const read = async (name) => [name, await readFile(new URL(`./${name}.py`, import.meta.url), 'utf8')];
const sources = new Map(await Promise.all(SOURCES.map(read)));
const python = await loadPyodide({
  lockFileContents: { info: JSON.parse(lock).info, packages: {} },
  env: {
    HOME: '/home/pyodide',
    LANG: 'C.UTF-8',
    PYTHONHASHSEED: '0',
    PYTHONDONTWRITEBYTECODE: '1',
    _: 'python',
  },
  jsglobals: Object.create(null),
  _makeSnapshot: true,
});
prepare(python, (name) => sources.get(name));
await writeFile(file, gzipSync(python.makeMemorySnapshot()));
