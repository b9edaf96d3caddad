/** The file of an experiment: what is compared, with what, how often, and what is decided before it runs. */
import * as v from 'valibot';
import { suggestion } from '../nearest.ts';
import { RECIPES, type RecipeName } from '../reward/recipe.ts';
import { canonicalSettings } from '../rl/option-names.ts';
import { PRESETS } from '../run/presets.ts';
import { MEASURE_NAMES, type MeasureName } from './measures.ts';

/** Version of the form of the file. */
export const EXPERIMENT_VERSION = 1;

/** The file cannot be used; one sentence per fault. */
export class ExperimentError extends Error {
  override readonly name = 'ExperimentError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join(' '));
  }
}

/** Where a policy starts: the site’s, one fine-tuned for so many steps from the replicate’s seed, or one of a folder. */
export type PolicyChoice = 'site' | { readonly steps: number } | { readonly folder: string };

/** What scores the reasoning: the site’s model, one trained by a recipe from the replicate’s seed, or one of a folder. */
export type RewardChoice =
  | 'site'
  /** `body`: steps of fine-tuning of the policy whose body it is trained from. */
  | { readonly recipe: RecipeName; readonly body: number }
  | { readonly folder: string };

/** Which held-out tasks are evaluated: those that nothing is tuned on, the others, or both. */
export const EVALUATION_SETS = ['report', 'development', 'all'] as const;
export type EvaluationSet = (typeof EVALUATION_SETS)[number];

/** Trains only on tasks whose visible tests so large a share of the start’s completions passes. */
export interface Pool {
  readonly low: number;
  readonly high: number;
  /** Completions of each task that the share is estimated from. */
  readonly samples: number;
}

export interface Arm {
  readonly name: string;
  readonly label: string;
  /** Settings of a run that differ from those of the experiment. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly policy: PolicyChoice;
  readonly reward: RewardChoice;
  readonly pool: Pool | null;
  /** Not trained: the control that says where the others began. */
  readonly frozen: boolean;
}

/** Σ plus − Σ minus, seed by seed: one arm on each side is a difference, two on each side an interaction. */
export interface Contrast {
  readonly name: string;
  readonly label: string;
  readonly plus: readonly string[];
  readonly minus: readonly string[];
  readonly measure: MeasureName;
  /** The one that the experiment was made for. */
  readonly primary: boolean;
}

export interface Experiment {
  readonly version: typeof EXPERIMENT_VERSION;
  readonly name: string;
  readonly title: string;
  readonly question: string;
  /** What is expected, written down beforehand. */
  readonly expectation: string;
  readonly presets: readonly string[];
  /** The replicates, decided beforehand. */
  readonly seeds: readonly number[];
  readonly evaluation: {
    readonly set: EvaluationSet;
    /** Samples of each task. */
    readonly samples: number;
    /** At most so many tasks. */
    readonly limit: number | null;
  };
  readonly arms: readonly Arm[];
  readonly contrasts: readonly Contrast[];
  readonly bootstrap: { readonly resamples: number; readonly seed: number };
}

const text = v.string('must be a text');
const name = v.pipe(
  text,
  v.regex(/^[\w.+-]{1,60}$/u, 'must be 1 to 60 letters, digits and . + - _, because files are called so'),
);
const whole = (low: number, high: number) =>
  v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(low, `must be at least ${low}`),
    v.maxValue(high, `must be at most ${high}`),
  );
const share = v.pipe(
  v.number('must be a number'),
  v.minValue(0, 'must be at least 0'),
  v.maxValue(1, 'must be at most 1'),
);
const object = 'must be an object';
const folder = v.strictObject({ folder: v.pipe(text, v.nonEmpty('must name a folder')) }, object);
const settings = v.record(v.string(), v.unknown(), object);

const recipes = Object.keys(RECIPES) as [RecipeName, ...RecipeName[]];
const policy = v.union(
  [v.literal('site'), v.strictObject({ steps: whole(1, 100_000) }, object), folder],
  'must be "site", {"steps": N} or {"folder": PATH}',
);
const reward = v.union(
  [
    v.literal('site'),
    v.strictObject({ recipe: v.picklist(recipes), body: whole(1, 100_000) }, object),
    folder,
  ],
  `must be "site", {"recipe": NAME, "body": STEPS} with one of ${recipes.join(', ')}, or {"folder": PATH}`,
);
const pool = v.strictObject({ low: share, high: share, samples: v.optional(whole(1, 256), 8) }, object);

const arm = v.strictObject(
  {
    name,
    label: v.optional(text),
    settings: v.optional(settings, {}),
    policy: v.optional(policy),
    reward: v.optional(reward),
    pool: v.optional(v.nullable(pool)),
    frozen: v.optional(v.boolean('must be true or false'), false),
  },
  object,
);

const names = v.pipe(v.array(name, 'must be a list of arms'), v.nonEmpty('must name at least one arm'));
const contrast = v.strictObject(
  {
    name,
    label: v.optional(text),
    plus: names,
    minus: names,
    measure: v.optional(v.picklist(MEASURE_NAMES, `must be one of ${MEASURE_NAMES.join(', ')}`), 'strict'),
    primary: v.optional(v.boolean('must be true or false'), false),
  },
  object,
);

const PRESET_NAMES = PRESETS.map((preset) => preset.name);

const schema = v.strictObject(
  {
    version: v.literal(EXPERIMENT_VERSION),
    name,
    title: v.pipe(text, v.nonEmpty('must not be empty')),
    question: v.optional(text, ''),
    expectation: v.optional(text, ''),
    presets: v.optional(
      v.pipe(
        v.array(v.picklist(PRESET_NAMES, `must be among ${PRESET_NAMES.join(', ')}`), 'must be a list'),
        v.nonEmpty('must name at least one preset'),
      ),
      ['starter'],
    ),
    seeds: v.pipe(
      v.array(whole(0, 2 ** 32 - 1), 'must be a list of numbers'),
      v.nonEmpty('must hold at least one seed: how many there are is decided before the experiment runs'),
      v.check((seeds) => new Set(seeds).size === seeds.length, 'must not name a seed twice'),
    ),
    settings: v.optional(settings, {}),
    policy: v.optional(policy, 'site'),
    reward: v.optional(reward, 'site'),
    pool: v.optional(v.nullable(pool), null),
    evaluation: v.optional(
      v.strictObject(
        {
          set: v.optional(
            v.picklist(EVALUATION_SETS, `must be one of ${EVALUATION_SETS.join(', ')}`),
            'report',
          ),
          samples: v.optional(whole(1, 256), 8),
          limit: v.optional(v.nullable(whole(1, 100_000)), null),
        },
        object,
      ),
      {},
    ),
    arms: v.pipe(v.array(arm, 'must be a list'), v.nonEmpty('must hold at least one arm')),
    contrasts: v.optional(v.array(contrast, 'must be a list'), []),
    bootstrap: v.optional(
      v.strictObject(
        { resamples: v.optional(whole(100, 100_000), 2000), seed: v.optional(whole(0, 2 ** 32 - 1), 1) },
        object,
      ),
      {},
    ),
  },
  'must be an object',
);

const KEYS = Object.keys(schema.entries);

function describe(issue: v.InferIssue<typeof schema>): string {
  const path = v.getDotPath(issue);
  if (path === null) return `The experiment ${issue.message}.`;
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const unknown = path.split('.').at(-1)!;
    return path.includes('.')
      ? `${path} is not known.`
      : `There is no “${path}” in an experiment. ${suggestion(unknown, KEYS)}`;
  }
  if (issue.received === 'undefined') return `${path} is missing.`;
  return `${path} ${issue.message}, not ${JSON.stringify(issue.input)}.`;
}

/** Settings under the names of this project, whichever tool's they were written with. */
function named(own: Readonly<Record<string, unknown>>, where: string): Readonly<Record<string, unknown>> {
  const { settings: canonical, problems } = canonicalSettings(own);
  if (problems.length > 0) throw new ExperimentError(problems.map((problem) => `In ${where}: ${problem}`));
  return canonical;
}

/** What names say of each other. */
function contradictions({ arms, contrasts }: Experiment): string[] {
  const known = arms.map((each) => each.name);
  const twice = (list: readonly string[], what: string): string[] =>
    [...new Set(list.filter((each, i) => list.indexOf(each) !== i))].map(
      (each) => `There are two ${what} called “${each}”.`,
    );
  return [
    ...twice(known, 'arms'),
    ...twice(
      contrasts.map((each) => each.name),
      'contrasts',
    ),
    ...contrasts.flatMap((each) => [
      ...[...each.plus, ...each.minus]
        .filter((of) => !known.includes(of))
        .map(
          (of) =>
            `The contrast “${each.name}” names the arm “${of}”, which there is not. ${suggestion(of, known)}`,
        ),
      ...(each.plus.length === each.minus.length
        ? []
        : [`The contrast “${each.name}” must have as many arms on one side as on the other.`]),
    ]),
    ...(contrasts.filter(({ primary }) => primary).length > 1
      ? ['Only one contrast can be the primary one.']
      : []),
    ...arms.flatMap(({ name: of, pool: range }) =>
      range !== null && range.low > range.high
        ? [`The pool of the arm “${of}” is empty: low is above high.`]
        : [],
    ),
  ];
}

/**
 * Reads the JSON of an experiment.
 * @throws ExperimentError with every fault at once
 */
export function parseExperiment(json: unknown): Experiment {
  const version = (json as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version !== EXPERIMENT_VERSION)
    throw new ExperimentError([
      `The experiment has version ${version}; this project reads version ${EXPERIMENT_VERSION}. ` +
        'Nothing was run: use the project that it was written for, or write it anew.',
    ]);
  const result = v.safeParse(schema, json);
  if (!result.success) throw new ExperimentError(result.issues.map(describe));
  const {
    settings: all,
    policy: start,
    reward: scorer,
    pool: range,
    evaluation,
    bootstrap,
    ...rest
  } = result.output;
  const experiment: Experiment = {
    ...rest,
    evaluation: {
      set: evaluation.set ?? 'report',
      samples: evaluation.samples ?? 8,
      limit: evaluation.limit ?? null,
    },
    bootstrap: { resamples: bootstrap.resamples ?? 2000, seed: bootstrap.seed ?? 1 },
    arms: rest.arms.map((each) => ({
      name: each.name,
      label: each.label ?? each.name,
      settings: { ...named(all, 'the settings'), ...named(each.settings, `the arm “${each.name}”`) },
      policy: each.policy ?? start,
      reward: each.reward ?? scorer,
      pool: each.pool === undefined ? range : each.pool,
      frozen: each.frozen,
    })),
    contrasts: rest.contrasts.map((each) => ({ ...each, label: each.label ?? each.name })),
  };
  const problems = contradictions(experiment);
  if (problems.length > 0) throw new ExperimentError(problems);
  return experiment;
}
