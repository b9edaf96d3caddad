import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ModelFiles } from '../src/app/automation-types.ts';
import { InputError, RequestError } from './errors.ts';
import { readBytes, readJson } from './files.ts';

/**
 * The files of a model: config.json and model.safetensors in the folder; tokenizer.json there or one folder up, as the
 * starter has it; scaling.json where there is one. @throws {InputError} naming the file that cannot be read
 */
export async function readModelFolder(folder: string): Promise<ModelFiles> {
  const optional = async (...paths: string[]): Promise<unknown> => {
    const path = paths.find((candidate) => existsSync(candidate));
    return path === undefined ? null : readJson(path);
  };
  const [config, weights, tokenizer, scaling] = await Promise.all([
    readJson(join(folder, 'config.json')),
    readBytes(join(folder, 'model.safetensors')),
    optional(join(folder, 'tokenizer.json'), join(dirname(folder), 'tokenizer.json')),
    optional(join(folder, 'scaling.json')),
  ]);
  return { config, weights: weights.toString('base64'), tokenizer, scaling };
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
