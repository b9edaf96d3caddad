/**
 * Tasks as the rows that trainers read, and back. TRL takes a table with a column `prompt` and hands all other columns to
 * the reward function; verl takes a table of `data_source`, `prompt` (messages), `ability`, `reward_model` and
 * `extra_info`. What verifies an answer is one text in both, so that tables of tasks with values of different types keep
 * one type a column.
 */
import * as v from 'valibot';
import type { CodeTask } from '../domains/code/task.ts';
import type { Task, TaskSet } from '../domains/domain.ts';
import type { MathsTask } from '../domains/maths/task.ts';
import type { Test } from '../sandbox/types.ts';

/** Tasks that cannot be exported, or rows that are none; the message says which and why. */
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
  /** What the domain adds to a task. @throws TaskRowError */
  read(truth: string, info: RowInfo): Omit<T, keyof Task>;
}

const codeTruth = v.object({
  entry: v.string(),
  visible: v.array(v.unknown()),
  heldOut: v.array(v.unknown()),
});

const code: RowForm<CodeTask> = {
  ability: 'code',
  truth: ({ entry, visibleTests, heldOutTests }) =>
    JSON.stringify({ entry, visible: visibleTests, heldOut: heldOutTests }),
  info: () => ({}),
  read(truth, { id }) {
    const { entry, visible, heldOut } = parsed(codeTruth, json(truth), `ground_truth of ${id}`);
    return { entry, visibleTests: visible as Test[], heldOutTests: heldOut as Test[] };
  },
};

const maths: RowForm<MathsTask> = {
  ability: 'math',
  truth: ({ answer }) => answer,
  info: ({ units = null, tolerance = null, plan }) => ({
    units,
    tolerance,
    plan: plan === undefined ? null : JSON.stringify(plan),
  }),
  read: (answer, { units, tolerance, plan }) => ({
    answer,
    ...(units === null ? {} : { units }),
    ...(tolerance === null ? {} : { tolerance }),
    ...(plan === null ? {} : { plan: json(plan) as NonNullable<MathsTask['plan']> }),
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

/** Rows of TRL's table, in order. @throws TaskRowError */
export function trlRows(domain: string, tasks: readonly Task[]): TrlRow[] {
  const { truth, info } = formOf(domain);
  return tasks.map((task, index) => ({
    prompt: task.prompt,
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
  }));
}

/** Rows of verl's table, in order. @throws TaskRowError */
export function verlRows(domain: string, tasks: readonly Task[]): VerlRow[] {
  const { ability } = formOf(domain);
  return trlRows(domain, tasks).map(({ prompt, data_source, ground_truth, ...info }) => ({
    data_source,
    prompt: [{ role: 'user', content: prompt }],
    ability,
    reward_model: { style: 'rule', ground_truth },
    extra_info: { ...info, prompt },
  }));
}

const text = v.nullish(v.string(), null);

const rowInfo = v.object({
  split: v.picklist(['train', 'test']),
  index: v.number(),
  id: v.string(),
  family: v.string(),
  label: text,
  reference: text,
  units: v.nullish(v.array(v.string()), null),
  tolerance: text,
  plan: text,
});

const trlRow = v.object({
  ...rowInfo.entries,
  prompt: v.string(),
  data_source: v.string(),
  ground_truth: v.string(),
});

const verlRow = v.object({
  data_source: v.string(),
  reward_model: v.object({ ground_truth: v.string() }),
  extra_info: v.object({ ...rowInfo.entries, prompt: v.string() }),
});

/** Tasks of one domain, read from rows of either table. */
export interface ReadTasks extends TaskSet {
  readonly domain: string;
}

/** @throws TaskRowError naming the row and what is wrong with it */
export function readRows(rows: Iterable<unknown>): ReadTasks {
  const tasks: Task[] = [];
  let found: string | null = null;
  for (const [i, row] of [...rows].entries()) {
    const { prompt, data_source, ground_truth, ...info } = plainRow(row, i);
    const domain = data_source.startsWith(SOURCE) ? data_source.slice(SOURCE.length) : null;
    if (domain === null || (found !== null && domain !== found))
      throw new TaskRowError(
        `Row ${i + 1} has the data source ${data_source}; ` +
          (found === null
            ? `those that can be read begin with ${SOURCE}.`
            : `the rows before are of ${SOURCE}${found}.`),
      );
    found = domain;
    tasks.push({
      id: info.id,
      family: info.family,
      split: info.split === 'train' ? 'train' : 'held-out',
      ...(info.label === null ? {} : { label: info.label }),
      prompt,
      ...(info.reference === null ? {} : { reference: info.reference }),
      ...formOf(domain).read(ground_truth, info),
    });
  }
  if (found === null) throw new TaskRowError('There are no rows, so there are no tasks.');
  return {
    domain: found,
    train: tasks.filter(({ split }) => split === 'train'),
    heldOut: tasks.filter(({ split }) => split === 'held-out'),
  };
}

/** Whichever of the two tables it is from. */
function plainRow(row: unknown, i: number): TrlRow {
  const what = `Row ${i + 1}`;
  if (typeof row === 'object' && row !== null && 'reward_model' in row) {
    const { data_source, reward_model, extra_info } = parsed(verlRow, row, what);
    return { data_source, ground_truth: reward_model.ground_truth, ...extra_info };
  }
  return parsed(trlRow, row, what);
}

function parsed<S extends v.GenericSchema>(schema: S, value: unknown, what: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new TaskRowError(`${what}: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}.`);
}

function json(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw new TaskRowError(`“${value.slice(0, 60)}” is not JSON.`);
  }
}
