import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { attribute, type Attribution } from '../../../reward/attribution.ts';
import type { PlanJudgement } from '../../../reward/fool/judge.ts';
import { Random } from '../../../random.ts';
import { reasoningText } from '../../../domains/completion.ts';
import type { SampleKind, TaskSummary } from '../../../../workers/study.ts';
import { text } from '../text.ts';
import type { Desk } from './desk.ts';
import type { Tools } from './tools.ts';
import { Latest } from './latest.ts';

/** Why there is nothing to show for a text. */
export type ScoreProblem =
  | { readonly kind: 'no-prompt' }
  /** Half of a surrogate pair: not text that could be encoded. */
  | { readonly kind: 'not-text' }
  | { readonly kind: 'too-long'; readonly tokens: number; readonly most: number }
  | { readonly kind: 'not-finite' };

export interface ScoreResult {
  readonly reasoning: string;
  readonly attribution: Attribution;
  readonly tokens: number;
  /** Raw score of the task's right reasoning, where the task is known. */
  readonly reference: number | null;
  /** What the stated plan is worth, where the task is known. */
  readonly judgement: PlanJudgement | null;
}

export interface ScoreState {
  /** The starter task whose prompt stands in the field; `null` once the prompt was edited. */
  readonly taskId: string | null;
  readonly prompt: string;
  readonly reasoning: string;
  /** The rewriting behind a degraded sample, while it stands unedited. */
  readonly operation: string | null;
  readonly result: ScoreResult | null;
  readonly problem: ScoreProblem | null;
  readonly busy: boolean;
}

export interface ScoreDesk {
  readonly state: ReadonlySignal<ScoreState>;
  choose(taskId: string): Promise<void>;
  /** Another task of the same family. */
  another(): Promise<void>;
  write(kind: SampleKind): Promise<void>;
  edit(change: Partial<Pick<ScoreState, 'prompt' | 'reasoning'>>): void;
}

const SEED = 1;

/** Whether a text can be scored; a reasoning may be empty, which is a reasoning that says nothing. */
export function problemOf(
  { prompt, reasoning }: Pick<ScoreState, 'prompt' | 'reasoning'>,
  tokens: number,
  most: number,
): ScoreProblem | null {
  if (prompt.trim() === '') return { kind: 'no-prompt' };
  if (/\p{Surrogate}/u.test(prompt + reasoning)) return { kind: 'not-text' };
  return tokens > most ? { kind: 'too-long', tokens, most } : null;
}

/** Scores whatever stands in the two fields, again after every change and with every model put on the desk. */
export function createScoreDesk(desk: Desk): ScoreDesk {
  const state = signal<ScoreState>({
    taskId: null,
    prompt: '',
    reasoning: '',
    operation: null,
    result: null,
    problem: null,
    busy: false,
  });
  const latest = new Latest();
  let samples = SEED;
  const set = (change: Partial<ScoreState>): void => {
    state.value = { ...state.value, ...change };
  };

  const score = async (tools: Tools): Promise<void> => {
    const { prompt, reasoning, taskId } = state.value;
    const whole = reasoningText(prompt, reasoning);
    const [tokens] = await tools.lengths([whole]);
    const problem = problemOf({ prompt, reasoning }, tokens!, tools.config.maxPositions);
    if (problem) return set({ problem, result: null, busy: false });
    const right = taskId === null ? null : await tools.study.reference(taskId);
    let reference: number | null = null;
    const attribution = await attribute(reasoning, async (reasonings) => {
      const texts = [...reasonings, ...(right === null ? [] : [right])].map((each) =>
        reasoningText(prompt, each),
      );
      const scores = await tools.score(texts);
      reference = right === null ? null : scores.at(-1)!;
      return scores;
    });
    const judgement = taskId === null ? null : await tools.study.judge(taskId, reasoning);
    const finite = [attribution.score, ...attribution.sentences.map(({ without }) => without)].every(
      Number.isFinite,
    );
    if (!finite) return set({ problem: { kind: 'not-finite' }, result: null, busy: false });
    set({
      problem: null,
      busy: false,
      result: { reasoning, attribution, tokens: tokens!, reference, judgement },
    });
  };

  const rescore = (): void => {
    if (state.value.prompt === '' && state.value.reasoning === '') return;
    set({ busy: true });
    latest.run(async () => {
      try {
        await score(await desk.ready());
      } catch (error) {
        set({ busy: false });
        desk.fail(error, text.error.score);
      }
    });
  };

  const write = async (kind: SampleKind, of: TaskSummary | null = null): Promise<void> => {
    try {
      const { study } = await desk.ready();
      const taskId = of?.id ?? state.value.taskId;
      if (taskId === null) return;
      const { reasoning, operation } = await study.write(taskId, kind, samples++);
      set({ ...(of ? { taskId, prompt: of.prompt } : {}), reasoning, operation });
      rescore();
    } catch (error) {
      desk.fail(error, text.error.score);
    }
  };

  const choose = async (taskId: string): Promise<void> => {
    const task = desk.state.peek().tasks.find(({ id }) => id === taskId);
    if (task) await write('complete', task);
  };

  let version = 0;
  effect(() => {
    const { version: now, tasks } = desk.state.value;
    if (now === version) return;
    version = now;
    queueMicrotask(() => {
      const [first] = tasks;
      if (state.peek().prompt === '' && first) void choose(first.id);
      else rescore();
    });
  });

  return {
    state,
    choose,
    write: (kind) => write(kind),
    async another() {
      const { tasks } = desk.state.peek();
      const family = tasks.find(({ id }) => id === state.value.taskId)?.family;
      const others = tasks.filter((task) => family === undefined || task.family === family);
      if (others.length > 0) await choose(new Random(SEED, samples, 'another task').pick(others).id);
    },
    edit(change) {
      const { prompt, taskId } = state.value;
      const same = change.prompt === undefined || change.prompt === prompt;
      set({ ...change, taskId: same ? taskId : null, operation: null });
      rescore();
    },
  };
}
