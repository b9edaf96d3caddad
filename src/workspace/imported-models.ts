/** Models that were taken in from elsewhere: their weights in the store, with all that makes them usable. */
import * as v from 'valibot';
import { toTokenizerConfig } from '../model/chat-template.ts';
import { parseModelConfig, toHuggingFaceConfig } from '../model/config.ts';
import { parameterLayout, unpackWeights } from '../model/parameters.ts';
import { readChat } from '../model/sources/chat.ts';
import { type ModelSource, readModel } from '../model/sources/source.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import { hashWeights } from '../model/hash-weights.ts';
import { checkVocabulary } from '../reward/train.ts';
import { parseScalingFile } from '../rl/scaling.ts';
import { MODEL_PREFIX, type Checkpoint, type LoadedCheckpoint, type Store } from '../store/index.ts';
import { StoredModelError } from './stored-source.ts';

export const IMPORT_PREFIX = `${MODEL_PREFIX}import-`;

/** A model that lacks something it cannot be used without. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

const factsSchema = v.object({
  kind: v.literal('import'),
  name: v.string(),
  head: v.picklist(['causal', 'score']),
  parameters: v.number(),
  hash: v.string(),
  licence: v.nullable(v.string()),
  recipe: v.nullable(v.string()),
});

/** What a list shows of an imported model. */
export type ImportFacts = Omit<v.InferOutput<typeof factsSchema>, 'kind'>;

/** @returns null for what is no imported model */
export function importFacts(meta: Checkpoint['meta']): ImportFacts | null {
  const parsed = v.safeParse(factsSchema, meta);
  return parsed.success ? parsed.output : null;
}

const bytesOf = (json: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(json));

/**
 * Reads a model whole, checks that it can be used, and keeps it.
 * @returns its key
 * @throws ImportError, TokenizerError, RewardModelError, StorageFullError, and what the source throws; nothing is kept then
 */
export async function importModel(
  store: Pick<Store, 'saveCheckpoint'>,
  source: ModelSource,
  about: Pick<ImportFacts, 'name' | 'licence'>,
): Promise<string> {
  const tokenizer = await source.tokenizer();
  if (tokenizer === null)
    throw new ImportError(
      'There is no tokenizer.json, and without it nobody can say what the model’s tokens mean. Add the tokenizer.json that it was made with, to the folder or one folder up.',
    );
  const [{ config, weights }, { recipe = null, license = null }, scaling, chat] = await Promise.all([
    readModel(source),
    source.metadata(),
    source.json('scaling.json'),
    readChat(source),
  ]);
  checkVocabulary(loadTokenizer(tokenizer, config), config);
  if (scaling !== null) parseScalingFile(scaling);
  const hash = await hashWeights(weights);
  const facts: ImportFacts = {
    name: about.name,
    licence: about.licence ?? license,
    head: config.head,
    parameters: weights.length,
    hash,
    recipe,
  };
  const key = IMPORT_PREFIX + crypto.randomUUID();
  await store.saveCheckpoint(key, {
    step: 0,
    parts: {
      parameters: weights,
      'config.json': bytesOf(toHuggingFaceConfig(config)),
      'tokenizer.json': bytesOf(tokenizer),
      ...(chat === null ? {} : { 'tokenizer_config.json': bytesOf(toTokenizerConfig(chat)) }),
      ...(scaling === null ? {} : { 'scaling.json': bytesOf(scaling) }),
    },
    meta: { kind: 'import', ...facts },
  });
  return key;
}

/** An imported model as it is kept. Its tensors throw StoredModelError where the weights are not of its shape. */
export function importedSource({ parts }: LoadedCheckpoint): ModelSource {
  const json = async (name: string): Promise<unknown> => {
    const bytes = parts[name];
    return bytes instanceof Uint8Array ? (JSON.parse(new TextDecoder().decode(bytes)) as unknown) : null;
  };
  const config = async () => parseModelConfig(await json('config.json'));
  return {
    config,
    json,
    tokenizer: () => json('tokenizer.json'),
    metadata: async () => ({}),
    unusable: (_, cause) => cause,
    async *tensors() {
      const weights = parts['parameters'];
      const layout = parameterLayout(await config());
      if (!(weights instanceof Float32Array) || weights.length !== layout.size)
        throw new StoredModelError(
          'What is stored of this model does not fit its configuration. It was left as it is; import it again.',
        );
      yield* unpackWeights(layout, weights);
    },
  };
}
