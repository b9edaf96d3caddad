/** What `experiment` asks of the page: the replicates’ own models, how hard tasks are for a start, and a cell. */
import { computeCell } from '../experiment/cell.ts';
import { folderOf } from '../experiment/models.ts';
import { type PassRate, passRates } from '../experiment/pool.ts';
import type { CellResult } from '../experiment/results.ts';
import { freshState } from '../host/host.ts';
import { jsonFile, modelFiles } from '../model/hugging-face.ts';
import { trainOwnPolicy, trainOwnReward } from '../recipes/replicates.ts';
import { starterConfig } from '../recipes/starter.ts';
import { hashWeights } from '../reward/benchmark/build.ts';
import { DEFAULT_SCALING } from '../rl/scaling.ts';
import type { FullConfig } from '../rl/types.ts';
import { readRunModels } from '../workspace/run-models.ts';
import { type OpenRunParts, withRunParts } from '../workspace/run-parts.ts';
import { startPolicyWorker, startRewardWorker } from '../workspace/workers.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type {
  AutomationEvent,
  ExperimentCellRequest,
  OwnPolicyRequest,
  OwnRewardRequest,
  PassRatesRequest,
  ServedModel,
} from './requests.ts';
import { policyOf, sendFiles, servedModel } from './served.ts';

type Emit = (event: AutomationEvent) => void;

const progressTo =
  (emit: Emit, activity: string) =>
  (done: number, total: number): void =>
    emit({ type: 'progress', activity, done, total });

/** Fine-tunes a replicate's policy and hands its files over. */
export async function makeOwnPolicy(
  workspace: Workspace,
  { model, device, upload }: OwnPolicyRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<void> {
  const { tokenizer, tokenizerJson } = await workspace.bundled({ domain: model.world });
  const config = starterConfig(tokenizer, 'causal');
  const worker = startPolicyWorker();
  signal.addEventListener('abort', worker.stop, { once: true });
  try {
    await worker.api.start(device, config, workspace.cores);
    const progress = progressTo(emit, `Fine-tuning policy ${model.seed}`);
    await trainOwnPolicy(worker.api, tokenizer, model, ({ step, steps }) => progress(step, steps));
    const { parameters } = await worker.api.snapshot();
    const folder = folderOf(model);
    await sendFiles(upload, [
      ...modelFiles(folder, config, parameters, { recipe: JSON.stringify(model) }),
      jsonFile(`${folder}/tokenizer.json`, tokenizerJson),
    ]);
  } finally {
    worker.stop();
  }
}

/** Trains a replicate's reward model and hands its files over, with what it is worth. */
export async function makeOwnReward(
  workspace: Workspace,
  { model, policy, upload }: OwnRewardRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<void> {
  const { tokenizer, tokenizerJson, weights } = await policyOf(
    policy,
    await workspace.bundled({ domain: model.world }),
  );
  const config = starterConfig(tokenizer, 'score');
  const worker = startRewardWorker();
  signal.addEventListener('abort', worker.stop, { once: true });
  try {
    await worker.api.start(config, tokenizerJson, workspace.cores);
    const progress = progressTo(emit, `Training reward model ${model.seed} (${model.recipe})`);
    const trained = await trainOwnReward(worker.api, tokenizer, weights, model, ({ step, steps }) =>
      progress(step, steps),
    );
    const folder = folderOf(model);
    const metadata = { recipe: JSON.stringify(model), score_to_reward: 'sigmoid' };
    await sendFiles(upload, [
      ...modelFiles(folder, config, trained.weights, metadata),
      jsonFile(`${folder}/scaling.json`, { scaling: DEFAULT_SCALING, calibration: trained.calibration }, 2),
      jsonFile(`${folder}/accuracy.json`, trained.accuracy, 2),
      jsonFile(`${folder}/tokenizer.json`, tokenizerJson),
    ]);
  } finally {
    worker.stop();
  }
}

interface CellParts {
  readonly config: FullConfig;
  readonly device: ExperimentCellRequest['device'];
  readonly policy: ServedModel | null;
  readonly reward: ExperimentCellRequest['reward'];
}

/** Lends what a cell computes with; it stays open for the next one. */
const withCellParts = <R>(
  workspace: Workspace,
  { config, device, policy, reward }: CellParts,
  signal: AbortSignal,
  emit: Emit,
  work: (parts: OpenRunParts) => Promise<R>,
): Promise<R> =>
  withRunParts(
    workspace,
    {
      device,
      config,
      models: (site) =>
        readRunModels(
          {
            policy: policy && servedModel(policy),
            reward: reward && { name: reward.name, source: servedModel(reward) },
          },
          config,
          site,
        ),
      report: ({ label, fraction }) => progressTo(emit, label)(Math.round((fraction ?? 0) * 100), 100),
      signal,
    },
    work,
  );

export const ratePool = (
  workspace: Workspace,
  { config, device, policy, samples }: PassRatesRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<PassRate[]> =>
  withCellParts(workspace, { config, device, policy, reward: null }, signal, emit, async (parts) => {
    await parts.weights.load(freshState(parts.start.policy));
    const progress = progressTo(emit, 'Finding tasks of the right difficulty');
    return passRates(parts.ports(emit), config, samples, progress, signal);
  });

/** Computes a cell; its completions are handed over as JSON lines. */
export const runExperimentCell = (
  workspace: Workspace,
  request: ExperimentCellRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<CellResult> =>
  withCellParts(workspace, { ...request, config: request.cell.config }, signal, emit, async (parts) => {
    const { cell, pool, version, upload, names } = request;
    const [policyHash, rewardHash] = await Promise.all([
      hashWeights(parts.start.policy),
      hashWeights(parts.start.reward),
    ]);
    const { result, completions } = await computeCell({
      cell,
      parts,
      pool,
      models: {
        policy: { name: names.policy, hash: policyHash },
        reward: { name: names.reward, hash: rewardHash },
      },
      version,
      emit,
      evaluated: progressTo(emit, 'Evaluating'),
      signal,
    });
    const lines = completions.map((row) => `${JSON.stringify(row)}\n`).join('');
    await sendFiles(upload, [[`${cell.key}.completions.jsonl`, new TextEncoder().encode(lines)]]);
    return result;
  });
