/**
 * Low-rank adaptation (LoRA; Hu et al. 2021, arXiv 2106.09685): a frozen weight W [out, in] is read as W + s·B·A, with
 * A [rank, in] and B [out, rank] trained in its place. Names, scale and start are those of PEFT 0.21.
 */
import type { Shape } from '../graph/index.ts';
import type { Random } from '../random.ts';
import type { NamedTensor, ParameterSlot } from './parameters.ts';

/** The projections of a layer, in the order in which it uses them. */
export const LORA_TARGETS = [
  'q_proj',
  'k_proj',
  'v_proj',
  'o_proj',
  'gate_proj',
  'up_proj',
  'down_proj',
] as const;
export type LoraTarget = (typeof LORA_TARGETS)[number];
/** PEFT's word for all of them. */
export const ALL_LINEAR = 'all-linear';

export interface LoraConfig {
  readonly rank: number;
  readonly alpha: number;
  /** In every layer. */
  readonly targets: readonly LoraTarget[];
  /** Scale by alpha/√rank in place of alpha/rank (rsLoRA; Kalajdzievski 2023, arXiv 2312.03732). */
  readonly rankStabilized: boolean;
}

/** What B·A is multiplied with. */
export const loraScale = ({ rank, alpha, rankStabilized }: LoraConfig): number =>
  alpha / (rankStabilized ? Math.sqrt(rank) : rank);

const WEIGHT = /\.weight$/;
const PART = /\.lora_([AB])\.weight$/;

/** Names of the two factors beside a weight `….q_proj.weight`. */
export const factorNames = (weight: string): Readonly<Record<'a' | 'b', string>> => ({
  a: weight.replace(WEIGHT, '.lora_A.weight'),
  b: weight.replace(WEIGHT, '.lora_B.weight'),
});

export const isFactor = (name: string): boolean => PART.test(name);

const MERGED = 'merged ';

/** What a graph reads in place of a weight where W + s·B·A is computed beforehand: an input of this name, of W's shape. */
export const mergedName = (weight: string): string => `${MERGED}${weight}`;

export const isMerged = (input: string): boolean => input.startsWith(MERGED);

/** Whether LoRA is read beside a tensor of the model. */
export const isTarget = ({ targets }: LoraConfig, name: string): boolean =>
  targets.some((target) => name.endsWith(`.${target}.weight`));

/** The factors of all targets among the model's tensors, A before B. */
export function factorSlots(lora: LoraConfig, slots: readonly ParameterSlot[]): ParameterSlot[] {
  return slots
    .filter(({ name }) => isTarget(lora, name))
    .flatMap(({ name, shape }) => {
      const [out, width] = shape as [number, number];
      const { a, b } = factorNames(name);
      const slot = (own: string, of: Shape): ParameterSlot => ({ name: own, shape: of, dtype: 'f32' });
      return [slot(a, [lora.rank, width]), slot(b, [out, lora.rank])];
    });
}

/** A start at which the adapter changes nothing: A uniform within ±1/√in, B 0. */
export function startFactor(name: string, { shape, data }: NamedTensor, random: Random): void {
  const bound = 1 / Math.sqrt(shape[1]!);
  const isA = PART.exec(name)?.[1] === 'A';
  for (let i = 0; i < data.length; i++) data[i] = isA ? (2 * random.uniform() - 1) * bound : 0;
}

/** W + s·B·A in a copy of W. */
export function merged(weight: NamedTensor, a: NamedTensor, b: NamedTensor, scale: number): NamedTensor {
  const [out, width] = weight.shape as [number, number];
  const rank = a.shape[0]!;
  const data = weight.data.slice();
  const row = new Float64Array(width);
  for (let i = 0; i < out; i++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = b.data[i * rank + r]! * scale;
      for (let j = 0; j < width; j++) row[j]! += factor * a.data[r * width + j]!;
    }
    for (let j = 0; j < width; j++) data[i * width + j]! += row[j]!;
  }
  return { ...weight, data };
}
