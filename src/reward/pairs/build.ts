import { Random } from '../../random.ts';
import type { Task } from '../../domains/domain.ts';
import { balancePairs } from './balance.ts';
import {
  addDrops,
  type DropCounts,
  noDrops,
  type PairColumns,
  type PairWriter,
  type PreferencePair,
} from './types.ts';

/** The tasks to write for where there are more than wanted: drawn with the seed. */
export const drawnTasks = <T>(tasks: readonly T[], most: number, seed: number): T[] =>
  new Random(seed, 0, 'tasks to write for').shuffle(tasks).slice(0, most);

export interface BuildOptions {
  readonly seed: number;
  readonly perTask: number;
  readonly lengthBalanced: boolean;
  readonly styleBalanced: boolean;
  /** Length of a text for balancing; characters unless a tokenizer is at hand. */
  readonly length?: (text: string) => number;
  /** Draws made at most to make up for what was dropped; default 1. */
  readonly rounds?: number;
}

export interface PairSet {
  readonly pairs: readonly PreferencePair[];
  /** Pairs written before any was dropped as a duplicate or for balance. */
  readonly written: number;
  readonly dropped: DropCounts;
}

/** Differences of length that matched pairs may leave, in characters. */
const TOLERANCE = 2;

/**
 * Pairs of a writer without duplicates, balanced as asked. With several rounds, the writer is asked again until as many
 * are left as were wanted (`perTask` for every task).
 */
export async function buildPairs<T extends Task>(
  writer: PairWriter<T>,
  tasks: readonly T[],
  options: BuildOptions,
  signal?: AbortSignal,
): Promise<PairSet> {
  const { seed, perTask, lengthBalanced, styleBalanced, rounds = 1 } = options;
  const wanted = perTask * tasks.length;
  const all: PreferencePair[] = [];
  let dropped = noDrops();
  let kept: PreferencePair[] = [];
  let written = 0;
  for (let round = 0; round < rounds && kept.length < wanted; round++) {
    const result = await writer.write({ tasks, perTask, seed, round }, signal);
    written += result.pairs.length;
    dropped = addDrops(dropped, result.dropped);
    all.push(...result.pairs);
    const { pairs, duplicates } = withoutDuplicates(all);
    const length = lengthBalanced ? (options.length ?? ((text: string) => text.length)) : null;
    kept = balancePairs(pairs, { length, tolerance: TOLERANCE, style: styleBalanced, seed });
    dropped = { ...dropped, duplicate: duplicates, unbalanced: pairs.length - kept.length };
  }
  return { pairs: kept.slice(0, rounds > 1 ? wanted : undefined), written, dropped };
}

const keyOf = ({ prompt, chosen, rejected }: PairColumns): string =>
  JSON.stringify([prompt, chosen, rejected]);

/** The first of equal pairs; a pair that stands there the other way round as well contradicts it, and both go. */
export function withoutDuplicates<T extends PairColumns>(
  pairs: readonly T[],
): { readonly pairs: T[]; readonly duplicates: number } {
  const keys = new Set(pairs.map(keyOf));
  const seen = new Set<string>();
  const kept = pairs.filter((pair) => {
    const key = keyOf(pair);
    const contradicted = keys.has(keyOf({ ...pair, chosen: pair.rejected, rejected: pair.chosen }));
    if (seen.has(key) || contradicted) return false;
    seen.add(key);
    return true;
  });
  return { pairs: kept, duplicates: pairs.length - kept.length };
}

/**
 * Splits so that all pairs with one key (a task, or a composition) land on one side. `share` of the keys, rounded, are
 * held out.
 */
export function splitPairs<T>(
  pairs: readonly T[],
  keyOf: (pair: T) => string,
  share: number,
  seed: number,
): { readonly train: T[]; readonly heldOut: T[] } {
  const keys = new Random(seed, 0, 'split pairs').shuffle([...new Set(pairs.map(keyOf))].sort());
  const held = new Set(keys.slice(0, Math.round(share * keys.length)));
  return {
    train: pairs.filter((pair) => !held.has(keyOf(pair))),
    heldOut: pairs.filter((pair) => held.has(keyOf(pair))),
  };
}

/** What a pair is split by: its composition where the task id tells it (`lists/even-sum/1`), its task, its prompt. */
export function splitKey(pair: PairColumns & { readonly taskId?: string }): string {
  return pair.taskId === undefined ? pair.prompt : pair.taskId.replace(/\/\d+$/, '');
}
