/** A new run that starts from weights of one's choice. */
import { type ChatFormat, toTokenizerConfig } from '../model/chat-template.ts';
import { toHuggingFaceConfig } from '../model/config.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import type { LoadedModel } from '../model/sources/source.ts';
import { checkVocabulary } from '../reward/train.ts';
import { loraOf } from '../rl/config.ts';
import type { TrainConfig } from '../rl/types.ts';
import { firstCheckpoint, frozenOf, storedBase, storedReward, type Frozen } from '../run/training.ts';
import type { Branch, LoadedCheckpoint, RunRecord, Store } from '../store/index.ts';
import type { BaseModel } from './base-models.ts';
import type { BundledModels } from './bundled.ts';
import { bundledRunModels, checkContext, policyShape, RunModelError, startOf } from './run-models.ts';

/** The policy to start from. */
export interface BranchStart extends LoadedModel {
  readonly tokenizerJson: unknown;
  readonly chat: ChatFormat | null;
  readonly from: NonNullable<RunRecord['branchedFrom']>;
  /** The device as shown to the person. */
  readonly device: string;
  /** The run that it is of, and its checkpoint, whose reward model goes on scoring; null for a model, which the site's scores. */
  readonly run: { readonly record: RunRecord; readonly checkpoint: LoadedCheckpoint } | null;
  /** Where the model is kept; null for the site's, and for that of a run. */
  readonly kept: BaseModel | null;
}

/**
 * Stores the run with its first checkpoint: from there on it is a run like any other.
 * @returns its id
 * @throws RunModelError where the run's texts are too long for the policy, or it cannot be trained like that; RewardModelError
 *   where its tokenizer is of another model; ScalingError;
 *   StorageFullError
 */
export async function branchRun(
  store: Pick<Store, 'branchRun' | 'runPolicy'>,
  site: BundledModels,
  start: BranchStart,
  { changes: _, ...config }: TrainConfig,
): Promise<string> {
  checkContext(start.config, config);
  checkVocabulary(loadTokenizer(start.tokenizerJson, start.config), start.config);
  policyShape(start, config);
  const goesOn = continuesFactors(start, config);
  if (start.run && !goesOn && loraOf(config))
    throw new RunModelError(
      'Factors cannot be trained beside the weights of a run, which are kept with that run alone. Nothing was started: download its model, import it, and start from there.',
    );
  const frozen = start.run
    ? {
        ...storedReward(start.run.checkpoint),
        ...(goesOn ? factorsOf(start.run.checkpoint) : { reference: start.weights }),
      }
    : frozenOf(await startOf({ ...bundledRunModels(site), policy: start }, config), config);
  const run: RunRecord = {
    id: crypto.randomUUID(),
    config,
    device: start.device,
    created: Date.now(),
    status: 'paused',
    lastStep: null,
    branchedFrom: start.from,
  };
  const record = goesOn ? await store.runPolicy(start.run!.record.id) : policyRecord(start, site, config);
  await store.branchRun({ run, policy: record }, firstCheckpoint(config, frozen));
  return run.id;
}

/** What a run has to be told of its policy; null where that is the site's, or has its shape and is trained whole. */
function policyRecord(start: BranchStart, site: BundledModels, config: TrainConfig): Branch['policy'] {
  const base = loraOf(config) && start.kept;
  if (!base && isSites(start, site)) return null;
  return {
    config: toHuggingFaceConfig(start.config),
    tokenizer: start.tokenizerJson,
    ...(start.chat && { tokenizerConfig: toTokenizerConfig(start.chat) }),
    ...(base && { base }),
  };
}

/** Whether the run goes on with the factors of the one that it branches from. */
const continuesFactors = ({ run }: BranchStart, config: TrainConfig): boolean =>
  run !== null &&
  storedBase(run.checkpoint) !== undefined &&
  JSON.stringify(loraOf(run.record.config)) === JSON.stringify(loraOf(config));

const factorsOf = (checkpoint: LoadedCheckpoint): Pick<Frozen, 'reference' | 'base'> => ({
  reference: checkpoint.parts['parameters'] as Float32Array,
  base: storedBase(checkpoint),
});

/** Whether the policy is of the site's shape and vocabulary. */
const isSites = ({ config, tokenizerJson, chat }: BranchStart, site: BundledModels): boolean =>
  chat === null &&
  JSON.stringify([config, tokenizerJson]) === JSON.stringify([site.policy.config, site.tokenizerJson]);
