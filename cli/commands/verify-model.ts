import { join } from 'node:path';
import { withPage } from '../browser.ts';
import type { Command } from '../command.ts';
import { EXIT, InputError, RequestError } from '../errors.ts';
import { readJson } from '../files.ts';
import { findModel } from '../model-folder.ts';
import { parseWithOne } from '../options.ts';
import { deviceOption } from '../shared-options.ts';

const OPTIONS = {
  device: deviceOption('where to compute; webgpu takes a software adapter too'),
  json: { kind: 'flag', help: 'leave the explanation on stderr out; stdout is the same' },
} as const;

export const verifyModel: Command = {
  name: 'verify model',
  summary: 'compare logits, gradients, AdamW and greedy tokens of a checkpoint with its expected.json',
  usage: 'DIR [options]',
  description:
    'Loads DIR/config.json and DIR/model.safetensors (Hugging Face layout, llama, qwen2 or qwen3), runs the model\n' +
    'in a headless browser and compares it with DIR/expected.json: logits, log-probabilities, loss, gradients, five\n' +
    'AdamW steps, greedy tokens. Prints one JSON object with `ok`, the largest errors and their tolerances.',
  options: OPTIONS,
  examples: [
    'verify model tests/fixtures/llama_tiny',
    'verify model tests/fixtures/qwen2_tiny --device webgpu',
  ],
  async run(argv, terminal) {
    const { values, argument: folder } = parseWithOne(OPTIONS, argv, 'verify model takes exactly one folder');
    const [config, expected, model] = await Promise.all([
      readObject(join(folder, 'config.json')),
      readObject(join(folder, 'expected.json')),
      findModel(folder),
    ]);
    const page = { profile: null, device: values.device, onEvent: () => undefined };
    const report = await withPage(page, (call, exchange) =>
      call('verifyModel', { config, expected, model: exchange.model(model), device: values.device }),
    ).catch((error: unknown) => {
      throw isAboutInput(error) ? new InputError(`${folder}: ${error.message}`) : error;
    });
    terminal.out(JSON.stringify(report));
    if (!values.json) {
      terminal.log(`On ${report.device.kind} (${report.device.reason}).\n`);
      for (const failure of report.failures) terminal.log(`  ${failure}\n`);
    }
    return report.ok ? EXIT.ok : EXIT.failed;
  },
};

/** Errors of the page that mean that a file is malformed, not that the comparison went wrong. */
const INPUT_ERRORS: ReadonlySet<string> = new Set([
  'ModelConfigError',
  'FixtureError',
  'WeightsError',
  'SafetensorsError',
]);

const isAboutInput = (error: unknown): error is RequestError =>
  error instanceof RequestError && INPUT_ERRORS.has(error.kind);

async function readObject(path: string): Promise<object> {
  const json = await readJson(path);
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  throw new InputError(`${path} holds no JSON object.`);
}
