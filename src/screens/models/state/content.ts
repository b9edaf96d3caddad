/** A model of the list with everything that makes it usable. */
import type { ModelExport } from '../../../export/model.ts';
import { DEFAULT_DOMAIN } from '../../../domains/index.ts';
import { readChat } from '../../../model/sources/chat.ts';
import type { AdapterConfig } from '../../../model/adapter.ts';
import { toTokenizerConfig } from '../../../model/chat-template.ts';
import { parameterLayout, unpackWeights } from '../../../model/parameters.ts';
import { type ModelSource, readModel } from '../../../model/sources/source.ts';
import { hashWeights } from '../../../model/hash-weights.ts';
import { DEFAULT_CONFIG, fullConfig, loraOf } from '../../../rl/config.ts';
import { parseScalingFile, type ScalingFile } from '../../../rl/scaling.ts';
import { storedBase } from '../../../run/training.ts';
import type { LoadedCheckpoint, RunRecord, Store } from '../../../store/index.ts';
import type { ModelFiles } from '../../../store/model-files.ts';
import type { BaseModel } from '../../../workspace/base-models.ts';
import { hubModelSource, type KeptHubModel } from '../../../workspace/hub-models.ts';
import { importedSource } from '../../../workspace/imported-models.ts';
import { sharedIfLarge } from '../../../workspace/run-models.ts';
import { policyOfRun, type PolicySources } from '../../../workspace/policies.ts';
import { storedPolicy } from '../../../workspace/run-policy.ts';
import { storedSource } from '../../../workspace/stored-source.ts';
import type { ModelItem } from './catalog.ts';
import { siteFolder } from './site.ts';

export interface ModelContent extends ModelExport {
  /** Of a run: the checkpoint, and what it was trained with. */
  readonly run: { readonly record: RunRecord; readonly checkpoint: LoadedCheckpoint } | null;
  /** What a run with LoRA trained, which is merged into the weights; null for others. */
  readonly adapter: {
    readonly about: AdapterConfig;
    readonly factors: Float32Array;
    /** Of the weights beside which the factors were trained. */
    readonly baseHash: string | null;
  } | null;
  /** Where a run with LoRA finds it again; null for the site's, and for that of a run. */
  readonly kept: BaseModel | null;
}

export interface ContentSources extends PolicySources {
  readonly store: () => Promise<Store>;
  readonly modelFiles: () => Promise<ModelFiles>;
}

const SAMPLING = fullConfig(DEFAULT_CONFIG);

/**
 * @param generation of a stored model; the one in use where nothing is said
 * @throws CheckpointDamagedError, UnknownCheckpointError, StoredModelError, AssetError
 */
export async function contentOf(
  item: ModelItem,
  sources: ContentSources,
  generation: number | null = null,
): Promise<ModelContent> {
  if (item.place === 'site') return siteContent(item, sources);
  if (item.hub) return hubContent(item, item.hub, sources);
  const store = await sources.store();
  const wanted = generation ?? item.generations.find((each) => each.current)?.generation ?? 0;
  const checkpoint = await store.loadGeneration(item.id, wanted);
  switch (item.place) {
    case 'run':
      return runContent(item, checkpoint, store, sources);
    case 'reward': {
      const { reward, tokenizerJson } = await sources.bundled({ domain: DEFAULT_DOMAIN });
      const source = storedSource(checkpoint, reward.config, item.name);
      const scaling = parseScalingFile(await source.json('scaling.json'));
      return { ...plain(item, scaling), ...(await readModel(source)), tokenizerJson, chat: null };
    }
    default: {
      const source = importedSource(checkpoint);
      const [tokenizerJson, scaling, chat] = await Promise.all([
        source.tokenizer(),
        source.json('scaling.json'),
        readChat(source),
      ]);
      const file = scaling === null ? null : parseScalingFile(scaling);
      const model = await readModel(source, sharedIfLarge);
      const kept = { place: 'import', hash: await hashWeights(model.weights), name: item.name } as const;
      return { ...plain(item, file), ...model, tokenizerJson, chat, kept };
    }
  }
}

/** It, to be read as a model is. */
export const contentSource = ({
  config,
  weights,
  tokenizerJson,
  chat,
  metadata,
}: ModelContent): ModelSource => ({
  config: async () => config,
  tokenizer: async () => tokenizerJson,
  json: async (name) => (name === 'tokenizer_config.json' && chat !== null ? toTokenizerConfig(chat) : null),
  metadata: async () => metadata,
  unusable: (_, cause) => cause,
  async *tensors() {
    yield* unpackWeights(parameterLayout(config), weights);
  },
});

const plain = ({ recipe }: ModelItem, scaling: ScalingFile | null) => ({
  metadata: {
    ...(recipe === null ? {} : { recipe }),
    ...(scaling === null ? {} : { score_to_reward: scaling.scaling.kind }),
  },
  sampling: SAMPLING,
  scaling,
  run: null,
  adapter: null,
  kept: null,
});

async function siteContent(item: ModelItem, { bundled }: ContentSources): Promise<ModelContent> {
  const { domain, role } = siteFolder(item.id);
  const site = await bundled({ domain });
  const { tokenizerJson } = site;
  return {
    ...plain(item, role === 'reward' ? site.scaling : null),
    ...site[role],
    tokenizerJson,
    chat: null,
  };
}

async function hubContent(
  item: ModelItem,
  { key, model }: KeptHubModel,
  { modelFiles }: ContentSources,
): Promise<ModelContent> {
  const source = await hubModelSource(await modelFiles(), key);
  const [tokenizerJson, chat, loaded] = await Promise.all([
    source.tokenizer(),
    readChat(source),
    readModel(source, sharedIfLarge),
  ]);
  const kept = { place: 'hub', key, name: model.id } as const;
  return { ...plain(item, null), ...loaded, tokenizerJson, chat, kept };
}

async function runContent(
  item: ModelItem,
  checkpoint: LoadedCheckpoint,
  store: Store,
  sources: ContentSources,
): Promise<ModelContent> {
  const record = (await store.listRuns()).find(({ id }) => id === item.id)!;
  const policy = await policyOfRun(sources, record, checkpoint, item.name);
  const lora = loraOf(record.config);
  const base = (await storedPolicy(store, item.id))?.base?.name ?? null;
  return {
    ...plain(item, null),
    sampling: fullConfig(record.config),
    ...policy,
    run: { record, checkpoint },
    adapter: lora && {
      about: { lora, base, revision: null },
      factors: checkpoint.parts['parameters'] as Float32Array,
      baseHash: storedBase(checkpoint) ?? null,
    },
  };
}
