import { basename, resolve } from 'node:path';
import type { Command } from '../command.ts';
import { EXIT, InputError } from '../errors.ts';
import { checkReadable } from '../files.ts';
import { asInputError } from '../model-folder.ts';
import { parseWithOne } from '../options.ts';
import { tasksLines } from '../task-file.ts';
import { withProgress } from '../with-progress.ts';
import { writeText } from '../write-files.ts';
import { fileOption } from '../shared-options.ts';

const OPTIONS = {
  out: fileOption('write the usable tasks in the project’s own form'),
  json: { kind: 'flag', help: 'leave the summary on stderr out, and print it as one JSON object' },
} as const;

export const tasksCheck: Command = {
  name: 'tasks check',
  summary: 'check a file of tasks, and turn other data sets into one',
  usage: 'FILE [options]',
  description:
    'Reads tasks and says which can be trained on. A file is JSON lines, one JSON array, either packed with gzip, or\n' +
    'Parquet; each record is told by its fields: own tasks, HumanEval, MBPP, EvalPlus, GSM8K, MATH, TRL’s columns and\n' +
    'verl’s. Reference programs run in the sandbox against visible and held-out tests. Each record that is left out is a\n' +
    'line of stdout, {"line","id","reason"}, and then the exit code is 1. “tasks new” writes an example; all fields stand\n' +
    'in docs/own-tasks.md.',
  options: OPTIONS,
  examples: [
    'tasks check tasks.jsonl',
    'tasks check HumanEval.jsonl.gz --out humaneval.jsonl',
    'tasks check train-00000-of-00001.parquet --json',
  ],
  async run(argv, terminal) {
    const { values, argument: file } = parseWithOne(OPTIONS, argv, 'tasks check takes exactly one file');
    const { out, json } = values;
    await checkReadable(file);
    const progress = { device: 'wasm', json: false } as const;
    const { text, ...report } = await withProgress(terminal, progress, (call, exchange) =>
      call('checkTasks', { url: exchange.file(resolve(file)), name: basename(file) }),
    ).catch(asInputError);
    const { leftOut, count, unit } = report;
    for (const { line, ...fault } of leftOut) terminal.out(JSON.stringify({ [unit]: line, ...fault }));
    if (json) terminal.out(JSON.stringify({ type: 'summary', ...report, leftOut: leftOut.length }));
    else terminal.log(`${tasksLines(report).join('\n')}\n`);
    if (count === 0) throw new InputError(`${file} holds no task that can be used.`);
    if (out !== undefined) await writeText(resolve(out), text);
    return leftOut.length === 0 ? EXIT.ok : EXIT.failed;
  },
};
