import type { RewardBenchResult } from '../../src/headless/requests.ts';
import type { Share } from '../../src/reward/accuracy.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../errors.ts';
import { checkReadable } from '../files.ts';
import { asInputError, findModel } from '../model-folder.ts';
import { parseOptionsOnly } from '../options.ts';
import { withProgress } from '../with-progress.ts';
import { skippedLines } from './reward-lines.ts';

const OPTIONS = {
  pairs: { kind: 'text', value: 'FILE', help: 'JSON lines of pairs (default: the shipped benchmark)' },
  model: { kind: 'text', value: 'DIR', help: 'folder of the reward model (default: the starter’s)' },
  json: { kind: 'flag', help: 'the report as one JSON object on stdout' },
} as const;

export const rewardBench: Command = {
  name: 'reward bench',
  summary: 'measure a reward model on pairs of superior and inferior reasoning',
  usage: '[options]',
  description:
    'A pair is right when the chosen text scores strictly above the rejected one; a tie is wrong. Prints `accuracy` with\n' +
    'its 95 % Wilson interval, slices by dimension, family, subset and difference of length, calibration, and how far\n' +
    'a high score goes with being chosen. Reads {"prompt","chosen","rejected"} and what RewardBench and LCB-RB add:\n' +
    '`subset`, chat messages as texts, whole completions with a thinking block.',
  options: OPTIONS,
  examples: ['reward bench', 'reward bench --pairs held-out.jsonl --model runs/reward-model/reward --json'],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const { pairs } = values;
    if (pairs !== undefined) await checkReadable(pairs);
    const model = values.model === undefined ? null : await findModel(values.model);
    const report = await withProgress(terminal, { device: 'wasm', json: false }, (call, exchange) =>
      call('rewardBench', {
        pairs: pairs === undefined ? null : exchange.file(pairs),
        model: model && exchange.model(model),
      }),
    ).catch(asInputError);
    for (const text of skippedLines(report.skipped)) terminal.log(text);
    if (values.json) terminal.out(JSON.stringify(report));
    else for (const line of describe(report)) terminal.out(line);
    return EXIT.ok;
  },
};

function shareLine(name: string, { accuracy, interval, pairs }: Share): string {
  const range = `[${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]`;
  return `${name.padEnd(36)}${accuracy.toFixed(4)}  ${range}  ${pairs} pairs`;
}

function describe(report: RewardBenchResult): string[] {
  const { byDimension, byOperation, byFamily, bySubset, byLength, calibration, association } = report;
  const slices = { dimension: byDimension, flaw: byOperation, family: byFamily, subset: bySubset };
  const r = (value: number | null): string => (value === null ? 'undefined' : value.toFixed(3));
  const { chiSquare, p, oddsRatio, interval } = association;
  return [
    `${shareLine('accuracy', report)}, ${report.ties} ties`,
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
      `${oddsRatio.toFixed(2)} [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`,
  ];
}
