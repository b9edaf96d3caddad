/** What is evaluated: one to four policies, all on the same tasks with the same random numbers. */
import * as v from 'valibot';
import { FORMAT_PROFILES } from '../../../domains/format-profiles.ts';
import { DEFAULT_SYSTEM_PROMPT, PROMPT_STYLES, type SomePromptSettings } from '../../../domains/prompting.ts';
import { checkKs, PassAtKError } from '../../../evaluation/report.ts';
import { EVAL_SEED } from '../../../rl/sampling.ts';
import { text } from '../text.ts';
import type { PolicyOption, TasksOption } from './options.ts';

export const MOST_POLICIES = 4;
export const MOST_SAMPLES = 256;
export const MOST_SHOTS = 64;

const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** How policies are asked and read. */
const promptsSchema = v.object({
  /** Null for as each was trained. */
  promptStyle: v.nullable(v.picklist(PROMPT_STYLES)),
  /** Of few-shot prompts. */
  shots: whole(1, MOST_SHOTS),
  /** Of chats. */
  systemPrompt: v.string(),
  /** Null for as each was trained. */
  formatProfile: v.nullable(v.picklist(FORMAT_PROFILES)),
});

export type PlannedPrompts = v.InferOutput<typeof promptsSchema>;

export const AS_TRAINED: PlannedPrompts = {
  promptStyle: null,
  shots: 3,
  systemPrompt: DEFAULT_SYSTEM_PROMPT,
  formatProfile: null,
};

export const planSchema = v.object({
  policies: v.pipe(
    v.array(v.object({ id: v.string(), name: v.string() })),
    v.minLength(1),
    v.maxLength(MOST_POLICIES),
  ),
  tasks: v.object({
    name: v.string(),
    split: v.picklist(['train', 'held-out', 'all']),
    choice: v.object({
      domain: v.string(),
      tasks: v.string(),
      taskSettings: v.optional(v.record(v.string(), v.unknown()), {}),
    }),
  }),
  /** Tasks at most; null for all. */
  limit: v.nullable(whole(1, 1_000_000)),
  samples: whole(1, MOST_SAMPLES),
  ks: v.array(whole(1, MOST_SAMPLES)),
  temperature: v.pipe(v.number(), v.minValue(0.01), v.maxValue(10)),
  seed: whole(0, 2 ** 32 - 1),
  /** Null for what each policy was trained with. */
  maxCompletionTokens: v.nullable(whole(8, 32_768)),
  /** 0 for all. */
  topK: v.optional(whole(0, 1_000_000), 0),
  /** 1 for all. */
  topP: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 1),
  prompts: v.optional(promptsSchema, AS_TRAINED),
});

export type Plan = v.InferOutput<typeof planSchema>;
export type PlannedPolicy = Plan['policies'][number];

/** The form as it is filled in. */
export interface Form extends Pick<
  Plan,
  'limit' | 'samples' | 'temperature' | 'seed' | 'maxCompletionTokens' | 'topK' | 'topP' | 'prompts'
> {
  /** Ids of policies, in the order in which they were chosen: the first is what the others are compared with. */
  readonly policies: readonly string[];
  /** Id of the tasks. */
  readonly tasks: string;
  /** As typed. */
  readonly ks: string;
}

export const SITE_POLICY = 'site';

export const FIRST_FORM: Form = {
  policies: [SITE_POLICY],
  tasks: 'starter',
  limit: 64,
  samples: 4,
  ks: '1, 4',
  temperature: 1,
  seed: EVAL_SEED,
  maxCompletionTokens: null,
  topK: 0,
  topP: 1,
  prompts: AS_TRAINED,
};

/** A few tasks: what shows the screen within seconds. */
export const QUICK_FORM: Form = { ...FIRST_FORM, limit: 12 };

/** The form says something that cannot be evaluated: a sentence for each reason. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join(' '));
  }
}

/** @throws PassAtKError */
export const parseKs = (typed: string, samples: number): number[] =>
  checkKs(
    typed
      .split(/[\s,;]+/)
      .filter((each) => each !== '')
      .map(Number),
    samples,
  );

function ksProblem({ ks, samples }: Form): string | null {
  if (!/\d/.test(ks)) return text.problem.noKs;
  try {
    parseKs(ks, samples);
    return null;
  } catch (error) {
    if (error instanceof PassAtKError) return error.message;
    throw error;
  }
}

export interface Options {
  readonly policies: readonly PolicyOption[];
  readonly tasks: readonly TasksOption[];
}

/** Those that are still there. */
const chosenOf = (form: Form, { policies }: Pick<Options, 'policies'>): PolicyOption[] =>
  form.policies.flatMap((id) => policies.find((each) => each.id === id) ?? []);

/** Why it cannot be evaluated; a sentence each. */
export function problemsOf(form: Form, { policies, tasks }: Options): string[] {
  const known = chosenOf(form, { policies });
  return [
    ...(known.length === 0 ? [text.problem.noPolicy] : []),
    ...(known.length > MOST_POLICIES ? [text.problem.manyPolicies(known.length, MOST_POLICIES)] : []),
    ...(tasks.some(({ id }) => id === form.tasks) ? [] : [text.problem.noTasks]),
    ...[ksProblem(form)].filter((problem) => problem !== null),
  ];
}

/** What is worth knowing before it begins; a sentence each. */
export function cautionsOf(form: Form, { policies, tasks }: Options): string[] {
  const of = tasks.find(({ id }) => id === form.tasks);
  if (!of) return [];
  const chosen = chosenOf(form, { policies });
  const { promptStyle, formatProfile } = form.prompts;
  const unasked = promptStyle === null || formatProfile === null;
  return [
    ...chosen
      .filter(({ domain }) => domain !== null && domain.name !== of.domain.name)
      .map(({ name, domain }) => text.problem.otherDomain(name, domain!.label, of.domain.label)),
    ...chosen
      .filter(({ id, trained }) => unasked && trained === null && id !== SITE_POLICY)
      .map(({ name }) => text.problem.unknownTraining(name)),
  ];
}

/** What is set of the prompts, and nothing of a style that is not theirs. */
export const promptsOf = ({
  promptStyle,
  shots,
  systemPrompt,
  formatProfile,
}: PlannedPrompts): SomePromptSettings => ({
  ...(promptStyle === null ? {} : { promptStyle }),
  ...(promptStyle === 'few-shot' ? { shots } : {}),
  ...(promptStyle === 'chat' ? { systemPrompt } : {}),
  ...(formatProfile === null ? {} : { formatProfile }),
});

/** @throws PlanError */
export function planOf(form: Form, options: Options): Plan {
  const problems = problemsOf(form, options);
  if (problems.length > 0) throw new PlanError(problems);
  const { name, split, choice } = options.tasks.find(({ id }) => id === form.tasks)!;
  const { limit, samples, temperature, seed, maxCompletionTokens, topK, topP, prompts } = form;
  return {
    policies: chosenOf(form, options).map(({ id, name: called }) => ({ id, name: called })),
    tasks: { name, split, choice: { taskSettings: {}, ...choice } },
    limit,
    samples,
    ks: parseKs(form.ks, samples),
    temperature,
    seed,
    maxCompletionTokens,
    topK,
    topP,
    prompts,
  };
}
