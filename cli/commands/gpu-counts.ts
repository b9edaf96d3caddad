import type { CountsReport, CountsRow } from '../../bench/gpu/types.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../errors.ts';
import { onStage, stageOption } from '../gpu-stage.ts';
import { parseOptionsOnly } from '../options.ts';

const OPTIONS = {
  in: stageOption,
  json: { kind: 'flag', help: 'the report as one JSON object on stdout' },
} as const;

export const gpuCounts: Command = {
  name: 'bench gpu-counts',
  summary: 'count what the engine asks of a GPU, beside jax-js',
  usage: '[options]',
  description:
    'Counts kernels, submits, bind groups, buffers and bytes of a training step, an update, a batch of scores and a\n' +
    'sampled token on WebGPU. The counts are the same on every adapter, a software one included.',
  options: OPTIONS,
  examples: ['bench gpu-counts', 'bench gpu-counts --json'],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const report = await onStage<CountsReport>(terminal, values.in, {
      inPage: (call) => call('gpuCounts', {}),
      here: async (stage, progress) => (await import('../../bench/gpu/counts.ts')).countGpu(stage, progress),
    });
    terminal.out(values.json ? JSON.stringify(report) : tableOf(report));
    return EXIT.ok;
  },
};

const COLUMNS = [
  'dispatches',
  'submits',
  'bindGroups',
  'readbacks',
  'copies',
  'buffers',
  'bytesWritten',
  'bytesRead',
] as const;

function tableOf({ environment, rows }: CountsReport): string {
  return [
    ...Object.entries(environment).map(([name, value]) => `${name}: ${value}`),
    ...rows.map(describe),
  ].join('\n');
}

const number = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });

function describe({ what, engine, counts, held, onCpu }: CountsRow): string {
  const numbers = COLUMNS.map((name) => `${name} ${number(counts[name])}`).join(', ');
  const kernels = Object.entries(counts.kernels).map(([name, n]) => `${number(n)} ${name || '?'}`);
  return [
    '',
    `${what} (${engine})`,
    `  ${numbers}, held ${number(held / 2 ** 20)} MiB`,
    `  kernels: ${kernels.join(', ')}`,
    ...(onCpu ? ['  some of it on the CPU'] : []),
  ].join('\n');
}
