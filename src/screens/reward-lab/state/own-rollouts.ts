import { signal, type ReadonlySignal } from '@preact/signals';
import { reasoningText } from '../../../domains/completion.ts';
import { DEFAULT_DOMAIN, domainOf } from '../../../domains/index.ts';
import { checkScores } from '../../../rl/scaling.ts';
import type { Rollout } from '../../../rl/types.ts';
import type { RunEntry, RunsSource } from '../../rollouts/state/sources.ts';
import { text } from '../text.ts';
import type { Desk } from './desk.ts';
import { type SecondOpinion, secondOpinion } from './second-opinion.ts';

/** Steps that are read, from the last one back. */
const STEPS = 4;

export interface OwnResult {
  readonly first: string;
  readonly second: string;
  readonly run: string;
  /** Steps whose completions these are. */
  readonly from: number;
  readonly to: number;
  readonly opinion: SecondOpinion;
}

export interface OwnRolloutsState {
  /** Runs about programs that have steps, newest first; null until they were asked for. */
  readonly runs: readonly RunEntry[] | null;
  readonly run: string | null;
  /** The model beside the one on the desk. */
  readonly other: string | null;
  readonly running: boolean;
  readonly result: OwnResult | null;
}

export interface OwnRolloutsDesk {
  readonly state: ReadonlySignal<OwnRolloutsState>;
  /** Lists the runs that there are now. */
  list(): Promise<void>;
  choose(change: { readonly run?: string; readonly other?: string }): void;
  compare(): Promise<void>;
}

interface Read {
  readonly rollout: Rollout;
  readonly reasoning: string;
  readonly text: string;
}

/** The latest completions of a run that have reasoning to read, with what a reward model reads of them. */
async function latestOf(source: RunsSource, run: RunEntry): Promise<readonly Read[]> {
  const numbers = (await source.steps(run.id)).slice(-STEPS);
  const steps = numbers.length === 0 ? [] : await source.read(run.id, numbers[0]!, numbers.length);
  const tasks = await source.tasks(run.config);
  const domain = domainOf(run.config);
  return steps
    .flatMap(({ rollouts }) => rollouts)
    .flatMap((rollout) => {
      const task = tasks[rollout.taskId];
      const { reasoning } = rollout;
      if (!task || reasoning === null) return [];
      return [{ rollout, reasoning, text: reasoningText(domain.promptOf(task), reasoning) }];
    });
}

/** Scores the policy's own completions with two reward models. */
export function createOwnRolloutsDesk(desk: Desk, source: RunsSource): OwnRolloutsDesk {
  const state = signal<OwnRolloutsState>({
    runs: null,
    run: null,
    other: null,
    running: false,
    result: null,
  });
  const set = (change: Partial<OwnRolloutsState>): void => {
    state.value = { ...state.value, ...change };
  };

  const scoresBy = async (id: string, texts: readonly string[]): Promise<Map<string, number>> => {
    const unique = [...new Set(texts)];
    const rewards = await desk.borrow(id, async ({ score, toReward }) => {
      const raw = await score(unique);
      checkScores(raw, (n) => `completion ${n + 1}`);
      return raw.map(toReward);
    });
    return new Map(unique.map((each, i) => [each, rewards[i]!]));
  };

  return {
    state,
    choose: (change) => set(change),
    async list() {
      try {
        const runs = (await source.list()).filter(
          ({ lastStep, config }) => (lastStep ?? 0) > 0 && domainOf(config).name === DEFAULT_DOMAIN,
        );
        const known = runs.some(({ id }) => id === state.value.run);
        set({ runs, run: known ? state.value.run : (runs[0]?.id ?? null) });
      } catch (error) {
        set({ runs: [] });
        desk.fail(error, text.error.noStore);
      }
    },
    async compare() {
      const { runs, run: chosen, other, running } = state.value;
      const run = runs?.find(({ id }) => id === chosen);
      const { current, models } = desk.state.value;
      if (running || !run || other === null || other === current) return;
      const nameOf = (id: string): string => models.find((model) => model.id === id)?.name ?? id;
      set({ running: true });
      try {
        const read = await latestOf(source, run);
        const texts = read.map((each) => each.text);
        const [first, second] = [await scoresBy(current, texts), await scoresBy(other, texts)];
        const judged = read.map(({ rollout, reasoning, text: seen }) => ({
          taskId: rollout.taskId,
          reasoning,
          passes: rollout.rewards.outcome === 1,
          first: first.get(seen)!,
          second: second.get(seen)!,
        }));
        const steps = read.map(({ rollout }) => rollout.step);
        set({
          result: {
            first: nameOf(current),
            second: nameOf(other),
            run: run.id,
            from: Math.min(...steps),
            to: Math.max(...steps),
            opinion: secondOpinion(judged),
          },
        });
      } catch (error) {
        desk.fail(error, text.error.own);
      } finally {
        set({ running: false });
      }
    },
  };
}
