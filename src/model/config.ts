/** What a decoder looks like, and its Hugging Face `config.json`. */
import * as v from 'valibot';
import {
  ropeFieldsOf,
  type RopeFields,
  type RopeScaling,
  ropeScalingOf,
  unsupportedRotation,
} from './rotation.ts';

/** Families of decoders, as `model_type` names them, and what their classes are called. */
const CLASSES = { llama: 'Llama', qwen2: 'Qwen2', qwen3: 'Qwen3' } as const;
export type ModelFamily = keyof typeof CLASSES;
const FAMILIES = Object.keys(CLASSES) as ModelFamily[];

export interface ModelConfig {
  /** Qwen2 has biases on queries, keys and values; Qwen3 has norms on each head's queries and keys. */
  readonly family: ModelFamily;
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
  /** Absent: none. */
  readonly ropeScaling?: RopeScaling;
  readonly normEpsilon: number;
  /** The output head is the embedding. */
  readonly tied: boolean;
  /** What reads the last hidden state: token logits or one scalar score. */
  readonly head: 'causal' | 'score';
  readonly padId: number;
  /** Every token that ends a text, the one to write first. */
  readonly endIds: readonly number[];
}

export class ModelConfigError extends Error {
  override readonly name = 'ModelConfigError';
}

const size = v.pipe(v.number(), v.integer(), v.minValue(1));
const id = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.gtValue(0));

const HuggingFaceConfig = v.looseObject({
  model_type: v.picklist(FAMILIES),
  architectures: v.nullish(v.array(v.string())),
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: v.nullish(size),
  head_dim: v.nullish(size),
  max_position_embeddings: v.optional(size, 2048),
  rope_theta: v.nullish(positive),
  rope_parameters: v.nullish(v.record(v.string(), v.unknown())),
  rope_scaling: v.nullish(v.record(v.string(), v.unknown())),
  rms_norm_eps: v.optional(positive, 1e-6),
  hidden_act: v.optional(v.string(), 'silu'),
  tie_word_embeddings: v.optional(v.boolean(), false),
  num_labels: v.nullish(size),
  pad_token_id: v.nullish(v.number()),
  eos_token_id: v.nullish(v.union([id, v.array(id)])),
});
type HuggingFace = v.InferOutput<typeof HuggingFaceConfig>;

/** Fields that change no number that is computed here: names, dropout, initialization, defaults of a generation loop. */
const WITHOUT_EFFECT = new Set(
  (
    'add_cross_attention assistant_confidence_threshold assistant_lookbehind attention_dropout ' +
    'attn_implementation _attn_implementation _attn_implementation_autoset auto_map bad_words_ids ' +
    'begin_suppress_tokens bos_token_id chunk_size_feed_forward decoder_start_token_id diversity_penalty ' +
    'do_sample dtype early_stopping embd_pdrop encoder_no_repeat_ngram_size encoder_repetition_penalty ' +
    'epsilon_cutoff eta_cutoff experts_implementation exponential_decay_length_penalty finetuning_task ' +
    'forced_bos_token_id forced_eos_token_id hidden_dropout id2label initializer_range is_decoder ' +
    'is_encoder_decoder is_llama_config label2id length_penalty max_length max_window_layers min_length ' +
    '_name_or_path no_repeat_ngram_size num_assistant_tokens num_assistant_tokens_schedule num_beam_groups ' +
    'num_beams num_return_sequences output_attentions output_hidden_states output_scores prefix pretraining_tp ' +
    'problem_type pruned_heads remove_invalid_values repetition_penalty resid_pdrop return_dict ' +
    'return_dict_in_generate sep_token_id suppress_tokens target_lookbehind task_specific_params temperature ' +
    'tf_legacy_loss tie_encoder_decoder tokenizer_class top_k top_p torch_dtype torchscript ' +
    'transformers.js_config transformers_version typical_p unsloth_fixed unsloth_version use_bfloat16 use_cache ' +
    'vocab_pad_to_multiple_of'
  ).split(' '),
);

/** Why the field cannot be honoured, or `null` if it can, or changes nothing. */
function unsupported(name: string, value: unknown, c: HuggingFace): string | null {
  if (name === 'is_causal') return value === false ? 'only attention to earlier tokens is supported' : null;
  if (value === null || value === undefined || value === false) return null;
  switch (name) {
    case 'attention_bias':
    case 'mlp_bias':
    case 'qkv_bias':
      // Qwen2 has its biases in any case, on queries, keys and values.
      if (c.model_type === 'qwen2' && name !== 'mlp_bias') return null;
      return 'biases are supported only where Qwen2 has them';
    case 'use_sliding_window':
      return 'attention within a window is not supported';
    case 'sliding_window':
      // Without the switch that Qwen2 and Qwen3 have, a window is in force.
      if ('use_sliding_window' in c || c.model_type !== 'llama') return null;
      return Number(value) >= c.max_position_embeddings ? null : 'attention within a window is not supported';
    case 'layer_types':
      return Array.isArray(value) && value.every((type) => type === 'full_attention')
        ? null
        : 'only full_attention is supported';
    case 'partial_rotary_factor':
    case 'rotary_pct':
      return value === 1 ? null : 'only a rotation of the whole head is supported';
    case 'rope_interleaved':
      return 'only the rotation of halves is supported';
    case 'rope_scaling':
    case 'rope_parameters':
      return unsupportedRotation(value as RopeFields);
    case 'quantization_config':
    case 'compression_config':
      return 'quantized weights are not supported';
    case 'use_mrope':
      return 'only positions in one dimension are supported';
    default:
      if (name in HuggingFaceConfig.entries || WITHOUT_EFFECT.has(name)) return null;
      return 'it is not known here and may change what the model computes';
  }
}

/**
 * Reads a Hugging Face `config.json`. A field that would change the numbers is honoured or refused by name, never
 * ignored.
 *
 * @param generation the content of `generation_config.json`, whose ids of ends are added, and of padding where there is none
 * @throws ModelConfigError naming the field that is missing, malformed or not supported
 */
export function parseModelConfig(json: unknown, generation: unknown = null): ModelConfig {
  const parsed = v.safeParse(HuggingFaceConfig, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new ModelConfigError(`config.json: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}.`);
  }
  const c = parsed.output;
  for (const [name, value] of Object.entries(c)) {
    const why = unsupported(name, value, c);
    if (why !== null)
      throw new ModelConfigError(`config.json: ${name} is ${JSON.stringify(value)?.slice(0, 100)}: ${why}.`);
  }
  if (c.hidden_act !== 'silu')
    throw new ModelConfigError(`config.json: hidden_act is ${c.hidden_act}; only silu is supported.`);
  const headWidth = c.head_dim ?? (c.model_type === 'qwen3' ? 128 : c.hidden_size / c.num_attention_heads);
  if (!Number.isInteger(headWidth))
    throw new ModelConfigError(
      `config.json: hidden_size ${c.hidden_size} is not a multiple of num_attention_heads ${c.num_attention_heads}.`,
    );
  // As in transformers: an older file's field, where it says anything, stands before the newer one.
  const rope: RopeFields =
    Object.keys(c.rope_scaling ?? {}).length > 0 ? c.rope_scaling! : (c.rope_parameters ?? {});
  const scaling = ropeScalingOf(rope, c.max_position_embeddings);
  const theta = rope['rope_theta'] ?? c.rope_theta ?? 10_000;
  if (typeof theta !== 'number' || !(theta > 0))
    throw new ModelConfigError(`config.json: rope_theta is ${JSON.stringify(theta)}, not a number above 0.`);
  const head = c.architectures?.some((name) => name.endsWith('ForSequenceClassification'))
    ? 'score'
    : 'causal';
  if (head === 'score' && (c.num_labels ?? 1) !== 1)
    throw new ModelConfigError(`config.json: num_labels is ${c.num_labels}; a reward model has 1.`);
  const generating = generationIds(generation);
  const endIds = [...new Set([...idsOf(c.eos_token_id), ...idsOf(generating.eos_token_id)])];
  // Some files say -1 for no padding.
  const padId = [c.pad_token_id, generating.pad_token_id].find((pad) => v.is(id, pad));
  return checkModelConfig({
    family: c.model_type,
    vocabulary: c.vocab_size,
    width: c.hidden_size,
    layers: c.num_hidden_layers,
    heads: c.num_attention_heads,
    kvHeads: c.num_key_value_heads ?? c.num_attention_heads,
    headWidth,
    hidden: c.intermediate_size,
    maxPositions: c.max_position_embeddings,
    ropeTheta: theta,
    ...(scaling ? { ropeScaling: scaling } : {}),
    normEpsilon: c.rms_norm_eps,
    tied: c.tie_word_embeddings,
    head,
    padId: padId ?? endIds[0] ?? 0,
    endIds: endIds.length > 0 ? endIds : [0],
  });
}

const idsOf = (ids: number | readonly number[] | null | undefined): readonly number[] =>
  typeof ids === 'number' ? [ids] : (ids ?? []);

const GenerationIds = v.looseObject({
  eos_token_id: v.fallback(HuggingFaceConfig.entries.eos_token_id, null),
  pad_token_id: v.fallback(HuggingFaceConfig.entries.pad_token_id, null),
});

const generationIds = (generation: unknown): Partial<v.InferOutput<typeof GenerationIds>> => {
  const parsed = v.safeParse(GenerationIds, generation);
  return parsed.success ? parsed.output : {};
};

/** Passes a possible model through; throws ModelConfigError with the reason otherwise. */
export function checkModelConfig(config: ModelConfig): ModelConfig {
  const { heads, kvHeads, headWidth, padId, endIds, vocabulary } = config;
  if (heads % kvHeads !== 0)
    throw new ModelConfigError(`${heads} attention heads cannot share ${kvHeads} key/value heads evenly.`);
  if (headWidth % 2 !== 0)
    throw new ModelConfigError(`Rotary embedding needs an even head width, not ${headWidth}.`);
  if ([padId, ...endIds].some((id) => id >= vocabulary))
    throw new ModelConfigError(
      `Token ids ${padId} (padding) and ${endIds.join(', ')} (end) must be below the vocabulary size ${vocabulary}.`,
    );
  return config;
}

/** The same configuration as Hugging Face writes it. */
export function toHuggingFaceConfig(config: ModelConfig): Record<string, unknown> {
  const suffix = config.head === 'score' ? 'ForSequenceClassification' : 'ForCausalLM';
  return {
    architectures: [CLASSES[config.family] + suffix],
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
    rope_parameters: { rope_theta: config.ropeTheta, ...ropeFieldsOf(config.ropeScaling) },
    ...(config.ropeScaling ? { rope_scaling: ropeFieldsOf(config.ropeScaling) } : {}),
    rms_norm_eps: config.normEpsilon,
    hidden_act: 'silu',
    tie_word_embeddings: config.tied,
    torch_dtype: 'float32',
    pad_token_id: config.padId,
    eos_token_id: config.endIds.length === 1 ? config.endIds[0] : config.endIds,
    ...(config.head === 'score' ? { num_labels: 1 } : {}),
  };
}
