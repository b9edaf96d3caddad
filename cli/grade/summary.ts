import { counted } from '../../src/counted.ts';
import { TITLES, type Format } from '../../src/domains/code/grading/formats/detect.ts';
import type { GradedLine } from '../../src/domains/code/grading/grade.ts';
import type { GradeItem, LineError } from '../../src/domains/code/grading/lines.ts';
import type { Entry } from '../../src/domains/code/grading/samples.ts';
import type { Status } from '../../src/sandbox/types.ts';
import type { Terminal } from '../command.ts';
import { causeLine, Causes } from './causes.ts';

export type Unit = 'line' | 'record' | 'row';

const IDS_TOLD = 5;

/** What is counted while results become lines of output, and what is said of it in the end. */
export class Tally {
  total = 0;
  errors = 0;
  weak = 0;
  readonly statuses = new Map<Status, number>();
  /** Why things could not be graded: lines with an error, and failures of ours. */
  readonly causes = new Causes();
  readonly #unit: Unit;
  readonly #read = new Map<string, number>();
  readonly #forms = new Map<string, number>();
  readonly #fields = new Map<string, number>();
  readonly #notes = new Map<string, number>();
  readonly #seen = new Map<string, number>();
  /** Whether records hold or are samples, of which a task may have several. */
  #samples = false;

  constructor(unit: Unit) {
    this.#unit = unit;
  }

  get ungraded(): number {
    return this.errors + (this.statuses.get('infrastructure') ?? 0);
  }

  /** The result of an entry as an object to be printed. */
  count(entry: Entry, result: GradedLine | LineError): Record<string, unknown> {
    this.total++;
    const { sample } = entry;
    if (entry.kind !== 'error') this.#note(entry, sample);
    if (result.kind === 'error') {
      this.errors++;
      const { kind: _, line, id, error } = result;
      this.causes.add(error, id ?? `${this.#unit} ${line}`);
      return {
        ...(id === undefined ? {} : { id }),
        ...(sample === undefined ? {} : { sample }),
        [this.#unit]: line,
        error,
      };
    }
    const { id, verdict, form } = result;
    if (form) add(this.#forms, form);
    add(this.statuses, verdict.status);
    if (verdict.weak) this.weak++;
    if (verdict.status === 'infrastructure')
      this.causes.add(verdict.error?.message ?? 'It could not be run.', id);
    const timeMs = Math.round(verdict.timeMs * 10) / 10;
    const { status, passed, total, tests, weak, why, error, evidence, memoryMb, engine, output } = verdict;
    return {
      id,
      sample,
      status,
      passed,
      total,
      timeMs,
      tests,
      weak,
      why,
      form,
      error,
      evidence,
      memoryMb,
      engine,
      output,
    };
  }

  /** The programs of a record were found in this field, which nobody named. */
  field(name: string): void {
    add(this.#fields, name);
  }

  #note(item: GradeItem, sample: number | undefined): void {
    add(this.#read, `${item.format} ${kindOf(item)}`);
    if (item.note !== undefined) add(this.#notes, item.note);
    if (sample === undefined) add(this.#seen, String(item.id));
    else this.#samples = true;
  }

  /** How the file was read, where that was not asked for. */
  sayHowRead(terminal: Terminal, asked: Format | 'auto'): void {
    for (const [read, count] of this.#read) {
      const [format = 'posterior', ...kind] = read.split(' ');
      if (asked !== 'auto' || format === 'posterior') continue;
      terminal.log(`Read as ${TITLES[format as Format]}: ${counted(count, kind.join(' '))}.\n`);
    }
    for (const [name, count] of this.#fields) {
      terminal.log(
        `The programs of ${counted(count, this.#unit)} are those in “${name}”; --solution names another.\n`,
      );
    }
    if ((this.#forms.get('function') ?? 0) + (this.#forms.get('file') ?? 0) > 0) {
      const forms = [...this.#forms].map(([form, count]) => `${count} as a ${form}`).join(', ');
      terminal.log(`Completions were read ${forms}, and run behind their prompt wherever that is Python.\n`);
    }
    for (const [note, count] of this.#notes) terminal.log(`${count} × ${note}\n`);
    const twice = [...this.#seen].filter(([, count]) => count > 1).map(([id]) => id);
    if (twice.length > 0)
      terminal.log(`${counted(twice.length, 'id')} occur more than once: ${listed(twice)}.\n`);
  }

  summarise(terminal: Terminal): void {
    const counts = [...this.statuses]
      .sort(([, a], [, b]) => b - a)
      .map(([status, count]) => `${count} ${status}`);
    if (this.errors > 0) counts.push(`${this.errors} not gradable`);
    const marked = this.weak > 0 ? `; ${this.weak} of them with weak tests` : '';
    terminal.log(
      `${counted(this.total, this.#samples ? 'sample' : this.#unit)}: ${counts.join(', ') || 'nothing to grade'}${marked}.\n`,
    );
    if (this.causes.size > 0) terminal.log('Not graded:\n');
    for (const cause of this.causes.list) terminal.log(`  ${causeLine(cause)}`);
  }
}

/** What of an item is graded, in a word or two. */
export function kindOf(item: GradeItem): string {
  if (item.kind === 'task') return 'task';
  return item.submission.io ? 'stdin task' : 'function-call task';
}

export function listed(ids: readonly (string | number)[]): string {
  return ids.slice(0, IDS_TOLD).join(', ') + (ids.length > IDS_TOLD ? ', …' : '');
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
