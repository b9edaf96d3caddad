/**
 * What the lesson shows: real runs, one update and texts with their scores, as `lesson record` writes them. One JSON file,
 * so that everything moves at once and without a GPU.
 */
import * as v from 'valibot';
import type { Value } from '../sandbox/types.ts';
import { GATE_NAMES } from '../rl/gate.ts';

export const RECORDING_FORMAT = 'posterior-lesson';
export const RECORDING_VERSION = 1;
/** Where the site has it. */
export const RECORDING_FILE = 'lesson/recording.json';

/** The recording is missing, damaged, or of another version. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Everything that JSON holds is a value; see `sandbox/types.ts`. */
const value = v.custom<Value>((given) => given !== undefined);
const metrics = v.record(v.string(), finite);

const test = v.object({ args: v.array(value), expected: value });
const task = v.object({
  id: v.string(),
  family: v.string(),
  split: v.picklist(['train', 'held-out']),
  prompt: v.string(),
  entry: v.string(),
  composition: v.string(),
  reference: v.string(),
  visibleTests: v.array(test),
  heldOutTests: v.array(test),
});

const verification = v.object({
  passes: v.boolean(),
  passesVisible: v.boolean(),
  passed: count,
  total: count,
  weak: v.boolean(),
  /** A verdict of the sandbox. */
  detail: v.looseObject({ status: v.string(), tests: v.array(v.looseObject({ status: v.string() })) }),
});

const rollout = v.object({
  step: count,
  group: count,
  index: count,
  taskId: v.string(),
  tokens: v.array(count),
  logprobs: v.array(v.pipe(finite, v.maxValue(0))),
  text: v.string(),
  reasoning: v.nullable(v.string()),
  answer: v.nullable(v.string()),
  truncated: v.boolean(),
  verification,
  rewards: v.object({ format: finite, outcome: finite, thinking: finite }),
  reward: finite,
  advantage: finite,
  entropy: finite,
  kl: v.nullable(finite),
  agreement: v.nullable(v.boolean()),
});

/** A task with all attempts of a step at it. */
const group = v.pipe(
  v.object({
    task,
    rollouts: v.pipe(v.array(rollout), v.minLength(2)),
    /** The text of each token, [completions, tokens]. */
    texts: v.array(v.array(v.string())),
  }),
  v.check(
    ({ rollouts, texts }) =>
      texts.length === rollouts.length &&
      rollouts.every(
        ({ tokens, logprobs }, i) => tokens.length === logprobs.length && tokens.length === texts[i]?.length,
      ),
    'every token has one text and one log-probability',
  ),
);

const settings = v.looseObject({
  gate: v.picklist(GATE_NAMES),
  seed: count,
  steps: count,
  learningRate: finite,
  promptsPerStep: count,
  groupSize: v.pipe(count, v.minValue(2)),
  temperature: finite,
  maxCompletionTokens: count,
  advantage: v.picklist(['group', 'batch', 'none', 'rloo']),
  importance: v.picklist(['token', 'sequence']),
  aggregation: v.picklist(['sequence', 'token', 'constant', 'micro-batch']),
  surrogate: v.picklist(['clipped', 'cispo']),
  clipLow: finite,
  clipHigh: finite,
  dualClip: finite,
  beta: finite,
  klEstimator: v.picklist(['k1', 'k2', 'k3']),
  entropyCoefficient: finite,
  microBatch: count,
  maxGradNorm: finite,
});

const run = v.object({
  gate: v.picklist(GATE_NAMES),
  steps: v.array(v.object({ step: count, metrics })),
  evals: v.pipe(v.array(v.object({ step: count, metrics })), v.minLength(2)),
  /** Whole groups of a few steps; those of the first step stand with the start. */
  groups: v.array(group),
});

/** One update of one group, again and again: the batch is used for several rounds. */
const update = v.pipe(
  v.object({
    settings,
    group,
    /** Log-probability of every token before the first round and after each, [rounds + 1, completions, tokens]. */
    logprobs: v.pipe(v.array(v.array(v.array(finite))), v.minLength(2)),
    /** What the engine measured in each round, before the weights moved. */
    rounds: v.array(v.object({ loss: finite, gradNorm: finite, clipLow: finite, clipHigh: finite })),
  }),
  v.check(({ group: { rollouts }, logprobs, rounds }) => {
    const shaped = (rows: readonly (readonly number[])[]): boolean =>
      rows.length === rollouts.length && rows.every((row, i) => row.length === rollouts[i]?.tokens.length);
    return logprobs.length === rounds.length + 1 && logprobs.every(shaped);
  }, 'every token has a log-probability before the update and after each round'),
);

/** The kinds of a reasoning that the reward model was asked about. */
export const READING_KINDS = ['right', 'forgetful', 'false', 'shuffled'] as const;
export type ReadingKind = (typeof READING_KINDS)[number];

const readings = v.object({
  task,
  texts: v.pipe(
    v.array(v.object({ kind: v.picklist(READING_KINDS), text: v.string(), score: finite })),
    v.minLength(2),
  ),
});

/** A completion that pleased a reward model and failed. */
const hacked = v.object({
  task,
  seed: count,
  step: count,
  text: v.string(),
  reasoning: v.string(),
  program: v.string(),
  /** R_t under the flawed reward model that it was trained with. */
  thinking: finite,
  /** The raw score of the shipped reward model. */
  shipped: finite,
  verification,
});

const recording = v.object({
  format: v.literal(RECORDING_FORMAT),
  version: v.literal(RECORDING_VERSION),
  made: v.object({ command: v.string(), version: v.string(), seed: count, device: v.string() }),
  settings,
  /** Every group of the first step, which is the same for all gates: same start, same seed. */
  start: v.pipe(v.array(group), v.minLength(1)),
  runs: v.pipe(v.array(run), v.minLength(1)),
  /** A program that passes every visible test and fails a held-out one. */
  fooled: v.object({ task, reasoning: v.string(), program: v.string(), strict: verification }),
  /**
   * Groups of which some completions pass and some fail, sampled from the same start: of so many, those in which R_t ranks
   * most failing completions above passing ones.
   */
  mixed: v.object({ temperature: finite, of: count, groups: v.pipe(v.array(group), v.minLength(1)) }),
  readings: v.pipe(v.array(readings), v.minLength(1)),
  hacked: v.pipe(v.array(hacked), v.minLength(1)),
  update,
});

export type Recording = v.InferOutput<typeof recording>;
export type RecordedGroup = v.InferOutput<typeof group>;
export type RecordedRollout = v.InferOutput<typeof rollout>;
export type RecordedTask = v.InferOutput<typeof task>;
export type RecordedRun = v.InferOutput<typeof run>;
export type RecordedUpdate = v.InferOutput<typeof update>;
export type RecordedReadings = v.InferOutput<typeof readings>;
export type HackedCompletion = v.InferOutput<typeof hacked>;

/** @throws RecordingError which says what is wrong, and where */
export function parseRecording(json: unknown): Recording {
  const read = v.safeParse(recording, json);
  if (read.success) return read.output;
  const version = (json as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version !== RECORDING_VERSION)
    throw new RecordingError(
      `The lesson’s recording has version ${version}; this page reads version ${RECORDING_VERSION}. Reload the page to have both of one version.`,
    );
  const [issue] = read.issues;
  const place = v.getDotPath(issue);
  throw new RecordingError(
    `The lesson’s recording is damaged${place === null ? '' : ` at “${place}”`}: ${issue.message}. Reload the page, or make it anew with “npm run -s posterior -- lesson record”.`,
  );
}

/** @throws RecordingError where it is missing or damaged */
export async function fetchRecording(base: string, signal?: AbortSignal): Promise<Recording> {
  const response = await fetch(new URL(RECORDING_FILE, base), signal ? { signal } : {});
  if (!response.ok)
    throw new RecordingError(
      `The lesson’s recording ${RECORDING_FILE} is missing (${response.status}). Reload the page; if that does not help, the site was published without it.`,
    );
  let json: unknown;
  try {
    json = await response.json();
  } catch {
    throw new RecordingError(`The lesson’s recording ${RECORDING_FILE} is not JSON. Reload the page.`);
  }
  return parseRecording(json);
}
