/** Pairs by many tries at one: what a world that knows its plans has to offer is a single try. */
import type { Task } from '../../domains/domain.ts';
import { Random } from '../../random.ts';
import { type Dimension, type DropReason, noDrops, type PairWriter, type PreferencePair } from './types.ts';

/** How often what is drawn. Weights are whole numbers, as in a ballot. */
export interface ExactMix {
  readonly dimensions: Readonly<Record<Dimension, number>>;
  /** Weight of an operation within its dimension; 1 where it is not named. */
  readonly operations: Readonly<Record<string, number>>;
  /**
   * Share of optimized ≻ degraded pairs that differ in the rewriting alone; in the others the optimized text is worded
   * anew, so that the texts cannot be told apart by their one changed sentence.
   */
  readonly sameWording: number;
  /** Whether such a pair also has one layout, so that not even the punctuation differs. */
  readonly sameLayout: boolean;
}

/** Writes pairs for tasks of one world. */
export interface PairMaker<T extends Task = Task> {
  readonly name: string;
  /** What is drawn where nothing is said. */
  readonly mix: ExactMix;
  /** One try at a pair of a task, or why it came to nothing. */
  tryPair(task: T, random: Random, mix: ExactMix): PreferencePair | DropReason;
}

export interface PairOptions {
  readonly seed: number;
  /** Pairs tried per task; a few come to nothing and are dropped. */
  readonly perTask: number;
  /** Number of the draw; 0 unless more pairs are wanted from the same seed. */
  readonly round?: number;
  readonly mix?: ExactMix;
}

export function ballot<T>(options: readonly T[], weightOf: (option: T) => number): T[] {
  return options.flatMap((option) => Array.from({ length: weightOf(option) }, () => option));
}

function* tries<T extends Task>(
  maker: PairMaker<T>,
  tasks: readonly T[],
  { seed, perTask, round = 0, mix = maker.mix }: PairOptions,
): Generator<PreferencePair | DropReason> {
  for (const task of tasks) {
    const random = new Random(seed, round, `pairs ${task.id}`);
    for (let i = 0; i < perTask; i++) yield maker.tryPair(task, random, mix);
  }
}

/**
 * Preference pairs for the given tasks, in their order. Each task draws from its own stream, so its pairs do not depend
 * on which other tasks are asked for.
 */
export function pairsBy<T extends Task>(
  maker: PairMaker<T>,
  tasks: readonly T[],
  options: PairOptions,
): PreferencePair[] {
  return [...tries(maker, tasks, options)].filter((result) => typeof result !== 'string');
}

export function writerBy<T extends Task>(maker: PairMaker<T>, mix: ExactMix = maker.mix): PairWriter<T> {
  return {
    name: maker.name,
    async write({ tasks, perTask, seed, round }, signal) {
      const pairs: PreferencePair[] = [];
      const dropped = noDrops();
      for (const result of tries(maker, tasks, { seed, perTask, round, mix })) {
        signal?.throwIfAborted();
        if (typeof result === 'string') dropped[result]++;
        else pairs.push(result);
      }
      return { pairs, dropped };
    },
  };
}
