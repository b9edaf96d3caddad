import type { EngineSpec } from '../engine-spec.ts';

/** QuickJS-ng: a fresh runtime for each program. */
export const javascript: EngineSpec = {
  language: 'javascript',
  title: 'JavaScript',
  script: 'javascript.js',
  wasm: 'quickjs.wasm',
  files: [],
  runsPerWorker: 400,
  memoryMb: 160,
  minMemoryMb: 24,
  maxMemoryMb: 2048,
  keepMb: 64,
};
