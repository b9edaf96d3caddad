/** What replicates have of their own, made once and held as long as the page: models, and pass rates of starts. */
import { folderOf, type OwnModel, type OwnPolicy } from '../../../experiment/models.ts';
import { type PassRate, passRatesKey } from '../../../experiment/pool.ts';
import type { FullConfig } from '../../../rl/types.ts';
import type { ScoreCalibration } from '../../../rl/scaling.ts';
import type { ModelWithVocabulary } from '../../../workspace/run-models.ts';

export interface HeldModel extends ModelWithVocabulary {
  /** What a reward model’s scores mean; null for a policy. */
  readonly calibration: ScoreCalibration | null;
}

/** Makes what is missing. */
export interface Maker {
  policy(model: OwnPolicy): Promise<HeldModel>;
  reward(model: Extract<OwnModel, { kind: 'reward' }>, from: HeldModel): Promise<HeldModel>;
}

export class HeldReplicates {
  readonly #models = new Map<string, Promise<HeldModel>>();
  readonly #rates = new Map<string, Promise<readonly PassRate[]>>();

  /** A model, which is made now if it is not at hand. */
  model(model: OwnModel, maker: Maker): Promise<HeldModel> {
    return once(this.#models, folderOf(model), async () => {
      if (model.kind === 'policy') return maker.policy(model);
      return maker.reward(model, await this.model(model.from, maker));
    });
  }

  /** How often a start passes each train task, measured now if it was not. @param start names the policy */
  async passRates(
    start: string,
    config: FullConfig,
    samples: number,
    measure: () => Promise<readonly PassRate[]>,
  ): Promise<readonly PassRate[]> {
    return once(this.#rates, await passRatesKey(start, config, samples), measure);
  }
}

/** What failed, or was stopped, is made again when it is asked for again. */
function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const made = known.get(key) ?? make();
  known.set(key, made);
  made.catch(() => known.delete(key));
  return made;
}
