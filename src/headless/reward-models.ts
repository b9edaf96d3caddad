/** What the commands for pairs, reward models and benchmarks ask of the page, but for training. */
import { hashWeights } from '../model/hash-weights.ts';
import { jsonFile, modelFiles } from '../model/hugging-face.ts';
import { whole } from '../model/policy-shape.ts';
import { bundledBenchmark } from '../model/sources/bundled.ts';
import { encodeOpened, type Tokenizer } from '../model/tokenizer/index.ts';
import { freshState } from '../host/host.ts';
import { starterTasks } from '../domains/code/starter/index.ts';
import { reasoningText } from '../domains/completion.ts';
import type { Task, TaskSet } from '../domains/domain.ts';
import { STARTER_SETTINGS, starterConfig, trainStarterPolicy } from '../recipes/starter.ts';
import { buildBenchmark } from '../reward/benchmark/build.ts';
import { evaluateBenchmark } from '../reward/benchmark/evaluate.ts';
import { wrongPrompts } from '../reward/benchmark/wrong-prompts.ts';
import { buildPairs, drawnTasks, type PairSet } from '../reward/pairs/build.ts';
import { exactWriter } from '../reward/pairs/exact.ts';
import { writePairs } from '../reward/pairs/jsonl.ts';
import { parseTemplates } from '../reward/pairs/templates.ts';
import { fittingPairs, scorePairs } from '../reward/train.ts';
import { DEFAULT_SCALING, parseScalingFile, scaleGroup, type ScalingFile, scalingOf } from '../rl/scaling.ts';
import { enginesForScoring } from '../workspace/run-memory.ts';
import { bundledRunModels, readRewardBeside } from '../workspace/run-models.ts';
import type { Scorer } from '../workspace/scorer.ts';
import { startPolicyWorker } from '../workspace/workers.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { writePairsByPolicy } from '../workspace/write-pairs.ts';
import { type Emit, progressOf } from './progress.ts';
import type {
  BenchmarkBuildRequest,
  BenchmarkBuildResult,
  PairsRequest,
  PairsResult,
  PolicyTrainRequest,
  RewardBenchRequest,
  RewardBenchResult,
  RewardScoreRequest,
  RewardScoreResult,
  ServedModel,
  TrainedModels,
} from './requests.ts';
import { PAIR_TOKENS, usable } from './reward-train.ts';
import { policyOf, sendFiles, servedBytes, servedModel } from './served.ts';
import { takeTasks } from './task-files.ts';

export async function buildPairsFor(
  workspace: Workspace,
  {
    writer,
    tasks: own,
    split,
    limit,
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
  const wanted = <T extends Task>(tasks: readonly T[]): T[] => {
    const ofSplit = tasks.filter((task) => split === 'all' || task.split === split);
    return limit === null ? ofSplit : drawnTasks(ofSplit, limit, seed);
  };
  const options = { seed, perTask, rounds, lengthBalanced, styleBalanced };
  const result = (tasks: number, { pairs, written, dropped }: PairSet): PairsResult => ({
    jsonl: writePairs(pairs),
    pairs: pairs.length,
    written,
    dropped,
    tasks,
  });
  if (writer.kind === 'exact') {
    const tasks = wanted(starterTasks());
    return result(tasks.length, await buildPairs(exactWriter(), tasks, options, signal));
  }
  const templates = parseTemplates(writer.templates);
  const choice = own && (await takeTasks(workspace, own, signal, emit));
  const tasks = wanted(choice === null ? starterTasks() : allOf(await workspace.tasks(choice)));
  const open = async () => policyOf(policy, await workspace.bundled(choice ?? {}));
  const report = progressOf(emit, 'Writing pairs');
  const request = { open, tasks, templates, asked: writer.asked, options, device };
  return result(tasks.length, await writePairsByPolicy(workspace, request, report, signal));
}

const allOf = ({ train, heldOut }: TaskSet): Task[] => [...train, ...heldOut];

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
  const cores = enginesForScoring(workspace, reward, PAIR_TOKENS);
  const scorer = await workspace.scorer({ ...reward, ...(cores !== undefined && { cores }) });
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
    const lengths = texts.map((text) => encodeOpened(tokenizer, text).length);
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
