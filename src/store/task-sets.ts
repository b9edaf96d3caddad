/** Lists of tasks that somebody writes: each list by itself, each of its tasks by itself, so that typing writes little. */
import { startingWith, write, type Database, type StoredTask, type StoredTaskSet } from './database.ts';
import { explained } from './errors.ts';

/** What changes of a list, all or nothing. */
export interface TaskSetChange {
  readonly set: StoredTaskSet;
  readonly put: readonly StoredTask[];
  /** Keys of tasks that are deleted. */
  readonly remove: readonly string[];
}

/** The one that was changed last comes first. */
export async function listTaskSets(database: Database): Promise<StoredTaskSet[]> {
  const sets = await explained(() => database.getAll('taskSets'));
  return sets.toSorted((a, b) => b.changed - a.changed);
}

/** Its tasks in their order, and behind them those that another tab has added meanwhile. */
export async function tasksOfSet(database: Database, id: string): Promise<StoredTask[]> {
  const [set, tasks] = await explained(() =>
    Promise.all([database.get('taskSets', id), database.getAll('ownTasks', startingWith(id))]),
  );
  const places = new Map((set?.order ?? []).map((key, i) => [key, i]));
  const placeOf = ({ key }: StoredTask): number => places.get(key) ?? places.size;
  return tasks.toSorted((a, b) => placeOf(a) - placeOf(b));
}

export async function putTaskSet(database: Database, { set, put, remove }: TaskSetChange): Promise<void> {
  await explained(() =>
    write(database, ['taskSets', 'ownTasks'], 'strict', (tx) => [
      () => tx.objectStore('taskSets').put(set),
      ...put.map((task) => () => tx.objectStore('ownTasks').put(task)),
      ...remove.map((key) => () => tx.objectStore('ownTasks').delete([set.id, key])),
    ]),
  );
}

/** With its tasks. */
export async function deleteTaskSet(database: Database, id: string): Promise<void> {
  await explained(() =>
    write(database, ['taskSets', 'ownTasks'], 'strict', (tx) => [
      () => tx.objectStore('taskSets').delete(id),
      () => tx.objectStore('ownTasks').delete(startingWith(id)),
    ]),
  );
}
