import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ModelConfigError, parseModelConfig, toHuggingFaceConfig } from './config.ts';
import { packWeights, parameterLayout, unpackWeights, WeightsError } from './parameters.ts';

const LLAMA = {
  architectures: ['LlamaForCausalLM'], model_type: 'llama', vocab_size: 64, hidden_size: 16, intermediate_size: 32,
  num_hidden_layers: 1, num_attention_heads: 2, max_position_embeddings: 128, pad_token_id: 0, eos_token_id: 2,
}; // prettier-ignore
const QWEN2 = { ...LLAMA, model_type: 'qwen2', architectures: ['Qwen2ForCausalLM'] };
const QWEN3 = { ...LLAMA, model_type: 'qwen3', architectures: ['Qwen3ForCausalLM'], head_dim: 24 };
const LLAMA3 = { factor: 32, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 64 };

describe('parseModelConfig', () => {
  it.each<[string, object]>([
    ['linear scaling without a factor', { rope_scaling: { type: 'linear' } }],
    ['linear scaling by nothing', { rope_scaling: { type: 'linear', factor: 0 } }],
    ['linear scaling with a field of others', { rope_scaling: { type: 'linear', ...LLAMA3 } }],
    [
      'scaling as Llama 3 has it, in part',
      { rope_scaling: { rope_type: 'llama3', factor: 32, low_freq_factor: 1 } },
    ],
    [
      'long waves shorter than short ones',
      { rope_scaling: { rope_type: 'llama3', ...LLAMA3, low_freq_factor: 4 } },
    ],
    ['a factor of attention', { rope_scaling: { rope_type: 'llama3', ...LLAMA3, attention_factor: 1.2 } }],
    ['scaling that changes with the length', { rope_scaling: { type: 'dynamic', factor: 2 } }],
    ['a rotation called like a method', { rope_scaling: { type: 'toString' } }],
    ['a rotation for each kind of layer', { rope_parameters: { full_attention: { rope_type: 'default' } } }],
    ['an original length beside the scaling', { original_max_position_embeddings: 64 }],
    ['attention to later tokens', { is_causal: false }],
    ['scaling in the newer field', { rope_parameters: { rope_type: 'yarn', rope_theta: 1e4, factor: 4 } }],
    ['a rotation of a part', { partial_rotary_factor: 0.5 }],
    ['a rotation of a part, in the newer field', { rope_parameters: { partial_rotary_factor: 0.25 } }],
    ['a rotation with a factor and no type', { rope_parameters: { rope_theta: 1e4, factor: 2 } }],
    ['an interleaved rotation', { rope_interleaved: true }],
    ['a base that is no number', { rope_parameters: { rope_theta: '10000' } }],
    ['biases of attention', { attention_bias: true }],
    ['biases of the MLP', { mlp_bias: true }],
    ['a sliding window', { sliding_window: 32 }],
    ['layers with a window', { layer_types: ['sliding_attention'] }],
    ['another activation', { hidden_act: 'gelu' }],
    ['quantized weights', { quantization_config: { bits: 4 } }],
    ['a soft cap that nobody here knows', { final_logit_softcapping: 30 }],
    ['a multiplier that nobody here knows', { residual_multiplier: 0.22 }],
    ['more labels than one', { architectures: ['LlamaForSequenceClassification'], num_labels: 3 }],
    ['another family', { model_type: 'gemma2' }],
  ])('refuses %s by name', (_, change) => {
    const field = Object.keys(change).at(-1)!;
    const parse = (): unknown => parseModelConfig({ ...LLAMA, ...change });
    expect(parse).toThrow(ModelConfigError);
    expect(parse).toThrow(field === 'rope_parameters' ? /rope_(parameters|theta)/ : field);
  });

  it.each([QWEN2, QWEN3])('refuses the window and the MLP biases of a $model_type', (config) => {
    const window = { use_sliding_window: true, sliding_window: 32, max_window_layers: 1 };
    expect(() => parseModelConfig({ ...config, ...window })).toThrow(/use_sliding_window/);
    expect(() => parseModelConfig({ ...config, mlp_bias: true })).toThrow(/mlp_bias/);
    expect(parseModelConfig({ ...config, ...window, use_sliding_window: false }).family).toBe(
      config.model_type,
    );
    // Both have the switch, which is off unless something else is said.
    expect(parseModelConfig({ ...config, sliding_window: 32 }).family).toBe(config.model_type);
  });

  it('refuses biases but where they belong: a Qwen2 has its own in any case, a Qwen3 by this field', () => {
    const biased = { attention_bias: true };
    expect(parseModelConfig({ ...QWEN2, ...biased }).family).toBe('qwen2');
    expect(() => parseModelConfig({ ...QWEN3, ...biased })).toThrow(/attention_bias/);
  });

  it('gives heads the width that the family gives them', () => {
    expect(parseModelConfig(LLAMA).headWidth).toBe(8);
    expect(parseModelConfig(QWEN3).headWidth).toBe(24);
    expect(parseModelConfig({ ...QWEN3, head_dim: undefined }).headWidth).toBe(128);
    expect(() => parseModelConfig({ ...LLAMA, num_attention_heads: 3 })).toThrow(/not a multiple/);
  });

  it('reads the scaling of positions from older fields and newer ones', () => {
    const scalingOf = (fields: object) => parseModelConfig({ ...LLAMA, ...fields });
    const linear = { type: 'linear', factor: 8 };
    const llama3 = {
      type: 'llama3', factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 64,
    }; // prettier-ignore
    expect(scalingOf({ rope_scaling: linear, rope_theta: 5e5 })).toMatchObject({
      ropeScaling: linear,
      ropeTheta: 5e5,
    });
    expect(scalingOf({ rope_parameters: { rope_type: 'llama3', rope_theta: 5e5, ...LLAMA3 } })).toMatchObject(
      { ropeScaling: llama3, ropeTheta: 5e5 },
    );
    // Some files have both names of the type; rope_type is the one that counts.
    expect(scalingOf({ rope_scaling: { type: 'x', rope_type: 'llama3', ...LLAMA3 } }).ropeScaling).toEqual(
      llama3,
    );
    const { original_max_position_embeddings: _, ...short } = LLAMA3;
    expect(scalingOf({ rope_scaling: { rope_type: 'llama3', ...short } }).ropeScaling).toEqual({
      ...llama3,
      originalPositions: 128,
    });
    for (const none of [null, {}, { type: 'default' }])
      expect(scalingOf({ rope_scaling: none })).not.toHaveProperty('ropeScaling');
  });

  it('believes the older field where both say something, as transformers does', () => {
    const newer = { rope_type: 'default', rope_theta: 7 };
    const both = { rope_scaling: { type: 'linear', factor: 2 }, rope_parameters: newer, rope_theta: 9 };
    expect(parseModelConfig({ ...LLAMA, ...both })).toMatchObject({
      ropeScaling: { factor: 2 },
      ropeTheta: 9,
    });
    expect(parseModelConfig({ ...LLAMA, ...both, rope_scaling: {} }).ropeTheta).toBe(7);
  });

  it('takes what real files say beside the architecture', () => {
    const extra = {
      _name_or_path: 'x', attention_bias: false, attention_dropout: 0, bos_token_id: 1, initializer_range: 0.02,
      is_llama_config: true, mlp_bias: false, pretraining_tp: 1, rope_interleaved: false, rope_scaling: null,
      rope_theta: 100000, torch_dtype: 'bfloat16', transformers_version: '4.42.3', use_cache: true,
      'transformers.js_config': { kv_cache_dtype: { fp16: 'float16' } }, layer_types: ['full_attention'],
      sliding_window: 4096, final_logit_softcapping: null, quantization_config: null,
    }; // prettier-ignore
    expect(parseModelConfig({ ...LLAMA, ...extra })).toMatchObject({ ropeTheta: 100000, kvHeads: 2 });
    expect(parseModelConfig({ ...LLAMA, rope_scaling: { type: 'default' } }).ropeTheta).toBe(10_000);
  });

  it('keeps every end-of-text id, those of generation_config.json too', () => {
    const ids = (eos: unknown, generation: unknown = null): readonly number[] =>
      parseModelConfig({ ...LLAMA, eos_token_id: eos }, generation).endIds;
    expect(ids(2)).toEqual([2]);
    expect(ids([1, 3])).toEqual([1, 3]);
    expect(ids(2, { eos_token_id: [2, 7] })).toEqual([2, 7]);
    expect(ids(null, { eos_token_id: 5 })).toEqual([5]);
    expect(ids(2, { eos_token_id: 'x' })).toEqual([2]);
    expect(() => ids([1, 64])).toThrow(/below the vocabulary size 64/);
  });

  it('pads with the end of text where there is no padding', () => {
    for (const pad of [null, -1, undefined])
      expect(parseModelConfig({ ...LLAMA, pad_token_id: pad }).padId).toBe(2);
    const padOf = (pad: unknown, generation: unknown) =>
      parseModelConfig({ ...LLAMA, pad_token_id: pad }, generation).padId;
    expect(padOf(null, { pad_token_id: 9, eos_token_id: 3 })).toBe(9);
    expect(padOf(0, { pad_token_id: 9 })).toBe(0);
    expect(padOf(null, { pad_token_id: -1 })).toBe(2);
    expect(padOf(null, { pad_token_id: 'x', eos_token_id: [4] })).toBe(2);
  });

  it('reads what it writes', () => {
    for (const endIds of [[2], [2, 3]]) {
      const config = { ...parseModelConfig(LLAMA), endIds };
      expect(parseModelConfig(toHuggingFaceConfig(config))).toEqual(config);
    }
    const scalings = [
      { type: 'linear', factor: 8 },
      { rope_type: 'llama3', ...LLAMA3 },
    ];
    for (const file of [QWEN2, QWEN3, ...scalings.map((scaling) => ({ ...LLAMA, rope_scaling: scaling }))]) {
      const config = parseModelConfig({ ...file, rope_theta: 5e5 });
      const written = toHuggingFaceConfig(config);
      expect(parseModelConfig(written)).toEqual(config);
      expect(written['architectures']).toEqual(file.architectures);
      // Older readers know rope_scaling, newer ones rope_parameters.
      expect(parseModelConfig({ ...written, rope_scaling: null })).toEqual(config);
      expect(parseModelConfig({ ...written, rope_parameters: null })).toEqual(config);
    }
    const shipped = JSON.parse(readFileSync('public/starter/policy/config.json', 'utf8')) as unknown;
    expect(parseModelConfig(shipped)).toMatchObject({ padId: 0, endIds: [1] });
  });
});

describe('packWeights', () => {
  const layout = parameterLayout({ ...parseModelConfig(LLAMA), tied: true });
  const flat = Float32Array.from({ length: layout.size }, (_, i) => Math.sin(i));
  const tensors = unpackWeights(layout, flat);
  const embedding = tensors.get('model.embed_tokens.weight')!;
  const one = { shape: [1], dtype: 'f32', data: Float32Array.of(3) } as const;

  it('refuses a tensor that the configuration has no place for', () => {
    const biased = new Map([...tensors, ['model.layers.0.self_attn.q_proj.bias', one] as const]);
    expect(() => packWeights(layout, biased)).toThrow(WeightsError);
    expect(() => packWeights(layout, biased)).toThrow(/q_proj\.bias/);
    const other = { ...embedding, data: embedding.data.map((x) => x + 1) };
    expect(() => packWeights(layout, new Map([...tensors, ['lm_head.weight', other] as const]))).toThrow(
      /lm_head/,
    );
  });

  it('takes a second copy of a tied embedding, and frequencies that follow from the configuration', () => {
    const more = new Map([
      ...tensors,
      ['lm_head.weight', embedding] as const,
      ['model.layers.0.self_attn.rotary_emb.inv_freq', one] as const,
    ]);
    expect(packWeights(layout, more)).toEqual(flat);
  });
});
