/** Policies that are at hand in this page: the site's, those of runs, and imported ones. */
import { readModel } from '../model/sources/source.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import { fullConfig } from '../rl/config.ts';
import type { LoadedCheckpoint, RunRecord, Store } from '../store/index.ts';
import type { BundledModels } from './bundled.ts';
import { IMPORT_PREFIX, importedSource, importFacts } from './imported-models.ts';
import { type ModelWithVocabulary, readPolicy, RunModelError } from './run-models.ts';
import { storedPolicy } from './run-policy.ts';
import { storedSource } from './stored-source.ts';

export type KnownPolicy =
  | { readonly place: 'site' }
  | {
      readonly place: 'run';
      readonly id: string;
      readonly run: RunRecord;
      /** The weights that it began with; those of its last checkpoint where nothing is said. */
      readonly at?: 'start';
    }
  | { readonly place: 'import'; readonly id: string; readonly name: string };

/** The site's first, then runs with saved weights, newest first, then imported ones. */
export async function listPolicies(
  store: Pick<Store, 'listRuns' | 'listGenerations'>,
): Promise<KnownPolicy[]> {
  const [runs, generations] = await Promise.all([store.listRuns(), store.listGenerations()]);
  const current = generations.filter((each) => each.current);
  const kept = new Set(current.map(({ key }) => key));
  return [
    { place: 'site' },
    ...runs.filter(({ id }) => kept.has(id)).map((run) => ({ place: 'run', id: run.id, run }) as const),
    ...current.flatMap(({ key, meta }) => {
      const facts = key.startsWith(IMPORT_PREFIX) ? importFacts(meta) : null;
      return facts?.head === 'causal' ? [{ place: 'import', id: key, name: facts.name } as const] : [];
    }),
  ];
}

export interface PolicySources {
  readonly store: () => Promise<Pick<Store, 'loadCheckpoint' | 'runPolicy'>>;
  readonly bundled: (choice: { readonly domain?: string }) => Promise<BundledModels>;
}

/** The policy of a run at one of its checkpoints. @throws StoredModelError, ModelConfigError, TokenizerError */
export async function policyOfRun(
  { store, bundled }: Pick<PolicySources, 'bundled'> & { readonly store: Pick<Store, 'runPolicy'> },
  run: RunRecord,
  checkpoint: LoadedCheckpoint,
  name: string,
): Promise<Omit<ModelWithVocabulary, 'tokenizer'>> {
  const own = await storedPolicy(store, run.id);
  const site = own === null ? await bundled(run.config) : null;
  const { config, tokenizerJson, chat } = own ?? { ...site!, config: site!.policy.config, chat: null };
  const { weights } = await readModel(storedSource(checkpoint, config, name));
  return { config, weights, tokenizerJson, chat };
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
  { store, bundled }: PolicySources,
): Promise<ModelWithVocabulary> {
  const site = await bundled({ domain });
  if (policy.place === 'site')
    return { ...site.policy, tokenizerJson: site.tokenizerJson, tokenizer: site.tokenizer, chat: null };
  const opened = await store();
  const checkpoint = await opened.loadCheckpoint(policy.id);
  if (!checkpoint)
    throw new RunModelError('Its weights are not stored here any more. Nothing was changed; choose another.');
  if (policy.place === 'import') return readPolicy(importedSource(checkpoint), site);
  const kept = policy.at === 'start' ? atStart(checkpoint) : checkpoint;
  const model = await policyOfRun({ store: opened, bundled }, policy.run, kept, 'The run');
  return { ...model, tokenizer: loadTokenizer(model.tokenizerJson, model.config) };
}
