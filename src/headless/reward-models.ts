/** What the commands for pairs, reward models and benchmarks ask of the page. */
import {
  calibrateStarter,
  rewardAccuracy,
  STARTER_SETTINGS,
  starterConfig,
  trainStarterPolicy,
} from '../recipes/starter.ts';
import { adapterFiles } from '../model/adapter.ts';
import type { ModelConfig } from '../model/config.ts';
import { hashWeights } from '../model/hash-weights.ts';
import type { LoraConfig } from '../model/lora.ts';
import { initialFactors, isLarge, MOST_WHOLE, parameterLayout } from '../model/parameters.ts';
import type { LoadedModel } from '../model/sources/source.ts';
import { buildBenchmark } from '../reward/benchmark/build.ts';
import { evaluateBenchmark } from '../reward/benchmark/evaluate.ts';
import { wrongPrompts } from '../reward/benchmark/wrong-prompts.ts';
import { buildPairs, type PairSet, splitKey, splitPairs } from '../reward/pairs/build.ts';
import { EXACT, exactWriter } from '../reward/pairs/exact.ts';
import { readPairs, type SkippedLine, writePairs } from '../reward/pairs/jsonl.ts';
import { parseTemplates } from '../reward/pairs/templates.ts';
import type { ImportedPair } from '../reward/pairs/types.ts';
import { recipePairs, type RewardRecipe } from '../reward/recipe.ts';
import { DEFAULT_SCALING, parseScalingFile, scaleGroup, type ScalingFile, scalingOf } from '../rl/scaling.ts';
import {
  evaluationMetrics,
  fittingPairs,
  fixedPairs,
  scorePairs,
  startFromPolicy,
  startFromScratch,
  trainReward,
} from '../reward/train.ts';
import { freshState } from '../host/host.ts';
import { starterTasks } from '../domains/code/starter/index.ts';
import { reasoningText } from '../domains/completion.ts';
import type { Task, TaskSet } from '../domains/domain.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import { type Emit, progressOf } from './progress.ts';
import type {
  BenchmarkBuildRequest,
  BenchmarkBuildResult,
  PairsRequest,
  PolicyTrainRequest,
  PairsResult,
  RewardBenchRequest,
  RewardBenchResult,
  RewardScoreRequest,
  RewardScoreResult,
  RewardTrainRequest,
  RewardTrainResult,
  ServedModel,
  TrainedModels,
} from './requests.ts';
import { jsonFile, modelFiles } from '../model/hugging-face.ts';
import { bundledBenchmark } from '../model/sources/bundled.ts';
import { type PolicyShape, whole } from '../model/policy-shape.ts';
import { planPairs, wasmEngines } from '../workspace/run-memory.ts';
import { bundledRunModels, readRewardBeside, RunModelError } from '../workspace/run-models.ts';
import { policyOf, sendFiles, servedBytes, servedModel } from './served.ts';
import { takeTasks } from './task-files.ts';
import type { Scorer } from '../workspace/scorer.ts';
import { startPolicyWorker, startRewardWorker } from '../workspace/workers.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { writePairsByPolicy } from '../workspace/write-pairs.ts';

export async function buildPairsFor(
  workspace: Workspace,
  {
    writer,
    tasks: own,
    split,
    seed,
    perTask,
    rounds,
    lengthBalanced,
    styleBalanced,
    device,
    policy,
  }: PairsRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<PairsResult> {
  const ofSplit = <T extends Task>(tasks: readonly T[]): T[] =>
    tasks.filter((task) => split === 'all' || task.split === split);
  const options = { seed, perTask, rounds, lengthBalanced, styleBalanced };
  const result = (tasks: number, { pairs, written, dropped }: PairSet): PairsResult => ({
    jsonl: writePairs(pairs),
    pairs: pairs.length,
    written,
    dropped,
    tasks,
  });
  if (writer.kind === 'exact') {
    const tasks = ofSplit(starterTasks());
    return result(tasks.length, await buildPairs(exactWriter(), tasks, options, signal));
  }
  const templates = parseTemplates(writer.templates);
  const choice = own && (await takeTasks(workspace, own, signal, emit));
  const tasks = ofSplit(choice === null ? starterTasks() : allOf(await workspace.tasks(choice)));
  const open = async () => policyOf(policy, await workspace.bundled(choice ?? {}));
  const report = progressOf(emit, 'Writing pairs');
  const request = { open, tasks, templates, options, device };
  return result(tasks.length, await writePairsByPolicy(workspace, request, report, signal));
}

const allOf = ({ train, heldOut }: TaskSet): Task[] => [...train, ...heldOut];

interface PairsFromFile {
  readonly pairs: readonly ImportedPair[];
  readonly skipped: readonly SkippedLine[];
}

/** The pairs of a file that this model can read. */
function usable(bytes: Uint8Array, tokenizer: Tokenizer, maxPositions: number): PairsFromFile {
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
const PAIR_TOKENS = 256;

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

async function withReward<T>(
  workspace: Workspace,
  served: ServedModel | null,
  policy: ServedModel | null,
  use: (reward: {
    readonly tokenizer: Tokenizer;
    readonly maxPositions: number;
    readonly scaling: ScalingFile;
    readonly scorer: Scorer;
  }) => Promise<T>,
): Promise<T> {
  const site = await workspace.bundled();
  const source = served && servedModel(served);
  const reward = source
    ? await readRewardBeside(source, site, () => policyOf(policy, site))
    : bundledRunModels(site).reward;
  const stored = source ? await source.json('scaling.json') : site.scaling;
  const scaling =
    stored === null ? { scaling: DEFAULT_SCALING, calibration: null } : parseScalingFile(stored);
  const { config, weights, tokenizer } = reward;
  const scorer = await workspace.scorer(reward);
  await scorer.load(freshState(weights));
  return use({ tokenizer, maxPositions: config.maxPositions, scaling, scorer });
}

export function benchReward(
  workspace: Workspace,
  { pairs, model, policy, seed }: RewardBenchRequest,
  emit: Emit,
): Promise<RewardBenchResult> {
  return withReward(workspace, model, policy, async ({ tokenizer, maxPositions, scorer }) => {
    const read = usable(
      pairs === null ? await bundledBenchmark() : await servedBytes(pairs),
      tokenizer,
      maxPositions,
    );
    const progress = progressOf(emit, 'Scoring pairs');
    progress(0, read.pairs.length);
    const begin = performance.now();
    const scored = await scorePairs(scorer.scoreTokens, tokenizer, read.pairs);
    const seconds = (performance.now() - begin) / 1000;
    progress(read.pairs.length, read.pairs.length);
    const { fitting } = fittingPairs(tokenizer, { maxPositions }, wrongPrompts(read.pairs, seed));
    progressOf(emit, 'Scoring pairs under wrong prompts')(0, fitting.length);
    const wrong = await scorePairs(scorer.scoreTokens, tokenizer, fitting);
    return { ...evaluateBenchmark(scored, wrong), skipped: read.skipped, seconds };
  });
}

export function scoreReasonings(
  workspace: Workspace,
  { items, model, policy, scaling: kind }: RewardScoreRequest,
): Promise<RewardScoreResult> {
  return withReward(workspace, model, policy, async ({ scaling, scorer, maxPositions, tokenizer }) => {
    const texts = items.map(({ prompt, reasoning }) => reasoningText(prompt, reasoning));
    const lengths = texts.map((text) => tokenizer.encode(text).length);
    const fits = lengths.map((length) => length <= maxPositions);
    const begin = performance.now();
    const scores = await scorer.scoreRaw(texts.filter((_, i) => fits[i]));
    const ms = performance.now() - begin;
    const chosen = kind === null ? scaling.scaling : scalingOf(kind, scaling.calibration);
    const rewards = scaleGroup(scores, chosen);
    let next = 0;
    return {
      scores: items.map((_, i) => {
        if (!fits[i]) return null;
        const at = next++;
        return { score: scores[at]!, reward: rewards[at]!, tokens: lengths[i]! };
      }),
      scaling: chosen,
      maxPositions,
      ms,
    };
  });
}

export async function freezeBenchmark(
  workspace: Workspace,
  { policy, settings, device, split }: BenchmarkBuildRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<BenchmarkBuildResult> {
  const { config, weights, tokenizer } = await policyOf(policy, await workspace.bundled());
  const worker = startPolicyWorker();
  signal.addEventListener('abort', worker.stop, { once: true });
  try {
    await worker.api.start(device, whole(config));
    await worker.api.load(freshState(weights));
    return await workspace.sandbox.use(async (sandbox) => {
      await sandbox.warm();
      const tasks = starterTasks().filter((task) => task.split === split);
      const { jsonl, provenance } = await buildBenchmark(
        { policy: worker.api, sandbox, tokenizer },
        await hashWeights(weights),
        tasks,
        settings,
        progressOf(emit, 'Sampling and running programs'),
        signal,
      );
      return { jsonl, provenance };
    });
  } finally {
    worker.stop();
  }
}

/** Supervised fine-tuning of a policy alone, as the starter's: for a benchmark from a policy that nothing was trained on. */
export async function trainPolicy(
  workspace: Workspace,
  { seed, steps, device, upload }: PolicyTrainRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<TrainedModels> {
  const begin = performance.now();
  const { tokenizerJson, tokenizer } = await workspace.bundled();
  const config = starterConfig(tokenizer, 'causal');
  const settings = { ...STARTER_SETTINGS, seed, policySteps: steps };
  const worker = startPolicyWorker();
  signal.addEventListener('abort', worker.stop, { once: true });
  try {
    await worker.api.start(device, whole(config));
    const loss = await trainStarterPolicy(worker.api, tokenizer, settings, (progress) =>
      progressOf(emit, 'Fine-tuning the policy')(progress.step, progress.steps),
    );
    const { parameters } = await worker.api.snapshot();
    const { reward: _, ...recipe } = settings;
    const files = await sendFiles(upload, [
      ...modelFiles('policy', config, parameters, { recipe: JSON.stringify(recipe) }),
      jsonFile('tokenizer.json', tokenizerJson),
    ]);
    return { files, metrics: { 'policy/loss': loss }, seconds: (performance.now() - begin) / 1000 };
  } finally {
    worker.stop();
  }
}
