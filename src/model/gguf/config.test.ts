import { describe, expect, it } from 'vitest';
import { parseModelConfig } from '../config.ts';
import { architectureOf, huggingFaceConfig } from './config.ts';
import type { TensorEntry } from './header.ts';
import { metadataOf } from './metadata.ts';
import { QUANTIZATIONS } from './quants.ts';

const LLAMA = {
  context_length: 8192,
  embedding_length: 64,
  block_count: 2,
  feed_forward_length: 128,
  'attention.head_count': 4,
  'attention.head_count_kv': 2,
  'attention.layer_norm_rms_epsilon': 1e-5,
  'rope.dimension_count': 16,
  'rope.freq_base': 500_000,
};
const metadata = (changes: Readonly<Record<string, unknown>> = {}, architecture = 'llama') =>
  metadataOf(
    Object.fromEntries(
      [
        ['general.architecture', architecture] as const,
        ...Object.entries({ ...LLAMA, ...changes })
          .filter(([, value]) => value !== undefined)
          .map(
            ([key, value]) => [key.startsWith('tokenizer') ? key : `${architecture}.${key}`, value] as const,
          ),
      ].map(([key, value]) => [key, { type: 0, value }]),
    ),
  );
const tensor = (name: string, ...shape: number[]): TensorEntry => ({
  name,
  shape,
  quantization: QUANTIZATIONS.get(0)!,
  begin: 0,
  end: 0,
});
const EMBEDDING = tensor('token_embd.weight', 100, 64);
const configOf = (changes: Readonly<Record<string, unknown>> = {}, others: readonly TensorEntry[] = []) =>
  huggingFaceConfig(metadata(changes), [EMBEDDING, ...others], null);

describe('the configuration of a GGUF file', () => {
  it('is what Hugging Face says of the model', () => {
    const ends = {
      'tokenizer.ggml.eos_token_id': 2,
      'tokenizer.ggml.eot_token_id': 5,
      'tokenizer.ggml.padding_token_id': 3,
    };
    expect(parseModelConfig(configOf(ends))).toEqual({
      family: 'llama', vocabulary: 100, width: 64, layers: 2, heads: 4, kvHeads: 2, headWidth: 16, hidden: 128,
      maxPositions: 8192, ropeTheta: 500_000, normEpsilon: 1e-5, tied: true, head: 'causal', padId: 3, endIds: [2, 5],
    }); // prettier-ignore
    const untied = parseModelConfig(configOf({}, [tensor('output.weight', 100, 64)]));
    expect(untied.tied).toBe(false);
  });

  it.each([
    [{ embedding_length: undefined }, /no llama\.embedding_length/],
    [{ block_count: 'two' }, /llama\.block_count is no number/],
    [{ 'attention.head_count': [4, 4] }, /head_count is no number/],
    [{ 'attention.value_length': 8 }, /value_length differs/],
    [{ 'rope.dimension_count': 8 }, /partial_rotary_factor is 0\.5/],
    [{ 'rope.scaling.type': 'yarn', 'rope.scaling.factor': 4 }, /"yarn"/],
    [{ 'attention.sliding_window': 64 }, /sliding_window is 64/],
    [{ logit_scale: 0.5 }, /llama\.logit_scale is 0\.5: it is not known here/],
    [{ expert_count: 8 }, /llama\.expert_count is 8/],
  ])('is refused where something would change the numbers (%#)', (changes, message) => {
    expect(() => parseModelConfig(configOf(changes))).toThrow(message);
  });

  it('takes no experts, and an old factor of 1, for nothing', () => {
    const config = configOf({ expert_count: 0, 'rope.scale_linear': 1, 'rope.scaling.type': 'none' });
    expect(config).toEqual(configOf());
  });

  it('has biases where the tensors have them', () => {
    expect(() => parseModelConfig(configOf({}, [tensor('blk.0.attn_q.bias', 64)]))).toThrow(/attention_bias/);
    expect(() => parseModelConfig(configOf({}, [tensor('blk.0.ffn_up.bias', 64)]))).toThrow(/mlp_bias/);
  });

  it('says how positions are scaled', () => {
    expect(configOf({ 'rope.scaling.type': 'linear', 'rope.scaling.factor': 2 })['rope_scaling']).toEqual({
      rope_type: 'linear',
      factor: 2,
    });
    expect(configOf({ 'rope.scale_linear': 4 })['rope_scaling']).toEqual({ rope_type: 'linear', factor: 4 });
  });

  it('finds the scaling of Llama 3 in the factors that came of it', () => {
    // Of Llama 3.2 with this width and base, by transformers' `_compute_llama3_parameters`: frequencies divided by what
    // they were without it.
    const factors = Float32Array.of(1, 1, 1, 1, 3.292262554168701, 32, 32, 32);
    const config = (values: Float32Array) => huggingFaceConfig(metadata(), [EMBEDDING], values);
    expect(config(factors)['rope_scaling']).toEqual({
      rope_type: 'llama3',
      factor: 32,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 8192,
    });
    expect(config(new Float32Array(8).fill(1))['rope_scaling']).toBeNull();
    expect(() => config(factors.with(3, 1.5))).toThrow(/rope_freqs\.weight holds factors other/);
  });

  it('knows its architecture', () => {
    expect(architectureOf(metadata({}, 'qwen3'))).toBe('qwen3');
    expect(() => architectureOf(metadata({}, 'gemma2'))).toThrow(/gemma2; llama, qwen2, qwen3 can be read/);
  });
});
