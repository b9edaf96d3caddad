import { PLAIN_LOSS } from '../programs/loss.ts';
import { describe, expect, it } from 'vitest';
import { emitOnnx } from '../graph/onnx/index.ts';
import type { OnnxGraph, OnnxNode } from '../graph/onnx/lowering.ts';
import type { Target } from '../graph/index.ts';
import {
  buildProgram,
  type GenerateSpec,
  type LogprobsSpec,
  type SupervisedSpec,
  type UpdateSpec,
} from '../programs/index.ts';
import type { ModelConfig } from './config.ts';
import {
  isGradient,
  type NamedTensor,
  packWeights,
  parameterLayout,
  unpackWeights,
  WeightsError,
} from './parameters.ts';

const config: ModelConfig = {
  family: 'qwen2', vocabulary: 97, width: 8, layers: 2, heads: 2, kvHeads: 1, headWidth: 4, hidden: 12,
  maxPositions: 32, ropeTheta: 10_000, normEpsilon: 1e-6, tied: false, head: 'causal', padId: 0, endIds: [1],
}; // prettier-ignore

describe('parameterLayout', () => {
  it('keeps the order in which older checkpoints were written', () => {
    const { trainable, size } = parameterLayout({ ...config, layers: 1 });
    expect(trainable.map(({ name, offset }) => [name.replace('model.layers.0', '0'), offset])).toEqual([
      ['model.embed_tokens.weight', 0],
      ['0.input_layernorm.weight', 776],
      ['0.self_attn.q_proj.weight', 784],
      ['0.self_attn.q_proj.bias', 848],
      ['0.self_attn.k_proj.weight', 856],
      ['0.self_attn.k_proj.bias', 888],
      ['0.self_attn.v_proj.weight', 892],
      ['0.self_attn.v_proj.bias', 924],
      ['0.self_attn.o_proj.weight', 928],
      ['0.post_attention_layernorm.weight', 992],
      ['0.mlp.gate_proj.weight', 1000],
      ['0.mlp.up_proj.weight', 1096],
      ['0.mlp.down_proj.weight', 1192],
      ['model.norm.weight', 1288],
      ['lm_head.weight', 1296],
    ]);
    expect(size).toBe(1296 + 776);
  });

  it('freezes tensors and whole modules by name', () => {
    const all = parameterLayout(config);
    expect(all.frozen).toEqual([]);
    const { trainable, frozen, size } = parameterLayout(config, ['model.layers.1', 'lm_head.weight']);
    expect(frozen.map(({ name }) => name).filter((name) => !name.startsWith('model.layers.1.'))).toEqual([
      'lm_head.weight',
    ]);
    expect(frozen).toHaveLength(13);
    expect(trainable.map(({ name }) => name)).toEqual(
      all.trainable.map(({ name }) => name).filter((name) => !frozen.some((slot) => slot.name === name)),
    );
    const last = trainable.at(-1)!;
    expect([last.name, last.offset + 8]).toEqual(['model.norm.weight', size]);
    // A layer's number is not the beginning of another's.
    expect(() => parameterLayout(config, ['model.layers.11'])).toThrow(WeightsError);
    expect(() => parameterLayout(config, ['model.lay'])).toThrow(/no tensor model\.lay/);
  });
});

describe('packWeights', () => {
  const whole = parameterLayout(config);
  const flat = Float32Array.from({ length: whole.size }, (_, i) => Math.sin(i));
  const tensors = unpackWeights(whole, flat);
  const frozen = parameterLayout(config, ['model']);

  it('packs what is trainable', () => {
    expect(packWeights(whole, tensors)).toEqual(flat);
    expect(packWeights(frozen, tensors)).toEqual(tensors.get('lm_head.weight')!.data);
  });

  it.each<[string, NamedTensor | null, RegExp]>([
    ['missing', null, /no tensor model\.norm\.weight/],
    ['of another shape', { shape: [4, 2], dtype: 'f32', data: new Float32Array(8) }, /\[4, 2\].*needs \[8\]/],
    ['not finite', { shape: [8], dtype: 'f32', data: new Float32Array(8).fill(NaN) }, /not finite/],
  ])('refuses a frozen tensor that is %s', (_, tensor, message) => {
    const damaged = new Map(tensors);
    if (tensor) damaged.set('model.norm.weight', tensor);
    else damaged.delete('model.norm.weight');
    expect(() => packWeights(frozen, damaged)).toThrow(message);
  });
});

const shape = { prompts: 2, group: 2, promptTime: 4, completionTime: 5 };
const surrogate = { ...PLAIN_LOSS, importance: 'token', clipLow: 0.2, clipHigh: 0.2, beta: 0.1 } as const;
const specs = (
  frozen: readonly string[],
): readonly (GenerateSpec | LogprobsSpec | UpdateSpec | SupervisedSpec)[] => [
  {
    kind: 'generate',
    config,
    frozen,
    options: { ...shape, mode: 'sample', chunk: 2 },
  },
  { kind: 'logprobs', config, frozen, shape },
  { kind: 'update', config, frozen, shape, settings: surrogate },
  { kind: 'supervised', config, frozen, shape: { batch: 2, time: 5 } },
];

/** All nodes, those of loop bodies included. */
const nodesOf = ({ nodes }: OnnxGraph): OnnxNode[] =>
  nodes.flatMap((node) => [
    node,
    ...Object.values(node.attributes).flatMap((attribute) =>
      attribute.kind === 'graph' ? nodesOf(attribute.value) : [],
    ),
  ]);

describe.each<Target>(['wasm', 'webgpu'])('graphs for %s', (target) => {
  it.each(specs([]).map((spec) => [spec.kind, spec] as const))(
    'of the kind %s take each tensor by its name',
    (_, spec) => {
      const { inputs } = emitOnnx(buildProgram(spec), target);
      for (const { name, shape: own } of parameterLayout(config).trainable)
        expect(inputs.find((other) => other.name === name)?.shape).toEqual(own);
    },
  );

  // What is frozen may be most of a large model: nothing may be computed that is as large.
  it.each(specs(['model', 'lm_head']).map((spec) => [spec.kind, spec] as const))(
    'of the kind %s only look frozen weights up and multiply by them',
    (_, spec) => {
      const graph = emitOnnx(buildProgram(spec), target);
      const matrices = parameterLayout(config).trainable.filter(({ shape: own }) => own.length === 2);
      const uses = nodesOf(graph).flatMap(({ type, inputs }) =>
        inputs.filter((name) => matrices.some((slot) => slot.name === name)).map(() => type),
      );
      expect(uses.length).toBeGreaterThanOrEqual(matrices.length);
      expect(uses.filter((type) => !['Gather', 'Gemm'].includes(type))).toEqual([]);
      expect(graph.outputs.filter(({ name }) => isGradient(name))).toEqual([]);
    },
  );

  it.each(
    specs([])
      .slice(2)
      .map((spec) => [spec.kind, spec] as const),
  )('of the kind %s compare nothing with every id of the vocabulary', (_, spec) => {
    const { initializers } = emitOnnx(buildProgram(spec), target);
    expect(initializers.filter((value) => value.shape.includes(config.vocabulary))).toEqual([]);
  });
});
