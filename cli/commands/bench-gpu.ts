import type { GpuReport, Measured } from '../../bench/gpu/types.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../errors.ts';
import { onStage, stageOption } from '../gpu-stage.ts';
import { parseOptionsOnly } from '../options.ts';
import { writeText } from '../write-files.ts';

const OPTIONS = {
  in: stageOption,
  small: { kind: 'flag', help: 'small sizes, for an adapter that is a program and not hardware' },
  out: { kind: 'text', value: 'FILE', help: 'write the report to this file as JSON' },
  json: { kind: 'flag', help: 'the report as one JSON object on stdout' },
} as const;

export const benchGpu: Command = {
  name: 'bench gpu',
  summary: 'measure a GPU: operators, products, a training step, a token, beside jax-js',
  usage: '[options]',
  description:
    'Ten minutes at most. Checks every operator against float64, then times products, a training step and sampled\n' +
    'tokens, with recorded programs and without, and counts the memory that they hold. docs/gpu.md says how to read it\n' +
    'and asks for reports.',
  options: OPTIONS,
  examples: ['bench gpu --out report.json', 'bench gpu --in node --json', 'bench gpu --small'],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const size = values.small ? 'small' : 'full';
    const report = await onStage<GpuReport>(terminal, values.in, {
      inPage: (call) => call('benchGpu', { size }),
      here: async (stage, progress) =>
        (await import('../../bench/gpu/measure.ts')).measureGpu(stage, size, progress),
    });
    const text = JSON.stringify(report, null, 2);
    if (values.out !== undefined) await writeText(values.out, `${text}\n`);
    terminal.out(values.json ? JSON.stringify(report) : tableOf(report));
    return EXIT.ok;
  },
};

function comparedRecords(records: GpuReport['records']): string {
  if (typeof records === 'string') return records;
  const { outputs, unrecorded, different } = records;
  const kept =
    unrecorded.length === 0 ? 'every program is recorded' : `not recorded: ${unrecorded.join(', ')}`;
  const equal =
    different.length === 0 ? 'bit for bit as without' : `other than without: ${different.join(', ')}`;
  return `${kept}; ${outputs} outputs, ${equal}`;
}

const said = (value: Measured, unit: string): string =>
  typeof value === 'string' ? `– (${value})` : `${value.toPrecision(3)} ${unit}`;

const ratio = (ours: Measured, peer: Measured): string =>
  typeof ours === 'string' || typeof peer === 'string' ? '–' : `${(ours / peer).toFixed(2)}×`;

function tableOf(report: GpuReport): string {
  const {
    environment,
    size,
    operators,
    readbackMs,
    products,
    trainStep,
    generation,
    layer,
    tokens,
    held,
    seconds,
  } = report;
  const checked =
    typeof operators === 'string'
      ? operators
      : `${operators.checked - operators.failed.length} of ${operators.checked} right, worst error ${operators.worst.toExponential(1)}, float16 ${operators.float16 ? 'too' : 'not offered'}`;
  return [
    ...Object.entries(environment).map(([name, value]) => `${name}: ${value}`),
    '',
    `operators: ${checked}`,
    ...(typeof operators === 'string' ? [] : operators.failed.map((each) => `  ${each}`)),
    `records: ${comparedRecords(report.records)}`,
    `readback: ${said(readbackMs, 'ms')}`,
    '',
    'products, rows × width × outputs: engine, a plain kernel, jax-js, engine against jax-js',
    ...products.map(
      ({ m, k, n, engine, own, jax }) =>
        `  ${m} × ${k} × ${n}: ${[engine, own, jax].map((value) => said(value, 'GFLOP/s')).join(', ')}, ${ratio(engine, jax)}`,
    ),
    '',
    `training step of the bench model: ${said(trainStep.captured, 'ms')}, without a record ${said(trainStep.uncaptured, 'ms')}, jax-js ${said(trainStep.jax, 'ms')}`,
    `generation of the bench model: ${said(generation.engine, 'tokens/s')}, jax-js ${said(generation.jax, 'tokens/s')}`,
    `a layer of Qwen2.5-Coder-0.5B, forwards and backwards: ${said(layer.ms, 'ms')}, ${said(layer.gigaflops, 'GFLOP/s')}`,
    ...tokens.map(
      ({ completions, captured, uncaptured }) =>
        `a token of ${completions} completions, default model: ${said(captured, 'ms')}, without a record ${said(uncaptured, 'ms')}`,
    ),
    `memory held by the training step: ${typeof held === 'string' ? held : `${(held / 2 ** 20).toFixed(0)} MiB`}`,
    `measured in ${seconds.toFixed(0)} s`,
    ...(size === 'small'
      ? ['Small sizes show that everything runs; their times say nothing of an adapter.']
      : []),
  ].join('\n');
}
