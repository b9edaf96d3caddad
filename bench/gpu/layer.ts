/** A layer of a pretrained model, forwards and backwards: its frozen weights as bfloat16, LoRA beside them. */
import { type Feeds, freshState, type ModelHost } from '../../src/host/host.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { LORA_TARGETS, type LoraConfig } from '../../src/model/lora.ts';
import { type ModelSpec, parameterLayout, unpackWeights } from '../../src/model/parameters.ts';
import { PLAIN_LOSS } from '../../src/programs/loss.ts';
import type { UpdateSpec } from '../../src/programs/index.ts';
import type { CompletionShape } from '../../src/model/completions.ts';
import { Random } from '../../src/random.ts';
import { sizeOf } from '../../src/graph/index.ts';

export interface LayerSize {
  /** With a vocabulary of its own: what belongs to no layer is not measured. */
  readonly config: Omit<ModelConfig, 'layers'>;
  readonly shape: CompletionShape;
}

const CONFIG: LayerSize['config'] = {
  family: 'qwen2',
  head: 'causal',
  vocabulary: 512,
  width: 896,
  heads: 14,
  kvHeads: 2,
  headWidth: 64,
  hidden: 4864,
  maxPositions: 32_768,
  ropeTheta: 1_000_000,
  normEpsilon: 1e-6,
  tied: true,
  padId: 0,
  endIds: [1],
};

/** Qwen2.5-Coder-0.5B at a prompt of 256 tokens and two completions of 256; and a small one of the same kind. */
export const LAYER_SIZES: Readonly<Record<'full' | 'small', LayerSize>> = {
  full: { config: CONFIG, shape: { prompts: 1, group: 2, promptTime: 256, completionTime: 256 } },
  small: {
    config: { ...CONFIG, vocabulary: 32, width: 32, heads: 4, kvHeads: 2, headWidth: 8, hidden: 48 },
    shape: { prompts: 1, group: 2, promptTime: 4, completionTime: 4 },
  },
};

export const LORA: LoraConfig = { rank: 16, alpha: 32, targets: LORA_TARGETS, rankStabilized: false };

/** Random numbers of deviation 1/√in that bfloat16 holds; norms of 1. */
export function randomBase(config: ModelConfig): Float32Array {
  const layout = parameterLayout(config);
  const flat = new Float32Array(layout.size);
  const bits = new Uint32Array(flat.buffer);
  for (const [name, { data, shape }] of unpackWeights(layout, flat)) {
    const random = new Random(1, 0, name);
    const spread = Math.sqrt(3 / (shape.at(-1) ?? 1));
    if (name.endsWith('norm.weight')) data.fill(1);
    else for (let i = 0; i < data.length; i++) data[i] = (2 * random.uniform() - 1) * spread;
  }
  for (let i = 0; i < bits.length; i++) bits[i]! &= 0xffff0000;
  return flat;
}

export interface OpenLayers {
  readonly spec: UpdateSpec & ModelSpec;
  readonly feeds: Feeds;
}

/** Puts a model of so many layers into the host. */
export async function openLayers(
  host: ModelHost,
  { config: sizes, shape }: LayerSize,
  layers: number,
): Promise<OpenLayers> {
  const config: ModelConfig = { ...sizes, layers };
  const layout = parameterLayout(config, [], LORA);
  const factors = new Float32Array(layout.size);
  for (const [name, { data, shape: of }] of unpackWeights(layout, factors)) {
    const random = new Random(2, 0, name);
    for (let i = 0; i < data.length; i++) data[i] = random.normal() / Math.sqrt(of[1]!) / 4;
  }
  await host.loadFrozen(unpackWeights(parameterLayout(config), randomBase(config)));
  await host.load(layout, freshState(factors));
  const rows = shape.prompts * shape.group;
  const tokens = rows * shape.completionTime;
  const spec: OpenLayers['spec'] = {
    kind: 'update',
    config,
    lora: LORA,
    checkpointing: true,
    shape,
    settings: { ...PLAIN_LOSS, importance: 'token', clipLow: 0.2, clipHigh: 0.28, beta: 0 },
  };
  const feeds: Feeds = {
    prompts: Int32Array.from({ length: shape.prompts * shape.promptTime }, (_, i) => 2 + ((7 * i) % 29)),
    promptLengths: new Int32Array(shape.prompts).fill(shape.promptTime),
    completions: Int32Array.from({ length: tokens }, (_, i) => 2 + ((5 * i) % 29)),
    inverseTemperature: Float32Array.of(1),
    oldLogprobs: new Float32Array(tokens).fill(-Math.log(config.vocabulary)),
    mask: new Float32Array(tokens).fill(1),
    weights: new Float32Array(tokens).fill(1 / tokens),
    advantages: Float32Array.from({ length: rows }, (_, i) => (i % 2 ? 1 : -1)),
  };
  return { spec, feeds };
}

/** Operations of a layer's products: forwards, once more for the gradient, and backwards through frozen weights. */
export function layerFlops({ config, shape }: LayerSize): number {
  const layer = ({ trainable }: ReturnType<typeof parameterLayout>): number =>
    trainable
      .filter(({ name }) => name.startsWith('model.layers.0.') && name.endsWith('proj.weight'))
      .reduce((total, slot) => total + sizeOf(slot.shape), 0);
  const rows = shape.prompts * (shape.promptTime + shape.group * shape.completionTime);
  return 3 * 2 * rows * layer(parameterLayout({ ...config, layers: 1 }));
}
