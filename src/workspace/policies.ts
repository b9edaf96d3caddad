/** Policies that are at hand in this page: the site's, those of runs, and imported ones. */
import { type TrainedWith, trainedWith } from '../evaluation/notes.ts';
import { readModel } from '../model/sources/source.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import { mergedWeights } from '../model/merge.ts';
import { hashWeights } from '../model/hash-weights.ts';
import { fullConfig, loraOf } from '../rl/config.ts';
import { OtherBaseError, storedBase } from '../run/training.ts';
import type { LoadedCheckpoint, RunRecord, Store } from '../store/index.ts';
import { type BaseSources, openBase } from './base-models.ts';
import type { BundledModels } from './bundled.ts';
import { HUB_PREFIX, hubModelSource, type KeptHubModel, listHubModels } from './hub-models.ts';
import { IMPORT_PREFIX, importedSource, importFacts } from './imported-models.ts';
import { type ModelWithVocabulary, readPolicy, RunModelError } from './run-models.ts';
import { storedPolicy } from './run-policy.ts';
import { storedSource } from './stored-source.ts';
import type { Workspace } from './workspace.ts';

export type KnownPolicy =
  | { readonly place: 'site' }
  | {
      readonly place: 'run';
      readonly id: string;
      readonly run: RunRecord;
      /** The weights that it began with; those of its last checkpoint where nothing is said. */
      readonly at?: 'start';
    }
  | {
      readonly place: 'import';
      readonly id: string;
      readonly name: string;
      /** What its files say of its training; null where they say nothing. */
      readonly trained: TrainedWith | null;
    }
  /** Downloaded, under a key of its own. */
  | { readonly place: 'hub'; readonly id: string; readonly key: string; readonly name: string };

/** What an imported model says of its training; anything else than that is nothing. */
function recipeOf(recipe: string | null): TrainedWith | null {
  try {
    return trainedWith(JSON.parse(recipe ?? 'null'));
  } catch {
    return null;
  }
}

/** Characters of a commit that tell it from others. */
const SHORT_COMMIT = 7;

/**
 * The site's first, then runs with saved weights, newest first, then imported ones, then downloaded ones.
 * @param downloaded where those cannot be listed there are none
 */
export async function listPolicies(
  store: Pick<Store, 'listRuns' | 'listGenerations'>,
  downloaded: () => Promise<readonly KeptHubModel[]>,
): Promise<KnownPolicy[]> {
  const [runs, generations, hub] = await Promise.all([
    store.listRuns(),
    store.listGenerations(),
    // Some browsers have no file system for a site.
    downloaded().catch(() => []),
  ]);
  const current = generations.filter((each) => each.current);
  const kept = new Set(current.map(({ key }) => key));
  return [
    { place: 'site' },
    ...runs.filter(({ id }) => kept.has(id)).map((run) => ({ place: 'run', id: run.id, run }) as const),
    ...current.flatMap(({ key, meta }) => {
      const facts = key.startsWith(IMPORT_PREFIX) ? importFacts(meta) : null;
      if (facts?.head !== 'causal') return [];
      const trained = recipeOf(facts.recipe);
      return [{ place: 'import', id: key, name: facts.name, trained } as const];
    }),
    ...hub.flatMap(({ key, whole, model: { id, commit, unusable } }) => {
      const name = `${id} @ ${commit.slice(0, SHORT_COMMIT)}`;
      return whole && unusable === null
        ? [{ place: 'hub', id: `${HUB_PREFIX}${key}`, key, name } as const]
        : [];
    }),
  ];
}

/** The models of the hub that this browser keeps. */
export const downloadedIn = async (
  workspace: Pick<Workspace, 'modelFiles'>,
): Promise<readonly KeptHubModel[]> => listHubModels(await workspace.modelFiles.get());

export interface PolicySources extends BaseSources {
  readonly store: () => Promise<Pick<Store, 'listGenerations' | 'loadCheckpoint' | 'runPolicy'>>;
  readonly bundled: (choice: { readonly domain?: string }) => Promise<BundledModels>;
}

/** What a policy of a run is opened from. */
export const policySources = (
  workspace: Pick<Workspace, 'store' | 'modelFiles' | 'bundled'>,
): PolicySources => ({
  store: () => workspace.store.get(),
  modelFiles: () => workspace.modelFiles.get(),
  bundled: (choice) => workspace.bundled(choice),
});

/**
 * The policy of a run at one of its checkpoints; what LoRA trained is merged into the weights.
 * @throws StoredModelError, ModelConfigError, TokenizerError; RunModelError where the model that LoRA's factors stand
 *   beside is gone
 */
export async function policyOfRun(
  sources: PolicySources,
  run: RunRecord,
  checkpoint: LoadedCheckpoint,
  name: string,
): Promise<Omit<ModelWithVocabulary, 'tokenizer'>> {
  const own = await storedPolicy(await sources.store(), run.id);
  const site = own === null ? await sources.bundled(run.config) : null;
  const { config, tokenizerJson, chat } = own ?? { ...site!, config: site!.policy.config, chat: null };
  const lora = loraOf(run.config);
  const rest = { config, tokenizerJson, chat };
  if (lora === null)
    return { ...rest, weights: (await readModel(storedSource(checkpoint, config, name))).weights };
  const base = own?.base
    ? await openBase(own.base, sources)
    : (site ?? (await sources.bundled(run.config))).policy;
  if ((await hashWeights(base.weights)) !== storedBase(checkpoint)) throw new OtherBaseError();
  const factors = checkpoint.parts['parameters'] as Float32Array;
  return { ...rest, weights: mergedWeights(config, lora, base.weights, factors) };
}

/** Whether a run keeps the weights that it began with: they are its reference policy, unless that follows. */
export const keepsStart = ({ config }: Pick<RunRecord, 'config'>): boolean =>
  !fullConfig(config).syncRefModel;

const atStart = ({ parts, ...checkpoint }: LoadedCheckpoint): LoadedCheckpoint => ({
  ...checkpoint,
  parts: { ...parts, parameters: parts['reference']! },
});

/**
 * @param domain whose models stand for those of the site
 * @throws RunModelError where its weights are gone; StoredModelError, AssetError, CheckpointDamagedError
 */
export async function openPolicy(
  policy: KnownPolicy,
  domain: string,
  sources: PolicySources,
): Promise<ModelWithVocabulary> {
  const site = await sources.bundled({ domain });
  if (policy.place === 'site')
    return { ...site.policy, tokenizerJson: site.tokenizerJson, tokenizer: site.tokenizer, chat: null };
  if (policy.place === 'hub')
    return readPolicy(await hubModelSource(await sources.modelFiles(), policy.key), site);
  const checkpoint = await (await sources.store()).loadCheckpoint(policy.id);
  if (!checkpoint)
    throw new RunModelError('Its weights are not stored here any more. Nothing was changed; choose another.');
  if (policy.place === 'import') return readPolicy(importedSource(checkpoint), site);
  const kept = policy.at === 'start' ? atStart(checkpoint) : checkpoint;
  const model = await policyOfRun(sources, policy.run, kept, 'The run');
  return { ...model, tokenizer: loadTokenizer(model.tokenizerJson, model.config) };
}
