/** Opens files of tasks: checks them in the sandbox and keeps what can be used. */
import { type TaskFile, TaskFileError } from '../domains/domain.ts';
import type { TaskChoice } from '../domains/index.ts';
import type { CheckedTasks } from '../domains/files/check.ts';
import { FILE_SOURCE, type FileSettings } from '../domains/files/source.ts';
import type { Workspace } from './workspace.ts';

export interface OpenedFile {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
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
  const { file, leftOut, unit } = checked;
  if (file === null) throw new TaskFileError(nothingUsable(opened.name, checked));
  const store = await workspace.store.get();
  const about = { leftOut: leftOut.slice(0, REASONS_KEPT), leftOutCount: leftOut.length };
  await store.putTaskFile(file, about);
  return { ...checked, file, unit };
}

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
