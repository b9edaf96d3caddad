import { nearest } from '../../../nearest.ts';
import { NO_PROGRAM, PROGRAM_FIELDS } from './formats/fields.ts';
import { JsonLineError, type JsonObject } from './json-line.ts';
import { formatIn, idOf, readRecord, type GradeItem, type LineError, type ReadOptions } from './lines.ts';
import { unpacked } from './unpack.ts';

/** Programs that a model wrote: in the records of the tasks themselves, or in a file of samples beside the tasks. */

/** A record may hold several samples of one task. They count from 0; a program beside its tests has no number where it is
 * the only one. */
export type Entry = (GradeItem | LineError) & { readonly sample?: number };

/** What one record holds, and the field that its programs were found in, where nobody named it. */
export interface Entries {
  readonly entries: readonly Entry[];
  readonly field?: string;
}

/** No field of a record has this name. */
const SAMPLE = '\u0000the sample';

/** The entries of a record that has its tests with it. */
export function entriesOf(record: JsonObject, place: number, options: ReadOptions): Entries {
  const { solution, references = false } = options;
  const held = solution === undefined ? undefined : record[solution];
  if (Array.isArray(held) && held.length === 0)
    return failed(errorAt(place, record, `The field ${solution} holds no programs.`));
  if (Array.isArray(held))
    return { entries: each(held, (program) => withProgram(record, program, place, options)) };
  const entry = readRecord(record, place, options);
  if (solution !== undefined || references || !lacksProgram(entry)) return { entries: [entry] };
  const format = formatIn(record, options);
  const taken = format === 'apps' || format === 'deepcoder' ? 'solutions' : null;
  const field = PROGRAM_FIELDS.find((name) => name !== taken && isProgram(record[name]));
  if (field === undefined) return { entries: [entry] };
  return { ...entriesOf(record, place, { ...options, solution: field }), field };
}

function lacksProgram(entry: Entry): boolean {
  if (entry.kind === 'error') return entry.error === NO_PROGRAM;
  return entry.format !== 'posterior' && entry.submission.program === null;
}

/** A text, or a list of texts. An empty one is what a model wrote too. */
function isProgram(held: unknown): boolean {
  return (
    typeof held === 'string' ||
    (Array.isArray(held) && held.length > 0 && held.every((each) => typeof each === 'string'))
  );
}

function each(programs: readonly unknown[], read: (program: unknown) => Entry): Entry[] {
  return programs.map((program, sample) => ({
    ...read(program),
    ...(programs.length > 1 ? { sample } : {}),
  }));
}

function withProgram(record: JsonObject, program: unknown, place: number, options: ReadOptions): Entry {
  if (program !== null && typeof program !== 'string') {
    return errorAt(place, record, 'A sample is no text, so it holds no program.');
  }
  return readRecord({ ...record, [SAMPLE]: program }, place, { ...options, solution: SAMPLE });
}

function errorAt(line: number, record: JsonObject, error: string): LineError {
  const id = idOf(record);
  return { kind: 'error', line, ...(id === undefined ? {} : { id }), error };
}

/** Fields by which a sample may name its task, the surest first: its `id` may be its own. */
const NAMING = ['task_id', 'question_id', 'problem_id', 'id'] as const;
/** So many unknown ids get a suggestion: each costs a look at every known one. */
const SUGGESTIONS = 50;

/** The tasks that samples refer to by their ids. */
export class Problems {
  readonly #name: string;
  /** `null`: several different tasks have the id. */
  readonly #byId = new Map<string, JsonObject | null>();
  readonly #asked = new Map<JsonObject, number>();
  #suggestions = 0;
  #last: { readonly task: JsonObject; readonly whole: JsonObject | string } | null = null;
  size = 0;

  /** @param name of the file, for messages */
  constructor(name: string) {
    this.#name = name;
  }

  /** @returns what is wrong with a task, in a sentence; `null` if nothing is */
  add(record: JsonObject, place: string): string | null {
    const ids = new Set(NAMING.flatMap((field) => idText(record, field)));
    if (ids.size === 0) return `The task on ${place} of ${this.#name} has no id, so no sample can name it.`;
    this.size++;
    let clash: string | null = null;
    for (const id of ids) {
      const known = this.#byId.get(id);
      if (known === undefined) this.#byId.set(id, record);
      else if (known === null || JSON.stringify(known) !== JSON.stringify(record)) {
        this.#byId.set(id, null);
        clash = `Several different tasks of ${this.#name} have the id ${id}, so none of them can be named by it.`;
      }
    }
    return clash;
  }

  /** The tasks that no sample has named. */
  get unasked(): (string | number)[] {
    const records = new Set(
      [...this.#byId.values()].filter((record): record is JsonObject => record !== null),
    );
    return [...records].filter((record) => !this.#asked.has(record)).flatMap((record) => idOf(record) ?? []);
  }

  /** The entries of a sample, each with the tests of its task. */
  async entriesOf(sample: JsonObject, place: number, options: ReadOptions): Promise<Entries> {
    const ids = NAMING.flatMap((field) => idText(sample, field));
    if (ids.length === 0) {
      return failed(errorAt(place, sample, 'The sample has no task_id, so it belongs to no task.'));
    }
    const id = ids.find((each) => this.#byId.has(each));
    const task = id === undefined ? undefined : this.#byId.get(id);
    if (task === undefined) return failed(errorAt(place, sample, this.#unknown(ids[0] ?? '')));
    if (task === null) {
      return failed(errorAt(place, sample, `Several different tasks of ${this.#name} have the id ${id}.`));
    }
    const field =
      options.solution ??
      PROGRAM_FIELDS.find((name) => isProgram(sample[name])) ??
      PROGRAM_FIELDS.find((name) => sample[name] !== undefined);
    const held = field === undefined ? undefined : sample[field];
    if (field === undefined || held === undefined) {
      const meant = field === undefined ? null : nearest(field, Object.keys(sample));
      const hint = meant === null ? ' Name it with --solution.' : ` Did you mean “${meant}”?`;
      const error = `The sample has no field ${field ?? PROGRAM_FIELDS.slice(0, 4).join(', ')} with a program.${hint}`;
      return failed(errorAt(place, sample, error));
    }
    const programs = Array.isArray(held) ? held : [held];
    if (programs.length === 0) return failed(errorAt(place, sample, `The field ${field} holds no programs.`));
    const first = this.#asked.get(task) ?? 0;
    this.#asked.set(task, first + programs.length);
    const whole = await this.#unpacked(task);
    const entries = programs.map((program, i): Entry => ({
      ...(typeof whole === 'string'
        ? errorAt(place, task, whole)
        : withProgram(whole, program, place, options)),
      sample: first + i,
    }));
    return { entries, ...(options.solution === undefined ? { field } : {}) };
  }

  /** A task with its tests, or why they cannot be had. Samples of one task tend to follow each other. */
  async #unpacked(task: JsonObject): Promise<JsonObject | string> {
    if (this.#last?.task !== task) {
      const whole = await unpacked(task).catch((error: unknown) => {
        if (error instanceof JsonLineError) return error.message;
        throw error;
      });
      this.#last = { task, whole };
    }
    return this.#last.whole;
  }

  #unknown(id: string): string {
    const sentence = `${this.#name} has no task with the id ${id}.`;
    if (this.#suggestions++ >= SUGGESTIONS) return sentence;
    const meant = nearest(id, [...this.#byId.keys()]);
    return meant === null ? sentence : `${sentence} Did you mean “${meant}”?`;
  }
}

const failed = (entry: LineError): Entries => ({ entries: [entry] });

/** An id as text: `2` and `"2"` name the same task. */
function idText(record: JsonObject, field: string): string[] {
  const id = idOf({ id: record[field] ?? null });
  return id === undefined ? [] : [String(id)];
}
