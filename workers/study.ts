/** Shell of what the Reward lab asks about the starter world: its tasks, its pairs, and what a reasoning states. */
import * as Comlink from 'comlink';
import { Random } from '../src/random.ts';
import { wrongPrompts } from '../src/reward/benchmark/wrong-prompts.ts';
import { editOnceOrTwice } from '../src/reward/fool/edits.ts';
import { judgePlan, type PlanJudgement } from '../src/reward/fool/judge.ts';
import type { FoolPorts, Proposal } from '../src/reward/fool/search.ts';
import { buildPairs, type BuildOptions, type PairSet } from '../src/reward/pairs/build.ts';
import { exactPairs, exactWriter } from '../src/reward/pairs/exact.ts';
import { planOf, referenceSolution, starterTasks } from '../src/domains/code/starter/index.ts';
import type { StarterTask } from '../src/domains/code/starter/task.ts';
import { writeReasoning } from '../src/domains/code/starter/reasoning.ts';
import type { Split } from '../src/domains/domain.ts';

/** What the page needs to offer a task. */
export type TaskSummary = Pick<StarterTask, 'id' | 'family' | 'split' | 'prompt'>;

/** A reasoning of a known kind to begin with. */
export type SampleKind = 'complete' | 'forgetful' | 'degraded';

export interface Sample {
  readonly reasoning: string;
  /** The rewriting that made it worse. */
  readonly operation: string | null;
}

/** A task without a plan in this world: nothing can be written or judged for it. */
function taskNamed(id: string): StarterTask {
  const task = starterTasks().find((candidate) => candidate.id === id);
  if (!task) throw new RangeError(`There is no task ${id} in the starter world.`);
  return task;
}

const tasksOf = (split: Split): readonly StarterTask[] =>
  starterTasks().filter((task) => task.split === split);

/** A few pairs of a task hold at least one that was degraded. */
const PAIRS_TRIED = 12;

const api = {
  tasks: (): readonly TaskSummary[] =>
    starterTasks().map(({ id, family, split, prompt }) => ({ id, family, split, prompt })),

  reference: (taskId: string): string => referenceSolution(taskNamed(taskId)).reasoning,

  write(taskId: string, kind: SampleKind, seed: number): Sample {
    const task = taskNamed(taskId);
    const plan = planOf(task);
    const random = new Random(seed, 0, `sample ${taskId}`);
    switch (kind) {
      case 'complete':
        return { reasoning: writeReasoning(plan, random), operation: null };
      case 'forgetful':
        return { reasoning: writeReasoning({ ...plan, edge: null }, random), operation: null };
      case 'degraded': {
        const pair = exactPairs([task], { seed, perTask: PAIRS_TRIED }).find(
          (candidate) => candidate.kind === 'optimized>degraded',
        );
        if (!pair) return { reasoning: writeReasoning({ ...plan, edge: null }, random), operation: null };
        return { reasoning: pair.rejected, operation: pair.operation };
      }
    }
  },

  judge: (taskId: string, reasoning: string): PlanJudgement => judgePlan(taskNamed(taskId), reasoning),

  propose(
    taskId: string,
    reasoning: string,
    { seed, round, place, count }: Parameters<FoolPorts['propose']>[1],
  ): readonly Proposal[] {
    const task = taskNamed(taskId);
    const plan = planOf(task);
    return Array.from({ length: count }, (_, i) =>
      editOnceOrTwice(reasoning, plan, new Random(seed, round, `fool ${place} ${i}`)),
    )
      .filter((made) => made !== null)
      .map((made) => ({ ...made, judgement: judgePlan(task, made.reasoning) }));
  },

  /** Exact pairs of at most `tasks` tasks of a split, drawn with the seed. */
  pairs(split: Split, tasks: number, options: BuildOptions): Promise<PairSet> {
    const drawn = new Random(options.seed, 0, 'browse').shuffle(tasksOf(split)).slice(0, tasks);
    return buildPairs(exactWriter(), drawn, options);
  },

  wrongPrompts,
};

export type StudyApi = typeof api;

Comlink.expose(api);
