import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  fstatSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceUsed, TrainRequest } from '../src/headless/requests.ts';
import type { EvalRecord, Rollout, StepRecord, TrainConfig } from '../src/rl/types.ts';
import { InputError } from './errors.ts';
import type { RequestedTasks } from './task-file.ts';
import { messageOf } from '../src/errors.ts';

/** What was asked for, with folders in place of the models in them; `null` stands for the shipped ones. */
export interface RunRequest extends Omit<TrainRequest, 'policy' | 'reward' | 'tasks' | 'upload'> {
  readonly policy: string | null;
  /** Merged into it; runs of earlier versions say nothing of it. */
  readonly adapter?: string | null;
  readonly reward: string | null;
  readonly tasks: RequestedTasks | null;
}

/** What config.json holds: what was asked for and, once the page has answered, what that came to. */
export interface RunFile {
  readonly request: RunRequest;
  readonly config?: TrainConfig;
  readonly device?: DeviceUsed;
  readonly runId?: string;
  /** The reward model by the hash of its weights, where it is not the shipped one. */
  readonly rewardModel?: { readonly id: string; readonly name: string };
  /** Every step is done: there is nothing to resume. */
  readonly finished?: true;
}

/** A line of metrics.jsonl and of `--json`. */
export type MetricsLine = { readonly type: 'step' | 'eval'; readonly step: number } & Readonly<
  Record<string, unknown>
>;

export const stepLine = ({ step, metrics }: StepRecord): MetricsLine => ({ type: 'step', step, ...metrics });
export const evalLine = ({ step, metrics }: EvalRecord): MetricsLine => ({ type: 'eval', step, ...metrics });

const jsonLines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

/**
 * The folder of one run: config.json, metrics.jsonl, rollouts.jsonl, report.html and `browser`, the profile that
 * holds its checkpoints. A record that comes again, because the run went back to a checkpoint, replaces its first.
 */
export class RunFolder {
  readonly path: string;
  readonly profile: string;
  readonly #steps = new Map<number, StepRecord>();
  readonly #evals = new Map<number, EvalRecord>();
  #rollouts: readonly Rollout[] = [];
  #lastRolloutStep = -Infinity;

  private constructor(path: string) {
    this.path = path;
    this.profile = join(path, 'browser');
  }

  /** @throws {InputError} when the folder already holds something: nothing is overwritten */
  static async create(path: string): Promise<RunFolder> {
    const present = existsSync(path) ? await readdir(path) : [];
    if (present.includes('config.json')) {
      throw new InputError(
        `${path} already holds a run. Continue it with --resume, or choose another --out.`,
      );
    }
    if (present.length > 0) throw new InputError(`${path} is not empty. Choose another --out.`);
    await mkdir(path, { recursive: true });
    return new RunFolder(path);
  }

  /** Whether the folder is that of a run: a model’s has a config.json too. */
  static isRun(path: string): boolean {
    const config = join(path, 'config.json');
    if (!existsSync(config)) return false;
    try {
      const json: unknown = JSON.parse(readFileSync(config, 'utf8'));
      return typeof json === 'object' && json !== null && 'request' in json;
    } catch {
      return false;
    }
  }

  /** Opens the folder of a run that was stopped, with what it recorded. */
  static open(path: string): { folder: RunFolder; file: RunFile } {
    const config = join(path, 'config.json');
    if (!existsSync(config))
      throw new InputError(`${path} holds no run to resume: there is no config.json in it.`);
    const folder = new RunFolder(path);
    folder.#load();
    return { folder, file: parseRunFile(config, 'resumed') };
  }

  get steps(): StepRecord[] {
    return [...this.#steps.values()].sort((a, b) => a.step - b.step);
  }

  get evals(): EvalRecord[] {
    return [...this.#evals.values()].sort((a, b) => a.step - b.step);
  }

  /** Completions of the latest step. */
  get rollouts(): readonly Rollout[] {
    return this.#rollouts;
  }

  saveConfig(file: RunFile): void {
    writeFileSync(join(this.path, 'config.json'), `${JSON.stringify(file, null, 2)}\n`);
  }

  addStep(record: StepRecord, rollouts: readonly Rollout[]): void {
    const isNew = !this.#steps.has(record.step);
    this.#steps.set(record.step, record);
    this.#writeMetrics(stepLine(record), isNew);
    this.#rollouts = rollouts;
    if (record.step <= this.#lastRolloutStep) dropLinesFrom(this.#file('rollouts.jsonl'), record.step);
    this.#lastRolloutStep = record.step;
    // `step` comes first, where dropping lines looks for it.
    appendFileSync(
      this.#file('rollouts.jsonl'),
      jsonLines(rollouts.map((rollout) => Object.assign({ step: record.step }, rollout))),
    );
  }

  addEval(record: EvalRecord): void {
    const isNew = !this.#evals.has(record.step);
    this.#evals.set(record.step, record);
    this.#writeMetrics(evalLine(record), isNew);
  }

  saveReport(html: string): string {
    const path = this.#file('report.html');
    writeFileSync(path, html);
    return path;
  }

  #file(name: string): string {
    return join(this.path, name);
  }

  #writeMetrics(line: MetricsLine, isNew: boolean): void {
    if (isNew) appendFileSync(this.#file('metrics.jsonl'), jsonLines([line]));
    else this.#rewriteMetrics();
  }

  #rewriteMetrics(): void {
    // An evaluation after n steps stands behind the record of the nth.
    const lines = [...this.steps.map(stepLine), ...this.evals.map(evalLine)].sort(
      (a, b) => a.step - b.step || b.type.localeCompare(a.type),
    );
    writeFileSync(this.#file('metrics.jsonl'), jsonLines(lines));
  }

  #load(): void {
    for (const line of readLines(this.#file('metrics.jsonl'))) {
      const { type, step, ...metrics } = line as MetricsLine;
      const record = { step, metrics: metrics as StepRecord['metrics'] };
      if (type === 'step') this.#steps.set(step, record);
      else this.#evals.set(step, record);
    }
    // A line cut off when the process was killed is gone; so is its place in the file.
    this.#rewriteMetrics();
    this.#lastRolloutStep = lastStep(this.#file('rollouts.jsonl'));
  }
}

/**
 * The config.json of a run.
 * @param use what cannot be done with the run when it is damaged
 */
export function parseRunFile(path: string, use: 'resumed' | 'exported'): RunFile {
  try {
    const file = JSON.parse(readFileSync(path, 'utf8')) as Partial<RunFile> | null;
    if (file?.request === undefined) throw new SyntaxError('it has no “request”');
    // Runs from before there was a choice have the shipped models and tasks.
    const before = { policy: null, reward: null, tasks: null };
    return { ...file, request: Object.assign(before, file.request) };
  } catch (error) {
    const words = messageOf(error);
    throw new InputError(`${path} is damaged (${words}), so the run cannot be ${use} from here.`);
  }
}

/** The lines of a JSONL file that can be read, in order. */
function readLines(path: string): unknown[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line): unknown[] => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
}

const STEP_PREFIX = /^\{"step":(\d+)[,}]/;
const CHUNK_BYTES = 1 << 20;

/** Where each line of a file begins and the step it belongs to, without holding the file in memory. */
function* lineSteps(path: string): Generator<{ readonly offset: number; readonly step: number | null }> {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const head = Buffer.alloc(32);
    let start = 0;
    for (let at = 0; at < size; at += CHUNK_BYTES) {
      const length = readSync(file, chunk, 0, CHUNK_BYTES, at);
      for (let end = chunk.indexOf(10); end !== -1 && end < length; end = chunk.indexOf(10, end + 1)) {
        const text = head.toString('latin1', 0, readSync(file, head, 0, head.length, start));
        const step = STEP_PREFIX.exec(text)?.[1];
        yield { offset: start, step: step === undefined ? null : Number(step) };
        start = at + end + 1;
      }
    }
    if (start < size) yield { offset: start, step: null };
  } finally {
    closeSync(file);
  }
}

/** The step of the last whole line; −Infinity when there is none. */
function lastStep(path: string): number {
  if (!existsSync(path)) return -Infinity;
  let last = -Infinity;
  for (const { offset, step } of lineSteps(path)) {
    if (step === null) {
      truncateSync(path, offset);
      break;
    }
    last = step;
  }
  return last;
}

/** Cuts a JSONL file, ordered by step, before the first line of `step`. */
function dropLinesFrom(path: string, from: number): void {
  for (const { offset, step } of lineSteps(path)) {
    if (step !== null && step < from) continue;
    truncateSync(path, offset);
    return;
  }
}
