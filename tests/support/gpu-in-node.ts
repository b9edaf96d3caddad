/** A process of its own that checks the engine on a GPU over Dawn, and prints what that came to: for `in-node.test.ts`. */
import { nodeStage } from '../../bench/gpu/in-node.ts';
import {
  GENERATE,
  LOGPROBS,
  policyGradient,
  PREFERENCE,
  QUALITY,
  REWARD,
  SCORE,
  SUPERVISED,
} from '../../bench/gpu/programs.ts';
import { compareRecords, type RecordCase, type RecordReport } from '../../bench/gpu/records.ts';
import { add, input } from '../../src/graph/index.ts';
import type { Feeds } from '../../src/host/host.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import type { GenerateSpec } from '../../src/programs/index.ts';
import { Random } from '../../src/random.ts';
import { type AdamWReport, checkAdamW } from './adamw-checks.ts';
import { checkMerges, type MergeReport } from './merge-checks.ts';
import {
  checkExpansions,
  checkGpuMemory,
  checkSections,
  type ExpansionReport,
  type GpuMemoryReport,
  type SectionedReport,
} from './sectioned-checks.ts';

export interface NodeGpuReport {
  readonly adapter: string;
  readonly records: readonly RecordReport[];
  readonly updates: readonly AdamWReport[];
  readonly merges: readonly MergeReport[];
  readonly sections: SectionedReport;
  readonly expansions: readonly ExpansionReport[];
  readonly memory: GpuMemoryReport;
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
  const rows = SHAPE.prompts * SHAPE.group;
  const completions = rows * SHAPE.completionTime;
  const pairs = TEXTS.batch * (TEXTS.time - 1);
  const logprobs = () => Float32Array.from({ length: completions }, () => 0.3 * random.normal() - 3);
  return {
    prompts: ids(SHAPE.prompts * SHAPE.promptTime),
    promptLengths: Int32Array.of(4, 2, 3, 4),
    uniforms: Float32Array.from({ length: completions }, () => random.uniform()),
    inverseTemperature: Float32Array.of(1.25),
    completions: ids(completions),
    oldLogprobs: logprobs(),
    refLogprobs: logprobs(),
    weights: new Float32Array(completions).fill(1 / completions),
    advantages: Float32Array.from({ length: rows }, () => random.normal()),
    ids: ids(TEXTS.batch * TEXTS.time),
    lengths: Int32Array.of(8, 4, 5, 6),
    last: Int32Array.of(7, 11, 20, 29),
    weight: Float32Array.of(0.5),
    targets: Float32Array.from({ length: TEXTS.batch }, () => random.uniform()),
    differing: new Float32Array((TEXTS.batch / 2) * TEXTS.time).fill(1 / TEXTS.time),
    divisor: Float32Array.of(pairs),
  };
}

const ones = (n: number): Float32Array => new Float32Array(n).fill(1);
const completionMask = ones(SHAPE.prompts * SHAPE.group * SHAPE.completionTime);
const textMask = ones(TEXTS.batch * (TEXTS.time - 1));

/** Only what a generation is fed with: it takes nothing else. */
function samplingFeeds(seed: number): Feeds {
  const { prompts, promptLengths, uniforms, inverseTemperature } = feedsAt(seed);
  return { prompts, promptLengths, uniforms, inverseTemperature } as Feeds;
}

const sampling: GenerateSpec = { ...GENERATE, config: CONFIG, options: { ...GENERATE.options, ...SHAPE } };
const judge = { config: { ...REWARD, ...SIZES }, shape: TEXTS };
const OTHERS = [
  { ...LOGPROBS, config: CONFIG, shape: SHAPE },
  { ...policyGradient, config: CONFIG, shape: SHAPE },
  { ...SUPERVISED, config: CONFIG, shape: TEXTS },
  { ...SCORE, ...judge },
  { ...PREFERENCE, ...judge },
  { ...QUALITY, ...judge },
];
const CASES: readonly RecordCase[] = [
  { spec: sampling, feedsAt: samplingFeeds },
  ...OTHERS.map((spec) => ({
    spec,
    feedsAt: (seed: number) => ({
      ...feedsAt(seed),
      mask: spec.kind === 'supervised' ? textMask : completionMask,
    }),
  })),
];

const { environment, openRuntime } = await nodeStage();
const runtime = await openRuntime();
// ONNX Runtime drops its compiled shaders with the last session.
await runtime.compile({ y: add(input('x', [1]), 1) });
const report: NodeGpuReport = {
  adapter: String(environment['adapter']),
  records: await compareRecords(runtime, CASES),
  updates: await checkAdamW(runtime),
  merges: await checkMerges(runtime),
  sections: await checkSections(runtime),
  expansions: await checkExpansions(runtime),
  memory: await checkGpuMemory(runtime),
};
await new Promise((done) => process.stdout.write(JSON.stringify(report), done));
// Dawn keeps the process.
process.exit(0);
