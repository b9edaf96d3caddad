import { starterTasks } from '../../domains/code/starter/index.ts';
import type { StarterTask } from '../../domains/code/starter/task.ts';
import { Random } from '../../random.ts';
import { groupBy } from '../../statistics/samples.ts';
import { taskOf } from '../accuracy.ts';
import type { ImportedPair } from '../pairs/types.ts';
import { judgeReasoning } from './judge.ts';

/** The prompt of a task, as one of the pairs has it. */
interface OtherPrompt {
  readonly prompt: string;
  /** The task, where it is one of the starter world. */
  readonly task: StarterTask | undefined;
}

/**
 * Each pair under the prompt of another task of its family (or, where a file names no families, of any other task), drawn
 * with the seed from those of these pairs. It is never one for which either text is right, as both may be under a task
 * with the same plan; of tasks that the starter world does not know, only the prompts are compared. Pairs stay with their
 * own tasks. Those for which there is no other prompt are left out.
 */
export function wrongPrompts(pairs: readonly ImportedPair[], seed: number): ImportedPair[] {
  const byId = new Map(starterTasks().map((task) => [task.id, task]));
  const pools = new Map(
    groupBy(pairs, ({ family }) => family).map((of) => [
      of[0]!.family,
      groupBy(of, taskOf).map(([first]): OtherPrompt => {
        const { prompt } = first!;
        return { prompt, task: byId.get(taskOf(first!)) };
      }),
    ]),
  );
  return pairs.flatMap((pair, i) => {
    const { prompt, chosen, rejected, family } = pair;
    const suits = (other: OtherPrompt): boolean =>
      other.prompt !== prompt &&
      [chosen, rejected].every(
        (text) => other.task === undefined || judgeReasoning(other.task, text).kind !== 'sound',
      );
    const pool = pools.get(family)!;
    // The first that suits from a random place on.
    const start = new Random(seed, i, 'wrong prompt').int(pool.length);
    for (let at = start; at < start + pool.length; at++) {
      const other = pool[at % pool.length]!;
      if (suits(other)) return [{ ...pair, prompt: other.prompt, taskId: taskOf(pair) }];
    }
    return [];
  });
}
