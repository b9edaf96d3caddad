/** This project's engine as the trainer uses it: micro-batches spread over a {@link ModelHost}, whatever that runs on. */
import { type Feeds, freshState, type ModelHost } from '../src/host/host.ts';
import { parameterLayout } from '../src/model/parameters.ts';
import type { GenerateSpec, SupervisedSpec } from '../src/programs/index.ts';
import {
  ADAMW,
  BATCH,
  COMPLETION_TIME,
  COMPLETIONS,
  type Contender,
  GROUP,
  LEARNING_RATE,
  MODEL,
  PROMPT_TIME,
  TIME,
  type Workload,
} from './workload.ts';

/** Tokens per loop of the sampling graph, as the trainer has it. */
const CHUNK = 16;
const MAX_PARTS = 8;

export interface Ours extends Contender {
  /** Engines that share the work. */
  readonly threads: number;
  /** Micro-batches to each call. */
  readonly parts: number;
}

/** The workload on a host, each call in `parts` micro-batches. */
export async function oursOn(
  host: ModelHost,
  threads: number,
  parts: number,
  workload: Workload,
): Promise<Ours> {
  await host.load(parameterLayout(MODEL), freshState(workload.weights));
  // Sampled from while the others are trained, so that generation is the same every time.
  await host.loadReference(workload.weights);
  const train = trainSpec(parts);
  const trainFeeds = supervisedFeeds(workload.ids, parts);
  return {
    threads,
    parts,
    async trainStep() {
      const { values } = await host.update(train, trainFeeds, LEARNING_RATE, ADAMW);
      return values.reduce((total, { loss }) => total + loss![0]!, 0);
    },
    generate: () => sample(host, workload, parts, 1),
    generateGroups: () => sample(host, workload, parts, GROUP),
    dispose: () => host.dispose(),
  };
}

/** Micro-batches: one for each engine if that divides evenly, and at least two. */
export function partsFor(threads: number): number {
  let parts = 2;
  while (2 * parts <= Math.min(threads, MAX_PARTS)) parts *= 2;
  return parts;
}

const trainSpec = (parts: number): SupervisedSpec => ({
  kind: 'supervised',
  config: MODEL,
  shape: { batch: BATCH / parts, time: TIME },
});

function supervisedFeeds(ids: Int32Array, parts: number): Feeds[] {
  const rows = BATCH / parts;
  return Array.from({ length: parts }, (_, i) => ({
    ids: ids.slice(i * rows * TIME, (i + 1) * rows * TIME),
    mask: new Float32Array(rows * (TIME - 1)).fill(1),
    divisor: Float32Array.of(BATCH * (TIME - 1)),
  }));
}

async function sample(
  host: ModelHost,
  { prompts, uniforms }: Workload,
  parts: number,
  group: number,
): Promise<Int32Array> {
  const columns = COMPLETIONS / parts;
  const count = columns / group;
  const spec: GenerateSpec = {
    kind: 'generate',
    config: MODEL,
    options: {
      prompts: count,
      group,
      promptTime: PROMPT_TIME,
      completionTime: COMPLETION_TIME,
      mode: 'sample',
      chunk: CHUNK,
    },
  };
  const batches = Array.from({ length: parts }, (_, part) => ({
    prompts: prompts.slice(part * count * PROMPT_TIME, (part + 1) * count * PROMPT_TIME),
    promptLengths: new Int32Array(count).fill(PROMPT_TIME),
    uniforms: Float32Array.from({ length: COMPLETION_TIME * columns }, (_, i) => {
      const [t, column] = [Math.floor(i / columns), i % columns];
      return uniforms[t * COMPLETIONS + part * columns + column]!;
    }),
    inverseTemperature: Float32Array.of(1),
  }));
  const results = await host.run(spec, batches, 'reference');
  const all = new Int32Array(COMPLETIONS * COMPLETION_TIME);
  results.forEach(({ ids }, i) => all.set(ids!, i * columns * COMPLETION_TIME));
  return all;
}
