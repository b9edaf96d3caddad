/** The state behind the screen: what can be chosen, what is kept, what is on view, and what there is to say. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { LabMessage } from '../../../app/controller-types.ts';
import { sayer } from '../../../app/say.ts';
import type { Task } from '../../../domains/domain.ts';
import { messageOf } from '../../../errors.ts';
import type { CheckedTasks } from '../../../domains/files/check.ts';
import { text } from '../text.ts';
import { type BenchmarkNews, BenchmarkRun, type BenchmarkRunOptions } from './benchmark-run.ts';
import {
  type Downloaded,
  type PolicyOption,
  policyOptions,
  SITE_ALONE,
  type TasksOption,
  tasksOptions,
} from './options.ts';
import { FIRST_FORM, type Form, type Plan, PlanError, planOf, QUICK_FORM } from './plan.ts';
import { type OpenShelf, openShelf, type Shelf } from './shelf.ts';
import { countsOf, type Listed, listedOf, newBenchmark, readBenchmark, storedOf } from './stored.ts';

/** What came of a file of tasks. */
export interface TasksReport extends Pick<CheckedTasks, 'leftOut' | 'unit'> {
  readonly name: string;
  /** How many tasks can be used. */
  readonly count: number;
}

export interface Checking {
  readonly name: string;
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
}

export interface BenchmarksState {
  readonly status: 'closed' | 'opening' | 'ready';
  readonly policies: readonly PolicyOption[];
  readonly tasks: readonly TasksOption[];
  /** Newest first. */
  readonly kept: readonly Listed[];
  readonly form: Form;
  /** Why the form cannot be evaluated; said when that was tried. */
  readonly problems: readonly string[];
  /** The file that is being checked. */
  readonly checking: Checking | null;
  readonly report: TasksReport | null;
  readonly messages: readonly LabMessage[];
}

export interface BenchmarksOptions extends Omit<BenchmarkRunOptions, 'store' | 'tell'> {
  readonly store: () => Promise<Shelf>;
  readonly downloaded: Downloaded;
  /** Checks a file of tasks and keeps what can be used. @throws TaskFileError where that is nothing */
  readonly keepTasks: (
    file: File,
    report: (done: number, total: number) => void,
  ) => Promise<TasksReport & { readonly hash: string }>;
  /** Every task of a choice. */
  readonly tasksOf: (choice: Plan['tasks']['choice']) => Promise<readonly Task[]>;
  /** Beginning of the id of the benchmark on view; empty for none. */
  readonly viewed: ReadonlySignal<string>;
  readonly view: (id: string) => void;
  /** A name that nothing else has. */
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly today: () => number;
}

export type TasksById = ReadonlyMap<string, Task>;

export interface Benchmarks {
  readonly state: ReadonlySignal<BenchmarksState>;
  /** The benchmark on view; null while there is none, or it is read. */
  readonly run: ReadonlySignal<BenchmarkRun | null>;
  /** All that were on view, by id. */
  readonly runs: ReadonlySignal<ReadonlyMap<string, BenchmarkRun>>;
  /** The one that is evaluated here. */
  readonly evaluating: ReadonlySignal<BenchmarkRun | null>;
  /** The tasks of the one on view; null while they are built. */
  readonly tasks: ReadonlySignal<TasksById | null>;
  /** Reads again what can be chosen and what is kept. */
  open(): Promise<void>;
  change(form: Partial<Form>): void;
  /** Evaluates what the form says. */
  start(): Promise<void>;
  /** Evaluates the site's policy on a few tasks. */
  quick(): Promise<void>;
  takeTasks(file: File): Promise<void>;
  closeReport(): void;
  view(id: string): void;
  /** Stops it, and deletes it with its samples. */
  remove(id: string): Promise<void>;
  dismiss(id: string): void;
}

const START: BenchmarksState = {
  status: 'closed',
  policies: SITE_ALONE,
  tasks: tasksOptions([]),
  kept: [],
  form: FIRST_FORM,
  problems: [],
  checking: null,
  report: null,
  messages: [],
};

export function createBenchmarks(options: BenchmarksOptions): Benchmarks {
  const { viewed, view } = options;
  const state = signal<BenchmarksState>(START);
  const runs = signal<ReadonlyMap<string, BenchmarkRun>>(new Map());
  const tasks = signal<TasksById | null>(null);
  let opened: Promise<OpenShelf> | null = null;
  /** A second press, before the first has shown anything, begins nothing. */
  let beginning = false;

  const set = (change: Partial<BenchmarksState>): void => {
    state.value = { ...state.peek(), ...change };
  };
  const say = sayer(
    'benchmark',
    () => state.peek().messages,
    (messages) => set({ messages }),
  );
  const tell = (news: BenchmarkNews): void => {
    if (news.kind === 'failed') say('error', messageOf(news.error), text.error.evaluation);
    else say('notice', text.error.heldElsewhere);
  };

  const shelf = async (): Promise<Shelf> => {
    opened ??= openShelf(options.store).then((open) => {
      if (open.refused !== null) say('notice', open.refused, text.error.held);
      return open;
    });
    // A store that could not be opened is tried again.
    opened.catch(() => (opened = null));
    return (await opened).shelf;
  };

  const list = async (): Promise<void> => {
    const store = await shelf();
    const [policies, files, kept] = await Promise.all([
      policyOptions(store, options.downloaded),
      store.listTaskFiles(),
      store.listBenchmarks(),
    ]);
    set({ policies, tasks: tasksOptions(files), kept: kept.map(listedOf).filter((each) => each !== null) });
  };

  const runOf = (benchmark: Parameters<typeof storedOf>[0]): BenchmarkRun => {
    const run = new BenchmarkRun(benchmark, { ...options, store: shelf, tell });
    runs.value = new Map(runs.peek()).set(run.id, run);
    return run;
  };

  /** Reads a kept benchmark with its samples. */
  const show = async (short: string): Promise<void> => {
    if (short === '' || find(short)) return;
    try {
      const store = await shelf();
      const stored = (await store.listBenchmarks()).find(({ id }) => id.startsWith(short));
      const benchmark = stored && readBenchmark(stored, await store.benchmarkParts(stored.id));
      // It may have been read twice meanwhile.
      if (benchmark && !find(short)) runOf(benchmark);
      if (!benchmark) say('notice', text.error.unknown);
    } catch (error) {
      say('error', messageOf(error), text.error.reading);
    }
  };
  const find = (short: string): BenchmarkRun | null =>
    [...runs.value.values()].find(({ id }) => short !== '' && id.startsWith(short)) ?? null;

  const run = computed(() => find(viewed.value));
  const evaluating = computed(
    () => [...runs.value.values()].find(({ status }) => ['queued', 'running'].includes(status.value)) ?? null,
  );
  effect(() => {
    const short = viewed.value;
    if (state.peek().status === 'ready') void show(short);
  });
  /** Their prompts and tests are shown beside the samples. */
  const readTasks = async (shown: BenchmarkRun): Promise<void> => {
    let all: readonly Task[] = [];
    try {
      all = await options.tasksOf(shown.plan.tasks.choice);
    } catch (error) {
      say('notice', messageOf(error), text.error.tasks);
    }
    if (run.peek() === shown) tasks.value = new Map(all.map((task) => [task.id, task]));
  };
  effect(() => {
    const shown = run.value;
    tasks.value = null;
    if (shown) void readTasks(shown);
  });

  const begin = async (form: Form): Promise<void> => {
    if (beginning) return;
    beginning = true;
    set({ problems: [] });
    try {
      const plan = planOf(form, state.peek());
      const benchmark = newBenchmark(plan, options.newId(), options.today());
      await (await shelf()).putBenchmark(storedOf(benchmark));
      const begun = runOf(benchmark);
      view(begun.id);
      begun.resume();
      await list();
    } catch (error) {
      if (error instanceof PlanError) set({ problems: error.problems });
      else say('error', messageOf(error), text.error.start);
    } finally {
      beginning = false;
    }
  };

  return {
    state,
    run,
    runs,
    evaluating,
    tasks,
    async open() {
      if (state.peek().status === 'opening') return;
      if (state.peek().status === 'closed') set({ status: 'opening' });
      try {
        await list();
      } catch (error) {
        say('error', messageOf(error), text.error.store);
      }
      set({ status: 'ready' });
      await show(viewed.peek());
    },
    change: (form) => set({ form: { ...state.peek().form, ...form }, problems: [] }),
    start: () => begin(state.peek().form),
    quick: () => begin(QUICK_FORM),
    async takeTasks(file) {
      if (state.peek().checking) return;
      const { name } = file;
      const report = (done: number, total: number): void => set({ checking: { name, done, total } });
      report(0, 0);
      set({ report: null });
      try {
        const { hash, ...kept } = await options.keepTasks(file, report);
        set({ report: kept });
        await list();
        set({ form: { ...state.peek().form, tasks: hash }, problems: [] });
      } catch (error) {
        say('error', messageOf(error), text.error.file);
      } finally {
        set({ checking: null });
      }
    },
    closeReport: () => set({ report: null }),
    view(id) {
      view(id);
      void show(id);
    },
    async remove(id) {
      try {
        await runs.peek().get(id)?.stop();
        await (await shelf()).deleteBenchmark(id);
        const left = new Map(runs.peek());
        left.delete(id);
        runs.value = left;
        if (viewed.peek() !== '' && id.startsWith(viewed.peek())) view('');
        await list();
      } catch (error) {
        say('error', messageOf(error), text.error.remove);
      }
    },
    dismiss: (id) => set({ messages: state.peek().messages.filter((message) => message.id !== id) }),
  };
}

/** How much of a kept benchmark is done, in tasks of all its evaluations. */
export const keptCounts = (listed: Listed, run: BenchmarkRun | undefined) =>
  run ? run.evaluations.value.map(countsOf) : listed.evaluations;
