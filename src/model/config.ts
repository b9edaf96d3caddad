/** What a decoder looks like, and its Hugging Face `config.json`. */
import * as v from 'valibot';

export interface ModelConfig {
  readonly family: 'llama' | 'qwen2';
  readonly vocabulary: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headWidth: number;
  /** Width inside the SwiGLU block. */
  readonly hidden: number;
  readonly maxPositions: number;
  readonly ropeTheta: number;
  readonly normEpsilon: number;
  /** The output head is the embedding. */
  readonly tied: boolean;
  /** What reads the last hidden state: token logits or one scalar score. */
  readonly head: 'causal' | 'score';
  readonly padId: number;
  readonly endId: number;
}

export class ModelConfigError extends Error {
  override readonly name = 'ModelConfigError';
}

const size = v.pipe(v.number(), v.integer(), v.minValue(1));
const id = v.pipe(v.number(), v.integer(), v.minValue(0));

const HuggingFaceConfig = v.looseObject({
  model_type: v.picklist(['llama', 'qwen2']),
  architectures: v.optional(v.array(v.string())),
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: v.optional(size),
  head_dim: v.nullish(size),
  max_position_embeddings: v.optional(size, 2048),
  rope_theta: v.optional(v.number()),
  rope_parameters: v.nullish(
    v.looseObject({ rope_theta: v.optional(v.number()), rope_type: v.optional(v.string()) }),
  ),
  rms_norm_eps: v.optional(v.number(), 1e-6),
  hidden_act: v.optional(v.string(), 'silu'),
  tie_word_embeddings: v.optional(v.boolean(), false),
  pad_token_id: v.nullish(id),
  eos_token_id: v.nullish(v.union([id, v.array(id)])),
});

/**
 * Reads a Hugging Face `config.json`.
 * @throws ModelConfigError naming the field that is missing, malformed or not supported
 */
export function parseModelConfig(json: unknown): ModelConfig {
  const parsed = v.safeParse(HuggingFaceConfig, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new ModelConfigError(`config.json: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}.`);
  }
  const c = parsed.output;
  const scaling = c.rope_parameters?.rope_type ?? 'default';
  if (c.hidden_act !== 'silu')
    throw new ModelConfigError(`config.json: hidden_act is ${c.hidden_act}; only silu is supported.`);
  if (scaling !== 'default')
    throw new ModelConfigError(`config.json: rope_type is ${scaling}; only default is supported.`);
  if (c.hidden_size % c.num_attention_heads !== 0 && !c.head_dim)
    throw new ModelConfigError(
      `config.json: hidden_size ${c.hidden_size} is not a multiple of num_attention_heads ${c.num_attention_heads}.`,
    );
  const eos = Array.isArray(c.eos_token_id) ? c.eos_token_id[0] : c.eos_token_id;
  return checkModelConfig({
    family: c.model_type,
    vocabulary: c.vocab_size,
    width: c.hidden_size,
    layers: c.num_hidden_layers,
    heads: c.num_attention_heads,
    kvHeads: c.num_key_value_heads ?? c.num_attention_heads,
    headWidth: c.head_dim ?? c.hidden_size / c.num_attention_heads,
    hidden: c.intermediate_size,
    maxPositions: c.max_position_embeddings,
    ropeTheta: c.rope_parameters?.rope_theta ?? c.rope_theta ?? 10_000,
    normEpsilon: c.rms_norm_eps,
    tied: c.tie_word_embeddings,
    head: c.architectures?.some((name) => name.endsWith('ForSequenceClassification')) ? 'score' : 'causal',
    padId: c.pad_token_id ?? 0,
    endId: eos ?? 0,
  });
}

/** Passes a possible model through; throws ModelConfigError with the reason otherwise. */
export function checkModelConfig(config: ModelConfig): ModelConfig {
  const { heads, kvHeads, headWidth, padId, endId, vocabulary } = config;
  if (heads % kvHeads !== 0)
    throw new ModelConfigError(`${heads} attention heads cannot share ${kvHeads} key/value heads evenly.`);
  if (headWidth % 2 !== 0)
    throw new ModelConfigError(`Rotary embedding needs an even head width, not ${headWidth}.`);
  if (padId >= vocabulary || endId >= vocabulary)
    throw new ModelConfigError(
      `Token ids ${padId} (padding) and ${endId} (end) must be below the vocabulary size ${vocabulary}.`,
    );
  return config;
}

/** The same configuration as Hugging Face writes it. */
export function toHuggingFaceConfig(config: ModelConfig): Record<string, unknown> {
  const prefix = config.family === 'llama' ? 'Llama' : 'Qwen2';
  const suffix = config.head === 'score' ? 'ForSequenceClassification' : 'ForCausalLM';
  return {
    architectures: [prefix + suffix],
    model_type: config.family,
    vocab_size: config.vocabulary,
    hidden_size: config.width,
    intermediate_size: config.hidden,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headWidth,
    max_position_embeddings: config.maxPositions,
    rope_theta: config.ropeTheta,
    rope_parameters: { rope_theta: config.ropeTheta, rope_type: 'default' },
    rms_norm_eps: config.normEpsilon,
    hidden_act: 'silu',
    tie_word_embeddings: config.tied,
    torch_dtype: 'float32',
    pad_token_id: config.padId,
    eos_token_id: config.endId,
    ...(config.head === 'score' ? { num_labels: 1 } : {}),
  };
}
