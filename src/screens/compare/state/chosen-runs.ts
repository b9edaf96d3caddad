/** Runs of the Lab that stand side by side: which are stored, which are chosen, and what they come to. */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { LabMessage } from '../../../app/controller-types.ts';
import { sayer } from '../../../app/say.ts';
import { messageOf } from '../../../errors.ts';
import { type ChosenRun, compareRuns, type Comparison } from '../../../experiment/runs.ts';
import { newestOnly } from '../../../newest.ts';
import { fullConfig } from '../../../rl/config.ts';
import type { RunRecord, Store } from '../../../store/index.ts';
import { text } from '../text.ts';

const words = text.runs;

export type RunsStore = Pick<Store, 'listRuns' | 'steps' | 'evals'>;

export interface ChosenRunsOptions {
  readonly store: () => Promise<RunsStore>;
  /** Ids in the order in which they were chosen. */
  readonly chosen: ReadonlySignal<readonly string[]>;
  readonly choose: (ids: readonly string[]) => void;
}

export interface ChosenRuns {
  /** Newest first, those with a finished step alone; `null` until they are read. */
  readonly stored: ReadonlySignal<readonly RunRecord[] | null>;
  readonly chosen: ReadonlySignal<readonly string[]>;
  /** The chosen ones that are stored, in order; while others are being read, still those before. */
  readonly runs: ReadonlySignal<readonly ChosenRun[]>;
  /** Of at least two. */
  readonly comparison: ReadonlySignal<Comparison | null>;
  readonly messages: ReadonlySignal<readonly LabMessage[]>;
  /** Reads which runs there are. */
  open(): Promise<void>;
  /** Takes in the steps that came since. */
  refresh(): Promise<void>;
  toggle(id: string): void;
  clear(): void;
  dismiss(messageId: string): void;
}

/** A run as it was read: it is read again when it has more steps. */
interface Read {
  readonly lastStep: number | null;
  readonly run: ChosenRun;
}

const startOf = ({ branchedFrom }: RunRecord): string | null =>
  branchedFrom === undefined ? null : words.start(branchedFrom.name, branchedFrom.step);

export function createChosenRuns({ store: openStore, chosen, choose }: ChosenRunsOptions): ChosenRuns {
  const stored = signal<readonly RunRecord[] | null>(null);
  const runs = signal<readonly ChosenRun[]>([]);
  const messages = signal<readonly LabMessage[]>([]);
  const known = new Map<string, Read>();

  /** Ids that were missed last: they are told of once, however often the others are read. */
  let missed = '';

  const say = sayer(
    'runs',
    () => messages.peek(),
    (said) => void (messages.value = said),
  );
  const failed = (error: unknown): void =>
    say('error', words.unread(messageOf(error)), { todo: words.unreadTodo });

  const read = async (store: RunsStore, record: RunRecord): Promise<ChosenRun> => {
    const { id, lastStep, config, name = null } = record;
    const before = known.get(id);
    if (before?.lastStep === lastStep && before.run.name === name) return before.run;
    const [steps, evals] = await Promise.all([store.steps(id), store.evals(id)]);
    const run = { id, name, config: fullConfig(config), start: startOf(record), steps, evals };
    known.set(id, { lastStep, run });
    return run;
  };

  const readAll = newestOnly(async (ids: readonly string[]) => {
    const records = ids.flatMap((id) => stored.peek()?.find((record) => record.id === id) ?? []);
    try {
      const store = await openStore();
      const found = await Promise.all(records.map((record) => read(store, record)));
      const isSame = found.length === runs.peek().length && found.every((run, i) => run === runs.peek()[i]);
      if (!isSame) runs.value = found;
    } catch (error) {
      failed(error);
    }
    const gone = ids.filter((id) => records.every((record) => record.id !== id));
    if (gone.length > 0 && gone.join() !== missed)
      say('error', words.gone(gone.length), { todo: words.goneTodo });
    missed = gone.join();
  });

  const list = async (): Promise<void> => {
    const all = await (await openStore()).listRuns();
    stored.value = all.filter(({ lastStep }) => lastStep !== null);
  };

  const key = computed(() => chosen.value.join());
  effect(() => {
    void key.value;
    if (stored.value !== null) readAll(chosen.peek());
  });

  return {
    stored,
    chosen,
    runs,
    comparison: computed(() => (runs.value.length < 2 ? null : compareRuns(runs.value))),
    messages,
    async open() {
      try {
        await list();
      } catch (error) {
        failed(error);
      }
    },
    async refresh() {
      const growing = stored
        .peek()
        ?.some(({ id, status }) => status === 'running' && chosen.peek().includes(id));
      if (growing) await list().catch(() => {});
    },
    toggle(id) {
      const ids = chosen.peek();
      choose(ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id]);
    },
    clear: () => choose([]),
    dismiss: (messageId) => void (messages.value = messages.peek().filter(({ id }) => id !== messageId)),
  };
}
