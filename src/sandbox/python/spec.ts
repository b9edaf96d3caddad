import type { EngineSpec } from '../engine-spec.ts';

/** CPython as Pyodide. The snapshot is the memory of an interpreter that has been started and prepared. */
export const python: EngineSpec = {
  language: 'python',
  title: 'Python',
  script: 'python.js',
  wasm: 'pyodide.asm.wasm',
  files: [
    { name: 'python_stdlib.zip', optional: false, gzip: false },
    { name: 'python.snapshot.bin', optional: true, gzip: true },
  ],
  // Putting the heap back is not an official feature of Pyodide.
  runsPerWorker: 400,
  memoryMb: 160,
  minMemoryMb: 48,
  maxMemoryMb: 2048,
  keepMb: 96,
};
