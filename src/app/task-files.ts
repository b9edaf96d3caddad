/** The Lab's files of tasks: those that are kept, the one that is being checked, and what came of the last. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { text } from '../text/index.ts';
import type { StoredTaskFile } from '../store/index.ts';
import type { LabSettings, TaskFiles, TasksReport } from './controller-types.ts';
import { ownTasks, PRESET_TASKS, readOwnTasks, writeOwnTasks } from './own-tasks.ts';

/** Where files of tasks are kept. */
export interface TaskFileShelf {
  list(): Promise<readonly StoredTaskFile[]>;
  /** Checks a file and keeps what can be used; its hash is null where that is nothing. */
  keep(
    file: File,
    report: (done: number, total: number) => void,
  ): Promise<TasksReport & { readonly hash: string | null }>;
  remove(hash: string): Promise<void>;
}

/** What the choice of a file changes in the Lab. */
export interface TaskSettingsPort {
  chosen(): LabSettings['tasks'];
  choose(tasks: LabSettings['tasks']): void;
  /** Says what went wrong, and what is kept. */
  fail(error: unknown, kept?: string): void;
}

export class LabTaskFiles {
  readonly #state = signal<TaskFiles>({ kept: [], checking: null, report: null });
  readonly #shelf: TaskFileShelf;
  readonly #settings: TaskSettingsPort;

  constructor(shelf: TaskFileShelf, settings: TaskSettingsPort) {
    this.#shelf = shelf;
    this.#settings = settings;
  }

  get state(): ReadonlySignal<TaskFiles> {
    return this.#state;
  }

  get kept(): readonly StoredTaskFile[] {
    return this.#state.value.kept;
  }

  async list(): Promise<void> {
    this.#set({ kept: await this.#shelf.list() });
  }

  /** Checks a file, keeps it, and makes its tasks those of the next run. */
  async open(file: File): Promise<void> {
    if (this.#state.peek().checking) return;
    const { name } = file;
    const report = (done: number, total: number) => this.#set({ checking: { name, done, total } });
    report(0, 0);
    this.#set({ report: null });
    try {
      const { hash, ...kept } = await this.#shelf.keep(file, report);
      this.#set({ report: kept, kept: await this.#shelf.list() });
      if (hash !== null) this.#settings.choose(writeOwnTasks(ownTasks(hash)));
    } catch (error) {
      this.#settings.fail(error, text.runMessages.keptNothing);
    } finally {
      this.#set({ checking: null });
    }
  }

  /** Deletes a file; a setting that named it falls back to the preset's tasks. */
  async remove(hash: string): Promise<void> {
    try {
      await this.#shelf.remove(hash);
      if (readOwnTasks(this.#settings.chosen())?.hash === hash) this.#settings.choose(PRESET_TASKS);
      this.#set({ kept: await this.#shelf.list(), report: null });
    } catch (error) {
      this.#settings.fail(error);
    }
  }

  #set(change: Partial<TaskFiles>): void {
    this.#state.value = { ...this.#state.peek(), ...change };
  }
}
