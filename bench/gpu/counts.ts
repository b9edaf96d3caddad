/** What the engine asks of a GPU for each thing that a run does, and what jax-js asks for the same. */
import { messageOf } from '../../src/errors.ts';
import { type Feeds, freshState, type ModelHost } from '../../src/host/host.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { LORA_TARGETS } from '../../src/model/lora.ts';
import {
  initialFactors,
  initialWeights,
  parameterLayout,
  unpackWeights,
} from '../../src/model/parameters.ts';
import type {
  GenerateSpec,
  LogprobsSpec,
  ScoreSpec,
  SupervisedSpec,
  UpdateSpec,
} from '../../src/programs/index.ts';
import { oursOn } from '../ours-on.ts';
import { ADAMW, COMPLETION_TIME, createWorkload, LEARNING_RATE, MODEL } from '../workload.ts';
import { combine, GpuCounter, type GpuCounts } from './counter.ts';
import { LAYER_SIZES, openLayers } from './layer.ts';
import { type GpuStage, hostOn, type Progress } from './stage.ts';
import type { CountsReport, CountsRow } from './types.ts';

/** A micro-batch of the preset “starter” at its longest. */
const UPDATE = { prompts: 3, group: 8, promptTime: 48, completionTime: 88 };
const SCORED = { batch: 24, time: 128 };
const SAMPLED = { prompts: 2, group: 2, promptTime: 16, mode: 'sample', chunk: 16 } as const;
/** Two lengths of completions; what is between them costs what so many tokens cost. */
const LENGTHS = [17, 33] as const;

const ROWS = 10;

export async function countGpu(stage: GpuStage, progress: Progress): Promise<CountsReport> {
  const environment: Record<string, string | number | boolean> = { ...stage.environment };
  const counter = new GpuCounter();
  const rows: CountsRow[] = [];
  const add = (row: CountsRow): void => {
    rows.push(row);
    progress(row.what, rows.length, ROWS);
  };
  try {
    add(await countUpdate(stage, counter));
    add(await countToken(stage, counter, 'a token of the default model', stage.models.policy));
    add(await countToken(stage, counter, 'a token of the bench model', MODEL));
    add(await countScores(stage, counter));
    add(await countTrainStep(stage, counter));
    add(await countMerge(stage, counter));
    add(await countLayer(stage, counter));
    const peer = await countJax(stage, counter).catch((error: unknown) => messageOf(error));
    if (typeof peer === 'string') environment['jax-js stopped'] = peer;
    else for (const row of peer) add(row);
  } finally {
    counter.stop();
  }
  return { environment, rows };
}

interface Counted {
  readonly counts: GpuCounts;
  readonly held: number;
  readonly onCpu: boolean | null;
}

/** Counts one repetition, after one that compiles and one that settles. */
async function repeat(
  { leavesToCpu }: GpuStage,
  counter: GpuCounter,
  work: () => Promise<unknown>,
): Promise<Counted> {
  const { held } = counter;
  const onCpu = leavesToCpu ? await leavesToCpu(work) : (await work(), null);
  await work();
  counter.take();
  await work();
  return { counts: counter.take(), held: counter.held - held, onCpu };
}

async function withHost<T>(
  { openRuntime }: GpuStage,
  config: ModelConfig,
  weights: Float32Array,
  work: (host: ModelHost) => Promise<T>,
): Promise<T> {
  const host = hostOn(await openRuntime());
  try {
    await host.load(parameterLayout(config), freshState(weights));
    return await work(host);
  } finally {
    await host.dispose();
  }
}

async function countUpdate(stage: GpuStage, counter: GpuCounter): Promise<CountsRow> {
  const config = stage.models.policy;
  const n = UPDATE.prompts * UPDATE.group;
  const tokens = n * UPDATE.completionTime;
  const spec: UpdateSpec = {
    kind: 'update',
    config,
    shape: UPDATE,
    settings: {
      importance: 'token',
      surrogate: 'clipped',
      clipLow: 0.2,
      clipHigh: 0.28,
      dualClip: 0,
      beta: 0,
      klEstimator: 'k3',
      entropyCoefficient: 0,
    },
  };
  const feeds: Feeds = {
    prompts: new Int32Array(UPDATE.prompts * UPDATE.promptTime).fill(5),
    promptLengths: new Int32Array(UPDATE.prompts).fill(UPDATE.promptTime),
    completions: Int32Array.from({ length: tokens }, (_, i) => 2 + (i % 300)),
    inverseTemperature: Float32Array.of(1),
    oldLogprobs: new Float32Array(tokens).fill(-6),
    mask: new Float32Array(tokens).fill(1),
    weights: new Float32Array(tokens).fill(1 / tokens),
    advantages: Float32Array.from({ length: n }, (_, i) => (i % 2 ? 1 : -1)),
  };
  const counted = await withHost(stage, config, initialWeights(config, 1), (host) =>
    repeat(stage, counter, () => host.update(spec, [feeds], LEARNING_RATE, ADAMW)),
  );
  return { what: 'a P-GRPO update of the default model', engine: 'ours', ...counted };
}

async function countToken(
  stage: GpuStage,
  counter: GpuCounter,
  what: string,
  config: ModelConfig,
): Promise<CountsRow> {
  const n = SAMPLED.prompts * SAMPLED.group;
  const [short, long] = await withHost(stage, config, initialWeights(config, 1), async (host) => {
    const counted: Counted[] = [];
    for (const completionTime of LENGTHS) {
      // No sequence ends before the last token.
      const spec: GenerateSpec = {
        kind: 'generate',
        config: { ...config, endIds: [config.vocabulary - 1] },
        options: { ...SAMPLED, completionTime },
      };
      const feeds: Feeds = {
        prompts: new Int32Array(SAMPLED.prompts * SAMPLED.promptTime).fill(5),
        promptLengths: new Int32Array(SAMPLED.prompts).fill(SAMPLED.promptTime),
        uniforms: Float32Array.from({ length: completionTime * n }, (_, i) => ((i * 37) % 90) / 100),
        inverseTemperature: Float32Array.of(1),
      };
      counted.push(await repeat(stage, counter, () => host.run(spec, [feeds])));
    }
    return counted as [Counted, Counted];
  });
  const tokens = LENGTHS[1] - LENGTHS[0];
  const counts = combine(long.counts, short.counts, (a, b) => (a - b) / tokens);
  return { what, engine: 'ours', ...long, counts };
}

async function countScores(stage: GpuStage, counter: GpuCounter): Promise<CountsRow> {
  const config = stage.models.reward;
  const spec: ScoreSpec = { kind: 'score', config, shape: SCORED };
  const feeds: Feeds = {
    ids: new Int32Array(SCORED.batch * SCORED.time).fill(5),
    lengths: new Int32Array(SCORED.batch).fill(SCORED.time),
  };
  const counted = await withHost(stage, config, initialWeights(config, 1), (host) =>
    repeat(stage, counter, () => host.run(spec, [feeds])),
  );
  return { what: 'a batch of scores of the default reward model', engine: 'ours', ...counted };
}

const TRAIN_STEP = 'a training step of the bench model';

async function countTrainStep(stage: GpuStage, counter: GpuCounter): Promise<CountsRow> {
  const ours = await oursOn(hostOn(await stage.openRuntime()), 1, 1, createWorkload());
  const counted = await repeat(stage, counter, () => ours.trainStep());
  await ours.dispose();
  return { what: TRAIN_STEP, engine: 'ours', ...counted };
}

/** What new weights cost two programs that read the default model with LoRA merged into it: one samples, one scores. */
async function countMerge(stage: GpuStage, counter: GpuCounter): Promise<CountsRow> {
  const config = { ...stage.models.policy, endIds: [stage.models.policy.vocabulary - 1] };
  const lora = { rank: 8, alpha: 16, targets: LORA_TARGETS, rankStabilized: false };
  const model = { config, lora };
  const { prompts, group, promptTime } = SAMPLED;
  const [completionTime] = LENGTHS;
  const tokens = prompts * group * completionTime;
  const prompt: Feeds = {
    prompts: new Int32Array(prompts * promptTime).fill(5),
    promptLengths: new Int32Array(prompts).fill(promptTime),
    inverseTemperature: Float32Array.of(1),
  };
  const sampled: GenerateSpec = { kind: 'generate', ...model, options: { ...SAMPLED, completionTime } };
  const scored: LogprobsSpec = {
    kind: 'logprobs',
    ...model,
    shape: { prompts, group, promptTime, completionTime },
  };
  const trained: SupervisedSpec = { kind: 'supervised', ...model, shape: { batch: 1, time: 8 } };
  const example: Feeds = {
    ids: new Int32Array(8).fill(5),
    mask: new Float32Array(7).fill(1),
    divisor: Float32Array.of(7),
  };
  const { held } = counter;
  const host = hostOn(await stage.openRuntime());
  const asked = async (): Promise<GpuCounts> => {
    counter.take();
    await host.run(sampled, [{ ...prompt, uniforms: new Float32Array(tokens).fill(0.5) }]);
    await host.run(scored, [{ ...prompt, completions: new Int32Array(tokens).fill(5) }]);
    return counter.take();
  };
  try {
    await host.loadFrozen(unpackWeights(parameterLayout(config), initialWeights(config, 1)));
    await host.load(parameterLayout(config, [], lora), freshState(initialFactors(config, lora, 1)));
    for (let i = 0; i < 3; i++) await asked();
    const own = counter.held - held;
    await host.update(trained, [example], LEARNING_RATE, ADAMW);
    const counts = combine(await asked(), await asked(), (a, b) => a - b);
    return { what: 'LoRA merged into the default model', engine: 'ours', counts, held: own, onCpu: null };
  } finally {
    await host.dispose();
  }
}

/** Layers of two models; what is between them costs what so many layers cost. */
const LAYERS = [1, 3] as const;

/** The counts are those of a layer of any size. */
async function countLayer(stage: GpuStage, counter: GpuCounter): Promise<CountsRow> {
  const counted: Counted[] = [];
  for (const layers of LAYERS) {
    const host = hostOn(await stage.openRuntime());
    const { held } = counter;
    try {
      const { spec, feeds } = await openLayers(host, LAYER_SIZES.small, layers);
      const own = await repeat(stage, counter, () => host.update(spec, [feeds], LEARNING_RATE, ADAMW));
      counted.push({ ...own, held: counter.held - held });
    } finally {
      await host.dispose();
    }
  }
  const [one, more] = counted as [Counted, Counted];
  const each = (a: number, b: number): number => (a - b) / (LAYERS[1] - LAYERS[0]);
  return {
    what: 'a layer of a large model, forwards and backwards',
    engine: 'ours',
    counts: combine(more.counts, one.counts, each),
    held: each(more.held, one.held),
    onCpu: one.onCpu,
  };
}

async function countJax(stage: GpuStage, counter: GpuCounter): Promise<CountsRow[]> {
  const { openJax } = await stage.openJax();
  const peer = await openJax('webgpu', createWorkload());
  const step = await repeat(stage, counter, () => peer.trainStep());
  const sampled = await repeat(stage, counter, () => peer.generateGroups());
  await peer.dispose();
  const token = combine(sampled.counts, sampled.counts, (a) => a / COMPLETION_TIME);
  return [
    { what: TRAIN_STEP, engine: 'jax-js', ...step },
    { what: 'a token of the bench model', engine: 'jax-js', ...sampled, counts: token },
  ];
}
