import { counted } from '../../src/counted.ts';
import { isAbort } from '../../src/errors.ts';
import { downloadHubModel } from '../../src/model/sources/hub-download.ts';
import { findHubModel, type HubModel, parseHubId } from '../../src/model/sources/hub.ts';
import { HUB, HubError } from '../../src/model/sources/hub-request.ts';
import type { Command, Terminal } from '../command.ts';
import { downloadFolder } from '../download-folder.ts';
import { EXIT, InputError, InterruptedError, RequestError, UsageError } from '../errors.ts';
import { parseWithOne } from '../options.ts';
import { progressLine, Stopwatch } from '../progress.ts';
import { folderOption } from '../shared-options.ts';
import { StatusLine } from '../status-line.ts';

const OPTIONS = {
  out: folderOption('folder to write; what is there already of the model stays'),
  look: { kind: 'flag', help: 'say what it is, and download nothing' },
  json: { kind: 'flag', help: 'what it is as one JSON object on stdout' },
} as const;

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

export const modelGet: Command = {
  name: 'model get',
  summary: 'download a model from the Hugging Face hub',
  usage: 'OWNER/NAME[@REVISION] --out DIR [options]',
  description:
    'Downloads configuration, tokenizer and safetensors of a model at one commit, and compares every file with the hash that\n' +
    'the hub has of it. Stopped or cut, the same command goes on where it was. The token for a gated model is taken from\n' +
    'HF_TOKEN, and the address of another hub from HF_ENDPOINT; the token goes to the hub alone.',
  options: OPTIONS,
  examples: [
    'model get HuggingFaceTB/SmolLM2-135M-Instruct --out models/smollm2',
    'model get Qwen/Qwen2.5-Coder-0.5B@main --look',
  ],
  async run(argv, terminal) {
    const { values, argument } = parseWithOne(OPTIONS, argv, 'model get takes one id of a model');
    const { out, look, json } = values;
    if (out === undefined && !look) throw new UsageError('model get needs --out with the folder to write.');
    const stop = new AbortController();
    const interrupt = (): void => stop.abort();
    process.once('SIGINT', interrupt);
    const options = {
      base: process.env['HF_ENDPOINT'] ?? HUB,
      token: process.env['HF_TOKEN'] ?? null,
      signal: stop.signal,
    };
    try {
      const model = await findHubModel(parseHubId(argument), options);
      if (json) terminal.out(JSON.stringify(model));
      else terminal.log(`${told(model).join('\n')}\n`);
      if (out !== undefined && !look) await download(model, out, options, terminal);
    } catch (error) {
      if (isAbort(error))
        throw new InterruptedError('Stopped. What has come is kept; the same command goes on.');
      if (!(error instanceof HubError)) throw error;
      throw error.fault === 'input'
        ? new InputError(error.message)
        : new RequestError(error.message, error.name);
    } finally {
      process.off('SIGINT', interrupt);
    }
    return EXIT.ok;
  },
};

const told = ({
  id,
  commit,
  sizeBytes,
  parameters,
  architecture,
  licence,
  baseModels,
  unusable,
}: HubModel) => [
  `${id} at ${commit}`,
  `${architecture ?? 'unknown architecture'}, ${parameters} weights, ${megabytes(sizeBytes)} MB`,
  `licence: ${licence ?? 'its card names none'}`,
  ...(baseModels.length > 0 ? [`made from ${baseModels.join(', ')}`] : []),
  ...(unusable === null ? [] : [`It cannot be trained here: ${unusable}`]),
];

async function download(
  model: HubModel,
  out: string,
  options: { readonly base: string; readonly token: string | null; readonly signal: AbortSignal },
  terminal: Terminal,
): Promise<void> {
  const line = new StatusLine(terminal);
  const stopwatch = new Stopwatch();
  let shown = -1;
  try {
    await downloadHubModel(model, downloadFolder(out), {
      ...options,
      onProgress({ doneBytes, totalBytes, file }) {
        const [done, total] = [megabytes(doneBytes), megabytes(totalBytes)];
        if (done === shown) return;
        shown = done;
        stopwatch.mark(done);
        line.show(progressLine(done, total, `MB  ${file}`, stopwatch.secondsLeft(total)));
      },
    });
  } finally {
    line.clear();
  }
  terminal.log(`${counted(model.files.length, 'file')} in ${out}.\n`);
}
