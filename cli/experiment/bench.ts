/** A page as the bench that cells are computed on: models are folders, results go to the experiment's. */
import type { Bench } from '../../src/experiment/run.ts';
import { findModel, type ModelFolder } from '../model-folder.ts';
import type { ExperimentFolder } from './folder.ts';
import type { Maker, Replicates } from './replicates.ts';

export function pageBench(
  maker: Maker,
  folder: ExperimentFolder,
  replicates: Replicates,
  version: string,
): Bench<ModelFolder> {
  const { call, exchange, device } = maker;
  return {
    own: (model) => replicates.model(model, maker),
    folder: findModel,
    passRates: ({ config }, policy, samples) =>
      replicates.passRates(policy.name, { config, samples }, policy.model, maker),
    async compute(cell, { policy, reward, pool }) {
      const inbox = exchange.inbox(folder.cells);
      const result = await call('experimentCell', {
        cell,
        device,
        policy: policy.model && exchange.model(policy.model),
        reward: reward.model && { name: reward.name, ...exchange.model(reward.model) },
        names: { policy: policy.name, reward: reward.name },
        pool,
        version,
        upload: inbox.url,
      });
      await inbox.commit();
      // Last: a cell that has it is whole.
      await folder.save(result);
      return result;
    },
  };
}
