/** The metadata of a GGUF file as the `config.json` that Hugging Face has of the same model. */
import { GgufError } from './errors.ts';
import type { TensorEntry } from './header.ts';
import { type Metadata, needed } from './metadata.ts';

/** Architectures whose tensors have names here. */
const ARCHITECTURES = ['llama', 'qwen2', 'qwen3'];

/** Keys of an architecture that are read below, or change nothing. */
const KNOWN = new Set(
  (
    'context_length embedding_length block_count feed_forward_length vocab_size attention.head_count attention.head_count_kv ' +
    'attention.layer_norm_rms_epsilon attention.key_length attention.value_length attention.sliding_window ' +
    'rope.dimension_count rope.freq_base rope.scale_linear tensor_data_layout'
  ).split(' '),
);

/** The factors of rotary frequencies, where the file has them: the tensor's values. */
export type RopeFactors = Float32Array | null;

export const ROPE_FACTORS = 'rope_freqs.weight';

/** @throws GgufError for an architecture that cannot be read */
export function architectureOf(metadata: Metadata): string {
  const name = needed('general.architecture', metadata.text('general.architecture'));
  if (!ARCHITECTURES.includes(name))
    throw new GgufError(`Its architecture is ${name}; ${ARCHITECTURES.join(', ')} can be read.`);
  return name;
}

/**
 * An object for `parseModelConfig`, which honours or refuses what is in it. Keys that are not known here are handed on
 * as they are, so that it refuses them by name.
 * @throws GgufError where something is missing, or cannot be said in a config.json
 */
export function huggingFaceConfig(
  metadata: Metadata,
  tensors: readonly TensorEntry[],
  factors: RopeFactors,
): Record<string, unknown> {
  const architecture = architectureOf(metadata);
  const number = (key: string) => metadata.number(`${architecture}.${key}`);
  const count = (key: string): number => needed(`${architecture}.${key}`, number(key));
  const embedding = tensors.find(({ name }) => name === 'token_embd.weight');
  const has = (pattern: RegExp) => tensors.some(({ name }) => pattern.test(name));
  const [width, heads] = [count('embedding_length'), count('attention.head_count')];
  const headWidth = number('attention.key_length') ?? width / heads;
  if ((number('attention.value_length') ?? headWidth) !== headWidth)
    throw new GgufError(
      `Its ${architecture}.attention.value_length differs from its key_length, ${headWidth}.`,
    );
  const theta = number('rope.freq_base') ?? 10_000;
  const ids = (...names: string[]): number[] =>
    names.flatMap((name) => metadata.number(`tokenizer.ggml.${name}_token_id`) ?? []);
  const ends = [...new Set(ids('eos', 'eot'))];
  return {
    ...unknown(metadata, architecture),
    model_type: architecture,
    vocab_size: embedding?.shape[0] ?? count('vocab_size'),
    hidden_size: width,
    intermediate_size: count('feed_forward_length'),
    num_hidden_layers: count('block_count'),
    num_attention_heads: heads,
    num_key_value_heads: number('attention.head_count_kv') ?? heads,
    head_dim: headWidth,
    max_position_embeddings: count('context_length'),
    rms_norm_eps: count('attention.layer_norm_rms_epsilon'),
    rope_theta: theta,
    rope_scaling: ropeScaling(metadata, architecture, { headWidth, theta, factors }),
    partial_rotary_factor: (number('rope.dimension_count') ?? headWidth) / headWidth,
    sliding_window: number('attention.sliding_window'),
    hidden_act: 'silu',
    attention_bias: has(/\.attn_(q|k|v|output)\.bias$/),
    mlp_bias: has(/\.ffn_\w+\.bias$/),
    tie_word_embeddings: !has(/^output\.weight$/),
    bos_token_id: ids('bos')[0] ?? null,
    eos_token_id: ends.length > 0 ? ends : null,
    pad_token_id: ids('padding')[0] ?? null,
  };
}

/** What no line above reads, with values that are not nothing. */
function unknown(metadata: Metadata, architecture: string): Record<string, unknown> {
  const prefix = `${architecture}.`;
  const others = metadata.keys.filter(
    (key) =>
      key.startsWith(prefix) &&
      !KNOWN.has(key.slice(prefix.length)) &&
      !key.startsWith(`${prefix}rope.scaling.`) &&
      // Of a mixture of none.
      Number(metadata.value(key)) !== 0,
  );
  return Object.fromEntries(others.map((key) => [key, shown(metadata.value(key))]));
}

const shown = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

interface Rotation {
  readonly headWidth: number;
  readonly theta: number;
  readonly factors: RopeFactors;
}

/** `rope_scaling` of Hugging Face; null for the plain rotation. */
function ropeScaling(
  metadata: Metadata,
  architecture: string,
  rotation: Rotation,
): Record<string, unknown> | null {
  const prefix = `${architecture}.rope.scaling.`;
  const scaling = Object.fromEntries(
    metadata.keys
      .filter((key) => key.startsWith(prefix))
      .map((key) => [key.slice(prefix.length), shown(metadata.value(key))]),
  );
  const {
    type = null,
    factor = null,
    original_context_length: original = null,
    finetuned: _,
    ...rest
  } = scaling;
  const linear = factor ?? metadata.number(`${architecture}.rope.scale_linear`) ?? 1;
  const kind = type ?? (linear === 1 ? 'none' : 'linear');
  const factors = llama3Scaling(rotation);
  if (kind === 'none')
    return factors ?? (Object.keys(rest).length > 0 ? { rope_type: 'default', ...rest } : null);
  if (factors !== null)
    throw new GgufError(`It scales its rotary positions both by ${ROPE_FACTORS} and as “${String(kind)}”.`);
  if (kind === 'linear') return { rope_type: kind, factor: linear, ...rest };
  return { rope_type: kind, factor, original_max_position_embeddings: original, ...rest };
}

/** As every Llama 3.1, 3.2 and 3.3 has them; a GGUF file only has what comes of them. */
const LLAMA3 = { low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 };

/**
 * The scaling of Llama 3 that gives these factors of frequencies [headWidth / 2]; null where they are all 1.
 * @throws GgufError where it gives others
 */
function llama3Scaling({ headWidth, theta, factors }: Rotation): Record<string, unknown> | null {
  if (factors === null || factors.every((each) => each === 1)) return null;
  const factor = factors.at(-1)!;
  const same =
    factors.length === headWidth / 2 &&
    factors.every((each, i) => {
      const expected = llama3Factor(2 * Math.PI * theta ** ((2 * i) / headWidth), factor);
      return Math.abs(each - expected) <= 1e-5 * expected;
    });
  if (!same)
    throw new GgufError(
      `Its ${ROPE_FACTORS} holds factors other than those of Llama 3, which cannot be honoured.`,
    );
  return { rope_type: 'llama3', factor, ...LLAMA3 };
}

/** What a frequency of this wavelength is divided by (`_compute_llama3_parameters` of transformers). */
function llama3Factor(wavelength: number, factor: number): number {
  const { low_freq_factor: low, high_freq_factor: high, original_max_position_embeddings: context } = LLAMA3;
  if (wavelength < context / high) return 1;
  if (wavelength > context / low) return factor;
  const smooth = (context / wavelength - low) / (high - low);
  return 1 / ((1 - smooth) / factor + smooth);
}
