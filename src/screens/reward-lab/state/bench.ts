import { signal, type ReadonlySignal } from '@preact/signals';
import type { ScoredPair } from '../../../reward/accuracy.ts';
import { evaluateBenchmark, type BenchmarkReport } from '../../../reward/benchmark/evaluate.ts';
import { readPairs, type PairFile, type SkippedLine } from '../../../reward/pairs/jsonl.ts';
import { text } from '../text.ts';
import { AssetError, bundledBenchmark } from '../../../model/sources/bundled.ts';
import { isAbort } from '../../../errors.ts';
import type { Desk } from './desk.ts';
import { scorePairTexts } from './pair-scores.ts';

export type BenchSource =
  | { readonly kind: 'shipped' }
  | { readonly kind: 'held-out' }
  | { readonly kind: 'file'; readonly file: File };

export interface BenchResult {
  readonly model: string;
  /** Name of what was run. */
  readonly source: string;
  readonly scored: readonly ScoredPair[];
  readonly report: BenchmarkReport;
  readonly skipped: readonly SkippedLine[];
  readonly tooLong: number;
  readonly ms: number;
}

export interface BenchState {
  readonly source: BenchSource;
  readonly running: { readonly done: number; readonly of: number } | null;
  /** Newest first; earlier ones stay to compare with. */
  readonly results: readonly BenchResult[];
}

export interface BenchDesk {
  readonly state: ReadonlySignal<BenchState>;
  setSource(source: BenchSource): void;
  run(): Promise<void>;
  stop(): void;
}

/** Results kept to compare with. */
const KEPT = 6;
const HELD_OUT_TASKS = 500;
const HELD_OUT_PER_TASK = 2;
const SEED = 2;
/** Draws the wrong prompts, as the command line does. */
const CONTROL_SEED = 1;

/** Runs the model on the desk against pairs that it was not trained on. */
export function createBenchDesk(desk: Desk): BenchDesk {
  const words = text.bench;
  const state = signal<BenchState>({ source: { kind: 'shipped' }, running: null, results: [] });
  let abort: AbortController | null = null;
  const set = (change: Partial<BenchState>): void => {
    state.value = { ...state.value, ...change };
  };

  const pairsOf = async (source: BenchSource): Promise<Pick<PairFile, 'pairs' | 'skipped'>> => {
    switch (source.kind) {
      case 'shipped':
        return readPairs(await bundledBenchmark());
      case 'file':
        return readPairs(new Uint8Array(await source.file.arrayBuffer()));
      case 'held-out': {
        const { study } = await desk.ready();
        const options = {
          seed: SEED,
          perTask: HELD_OUT_PER_TASK,
          lengthBalanced: false,
          styleBalanced: false,
        };
        return { pairs: (await study.pairs('held-out', HELD_OUT_TASKS, options)).pairs, skipped: [] };
      }
    }
  };

  return {
    state,
    setSource: (source) => set({ source }),
    stop: () => abort?.abort(),
    async run() {
      const { source, running } = state.value;
      if (running) return;
      const mine = new AbortController();
      abort = mine;
      set({ running: { done: 0, of: 0 } });
      const begin = performance.now();
      try {
        const tools = await desk.ready();
        const { models, current, version } = desk.state.value;
        const { pairs, skipped } = await pairsOf(source);
        const wrong = await tools.study.wrongPrompts(pairs, CONTROL_SEED);
        const of = pairs.length + wrong.length;
        const report = (before: number) => (done: number) => set({ running: { done: before + done, of } });
        const { scored, tooLong } = await scorePairTexts(tools, pairs, report(0), mine.signal);
        const control = await scorePairTexts(tools, wrong, report(pairs.length), mine.signal);
        // Scores of two models would be mixed.
        if (desk.state.value.version !== version)
          throw new DOMException('The model was changed.', 'AbortError');
        const result: BenchResult = {
          model: models.find(({ id }) => id === current)?.name ?? current,
          source: source.kind === 'file' ? source.file.name : words.source[source.kind],
          scored,
          report: evaluateBenchmark(scored, control.scored),
          skipped,
          tooLong,
          ms: performance.now() - begin,
        };
        set({ results: [result, ...state.value.results].slice(0, KEPT) });
      } catch (error) {
        if (error instanceof AssetError) desk.say('error', error.message, text.error.noBenchmark);
        else if (isAbort(error)) desk.say('notice', words.stopped);
        else desk.fail(error, text.error.bench);
      } finally {
        abort = null;
        set({ running: null });
      }
    },
  };
}
