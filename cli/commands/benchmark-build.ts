import { resolve } from 'node:path';
import { BENCHMARK_SETTINGS } from '../../src/reward/benchmark/build.ts';
import type { Association } from '../../src/statistics/association.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../errors.ts';
import { asInputError, findStart } from '../model-folder.ts';
import { parseOptionsOnly } from '../options.ts';
import { withProgress } from '../with-progress.ts';
import { writeText } from '../write-files.ts';
import {
  SEED_OPTION,
  deviceOption,
  folderOption,
  parseTemperature,
  temperatureOption,
} from '../shared-options.ts';

const OPTIONS = {
  policy: folderOption('folder of the policy to sample (default: the starter)'),
  split: {
    kind: 'choice',
    choices: ['train', 'held-out'],
    help: 'tasks to sample for',
    default: 'held-out',
  },
  samples: {
    kind: 'integer',
    min: 2,
    max: 1024,
    help: 'completions per task',
    default: BENCHMARK_SETTINGS.samplesPerTask,
  },
  'per-task': {
    kind: 'integer',
    min: 1,
    max: 100,
    help: 'pairs per task at most',
    default: BENCHMARK_SETTINGS.perTask,
  },
  temperature: temperatureOption(BENCHMARK_SETTINGS.temperature),
  seed: SEED_OPTION,
  device: deviceOption('where to compute'),
  out: { kind: 'text', value: 'FILE', help: 'where to write the pairs', default: 'benchmark.jsonl' },
  json: { kind: 'flag', help: 'progress and provenance as JSON lines on stdout' },
} as const;

function associationLine({ chiSquare, p, oddsRatio, interval }: Association): string {
  const range = interval === null ? '' : ` [${interval.low.toFixed(1)}, ${interval.high.toFixed(1)}]`;
  return (
    `Sound plan and right program: χ² ${chiSquare?.toFixed(1)}, p ${p?.toExponential(1)}, ` +
    `odds ratio ${oddsRatio.toFixed(1)}${range}`
  );
}

export const benchmarkBuild: Command = {
  name: 'benchmark build',
  summary: 'freeze pairs of superior and inferior reasoning from a policy’s samples',
  usage: '[options]',
  description:
    'Samples several completions per task, runs each on the strict tests, and pairs reasoning that led to a right program\n' +
    'with reasoning that led to a wrong one, for the same task, where plan and program agree. Balanced in flaws and\n' +
    'length. Writes FILE and, beside it, FILE with .provenance.json for .jsonl: the hash of the file and of the policy,\n' +
    'the settings, and what was filtered out.',
  options: OPTIONS,
  examples: ['benchmark build --policy runs/starter-2/starter/policy --out public/starter/benchmark.jsonl'],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const { split, seed, device, out, json } = values;
    const temperature = parseTemperature(values.temperature);
    const settings = {
      ...BENCHMARK_SETTINGS,
      seed,
      temperature,
      samplesPerTask: values.samples,
      perTask: values['per-task'],
    };
    const policy = await findStart({ policy: values.policy });
    const { jsonl, provenance } = await withProgress(terminal, { device, json }, (call, exchange) =>
      call('benchmarkBuild', { policy: policy && exchange.model(policy), settings, split, device }),
    ).catch(asInputError);
    await writeText(resolve(out), jsonl);
    const beside = `${out.replace(/\.jsonl$/, '')}.provenance.json`;
    await writeText(resolve(beside), `${JSON.stringify(provenance, null, 2)}\n`);
    if (json) terminal.out(JSON.stringify({ type: 'summary', ...provenance, out }));
    else {
      const { counts, tasks } = provenance;
      terminal.out(`${provenance.pairs} pairs from ${counts.samples} samples for ${tasks} tasks → ${out}`);
      for (const [name, count] of Object.entries(counts)) terminal.out(`  ${name.padEnd(16)}${count}`);
      if (provenance.association) terminal.out(associationLine(provenance.association));
    }
    return EXIT.ok;
  },
};
