/** One reward worker for all who score with it, each by a model of its own. */
import type { RewardWeightsPort } from '../run/training.ts';
import { freshState, type OptimizerState } from '../host/host.ts';
import type { RewardPort } from '../rl/trainer.ts';
import type { RewardApi } from '../../workers/reward.ts';
import type { Remote } from './workers.ts';

export type RewardWorker = Pick<Remote<RewardApi>, 'load' | 'scoreRaw' | 'scoreTokens' | 'lengths'>;

/** A user's view of the reward worker: what it scores is scored by the model that this user loaded last. */
export interface Scorer extends RewardPort, RewardWeightsPort {
  /** Raw score of each text that was tokenized before. */
  scoreTokens(texts: readonly (readonly number[])[]): Promise<number[]>;
  /** Tokens of each text. */
  lengths(texts: readonly string[]): Promise<number[]>;
}

/** Loads a user's weights again when another has scored in between, or when the worker is a new one. */
export class Scorers {
  readonly #worker: () => Promise<RewardWorker>;
  #loaded: { readonly worker: RewardWorker; readonly weights: Float32Array } | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(worker: () => Promise<RewardWorker>) {
    this.#worker = worker;
  }

  open(): Scorer {
    let weights: Float32Array | null = null;
    const loaded = <T>(work: (worker: RewardWorker) => Promise<T>): Promise<T> => {
      // Those of the call, not of the moment when its turn comes.
      const own = weights;
      return this.#alone(async () => {
        const worker = await this.#worker();
        if (own && (this.#loaded?.worker !== worker || this.#loaded.weights !== own)) {
          this.#loaded = null;
          await worker.load(freshState(own));
          this.#loaded = { worker, weights: own };
        }
        return work(worker);
      });
    };
    return {
      load({ parameters }: OptimizerState) {
        weights = parameters;
        return loaded(async () => {});
      },
      scoreRaw: (texts) => loaded((worker) => worker.scoreRaw(texts)),
      scoreTokens: (texts) => loaded((worker) => worker.scoreTokens(texts)),
      lengths: async (texts) => (await this.#worker()).lengths(texts),
    };
  }

  /** Nobody loads weights between another's loading and scoring. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    return mine;
  }
}
