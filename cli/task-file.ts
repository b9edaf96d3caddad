/** Files of tasks on the command line: the options that choose one, and what is said of it. */
import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { counted } from '../src/counted.ts';
import { TaskFileError } from '../src/domains/domain.ts';
import { idOfDraft } from '../src/domains/files/draft.ts';
import { readDrafts } from '../src/domains/files/read.ts';
import { DEFAULT_HELD_OUT, DEFAULT_SPLIT, type SplitBy, SPLITS } from '../src/domains/files/source.ts';
import type { ServedTasks, TasksReport } from '../src/headless/requests.ts';
import { InputError, UsageError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { checkReadable } from './files.ts';
import { causeLine, Causes } from './grade/causes.ts';

export const TASKS_OPTIONS = {
  tasks: {
    kind: 'text',
    value: 'FILE',
    help: 'tasks of a file, in any shape that “tasks check” reads (default: the preset’s)',
  },
  split: {
    kind: 'choice',
    choices: SPLITS,
    help: 'whether single tasks of the file are held out or whole families',
    default: DEFAULT_SPLIT,
  },
  'held-out': {
    kind: 'text',
    value: 'SHARE',
    help: 'share of the file that is never trained on, above 0 and at most 1',
    default: String(DEFAULT_HELD_OUT),
  },
} as const;

/** A file of tasks that was asked for. */
export interface RequestedTasks {
  readonly path: string;
  readonly split: SplitBy;
  readonly heldOut: number;
}

/** @throws UsageError, InputError */
export async function requestedTasks(values: {
  readonly tasks: string | undefined;
  readonly split: SplitBy;
  readonly 'held-out': string;
}): Promise<RequestedTasks | null> {
  const heldOut = Number(values['held-out']);
  if (!(heldOut > 0 && heldOut <= 1))
    throw new UsageError(`--held-out is a share above 0 and at most 1, not “${values['held-out']}”.`);
  if (values.tasks === undefined) return null;
  await checkReadable(values.tasks);
  return { path: resolve(values.tasks), split: values.split, heldOut };
}

/** The prompts of a file's tasks by their ids, checked or not. @throws InputError */
export async function readPrompts(path: string): Promise<ReadonlyMap<string, string>> {
  await checkReadable(path);
  const { drafts } = await readDrafts(basename(path), createReadStream(path)).catch((error: unknown) => {
    throw error instanceof TaskFileError ? new InputError(error.message) : error;
  });
  if (drafts.length === 0) throw new InputError(`${path} holds no task that can be read.`);
  return new Map(
    await Promise.all(drafts.map(async (draft) => [await idOfDraft(draft), draft.prompt] as const)),
  );
}

/** The file as the page fetches it. */
export const served = ({ path, split, heldOut }: RequestedTasks, exchange: Exchange): ServedTasks => ({
  url: exchange.file(path),
  name: basename(path),
  split,
  heldOut,
});

/** What came of a file, in lines for a person. */
export function tasksLines(report: TasksReport): string[] {
  const { name, count, leftOut, unit, form, shapes, families, untried, weak, withoutHeldOut } = report;
  const read = Object.entries(shapes).map(([shape, records]) => `${records} of ${shape}`);
  const causes = new Causes();
  for (const { line, id, reason } of leftOut) causes.add(reason, id ?? `${unit} ${line}`);
  const notes = [
    [untried, 'without a reference program, so their tests were not tried'],
    [weak, 'with tests that a program could interfere with'],
    [withoutHeldOut, 'without held-out tests, so that the visible ones decide pass@1'],
  ] as const;
  return [
    `${name} (${form}): ${counted(count, 'task')} can be used, ${leftOut.length} left out.`,
    ...(read.length > 0 ? [`Read as ${read.join(', ')}.`] : []),
    ...(count > 0
      ? [
          `Families: ${Object.entries(families)
            .map(([family, tasks]) => `${family} ${tasks}`)
            .join(', ')}.`,
        ]
      : []),
    ...notes.filter(([tasks]) => tasks > 0).map(([tasks, what]) => `${counted(tasks, 'task')} ${what}.`),
    ...causes.list.map((cause) => `  ${causeLine(cause).trimEnd()}`),
  ];
}
