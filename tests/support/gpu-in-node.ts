/** A process of its own that checks the engine on a GPU over Dawn, and prints what that came to: for `in-node.test.ts`. */
import { nodeStage } from '../../bench/gpu/in-node.ts';
import { GENERATE, LOGPROBS, REWARD, SCORE, SUPERVISED } from '../../bench/gpu/programs.ts';
import { compareRecords, type RecordCase, type RecordReport } from '../../bench/gpu/records.ts';
import { add, input } from '../../src/graph/index.ts';
import type { Feeds } from '../../src/host/host.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import type { GenerateSpec, LogprobsSpec, ScoreSpec, SupervisedSpec } from '../../src/programs/index.ts';
import { Random } from '../../src/random.ts';
import { checkMerges, type MergeReport } from './merge-checks.ts';

export interface NodeGpuReport {
  readonly adapter: string;
  readonly records: readonly RecordReport[];
  readonly merges: readonly MergeReport[];
}

/** Sizes alike, since each other shape is another shader, and compiling those is what takes time. */
const SIZES = {
  family: 'llama',
  layers: 1,
  vocabulary: 16,
  width: 16,
  hidden: 16,
  heads: 4,
  kvHeads: 4,
  headWidth: 4,
} as const satisfies Partial<ModelConfig>;
const CONFIG: ModelConfig = { ...GENERATE.config, ...SIZES };
const SHAPE = { prompts: 4, group: 2, promptTime: 4, completionTime: 8 };
const TEXTS = { batch: 4, time: 8 };

function feedsAt(seed: number): Feeds {
  const random = new Random(seed, 0, 'feeds');
  const ids = (n: number) => Int32Array.from({ length: n }, () => 2 + random.int(14));
  const completions = SHAPE.prompts * SHAPE.group * SHAPE.completionTime;
  const pairs = TEXTS.batch * (TEXTS.time - 1);
  return {
    prompts: ids(SHAPE.prompts * SHAPE.promptTime),
    promptLengths: Int32Array.of(4, 2, 3, 4),
    uniforms: Float32Array.from({ length: completions }, () => random.uniform()),
    inverseTemperature: Float32Array.of(1.25),
    completions: ids(completions),
    ids: ids(TEXTS.batch * TEXTS.time),
    lengths: Int32Array.of(8, 4, 5, 6),
    mask: new Float32Array(pairs).fill(1),
    divisor: Float32Array.of(pairs),
  };
}

const only =
  (...names: string[]) =>
  (seed: number): Feeds =>
    Object.fromEntries(Object.entries(feedsAt(seed)).filter(([name]) => names.includes(name)));

const sampling: GenerateSpec = { ...GENERATE, config: CONFIG, options: { ...GENERATE.options, ...SHAPE } };
const scoring: LogprobsSpec = { ...LOGPROBS, config: CONFIG, shape: SHAPE };
const training: SupervisedSpec = { ...SUPERVISED, config: CONFIG, shape: TEXTS };
const judging: ScoreSpec = { ...SCORE, config: { ...REWARD, ...SIZES }, shape: TEXTS };
const CASES: readonly RecordCase[] = [
  { spec: sampling, feedsAt: only('prompts', 'promptLengths', 'uniforms', 'inverseTemperature') },
  { spec: scoring, feedsAt },
  { spec: training, feedsAt },
  { spec: judging, feedsAt },
];

const { environment, openRuntime } = await nodeStage();
const runtime = await openRuntime();
// ONNX Runtime drops its compiled shaders with the last session.
await runtime.compile({ y: add(input('x', [1]), 1) });
const report: NodeGpuReport = {
  adapter: String(environment['adapter']),
  records: await compareRecords(runtime, CASES),
  merges: await checkMerges(runtime),
};
await new Promise((done) => process.stdout.write(JSON.stringify(report), done));
// Dawn keeps the process.
process.exit(0);
