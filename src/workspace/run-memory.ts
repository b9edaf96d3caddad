/** Whether what a large model is to do fits into this machine, and with how many engines. */
import type { GpuPlan } from '../host/gpu-memory.ts';
import { MAX_ENGINES } from '../host/open-host.ts';
import type { PolicyShape } from '../model/policy-shape.ts';
import {
  type MemoryPlan,
  type PairsShape,
  predictMemory,
  predictPairs,
  predictSampling,
  predictScoring,
  type SampledShape,
} from '../rl/memory.ts';
import type { FullConfig } from '../rl/types.ts';
import { type DeviceChoice, largestBuffer } from '../runtime/device.ts';
import { type RewardModel, RunModelError, rewardShape } from './run-models.ts';
import type { Workspace } from './workspace.ts';

/** An engine is 32-bit WebAssembly. */
const MOST_ENGINE = 4 * 2 ** 30;
/** Of the machine's memory, what a page may plan with. */
const SHARE = 0.6;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Bytes of the machine, as far as a browser tells; `null` where it does not. */
export function machineBytes(): number | null {
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  return deviceMemory === undefined ? null : deviceMemory * 2 ** 30;
}

type Fits = (plan: MemoryPlan) => boolean;

/**
 * As many engines as a run's memory allows, of at most so many.
 * @param machine bytes, or `null` where nobody knows
 * @param reward a reward model beside the same weights
 * @throws RunModelError where a single one does not fit; it names a setting that would, where there is one
 */
export const planMemory = (
  policy: PolicyShape,
  run: FullConfig,
  most: number,
  machine: number | null,
  reward: PolicyShape | null = null,
): MemoryPlan =>
  withEngines(predictMemory(policy, run, 1, reward), most, machine, (fits) =>
    nearest(run, (changed) => fits(predictMemory(policy, changed, 1, reward))),
  );

/** The same for a model that is sampled alone. @throws RunModelError */
export const planSampling = (
  policy: PolicyShape,
  sampled: SampledShape,
  most: number,
  machine: number | null,
): MemoryPlan =>
  withEngines(predictSampling(policy, sampled, 1), most, machine, (fits) => shorter(policy, sampled, fits));

/** The same for a large reward model that is trained. @throws RunModelError */
export const planPairs = (
  reward: PolicyShape,
  trained: PairsShape,
  most: number,
  machine: number | null,
): MemoryPlan =>
  withEngines(predictPairs(reward, trained, 1), most, machine, (fits) =>
    fits(predictPairs(reward, { ...trained, pairs: 1 }, 1)) ? '--micro-batch 1' : null,
  );

/**
 * Engines of a reward model that scores texts of so many tokens apart from the policy, which is on a GPU or not there; undefined
 * for a small one, which takes what there is.
 * @throws RunModelError where a single one does not fit
 */
export function enginesForScoring(
  workspace: Pick<Workspace, 'cores' | 'notices'>,
  model: RewardModel,
  time: number,
): number | undefined {
  const reward = rewardShape(model);
  if (reward === null) return undefined;
  return wasmEngines(workspace, (most, machine) =>
    withEngines(predictScoring(reward, time, 1), most, machine, () => null),
  );
}

/** What is foreseen for each kind of device. */
export interface Plans {
  readonly wasm: (most: number, machine: number | null) => MemoryPlan;
  readonly webgpu: () => GpuPlan;
}

/**
 * Decides how many engines compute with a large model, and tells what that takes; `null` on a GPU.
 * @throws RunModelError where it does not fit
 */
export async function enginesFor(
  workspace: Pick<Workspace, 'device' | 'cores' | 'notices'>,
  device: DeviceChoice,
  { wasm, webgpu }: Plans,
): Promise<number | null> {
  if ((await workspace.device(device)).kind === 'wasm') return wasmEngines(workspace, wasm);
  const planned = checkGpu(webgpu(), await largestBuffer());
  workspace.notices.forEach((hear) => hear(gpuSentence(planned)));
  return null;
}

/** The same where the device is WASM. @throws RunModelError where it does not fit */
export function wasmEngines(workspace: Pick<Workspace, 'cores' | 'notices'>, plan: Plans['wasm']): number {
  const most = Math.min(workspace.cores ?? Infinity, navigator.hardwareConcurrency || 1, MAX_ENGINES);
  const planned = plan(most, machineBytes());
  workspace.notices.forEach((hear) => hear(memorySentence(planned)));
  return planned.engines;
}

/** @throws RunModelError where the GPU allows no buffer as large as is needed */
export function checkGpu(plan: GpuPlan, largest: number | null): GpuPlan {
  if (largest === null || plan.buffer <= largest) return plan;
  throw new RunModelError(
    `The largest matrix of this model takes ${gigabytes(plan.buffer)}, and this GPU allows buffers of ${gigabytes(largest)}. ` +
      'Nothing was started: choose the WASM device, or a smaller model.',
  );
}

function withEngines(
  single: MemoryPlan,
  most: number,
  machine: number | null,
  smaller: (fits: Fits) => string | null,
): MemoryPlan {
  const room = machine === null ? Infinity : SHARE * machine;
  const fits: Fits = (plan) => plan.engine <= MOST_ENGINE && plan.total <= room;
  if (!fits(single)) throw new RunModelError(refusal(single, machine, smaller(fits)));
  const each = single.engine + single.reward;
  const engines = Math.floor((room - (single.total - each)) / each);
  const count = Math.max(1, Math.min(most, engines));
  return { ...single, engines: count, total: single.total + (count - 1) * each };
}

function refusal({ total, engine }: MemoryPlan, machine: number | null, smaller: string | null): string {
  const why =
    engine > MOST_ENGINE
      ? `An engine would take ${gigabytes(engine)} for this, and has room for ${gigabytes(MOST_ENGINE)}.`
      : `This would take about ${gigabytes(total)}, and the browser says that this machine has ${gigabytes(machine!)}.`;
  return `${why} Nothing was started: ${smaller ? `set ${smaller}, or choose a smaller model` : 'choose a smaller model'}.`;
}

/** The first change of a setting that fits, from those that change least of what is learned. */
function nearest(run: FullConfig, fits: (changed: FullConfig) => boolean): string | null {
  const { groupSize, microBatch, maxCompletionTokens: tokens } = run;
  const changes: Partial<FullConfig>[] = [
    ...(microBatch > groupSize ? [{ microBatch: groupSize }] : []),
    ...(groupSize > 4 ? [{ groupSize: 4, microBatch: 4 }] : []),
    ...(tokens > 128 ? [{ maxCompletionTokens: Math.max(128, Math.floor(tokens / 2)) }] : []),
  ];
  const change = changes.find((each) => fits({ ...run, ...each }));
  return change
    ? Object.entries(change)
        .map(([name, value]) => `${name}=${value}`)
        .join(' and ')
    : null;
}

/** Half as many tokens for a completion, where that is enough. */
function shorter(policy: PolicyShape, sampled: SampledShape, fits: Fits): string | null {
  const maxCompletionTokens = Math.floor(sampled.maxCompletionTokens / 2);
  return fits(predictSampling(policy, { ...sampled, maxCompletionTokens }, 1))
    ? `maxCompletionTokens=${maxCompletionTokens}`
    : null;
}

/** What it takes on a GPU, for a person. */
export const gpuSentence = ({ weights, trained, largest, total }: GpuPlan): string =>
  `This takes up to ${gigabytes(total)} of the GPU’s memory: ${gigabytes(weights)} for the model’s weights, ` +
  `${trained === 0 ? '' : `${gigabytes(trained)} for what is trained, `}${gigabytes(largest)} for the largest program, the rest for others beside it.`;

/** What it takes, for a person. */
export const memorySentence = ({
  weights,
  trained,
  engine,
  reward,
  engines,
  page,
  total,
}: MemoryPlan): string =>
  `This takes about ${gigabytes(total)} of memory: ${gigabytes(weights)} for the model’s weights, ` +
  `${trained === 0 ? '' : `${gigabytes(trained)} for what is trained, `}${engines} × ${gigabytes(engine)} for engines, ${reward === 0 ? '' : `${engines} × ${gigabytes(reward)} for those of the reward model, `}${gigabytes(page)} for the page.`;
