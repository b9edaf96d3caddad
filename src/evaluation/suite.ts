/** What tells whether two evaluations were of the same tasks: a fingerprint of each prompt and of what checks it. */
import type { Domain, Task } from '../domains/domain.ts';
import { sha256 } from '../sha256.ts';

export interface TaskPrint {
  readonly task: string;
  readonly family: string;
  /** First digits of the SHA-256 of the task in the domain's words, whatever the prompt style. */
  readonly prompt: string;
  /** The same of everything else that the task holds, which decides what passes. */
  readonly checks: string;
}

const DIGITS = 16;

const digest = async (value: unknown): Promise<string> =>
  (await sha256(JSON.stringify(value))).slice(0, DIGITS);

export function printTasks(
  tasks: readonly Task[],
  { promptOf }: Pick<Domain, 'promptOf'>,
): Promise<TaskPrint[]> {
  return Promise.all(
    tasks.map(async (task) => {
      // A label and a reference are told of a task, and nothing is checked with them.
      const { id, family, split: _, label: __, reference: ___, prompt: ____, ...checks } = task;
      const [prompt, suite] = await Promise.all([digest(promptOf(task)), digest(checks)]);
      return { task: id, family, prompt, checks: suite };
    }),
  );
}
