/** What the engine asks of a GPU for each thing that a run does, and what jax-js asks for the same. */
import * as ort from 'onnxruntime-web/webgpu';
import { messageOf } from '../../src/errors.ts';
import { type Feeds, freshState, type ModelHost } from '../../src/host/host.ts';
import { type ModelConfig, parseModelConfig } from '../../src/model/config.ts';
import { initialWeights, parameterLayout } from '../../src/model/parameters.ts';
import type { GenerateSpec, ScoreSpec, UpdateSpec } from '../../src/programs/index.ts';
import { DeviceError, readAdapter } from '../../src/runtime/device.ts';
import { openHost } from '../../workers/host.ts';
import { readEnvironment } from '../environment.ts';
import { openOurs } from '../ours.ts';
import { ADAMW, COMPLETION_TIME, createWorkload, LEARNING_RATE, MODEL } from '../workload.ts';
import { combine, GpuCounter, type GpuCounts } from './counter.ts';
import type { CountsReport, CountsRow } from './types.ts';

/** A micro-batch of the preset “starter” at its longest. */
const UPDATE = { prompts: 3, group: 8, promptTime: 48, completionTime: 88 };
const SCORED = { batch: 24, time: 128 };
const SAMPLED = { prompts: 2, group: 2, promptTime: 16, mode: 'sample', chunk: 16 } as const;
/** Two lengths of completions; what is between them costs what so many tokens cost. */
const LENGTHS = [17, 33] as const;

type Progress = (activity: string, done: number, total: number) => void;
const ROWS = 8;

/** The configuration of one of the models that the site serves. */
async function bundled(model: 'policy' | 'reward'): Promise<ModelConfig> {
  const answer = await fetch(new URL(`../starter/${model}/config.json`, document.baseURI));
  return parseModelConfig(await answer.json());
}

/** @throws DeviceError where there is no adapter */
export async function countGpu(progress: Progress): Promise<CountsReport> {
  if (!(await readAdapter()))
    throw new DeviceError('There is nothing to count, because this browser offers no WebGPU adapter.');
  const environment: Record<string, string | number | boolean> = { ...(await readEnvironment()) };
  const counter = new GpuCounter();
  const rows: CountsRow[] = [];
  const add = (row: CountsRow): void => {
    rows.push(row);
    progress(row.what, rows.length, ROWS);
  };
  try {
    add(await countUpdate(counter));
    add(await countToken(counter, 'a token of the default model', await bundled('policy')));
    add(await countToken(counter, 'a token of the bench model', MODEL));
    add(await countScores(counter));
    add(await countTrainStep(counter));
    const peer = await countJax(counter).catch((error: unknown) => messageOf(error));
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
  readonly onCpu: boolean;
}

/** Counts one repetition, after one that compiles and one that settles. */
async function repeat(counter: GpuCounter, work: () => Promise<unknown>): Promise<Counted> {
  const { held } = counter;
  const onCpu = await leavesToCpu(work);
  await work();
  counter.take();
  await work();
  return { counts: counter.take(), held: counter.held - held, onCpu };
}

/** What ONNX Runtime logs about a graph of which the GPU does not run every node; which nodes, its builds for pages do not say. */
const NOT_ALL_ON_GPU = 'not assigned to the preferred execution providers';

/** Whether ONNX Runtime leaves nodes to the CPU in a graph that is compiled meanwhile. */
async function leavesToCpu(work: () => Promise<unknown>): Promise<boolean> {
  const { error, warn } = console;
  const { logLevel } = ort.env;
  let isTold = false;
  const listen = (...said: unknown[]): void => {
    if (said.join(' ').includes(NOT_ALL_ON_GPU)) isTold = true;
  };
  console.error = console.warn = listen;
  ort.env.logLevel = 'warning';
  try {
    await work();
  } finally {
    Object.assign(console, { error, warn });
    if (logLevel) ort.env.logLevel = logLevel;
  }
  return isTold;
}

async function withHost<T>(
  config: ModelConfig,
  weights: Float32Array,
  work: (host: ModelHost) => Promise<T>,
): Promise<T> {
  const { host } = await openHost('webgpu');
  try {
    await host.load(parameterLayout(config), freshState(weights));
    return await work(host);
  } finally {
    await host.dispose();
  }
}

async function countUpdate(counter: GpuCounter): Promise<CountsRow> {
  const config = await bundled('policy');
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
  const counted = await withHost(config, initialWeights(config, 1), (host) =>
    repeat(counter, () => host.update(spec, [feeds], LEARNING_RATE, ADAMW)),
  );
  return { what: 'a P-GRPO update of the default model', engine: 'ours', ...counted };
}

async function countToken(counter: GpuCounter, what: string, config: ModelConfig): Promise<CountsRow> {
  const n = SAMPLED.prompts * SAMPLED.group;
  const [short, long] = await withHost(config, initialWeights(config, 1), async (host) => {
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
      counted.push(await repeat(counter, () => host.run(spec, [feeds])));
    }
    return counted as [Counted, Counted];
  });
  const tokens = LENGTHS[1] - LENGTHS[0];
  const counts = combine(long.counts, short.counts, (a, b) => (a - b) / tokens);
  return { what, engine: 'ours', ...long, counts };
}

async function countScores(counter: GpuCounter): Promise<CountsRow> {
  const config = await bundled('reward');
  const spec: ScoreSpec = { kind: 'score', config, shape: SCORED };
  const feeds: Feeds = {
    ids: new Int32Array(SCORED.batch * SCORED.time).fill(5),
    lengths: new Int32Array(SCORED.batch).fill(SCORED.time),
  };
  const counted = await withHost(config, initialWeights(config, 1), (host) =>
    repeat(counter, () => host.run(spec, [feeds])),
  );
  return { what: 'a batch of scores of the default reward model', engine: 'ours', ...counted };
}

const TRAIN_STEP = 'a training step of the bench model';

async function countTrainStep(counter: GpuCounter): Promise<CountsRow> {
  const ours = await openOurs('webgpu', createWorkload());
  const counted = await repeat(counter, () => ours.trainStep());
  await ours.dispose();
  return { what: TRAIN_STEP, engine: 'ours', ...counted };
}

async function countJax(counter: GpuCounter): Promise<CountsRow[]> {
  const { openJax } = await import('../jax.ts');
  const peer = await openJax('webgpu', createWorkload());
  const step = await repeat(counter, () => peer.trainStep());
  const sampled = await repeat(counter, () => peer.generateGroups());
  await peer.dispose();
  const token = combine(sampled.counts, sampled.counts, (a) => a / COMPLETION_TIME);
  return [
    { what: TRAIN_STEP, engine: 'jax-js', ...step },
    { what: 'a token of the bench model', engine: 'jax-js', ...sampled, counts: token },
  ];
}
