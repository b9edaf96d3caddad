import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { isRight, type ScoredPair } from '../../../reward/accuracy.ts';
import { readPairs, type SkippedLine } from '../../../reward/pairs/jsonl.ts';
import type { Dimension, ImportedPair, PairKind } from '../../../reward/pairs/types.ts';
import { text } from '../text.ts';
import type { Desk } from './desk.ts';
import {
  preferred,
  showPair,
  tally,
  type Answer,
  type Judged,
  type ShownPair,
  type Tally,
} from './judging.ts';
import { scorePairTexts } from './pair-scores.ts';

export type PairsSource =
  | { readonly kind: 'written'; readonly split: 'train' | 'held-out'; readonly seed: number }
  | { readonly kind: 'file'; readonly name: string; readonly skipped: readonly SkippedLine[] }
  /** Written by the policy of this name. */
  | { readonly kind: 'policy'; readonly name: string };

/** `null` lets everything through. */
export interface PairFilter {
  readonly dimension: Dimension | null;
  readonly operation: string | null;
  readonly kind: PairKind | null;
  readonly verdict: 'right' | 'wrong' | null;
}

export const NO_FILTER: PairFilter = { dimension: null, operation: null, kind: null, verdict: null };

export interface PairsState {
  readonly source: PairsSource;
  readonly pairs: readonly ScoredPair[];
  readonly filter: PairFilter;
  /** Place among the pairs that pass the filter. */
  readonly at: number;
  /** What was said of each pair, by its place in `pairs`. */
  readonly answers: ReadonlyMap<number, Answer>;
  readonly busy: boolean;
}

export interface PairsDesk {
  readonly state: ReadonlySignal<PairsState>;
  /** Writes pairs at the first call and scores them with the model on the desk. */
  open(): void;
  write(split: 'train' | 'held-out', seed: number): Promise<void>;
  read(file: File): Promise<void>;
  /** Scores and shows what a policy of this name has written; nothing while others are being scored. */
  show(pairs: readonly ImportedPair[], by: string): Promise<void>;
  setFilter(change: Partial<PairFilter>): void;
  move(by: number): void;
  answer(answer: Answer): void;
}

/** Tasks for which pairs are written, and pairs of each. */
const TASKS = 150;
const PER_TASK = 2;

/** Indices of the pairs that pass. */
export function passing({ pairs, filter }: Pick<PairsState, 'pairs' | 'filter'>): number[] {
  const { dimension, operation, kind, verdict } = filter;
  return pairs.flatMap((scored, i) => {
    const { pair } = scored;
    const fits =
      (dimension === null || pair.dimension === dimension) &&
      (operation === null || pair.operation === operation) &&
      (kind === null || pair.kind === kind) &&
      (verdict === null || isRight(scored) === (verdict === 'right'));
    return fits ? [i] : [];
  });
}

/** The pair on view, with its place in `pairs`; `null` when none passes. */
export function onView(state: PairsState): { readonly index: number; readonly shown: ShownPair } | null {
  const index = passing(state)[state.at];
  const scored = index === undefined ? undefined : state.pairs[index];
  if (index === undefined || !scored) return null;
  return { index, shown: showPair(scored.pair, 1, index) };
}

/** Scores of a shown pair in its drawn order. */
export function scoresOf({ chosen, rejected }: ScoredPair, { better }: ShownPair) {
  return better === 'left'
    ? { left: chosen.score, right: rejected.score }
    : { left: rejected.score, right: chosen.score };
}

export function tallyOf({ pairs, answers }: PairsState): Tally {
  return tally(
    [...answers].flatMap(([index, answer]): Judged[] => {
      const scored = pairs[index];
      if (!scored) return [];
      const shown = showPair(scored.pair, 1, index);
      const { left, right } = scoresOf(scored, shown);
      return [{ answer, model: preferred(left, right), label: shown.better }];
    }),
  );
}

/** Pairs to look through and to judge before their label is shown. */
export function createPairsDesk(desk: Desk): PairsDesk {
  const state = signal<PairsState>({
    source: { kind: 'written', split: 'held-out', seed: 1 },
    pairs: [],
    filter: NO_FILTER,
    at: 0,
    answers: new Map(),
    busy: false,
  });
  const set = (change: Partial<PairsState>): void => {
    state.value = { ...state.value, ...change };
  };

  /** Scores pairs and takes them over; what was there before stays when that fails. */
  const take = async (pairs: readonly ImportedPair[], change: Partial<PairsState>): Promise<void> => {
    const tools = await desk.ready();
    // Another model may be put on the desk meanwhile; scores of two models do not mix.
    for (let stable = false; !stable;) {
      const { version } = desk.state.value;
      const { scored, tooLong } = await scorePairTexts(tools, pairs);
      stable = version === desk.state.value.version;
      if (!stable) continue;
      if (tooLong > 0) desk.say('notice', text.pairs.tooLong(tooLong));
      set({ ...change, pairs: scored });
    }
  };
  const busy = async (work: () => Promise<void>): Promise<void> => {
    if (state.value.busy) return;
    set({ busy: true });
    try {
      await work();
    } catch (error) {
      desk.fail(error, text.error.pairs);
    } finally {
      set({ busy: false });
    }
  };
  const fresh = { at: 0, answers: new Map(), filter: NO_FILTER };

  const write: PairsDesk['write'] = (split, seed) =>
    busy(async () => {
      const { study } = await desk.ready();
      const options = { seed, perTask: PER_TASK, lengthBalanced: false, styleBalanced: false };
      const { pairs } = await study.pairs(split, TASKS, options);
      await take(pairs, { ...fresh, source: { kind: 'written', split, seed } });
    });

  let version = 0;
  effect(() => {
    const now = desk.state.value.version;
    if (now === version) return;
    version = now;
    queueMicrotask(() => {
      const { pairs } = state.peek();
      if (pairs.length > 0)
        void busy(() =>
          take(
            pairs.map(({ pair }) => pair),
            {},
          ),
        );
    });
  });

  return {
    state,
    write,
    open() {
      const { source, pairs } = state.value;
      if (pairs.length === 0 && source.kind === 'written') void write(source.split, source.seed);
    },
    read: (file) =>
      busy(async () => {
        const { pairs, skipped } = readPairs(new Uint8Array(await file.arrayBuffer()));
        await take(pairs, { ...fresh, source: { kind: 'file', name: file.name, skipped } });
      }),
    show: (pairs, name) => busy(() => take(pairs, { ...fresh, source: { kind: 'policy', name } })),
    setFilter: (change) => set({ filter: { ...state.value.filter, ...change }, at: 0 }),
    move(by) {
      const count = passing(state.value).length;
      if (count > 0) set({ at: (state.value.at + by + count) % count });
    },
    answer(answer) {
      const view = onView(state.value);
      if (!view || state.value.answers.has(view.index)) return;
      set({ answers: new Map([...state.value.answers, [view.index, answer]]) });
    },
  };
}
