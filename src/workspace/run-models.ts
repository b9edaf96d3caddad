/** The models of a run: the site's, or those that it brings along. */
import type { StartWeights } from '../run/training.ts';
import type { ChatFormat } from '../model/chat-template.ts';
import { type Beside, isAdapter, readAdapter } from '../model/adapter.ts';
import { sharedFloats } from '../host/shared-memory.ts';
import type { ModelConfig } from '../model/config.ts';
import { initialFactors, isLarge, MOST_WHOLE, parameterLayout } from '../model/parameters.ts';
import type { PolicyShape } from '../model/policy-shape.ts';
import { readChat } from '../model/sources/chat.ts';
import { type LoadedModel, type ModelSource, readModel } from '../model/sources/source.ts';
import { hashWeights } from '../model/hash-weights.ts';
import { checkVocabulary } from '../reward/train.ts';
import { loraOf } from '../rl/config.ts';
import { parseScalingFile, type ScoreCalibration } from '../rl/scaling.ts';
import type { TrainConfig } from '../rl/types.ts';
import { loadTokenizer, type Tokenizer } from '../model/tokenizer/index.ts';
import type { BundledModels } from './bundled.ts';

/** A model with the vocabulary that its texts are written in. */
export interface ModelWithVocabulary extends LoadedModel {
  readonly tokenizerJson: unknown;
  readonly tokenizer: Tokenizer;
  /** How it wants messages written; null where it brings no chat template. */
  readonly chat: ChatFormat | null;
}

/** One that scores: of weights of its own, or an adapter's factors and head beside the weights of a policy. */
export interface RewardModel extends ModelWithVocabulary {
  readonly beside?: Beside;
}

export interface RunModels {
  readonly policy: ModelWithVocabulary;
  readonly reward: RewardModel;
  readonly calibration: ScoreCalibration | null;
  /** Which reward model it is, where it is not the site's. */
  readonly rewardModel: StartWeights['rewardModel'];
}

/** Models that a run brings along; `null` for the site's. */
export interface OwnModels {
  readonly policy: ModelSource | null;
  readonly reward: { readonly name: string; readonly source: ModelSource } | null;
}

/** A model that cannot take the place that it was given. */
export class RunModelError extends Error {
  override readonly name = 'RunModelError';
}

/** What is trained of a policy at the start of a run: its weights, or factors that change nothing yet. */
async function trainedAtStart(
  { config, weights }: LoadedModel,
  run: TrainConfig,
): Promise<Pick<StartWeights, 'policy' | 'base'>> {
  const lora = loraOf(run);
  if (lora === null) return { policy: weights };
  return { policy: initialFactors(config, lora, run.seed), base: await hashWeights(weights) };
}

/** What a new run starts from. */
export const startOf = async (
  { policy, reward, calibration, rewardModel }: Omit<RunModels, 'policy'> & { readonly policy: LoadedModel },
  run: TrainConfig,
): Promise<StartWeights> => ({
  ...(await trainedAtStart(policy, run)),
  reward: reward.weights,
  calibration,
  ...(rewardModel === undefined ? {} : { rewardModel }),
});

/** What the policy of a run is opened as. @throws RunModelError where it is too large for what is to be trained */
export function policyShape({ config }: Pick<LoadedModel, 'config'>, run: TrainConfig): PolicyShape {
  const lora = loraOf(run);
  if (lora === null && isLarge(config)) {
    const { size } = parameterLayout(config);
    throw new RunModelError(
      `The policy has ${Math.round(size / 1e6)} million weights; up to ${MOST_WHOLE / 1e6} million are trained whole. ` +
        'Nothing was started: train factors beside them, with loraRank=16.',
    );
  }
  return { config, trained: lora ?? 'all' };
}

/** What a large reward model is opened as; null for one that is small. */
export const rewardShape = ({ config, beside }: RewardModel): PolicyShape | null =>
  beside && isLarge(config) ? { config, trained: beside.lora } : null;

/** Those of the site. */
export const bundledRunModels = ({
  tokenizerJson,
  tokenizer,
  policy,
  reward,
  scaling,
}: BundledModels): RunModels => ({
  policy: { ...policy, tokenizerJson, tokenizer, chat: null },
  reward: { ...reward, tokenizerJson, tokenizer, chat: null },
  calibration: scaling.calibration,
  rewardModel: undefined,
});

/** Large weights are in memory that workers read without a copy. */
export const sharedIfLarge = (size: number): Float32Array =>
  size > MOST_WHOLE ? sharedFloats(size) : new Float32Array(size);

/**
 * Reads a model with its vocabulary. One without a tokenizer.json takes the site's, if it has as many tokens.
 * @throws RunModelError, RewardModelError, and what the source throws
 */
async function readWithVocabulary(
  source: ModelSource,
  { tokenizerJson }: Pick<BundledModels, 'tokenizerJson'>,
  what: string,
): Promise<ModelWithVocabulary> {
  const [model, own, chat] = await Promise.all([
    readModel(source, sharedIfLarge),
    source.tokenizer(),
    readChat(source),
  ]);
  const json = own ?? tokenizerJson;
  const tokenizer = loadTokenizer(json, model.config);
  if (own === null && tokenizer.vocabSize !== model.config.vocabulary)
    throw new RunModelError(
      `The ${what} has a vocabulary of ${model.config.vocabulary} tokens and brings no tokenizer.json; the starter’s has ` +
        `${tokenizer.vocabSize}. Nothing was started: put the tokenizer.json that it was made with into its folder.`,
    );
  checkVocabulary(tokenizer, model.config);
  return { ...model, tokenizerJson: json, tokenizer, chat };
}

function checkHead({ head }: ModelConfig, needed: ModelConfig['head']): void {
  if (head === needed) return;
  throw new RunModelError(
    needed === 'score'
      ? 'This model has no score head: it is a policy, not a reward model. Name the folder of a reward model.'
      : 'This model has a score head: it is a reward model, not a policy. Name the folder of a policy.',
  );
}

/** A policy of any shape and vocabulary. */
export async function readPolicy(
  source: ModelSource,
  site: Pick<BundledModels, 'tokenizerJson'>,
): Promise<ModelWithVocabulary> {
  const policy = await readWithVocabulary(source, site, 'policy');
  checkHead(policy.config, 'causal');
  return policy;
}

/** A reward model of any shape and vocabulary: it reads texts. */
export async function readReward(
  source: ModelSource,
  site: Pick<BundledModels, 'tokenizerJson'>,
): Promise<RewardModel> {
  const reward = await readWithVocabulary(source, site, 'reward model');
  checkHead(reward.config, 'score');
  return reward;
}

/**
 * A reward model of its own, or an adapter beside a policy.
 * @throws RunModelError where the adapter was trained beside other weights
 */
export async function readRewardBeside(
  source: ModelSource,
  site: Pick<BundledModels, 'tokenizerJson'>,
  policy: () => Promise<ModelWithVocabulary>,
): Promise<RewardModel> {
  if (!(await isAdapter(source))) return readReward(source, site);
  const base = await policy();
  const config = { ...base.config, head: 'score' as const };
  const { lora, factors, baseHash } = await readAdapter(source, config);
  if (baseHash !== null && baseHash !== (await hashWeights(base.weights)))
    throw new RunModelError(
      'The reward model is an adapter, and was trained beside the weights of another policy. Nothing was started: name the ' +
        'policy that it was trained with.',
    );
  const { tokenizer, tokenizerJson, chat, weights } = base;
  const beside = { lora, base: { config: base.config, weights } };
  return { config, weights: factors, tokenizer, tokenizerJson, chat, beside };
}

/** @throws RunModelError for a policy whose context is too short for the run */
export function checkContext({ maxPositions }: ModelConfig, config: TrainConfig): void {
  const needed = config.maxPromptTokens + config.maxCompletionTokens;
  if (needed <= maxPositions) return;
  throw new RunModelError(
    `The policy reads up to ${maxPositions} tokens; this run has prompts of up to ${config.maxPromptTokens} and completions ` +
      `of up to ${config.maxCompletionTokens}. Nothing was trained: lower maxPromptTokens or maxCompletionTokens.`,
  );
}

export async function readRunModels(
  { policy, reward }: OwnModels,
  config: TrainConfig,
  site: BundledModels,
): Promise<RunModels> {
  const models = bundledRunModels(site);
  const own = policy === null ? models.policy : await readPolicy(policy, site);
  if (policy !== null) checkContext(own.config, config);
  if (reward === null) return { ...models, policy: own };
  const [read, scaling] = await Promise.all([
    readRewardBeside(reward.source, site, async () => own),
    reward.source.json('scaling.json'),
  ]);
  return {
    policy: own,
    reward: read,
    calibration: scaling === null ? null : parseScalingFile(scaling).calibration,
    rewardModel: { id: await hashWeights(read.weights), name: reward.name },
  };
}
