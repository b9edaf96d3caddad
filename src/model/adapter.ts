/** LoRA adapters as PEFT 0.21 writes and reads them: adapter_config.json and adapter_model.safetensors. */
import * as v from 'valibot';
import type { ModelConfig } from './config.ts';
import { jsonFile, type NamedFile } from './hugging-face.ts';
import { ALL_LINEAR, LORA_TARGETS, type LoraConfig, type LoraTarget } from './lora.ts';
import { type NamedTensors, packWeights, parameterLayout, unpackWeights } from './parameters.ts';
import { writeSafetensors } from './safetensors.ts';
import { type LoadedModel, type ModelSource, readTensors } from './sources/source.ts';

export const ADAPTER_CONFIG = 'adapter_config.json';
export const ADAPTER_WEIGHTS = 'adapter_model.safetensors';

/** An adapter that cannot be honoured. */
export class AdapterError extends Error {
  override readonly name = 'AdapterError';
}

/** What an adapter says of itself. */
export interface AdapterConfig {
  readonly lora: LoraConfig;
  /** The model that it was trained on, by the name its author gave. */
  readonly base: string | null;
  readonly revision: string | null;
}

const PeftConfig = v.looseObject({
  peft_type: v.literal('LORA'),
  r: v.pipe(v.number(), v.integer(), v.minValue(1)),
  lora_alpha: v.pipe(v.number(), v.gtValue(0)),
  target_modules: v.union([v.string(), v.array(v.string())]),
  use_rslora: v.optional(v.boolean(), false),
  modules_to_save: v.nullish(v.array(v.string())),
  init_lora_weights: v.optional(v.union([v.boolean(), v.string()]), true),
  bias: v.optional(v.string(), 'none'),
  base_model_name_or_path: v.nullish(v.string()),
  revision: v.nullish(v.string()),
});

/** Fields that say nothing of what the adapter computes once it is trained. */
const WITHOUT_EFFECT = new Set(
  (
    'auto_mapping corda_config ensure_weight_tying eva_config inference_mode layers_pattern loftq_config lora_dropout ' +
    'lora_ga_config megatron_core peft_version qalora_group_size runtime_config task_type'
  ).split(' '),
);

/** Starts that leave the weights of the model as they are; others write a part of them into the adapter. */
const OWN_STARTS: readonly (boolean | string)[] = [true, false, 'gaussian', 'eva', 'orthogonal'];

/** What PEFT writes where a feature is not in use. */
const isUnused = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/**
 * Reads adapter_config.json. A field that would change the numbers is honoured or refused by name.
 * @throws AdapterError
 */
export function parseAdapterConfig(json: unknown): AdapterConfig {
  const parsed = v.safeParse(PeftConfig, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new AdapterError(`${ADAPTER_CONFIG}: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}.`);
  }
  const c = parsed.output;
  const refuse = (name: string, why: string): never => {
    throw new AdapterError(
      `${ADAPTER_CONFIG}: ${name} is ${JSON.stringify(c[name])?.slice(0, 100)}: ${why}.`,
    );
  };
  for (const [name, value] of Object.entries(c))
    if (!(name in PeftConfig.entries) && !WITHOUT_EFFECT.has(name) && !isUnused(value))
      refuse(name, 'it is not supported and changes what the adapter computes');
  if (c.bias !== 'none') refuse('bias', 'only "none" is supported');
  if (!OWN_STARTS.includes(c.init_lora_weights))
    refuse('init_lora_weights', 'it changes the weights of the model, too; convert it to a plain LoRA first');
  if (c.modules_to_save?.some((module) => module !== 'score' && module !== 'classifier'))
    refuse('modules_to_save', 'of the model itself only a score head can be trained');
  const named = typeof c.target_modules === 'string' ? [c.target_modules] : c.target_modules;
  const known = named.map(targetsOf);
  if (known.length === 0 || known.some((some) => some.length === 0))
    refuse('target_modules', `only ${LORA_TARGETS.join(', ')} in every layer are supported`);
  const targets = LORA_TARGETS.filter((target) => known.some((some) => some.includes(target)));
  return {
    lora: { rank: c.r, alpha: c.lora_alpha, targets, rankStabilized: c.use_rslora },
    base: c.base_model_name_or_path ?? null,
    revision: c.revision ?? null,
  };
}

/** What a name in target_modules stands for; none where that is not known. */
function targetsOf(name: string): readonly LoraTarget[] {
  if (name === ALL_LINEAR) return LORA_TARGETS;
  const [, module] = /^(?:(?:self_attn|mlp)\.)?([a-z]+_proj)$/.exec(name) ?? [];
  return LORA_TARGETS.filter((target) => target === module);
}

/** Where PEFT's model has the model that it wraps. */
const PREFIX = 'base_model.model.';

/**
 * The factors of an adapter for this model, flat in the order of its layout.
 * @throws WeightsError when a tensor is missing, has another shape, or has no place
 */
export function packAdapter(config: ModelConfig, lora: LoraConfig, tensors: NamedTensors): Float32Array {
  const layout = parameterLayout(config, [], lora);
  const own = [...tensors].map(
    ([name, tensor]) => [name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name, tensor] as const,
  );
  return packWeights({ ...layout, frozen: [] }, new Map(own));
}

/** What our own adapters say of the weights that they were trained beside: see `hashWeights`. */
const BASE_HASH = 'base_sha256';

/** An adapter that was read. */
export interface LoadedAdapter {
  readonly lora: LoraConfig;
  /** Flat, in the order of the layout. */
  readonly factors: Float32Array;
  /** Hash of the weights that it was trained beside; null where the file does not tell. */
  readonly baseHash: string | null;
}

/** What an adapter stands beside: the weights of another model, which both read in one place. */
export interface Beside {
  readonly lora: LoraConfig;
  readonly base: LoadedModel;
}

/** Whether a source is an adapter's and no model's. */
export const isAdapter = async (source: ModelSource): Promise<boolean> =>
  (await source.json(ADAPTER_CONFIG)) !== null;

/**
 * Reads an adapter for this model.
 * @throws what the source makes of an AdapterError or a WeightsError
 */
export async function readAdapter(source: ModelSource, config: ModelConfig): Promise<LoadedAdapter> {
  const honoured = <T>(file: string, read: () => T): T => {
    try {
      return read();
    } catch (cause) {
      throw source.unusable(file, cause);
    }
  };
  const json = await source.json(ADAPTER_CONFIG);
  const { lora } = honoured(ADAPTER_CONFIG, () => parseAdapterConfig(json));
  const [tensors, metadata] = [await readTensors(source), await source.metadata()];
  const factors = honoured(ADAPTER_WEIGHTS, () => packAdapter(config, lora, tensors));
  return { lora, factors, baseHash: metadata[BASE_HASH] ?? null };
}

/**
 * The files of an adapter, for PEFT's `PeftModel.from_pretrained`.
 * @param baseHash of the weights that it was trained beside
 */
export function adapterFiles(
  folder: string,
  config: ModelConfig,
  { lora, base, revision }: AdapterConfig,
  factors: Float32Array,
  baseHash: string | null = null,
): NamedFile[] {
  const isScore = config.head === 'score';
  const tensors = [...unpackWeights(parameterLayout(config, [], lora), factors)];
  return [
    jsonFile(
      `${folder}/${ADAPTER_CONFIG}`,
      {
        peft_type: 'LORA',
        task_type: isScore ? 'SEQ_CLS' : 'CAUSAL_LM',
        base_model_name_or_path: base,
        revision,
        inference_mode: true,
        r: lora.rank,
        lora_alpha: lora.alpha,
        lora_dropout: 0,
        use_rslora: lora.rankStabilized,
        target_modules: lora.targets,
        modules_to_save: isScore ? ['score'] : null,
        bias: 'none',
      },
      2,
    ),
    [
      `${folder}/${ADAPTER_WEIGHTS}`,
      writeSafetensors(
        tensors.map(([name, tensor]) => [PREFIX + name, tensor] as const),
        { format: 'pt', ...(baseHash === null ? {} : { [BASE_HASH]: baseHash }) },
      ),
    ],
  ];
}
