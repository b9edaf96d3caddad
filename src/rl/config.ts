import * as v from 'valibot';
import { sourceOf, UnknownTasksError } from '../domains/index.ts';
import type { PromptSettings, SomePromptSettings } from '../domains/prompting.ts';
import { ALL_LINEAR, LORA_TARGETS, type LoraConfig } from '../model/lora.ts';
import { canonicalSettings, unknownName } from './option-names.ts';
import { type Option, OPTION_NAMES, type OptionName, optionOf, OPTIONS } from './options.ts';
import { REWARDS } from './rewards/index.ts';
import { type ConfigChange, type FullConfig, LIVE_SETTINGS, type TrainConfig } from './types.ts';

/** The settings cannot be used; one sentence per fault, each naming the setting and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join(' '));
  }
}

const NUMBER = v.number('must be a number');

/** What a value of an option must be; the address, the form and the command line read by it too. */
function schemaOf({ values }: Option): v.GenericSchema {
  switch (values.kind) {
    case 'integer': {
      const whole = v.pipe(NUMBER, v.integer('must be a whole number'));
      return v.pipe(whole, v.minValue(...values.low), v.maxValue(...values.high));
    }
    case 'number': {
      const [limit, fault] = values.low;
      const above = v.pipe(
        NUMBER,
        v.check((value) => value > limit || (!values.above && value === limit), fault),
      );
      return values.high
        ? v.pipe(above, v.maxValue(...values.high))
        : v.pipe(NUMBER, v.finite('must be finite'), above);
    }
    case 'choice':
      return v.picklist(values.choices, `must be one of ${values.choices.join(', ')}`);
    case 'flag':
      return v.boolean('must be true or false');
    case 'name':
      return v.pipe(v.string('must be a name'), v.nonEmpty(values.fault));
    case 'some':
      return someOf(values);
    case 'text':
      return v.pipe(v.string('must be a text'), v.maxLength(...values.longest));
    case 'weights':
      return weights;
    case 'task settings':
      return v.record(v.string(), v.unknown(), 'must be an object');
    case 'changes':
      return changes;
  }
}

/** Some of the choices as one text: a list of them is understood too, as PEFT has it. */
function someOf({ choices, all }: Extract<Option['values'], { kind: 'some' }>): v.GenericSchema {
  const names = (typed: string): string[] => typed.split(',').map((name) => name.trim());
  const fault = `must be ${all} or some of ${choices.join(', ')}`;
  return v.pipe(
    v.union([v.string(), v.array(v.string())], fault),
    v.transform((given) => (typeof given === 'string' ? given : given.join())),
    v.check((typed) => typed === all || names(typed).every((name) => choices.includes(name)), fault),
    v.transform((typed) =>
      typed === all ? all : choices.filter((name) => names(typed).includes(name)).join(),
    ),
  );
}

const weight = v.pipe(
  v.number('must be a number'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(100, 'must be at most 100'),
);
const weights = v.strictObject(
  Object.fromEntries(REWARDS.map(({ name }) => [name, v.optional(weight)])),
  `must be an object with some of ${REWARDS.map(({ name }) => name).join(', ')}`,
);
const changes: v.GenericSchema = v.pipe(
  v.array(
    v.strictObject({
      step: v.pipe(NUMBER, v.integer('must be a whole number'), v.minValue(0, 'must not be negative')),
      settings: v.lazy(() =>
        v.strictObject(
          Object.fromEntries(LIVE_SETTINGS.map((name) => [name, v.optional(schemaOf(optionOf(name)))])),
        ),
      ),
    }),
    'must be a list',
  ),
  v.check(
    (list) => list.every(({ step }, i) => i === 0 || step >= list[i - 1]!.step),
    'must be in the order of their steps',
  ),
);

const schema = v.strictObject(
  Object.fromEntries(
    OPTION_NAMES.map((name) => [name, v.optional(schemaOf(OPTIONS[name]), OPTIONS[name].default as never)]),
  ),
);

/** What a setting is when it is not given. */
export const DEFAULT_CONFIG = v.parse(schema, {}) as unknown as FullConfig;

/** A configuration, whichever version wrote it, with what it leaves out as by default. */
export const fullConfig = (config: TrainConfig): FullConfig => ({ ...DEFAULT_CONFIG, ...config });

/** What decides the prompts of a run, whichever version wrote its configuration. */
export const promptSettings = ({
  promptStyle = DEFAULT_CONFIG.promptStyle,
  systemPrompt = DEFAULT_CONFIG.systemPrompt,
  shots = DEFAULT_CONFIG.shots,
  formatProfile = DEFAULT_CONFIG.formatProfile,
  seed = DEFAULT_CONFIG.seed,
}: SomePromptSettings): PromptSettings => ({ promptStyle, systemPrompt, shots, formatProfile, seed });

/** What a run trains beside the weights of its model; `null` where it trains those. */
export function loraOf(config: TrainConfig): LoraConfig | null {
  const {
    loraRank: rank,
    loraAlpha: alpha,
    loraTargets,
    loraRankStabilized: rankStabilized,
  } = fullConfig(config);
  if (rank === 0) return null;
  const named = loraTargets.split(',');
  const targets = LORA_TARGETS.filter((name) => loraTargets === ALL_LINEAR || named.includes(name));
  return { rank, alpha, targets, rankStabilized };
}

/** The settings that hold for a step, from 1: those of the run with what changed before it. */
export function configAt(config: TrainConfig, step: number): FullConfig {
  const full = fullConfig(config);
  const before = full.changes.filter((change) => change.step < step);
  return Object.assign({ ...full }, ...before.map(({ settings }) => settings)) as FullConfig;
}

/**
 * Checks settings from outside (URL, form, command line, stored run) and fills in the defaults. Names and values of TRL
 * and verl are understood where they mean the same.
 * @throws ConfigError with every fault at once; unknown settings are faults, since a misspelt one would silently
 *   train something else.
 */
export function parseConfig(input: unknown): FullConfig {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new ConfigError(['The settings must be an object.']);
  const { settings, problems } = canonicalSettings(input as Record<string, unknown>);
  const result = v.safeParse(schema, withCanonicalChanges(settings));
  const faults = [...problems, ...(result.issues ?? []).map(describeIssue)];
  if (faults.length > 0) throw new ConfigError(faults);
  const config = result.output as unknown as FullConfig;
  const against = [
    ...new Set(turningPoints(config).flatMap((step) => contradictions(configAt(config, step)))),
  ];
  if (against.length > 0) throw new ConfigError(against);
  // Which settings a task source has is known to the source.
  try {
    sourceOf(config);
  } catch (error) {
    if (error instanceof UnknownTasksError) throw new ConfigError([error.message]);
    throw error;
  }
  return config;
}

/** The first step, and each before which something changed. */
const turningPoints = ({ changes: list }: FullConfig): number[] => [1, ...list.map(({ step }) => step + 1)];

/** Changes, too, may have others' names; faults in them are for the schema to find. */
function withCanonicalChanges(
  settings: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (!Array.isArray(settings['changes'])) return settings;
  const list = settings['changes'].map((change: unknown): unknown => {
    const inner = (change as Partial<ConfigChange> | null)?.settings;
    if (typeof inner !== 'object' || inner === null) return change;
    const named = canonicalSettings(inner);
    return named.problems.length > 0 ? change : { ...(change as ConfigChange), settings: named.settings };
  });
  return { ...settings, changes: list };
}

/** Settings that are right by themselves and cannot hold together. */
function contradictions(config: FullConfig): string[] {
  const { dualClip, clipHigh, overlongBuffer, maxCompletionTokens, miniBatches, promptsPerStep } = config;
  const { warmupSteps, steps, rewardWeights, loraRank, syncRefModel, refModelMixupAlpha } = config;
  const checks: [boolean, string][] = [
    [
      dualClip > 0 && dualClip <= 1 + clipHigh,
      `dualClip must be above 1 + clipHigh, which is ${1 + clipHigh}, or 0 for none; ${dualClip} would stop what clipHigh lets through.`,
    ],
    [
      overlongBuffer > maxCompletionTokens,
      `overlongBuffer must be at most maxCompletionTokens, which is ${maxCompletionTokens}, not ${overlongBuffer}.`,
    ],
    [
      miniBatches > promptsPerStep,
      `miniBatches must be at most promptsPerStep, which is ${promptsPerStep}, because a group is not divided; it is ${miniBatches}.`,
    ],
    [
      steps > 0 && warmupSteps > steps,
      `warmupSteps must be at most steps, which is ${steps}, not ${warmupSteps}.`,
    ],
    [
      loraRank > 0 && syncRefModel && refModelMixupAlpha !== 1,
      `refModelMixupAlpha must be 1 where loraRank is above 0, because what lies between two products of low rank is not of that rank; it is ${refModelMixupAlpha}.`,
    ],
    [
      REWARDS.every(({ name }) => rewardWeights[name] === 0),
      'rewardWeights must leave one reward above 0, or nothing is learned.',
    ],
  ];
  return checks.flatMap(([wrong, sentence]) => (wrong ? [sentence] : []));
}

function describeIssue(issue: v.InferIssue<typeof schema>): string {
  const name = v.getDotPath(issue) ?? '';
  if (issue.type !== 'strict_object' || issue.expected !== 'never')
    return `${name} ${issue.message}, not ${JSON.stringify(issue.input)}.`;
  const [inner = ''] = name.split('.').slice(-1);
  if (name.startsWith('rewardWeights.'))
    return `There is no reward “${inner}”. They are ${REWARDS.map((reward) => reward.name).join(', ')}.`;
  if (name.startsWith('changes.')) return `${name} cannot change. What can is ${LIVE_SETTINGS.join(', ')}.`;
  return unknownName(inner);
}

/** A value for one option, read by the same rules. @throws ConfigError */
export function parseOption(name: OptionName, value: unknown): unknown {
  const result = v.safeParse(schemaOf(optionOf(name)), value);
  if (result.success) return result.output;
  throw new ConfigError(result.issues.map((issue) => `${name} ${issue.message}.`));
}
