/** One task while it is written, checked as a record of a file is. */
import type { Task } from '../domain.ts';
import type { CodeTask } from '../code/task.ts';
import type { JsonObject } from '../code/grading/json-line.ts';
import type { CheckMeans } from './check.ts';
import { checkCode, type Trial } from './check-code.ts';
import { checkMaths } from './check-maths.ts';
import { type CodeDraft, DraftError, type Flaw, idOfDraft, type MathsDraft } from './draft.ts';
import { readOwnCode, readOwnMaths } from './own.ts';

/** What came of a task: every flaw that was found, or the task. */
export interface CheckedTask {
  readonly flaws: readonly Flaw[];
  /** Null where no test was reached. */
  readonly trial: Trial | null;
  readonly usable: UsableTask | null;
}

export interface UsableTask {
  readonly task: Task;
  /** No reference program tried its tests. */
  readonly untried: boolean;
  /** Why a program could interfere with its tests, in words; null where none can. */
  readonly weak: string | null;
  readonly withoutHeldOut: boolean;
  /** The answer of a problem as it was read. */
  readonly read: string | null;
}

const flawed = (flaws: readonly Flaw[], trial: Trial | null = null): CheckedTask => ({
  flaws,
  trial,
  usable: null,
});

type Means = Omit<CheckMeans, 'report'>;

/**
 * @param domain whose own form the record has
 * @param known flaws that were found before: nothing is run then
 * @throws AbortError when the signal fires
 */
export async function checkTask(
  domain: 'code' | 'maths',
  record: JsonObject,
  means: Means,
  known: readonly Flaw[] = [],
): Promise<CheckedTask> {
  try {
    const read = domain === 'code' ? readOwnCode(record, 1) : readOwnMaths(record, 1);
    if (known.length > 0) return flawed(known);
    return read.kind === 'code' ? await checkProgram(read, means) : await checkProblem(read);
  } catch (error) {
    if (error instanceof DraftError) return flawed([...known, ...error.flaws]);
    throw error;
  }
}

async function checkProgram(read: CodeDraft, { sandbox, signal }: Means): Promise<CheckedTask> {
  const draft = { ...read, id: await idOfDraft(read) };
  const [checked] = await sandbox((opened) => checkCode(opened, [draft], signal));
  if (!checked || 'flaws' in checked) return flawed(checked?.flaws ?? [], checked?.trial);
  const task: CodeTask = { ...checked.task, split: 'train' };
  const { visibleCode, heldOutCode } = task;
  return {
    flaws: [],
    trial: checked.trial,
    usable: {
      task,
      untried: checked.program === null,
      weak: visibleCode?.beside ?? heldOutCode?.beside ?? null,
      withoutHeldOut: checked.heldOut.length === 0,
      read: null,
    },
  };
}

async function checkProblem(draft: MathsDraft): Promise<CheckedTask> {
  const checked = checkMaths({ ...draft, id: await idOfDraft(draft) });
  if ('flaw' in checked) return flawed([checked.flaw]);
  const { task, read } = checked;
  const usable = {
    task: { ...task, split: 'train' as const },
    untried: false,
    weak: null,
    withoutHeldOut: false,
    read,
  };
  return { flaws: [], trial: null, usable };
}
