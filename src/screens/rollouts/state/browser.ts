/** Which run is open, which step of it is on view, and its completions. Only what is shown is read. */
import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { LabMessage } from '../../../app/controller-types.ts';
import { sayer } from '../../../app/say.ts';
import type { Task } from '../../../domains/domain.ts';
import { messageOf } from '../../../errors.ts';
import type { Tokenizer } from '../../../model/tokenizer/index.ts';
import { configAt } from '../../../rl/config.ts';
import type { FullConfig, Rollout } from '../../../rl/types.ts';
import { throughGate, type GatedStep } from '../../../views/gate-data.ts';
import type { Spot } from '../place.ts';
import { text } from '../text.ts';
import { newestOnly, placeIn } from '../../../newest.ts';
import type { RunEntry, RunsSource } from './sources.ts';

/** A step with its completions. */
export interface ShownStep {
  readonly run: RunEntry;
  readonly step: number;
  readonly rollouts: readonly Rollout[];
  /** The settings that held for it. */
  readonly config: FullConfig;
  /** Under the run's own gate. */
  readonly gated: GatedStep;
}

/** The numbers of a run's steps, in order. */
export interface StepNumbers {
  readonly run: string;
  readonly numbers: readonly number[];
}

export interface Browser {
  readonly source: RunsSource;
  /** Newest first; `null` until they are read. */
  readonly runs: ReadonlySignal<readonly RunEntry[] | null>;
  /** The open run; `null` where there is none, or none of the name in the address. */
  readonly run: ReadonlySignal<RunEntry | null>;
  readonly steps: ReadonlySignal<StepNumbers | null>;
  /** The step that is asked for, where it is stored; else the nearest before it. */
  readonly wanted: ReadonlySignal<number | null>;
  /** The last step that was read: while another is being read, still the one before. */
  readonly shown: ReadonlySignal<ShownStep | null>;
  readonly tasks: ReadonlySignal<Readonly<Record<string, Task>>>;
  /** The vocabulary of the site's model for the run's domain, once it was asked for. */
  readonly tokenizer: ReadonlySignal<Tokenizer | 'opening' | 'missing'>;
  readonly messages: ReadonlySignal<readonly LabMessage[]>;
  /** Reads which runs and steps there are. */
  open(): Promise<void>;
  /** Takes in the runs and the steps that came since. */
  refresh(): Promise<void>;
  needTokenizer(): void;
  fail(error: unknown, what: string): void;
  dismiss(id: string): void;
}

/** @param at where the visitor is; read inside signals */
export function createBrowser(source: RunsSource, at: () => Spot): Browser {
  const runs = signal<readonly RunEntry[] | null>(null);
  const steps = signal<StepNumbers | null>(null);
  const shown = signal<ShownStep | null>(null);
  const tasks = signal<Readonly<Record<string, Task>>>({});
  const tokenizer = signal<Tokenizer | 'opening' | 'missing'>('opening');
  const messages = signal<readonly LabMessage[]>([]);
  /** Whether the steps could not be read the last time, which is said once: they are asked for every few seconds. */
  let failing = false;

  const [askedRun, askedStep] = [computed(() => at().run), computed(() => at().step)];
  const run = computed(() => {
    const list = runs.value ?? [];
    if (askedRun.value !== '') return list.find(({ id }) => id === askedRun.value) ?? null;
    const filled = list.filter(({ lastStep }) => lastStep !== null);
    return filled.find(({ training }) => training) ?? filled[0] ?? null;
  });
  const runId = computed(() => run.value?.id ?? null);
  const wanted = computed(() => {
    const known = steps.value;
    if (!known || known.run !== runId.value || known.numbers.length === 0) return null;
    const { numbers } = known;
    return askedStep.value === null ? numbers.at(-1)! : numbers[placeIn(numbers, askedStep.value)]!;
  });

  const say = sayer(
    'rollouts',
    () => messages.peek(),
    (said) => void (messages.value = said),
  );
  const fail = (error: unknown, what: string): void =>
    say('error', `${what} ${messageOf(error)}`, text.error.rest);

  const failed = (error: unknown): void => {
    if (!failing) fail(error, text.error.steps);
    failing = true;
  };

  const readSteps = newestOnly(async (id: string) => {
    try {
      const numbers = await source.steps(id);
      if (runId.peek() === id) steps.value = { run: id, numbers };
      failing = false;
    } catch (error) {
      failed(error);
    }
  });

  const readTasks = newestOnly(async ({ id, config }: RunEntry) => {
    try {
      const found = await source.tasks(config);
      if (runId.peek() === id) tasks.value = found;
    } catch (error) {
      fail(error, text.error.tasks);
    }
  });

  const readTokenizer = newestOnly(async ({ id, config }: RunEntry) => {
    try {
      const found = await source.tokenizer(config);
      if (runId.peek() === id) tokenizer.value = found;
    } catch (error) {
      if (runId.peek() === id) tokenizer.value = 'missing';
      fail(error, text.error.tokenizer);
    }
  });

  const readStep = newestOnly(async ({ id, step }: { readonly id: string; readonly step: number }) => {
    try {
      const [found] = await source.read(id, step, 1);
      const of = run.peek();
      if (of?.id !== id) return;
      if (found?.step !== step) throw new Error(text.error.gone);
      const config = configAt(of.config, step);
      const gated = throughGate(found.rollouts, config.gate, config);
      shown.value = { run: of, step, rollouts: found.rollouts, config, gated };
    } catch (error) {
      fail(error, text.error.step(step));
    }
  });

  effect(() => {
    const id = runId.value;
    failing = false;
    batch(() => {
      steps.value = null;
      shown.value = null;
      tasks.value = {};
      tokenizer.value = 'opening';
    });
    if (id === null) return;
    readSteps(id);
    readTasks(run.peek()!);
  });
  effect(() => {
    const [id, step] = [runId.value, wanted.value];
    const known = shown.peek();
    if (id === null || step === null || (known?.run.id === id && known.step === step)) return;
    readStep({ id, step });
  });

  return {
    source,
    runs,
    run,
    steps,
    wanted,
    shown,
    tasks,
    tokenizer,
    messages,
    async open() {
      try {
        const before = runId.peek();
        runs.value = await source.list();
        // Of another run they are being read already.
        if (before !== null && before === runId.peek()) readSteps(before);
      } catch (error) {
        fail(error, text.error.runs);
      }
    },
    async refresh() {
      const known = steps.peek();
      try {
        const list = await source.list();
        const isGrowing = known && list.some(({ id, growing }) => growing && id === known.run);
        const more = isGrowing ? await source.steps(known.run, known.numbers.at(-1)) : [];
        batch(() => {
          if (JSON.stringify(list) !== JSON.stringify(runs.peek())) runs.value = list;
          if (!known || more.length === 0 || steps.peek() !== known) return;
          const before = source.keeps === 'all' ? known.numbers : [];
          steps.value = { run: known.run, numbers: [...before, ...more] };
        });
        const id = runId.peek();
        // Those that could not be read are tried again.
        if (!known && id !== null) readSteps(id);
        else failing = false;
      } catch (error) {
        failed(error);
      }
    },
    needTokenizer() {
      const of = run.peek();
      if (of && tokenizer.peek() === 'opening') readTokenizer(of);
    },
    fail,
    dismiss: (id) => void (messages.value = messages.peek().filter((each) => each.id !== id)),
  };
}
