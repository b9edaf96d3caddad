/** LoRA on a GPU: the kernel that merges it beside its reference, and how often a host starts it. */
import { GpuCounter } from '../../bench/gpu/counter.ts';
import {
  CONFIG,
  FRESH,
  GENERATE,
  LAYOUT,
  LOGPROBS,
  feedsOf,
  SUPERVISED,
  texts,
} from '../../bench/gpu/programs.ts';
import { ADAMW_DEFAULTS } from '../../src/host/adamw.ts';
import { freshState, type ModelHost } from '../../src/host/host.ts';
import { MergedWeights } from '../../src/host/merged-weights.ts';
import { LORA_TARGETS, type LoraConfig, merged, mergedName } from '../../src/model/lora.ts';
import {
  initialFactors,
  type NamedTensor,
  parameterLayout,
  unpackWeights,
} from '../../src/model/parameters.ts';
import { Random } from '../../src/random.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';

export interface MergeReport {
  readonly what: string;
  /** The largest difference from the reference, by the largest value of it. */
  readonly error: number;
  /** Whether W is as it was, and the same is merged again from factors that went to and fro. */
  readonly isKept: boolean;
}

/**
 * [out, in, rank]: sizes that are multiples of a tile and that are not, all ranks that are in use, and more tiles than a
 * device starts work groups in one dimension.
 */
const SIZES = [
  [1, 1, 1],
  [8, 64, 2],
  [7, 65, 3],
  [9, 63, 8],
  [130, 200, 64],
  [301, 77, 16],
  [8 * 65_536 + 3, 1, 1],
] as const;

export async function checkMerges(runtime: Runtime): Promise<MergeReport[]> {
  const reports: MergeReport[] = [];
  for (const [out, width, rank] of SIZES) {
    const random = new Random(out, width, `rank ${rank}`);
    const tensor = (...shape: number[]): NamedTensor => ({
      shape,
      dtype: 'f32',
      data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
    });
    const [weight, a, b] = [tensor(out, width), tensor(rank, width), tensor(out, rank)];
    const names = { weight: 'w.weight', a: 'w.a', b: 'w.b' };
    const slot = { ...names, shape: weight.shape, rank, scale: 16 / Math.sqrt(rank) };
    const arrays = new Map(
      (
        [
          ['weight', weight],
          ['a', a],
          ['b', b],
        ] as const
      ).map(([key, { data, shape }]) => [names[key], runtime.upload(data, shape)]),
    );
    const merging = new MergedWeights(runtime, arrays, [slot]);
    const result = merging.arrays.get(mergedName(names.weight))!;
    await merging.see(1);
    const first = await result.read();
    arrays.get(names.b)!.write(new Float32Array(b.data.length));
    await merging.see(2);
    const without = await result.read();
    arrays.get(names.b)!.write(b.data);
    await merging.see(3);
    const again = await result.read();
    const expected = merged(weight, a, b, slot.scale).data;
    const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const difference = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - first[i]!)), 0);
    reports.push({
      what: `[${out}, ${width}], rank ${rank}`,
      error: difference / largest,
      isKept: weight.data.every((x, i) => x === without[i]) && first.every((x, i) => x === again[i]),
    });
    merging.dispose();
    for (const array of arrays.values()) array.dispose();
  }
  return reports;
}

const lora: LoraConfig = { rank: 4, alpha: 8, targets: LORA_TARGETS, rankStabilized: false };
const ADAPTED = parameterLayout(CONFIG, [], lora);
const FACTORS = initialFactors(CONFIG, lora, 5).map((x, i) => x + 0.2 * Math.sin(i));
const [GENERATING, SCORING, TRAINING] = [GENERATE, LOGPROBS, SUPERVISED].map((spec) => ({ ...spec, lora }));

export interface AdaptedReport {
  /** Weights that LoRA adds to. */
  readonly targets: number;
  /** Merges that each call started. */
  readonly merges: readonly (readonly [call: string, merges: number])[];
  /** Log-probabilities under the policy, before and after an update, and under its reference. */
  readonly logprobs: readonly (readonly number[])[];
}

/** The calls of a run, on a model with LoRA. */
export async function runAdapted(host: ModelHost): Promise<AdaptedReport> {
  const counter = typeof GPUDevice === 'undefined' ? null : new GpuCounter();
  const merges: [string, number][] = [];
  const counted = async <T>(call: string, work: () => Promise<T>): Promise<T> => {
    counter?.take();
    const result = await work();
    merges.push([call, counter?.take().kernels['LoRA merge'] ?? 0]);
    return result;
  };
  await host.loadFrozen(
    unpackWeights(
      LAYOUT,
      FRESH.map((x) => 2 * x),
    ),
  );
  await host.load(ADAPTED, freshState(FACTORS));
  await host.loadReference(FACTORS.map((x) => x / 2));
  const sample = () => host.run(GENERATING!, [feedsOf(GENERATE, 1), feedsOf(GENERATE, 2)]);
  const score = async (weights?: 'reference'): Promise<number[]> => {
    const [values] = await host.run(SCORING!, [feedsOf(LOGPROBS, 1)], weights);
    return [...values!['logprobs']!];
  };
  await counted('sampling', sample);
  const before = await counted('scoring', score);
  await counted('an update', () => host.update(TRAINING!, [texts(3), texts(4)], 0.05, ADAMW_DEFAULTS));
  const after = await counted('scoring after it', score);
  await counted('sampling after it', sample);
  const reference = await counted('scoring by the reference', () => score('reference'));
  await counted('a second update', () => host.update(TRAINING!, [texts(5)], 0.05, ADAMW_DEFAULTS));
  await counted('scoring by the reference after it', () => score('reference'));
  counter?.stop();
  await host.dispose();
  return { targets: ADAPTED.adapted.length, merges, logprobs: [before, after, reference] };
}
