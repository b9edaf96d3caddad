/** The experiments of this page: what is stored, what is on view, what is being computed. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { LabMessage } from '../../../app/controller-types.ts';
import { sayer } from '../../../app/say.ts';
import { messageOf } from '../../../errors.ts';
import { ExperimentError } from '../../../experiment/file.ts';
import { readResultRows } from '../../../experiment/read-results.ts';
import type { Comparison } from '../../../experiment/runs.ts';
import type { Store, StoredExperiment } from '../../../store/index.ts';
import { text } from '../text.ts';
import {
  type ExperimentNews,
  ExperimentRun,
  type ExperimentRunOptions,
  type ExperimentStore,
} from './experiment-run.ts';
import { openExperiment, parseFile, readResults } from './opened.ts';

/** A line of the list. */
export interface ListedExperiment {
  readonly id: string;
  readonly title: string;
  /** Finished cells, of so many. */
  readonly done: number;
  readonly of: number;
}

/** Why a file, or a stored experiment, cannot be used. */
export interface Faults {
  readonly name: string;
  readonly problems: readonly string[];
}

export interface ExperimentsState {
  readonly status: 'closed' | 'opening' | 'ready' | 'failed';
  /** Newest first. */
  readonly stored: readonly ListedExperiment[];
  readonly faults: Faults | null;
  /** Results of the command line that were opened, and are on view in place of an experiment. */
  readonly results: Comparison | null;
  readonly messages: readonly LabMessage[];
}

export interface ExperimentsOptions extends Omit<ExperimentRunOptions, 'store' | 'tell'> {
  readonly store: () => Promise<
    ExperimentStore & Pick<Store, 'putExperiment' | 'listExperiments' | 'cellKeys'>
  >;
  /** Beginning of the id of the experiment on view; empty for none. */
  readonly viewed: ReadonlySignal<string>;
  readonly view: (id: string) => void;
}

export interface Experiments {
  readonly state: ReadonlySignal<ExperimentsState>;
  /** The experiment on view; `null` while there is none, or it is read. */
  readonly run: ReadonlySignal<ExperimentRun | null>;
  /** All that were on view, by id. */
  readonly runs: ReadonlySignal<ReadonlyMap<string, ExperimentRun>>;
  /** The one that is computed here. */
  readonly computing: ReadonlySignal<ExperimentRun | null>;
  /** Lists what is stored, and goes on with what was interrupted. */
  open(): Promise<void>;
  /** Takes the content of a file in, and shows it: an experiment, or results as JSON lines. */
  take(name: string, content: string | Promise<string>): Promise<void>;
  view(id: string): void;
  /** Stops it, and deletes it with its cells. */
  remove(id: string): Promise<void>;
  closeResults(): void;
  dismissFaults(): void;
  dismiss(messageId: string): void;
}

const titleOf = ({ json }: StoredExperiment): string => {
  const { title } = json as { title?: unknown };
  return typeof title === 'string' && title !== '' ? title : text.list.untitled;
};

export function createExperiments(options: ExperimentsOptions): Experiments {
  const { store: openStore, viewed, view } = options;
  const state = signal<ExperimentsState>({
    status: 'closed',
    stored: [],
    faults: null,
    results: null,
    messages: [],
  });
  const runs = signal<ReadonlyMap<string, ExperimentRun>>(new Map());
  /** All that is stored. */
  let kept: readonly StoredExperiment[] = [];

  const set = (change: Partial<ExperimentsState>): void => {
    state.value = { ...state.peek(), ...change };
  };
  const say = sayer(
    'experiments',
    () => state.peek().messages,
    (messages) => set({ messages }),
  );
  const tell = (news: ExperimentNews): void => {
    if (news.kind === 'failed') say('error', messageOf(news.error), text.error.cell);
    else say('notice', text.error.heldElsewhere);
  };
  /** What is wrong with a file is said of it; all else is an error of its own. */
  const refuse = (name: string, error: unknown): void => {
    if (error instanceof ExperimentError) set({ faults: { name, problems: error.problems } });
    else say('error', messageOf(error), text.error.nothing);
  };

  const list = async (): Promise<void> => {
    const store = await openStore();
    const [experiments, keys] = await Promise.all([store.listExperiments(), store.cellKeys()]);
    kept = experiments;
    const known = new Set(keys);
    const stored = experiments.map((each) => ({
      id: each.id,
      title: titleOf(each),
      done: each.cells.filter((key) => known.has(key)).length,
      of: each.cells.length,
    }));
    set({ stored });
  };

  /** The run of an experiment, with what is kept of it. @throws ExperimentError */
  const load = async (id: string, json: unknown): Promise<ExperimentRun> => {
    const known = runs.peek().get(id);
    if (known) return known;
    const opened = await openExperiment(json);
    const store = await openStore();
    const results = readResults(await store.cells(opened.cells.map(({ key }) => key)));
    // Both views of one experiment share its run.
    const meanwhile = runs.peek().get(id);
    if (meanwhile) return meanwhile;
    const run = new ExperimentRun(opened, results, { ...options, tell });
    runs.value = new Map(runs.peek()).set(id, run);
    return run;
  };

  const storedAs = (short: string): StoredExperiment | undefined =>
    kept.find(({ id }) => short !== '' && id.startsWith(short));

  const show = async (short: string): Promise<void> => {
    const found = storedAs(short);
    if (!found) return;
    try {
      await load(found.id, found.json);
    } catch (error) {
      refuse(titleOf(found), error);
    }
  };

  /** Goes on with an experiment that nobody stopped and nobody computes. */
  const goOn = async (): Promise<void> => {
    const store = await openStore();
    for (const { id, json, running } of kept) {
      if (!running || runs.peek().get(id)?.status.peek() === 'running') continue;
      const release = await store.holdExperiment(id);
      // Another tab computes it.
      if (!release) continue;
      const run = await load(id, json).catch(() => null);
      if (!run || run.status.peek() === 'done' || run.otherVersion.peek() !== null) {
        release();
        continue;
      }
      const { done, of } = run.progress.peek();
      say('notice', text.interrupted.what(run.experiment.title, done, of), text.interrupted.rest);
      view(id);
      run.resume(release);
      return;
    }
  };

  const run = computed(() => {
    const short = viewed.value;
    return [...runs.value.values()].find(({ id }) => short !== '' && id.startsWith(short)) ?? null;
  });
  const computing = computed(
    () =>
      [...runs.value.values()].find(({ status }) =>
        ['queued', 'running', 'pausing'].includes(status.value),
      ) ?? null,
  );
  effect(() => {
    const short = viewed.value;
    if (state.peek().status === 'ready') void show(short);
  });

  return {
    state,
    run,
    runs,
    computing,
    async open() {
      if (state.peek().status === 'opening') return;
      const first = state.peek().status !== 'ready';
      if (first) set({ status: 'opening' });
      try {
        await list();
        set({ status: 'ready' });
        await show(viewed.peek());
        if (first) await goOn();
      } catch (error) {
        say('error', messageOf(error), text.error.noStore);
        if (first) set({ status: 'failed' });
      }
    },
    async take(name, content) {
      set({ faults: null });
      try {
        if (name.endsWith('.jsonl')) {
          const results = readResultRows(name, await content);
          view('');
          set({ results });
          return;
        }
        const json = parseFile(name, await content);
        const { id, cells } = await openExperiment(json);
        const store = await openStore();
        await store.putExperiment({ id, json, cells: cells.map(({ key }) => key) });
        await list();
        await load(id, json);
        set({ results: null });
        view(id);
      } catch (error) {
        refuse(name, error);
      }
    },
    view(id) {
      set({ faults: null, results: null });
      view(id);
      void show(id);
    },
    async remove(id) {
      try {
        await runs.peek().get(id)?.cancel();
        await (await openStore()).deleteExperiment(id);
        const left = new Map(runs.peek());
        left.delete(id);
        runs.value = left;
        await list();
        if (viewed.peek() !== '' && storedAs(viewed.peek()) === undefined) view('');
      } catch (error) {
        say('error', messageOf(error), text.error.nothing);
      }
    },
    closeResults: () => set({ results: null }),
    dismissFaults: () => set({ faults: null }),
    dismiss: (id) => set({ messages: state.peek().messages.filter((message) => message.id !== id) }),
  };
}
