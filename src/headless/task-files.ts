/** What the command line asks about files of tasks. */
import type { TaskChoice } from '../domains/index.ts';
import { checkTaskFile, choiceOf, keepTaskFile } from '../workspace/task-files.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Emit, progressOf } from './progress.ts';
import type { CheckTasksRequest, CheckTasksResult, ServedTasks, TasksReport } from './requests.ts';
import { servedBytes } from './served.ts';

async function* bytesOf(url: string): AsyncGenerator<Uint8Array> {
  yield await servedBytes(url);
}

const ACTIVITY = 'Checking the tasks';

type Checked = Awaited<ReturnType<typeof checkTaskFile>>;

const reportOf = (name: string, { file, unusable: _, ...checked }: Checked): TasksReport => ({
  ...checked,
  name,
  domain: file?.domain ?? null,
  hash: file?.hash ?? null,
  count: file?.tasks.length ?? 0,
});

export async function checkTasks(
  workspace: Workspace,
  { name, url }: CheckTasksRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<CheckTasksResult> {
  const opened = { name, bytes: bytesOf(url) };
  const checked = await checkTaskFile(workspace, opened, progressOf(emit, ACTIVITY), signal);
  return { ...reportOf(name, checked), text: checked.file?.text ?? '' };
}

/**
 * Checks a file and stores its tasks, so that they can be chosen; tells of those that were left out.
 * @throws TaskFileError
 */
export async function takeTasks(
  workspace: Workspace,
  { name, url, split, heldOut }: ServedTasks,
  signal: AbortSignal,
  emit: Emit,
): Promise<Required<TaskChoice>> {
  const opened = { name, bytes: bytesOf(url) };
  const checked = await keepTaskFile(workspace, opened, progressOf(emit, ACTIVITY), signal);
  emit({ type: 'tasks', report: reportOf(name, checked) });
  return choiceOf(checked.file, { split, heldOut });
}
