import { join, resolve } from 'node:path';
import { basename } from 'node:path';
import { compare, type Evaluated, IncomparableError } from '../../src/evaluation/compare.ts';
import { EvaluationFileError, parseAbout, parseMatrix } from '../../src/evaluation/files.ts';
import { comparisonSummary, terminalText } from '../../src/evaluation/summary.ts';
import type { Command } from '../command.ts';
import { EXIT, InputError, UsageError } from '../errors.ts';
import { readBytes, readJson } from '../files.ts';
import { parseOptions } from '../options.ts';
import { SEED_OPTION } from '../shared-options.ts';
import { parseKs } from './eval.ts';

const OPTIONS = {
  k: { kind: 'text', value: 'K,K,…', help: 'for pass@k, at most as many as there are samples', default: '1' },
  seed: { ...SEED_OPTION, help: 'of the resampling' },
  json: { kind: 'flag', help: 'the comparison as one JSON object on stdout' },
} as const;

export const evalCompare: Command = {
  name: 'eval compare',
  summary: 'compare two evaluations of the same tasks, sample by sample',
  usage: 'A B [options]',
  description:
    'Takes two folders of `eval --out` over the same tasks, suites, samples and seed; for others it says what differs and\n' +
    'refuses. Prints the difference of pass@k with its 95 % interval, by resampling tasks, and McNemar’s exact test\n' +
    'of the paired samples. With several samples of each task these are not independent: then the interval is what holds.',
  options: OPTIONS,
  examples: ['eval compare runs/eval-outcome-1 runs/eval-posterior-1 --k 1,5,10'],
  async run(argv, terminal) {
    const { values, positionals } = parseOptions(OPTIONS, argv);
    const [a, b, ...more] = positionals;
    if (a === undefined || b === undefined || more.length > 0)
      throw new UsageError(`eval compare takes two folders of eval --out, not ${positionals.length}.`);
    const [first, second] = [await readEvaluation(a), await readEvaluation(b)];
    const ks = parseKs(values.k, Math.max(first.about.settings.samples, second.about.settings.samples));
    const comparison = compared(first, second, ks, values.seed, [a, b]);
    if (values.json) terminal.out(JSON.stringify(comparison));
    else {
      const [nameOfA, nameOfB] = [a, b].map((folder) => basename(resolve(folder)));
      terminal.out(terminalText(comparisonSummary(comparison, nameOfA!, nameOfB!)));
    }
    return EXIT.ok;
  },
};

function compared(
  a: Evaluated,
  b: Evaluated,
  ks: readonly number[],
  seed: number,
  names: readonly string[],
): ReturnType<typeof compare> {
  try {
    return compare(a, b, ks, seed);
  } catch (error) {
    if (error instanceof IncomparableError)
      throw new InputError(`${names.join(' (A) and ')} (B) cannot be compared. ${error.message}`);
    if (error instanceof RangeError) throw new InputError(error.message);
    throw error;
  }
}

async function readEvaluation(folder: string): Promise<Evaluated> {
  const about = join(folder, 'evaluation.json');
  const matrix = join(folder, 'matrix.jsonl');
  return {
    about: await parsed(about, async () => parseAbout(await readJson(about))),
    matrix: await parsed(matrix, async () => parseMatrix((await readBytes(matrix)).toString('utf8'))),
  };
}

async function parsed<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof EvaluationFileError)
      throw new InputError(`${path} cannot be used: ${error.message}`);
    throw error;
  }
}
