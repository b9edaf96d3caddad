/** This page as the bench that cells are computed on: models stay in memory, results go to the store. */
import { ExperimentError } from '../../../experiment/file.ts';
import type { OwnModel } from '../../../experiment/models.ts';
import type { Cell } from '../../../experiment/plan.ts';
import type { CellResult } from '../../../experiment/results.ts';
import type { Bench, Found } from '../../../experiment/run.ts';
import type { TrainEvent } from '../../../rl/types.ts';
import type { DeviceChoice } from '../../../runtime/device.ts';
import type { BundledModels } from '../../../workspace/bundled.ts';
import {
  type CellParts,
  computeCellHere,
  makeOwnPolicy,
  makeOwnReward,
  measurePassRates,
  type Progress,
} from '../../../workspace/experiment-bench.ts';
import { bundledRunModels, type RunModels } from '../../../workspace/run-models.ts';
import type { Workspace } from '../../../workspace/workspace.ts';
import { text } from '../text.ts';
import type { Activity, Counted } from './activity.ts';
import type { HeldModel, HeldReplicates } from './held-replicates.ts';

export interface BenchOptions {
  readonly workspace: Workspace;
  readonly replicates: HeldReplicates;
  readonly device: () => DeviceChoice;
  readonly version: string;
}

/** What is asked of a bench while an experiment is computed. */
export interface BenchRequest {
  /** Waits for its turn: a run of the Lab and an experiment do not compute at once. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly tell: (activity: Activity) => void;
  readonly keep: (result: CellResult) => Promise<void>;
  readonly signal: AbortSignal;
}

/** The models of a cell: the site’s where it has none of its own. */
const modelsOf =
  (policy: Found<HeldModel>, reward: Found<HeldModel>) =>
  (site: BundledModels): RunModels => {
    const models = bundledRunModels(site);
    return {
      ...models,
      ...(policy.model && { policy: policy.model }),
      ...(reward.model && {
        reward: reward.model,
        calibration: reward.model.calibration,
        rewardModel: { id: reward.name, name: reward.name },
      }),
    };
  };

/** Steps that are done, where the event says so; before the first, the start is evaluated. */
function stepOf(event: TrainEvent): number | null {
  if (event.type === 'step') return event.record.step;
  return event.type === 'phase' && event.step === 0 && event.state === 'start' ? 0 : null;
}

const SITE: Found<HeldModel> = { name: 'site', model: null };

export const pageBench =
  ({ workspace, replicates, device, version }: BenchOptions) =>
  ({ turn, tell, keep, signal }: BenchRequest): Bench<HeldModel> => {
    const counting =
      (kind: Counted): Progress =>
      (done, total) =>
        tell({ kind, done, total });
    const partsFor = (policy: Found<HeldModel>, reward: Found<HeldModel>): CellParts => ({
      device: device(),
      models: modelsOf(policy, reward),
      report: ({ label }) => tell({ kind: 'opening', label }),
      signal,
    });
    const maker = {
      policy: async (model: Extract<OwnModel, { kind: 'policy' }>): Promise<HeldModel> => ({
        ...(await makeOwnPolicy(workspace, model, device(), counting('policy'), signal)),
        calibration: null,
      }),
      reward: (model: Extract<OwnModel, { kind: 'reward' }>, from: HeldModel): Promise<HeldModel> =>
        makeOwnReward(workspace, model, from, counting('reward'), signal),
    };
    return {
      own: (model) => turn(() => replicates.model(model, maker)),
      folder(path) {
        throw new ExperimentError([text.faults.folder(path)]);
      },
      passRates: ({ config }: Cell, policy, samples) =>
        turn(() =>
          replicates.passRates(policy.name, config, samples, () =>
            measurePassRates(workspace, config, samples, partsFor(policy, SITE), counting('pool')),
          ),
        ),
      async compute(cell, { policy, reward, pool }) {
        const names = { policy: policy.name, reward: reward.name };
        const { result } = await turn(() =>
          computeCellHere(
            workspace,
            {
              cell,
              pool,
              names,
              version,
              emit: (event) => {
                const step = stepOf(event);
                if (step !== null) tell({ kind: 'step', done: step, total: cell.config.steps });
              },
              evaluated: counting('evaluation'),
            },
            partsFor(policy, reward),
          ),
        );
        await keep(result);
        return result;
      },
    };
  };
