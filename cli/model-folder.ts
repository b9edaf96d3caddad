import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ModelFiles } from '../src/app/automation-types.ts';
import { InputError, RequestError } from './errors.ts';
import { readBytes, readJson } from './files.ts';

/**
 * The files of a model: config.json and model.safetensors (or its parts and their index) in the folder; tokenizer.json
 * there or one folder up, as the starter has it; scaling.json and generation_config.json where there are any.
 * @throws {InputError} naming the file that cannot be read
 */
export async function readModelFolder(folder: string): Promise<ModelFiles> {
  const optional = async (...paths: string[]): Promise<unknown> => {
    const path = paths.find((candidate) => existsSync(candidate));
    return path === undefined ? null : readJson(path);
  };
  const [config, weights, generation, tokenizer, scaling] = await Promise.all([
    readJson(join(folder, 'config.json')),
    readWeights(folder),
    optional(join(folder, 'generation_config.json')),
    optional(join(folder, 'tokenizer.json'), join(dirname(folder), 'tokenizer.json')),
    optional(join(folder, 'scaling.json')),
  ]);
  return { config, weights, generation, tokenizer, scaling };
}

/**
 * model.safetensors in base64, or the parts that model.safetensors.index.json names. Their headers are checked here,
 * where a file has a name; what is in the tensors is the page's business.
 * @throws {InputError}
 */
export async function readWeights(folder: string): Promise<string[]> {
  const files = await weightFiles(folder);
  return Promise.all(
    files.map(async (path) => {
      const bytes = await readBytes(path);
      const headerBytes = bytes.length < 8 ? Infinity : Number(bytes.readBigUInt64LE());
      if (headerBytes > bytes.length - 8 || bytes[8] !== '{'.charCodeAt(0)) {
        throw new InputError(`${path} is not a safetensors file, or it is cut short.`);
      }
      return bytes.toString('base64');
    }),
  );
}

async function weightFiles(folder: string): Promise<string[]> {
  const whole = join(folder, 'model.safetensors');
  const index = join(folder, 'model.safetensors.index.json');
  if (existsSync(whole) || !existsSync(index)) return [whole];
  const json = await readJson(index);
  const map = (json as { readonly weight_map?: unknown } | null)?.weight_map;
  const names = typeof map === 'object' && map !== null ? [...new Set(Object.values(map))] : [];
  const isName = (name: unknown): name is string => typeof name === 'string' && basename(name) === name;
  if (names.length === 0 || !names.every(isName)) {
    throw new InputError(`${index} has no weight_map that names the parts of the weights in its folder.`);
  }
  const missing = names.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) {
    throw new InputError(
      `The weights are in ${names.length} parts, and ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not in ${folder}.`,
    );
  }
  return names.map((name) => join(folder, name));
}

/** Errors of the page that mean that what was handed in is at fault. */
const INPUT_ERRORS: ReadonlySet<string> = new Set([
  'ModelConfigError',
  'WeightsError',
  'SafetensorsError',
  'TokenizerError',
  'PairFileError',
  'TemplateError',
  'RewardModelError',
  'ScalingError',
]);

/** Rethrows such an error as one about input, so that it ends with the exit code for that. */
export function asInputError(error: unknown): never {
  throw error instanceof RequestError && INPUT_ERRORS.has(error.kind) ? new InputError(error.message) : error;
}
