/** A new run that starts from weights of one's choice. */
import { type ChatFormat, toTokenizerConfig } from '../model/chat-template.ts';
import { toHuggingFaceConfig } from '../model/config.ts';
import type { LoadedModel } from '../model/sources/source.ts';
import type { TrainConfig } from '../rl/types.ts';
import { firstCheckpoint, frozenOf, storedReward, type Frozen } from '../run/training.ts';
import type { LoadedCheckpoint, RunRecord, Store } from '../store/index.ts';
import type { BundledModels } from './bundled.ts';
import { bundledRunModels, checkContext, startOf } from './run-models.ts';

/** The policy to start from. */
export interface BranchStart extends LoadedModel {
  readonly tokenizerJson: unknown;
  readonly chat: ChatFormat | null;
  readonly from: NonNullable<RunRecord['branchedFrom']>;
  /** The device as shown to the person. */
  readonly device: string;
  /** The checkpoint that it is of, whose reward model goes on scoring; null for a model, which the site's scores. */
  readonly checkpoint: LoadedCheckpoint | null;
}

/**
 * Stores the run with its first checkpoint: from there on it is a run like any other.
 * @returns its id
 * @throws RunModelError where the run's texts are too long for the policy; ScalingError; StorageFullError
 */
export async function branchRun(
  store: Pick<Store, 'branchRun'>,
  site: BundledModels,
  start: BranchStart,
  { changes: _, ...config }: TrainConfig,
): Promise<string> {
  checkContext(start.config, config);
  const frozen: Frozen = start.checkpoint
    ? { ...storedReward(start.checkpoint), reference: start.weights }
    : frozenOf({ ...startOf(bundledRunModels(site)), policy: start.weights }, config);
  const run: RunRecord = {
    id: crypto.randomUUID(),
    config,
    device: start.device,
    created: Date.now(),
    status: 'paused',
    lastStep: null,
    branchedFrom: start.from,
  };
  const policy = isSites(start, site)
    ? null
    : {
        config: toHuggingFaceConfig(start.config),
        tokenizer: start.tokenizerJson,
        ...(start.chat && { tokenizerConfig: toTokenizerConfig(start.chat) }),
      };
  await store.branchRun({ run, policy }, firstCheckpoint(config, frozen));
  return run.id;
}

/** Whether the policy is of the site's shape and vocabulary. */
const isSites = ({ config, tokenizerJson, chat }: BranchStart, site: BundledModels): boolean =>
  chat === null &&
  JSON.stringify([config, tokenizerJson]) === JSON.stringify([site.policy.config, site.tokenizerJson]);
