import { resolve } from 'node:path';
import { INSTRUCTION_TEMPLATES } from '../../src/reward/pairs/templates.ts';
import type { Command } from '../command.ts';
import { EXIT, UsageError } from '../errors.ts';
import { readJson } from '../files.ts';
import { asInputError, findStart } from '../model-folder.ts';
import { parseOptionsOnly } from '../options.ts';
import { withProgress } from '../with-progress.ts';
import { writeText } from '../write-files.ts';
import { DEFAULT_HELD_OUT, DEFAULT_SPLIT } from '../../src/domains/files/source.ts';
import { SEED_OPTION, deviceOption, fileOption, folderOption } from '../shared-options.ts';
import { requestedTasks, served } from '../task-file.ts';

const OPTIONS = {
  writer: {
    kind: 'choice',
    choices: ['exact', 'policy'],
    help: 'rewrite known plans, or let a policy write',
    default: 'exact',
  },
  split: {
    kind: 'choice',
    choices: ['train', 'held-out', 'all'],
    help: 'tasks to write for',
    default: 'train',
  },
  tasks: {
    kind: 'text',
    value: 'FILE',
    help: 'tasks of a file in place of the starter world, with --writer policy',
  },
  limit: {
    kind: 'integer',
    min: 1,
    max: 1_000_000,
    help: 'tasks at most, drawn with the seed (default all)',
  },
  seed: SEED_OPTION,
  'per-task': { kind: 'integer', min: 1, max: 1000, help: 'pairs tried per task', default: 6 },
  rounds: {
    kind: 'integer',
    min: 1,
    max: 100,
    help: 'draws at most to make up for dropped pairs',
    default: 1,
  },
  'length-balanced': { kind: 'flag', help: 'the chosen text is as often longer as shorter, by as much' },
  'style-balanced': { kind: 'flag', help: 'padding, connectives and layout stand as often on either side' },
  policy: folderOption('folder of the policy that writes (default: the starter)'),
  templates: fileOption('JSON with the texts base, optimized and degraded'),
  'prompt-style': {
    kind: 'choice',
    choices: ['plain', 'chat'],
    help: 'how the policy is asked (default: chat where the model has a template, else plain)',
  },
  device: deviceOption('where the policy runs'),
  out: fileOption('where to write the pairs (default: stdout)'),
  json: { kind: 'flag', help: 'with --out, the counts as one JSON object on stdout' },
} as const;

export const pairsBuild: Command = {
  name: 'pairs build',
  summary: 'write optimized and degraded reasoning as preference pairs',
  usage: '[options]',
  description:
    'Writes JSON lines in TRL’s reward columns with labels:\n' +
    '  {"prompt","chosen","rejected","taskId","family","dimension","kind","operation","writer"}\n' +
    'Duplicates and pairs without a change are dropped and counted. Templates may use {task}, {reasoning} and\n' +
    '{dimension}; the built-in ones are for models that follow instructions, which the starter does not.',
  options: OPTIONS,
  examples: [
    'pairs build --length-balanced --style-balanced --out pairs.jsonl',
    'pairs build --split held-out --per-task 3 > held-out.jsonl',
    'pairs build --writer policy --templates templates.json --policy runs/policy --out pairs.jsonl',
    'pairs build --writer policy --tasks tasks.jsonl --policy models/instruct --out pairs.jsonl',
    'pairs build --writer policy --policy models/instruct --limit 60 --per-task 3 --out pairs.jsonl',
  ],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const { writer, split, seed, rounds, device, out, json } = values;
    if (json && out === undefined)
      throw new UsageError('--json needs --out: without it, stdout is for the pairs.');
    if (values.tasks !== undefined && writer === 'exact')
      throw new UsageError(
        '--writer exact rewrites plans, which only the starter world has: with --tasks, use --writer policy.',
      );
    const tasks = await requestedTasks({
      tasks: values.tasks,
      split: DEFAULT_SPLIT,
      'held-out': String(DEFAULT_HELD_OUT),
    });
    const templates =
      values.templates === undefined ? INSTRUCTION_TEMPLATES : await readJson(values.templates);
    const policy = await findStart({ policy: values.policy });
    const result = await withProgress(terminal, { device, json }, (call, exchange) =>
      call('pairs', {
        writer:
          writer === 'exact'
            ? { kind: 'exact' }
            : { kind: 'policy', templates, asked: values['prompt-style'] ?? null },
        tasks: tasks && served(tasks, exchange),
        split,
        limit: values.limit ?? null,
        seed,
        perTask: values['per-task'],
        rounds,
        lengthBalanced: values['length-balanced'],
        styleBalanced: values['style-balanced'],
        device,
        policy: policy && exchange.model(policy),
      }),
    ).catch(asInputError);
    const { jsonl, ...counts } = result;
    if (out === undefined) terminal.out(jsonl.trimEnd());
    else await writeText(resolve(out), jsonl);
    if (json) terminal.out(JSON.stringify({ type: 'summary', ...counts, out }));
    else {
      const dropped = Object.entries(counts.dropped).filter(([, count]) => count > 0);
      const words = dropped.map(([reason, count]) => `${count} ${reason}`).join(', ') || 'none';
      terminal.log(`${counts.pairs} pairs for ${counts.tasks} tasks; dropped: ${words}.\n`);
    }
    return EXIT.ok;
  },
};
