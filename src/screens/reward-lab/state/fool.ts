import { signal, type ReadonlySignal } from '@preact/signals';
import { foolSearch, type FoolProgress, type FoolSettings } from '../../../reward/fool/search.ts';
import { reasoningText } from '../../../domains/completion.ts';
import type { SampleKind } from '../../../../workers/study.ts';
import { text } from '../text.ts';
import { isAbort } from '../../../errors.ts';
import type { Desk } from './desk.ts';

export interface FoolState {
  readonly taskId: string | null;
  readonly start: SampleKind;
  readonly settings: FoolSettings;
  readonly running: boolean;
  readonly found: FoolFound | null;
}

/** What a search found, as far as it went. */
export interface FoolFound {
  readonly taskId: string;
  readonly model: string;
  /** The right reasoning, and its raw score: the bar to get over. */
  readonly reference: { readonly reasoning: string; readonly score: number };
  readonly progress: FoolProgress;
}

export interface FoolDesk {
  readonly state: ReadonlySignal<FoolState>;
  choose(taskId: string): void;
  setStart(start: SampleKind): void;
  configure(change: Partial<FoolSettings>): void;
  run(): Promise<void>;
  stop(): void;
}

export const FOOL_DEFAULTS: FoolSettings = { seed: 1, beam: 4, proposals: 16, rounds: 12 };

/** Whether the best reasoning found is scored above the right one while its plan is wrong. */
export function isFooled({ reference, progress }: FoolFound): boolean {
  const best = progress.path.at(-1)!;
  return best.judgement.share < 1 && best.score > reference.score;
}

/** Searches for a reasoning that the model on the desk likes better than it should. */
export function createFoolDesk(desk: Desk): FoolDesk {
  const state = signal<FoolState>({
    taskId: null,
    start: 'degraded',
    settings: FOOL_DEFAULTS,
    running: false,
    found: null,
  });
  let abort: AbortController | null = null;
  const set = (change: Partial<FoolState>): void => {
    state.value = { ...state.value, ...change };
  };

  return {
    state,
    choose: (taskId) => set({ taskId }),
    setStart: (start) => set({ start }),
    configure: (change) => set({ settings: { ...state.value.settings, ...change } }),
    stop: () => abort?.abort(),
    async run() {
      if (state.value.running) return;
      const mine = new AbortController();
      abort = mine;
      set({ running: true, found: null });
      try {
        const { study, tasks, config, lengths, score: scoreTexts } = await desk.ready();
        const { settings, start } = state.value;
        const task = tasks.find(({ id }) => id === state.value.taskId) ?? tasks[0];
        if (!task) return;
        const { models, current, version } = desk.state.value;
        const model = models.find(({ id }) => id === current)?.name ?? current;
        const score = async (reasonings: readonly string[]): Promise<readonly number[]> => {
          // Scores of two models cannot be compared.
          if (desk.state.value.version !== version) mine.abort();
          mine.signal.throwIfAborted();
          const texts = reasonings.map((reasoning) => reasoningText(task.prompt, reasoning));
          const tokens = await lengths(texts);
          const fits = texts.filter((_, i) => tokens[i]! <= config.maxPositions);
          const scores = await scoreTexts(fits);
          const byText = new Map(fits.map((fitting, i) => [fitting, scores[i]!]));
          return texts.map((each) => byText.get(each) ?? NaN);
        };
        const right = await study.reference(task.id);
        const { reasoning } = await study.write(task.id, start, settings.seed);
        const judgement = await study.judge(task.id, reasoning);
        const [bar] = await score([right]);
        const reference = { reasoning: right, score: bar! };
        await foolSearch(
          { reasoning, judgement },
          settings,
          { score, propose: (from, draw) => study.propose(task.id, from, draw) },
          (progress) => set({ found: { taskId: task.id, model, reference, progress } }),
          mine.signal,
        );
      } catch (error) {
        if (isAbort(error)) desk.say('notice', text.fool.stopped);
        else desk.fail(error, text.error.fool);
      } finally {
        abort = null;
        set({ running: false });
      }
    },
  };
}
