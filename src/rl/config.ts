import * as v from 'valibot';
import { SCALING_KINDS } from './scaling.ts';
import { DEFAULT_GATE, GATE_NAMES } from './gate.ts';
import {
  DEFAULT_SOURCE,
  DEFAULT_DOMAIN,
  DOMAIN_NAMES,
  sourceOf,
  UnknownTasksError,
} from '../domains/index.ts';
import type { TrainConfig } from './types.ts';

/** The settings cannot be used; one sentence per fault, each naming the setting and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join(' '));
  }
}

const count = (low: number, high: number, tooLow: string, tooHigh: string) =>
  v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(low, tooLow),
    v.maxValue(high, tooHigh),
  );

const size = (low: number, high: number, tooLow: string, tooHigh: string) =>
  v.pipe(v.number('must be a number'), v.minValue(low, tooLow), v.maxValue(high, tooHigh));

const choice = <const T extends readonly string[]>(options: T) =>
  v.picklist(options, `must be one of ${options.join(', ')}`);

const schema = v.strictObject({
  preset: v.optional(v.pipe(v.string('must be a name'), v.nonEmpty('must not be empty')), 'custom'),
  gate: v.optional(choice(GATE_NAMES), DEFAULT_GATE),
  seed: v.optional(count(0, 2 ** 32 - 1, 'must not be negative', 'must be below 2³²'), 1),
  steps: v.optional(count(0, 1_000_000, 'must not be negative', 'must be at most 1,000,000'), 100),
  learningRate: v.optional(
    v.pipe(
      v.number('must be a number'),
      v.gtValue(0, 'must be above 0, or nothing is learned'),
      v.maxValue(0.1, 'must be at most 0.1; models of this size want 1e-4 to 3e-4'),
    ),
    1e-4,
  ),
  promptsPerStep: v.optional(count(1, 1024, 'must be at least 1', 'must be at most 1024'), 12),
  groupSize: v.optional(
    count(
      2,
      256,
      'must be at least 2, because a completion’s advantage is its distance from others of its group',
      'must be at most 256',
    ),
    8,
  ),
  temperature: v.optional(
    size(
      0.01,
      10,
      'must be at least 0.01; at 0 every completion of a group would be the same and teach nothing',
      'must be at most 10',
    ),
    1,
  ),
  maxPromptTokens: v.optional(count(1, 32_768, 'must be at least 1', 'must be at most 32,768'), 128),
  maxCompletionTokens: v.optional(
    count(8, 32_768, 'must be at least 8, or the tags alone do not fit', 'must be at most 32,768'),
    128,
  ),
  advantage: v.optional(choice(['group', 'batch', 'none', 'rloo']), 'group'),
  importance: v.optional(choice(['token', 'sequence']), 'token'),
  aggregation: v.optional(choice(['sequence', 'token', 'constant']), 'token'),
  clipLow: v.optional(
    size(0, 1, 'must not be negative', 'must be at most 1, because an importance ratio is never below 0'),
    0.2,
  ),
  clipHigh: v.optional(size(0, 100, 'must not be negative', 'must be at most 100'), 0.28),
  beta: v.optional(size(0, 10, 'must not be negative; 0 leaves the KL term out', 'must be at most 10'), 0),
  innerIterations: v.optional(count(1, 64, 'must be at least 1', 'must be at most 64'), 1),
  microBatch: v.optional(count(1, 4096, 'must be at least 1', 'must be at most 4096'), 16),
  weightDecay: v.optional(size(0, 1, 'must not be negative', 'must be at most 1'), 0),
  maxGradNorm: v.optional(
    v.pipe(
      v.number('must be a number'),
      v.finite('must be finite'),
      v.gtValue(0, 'must be above 0, or every gradient is clipped to nothing'),
    ),
    1,
  ),
  evalEvery: v.optional(
    count(
      0,
      1_000_000,
      'must not be negative; 0 evaluates only at the start and the end',
      'must be at most 1,000,000',
    ),
    10,
  ),
  evalTasks: v.optional(count(1, 100_000, 'must be at least 1', 'must be at most 100,000'), 128),
  checkpointEvery: v.optional(
    count(0, 1_000_000, 'must not be negative; 0 saves only at the end', 'must be at most 1,000,000'),
    5,
  ),
  timeoutMs: v.optional(
    count(10, 600_000, 'must be at least 10 ms, or no program can finish', 'must be at most 600,000 ms'),
    2000,
  ),
  domain: v.optional(choice(DOMAIN_NAMES), DEFAULT_DOMAIN),
  tasks: v.optional(v.string('must be the name of a task source'), DEFAULT_SOURCE),
  taskSettings: v.optional(v.record(v.string(), v.unknown(), 'must be an object'), {}),
  rewardScaling: v.optional(choice(SCALING_KINDS), 'sigmoid'),
});

/** What a setting is when it is not given. */
export const DEFAULT_CONFIG: TrainConfig = v.parse(schema, {});

/**
 * Checks settings from outside (URL, form, command line, stored run) and fills in the defaults.
 * @throws ConfigError with every fault at once; unknown settings are faults, since a misspelt one would silently
 *   train something else.
 */
export function parseConfig(input: unknown): TrainConfig {
  const result = v.safeParse(schema, input);
  if (!result.success) throw new ConfigError(result.issues.map(describeIssue));
  // Which settings a task source has is known to the source.
  try {
    sourceOf(result.output);
  } catch (error) {
    if (error instanceof UnknownTasksError) throw new ConfigError([error.message]);
    throw error;
  }
  return result.output;
}

function describeIssue(issue: v.InferIssue<typeof schema>): string {
  const name = v.getDotPath(issue);
  if (name === null) return 'The settings must be an object.';
  if (issue.type === 'strict_object') return describeUnknown(name);
  return `${name} ${issue.message}, not ${JSON.stringify(issue.input)}.`;
}

function describeUnknown(name: string): string {
  const meant = Object.keys(schema.entries).find((known) => plain(known) === plain(name));
  const hint =
    meant === undefined
      ? `The settings are ${Object.keys(schema.entries).join(', ')}`
      : `Did you mean ${meant}`;
  return `There is no setting “${name}”. ${hint}${meant === undefined ? '.' : '?'}`;
}

/** For comparing names however they are cased and joined. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}
