import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { loadPyodide } from 'pyodide';
import { prepare } from './prepare.mjs';

/**
 * node workers/sandbox/python/snapshot.mjs FILE: starts Python, prepares it and writes the memory as a gzipped snapshot,
 * from which the sandbox's workers start several times faster. The settings must be those of `worker.ts`, since they are
 * in the memory too.
 */
const [file] = process.argv.slice(2);
if (!file) throw new Error('Say where the snapshot goes: node workers/sandbox/python/snapshot.mjs FILE');

const lock = await readFile(new URL(import.meta.resolve('pyodide/pyodide-lock.json')), 'utf8');
const source = (name) => readFile(new URL(`./${name}.py`, import.meta.url), 'utf8');
const [preload, setup, likeness, guard] = await Promise.all(
  ['preload', 'setup', 'likeness', 'guard'].map(source),
);
const harness = await Promise.all(
  ['harness', 'kinds', 'mirror', 'perform', 'stand_ins', 'check', 'script'].map(source),
);
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
prepare(python, { preload, setup, likeness, guard, harness });
await writeFile(file, gzipSync(python.makeMemorySnapshot()));
