import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { ModelsReport, ModelsRow } from '../../bench/models/measure.ts';
import type { ModelsAutomation } from '../../bench/models/types.ts';
import { interopEnvironment, realModelFolder } from '../../scripts/real-model-folder.mjs';
import { isGguf } from '../../src/model/gguf/source.ts';
import { loadTokenizer } from '../../src/model/tokenizer/index.ts';
import { serveSite } from '../../scripts/site.mjs';
import type { Call } from '../browser.ts';
import type { Command, Terminal } from '../command.ts';
import { EXIT, InputError, RequestError } from '../errors.ts';
import { findModel, localModel } from '../model-folder.ts';
import { parseOptionsOnly } from '../options.ts';
import { progressLine } from '../progress.ts';
import { folderOption } from '../shared-options.ts';
import { StatusLine } from '../status-line.ts';
import { withBench } from '../with-bench.ts';

const OPTIONS = {
  model: folderOption('what npm run real-model -- --onnx makes (default: where it does)'),
  venv: folderOption(
    'Python environment with torch and peft (default: the one that npm run real-model makes)',
  ),
  only: { kind: 'choice', choices: ['generation', 'training'], help: 'one of the two' },
  tokens: { kind: 'integer', min: 1, max: 96, help: 'written for each prompt', default: 64 },
  repetitions: { kind: 'integer', min: 1, max: 100, help: 'timed runs of each', default: 3 },
  json: { kind: 'flag', help: 'the report as one JSON object on stdout' },
} as const;

export const benchModels: Command = {
  name: 'bench models',
  summary: 'time a pretrained model beside transformers.js, wllama and PyTorch',
  usage: '[options]',
  description:
    'Generation of greedy tokens after 64, one prompt and sixteen, in one browser on WASM: this engine, transformers.js\n' +
    '(ONNX, float32) and wllama (GGUF) in turns, each with a thread for each core. A training step by LoRA on 256 + 4 × 128\n' +
    'tokens beside PyTorch with PEFT in a process of its own. All show first that they compute the same. Prints medians and\n' +
    'ratios, writes nothing. Close other programs first.',
  options: OPTIONS,
  examples: ['bench models', 'bench models --model DIR --only generation --json'],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const report = await measure(terminal, filesOf(resolve(values.model ?? realModelFolder())), {
      venv: resolve(values.venv ?? interopEnvironment()),
      parts: values.only === undefined ? ['generation', 'training'] : [values.only],
      newTokens: values.tokens,
      rounds: values.repetitions,
    });
    terminal.out(values.json ? JSON.stringify(report) : table(report));
    return EXIT.ok;
  },
};

interface Files {
  readonly safetensors: string;
  readonly gguf: string;
  /** Folder of model.onnx. */
  readonly onnx: string;
}

/** @throws {InputError} naming what is missing */
export function filesOf(folder: string): Files {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const gguf = names.find(isGguf);
  const lacking = [
    ...(existsSync(join(folder, 'safetensors', 'model.safetensors'))
      ? []
      : ['safetensors/model.safetensors']),
    ...(gguf === undefined ? ['a GGUF file'] : []),
    ...(existsSync(join(folder, 'onnx', 'model.onnx')) ? [] : ['onnx/model.onnx']),
  ];
  if (gguf === undefined || lacking.length > 0)
    throw new InputError(
      `${folder} lacks ${lacking.join(' and ')}. npm run real-model -- --onnx makes a folder with all of it.`,
    );
  return { safetensors: join(folder, 'safetensors'), gguf: join(folder, gguf), onnx: join(folder, 'onnx') };
}

interface Setting {
  readonly venv: string;
  readonly parts: readonly ('generation' | 'training')[];
  readonly newTokens: number;
  readonly rounds: number;
}

async function measure(
  terminal: Terminal,
  { safetensors, gguf, onnx }: Files,
  { venv, parts, newTokens, rounds }: Setting,
): Promise<ModelsReport> {
  const { openTorch, pythonOf } = await import('../torch.ts');
  const python = parts.includes('training') ? pythonOf(venv) : '';
  const { measureGeneration, measureTraining } = await import('../../bench/models/measure.ts');
  const { peerFiles } = await import('../peer-files.ts');
  const folder = await findModel(safetensors);
  const source = localModel(folder);
  const [config, json] = [await source.config(), await source.tokenizer()];
  const tokenizer = loadTokenizer(json, config);
  const threads = availableParallelism();
  const line = new StatusLine(terminal);
  const progress = (activity: string, done: number, total: number) =>
    line.show(progressLine(done, total, activity, null));
  const peers = peerFiles(onnx);
  const serve: Parameters<typeof withBench>[3] = (answer) =>
    serveSite('bench', (request, response) => peers(request, response) || answer(request, response));
  const closing: (() => void)[] = [];
  try {
    return await withBench(
      terminal,
      'wasm',
      async (call, exchange) => {
        const page = pageOf(call);
        const files = { model: exchange.model(folder), gguf: exchange.file(gguf) };
        const common = { files, threads, rounds };
        const reports: ModelsReport[] = [];
        if (parts.includes('generation')) {
          reports.push(await measureGeneration(page, { ...common, tokenizer, newTokens }, progress));
        }
        if (parts.includes('training')) {
          const opened = async (
            ...[batch, oldLogprobs]: Parameters<Parameters<typeof measureTraining>[1]['openTorch']>
          ) => {
            const torch = await openTorch({
              python,
              model: safetensors,
              config,
              threads,
              batch,
              oldLogprobs,
            });
            closing.push(() => torch.close());
            return torch;
          };
          const setting = { ...common, vocabulary: config.vocabulary, openTorch: opened };
          reports.push(await measureTraining(page, setting, progress));
        }
        return {
          environment: Object.assign(
            { cores: threads, repetitions: rounds },
            ...reports.map((each) => each.environment),
          ),
          rows: reports.flatMap(({ rows }) => rows),
        };
      },
      serve,
    );
  } catch (error) {
    throw error instanceof Error && error.name === 'DisagreementError'
      ? new RequestError(error.message, error.name)
      : error;
  } finally {
    for (const close of closing) close();
    line.clear();
  }
}

const pageOf = (call: Call): ModelsAutomation => ({
  openEngine: (request) => call('openEngine', request),
  generateWith: (request) => call('generateWith', request),
  closeEngine: (request) => call('closeEngine', request),
  openTraining: (request) => call('openTraining', request),
  trainStep: (request) => call('trainStep', request),
});

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** A line for each peer of each measurement. */
export function table({ environment, rows }: ModelsReport): string {
  const facts = Object.entries(environment).map(([name, value]) => `${name}: ${value}`);
  return [...facts, '', ...rows.flatMap(linesOf)].join('\n');
}

function linesOf({ name, unit, ours, peers }: ModelsRow): string[] {
  const width = Math.max(...peers.map((peer) => peer.name.length));
  return [
    `${name}: ours ${number(ours)} ${unit}`,
    ...peers.map(
      (peer) =>
        `  ${peer.name.padEnd(width)}  ${number(peer.value)} ${unit}, ours is ${peer.ratio.toFixed(2)}× as fast`,
    ),
  ];
}
