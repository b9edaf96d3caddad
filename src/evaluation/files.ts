/**
 * The files of an evaluation: `evaluation.json` says what was evaluated and what it came to, `matrix.jsonl` and
 * `matrix.csv` hold task × sample, `rollouts.jsonl` everything of each sample.
 */
import * as v from 'valibot';
import { csv } from '../csv.ts';
import { FORMAT_PROFILES } from '../domains/format-profiles.ts';
import { PROMPT_STYLES } from '../domains/prompting.ts';
import type { DeviceKind } from '../runtime/device.ts';
import { groupBy } from '../statistics/samples.ts';
import { type Outcome, OUTCOMES, type SampleRecord } from './records.ts';
import type { EvaluationReport } from './report.ts';

const FORMAT = 'posterior evaluation 1';

/** One task with what became of its samples, in order. */
export interface MatrixRow {
  readonly task: string;
  readonly family: string;
  readonly outcomes: readonly Outcome[];
}

const text = v.string('must be a text');
const whole = v.pipe(v.number('must be a number'), v.integer('must be a whole number'));

const aboutSchema = v.object({
  format: v.literal(FORMAT, `must be “${FORMAT}”`),
  /** What was evaluated: a name, and the SHA-256 of the weights. */
  policy: v.object({ name: text, hash: text }),
  /** What it was evaluated on. */
  tasks: v.object({ name: text, domain: text, source: text, split: text }),
  suite: v.array(v.object({ task: text, family: text, prompt: text, checks: text }), 'must be a list'),
  settings: v.object({
    samples: whole,
    seed: whole,
    temperature: v.number('must be a number'),
    /** Absent where all tokens were sampled from. */
    topK: v.optional(whole),
    topP: v.optional(v.number('must be a number')),
    maxPromptTokens: whole,
    maxCompletionTokens: whole,
    timeoutMs: whole,
    /** How the policy was asked, and read; older files have neither, and were plain and strict. */
    promptStyle: v.optional(v.picklist(PROMPT_STYLES, `must be one of ${PROMPT_STYLES.join(', ')}`)),
    systemPrompt: v.optional(text),
    shots: v.optional(whole),
    formatProfile: v.optional(v.picklist(FORMAT_PROFILES, `must be one of ${FORMAT_PROFILES.join(', ')}`)),
    /** Of the examples of few-shot prompts. */
    promptSeed: v.optional(whole),
  }),
});

export type EvaluationAbout = Omit<v.InferOutput<typeof aboutSchema>, 'format'>;

export interface EvaluationFile extends EvaluationAbout {
  /** Tasks that were left out because their prompt is too long. */
  readonly tooLong: readonly { readonly task: string; readonly tokens: number }[];
  /** What a reader should know of it, a sentence each. */
  readonly notes: readonly string[];
  readonly report: EvaluationReport;
  readonly device: { readonly kind: DeviceKind; readonly reason: string };
  readonly seconds: number;
}

/** What is known of an evaluation before its first sample. */
export type EvaluationPlan = EvaluationAbout & Pick<EvaluationFile, 'tooLong' | 'notes'>;

/** A file of an evaluation that cannot be read. */
export class EvaluationFileError extends Error {
  override readonly name = 'EvaluationFileError';
}

export const writeAbout = (file: EvaluationFile): string =>
  `${JSON.stringify({ format: FORMAT, ...file }, null, 2)}\n`;

/** What `evaluation.json` says of an evaluation. @throws EvaluationFileError */
export function parseAbout(json: unknown): EvaluationAbout {
  const result = v.safeParse(aboutSchema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new EvaluationFileError(`${v.getDotPath(issue) ?? 'It'} ${issue.message}.`);
}

export const matrixOf = (records: readonly SampleRecord[]): MatrixRow[] =>
  groupBy(records, ({ task }) => task).map((of) => ({
    task: of[0]!.task,
    family: of[0]!.family,
    outcomes: of.map(({ outcome }) => outcome),
  }));

export const jsonLines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

const matrixRow = v.object({
  task: text,
  family: text,
  outcomes: v.array(v.picklist(OUTCOMES, `must be among ${OUTCOMES.join(', ')}`), 'must be a list'),
});

/** @throws EvaluationFileError naming the line */
export function parseMatrix(lines: string): MatrixRow[] {
  return lines.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      return [v.parse(matrixRow, JSON.parse(line))];
    } catch (cause) {
      throw new EvaluationFileError(`Line ${i + 1} is not a task with its outcomes.`, { cause });
    }
  });
}

/** One row a task, one column a sample. */
export function matrixCsv(rows: readonly MatrixRow[]): string {
  const samples = rows[0]?.outcomes.map((_, i) => `sample ${i + 1}`) ?? [];
  return csv([
    ['task', 'family', ...samples],
    ...rows.map(({ task, family, outcomes }) => [task, family, ...outcomes]),
  ]);
}
