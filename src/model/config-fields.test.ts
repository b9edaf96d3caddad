import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ModelConfig, ModelConfigError, parseModelConfig } from './config.ts';

/** One field changed, and what of transformers' numbers changed with it; made by `scripts/fixtures/config_fields.py`. */
interface Change {
  readonly family: ModelConfig['family'];
  readonly field: string;
  readonly value: unknown;
  /** Other fields that stand with it. */
  readonly beside?: Readonly<Record<string, unknown>>;
  readonly effect: 'tensors' | 'logits' | 'refused' | 'none';
}

const { base, changes } = JSON.parse(readFileSync('tests/fixtures/config_fields.json', 'utf8')) as {
  readonly base: Readonly<Record<string, unknown>>;
  readonly changes: readonly Change[];
};

/** Refused although transformers ignores it, since other programs that write such files mean something by it. */
const REFUSED_ALL_THE_SAME = new Set([
  'layer_types',
  'mlp_bias',
  'original_max_position_embeddings',
  'partial_rotary_factor',
  'qkv_bias',
  'rope_interleaved',
  // A rotation that changes beyond max_position_embeddings.
  'rope_parameters',
  'sliding_window',
  'use_mrope',
  'use_sliding_window',
]);

const parse = (fields: Readonly<Record<string, unknown>>): ModelConfig | ModelConfigError => {
  try {
    return parseModelConfig(fields);
  } catch (error) {
    if (error instanceof ModelConfigError) return error;
    throw error;
  }
};

/** What the numbers are computed from. */
const computed = ({ padId: _, endIds: __, maxPositions: ___, ...rest }: ModelConfig) => rest;

describe.each(['llama', 'qwen2', 'qwen3'] as const)('fields of a %s', (family) => {
  const plain = { model_type: family, ...base };
  const own = changes.filter((change) => change.family === family);

  it('are all tried', () => {
    expect(own.length).toBeGreaterThan(80);
    for (const effect of ['tensors', 'logits', 'none'])
      expect(own.filter((change) => change.effect === effect).length).toBeGreaterThan(5);
  });

  it.each(own)('$field = $value: $effect', ({ field, value, beside, effect }) => {
    const result = parse({ ...plain, ...beside, [field]: value });
    if (result instanceof ModelConfigError) {
      expect(result.message).toContain(field === 'rope_scaling' ? 'rope' : field);
      if (effect === 'none') expect([...REFUSED_ALL_THE_SAME]).toContain(field);
      return;
    }
    expect(effect).not.toBe('refused');
    const before = computed(parseModelConfig(plain));
    if (effect === 'none') expect(computed(result)).toEqual(before);
    else expect(computed(result)).not.toEqual(before);
  });
});
