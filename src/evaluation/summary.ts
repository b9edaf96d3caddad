/** An evaluation and a comparison as tables, for a terminal and for a file of Markdown. */
import { counted } from '../counted.ts';
import type { Interval } from '../statistics/intervals.ts';
import type { Comparison, Difference, SuiteComparison } from './compare.ts';
import { estimatesOf } from './estimates.ts';
import type { EvaluationFile } from './files.ts';
import { OUTCOMES } from './records.ts';
import type { Estimate, Slice } from './report.ts';

/** A heading, a line of text, or the rows of a table, the first of them its head. */
export type Block =
  | { readonly kind: 'heading' | 'text'; readonly text: string }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] };

const text = (line: string): Block => ({ kind: 'text', text: line });
const heading = (line: string): Block => ({ kind: 'heading', text: line });
const table = (rows: readonly (readonly string[])[]): Block => ({ kind: 'table', rows });

/** Counts of tokens with one decimal, shares with three. */
export const number = (value: number): string =>
  Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3);
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${number(Math.abs(value))}`;
const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

export const interval = (between: Interval | null, show = number): string =>
  between === null ? '–' : `[${show(between.low)}, ${show(between.high)}]`;

function estimateRow(name: string, { value, bootstrap, wilson }: Estimate): string[] {
  return [name, number(value), interval(bootstrap), interval(wilson)];
}

const estimates = (slice: Slice): string[][] => [
  ['', 'estimate', '95 % over tasks', '95 % Wilson'],
  ...estimatesOf(slice).map(([name, estimate]) => estimateRow(name, estimate)),
];

const shown = (estimate: Estimate | undefined): string =>
  estimate === undefined ? '–' : number(estimate.value);

function families({ ks, families: slices }: EvaluationFile['report']): string[][] {
  const first = ks[0]!;
  const last = ks.at(-1)!;
  const more = last === first ? [] : [`strict pass@${last}`];
  return [
    ['family', 'tasks', `strict pass@${first}`, ...more, `visible pass@${first}`, 'agreement', 'length'],
    ...Object.entries(slices).map(([family, { tasks, strict, visible, rates }]) => [
      family,
      String(tasks),
      shown(strict[first]),
      ...(more.length > 0 ? [shown(strict[last])] : []),
      shown(visible[first]),
      shown(rates['agreement']),
      shown(rates['length']),
    ]),
  ];
}

const restricted = ({ topK, topP }: EvaluationFile['settings']): string =>
  `${topK === undefined ? '' : `, top-k ${topK}`}${topP === undefined ? '' : `, top-p ${topP}`}`;

export function evaluationSummary({
  policy,
  tasks,
  settings,
  report,
  notes,
  tooLong,
}: EvaluationFile): Block[] {
  const { all } = report;
  return [
    heading(`${policy.name} on ${tasks.name}`),
    text(
      `${counted(all.tasks, 'task')} (${tasks.split}), ${counted(report.samplesPerTask, 'sample')} each, seed ${settings.seed}, temperature ${settings.temperature}${restricted(settings)}.`,
    ),
    text(
      OUTCOMES.map((outcome) => `${outcome}: ${share(all.outcomes[outcome], all.samples)}`).join('; ') + '.',
    ),
    table(estimates(all)),
    ...(Object.keys(report.families).length > 1 ? [table(families(report))] : []),
    ...(tooLong.length > 0
      ? [
          text(
            `${counted(tooLong.length, 'task')} left out, with a prompt of more than ${settings.maxPromptTokens} tokens.`,
          ),
        ]
      : []),
    ...notes.map(text),
  ];
}

const differenceRow = (name: string, { a, b, difference, interval: between }: Difference): string[] => [
  name,
  number(a),
  number(b),
  signed(difference),
  interval(between, signed),
];

function suiteRows(name: string, { passAtK }: SuiteComparison): string[][] {
  return Object.entries(passAtK).map(([k, difference]) => differenceRow(`${name} pass@${k}`, difference));
}

const probability = (p: number): string => (p < 0.001 ? p.toExponential(1) : p.toFixed(3));

function pairRow(name: string, { pairs: { both, onlyA, onlyB, neither, p } }: SuiteComparison): string[] {
  return [name, ...[both, onlyA, onlyB, neither].map(String), probability(p)];
}

export function comparisonSummary(comparison: Comparison, a: string, b: string): Block[] {
  const { strict, visible, families: slices, notes, tasks, samples, ks } = comparison;
  const first = ks[0]!;
  return [
    heading(`A: ${a}; B: ${b}`),
    text(
      `The same ${counted(tasks, 'task')}, ${counted(samples, 'sample')} each, drawn with the same random numbers.`,
    ),
    table([
      ['', 'A', 'B', 'B − A', '95 % over tasks'],
      ...suiteRows('strict', strict),
      ...suiteRows('visible', visible),
    ]),
    table([
      ['paired samples', 'both pass', 'only A', 'only B', 'neither', 'McNemar p'],
      pairRow('strict', strict),
      pairRow('visible', visible),
    ]),
    ...(Object.keys(slices).length > 1
      ? [
          table([
            [`family, strict pass@${first}`, 'A', 'B', 'B − A', '95 % over tasks'],
            ...Object.entries(slices).map(([name, of]) => differenceRow(name, of.strict.passAtK[first]!)),
          ]),
        ]
      : []),
    ...notes.map(text),
  ];
}

/** For a terminal: columns in line, numbers to the right. */
export function terminalText(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.kind !== 'table') return block.text;
      const widths = block.rows[0]!.map((_, column) =>
        Math.max(...block.rows.map((row) => row[column]!.length)),
      );
      return block.rows
        .map((row) =>
          row
            .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
            .join('  ')
            .trimEnd(),
        )
        .join('\n');
    })
    .join('\n\n');
}

const escaped = (cell: string): string => cell.replaceAll('|', '\\|');

export function markdown(blocks: readonly Block[]): string {
  const line = (row: readonly string[]): string => `| ${row.map(escaped).join(' | ')} |`;
  return `${blocks
    .map((block) => {
      if (block.kind !== 'table') return block.kind === 'heading' ? `# ${block.text}` : block.text;
      const [head, ...rows] = block.rows;
      const rule = head!.map((_, i) => (i === 0 ? '---' : '--:'));
      return [line(head!), line(rule), ...rows.map(line)].join('\n');
    })
    .join('\n\n')}\n`;
}
