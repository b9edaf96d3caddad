/** Looks through the completions of the whole run: for a text, or for the first step with a program. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { isAbort } from '../../../errors.ts';
import { configAt } from '../../../rl/config.ts';
import type { Rollout } from '../../../rl/types.ts';
import { text } from '../text.ts';
import type { Browser } from './browser.ts';
import { fits, type Filter } from './filter.ts';
import { type Place, scanRun } from './scan.ts';
import { excerptOf, type Excerpt } from './search.ts';

/** More are counted, and not listed. */
export const MOST_HITS = 200;

export interface Hit extends Place {
  readonly taskId: string;
  readonly passes: boolean;
  readonly reward: number;
  readonly excerpt: Excerpt;
}

export interface HuntState {
  readonly run: string;
  /** What is looked for: what a filter lets through, or the first completion with this answer. */
  readonly goal:
    | { readonly kind: 'filter'; readonly filter: Filter }
    | { readonly kind: 'first'; readonly answer: string };
  /** Steps. */
  readonly done: number;
  readonly of: number;
  readonly running: boolean;
  /** The first of them, in order. */
  readonly hits: readonly Hit[];
  readonly count: number;
}

export interface Hunt {
  readonly state: ReadonlySignal<HuntState | null>;
  search(filter: Filter): Promise<void>;
  /** The first step with this answer. */
  first(answer: string): Promise<void>;
  /** Stops, and keeps what was found. */
  stop(): void;
  clear(): void;
}

export function createHunt(browser: Browser): Hunt {
  const state = signal<HuntState | null>(null);
  let abort = new AbortController();

  const hitOf = ({ step, group, index, taskId, rewards, reward, text }: Rollout, query: string): Hit => ({
    step,
    group,
    index,
    taskId,
    passes: rewards.outcome === 1,
    reward,
    excerpt: excerptOf(text, query) ?? { before: '', hit: '', after: '' },
  });

  async function look(goal: HuntState['goal']): Promise<void> {
    const [run, steps] = [browser.run.peek(), browser.steps.peek()];
    if (!run || !steps) return;
    abort.abort();
    const mine = new AbortController();
    abort = mine;
    const set = (change: Partial<HuntState>): void => {
      if (abort === mine && state.peek()) state.value = { ...state.peek()!, ...change };
    };
    const { numbers } = steps;
    state.value = { run: run.id, goal, done: 0, of: numbers.length, running: true, hits: [], count: 0 };
    const hits: Hit[] = [];
    let count = 0;
    const familyOf = (id: string): string | undefined => browser.tasks.peek()[id]?.family;
    try {
      await scanRun({
        steps: numbers,
        read: (from, many) => browser.source.read(run.id, from, many),
        signal: mine.signal,
        report: (done, of) => set({ done, of, hits: [...hits], count }),
        visit: ({ step, rollouts }) => {
          const config = configAt(run.config, step);
          for (const rollout of rollouts) {
            const found =
              goal.kind === 'first'
                ? rollout.answer === goal.answer
                : fits(rollout, goal.filter, config, familyOf);
            if (!found) continue;
            count += 1;
            if (hits.length < MOST_HITS)
              hits.push(hitOf(rollout, goal.kind === 'filter' ? goal.filter.query : ''));
            if (goal.kind === 'first') return false;
          }
          return true;
        },
      });
      set({ running: false, hits, count });
    } catch (error) {
      set({ running: false });
      if (!isAbort(error)) browser.fail(error, text.error.search);
    }
  }

  return {
    state,
    search: (filter) => look({ kind: 'filter', filter }),
    first: (answer) => look({ kind: 'first', answer }),
    stop: () => abort.abort(),
    clear() {
      abort.abort();
      state.value = null;
    },
  };
}
