/** A model of the list with everything that makes it usable. */
import type { ModelExport } from '../../../export/model.ts';
import { DEFAULT_DOMAIN } from '../../../domains/index.ts';
import { readChat } from '../../../model/sources/chat.ts';
import { readModel } from '../../../model/sources/source.ts';
import { DEFAULT_CONFIG, fullConfig } from '../../../rl/config.ts';
import { parseScalingFile, type ScalingFile } from '../../../rl/scaling.ts';
import type { LoadedCheckpoint, RunRecord, Store } from '../../../store/index.ts';
import type { ModelFiles } from '../../../store/model-files.ts';
import type { BundledModels } from '../../../workspace/bundled.ts';
import { hubModelSource, type KeptHubModel } from '../../../workspace/hub-models.ts';
import { importedSource } from '../../../workspace/imported-models.ts';
import { policyOfRun } from '../../../workspace/policies.ts';
import { storedSource } from '../../../workspace/stored-source.ts';
import type { ModelItem } from './catalog.ts';
import { siteFolder } from './site.ts';
import { text } from '../text.ts';

export interface ModelContent extends ModelExport {
  /** Of a run: the checkpoint, and what it was trained with. */
  readonly run: { readonly record: RunRecord; readonly checkpoint: LoadedCheckpoint } | null;
}

export interface ContentSources {
  readonly store: () => Promise<Store>;
  readonly bundled: (choice: { readonly domain?: string }) => Promise<BundledModels>;
  readonly modelFiles: () => Promise<ModelFiles>;
}

/** Weights of a model that a run can train whole. */
const MOST_WHOLE = 50_000_000;
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
      return { ...plain(item, file), ...(await readModel(source)), tokenizerJson, chat };
    }
  }
}

const plain = ({ recipe }: ModelItem, scaling: ScalingFile | null) => ({
  metadata: {
    ...(recipe === null ? {} : { recipe }),
    ...(scaling === null ? {} : { score_to_reward: scaling.scaling.kind }),
  },
  sampling: SAMPLING,
  scaling,
  run: null,
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

/** @throws Error where it is too large to be trained whole, in float32 with two moments of each weight */
async function hubContent(
  item: ModelItem,
  { key, model }: KeptHubModel,
  { modelFiles }: ContentSources,
): Promise<ModelContent> {
  if (model.parameters > MOST_WHOLE)
    throw new Error(text.hub.tooLarge(model.id, model.parameters, MOST_WHOLE));
  const source = await hubModelSource(await modelFiles(), key);
  const [tokenizerJson, chat, loaded] = await Promise.all([
    source.tokenizer(),
    readChat(source),
    readModel(source),
  ]);
  return { ...plain(item, null), ...loaded, tokenizerJson, chat };
}

async function runContent(
  item: ModelItem,
  checkpoint: LoadedCheckpoint,
  store: Store,
  { bundled }: ContentSources,
): Promise<ModelContent> {
  const record = (await store.listRuns()).find(({ id }) => id === item.id)!;
  const policy = await policyOfRun({ store, bundled }, record, checkpoint, item.name);
  return {
    ...plain(item, null),
    sampling: fullConfig(record.config),
    ...policy,
    run: { record, checkpoint },
  };
}
