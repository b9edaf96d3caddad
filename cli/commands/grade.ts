import { counted } from '../../src/counted.ts';
import type { GradeOptions } from '../../src/headless/requests.ts';
import { FORMATS, type ReadOptions } from '../../src/domains/code/grading/lines.ts';
import { withPage } from '../browser.ts';
import type { Command, Terminal } from '../command.ts';
import { EXIT, UsageError, type ExitCode } from '../errors.ts';
import { causeLine } from '../grade/causes.ts';
import { graded } from '../grade/chunks.ts';
import { openFile, readEntries, readProblems, type Read } from '../grade/reading.ts';
import { References } from '../grade/references.ts';
import { listed, Tally } from '../grade/summary.ts';
import { parseWithOne } from '../options.ts';
import { StatusLine } from '../status-line.ts';

const OPTIONS = {
  format: {
    kind: 'choice',
    choices: ['auto', ...FORMATS],
    help: 'what a record holds, auto telling by its fields',
    default: 'auto',
  },
  problems: {
    kind: 'text',
    value: 'FILE',
    help: 'the tasks, where FILE holds only samples of them ({"task_id","completion"})',
  },
  solution: {
    kind: 'text',
    value: 'FIELD',
    help: 'grade the program or programs in this field instead of the reference solution',
  },
  'check-references': {
    kind: 'flag',
    help: 'run the reference solutions and report what cannot be graded and why',
  },
  timeout: {
    kind: 'integer',
    min: 1,
    max: 600_000,
    help: 'deadline in ms of a program that names none, or of each run of a script',
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
    'Reads objects and writes one JSON object a line for each, in the same order. A file is JSON lines, one JSON array,\n' +
    'either packed with gzip, or Parquet; its bytes tell, not its name.\n' +
    '  in   {"id","language":"python"|"javascript","program","function","tests":[{"args":[…],"expected":…}],\n' +
    '        "timeoutMs"?,"memoryMb"?}, or for a script {"id","program","io":[{"input","output"}]},\n' +
    '       or a record of a public data set: HumanEval, MBPP, EvalPlus, LeetCodeDataset, LiveCodeBench, APPS, TACO,\n' +
    '       DeepCoder, PrimeIntellect. Samples by themselves need their tasks: --problems.\n' +
    '  out  {"id","sample"?,"status","passed","total","timeMs","tests":[…],"weak"}, or {"id"?,"line","error"} for one\n' +
    '       that cannot be graded (its place is "record" in an array, "row" in Parquet); the others still are.\n' +
    'Statuses: pass, wrong, exception, syntax, timeout, memory, crash, tamper, no-code, and infrastructure for a\n' +
    'failure of ours. `weak` marks tests that a program could have interfered with. Values that JSON cannot hold are\n' +
    'tagged, such as {"$":"tuple","v":[1,2]}; src/sandbox/README.md lists the tags and how values are compared.\n' +
    'A script runs in a fresh interpreter for each test, up to the first that fails; what it prints is compared line\n' +
    'by line, and lines of decimal numbers by their values.',
  options: OPTIONS,
  examples: [
    'grade programs.jsonl > verdicts.jsonl',
    'grade HumanEval.jsonl.gz',
    'grade samples.jsonl --problems HumanEval.jsonl --timeout 5000',
    'grade test6.jsonl --format livecodebench --solution completion',
    'grade mbpp.parquet --check-references',
  ],
  async run(argv, terminal) {
    const { values, argument: file } = parseWithOne(
      OPTIONS,
      argv,
      'grade takes exactly one file, or - for stdin',
    );
    if (values.problems === '-')
      throw new UsageError('--problems names a file; only what is graded can come from stdin.');
    const { format, solution, timeout: timeoutMs, memory: memoryMb, workers } = values;
    const request: Request = {
      file,
      problems: values.problems ?? null,
      read: { format, ...(solution === undefined ? {} : { solution }) },
      checkReferences: values['check-references'],
      options: {
        timeoutMs,
        ...(memoryMb === undefined ? {} : { memoryMb }),
        ...(workers === undefined ? {} : { workers }),
      },
      quiet: values.json,
    };
    if (!request.checkReferences) return gradeFile(request, new Map(), terminal);
    if (format === 'posterior')
      throw new UsageError('The format posterior has no reference solutions to check.');
    const references = await checkReferences(request, terminal);
    const code = references.failed === 0 ? EXIT.ok : EXIT.failed;
    if (request.problems === null) {
      for (const cause of references.causes.list) terminal.out(JSON.stringify(cause));
      return code;
    }
    return Math.max(code, await gradeFile(request, references.broken, terminal)) as ExitCode;
  },
};

interface Request {
  readonly file: string;
  /** File with the tasks of samples. */
  readonly problems: string | null;
  readonly read: ReadOptions;
  readonly checkReferences: boolean;
  readonly options: GradeOptions;
  readonly quiet: boolean;
}

const PAGE = { profile: null, device: 'wasm', onEvent: () => {} } as const;

/** Runs the reference solutions of the tasks. */
async function checkReferences(
  { file, problems, read, options, quiet }: Request,
  terminal: Terminal,
): Promise<References> {
  const tasks = problems ?? file;
  const opened = await openFile(tasks, undefined);
  const references = new References();
  const status = new StatusLine(terminal);
  const entries = readEntries(opened, null, { format: read.format, references: true }, { field: () => {} });
  try {
    await withPage(PAGE, async (call) => {
      for await (const results of graded(call, entries, options)) {
        for (const [, result] of results) references.count(result, `${opened.unit} ${result.line}`);
        status.show(`${references.total} references`);
      }
    });
  } finally {
    status.clear();
  }
  if (!quiet) {
    const { total, failed, weak } = references;
    const marked = weak > 0 ? `; ${weak} have weak tests` : '';
    terminal.log(
      `${counted(total, 'task')} of ${tasks}: ${total - failed} can be graded, ${failed} cannot${marked}.\n`,
    );
    for (const cause of references.causes.list) terminal.log(`  ${causeLine(cause)}`);
  }
  return references;
}

/** Grades the programs of a file. Those of `broken` tasks, by id, are not run. */
async function gradeFile(
  request: Request,
  broken: ReadonlyMap<string, string>,
  terminal: Terminal,
): Promise<ExitCode> {
  const { file, read, options, quiet } = request;
  const say = (sentence: string): void => {
    if (!quiet) terminal.log(`${sentence}\n`);
  };
  const problems = request.problems === null ? null : await readProblems(request.problems, say);
  const opened = await openFile(file, read.solution);
  const tally = new Tally(opened.unit);
  const status = new StatusLine(terminal);
  const entries = without(broken, readEntries(opened, problems, read, tally));
  try {
    await withPage(PAGE, async (call) => {
      for await (const results of graded(call, entries, options)) {
        for (const [entry, result] of results) terminal.out(JSON.stringify(tally.count(entry, result)));
        status.show(`${tally.total} graded`);
      }
    });
  } finally {
    status.clear();
  }
  if (!quiet) {
    tally.sayHowRead(terminal, read.format);
    const unasked = problems?.unasked ?? [];
    if (unasked.length > 0)
      say(`${counted(unasked.length, 'task')} of ${request.problems} without a sample: ${listed(unasked)}.`);
    tally.summarise(terminal);
  }
  return tally.ungraded === 0 ? EXIT.ok : EXIT.failed;
}

async function* without(
  broken: ReadonlyMap<string, string>,
  entries: AsyncIterable<Read>,
): AsyncGenerator<Read> {
  for await (const read of entries) {
    const { entry } = read;
    const cause = entry.id === undefined ? undefined : broken.get(String(entry.id));
    if (cause === undefined || entry.kind === 'error') yield read;
    else {
      const { line, id, sample } = entry;
      const error = `The task cannot be graded. ${cause}`;
      yield {
        entry: { kind: 'error', line, id, error, ...(sample === undefined ? {} : { sample }) },
        text: '',
      };
    }
  }
}
