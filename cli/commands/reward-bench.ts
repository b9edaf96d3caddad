import type { RewardBenchResult } from '../../src/headless/requests.ts';
import type { Share } from '../../src/reward/accuracy.ts';
import type { BenchmarkReport } from '../../src/reward/benchmark/evaluate.ts';
import type { Dimension } from '../../src/reward/pairs/types.ts';
import type { Interval } from '../../src/statistics/intervals.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../errors.ts';
import { checkReadable } from '../files.ts';
import { asInputError, findReward, findStart } from '../model-folder.ts';
import { parseOptionsOnly } from '../options.ts';
import { withProgress } from '../with-progress.ts';
import { BASE_POLICY_OPTION, SEED_OPTION, fileOption, folderOption } from '../shared-options.ts';
import { skippedLines } from './reward-lines.ts';

const OPTIONS = {
  pairs: fileOption('JSON lines of pairs (default: the shipped benchmark)'),
  model: folderOption('folder of the reward model (default: the starter’s)'),
  policy: BASE_POLICY_OPTION,
  seed: SEED_OPTION,
  json: { kind: 'flag', help: 'the report as one JSON object on stdout' },
} as const;

export const rewardBench: Command = {
  name: 'reward bench',
  summary: 'measure a reward model on pairs of superior and inferior reasoning',
  usage: '[options]',
  description:
    'A pair is right when the chosen text scores strictly above the rejected one; a tie is wrong. Prints the accuracy on\n' +
    'factual pairs, which only the task can decide, and on all; beside both stand two controls: a rule that never reads\n' +
    'the task, and the model under the prompt of another task of the same family (drawn by --seed). Then slices by\n' +
    'dimension, flaw, family, subset and difference of length, calibration, and how far a high score goes with being\n' +
    'chosen. Intervals are 95 % and resample tasks with all their pairs (Wilson where each task has one pair). Reads\n' +
    '{"prompt","chosen","rejected"} and what RewardBench and LCB-RB add: `subset`, chat messages as texts, whole\n' +
    'completions with a thinking block.',
  options: OPTIONS,
  examples: ['reward bench', 'reward bench --pairs held-out.jsonl --model runs/reward-model/reward --json'],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const { pairs, seed } = values;
    if (pairs !== undefined) await checkReadable(pairs);
    const model = values.model === undefined ? null : await findReward(values.model);
    const policy = await findStart({ policy: values.policy });
    const report = await withProgress(terminal, { device: 'wasm', json: false }, (call, exchange) =>
      call('rewardBench', {
        pairs: pairs === undefined ? null : exchange.file(pairs),
        model: model && exchange.model(model),
        policy: policy && exchange.model(policy),
        seed,
      }),
    ).catch(asInputError);
    for (const text of skippedLines(report.skipped)) terminal.log(text);
    if (values.json) terminal.out(JSON.stringify(report));
    else for (const line of describe(report)) terminal.out(line);
    return EXIT.ok;
  },
};

const rangeOf = (interval: Interval | null, digits: number): string =>
  interval === null ? '' : `[${interval.low.toFixed(digits)}, ${interval.high.toFixed(digits)}]`;

function shareLine(name: string, { accuracy, interval, pairs, tasks }: Share): string {
  const range = (interval === null ? 'one task' : rangeOf(interval, 3)).padEnd(16);
  return `${name.padEnd(36)}${accuracy.toFixed(4)}  ${range}${pairs} pairs of ${tasks} tasks`;
}

/** Only the prompt tells which side of such a pair is right. */
const FACTUAL: Dimension = 'factual accuracy';

/** A figure on factual pairs, where there are any, before that on all. */
function headline(name: string, of: Pick<BenchmarkReport, keyof Share | 'byDimension' | 'ties'>): string[] {
  const factual = of.byDimension[FACTUAL];
  return [
    ...(factual === undefined ? [] : [shareLine(`${name}, factual pairs`, factual)]),
    `${shareLine(name, of)}, ${of.ties} ties`,
  ];
}

function describe(report: RewardBenchResult): string[] {
  const { byDimension, byOperation, byFamily, bySubset, byLength, calibration, association } = report;
  const { promptFree, wrongPrompt } = report.controls;
  const slices = { dimension: byDimension, flaw: byOperation, family: byFamily, subset: bySubset };
  const r = (value: number | null): string => (value === null ? 'undefined' : value.toFixed(3));
  const { chiSquare, p, oddsRatio, interval } = association;
  return [
    ...headline('accuracy', report),
    'controls',
    ...headline('  without the task', promptFree),
    `    ${promptFree.about}`,
    ...(wrongPrompt === null
      ? ['  under a wrong task                not measured: there is no other task among these pairs']
      : [...headline('  under a wrong task', wrongPrompt), `    ${wrongPrompt.about}`]),
    ...Object.entries(slices).flatMap(([kind, shares]) =>
      Object.entries(shares).map(([name, share]) => shareLine(`  ${kind}: ${name}`, share)),
    ),
    ...byLength.flatMap(({ from, to, share }) =>
      share === null ? [] : [shareLine(`  chosen longer by ${from ?? '…'} to ${to ?? '…'} tokens`, share)],
    ),
    `length correlation                  ${r(report.lengthCorrelation)}; within pairs ${r(report.lengthCorrelationWithin)}`,
    `calibration error                   ${calibration.error.toFixed(3)}`,
    ...calibration.bins.flatMap(({ low, high, pairs, predicted, right }) =>
      predicted === null || right === null
        ? []
        : [
            `  sure to ${low.toFixed(1)}–${high.toFixed(1)}: says ${predicted.toFixed(3)}, is right in ${right.toFixed(3)} of ${pairs}`,
          ],
    ),
    `high score and chosen               χ² ${r(chiSquare)}, p ${p === null ? 'undefined' : p.toExponential(2)}, odds ratio ` +
      `${oddsRatio.toFixed(2)} ${rangeOf(interval, 2)}`,
  ];
}
