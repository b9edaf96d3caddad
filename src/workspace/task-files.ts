/** Opens files of tasks: checks them in the sandbox and keeps what can be used. */
import { type Task, type TaskFile, TaskFileError, type TaskSet } from '../domains/domain.ts';
import type { Prompting } from '../domains/prompting.ts';
import type { TaskChoice } from '../domains/index.ts';
import type { CheckedTasks } from '../domains/files/check.ts';
import { FILE_SOURCE, type FileSettings } from '../domains/files/source.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import type { Store } from '../store/index.ts';
import type { Workspace } from './workspace.ts';

export interface OpenedFile {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** A file that somebody picked or dropped. */
export const pickedFile = (file: File): OpenedFile => ({ name: file.name, bytes: chunksOf(file) });

/** Not every browser iterates over streams. */
async function* chunksOf(file: Blob): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

type Report = (done: number, total: number) => void;

/** Reasons that are kept beside a file, for its list; all of them are told when it is opened. */
const REASONS_KEPT = 100;

/** @throws TaskFileError where the file cannot be read; AbortError */
export async function checkTaskFile(
  { sandbox }: Pick<Workspace, 'sandbox'>,
  { name, bytes }: OpenedFile,
  report?: Report,
  signal?: AbortSignal,
): Promise<CheckedTasks> {
  // Only here: the page starts without what reads files.
  const { checkTasks } = await import('../domains/files/check.ts');
  return checkTasks(name, bytes, {
    sandbox: (use) => sandbox.use(use),
    ...(report ? { report } : {}),
    ...(signal ? { signal } : {}),
  });
}

/** Checks a file and stores its tasks under their hash. @throws TaskFileError also where none can be used */
export async function keepTaskFile(
  workspace: Pick<Workspace, 'sandbox' | 'store'>,
  opened: OpenedFile,
  report?: Report,
  signal?: AbortSignal,
): Promise<CheckedTasks & { readonly file: TaskFile }> {
  const checked = await checkTaskFile(workspace, opened, report, signal);
  const { file, leftOut } = checked;
  if (file === null) throw new TaskFileError(nothingUsable(opened.name, checked));
  await storeTaskFile(await workspace.store.get(), file, leftOut);
  return { ...checked, file };
}

export const storeTaskFile = (
  store: Store,
  file: TaskFile,
  leftOut: CheckedTasks['leftOut'],
): Promise<void> =>
  store.putTaskFile(file, { leftOut: leftOut.slice(0, REASONS_KEPT), leftOutCount: leftOut.length });

function nothingUsable(name: string, { leftOut, unit }: CheckedTasks): string {
  const [first] = leftOut;
  if (!first) return `${name} holds no tasks.`;
  return `${name} holds no task that can be used. The first, ${unit} ${first.line}: ${first.reason}`;
}

/** The choice of a file's tasks for a run. */
export const choiceOf = (
  { hash, name, domain }: Pick<TaskFile, 'hash' | 'name' | 'domain'>,
  { split, heldOut }: Partial<Pick<FileSettings, 'split' | 'heldOut'>> = {},
): Required<TaskChoice> => ({
  domain,
  tasks: FILE_SOURCE,
  taskSettings: {
    hash,
    name,
    ...(split === undefined ? {} : { split }),
    ...(heldOut === undefined ? {} : { heldOut }),
  },
});

/**
 * The tasks that a run can train on: those whose prompts fit. Where some do not, `say` hears of it.
 * @throws TaskFileError where nothing is left to train on, or to evaluate on
 */
export function trainable(
  { train, heldOut }: TaskSet,
  promptOf: Prompting['promptOf'],
  tokenizer: Pick<Tokenizer, 'encode'>,
  maxPromptTokens: number,
  say: (sentence: string) => void,
): TaskSet {
  const fits = (task: Task): boolean => tokenizer.encode(promptOf(task)).length <= maxPromptTokens;
  const fitting = { train: train.filter(fits), heldOut: heldOut.filter(fits) };
  const total = train.length + heldOut.length;
  const long = total - fitting.train.length - fitting.heldOut.length;
  const reason =
    long === 0
      ? ''
      : ` The prompts of ${long} of ${total} tasks have more than ${maxPromptTokens} tokens (maxPromptTokens).`;
  if (fitting.train.length === 0)
    throw new TaskFileError(
      `Nothing is left to train on.${reason || ' All tasks are held out (heldOut 1).'}`,
    );
  if (fitting.heldOut.length === 0) throw new TaskFileError(`Nothing is left to evaluate on.${reason}`);
  if (long > 0) say(`${reason.trim()} They are left out of this run.`);
  return fitting;
}
