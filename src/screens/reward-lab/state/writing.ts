/** Pairs that a policy writes, to be judged, trained on and downloaded. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { DEFAULT_DOMAIN } from '../../../domains/index.ts';
import { isAbort, messageOf } from '../../../errors.ts';
import { type BuildOptions, drawnTasks, type PairSet } from '../../../reward/pairs/build.ts';
import { writePairs } from '../../../reward/pairs/jsonl.ts';
import {
  COMPLETION_TEMPLATES,
  INSTRUCTION_TEMPLATES,
  type PairTemplates,
} from '../../../reward/pairs/templates.ts';
import type { KnownPolicy } from '../../../workspace/policies.ts';
import type { TaskSummary } from '../../../../workers/study.ts';
import { type PolicyOption, SITE_ALONE } from '../../benchmark/state/options.ts';
import { text } from '../text.ts';
import type { Desk } from './desk.ts';
import type { PairsDesk } from './pairs.ts';

/** What the policy is asked. Instructions go in a chat where the model has a template for one. */
export const ASKINGS = {
  task: { templates: COMPLETION_TEMPLATES, asked: 'plain' },
  instructions: { templates: INSTRUCTION_TEMPLATES, asked: null },
} as const satisfies Record<string, Pick<PolicyWriting, 'templates' | 'asked'>>;

export type Asking = keyof typeof ASKINGS;

export const PER_TASK = [3, 6, 9] as const;
export const MOST_TASKS = 2000;

export interface WritingSettings {
  readonly policy: string;
  readonly asking: Asking;
  readonly split: 'train' | 'held-out';
  /** `null` for all. */
  readonly family: string | null;
  /** At most; they are drawn with the seed. */
  readonly tasks: number;
  readonly perTask: number;
  readonly seed: number;
}

export interface WritingResult extends PairSet {
  /** Name of the policy. */
  readonly by: string;
  readonly tasks: number;
}

export interface WritingState {
  readonly policies: readonly PolicyOption[];
  readonly settings: WritingSettings;
  /** Texts written of so many at most; `of` is null while others have their turn. */
  readonly running: { readonly done: number; readonly of: number | null } | null;
  readonly result: WritingResult | null;
}

export interface WritingDesk {
  readonly state: ReadonlySignal<WritingState>;
  /** Reads again which policies there are. */
  list(): Promise<void>;
  configure(change: Partial<WritingSettings>): void;
  /** Chooses who writes, and asks in the way that it most likely understands. */
  choosePolicy(id: string): void;
  /** Writes, and shows what was written to be judged. */
  write(): Promise<void>;
  /** Ends the writing; nothing of it is kept. */
  stop(): void;
  /** Shows what was written last, again. */
  judge(): Promise<void>;
  download(): void;
}

export interface PolicyWriting {
  readonly policy: KnownPolicy;
  readonly tasks: readonly TaskSummary[];
  readonly templates: PairTemplates;
  readonly asked: 'plain' | null;
  readonly options: BuildOptions;
}

export interface WritingOptions {
  readonly policies: () => Promise<readonly PolicyOption[]>;
  readonly write: (
    request: PolicyWriting,
    report: (done: number, of: number) => void,
    signal: AbortSignal,
  ) => Promise<PairSet>;
  readonly save: (name: string, content: string) => void;
}

const FILE = 'policy-pairs.jsonl';

/** The tasks that pairs are written for: of a kind, drawn with the seed. */
export function tasksFor(
  all: readonly TaskSummary[],
  { split, family, tasks, seed }: WritingSettings,
): TaskSummary[] {
  const fitting = all.filter((task) => task.split === split && (family === null || task.family === family));
  return drawnTasks(fitting, tasks, seed);
}

export function createWritingDesk(
  desk: Desk,
  pairs: Pick<PairsDesk, 'show'>,
  { policies, write, save }: WritingOptions,
): WritingDesk {
  const state = signal<WritingState>({
    policies: SITE_ALONE,
    settings: {
      policy: SITE_ALONE[0]!.id,
      asking: 'task',
      split: 'train',
      family: null,
      tasks: 60,
      perTask: PER_TASK[0],
      seed: 1,
    },
    running: null,
    result: null,
  });
  const set = (change: Partial<WritingState>): void => {
    state.value = { ...state.peek(), ...change };
  };
  const configure: WritingDesk['configure'] = (change) =>
    set({ settings: { ...state.peek().settings, ...change } });
  const choosePolicy: WritingDesk['choosePolicy'] = (id) => {
    const option = state.peek().policies.find((each) => each.id === id);
    // A model of others may have learned to follow instructions; the site's, and what was trained from it, has not.
    const others = option?.policy.place === 'import' || option?.policy.place === 'hub';
    configure({ policy: id, asking: others ? 'instructions' : 'task' });
  };
  const judge = async (): Promise<void> => {
    const { result } = state.peek();
    if (result && result.pairs.length > 0) await pairs.show(result.pairs, result.by);
  };
  let abort: AbortController | null = null;

  return {
    state,
    configure,
    choosePolicy,
    judge,
    async list() {
      // Without a store there is the site's; the desk has told of the store.
      const known = await policies().catch(() => SITE_ALONE);
      set({ policies: known.filter(({ domain }) => (domain?.name ?? DEFAULT_DOMAIN) === DEFAULT_DOMAIN) });
      const { policies: now, settings } = state.peek();
      if (!now.some(({ id }) => id === settings.policy)) choosePolicy(SITE_ALONE[0]!.id);
    },
    async write() {
      const { settings, policies: known, running } = state.peek();
      const option = known.find(({ id }) => id === settings.policy);
      if (running || !option) return;
      const mine = (abort = new AbortController());
      set({ running: { done: 0, of: null } });
      try {
        const tasks = tasksFor(desk.state.peek().tasks, settings);
        const { seed, perTask, asking } = settings;
        const options = { seed, perTask, lengthBalanced: false, styleBalanced: false };
        const request = { policy: option.policy, tasks, ...ASKINGS[asking], options };
        const report = (done: number, of: number): void => set({ running: { done, of } });
        const made = await write(request, report, mine.signal);
        set({ result: { ...made, by: option.name, tasks: tasks.length } });
        void judge();
      } catch (error) {
        if (isAbort(error)) desk.say('notice', text.writing.stopped);
        else desk.say('error', messageOf(error), text.error.writing);
      } finally {
        abort = null;
        set({ running: null });
      }
    },
    stop: () => abort?.abort(),
    download() {
      const { result } = state.peek();
      if (result) save(FILE, writePairs(result.pairs));
    },
  };
}
