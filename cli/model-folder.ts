import { createReadStream, existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { folderSource, partsOfIndex } from '../src/model/sources/folder.ts';
import type { ModelSource } from '../src/model/sources/source.ts';
import { messageOf } from '../src/errors.ts';
import { InputError, RequestError } from './errors.ts';
import { readJson, reasonOf } from './files.ts';

/** The files of a model's folder, which are read by the page. */
export interface ModelFolder {
  /** Paths by the names that the page knows them by. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of those that hold the weights. */
  readonly weights: readonly string[];
}

/**
 * The files of a model: config.json and model.safetensors (or its parts and their index) in the folder; tokenizer.json
 * there or one folder up, as the starter has it; tokenizer_config.json and chat_template.jinja beside it; scaling.json and generation_config.json where there are any. JSON and
 * the headers of the weights are checked here, where a file has a name; what they hold is the page's business.
 * @throws {InputError} naming the file that cannot be read
 */
export async function findModel(folder: string): Promise<ModelFolder> {
  const weights = await weightFiles(folder);
  const json = Object.entries({
    'config.json': [join(folder, 'config.json')],
    'generation_config.json': [join(folder, 'generation_config.json')],
    'tokenizer.json': [join(folder, 'tokenizer.json'), join(dirname(folder), 'tokenizer.json')],
    'tokenizer_config.json': [join(folder, 'tokenizer_config.json')],
    'chat_template.jinja': [join(folder, 'chat_template.jinja')],
    'scaling.json': [join(folder, 'scaling.json')],
  }).flatMap(([name, places]) => {
    const path =
      places.find((place) => existsSync(place)) ?? (name === 'config.json' ? places[0] : undefined);
    return path === undefined ? [] : [[name, path] as const];
  });
  // One after the other, so that of several faults it is always the same that is named.
  for (const [name, path] of json) if (name.endsWith('.json')) await readJson(path);
  for (const [, path] of weights) await checkHeader(path);
  return { files: new Map([...json, ...weights]), weights: weights.map(([name]) => name) };
}

/** Name and path of model.safetensors, or of the parts that model.safetensors.index.json names. */
async function weightFiles(folder: string): Promise<(readonly [name: string, path: string])[]> {
  const whole = join(folder, 'model.safetensors');
  const index = join(folder, 'model.safetensors.index.json');
  if (existsSync(whole) || !existsSync(index)) return [['model.safetensors', whole]];
  const names = partsOfIndex(await readJson(index));
  if (names.length === 0) {
    throw new InputError(`${index} has no weight_map that names the parts of the weights in its folder.`);
  }
  const missing = names.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) {
    throw new InputError(
      `The weights are in ${names.length} parts, and ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not in ${folder}.`,
    );
  }
  return names.map((name) => [name, join(folder, name)]);
}

/** Whether the file begins like weights, without reading the rest. */
async function checkHeader(path: string): Promise<void> {
  const file = await open(path).catch((error: unknown) => {
    throw new InputError(`${path} cannot be read: ${reasonOf(error)}.`);
  });
  try {
    const { size } = await file.stat();
    const begin = Buffer.alloc(9);
    const { bytesRead } = await file.read(begin, 0, 9, 0).catch((error: unknown) => {
      throw new InputError(`${path} cannot be read: ${reasonOf(error)}.`);
    });
    if (bytesRead < 9 || Number(begin.readBigUInt64LE()) > size - 8 || begin[8] !== '{'.charCodeAt(0))
      throw new InputError(`${path} is not a safetensors file, or it is cut short.`);
  } finally {
    await file.close();
  }
}

/** The model of a folder, read here and not by the page. */
export const localModel = ({ files, weights }: ModelFolder): ModelSource =>
  folderSource({
    weights,
    unusable: (name, cause) => new InputError(`${files.get(name) ?? name}: ${messageOf(cause)}`),
    open: async (name) => {
      const path = files.get(name);
      return path === undefined
        ? null
        : (Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>);
    },
  });

/** Errors that mean that what was handed in is at fault, whether the page throws them or this process. */
const INPUT_ERRORS: ReadonlySet<string> = new Set([
  'ModelConfigError',
  'WeightsError',
  'SafetensorsError',
  'TokenizerError',
  'ChatTemplateError',
  'PromptError',
  'PairFileError',
  'TemplateError',
  'RewardModelError',
  'RunModelError',
  'ScalingError',
  'EvaluationError',
  'ExportError',
  'TaskRowError',
  'TaskFileError',
]);

/** Rethrows such an error as one about input, so that it ends with the exit code for that. */
export function asInputError(error: unknown): never {
  const kind = error instanceof RequestError ? error.kind : error instanceof Error ? error.name : '';
  throw error instanceof Error && INPUT_ERRORS.has(kind) ? new InputError(error.message) : error;
}
