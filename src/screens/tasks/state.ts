import { keptFor, usePage, type Page } from '../../app/page.ts';
import { checkTask } from '../../domains/files/check-task.ts';
import { saveFile } from '../../app/save-file.ts';
import { downloadedIn, listPolicies } from '../../workspace/policies.ts';
import { checkTaskFile, pickedFile } from '../../workspace/task-files.ts';
import { tryPolicy } from '../../workspace/try-policy.ts';
import { clearBrought, move } from './place.ts';
import { createTasks, type Tasks } from './state/model.ts';
import { createTrial, type Trial } from './state/trial.ts';

export interface TasksPage {
  readonly tasks: Tasks;
  readonly trial: Trial;
  /** Hands the open list to the downloads. */
  download(): Promise<void>;
  /** Opens the Lab with the open list, which is checked there once more. */
  train(): Promise<void>;
  /** Lets the chosen policy answer the task on view, once that can be used. */
  tryIt(): void;
}

function createTasksPage({ workspace, controller, goTo }: Page): TasksPage {
  const tasks = createTasks({
    store: () => workspace.store.get(),
    check: (domain, { record, flaws }, signal) =>
      checkTask(domain, record, { sandbox: (use) => workspace.sandbox.use(use), signal }, flaws),
    readFile: (file, report, signal) => checkTaskFile(workspace, pickedFile(file), report, signal),
    later(work, ms) {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
    moved: move,
    answered: clearBrought,
  });
  const trial = createTrial({
    policies: async () => listPolicies(await workspace.store.get(), () => downloadedIn(workspace)),
    tryPolicy: (request, begun, signal) =>
      tryPolicy(workspace, { ...request, device: controller.state.peek().settings.device }, begun, signal),
  });
  return {
    tasks,
    trial,
    async download() {
      const file = await tasks.file();
      if (file) saveFile(file.name, new Blob([file.content], { type: 'application/jsonl' }));
    },
    async train() {
      const file = await tasks.file();
      if (!file) return;
      controller.openTasks(new File([file.content], file.name));
      goTo('lab');
    },
    tryIt() {
      const check = tasks.checker.state.peek();
      const row = tasks.state.peek().open?.rows.find(({ key }) => key === tasks.state.peek().selected);
      if (check.kind === 'done' && check.result.usable && row)
        void trial.run(row.key, row.content, check.result.usable.task);
    },
  };
}

/** The tasks of a page. They live as long, so going to another screen loses nothing. */
export const tasksOf = keptFor(createTasksPage);

export const useTasks = (): TasksPage => tasksOf(usePage());
