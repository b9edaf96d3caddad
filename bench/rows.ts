/**
 * How fast one engine on WASM multiplies at SmolLM2-135M's sizes, by the rows at once: `npx tsx bench/rows.ts`. Sampling has as
 * many rows as it has sequences, training as many as it has tokens.
 */
import type { Feeds, ModelHost } from '../src/host/host.ts';
import { measureSpeed } from '../src/host/speed.ts';
import { buildProgram } from '../src/programs/index.ts';
import { type ProgramSpec, specKey } from '../src/programs/spec.ts';
import { createPlainRuntime } from '../src/runtime/ort/plain.ts';
import type { Program } from '../src/runtime/runtime.ts';

const SIZES = { width: 576, hidden: 1536 };
const ROWS = [1, 4, 8, 16, 32, 256];
const TIMES = 3;

const runtime = createPlainRuntime();
const programs = new Map<string, Program>();
const host: Pick<ModelHost, 'run'> = {
  async run(spec: ProgramSpec, batches: readonly Feeds[]) {
    const program = programs.get(specKey(spec)) ?? (await runtime.compile(buildProgram(spec)));
    programs.set(specKey(spec), program);
    for (const feeds of batches) await program.run(feeds);
    return [];
  },
};

for (const rows of ROWS) {
  const speeds: number[] = [];
  for (let i = 0; i < TIMES; i++) speeds.push((await measureSpeed(host, SIZES, rows, 1)) / 1e9);
  const told = speeds.map((speed) => speed.toFixed(1)).join(', ');
  process.stdout.write(`${String(rows).padStart(4)} rows: ${told} GFLOP/s\n`);
}
