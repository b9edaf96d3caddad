import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { ADAPTER_CONFIG, ADAPTER_WEIGHTS } from '../src/model/adapter.ts';
import type { RandomAccess } from '../src/model/gguf/access.ts';
import { ggufSource, isGguf } from '../src/model/gguf/source.ts';
import { folderSource, partsOfIndex } from '../src/model/sources/folder.ts';
import { mergedSource } from '../src/model/sources/merged.ts';
import type { ModelSource } from '../src/model/sources/source.ts';
import { messageOf } from '../src/errors.ts';
import { InputError, RequestError, UsageError } from './errors.ts';
import { readJson, reasonOf } from './files.ts';

/** The files of a model's folder, which are read by the page. */
export interface ModelFolder {
  /** Paths by the names that the page knows them by. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of those that hold the weights. */
  readonly weights: readonly string[];
  /** What is merged into them. */
  readonly adapter?: ModelFolder;
}

/**
 * The files of a model, and of an adapter to merge into it where there is one.
 * @throws {InputError} naming the file that cannot be read
 */
export const findWithAdapter = async (folder: string, adapter: string | null): Promise<ModelFolder> => ({
  ...(await findModel(folder)),
  ...(adapter === null ? {} : { adapter: await findAdapter(adapter) }),
});

/**
 * The policy that --policy and --adapter name; null for the starter.
 * @throws {InputError, UsageError}
 */
export async function findStart({
  policy = null,
  adapter = null,
}: {
  readonly policy?: string | null | undefined;
  readonly adapter?: string | null | undefined;
}): Promise<ModelFolder | null> {
  if (policy !== null) return findWithAdapter(policy, adapter);
  if (adapter === null) return null;
  throw new UsageError(
    '--adapter belongs to --policy: it is merged into the policy that it was trained beside.',
  );
}

/**
 * The files of a model: config.json and model.safetensors (or its parts and their index) in the folder; tokenizer.json
 * there or one folder up, as the starter has it; tokenizer_config.json and chat_template.jinja beside it; scaling.json and
 * generation_config.json where there are any. Or a GGUF file, named itself or alone in the folder. JSON and the headers of
 * the weights are checked here, where a file has a name; what they hold is the page's business.
 * @throws {InputError} naming the file that cannot be read
 */
export async function findModel(folder: string): Promise<ModelFolder> {
  const whole = ggufAt(folder);
  if (whole !== null) {
    await checkBegin(whole, 'a GGUF file', (begin) => begin.toString('latin1', 0, 4) === 'GGUF');
    return { files: new Map([[basename(whole), whole]]), weights: [basename(whole)] };
  }
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
  for (const [, path] of weights) await checkBegin(path, 'a safetensors file', beginsHeader);
  return { files: new Map([...json, ...weights]), weights: weights.map(([name]) => name) };
}

/**
 * The files of a reward model: those of a model, or of an adapter beside a policy, adapter_config.json and
 * adapter_model.safetensors.
 * @throws {InputError} naming the file that cannot be read
 */
export const findReward = (folder: string): Promise<ModelFolder> =>
  existsSync(join(folder, ADAPTER_CONFIG)) ? findAdapter(folder) : findModel(folder);

/** The files of an adapter, with scaling.json where there is one. @throws {InputError} naming the file that cannot be read */
async function findAdapter(folder: string): Promise<ModelFolder> {
  const [weights, scaling] = [join(folder, ADAPTER_WEIGHTS), join(folder, 'scaling.json')];
  const files: [string, string][] = [
    [ADAPTER_CONFIG, join(folder, ADAPTER_CONFIG)],
    ...(existsSync(scaling) ? [['scaling.json', scaling] as [string, string]] : []),
  ];
  for (const [, path] of files) await readJson(path);
  await checkBegin(weights, 'a safetensors file', beginsHeader);
  return { files: new Map([...files, [ADAPTER_WEIGHTS, weights]]), weights: [ADAPTER_WEIGHTS] };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** The GGUF file that is meant; null where it is a folder in the layout of Hugging Face. */
function ggufAt(path: string): string | null {
  if (!isFolder(path)) return isGguf(path) ? path : null;
  const files = existsSync(join(path, 'config.json')) ? [] : readdirSync(path).filter(isGguf);
  if (files.length > 1)
    throw new InputError(
      `${path} has ${files.length} GGUF files, ${files.join(', ')}: name the one that is meant.`,
    );
  return files[0] === undefined ? null : join(path, files[0]);
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

/** Length of a header that the file is long enough for, and a brace. */
const beginsHeader = (begin: Buffer, size: number): boolean =>
  Number(begin.readBigUInt64LE()) <= size - 8 && begin[8] === '{'.charCodeAt(0);

/** Whether the file begins like weights, without reading the rest. */
async function checkBegin(
  path: string,
  what: string,
  fits: (begin: Buffer, size: number) => boolean,
): Promise<void> {
  const file = await open(path).catch((error: unknown) => {
    throw new InputError(`${path} cannot be read: ${reasonOf(error)}.`);
  });
  try {
    const { size } = await file.stat();
    const begin = Buffer.alloc(9);
    const { bytesRead } = await file.read(begin, 0, 9, 0).catch((error: unknown) => {
      throw new InputError(`${path} cannot be read: ${reasonOf(error)}.`);
    });
    if (bytesRead < 9 || !fits(begin, size))
      throw new InputError(`${path} is not ${what}, or it is cut short.`);
  } finally {
    await file.close();
  }
}

/** The model of a folder or a GGUF file, read here and not by the page. */
export function localModel({ adapter, ...model }: ModelFolder): ModelSource {
  return adapter ? mergedSource(localModel(model), localModel(adapter)) : sourceAt(model);
}

function sourceAt({ files, weights }: ModelFolder): ModelSource {
  const unusable = (name: string, cause: unknown) =>
    new InputError(`${files.get(name) ?? name}: ${messageOf(cause)}`);
  const [first = ''] = weights;
  if (isGguf(first))
    return ggufSource(
      () => fileAccess(files.get(first)!),
      (cause) => unusable(first, cause),
    );
  return folderSource({
    weights,
    unusable,
    open: async (name) => {
      const path = files.get(name);
      return path === undefined
        ? null
        : (Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>);
    },
  });
}

async function fileAccess(path: string): Promise<RandomAccess> {
  const reading = async <T>(read: (file: FileHandle) => Promise<T>): Promise<T> => {
    const file = await open(path);
    return read(file).finally(() => file.close());
  };
  return {
    size: (await reading((file) => file.stat())).size,
    read: (begin, end) =>
      reading(async (file) => {
        const bytes = new Uint8Array(end - begin);
        const { bytesRead } = await file.read(bytes, 0, bytes.length, begin);
        if (bytesRead < bytes.length) throw new Error('It became shorter while it was read.');
        return bytes;
      }),
  };
}

/** Errors that mean that what was handed in is at fault, whether the page throws them or this process. */
const INPUT_ERRORS: ReadonlySet<string> = new Set([
  'ModelConfigError',
  'WeightsError',
  'AdapterError',
  'SafetensorsError',
  'GgufError',
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
