import { createReadStream } from 'node:fs';
import { readLine, FORMATS, type GradeItem, type LineError } from '../../src/datasets/lines.ts';
import type { GradedLine } from '../../src/datasets/grade.ts';
import type { GradeOptions } from '../../src/app/automation-types.ts';
import type { Status } from '../../src/sandbox/types.ts';
import { withPage, type Call } from '../browser.ts';
import type { Command, Terminal } from '../command.ts';
import { EXIT, InputError, UsageError } from '../errors.ts';
import { reasonOf } from '../files.ts';
import { linesOf, type ByteLine } from '../lines.ts';
import { parseOptions } from '../options.ts';
import { StatusLine } from '../status-line.ts';

/** What is graded before the next lines are read: enough to keep the workers busy, little enough to hold in memory. */
const CHUNK_LINES = 128;
const CHUNK_BYTES = 4 * 2 ** 20;

const OPTIONS = {
  format: {
    kind: 'choice',
    choices: FORMATS,
    help: 'what a line holds; humaneval and mbpp are the published files',
    default: 'posterior',
  },
  solution: {
    kind: 'text',
    value: 'FIELD',
    help: 'grade the program in this field instead of the reference solution',
  },
  timeout: {
    kind: 'integer',
    min: 1,
    max: 600_000,
    help: 'deadline in ms of a program that names none',
    default: 3000,
  },
  memory: { kind: 'integer', min: 1, max: 4096, help: 'memory limit in MiB of a program that names none' },
  workers: {
    kind: 'integer',
    min: 1,
    max: 64,
    help: 'programs that run at once (default: one per core, at most 4)',
  },
  json: { kind: 'flag', help: 'leave the summary on stderr out; stdout is the same' },
} as const;

export const grade: Command = {
  name: 'grade',
  summary: 'run programs against tests in the sandbox',
  usage: 'FILE|- [options]',
  description:
    'Reads one JSON object a line and writes one a line, in the same order:\n' +
    '  in   {"id","language":"python"|"javascript","program","function","tests":[{"args":[…],"expected":…}],\n' +
    '        "timeoutMs"?,"memoryMb"?}\n' +
    '  out  {"id","status","passed","total","timeMs","tests":[…],"weak"}, or {"id"?,"line","error"} for a line that\n' +
    '       cannot be graded; the others still are.\n' +
    'Statuses: pass, wrong, exception, syntax, timeout, memory, crash, tamper, no-code, and infrastructure for a\n' +
    'failure of ours. `weak` marks tests that a program could have interfered with. Values that JSON cannot hold are\n' +
    'tagged, such as {"$":"tuple","v":[1,2]}; src/sandbox/README.md lists the tags and how values are compared.',
  options: OPTIONS,
  examples: [
    'grade programs.jsonl > verdicts.jsonl',
    'grade HumanEval.jsonl --format humaneval',
    'grade samples.jsonl --format humaneval --solution completion --timeout 5000',
  ],
  async run(argv, terminal) {
    const { values, positionals } = parseOptions(OPTIONS, argv);
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0)
      throw new UsageError(`grade takes exactly one file, or - for stdin, not ${positionals.length}.`);
    const { format, solution, timeout: timeoutMs, memory: memoryMb, workers } = values;
    const read = { format, ...(solution === undefined ? {} : { solution }) };
    const options: GradeOptions = {
      timeoutMs,
      ...(memoryMb === undefined ? {} : { memoryMb }),
      ...(workers === undefined ? {} : { workers }),
    };
    const source = await open(file);
    const tally = new Tally();
    const status = new StatusLine(terminal);
    try {
      await withPage({ profile: null, device: 'wasm', onEvent: () => {} }, async (call) => {
        for await (const chunk of chunksOf(source)) {
          const entries = chunk.map((line) => entryOf(line, read));
          for (const result of await gradeChunk(call, entries, options)) {
            terminal.out(JSON.stringify(tally.count(result)));
          }
          status.show(`${tally.total} graded`);
        }
      });
    } finally {
      status.clear();
    }
    if (!values.json) summarise(tally, terminal);
    return tally.ungraded === 0 ? EXIT.ok : EXIT.failed;
  },
};

async function open(file: string): Promise<AsyncIterable<Uint8Array>> {
  if (file === '-') return process.stdin;
  const stream = createReadStream(file);
  await new Promise<void>((resolve, reject) => {
    stream.once('error', (error) => reject(new InputError(`${file} cannot be read: ${reasonOf(error)}.`)));
    stream.once('readable', resolve);
  });
  return stream;
}

async function* chunksOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<ByteLine[]> {
  let chunk: ByteLine[] = [];
  let bytes = 0;
  for await (const line of linesOf(source)) {
    chunk.push(line);
    bytes += line.bytes?.length ?? 0;
    if (chunk.length < CHUNK_LINES && bytes < CHUNK_BYTES) continue;
    yield chunk;
    [chunk, bytes] = [[], 0];
  }
  if (chunk.length > 0) yield chunk;
}

function entryOf(
  { bytes, line, error }: ByteLine,
  options: Parameters<typeof readLine>[2],
): GradeItem | LineError {
  return bytes === null ? { kind: 'error', line, error } : readLine(bytes, line, options);
}

/** Items go to the page and come back with a verdict; errors stay where they stand. */
async function gradeChunk(
  call: Call,
  entries: readonly (GradeItem | LineError)[],
  options: GradeOptions,
): Promise<(GradedLine | LineError)[]> {
  const items = entries.filter((entry) => entry.kind !== 'error');
  const answer = items.length === 0 ? '[]' : await call('grade', { items: JSON.stringify(items), options });
  const results = (JSON.parse(answer) as (GradedLine | LineError)[]).values();
  return entries.map((entry) => (entry.kind === 'error' ? entry : (results.next().value as GradedLine)));
}

/** Counts results as they are turned into lines of output. */
class Tally {
  total = 0;
  errors = 0;
  weak = 0;
  readonly statuses = new Map<Status, number>();

  get ungraded(): number {
    return this.errors + (this.statuses.get('infrastructure') ?? 0);
  }

  count(result: GradedLine | LineError): Record<string, unknown> {
    this.total++;
    if (result.kind === 'error') {
      this.errors++;
      const { kind: _, ...fields } = result;
      return fields;
    }
    const { id, verdict, form } = result;
    this.statuses.set(verdict.status, (this.statuses.get(verdict.status) ?? 0) + 1);
    if (verdict.weak) this.weak++;
    const timeMs = Math.round(verdict.timeMs * 10) / 10;
    const { status, passed, total, tests, weak, why, error, evidence, memoryMb, engine, output } = verdict;
    return { id, status, passed, total, timeMs, form, tests, weak, why, error, evidence, memoryMb, engine, output };
  }
}

function summarise({ total, errors, weak, statuses }: Tally, terminal: Terminal): void {
  const counts = [...statuses].sort(([, a], [, b]) => b - a).map(([status, count]) => `${count} ${status}`);
  if (errors > 0) counts.push(`${errors} not gradable`);
  const marked = weak > 0 ? `; ${weak} of them with weak tests` : '';
  terminal.log(
    `${total} ${total === 1 ? 'line' : 'lines'}: ${counts.join(', ') || 'nothing to grade'}${marked}.\n`,
  );
}
