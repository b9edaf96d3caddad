/** What `experiment` asks of the page: the replicates’ own models, how hard tasks are for a start, and a cell. */
import { folderOf } from '../experiment/models.ts';
import type { PassRate } from '../experiment/pool.ts';
import type { CellResult } from '../experiment/results.ts';
import { jsonFile, modelFiles } from '../model/hugging-face.ts';
import { DEFAULT_SCALING } from '../rl/scaling.ts';
import type { FullConfig } from '../rl/types.ts';
import {
  type CellParts,
  computeCellHere,
  makeOwnPolicy,
  makeOwnReward,
  measurePassRates,
} from '../workspace/experiment-bench.ts';
import { readRunModels } from '../workspace/run-models.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Emit, loadingTo, progressOf } from './progress.ts';
import type {
  ExperimentCellRequest,
  OwnPolicyRequest,
  OwnRewardRequest,
  PassRatesRequest,
} from './requests.ts';
import { policyOf, sendFiles, servedModels } from './served.ts';

/** Fine-tunes a replicate's policy and hands its files over. */
export async function handOverPolicy(
  workspace: Workspace,
  { model, device, upload }: OwnPolicyRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<void> {
  const progress = progressOf(emit, `Fine-tuning policy ${model.seed}`);
  const { config, weights, tokenizerJson } = await makeOwnPolicy(workspace, model, device, progress, signal);
  const folder = folderOf(model);
  await sendFiles(upload, [
    ...modelFiles(folder, config, weights, { recipe: JSON.stringify(model) }),
    jsonFile(`${folder}/tokenizer.json`, tokenizerJson),
  ]);
}

/** Trains a replicate's reward model and hands its files over, with what it is worth. */
export async function handOverReward(
  workspace: Workspace,
  { model, policy, upload }: OwnRewardRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<void> {
  const from = await policyOf(policy, await workspace.bundled({ domain: model.world }));
  const progress = progressOf(emit, `Training reward model ${model.seed} (${model.recipe})`);
  const made = await makeOwnReward(workspace, model, from, progress, signal);
  const folder = folderOf(model);
  const metadata = { recipe: JSON.stringify(model), score_to_reward: 'sigmoid' };
  await sendFiles(upload, [
    ...modelFiles(folder, made.config, made.weights, metadata),
    jsonFile(`${folder}/scaling.json`, { scaling: DEFAULT_SCALING, calibration: made.calibration }, 2),
    jsonFile(`${folder}/accuracy.json`, made.accuracy, 2),
    jsonFile(`${folder}/tokenizer.json`, made.tokenizerJson),
  ]);
}

/** The parts of a cell whose models are at addresses of the command line. */
const partsOf = (
  { device, ...models }: Pick<ExperimentCellRequest, 'policy' | 'reward' | 'device'>,
  config: FullConfig,
  signal: AbortSignal,
  emit: Emit,
): CellParts => ({
  device,
  models: (site) => readRunModels(servedModels(models), config, site),
  report: loadingTo(emit),
  signal,
});

export const ratePool = (
  workspace: Workspace,
  { config, device, policy, samples }: PassRatesRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<PassRate[]> =>
  measurePassRates(
    workspace,
    config,
    samples,
    partsOf({ device, policy, reward: null }, config, signal, emit),
    progressOf(emit, 'Finding tasks of the right difficulty'),
  );

/** Computes a cell; its completions are handed over as JSON lines. */
export async function runExperimentCell(
  workspace: Workspace,
  request: ExperimentCellRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<CellResult> {
  const { cell, pool, names, version, upload } = request;
  const { result, completions } = await computeCellHere(
    workspace,
    { cell, pool, names, version, emit, evaluated: progressOf(emit, 'Evaluating') },
    partsOf(request, cell.config, signal, emit),
  );
  const lines = completions.map((row) => `${JSON.stringify(row)}\n`).join('');
  await sendFiles(upload, [[`${cell.key}.completions.jsonl`, new TextEncoder().encode(lines)]]);
  return result;
}
