/**
 * A model's weights are named tensors, called as Hugging Face calls them, [out, in], in two groups. The trainable ones
 * lie one after the other in one flat vector: the optimizer walks over it, a worker is sent it and a checkpoint stores
 * it, and a graph sees views of it by name. Each frozen one has memory of its own and is neither copied nor stored.
 */
import { gradients, input, type Shape, sizeOf, type Target, type Tensor } from '../graph/index.ts';
import { Random } from '../random.ts';
import type { ModelConfig } from './config.ts';
import {
  factorNames,
  factorSlots,
  isFactor,
  isTarget,
  type LoraConfig,
  loraScale,
  mergedName,
  startFactor,
} from './lora.ts';

/** A model as graphs are built for it. */
export interface ModelSpec {
  readonly config: ModelConfig;
  /** What is not trained: tensors, or modules with all that is in them, as `model.embed_tokens` or `model.layers.0`. */
  readonly frozen?: readonly string[];
  /** Trains low-rank factors beside the weights, and of the model itself a score head alone. */
  readonly lora?: LoraConfig;
  /**
   * Keeps of each layer no more than what goes in and what gradient comes back, and computes the rest again for the
   * gradient; in engines on the CPU a program is then one layer, run with the weights of each.
   */
  readonly checkpointing?: boolean;
  /** What the graphs are to run on: they compute the same there, in other pieces. Default: wasm. */
  readonly target?: Target;
}

export interface NamedTensor {
  readonly shape: Shape;
  readonly dtype: 'f32';
  /** Row-major. */
  readonly data: Float32Array;
}

export type NamedTensors = ReadonlyMap<string, NamedTensor>;

export interface ParameterSlot {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: 'f32';
}

export interface TrainableSlot extends ParameterSlot {
  /** Position of the first value in the flat vector. */
  readonly offset: number;
}

/** A weight W [out, in] that is read as W + scale·B·A. */
export interface AdaptedSlot {
  readonly weight: string;
  readonly shape: Shape;
  /** Names of A [rank, in] and B [out, rank]. */
  readonly a: string;
  readonly b: string;
  readonly rank: number;
  readonly scale: number;
}

export interface ParameterLayout {
  /** In the order of the flat vector. */
  readonly trainable: readonly TrainableSlot[];
  readonly frozen: readonly ParameterSlot[];
  /** Trainable values in all: the length of the flat vector. */
  readonly size: number;
  /** The weights that LoRA adds to. */
  readonly adapted: readonly AdaptedSlot[];
}

export class WeightsError extends Error {
  override readonly name = 'WeightsError';
}

/** Names and shapes of all tensors, in the order of the layers. */
function slotsOf(config: ModelConfig): ParameterSlot[] {
  const { width, hidden, heads, kvHeads, headWidth, vocabulary } = config;
  const slots: ParameterSlot[] = [];
  const place = (name: string, shape: Shape) => slots.push({ name, shape, dtype: 'f32' });
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
      if (config.family === 'qwen3' && name !== 'v')
        place(`${layer}.self_attn.${name}_norm.weight`, [headWidth]);
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
  return slots;
}

const isPartOf = (name: string, module: string): boolean => name === module || name.startsWith(`${module}.`);

/** What is trained whole beside the factors of LoRA: it is new in a reward model, as PEFT has it. */
const isNew = (name: string): boolean => name === 'score.weight';

/**
 * Divides the tensors into their groups. With LoRA its factors are trainable, after what the model has of its own.
 * @throws WeightsError when something is to be frozen that the model does not have
 */
export function parameterLayout(
  config: ModelConfig,
  frozen: readonly string[] = [],
  lora: LoraConfig | null = null,
): ParameterLayout {
  const own = slotsOf(config);
  const slots = lora ? [...own, ...factorSlots(lora, own)] : own;
  for (const module of frozen)
    if (!slots.some(({ name }) => isPartOf(name, module)))
      throw new WeightsError(`The model has no tensor ${module} and nothing in it, so it cannot be frozen.`);
  const isFrozen = ({ name }: ParameterSlot) =>
    (lora !== null && !isFactor(name) && !isNew(name)) || frozen.some((module) => isPartOf(name, module));
  const trainable: TrainableSlot[] = [];
  let size = 0;
  for (const slot of slots) {
    if (isFrozen(slot)) continue;
    trainable.push({ ...slot, offset: size });
    size += sizeOf(slot.shape);
  }
  return { trainable, frozen: slots.filter(isFrozen), size, adapted: lora ? adaptedSlots(lora, own) : [] };
}

/** Weights that a run can train whole, with two moments of each. */
export const MOST_WHOLE = 50_000_000;

/** Whether a model is too large to be trained whole: its graphs are then computed a layer at a time. */
export const isLarge = (config: ModelConfig): boolean => parameterLayout(config).size > MOST_WHOLE;

/** What freezes a model whole. */
export const everything = ({ head, tied }: ModelConfig): readonly string[] =>
  head === 'score' ? ['model', 'score'] : tied ? ['model'] : ['model', 'lm_head'];

const adaptedSlots = (lora: LoraConfig, slots: readonly ParameterSlot[]): AdaptedSlot[] =>
  slots
    .filter(({ name }) => isTarget(lora, name))
    .map(({ name, shape }) => ({
      weight: name,
      shape,
      ...factorNames(name),
      rank: lora.rank,
      scale: loraScale(lora),
    }));

/** What LoRA adds to a weight: scale · b·a. */
export interface Adapter {
  /** [rank, in] */
  readonly a: Tensor;
  /** [out, rank] */
  readonly b: Tensor;
  readonly scale: number;
}

/** The weights inside a graph: an input for each tensor, of its name. */
export interface Parameters {
  readonly trainable: ReadonlyMap<string, Tensor>;
  /** @throws WeightsError when the model has no tensor of this name */
  tensor(name: string): Tensor;
  isFrozen(name: string): boolean;
  /** What is to be added to what the weight makes of rows; `null` where there is nothing. */
  adapterOf(name: string): Adapter | null;
  readonly checkpointing: boolean;
  readonly target: Target;
}

/**
 * @param differentiable whether a gradient will be asked for. Where not, a graph for a GPU reads each weight that LoRA adds
 *   to under its {@link mergedName}: a host merges it once for all runs until the weights change.
 */
export function declareParameters(
  { config, frozen, lora, checkpointing = false, target = 'wasm' }: ModelSpec,
  { differentiable = true } = {},
): Parameters {
  const layout = parameterLayout(config, frozen, lora);
  const declared = (slots: readonly ParameterSlot[]) =>
    new Map(slots.map(({ name, shape, dtype }) => [name, input(name, shape, dtype)]));
  const trainable = declared(layout.trainable);
  const unchanging = declared(layout.frozen);
  const own = (name: string): Tensor => {
    const tensor = trainable.get(name) ?? unchanging.get(name);
    if (!tensor) throw new WeightsError(`The model has no parameter ${name}.`);
    return tensor;
  };
  const adapters = new Map(layout.adapted.map((slot) => [slot.weight, slot]));
  const adapterTo = (name: string): Adapter | null => {
    const slot = adapters.get(name);
    return slot ? { a: own(slot.a), b: own(slot.b), scale: slot.scale } : null;
  };
  const merges = target === 'webgpu' && !differentiable;
  const merged = new Map(
    (merges ? layout.adapted : []).map(({ weight, shape }) => [weight, input(mergedName(weight), shape)]),
  );
  return {
    trainable,
    tensor: (name) => merged.get(name) ?? own(name),
    isFrozen: (name) => unchanging.has(name),
    adapterOf: (name) => (merges ? null : adapterTo(name)),
    checkpointing,
    target,
  };
}

const GRADIENT = 'gradient of ';

/** The output that holds the gradient of a tensor. */
export const gradientName = (name: string): string => `${GRADIENT}${name}`;
export const isGradient = (output: string): boolean => output.startsWith(GRADIENT);

/** d loss / d tensor for every trainable tensor, each under its {@link gradientName}. */
export function parameterGradients(
  loss: Tensor,
  { trainable }: Parameters,
): Readonly<Record<string, Tensor>> {
  const all = gradients(loss, [...trainable.values()]);
  return Object.fromEntries([...trainable.keys()].map((name, i) => [gradientName(name), all[i]!]));
}

/** What older files hold beside their weights: it follows from the configuration. */
const DERIVED = /\.rotary_emb\.inv_freq$/;

/**
 * The trainable tensors as one flat vector.
 * @throws WeightsError when a tensor of the model is missing, has another shape, holds values that are not finite, or
 *   has no place in this configuration, so that leaving it out would change the numbers
 */
export function packWeights(layout: ParameterLayout, tensors: NamedTensors): Float32Array {
  const packing = new Packing(layout);
  for (const [name, tensor] of tensors) packing.add(name, tensor);
  return packing.finish();
}

/** {@link packWeights} for tensors that come one after the other: none is kept longer than it takes to copy it. */
export class Packing {
  readonly #layout: ParameterLayout;
  readonly #places: ReadonlyMap<string, ParameterSlot & { readonly offset?: number }>;
  readonly #flat: Float32Array;
  readonly #seen = new Set<string>();
  /** A tied output matrix, which some tools store a second time. */
  #copy: NamedTensor | null = null;

  /** @param flat to write into: as long as the layout */
  constructor(layout: ParameterLayout, flat: Float32Array = new Float32Array(layout.size)) {
    this.#layout = layout;
    this.#places = new Map([...layout.trainable, ...layout.frozen].map((slot) => [slot.name, slot]));
    this.#flat = flat;
  }

  /** @throws WeightsError */
  add(name: string, tensor: NamedTensor): void {
    const slot = this.#places.get(name);
    if (!slot) {
      if (name === HEAD) this.#copy = tensor;
      else if (!DERIVED.test(name)) throw noPlace(name);
      return;
    }
    if (tensor.shape.join() !== slot.shape.join())
      throw new WeightsError(
        `${name} is [${tensor.shape.join(', ')}] in the file; the configuration needs [${slot.shape.join(', ')}].`,
      );
    if (!tensor.data.every(Number.isFinite))
      throw new WeightsError(`${name} holds values that are not finite numbers.`);
    this.#seen.add(name);
    if (slot.offset !== undefined) this.#flat.set(tensor.data, slot.offset);
  }

  /** @throws WeightsError when one is missing */
  finish(): Float32Array {
    for (const name of this.#places.keys())
      if (!this.#seen.has(name))
        throw new WeightsError(`The file has no tensor ${name}, which this configuration needs.`);
    if (this.#copy !== null && !this.#isEmbedding(this.#copy)) throw noPlace(HEAD);
    return this.#flat;
  }

  #isEmbedding({ data }: NamedTensor): boolean {
    const embedding = unpackWeights(this.#layout, this.#flat).get('model.embed_tokens.weight')?.data;
    return data.length === embedding?.length && data.every((value, i) => value === embedding[i]);
  }
}

const HEAD = 'lm_head.weight';

const noPlace = (name: string): WeightsError =>
  new WeightsError(
    `The file has a tensor ${name}, which this configuration has no place for; without it the model would compute something else.`,
  );

/** The tensors that a flat vector consists of (views, not copies). */
export function unpackWeights({ trainable }: ParameterLayout, flat: Float32Array): Map<string, NamedTensor> {
  return new Map(
    trainable.map(({ name, shape, dtype, offset }) => [
      name,
      { shape, dtype, data: flat.subarray(offset, offset + sizeOf(shape)) },
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
  for (const [name, { shape, data: part }] of unpackWeights(layout, flat)) {
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

/** Fresh values of what LoRA trains: the model computes at first what it does without. */
export function initialFactors(config: ModelConfig, lora: LoraConfig, seed: number): Float32Array {
  const layout = parameterLayout(config, [], lora);
  const flat = new Float32Array(layout.size);
  for (const [name, tensor] of unpackWeights(layout, flat))
    if (isFactor(name)) startFactor(name, tensor, new Random(seed, 0, `init ${name}`));
  return flat;
}
