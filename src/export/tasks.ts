/**
 * Tasks as the rows that trainers read; `domains/files` reads them back. TRL takes a table with a column `prompt` and hands all other columns to
 * the reward function; verl takes a table of `data_source`, `prompt` (messages), `ability`, `reward_model` and
 * `extra_info`. What verifies an answer is one text in both, so that tables of tasks with values of different types keep
 * one type a column.
 */
import { writeJsonLine } from '../domains/code/grading/json-line.ts';
import type { CodeTask } from '../domains/code/task.ts';
import type { Task } from '../domains/domain.ts';
import type { Prompting } from '../domains/prompting.ts';
import type { MathsTask } from '../domains/maths/task.ts';
import type { Harness } from '../sandbox/types.ts';

/** Tasks that cannot be exported; the message says which and why. */
export class TaskRowError extends Error {
  override readonly name = 'TaskRowError';
}

/** What a row tells besides its prompt and what verifies an answer; absent parts are null, as tables have them. */
export interface RowInfo {
  /** `test` is what is held out. */
  readonly split: 'train' | 'test';
  readonly index: number;
  readonly id: string;
  readonly family: string;
  readonly label: string | null;
  /** A reasoning that leads to a right answer. */
  readonly reference: string | null;
  /** Of mathematics: units that an answer may have, and how far it may be off. */
  readonly units: readonly string[] | null;
  readonly tolerance: string | null;
  /** Of mathematics: the steps, as JSON. */
  readonly plan: string | null;
  /** The task in the domain's words, which the reward model reads; absent where the prompt is just that. */
  readonly problem?: string;
}

/** A line of TRL's table. */
export interface TrlRow extends RowInfo {
  readonly prompt: string;
  readonly data_source: string;
  readonly ground_truth: string;
}

/** A row of verl's table. */
export interface VerlRow {
  readonly data_source: string;
  readonly prompt: readonly { readonly role: string; readonly content: string }[];
  readonly ability: string;
  readonly reward_model: { readonly style: string; readonly ground_truth: string };
  readonly extra_info: RowInfo & { readonly prompt: string };
}

/** How the tasks of one domain are written down. */
interface RowForm<T extends Task> {
  /** verl's word for the kind of task. */
  readonly ability: string;
  truth(task: T): string;
  info(task: T): Partial<RowInfo>;
}

const code: RowForm<CodeTask> = {
  ability: 'code',
  truth: ({ entry, language, preamble, visibleTests, visibleCode, heldOutTests, heldOutCode }) =>
    writeJsonLine({
      entry,
      ...(language === undefined ? {} : { language }),
      ...(preamble === undefined ? {} : { preamble }),
      visible: [...visibleTests, ...textsOf(visibleCode, entry)],
      heldOut: [...heldOutTests, ...textsOf(heldOutCode, entry)],
    }),
  info: () => ({}),
};

/** Test code as a text that raises when the program is wrong; what stands before every program stands before it too. */
const textsOf = (code: Harness | undefined, entry: string): string[] =>
  code === undefined ? [] : [code.statements === true ? code.source : `${code.source}\n\ncheck(${entry})`];

const maths: RowForm<MathsTask> = {
  ability: 'math',
  truth: ({ answer }) => answer,
  info: ({ units = null, tolerance = null, plan }) => ({
    units,
    tolerance,
    plan: plan === undefined ? null : JSON.stringify(plan),
  }),
};

const FORMS: ReadonlyMap<string, RowForm<Task>> = new Map<string, RowForm<Task>>([
  ['code', code as RowForm<Task>],
  ['maths', maths as RowForm<Task>],
]);

const SOURCE = 'posterior/';

function formOf(domain: string): RowForm<Task> {
  const form = FORMS.get(domain);
  if (form) return form;
  throw new TaskRowError(`Tasks of the domain ${domain} have no form that other trainers read.`);
}

/** What the policy reads of a task, as a text and, in a chat, as messages. */
export type RowPrompting = Pick<Prompting, 'promptOf' | 'messagesOf'>;

const TASK_ALONE: RowPrompting = { promptOf: ({ prompt }) => prompt };

/** Rows of TRL's table, in order. @throws TaskRowError, PromptError */
export function trlRows(
  domain: string,
  tasks: readonly Task[],
  { promptOf }: RowPrompting = TASK_ALONE,
): TrlRow[] {
  const { truth, info } = formOf(domain);
  return tasks.map((task, index) => ({
    prompt: promptOf(task),
    data_source: SOURCE + domain,
    ground_truth: truth(task),
    split: task.split === 'train' ? 'train' : 'test',
    index,
    id: task.id,
    family: task.family,
    label: task.label ?? null,
    reference: task.reference ?? null,
    units: null,
    tolerance: null,
    plan: null,
    ...info(task),
    ...(promptOf(task) === task.prompt ? {} : { problem: task.prompt }),
  }));
}

/**
 * Rows of verl's table, in order. verl puts the policy's own chat template around the messages: around those of a chat, or
 * around a whole prompt, for which the template has to add nothing.
 * @throws TaskRowError, PromptError
 */
export function verlRows(
  domain: string,
  tasks: readonly Task[],
  prompting: RowPrompting = TASK_ALONE,
): VerlRow[] {
  const { ability } = formOf(domain);
  return trlRows(domain, tasks, prompting).map(
    ({ prompt, problem, data_source, ground_truth, ...info }, i) => ({
      data_source,
      prompt: prompting.messagesOf?.(tasks[i]!) ?? [{ role: 'user', content: prompt }],
      ability,
      reward_model: { style: 'rule', ground_truth },
      extra_info: { ...info, prompt: problem ?? prompt },
    }),
  );
}
