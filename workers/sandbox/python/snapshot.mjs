import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { loadPyodide } from 'pyodide';

/**
 * node workers/sandbox/python/snapshot.mjs FILE: starts Python, imports what programs import and writes the memory as a
 * gzipped snapshot, from which the sandbox's workers start several times faster. The settings must be those of
 * `worker.ts`, since they are in the memory too.
 */
const [file] = process.argv.slice(2);
if (!file) throw new Error('Say where the snapshot goes: node workers/sandbox/python/snapshot.mjs FILE');

const lock = await readFile(new URL(import.meta.resolve('pyodide/pyodide-lock.json')), 'utf8');
const python = await loadPyodide({
  lockFileContents: { info: JSON.parse(lock).info, packages: {} },
  env: { HOME: '/home/pyodide', PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1', _: 'python' },
  jsglobals: Object.create(null),
  _makeSnapshot: true,
});
python.runPython(await readFile(new URL('./preload.py', import.meta.url), 'utf8'));
await writeFile(file, gzipSync(python.makeMemorySnapshot()));
