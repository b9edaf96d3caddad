import type { BenchReport, BenchRow } from '../../bench/types.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../errors.ts';
import { parseOptionsOnly } from '../options.ts';
import { deviceOption } from '../shared-options.ts';
import { withBench } from '../with-bench.ts';

const OPTIONS = {
  device: deviceOption('auto measures WASM, and WebGPU too on real hardware'),
  repetitions: { kind: 'integer', min: 1, max: 1000, help: 'timed runs of each engine', default: 10 },
  json: { kind: 'flag', help: 'the report as one JSON object on stdout' },
} as const;

export const benchEngine: Command = {
  name: 'bench engine',
  summary: 'time training steps and generation beside jax-js',
  usage: '[options]',
  description:
    'Runs both engines in one browser, taking turns, on a model of 1.0 M parameters (4 layers, width 128,\n' +
    'vocabulary 512): a training step of 16 × 128 tokens with AdamW, and generation of 64 × 80 tokens after 48.\n' +
    'Prints medians and ratios. Close other programs first: two busy cores make every number worse.',
  options: OPTIONS,
  examples: ['bench engine', 'bench engine --device wasm --repetitions 20 --json'],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const { device, repetitions } = values;
    const report = await withBench(terminal, device, (call) => call('benchEngine', { device, repetitions }));
    terminal.out(values.json ? JSON.stringify(report) : table(report));
    return EXIT.ok;
  },
};

function table({ environment, rows }: BenchReport): string {
  const facts = Object.entries(environment).map(([name, value]) => `${name}: ${value}`);
  const cells = [['', 'ours', 'jax-js', 'unit', 'faster'], ...rows.map(cellsOf)];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
  return [...facts, '', ...lines].join('\n');
}

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function cellsOf({ name, ours, peer, unit, ratio }: BenchRow): string[] {
  return [
    name,
    number(ours),
    peer === null ? '–' : number(peer),
    unit,
    ratio === null ? '–' : `${ratio.toFixed(2)}×`,
  ];
}
