/**
 * A model's weights are one flat float32 vector, in the graph as on the host: the optimizer, a checkpoint and a copy
 * to a worker each deal with one array. The layout names each part as Hugging Face does, [out, in].
 */
import { type Shape, sizeOf, reshape, split, type Tensor } from '../graph/index.ts';
import { Random } from '../random.ts';
import type { ModelConfig } from './config.ts';

export interface ParameterSlot {
  readonly name: string;
  readonly shape: Shape;
  /** Position of the first value in the flat vector. */
  readonly offset: number;
}

export interface ParameterLayout {
  readonly slots: readonly ParameterSlot[];
  /** Values in all. */
  readonly size: number;
}

export class WeightsError extends Error {
  override readonly name = 'WeightsError';
}

/** Names and shapes in the order of the flat vector. */
export function parameterLayout(config: ModelConfig): ParameterLayout {
  const { width, hidden, heads, kvHeads, headWidth, vocabulary } = config;
  const slots: ParameterSlot[] = [];
  let offset = 0;
  const place = (name: string, shape: Shape) => {
    slots.push({ name, shape, offset });
    offset += sizeOf(shape);
  };
  place('model.embed_tokens.weight', [vocabulary, width]);
  for (let i = 0; i < config.layers; i++) {
    const layer = `model.layers.${i}`;
    place(`${layer}.input_layernorm.weight`, [width]);
    for (const [name, n] of [
      ['q', heads],
      ['k', kvHeads],
      ['v', kvHeads],
    ] as const) {
      place(`${layer}.self_attn.${name}_proj.weight`, [n * headWidth, width]);
      if (config.family === 'qwen2') place(`${layer}.self_attn.${name}_proj.bias`, [n * headWidth]);
    }
    place(`${layer}.self_attn.o_proj.weight`, [width, heads * headWidth]);
    place(`${layer}.post_attention_layernorm.weight`, [width]);
    place(`${layer}.mlp.gate_proj.weight`, [hidden, width]);
    place(`${layer}.mlp.up_proj.weight`, [hidden, width]);
    place(`${layer}.mlp.down_proj.weight`, [width, hidden]);
  }
  place('model.norm.weight', [width]);
  if (config.head === 'score') place('score.weight', [1, width]);
  else if (!config.tied) place('lm_head.weight', [vocabulary, width]);
  return { slots, size: offset };
}

/** Reads a parameter of the graph by name. */
export type Parameters = (name: string) => Tensor;

/** Cuts the flat vector into its named tensors, inside the graph. */
export function unpackParameters(flat: Tensor, { slots }: ParameterLayout): Parameters {
  const parts = split(
    flat,
    0,
    slots.map(({ shape }) => sizeOf(shape)),
  );
  const byName = new Map(slots.map(({ name, shape }, i) => [name, reshape(parts[i]!, shape)]));
  return (name) => {
    const tensor = byName.get(name);
    if (!tensor) throw new WeightsError(`The model has no parameter ${name}.`);
    return tensor;
  };
}

export interface NamedTensor {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** What older files hold beside their weights: it follows from the configuration. */
const DERIVED = /\.rotary_emb\.inv_freq$/;

/**
 * Named tensors → flat vector.
 * @throws WeightsError when one is missing, has another shape, holds values that are not finite, or has no place in this
 *   configuration, so that leaving it out would change the numbers
 */
export function packWeights(
  layout: ParameterLayout,
  tensors: ReadonlyMap<string, NamedTensor>,
): Float32Array {
  const flat = new Float32Array(layout.size);
  const places = new Set(layout.slots.map(({ name }) => name));
  for (const name of tensors.keys()) {
    if (!places.has(name) && !DERIVED.test(name) && !isCopyOfEmbedding(name, tensors))
      throw new WeightsError(
        `The file has a tensor ${name}, which this configuration has no place for; without it the model would compute something else.`,
      );
  }
  for (const { name, shape, offset } of layout.slots) {
    const tensor = tensors.get(name);
    if (!tensor) throw new WeightsError(`The file has no tensor ${name}, which this configuration needs.`);
    if (tensor.shape.join() !== shape.join())
      throw new WeightsError(
        `${name} is [${tensor.shape.join(', ')}] in the file; the configuration needs [${shape.join(', ')}].`,
      );
    if (!tensor.data.every(Number.isFinite))
      throw new WeightsError(`${name} holds values that are not finite numbers.`);
    flat.set(tensor.data, offset);
  }
  return flat;
}

/** A tied output matrix is stored a second time by some tools. */
function isCopyOfEmbedding(name: string, tensors: ReadonlyMap<string, NamedTensor>): boolean {
  if (name !== 'lm_head.weight') return false;
  const [own, embedding] = [tensors.get(name)?.data, tensors.get('model.embed_tokens.weight')?.data];
  return own?.length === embedding?.length && own?.every((value, i) => value === embedding?.[i]) === true;
}

/** Flat vector → named tensors (views, not copies). */
export function unpackWeights(layout: ParameterLayout, flat: Float32Array): Map<string, NamedTensor> {
  return new Map(
    layout.slots.map(({ name, shape, offset }) => [
      name,
      { shape, data: flat.subarray(offset, offset + sizeOf(shape)) },
    ]),
  );
}

/**
 * Fresh weights: normal with deviation 1/√fan-in, the projections that write to the residual stream divided by
 * √(2·layers) (GPT-2), norms 1, biases and the score head 0.
 */
export function initialWeights(config: ModelConfig, seed: number): Float32Array {
  const layout = parameterLayout(config);
  const flat = new Float32Array(layout.size);
  for (const { name, shape, offset } of layout.slots) {
    const part = flat.subarray(offset, offset + sizeOf(shape));
    if (name.endsWith('norm.weight')) part.fill(1);
    if (shape.length < 2 || name === 'score.weight') continue;
    const random = new Random(seed, 0, `init ${name}`);
    const residual = /(o_proj|down_proj)\.weight$/.test(name) ? Math.sqrt(2 * config.layers) : 1;
    const deviation =
      name === 'model.embed_tokens.weight'
        ? 1 / Math.sqrt(config.width)
        : 1 / Math.sqrt(shape[1]!) / residual;
    for (let i = 0; i < part.length; i++) part[i] = random.normal() * deviation;
  }
  return flat;
}
