/** What `reward train` asks of the page: a reward model on pairs, of its own weights or as an adapter beside a policy's. */
import { starterTasks } from '../domains/code/starter/index.ts';
import { adapterFiles } from '../model/adapter.ts';
import type { ModelConfig } from '../model/config.ts';
import { hashWeights } from '../model/hash-weights.ts';
import { jsonFile, modelFiles } from '../model/hugging-face.ts';
import type { LoraConfig } from '../model/lora.ts';
import { initialFactors, isLarge, MOST_WHOLE, parameterLayout } from '../model/parameters.ts';
import type { PolicyShape } from '../model/policy-shape.ts';
import type { LoadedModel } from '../model/sources/source.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import { calibrateStarter, rewardAccuracy, starterConfig } from '../recipes/starter.ts';
import { splitKey, splitPairs } from '../reward/pairs/build.ts';
import { EXACT } from '../reward/pairs/exact.ts';
import { readPairs, type SkippedLine } from '../reward/pairs/jsonl.ts';
import type { ImportedPair } from '../reward/pairs/types.ts';
import { recipePairs, type RewardRecipe } from '../reward/recipe.ts';
import {
  evaluationMetrics,
  fittingPairs,
  fixedPairs,
  startFromPolicy,
  startFromScratch,
  trainReward,
} from '../reward/train.ts';
import { DEFAULT_SCALING } from '../rl/scaling.ts';
import { planPairs, wasmEngines } from '../workspace/run-memory.ts';
import { RunModelError } from '../workspace/run-models.ts';
import { startRewardWorker } from '../workspace/workers.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Emit } from './progress.ts';
import type { RewardTrainRequest, RewardTrainResult } from './requests.ts';
import { policyOf, sendFiles, servedBytes } from './served.ts';

interface PairsFromFile {
  readonly pairs: readonly ImportedPair[];
  readonly skipped: readonly SkippedLine[];
}

/** The pairs of a file that this model can read. */
export function usable(bytes: Uint8Array, tokenizer: Tokenizer, maxPositions: number): PairsFromFile {
  const { pairs, lines, skipped } = readPairs(bytes);
  const { fitting, tooLong } = fittingPairs(tokenizer, { maxPositions }, pairs);
  const long = tooLong.map((i): SkippedLine => ({
    line: lines[i]!,
    problem: 'too-long',
    message: `A text of the pair has more than the ${maxPositions} tokens that the model can read.`,
  }));
  return { pairs: fitting, skipped: [...skipped, ...long].sort((a, b) => a.line - b.line) };
}

export async function trainRewardModel(
  workspace: Workspace,
  request: RewardTrainRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<RewardTrainResult> {
  const { seed, recipe, from, lora, pairs: file, policy, upload } = request;
  const begin = performance.now();
  const source = await policyOf(policy, await workspace.bundled());
  const { tokenizer, tokenizerJson } = source;
  const { padId, endIds } = source.config;
  const config = {
    ...(from === 'policy' ? source.config : { ...starterConfig(tokenizer, 'score'), padId, endIds }),
    head: 'score' as const,
  };
  const shape = rewardShapeOf(config, lora);
  const start = startOfReward(request, source, config);
  const read = file === null ? null : usable(await servedBytes(file), tokenizer, config.maxPositions);
  const train = starterTasks().filter((task) => task.split === 'train');
  const { source: draws, validation } = read
    ? fromFile(read.pairs, recipe.settings.evaluateEvery > 0, seed)
    : recipePairs(EXACT, recipe, train, seed);
  const cores = isLarge(config) ? enginesForPairs(workspace, shape, recipe) : undefined;
  const worker = startRewardWorker();
  signal.addEventListener('abort', worker.stop, { once: true });
  try {
    await worker.api.start(shape, tokenizerJson, cores);
    if (lora) await worker.api.loadBase({ config: source.config, weights: source.weights });
    const trained = performance.now();
    const outcome = await trainReward(
      worker.api,
      tokenizer,
      start,
      draws,
      validation,
      { ...recipe.settings, seed },
      (progress) => emit({ type: 'reward', ...progress }),
      signal,
    );
    const seconds = (performance.now() - trained) / 1000;
    const most = request.measured ?? Infinity;
    const { scoreTokens } = worker.api;
    const accuracy = await rewardAccuracy(scoreTokens, tokenizer, seed + 1, undefined, undefined, most);
    const calibration = await calibrateStarter(scoreTokens, tokenizer, seed + 2, undefined, most);
    const metadata = { recipe: JSON.stringify({ seed, from, ...recipe }), score_to_reward: 'sigmoid' };
    const about = { lora: lora!, base: null, revision: null };
    const files = await sendFiles(upload, [
      // What an adapter reads with is the policy's, and stays there.
      ...(lora
        ? adapterFiles('reward', config, about, outcome.weights, await hashWeights(source.weights))
        : [
            ...modelFiles('reward', config, outcome.weights, metadata),
            jsonFile('tokenizer.json', tokenizerJson),
          ]),
      jsonFile('reward/scaling.json', { scaling: DEFAULT_SCALING, calibration }, 2),
    ]);
    return {
      files,
      metrics: { ...outcome.metrics, ...evaluationMetrics(accuracy) },
      accuracy,
      steps: outcome.steps,
      keptStep: outcome.keptStep,
      stoppedEarly: outcome.stoppedEarly,
      skipped: read?.skipped ?? [],
      trainSeconds: seconds,
      seconds: (performance.now() - begin) / 1000,
    };
  } finally {
    worker.stop();
  }
}

/** Share of a file's compositions (or tasks) that choose the weights. */
const VALIDATION_SHARE = 0.1;

function fromFile(pairs: readonly ImportedPair[], validates: boolean, seed: number) {
  const { train, heldOut } = splitPairs(pairs, splitKey, validates ? VALIDATION_SHARE : 0, seed);
  return { source: fixedPairs(train, seed), validation: heldOut };
}

/** What is trained of a reward model. @throws RunModelError where it is too large to be trained whole */
function rewardShapeOf(config: ModelConfig, lora: LoraConfig | null): PolicyShape {
  if (lora === null && isLarge(config))
    throw new RunModelError(
      `The policy has ${Math.round(parameterLayout(config).size / 1e6)} million weights; a reward model of up to ` +
        `${MOST_WHOLE / 1e6} million is trained whole. Nothing was started: train an adapter beside them, with --lora-rank 16.`,
    );
  return { config, trained: lora ?? 'all' };
}

function startOfReward(
  { from, lora, seed }: RewardTrainRequest,
  policy: LoadedModel,
  config: ModelConfig,
): Float32Array {
  if (lora) return initialFactors(config, lora, seed);
  return from === 'policy' ? startFromPolicy(policy.weights, config) : startFromScratch(config, seed);
}

/** Tokens of the longest pairs that recipes write; longer ones of a file take somewhat more memory. */
export const PAIR_TOKENS = 256;

/** Engines for it: reward models are on WASM, whatever there is. */
function enginesForPairs(
  workspace: Workspace,
  shape: PolicyShape,
  { settings: { microBatch, objective } }: RewardRecipe,
): number {
  const settings = objective.kind === 'pairs' ? objective : { margin: 0, centering: 0, dense: 0 };
  const trained = { pairs: microBatch, time: PAIR_TOKENS, settings };
  return wasmEngines(workspace, (most, machine) => planPairs(shape, trained, most, machine));
}
