/** Models among files that a person picked or dropped. */
import { messageOf } from '../../errors.ts';
import { ADAPTER_CONFIG, ADAPTER_WEIGHTS } from '../adapter.ts';
import { blobAccess } from '../gguf/access.ts';
import { ggufSource, isGguf } from '../gguf/source.ts';
import { folderSource, partsOfIndex } from './folder.ts';
import { readModelCard } from './model-card.ts';
import { type ModelSource, WEIGHTS } from './source.ts';

/** Files that cannot be taken in as a model; one sentence on what is wrong and what to do. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
}

export interface PickedFile {
  /** With slashes, from the folder that was picked. */
  readonly path: string;
  readonly file: Blob;
}

/** The files of one model, by their names. */
export interface ModelFiles {
  /** Of the folder, or of the GGUF file. */
  readonly name: string;
  readonly files: ReadonlyMap<string, Blob>;
}

const CONFIG = 'config.json';
const TOKENIZER = 'tokenizer.json';
const INDEX = `${WEIGHTS}.index.json`;

const split = (path: string): readonly [folder: string, name: string] => {
  const at = path.lastIndexOf('/');
  return [path.slice(0, Math.max(0, at)), path.slice(at + 1)];
};

function byFolder(picked: readonly PickedFile[]): Map<string, Map<string, Blob>> {
  const folders = new Map<string, Map<string, Blob>>();
  for (const { path, file } of picked) {
    const [folder, name] = split(path);
    folders.set(folder, (folders.get(folder) ?? new Map<string, Blob>()).set(name, file));
  }
  return folders;
}

/** GGUF files that are a model each: those of a folder without weights in the layout of Hugging Face. */
const ggufNames = (files: ReadonlyMap<string, Blob>): string[] => {
  const names = [...files.keys()];
  const hasOthers = files.has(CONFIG) && names.some((name) => name.endsWith('.safetensors'));
  return hasOthers ? [] : names.filter(isGguf);
};

/**
 * Every folder with a config.json is a model, and so is one with a GGUF file. A tokenizer.json may lie one folder up, where
 * models share one.
 * @throws ModelFileError where there is no such folder, or several GGUF files to choose from
 */
export function modelFolders(picked: readonly PickedFile[]): ModelFiles[] {
  const folders = byFolder(picked);
  const models = [...folders].filter(([, files]) => files.has(CONFIG) || ggufNames(files).length > 0);
  if (models.length === 0 && [...folders.values()].some((files) => files.has(ADAPTER_CONFIG)))
    throw new ModelFileError(
      'This is an adapter, and no model by itself. Import the model that it was trained beside, and merge the adapter into it there: Details, Merge an adapter.',
    );
  if (models.length === 0)
    throw new ModelFileError(
      `There is no config.json among ${picked.length === 1 ? 'this file' : `these ${picked.length} files`}, so it is not known what model this is. Pick the whole folder as Hugging Face has it: config.json, ${WEIGHTS}, ${TOKENIZER}; or one GGUF file.`,
    );
  return models.map(([folder, files]) => {
    const [whole, ...others] = ggufNames(files);
    if (others.length > 0) throw new ModelFileError(severalGguf([whole!, ...others]));
    if (whole !== undefined) return { name: whole.replace(/\.gguf$/i, ''), files };
    const shared = folders.get(split(folder)[0])?.get(TOKENIZER);
    const own = new Map(files);
    if (!own.has(TOKENIZER) && shared) own.set(TOKENIZER, shared);
    return { name: split(folder)[1] || 'model', files: own };
  });
}

function severalGguf(names: readonly string[]): string {
  const [part] = names.filter((name) => /-\d{5}-of-\d{5}\.gguf$/i.test(name));
  return part === undefined
    ? `There are ${names.length} GGUF files, and each is a model of its own: ${names.join(', ')}. Pick one.`
    : `${part} and the other GGUF files are parts of a model. Join them with llama-gguf-split --merge, and pick the one file.`;
}

/** @throws ModelFileError where the weights are in a form that cannot be read, or parts of them are missing */
export async function filesSource({ files }: ModelFiles): Promise<ModelSource> {
  const [whole] = ggufNames(files);
  if (whole !== undefined)
    return ggufSource(
      async () => blobAccess(files.get(whole)!),
      (cause) => new ModelFileError(`${whole} cannot be used: ${messageOf(cause)}`),
    );
  return sourceOf(files, await weightNames(files));
}

const sourceOf = (files: ReadonlyMap<string, Blob>, weights: readonly string[]): ModelSource =>
  folderSource({
    weights,
    open: async (name) => files.get(name)?.stream() ?? null,
    unusable: (name, cause) =>
      cause instanceof SyntaxError
        ? new ModelFileError(`${name} is not JSON (${messageOf(cause)}). Get the file again.`)
        : new ModelFileError(`${name} cannot be used: ${messageOf(cause)}`),
  });

/**
 * The adapter among these files, as PEFT writes it.
 * @throws ModelFileError where there is none, a part of one, or more than one
 */
export function pickedAdapter(picked: readonly PickedFile[]): {
  readonly name: string;
  readonly source: ModelSource;
} {
  const [found, ...others] = [...byFolder(picked)].filter(([, files]) => files.has(ADAPTER_CONFIG));
  if (others.length > 0)
    throw new ModelFileError(`There are ${others.length + 1} adapters among these files. Pick one of them.`);
  const [folder, files] = found ?? ['', new Map<string, Blob>()];
  if (!files.has(ADAPTER_CONFIG) || !files.has(ADAPTER_WEIGHTS))
    throw new ModelFileError(
      `An adapter is two files, ${ADAPTER_CONFIG} and ${ADAPTER_WEIGHTS}, as PEFT writes them. Pick both.`,
    );
  return { name: split(folder)[1] || 'adapter', source: sourceOf(files, [ADAPTER_WEIGHTS]) };
}

async function weightNames(files: ReadonlyMap<string, Blob>): Promise<string[]> {
  if (files.has(WEIGHTS)) return [WEIGHTS];
  const index = files.get(INDEX);
  if (!index) throw new ModelFileError(noWeights([...files.keys()]));
  const names = partsOfIndex(
    await index
      .text()
      .then(JSON.parse)
      .catch(() => null),
  );
  if (names.length === 0)
    throw new ModelFileError(`${INDEX} does not name the parts of the weights. Get the file again.`);
  const missing = names.filter((name) => !files.has(name));
  if (missing.length > 0)
    throw new ModelFileError(
      `The weights are in ${names.length} parts, and ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing. Pick the folder with all of them.`,
    );
  return names;
}

function noWeights(names: readonly string[]): string {
  if (names.some((name) => name.endsWith('.safetensors')))
    return `There are parts of the weights, but no ${INDEX} that names them. Pick the folder with it.`;
  const other = names.find((name) => /\.(bin|pt|pth|h5|msgpack)$/.test(name));
  if (other)
    return `The weights are in ${other}, which cannot be read here. Save the model as ${WEIGHTS} with transformers (save_pretrained), and pick that folder.`;
  return `There is no ${WEIGHTS} beside config.json. Pick the folder with the weights.`;
}

/** What README.md says of the licence, or the first line of a LICENSE file; null where neither is there. */
export async function licenceOf({ files }: ModelFiles): Promise<string | null> {
  const { licence } = readModelCard((await files.get('README.md')?.text()) ?? '');
  if (licence !== null) return licence;
  const file = [...files].find(([name]) => /^licen[cs]e(\.(md|txt))?$/i.test(name))?.[1];
  const lines = (await file?.text())?.split('\n') ?? [];
  return (
    lines
      .map((line) => line.trim())
      .find((line) => line !== '')
      ?.slice(0, 80) ?? null
  );
}
