/**
 * This checkout beside another, on WASM: whether sampling and an update of the default model give the same bits, and what
 * processor time they take. Each is a process of its own, in turns. Prints Markdown.
 *
 *   npx tsx bench/before.ts OTHER_CHECKOUT [rounds, 3 by default]
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { median } from './statistics.ts';

interface Side {
  readonly bits: string;
  readonly sampling: number;
  readonly update: number;
}

const [, script, other, rounds = '3', only] = process.argv as string[];
const HERE = resolve(fileURLToPath(import.meta.url), '../..');

if (only !== undefined) console.log(JSON.stringify(await measure(only)));
else compare(resolve(other!), Number(rounds));

function compare(before: string, times: number): void {
  const sides: Record<'before' | 'now', Side[]> = { before: [], now: [] };
  const one = (root: string): Side =>
    JSON.parse(
      execFileSync('npx', ['tsx', script!, other!, rounds, root], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .at(-1)!,
    ) as Side;
  for (let i = 0; i < times; i++) {
    sides.before.push(one(before));
    sides.now.push(one(HERE));
  }
  console.log('| processor time, ms | before | now | before / now |');
  console.log('| --- | --- | --- | --- |');
  for (const part of ['sampling', 'update'] as const) {
    const [old, own] = [sides.before, sides.now].map((side) => side.map((each) => each[part]));
    const shown = (values: readonly number[]): string => values.map((ms) => ms.toFixed(0)).join(', ');
    console.log(
      `| ${part} | ${shown(old!)} | ${shown(own!)} | ${(median(old!) / median(own!)).toFixed(3)} |`,
    );
  }
  const bits = new Set([...sides.before, ...sides.now].map((side) => side.bits));
  console.log(bits.size === 1 ? '\nThe same bits.' : `\nOther bits: ${[...bits].join(', ')}`);
}

/** All modules are those of the checkout at `root`. */
async function measure(root: string): Promise<Side> {
  const own = <T>(path: string): Promise<T> => import(pathToFileURL(resolve(root, path)).href) as Promise<T>;
  const { createRuntime } = await own<typeof import('../src/runtime/ort/runtime.ts')>(
    'src/runtime/ort/runtime.ts',
  );
  const { buildProgram } = await own<typeof import('../src/programs/index.ts')>('src/programs/index.ts');
  const { initialWeights, parameterLayout, unpackWeights } =
    await own<typeof import('../src/model/parameters.ts')>('src/model/parameters.ts');
  const { parseModelConfig } = await own<typeof import('../src/model/config.ts')>('src/model/config.ts');
  const { Random } = await own<typeof import('../src/random.ts')>('src/random.ts');
  const ort = await import('onnxruntime-web/wasm');
  ort.env.wasm.numThreads = 1;
  const runtime = createRuntime(ort, 'wasm', 1);
  const file = resolve(HERE, 'public/starter/policy/config.json');
  const config = parseModelConfig(JSON.parse(readFileSync(file, 'utf8')));
  const weights = Object.fromEntries(
    [
      ...unpackWeights(
        parameterLayout(config),
        initialWeights(config, 7).map((x) => 2 * x),
      ),
    ].map(([name, { data }]) => [name, data]),
  );
  const shape = { prompts: 3, group: 8, promptTime: 48, completionTime: 88 };
  const rows = shape.prompts * shape.group;
  const tokens = rows * shape.completionTime;
  const random = new Random(5, 0, 'before');
  const read = {
    ...weights,
    prompts: Int32Array.from({ length: shape.prompts * shape.promptTime }, () => random.int(512)),
    promptLengths: Int32Array.of(48, 40, 30),
    inverseTemperature: Float32Array.of(1.1),
  };
  const generate = { kind: 'generate', config, options: { ...shape, mode: 'sample', chunk: 16 } };
  const settings = {
    importance: 'token',
    surrogate: 'clipped',
    clipLow: 0.2,
    clipHigh: 0.28,
    dualClip: 0,
    beta: 0,
    klEstimator: 'k3',
    entropyCoefficient: 0,
  };
  const sampler = await runtime.compile(buildProgram(generate));
  const trainer = await runtime.compile(
    buildProgram({ kind: 'update', config, shape, settings } as { kind: string }),
  );
  const sample = () =>
    sampler.run({ ...read, uniforms: Float32Array.from({ length: tokens }, (_, i) => ((i * 37) % 97) / 97) });
  const { values: sampled } = await sample();
  const update = () =>
    trainer.run({
      ...read,
      completions: sampled['ids']!,
      oldLogprobs: sampled['logprobs']!,
      mask: new Float32Array(tokens).fill(1),
      weights: new Float32Array(tokens).fill(1 / tokens),
      advantages: Float32Array.from({ length: rows }, (_, i) => (i % 2 ? 1 : -1)),
    });
  const { values: updated } = await update();
  const hash = createHash('sha256');
  for (const values of [sampled, updated])
    for (const name of Object.keys(values).toSorted())
      hash.update(new Uint8Array(values[name]!.buffer as ArrayBuffer));
  return {
    bits: hash.digest('hex').slice(0, 16),
    sampling: await processorMs(sample),
    update: await processorMs(update),
  };
}

/** The median of nine, of this process alone. */
async function processorMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 9; i++) {
    const start = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
  }
  return median(times);
}
