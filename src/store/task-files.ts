/** Files of tasks that were checked: what a list needs apart from the tasks themselves. */
import type { TaskFile } from '../domains/domain.ts';
import { write, type Database, type StoredTaskFile } from './database.ts';
import { explained } from './errors.ts';

/** Keeps a file; one with the same tasks is replaced, and called by its newer name. */
export async function putTaskFile(
  database: Database,
  file: TaskFile,
  about: Pick<StoredTaskFile, 'leftOut' | 'leftOutCount'>,
): Promise<void> {
  const { hash, name, domain, tasks } = file;
  const summary: StoredTaskFile = { hash, name, domain, count: tasks.length, created: Date.now(), ...about };
  await explained(() =>
    write(database, ['taskFiles', 'taskContents'], 'strict', (tx) => [
      () => tx.objectStore('taskFiles').put(summary),
      () => tx.objectStore('taskContents').put(file),
    ]),
  );
}

/** Newest first. */
export async function listTaskFiles(database: Database): Promise<StoredTaskFile[]> {
  const files = await explained(() => database.getAll('taskFiles'));
  return files.toSorted((a, b) => b.created - a.created);
}

export async function taskFile(database: Database, hash: string): Promise<TaskFile | null> {
  return (await explained(() => database.get('taskContents', hash))) ?? null;
}

export async function deleteTaskFile(database: Database, hash: string): Promise<void> {
  await explained(() =>
    write(database, ['taskFiles', 'taskContents'], 'strict', (tx) => [
      () => tx.objectStore('taskFiles').delete(hash),
      () => tx.objectStore('taskContents').delete(hash),
    ]),
  );
}
